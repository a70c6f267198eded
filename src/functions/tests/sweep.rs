use super::*;

/// Adds another call, answered long ago.
fn another(twilio: &mut Twilio, number: u128) -> TaskSid {
    let sid = TaskSid::from_number(number);
    let attributes = json!({"client_call": true, "internal_call": {
        "role": "caller", "caller_worker": bob(), "progress": "answered"}});
    twilio
        .tasks
        .insert(sid.clone(), (0, TaskStatus::Assigned, attributes));
    sid
}

#[test]
fn the_end_of_any_call_closes_others_that_are_over_and_leaves_those_that_are_not() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    let forgotten = another(&mut twilio, 50);
    assert_eq!(twilio.run(over()).status, 204);
    assert!(!twilio.caller().is_open());
    assert!(!twilio.task(&forgotten).unwrap().is_open());

    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    let going_on = another(&mut twilio, 50);
    twilio.conferences.insert(ConferenceSid::from_number(2));
    twilio.run(over());
    assert!(twilio.task(&going_on).unwrap().is_open());
}

#[test]
fn a_sweep_is_bounded() {
    let mut twilio = Twilio::new(|_| {});
    for number in 50..70 {
        another(&mut twilio, number);
    }
    twilio.run(over());
    let open = twilio
        .tasks
        .values()
        .filter(|task| task.1 == TaskStatus::Assigned);
    assert_eq!(open.count(), 15);
}
