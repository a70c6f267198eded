//! What an agent keeps of his colleagues, and how two copies of it become one.
//!
//! | kept of a colleague | of two copies stays |
//! |---|---|
//! | his place among the favourites, or that he has none | what was decided last; of one moment: the greater place |
//! | when he was called | the later time |
//!
//! Invariants: merging is commutative, associative and idempotent, so that copies that have heard the same changes are
//! equal in whatever order, and however often, they heard them; a change that is made here is later than whatever is known
//! here, even where the clock is behind that of another machine.

use crate::ids::WorkerSid;
use crate::twilio::colleague::{Colleague, RawColleague};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// More favourites nobody finds his way about in, and the list shows no more rows.
pub const MOST_FAVOURITES: usize = 50;

/// So many of those called last are shown; the index ranks as many.
pub const MOST_RECENT: usize = 20;

/// Whoever is no favourite, and of whom nothing was kept for so long, is forgotten. Milliseconds: 90 days.
pub const FORGOTTEN_AFTER: u64 = 90 * 24 * 60 * 60 * 1000;

/// What is kept, by whom of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct List(BTreeMap<WorkerSid, Kept>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
struct Kept {
    favourite: Option<u64>,
    changed_at: u64,
    called_at: Option<u64>,
}

impl Kept {
    fn merged(self, other: Self) -> Self {
        let (changed_at, favourite) =
            (self.changed_at, self.favourite).max((other.changed_at, other.favourite));
        Self {
            favourite,
            changed_at,
            called_at: self.called_at.max(other.called_at),
        }
    }

    fn of(self, worker: &WorkerSid) -> Colleague {
        Colleague {
            worker: worker.clone(),
            favourite: self.favourite,
            changed_at: self.changed_at,
            called_at: self.called_at,
        }
    }
}

impl List {
    /// A list as it was read; what is no item of one is left out.
    #[must_use]
    pub fn read(rows: &[RawColleague]) -> Self {
        let mut list = Self::default();
        for colleague in rows.iter().filter_map(Colleague::parse) {
            list.take(&colleague);
        }
        list
    }

    /// All of it.
    #[must_use]
    pub fn rows(&self) -> Vec<Colleague> {
        self.0
            .iter()
            .map(|(worker, kept)| kept.of(worker))
            .collect()
    }

    /// Takes in another copy.
    pub fn merge(&mut self, other: &Self) {
        for colleague in other.rows() {
            self.take(&colleague);
        }
    }

    /// Takes in what another copy has of one.
    pub fn take(&mut self, colleague: &Colleague) {
        let known = self.0.get(&colleague.worker).copied().unwrap_or_default();
        let merged = known.merged(Kept {
            favourite: colleague.favourite,
            changed_at: colleague.changed_at,
            called_at: colleague.called_at,
        });
        // One of whom nothing is kept is not there.
        if merged != Kept::default() {
            self.0.insert(colleague.worker.clone(), merged);
        }
    }

    /// Puts in what another copy has of one, in place of what was here.
    pub fn put(&mut self, colleague: &Colleague) {
        self.0.remove(&colleague.worker);
        self.take(colleague);
    }

    /// One of whom this knows more than `other`.
    #[must_use]
    pub fn ahead_of(&self, other: &Self) -> Option<Colleague> {
        let news = |(worker, kept): &(&WorkerSid, &Kept)| {
            let theirs = other.0.get(*worker).copied().unwrap_or_default();
            theirs.merged(**kept) != theirs
        };
        self.0
            .iter()
            .find(news)
            .map(|(worker, kept)| kept.of(worker))
    }

    /// Favourites, in their order.
    #[must_use]
    pub fn favourites(&self) -> Vec<WorkerSid> {
        let mut favourites = self.places();
        favourites.truncate(MOST_FAVOURITES);
        favourites.into_iter().map(|(_, worker)| worker).collect()
    }

    /// Whether he is one.
    #[must_use]
    pub fn is_favourite(&self, worker: &WorkerSid) -> bool {
        self.0
            .get(worker)
            .is_some_and(|kept| kept.favourite.is_some())
    }

    /// Those called last, the newest first.
    #[must_use]
    pub fn recent(&self) -> Vec<WorkerSid> {
        let mut called: Vec<(u64, &WorkerSid)> = self
            .0
            .iter()
            .filter_map(|(worker, kept)| Some((kept.called_at?, worker)))
            .collect();
        called.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        called.truncate(MOST_RECENT);
        called
            .into_iter()
            .map(|(_, worker)| worker.clone())
            .collect()
    }

    /// He becomes the last of the favourites, or is none any more; at `wall`, milliseconds since 1970. Nothing changes if
    /// there are [`MOST_FAVOURITES`] already.
    pub fn toggle(&mut self, worker: &WorkerSid, wall: u64) {
        let places = self.places();
        if self.is_favourite(worker) {
            self.decide(worker, None, wall);
        } else if places.len() < MOST_FAVOURITES {
            let last = places.last().map_or(0, |(place, _)| *place);
            self.decide(worker, Some(wall.max(last.saturating_add(1))), wall);
        }
    }

    /// A favourite changes places with the one before it, or after it.
    pub fn shift(&mut self, worker: &WorkerSid, up: bool, wall: u64) {
        let before = self.places();
        let Some(at) = before.iter().position(|(_, other)| other == worker) else {
            return;
        };
        let to = if up { at.checked_sub(1) } else { Some(at + 1) };
        let Some(to) = to.filter(|to| *to < before.len()) else {
            return;
        };
        let mut order: Vec<&WorkerSid> = before.iter().map(|(_, worker)| worker).collect();
        order.swap(at, to);
        let mut least = 0;
        for ((place, _), worker) in before.iter().zip(order) {
            // Two that were made favourites on two machines may have one place.
            let place = (*place).max(least);
            least = place.saturating_add(1);
            if self.0.get(worker).and_then(|kept| kept.favourite) != Some(place) {
                self.decide(worker, Some(place), wall);
            }
        }
    }

    /// He was called.
    pub fn called(&mut self, worker: &WorkerSid, wall: u64) {
        let newest = self.0.values().filter_map(|kept| kept.called_at).max();
        let at = newest.map_or(wall, |newest| wall.max(newest.saturating_add(1)));
        self.0.entry(worker.clone()).or_default().called_at = Some(at);
    }

    /// Forgets those who are no favourites, and of whom nothing was kept for long.
    pub fn forget_old(&mut self, wall: u64) {
        let since = wall.saturating_sub(FORGOTTEN_AFTER);
        self.0.retain(|_, kept| {
            kept.favourite.is_some() || kept.changed_at.max(kept.called_at.unwrap_or(0)) >= since
        });
    }

    fn decide(&mut self, worker: &WorkerSid, favourite: Option<u64>, wall: u64) {
        let kept = self.0.entry(worker.clone()).or_default();
        kept.changed_at = wall.max(kept.changed_at.saturating_add(1));
        kept.favourite = favourite;
    }

    /// All favourites in their order, each with its place.
    fn places(&self) -> Vec<(u64, WorkerSid)> {
        let mut places: Vec<(u64, WorkerSid)> = self
            .0
            .iter()
            .filter_map(|(worker, kept)| Some((kept.favourite?, worker.clone())))
            .collect();
        places.sort();
        places
    }
}
