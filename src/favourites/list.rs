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

/// More favourites nobody finds his way about in, and the list shows no more rows.
pub const MOST_FAVOURITES: usize = 50;

/// So many of those called last are shown; the index ranks as many.
pub const MOST_RECENT: usize = 20;

/// Whoever is no favourite, and of whom nothing was kept for so long, is forgotten. Milliseconds: 90 days.
pub const FORGOTTEN_AFTER: u64 = 90 * 24 * 60 * 60 * 1000;

/// What is kept: of each colleague once, by worker. Few, so that looking at all of them costs nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct List(Vec<Colleague>);

/// What is kept of somebody of whom nothing is.
fn nothing(worker: &WorkerSid) -> Colleague {
    Colleague {
        worker: worker.clone(),
        favourite: None,
        changed_at: 0,
        called_at: None,
    }
}

/// The later of what is kept of one; whether that is more than `known`.
fn learn(known: &mut Colleague, other: &Colleague) -> bool {
    let decided = (other.changed_at, other.favourite) > (known.changed_at, known.favourite);
    if decided {
        known.changed_at = other.changed_at;
        known.favourite = other.favourite;
    }
    let called = other.called_at > known.called_at;
    if called {
        known.called_at = other.called_at;
    }
    decided || called
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

    /// All of it, by worker.
    #[must_use]
    pub fn rows(&self) -> &[Colleague] {
        &self.0
    }

    /// Takes in another copy.
    pub fn merge(&mut self, other: &Self) {
        for colleague in &other.0 {
            self.take(colleague);
        }
    }

    /// Takes in what another copy has of one.
    pub fn take(&mut self, colleague: &Colleague) {
        let mut known = self.of(&colleague.worker);
        // One of whom nothing is kept is not there.
        if learn(&mut known, colleague) {
            self.put(known);
        }
    }

    /// Puts in what another copy has of one, in place of what was here.
    pub fn put(&mut self, colleague: Colleague) {
        let place = self
            .0
            .binary_search_by(|row| row.worker.cmp(&colleague.worker));
        match place {
            Ok(at) => {
                if let Some(row) = self.0.get_mut(at) {
                    *row = colleague;
                }
            }
            Err(at) => self.0.insert(at, colleague),
        }
    }

    /// What is kept of one.
    #[must_use]
    pub fn of(&self, worker: &WorkerSid) -> Colleague {
        let known = self.0.iter().find(|row| row.worker == *worker);
        known.cloned().unwrap_or_else(|| nothing(worker))
    }

    /// One of whom this knows more than `other`.
    #[must_use]
    pub fn ahead_of(&self, other: &Self) -> Option<Colleague> {
        let news = |row: &&Colleague| learn(&mut other.of(&row.worker), row);
        self.0.iter().find(news).cloned()
    }

    /// Favourites, in their order.
    #[must_use]
    pub fn favourites(&self) -> Vec<WorkerSid> {
        first(self.places(), MOST_FAVOURITES)
    }

    /// Whether he is one.
    #[must_use]
    pub fn is_favourite(&self, worker: &WorkerSid) -> bool {
        self.of(worker).favourite.is_some()
    }

    /// Those called last, the newest first.
    #[must_use]
    pub fn recent(&self) -> Vec<WorkerSid> {
        let called = |row: &Colleague| row.called_at.map(|at| u64::MAX - at);
        first(self.ordered(called), MOST_RECENT)
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
            if self.of(worker).favourite != Some(place) {
                self.decide(worker, Some(place), wall);
            }
        }
    }

    /// He was called.
    pub fn called(&mut self, worker: &WorkerSid, wall: u64) {
        let newest = self.0.iter().filter_map(|row| row.called_at).max();
        let at = newest.map_or(wall, |newest| wall.max(newest.saturating_add(1)));
        let mut row = self.of(worker);
        row.called_at = Some(at);
        self.put(row);
    }

    /// Forgets those who are no favourites, and of whom nothing was kept for long.
    pub fn forget_old(&mut self, wall: u64) {
        let since = wall.saturating_sub(FORGOTTEN_AFTER);
        self.0.retain(|row| {
            row.favourite.is_some() || row.changed_at.max(row.called_at.unwrap_or(0)) >= since
        });
    }

    fn decide(&mut self, worker: &WorkerSid, favourite: Option<u64>, wall: u64) {
        let mut row = self.of(worker);
        row.changed_at = wall.max(row.changed_at.saturating_add(1));
        row.favourite = favourite;
        self.put(row);
    }

    /// All favourites in their order, each with its place.
    fn places(&self) -> Vec<(u64, WorkerSid)> {
        self.ordered(|row| row.favourite)
    }

    /// Those who have such a number, the least first; of those who have the same, by worker.
    fn ordered(&self, number: fn(&Colleague) -> Option<u64>) -> Vec<(u64, WorkerSid)> {
        let numbered = |row: &Colleague| Some((number(row)?, row.worker.clone()));
        let mut all: Vec<(u64, WorkerSid)> = self.0.iter().filter_map(numbered).collect();
        all.sort_unstable();
        all
    }
}

fn first(ordered: Vec<(u64, WorkerSid)>, most: usize) -> Vec<WorkerSid> {
    let workers = ordered.into_iter().map(|(_, worker)| worker);
    workers.take(most).collect()
}
