//! The field "Select an agent", and its list: as long as nothing is typed and no filter chosen favourites, then whom he
//! called last, then everybody; as soon as something is, all who match it in one.

use super::{about, filters, Closely};
use crate::dialpad::Dialpad;
use crate::favourites::Favourites;
use crate::ids::WorkerSid;
use crate::roster::{Roster, ROWS};
use crate::view::{AgentField, Group, PersonRow, Phase, Presence, Reachable, Shortcut};
use std::collections::BTreeMap;

/// The progress of loading is told in steps of so many people.
const PROGRESS_STEP: u32 = 500;

pub(super) fn field(
    dialpad: &Dialpad,
    favourites: Option<&Favourites>,
    roster: &Roster,
    closely: &BTreeMap<WorkerSid, Closely>,
) -> AgentField {
    // Somebody chosen fills the field with his name; the list then offers everybody again.
    let filter = if dialpad.agent().is_some() {
        ""
    } else {
        dialpad.agent_query().as_str()
    };
    let clicked = filters::clicked(dialpad.filters());
    let narrowed = !filter.trim().is_empty() || !clicked.is_empty();
    let (mut rows, mut matches) = roster.filtered(filter, &clicked);
    let first = favourites.map(|kept| kept.list().favourites());
    let first = first.unwrap_or_default();
    if !narrowed {
        let recent = favourites.map(|kept| kept.list().recent());
        let groups = grouped(&first, &recent.unwrap_or_default(), roster);
        matches += groups
            .iter()
            .filter(|row| !roster.lists(&row.callee.worker))
            .count();
        rows = with_everybody(groups, rows);
    }
    if let Some(chosen) = dialpad
        .agent()
        .and_then(|callee| roster.row(&callee.worker))
    {
        // Whoever is chosen is always among the rows, or the field could not show him as chosen.
        if !is_among(&rows, &chosen.callee.worker) {
            let after_groups = rows.iter().position(|row| row.group == chosen.group);
            rows.insert(after_groups.unwrap_or(rows.len()), chosen);
        }
    }
    for row in &mut rows {
        if let Some(known) = closely.get(&row.callee.worker) {
            row.since.clone_from(&known.since);
            row.calls = known.calls;
        }
    }
    let phase = dialpad.directory().phase(rows.is_empty(), narrowed);
    let known = u32::try_from(roster.known()).unwrap_or(u32::MAX);
    let known = match phase {
        Phase::Loading if known > PROGRESS_STEP => known - known % PROGRESS_STEP,
        Phase::Loading
        | Phase::Closed
        | Phase::Ready
        | Phase::Empty
        | Phase::Nobody
        | Phase::Failed { .. } => known,
    };
    let reachable = reachable(dialpad, roster);
    AgentField {
        phase,
        known,
        query: dialpad.agent_query().clone(),
        rows,
        shortcuts: shortcuts(&first, roster),
        statuses_old: dialpad.watch().is_blind(),
        goes_round: dialpad.directory().goes_round(),
        stays_here: favourites.is_some_and(Favourites::stays_here),
        filters: filters::rows(dialpad.filters(), roster),
        filtered_by: clicked.into_iter().map(|filter| filter.value).collect(),
        matches: u32::try_from(matches).unwrap_or(u32::MAX),
        selected: dialpad.agent().map(|callee| callee.worker.clone()),
        about: about::chosen(dialpad, roster, closely),
        room: dialpad
            .room()
            .filter(|_| reachable == Some(Reachable::Free)),
        reachable,
    }
}

/// What was answered of the one who is chosen, unless he does something else by now.
fn reachable(dialpad: &Dialpad, roster: &Roster) -> Option<Reachable> {
    let answer = dialpad.reachable()?;
    let row = roster.row(&dialpad.agent()?.worker);
    match row.map(|row| row.presence) {
        Some(Presence::Unavailable) => Some(Reachable::Unavailable),
        Some(Presence::Available) if answer == Reachable::Unavailable => None,
        Some(Presence::Available | Presence::Unknown) | None => Some(answer),
    }
}

/// Favourites and recent ones, each once. A favourite is there whatever he does: one who is Offline keeps his place.
fn grouped(favourites: &[WorkerSid], recent: &[WorkerSid], roster: &Roster) -> Vec<PersonRow> {
    let recent = recent
        .iter()
        .filter(|worker| !favourites.contains(worker) && roster.lists(worker));
    let favourites = favourites.iter().map(|worker| (Group::Favourites, worker));
    favourites
        .chain(recent.map(|worker| (Group::Recent, worker)))
        .filter_map(|(group, worker)| {
            let row = roster.row(worker)?;
            Some(PersonRow { group, ..row })
        })
        .collect()
}

fn with_everybody(groups: Vec<PersonRow>, everybody: Vec<PersonRow>) -> Vec<PersonRow> {
    let mut rows = groups;
    for row in everybody {
        if !is_among(&rows, &row.callee.worker) {
            rows.push(row);
        }
    }
    rows.truncate(ROWS);
    rows
}

fn is_among(rows: &[PersonRow], worker: &WorkerSid) -> bool {
    rows.iter().any(|row| row.callee.worker == *worker)
}

/// The digit is the place among all favourites, also those whom the roster does not know: whoever presses 2 must not get
/// the third because the first has gone home.
fn shortcuts(favourites: &[WorkerSid], roster: &Roster) -> Vec<Shortcut> {
    (1..=9)
        .zip(favourites)
        .filter_map(|(digit, worker)| {
            let callee = roster.row(worker)?.callee;
            Some(Shortcut { digit, callee })
        })
        .collect()
}
