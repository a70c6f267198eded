//! Calls by a TwiML application: the agent's own leg, which Flex calls, and what he reads of its end.

use super::application::{desk, desk_with, native};
use super::*;
use crate::ids::{ApplicationSid, CallSid};

fn accept_ended(token: u32, failed: bool) -> Event {
    Event::ActionEnded {
        token: ActionToken(token),
        failure: failed.then(|| Failure::new("no way")),
    }
}

#[test]
fn an_accept_that_flex_refuses_is_told_and_can_be_pressed_again_at_once() {
    for role in ["callee", "caller"] {
        let mut core = desk();
        if role == "caller" {
            press(&mut core);
        }
        core.told(NOW, &native(role, "pending", |_| {}));
        let accept = |core: &mut Core| {
            let sid = reservation();
            let (verdict, _) = action(core, FlexAction::AcceptTask, sid.as_str());
            verdict
        };
        assert_ne!(accept(&mut core), Verdict::Ignore, "{role}");
        assert_eq!(accept(&mut core), Verdict::Ignore, "{role}: under way");
        assert!(core.told(NOW, &accept_ended(9, true)).is_empty());
        assert!(core.told(NOW, &accept_ended(5, false)).is_empty());
        assert_eq!(accept(&mut core), Verdict::Ignore, "{role}: still");
        let effects = core.told(NOW, &accept_ended(5, true));
        let detail = "no way".to_owned();
        assert_eq!(notices(&effects), [Notice::AcceptFailed { detail }]);
        assert!(core.told(NOW, &accept_ended(5, true)).is_empty());
        assert_ne!(accept(&mut core), Verdict::Ignore, "{role}: again");
    }
}

#[test]
fn an_accept_that_flex_makes_in_every_tab_fails_in_silence_where_the_call_was_not_placed() {
    let mut core = desk();
    let elsewhere = native("caller", "pending", |reservation| {
        reservation["attributes"]["internal_call"]["tab"] = json!("tab-2");
    });
    core.told(NOW, &elsewhere);
    let (verdict, _) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert_ne!(verdict, Verdict::Ignore);
    assert!(notices(&core.told(NOW, &accept_ended(5, true))).is_empty());
}

/// Twilio rings a phone for a minute.
#[test]
fn a_callers_own_phone_may_ring_for_a_minute() {
    let minute = NOW + Millis::from_secs(60);
    let due = |core: &Core| core.next_deadline().unwrap();
    let mut placed = desk_with("sip:alice@example.com");
    press(&mut placed);
    placed.told(NOW, &native("caller", "pending", |_| {}));
    action(&mut placed, FlexAction::AcceptTask, reservation().as_str());
    assert!(due(&placed) > minute, "where it is placed");
    placed.told(NOW, &accept_ended(5, true));
    assert!(due(&placed) > minute, "on offer again");
    let mut other = desk_with("sip:alice@example.com");
    let elsewhere = |timeout: Option<u32>| {
        native("caller", "pending", |reservation| {
            reservation["timeout"] = json!(timeout);
            reservation["attributes"]["internal_call"]["tab"] = json!("tab-2");
        })
    };
    other.told(NOW, &elsewhere(None));
    assert!(due(&other) > minute, "in another tab");
    let mut briefly = desk_with("sip:alice@example.com");
    briefly.told(NOW, &elsewhere(Some(30)));
    assert!(due(&briefly) < NOW + Millis::from_secs(30), "a missed call");
}

/// TaskRouter's time-out stands still while Flex rings the phone; what it offers again it takes back by itself.
#[test]
fn a_short_offer_is_refused_before_it_lapses_but_the_phone_rings_on() {
    let mut core = desk_with("sip:alice@example.com");
    press(&mut core);
    let offered = native("caller", "pending", |reservation| {
        reservation["timeout"] = json!(40);
    });
    core.told(NOW, &offered);
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert!(core.next_deadline().unwrap() > NOW + Millis::from_secs(60));
    core.told(NOW, &accept_ended(5, true));
    let (late, effects) = wait(&mut core);
    assert_eq!(late, NOW + Millis::from_secs(35));
    assert_eq!(paths(&effects), ["end"]);
    let (at_once, effects) = wait(&mut core);
    assert_eq!(at_once, late);
    assert!(matches!(effects[..], [Effect::RejectReservation { .. }]));
}

#[test]
fn who_takes_his_own_call_back_reads_nothing_of_his_colleague() {
    for how in [FlexAction::RejectTask, FlexAction::HangupCall] {
        for accepting in [false, true] {
            let mut core = desk();
            press(&mut core);
            core.told(NOW, &native("caller", "pending", |_| {}));
            if accepting {
                action(&mut core, FlexAction::AcceptTask, reservation().as_str());
            }
            let (_, mut effects) = action(&mut core, how, reservation().as_str());
            effects.extend(core.told(NOW, &accept_ended(5, true)));
            effects.extend(core.told(NOW, &native("caller", "canceled", |_| {})));
            assert!(notices(&effects).is_empty(), "{how:?}: {effects:?}");
            assert!(matches!(line(&core), CallLine::Cancelled { .. }), "{how:?}");
        }
    }
}

fn own_leg() -> CallSid {
    CallSid::from_number(4)
}

/// Alice's reservation, of which TaskRouter says which leg is hers.
fn with_leg(status: &str, progress: Option<&str>) -> Event {
    native("caller", status, |reservation| {
        let attributes = &mut reservation["attributes"];
        attributes["conference"] = json!({"participants": {"worker": own_leg()}});
        attributes["internal_call"]["progress"] = json!(progress);
    })
}

/// Alice's phone is in her call, and the plugin looks after the legs of this tab.
fn with_legs(progress: Option<&str>) -> Core {
    let mut core = started("client:alice", |event| {
        let features = &mut event["configuration"]["ui_attributes"]["custom_data"]["features"];
        features["internal_call"]["application_sid"] = json!(ApplicationSid::from_number(1));
        features["internal_call"]["outbound_queue_sid"] = json!(QueueSid::from_number(3));
        features["multi_call"] = json!({"enabled": true});
    });
    press(&mut core);
    core.told(NOW, &native("caller", "pending", |_| {}));
    core.told(NOW, &with_leg("accepted", progress));
    core
}

#[test]
fn a_hang_up_in_another_tab_is_no_colleague_who_could_not_be_reached() {
    let other = CallSid::from_number(9);
    let opened = |leg: &CallSid| Event::LegOpened { leg: leg.clone() };
    let ended = |leg: &CallSid| Event::LegEnded {
        leg: leg.clone(),
        detail: None,
    };
    let cases = [
        ("her leg is in the other tab", vec![]),
        ("her leg rang here, too", vec![ended(&own_leg())]),
        ("another call was here", vec![opened(&other), ended(&other)]),
        (
            "her leg is up, and there she wrapped the task up",
            vec![opened(&own_leg())],
        ),
    ];
    for progress in [None, Some("ringing")] {
        for (name, events) in &cases {
            let mut core = with_legs(progress);
            for event in events {
                core.told(NOW, event);
            }
            let effects = core.told(NOW, &with_leg("wrapping", progress));
            assert!(notices(&effects).is_empty(), "{name}: {effects:?}");
            assert!(matches!(line(&core), CallLine::Ended { .. }), "{name}");
        }
    }
}

#[test]
fn a_leg_that_ends_here_and_was_not_hung_up_ends_with_a_sentence() {
    for (progress, rings) in [(None, false), (Some("ringing"), true)] {
        let mut core = with_legs(progress);
        let leg = own_leg();
        core.told(NOW, &Event::LegOpened { leg: leg.clone() });
        core.told(NOW, &Event::LegEnded { leg, detail: None });
        let effects = core.told(NOW, &with_leg("wrapping", progress));
        let told = notices(&effects);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(matches!(told[0], Notice::Unanswered { .. }), rings);
    }
}
