//! Carol listens in on Alice and Dana, with both machines.

use super::*;
use crate::audio::Hears;

const ALICE: usize = 0;
const CAROL: usize = 2;

/// Alice's reservation of Dana, who waits.
pub(super) fn dana_calls(world: &mut World) -> ReservationSid {
    let now = world.now();
    world.change(now, |world| {
        let attributes = serde_json::Map::new();
        world
            .telephony
            .customer_calls(now, "+15550111", "+15550100", "Dana", attributes)
    });
    let task = world.routing.tasks().last().unwrap().sid.clone();
    offer(world, &task).unwrap().0
}

pub(super) fn accept(world: &mut World, reservation: &ReservationSid) {
    let conference = ReservationUpdate::Conference {
        end_on_exit: true,
        end_on_customer_exit: true,
        status_callback: None,
        dial: Dial::default(),
    };
    update(world, reservation, conference).unwrap();
    answer(world, "alice");
}

fn monitor(world: &mut World, reservation: &ReservationSid) -> Result<(), RoutingError> {
    let monitor = ReservationUpdate::Monitor {
        supervisor: account::worker_sid(CAROL),
        dial: Dial::default(),
    };
    update(world, reservation, monitor)
}

/// The latest leg of that identity.
pub(super) fn leg(world: &World, identity: &str) -> Option<CallSid> {
    let calls = world.telephony.calls();
    let own = calls
        .into_iter()
        .find(|call| call.identity.as_deref() == Some(identity));
    own.map(|call| call.sid)
}

pub(super) fn answer(world: &mut World, identity: &str) {
    let (now, leg) = (world.now(), leg(world, identity).unwrap());
    world.change(now, |world| world.telephony.leg_answered(now, &leg));
}

pub(super) fn hang_up(world: &mut World, identity: &str) {
    let (now, leg) = (world.now(), leg(world, identity).unwrap());
    world.change(now, |world| world.telephony.leg_hung_up(now, &leg));
}

/// Alice talks to Dana, Carol listens in.
fn carol_listens() -> (World, ReservationSid) {
    let mut world = world(1);
    let reservation = dana_calls(&mut world);
    accept(&mut world, &reservation);
    monitor(&mut world, &reservation).unwrap();
    answer(&mut world, "carol");
    (world, reservation)
}

pub(super) fn hears(world: &World, call: &CallSid) -> Hears {
    let graph = world.telephony.audio();
    let own = graph.legs.into_iter().find(|leg| leg.call == *call);
    own.unwrap().hears
}

pub(super) fn customer(world: &World) -> CallSid {
    let calls = world.telephony.calls();
    let own = calls.into_iter().find(|call| call.customer.is_some());
    own.unwrap().sid
}

/// What Sync was told of the conference since the last look: kind and status of each participant, or its own status.
fn items(world: &mut World) -> Vec<String> {
    let outputs = world.drain().into_iter().filter_map(|output| match output {
        Output::ConferenceItem { data, .. } => Some(data),
        _ => None,
    });
    let word = |data: &Value, key: &str| data[key].as_str().unwrap_or("conference").to_owned();
    let words = outputs.map(|data| word(&data, "participant_type") + " " + &word(&data, "status"));
    words.collect()
}

#[test]
fn whoever_listens_in_hears_both_and_is_heard_by_nobody() {
    let (world, _) = carol_listens();
    let [alice, carol] = ["alice", "carol"].map(|identity| leg(&world, identity).unwrap());
    let dana = customer(&world);
    assert_eq!(
        hears(&world, &carol),
        Hears::Legs(vec![alice.clone(), dana.clone()])
    );
    assert_eq!(hears(&world, &alice), Hears::Legs(vec![dana.clone()]));
    assert_eq!(hears(&world, &dana), Hears::Legs(vec![alice]));
}

#[test]
fn whoever_listens_in_leaves_the_call_as_it_was() {
    let (mut world, reservation) = carol_listens();
    let seen = |world: &World| {
        let reservation = world.routing.reservation(&reservation).unwrap();
        (
            reservation.task.clone(),
            reservation.state,
            reservation.version,
        )
    };
    let before = seen(&world);
    let conference = world.telephony.conference_of_task(&before.0).unwrap();
    hang_up(&mut world, "carol");
    assert_eq!(seen(&world), before);
    let there = world.telephony.participants(&conference);
    assert_eq!(there.len(), 2);
    hang_up(&mut world, "alice");
    assert_eq!(status(&world, &before.0), "wrapping");
    assert!(world.telephony.is_at_rest());
}

#[test]
fn a_call_that_ends_ends_the_listening_in() {
    for rings in [true, false] {
        let (mut world, reservation) = carol_listens();
        if rings {
            hang_up(&mut world, "carol");
            monitor(&mut world, &reservation).unwrap();
        }
        hang_up(&mut world, "alice");
        assert!(world.telephony.is_at_rest(), "rings: {rings}");
    }
}

#[test]
fn what_flex_reads_of_a_conference_says_who_listens_in() {
    let (mut world, _) = carol_listens();
    assert_eq!(
        items(&mut world),
        [
            "conference started",
            "worker joined",
            "customer joined",
            "supervisor joined"
        ]
    );
    hang_up(&mut world, "carol");
    assert_eq!(items(&mut world), ["supervisor left"]);
    hang_up(&mut world, "alice");
    assert_eq!(
        items(&mut world),
        ["worker left", "customer left", "conference ended"]
    );
}

#[test]
fn the_task_names_its_worker_and_not_who_listens_in() {
    let (mut world, reservation) = carol_listens();
    let task = world
        .routing
        .reservation(&reservation)
        .unwrap()
        .task
        .clone();
    let noted = &world.routing.task(&task).unwrap().attributes["conference"]["participants"];
    assert_eq!(
        noted,
        &json!({"worker": leg(&world, "alice"), "customer": customer(&world)})
    );
    let added = events(&mut world);
    let added = added
        .iter()
        .filter(|(worker, event)| *worker == ALICE && event == "participant.added");
    assert_eq!(added.count(), 3);
}

#[test]
fn nobody_listens_in_on_an_offer_or_on_a_call_that_is_over() {
    let mut world = world(1);
    let reservation = dana_calls(&mut world);
    let refused = |world: &mut World| monitor(world, &reservation).unwrap_err().code();
    assert_eq!(refused(&mut world), 40146);
    accept(&mut world, &reservation);
    hang_up(&mut world, "alice");
    assert_eq!(refused(&mut world), 40146);
    assert_eq!(leg(&world, "carol"), None);
}

#[test]
fn nobody_listens_in_on_a_task_without_a_conference() {
    let mut world = world(1);
    let task = create(&mut world, for_worker(ALICE));
    let (reservation, _) = offer(&world, &task).unwrap();
    update(&mut world, &reservation, ReservationUpdate::Accept).unwrap();
    let refused = monitor(&mut world, &reservation).unwrap_err();
    assert!(matches!(refused, RoutingError::InvalidParameter { .. }));
}
