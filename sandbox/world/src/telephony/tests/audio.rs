use super::*;

#[test]
fn two_in_a_conference_hear_each_other_and_never_themselves() {
    let mut bench = Bench::new();
    let (first, second) = (bench.in_room(1, ""), bench.in_room(2, ""));
    assert_eq!(bench.hears(&first), Hears::Legs(vec![second.clone()]));
    assert_eq!(bench.hears(&second), Hears::Legs(vec![first]));
}

#[test]
fn one_alone_hears_music_unless_his_wait_url_is_empty() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, "");
    assert_eq!(bench.hears(&first), Hears::Music);
    let mut bench = Bench::new();
    let first = bench.in_room(1, r#"waitUrl="""#);
    assert_eq!(bench.hears(&first), Hears::Silence);
}

#[test]
fn one_on_hold_hears_music_and_nobody_hears_him() {
    let mut bench = Bench::new();
    let (customer, agent) = bench.customer_and_agent(7);
    let conference = bench
        .phone
        .conference_of_task(&TaskSid::from_number(7))
        .unwrap();
    let hold = |bench: &mut Bench, hold| {
        bench.with(|phone, now| {
            phone
                .hold_participant(now, &conference, &customer, hold)
                .unwrap()
        })
    };
    hold(&mut bench, true);
    assert_eq!(bench.hears(&customer), Hears::Music);
    assert_eq!(bench.hears(&agent), Hears::Silence);
    hold(&mut bench, false);
    assert_eq!(bench.hears(&agent), Hears::Legs(vec![customer.clone()]));
    assert_eq!(bench.hears(&customer), Hears::Legs(vec![agent]));
}

#[test]
fn one_muted_hears_the_others_and_is_not_heard() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, "");
    let second = bench.in_room(2, r#"muted="true""#);
    assert_eq!(bench.hears(&second), Hears::Legs(vec![first.clone()]));
    assert_eq!(bench.hears(&first), Hears::Silence);
}

#[test]
fn two_conferences_do_not_hear_each_other() {
    let mut bench = Bench::new();
    let (first, second) = (bench.in_room(1, ""), bench.in_room(2, ""));
    let (customer, agent) = bench.customer_and_agent(7);
    for (call, expected) in [
        (&first, &second),
        (&second, &first),
        (&customer, &agent),
        (&agent, &customer),
    ] {
        assert_eq!(bench.hears(call), Hears::Legs(vec![expected.clone()]));
    }
}

#[test]
fn a_leg_that_rings_or_is_over_has_no_audio() {
    let mut bench = Bench::new();
    let ringing = bench.order_call(1);
    assert_eq!(bench.audio(&ringing), None);
    let over = bench.in_room(2, "");
    bench.with(|phone, now| phone.leg_hung_up(now, &over));
    assert_eq!(bench.audio(&over), None);
}

#[test]
fn each_customer_has_a_tone_of_his_own_and_an_agent_speaks_from_his_device() {
    let mut bench = Bench::new();
    let (customer, agent) = bench.customer_and_agent(7);
    let other = bench
        .with(|phone, now| phone.customer_calls(now, "+15550112", "+15550100", "Eve", Map::new()));
    let speaks = |call| bench.audio(call).unwrap().speaks;
    assert_eq!(speaks(&agent), Speaks::Device);
    assert_eq!(speaks(&customer), Speaks::Tone { hertz: 440 });
    assert_eq!(speaks(&other), Speaks::Tone { hertz: 530 });
}
