//! Calls of more than two, by conference.

use super::*;
use crate::twilio::attributes::PartyState;
use crate::view::{CallView, OrderView};

fn carol() -> Callee {
    Callee {
        worker: WorkerSid::from_number(3),
        contact_uri: ContactUri::parse("client:carol").unwrap(),
        name: "Carol Clark".into(),
    }
}

/// Her task.
fn third() -> TaskSid {
    TaskSid::from_number(30)
}

fn told_of(role: &str, status: &str, states: &[&str]) -> Event {
    offer(role, status, |r| {
        let own = &mut r["attributes"]["internal_call"];
        own["progress"] = json!("answered");
        let parties = ["caller", "callee", third().as_str()].map(str::to_owned);
        let names = ["Alice Anderson", "Bob Brown", "Carol Clark"];
        let of = |((label, name), state)| json!({"label": label, "name": name, "state": state});
        let parties = parties.into_iter().zip(names).zip(states.iter().copied());
        if !states.is_empty() {
            own["parties"] = parties.map(of).collect();
        }
    })
}

/// Alice, in this role, is in the call; and where the others are.
fn talking(role: &str, states: &[&str]) -> Core {
    let mut core = match role {
        "caller" => rung().0,
        _ => desk(),
    };
    core.told(NOW, &told_of(role, "pending", &[]));
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    core.told(NOW, &told_of(role, "accepted", states));
    core
}

fn add(core: &mut Core, callee: Callee) -> Vec<Effect> {
    core.told(NOW, &Event::PersonChosen { callee });
    let reservation = reservation();
    core.told(NOW, &Event::AddPressed { reservation })
}

fn hold(core: &mut Core, label: &str, on: bool) -> Vec<Effect> {
    let (reservation, label) = (reservation(), label.to_owned());
    core.told(
        NOW,
        &Event::PartyHoldPressed {
            reservation,
            label,
            on,
        },
    )
}

fn remove(core: &mut Core, label: &str) -> Vec<Effect> {
    let (reservation, label) = (reservation(), label.to_owned());
    core.told(NOW, &Event::PartyRemovePressed { reservation, label })
}

fn end_for_all(core: &mut Core) -> Vec<Effect> {
    let reservation = reservation();
    core.told(NOW, &Event::EndForAllPressed { reservation })
}

fn view(core: &Core) -> CallView {
    core.call_view(reservation().as_str()).unwrap()
}

fn form(effects: &[Effect]) -> Vec<(String, String)> {
    posts(effects).remove(0).1.form
}

fn field(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

#[test]
fn either_party_adds_whoever_is_chosen_once() {
    for role in ["caller", "callee"] {
        let mut core = talking(role, &[]);
        assert_eq!(view(&core).add, Some(OrderView::Able));
        let effects = add(&mut core, carol());
        assert_eq!(paths(&effects), ["add"]);
        let expected = [field("taskSid", task()), field("workerSid", carol().worker)];
        assert_eq!(form(&effects), expected);
        assert_eq!(view(&core).add, Some(OrderView::Ordered));
        assert!(paths(&add(&mut core, carol())).is_empty(), "once");
        let id = posts(&effects)[0].0;
        assert!(notices(&settle(&mut core, id, ok())).is_empty());
        assert_eq!(view(&core).add, Some(OrderView::Able));
    }
}

#[test]
fn neither_of_the_two_is_added_nor_anybody_before_they_talk() {
    let mut core = talking("caller", &[]);
    assert!(paths(&add(&mut core, bob())).is_empty());
    let (core, _) = ringing();
    assert_eq!(view(&core).add, None);
    let mut core = talking("callee", &[]);
    action(&mut core, FlexAction::HangupCall, reservation().as_str());
    assert_eq!(view(&core).add, None);
    assert!(paths(&add(&mut core, carol())).is_empty());
}

#[test]
fn nobody_is_added_once_the_caller_has_left_nor_to_a_queue() {
    let core = talking("callee", &["left", "there", "there"]);
    assert_eq!(view(&core).add, None);
    let mut core = talking("caller", &[]);
    let tab = Tab::Queue;
    core.told(NOW, &Event::TabChosen { tab });
    let queue = "Sales".to_owned();
    core.told(NOW, &Event::QueueChosen { queue });
    let reservation = reservation();
    assert!(paths(&core.told(NOW, &Event::AddPressed { reservation })).is_empty());
}

#[test]
fn a_call_of_several_is_not_transferred_and_shows_each_of_the_others() {
    let core = talking("caller", &["there", "on_hold", "ringing"]);
    let view = view(&core);
    assert_eq!(view.transfer, None);
    let states: Vec<_> = view
        .parties
        .iter()
        .map(|one| (one.name.0.as_str(), one.state))
        .collect();
    assert_eq!(
        states,
        [
            ("Bob Brown", PartyState::OnHold),
            ("Carol Clark", PartyState::Ringing)
        ]
    );
    assert!(talking("caller", &[])
        .call_view(reservation().as_str())
        .unwrap()
        .parties
        .is_empty());
}

#[test]
fn each_is_held_and_removed_by_his_label_as_far_as_he_is_there() {
    let mut core = talking("caller", &["there", "there", "ringing"]);
    let effects = hold(&mut core, "callee", true);
    let expected = [
        field("taskSid", task()),
        field("party", "callee"),
        field("hold", true),
    ];
    assert_eq!(
        (paths(&effects), form(&effects)),
        (vec!["hold".to_owned()], expected.into())
    );
    assert!(view(&core).parties[0].changing);
    // One thing at a time for each; another one's is his own.
    assert!(paths(&remove(&mut core, "callee")).is_empty());
    assert!(
        paths(&hold(&mut core, third().as_str(), true)).is_empty(),
        "she only rings"
    );
    let effects = remove(&mut core, third().as_str());
    assert_eq!(paths(&effects), ["remove"]);
    assert_eq!(
        form(&effects),
        [field("taskSid", task()), field("party", third())]
    );
    for label in ["caller", "nobody"] {
        assert!(paths(&remove(&mut core, label)).is_empty(), "{label}");
    }
    let mut core = talking("caller", &["there", "left", "there"]);
    assert!(paths(&hold(&mut core, "callee", true)).is_empty());
    assert!(paths(&remove(&mut core, "callee")).is_empty());
}

#[test]
fn what_fails_is_told_and_what_is_not_heard_is_asked_again() {
    let name = || "Carol Clark".into();
    let cases = [
        (409, Some("busy"), Notice::AddBusy { name: name() }),
        (
            409,
            Some("unavailable"),
            Notice::AddUnavailable { name: name() },
        ),
        (
            409,
            Some("full"),
            Notice::NotAdded {
                name: name(),
                detail: "HTTP 409 said".to_owned(),
            },
        ),
    ];
    for (status, code, notice) in cases {
        let mut core = talking("callee", &[]);
        let id = posts(&add(&mut core, carol()))[0].0;
        assert_eq!(
            notices(&settle(&mut core, id, answered(status, code))),
            [notice]
        );
    }
    let mut core = talking("caller", &["there", "there", "there"]);
    let mut id = posts(&end_for_all(&mut core))[0].0;
    assert!(view(&core).ending_for_all);
    for _ in 0..2 {
        assert!(notices(&settle(&mut core, id, failed())).is_empty());
        let (_, effects) = wait(&mut core);
        assert_eq!(paths(&effects), ["end-for-all"]);
        id = posts(&effects)[0].0;
    }
    let detail = "no way".to_owned();
    assert_eq!(
        notices(&settle(&mut core, id, failed())),
        [Notice::NotEndedForAll { detail }]
    );
    assert!(
        paths(&end_for_all(&mut talking("caller", &[]))).is_empty(),
        "they are two"
    );
    let mut core = talking("caller", &["there", "there", "there"]);
    let id = posts(&remove(&mut core, "callee"))[0].0;
    let (name, detail) = ("Bob Brown".into(), "HTTP 409 said".to_owned());
    let told = notices(&settle(&mut core, id, answered(409, None)));
    assert_eq!(told, [Notice::NotRemoved { name, detail }]);
}

#[test]
fn the_hold_button_holds_all_others_and_whoever_is_held_reads_it() {
    let mut core = talking("caller", &["there", "there", "there"]);
    assert_eq!(view(&core).hold, Some(HoldView::Off));
    core.told(
        NOW,
        &told_of("caller", "accepted", &["there", "on_hold", "there"]),
    );
    assert_eq!(
        view(&core).hold,
        Some(HoldView::Off),
        "one of them is there"
    );
    core.told(
        NOW,
        &told_of("caller", "accepted", &["there", "on_hold", "on_hold"]),
    );
    assert_eq!(view(&core).hold, Some(HoldView::On));
    assert!(!view(&core).held_by_other);
    core.told(
        NOW,
        &told_of("caller", "accepted", &["on_hold", "there", "there"]),
    );
    assert!(view(&core).held_by_other);
}

#[test]
fn whoever_calls_the_one_who_adds_him_gives_nothing_way_and_is_put_among_no_others() {
    let (mut core, _) = rung();
    let effects = core.told(
        NOW,
        &offer("callee", "pending", |r| {
            r["sid"] = json!(ReservationSid::from_number(21));
            r["taskSid"] = json!(third());
            let own = &mut r["attributes"]["internal_call"];
            own["caller_task"] = json!(TaskSid::from_number(1));
            own["added_by"] = json!("Bob Brown");
        }),
    );
    assert!(paths(&effects).is_empty(), "{effects:?}");
    assert!(notices(&effects).is_empty());
    let effects = press(&mut core);
    let accepts = |effect: &Effect| matches!(effect, Effect::AcceptTask { .. });
    assert!(!effects.iter().any(accepts));
}

#[test]
fn a_late_answer_to_hold_says_nothing_of_whoever_was_held_by_himself_meanwhile() {
    let mut core = talking("caller", &["there", "there", "there"]);
    let (_, effects) = action(&mut core, FlexAction::HoldCall, reservation().as_str());
    let id = posts(&effects)[0].0;
    core.told(
        NOW,
        &told_of("caller", "accepted", &["there", "there", "on_hold"]),
    );
    settle(&mut core, id, ok());
    assert_eq!(view(&core).hold, Some(HoldView::Off));
}

#[test]
fn whoever_is_added_reads_by_whom_and_joins_under_his_own_task() {
    let mut core = desk();
    let own = |status| {
        offer("callee", status, |r| {
            let own = &mut r["attributes"]["internal_call"];
            own["added_by"] = json!("Bob Brown");
            own["parties"] = json!([
                {"label": "caller", "name": "Dana", "state": "there"},
                {"label": "callee", "name": "Bob Brown", "state": "there"},
                {"label": task(), "name": "Alice Anderson", "state": "ringing"},
            ]);
        })
    };
    core.told(NOW, &own("pending"));
    let shown = view(&core);
    assert!(shown.offered);
    assert_eq!(shown.added_by, Some("Bob Brown".into()));
    assert_eq!(shown.parties.len(), 2);
    let (_, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let called = effects.iter().find_map(|effect| match effect {
        Effect::CallWorker {
            url,
            status_callback,
            ..
        } => Some((url.clone(), status_callback.clone())),
        _ => None,
    });
    let (url, callback) = called.unwrap();
    assert!(url.ends_with(&format!(
        "conferenceName={}&added={}",
        TaskSid::from_number(77),
        task()
    )));
    assert!(callback.ends_with(&format!("role=callee&calleeTask={}", task())));
    core.told(NOW, &own("accepted"));
    assert_eq!(view(&core).transfer, None);
}
