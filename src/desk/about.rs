//! The line below the field "Select an agent": what is known of whoever is chosen.

use super::Closely;
use crate::dialpad::Dialpad;
use crate::ids::WorkerSid;
use crate::roster::Roster;
use crate::view::{About, Presence};
use std::collections::BTreeMap;

/// What is known of him. Of somebody whom the directory has not, or not yet, that is nothing: he may be there, and is not
/// shown as such.
pub(super) fn chosen(
    dialpad: &Dialpad,
    roster: &Roster,
    closely: &BTreeMap<WorkerSid, Closely>,
) -> Option<About> {
    let worker = &dialpad.agent()?.worker;
    let mut about = roster.about(worker).unwrap_or(About {
        team: None,
        skills: Vec::new(),
        presence: Presence::Unknown,
        activity: String::new(),
        since: None,
    });
    about.since = closely.get(worker).and_then(|known| known.since.clone());
    Some(about)
}
