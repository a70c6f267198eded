//! Sorting in steps: short runs are sorted as they come, then merged two by two, so many items at a time.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::vec::IntoIter;

/// Runs that are being merged.
#[derive(Debug, Clone)]
pub(super) struct Runs<T> {
    waiting: Vec<Vec<T>>,
    merged: Vec<Vec<T>>,
    pair: Option<Pair<T>>,
}

#[derive(Debug, Clone)]
struct Pair<T> {
    left: Peekable<IntoIter<T>>,
    right: Peekable<IntoIter<T>>,
    out: Vec<T>,
}

impl<T: Clone> Default for Runs<T> {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            merged: Vec::new(),
            pair: None,
        }
    }
}

impl<T: Clone> Runs<T> {
    /// Some more, in any order.
    pub(super) fn push(&mut self, mut run: Vec<T>, order: impl FnMut(&T, &T) -> Ordering) {
        run.sort_unstable_by(order);
        self.waiting.push(run);
    }

    /// Merges about so many items; all of them in order, once they are.
    pub(super) fn step(
        &mut self,
        items: usize,
        mut order: impl FnMut(&T, &T) -> Ordering,
    ) -> Option<Vec<T>> {
        let mut left = items;
        while left > 0 {
            let Some(mut pair) = self.pair.take() else {
                match (self.waiting.pop(), self.waiting.pop()) {
                    (Some(one), Some(other)) => self.pair = Some(Pair::of(one, other)),
                    (last, _) => {
                        self.merged.extend(last);
                        self.waiting = std::mem::take(&mut self.merged);
                        if self.waiting.len() <= 1 {
                            return Some(self.waiting.pop().unwrap_or_default());
                        }
                    }
                }
                continue;
            };
            let before = pair.out.len();
            let whole = pair.go_on(left, &mut order);
            left -= (pair.out.len() - before).min(left);
            if whole {
                self.merged.push(pair.out);
            } else {
                self.pair = Some(pair);
            }
        }
        None
    }
}

impl<T> Pair<T> {
    fn of(one: Vec<T>, other: Vec<T>) -> Self {
        let mut out = Vec::new();
        out.reserve_exact(one.len() + other.len());
        Self {
            left: one.into_iter().peekable(),
            right: other.into_iter().peekable(),
            out,
        }
    }

    /// Takes so many over; whether that was all.
    fn go_on(&mut self, items: usize, order: &mut impl FnMut(&T, &T) -> Ordering) -> bool {
        for _ in 0..items {
            let next = match (self.left.peek(), self.right.peek()) {
                (Some(one), Some(other)) if order(other, one).is_lt() => self.right.next(),
                (Some(_), _) => self.left.next(),
                (None, _) => self.right.next(),
            };
            match next {
                Some(item) => self.out.push(item),
                None => return true,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_come_in_whatever_runs_they_end_up_in_order() {
        for count in [0, 1, 2, 3, 7, 64, 100, 333] {
            for (run, items) in [(1, 1), (3, 2), (7, 1000), (64, 5)] {
                let numbers: Vec<u32> = (0..count).map(|n| n * 7919 % 1009).collect();
                let mut runs = Runs::default();
                numbers
                    .chunks(run)
                    .for_each(|some| runs.push(some.to_vec(), u32::cmp));
                let mut steps = 0;
                let sorted = loop {
                    steps += 1;
                    if let Some(sorted) = runs.step(items, u32::cmp) {
                        break sorted;
                    }
                };
                let mut expected = numbers.clone();
                expected.sort_unstable();
                assert_eq!(sorted, expected, "{count} in runs of {run}");
                // None does more than it was asked to.
                assert!(count as usize <= run || steps * items >= count as usize);
            }
        }
    }
}
