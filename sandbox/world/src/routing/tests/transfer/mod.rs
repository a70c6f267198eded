//! Alice hands Dana on, with both machines.

mod queues;
mod refused;

use super::*;
use crate::audio::Hears;
use crate::routing::transfer::model::{Mode, TransferSid, TransferState};
use crate::routing::transfer::NewTransfer;
use crate::telephony::{HoldChange, ParticipantChanges, Tune};
use backline::ids::QueueSid;

pub(super) const ALICE: usize = 0;
const BOB: usize = 1;
const CAROL: usize = 2;
const NAMES: [&str; 3] = ["alice", "bob", "carol"];

pub(super) fn customer_calls(world: &mut World, name: &str, attributes: Value) -> CallSid {
    let (now, attributes) = (world.now(), self::attributes(attributes));
    world.change(now, |world| {
        world
            .telephony
            .customer_calls(now, "+15550111", "+15550100", name, attributes)
    })
}

/// What Flex sends: the conference ends with the first agent, and with no other.
pub(super) fn accept(world: &mut World, reservation: &ReservationSid) {
    let worker = world
        .routing
        .reservation(reservation)
        .unwrap()
        .worker
        .clone();
    let task = world.routing.reservation(reservation).unwrap().task.clone();
    let conference = ReservationUpdate::Conference {
        end_on_exit: world.telephony.conference_of_task(&task).is_none(),
        end_on_customer_exit: true,
        status_callback: None,
        dial: Dial {
            // An application's SID is nobody's caller ID.
            from: Some("+15005550006".to_owned()),
            ..Dial::default()
        },
    };
    if update(world, reservation, conference).is_ok() {
        let index = (0..3).find(|index| account::worker_sid(*index) == worker);
        answer(world, NAMES[index.unwrap()]);
    }
}

fn answer(world: &mut World, identity: &str) {
    let (now, leg) = (world.now(), leg(world, identity).unwrap());
    world.change(now, |world| world.telephony.leg_answered(now, &leg));
}

/// The latest leg of that identity.
pub(super) fn leg(world: &World, identity: &str) -> Option<CallSid> {
    let calls = world.telephony.calls();
    let own = calls
        .into_iter()
        .find(|call| call.identity.as_deref() == Some(identity));
    own.map(|call| call.sid)
}

pub(super) fn hang_up(world: &mut World, worker: usize) {
    let now = world.now();
    if let Some(leg) = leg(world, NAMES[worker]) {
        world.change(now, |world| world.telephony.leg_hung_up(now, &leg));
    }
}

/// What Flex does before a cold transfer, and whenever somebody comes or goes: by how many there are.
pub(super) fn set_end_on_exit(world: &mut World, task: &TaskSid, end: bool) {
    let now = world.now();
    let Some(room) = world.telephony.conference_of_task(task) else {
        return;
    };
    for one in world.telephony.participants(&room) {
        if one.worker.is_some() {
            let changes = ParticipantChanges {
                end_on_exit: Some(end),
                ..ParticipantChanges::default()
            };
            world.change(now, |world| {
                world
                    .telephony
                    .update_participant(now, &room, &one.call, changes)
                    .unwrap()
            });
        }
    }
}

pub(super) fn transfer(
    world: &mut World,
    from: usize,
    reservation: &ReservationSid,
    to: &str,
    mode: Mode,
) -> Result<TransferSid, RoutingError> {
    let now = world.now();
    let task = world.routing.reservation(reservation)?.task.clone();
    if mode == Mode::Cold {
        set_end_on_exit(world, &task, false);
    }
    let new = NewTransfer {
        reservation: reservation.clone(),
        task,
        to: to.to_owned(),
        mode,
        attributes: None,
        priority: None,
    };
    world.change(now, |world| {
        world.routing.transfer(now, &account::worker_sid(from), new)
    })
}

pub(super) fn hears(world: &World, call: &CallSid) -> Hears {
    let graph = world.telephony.audio();
    let own = graph.legs.into_iter().find(|leg| leg.call == *call);
    own.map_or(Hears::Silence, |own| own.hears)
}

struct Scene {
    world: World,
    task: TaskSid,
    alice: ReservationSid,
    dana: CallSid,
}

/// Alice talks to Dana; Bob and Carol are free.
fn talking() -> Scene {
    let mut world = world(1);
    let dana = customer_calls(&mut world, "Dana", json!({"free_agents_only": true}));
    let task = world.routing.tasks().last().unwrap().sid.clone();
    let (alice, _) = offer(&world, &task).unwrap();
    accept(&mut world, &alice);
    for other in [BOB, CAROL] {
        set_activity(&mut world, other, available_activity_sid());
    }
    world.drain();
    Scene {
        world,
        task,
        alice,
        dana,
    }
}

fn sid(worker: usize) -> String {
    account::worker_sid(worker).to_string()
}

fn support() -> String {
    QueueSid::from_number(2).to_string()
}

impl Scene {
    fn transfer(&mut self, to: &str, mode: Mode) -> Result<TransferSid, RoutingError> {
        transfer(&mut self.world, ALICE, &self.alice, to, mode)
    }

    fn offered(&self) -> ReservationSid {
        offer(&self.world, &self.task).unwrap().0
    }

    fn state(&self) -> TransferState {
        let task = self.world.routing.task(&self.task).unwrap();
        task.transfers.last().unwrap().state
    }

    fn statuses(&self) -> (&'static str, Vec<&'static str>) {
        let own = self.world.routing.reservations();
        let own = own.filter(|reservation| reservation.task == self.task);
        (
            status(&self.world, &self.task),
            own.map(|reservation| reservation.state.as_str()).collect(),
        )
    }

    fn cancel(&mut self, transfer: TransferSid) -> Result<(), RoutingError> {
        let (now, task) = (self.world.now(), self.task.clone());
        let alice = account::worker_sid(ALICE);
        self.world.change(now, |world| {
            world.routing.cancel_transfer(now, &alice, &task, transfer)
        })
    }

    fn unhold_dana(&mut self) {
        let now = self.world.now();
        let room = self.world.telephony.conference_of_task(&self.task).unwrap();
        let changes = ParticipantChanges {
            hold: Some(HoldChange::Unhold),
            ..ParticipantChanges::default()
        };
        let dana = self.dana.clone();
        self.world.change(now, |world| {
            world
                .telephony
                .update_participant(now, &room, &dana, changes)
                .unwrap()
        });
    }

    fn legs(&self) -> [CallSid; 2] {
        [leg(&self.world, "alice"), leg(&self.world, "bob")].map(Option::unwrap)
    }

    fn told(&mut self, who: usize) -> Vec<String> {
        let all = events(&mut self.world);
        let own = all.into_iter().filter(|(worker, event)| {
            *worker == who && !event.starts_with("participant.") && event != "task.updated"
        });
        own.map(|(_, event)| event).collect()
    }
}

#[test]
fn a_cold_transfer_leaves_the_customer_with_music_and_the_agent_with_wrap_up() {
    let mut scene = talking();
    scene.transfer(&sid(BOB), Mode::Cold).unwrap();
    assert_eq!(scene.statuses(), ("reserved", vec!["wrapping", "pending"]));
    assert_eq!(hears(&scene.world, &scene.dana), Hears::Music);
    assert_eq!(
        scene.told(ALICE),
        ["task.transfer-initiated", "reservation.wrapup"]
    );
    let alice = scene.alice.clone();
    update(&mut scene.world, &alice, ReservationUpdate::Complete).unwrap();
    assert_eq!(scene.statuses(), ("reserved", vec!["completed", "pending"]));

    let bob = scene.offered();
    accept(&mut scene.world, &bob);
    assert_eq!(
        scene.statuses(),
        ("assigned", vec!["completed", "accepted"])
    );
    assert_eq!(scene.state(), TransferState::Complete);
    assert_eq!(
        hears(&scene.world, &scene.dana),
        Hears::Music,
        "Flex takes her back"
    );
    scene.unhold_dana();
    let [_, bobs] = scene.legs();
    assert_eq!(hears(&scene.world, &scene.dana), Hears::Legs(vec![bobs]));
    set_end_on_exit(&mut scene.world, &scene.task, true);
    hang_up(&mut scene.world, BOB);
    update(&mut scene.world, &bob, ReservationUpdate::Complete).unwrap();
    assert!(scene.world.routing.is_at_rest() && scene.world.telephony.is_at_rest());
}

#[test]
fn in_a_consult_both_have_the_task_and_each_his_own_wrap_up() {
    let mut scene = talking();
    scene.transfer(&sid(BOB), Mode::Warm).unwrap();
    assert_eq!(scene.statuses(), ("reserved", vec!["accepted", "pending"]));
    let bob = scene.offered();
    accept(&mut scene.world, &bob);
    assert_eq!(scene.statuses(), ("assigned", vec!["accepted", "accepted"]));
    let [alices, bobs] = scene.legs();
    assert_eq!(
        hears(&scene.world, &alices),
        Hears::Legs(vec![bobs.clone()])
    );
    assert_eq!(hears(&scene.world, &bobs), Hears::Legs(vec![alices]));
    assert_eq!(hears(&scene.world, &scene.dana), Hears::Music);
    assert_eq!(
        scene.told(ALICE),
        ["task.transfer-initiated", "task.transfer-completed"]
    );

    set_end_on_exit(&mut scene.world, &scene.task, false);
    hang_up(&mut scene.world, ALICE);
    assert_eq!(scene.statuses(), ("assigned", vec!["wrapping", "accepted"]));
    scene.unhold_dana();
    assert_eq!(hears(&scene.world, &scene.dana), Hears::Legs(vec![bobs]));
    set_end_on_exit(&mut scene.world, &scene.task, true);
    hang_up(&mut scene.world, BOB);
    assert_eq!(scene.statuses(), ("wrapping", vec!["wrapping", "wrapping"]));
    update(&mut scene.world, &bob, ReservationUpdate::Complete).unwrap();
    assert_eq!(
        scene.statuses(),
        ("wrapping", vec!["wrapping", "completed"])
    );
    let alice = scene.alice.clone();
    update(&mut scene.world, &alice, ReservationUpdate::Complete).unwrap();
    assert_eq!(status(&scene.world, &scene.task), "completed");
}

#[test]
fn a_customer_who_goes_takes_the_transfer_with_him() {
    for (mode, expected) in [
        (Mode::Warm, ("wrapping", vec!["wrapping", "canceled"])),
        (Mode::Cold, ("wrapping", vec!["wrapping", "canceled"])),
    ] {
        let mut scene = talking();
        scene.transfer(&sid(BOB), mode).unwrap();
        let (now, dana) = (scene.world.now(), scene.dana.clone());
        scene.world.change(now, |world| {
            assert!(world.telephony.customer_hangs_up(now, &dana));
        });
        assert_eq!(scene.statuses(), expected, "{mode:?}");
        assert!(matches!(scene.state(), TransferState::Failed { .. }));
        assert!(scene.world.telephony.is_at_rest());
    }
}

#[test]
fn holds_are_the_agents_own_in_between() {
    let mut scene = talking();
    let now = scene.world.now();
    let room = scene
        .world
        .telephony
        .conference_of_task(&scene.task)
        .unwrap();
    let changes = ParticipantChanges {
        hold: Some(HoldChange::Hold(Tune::Silence)),
        ..ParticipantChanges::default()
    };
    let dana = scene.dana.clone();
    scene.world.change(now, |world| {
        world
            .telephony
            .update_participant(now, &room, &dana, changes)
            .unwrap()
    });
    scene.transfer(&sid(BOB), Mode::Warm).unwrap();
    assert_eq!(
        hears(&scene.world, &scene.dana),
        Hears::Silence,
        "as it was"
    );
}
