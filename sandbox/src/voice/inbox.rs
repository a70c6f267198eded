//! What has arrived from one leg and was not yet mixed: packets come unevenly, the mixer takes 20 ms every 20 ms.

use super::g711;
use super::mixer::rms;
use super::send_clock::SendClock;
use super::tones::{Frame, FRAME_SAMPLES, SILENCE};
use std::collections::VecDeque;
use std::time::Instant;

/// Samples kept back before the first frame is given out: 40 ms, the unevenness of a busy machine.
const CUSHION: usize = 2 * FRAME_SAMPLES;

/// Most samples kept: 120 ms. What is older is thrown away, so that a burst does not delay the call for ever.
const LIMIT: usize = 6 * FRAME_SAMPLES;

/// The samples of one leg between network and mixer.
#[derive(Debug, Default)]
pub struct Inbox {
    samples: VecDeque<i16>,
    flow: Flow,
    packets: u64,
    /// The loudness of the packets of which it was not yet told when they were sent.
    clock: SendClock<f64>,
}

/// A packet, as it was sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spoken {
    /// When, by its media time.
    pub sent: Instant,
    /// Whether that is sure.
    pub sure: bool,
    /// Root mean square.
    pub level: f64,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Flow {
    #[default]
    Filling,
    Running,
}

impl Inbox {
    /// Takes in a packet of µ-law of any length, with its media time in microseconds.
    pub fn receive(&mut self, payload: &[u8], media_micros: u64, arrived: Instant) {
        self.packets += 1;
        let said: Vec<i16> = payload.iter().map(|code| g711::decode(*code)).collect();
        self.clock.arrived(media_micros, arrived, rms(&said));
        self.samples.extend(said);
        let surplus = self.samples.len().saturating_sub(LIMIT);
        self.samples.drain(..surplus);
    }

    /// The packets since this was last asked, before the wait for the mixer, which differs by leg; those of the last half
    /// second only when they are the `last`.
    pub fn take_spoken(&mut self, last: bool) -> Vec<Spoken> {
        let told = match last {
            true => self.clock.rest(),
            false => self.clock.sent(),
        };
        let spoken = told.into_iter().map(|told| Spoken {
            sent: told.sent,
            sure: told.sure,
            level: told.packet,
        });
        spoken.collect()
    }

    /// Packets received so far.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// The next 20 ms, or silence while there is not enough.
    pub fn take(&mut self) -> Frame {
        let enough = match self.flow {
            Flow::Filling => self.samples.len() >= CUSHION,
            Flow::Running => self.samples.len() >= FRAME_SAMPLES,
        };
        if !enough {
            self.flow = Flow::Filling;
            return SILENCE;
        }
        self.flow = Flow::Running;
        let mut frame = SILENCE;
        for (slot, sample) in frame.iter_mut().zip(self.samples.drain(..FRAME_SAMPLES)) {
            *slot = sample;
        }
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receive(inbox: &mut Inbox, payload: &[u8]) {
        inbox.receive(payload, 0, Instant::now());
    }

    fn packet(code: u8) -> Vec<u8> {
        vec![code; FRAME_SAMPLES]
    }

    #[test]
    fn nothing_is_given_out_before_the_cushion_is_full() {
        let mut inbox = Inbox::default();
        receive(&mut inbox, &packet(0x80));
        assert_eq!(inbox.take(), SILENCE);
        receive(&mut inbox, &packet(0x80));
        assert_eq!(inbox.take(), [32124; FRAME_SAMPLES]);
        assert_eq!(inbox.take(), [32124; FRAME_SAMPLES]);
    }

    #[test]
    fn after_it_ran_dry_it_fills_again_first() {
        let mut inbox = Inbox::default();
        receive(&mut inbox, &packet(0x80));
        receive(&mut inbox, &packet(0x80));
        let _ = (inbox.take(), inbox.take());
        assert_eq!(inbox.take(), SILENCE);
        receive(&mut inbox, &packet(0x80));
        assert_eq!(inbox.take(), SILENCE);
    }

    #[test]
    fn a_burst_keeps_only_the_newest_sound() {
        let mut inbox = Inbox::default();
        for _ in 0..50 {
            receive(&mut inbox, &packet(0x80));
        }
        for _ in 0..6 {
            receive(&mut inbox, &packet(0xff));
        }
        assert_eq!(inbox.take(), SILENCE);
        assert_eq!(inbox.packets(), 56);
        assert_eq!(inbox.samples.len(), LIMIT - FRAME_SAMPLES);
    }

    #[test]
    fn packets_of_any_length_are_joined() {
        let mut inbox = Inbox::default();
        receive(&mut inbox, &[]);
        receive(&mut inbox, &[0x80; 479]);
        receive(&mut inbox, &[0x80]);
        for _ in 0..3 {
            assert_eq!(inbox.take(), [32124; FRAME_SAMPLES]);
        }
    }
}
