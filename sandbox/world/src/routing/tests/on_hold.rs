//! An offer whose worker has answered: its time stands still while his leg is being set up. With telephony.

use super::calls::{customer, learn};
use super::*;
use crate::orders::{CallFact, Cause};

/// `call`, whose leg rings so many seconds.
fn call_for(timeout_s: u64, accept: bool) -> ReservationUpdate {
    ReservationUpdate::Call {
        url: "http://localhost/join".to_owned(),
        accept,
        status_callback: None,
        dial: dial(timeout_s),
    }
}

fn conference_for(timeout_s: u64) -> ReservationUpdate {
    ReservationUpdate::Conference {
        end_on_exit: false,
        end_on_customer_exit: true,
        status_callback: None,
        dial: dial(timeout_s),
    }
}

fn dial(timeout_s: u64) -> Dial {
    Dial {
        timeout_s: Some(timeout_s),
        from: Some("client:alice".to_owned()),
        ..Dial::default()
    }
}

/// The worker's leg: the newest call.
fn leg(world: &World) -> CallSid {
    world.telephony.calls()[0].sid.clone()
}

fn answer(world: &mut World) {
    let (now, leg) = (world.now(), leg(world));
    world.change(now, |world| world.telephony.leg_answered(now, &leg));
}

fn reservation_status(world: &World, sid: &ReservationSid) -> &'static str {
    world.routing.reservation(sid).unwrap().state.as_str()
}

fn activity(world: &World, index: usize) -> ActivitySid {
    let worker = world.routing.worker(&account::worker_sid(index));
    worker.unwrap().activity.clone()
}

#[test]
fn an_offer_does_not_lapse_while_the_leg_of_its_call_rings() {
    let mut world = world(1);
    let task = create(&mut world, for_worker(0));
    let (reservation, _) = offer(&world, &task).unwrap();
    world.advance(at(100));
    update(&mut world, &reservation, call_for(300, true)).unwrap();
    world.advance(at(399));
    assert_eq!(reservation_status(&world, &reservation), "pending");
    answer(&mut world);
    assert_eq!(reservation_status(&world, &reservation), "accepted");
    assert_eq!(activity(&world, 0), available_activity_sid());
}

#[test]
fn an_unanswered_call_gives_the_offer_the_rest_of_its_time() {
    let mut world = world(1);
    let task = create(&mut world, for_worker(0));
    let (reservation, _) = offer(&world, &task).unwrap();
    world.advance(at(100));
    update(&mut world, &reservation, call_for(30, true)).unwrap();
    world.advance(at(149));
    assert_eq!(reservation_status(&world, &reservation), "pending");
    world.advance(at(150));
    assert_eq!(reservation_status(&world, &reservation), "timeout");
    assert_eq!(activity(&world, 0), offline_activity_sid());
}

#[test]
fn a_call_that_does_not_accept_lets_the_offer_lapse_once_it_is_answered() {
    let mut world = world(1);
    let task = create(&mut world, for_worker(0));
    let (reservation, _) = offer(&world, &task).unwrap();
    world.advance(at(100));
    update(&mut world, &reservation, call_for(60, false)).unwrap();
    world.advance(at(110));
    answer(&mut world);
    world.advance(at(129));
    assert_eq!(reservation_status(&world, &reservation), "pending");
    world.advance(at(130));
    assert_eq!(reservation_status(&world, &reservation), "timeout");
}

#[test]
fn a_conference_that_cannot_be_set_up_cancels_the_reservation_and_the_task_goes_on() {
    let mut world = world(2);
    let (task, reservation) = customer(&mut world);
    let (_, first) = offer(&world, &task).unwrap();
    world.advance(at(100));
    update(&mut world, &reservation, conference_for(100)).unwrap();
    world.advance(at(199));
    assert_eq!(reservation_status(&world, &reservation), "pending");
    events(&mut world);
    world.advance(at(200));
    assert_eq!(reservation_status(&world, &reservation), "canceled");
    // He answered: he has not let it pass.
    assert_eq!(activity(&world, first), available_activity_sid());
    assert_eq!(offered_to(&world, &task), Some(1 - first));
    assert_eq!(
        events(&mut world),
        [
            (first, "reservation.canceled".to_owned()),
            (1 - first, "reservation.created".to_owned()),
        ]
    );
}

#[test]
fn a_task_that_is_canceled_while_its_offer_is_on_hold_takes_the_leg_back() {
    let mut world = world(1);
    let task = create(&mut world, for_worker(0));
    let (reservation, _) = offer(&world, &task).unwrap();
    update(&mut world, &reservation, call_for(60, true)).unwrap();
    set_status(&mut world, &task, Status::Canceled).unwrap();
    assert_eq!(reservation_status(&world, &reservation), "canceled");
    assert!(world.telephony.is_at_rest());
    // What telephony says of it afterwards changes nothing.
    let late = CallFact::NotAnswered {
        reservation: reservation.clone(),
        call: leg(&world),
        cause: Cause::Canceled,
    };
    learn(&mut world, late);
    assert_eq!(reservation_status(&world, &reservation), "canceled");
}
