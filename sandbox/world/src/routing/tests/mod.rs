//! By behaviour, on the demo set-up: Alice, Bob and Carol.

mod applications;
mod calls;
mod configured;
mod joining;
mod offers;
mod on_hold;
mod supervise;
mod tasks;
mod transfer;
mod transferred;

use super::*;
use crate::setup::{available_activity_sid, demo, offline_activity_sid};
use crate::{account, World};
use backline::ids::{ReservationSid, TaskSid};
use model::{Attributes, ReservationState};
use serde_json::Value;

/// Unix time of world time 0 in tests.
const EPOCH: Millis = Millis(1_700_000_000_000);

fn at(seconds: u64) -> Millis {
    Millis::from_secs(seconds)
}

/// A world in which the first `available` agents are Available.
fn world(available: usize) -> World {
    let mut world = demo(3, EPOCH);
    for index in 0..available {
        set_activity(&mut world, index, available_activity_sid());
    }
    world.drain();
    world
}

fn set_activity(world: &mut World, index: usize, activity: ActivitySid) {
    let now = world.now();
    let update = WorkerUpdate {
        activity: Some(activity),
        ..WorkerUpdate::default()
    };
    world
        .change(now, |world| {
            world
                .routing
                .update_worker(now, &account::worker_sid(index), update)
        })
        .unwrap();
}

fn attributes(value: Value) -> Attributes {
    value.as_object().unwrap().clone()
}

/// A task for anyone.
fn for_anyone(attributes: Value) -> NewTask {
    NewTask {
        attributes: self::attributes(attributes),
        workflow: Some(account::anyone_workflow_sid().to_string()),
        channel: Some("voice".to_owned()),
        ..NewTask::default()
    }
}

/// A task for one worker, as the SDK's `createTask` makes it.
fn for_worker(index: usize) -> NewTask {
    NewTask {
        routing_target: Some(account::worker_sid(index).to_string()),
        ..for_anyone(json!({}))
    }
}

fn create(world: &mut World, new: NewTask) -> TaskSid {
    let now = world.now();
    world
        .change(now, |world| world.routing.create_task(now, new))
        .unwrap()
}

fn update(
    world: &mut World,
    reservation: &ReservationSid,
    update: ReservationUpdate,
) -> Result<(), RoutingError> {
    let now = world.now();
    world.change(now, |world| {
        world
            .routing
            .update_reservation(now, reservation, update, None)
    })
}

fn set_status(world: &mut World, task: &TaskSid, status: Status) -> Result<(), RoutingError> {
    let now = world.now();
    let update = TaskUpdate {
        status: Some(status),
        reason: Some("because".to_owned()),
        ..TaskUpdate::default()
    };
    world.change(now, |world| {
        world.routing.update_task(now, task, update, None)
    })
}

fn status(world: &World, task: &TaskSid) -> &'static str {
    world.routing.task(task).unwrap().state.as_str()
}

/// The pending reservation of a task and the number of the worker whom it is offered to.
fn offer(world: &World, task: &TaskSid) -> Option<(ReservationSid, usize)> {
    let mut pending = world.routing.reservations().filter(|reservation| {
        reservation.task == *task && matches!(reservation.state, ReservationState::Pending { .. })
    });
    let offer = pending.next()?;
    assert!(pending.next().is_none(), "one offer at a time");
    let worker = (0..3).find(|index| account::worker_sid(*index) == offer.worker);
    Some((offer.sid.clone(), worker.unwrap()))
}

fn offered_to(world: &World, task: &TaskSid) -> Option<usize> {
    offer(world, task).map(|(_, worker)| worker)
}

/// The events pushed since the last look, with the number of the worker.
fn events(world: &mut World) -> Vec<(usize, String)> {
    let of = |worker: WorkerSid| (0..3).find(|index| account::worker_sid(*index) == worker);
    let events = world.drain().into_iter().filter_map(|output| match output {
        Output::WorkerEvent {
            worker, event_type, ..
        } => Some((of(worker)?, event_type)),
        _ => None,
    });
    events.collect()
}

const REJECT: ReservationUpdate = ReservationUpdate::Reject { activity: None };
