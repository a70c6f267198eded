//! Hold and resume.

use super::*;

fn talking() -> Core {
    let (mut core, _) = rung();
    core.told(NOW, &progress("accepted", "answered"));
    core
}

fn view(core: &Core) -> Option<HoldView> {
    core.call_view(reservation().as_str()).unwrap().hold
}

#[test]
fn hold_and_resume_are_posted_one_at_a_time_and_seen() {
    let mut core = talking();
    assert_eq!(view(&core), Some(HoldView::Off));
    let (verdict, effects) = action(&mut core, FlexAction::HoldCall, task().as_str());
    let (id, request) = posts(&effects).remove(0);
    assert_eq!(verdict, Verdict::Replace { until: id });
    assert_eq!(request.url, "https://f.example/internal-call/flex/hold");
    assert_eq!(request.form[1], ("hold".to_owned(), "true".to_owned()));
    assert_eq!(view(&core), Some(HoldView::Holding));
    for flex in [FlexAction::HoldCall, FlexAction::UnholdCall] {
        let (verdict, effects) = action(&mut core, flex, task().as_str());
        assert_eq!(
            (verdict, posts(&effects)),
            (Verdict::Ignore, vec![]),
            "one at a time"
        );
    }
    settle(&mut core, id, ok());
    assert_eq!(view(&core), Some(HoldView::On));
    let (verdict, _) = action(&mut core, FlexAction::HoldCall, task().as_str());
    assert_eq!(verdict, Verdict::Ignore, "on hold already");
    let (_, effects) = action(&mut core, FlexAction::UnholdCall, task().as_str());
    assert_eq!(view(&core), Some(HoldView::Resuming));
    settle(&mut core, posts(&effects)[0].0, ok());
    assert_eq!(view(&core), Some(HoldView::Off));
}

#[test]
fn a_hold_that_fails_changes_nothing_and_is_told() {
    let mut core = talking();
    let (_, effects) = action(&mut core, FlexAction::HoldCall, task().as_str());
    let effects = settle(&mut core, posts(&effects)[0].0, failed());
    assert_eq!(view(&core), Some(HoldView::Off));
    let detail = "no way".to_owned();
    assert_eq!(
        notices(&effects),
        [Notice::HoldFailed {
            detail: detail.clone()
        }]
    );
    let (_, effects) = action(&mut core, FlexAction::HoldCall, task().as_str());
    settle(&mut core, posts(&effects)[0].0, ok());
    let held = offer("caller", "accepted", |r| {
        r["attributes"]["internal_call"]["on_hold"] = json!({"callee": true});
    });
    core.told(NOW, &held);
    let (_, effects) = action(&mut core, FlexAction::UnholdCall, task().as_str());
    let effects = settle(&mut core, posts(&effects)[0].0, failed());
    assert_eq!(view(&core), Some(HoldView::On));
    assert_eq!(notices(&effects), [Notice::ResumeFailed { detail }]);
}

#[test]
fn a_hold_whose_answer_is_lost_is_shown_as_the_task_says() {
    let mut core = talking();
    let (_, effects) = action(&mut core, FlexAction::HoldCall, task().as_str());
    let noted = offer("caller", "accepted", |r| {
        r["attributes"]["internal_call"]["on_hold"] = json!({"callee": true});
    });
    core.told(NOW, &noted);
    let effects = settle(&mut core, posts(&effects)[0].0, failed());
    assert_eq!(notices(&effects), []);
    assert_eq!(view(&core), Some(HoldView::On));
}

#[test]
fn the_held_one_sees_who_put_him_on_hold_and_the_holder_sees_it_after_a_reload() {
    let held = |who: &str| {
        offer("caller", "accepted", |r| {
            r["attributes"]["internal_call"]["on_hold"] = json!({ who: true });
        })
    };
    let mut core = desk();
    core.told(NOW, &held("caller"));
    let seen = core.call_view(reservation().as_str()).unwrap();
    assert!(seen.held_by_other);
    assert_eq!(seen.hold, Some(HoldView::Off));
    core.told(NOW, &held("callee"));
    let seen = core.call_view(reservation().as_str()).unwrap();
    assert!(!seen.held_by_other);
    assert_eq!(seen.hold, Some(HoldView::On));
}

#[test]
fn a_note_that_overtakes_the_holds_answer_does_not_undo_it() {
    let mut core = talking();
    let (_, effects) = action(&mut core, FlexAction::HoldCall, task().as_str());
    core.told(NOW, &progress("accepted", "answered")); // an older state of the task
    assert_eq!(view(&core), Some(HoldView::Holding));
    settle(&mut core, posts(&effects)[0].0, ok());
    assert_eq!(view(&core), Some(HoldView::On));
}

#[test]
fn native_calls_are_held_natively_and_a_call_on_offer_not_at_all() {
    let mut core = desk();
    for flex in [
        FlexAction::HoldCall,
        FlexAction::UnholdCall,
        FlexAction::HangupCall,
    ] {
        assert_eq!(action(&mut core, flex, "WRelse").0, Verdict::Pass);
    }
    core.told(NOW, &offer("callee", "pending", |_| {}));
    let (verdict, effects) = action(&mut core, FlexAction::HoldCall, task().as_str());
    assert_eq!((verdict, posts(&effects)), (Verdict::Ignore, vec![]));
}
