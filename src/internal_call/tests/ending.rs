//! Ends that are not heard, and calls that look connected and are not.

use super::*;

fn hung_up() -> (Core, EffectId) {
    let (mut core, _) = rung();
    core.told(NOW, &progress("accepted", "answered"));
    let effects = core.told(NOW, &progress("wrapping", "answered"));
    let id = posts(&effects)[0].0;
    core.told(NOW, &offer("caller", "completed", |_| {}));
    (core, id)
}

#[test]
fn an_end_that_is_not_heard_is_posted_again_with_growing_pauses_and_then_told() {
    for unheard in [failed(), answered(502, None), answered(429, None)] {
        let (mut core, mut id) = hung_up();
        let mut now = NOW;
        for pause in [2, 8, 20, 60] {
            assert_eq!(
                core.told(
                    now,
                    &Event::Settled {
                        id,
                        outcome: unheard.clone()
                    }
                ),
                []
            );
            let (due, effects) = wait(&mut core);
            assert_eq!(due, now + Millis::from_secs(pause));
            assert_eq!(paths(&effects), ["end"]);
            id = posts(&effects)[0].0;
            now = due;
        }
        let effects = core.told(
            now,
            &Event::Settled {
                id,
                outcome: unheard,
            },
        );
        assert!(matches!(
            notices(&effects).as_slice(),
            [Notice::CleanUpFailed { .. }]
        ));
        assert_eq!(core.next_deadline(), None);
    }
}

#[test]
fn an_end_that_was_heard_or_refused_for_good_is_not_posted_again() {
    let (mut core, id) = hung_up();
    assert_eq!(settle(&mut core, id, ok()), []);
    assert_eq!(core.next_deadline(), None);
    let (mut core, id) = hung_up();
    assert_eq!(
        notices(&settle(&mut core, id, answered(403, None))).len(),
        1
    );
    assert_eq!(core.next_deadline(), None);
}

#[test]
fn hanging_up_ends_also_a_call_that_was_answered_at_the_last_moment() {
    let (mut core, _) = rung();
    core.told(NOW, &offer("caller", "accepted", |_| {}));
    let (_, effects) = wait(&mut core);
    let late = posts(&effects)[0].0; // no answer
    assert_eq!(
        posts(&core.told(NOW, &offer("caller", "wrapping", |_| {}))),
        []
    );
    let effects = settle(&mut core, late, answered(409, Some("answered")));
    let (id, request) = posts(&effects).remove(0);
    assert_eq!(request.form.len(), 1, "unconditionally");
    assert_eq!(settle(&mut core, id, ok()), []);
}

#[test]
fn a_call_found_when_the_page_was_loaded_is_looked_into_and_again_for_as_long_as_it_lasts() {
    let mut core = desk();
    core.told(NOW, &progress("accepted", "answered"));
    for at in [5, 185, 365] {
        let (due, effects) = wait(&mut core);
        assert_eq!(due, NOW + Millis::from_secs(at));
        // Whatever comes of it.
        let (id, request) = posts(&effects).remove(0);
        assert!(request.url.ends_with("/check"));
        settle(&mut core, id, if at == 5 { failed() } else { ok() });
    }
    core.told(NOW, &progress("wrapping", "answered"));
    wait(&mut core);
    assert_eq!(core.next_deadline(), None);
}

#[test]
fn hanging_up_is_flexs_own_and_looked_after() {
    let (mut core, _) = rung();
    core.told(NOW, &progress("accepted", "answered"));
    let (verdict, effects) = action(&mut core, FlexAction::HangupCall, reservation().as_str());
    assert_eq!((verdict, posts(&effects)), (Verdict::Pass, vec![]));
    let mut ended = core.clone();
    ended.told(NOW, &progress("wrapping", "answered"));
    let (_, effects) = wait(&mut core);
    assert_eq!(paths(&effects), ["end"], "Twilio told nobody");
}

#[test]
fn a_leg_that_is_hung_up_before_its_acceptance_is_known_ends_the_call() {
    let mut core = desk();
    core.told(NOW, &offer("callee", "pending", |_| {}));
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let (verdict, effects) = action(&mut core, FlexAction::HangupCall, reservation().as_str());
    assert_eq!(verdict, Verdict::Pass);
    assert_eq!(paths(&effects), ["end"]);
}

#[test]
fn who_ends_a_call_reads_how_it_came_out_and_not_what_he_took_for_granted() {
    let (mut core, _) = rung();
    core.told(NOW, &offer("caller", "accepted", |_| {}));
    let (_, effects) = wait(&mut core);
    let late = posts(&effects)[0].0; // no answer
    settle(&mut core, late, answered(200, Some("not_connected")));
    let (name, why) = (bob().name, Unanswered::NotConnected);
    assert_eq!(line(&core), CallLine::Unanswered { name, why });
}

#[test]
fn a_colleague_who_is_in_the_call_though_nobody_was_told_is_talked_to() {
    let (mut core, _) = rung();
    core.told(NOW, &offer("caller", "accepted", |_| {}));
    for _ in 0..2 {
        // No answer; not connected.
        let (_, effects) = wait(&mut core);
        let late = posts(&effects)[0].0;
        assert_eq!(line(&core), CallLine::Ringing { name: bob().name });
        settle(&mut core, late, answered(409, Some("answered")));
    }
    assert_eq!(line(&core), CallLine::Talking { name: bob().name });
}
