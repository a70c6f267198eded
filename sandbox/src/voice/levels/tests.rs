use super::*;
use crate::voice::tones::{tone, FRAME_SAMPLES, SILENCE};
use backline_world::audio::Place;

fn call(number: u128) -> CallSid {
    CallSid::from_number(number)
}

fn frame(number: u128, said: i16, parts: &[(Source, f64)]) -> Mixed {
    Mixed {
        call: call(number),
        said: [said; FRAME_SAMPLES],
        sent: SILENCE,
        parts: parts.to_vec(),
    }
}

fn said(frame: u64, level: f64) -> Said {
    let sure = true;
    Said { frame, sure, level }
}

fn feed(levels: &mut Levels, frames: u64, said: i16, mut packets: u64, grow: bool) -> u64 {
    for _ in 0..frames {
        packets += u64::from(grow);
        levels.record(
            &[frame(1, said, &[])],
            &BTreeMap::from([(call(1), packets)]),
        );
    }
    packets
}

#[test]
fn a_full_tone_measures_its_root_mean_square() {
    let mut levels = Levels::default();
    let mixed = Mixed {
        said: tone(500, 0),
        ..frame(1, 0, &[])
    };
    levels.record(&[mixed], &BTreeMap::new());
    let json = levels.to_json(&call(1));
    let level = json["level_in_now"].as_u64().unwrap();
    assert!((5640..=5670).contains(&level), "{level}");
    assert_eq!(json["rtp"], Value::Null);
}

#[test]
fn mute_shows_as_silent_while_packets_flow_and_a_dead_leg_as_none() {
    let mut levels = Levels::default();
    let packets = feed(&mut levels, 60, 500, 0, true);
    assert_eq!(levels.to_json(&call(1))["rtp"], "sound");
    let packets = feed(&mut levels, 60, 0, packets, true);
    assert_eq!(levels.to_json(&call(1))["rtp"], "silent");
    assert_eq!(levels.to_json(&call(1))["silent_ms"], 1200);
    feed(&mut levels, RTP_PATIENCE, 0, packets, false);
    assert_eq!(levels.to_json(&call(1))["rtp"], "none");
}

#[test]
fn a_leg_has_no_rtp_before_its_first_packet() {
    let mut levels = Levels::default();
    let packets = feed(&mut levels, 1, 0, 0, false);
    assert_eq!(levels.to_json(&call(1))["rtp"], "none");
    assert_eq!(levels.to_json(&call(1))["opened"], Value::Null);
    feed(&mut levels, 1, 0, packets, true);
    for frame in [7, 8] {
        levels.record_voices(
            &BTreeMap::from([(call(1), vec![said(frame, 0.0)])]),
            &BTreeMap::new(),
        );
    }
    assert_eq!(levels.to_json(&call(1))["opened"], 7, "its first packet");
}

#[test]
fn who_is_let_through_and_who_was_ever_heard_are_told_apart() {
    let mut levels = Levels::default();
    let two = Source::Leg(call(2));
    levels.record(&[frame(1, 0, &[(two, 300.0)])], &BTreeMap::new());
    levels.record(&[frame(1, 0, &[(Source::Music, 5.0)])], &BTreeMap::new());
    let json = levels.to_json(&call(1));
    assert_eq!(
        json["hears"],
        json!([{"source": "music", "level": 5, "level_now": 5}])
    );
    assert_eq!(json["heard_ms"], json!({call(2).as_str(): 20}));
}

#[test]
fn music_wait_audio_hold_audio_and_ringback_are_told_apart() {
    let mut levels = Levels::default();
    let parts = [
        (Source::Music, 30.0),
        (Source::Chosen(Place::Wait), 40.0),
        (Source::Chosen(Place::Hold), 50.0),
        (Source::Ringback, 60.0),
    ];
    levels.record(&[frame(1, 0, &parts)], &BTreeMap::new());
    let json = levels.to_json(&call(1));
    assert_eq!(
        json["heard_ms"],
        json!({"music": 20, "wait": 20, "hold": 20, "ringback": 20})
    );
}

#[test]
fn a_voice_that_goes_to_another_leg_and_back_shows_its_last_run_on_each() {
    let mut levels = Levels::default();
    let alice = |number| (call(number), "alice".to_owned());
    let both = BTreeMap::from([alice(1), alice(2)]);
    let says = |levels: &mut Levels, number: u128, frames: u64| {
        for _ in 0..frames {
            let parts = [(Source::Leg(call(number)), 300.0)];
            levels.record(&[frame(3, 0, &parts)], &BTreeMap::new());
            let sent = vec![said(levels.frame(), 300.0)];
            levels.record_voices(&BTreeMap::from([(call(number), sent)]), &both);
        }
    };
    says(&mut levels, 1, 50);
    says(&mut levels, 2, 50);
    says(&mut levels, 1, 5);
    let (one, two) = (call(1), call(2));
    let runs = json!({one.as_str(): [101, 105], two.as_str(): [51, 100]});
    assert_eq!(levels.frame(), 105);
    assert_eq!(levels.voices()["alice"]["legs"], runs);
    assert_eq!(levels.to_json(&call(3))["heard_run"], runs);
    says(&mut levels, 2, PAUSE);
    says(&mut levels, 1, 1);
    let run = &levels.voices()["alice"]["legs"][one.as_str()];
    assert_eq!(run, &json!([101, 116]), "a pause of packets is none of his");
    levels.record_voices(&BTreeMap::new(), &BTreeMap::from([alice(1)]));
    assert_eq!(
        levels.voices()["alice"]["legs"].as_object().unwrap().len(),
        1,
        "a leg that is over is forgotten"
    );
}

#[test]
fn what_was_sent_in_one_frame_on_two_legs_counts_once_whenever_it_comes() {
    let mut levels = Levels::default();
    let alice = |number| (call(number), "alice".to_owned());
    let legs = BTreeMap::from([alice(1), alice(2), alice(3)]);
    let mut send = |number, frames: &[u64]| {
        let packets = frames.iter().map(|frame| said(*frame, 300.0)).collect();
        levels.record_voices(&BTreeMap::from([(call(number), packets)]), &legs);
        let voice = levels.voices()["alice"].clone();
        (voice["heard_ms"].as_u64(), voice["on_two_ms"].as_u64())
    };
    assert_eq!(send(1, &[10, 11, 12, 12]), (Some(60), Some(0)));
    assert_eq!(
        send(2, &[13, 14]),
        (Some(100), Some(0)),
        "together with them"
    );
    assert_eq!(send(1, &[14]), (Some(100), Some(20)), "late");
    assert_eq!(send(3, &[14]), (Some(100), Some(20)), "on a third");
}

#[test]
fn what_was_perhaps_sent_in_one_frame_on_two_legs_is_counted_apart() {
    let mut levels = Levels::default();
    let alice = |number| (call(number), "alice".to_owned());
    let legs = BTreeMap::from([alice(1), alice(2)]);
    for (frame, sure) in [(10, [true, true]), (11, [true, false]), (12, [false, true])] {
        for (number, sure) in [1, 2].into_iter().zip(sure) {
            let packet = Said {
                sure,
                ..said(frame, 300.0)
            };
            levels.record_voices(&BTreeMap::from([(call(number), vec![packet])]), &legs);
        }
    }
    let voice = &levels.voices()["alice"];
    assert_eq!(
        (&voice["on_two_ms"], &voice["perhaps_on_two_ms"]),
        (&json!(20), &json!(40))
    );
}

#[test]
fn a_leg_that_is_over_has_no_meters() {
    let mut levels = Levels::default();
    levels.record(&[frame(1, 9, &[])], &BTreeMap::new());
    levels.record(&[frame(2, 9, &[])], &BTreeMap::new());
    assert_eq!(levels.to_json(&call(1))["level_in"], 0);
    assert_eq!(levels.calls().collect::<Vec<_>>(), [&call(2)]);
}
