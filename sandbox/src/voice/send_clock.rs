//! When a packet was sent: by its media time, set to this machine's clock by the quickest of those before and after it. What a
//! busy machine delays, and delivers together, is told apart all the same; and after a sender stood still, whose media
//! time stood with it, those from before count no more. Nothing was sent before the first packet came: a browser makes
//! packets before its transport is up, and then sends them all at once.
//!
//! Where the quickest before a packet and the quickest after it are not alike, the sender stood still about then, or the machine
//! was busy for all that time: when the packet was sent is told, but not for sure.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So many packets after one are waited for before it is said when it was sent: half a second.
pub const AHEAD: usize = 25;
/// And so many before it are remembered: 5 s. Two clocks do not drift apart by a millisecond in that time.
const BEFORE: usize = 225;
/// If all that follow are later than those before by more than a frame, microseconds, the sender stood still.
const STOP: i64 = 20_000;
/// The quickest before and after a packet are alike up to this, microseconds: a quarter of a frame.
const ALIKE: i64 = 5_000;

/// A packet of which it can be said when it was sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Told<T> {
    /// When.
    pub sent: Instant,
    /// Whether that is sure.
    pub sure: bool,
    /// The packet.
    pub packet: T,
}

/// The clock of one leg's sender, and the packets of which it does not tell yet.
#[derive(Debug)]
pub struct SendClock<T> {
    epoch: Instant,
    /// When the first packet came.
    opened: Option<Instant>,
    waiting: VecDeque<Waiting<T>>,
    /// Delays of those told of since the sender last stood still.
    before: VecDeque<i64>,
    /// So many packets were told of since it last stood still.
    since_stop: usize,
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
            since_stop: AHEAD,
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
    pub fn sent(&mut self) -> Vec<Told<T>> {
        let mut told = Vec::new();
        while self.waiting.len() > AHEAD {
            let (quickest, sure) = self.quickest();
            if let Some(first) = self.waiting.pop_front() {
                self.before.push_back(first.delay);
                if self.before.len() > BEFORE {
                    self.before.pop_front();
                }
                told.push(self.told(first, quickest, sure));
            }
        }
        told
    }

    /// All the others: no more will come.
    pub fn rest(&mut self) -> Vec<Told<T>> {
        let (quickest, sure) = self.quickest();
        let rest = std::mem::take(&mut self.waiting).into_iter();
        rest.map(|one| self.told(one, quickest, sure)).collect()
    }

    fn told(&self, one: Waiting<T>, quickest: i64, sure: bool) -> Told<T> {
        let (sent, packet) = one.sent(self.epoch, quickest);
        let sent = self.opened.map_or(sent, |opened| sent.max(opened));
        Told { sent, sure, packet }
    }

    /// The delay of the quickest around the first that waits, and whether it was the same before as after.
    fn quickest(&mut self) -> (i64, bool) {
        let next = self.waiting.iter().take(AHEAD + 1).map(|one| one.delay);
        let next = next.min().unwrap_or_default();
        let lately = self.before.iter().rev().take(AHEAD).copied().min();
        let alike = lately.is_none_or(|lately| (next - lately).abs() <= ALIKE);
        let before = self.before.iter().copied().min().unwrap_or(next);
        if next > before + STOP {
            self.before.clear();
            self.since_stop = 0;
            return (next, false);
        }
        self.since_stop = self.since_stop.saturating_add(1);
        (next.min(before), alike && self.since_stop > AHEAD)
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
        let since = |told: Told<()>| told.sent.duration_since(epoch).as_millis();
        told.into_iter().map(since).collect()
    }

    /// Which of so many packets, each as late as `late` says (milliseconds), are told of for sure.
    fn sure(late: impl Fn(u64) -> u64) -> Vec<u64> {
        let mut clock = SendClock::default();
        let epoch = clock.epoch;
        let mut told = Vec::new();
        for frame in 0..150 {
            let at = epoch + Duration::from_millis(frame * 20 + late(frame));
            clock.arrived(START + frame * FRAME, at, frame);
            told.extend(clock.sent());
        }
        told.extend(clock.rest());
        let sure = told.into_iter().filter(|told| told.sure);
        sure.map(|told| told.packet).collect()
    }

    #[test]
    fn uneven_packets_are_told_of_for_sure() {
        let all: Vec<u64> = (0..150).collect();
        assert_eq!(
            sure(|frame| [0, 3, 40, 1][usize::try_from(frame % 4).unwrap()]),
            all
        );
    }

    #[test]
    fn about_a_stop_of_the_sender_nothing_is_sure() {
        for stop in [12, 300] {
            let sure = sure(|frame| if frame < 75 { 0 } else { stop });
            let near = sure.iter().filter(|frame| (75..100).contains(*frame));
            assert_eq!(near.count(), 0, "{stop} ms");
            assert!(sure.contains(&40) && sure.contains(&140), "{stop} ms");
        }
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
