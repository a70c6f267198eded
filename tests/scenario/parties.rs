//! Calls of three, by conference.

use crate::calls::alice_talks_to_bob;
use crate::harness::message::Act;
use crate::harness::network::Fault;
use crate::harness::{Office, ALICE, BOB, CAROL, NAMES};
use backline::effect::Notice;
use backline::time::Millis;
use backline::twilio::attributes::PartyState;

/// One of the two adds Carol.
fn adding(by: usize, faults: &[(&'static str, Fault, u64)]) -> Office {
    let mut office = alice_talks_to_bob();
    office.until("both can add", |office| {
        let able = |seat: usize| office.stations[seat].company(|view| view.add.is_some());
        [ALICE, BOB].map(|seat| able(seat).is_some()) == [true; 2]
    });
    for (hop, fault, meet) in faults {
        office.faults(hop, *fault, *meet);
    }
    office.act(by, Act::Add(CAROL));
    office
}

/// Whether each of these hears exactly the others.
fn all_talk(office: &Office, all: &[usize]) -> bool {
    all.iter().all(|one| {
        let others = all.iter().filter(|other| *other != one);
        let mut others: Vec<&str> = others.map(|other| NAMES[*other]).collect();
        others.sort_unstable();
        let heard = office.heard(*one).into_iter().map(|mut heard| {
            heard.sort_unstable();
            heard
        });
        heard.collect::<Vec<_>>() == [others.clone()]
    })
}

fn three(by: usize, faults: &[(&'static str, Fault, u64)]) -> Office {
    let mut office = adding(by, faults);
    office.until("Carol is offered the call", |office| {
        office.is_offered(CAROL)
    });
    office.act(CAROL, Act::Accept);
    office.until("all three talk", |office| {
        all_talk(office, &[ALICE, BOB, CAROL])
    });
    office
}

/// How each sees the others.
fn sees(office: &Office, seat: usize) -> Vec<PartyState> {
    let found = office.stations[seat].company(|view| !view.parties.is_empty());
    let parties = found.map(|(_, view)| view.parties).unwrap_or_default();
    parties.into_iter().map(|party| party.state).collect()
}

#[test]
fn whoever_leaves_leaves_two_and_the_next_who_leaves_ends_it() {
    for by in [ALICE, BOB] {
        for first in [ALICE, BOB, CAROL] {
            let mut office = three(by, &[]);
            office.pass(Millis::from_secs(2));
            for seat in [ALICE, BOB, CAROL] {
                assert_eq!(sees(&office, seat), [PartyState::There; 2], "{seat}");
            }
            office.act(first, Act::HangUp);
            let stay: Vec<usize> = [ALICE, BOB, CAROL]
                .into_iter()
                .filter(|one| *one != first)
                .collect();
            office.until("the two others talk", |office| all_talk(office, &stay));
            office.pass(Millis::from_secs(30));
            assert!(all_talk(&office, &stay), "{first}");
            let left = sees(&office, stay[0])
                .into_iter()
                .filter(|state| *state == PartyState::Left);
            assert_eq!(left.count(), 1);
            office.act(stay[0], Act::HangUp);
            office.comes_to_rest();
            for station in &office.stations {
                assert_eq!(station.notices, vec![]);
            }
        }
    }
}

#[test]
fn all_three_leave_at_once() {
    let mut office = three(ALICE, &[]);
    for seat in [ALICE, BOB, CAROL] {
        office.act(seat, Act::HangUp);
    }
    office.comes_to_rest();
}

#[test]
fn any_of_them_ends_it_for_all() {
    for seat in [ALICE, BOB, CAROL] {
        let mut office = three(BOB, &[]);
        office.pass(Millis::from_secs(2));
        office.act(seat, Act::EndForAll);
        office.until("all are out", |office| {
            [ALICE, BOB, CAROL]
                .into_iter()
                .all(|one| office.live_legs(one).is_empty())
        });
        office.comes_to_rest();
    }
}

#[test]
fn whatever_is_lost_late_or_doubled_she_is_added_once_and_the_call_goes_on_without_whoever_leaves()
{
    let slow = Fault::Delay(Millis::from_secs(6));
    let faults = [
        ("http:add", Fault::Lose),
        ("http:add", Fault::Double),
        ("http:add", Fault::Fail(503)),
        ("settled:http", Fault::Lose),
        ("settled:http", Fault::Double),
        ("rest:update-task", Fault::Fail(412)),
        ("rest:update-task", slow),
        ("rest:let-go", Fault::Lose),
        ("rest:let-go", Fault::Fail(503)),
        ("rest:fetch", Fault::Lose),
        ("rest:list", Fault::Lose),
        ("webhook:participant-join", Fault::Lose),
        ("webhook:leg-over", Fault::Lose),
        ("push:", Fault::Double),
        ("push:", slow),
    ];
    for by in [ALICE, BOB] {
        for (hop, fault) in faults {
            let mut office = three(by, &[(hop, fault, 1)]);
            office.pass(Millis::from_secs(10));
            office.act(by, Act::HangUp);
            let stays = if by == ALICE { BOB } else { ALICE };
            office.until("the two others talk", |office| {
                all_talk(office, &[stays, CAROL])
            });
            office.pass(Millis::from_secs(30));
            assert!(all_talk(&office, &[stays, CAROL]), "{hop} {fault:?}");
            office.act(CAROL, Act::HangUp);
            office.comes_to_rest();
        }
    }
}

#[test]
fn where_no_word_of_a_leg_that_ended_comes_whoever_hung_up_says_so_himself() {
    for first in [ALICE, BOB, CAROL] {
        let mut office = three(ALICE, &[]);
        office.pass(Millis::from_secs(2));
        office.faults("webhook:leg-over", Fault::Lose, 100);
        office.faults("webhook:participant-leave", Fault::Lose, 100);
        office.act(first, Act::HangUp);
        let mut stay = [ALICE, BOB, CAROL].into_iter().filter(|one| *one != first);
        let stay = [stay.next().unwrap(), stay.next().unwrap()];
        office.pass(Millis::from_secs(30));
        assert!(all_talk(&office, &stay), "{first}");
        office.act(stay[1], Act::HangUp);
        office.comes_to_rest();
    }
}

#[test]
fn she_declines_or_does_not_answer_and_the_two_talk_on() {
    for declines in [true, false] {
        let mut office = adding(BOB, &[]);
        office.until("Carol is offered the call", |office| {
            office.is_offered(CAROL)
        });
        let expected = match declines {
            true => {
                office.act(CAROL, Act::Reject);
                PartyState::Declined
            }
            false => PartyState::NoAnswer,
        };
        office.pass(Millis::from_secs(60));
        assert!(office.talk(ALICE, BOB));
        for seat in [ALICE, BOB] {
            assert!(sees(&office, seat).contains(&expected), "{declines}");
        }
        office.act(ALICE, Act::HangUp);
        office.comes_to_rest();
    }
}

#[test]
fn whoever_hangs_up_at_any_moment_while_she_is_added_leaves_nobody_ringing() {
    for moment in (0..2500).step_by(100) {
        for who in [ALICE, BOB] {
            let mut office = adding(ALICE, &[]);
            office.pass(Millis(moment));
            office.act(who, Act::HangUp);
            office.pass(Millis::from_secs(12));
            assert!(!office.is_offered(CAROL), "{moment} {who}");
            office.comes_to_rest();
        }
    }
}

#[test]
fn a_page_that_goes_takes_its_agent_out_and_the_others_talk_on() {
    for who in [ALICE, BOB, CAROL] {
        let mut office = three(BOB, &[]);
        office.pass(Millis::from_secs(2));
        office.act(who, Act::Load(Millis::from_secs(2)));
        let mut stay = [ALICE, BOB, CAROL].into_iter().filter(|one| *one != who);
        let stay = [stay.next().unwrap(), stay.next().unwrap()];
        office.pass(Millis::from_secs(30));
        assert!(all_talk(&office, &stay), "{who}");
        assert!(office.live_legs(who).is_empty());
        office.act(stay[0], Act::HangUp);
        office.comes_to_rest();
    }
}

#[test]
fn no_request_to_add_arrives_and_the_two_talk_on() {
    let office = &mut adding(BOB, &[("http:add", Fault::Lose, 100)]);
    office.pass(Millis::from_secs(60));
    assert!(office.talk(ALICE, BOB));
    let told = |notice: &Notice| matches!(notice, Notice::NotAdded { .. });
    assert!(office.stations[BOB].notices.iter().any(told));
    office.act(BOB, Act::HangUp);
    office.comes_to_rest();
}
