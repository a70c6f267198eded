//! Transfers, whatever happens meanwhile: random days of three agents and their customers, with both machines.

use super::applications::{answer_application, enqueue, outbound};
use super::transfer::{accept, customer_calls, hang_up, hears, leg, set_end_on_exit, transfer};
use super::*;
use crate::audio::Hears;
use crate::routing::transfer::model::{Mode, Transfer, TransferState};
use backline::ids::QueueSid;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Customer,
    /// Calls a colleague by the application.
    Dials(usize, usize),
    Accept(usize),
    Reject(usize),
    Transfer(usize, usize, Mode),
    Cancel(usize),
    HangUp(usize),
    CustomerGoes(usize),
    WrapUp(usize),
    Complete(usize),
    Activity(usize, bool),
    Unhold,
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = || 0..3usize;
    let mode = prop_oneof![Just(Mode::Warm), Just(Mode::Cold)];
    let step = prop_oneof![
        2 => Just(Step::Customer),
        1 => (who(), who()).prop_map(|(from, to)| Step::Dials(from, to)),
        6 => who().prop_map(Step::Accept),
        1 => who().prop_map(Step::Reject),
        6 => (who(), 0..5usize, mode).prop_map(|(from, to, mode)| Step::Transfer(from, to, mode)),
        1 => who().prop_map(Step::Cancel),
        1 => who().prop_map(Step::HangUp),
        1 => (0..2usize).prop_map(Step::CustomerGoes),
        1 => who().prop_map(Step::WrapUp),
        2 => who().prop_map(Step::Complete),
        2 => (who(), prop::bool::weighted(0.8)).prop_map(|(who, there)| Step::Activity(who, there)),
        2 => Just(Step::Unhold),
        1 => (1..150u64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..50)
}

/// His reservation in that state, the latest of them.
fn own(world: &World, worker: usize, state: &str) -> Option<ReservationSid> {
    let reservations = world.routing.reservations();
    let own = reservations.filter(|reservation| {
        reservation.worker == account::worker_sid(worker) && reservation.state.as_str() == state
    });
    own.last().map(|reservation| reservation.sid.clone())
}

fn take(world: &mut World, step: &Step) {
    let now = world.now();
    match step {
        Step::Customer => drop(customer_calls(world, "Dana", json!({}))),
        Step::Dials(from, to) => {
            let task = create(world, outbound(*from));
            // Refused if he has a leg that rings.
            if let Some((reservation, _)) = offer(world, &task) {
                accept(world, &reservation);
                answer_application(world, &enqueue(*from, *to, ""));
            }
        }
        Step::Accept(who) => {
            if let Some(offer) = own(world, *who, "pending") {
                accept(world, &offer);
            }
        }
        Step::Reject(who) => {
            if let Some(offer) = own(world, *who, "pending") {
                update(world, &offer, REJECT).unwrap();
            }
        }
        Step::Transfer(from, to, mode) => {
            let to = match to {
                worker @ 0..3 => account::worker_sid(*worker).to_string(),
                queue => QueueSid::from_number(*queue as u128 - 3).to_string(),
            };
            if let Some(reservation) = own(world, *from, "accepted") {
                let _ = transfer(world, *from, &reservation, &to, *mode);
            }
        }
        Step::Cancel(who) => {
            let tasks = world.routing.tasks();
            let mut under_way = tasks.filter_map(|task| {
                let transfer = task.transfer_under_way()?;
                Some((task.sid.clone(), transfer.sid))
            });
            let first = under_way.next();
            drop(under_way);
            if let Some((task, transfer)) = first {
                let worker = account::worker_sid(*who);
                let _ = world.change(now, |world| {
                    world.routing.cancel_transfer(now, &worker, &task, transfer)
                });
            }
        }
        Step::HangUp(who) => hang_up(world, *who),
        Step::CustomerGoes(nth) => {
            let calls = world.telephony.calls();
            let customer = calls
                .iter()
                .filter(|call| call.customer.is_some())
                .nth(*nth);
            if let Some(sid) = customer.map(|call| call.sid.clone()) {
                world.change(now, |world| world.telephony.leg_hung_up(now, &sid));
            }
        }
        Step::WrapUp(who) => {
            if let Some(reservation) = own(world, *who, "accepted") {
                update(world, &reservation, ReservationUpdate::WrapUp).unwrap();
                hang_up(world, *who);
            }
        }
        Step::Complete(who) => {
            if let Some(reservation) = own(world, *who, "wrapping") {
                update(world, &reservation, ReservationUpdate::Complete).unwrap();
            }
        }
        Step::Activity(who, true) => set_activity(world, *who, available_activity_sid()),
        Step::Activity(who, false) => set_activity(world, *who, offline_activity_sid()),
        Step::Unhold => {
            // An agent who is there does it.
            let legs: Vec<_> = rooms(world)
                .into_iter()
                .map(|(_, room)| world.telephony.participants(&room))
                .filter(|there| there.iter().any(|one| one.worker.is_some()))
                .flatten()
                .filter(|one| one.hold)
                .collect();
            for one in legs {
                world.change(now, |world| {
                    world
                        .telephony
                        .hold_participant(now, &one.conference, &one.call, false)
                        .unwrap()
                });
            }
        }
        Step::Wait(seconds) => world.advance(now + Millis::from_secs(*seconds)),
    }
    // As Flex does at every change of the participants.
    for (task, room) in rooms(world) {
        let two = world.telephony.participants(&room).len() <= 2;
        set_end_on_exit(world, &task, two);
    }
}

fn rooms(world: &World) -> Vec<(TaskSid, backline::ids::ConferenceSid)> {
    let tasks = world.routing.tasks();
    let rooms = tasks.filter_map(|task| {
        let room = world.telephony.conference_of_task(&task.sid)?;
        Some((task.sid.clone(), room))
    });
    rooms.collect()
}

/// The invariants that the modules state.
fn check(world: &World) {
    for task in world.routing.tasks() {
        let count = |wanted: &str| {
            let own = world.routing.reservations();
            own.filter(|one| one.task == task.sid && one.state.as_str() == wanted)
                .count()
        };
        let (pending, accepted, wrapping) =
            (count("pending"), count("accepted"), count("wrapping"));
        let under_way = task
            .transfers
            .iter()
            .filter(|one| one.state == TransferState::Initiated);
        let under_way = under_way.count();
        // Whoever was consulted may consult in his turn: then two have it already.
        let handed_on = accepted == 0 || under_way == 1;
        let right = match task.state.as_str() {
            "pending" => pending == 0 && handed_on,
            "reserved" => pending == 1 && handed_on,
            "assigned" => pending == 0 && accepted >= 1 && under_way == 0,
            "wrapping" => pending == 0 && accepted == 0 && wrapping >= 1 && under_way == 0,
            _ => pending + accepted + wrapping + under_way == 0,
        };
        assert!(
            right && under_way <= 1 && (accepted <= 1 || !task.transfers.is_empty()),
            "{}: {pending} pending, {accepted} accepted, {wrapping} wrapping, {under_way} under way",
            task.state.as_str()
        );
    }
    for (task, room) in rooms(world) {
        let there = world.telephony.participants(&room);
        let alone = there.iter().all(|one| one.worker.is_none());
        for customer in there.iter().filter(|one| one.worker.is_none()) {
            if alone || customer.hold {
                let music = hears(world, &customer.call) == Hears::Music;
                assert!(music, "the customer of {task} waits in silence: {there:?}");
            }
        }
    }
}

/// A transfer that is over changes no more.
fn check_over(before: &[Transfer], world: &World) {
    let now = all(world);
    for old in before
        .iter()
        .filter(|old| old.state != TransferState::Initiated)
    {
        let same = now.iter().find(|one| one.sid == old.sid);
        assert!(same.is_none_or(|one| one.state == old.state), "{old:?}");
    }
}

fn all(world: &World) -> Vec<Transfer> {
    let tasks = world.routing.tasks();
    tasks.flat_map(|task| task.transfers.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_a_transferred_customer_has_an_agent_or_music(steps in steps()) {
        let mut world = world(2);
        crate::setup::answer_application(&mut world, "http://functions/enqueue".to_owned());
        for step in &steps {
            let before = all(&world);
            take(&mut world, step);
            check(&world);
            check_over(&before, &world);
        }
        // Everybody goes home.
        for _ in 0..3 {
            for who in 0..3 {
                take(&mut world, &Step::Activity(who, false));
                for step in [Step::HangUp(who), Step::Reject(who), Step::Complete(who)] {
                    take(&mut world, &step);
                }
            }
            for _ in 0..50 {
                take(&mut world, &Step::CustomerGoes(0));
                let open = world.telephony.calls().into_iter().find(|call| {
                    call.customer.is_some() && call.end_time.is_none()
                });
                let Some(open) = open else { break };
                let now = world.now();
                world.change(now, |world| world.telephony.leg_hung_up(now, &open.sid));
            }
        }
        for who in 0..3 {
            for _ in 0..50 {
                take(&mut world, &Step::Complete(who));
            }
        }
        check(&world);
        prop_assert!(world.routing.is_at_rest(), "{}", world.routing.snapshot());
        prop_assert!(world.telephony.is_at_rest());
        prop_assert!(leg(&world, "nobody").is_none());
    }
}
