//! Level meters: what is received from each leg, what is sent to it, and from whom.
//!
//! Fed once for each frame of the mixer; a frame is the only unit of time here. "Silent" (packets come, with nothing
//! in them: a muted Device) and "no RTP" (nothing comes) are told apart.

use super::mixer::{rms, Mixed, Source};
use super::tones::FRAME_MS;
use backline::ids::CallSid;
use serde_json::{json, Map, Value};
use std::collections::{BTreeMap, VecDeque};

/// Below this root mean square a frame is silence: µ-law's smallest step is 8, a muted Chromium sends zeroes.
pub const AUDIBLE: f64 = 20.0;

/// Frames that a smoothed level covers: one second.
const WINDOW: usize = 50;

/// Frames without a packet until RTP is said to have stopped: 200 ms.
const RTP_PATIENCE: u64 = 10;

/// Silent frames until a leg is said to be silent: 1 s, longer than a pause between two words (or between the beeps of
/// Chromium's fake microphone).
const SILENT_PATIENCE: u64 = 50;

/// Silent frames that do not end a run of audible ones: packets come unevenly.
const PAUSE: u64 = 10;

/// Frames for which it is known where a voice was: 10 s, longer than any packet is late.
const RECENT: usize = 500;

/// Every leg's meters.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    /// Frames so far.
    frame: u64,
    legs: BTreeMap<CallSid, LegLevels>,
    agents: BTreeMap<String, AgentLevels>,
}

/// An agent's voice, over all his legs.
#[derive(Debug, Clone, Default)]
struct AgentLevels {
    /// Frames in which his voice was sent on one of his legs, at least.
    heard_frames: u64,
    /// Frames in which it was sent on two: he spoke into two calls.
    twice_frames: u64,
    /// The same, but of one of the packets, at least, it is not sure when it was sent.
    perhaps_twice_frames: u64,
    /// When it was sent on each.
    legs: BTreeMap<CallSid, Audible>,
    /// Where it was sent, by frame; those that no packet can be of any more are forgotten.
    recent: BTreeMap<u64, On>,
}

/// A packet of a leg's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said {
    /// The frame in which it was sent.
    pub frame: u64,
    /// Whether that is sure: [`super::send_clock`].
    pub sure: bool,
    /// Its loudness.
    pub level: f64,
}

/// Where a voice was sent in one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
enum On {
    One { call: CallSid, sure: bool },
    PerhapsSeveral,
    Several,
}

/// When something was audible.
#[derive(Debug, Clone, Copy, Default)]
struct Audible {
    /// Frames altogether.
    frames: u64,
    /// First frame of the run that lasts, or was the last.
    first: u64,
    /// Its last frame so far.
    last: u64,
}

#[derive(Debug, Clone, Default)]
struct LegLevels {
    said: Meter,
    sent: Meter,
    silent_frames: u64,
    rtp: RtpWatch,
    /// The frame in which the Device sent its first packet.
    opened: Option<u64>,
    hears: BTreeMap<Source, Meter>,
    /// When each source was audible here, since the leg began.
    heard: BTreeMap<Source, Audible>,
}

/// The level of one stream of sound.
#[derive(Debug, Clone, Default)]
struct Meter {
    energies: VecDeque<f64>,
}

/// Whether packets come.
#[derive(Debug, Clone, Default)]
enum RtpWatch {
    /// A synthetic leg: there are no packets.
    #[default]
    Synthetic,
    /// A Device's leg.
    Device { packets: u64, idle_frames: u64 },
}

/// What arrives from a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rtp {
    /// Packets with sound in them.
    Sound,
    /// Packets, but silent ones.
    Silent,
    /// No packets.
    None,
}

impl Levels {
    /// Takes in one frame of the mixer. `packets` counts what each Device's leg has received so far; a leg that is
    /// not in it is synthetic. Legs that are no longer mixed are forgotten.
    pub fn record(&mut self, mixed: &[Mixed], packets: &BTreeMap<CallSid, u64>) {
        self.frame += 1;
        self.legs
            .retain(|call, _| mixed.iter().any(|mixed| mixed.call == *call));
        for mixed in mixed {
            let leg = self.legs.entry(mixed.call.clone()).or_default();
            leg.record(self.frame, mixed, packets.get(&mixed.call).copied());
        }
    }

    /// Counts on how many of his legs each agent's voice was sent: of each leg the packets that have come, as the frames
    /// in which they were sent and their loudness.
    pub fn record_voices(
        &mut self,
        spoken: &BTreeMap<CallSid, Vec<Said>>,
        identities: &BTreeMap<CallSid, String>,
    ) {
        for agent in self.agents.values_mut() {
            agent.legs.retain(|call, _| identities.contains_key(call));
        }
        for (call, packets) in spoken {
            if let (Some(leg), Some(first)) = (self.legs.get_mut(call), packets.first()) {
                leg.opened.get_or_insert(first.frame);
            }
            let Some(identity) = identities.get(call) else {
                continue;
            };
            for said in packets.iter().filter(|said| said.level >= AUDIBLE) {
                let agent = self.agents.entry(identity.clone()).or_default();
                agent.speaks(call, *said);
            }
        }
    }

    /// Frames so far: the clock of all that is counted in frames.
    #[must_use]
    pub fn frame(&self) -> u64 {
        self.frame
    }

    /// For how long each agent's voice was sent, for how long on two of his legs at once, and when last on each leg.
    #[must_use]
    pub fn voices(&self) -> Value {
        let voices = self.agents.iter().map(|(identity, agent)| {
            let legs: Map<String, Value> = agent
                .legs
                .iter()
                .map(|(call, audible)| (call.to_string(), audible.run()))
                .collect();
            let voice = json!({
                "heard_ms": agent.heard_frames * FRAME_MS,
                "on_two_ms": agent.twice_frames * FRAME_MS,
                "perhaps_on_two_ms": agent.perhaps_twice_frames * FRAME_MS,
                "legs": legs,
            });
            (identity.clone(), voice)
        });
        Value::Object(voices.collect())
    }

    /// The legs that have meters.
    pub fn calls(&self) -> impl Iterator<Item = &CallSid> {
        self.legs.keys()
    }

    /// The meters of one leg, as `control` shows them. Levels are root mean squares (0 to 32768), smoothed over a
    /// second; `…_now` is the last 20 ms. `hears` lists who is let through at present, even if he is silent;
    /// `heard_ms` how long each was audible here since the leg began, `heard_run` the frames in which it was last,
    /// `opened` the frame in which the Device sent its first packet.
    #[must_use]
    pub fn to_json(&self, call: &CallSid) -> Map<String, Value> {
        // A leg that only rings has meters at rest.
        let silent = LegLevels::default();
        let leg = self.legs.get(call).unwrap_or(&silent);
        let mut out = Map::new();
        let rtp = leg.rtp().map(|rtp| match rtp {
            Rtp::Sound => "sound",
            Rtp::Silent => "silent",
            Rtp::None => "none",
        });
        let hears: Vec<Value> = leg
            .hears
            .iter()
            .map(|(source, meter)| {
                json!({"source": name(source), "level": meter.recent(), "level_now": meter.now()})
            })
            .collect();
        let heard: Map<String, Value> = leg
            .heard
            .iter()
            .map(|(source, audible)| (name(source), json!(audible.frames * FRAME_MS)))
            .collect();
        let runs: Map<String, Value> = leg
            .heard
            .iter()
            .map(|(source, audible)| (name(source), audible.run()))
            .collect();
        out.insert("rtp".into(), json!(rtp));
        out.insert("opened".into(), json!(leg.opened));
        out.insert("level_in".into(), json!(leg.said.recent()));
        out.insert("level_in_now".into(), json!(leg.said.now()));
        out.insert("silent_ms".into(), json!(leg.silent_frames * FRAME_MS));
        out.insert("level_out".into(), json!(leg.sent.recent()));
        out.insert("level_out_now".into(), json!(leg.sent.now()));
        out.insert("hears".into(), json!(hears));
        out.insert("heard_ms".into(), Value::Object(heard));
        out.insert("heard_run".into(), Value::Object(runs));
        out
    }
}

impl AgentLevels {
    fn speaks(&mut self, call: &CallSid, Said { frame, sure, .. }: Said) {
        self.legs.entry(call.clone()).or_default().in_frame(frame);
        let on = match self.recent.get(&frame) {
            None => {
                self.heard_frames += 1;
                let call = call.clone();
                On::One { call, sure }
            }
            Some(On::One { call: other, .. }) if other == call => return,
            Some(On::One { sure: true, .. }) if sure => {
                self.twice_frames += 1;
                On::Several
            }
            Some(On::One { .. }) => {
                self.perhaps_twice_frames += 1;
                On::PerhapsSeveral
            }
            Some(On::PerhapsSeveral | On::Several) => return,
        };
        self.recent.insert(frame, on);
        if self.recent.len() > RECENT {
            self.recent.pop_first();
        }
    }
}

impl LegLevels {
    fn record(&mut self, frame: u64, mixed: &Mixed, packets: Option<u64>) {
        let said = rms(&mixed.said);
        self.said.push(said);
        self.sent.push(rms(&mixed.sent));
        self.silent_frames = if said < AUDIBLE {
            self.silent_frames + 1
        } else {
            0
        };
        self.rtp.record(packets);
        self.hears
            .retain(|source, _| mixed.parts.iter().any(|(part, _)| part == source));
        for (source, level) in &mixed.parts {
            self.hears.entry(source.clone()).or_default().push(*level);
            if *level >= AUDIBLE {
                let heard = self.heard.entry(source.clone()).or_default();
                heard.in_frame(frame);
            }
        }
    }

    fn rtp(&self) -> Option<Rtp> {
        match self.rtp {
            RtpWatch::Synthetic => None,
            RtpWatch::Device { idle_frames, .. } if idle_frames >= RTP_PATIENCE => Some(Rtp::None),
            RtpWatch::Device { packets: 0, .. } => Some(Rtp::None),
            RtpWatch::Device { .. } if self.silent_frames >= SILENT_PATIENCE => Some(Rtp::Silent),
            RtpWatch::Device { .. } => Some(Rtp::Sound),
        }
    }
}

impl Audible {
    fn in_frame(&mut self, frame: u64) {
        if self.frames == 0 || frame > self.last + PAUSE + 1 {
            self.first = frame;
        }
        self.last = frame;
        self.frames += 1;
    }

    fn run(self) -> Value {
        json!([self.first, self.last])
    }
}

impl RtpWatch {
    fn record(&mut self, packets: Option<u64>) {
        let Some(now) = packets else {
            *self = Self::Synthetic;
            return;
        };
        let idle_frames = match self {
            Self::Device {
                packets,
                idle_frames,
            } if *packets == now => idle_frames.saturating_add(1),
            Self::Device { .. } | Self::Synthetic => 0,
        };
        *self = Self::Device {
            packets: now,
            idle_frames,
        };
    }
}

impl Meter {
    fn push(&mut self, level: f64) {
        self.energies.push_back(level * level);
        if self.energies.len() > WINDOW {
            self.energies.pop_front();
        }
    }

    /// Level of the last frame.
    fn now(&self) -> u64 {
        f64_to_level(self.energies.back().copied().unwrap_or_default().sqrt())
    }

    /// Level over the last second, or since the stream began if that is less.
    fn recent(&self) -> u64 {
        #[allow(clippy::cast_precision_loss)]
        let count = self.energies.len().max(1) as f64;
        f64_to_level((self.energies.iter().sum::<f64>() / count).sqrt())
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn f64_to_level(level: f64) -> u64 {
    level.round() as u64
}

fn name(source: &Source) -> String {
    match source {
        Source::Leg(call) => call.to_string(),
        Source::Music => "music".to_owned(),
        Source::Chosen(place) => place.as_str().to_owned(),
        Source::Ringback => "ringback".to_owned(),
    }
}

#[cfg(test)]
mod tests;
