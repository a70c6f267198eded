//! Who can be called: everybody in Flex's worker index, matched locally.
//!
//! The search itself is the crate `backline-roster`; here it is told whom Twilio knows, and its answers become rows.

mod loading;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod tests;

use crate::event::Callee;
use crate::ids::{ActivitySid, ContactUri, WorkerSid};
use crate::pii::Pii;
use crate::twilio::configuration::RawActivity;
use crate::twilio::worker_index::Person;
use crate::view::{About, Group, PersonRow, Presence};
pub(crate) use backline_roster::fold;
use backline_roster::{detail, Field, Mark};
pub use backline_roster::{value_key, Entry, Facet, Filter, Index, Status, ROWS};
use loading::Loading;
pub use loading::Unusable;

/// Everybody who can be called.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    me: Option<u128>,
    offline: Option<ActivitySid>,
    available: Vec<ActivitySid>,
    /// What each of the index's statuses is; its name is there.
    doings: Vec<Doing>,
    index: Index,
    /// While everybody is being fetched.
    loading: Option<Loading>,
    /// How many came or changed since everybody was sorted in.
    entered: usize,
    /// Sorting in is under way.
    settling: bool,
}

/// What somebody does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Doing {
    /// An activity of the workspace.
    Activity(Option<ActivitySid>),
    /// He is there, or was when that was last known.
    Unknown,
    /// He is not there any more.
    Gone,
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
            doings: Vec::new(),
            index: Index::new(me, Vec::new()),
            loading: None,
            entered: 0,
            settling: false,
        }
    }

    /// The live query tells of somebody: he came or changed.
    pub fn put(&mut self, person: Person) {
        if let Some(loading) = &mut self.loading {
            loading.told(person.worker.number());
        }
        self.enter(&person);
        // While pages come, and what they bring is sorted in step by step, so is he.
        if self.loading.is_none() && self.index.wants_merging() {
            self.index.settle_all();
            self.entered = 0;
        }
    }

    /// Somebody left.
    pub fn remove(&mut self, worker: &WorkerSid) {
        if let Some(loading) = &mut self.loading {
            loading.told(worker.number());
        }
        self.index.remove(worker.number());
    }

    /// The agent's favourites, and those whom he called last, the newest first: of those who match equally well they come
    /// first, whether they are there already or come later.
    pub fn set_dear(&mut self, favourites: &[WorkerSid], recent: &[WorkerSid]) {
        let keys = |workers: &[WorkerSid]| workers.iter().map(WorkerSid::number).collect();
        self.index.set_dear(keys(favourites), keys(recent));
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

    /// The values of a facet that somebody listed has ([`Index::values`]).
    #[must_use]
    pub fn values(&self, facet: Facet) -> Vec<String> {
        self.index.values(facet)
    }

    /// The row of a colleague, whatever is searched for.
    #[must_use]
    pub fn row(&self, worker: &WorkerSid) -> Option<PersonRow> {
        let key = Some(worker.number()).filter(|key| Some(*key) != self.me)?;
        self.row_of(self.index.slot(key)?, &[])
    }

    /// What is known of a colleague beside his name, but since when.
    #[must_use]
    pub fn about(&self, worker: &WorkerSid) -> Option<About> {
        let (_, record, status) = self.index.at(self.index.slot(worker.number())?);
        let (doing, status) = self.status_of(status)?;
        Some(About {
            team: Some(record.team().to_owned()).filter(|team| !team.is_empty()),
            skills: record.skills().map(str::to_owned).collect(),
            presence: presence(doing, status),
            activity: status.name.clone(),
            since: None,
        })
    }

    /// Whether a search finds somebody at all: not one who is Offline or gone.
    #[must_use]
    pub fn lists(&self, worker: &WorkerSid) -> bool {
        let status = self
            .index
            .slot(worker.number())
            .map(|slot| self.index.at(slot).2);
        status
            .and_then(|status| self.index.statuses().get(usize::from(status)))
            .is_some_and(|status| !status.hidden)
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
        self.entered += 1;
        self.index.put(&entry, status);
    }

    /// The number of what he does at present.
    fn status(&mut self, person: &Person) -> u16 {
        let activity = person.activity.as_ref();
        let status = Status {
            name: person.activity_name.clone(),
            reachable: activity.is_some_and(|activity| self.available.contains(activity)),
            hidden: activity.is_some() && activity == self.offline.as_ref(),
        };
        self.number_of(Doing::Activity(person.activity.clone()), status)
    }

    fn number_of(&mut self, doing: Doing, status: Status) -> u16 {
        let mut known = self.doings.iter().zip(self.index.statuses());
        let number = known.position(|(known, its)| *known == doing && *its == status);
        if let Some(number) = number.and_then(|number| u16::try_from(number).ok()) {
            return number;
        }
        self.doings.push(doing);
        self.index.add_status(status)
    }

    fn status_of(&self, number: u16) -> Option<(&Doing, &Status)> {
        let number = usize::from(number);
        Some((self.doings.get(number)?, self.index.statuses().get(number)?))
    }

    fn row_of(&self, slot: u32, marks: &[Mark]) -> Option<PersonRow> {
        let (key, record, status) = self.index.at(slot);
        let (doing, status) = self.status_of(status)?;
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
            presence: presence(doing, status),
            activity: status.name.clone(),
            since: None,
            calls: None,
            favourite: self.index.is_favourite(key),
            group: Group::Everybody,
        })
    }
}

/// Whether somebody who does this takes calls.
fn presence(doing: &Doing, status: &Status) -> Presence {
    match doing {
        Doing::Activity(_) if status.reachable => Presence::Available,
        Doing::Activity(_) | Doing::Gone => Presence::Unavailable,
        Doing::Unknown => Presence::Unknown,
    }
}
