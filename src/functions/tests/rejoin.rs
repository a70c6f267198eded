use super::sides::{callee_task, lost, talking, task_of};
use super::*;

fn rejoin(role: Role, token: &str) -> Request {
    Request::Rejoin {
        task: task_of(role),
        token: token.to_owned(),
    }
}

/// The other's leg ended long enough ago; this one is alone.
fn alone(left: Role) -> Twilio {
    let mut twilio = talking(&[left]);
    let since = (NOW.0 - 2000).to_string();
    let task = twilio.tasks.get_mut(&task_of(left)).unwrap();
    task.2["internal_call"]["lost"] = json!(since);
    twilio
}

fn token_of(role: Role) -> &'static str {
    match role {
        Role::Caller => "alice",
        Role::Callee => "bob",
    }
}

/// The lost one's phone is answered, and his leg is in the conference.
fn comes(twilio: &mut Twilio) {
    for (_, connected) in &mut twilio.parties {
        *connected = true;
    }
}

#[test]
fn his_phone_is_rung_for_the_conference_and_says_which_task_it_is_about() {
    for left in [Role::Caller, Role::Callee] {
        let back = left.other();
        let mut twilio = alone(left);
        assert_eq!(twilio.run(rejoin(back, token_of(back))).status, 200);
        let [new] = twilio.rung.as_slice() else {
            panic!("{:?}", twilio.rung);
        };
        let own = match back {
            Role::Caller => "client:alice",
            Role::Callee => "client:bob",
        };
        assert_eq!(new.to, format!("{own}?taskSid={}", task_of(back)));
        assert_eq!((new.from.as_str(), new.role), (own, back));
        let over = http::request(
            "/internal-call/common/agent-leg-over",
            &callback_of(&new.status_callback),
        );
        assert_eq!(
            over,
            Ok(Request::LegOver {
                task: caller_task(),
                role: back,
                was_answered: true,
                callee: (back == Role::Callee).then(callee_task),
                outlives: true,
            })
        );
        // He is waited for until he is in it.
        assert!(lost(&twilio, left));
    }
}

fn callback_of(url: &str) -> Vec<(String, String)> {
    let query = url.split_once('?').unwrap().1;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .chain([("CallStatus", "completed")])
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn nobody_is_rung_who_is_there_or_rings_or_has_only_just_gone() {
    let mut there = alone(Role::Caller);
    there.parties.push((Label::Of(Role::Callee), true));
    let mut rings = alone(Role::Caller);
    rings.parties.push((Label::Of(Role::Callee), false));
    let mut just_gone = alone(Role::Caller);
    let task = just_gone.tasks.get_mut(&caller_task()).unwrap();
    task.2["internal_call"]["lost"] = json!(NOW.0.to_string());
    for twilio in [&mut there, &mut rings, &mut just_gone] {
        let response = twilio.run(rejoin(Role::Callee, "bob"));
        assert_eq!(response.status, 409);
        assert!(format!("{response:?}").contains("there"), "{response:?}");
        assert!(twilio.rung.is_empty());
    }
}

#[test]
fn where_every_word_of_his_leaving_was_lost_his_coming_back_is_one() {
    let mut twilio = talking(&[Role::Caller]);
    assert_eq!(twilio.run(rejoin(Role::Callee, "bob")).status, 409);
    assert!(twilio.rung.is_empty() && lost(&twilio, Role::Caller));
    let mut going = Going::new(rejoin(Role::Callee, "bob"));
    while going.response.is_none() {
        going.step(NOW + Millis::from_secs(2), &mut twilio);
    }
    assert_eq!(twilio.rung.len(), 1);
}

#[test]
fn nobody_is_rung_for_a_call_that_is_over_or_never_was() {
    let mut over = alone(Role::Caller);
    over.conferences.clear();
    let mut empty = alone(Role::Caller);
    empty.parties.clear();
    let mut rings = alone(Role::Caller);
    let caller = &mut rings.tasks.get_mut(&caller_task()).unwrap().2;
    caller["internal_call"]["progress"] = json!("ringing");
    let mut wrapping = alone(Role::Caller);
    wrapping.tasks.get_mut(&callee_task()).unwrap().1 = TaskStatus::Wrapping;
    let mut not_ours = alone(Role::Caller);
    let callee = &mut not_ours.tasks.get_mut(&callee_task()).unwrap().2;
    callee["internal_call"]["rejoin_seconds"] = Value::Null;
    for twilio in [
        &mut over,
        &mut empty,
        &mut rings,
        &mut wrapping,
        &mut not_ours,
    ] {
        let response = twilio.run(rejoin(Role::Callee, "bob"));
        assert_eq!(response.status, 409);
        assert!(format!("{response:?}").contains("over"), "{response:?}");
        assert!(twilio.rung.is_empty());
    }
}

#[test]
fn only_he_himself_is_rung_and_only_by_himself() {
    // Neither a stranger, nor a supervisor, nor one who once was offered the task.
    for (token, holders) in [
        ("mallory", vec![alice(), bob()]),
        ("sue", vec![alice(), bob()]),
        ("bob", vec![alice()]),
    ] {
        let mut twilio = alone(Role::Caller);
        twilio.holders = holders;
        assert_eq!(twilio.run(rejoin(Role::Callee, token)).status, 403);
        assert!(twilio.rung.is_empty(), "{token}");
    }
    // What a task says of phones is anybody's word.
    let mut twilio = alone(Role::Caller);
    let forged = &mut twilio.tasks.get_mut(&callee_task()).unwrap().2;
    forged["to"] = json!("sip:somebody@elsewhere.example");
    forged["from"] = json!("client:carol");
    assert_eq!(twilio.run(rejoin(Role::Callee, "bob")).status, 200);
    assert!(twilio.rung[0].to.starts_with("client:bob?"));
}

/// Mallory made a task that says that he is the callee of a call of others.
#[test]
fn nobody_gets_into_a_call_by_a_task_that_says_so_of_itself() {
    let mut twilio = alone(Role::Caller);
    let forged = TaskSid::from_number(900);
    let mut attributes = twilio.tasks[&callee_task()].2.clone();
    attributes["internal_call"]["callee_worker"] = json!(WorkerSid::from_number(66));
    let task = (0, TaskStatus::Assigned, attributes);
    twilio.tasks.insert(forged.clone(), task);
    twilio.holders.push(WorkerSid::from_number(66));
    let asked = Request::Rejoin {
        task: forged,
        token: "mallory".to_owned(),
    };
    assert_eq!(twilio.run(asked).status, 409);
    assert!(twilio.rung.is_empty());
}

#[test]
fn a_refused_ringing_gives_the_claim_back_so_that_he_may_try_again() {
    let mut twilio = alone(Role::Caller);
    twilio.fail_ringing = true;
    assert_eq!(twilio.run(rejoin(Role::Callee, "bob")).status, 502);
    twilio.fail_ringing = false;
    assert_eq!(twilio.run(rejoin(Role::Callee, "bob")).status, 200);
    assert_eq!(twilio.rung.len(), 1);
}

#[test]
fn he_comes_back_without_being_on_hold() {
    let mut twilio = alone(Role::Caller);
    for task in [caller_task(), callee_task()] {
        let attributes = &mut twilio.tasks.get_mut(&task).unwrap().2;
        attributes["internal_call"]["on_hold"] = json!({"caller": true, "callee": true});
    }
    assert_eq!(twilio.run(rejoin(Role::Callee, "bob")).status, 200);
    for task in [caller_task(), callee_task()] {
        let on_hold = twilio.task(&task).unwrap().on_hold();
        assert!(on_hold.caller && !on_hold.callee, "{task}: {on_hold:?}");
    }
}

/// Two tabs of his ask at once, and an old word of his leaving comes; he answers.
#[test]
fn he_is_rung_once_and_is_not_lost_any_more_however_it_is_mingled() {
    for left in [Role::Caller, Role::Callee] {
        let back = left.other();
        let twilio = alone(left);
        let joined = match back {
            Role::Caller => ConferenceEvent::CallerJoined,
            Role::Callee => ConferenceEvent::CalleeJoined,
        };
        let event = |event| Request::Conference {
            event,
            task: caller_task(),
            conference: ConferenceSid::from_number(1),
        };
        let going = [
            Going::new(rejoin(back, token_of(back))),
            Going::new(rejoin(back, token_of(back))),
            Going::new(event(ConferenceEvent::Left)),
        ];
        let states = interleave(&twilio, &going, NOW, &|twilio, rest| {
            assert!(twilio.rung.len() <= 1, "{:?}", twilio.rung);
            if rest {
                assert_eq!(twilio.rung.len(), 1);
                let mut twilio = twilio.clone();
                comes(&mut twilio);
                // What tells that he has come, among words of his leaving that are as late.
                let going = [
                    Going::new(event(joined)),
                    Going::new(event(ConferenceEvent::Left)),
                ];
                interleave(&twilio, &going, NOW, &|twilio, rest| {
                    assert!(!rest || !lost(twilio, left), "{twilio:?}");
                });
            }
        });
        assert!(states > 500, "{states}");
    }
}

/// A word of his leaving that read who is there before he came, and would write after.
#[test]
fn a_stale_look_at_who_is_there_never_says_that_he_is_lost() {
    let mut twilio = talking(&[Role::Caller]);
    let mut stale = Going::new(Request::Conference {
        event: ConferenceEvent::Left,
        task: caller_task(),
        conference: ConferenceSid::from_number(1),
    });
    let writes = |order: &Order| matches!(order, Order::UpdateTask { .. });
    stale.until(&mut twilio, writes);
    // Meanwhile another word of it comes, he is rung, and is there.
    for seconds in [0, 2] {
        let mut going = Going::new(rejoin(Role::Callee, "bob"));
        while going.response.is_none() {
            going.step(NOW + Millis::from_secs(seconds), &mut twilio);
        }
    }
    assert_eq!(twilio.rung.len(), 1);
    comes(&mut twilio);
    twilio.run(Request::Conference {
        event: ConferenceEvent::CalleeJoined,
        task: caller_task(),
        conference: ConferenceSid::from_number(1),
    });
    while stale.response.is_none() {
        stale.step(NOW, &mut twilio);
    }
    assert!(!lost(&twilio, Role::Caller));
}
