//! What somebody hears who waits or is on hold.

use super::*;
use crate::audio::{Place, Sound};
use crate::output::Method;

const RING: &str = r#"waitUrl="http://functions/ring" waitMethod="GET""#;

fn chosen(place: Place, url: &str, since: Millis) -> Hears {
    let url = url.to_owned();
    let sound = Sound::File { url, since };
    Hears::Chosen { place, sound }
}

fn wait_sound(since: Millis) -> Hears {
    chosen(Place::Wait, "http://functions/ring", since)
}

impl Bench {
    /// The latest request of that purpose.
    fn asked(&self, purpose: &str) -> Webhook {
        self.webhooks(purpose).last().unwrap().clone()
    }

    fn sound(&mut self, purpose: &str, length: Result<Millis, String>) {
        let id = self.asked(purpose).id;
        self.with(|phone, now| phone.sound_answered(now, id, length));
    }

    fn page(&mut self, purpose: &str, body: &str) {
        let id = self.asked(purpose).id;
        self.with(|phone, now| phone.webhook_answered(now, id, 200, body));
    }

    fn codes(&self) -> Vec<u32> {
        self.phone.alerts().iter().map(|alert| alert.code).collect()
    }
}

#[test]
fn one_alone_hears_the_sound_of_his_wait_url_until_the_conference_starts() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, RING);
    let asked = bench.asked("wait");
    assert_eq!(asked.method, Method::Get);
    assert_eq!(asked.url, "http://functions/ring");
    assert_eq!(parameter(&asked, "CallSid"), first.as_str());
    assert_eq!(bench.hears(&first), Hears::Silence);
    bench.pass(Millis(300));
    bench.sound("wait", Ok(Millis(6_000)));
    assert_eq!(bench.hears(&first), wait_sound(Millis(300)));
    // Over and over.
    bench.pass(Millis(60_000));
    assert_eq!(bench.hears(&first), wait_sound(Millis(300)));
    let second = bench.in_room(2, RING);
    assert_eq!(bench.hears(&first), Hears::Legs(vec![second.clone()]));
    assert_eq!(bench.hears(&second), Hears::Legs(vec![first]));
    // Who joins a conference that starts with him never waits.
    assert_eq!(bench.webhooks("wait").len(), 1);
}

#[test]
fn two_who_may_not_start_the_conference_wait_each_for_himself() {
    let mut bench = Bench::new();
    let wait = format!(r#"{RING} startConferenceOnEnter="false""#);
    let (first, second) = (bench.in_room(1, &wait), bench.in_room(2, &wait));
    assert_eq!(bench.webhooks("wait").len(), 2);
    bench.sound("wait", Ok(Millis(1_000)));
    assert_eq!(bench.hears(&first), Hears::Silence);
    assert_eq!(bench.hears(&second), wait_sound(Millis(0)));
}

#[test]
fn an_answer_that_comes_after_the_conference_started_changes_nothing() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, RING);
    let late = bench.asked("wait").id;
    let second = bench.in_room(2, "");
    bench.with(|phone, now| {
        phone.sound_answered(now, late, Ok(Millis(10)));
        phone.webhook_failed(now, late);
        phone.webhook_answered(now, late, 200, "<Response/>");
    });
    assert_eq!(bench.hears(&first), Hears::Legs(vec![second]));
    assert!(bench.codes().is_empty());
}

#[test]
fn wait_twiml_plays_says_pauses_and_begins_again() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, r#"waitUrl="/hello""#);
    let asked = bench.asked("wait");
    assert_eq!(
        (asked.method, asked.url.as_str()),
        (Method::Post, "http://functions/hello")
    );
    bench.page(
        "wait",
        r#"<Response><Say>Hello</Say><Play loop="2">tune.wav</Play><Pause length="2"/></Response>"#,
    );
    let place = Place::Wait;
    let speech = Hears::Chosen {
        place,
        sound: Sound::Speech,
    };
    assert_eq!(bench.hears(&first), speech);
    bench.pass(Millis(300));
    let asked = bench.asked("wait");
    assert_eq!(
        (asked.method, asked.url.as_str()),
        (Method::Get, "http://functions/tune.wav")
    );
    bench.sound("wait", Ok(Millis(500)));
    let tune = chosen(Place::Wait, "http://functions/tune.wav", Millis(300));
    bench.pass(Millis(999));
    assert_eq!(bench.hears(&first), tune);
    bench.pass(Millis(1));
    assert_eq!(bench.hears(&first), Hears::Silence);
    bench.pass(Millis(2_000));
    assert_eq!(bench.hears(&first), speech);
    assert!(bench.codes().is_empty());
}

#[test]
fn a_play_in_an_endless_loop_never_ends_and_a_redirect_asks_for_another_page() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, RING);
    bench.page("wait", "<Response><Redirect>other</Redirect></Response>");
    let asked = bench.asked("wait");
    assert_eq!(
        (asked.method, asked.url.as_str()),
        (Method::Post, "http://functions/other")
    );
    bench.page(
        "wait",
        r#"<Response><Play loop="0">http://cdn/a.wav</Play><Hangup/></Response>"#,
    );
    bench.sound("wait", Ok(Millis(100)));
    bench.pass(Millis(3_600_000));
    assert_eq!(
        bench.hears(&first),
        chosen(Place::Wait, "http://cdn/a.wav", Millis(0))
    );
    assert_eq!(bench.status(&first), CallStatus::InProgress);
}

#[test]
fn whatever_is_wrong_with_the_wait_audio_is_silence_and_an_alert_and_the_call_lives() {
    type Answer = fn(&mut Telephony, Millis, u64);
    let wrongs: [(u32, Answer); 7] = [
        (11200, |phone, now, id| phone.webhook_failed(now, id)),
        (11200, |phone, now, id| {
            phone.webhook_answered(now, id, 500, "")
        }),
        (12100, |phone, now, id| {
            phone.webhook_answered(now, id, 200, "hello")
        }),
        (12300, |phone, now, id| {
            phone.sound_answered(now, id, Err("MP3".to_owned()))
        }),
        (12300, |phone, now, id| {
            phone.sound_answered(now, id, Ok(Millis(0)))
        }),
        (12200, |phone, now, id| {
            phone.webhook_answered(now, id, 200, "<Response><Hangup/></Response>");
        }),
        (11100, |phone, now, id| {
            phone.webhook_answered(now, id, 200, "<Response><Play>http://</Play></Response>");
        }),
    ];
    for (code, wrong) in wrongs {
        let mut bench = Bench::new();
        let first = bench.in_room(1, RING);
        let id = bench.asked("wait").id;
        bench.with(|phone, now| wrong(phone, now, id));
        assert_eq!(bench.hears(&first), Hears::Silence, "{code}");
        assert!(bench.codes().contains(&code), "{code}: {:?}", bench.codes());
        assert_eq!(bench.status(&first), CallStatus::InProgress);
        assert_eq!(bench.phone.next_deadline(), None);
    }
}

#[test]
fn pages_that_only_redirect_to_each_other_are_given_up() {
    let mut bench = Bench::new();
    bench.in_room(1, RING);
    let mut pages = 0;
    while bench.codes().is_empty() {
        bench.page("wait", "<Response><Redirect>ring</Redirect></Response>");
        pages += 1;
        assert!(pages < 50);
    }
    assert_eq!(bench.codes(), [11200]);
}

fn hold(bench: &mut Bench, call: &CallSid, change: HoldChange) {
    let room = bench.room();
    let changes = ParticipantChanges {
        hold: Some(change),
        ..ParticipantChanges::default()
    };
    bench
        .with(|phone, now| phone.update_participant(now, &room, call, changes))
        .unwrap();
}

fn hold_page() -> HoldChange {
    HoldChange::Hold(Tune::Page {
        url: "http://functions/hold".to_owned(),
        method: Method::Get,
    })
}

#[test]
fn one_on_hold_hears_the_sound_of_his_hold_url_and_the_others_not_him() {
    let mut bench = Bench::new();
    let (first, second) = (bench.in_room(1, ""), bench.in_room(2, ""));
    let third = bench.in_room(3, "");
    hold(&mut bench, &second, hold_page());
    assert_eq!(bench.hears(&second), Hears::Silence);
    bench.sound("hold", Ok(Millis(1_000)));
    assert_eq!(
        bench.hears(&second),
        chosen(Place::Hold, "http://functions/hold", Millis(0))
    );
    assert_eq!(bench.hears(&first), Hears::Legs(vec![third.clone()]));
    assert_eq!(bench.hears(&third), Hears::Legs(vec![first.clone()]));
    hold(&mut bench, &second, HoldChange::Unhold);
    assert_eq!(bench.hears(&second), Hears::Legs(vec![first, third]));
}

#[test]
fn holding_one_who_is_on_hold_already_changes_nothing() {
    let mut bench = Bench::new();
    let (_, second) = (bench.in_room(1, ""), bench.in_room(2, ""));
    hold(&mut bench, &second, HoldChange::Hold(Tune::Music));
    hold(&mut bench, &second, hold_page());
    assert_eq!(bench.hears(&second), Hears::Music);
    assert!(bench.webhooks("hold").is_empty());
}

#[test]
fn one_taken_off_hold_before_the_conference_started_waits_again() {
    let mut bench = Bench::new();
    let first = bench.in_room(1, RING);
    bench.sound("wait", Ok(Millis(1_000)));
    hold(&mut bench, &first, HoldChange::Hold(Tune::Music));
    assert_eq!(bench.hears(&first), Hears::Music);
    hold(&mut bench, &first, HoldChange::Unhold);
    bench.sound("wait", Ok(Millis(1_000)));
    assert_eq!(bench.hears(&first), wait_sound(Millis(0)));
    // Held when it starts, he stays held.
    hold(&mut bench, &first, HoldChange::Hold(Tune::Music));
    let second = bench.in_room(2, "");
    assert_eq!(bench.hears(&first), Hears::Music);
    assert_eq!(bench.hears(&second), Hears::Silence);
}

#[test]
fn a_call_that_asked_for_twiml_and_got_a_sound_is_12300() {
    let mut bench = Bench::new();
    let call = bench.order_call(1);
    bench.answer(&call);
    bench.sound("twiml", Ok(Millis(100)));
    assert_eq!(bench.codes(), [12300]);
}
