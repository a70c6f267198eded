use super::*;
use ParticipantChange::{Added, Modified, Removed};

#[test]
fn a_conference_starts_with_the_second_participant() {
    let mut bench = Bench::new();
    bench.in_room(1, "");
    let room = bench.room();
    assert_eq!(
        bench.phone.conference(&room).unwrap().status,
        ConferenceStatus::Init
    );
    bench.in_room(2, "");
    assert_eq!(
        bench.phone.conference(&room).unwrap().status,
        ConferenceStatus::InProgress
    );
}

#[test]
fn a_conference_waits_for_somebody_who_may_start_it() {
    let mut bench = Bench::new();
    bench.in_room(1, r#"startConferenceOnEnter="false""#);
    bench.in_room(2, r#"startConferenceOnEnter="false""#);
    let room = bench.room();
    assert_eq!(
        bench.phone.conference(&room).unwrap().status,
        ConferenceStatus::Init
    );
    bench.in_room(3, "");
    assert_eq!(
        bench.phone.conference(&room).unwrap().status,
        ConferenceStatus::InProgress
    );
}

#[test]
fn only_the_first_participant_s_status_callback_counts() {
    let mut bench = Bench::new();
    bench.in_room(
        1,
        r#"statusCallback="/first" statusCallbackEvent="join end" endConferenceOnExit="true""#,
    );
    let second = bench.in_room(
        2,
        r#"statusCallback="/second" statusCallbackEvent="start join leave end""#,
    );
    bench.with(|phone, now| phone.leg_hung_up(now, &second));
    let first = bench.phone.participants(&bench.room())[0].call.clone();
    bench.with(|phone, now| phone.leg_hung_up(now, &first));
    assert_eq!(
        bench.conference_events(),
        ["participant-join", "participant-join", "conference-end"]
    );
    assert!(bench
        .webhooks("conference-status")
        .iter()
        .all(|webhook| webhook.url == "http://functions/first"));
}

#[test]
fn a_first_participant_without_a_callback_leaves_the_conference_without_one() {
    let mut bench = Bench::new();
    bench.in_room(1, "");
    bench.in_room(2, r#"statusCallback="/second" statusCallbackEvent="join""#);
    assert!(bench.conference_events().is_empty());
}

#[test]
fn a_conference_callback_carries_the_documented_parameters() {
    let mut bench = Bench::new();
    let call = bench.in_room(
        1,
        r#"statusCallback="http://other/cb" statusCallbackEvent="join end" endConferenceOnExit="true""#,
    );
    let room = bench.room();
    bench.in_room(2, "");
    bench.with(|phone, now| phone.leg_hung_up(now, &call));
    let told = bench.webhooks("conference-status");
    for (name, value) in [
        ("ConferenceSid", room.as_str()),
        ("FriendlyName", "room"),
        ("CallSid", call.as_str()),
        ("SequenceNumber", "1"),
        ("Muted", "false"),
        ("Hold", "false"),
        ("EndConferenceOnExit", "true"),
        ("StartConferenceOnEnter", "true"),
        ("Timestamp", "Thu, 01 Jan 2026 00:00:00 +0000"),
    ] {
        assert_eq!(parameter(&told[0], name), value, "{name}");
    }
    let end = told.last().unwrap();
    assert_eq!(
        parameter(end, "ReasonConferenceEnded"),
        "participant-with-end-conference-on-exit-left"
    );
    assert_eq!(parameter(end, "CallSidEndingConference"), call.as_str());
    assert_eq!(parameter(end, "CallSid"), "");
}

#[test]
fn one_who_ends_the_conference_takes_the_others_along() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, r#"endConferenceOnExit="true""#);
    let second = bench.in_room(2, r#"endConferenceOnExit="true""#);
    bench.with(|phone, now| phone.leg_hung_up(now, &second));
    assert_eq!(bench.status(&first), CallStatus::Completed);
    assert!(bench.outputs.contains(&Output::HangUpLeg { call: first }));
    assert!(bench.phone.is_at_rest());
    assert_eq!(
        bench
            .facts
            .iter()
            .filter(|fact| matches!(fact, CallFact::WorkerLegEnded { .. }))
            .count(),
        2
    );
}

#[test]
fn one_who_does_not_end_it_leaves_the_others_in() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, "");
    let second = bench.in_room(2, "");
    bench.with(|phone, now| phone.leg_hung_up(now, &second));
    assert_eq!(bench.status(&first), CallStatus::InProgress);
    let room = bench.room();
    bench.with(|phone, now| phone.leg_hung_up(now, &first));
    assert_eq!(
        bench.phone.conference(&room).unwrap().reason_ended,
        Some("last-participant-left")
    );
}

#[test]
fn a_name_is_free_again_when_its_conference_is_over() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, "");
    let before = bench.room();
    bench.with(|phone, now| phone.leg_hung_up(now, &first));
    assert_eq!(bench.phone.conference_named("room"), None);
    bench.in_room(2, "");
    assert_ne!(bench.room(), before);
}

#[test]
fn a_full_conference_lets_nobody_in() {
    let mut bench = Bench::new();
    bench.in_room(1, r#"maxParticipants="2""#);
    bench.in_room(2, r#"maxParticipants="2""#);
    let third = bench.in_room(3, r#"maxParticipants="2""#);
    assert_eq!(bench.status(&third), CallStatus::Completed);
    assert_eq!(bench.phone.participants(&bench.room()).len(), 2);
}

#[test]
fn a_customer_and_his_agent_meet_in_a_conference_named_after_the_task() {
    let mut bench = Bench::new();
    let (customer, agent) = bench.customer_and_agent(7);
    let task = TaskSid::from_number(7);
    let conference = bench.phone.conference_of_task(&task).unwrap();
    assert_eq!(
        bench.phone.conference(&conference).unwrap().friendly_name,
        task.as_str()
    );
    let started = bench
        .facts
        .iter()
        .position(
            |fact| matches!(fact, CallFact::ConferenceStarted { task: of, .. } if *of == task),
        )
        .unwrap();
    let first_participant = bench
        .facts
        .iter()
        .position(|fact| matches!(fact, CallFact::Participant { .. }))
        .unwrap();
    assert!(started < first_participant);
    assert_eq!(
        bench.changes(),
        [(Added, agent.clone(), 1), (Added, customer.clone(), 2)]
    );
    let participants = bench.phone.participants(&conference);
    assert_eq!(participants[0].worker, Some(WorkerSid::from_number(7)));
    assert_eq!(
        participants[0].reservation,
        Some(ReservationSid::from_number(7))
    );
    assert_eq!(participants[1].worker, None);
}

#[test]
fn hold_and_mute_are_told_once_each_in_sequence() {
    let mut bench = Bench::new();
    let (customer, agent) = bench.customer_and_agent(7);
    let conference = bench
        .phone
        .conference_of_task(&TaskSid::from_number(7))
        .unwrap();
    bench.with(|phone, now| {
        let held = phone
            .hold_participant(now, &conference, &customer, true)
            .unwrap();
        assert!(held.hold);
        phone
            .hold_participant(now, &conference, &customer, true)
            .unwrap();
        phone
            .mute_participant(now, &conference, &agent, true)
            .unwrap();
    });
    // 1 and 2 are the joins, 3 is the start.
    assert_eq!(
        bench.changes()[2..],
        [(Modified, customer, 4), (Modified, agent, 5)]
    );
}

#[test]
fn when_the_customer_hangs_up_everybody_is_removed_and_the_agent_s_leg_ends() {
    let mut bench = Bench::new();
    let (customer, agent) = bench.customer_and_agent(7);
    let facts = bench.facts.len();
    assert!(bench.with(|phone, now| phone.customer_hangs_up(now, &customer)));
    let changes = bench.changes();
    assert_eq!(changes[2].0, Removed);
    assert_eq!(changes[2].1, customer);
    assert_eq!(changes[3].1, agent);
    let task = TaskSid::from_number(7);
    for expected in [
        CallFact::ConferenceEnded {
            task: task.clone(),
            conference: bench.phone.conferences()[0].sid.clone(),
        },
        CallFact::WorkerLegEnded {
            reservation: ReservationSid::from_number(7),
            call: agent,
        },
        CallFact::CustomerLegEnded {
            call: customer,
            task: Some(task),
        },
    ] {
        assert!(bench.facts[facts..].contains(&expected), "{expected:?}");
    }
    assert!(bench.phone.is_at_rest());
}
