//! How the roster fills: what the last start kept, those who are there now, everybody page by page.
//!
//! | told by | is |
//! |---|---|
//! | the live query | right, from then on |
//! | a page | right of those of whom the live query has told nothing since it was opened: the page may be older |
//! | what the last start kept | right in all but what somebody does: until it is confirmed that is unknown |
//!
//! Whoever was kept and is on no page has left.

use super::{Doing, Index, Roster, Status};
use crate::ids::{ActivitySid, WorkerSid};
use crate::twilio::worker_index::{Person, RawPerson};
use std::collections::BTreeSet;
use thiserror::Error;

/// What is kept begins with this; the digit changes with what stands before the index.
const MAGIC: &[u8; 8] = b"BLDESK 1";

/// Sorting in costs as much as the whole: while pages come it waits until this part of all has come anew.
const SETTLE_PART: usize = 2;

/// What was kept cannot be used: it is damaged, or of another version. Everybody is fetched anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("what was kept cannot be used")]
pub struct Unusable;

/// Who told of whom, while everybody is being fetched.
#[derive(Debug, Clone, Default)]
pub(super) struct Loading {
    /// The live query has told of them.
    live: BTreeSet<u128>,
    /// Kept by the last start, and nobody has told of them yet.
    unconfirmed: BTreeSet<u128>,
}

impl Loading {
    /// The live query tells of somebody.
    pub(super) fn told(&mut self, key: u128) {
        self.unconfirmed.remove(&key);
        self.live.insert(key);
    }
}

impl Roster {
    /// The live query is open: pages follow.
    pub fn begin(&mut self) {
        self.loading.get_or_insert_default();
    }

    /// Everybody is listed once more, from the first page on: whoever is on none of them has left.
    pub fn begin_again(&mut self) {
        let mut loading = Loading::default();
        loading.unconfirmed.extend(self.index.keys());
        self.loading = Some(loading);
    }

    /// Somebody is on a page.
    pub fn list(&mut self, raw: &RawPerson) {
        let Some(key) = raw.worker().map(|worker| worker.number()) else {
            return;
        };
        if let Some(loading) = &mut self.loading {
            loading.unconfirmed.remove(&key);
            if loading.live.contains(&key) {
                return;
            }
        }
        match Person::parse(raw) {
            Some(person) => self.enter(&person),
            // Twilio's lists may leave attributes out: then nothing is said of his phone.
            None if raw.attributes.is_none() => {}
            None => {
                self.index.remove(key);
            }
        }
    }

    /// That was the last page.
    pub fn listed_all(&mut self) {
        let loading = self.loading.take().unwrap_or_default();
        for key in loading.unconfirmed {
            self.index.remove(key);
        }
    }

    /// A step of sorting in who came; whether there is nothing to do at present.
    pub fn settle(&mut self) -> bool {
        if !self.settling {
            let worth = self.entered * SETTLE_PART >= self.index.count();
            self.settling = self.loading.is_none() || (worth && self.index.wants_merging());
        }
        if self.settling && self.index.settle() {
            self.settling = false;
            self.entered = 0;
        }
        !self.settling
    }

    /// The live query has him no more: he is Offline, or has left. He is not listed until somebody tells of him again.
    pub fn went(&mut self, worker: &WorkerSid) {
        let key = worker.number();
        if let Some(loading) = &mut self.loading {
            loading.told(key);
        }
        let gone = self.standing(Doing::Gone);
        self.index.set_status(key, gone);
    }

    /// How many are known, whatever they do.
    #[must_use]
    pub fn known(&self) -> usize {
        self.index.count()
    }

    /// Everybody as bytes, for [`Roster::restore`].
    #[must_use]
    pub fn snapshot(&mut self) -> Vec<u8> {
        let doings: Vec<String> = self.doings.iter().map(Doing::written).collect();
        let doings = doings.join("\n");
        let index = self.index.snapshot();
        let mut bytes = Vec::with_capacity(MAGIC.len() + 4 + doings.len() + index.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(
            &u32::try_from(doings.len())
                .unwrap_or(u32::MAX)
                .to_le_bytes(),
        );
        bytes.extend_from_slice(doings.as_bytes());
        bytes.extend_from_slice(&index);
        bytes
    }

    /// Everybody out of bytes, in place of whoever is there. What those do who are listed is unknown until it is told.
    ///
    /// # Errors
    /// [`Unusable`]: nothing has changed then.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), Unusable> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Unusable)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(Unusable)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Unusable)?;
        let (doings, index) = rest.split_at_checked(length).ok_or(Unusable)?;
        let mut index = Index::restore(index, self.me).map_err(|_| Unusable)?;
        let doings = std::str::from_utf8(doings).map_err(|_| Unusable)?;
        // Nobody was there: no status either.
        let lines = doings.split('\n').take(index.statuses().len());
        let doings: Vec<Doing> = lines
            .map(Doing::read)
            .collect::<Option<_>>()
            .ok_or(Unusable)?;
        if doings.len() != index.statuses().len() {
            return Err(Unusable);
        }
        index.keep_dear(&self.index);
        self.index = index;
        self.doings = doings;
        let unknown = self.standing(Doing::Unknown);
        let mut loading = Loading::default();
        // All slots are settled, so they are as many as people.
        for slot in 0..u32::try_from(self.index.count()).unwrap_or(u32::MAX) {
            let (key, _, status) = self.index.at(slot);
            loading.unconfirmed.insert(key);
            let hidden = |status: &Status| status.hidden;
            if !self
                .index
                .statuses()
                .get(usize::from(status))
                .is_some_and(hidden)
            {
                self.index.set_status(key, unknown);
            }
        }
        self.loading = Some(loading);
        Ok(())
    }

    /// The number of a status that is no activity.
    fn standing(&mut self, doing: Doing) -> u16 {
        let hidden = doing == Doing::Gone;
        let status = Status {
            name: String::new(),
            reachable: false,
            hidden,
        };
        self.number_of(doing, status)
    }
}

impl Doing {
    fn written(&self) -> String {
        match self {
            Self::Activity(Some(sid)) => sid.to_string(),
            Self::Activity(None) => String::new(),
            Self::Unknown => "?".to_owned(),
            Self::Gone => "-".to_owned(),
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::Activity(None)),
            "?" => Some(Self::Unknown),
            "-" => Some(Self::Gone),
            sid => ActivitySid::parse(sid)
                .ok()
                .map(|sid| Self::Activity(Some(sid))),
        }
    }
}
