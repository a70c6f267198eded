use super::*;
use crate::audio::{Place, Sound};
use crate::output::Method;

/// A leg whose page is that: what comes after `<Enqueue …>` is said.
fn enqueued(attributes: &str) -> (Bench, CallSid) {
    let mut bench = Bench::new();
    let call = bench.order_call(1);
    bench.answer(&call);
    bench.twiml(&format!(
        "<Response><Enqueue workflowSid=\"WW1\" {attributes}><Task>{{}}</Task></Enqueue><Say>sorry</Say></Response>"
    ));
    (bench, call)
}

/// Answers the latest request of `waitUrl`.
fn wait(bench: &mut Bench, body: &str) {
    let id = bench.webhooks("wait").last().unwrap().id;
    bench.with(|phone, now| phone.webhook_answered(now, id, 200, body));
}

fn left(bench: &Bench) -> bool {
    let left = |fact: &CallFact| matches!(fact, CallFact::LeftQueue { .. });
    bench.facts.iter().any(left)
}

/// What `action` was told at last.
fn result(bench: &Bench) -> String {
    let asked = bench.webhooks("twiml").pop().unwrap();
    assert_eq!(asked.url, "http://functions/done");
    parameter(&asked, "QueueResult").to_owned()
}

#[test]
fn one_in_a_queue_hears_what_its_wait_url_answers_and_is_told_his_place() {
    let (mut bench, call) = enqueued("waitUrl=\"/wait\" waitUrlMethod=\"GET\"");
    bench.pass(Millis(2_000));
    let asked = bench.webhooks("wait").pop().unwrap();
    assert_eq!(asked.url, "http://functions/wait");
    assert_eq!(asked.method, Method::Get);
    assert_eq!(parameter(&asked, "QueuePosition"), "1");
    assert_eq!(parameter(&asked, "CurrentQueueSize"), "1");
    assert!(parameter(&asked, "QueueSid").starts_with("QU"));
    assert_eq!(bench.hears(&call), Hears::Silence);
    bench.with(|phone, now| phone.sound_answered(now, asked.id, Ok(Millis(500))));
    let Hears::Chosen {
        place: Place::Wait,
        sound: Sound::File { url, .. },
    } = bench.hears(&call)
    else {
        panic!("{:?}", bench.hears(&call));
    };
    assert_eq!(url, asked.url);
}

#[test]
fn without_a_wait_url_one_in_a_queue_hears_music_and_with_an_empty_one_nothing() {
    let (bench, call) = enqueued("");
    assert_eq!(bench.hears(&call), Hears::Music);
    let (bench, call) = enqueued("waitUrl=\"\"");
    assert_eq!(bench.hears(&call), Hears::Silence);
}

#[test]
fn a_wait_url_that_has_been_said_is_asked_again_with_the_time_that_has_passed() {
    let (mut bench, _) = enqueued("waitUrl=\"/wait\"");
    wait(&mut bench, "<Response><Pause length=\"7\"/></Response>");
    bench.pass(Millis(7_500));
    let asked = bench.webhooks("wait");
    assert_eq!(asked.len(), 2);
    assert_eq!(parameter(&asked[1], "QueueTime"), "7");
}

#[test]
fn a_wait_url_in_which_nothing_takes_time_is_given_up() {
    let (mut bench, call) = enqueued("waitUrl=\"/wait\"");
    for _ in 0..20 {
        wait(&mut bench, "<Response/>");
    }
    assert_eq!(bench.webhooks("wait").len(), 10);
    assert_eq!(bench.hears(&call), Hears::Silence);
    assert_eq!(bench.phone.alerts()[0].code, 11200);
}

#[test]
fn who_leaves_goes_on_after_enqueue_and_nobody_is_to_have_him() {
    let (mut bench, call) = enqueued("waitUrl=\"/wait\"");
    wait(&mut bench, "<Response><Leave/></Response>");
    assert!(left(&bench));
    assert_eq!(bench.status(&call), CallStatus::InProgress);
    bench.pass(Millis(2_000));
    assert!(bench.phone.is_at_rest());
}

#[test]
fn who_leaves_is_asked_about_by_action_and_runs_what_it_answers() {
    let (mut bench, call) = enqueued("waitUrl=\"/wait\" action=\"/done\"");
    wait(
        &mut bench,
        "<Response><Pause length=\"3\"/><Leave/></Response>",
    );
    bench.pass(Millis(3_000));
    assert_eq!(result(&bench), "leave");
    let asked = bench.webhooks("twiml").pop().unwrap();
    assert_eq!(parameter(&asked, "QueueTime"), "3");
    bench.twiml("<Response><Pause length=\"9\"/></Response>");
    assert_eq!(bench.status(&call), CallStatus::InProgress);
    bench.pass(Millis(9_000));
    assert!(bench.phone.is_at_rest());
}

#[test]
fn a_wait_url_may_hang_up() {
    let (mut bench, call) = enqueued("waitUrl=\"/wait\" action=\"/done\"");
    wait(&mut bench, "<Response><Hangup/></Response>");
    assert_eq!(bench.status(&call), CallStatus::Completed);
    assert_eq!(result(&bench), "hangup");
}

#[test]
fn one_who_hangs_up_in_a_queue_is_told_to_action_and_what_it_answers_is_not_run() {
    let (mut bench, call) = enqueued("action=\"/done\"");
    bench.with(|phone, now| phone.leg_hung_up(now, &call));
    assert_eq!(result(&bench), "hangup");
    let asked = bench.webhooks("twiml").pop().unwrap();
    assert_eq!(parameter(&asked, "CallStatus"), "completed");
    bench.twiml("<Response><Say>hello</Say></Response>");
    assert!(bench.phone.is_at_rest());
}

#[test]
fn one_whom_rest_redirects_leaves_the_queue_and_nobody_is_to_have_him() {
    let (mut bench, call) = enqueued("action=\"/done\"");
    let pause = "<Response><Pause length=\"9\"/></Response>".to_owned();
    let redirect = CallChange::Redirect(Twiml::Text(pause));
    bench
        .with(|phone, now| phone.update_call(now, &call, redirect))
        .unwrap();
    assert!(left(&bench));
    assert_eq!(result(&bench), "redirected");
    bench.twiml("<Response><Hangup/></Response>");
    assert_eq!(bench.status(&call), CallStatus::InProgress);
}

#[test]
fn one_in_a_queue_whose_workflow_does_not_exist_goes_on() {
    let (mut bench, call) = enqueued("action=\"/done\"");
    bench.with(|phone, now| phone.enqueue_failed(now, &call));
    assert_eq!(result(&bench), "error");
    bench.twiml("<Response/>");
    assert!(bench.phone.is_at_rest());
}

#[test]
fn one_whom_an_agent_takes_is_told_to_action_and_does_not_come_back_to_it() {
    let (mut bench, call) = enqueued("action=\"/done\"");
    let agent = bench.order(2, conference_with(Some(call.clone())));
    bench.answer(&agent);
    assert_eq!(result(&bench), "bridging-in-process");
    assert!(!left(&bench));
    bench.twiml("<Response><Hangup/></Response>");
    assert_eq!(bench.hears(&call), Hears::Legs(vec![agent.clone()]));
    bench.with(|phone, now| phone.leg_hung_up(now, &agent));
    assert!(bench.phone.is_at_rest());
}
