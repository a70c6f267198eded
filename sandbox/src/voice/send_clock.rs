//! When a packet was sent: by its media time, set to this machine's clock by the packets that came the quickest. What a
//! busy machine delays, and delivers together, is told apart all the same.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Packets among which the quickest is looked for: 5 s. Two clocks do not drift apart by a millisecond in that time.
const PACKETS: usize = 250;

/// The clock of one leg's sender.
#[derive(Debug)]
pub struct SendClock {
    epoch: Instant,
    /// Between media time and arrival, microseconds; for each of the last packets.
    delays: VecDeque<i64>,
}

impl Default for SendClock {
    fn default() -> Self {
        Self {
            epoch: Instant::now(),
            delays: VecDeque::new(),
        }
    }
}

impl SendClock {
    /// When the packet of this media time, that has arrived now, was sent.
    pub fn sent(&mut self, media_micros: u64, arrived: Instant) -> Instant {
        let media_micros = i64::try_from(media_micros).unwrap_or(i64::MAX);
        let since = arrived.saturating_duration_since(self.epoch).as_micros();
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        let delay = since.saturating_sub(media_micros);
        self.delays.push_back(delay);
        if self.delays.len() > PACKETS {
            self.delays.pop_front();
        }
        let quickest = self.delays.iter().min().copied().unwrap_or(delay);
        let sent = quickest.saturating_add(media_micros);
        self.epoch + Duration::from_micros(u64::try_from(sent).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: u64 = 20_000;
    /// Media time begins anywhere.
    const START: u64 = 77_000_000_000;

    fn after(clock: &SendClock, millis: u64) -> Instant {
        clock.epoch + Duration::from_millis(millis)
    }

    #[test]
    fn packets_that_arrive_together_were_sent_one_after_the_other() {
        let mut clock = SendClock::default();
        let first = after(&clock, 100);
        assert_eq!(clock.sent(START, first), first);
        let late = after(&clock, 180);
        for (packet, sent) in [(1, 120), (2, 140), (3, 160), (4, 180)] {
            assert_eq!(
                clock.sent(START + packet * FRAME, late),
                after(&clock, sent)
            );
        }
    }

    #[test]
    fn a_quicker_packet_sets_the_clock() {
        let mut clock = SendClock::default();
        let late = after(&clock, 150);
        clock.sent(START, late);
        let quick = after(&clock, 121);
        assert_eq!(clock.sent(START + FRAME, quick), quick);
        let late = after(&clock, 170);
        assert_eq!(clock.sent(START + 2 * FRAME, late), after(&clock, 141));
    }

    #[test]
    fn a_sender_that_paused_is_believed_after_five_seconds() {
        let mut clock = SendClock::default();
        let first = after(&clock, 0);
        clock.sent(START, first);
        let mut last = first;
        let mut arrived = first;
        for packet in 1..=u64::try_from(PACKETS).unwrap() {
            arrived = after(&clock, 1_000 + packet * 20);
            last = clock.sent(START + packet * FRAME, arrived);
        }
        assert_eq!(last, arrived);
    }
}
