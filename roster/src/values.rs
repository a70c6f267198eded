//! What filters can be clicked: the statuses, teams and skills of those who are listed.
//!
//! Looks at everybody once, a few milliseconds at 100,000 agents: [`Index::values`] keeps the answer until somebody
//! changes.

use super::bits::each;
use super::index::Index;
use super::people::People;
use super::query::Facet;
use super::words::joined;
use std::collections::BTreeMap;

/// Values of a facet at most: more than anybody reads in a list. Of more, those that most people have.
pub const VALUES: usize = 200;

/// The values of a facet; empty until they are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Offered([Option<Vec<String>>; 3]);

/// What a clicked filter goes by: all words of a value, folded and parted by spaces. Values of the same are one.
#[must_use]
pub fn value_key(value: &str) -> String {
    let mut key = Vec::new();
    joined(value, &mut Vec::new(), &mut key);
    String::from_utf8(key).unwrap_or_default()
}

impl Index {
    /// The values of a facet that somebody listed has, each once, in alphabetical order; at most [`VALUES`]. Of several
    /// spellings the one that most have.
    #[must_use]
    pub fn values(&self, facet: Facet) -> Vec<String> {
        let mut offered = self.offered.borrow_mut();
        let [status, team, skill] = &mut offered.0;
        let place = match facet {
            Facet::Status => status,
            Facet::Team => team,
            Facet::Skill => skill,
        };
        place
            .get_or_insert_with(|| most(&counted(&self.people, facet)))
            .clone()
    }
}

/// How many of those listed have a text, for each.
fn counted(people: &People, facet: Facet) -> Vec<(&str, u32)> {
    let mut counts = match facet {
        Facet::Status => vec![0; people.statuses.len()],
        Facet::Team => vec![0; people.common.teams.list.len()],
        Facet::Skill => vec![0; people.common.skills.list.len()],
    };
    let mut count = |number: u32| {
        if let Some(count) = counts.get_mut(number as usize) {
            *count += 1;
        }
    };
    for slot in each(&people.visible.0) {
        match facet {
            Facet::Status => count(u32::from(people.status_of(slot))),
            Facet::Team => people
                .record(slot)
                .team_number()
                .into_iter()
                .for_each(&mut count),
            Facet::Skill => people.record(slot).skill_numbers().for_each(&mut count),
        }
    }
    let names: Box<dyn Iterator<Item = &str>> = match facet {
        Facet::Status => Box::new(people.statuses.iter().map(|status| status.name.as_str())),
        Facet::Team => Box::new(people.common.teams.list.iter().map(|name| &**name)),
        Facet::Skill => Box::new(people.common.skills.list.iter().map(|name| &**name)),
    };
    names.zip(counts).filter(|(_, count)| *count > 0).collect()
}

/// The texts that most have, those of the same words as one, in alphabetical order.
fn most(counted: &[(&str, u32)]) -> Vec<String> {
    let mut spellings: BTreeMap<String, BTreeMap<&str, u32>> = BTreeMap::new();
    for (text, count) in counted {
        let key = value_key(text);
        // Without a letter or digit there is nothing to filter by.
        if !key.is_empty() {
            *spellings.entry(key).or_default().entry(text).or_default() += count;
        }
    }
    let total = |spellings: &BTreeMap<&str, u32>| spellings.values().sum::<u32>();
    let mut values: Vec<_> = spellings.into_iter().collect();
    if values.len() > VALUES {
        // Stable: of equally many the first by the alphabet.
        values.sort_by_key(|(_, spellings)| std::cmp::Reverse(total(spellings)));
        values.truncate(VALUES);
        values.sort();
    }
    let texts = values.iter().filter_map(|(_, spellings)| {
        // The first of the greatest.
        let (text, _) = spellings.iter().rev().max_by_key(|(_, count)| **count)?;
        Some((*text).to_owned())
    });
    texts.collect()
}
