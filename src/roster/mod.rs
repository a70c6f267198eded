//! Who can be called: everybody in Flex's worker index, matched locally.
//!
//! The search itself is the crate `backline-roster`; here it is told whom Twilio knows, and its answers become rows.

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod tests;

use crate::event::Callee;
use crate::ids::{ActivitySid, ContactUri, WorkerSid};
use crate::pii::Pii;
use crate::twilio::configuration::RawActivity;
use crate::twilio::worker_index::Person;
use crate::view::{PersonRow, Presence};
pub(crate) use backline_roster::fold;
use backline_roster::{detail, Field, Mark};
pub use backline_roster::{Entry, Filter, Index, Page, Status, ROWS};

/// Everybody who can be called.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    me: Option<u128>,
    offline: Option<ActivitySid>,
    available: Vec<ActivitySid>,
    /// The activity of each of the index's statuses; its name is there.
    activities: Vec<Option<ActivitySid>>,
    index: Index,
}

impl Roster {
    /// An empty roster: `me` is never listed, nor anybody in the `offline` activity.
    #[must_use]
    pub fn new(me: WorkerSid, offline: Option<ActivitySid>, activities: &[RawActivity]) -> Self {
        let me = Some(me.number());
        Self {
            me,
            offline,
            available: activities
                .iter()
                .filter(|a| a.available)
                .map(|a| a.sid.clone())
                .collect(),
            activities: Vec::new(),
            index: Index::new(me, Vec::new()),
        }
    }

    /// Replaces everybody.
    pub fn load(&mut self, people: impl IntoIterator<Item = Person>) {
        let mut index = Index::new(self.me, self.index.statuses().to_vec());
        index.keep_dear(&self.index);
        self.index = index;
        for person in people {
            self.enter(&person);
        }
        self.index.settle_all();
    }

    /// Somebody came or changed.
    pub fn put(&mut self, person: Person) {
        self.enter(&person);
        if self.index.wants_merging() {
            self.index.settle_all();
        }
    }

    /// Somebody left.
    pub fn remove(&mut self, worker: &WorkerSid) {
        self.index.remove(worker.number());
    }

    /// Makes somebody a favourite, or no favourite.
    pub fn set_favourite(&mut self, worker: &WorkerSid, favourite: bool) {
        self.index.set_favourite(worker.number(), favourite);
    }

    /// Somebody was called.
    pub fn called(&mut self, worker: &WorkerSid) {
        self.index.called(worker.number());
    }

    /// Those who match `query` (everybody, if it is empty), best first, and how many there are altogether.
    #[must_use]
    pub fn search(&self, query: &str) -> (Vec<PersonRow>, usize) {
        self.filtered(query, &[])
    }

    /// The same among those whom the filters clicked fit.
    #[must_use]
    pub fn filtered(&self, query: &str, clicked: &[Filter]) -> (Vec<PersonRow>, usize) {
        let found = self.index.search(query, clicked, ROWS);
        let mut from = 0;
        let rows = found.hits.iter().filter_map(|hit| {
            let to = hit.marks_end as usize;
            let marks = found.marks.get(from..to).unwrap_or_default();
            from = to;
            self.row_of(hit.slot, marks)
        });
        (rows.collect(), found.total)
    }

    /// The same, packed.
    #[must_use]
    pub fn page(&self, query: &str, clicked: &[Filter]) -> Page {
        self.index.page(query, clicked, ROWS)
    }

    /// The row of somebody, whatever is searched for.
    #[must_use]
    pub fn row(&self, worker: &WorkerSid) -> Option<PersonRow> {
        self.row_of(self.index.slot(worker.number())?, &[])
    }

    fn enter(&mut self, person: &Person) {
        let status = self.status(person);
        let skills: Vec<&str> = person.skills.iter().map(String::as_str).collect();
        let entry = Entry {
            key: person.worker.number(),
            name: person.name.as_str(),
            login: person.login.as_str(),
            email: person.email.as_str(),
            team: &person.team,
            skills: &skills,
            extension: person.extension.as_str(),
            address: person.contact_uri.as_str(),
        };
        self.index.put(&entry, status);
    }

    /// The number of what he does at present.
    fn status(&mut self, person: &Person) -> u16 {
        let same = |(activity, status): (&Option<ActivitySid>, &Status)| {
            *activity == person.activity && status.name == person.activity_name
        };
        let known = self
            .activities
            .iter()
            .zip(self.index.statuses())
            .position(same);
        if let Some(number) = known.and_then(|number| u16::try_from(number).ok()) {
            return number;
        }
        let activity = person.activity.as_ref();
        self.activities.push(person.activity.clone());
        self.index.add_status(Status {
            name: person.activity_name.clone(),
            reachable: activity.is_some_and(|activity| self.available.contains(activity)),
            hidden: activity.is_some() && activity == self.offline.as_ref(),
        })
    }

    fn row_of(&self, slot: u32, marks: &[Mark]) -> Option<PersonRow> {
        let (key, record, status) = self.index.at(slot);
        let status = self.index.statuses().get(usize::from(status))?;
        let (shown, detail) = detail(&record, marks).unzip();
        let of = |field| {
            let marks = marks.iter().filter(move |mark| Some(mark.field) == field);
            marks.map(|mark| [mark.start, mark.end]).collect()
        };
        Some(PersonRow {
            callee: Callee {
                worker: WorkerSid::from_number(key),
                contact_uri: ContactUri::parse(&record.address()).ok()?,
                name: record.name().into(),
            },
            name_marks: of(Some(Field::Name)),
            detail: detail.map(|text| Pii(text.into_owned())),
            detail_marks: of(shown),
            presence: if status.reachable {
                Presence::Available
            } else {
                Presence::Unavailable
            },
            activity: status.name.clone(),
        })
    }
}
