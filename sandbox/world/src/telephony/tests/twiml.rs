use super::*;

fn runs(bench: &mut Bench, body: &str) -> CallSid {
    let call = bench.order_call(1);
    bench.answer(&call);
    bench.twiml(body);
    call
}

#[test]
fn a_page_that_answers_with_an_error_is_11200_and_ends_the_call_with_an_apology() {
    let mut bench = Bench::new();
    let call = bench.order_call(1);
    bench.answer(&call);
    let id = bench.webhooks("twiml")[0].id;
    bench.with(|phone, now| phone.webhook_answered(now, id, 500, "<Response/>"));
    assert_eq!(bench.phone.alerts()[0].code, 11200);
    assert_eq!(bench.hears(&call), Hears::Music);
    bench.pass(Millis(3_000));
    assert_eq!(bench.status(&call), CallStatus::Completed);
    assert!(bench.phone.is_at_rest());
}

#[test]
fn a_page_that_does_not_answer_is_11200_too() {
    let mut bench = Bench::new();
    let call = bench.order_call(1);
    bench.answer(&call);
    let id = bench.webhooks("twiml")[0].id;
    bench.with(|phone, now| phone.webhook_failed(now, id));
    bench.pass(Millis(3_000));
    assert_eq!(bench.phone.alerts()[0].code, 11200);
    assert_eq!(bench.status(&call), CallStatus::Completed);
}

#[test]
fn a_fallback_is_asked_before_the_call_is_given_up() {
    let mut bench = Bench::new();
    let call = bench
        .with(|phone, now| {
            phone.create_call(
                now,
                NewCall {
                    from: "+15550100".to_owned(),
                    to: "client:agent1".to_owned(),
                    twiml: Twiml::Url {
                        url: "http://functions/broken".to_owned(),
                        fallback: Some("http://functions/spare".to_owned()),
                    },
                    timeout_s: 60,
                    status_callback: None,
                },
            )
        })
        .unwrap();
    bench.answer(&call);
    let id = bench.webhooks("twiml")[0].id;
    bench.with(|phone, now| phone.webhook_failed(now, id));
    let spare = bench.webhooks("twiml").remove(1);
    assert_eq!(spare.url, "http://functions/spare");
    assert_eq!(parameter(&spare, "ErrorCode"), "11200");
    bench.twiml("<Response><Pause length=\"5\"/></Response>");
    assert_eq!(bench.status(&call), CallStatus::InProgress);
}

#[test]
fn a_page_that_is_not_twiml_is_12100() {
    let mut bench = Bench::new();
    let call = runs(&mut bench, "oops");
    assert_eq!(bench.phone.alerts()[0].code, 12100);
    bench.pass(Millis(3_000));
    assert_eq!(bench.status(&call), CallStatus::Completed);
}

#[test]
fn an_answer_that_comes_twice_or_too_late_changes_nothing() {
    let mut bench = Bench::new();
    let call = bench.in_room(1, "");
    bench.twiml("<Response><Hangup/></Response>");
    assert_eq!(bench.status(&call), CallStatus::InProgress);
    let late = bench.order_call(2);
    bench.answer(&late);
    bench.with(|phone, now| phone.leg_hung_up(now, &late));
    bench.twiml("<Response><Dial><Conference>room</Conference></Dial></Response>");
    assert_eq!(bench.phone.participants(&bench.room()).len(), 1);
}

#[test]
fn an_empty_document_ends_the_call() {
    let mut bench = Bench::new();
    let call = runs(&mut bench, "<Response/>");
    assert_eq!(bench.status(&call), CallStatus::Completed);
}

#[test]
fn verbs_run_in_order() {
    let mut bench = Bench::new();
    let call = runs(
        &mut bench,
        "<Response><Pause length=\"2\"/><Say>hi</Say><Leave/><Hangup/></Response>",
    );
    assert_eq!(bench.hears(&call), Hears::Silence);
    bench.pass(Millis(2_000));
    assert_eq!(bench.hears(&call), Hears::Music);
    bench.pass(Millis(1_000));
    assert_eq!(bench.status(&call), CallStatus::Completed);
}

#[test]
fn reject_as_the_first_verb_makes_the_call_busy_and_later_only_hangs_up() {
    let mut bench = Bench::new();
    let call = runs(&mut bench, "<Response><Reject reason=\"busy\"/></Response>");
    assert_eq!(bench.status(&call), CallStatus::Busy);
    let call = runs(
        &mut bench,
        "<Response><Pause/><Reject reason=\"busy\"/></Response>",
    );
    bench.pass(Millis(1_000));
    assert_eq!(bench.status(&call), CallStatus::Completed);
}

#[test]
fn a_redirect_is_followed_relative_to_its_page() {
    let mut bench = Bench::new();
    runs(
        &mut bench,
        "<Response><Redirect>next?a=1&amp;b=2</Redirect><Hangup/></Response>",
    );
    assert_eq!(
        bench.webhooks("twiml")[1].url,
        "http://functions/next?a=1&b=2"
    );
}

#[test]
fn the_rest_of_the_document_runs_when_the_conference_ends() {
    let mut bench = Bench::new();
    let waits = runs(
        &mut bench,
        "<Response><Dial><Conference>room</Conference></Dial><Pause length=\"9\"/></Response>",
    );
    let ends = bench.in_room(2, r#"endConferenceOnExit="true""#);
    bench.with(|phone, now| phone.leg_hung_up(now, &ends));
    assert_eq!(bench.status(&waits), CallStatus::InProgress);
    assert_eq!(bench.hears(&waits), Hears::Silence);
}

#[test]
fn an_action_is_asked_with_what_became_of_the_dial() {
    let mut bench = Bench::new();
    let call = runs(
        &mut bench,
        "<Response><Dial action=\"/done\"><Client>agent9</Client></Dial><Hangup/></Response>",
    );
    let child = bench.phone.calls()[0].sid.clone();
    bench.with(|phone, now| phone.leg_rejected(now, &child));
    let page = bench.webhooks("twiml").remove(1);
    assert_eq!(page.url, "http://functions/done");
    assert_eq!(parameter(&page, "DialCallStatus"), "busy");
    assert_eq!(parameter(&page, "DialCallSid"), child.as_str());
    assert_eq!(parameter(&page, "CallSid"), call.as_str());
}

#[test]
fn the_first_of_several_who_answers_is_connected_and_the_others_stop_ringing() {
    let mut bench = Bench::new();
    let call = runs(
        &mut bench,
        "<Response><Dial><Client>agent8</Client><Client>agent9</Client></Dial></Response>",
    );
    let [second, first] = [0, 1].map(|index: usize| bench.phone.calls()[index].sid.clone());
    bench.answer(&second);
    assert_eq!(bench.hears(&call), Hears::Legs(vec![second]));
    assert_eq!(bench.status(&first), CallStatus::Canceled);
}

#[test]
fn a_caller_of_a_queue_gets_who_waits_there() {
    let mut bench = Bench::new();
    let waiting = runs(&mut bench, "<Response><Enqueue>sales</Enqueue></Response>");
    assert_eq!(bench.hears(&waiting), Hears::Music);
    let other = runs(
        &mut bench,
        "<Response><Dial><Queue>sales</Queue></Dial></Response>",
    );
    assert_eq!(bench.hears(&waiting), Hears::Legs(vec![other.clone()]));
    bench.with(|phone, now| phone.leg_hung_up(now, &waiting));
    assert_eq!(bench.status(&other), CallStatus::Completed);
}

#[test]
fn a_relative_callback_is_resolved_against_the_page() {
    let mut bench = Bench::new();
    bench.in_room(1, r#"statusCallback="told?x=1" statusCallbackEvent="join""#);
    assert_eq!(
        bench.webhooks("conference-status")[0].url,
        "http://functions/told?x=1"
    );
}

#[test]
fn an_address_that_is_none_is_reported_and_ends_the_call() {
    let mut bench = Bench::new();
    let call = bench.order(
        1,
        Instruction::Call {
            url: "not a url".to_owned(),
            accept: true,
            status_callback: None,
        },
    );
    bench.answer(&call);
    assert_eq!(bench.phone.alerts()[0].code, 11100);
    bench.pass(Millis(3_000));
    assert_eq!(bench.status(&call), CallStatus::Completed);
}
