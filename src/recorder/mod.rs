//! The flight recorder: the core's events and effects of the last minutes, to be read by others when something went
//! wrong, and played once more ([`replay`]).
//!
//! It stands beside the core, which knows nothing of it: [`Recorder::before`] and [`Recorder::after`] every event. What is
//! kept is in two segments, each with the core as it was before its first event:
//!
//! | event comes | and the present segment | |
//! |---|---|---|
//! | the first | | a segment begins |
//! | another | is younger than [`SEGMENT`] and shorter than [`ENTRIES`] | it is added |
//! | another | is not | the present segment becomes the former, the former is dropped, a segment begins |
//!
//! Invariants: what is written can be replayed from its first entry, for it begins with the core of that moment; memory is
//! bounded; nothing that is written names anybody (`redaction`); an event on which the core failed is the last that was
//! noted before it, without effects.
//!
//! Left out, as no decision depends on them: changes in the directory ([`Event::PersonChanged`], many a second in a large
//! workspace) and the people in it.

mod redaction;
#[cfg(not(target_arch = "wasm32"))]
pub mod replay;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod tests;

use crate::core::Core;
use crate::event::{Event, Outcome};
use crate::json::Json;
use crate::time::Millis;
use redaction::Pseudonyms;
use serde::Serialize;

/// The format of what is written. A file of another is not read.
pub const FORMAT: u32 = 1;

/// How long a segment is. Two are kept, so that the last 10 minutes at least are there: an agent who is asked to save
/// what happened has that time.
pub const SEGMENT: Millis = Millis::from_secs(600);

/// How many entries a segment has at most, each of some 2 KB: together less than 8 MB. A busy agent with several calls
/// makes about 50 a minute.
pub const ENTRIES: usize = 2_000;

/// As it was written at once: a copy of what it was written from would be larger.
#[derive(Debug, Clone)]
struct Entry {
    at: Millis,
    event: Json,
    /// `None`: the core failed.
    effects: Option<Json>,
}

#[derive(Debug, Clone)]
struct Segment {
    /// The core before the first entry.
    base: Json,
    began: Millis,
    entries: Vec<Entry>,
}

/// The last minutes of a core.
#[derive(Debug, Clone)]
pub struct Recorder {
    length: Millis,
    limit: usize,
    former: Option<Segment>,
    present: Option<Segment>,
    /// Whether the last entry waits for its effects.
    waits: bool,
}

impl Default for Recorder {
    fn default() -> Self {
        Self::with_segments(SEGMENT, ENTRIES)
    }
}

impl Recorder {
    /// A recorder whose segments are that long, and have so many entries, at most.
    #[must_use]
    pub fn with_segments(length: Millis, limit: usize) -> Self {
        Self {
            length,
            limit,
            former: None,
            present: None,
            waits: false,
        }
    }

    /// Notes an event that the core is about to take in, before it does: one on which it fails is noted too.
    pub fn before(&mut self, now: Millis, core: &Core, event: &Event) {
        let kept = kept(event);
        self.waits = kept.is_some();
        let Some(event) = kept else {
            return;
        };
        let entry = Entry {
            at: now,
            event,
            effects: None,
        };
        let fits = |segment: &Segment| {
            now.saturating_sub(segment.began) < self.length && segment.entries.len() < self.limit
        };
        match &mut self.present {
            Some(segment) if fits(segment) => segment.entries.push(entry),
            Some(_) | None => {
                let next = Segment {
                    base: written(core),
                    began: now,
                    entries: vec![entry],
                };
                self.former = self.present.replace(next);
            }
        }
    }

    /// Notes what the core made of that event: a list of [`crate::effect::Effect`].
    pub fn after(&mut self, effects: Json) {
        let segment = self.present.as_mut().filter(|_| self.waits);
        if let Some(entry) = segment.and_then(|segment| segment.entries.last_mut()) {
            entry.effects = Some(effects);
        }
    }

    /// How many events are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments().map(|segment| segment.entries.len()).sum()
    }

    /// Whether nothing happened yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All that is kept, as JSON (`replay::Recording` reads it), without anything personal; `saved_at` (ISO 8601) and
    /// `now` are the same moment, on the calendar and on the clock of `handle`.
    #[must_use]
    pub fn export(&self, now: Millis, saved_at: &str) -> String {
        let is_of_a_date = |c: &char| c.is_ascii_digit() || "-:.TZ".contains(*c);
        let saved_at: String = saved_at.chars().filter(is_of_a_date).collect();
        let version = env!("CARGO_PKG_VERSION");
        let mut out = format!(
            "{{\"format\":{FORMAT},\"plugin\":\"{version}\",\"savedAt\":\"{saved_at}\",\"now\":{},\"base\":",
            now.0
        );
        let mut pseudonyms = Pseudonyms::default();
        match self.segments().next() {
            Some(segment) => pseudonyms.write(&segment.base, &mut out),
            None => out.push_str("null"),
        }
        out.push_str(",\"entries\":[");
        let entries = self.segments().flat_map(|segment| &segment.entries);
        for (index, entry) in entries.enumerate() {
            // A line for each: long, but a text editor copes.
            let comma = if index == 0 { "" } else { "," };
            out.push_str(&format!("{comma}\n{{\"at\":{},\"event\":", entry.at.0));
            pseudonyms.write(&entry.event, &mut out);
            if let Some(effects) = &entry.effects {
                out.push_str(",\"effects\":");
                pseudonyms.write(effects, &mut out);
            }
            out.push('}');
        }
        out.push_str("\n]}\n");
        out
    }

    fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.former.iter().chain(&self.present)
    }
}

/// What of an event is kept.
fn kept(event: &Event) -> Option<Json> {
    match event {
        Event::PersonChanged { .. } | Event::WorkTold { .. } => None,
        Event::Settled {
            id,
            outcome: Outcome::People { next, .. },
        } => Some(written(&Event::Settled {
            id: *id,
            outcome: Outcome::People {
                people: Vec::new(),
                next: next.clone(),
            },
        })),
        Event::Started { .. }
        | Event::TabChosen { .. }
        | Event::FieldAppeared { .. }
        | Event::FieldOpened { .. }
        | Event::RetryPressed { .. }
        | Event::QueryTyped { .. }
        | Event::FiltersOpened { .. }
        | Event::FilterChosen { .. }
        | Event::FiltersCleared
        | Event::PersonChosen { .. }
        | Event::RowsShown { .. }
        | Event::FavouritePressed { .. }
        | Event::FavouriteMoved { .. }
        | Event::FavouritesChanged { .. }
        | Event::QueueChosen { .. }
        | Event::CallPressed
        | Event::CallBackPressed { .. }
        | Event::TellWhenFreePressed { .. }
        | Event::WaitCancelled { .. }
        | Event::DeclineChosen { .. }
        | Event::TransferPressed { .. }
        | Event::AddPressed { .. }
        | Event::PartyHoldPressed { .. }
        | Event::PartyRemovePressed { .. }
        | Event::EndForAllPressed { .. }
        | Event::PersonRemoved { .. }
        | Event::ActionRequested { .. }
        | Event::ReservationChanged { .. }
        | Event::LegOffered { .. }
        | Event::LegOpened { .. }
        | Event::LegAudible { .. }
        | Event::LegMuted { .. }
        | Event::LegEnded { .. }
        | Event::ParticipantsChanged { .. }
        | Event::TaskSelected { .. }
        | Event::SwapPressed { .. }
        | Event::EndAndAnswerPressed { .. }
        | Event::LegRetryPressed { .. }
        | Event::ActionEnded { .. }
        | Event::Settled { .. }
        | Event::DeadlineReached => Some(written(event)),
    }
}

/// Events and the core are writable (by test); what is not would end the replay there.
fn written<T: Serialize>(value: &T) -> Json {
    Json::of(value).unwrap_or_else(|_| Json::null())
}
