use super::*;

fn outbound() -> Instruction {
    Instruction::Conference {
        customer: None,
        outbound_to: Some("+15550199".to_owned()),
        end_on_exit: true,
        end_on_customer_exit: true,
        status_callback: None,
    }
}

#[test]
fn a_customer_who_calls_in_is_enqueued_with_his_call_s_attributes() {
    let mut bench = Bench::new();
    let mut attributes = Map::new();
    attributes.insert("vip".to_owned(), true.into());
    let customer = bench
        .with(|phone, now| phone.customer_calls(now, "+15550111", "+15550100", "Dora", attributes));
    let [CallFact::Enqueued {
        call,
        workflow,
        attributes,
        ..
    }] = &bench.facts[..]
    else {
        panic!("{:?}", bench.facts);
    };
    assert_eq!(*call, customer);
    assert_eq!(workflow, crate::account::anyone_workflow_sid().as_str());
    let attributes: serde_json::Value = serde_json::from_str(attributes).unwrap();
    assert_eq!(attributes["name"], "Dora");
    assert_eq!(attributes["vip"], true);
    assert_eq!(attributes["call_sid"], customer.as_str());
    assert_eq!(attributes["from"], "+15550111");
    assert_eq!(attributes["direction"], "inbound");
    assert_eq!(bench.hears(&customer), Hears::Music);
}

#[test]
fn a_customer_who_gives_up_in_the_queue_is_reported() {
    let mut bench = Bench::new();
    let customer = bench
        .with(|phone, now| phone.customer_calls(now, "+15550111", "+15550100", "Dora", Map::new()));
    assert!(bench.with(|phone, now| phone.customer_hangs_up(now, &customer)));
    assert_eq!(
        bench.facts.last(),
        Some(&CallFact::CustomerLegEnded {
            call: customer.clone(),
            task: None
        })
    );
    assert!(!bench.with(|phone, now| phone.customer_hangs_up(now, &customer)));
}

#[test]
fn an_agent_who_answers_after_the_customer_has_gone_is_not_left_alone() {
    let mut bench = Bench::new();
    let customer = bench
        .with(|phone, now| phone.customer_calls(now, "+15550111", "+15550100", "Dora", Map::new()));
    let agent = bench.order(7, conference_with(Some(customer.clone())));
    bench.with(|phone, now| phone.customer_hangs_up(now, &customer));
    bench.answer(&agent);
    assert_eq!(bench.status(&agent), CallStatus::Completed);
    assert!(bench.phone.is_at_rest());
}

#[test]
fn an_outbound_customer_rings_after_the_agent_is_in_and_answers_by_the_clock() {
    let mut bench = Bench::new();
    let agent = bench.order(7, outbound());
    assert_eq!(bench.phone.calls().len(), 1);
    bench.answer(&agent);
    let customer = bench.phone.calls()[0].sid.clone();
    assert_eq!(bench.status(&customer), CallStatus::Ringing);
    assert_eq!(bench.hears(&agent), Hears::Ringback);
    bench.pass(Millis(2_000));
    assert_eq!(bench.status(&customer), CallStatus::InProgress);
    assert_eq!(bench.hears(&agent), Hears::Legs(vec![customer]));
}

#[test]
fn an_outbound_customer_who_is_busy_ends_the_agent_s_leg() {
    let mut bench = Bench::new();
    bench
        .phone
        .customer_behaves("+15550199", Customer::Busy(Millis(500)));
    let agent = bench.order(7, outbound());
    bench.answer(&agent);
    let customer = bench.phone.calls()[0].sid.clone();
    bench.pass(Millis(500));
    assert_eq!(bench.status(&customer), CallStatus::Busy);
    assert_eq!(bench.status(&agent), CallStatus::Completed);
    assert!(bench.phone.is_at_rest());
}

#[test]
fn an_outbound_customer_who_never_answers_is_given_up_after_a_minute() {
    let mut bench = Bench::new();
    bench
        .phone
        .customer_behaves("+15550199", Customer::NeverAnswers);
    let agent = bench.order(7, outbound());
    bench.answer(&agent);
    let customer = bench.phone.calls()[0].sid.clone();
    bench.pass(Millis(59_999));
    assert_eq!(bench.status(&customer), CallStatus::Ringing);
    bench.pass(Millis(1));
    assert_eq!(bench.status(&customer), CallStatus::NoAnswer);
}

#[test]
fn an_agent_who_hangs_up_while_the_customer_rings_takes_him_back() {
    let mut bench = Bench::new();
    let agent = bench.order(7, outbound());
    bench.answer(&agent);
    let customer = bench.phone.calls()[0].sid.clone();
    bench.with(|phone, now| phone.leg_hung_up(now, &agent));
    assert_eq!(bench.status(&customer), CallStatus::Canceled);
    assert!(bench.phone.is_at_rest());
}

#[test]
fn a_browser_talks_to_the_identity_it_dials() {
    let mut bench = Bench::new();
    let to = vec![("To".to_owned(), "client:agent2".to_owned())];
    let caller = bench.with(|phone, now| phone.browser_dials(now, "agent1", to));
    let callee = bench.phone.calls()[0].sid.clone();
    assert_eq!(bench.hears(&caller), Hears::Ringback);
    bench.answer(&callee);
    assert_eq!(bench.hears(&caller), Hears::Legs(vec![callee.clone()]));
    assert_eq!(bench.hears(&callee), Hears::Legs(vec![caller.clone()]));
    bench.with(|phone, now| phone.leg_hung_up(now, &callee));
    assert_eq!(bench.status(&caller), CallStatus::Completed);
    assert!(bench.phone.is_at_rest());
}

#[test]
fn a_browser_that_goes_while_it_rings_takes_the_call_back() {
    let mut bench = Bench::new();
    let to = vec![("To".to_owned(), "client:agent2".to_owned())];
    let caller = bench.with(|phone, now| phone.browser_dials(now, "agent1", to));
    let callee = bench.phone.calls()[0].sid.clone();
    bench.with(|phone, now| phone.leg_hung_up(now, &caller));
    assert_eq!(bench.status(&callee), CallStatus::Canceled);
    assert!(bench.outputs.contains(&Output::CancelLeg { call: callee }));
}
