use super::*;

fn hold(task: &TaskSid, token: &str, hold: bool) -> Request {
    Request::Hold {
        task: task.clone(),
        token: token.to_owned(),
        whom: None,
        hold,
    }
}

fn talking() -> (Twilio, TaskSid) {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    twilio.conferences.insert(ConferenceSid::from_number(1));
    let callee = twilio.callees()[0].sid.clone();
    for sid in [&caller_task(), &callee] {
        twilio.tasks.get_mut(sid).unwrap().1 = TaskStatus::Assigned;
    }
    (twilio, callee)
}

fn noted(twilio: &Twilio, task: &TaskSid) -> Value {
    twilio.task(task).unwrap().attributes["internal_call"]["on_hold"].clone()
}

#[test]
fn each_party_puts_the_other_on_hold_and_never_himself() {
    let (mut twilio, callee) = talking();
    assert_eq!(twilio.run(hold(&caller_task(), "alice", true)).status, 200);
    assert_eq!(twilio.held, [("callee".to_owned(), true)].into());
    assert_eq!(twilio.run(hold(&callee, "bob", true)).status, 200);
    assert_eq!(
        twilio.held,
        [("callee".to_owned(), true), ("caller".to_owned(), true)].into()
    );
    for task in [&caller_task(), &callee] {
        assert_eq!(
            noted(&twilio, task),
            json!({"caller": true, "callee": true})
        );
    }
    twilio.run(hold(&caller_task(), "alice", false));
    assert_eq!(
        twilio.held,
        [("callee".to_owned(), false), ("caller".to_owned(), true)].into()
    );
    assert_eq!(
        noted(&twilio, &callee),
        json!({"caller": true, "callee": false})
    );
}

#[test]
fn only_a_party_or_a_supervisor_holds_anybody() {
    for (token, status) in [("mallory", 403), ("forged", 403), ("sue", 200)] {
        let (mut twilio, _) = talking();
        assert_eq!(twilio.run(hold(&caller_task(), token, true)).status, status);
        assert_eq!(twilio.held.is_empty(), status == 403, "{token}");
    }
}

#[test]
fn a_call_without_a_conference_cannot_be_held() {
    let (mut twilio, _) = talking();
    twilio.conferences.clear();
    assert_eq!(twilio.run(hold(&caller_task(), "alice", true)).status, 409);
    assert_eq!(twilio.held, [].into());
}

#[test]
fn both_desktops_show_a_hold_even_if_a_task_changes_meanwhile() {
    let (twilio, callee) = talking();
    let going = [
        Going::new(hold(&caller_task(), "alice", true)),
        Going::new(hold(&callee, "bob", true)),
    ];
    let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
        if at_rest {
            assert_eq!(
                twilio.held,
                [("callee".to_owned(), true), ("caller".to_owned(), true)].into()
            );
            for task in [&caller_task(), &callee] {
                assert_eq!(noted(twilio, task), json!({"caller": true, "callee": true}));
            }
        }
    });
    assert_eq!(states, 239, "states explored");
}

/// Hold in one tab and resume in the other: whatever both desktops show in the end, it is so.
#[test]
fn what_is_shown_is_so_also_if_hold_and_resume_cross() {
    let (twilio, callee) = talking();
    let going = [
        Going::new(hold(&caller_task(), "alice", true)),
        Going::new(hold(&caller_task(), "alice", false)),
    ];
    let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
        if at_rest {
            let (_, held) = twilio.held.first_key_value().expect("was set");
            for task in [&caller_task(), &callee] {
                assert_eq!(noted(twilio, task)["callee"], *held);
            }
        }
    });
    assert_eq!(states, 259, "states explored");
}
