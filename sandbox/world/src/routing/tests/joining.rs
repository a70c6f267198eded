//! Alice, whose page crashed, is rung once more for her call with Dana while her former leg is still there.

use super::supervise::{accept, answer, customer, dana_calls, hang_up, hears, leg};
use super::*;
use crate::audio::Hears;
use crate::orders::AddedLeg;
use backline::ids::ContactUri;

/// Alice talks to Dana by a leg that nobody listens at any more, and is rung again: the reservation and both legs.
fn alice_is_rung_again(world: &mut World) -> (ReservationSid, CallSid, CallSid) {
    let reservation = dana_calls(world);
    accept(world, &reservation);
    let former = leg(world, "alice").unwrap();
    let now = world.now();
    let conference = world
        .telephony
        .conference_of_task(&task_of(world, &reservation))
        .unwrap();
    let outlives = crate::telephony::ParticipantChanges {
        end_on_exit: Some(false),
        ..Default::default()
    };
    let task = task_of(world, &reservation);
    let added = AddedLeg {
        reservation: reservation.clone(),
        task,
        worker: account::worker_sid(0),
        to: ContactUri::parse("client:alice?flex_session_identifier=1").unwrap(),
        from: "+15550111".to_owned(),
    };
    let again = world.change(now, |world| {
        world
            .telephony
            .update_participant(now, &conference, &former, outlives)
            .unwrap();
        world.telephony.add_worker(now, added).unwrap()
    });
    (reservation, former, again)
}

fn task_of(world: &World, reservation: &ReservationSid) -> TaskSid {
    world.routing.reservation(reservation).unwrap().task.clone()
}

fn state(world: &World, reservation: &ReservationSid) -> ReservationState {
    world.routing.reservation(reservation).unwrap().state
}

#[test]
fn whoever_is_rung_again_talks_on_and_his_former_leg_ends_nothing() {
    let mut world = world(1);
    let (reservation, former, again) = alice_is_rung_again(&mut world);
    assert_eq!(leg(&world, "alice").as_ref(), Some(&again));
    answer(&mut world, "alice");
    let now = world.now();
    world.change(now, |world| world.telephony.end_call(now, &former));
    assert_eq!(state(&world, &reservation), ReservationState::Accepted);
    let dana = customer(&world);
    assert_eq!(hears(&world, &dana), Hears::Legs(vec![again]));
    hang_up(&mut world, "alice");
    assert_eq!(state(&world, &reservation), ReservationState::Wrapping);
}

#[test]
fn whoever_is_rung_again_in_vain_stays_in_the_call_by_his_former_leg() {
    let mut world = world(1);
    let (reservation, former, again) = alice_is_rung_again(&mut world);
    let now = world.now();
    world.drain();
    world.change(now, |world| world.telephony.leg_rejected(now, &again));
    assert_eq!(state(&world, &reservation), ReservationState::Accepted);
    let dana = customer(&world);
    assert_eq!(hears(&world, &dana), Hears::Legs(vec![former]));
    let told = events(&mut world);
    let failed = told
        .iter()
        .filter(|(_, event)| event == "participant.add.failed");
    assert_eq!(failed.count(), 1);
}

#[test]
fn nobody_is_rung_again_for_a_call_that_is_over() {
    let mut world = world(1);
    let reservation = dana_calls(&mut world);
    accept(&mut world, &reservation);
    hang_up(&mut world, "alice");
    let added = AddedLeg {
        task: task_of(&world, &reservation),
        reservation,
        worker: account::worker_sid(0),
        to: ContactUri::parse("client:alice").unwrap(),
        from: "+15550111".to_owned(),
    };
    let now = world.now();
    let refused = world.change(now, |world| world.telephony.add_worker(now, added));
    assert_eq!(refused, Err(crate::telephony::CreateError::NoConference));
}
