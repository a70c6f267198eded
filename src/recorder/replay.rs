//! A recording, played once more: the same events, given to the core as it was before the first of them.

use super::redaction::Pseudonyms;
use crate::core::Core;
use crate::effect::Effect;
use crate::event::Event;
use crate::json::Json;
use crate::time::Millis;
use serde::Deserialize;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// What [`super::Recorder::export`] writes.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    /// The plugin's version.
    pub plugin: String,
    /// When it was saved, ISO 8601.
    pub saved_at: String,
    /// The same moment, on the clock of the entries.
    pub now: Millis,
    /// The core before the first entry; `None` if there is no entry.
    pub base: Option<Core>,
    /// What happened, the oldest first.
    pub entries: Vec<Entry>,
}

/// One event, and what the core made of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Entry {
    /// When, on the clock of `handle`.
    pub at: Millis,
    /// What happened.
    pub event: Event,
    /// What the core ordered; `None`: it failed.
    pub effects: Option<Vec<Effect>>,
}

/// An entry, and what the core made of it this time.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// As recorded.
    pub entry: Entry,
    /// What the core ordered this time; `None`: it failed.
    pub effects: Option<Vec<Effect>>,
    /// Whether that is what was recorded.
    pub same: bool,
}

/// Plays a recording. The same are effects that differ in nothing but the pseudonyms' numbers: a text that the core put
/// together itself has one in the recording, and is itself, or has another, this time.
#[must_use]
pub fn replay(recording: &Recording) -> Vec<Step> {
    let mut core = recording.base.clone().unwrap_or_default();
    let (mut recorded, mut replayed) = (Pseudonyms::default(), Pseudonyms::default());
    let mut steps = Vec::with_capacity(recording.entries.len());
    for entry in &recording.entries {
        let effects = handle(&mut core, entry);
        let same =
            shape(&mut recorded, entry.effects.as_ref()) == shape(&mut replayed, effects.as_ref());
        steps.push(Step {
            entry: entry.clone(),
            effects,
            same,
        });
    }
    steps
}

/// A core that fails is left as it was; whoever recorded it built another, by the next entry.
fn handle(core: &mut Core, entry: &Entry) -> Option<Vec<Effect>> {
    let mut next = core.clone();
    let effects = catch_unwind(AssertUnwindSafe(|| next.handle(entry.at, &entry.event))).ok()?;
    *core = next;
    Some(effects)
}

/// With texts numbered by their first appearance.
fn shape(pseudonyms: &mut Pseudonyms, effects: Option<&Vec<Effect>>) -> Option<String> {
    let mut shape = String::new();
    pseudonyms.write(&Json::of(effects?).ok()?, &mut shape);
    Some(shape)
}
