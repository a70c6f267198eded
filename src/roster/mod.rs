//! Who can be called: an index of everybody in Flex's worker index, matched locally.
//!
//! Read-only at a keystroke, changed by the live query. Every word typed must match a word of the agent's: of the name,
//! the login, the e-mail address, the team, the skills, the extension or the contact address, and in one of the ways of
//! [`quality`]. Case, accents and widths are folded ([`fold`]). Best first: by how well the words match, then the
//! reachable, then favourites and those called last, then by name.
//!
//! | file | does |
//! |---|---|
//! | `fold`, `words` | what counts as the same letter, and as a word |
//! | `quality`, `typo` | how a word matches a term |
//! | `record`, `people` | everybody, compactly; statuses |
//! | `lexicon`, `grams`, `beginnings`, `bytes`, `bits` | all words in order, those that hold three letters, and who has them |
//! | `fresh`, `scan`, `merge` | what came since, and how it settles |
//! | `query`, `sieve`, `rank`, `highlight`, `search` | a search, in this order |
//! | `index`, `snapshot` | the whole, and the whole as bytes |
//! | `page` | what was found, packed for JavaScript |
//! | `loading` | who tells of whom, while everybody is being fetched |

mod beginnings;
mod bits;
mod bytes;
mod fold;
mod fresh;
mod grams;
mod highlight;
mod index;
mod lexicon;
mod loading;
mod merge;
mod page;
mod people;
mod quality;
mod query;
mod rank;
mod record;
mod scan;
mod search;
mod sieve;
mod snapshot;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod tests;
mod typo;
mod words;

use crate::event::Callee;
use crate::ids::{ActivitySid, ContactUri, WorkerSid};
use crate::pii::Pii;
use crate::twilio::configuration::RawActivity;
use crate::twilio::worker_index::Person;
use crate::view::{PersonRow, Presence};
pub(crate) use fold::fold;
pub use highlight::{Field, Mark};
pub use index::Index;
use loading::Loading;
pub use loading::Unusable;
pub use page::Page;
pub use people::Status;
pub use query::{Facet, Filter};
pub use record::{Entry, Record};
pub use search::{Found, Hit};
pub use snapshot::SnapshotError;

/// How many rows a search gives at most: more than anybody reads, few enough to draw in a frame.
pub const ROWS: usize = 50;

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

    fn row_of(&self, slot: u32, marks: &[Mark]) -> Option<PersonRow> {
        let (key, record, status) = self.index.at(slot);
        let doing = self.doings.get(usize::from(status))?;
        let status = self.index.statuses().get(usize::from(status))?;
        let (shown, detail) = detail(&record, marks);
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
            detail: detail.map(Pii),
            detail_marks: of(shown),
            presence: match doing {
                Doing::Activity(_) if status.reachable => Presence::Available,
                Doing::Activity(_) | Doing::Gone => Presence::Unavailable,
                Doing::Unknown => Presence::Unknown,
            },
            activity: status.name.clone(),
        })
    }
}

/// What stands below the name: what the query found besides it, or else the e-mail address or the login, where it says
/// more than the name.
fn detail(record: &Record, marks: &[Mark]) -> (Option<Field>, Option<String>) {
    let found = marks
        .iter()
        .map(|mark| mark.field)
        .find(|&field| field != Field::Name);
    let usual = || {
        [Field::Email, Field::Login].into_iter().find(|&field| {
            let text = record.text(field);
            !text.is_empty() && text != record.name()
        })
    };
    let shown = found.or_else(usual);
    (shown, shown.map(|field| record.text(field).into_owned()))
}
