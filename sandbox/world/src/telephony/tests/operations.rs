use super::*;

fn participant(conference: ConferenceOfParticipant) -> NewParticipant {
    NewParticipant {
        conference,
        from: "+15550100".to_owned(),
        to: "client:agent9?a=1".to_owned(),
        timeout_s: 10,
        label: Some("nine".to_owned()),
        muted: false,
        start_on_enter: true,
        end_on_exit: false,
        wait: Tune::Music,
        status_callback: None,
        conference_callback: None,
    }
}

#[test]
fn ending_a_conference_hangs_up_everybody_whatever_his_twiml_goes_on_with() {
    let mut bench = Bench::new();
    let call = bench.order_call(1);
    bench.answer(&call);
    bench.twiml("<Response><Dial><Conference>room</Conference></Dial><Pause/></Response>");
    let other = bench.in_room(2, "");
    let room = bench.room();
    bench.with(|phone, now| phone.end_conference(now, &room).unwrap());
    assert_eq!(bench.status(&call), CallStatus::Completed);
    assert_eq!(bench.status(&other), CallStatus::Completed);
    assert_eq!(
        bench.phone.conference(&room).unwrap().reason_ended,
        Some("conference-ended-via-api")
    );
    assert!(bench.phone.is_at_rest());
}

#[test]
fn a_kicked_participant_leaves_alone() {
    let mut bench = Bench::new();
    let (first, second) = (bench.in_room(1, ""), bench.in_room(2, ""));
    let room = bench.room();
    bench.with(|phone, now| phone.kick_participant(now, &room, &first).unwrap());
    assert_eq!(bench.status(&first), CallStatus::Completed);
    assert_eq!(bench.status(&second), CallStatus::InProgress);
    assert_eq!(
        bench.with(|phone, now| phone.kick_participant(now, &room, &first)),
        Err(UpdateError::NotFound)
    );
}

#[test]
fn a_participant_made_by_rest_rings_and_joins() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, "");
    let room = bench.room();
    let (_, call) = bench
        .with(|phone, now| {
            phone.create_participant(now, participant(ConferenceOfParticipant::Sid(room.clone())))
        })
        .unwrap();
    assert!(matches!(
        bench.outputs.last(),
        Some(Output::OfferLeg { identity, parameters, .. })
            if identity == "agent9" && parameters[0] == ("a".to_owned(), "1".to_owned())
    ));
    let listed = bench.phone.conference(&room).unwrap().participants;
    assert_eq!(listed[1].status, "queued");
    bench.answer(&call);
    let listed = bench.phone.conference(&room).unwrap().participants;
    assert_eq!(listed[1].status, "connected");
    assert_eq!(listed[1].label.as_deref(), Some("nine"));
    assert_eq!(bench.hears(&first), Hears::Legs(vec![call]));
}

#[test]
fn a_conference_made_for_a_participant_who_never_answers_is_over_with_him() {
    let mut bench = Bench::new();
    bench
        .with(|phone, now| {
            phone.create_participant(
                now,
                participant(ConferenceOfParticipant::Named("new".to_owned())),
            )
        })
        .unwrap();
    assert!(!bench.phone.is_at_rest());
    bench.pass(Millis(10_000));
    assert!(bench.phone.is_at_rest());
}

#[test]
fn a_conference_that_is_over_takes_no_participant() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, "");
    let room = bench.room();
    bench.with(|phone, now| phone.leg_hung_up(now, &first));
    let made = bench.with(|phone, now| {
        phone.create_participant(now, participant(ConferenceOfParticipant::Sid(room.clone())))
    });
    assert_eq!(made, Err(CreateError::NoConference));
    let held = bench.with(|phone, now| phone.hold_participant(now, &room, &first, true));
    assert_eq!(held, Err(UpdateError::NotFound));
}

#[test]
fn a_redirected_call_leaves_its_conference_and_runs_the_new_twiml() {
    let mut bench = Bench::new();
    let (first, second) = (bench.in_room(1, ""), bench.in_room(2, ""));
    let twiml = Twiml::Text("<Response><Pause length=\"60\"/></Response>".to_owned());
    bench
        .with(|phone, now| phone.update_call(now, &first, CallChange::Redirect(twiml)))
        .unwrap();
    assert_eq!(bench.status(&first), CallStatus::InProgress);
    assert_eq!(bench.hears(&first), Hears::Silence);
    let left = bench.phone.participants(&bench.room());
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].call, second);
}

#[test]
fn unusable_twiml_leaves_the_call_where_it_is() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, "");
    for twiml in [
        Twiml::Text("<nonsense>".to_owned()),
        Twiml::Url {
            url: "nonsense".to_owned(),
            fallback: None,
        },
    ] {
        let refused =
            bench.with(|phone, now| phone.update_call(now, &first, CallChange::Redirect(twiml)));
        assert!(matches!(refused, Err(UpdateError::Twiml(_))));
    }
    assert_eq!(bench.phone.participants(&bench.room()).len(), 1);
}

#[test]
fn cancel_touches_only_calls_that_are_not_answered() {
    let mut bench = Bench::new();
    let talking = bench.in_room(1, "");
    let ringing = bench.order_call(2);
    bench.with(|phone, now| {
        phone
            .update_call(now, &talking, CallChange::Cancel)
            .unwrap();
        phone
            .update_call(now, &ringing, CallChange::Cancel)
            .unwrap();
    });
    assert_eq!(bench.status(&talking), CallStatus::InProgress);
    assert_eq!(bench.status(&ringing), CallStatus::Canceled);
    assert_eq!(
        bench.with(|phone, now| phone.update_call(now, &ringing, CallChange::Complete)),
        Err(UpdateError::NotInProgress)
    );
}
