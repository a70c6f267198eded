use super::super::{sweep, Sweeps};
use super::*;

/// Sweeps: the tasks that were looked at.
fn swept(twilio: &mut Twilio, now: Millis) -> BTreeSet<TaskSid> {
    let (mut run, mut step) = sweep(settings());
    let mut looked = BTreeSet::new();
    loop {
        match step {
            Step::Respond(response) => {
                assert_eq!(response.status, 204);
                return looked;
            }
            Step::Orders(orders) => {
                looked.extend(orders.iter().filter_map(|order| match order {
                    Order::FetchTask { task } => Some(task.clone()),
                    _ => None,
                }));
                let answers = orders.iter().map(|order| twilio.do_order(order)).collect();
                step = run.resume(now, answers);
            }
        }
    }
}

/// Adds another call, answered long ago.
fn another(twilio: &mut Twilio, number: u128) -> TaskSid {
    let sid = TaskSid::from_number(number);
    let attributes = json!({"client_call": true, "internal_call": {
        "role": "caller", "caller_worker": bob(), "progress": "answered", "claim": "0"}});
    twilio
        .tasks
        .insert(sid.clone(), (0, TaskStatus::Assigned, attributes));
    sid
}

#[test]
fn a_sweep_closes_calls_that_are_over_and_leaves_those_that_are_not() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    let forgotten = another(&mut twilio, 50);
    swept(&mut twilio, NOW);
    assert!(!twilio.task(&forgotten).unwrap().is_open());
    assert!(twilio.caller().is_open(), "that one rings");

    let mut twilio = Twilio::new(|_| {});
    let going_on = another(&mut twilio, 50);
    twilio.conferences.insert(ConferenceSid::from_number(2));
    swept(&mut twilio, NOW);
    assert!(twilio.task(&going_on).unwrap().is_open());
}

/// Answered this moment, and the conference is not listed yet.
#[test]
fn a_call_that_is_being_set_up_is_left_alone() {
    let mut twilio = Twilio::new(|_| {});
    let fresh = another(&mut twilio, 50);
    let attributes = &mut twilio.tasks.get_mut(&fresh).unwrap().2;
    attributes["internal_call"]["claim"] = json!((NOW.0 - 89_000).to_string());
    swept(&mut twilio, NOW);
    assert!(twilio.task(&fresh).unwrap().is_open());
    swept(&mut twilio, NOW + Millis::from_secs(1));
    assert!(!twilio.task(&fresh).unwrap().is_open());
}

#[test]
fn a_sweep_is_bounded_and_the_next_looks_at_others() {
    let mut twilio = Twilio::new(|_| {});
    twilio.tasks.clear();
    for number in 50..62 {
        another(&mut twilio, number);
    }
    // All of them go on: none may keep the others from being looked at.
    twilio.conferences.insert(ConferenceSid::from_number(2));
    let mut seen = BTreeSet::new();
    for sweep in 0..3 {
        let looked = swept(&mut twilio, NOW + Millis::from_secs(10 * sweep));
        assert!(looked.len() <= 5, "{looked:?}");
        seen.extend(looked);
    }
    assert_eq!(seen.len(), 12);
}

#[test]
fn sweeps_follow_webhooks_but_not_each_other_at_once() {
    let mut sweeps = Sweeps::default();
    let mut begins = |seconds| sweeps.begin(NOW + Millis::from_secs(seconds));
    let begun: Vec<u64> = [0, 1, 9, 10, 11, 19, 25, 34, 35]
        .into_iter()
        .filter(|seconds| begins(*seconds))
        .collect();
    assert_eq!(begun, [0, 10, 25, 35]);
}
