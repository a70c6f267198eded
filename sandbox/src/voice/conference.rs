//! The mixer's clock: every 20 ms it takes what each leg said and sends each leg what it hears.

use super::files::Turntables;
use super::hub::{lock, Shared};
use super::inbox::Spoken;
use super::levels::Said;
use super::mixer::mix;
use super::tones::{Frame, FRAME_MS};
use crate::sandbox::Sandbox;
use backline::ids::CallSid;
use backline_world::audio::{AudioGraph, Hears, LegAudio, Speaks};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Runs the mixer until the process ends.
pub async fn run(sandbox: Sandbox, shared: Arc<Shared>) {
    // A late tick is made up for at once, so that every leg gets as many frames as time has passed.
    let start = Instant::now();
    let mut clock = tokio::time::interval(Duration::from_millis(FRAME_MS));
    let mut frame: u64 = 0;
    let mut turntables = Turntables::default();
    loop {
        clock.tick().await;
        frame += 1;
        let graph = sandbox.read(|world| world.telephony.audio());
        tick(graph, &shared, &mut turntables, (frame, start));
    }
}

fn tick(
    graph: AudioGraph,
    shared: &Shared,
    turntables: &mut Turntables,
    (frame, start): (u64, Instant),
) {
    let media = lock(&shared.media);
    let mut received: BTreeMap<CallSid, Frame> = BTreeMap::new();
    let mut packets: BTreeMap<CallSid, u64> = BTreeMap::new();
    let mut spoken: BTreeMap<CallSid, Vec<Said>> = BTreeMap::new();
    for (call, media) in media.iter() {
        let taken = media.take();
        received.insert(call.clone(), taken.sound);
        packets.insert(call.clone(), taken.packets);
        spoken.insert(call.clone(), frames(start, &taken.spoken));
    }
    let graph = with_silent_legs(graph, received.keys());
    // A Device's leg whose socket the world already believes in, but whose media is not there: no packets.
    for leg in &graph.legs {
        if leg.speaks == Speaks::Device {
            packets.entry(leg.call.clone()).or_default();
        }
    }
    let played = turntables.play(&graph, &shared.files, frame);
    let mixed = mix(&graph, &received, &played, frame);
    for leg in &mixed {
        if let Some(media) = media.get(&leg.call) {
            media.play(&leg.sent);
        }
    }
    drop(media);
    let known = lock(&shared.legs);
    let identities = known
        .iter()
        .map(|(call, leg)| (call.clone(), leg.identity.clone()));
    let mut identities: BTreeMap<CallSid, String> = identities.collect();
    drop(known);
    for (call, identity, last) in lock(&shared.departed).drain(..) {
        spoken.insert(call.clone(), frames(start, &last));
        identities.insert(call, identity);
    }
    let mut levels = lock(&shared.levels);
    levels.record(&mixed, &packets);
    levels.record_voices(&spoken, &identities);
}

fn frames(start: Instant, packets: &[Spoken]) -> Vec<Said> {
    let said = packets.iter().map(|packet| Said {
        frame: frame_at(start, packet.sent),
        sure: packet.sure,
        level: packet.level,
    });
    said.collect()
}

/// The frame that takes what was sent then, if nothing is late.
fn frame_at(start: Instant, sent: Instant) -> u64 {
    // The first frame is taken at the start itself.
    let frames = sent.saturating_duration_since(start).as_millis() / u128::from(FRAME_MS);
    u64::try_from(frames).unwrap_or(u64::MAX).saturating_add(2)
}

/// A leg that telephony says nothing about (its TwiML is still being fetched) hears silence: RTP flows from the start.
fn with_silent_legs<'a>(
    mut graph: AudioGraph,
    calls: impl Iterator<Item = &'a CallSid>,
) -> AudioGraph {
    let missing: Vec<LegAudio> = calls
        .filter(|call| graph.legs.iter().all(|leg| leg.call != **call))
        .map(|call| LegAudio {
            call: call.clone(),
            speaks: Speaks::Device,
            hears: Hears::Silence,
        })
        .collect();
    graph.legs.extend(missing);
    graph
}

#[cfg(test)]
mod tests {
    use super::super::tones::SILENCE;
    use super::*;

    #[test]
    fn a_leg_that_telephony_does_not_mention_is_sent_silence() {
        let known = CallSid::from_number(1);
        let new = CallSid::from_number(2);
        let graph = AudioGraph {
            legs: vec![LegAudio {
                call: known.clone(),
                speaks: Speaks::Device,
                hears: Hears::Music,
            }],
        };
        let graph = with_silent_legs(graph, [&known, &new].into_iter());
        assert_eq!(graph.legs.len(), 2);
        assert_eq!(graph.legs[0].hears, Hears::Music);
        assert_eq!(
            (&graph.legs[1].call, &graph.legs[1].hears),
            (&new, &Hears::Silence)
        );
        let received = BTreeMap::from([(new, [500; 160])]);
        assert!(mix(&graph, &received, &BTreeMap::new(), 0)
            .iter()
            .all(|leg| leg.call == known || leg.sent == SILENCE));
    }
}
