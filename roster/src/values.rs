//! What filters can be clicked: the statuses, teams and skills of those who are listed.
//!
//! Looks at everybody once, some milliseconds for a facet at 100,000 agents: [`Index::values`] keeps the answer until
//! somebody comes, leaves or changes.

use super::bits::each;
use super::index::Index;
use super::people::People;
use super::query::Facet;
use super::words::{joined, partition};

/// Values of a facet at most: more than anybody reads in a list. Of more, those that most people have.
pub const VALUES: usize = 200;

/// The values of a facet; empty until they are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Offered([Option<Vec<String>>; 3]);

impl Offered {
    /// Somebody listed does something else now; team and skills are as they were.
    pub(super) fn forget_statuses(&mut self) {
        let [status, _, _] = &mut self.0;
        *status = None;
    }
}

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
        let mut known = self.offered.borrow_mut();
        let [status, team, skill] = &mut known.0;
        let place = match facet {
            Facet::Status => status,
            Facet::Team => team,
            Facet::Skill => skill,
        };
        place
            .get_or_insert_with(|| offered(&self.people, facet))
            .clone()
    }
}

/// A value, as most write it.
struct Value<'a> {
    key: String,
    text: &'a str,
    /// How many write it so.
    spelt_so: u32,
    /// How many have it.
    count: u32,
}

/// How many of those listed have each text: a status, team or skill by its number.
fn counted(people: &People, facet: Facet) -> Vec<u32> {
    let mut counts = Vec::new();
    let mut count = |number: u32| {
        let number = number as usize;
        if number >= counts.len() {
            counts.resize(number + 1, 0);
        }
        if let Some(count) = counts.get_mut(number) {
            *count += 1;
        }
    };
    for slot in each(&people.visible.0) {
        match facet {
            Facet::Status => count(people.same_name(people.status_of(slot))),
            Facet::Team => people
                .record(slot)
                .team_number()
                .into_iter()
                .for_each(&mut count),
            Facet::Skill => people.record(slot).skill_numbers().for_each(&mut count),
        }
    }
    counts
}

/// What most have, in alphabetical order.
fn offered(people: &People, facet: Facet) -> Vec<String> {
    let mut values: Vec<Value> = Vec::new();
    for (number, count) in (0..).zip(counted(people, facet)) {
        let text = match facet {
            Facet::Status => people.status_name(number),
            Facet::Team => people.common.teams.text(number),
            Facet::Skill => people.common.skills.text(number),
        };
        let key = value_key(text);
        // Without a letter or digit there is nothing to filter by.
        if count > 0 && !key.is_empty() {
            enter(&mut values, key, text, count);
        }
    }
    keep_most(&mut values);
    values.iter().map(|value| value.text.to_owned()).collect()
}

/// In their order, those of the same words as one. They are few: a sort of the standard library would be the larger part
/// of this file in the bundle.
fn enter<'a>(values: &mut Vec<Value<'a>>, key: String, text: &'a str, count: u32) {
    let before = |at: usize| values.get(at).is_some_and(|value| value.key < key);
    let at = partition(0, values.len(), before);
    match values.get_mut(at).filter(|value| value.key == key) {
        Some(value) => {
            value.count += count;
            if (count, value.text) > (value.spelt_so, text) {
                value.text = text;
                value.spelt_so = count;
            }
        }
        None => values.insert(
            at,
            Value {
                key,
                text,
                spelt_so: count,
                count,
            },
        ),
    }
}

/// Leaves [`VALUES`]: of equally many the first by the alphabet.
fn keep_most(values: &mut Vec<Value>) {
    let over = |least: usize| {
        let over = values.iter().filter(|value| value.count as usize > least);
        over.count()
    };
    let most = values.iter().map(|value| value.count).max();
    let least = partition(0, most.unwrap_or(0) as usize, |least| over(least) > VALUES);
    let mut room = VALUES - over(least);
    values.retain(|value| {
        let last = value.count as usize == least && room > 0;
        room -= usize::from(last);
        value.count as usize > least || last
    });
}
