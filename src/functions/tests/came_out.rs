//! How a call came out, as whoever ends it is told.

use super::*;

/// The callee's other tab asks by its end.
#[test]
fn whoever_ends_a_call_is_told_how_it_came_out_or_that_nothing_is_left_that_says_so() {
    let code = |twilio: &mut Twilio, task: TaskSid| {
        let token = "bob".to_owned();
        let outcome = None;
        let response = twilio.run(Request::End {
            task,
            token,
            outcome,
            warm: false,
        });
        assert_eq!(response.status, 200);
        let Body::Json(body) = response.body else {
            panic!("{:?}", response.body);
        };
        let body: Value = serde_json::from_str(&body).unwrap();
        body["code"].as_str().map(str::to_owned)
    };
    for (progress, expected) in [
        ("ringing", None),
        ("declined", Some("declined")),
        ("answered", Some("answered")),
    ] {
        let mut twilio = Twilio::new(|_| {});
        twilio.ring();
        let callee = twilio.callees()[0].sid.clone();
        let caller = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
        caller["internal_call"]["progress"] = json!(progress);
        assert_eq!(code(&mut twilio, callee).as_deref(), expected, "{progress}");
    }
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    let callee = twilio.callees()[0].sid.clone();
    twilio.tasks.remove(&caller_task());
    let told = code(&mut twilio, callee.clone());
    assert_eq!(told.as_deref(), Some("unknown"), "only his own is left");
    twilio.tasks.remove(&callee);
    let told = code(&mut twilio, callee);
    assert_eq!(told.as_deref(), Some("unknown"), "neither is left");
}
