//! Who can be called: an index of everybody in Flex's worker index, matched locally.
//!
//! Read-only at a keystroke, changed by the live query. Matching folds case and accents ("jose" finds "José") and looks
//! at the name, the login and the e-mail address; every word typed must match somewhere. Best first: the name begins
//! with what was typed, then a word of it does, then it holds it; then by presence, then by name.

mod fold;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod tests;

use crate::event::Callee;
use crate::ids::{ActivitySid, WorkerSid};
use crate::pii::Pii;
use crate::twilio::configuration::RawActivity;
use crate::twilio::worker_index::Person;
use crate::view::{PersonRow, Presence};
pub(crate) use fold::fold;
use std::collections::BTreeMap;

/// How many rows a search gives at most: more than anybody reads, few enough to draw in a frame.
pub const ROWS: usize = 50;

/// Everybody who can be called.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    me: Option<WorkerSid>,
    offline: Option<ActivitySid>,
    available: Vec<ActivitySid>,
    people: BTreeMap<WorkerSid, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    person: Person,
    name: String,
    rest: String,
}

/// How well somebody matches: the lesser, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    NameBegins,
    WordBegins,
    NameHolds,
    RestHolds,
}

impl Roster {
    /// An empty roster: `me` is never listed, nor anybody in the `offline` activity.
    #[must_use]
    pub fn new(me: WorkerSid, offline: Option<ActivitySid>, activities: &[RawActivity]) -> Self {
        Self {
            me: Some(me),
            offline,
            available: activities
                .iter()
                .filter(|a| a.available)
                .map(|a| a.sid.clone())
                .collect(),
            people: BTreeMap::new(),
        }
    }

    /// Replaces everybody.
    pub fn load(&mut self, people: impl IntoIterator<Item = Person>) {
        self.people.clear();
        for person in people {
            self.put(person);
        }
    }

    /// Somebody came or changed.
    pub fn put(&mut self, person: Person) {
        let entry = Entry {
            name: fold(person.name.as_str()),
            rest: format!(
                "{} {}",
                fold(person.login.as_str()),
                fold(person.email.as_str())
            ),
            person,
        };
        self.people.insert(entry.person.worker.clone(), entry);
    }

    /// Somebody left.
    pub fn remove(&mut self, worker: &WorkerSid) {
        self.people.remove(worker);
    }

    /// Those who match `query` (everybody, if it is empty), best first, and how many there are altogether.
    #[must_use]
    pub fn search(&self, query: &str) -> (Vec<PersonRow>, usize) {
        let folded = fold(query);
        let words: Vec<&str> = folded.split_whitespace().collect();
        let mut found: Vec<(Rank, Presence, &Entry)> = self
            .people
            .values()
            .filter(|entry| self.listed(&entry.person))
            .filter_map(|entry| Some((rank(entry, &words)?, self.presence(&entry.person), entry)))
            .collect();
        let matches = found.len();
        found.sort_unstable_by(|a, b| {
            (a.0, a.1, &a.2.name, &a.2.person.worker).cmp(&(
                b.0,
                b.1,
                &b.2.name,
                &b.2.person.worker,
            ))
        });
        let rows = found
            .into_iter()
            .take(ROWS)
            .map(|(_, presence, entry)| row(&entry.person, presence))
            .collect();
        (rows, matches)
    }

    /// The row of somebody, whatever is searched for.
    #[must_use]
    pub fn row(&self, worker: &WorkerSid) -> Option<PersonRow> {
        self.people
            .get(worker)
            .map(|entry| row(&entry.person, self.presence(&entry.person)))
    }

    fn listed(&self, person: &Person) -> bool {
        self.me.as_ref() != Some(&person.worker)
            && (self.offline.is_none() || person.activity != self.offline)
    }

    fn presence(&self, person: &Person) -> Presence {
        match &person.activity {
            Some(activity) if self.available.contains(activity) => Presence::Available,
            Some(_) | None => Presence::Unavailable,
        }
    }
}

fn rank(entry: &Entry, words: &[&str]) -> Option<Rank> {
    let mut worst = Rank::NameBegins;
    for (index, word) in words.iter().enumerate() {
        let rank = if index == 0 && entry.name.starts_with(word) {
            Rank::NameBegins
        } else if entry
            .name
            .split(|c: char| !c.is_alphanumeric())
            .any(|part| part.starts_with(word))
        {
            Rank::WordBegins
        } else if entry.name.contains(word) {
            Rank::NameHolds
        } else if entry.rest.contains(word) {
            Rank::RestHolds
        } else {
            return None;
        };
        worst = worst.max(rank);
    }
    Some(worst)
}

fn row(person: &Person, presence: Presence) -> PersonRow {
    let detail = [&person.email, &person.login]
        .into_iter()
        .find(|text| !text.0.is_empty() && **text != person.name)
        .cloned();
    PersonRow {
        callee: Callee {
            worker: person.worker.clone(),
            contact_uri: person.contact_uri.clone(),
            name: Pii(person.name.0.clone()),
        },
        detail,
        presence,
        activity: person.activity_name.clone(),
    }
}
