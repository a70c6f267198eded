use super::*;
use crate::orders::Cause;

#[test]
fn a_worker_who_answers_is_offered_dialled_answered_and_his_page_is_asked_for() {
    let mut bench = Bench::new();
    let call = bench.order_call(1);
    assert_eq!(bench.status(&call), CallStatus::Queued);
    assert!(matches!(
        &bench.outputs[..],
        [Output::OfferLeg { identity, from, parameters, .. }]
            if identity == "agent1" && from == "+15550100" && parameters[0].0 == "key"
    ));
    bench.with(|phone, now| phone.leg_ringing(now, &call));
    assert_eq!(bench.status(&call), CallStatus::Ringing);
    bench.with(|phone, now| phone.leg_answered(now, &call));
    assert_eq!(bench.status(&call), CallStatus::InProgress);
    let reservation = ReservationSid::from_number(1);
    assert_eq!(
        bench.facts,
        [
            CallFact::Dialled {
                reservation: reservation.clone(),
                call: call.clone()
            },
            CallFact::Answered {
                reservation,
                call: call.clone()
            },
        ]
    );
    let page = bench.webhooks("twiml").remove(0);
    assert_eq!(page.url, "http://functions/join");
    for (name, value) in [
        ("CallSid", call.as_str()),
        ("CallStatus", "in-progress"),
        ("Direction", "outbound-api"),
        ("From", "+15550100"),
        ("To", "client:agent1"),
        ("ApiVersion", "2010-04-01"),
        ("AccountSid", crate::account::account_sid().as_str()),
    ] {
        assert_eq!(parameter(&page, name), value, "{name}");
    }
}

#[test]
fn a_phone_that_is_not_answered_stops_ringing_at_the_order_s_timeout() {
    let mut bench = Bench::new();
    let call = bench.order_call(1);
    bench.pass(Millis::from_secs(19));
    assert_eq!(bench.status(&call), CallStatus::Queued);
    bench.pass(Millis::from_secs(1));
    assert_eq!(bench.status(&call), CallStatus::NoAnswer);
    assert_eq!(
        bench.outputs.last(),
        Some(&Output::CancelLeg { call: call.clone() })
    );
    assert!(matches!(
        bench.facts.last(),
        Some(CallFact::NotAnswered {
            cause: Cause::NoAnswer,
            ..
        })
    ));
    assert!(bench.phone.is_at_rest());
}

#[test]
fn each_way_of_not_answering_has_its_own_status_and_cause() {
    type Input = fn(&mut Telephony, Millis, &CallSid);
    let cases: [(Input, CallStatus, Cause); 4] = [
        (Telephony::leg_rejected, CallStatus::Busy, Cause::Busy),
        (
            Telephony::leg_unreachable,
            CallStatus::Failed,
            Cause::Unreachable,
        ),
        (
            Telephony::leg_hung_up,
            CallStatus::Canceled,
            Cause::Canceled,
        ),
        (
            |phone, now, call| assert!(phone.end_call(now, call)),
            CallStatus::Canceled,
            Cause::Canceled,
        ),
    ];
    for (input, status, expected) in cases {
        let mut bench = Bench::new();
        let call = bench.order_call(1);
        bench.with(|phone, now| input(phone, now, &call));
        assert_eq!(bench.status(&call), status);
        let Some(CallFact::NotAnswered { cause, .. }) = bench.facts.last() else {
            panic!("{:?}", bench.facts);
        };
        assert_eq!(*cause, expected);
    }
}

#[test]
fn an_answer_after_the_leg_was_taken_back_is_hung_up_and_changes_nothing() {
    let mut bench = Bench::new();
    let call = bench.order_call(1);
    bench.with(|phone, now| phone.end_call(now, &call));
    let facts = bench.facts.len();
    bench.with(|phone, now| phone.leg_answered(now, &call));
    assert_eq!(bench.facts.len(), facts);
    assert_eq!(bench.status(&call), CallStatus::Canceled);
    assert_eq!(bench.outputs.last(), Some(&Output::HangUpLeg { call }));
}

#[test]
fn a_second_end_of_a_leg_changes_nothing() {
    let mut bench = Bench::new();
    let call = bench.in_room(1, "");
    bench.with(|phone, now| phone.leg_hung_up(now, &call));
    let (facts, outputs) = (bench.facts.len(), bench.outputs.len());
    bench.with(|phone, now| {
        phone.leg_hung_up(now, &call);
        phone.leg_rejected(now, &call);
        assert!(!phone.end_call(now, &call));
    });
    assert_eq!((bench.facts.len(), bench.outputs.len()), (facts, outputs));
}

#[test]
fn inputs_about_unknown_legs_are_ignored() {
    let mut bench = Bench::new();
    let call = CallSid::from_number(0xdead);
    bench.with(|phone, now| {
        phone.leg_ringing(now, &call);
        phone.leg_answered(now, &call);
        phone.leg_rejected(now, &call);
        phone.leg_unreachable(now, &call);
        phone.leg_hung_up(now, &call);
        phone.webhook_answered(now, 77, 200, "<Response/>");
        phone.webhook_failed(now, 77);
    });
    assert!(bench.facts.is_empty() && bench.outputs.is_empty());
}

#[test]
fn a_hang_up_by_us_tells_the_phone_and_one_by_the_phone_does_not() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, "");
    bench.with(|phone, now| phone.end_call(now, &first));
    assert!(bench.outputs.contains(&Output::HangUpLeg {
        call: first.clone()
    }));
    let second = bench.in_room(2, "");
    bench.with(|phone, now| phone.leg_hung_up(now, &second));
    assert!(!bench.outputs.contains(&Output::HangUpLeg { call: second }));
}

#[test]
fn a_reservation_s_leg_is_taken_back_with_it() {
    let mut bench = Bench::new();
    let (mine, other) = (bench.order_call(1), bench.order_call(2));
    bench.with(|phone, now| phone.end_legs_of(now, &ReservationSid::from_number(1)));
    assert_eq!(bench.status(&mine), CallStatus::Canceled);
    assert_eq!(bench.status(&other), CallStatus::Queued);
}

#[test]
fn call_status_callbacks_are_those_asked_for_and_numbered() {
    let mut bench = Bench::new();
    let call = bench
        .with(|phone, now| {
            phone.create_call(
                now,
                NewCall {
                    from: "+15550100".to_owned(),
                    to: "client:agent1".to_owned(),
                    twiml: Twiml::Text("<Response><Pause length=\"90\"/></Response>".to_owned()),
                    timeout_s: 60,
                    status_callback: Some((
                        "http://functions/status".to_owned(),
                        vec!["ringing".to_owned(), "completed".to_owned()],
                    )),
                },
            )
        })
        .unwrap();
    bench.answer(&call);
    bench.pass(Millis::from_secs(61));
    bench.with(|phone, now| phone.leg_hung_up(now, &call));
    let told: Vec<_> = bench
        .webhooks("call-status")
        .iter()
        .map(|webhook| {
            (
                parameter(webhook, "CallStatus").to_owned(),
                parameter(webhook, "SequenceNumber").to_owned(),
                parameter(webhook, "CallDuration").to_owned(),
            )
        })
        .collect();
    let row = |status: &str, number: &str, duration: &str| {
        (status.to_owned(), number.to_owned(), duration.to_owned())
    };
    assert_eq!(told, [row("ringing", "0", ""), row("completed", "1", "61")]);
}
