//! Calls that outlive a page.

use super::*;

fn recovering(contact_uri: &str) -> Core {
    started(contact_uri, |event| {
        event["configuration"]["ui_attributes"]["custom_data"]["features"]["multi_call"] =
            json!({"recover": true, "rejoin_seconds": 30});
    })
}

/// The reservation of a call that outlives a page.
fn told_of(role: &str, status: &str, change: impl FnOnce(&mut Value)) -> Event {
    offer(role, status, |r| {
        let own = &mut r["attributes"]["internal_call"];
        own["rejoin_seconds"] = json!(30);
        own["progress"] = json!("answered");
        change(own);
    })
}

fn lost(role: &str) -> Event {
    told_of(role, "accepted", |own| own["lost"] = json!("1000"))
}

/// Bob called Alice, who talks to him.
fn talking() -> Core {
    let mut core = recovering("client:alice");
    core.told(NOW, &told_of("callee", "pending", |_| {}));
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    core.told(NOW, &told_of("callee", "accepted", |_| {}));
    core
}

fn is_lost(core: &Core) -> bool {
    core.call_view(reservation().as_str()).unwrap().other_lost
}

fn found(core: &mut Core) -> (EffectId, HttpRequest) {
    let effects = core.told(NOW, &told_of("callee", "accepted", |_| {}));
    posts(&effects).remove(0)
}

/// The next deadlines, until something is posted there.
fn posted_next(core: &mut Core, path: &str) -> (Millis, EffectId) {
    for _ in 0..20 {
        let (at, effects) = wait(core);
        let all = posts(&effects);
        let wanted = all.iter().find(|(_, request)| request.url.ends_with(path));
        if let Some((id, _)) = wanted {
            return (at, *id);
        }
    }
    panic!("{path} is never posted");
}

#[test]
fn a_callers_task_says_so_where_both_phones_are_browsers_and_it_is_configured() {
    let seconds = |core: &mut Core, callee: &str| {
        let callee = Callee {
            contact_uri: ContactUri::parse(callee).unwrap(),
            ..bob()
        };
        core.told(NOW, &Event::PersonChosen { callee });
        let effects = core.told(NOW, &Event::CallPressed);
        effects.into_iter().find_map(|effect| match effect {
            Effect::CreateTask { order, .. } => Some(order.attributes.internal_call.rejoin_seconds),
            _ => None,
        })
    };
    let browser = "client:alice";
    assert_eq!(
        seconds(&mut recovering(browser), "client:bob"),
        Some(Some(30))
    );
    assert_eq!(
        seconds(&mut recovering(browser), "sip:bob@example.com"),
        Some(None)
    );
    assert_eq!(
        seconds(&mut recovering("sip:alice@example.com"), "client:bob"),
        Some(None)
    );
    assert_eq!(seconds(&mut desk(), "client:bob"), Some(None));
}

#[test]
fn the_functions_are_told_that_the_conference_outlives_a_leg_and_not_otherwise() {
    let urls = |event: &Event| {
        let mut core = desk();
        core.told(NOW, event);
        let (_, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
        effects.into_iter().find_map(|effect| match effect {
            Effect::CallWorker {
                url,
                status_callback,
                ..
            } => Some((url, status_callback)),
            _ => None,
        })
    };
    let (url, callback) = urls(&told_of("callee", "pending", |_| {})).unwrap();
    assert!(url.ends_with("&outlives=true"), "{url}");
    assert!(callback.ends_with("&outlives=true"), "{callback}");
    let (url, callback) = urls(&offer("callee", "pending", |_| {})).unwrap();
    assert!(!url.contains("outlives") && !callback.contains("outlives"));
}

#[test]
fn hanging_up_is_told_at_once_because_nothing_else_tells_it() {
    let mut core = talking();
    let (verdict, effects) = action(&mut core, FlexAction::HangupCall, reservation().as_str());
    assert_eq!(
        (verdict, paths(&effects)),
        (Verdict::Pass, vec!["end".to_owned()])
    );
}

#[test]
fn whose_colleague_is_lost_reads_it_and_cannot_hold_him_until_he_is_back() {
    let mut core = talking();
    core.told(NOW, &lost("callee"));
    assert!(is_lost(&core));
    assert_eq!(core.call_view(reservation().as_str()).unwrap().hold, None);
    let back = told_of("callee", "accepted", |_| {});
    assert!(paths(&core.told(NOW, &back)).is_empty());
    assert!(!is_lost(&core));
    // And once more, with the whole time.
    let later = NOW + Millis::from_secs(25);
    core.told(later, &lost("callee"));
    let (at, _) = posted_next(&mut core, "/end");
    assert_eq!(at, later + Millis::from_secs(30));
}

#[test]
fn nobody_comes_back_in_time_so_the_call_is_ended_and_told_once() {
    let mut core = talking();
    core.told(NOW, &lost("callee"));
    // However often it is said, and whatever else changes.
    core.told(NOW + Millis::from_secs(20), &lost("callee"));
    let (at, id) = posted_next(&mut core, "/end");
    assert_eq!(at, NOW + Millis::from_secs(30));
    assert!(!is_lost(&core));
    settle(&mut core, id, ok());
    let name = "Bob Brown".into();
    let over = told_of("callee", "wrapping", |own| own["lost"] = json!("1000"));
    assert_eq!(notices(&core.told(at, &over)), [Notice::NotBack { name }]);
    assert!(notices(&core.told(at, &over)).is_empty());
}

#[test]
fn whoever_is_lost_a_second_time_has_the_whole_time_though_his_return_was_not_told() {
    let mut core = talking();
    core.told(NOW, &lost("callee"));
    let later = NOW + Millis::from_secs(25);
    let again = told_of("callee", "accepted", |own| own["lost"] = json!("26000"));
    core.told(later, &again);
    let (at, _) = posted_next(&mut core, "/end");
    assert_eq!(at, later + Millis::from_secs(30));
}

#[test]
fn one_who_is_back_though_nobody_told_is_not_hung_up() {
    let mut core = talking();
    core.told(NOW, &lost("callee"));
    let (at, id) = posted_next(&mut core, "/end");
    let effects = settle(&mut core, id, answered(409, Some("answered")));
    assert!(effects.is_empty(), "{effects:?}");
    core.told(at, &told_of("callee", "accepted", |_| {}));
    let over = told_of("callee", "wrapping", |_| {});
    assert!(notices(&core.told(at, &over)).is_empty());
}

#[test]
fn whoever_is_left_may_hang_up_first() {
    let mut core = talking();
    core.told(NOW, &lost("callee"));
    let (_, effects) = action(&mut core, FlexAction::HangupCall, reservation().as_str());
    assert_eq!(paths(&effects), ["end"]);
    let over = told_of("callee", "wrapping", |own| own["lost"] = json!("1000"));
    assert!(notices(&core.told(NOW, &over)).is_empty());
}

#[test]
fn a_page_that_finds_such_a_call_asks_to_be_rung_until_he_is_there() {
    let mut core = recovering("client:alice");
    let (id, request) = found(&mut core);
    assert_eq!(request.url, "https://f.example/internal-call/flex/rejoin");
    assert_eq!(request.form, [("taskSid".to_owned(), task().to_string())]);
    let effects = settle(&mut core, id, ok());
    assert!(
        matches!(effects.as_slice(), [Effect::SelectTask { .. }]),
        "{effects:?}"
    );
    let again = core.told(NOW, &told_of("callee", "accepted", |_| {}));
    assert!(paths(&again).is_empty());
    // A phone that was told to ring may not be reached.
    for _ in 0..2 {
        let (_, id) = posted_next(&mut core, "/rejoin");
        assert!(settle(&mut core, id, answered(409, Some("there"))).is_empty());
    }
}

#[test]
fn what_he_has_put_on_screen_meanwhile_stays_there() {
    for (on_screen, selects) in [(true, false), (false, true)] {
        let mut core = recovering("client:alice");
        let (id, _) = found(&mut core);
        let select = |reservation| Event::TaskSelected { reservation };
        let other = ReservationSid::from_number(77);
        core.told(NOW, &select(Some(other)));
        if !on_screen {
            core.told(NOW, &select(None));
        }
        let effects = settle(&mut core, id, ok());
        let selected = |effect: &Effect| matches!(effect, Effect::SelectTask { .. });
        assert_eq!(effects.iter().any(selected), selects, "{effects:?}");
    }
}

#[test]
fn a_call_that_does_not_outlive_a_page_is_not_asked_for() {
    let mut core = recovering("client:alice");
    let effects = core.told(NOW, &offer("callee", "accepted", |_| {}));
    assert!(paths(&effects).is_empty());
}

#[test]
fn he_is_asked_for_again_where_that_may_help_and_told_where_it_did_not() {
    for (outcome, told) in [
        (answered(502, None), true),
        (failed(), true),
        (answered(409, Some("there")), false),
        (answered(409, Some("over")), false),
    ] {
        let mut core = recovering("client:alice");
        let (mut id, _) = found(&mut core);
        let mut seen = Vec::new();
        for _ in 0..6 {
            let effects = settle(&mut core, id, outcome.clone());
            seen.extend(notices(&effects));
            id = posted_next(&mut core, "/rejoin").1;
        }
        assert!(seen.is_empty(), "{seen:?}");
        let effects = settle(&mut core, id, outcome.clone());
        assert_eq!(notices(&effects).len(), usize::from(told), "{outcome:?}");
    }
    let mut core = recovering("client:alice");
    let (id, _) = found(&mut core);
    let effects = settle(&mut core, id, answered(403, None));
    let detail = "HTTP 403 said".to_owned();
    let name = "Bob Brown".into();
    assert_eq!(notices(&effects), [Notice::NotRejoined { name, detail }]);
}

#[test]
fn whoever_hangs_up_is_not_brought_back() {
    let mut core = recovering("client:alice");
    let (id, _) = found(&mut core);
    settle(&mut core, id, answered(409, Some("there")));
    action(&mut core, FlexAction::HangupCall, reservation().as_str());
    for _ in 0..6 {
        let (_, effects) = wait(&mut core);
        assert!(
            !paths(&effects).contains(&"rejoin".to_owned()),
            "{effects:?}"
        );
    }
}

#[test]
fn nothing_is_asked_for_any_more_once_the_call_is_over() {
    let mut core = recovering("client:alice");
    let (id, _) = found(&mut core);
    settle(&mut core, id, answered(409, Some("over")));
    core.told(NOW, &told_of("callee", "completed", |_| {}));
    for _ in 0..10 {
        let Some(due) = core.next_deadline() else {
            return;
        };
        assert!(!paths(&core.told(due, &Event::DeadlineReached)).contains(&"rejoin".to_owned()));
    }
    panic!("it is waited for something for ever");
}

#[test]
fn whether_such_a_call_is_over_is_asked_by_looking_who_is_there() {
    let mut core = recovering("client:alice");
    found(&mut core);
    let (_, effects) = wait(&mut core);
    let (_, request) = posts(&effects).remove(0);
    assert_eq!(request.url, "https://f.example/internal-call/flex/check");
    assert_eq!(request.form[1], ("outlives".to_owned(), "true".to_owned()));
}
