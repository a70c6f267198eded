//! Two agents who call each other at the same moment end up in one call, whoever is first and by how much.

use crate::harness::message::Act;
use crate::harness::network::Fault;
use crate::harness::{Office, ALICE, BOB};
use backline::effect::Notice;
use backline::ids::TaskSid;
use backline::time::Millis;
use backline_world::account;

/// Everybody may have so many calls.
fn office(seed: u64, room: u64) -> Office {
    let mut office = Office::new(seed);
    for agent in 0..3 {
        let (now, sid) = (office.now, account::worker_sid(agent));
        let worker = office.world.routing.worker(&sid).unwrap();
        for channel in worker.channels.keys().cloned().collect::<Vec<_>>() {
            office.world.change(now, |world| {
                let routing = &mut world.routing;
                let updated = routing.update_worker_channel(now, &sid, &channel, Some(room), None);
                updated.unwrap();
            });
        }
    }
    office
}

/// The calls that are on: callers' tasks that are not over.
fn calls(office: &Office) -> Vec<TaskSid> {
    let callers = office.world.routing.tasks().filter(|task| {
        task.attributes["internal_call"]["role"] == "caller" && task.state.ended().is_none()
    });
    callers.map(|task| task.sid.clone()).collect()
}

fn no_news_but_glare(office: &Office) {
    for agent in [ALICE, BOB] {
        for notice in &office.stations[agent].notices {
            let glare = matches!(
                notice,
                Notice::Unanswered {
                    why: backline::effect::Unanswered::Glare,
                    ..
                }
            );
            assert!(glare, "{notice:?}");
        }
    }
}

/// Both press Call, the second so much later; they talk, by one call, and nobody has accepted anything by hand.
fn both_call(mut office: Office, first: usize, later: Millis) {
    let second = ALICE + BOB - first;
    office.act(first, Act::Call(second));
    office.pass(later);
    office.act(second, Act::Call(first));
    office.until("they talk", |office| office.talk(ALICE, BOB));
    office.pass(Millis::from_secs(5));
    assert!(office.talk(ALICE, BOB));
    assert_eq!(calls(&office).len(), 1);
    let legs = [ALICE, BOB].map(|agent| office.live_legs(agent).len());
    assert_eq!(legs, [1, 1], "{}", office.log.join("\n"));
    no_news_but_glare(&office);
    office.act(first, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn two_who_call_each_other_talk_whoever_is_first_and_by_how_much() {
    for first in [ALICE, BOB] {
        for room in [1, 2] {
            for later in (0..1200).step_by(10) {
                both_call(office(later, room), first, Millis(later));
            }
        }
    }
}

#[test]
fn so_they_do_while_any_of_what_is_asked_is_slow() {
    for hop in [
        "rpc:createTask",
        "http:ring",
        "rest:fetch-channel",
        "rest:list-opposite",
        "rest:update-task",
        "rest:create-task",
    ] {
        for first in [ALICE, BOB] {
            for later in (0..400).step_by(40) {
                let mut office = office(later, 2);
                office.fault(hop, Fault::Delay(Millis(700)));
                both_call(office, first, Millis(later));
            }
        }
    }
}

/// Where lists hide each from the other, one of the two plugins gives way, as both are on offer.
#[test]
fn so_they_do_where_neither_is_listed() {
    for first in [ALICE, BOB] {
        for later in (0..1200).step_by(30) {
            let mut office = office(later, 2);
            office.lag = Millis::from_secs(10);
            both_call(office, first, Millis(later));
        }
    }
}

/// Where each takes one call at a time both may be told that the other is on a call, as they are; then nothing is left.
#[test]
fn where_neither_is_listed_and_each_has_room_for_one_there_is_one_call_or_none() {
    for first in [ALICE, BOB] {
        for later in (0..600).step_by(30) {
            let mut office = office(later, 1);
            office.lag = Millis::from_secs(10);
            let second = ALICE + BOB - first;
            office.act(first, Act::Call(second));
            office.pass(Millis(later));
            office.act(second, Act::Call(first));
            office.pass(Millis::from_secs(60));
            assert!(calls(&office).len() <= 1);
            office.act(ALICE, Act::TidyUp);
            office.act(BOB, Act::TidyUp);
            office.comes_to_rest();
        }
    }
}

#[test]
fn one_whose_request_is_lost_is_met_all_the_same() {
    for first in [ALICE, BOB] {
        for later in [0, 100, 250] {
            let mut office = office(later, 1);
            office.fault("http:ring", Fault::Lose);
            let second = ALICE + BOB - first;
            office.act(first, Act::Call(second));
            office.pass(Millis(later));
            office.act(second, Act::Call(first));
            office.pass(Millis::from_secs(60));
            assert!(calls(&office).len() <= 1);
            office.act(ALICE, Act::TidyUp);
            office.act(BOB, Act::TidyUp);
            office.comes_to_rest();
        }
    }
}
