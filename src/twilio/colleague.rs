//! An item of an agent's own Sync map (<https://www.twilio.com/docs/sync/api/map-item-resource>): what he keeps of a
//! colleague. The key is the colleague's worker SID. His local copy is a list of the same.

use super::lenient::lenient;
use crate::ids::WorkerSid;
use serde::{Deserialize, Serialize};

/// As it was read: anybody who may write to the map may have written it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RawColleague {
    /// The item's key.
    #[serde(default, deserialize_with = "lenient")]
    pub worker: Option<String>,
    /// See [`Colleague`].
    #[serde(default, deserialize_with = "lenient")]
    pub favourite: Option<u64>,
    /// See [`Colleague`].
    #[serde(default, deserialize_with = "lenient")]
    pub changed_at: Option<u64>,
    /// See [`Colleague`].
    #[serde(default, deserialize_with = "lenient")]
    pub called_at: Option<u64>,
}

/// What an agent keeps of a colleague.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Colleague {
    /// Whom.
    pub worker: WorkerSid,
    /// His place among the favourites, by size; `None`: he is none.
    pub favourite: Option<u64>,
    /// When that was decided, milliseconds since 1970; 0: never.
    pub changed_at: u64,
    /// When he was called last, milliseconds since 1970.
    pub called_at: Option<u64>,
}

/// A copy of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Colleagues(pub Vec<Colleague>);

/// A copy of the list, as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawColleagues(pub Vec<RawColleague>);

/// JavaScript's integers are exact to twice that; a time beyond it is no time, and nothing could ever be later.
const LATEST: u64 = 1 << 52;

impl Colleague {
    /// Reads an item; `None` if it is no such item.
    #[must_use]
    pub fn parse(raw: &RawColleague) -> Option<Self> {
        let read = Self {
            worker: WorkerSid::parse(raw.worker.as_deref()?).ok()?,
            favourite: raw.favourite,
            changed_at: raw.changed_at.unwrap_or_default(),
            called_at: raw.called_at,
        };
        let numbers = [read.favourite, Some(read.changed_at), read.called_at];
        numbers
            .iter()
            .flatten()
            .all(|number| *number < LATEST)
            .then_some(read)
    }
}
