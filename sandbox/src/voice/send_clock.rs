//! When a packet was sent: by its media time, set to this machine's clock by the quickest of those before and after it. What a
//! busy machine delays, and delivers together, is told apart all the same; and after a sender stood still, whose media
//! time stood with it, those from before count no more. Nothing was sent before the first packet came: a browser makes
//! packets before its transport is up, and then sends them all at once.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So many packets after one are waited for before it is said when it was sent: half a second.
pub const AHEAD: usize = 25;
/// And so many before it are remembered: 5 s. Two clocks do not drift apart by a millisecond in that time.
const BEFORE: usize = 225;
/// If all that follow are later than those before by more than a frame, microseconds, the sender stood still.
const STOP: i64 = 20_000;

/// The clock of one leg's sender, and the packets of which it does not tell yet.
#[derive(Debug)]
pub struct SendClock<T> {
    epoch: Instant,
    /// When the first packet came.
    opened: Option<Instant>,
    waiting: VecDeque<Waiting<T>>,
    /// Delays of those told of since the sender last stood still.
    before: VecDeque<i64>,
}

#[derive(Debug)]
struct Waiting<T> {
    media_micros: i64,
    /// Between media time and arrival, microseconds.
    delay: i64,
    packet: T,
}

impl<T> Default for SendClock<T> {
    fn default() -> Self {
        Self {
            epoch: Instant::now(),
            opened: None,
            waiting: VecDeque::new(),
            before: VecDeque::new(),
        }
    }
}

impl<T> SendClock<T> {
    /// A packet of this media time has arrived.
    pub fn arrived(&mut self, media_micros: u64, at: Instant, packet: T) {
        let media_micros = i64::try_from(media_micros).unwrap_or(i64::MAX);
        self.opened.get_or_insert(at);
        let since = at.saturating_duration_since(self.epoch).as_micros();
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        self.waiting.push_back(Waiting {
            media_micros,
            delay: since.saturating_sub(media_micros),
            packet,
        });
    }

    /// Those of which it can be said when they were sent.
    pub fn sent(&mut self) -> Vec<(Instant, T)> {
        let mut told = Vec::new();
        while self.waiting.len() > AHEAD {
            let quickest = self.quickest();
            if let Some(first) = self.waiting.pop_front() {
                self.before.push_back(first.delay);
                if self.before.len() > BEFORE {
                    self.before.pop_front();
                }
                told.push(self.told(first, quickest));
            }
        }
        told
    }

    /// All the others: no more will come.
    pub fn rest(&mut self) -> Vec<(Instant, T)> {
        let quickest = self.quickest();
        let rest = std::mem::take(&mut self.waiting).into_iter();
        rest.map(|one| self.told(one, quickest)).collect()
    }

    fn told(&self, one: Waiting<T>, quickest: i64) -> (Instant, T) {
        let (sent, packet) = one.sent(self.epoch, quickest);
        (self.opened.map_or(sent, |opened| sent.max(opened)), packet)
    }

    /// The delay of the quickest around the first that waits.
    fn quickest(&mut self) -> i64 {
        let next = self.waiting.iter().take(AHEAD + 1).map(|one| one.delay);
        let next = next.min().unwrap_or_default();
        let before = self.before.iter().copied().min().unwrap_or(next);
        if next > before + STOP {
            self.before.clear();
            return next;
        }
        next.min(before)
    }
}

impl<T> Waiting<T> {
    fn sent(self, epoch: Instant, delay: i64) -> (Instant, T) {
        let since = u64::try_from(delay.saturating_add(self.media_micros)).unwrap_or(0);
        (epoch + Duration::from_micros(since), self.packet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: u64 = 20_000;
    /// Media time begins anywhere.
    const START: u64 = 77_000_000_000;

    /// What is said of packets of these media frames that arrive at these milliseconds: when each was sent.
    fn told(packets: &[(u64, u64)]) -> Vec<u128> {
        let mut clock = SendClock::default();
        let epoch = clock.epoch;
        let mut told = Vec::new();
        for &(frame, at) in packets {
            let at = epoch + Duration::from_millis(at);
            clock.arrived(START + frame * FRAME, at, ());
            told.extend(clock.sent());
        }
        assert_eq!(told.len(), packets.len().saturating_sub(AHEAD));
        told.extend(clock.rest());
        let since = |(sent, ()): (Instant, ())| sent.duration_since(epoch).as_millis();
        told.into_iter().map(since).collect()
    }

    #[test]
    fn packets_that_arrive_together_were_sent_one_after_the_other() {
        let burst = [(0, 100), (1, 180), (2, 180), (3, 180), (4, 180)];
        assert_eq!(told(&burst), [100, 120, 140, 160, 180]);
    }

    #[test]
    fn what_was_made_before_there_was_a_way_out_was_sent_when_there_was() {
        let burst = [(0, 180), (1, 180), (2, 180), (3, 190), (4, 200)];
        assert_eq!(told(&burst), [180, 180, 180, 180, 200]);
    }

    #[test]
    fn a_quicker_packet_sets_the_clock_of_those_before_it() {
        assert_eq!(told(&[(0, 100), (1, 150), (2, 135)]), [100, 115, 135]);
    }

    #[test]
    fn a_sender_that_stood_still_is_believed_at_once() {
        let packets: Vec<_> = (0..100)
            .map(|frame| (frame, frame * 20 + if frame < 50 { 0 } else { 300 }))
            .collect();
        let expected: Vec<u128> = packets.iter().map(|(_, at)| u128::from(*at)).collect();
        let told = told(&packets);
        assert_eq!(told[50..], expected[50..]);
        assert_eq!(told[..50], expected[..50]);
    }

    #[test]
    fn half_a_second_of_slow_packets_is_set_by_those_before() {
        let packets: Vec<_> = (0..100)
            .map(|frame| (frame, frame * 20 + if frame < 50 { 0 } else { 15 }))
            .collect();
        let expected: Vec<u128> = (0..100).map(|frame| frame * 20).collect();
        assert_eq!(told(&packets), expected);
    }

    #[test]
    fn what_arrives_late_and_together_after_a_stop_is_set_by_what_follows() {
        let packets: Vec<_> = (0..60)
            .map(|frame| {
                (
                    frame,
                    if (20..40).contains(&frame) {
                        800
                    } else {
                        frame * 20
                    },
                )
            })
            .collect();
        let expected: Vec<u128> = (0..60).map(|frame| frame * 20).collect();
        assert_eq!(told(&packets), expected);
    }
}
