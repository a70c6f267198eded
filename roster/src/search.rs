//! A query over everybody: who comes first, what of them matches, and how many there are.

use super::bits::{count, insert};
use super::fresh::Order;
use super::highlight::{Mark, Marker};
use super::index::Index;
use super::quality::Term;
use super::query::{Facet, Filter, Query};
use super::rank::{First, Ranks};
use super::sieve::{Sieve, Taken};
use super::words::{Words, FIRST, SKILL, TEAM};

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The first ones, best first.
    pub hits: Vec<Hit>,
    /// What of them matches, one after another.
    pub marks: Vec<Mark>,
    /// How many match altogether.
    pub total: usize,
}

/// Somebody found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// His slot; it is his until the index changes.
    pub slot: u32,
    /// How badly he matches ([`super::quality`]).
    pub cost: u32,
    /// Where in [`Found::marks`] his end.
    pub marks_end: u32,
}

/// What a search needs and the next one uses again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) order: Order,
    taken: Taken,
    /// Costs of those found, by slot ([`Costs`]); meaningless for all others.
    costs: Vec<u32>,
    marker: Marker,
}

impl Clone for Scratch {
    /// Empty: it is filled when it is needed.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Scratch {
    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.order.bytes() + self.taken.bytes() + self.costs.capacity() * 4
    }
}

/// Costs of one slot, packed: the sum in the upper eight bits, and four bits for each of the first six terms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Costs(u32);

/// Terms with a cost of their own in [`Costs`].
pub(super) const APART: usize = 6;

impl Costs {
    fn add(self, term: usize, cost: u8) -> Self {
        let sum = (self.0 >> 24).saturating_add(u32::from(cost)).min(0xff);
        let apart = if term < APART {
            u32::from(cost) << (4 * term)
        } else {
            0
        };
        Self(sum << 24 | self.0 & 0x00ff_ffff | apart)
    }

    fn sum(self) -> u32 {
        self.0 >> 24
    }

    /// What a term costs; nothing for those beyond.
    pub(super) fn of(self, term: usize) -> Option<u8> {
        (term < APART).then(|| (self.0 >> (4 * term) & 15) as u8)
    }
}

/// The first `want` who match, what of them matches, and how many there are.
pub(super) fn search(index: &Index, text: &str, clicked: &[Filter], want: usize) -> Found {
    let query = Query::parse(text, clicked);
    let mut scratch = index.scratch.borrow_mut();
    let Scratch {
        order,
        taken,
        costs,
        marker,
    } = &mut *scratch;
    order.update(&index.fresh);
    let ranks = index.ranks();
    taken.clear();
    taken.open.clone_from(&index.people.visible.0);
    for filter in facets(&query.filters) {
        let allowed = filtered(index, order, &filter, taken.open.len());
        for (open, allowed) in taken.open.iter_mut().zip(allowed) {
            *open &= allowed;
        }
    }
    let sieve = Sieve::new(&index.lexicon, &index.fresh, order);
    let (first, total) = match query.terms.as_slice() {
        [] => {
            let mut first = First::new(ranks, want);
            first.push_many(&taken.open, 0);
            let first: Vec<(u32, Costs)> = first.finish().map(|slot| (slot, Costs(0))).collect();
            (first, count(&taken.open))
        }
        [term] => one(&sieve, term, taken, ranks, want),
        terms => several(&sieve, terms, taken, costs, ranks, want),
    };
    let mut found = Found {
        hits: Vec::with_capacity(first.len()),
        marks: Vec::with_capacity(first.len() * query.terms.len()),
        total,
    };
    for (slot, costs) in first {
        marker.mark(
            &index.people.record(slot),
            &query.terms,
            costs,
            &mut found.marks,
        );
        found.hits.push(Hit {
            slot,
            cost: costs.sum(),
            marks_end: found.marks.len() as u32,
        });
    }
    found
}

fn one(
    sieve: &Sieve,
    term: &Term,
    taken: &mut Taken,
    ranks: Ranks,
    want: usize,
) -> (Vec<(u32, Costs)>, usize) {
    taken.left = None;
    taken.listed = false;
    sieve.run(term, taken);
    let mut first = Vec::with_capacity(want);
    let mut total = 0;
    for level in &taken.levels {
        total += level.size();
        let missing = want - first.len();
        if missing == 0 {
            continue;
        }
        let mut best = First::new(ranks, missing);
        for &slot in taken.found.get(level.from..level.to).unwrap_or_default() {
            best.push(slot, 0);
        }
        if let Some(many) = &level.many {
            best.push_many(many, 0);
        }
        let costs = Costs(0).add(0, level.cost);
        first.extend(best.finish().map(|slot| (slot, costs)));
    }
    (first, total)
}

fn several(
    sieve: &Sieve,
    terms: &[Term],
    taken: &mut Taken,
    costs: &mut Vec<u32>,
    ranks: Ranks,
    want: usize,
) -> (Vec<(u32, Costs)>, usize) {
    let slots = ranks.people.slots();
    if costs.len() < slots {
        costs.resize(slots, 0);
    }
    taken.left = None;
    taken.listed = true;
    for (number, term) in terms.iter().enumerate() {
        if number > 0 {
            taken.narrow();
            taken.clear();
        }
        sieve.run(term, taken);
        for level in &taken.levels {
            for &slot in taken.found.get(level.from..level.to).unwrap_or_default() {
                if let Some(place) = costs.get_mut(slot as usize) {
                    let before = if number == 0 { 0 } else { *place };
                    *place = Costs(before).add(number, level.cost).0;
                }
            }
        }
        if taken.found.is_empty() {
            return (Vec::new(), 0);
        }
    }
    let costs_of = |slot: u32| Costs(costs.get(slot as usize).copied().unwrap_or_default());
    let mut best = First::new(ranks, want);
    for &slot in &taken.found {
        best.push(slot, costs_of(slot).sum());
    }
    let first = best.finish().map(|slot| (slot, costs_of(slot))).collect();
    (first, taken.found.len())
}

/// Filters that are all to hold: somebody has one status and one team, so of several of these one is enough; of skills
/// he may have all.
fn facets(filters: &[Filter]) -> Vec<Vec<&Filter>> {
    let mut all: Vec<Vec<&Filter>> = Vec::new();
    for facet in [Facet::Status, Facet::Team] {
        let any: Vec<&Filter> = filters
            .iter()
            .filter(|filter| filter.facet == facet)
            .collect();
        if !any.is_empty() {
            all.push(any);
        }
    }
    let skills = filters.iter().filter(|filter| filter.facet == Facet::Skill);
    all.extend(skills.map(|filter| vec![filter]));
    all
}

/// Whom one of `filters` fits, as a set of so many words.
fn filtered(index: &Index, order: &Order, filters: &[&Filter], words: usize) -> Vec<u64> {
    let mut allowed = vec![0; words];
    for filter in filters {
        let wanted = filter.words();
        let fits = |value: &[u8]| Filter::fits(&wanted, filter.whole, value);
        match filter.facet {
            Facet::Status => in_status(index, &fits, &mut allowed),
            Facet::Team => with_value(index, order, TEAM, &fits, &mut allowed),
            Facet::Skill => with_value(index, order, SKILL, &fits, &mut allowed),
        }
    }
    allowed
}

fn in_status(index: &Index, fits: &dyn Fn(&[u8]) -> bool, allowed: &mut [u64]) {
    let mut value = Vec::new();
    for (number, status) in index.people.statuses.iter().enumerate() {
        value.clear();
        super::words::joined(&status.name, &mut Vec::new(), &mut value);
        if fits(&value) {
            for (allowed, slots) in allowed.iter_mut().zip(index.people.in_status(number)) {
                *allowed |= slots;
            }
        }
    }
}

fn with_value(
    index: &Index,
    order: &Order,
    mark: u8,
    fits: &dyn Fn(&[u8]) -> bool,
    allowed: &mut [u64],
) {
    debug_assert!(mark < FIRST);
    let lexicon = &index.lexicon;
    let fits = |word: &[u8]| word.split_first().is_some_and(|(_, value)| fits(value));
    let (lo, hi) = lexicon.range(0, lexicon.len(), &[mark]);
    for at in (lo..hi).filter(|&at| fits(lexicon.word(at))) {
        let row = lexicon.row(at);
        lexicon.postings(row, |posting| insert(allowed, posting.slot()));
        if let super::lexicon::Row::Dense(number) = row {
            let dense = lexicon
                .dense_at(number)
                .map_or(&[][..], |dense| &dense.elsewhere.0);
            for (allowed, slots) in allowed.iter_mut().zip(dense) {
                *allowed |= slots;
            }
        }
    }
    let ordered = order.on(&index.fresh);
    let (lo, hi) = ordered.range(0, ordered.len(), &[mark]);
    for at in (lo..hi).filter(|&at| fits(ordered.word(at))) {
        ordered.postings(at, |posting| insert(allowed, posting.slot()));
    }
}
