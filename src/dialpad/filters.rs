//! Filters of the list of people: a status, a team, a skill, chosen by click.
//!
//! | event | becomes |
//! |---|---|
//! | opened, closed | they are shown, or not; what is chosen stays in force |
//! | a value chosen | whoever has another is not listed |
//! | none chosen | that filter is off |
//! | cleared | all are off |
//! | the field appears, empty | all are off, and not shown |
//!
//! Invariant: whether a filter is in force depends on what was chosen alone, never on whether somebody has that value: a
//! team that goes home does not put everybody back into the list.

use super::{changed, Dialpad};
use crate::effect::Effect;
use crate::event::Facet;
use serde::{Deserialize, Serialize};

/// What is chosen of each facet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Filters {
    open: bool,
    status: Option<String>,
    team: Option<String>,
    skill: Option<String>,
}

impl Filters {
    /// Whether they are shown.
    #[must_use]
    pub fn are_open(&self) -> bool {
        self.open
    }

    /// What is chosen of a facet.
    #[must_use]
    pub fn chosen(&self, facet: Facet) -> Option<&String> {
        match facet {
            Facet::Status => self.status.as_ref(),
            Facet::Team => self.team.as_ref(),
            Facet::Skill => self.skill.as_ref(),
        }
    }

    /// Those that are in force.
    pub fn in_force(&self) -> impl Iterator<Item = (Facet, &String)> {
        let chosen = Facet::ALL.map(|facet| Some((facet, self.chosen(facet)?)));
        chosen.into_iter().flatten()
    }
}

impl Dialpad {
    /// The filters were opened, or closed.
    pub fn open_filters(&mut self, open: bool) -> Vec<Effect> {
        self.filters.open = open;
        changed()
    }

    /// A value of a facet was chosen, or none. One that says nothing is none.
    pub fn choose_filter(&mut self, facet: Facet, value: Option<String>) -> Vec<Effect> {
        let value = value.filter(|value| !value.trim().is_empty());
        match facet {
            Facet::Status => self.filters.status = value,
            Facet::Team => self.filters.team = value,
            Facet::Skill => self.filters.skill = value,
        }
        changed()
    }

    /// All filters are off.
    pub fn clear_filters(&mut self) -> Vec<Effect> {
        let open = self.filters.open;
        self.filters = Filters {
            open,
            ..Filters::default()
        };
        changed()
    }

    /// What the list of people is filtered by.
    #[must_use]
    pub fn filters(&self) -> &Filters {
        &self.filters
    }
}
