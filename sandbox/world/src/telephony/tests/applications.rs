use super::*;
use crate::account::application_sid;
use crate::orders::Cause;

const PAGE: &str = "http://functions/enqueue";

impl Bench {
    /// An account with one application.
    pub(super) fn with_application() -> Self {
        let mut bench = Self::new();
        bench.phone.add_application(Application {
            sid: application_sid(),
            name: "Internal Call".to_owned(),
            voice_url: Some(PAGE.to_owned()),
            voice_fallback_url: None,
            created: Millis(0),
            updated: Millis(0),
        });
        bench
    }

    /// Agent 1, whose task's customer is dialled: `app:<application>?<query>`.
    fn dials(&mut self, application: &str, query: &str) -> CallSid {
        let outbound = Instruction::Conference {
            customer: None,
            outbound_to: Some(format!("app:{application}?{query}")),
            end_on_exit: true,
            end_on_customer_exit: true,
            status_callback: None,
        };
        let agent = self.order(1, outbound);
        self.answer(&agent);
        agent
    }

    /// The two legs of the call to the application: the participant, and the application's own.
    fn both(&self) -> [CallSid; 2] {
        let own = self.phone.calls().into_iter().find(|call| {
            call.to == application_sid().as_str() && call.direction == Direction::Inbound
        });
        let own = own.unwrap();
        [own.parent.unwrap(), own.sid]
    }
}

/// Agent 1 talks to an application that is in the conference `room`, with agent 2.
fn through_an_application() -> (Bench, [CallSid; 4]) {
    let mut bench = Bench::with_application();
    let first = bench.dials(application_sid().as_str(), "");
    bench.twiml("<Response><Dial><Conference>room</Conference></Dial></Response>");
    let [near, far] = bench.both();
    let second = bench.in_room(2, "");
    (bench, [first, near, far, second])
}

#[test]
fn an_application_is_asked_for_its_twiml_with_the_parameters_that_it_was_dialled_with() {
    let mut bench = Bench::with_application();
    let query = "worker_sid=WK1&from=Ana+%26+Jos%C3%A9%20%F0%9F%98%80&CallSid=CA0&To=forged";
    let agent = bench.dials(application_sid().as_str(), query);
    let [near, far] = bench.both();
    let asked = bench.webhooks("twiml").pop().unwrap();
    assert_eq!(asked.url, PAGE);
    let all = |name: &str| -> Vec<&str> {
        let all = asked.parameters.iter().filter(|(known, _)| known == name);
        all.map(|(_, value)| value.as_str()).collect()
    };
    assert_eq!(all("ApplicationSid"), [application_sid().as_str()]);
    assert_eq!(all("CallSid"), [far.as_str()]);
    assert_eq!(all("ParentCallSid"), [near.as_str()]);
    assert_eq!(all("To"), [application_sid().as_str()]);
    assert_eq!(all("From"), ["+15550100"]);
    assert_eq!(all("Direction"), ["inbound"]);
    assert_eq!(all("worker_sid"), ["WK1"]);
    assert_eq!(all("from"), ["Ana & José 😀"]);
    assert_eq!(bench.status(&near), CallStatus::Ringing);
    assert_eq!(bench.hears(&agent), Hears::Ringback);
}

#[test]
fn the_participant_is_answered_once_the_application_runs_twiml() {
    let mut bench = Bench::with_application();
    let agent = bench.dials(application_sid().as_str(), "");
    bench.twiml("<Response><Pause length=\"9\"/></Response>");
    let [near, far] = bench.both();
    assert_eq!(bench.status(&near), CallStatus::InProgress);
    assert_eq!(bench.hears(&agent), Hears::Legs(vec![near.clone()]));
    let speaks = |bench: &Bench, call: &CallSid| {
        let legs = bench.phone.audio().legs;
        legs.into_iter()
            .find(|leg| leg.call == *call)
            .unwrap()
            .speaks
    };
    assert_eq!(speaks(&bench, &near), Speaks::WhatIsHeardBy(far.clone()));
    assert_eq!(speaks(&bench, &far), Speaks::WhatIsHeardBy(near));
}

#[test]
fn an_application_that_rejects_is_busy_or_does_not_answer() {
    for (reason, status) in [
        (" reason=\"busy\"", CallStatus::Busy),
        ("", CallStatus::NoAnswer),
    ] {
        let mut bench = Bench::with_application();
        bench.dials(application_sid().as_str(), "");
        let [near, _] = bench.both();
        bench.twiml(&format!("<Response><Reject{reason}/></Response>"));
        assert_eq!(bench.status(&near), status);
        assert!(bench.phone.is_at_rest());
    }
}

#[test]
fn an_application_without_twiml_is_answered_apologises_and_is_over() {
    let mut bench = Bench::with_application();
    let agent = bench.dials(application_sid().as_str(), "");
    let id = bench.webhooks("twiml").pop().unwrap().id;
    bench.with(|phone, now| phone.webhook_failed(now, id));
    let [near, far] = bench.both();
    assert_eq!(bench.hears(&agent), Hears::Legs(vec![near]));
    assert_eq!(bench.hears(&far), Hears::Music);
    bench.pass(Millis(10_000));
    assert!(bench.phone.is_at_rest());
    assert_eq!(bench.phone.alerts()[0].code, 11200);
}

#[test]
fn an_application_that_is_not_there_fails() {
    for application in ["AP0123456789abcdef0123456789abcdef", "nonsense", ""] {
        let mut bench = Bench::with_application();
        let agent = bench.dials(application, "a=1");
        bench.pass(Millis(1));
        let dialled = bench.phone.calls().remove(0);
        assert_eq!(dialled.status, CallStatus::Failed);
        assert_eq!(bench.status(&agent), CallStatus::Completed);
        assert_eq!(bench.phone.alerts()[0].code, 21218);
        assert!(bench.phone.is_at_rest());
    }
}

#[test]
fn an_application_is_no_number_that_twiml_dials_and_no_phone_that_a_call_is_made_to() {
    let mut bench = Bench::with_application();
    let call = bench.order_call(1);
    bench.answer(&call);
    let number = format!("app:{}", application_sid());
    bench.twiml(&format!(
        "<Response><Dial><Number>{number}</Number></Dial></Response>"
    ));
    bench.pass(Millis(1));
    assert_eq!(bench.phone.alerts()[0].code, 13223);
    assert!(bench.phone.is_at_rest());
    let new = NewCall {
        from: "+15550100".to_owned(),
        to: number.clone(),
        twiml: Twiml::Text("<Response/>".to_owned()),
        timeout_s: 5,
        status_callback: None,
    };
    let refused = bench.with(|phone, now| phone.create_call(now, new));
    assert_eq!(refused, Err(CreateError::InvalidTo(number)));
}

#[test]
fn whoever_of_the_four_leaves_everybody_s_call_is_over() {
    for who in 0..4 {
        let (mut bench, legs) = through_an_application();
        for call in &legs {
            assert_eq!(bench.status(call), CallStatus::InProgress);
        }
        let leaves = legs[who].clone();
        bench.with(|phone, now| phone.leg_hung_up(now, &leaves));
        // The second conference is not one that ends with a leg.
        let second = legs[3].clone();
        bench.with(|phone, now| phone.leg_hung_up(now, &second));
        let room = bench.phone.conference_named("room");
        if who == 3 {
            let room = room.unwrap();
            bench
                .with(|phone, now| phone.end_conference(now, &room))
                .unwrap();
        } else {
            assert_eq!(room, None);
        }
        assert!(bench.phone.is_at_rest(), "{who}");
    }
}

#[test]
fn a_participant_who_is_kicked_ends_the_application_s_leg() {
    let (mut bench, [_, near, far, _]) = through_an_application();
    let room = bench.phone.call(&near).unwrap().conference.unwrap();
    bench
        .with(|phone, now| phone.kick_participant(now, &room, &near))
        .unwrap();
    assert_eq!(bench.status(&far), CallStatus::Completed);
}

#[test]
fn hold_on_either_side_is_music_for_the_other() {
    for side in [1, 2] {
        let (mut bench, legs) = through_an_application();
        let held = legs[side].clone();
        let room = bench.phone.call(&held).unwrap().conference.unwrap();
        bench
            .with(|phone, now| phone.hold_participant(now, &room, &held, true))
            .unwrap();
        // What this leg hears, the other says: and nobody in this conference hears the other's room.
        assert_eq!(bench.hears(&held), Hears::Music);
        let agent = &legs[if side == 1 { 0 } else { 3 }];
        assert_eq!(bench.hears(agent), Hears::Silence);
        let beyond = if side == 1 { 3 } else { 0 };
        let other = legs[3 - side].clone();
        assert_eq!(bench.hears(&legs[beyond]), Hears::Legs(vec![other]));
    }
}

#[test]
fn an_application_s_sid_is_nobody_s_caller_id() {
    let mut bench = Bench::with_application();
    let order = DialOrder {
        reservation: ReservationSid::from_number(1),
        task: TaskSid::from_number(1),
        worker: WorkerSid::from_number(1),
        to: ContactUri::parse("client:agent1").unwrap(),
        from: application_sid().to_string(),
        instruction: conference_with(None),
        timeout_s: 20,
        parameters: Vec::new(),
    };
    bench.with(|phone, now| phone.dial(now, order));
    bench.pass(Millis(1));
    assert!(bench.facts.iter().any(|fact| matches!(
        fact,
        CallFact::NotAnswered {
            cause: Cause::Unreachable,
            ..
        }
    )));
    let offered = |output: &Output| matches!(output, Output::OfferLeg { .. });
    assert!(!bench.outputs.iter().any(offered));
}
