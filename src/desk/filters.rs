//! The filters of the list of people as they are shown, and as the roster takes them.

use crate::dialpad::Filters;
use crate::event::Facet;
use crate::roster::{self, value_key, Filter, Roster};
use crate::view::FilterRow;

/// Those that are in force.
pub(super) fn clicked(filters: &Filters) -> Vec<Filter> {
    let in_force = filters.in_force().map(|(facet, value)| Filter {
        facet: of_roster(facet),
        value: value.clone(),
        whole: true,
    });
    in_force.collect()
}

/// All that can be chosen; nothing while they are closed, so that nobody is looked at for it.
pub(super) fn rows(filters: &Filters, roster: &Roster) -> Option<Vec<FilterRow>> {
    filters.are_open().then(|| {
        let rows = Facet::ALL.map(|facet| row(filters, facet, roster));
        let offered = rows.into_iter().filter(|row| !row.values.is_empty());
        offered.collect()
    })
}

fn row(filters: &Filters, facet: Facet, roster: &Roster) -> FilterRow {
    let mut values = roster.values(of_roster(facet));
    let chosen = filters.chosen(facet).map(|chosen| {
        let key = value_key(chosen);
        let at = values.partition_point(|value| value_key(value) < key);
        match values.get(at).filter(|value| value_key(value) == key) {
            // Most may write it otherwise by now.
            Some(listed) => listed.clone(),
            None => {
                values.insert(at, chosen.clone());
                chosen.clone()
            }
        }
    });
    FilterRow {
        facet,
        values,
        chosen,
    }
}

fn of_roster(facet: Facet) -> roster::Facet {
    match facet {
        Facet::Status => roster::Facet::Status,
        Facet::Team => roster::Facet::Team,
        Facet::Skill => roster::Facet::Skill,
    }
}
