//! Who hears whom, for 20 ms: a pure function from the audio graph and what was said to what is sent.
//!
//! Invariants: nobody hears himself; nobody hears a leg that is not in his list; each source counts once; a sum
//! that is too loud is clipped, never wrapped round.

use super::tones::{self, Frame, FRAME_SAMPLES, SILENCE};
use backline::ids::CallSid;
use backline_world::audio::{AudioGraph, Hears, LegAudio, Place, Sound, Speaks};
use std::collections::{BTreeMap, BTreeSet};

/// Where a part of what a leg hears comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Another leg.
    Leg(CallSid),
    /// Twilio's own hold music.
    Music,
    /// What the account's server chose for one who waits or is on hold.
    Chosen(Place),
    /// A phone that rings at the other end.
    Ringback,
}

/// What is sent to one leg, and of what it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixed {
    /// The leg.
    pub call: CallSid,
    /// What it said itself in the same 20 ms.
    pub said: Frame,
    /// What it is sent.
    pub sent: Frame,
    /// Each source, and its root mean square (see [`rms`]) before mixing.
    pub parts: Vec<(Source, f64)>,
}

/// Mixes frame number `frame` for every leg of the graph. `received` has what arrived from each Device; a leg that
/// is missing there says nothing. `played` has this frame of the file that a leg hears, if any.
#[must_use]
pub fn mix(
    graph: &AudioGraph,
    received: &BTreeMap<CallSid, Frame>,
    played: &BTreeMap<CallSid, Frame>,
    frame: u64,
) -> Vec<Mixed> {
    let room = Room {
        legs: graph.legs.iter().map(|leg| (&leg.call, leg)).collect(),
        received,
        played,
        frame,
    };
    graph
        .legs
        .iter()
        .map(|leg| {
            let sources = room.heard_by(leg);
            Mixed {
                call: leg.call.clone(),
                said: room.said_by(leg),
                sent: sum(sources.iter().map(|(_, frame)| frame)),
                parts: sources
                    .into_iter()
                    .map(|(source, frame)| (source, rms(&frame)))
                    .collect(),
            }
        })
        .collect()
}

/// Root mean square of samples: 0 (silence) to 32768; a full tone of the sandbox is 5657.
#[must_use]
pub fn rms(frame: &[i16]) -> f64 {
    let energy: f64 = frame
        .iter()
        .map(|sample| f64::from(*sample) * f64::from(*sample))
        .sum();
    #[allow(clippy::cast_precision_loss)]
    let count = frame.len().max(1) as f64;
    (energy / count).sqrt()
}

/// All that there is to hear in one frame.
struct Room<'a> {
    legs: BTreeMap<&'a CallSid, &'a LegAudio>,
    received: &'a BTreeMap<CallSid, Frame>,
    played: &'a BTreeMap<CallSid, Frame>,
    frame: u64,
}

impl<'a> Room<'a> {
    fn said_by(&self, leg: &'a LegAudio) -> Frame {
        match &leg.speaks {
            Speaks::Device => self.received.get(&leg.call).copied().unwrap_or(SILENCE),
            Speaks::Tone { hertz } => tones::tone(*hertz, self.frame),
            Speaks::WhatIsHeardBy(other) => self.legs.get(other).map_or(SILENCE, |other| {
                sum(self.heard_by(other).iter().map(|(_, frame)| frame))
            }),
        }
    }

    /// Each source once, whatever the ways that it comes by; never the leg itself.
    fn heard_by(&self, leg: &'a LegAudio) -> Vec<(Source, Frame)> {
        let mut passed = BTreeSet::from([&leg.call]);
        let mut heard = Vec::new();
        self.gather(leg, &mut passed, &mut heard);
        heard
    }

    /// What one leg hears, added to `heard`. Of a leg that says what another hears, that is gathered in its place.
    fn gather(
        &self,
        leg: &'a LegAudio,
        passed: &mut BTreeSet<&'a CallSid>,
        heard: &mut Vec<(Source, Frame)>,
    ) {
        match &leg.hears {
            Hears::Legs(calls) => {
                for call in calls.iter().collect::<BTreeSet<_>>() {
                    let Some(other) = self.legs.get(call).filter(|_| passed.insert(call)) else {
                        continue;
                    };
                    match &other.speaks {
                        Speaks::Device | Speaks::Tone { .. } => {
                            heard.push((Source::Leg(call.clone()), self.said_by(other)));
                        }
                        Speaks::WhatIsHeardBy(far) => {
                            if let Some(far) = self.legs.get(far).filter(|_| passed.insert(far)) {
                                self.gather(far, passed, heard);
                            }
                        }
                    }
                }
            }
            Hears::Music => add(heard, Source::Music, tones::music(self.frame)),
            Hears::Chosen { place, sound } => {
                let sound = match sound {
                    Sound::File { .. } => self.played.get(&leg.call).copied().unwrap_or(SILENCE),
                    // Speech is not rendered: what would be audible is music.
                    Sound::Speech => tones::music(self.frame),
                };
                heard.push((Source::Chosen(*place), sound));
            }
            Hears::Ringback => add(heard, Source::Ringback, tones::ringback(self.frame)),
            Hears::Silence => {}
        }
    }
}

fn add(heard: &mut Vec<(Source, Frame)>, source: Source, frame: Frame) {
    if heard.iter().all(|(known, _)| *known != source) {
        heard.push((source, frame));
    }
}

fn sum<'a>(frames: impl Iterator<Item = &'a Frame>) -> Frame {
    let mut wide = [0i32; FRAME_SAMPLES];
    for frame in frames {
        for (total, sample) in wide.iter_mut().zip(frame) {
            *total += i32::from(*sample);
        }
    }
    wide.map(|total| i16::try_from(total).unwrap_or(if total < 0 { i16::MIN } else { i16::MAX }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(number: u128) -> CallSid {
        CallSid::from_number(number)
    }

    fn leg(number: u128, hears: Hears) -> LegAudio {
        LegAudio {
            call: call(number),
            speaks: Speaks::Device,
            hears,
        }
    }

    fn received(levels: &[(u128, i16)]) -> BTreeMap<CallSid, Frame> {
        levels
            .iter()
            .map(|(number, level)| (call(*number), [*level; FRAME_SAMPLES]))
            .collect()
    }

    fn sent(mixed: &[Mixed], number: u128) -> Frame {
        mixed
            .iter()
            .find(|mixed| mixed.call == call(number))
            .unwrap()
            .sent
    }

    #[test]
    fn everybody_hears_the_others_and_not_himself() {
        let all = Hears::Legs(vec![call(1), call(2), call(3)]);
        let graph = AudioGraph {
            legs: (1..=3).map(|number| leg(number, all.clone())).collect(),
        };
        let mixed = mix(
            &graph,
            &received(&[(1, 100), (2, 20), (3, 3)]),
            &BTreeMap::new(),
            0,
        );
        assert_eq!(sent(&mixed, 1), [23; FRAME_SAMPLES]);
        assert_eq!(sent(&mixed, 2), [103; FRAME_SAMPLES]);
        assert_eq!(sent(&mixed, 3), [120; FRAME_SAMPLES]);
    }

    #[test]
    fn a_leg_that_is_not_in_the_list_is_not_heard_however_loud() {
        let graph = AudioGraph {
            legs: vec![
                leg(1, Hears::Legs(vec![call(2)])),
                leg(2, Hears::Silence),
                leg(3, Hears::Legs(vec![call(1)])),
            ],
        };
        let mixed = mix(
            &graph,
            &received(&[(1, 5), (2, 7), (3, 30000)]),
            &BTreeMap::new(),
            0,
        );
        assert_eq!(sent(&mixed, 1), [7; FRAME_SAMPLES]);
        assert_eq!(sent(&mixed, 2), SILENCE);
    }

    #[test]
    fn too_loud_a_sum_is_clipped_in_both_directions() {
        let graph = AudioGraph {
            legs: vec![
                leg(1, Hears::Legs(vec![call(2), call(3)])),
                leg(2, Hears::Silence),
                leg(3, Hears::Silence),
            ],
        };
        let loud = mix(
            &graph,
            &received(&[(2, 30000), (3, 30000)]),
            &BTreeMap::new(),
            0,
        );
        assert_eq!(sent(&loud, 1), [i16::MAX; FRAME_SAMPLES]);
        let low = mix(
            &graph,
            &received(&[(2, -30000), (3, -30000)]),
            &BTreeMap::new(),
            0,
        );
        assert_eq!(sent(&low, 1), [i16::MIN; FRAME_SAMPLES]);
    }

    #[test]
    fn a_source_that_is_listed_twice_counts_once() {
        let graph = AudioGraph {
            legs: vec![
                leg(1, Hears::Legs(vec![call(2), call(2)])),
                leg(2, Hears::Silence),
            ],
        };
        let mixed = mix(&graph, &received(&[(2, 50)]), &BTreeMap::new(), 0);
        assert_eq!(sent(&mixed, 1), [50; FRAME_SAMPLES]);
    }

    #[test]
    fn a_leg_on_hold_hears_music_and_nothing_of_the_others() {
        let graph = AudioGraph {
            legs: vec![leg(1, Hears::Music), leg(2, Hears::Legs(Vec::new()))],
        };
        let mixed = mix(
            &graph,
            &received(&[(1, 900), (2, 900)]),
            &BTreeMap::new(),
            7,
        );
        assert_eq!(sent(&mixed, 1), tones::music(7));
        assert_eq!(sent(&mixed, 2), SILENCE);
    }

    fn speaks(number: u128, other: u128, hears: Hears) -> LegAudio {
        LegAudio {
            speaks: Speaks::WhatIsHeardBy(call(other)),
            ..leg(number, hears)
        }
    }

    /// Agent 1 and the participant 2 in one conference, the application's leg 3 where it hears `far`, agent 4.
    fn to_an_application(near: Hears, far: Hears) -> Vec<Mixed> {
        let graph = AudioGraph {
            legs: vec![
                leg(1, Hears::Legs(vec![call(2)])),
                speaks(2, 3, near),
                speaks(3, 2, far),
                leg(4, Hears::Legs(vec![call(3)])),
            ],
        };
        let said = received(&[(1, 100), (4, 40)]);
        mix(&graph, &said, &BTreeMap::new(), 3)
    }

    #[test]
    fn two_hear_each_other_through_the_two_legs_of_an_application() {
        let agent = |number| Hears::Legs(vec![call(number)]);
        let mixed = to_an_application(agent(1), agent(4));
        assert_eq!(sent(&mixed, 1), [40; FRAME_SAMPLES]);
        assert_eq!(sent(&mixed, 4), [100; FRAME_SAMPLES]);
        assert_eq!(mixed[0].parts, [(Source::Leg(call(4)), 40.0)]);
        assert_eq!(mixed[1].said, [40; FRAME_SAMPLES]);
        assert_eq!(mixed[2].said, [100; FRAME_SAMPLES]);
    }

    #[test]
    fn what_one_leg_of_an_application_is_played_is_heard_beyond_the_other() {
        let agent = |number| Hears::Legs(vec![call(number)]);
        // The participant is on hold.
        let mixed = to_an_application(Hears::Music, agent(4));
        assert_eq!(sent(&mixed, 4), tones::music(3));
        assert_eq!(mixed[3].parts[0].0, Source::Music);
        // In the queue.
        let mixed = to_an_application(agent(1), Hears::Music);
        assert_eq!(sent(&mixed, 1), tones::music(3));
        let mixed = to_an_application(agent(1), Hears::Silence);
        assert_eq!(sent(&mixed, 1), SILENCE);
    }

    #[test]
    fn both_legs_of_an_application_in_one_room_are_no_endless_loop() {
        let graph = AudioGraph {
            legs: vec![
                leg(1, Hears::Legs(vec![call(2), call(3)])),
                speaks(2, 3, Hears::Legs(vec![call(1), call(3)])),
                speaks(3, 2, Hears::Legs(vec![call(1), call(2)])),
            ],
        };
        let mixed = mix(&graph, &received(&[(1, 100)]), &BTreeMap::new(), 3);
        assert_eq!(sent(&mixed, 1), SILENCE);
        assert_eq!(sent(&mixed, 2), [100; FRAME_SAMPLES]);
    }

    #[test]
    fn a_customer_without_a_device_is_heard_as_his_own_tone() {
        let graph = AudioGraph {
            legs: vec![
                leg(1, Hears::Legs(vec![call(2)])),
                LegAudio {
                    call: call(2),
                    speaks: Speaks::Tone { hertz: 700 },
                    hears: Hears::Legs(vec![call(1)]),
                },
            ],
        };
        let mixed = mix(
            &graph,
            &received(&[(1, 40), (2, 9999)]),
            &BTreeMap::new(),
            3,
        );
        assert_eq!(sent(&mixed, 1), tones::tone(700, 3));
        assert_eq!(sent(&mixed, 2), [40; FRAME_SAMPLES]);
        let parts = &mixed[0].parts;
        assert_eq!(parts[0].0, Source::Leg(call(2)));
        assert!((parts[0].1 - 5657.0).abs() < 30.0, "{parts:?}");
    }

    #[test]
    fn a_leg_that_has_gone_from_the_graph_is_heard_no_more() {
        let graph = AudioGraph {
            legs: vec![leg(1, Hears::Legs(vec![call(2)]))],
        };
        let mixed = mix(&graph, &received(&[(1, 1), (2, 50)]), &BTreeMap::new(), 0);
        assert_eq!(sent(&mixed, 1), SILENCE);
        assert!(mixed[0].parts.is_empty());
    }

    #[test]
    fn a_file_is_heard_by_the_leg_that_it_is_played_to_and_told_from_music() {
        let chosen = |place, sound| Hears::Chosen { place, sound };
        let file = Sound::File {
            url: "http://h/a.wav".to_owned(),
            since: backline::time::Millis(0),
        };
        let graph = AudioGraph {
            legs: vec![
                leg(1, chosen(Place::Wait, file.clone())),
                leg(2, chosen(Place::Hold, file)),
                leg(3, chosen(Place::Wait, Sound::Speech)),
            ],
        };
        let played = received(&[(1, 70)]);
        let mixed = mix(&graph, &received(&[(2, 9)]), &played, 4);
        assert_eq!(sent(&mixed, 1), [70; FRAME_SAMPLES]);
        assert_eq!(mixed[0].parts, [(Source::Chosen(Place::Wait), 70.0)]);
        // The file is not there (yet).
        assert_eq!(mixed[1].parts, [(Source::Chosen(Place::Hold), 0.0)]);
        assert_eq!(sent(&mixed, 3), tones::music(4));
    }
}
