use super::*;

fn came(callee: &TaskSid) -> Request {
    Request::Came {
        task: callee.clone(),
        token: "bob".to_owned(),
        warm: false,
    }
}

/// Both are in the call; Twilio's word of it was lost.
fn talking() -> (Twilio, TaskSid) {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    let callee = twilio.callees()[0].sid.clone();
    for task in [caller_task(), callee.clone()] {
        twilio.tasks.get_mut(&task).unwrap().1 = TaskStatus::Assigned;
    }
    twilio.conferences.insert(ConferenceSid::from_number(1));
    twilio.in_progress = true;
    (twilio, callee)
}

fn progress(twilio: &Twilio) -> Option<String> {
    twilio.caller().link("progress").map(str::to_owned)
}

#[test]
fn the_caller_reads_that_the_callee_came_though_twilios_word_was_lost() {
    let (mut twilio, callee) = talking();
    assert_eq!(progress(&twilio).as_deref(), Some("ringing"));
    assert_eq!(twilio.run(came(&callee)).status, 200);
    assert_eq!(progress(&twilio).as_deref(), Some("answered"));
    assert_eq!(twilio.caller().attributes["theirs"]["kept"], 1);
    let version = twilio.caller().version;
    assert_eq!(twilio.run(came(&callee)).status, 200);
    assert_eq!(twilio.caller().version, version, "told twice, written once");
}

#[test]
fn a_callee_who_waits_alone_has_not_come_and_an_outcome_stands() {
    let (mut alone, callee) = talking();
    alone.in_progress = false;
    assert_eq!(alone.run(came(&callee)).status, 200);
    assert_eq!(progress(&alone).as_deref(), Some("ringing"));

    let (mut over, callee) = talking();
    over.tasks.get_mut(&caller_task()).unwrap().2["internal_call"]["progress"] = "no_answer".into();
    assert_eq!(over.run(came(&callee)).status, 200);
    assert_eq!(progress(&over).as_deref(), Some("no_answer"));

    let (mut gone, callee) = talking();
    gone.tasks.remove(&caller_task());
    assert_eq!(gone.run(came(&callee)).status, 200);
    assert_eq!(gone.tasks.len(), 1);
}

#[test]
fn only_the_callee_comes() {
    let (mut twilio, callee) = talking();
    let mut status = |task: &TaskSid, token: &str| {
        let token = token.to_owned();
        let task = task.clone();
        twilio
            .run(Request::Came {
                task,
                token,
                warm: false,
            })
            .status
    };
    assert_eq!(status(&caller_task(), "alice"), 409);
    assert_eq!(status(&callee, "mallory"), 403);
    assert_eq!(status(&callee, "forged"), 403);
    assert_eq!(progress(&twilio).as_deref(), Some("ringing"));
}

#[test]
fn coming_while_either_hangs_up_leaves_nothing_open() {
    for (task, expected) in [(caller_task(), 172), (TaskSid::from_number(101), 189)] {
        let (twilio, callee) = talking();
        let ended = Request::End {
            task: task.clone(),
            token: "bob".to_owned(),
            outcome: None,
            warm: false,
        };
        let going = [Going::new(came(&callee)), Going::new(ended)];
        let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
            if at_rest {
                assert_eq!(twilio.open_callees(), 0);
                assert!(!twilio.caller().is_open());
            }
        });
        assert_eq!(states, expected, "states explored");
    }
}
