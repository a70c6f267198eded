//! Sounds that the account's server answered, and where each leg is in the one that it hears.

use super::tones::{Frame, FRAME_SAMPLES, SILENCE};
use backline::ids::CallSid;
use backline::time::Millis;
use backline_world::audio::{AudioGraph, Hears, Sound};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// So many sounds are kept; the one that was answered longest ago goes first.
const KEPT: usize = 64;

/// Sounds by their URLs: 8000 samples a second.
#[derive(Debug, Default)]
pub struct Files(Mutex<VecDeque<(String, Arc<[i16]>)>>);

impl Files {
    /// Keeps a sound, in the place of what was there.
    pub fn keep(&self, url: &str, samples: Vec<i16>) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|(kept, _)| kept != url);
        if files.len() >= KEPT {
            files.pop_front();
        }
        files.push_back((url.to_owned(), samples.into()));
    }

    fn find(&self, url: &str) -> Option<Arc<[i16]>> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, samples) = files.iter().find(|(kept, _)| kept == url)?;
        Some(Arc::clone(samples))
    }
}

/// Which sound each leg hears, and since which frame.
#[derive(Debug, Default)]
pub struct Turntables(BTreeMap<CallSid, Turntable>);

#[derive(Debug)]
struct Turntable {
    url: String,
    since: Millis,
    first_frame: u64,
}

impl Turntables {
    /// Frame number `frame` of the file of every leg that hears one: each from its beginning, over and over.
    pub fn play(
        &mut self,
        graph: &AudioGraph,
        files: &Files,
        frame: u64,
    ) -> BTreeMap<CallSid, Frame> {
        let mut before = std::mem::take(&mut self.0);
        let mut played = BTreeMap::new();
        for leg in &graph.legs {
            let Hears::Chosen {
                sound: Sound::File { url, since },
                ..
            } = &leg.hears
            else {
                continue;
            };
            let same = |table: &Turntable| table.url == *url && table.since == *since;
            let table = before
                .remove(&leg.call)
                .filter(same)
                .unwrap_or_else(|| Turntable {
                    url: url.clone(),
                    since: *since,
                    first_frame: frame,
                });
            let samples = files.find(url).unwrap_or_default();
            let gone = frame.saturating_sub(table.first_frame);
            played.insert(leg.call.clone(), cut(&samples, gone));
            self.0.insert(leg.call.clone(), table);
        }
        played
    }
}

/// Frame `index` of a sound without end.
fn cut(samples: &[i16], index: u64) -> Frame {
    let mut frame = SILENCE;
    let length = samples.len() as u64;
    if length == 0 {
        return frame;
    }
    let first = index * FRAME_SAMPLES as u64;
    for (sample, place) in frame.iter_mut().zip(first..) {
        let place = usize::try_from(place % length).unwrap_or(0);
        *sample = samples.get(place).copied().unwrap_or_default();
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use backline_world::audio::{LegAudio, Place, Speaks};

    fn graph(since: u64) -> AudioGraph {
        let url = "http://h/a.wav".to_owned();
        let since = Millis(since);
        AudioGraph {
            legs: vec![LegAudio {
                call: CallSid::from_number(1),
                speaks: Speaks::Device,
                hears: Hears::Chosen {
                    place: Place::Wait,
                    sound: Sound::File { url, since },
                },
            }],
        }
    }

    #[test]
    fn a_sound_plays_from_its_beginning_over_and_over_and_anew_when_it_is_chosen_anew() {
        let files = Files::default();
        // Two frames, and half of one.
        let samples: Vec<i16> = (1..=5)
            .flat_map(|level| [level; FRAME_SAMPLES / 2])
            .collect();
        files.keep("http://h/a.wav", samples);
        let mut tables = Turntables::default();
        let mut first = |since, frame| {
            let played = tables.play(&graph(since), &files, frame);
            played[&CallSid::from_number(1)][0]
        };
        assert_eq!([first(0, 700), first(0, 701), first(0, 702)], [1, 3, 5]);
        assert_eq!(first(0, 703), 2);
        assert_eq!(first(9, 704), 1);
    }

    #[test]
    fn a_sound_that_is_not_there_is_silence() {
        let mut tables = Turntables::default();
        let played = tables.play(&graph(0), &Files::default(), 1);
        assert_eq!(played[&CallSid::from_number(1)], SILENCE);
    }

    #[test]
    fn only_so_many_sounds_are_kept() {
        let files = Files::default();
        for number in 0..=KEPT {
            files.keep(&number.to_string(), vec![1]);
        }
        assert!(files.find("0").is_none());
        assert!(files.find("1").is_some());
    }
}
