//! Calls between agents by a TwiML application: their conferences are Flex's own.

use super::*;
use crate::ids::ApplicationSid;

fn colleague_calls(agent: &mut Agent, number: u128, status: &str) {
    let attributes = json!({
        "name": "Bob Brown", "from": "+15550100", "to": ApplicationSid::from_number(1),
        "internal_call": {"role": "callee", "strategy": "application",
            "caller_worker": WorkerSid::from_number(2), "callee_worker": WorkerSid::from_number(1),
            "caller_task": TaskSid::from_number(77)},
    });
    agent.task(number, status, attributes);
}

#[test]
fn a_colleague_waits_on_hold_and_is_taken_back_as_a_customer_is() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    colleague_calls(&mut agent, 2, "pending");
    let from = "+15550100".into();
    assert_eq!(verdict(&agent.accepts(2)), Verdict::From { from });
    colleague_calls(&mut agent, 2, "accepted");
    agent.leg_comes(2, Offered::Forwardable);
    agent.opens(2);
    agent.meets(2, false);
    agent.assert_only_hears(1);
    let effects = agent.is_heard(2);
    let id = hold(&effects);
    assert_eq!(holds(&effects), [(id, customer(1), true)]);
    agent.assert_talks_to(2);
    agent.settle(id);
    agent.meets(1, true);
    let effects = agent.swaps_to(1);
    let back = hold(&effects);
    assert_eq!(holds(&effects), [(back, customer(1), false)]);
    let effects = agent.settle(back);
    assert_eq!(holds(&effects), [(hold(&effects), customer(2), true)]);
    agent.assert_talks_to(1);
}

#[test]
fn a_colleague_is_not_offered_again_as_a_customer_is() {
    let mut agent = Agent::configured(
        |features| features["multi_call"]["recover"] = json!(true),
        "client:alice",
    );
    colleague_calls(&mut agent, 1, "pending");
    assert!(matches!(verdict(&agent.accepts(1)), Verdict::From { .. }));
    colleague_calls(&mut agent, 1, "accepted");
    let hanging_up = agent.asks(FlexAction::HangupCall, 1);
    assert_eq!(verdict(&hanging_up), Verdict::Pass);
}
