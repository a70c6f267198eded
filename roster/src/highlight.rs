//! What of an agent matches, for the panel to mark.
//!
//! Each term is marked once: in the first word, field by field, that matches as well as the term is counted. Places are
//! in UTF-16 units, as JavaScript counts, and never within a character.

use super::fold::{fold_char, Folded};
use super::quality::{Term, Way};
use super::record::Record;
use super::search::Costs;
use super::words::{push, sort_few};

/// What is marked, in this order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Full name.
    Name,
    /// Login.
    Login,
    /// E-mail address.
    Email,
    /// Team.
    Team,
    /// Skills, parted by a comma and a space.
    Skills,
    /// Extension.
    Extension,
    /// Contact address, without its scheme and escapes.
    Address,
}

/// All of them.
pub(super) const FIELDS: [Field; 7] = [
    Field::Name,
    Field::Login,
    Field::Email,
    Field::Team,
    Field::Skills,
    Field::Extension,
    Field::Address,
];

/// A part of a field that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Which field.
    pub field: Field,
    /// Where it starts, UTF-16 units.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// A field's words, folded, and where each of their bytes comes from.
#[derive(Debug, Default)]
pub(super) struct Marker {
    bytes: Vec<u8>,
    /// Start and end of the character behind each byte.
    places: Vec<(u32, u32)>,
    /// Ends of words in `bytes`.
    ends: Vec<usize>,
    /// What each term costs that is not marked yet.
    wanted: Vec<Option<u8>>,
}

impl Marker {
    /// Appends the marks of somebody, in order and without overlaps.
    pub(super) fn mark(
        &mut self,
        record: &Record,
        terms: &[Term],
        costs: Costs,
        marks: &mut Vec<Mark>,
    ) {
        let from = marks.len();
        let mut wanted = std::mem::take(&mut self.wanted);
        wanted.clear();
        wanted.extend((0..terms.len()).map(|number| costs.of(number)));
        if terms.len() > super::search::APART {
            self.cost(record, terms, &mut wanted);
        }
        for field in FIELDS {
            let here = |cost: &Option<u8>| {
                cost.is_some_and(|cost| (Way::of(cost).1) == (field != Field::Name))
            };
            if !wanted.iter().any(here) {
                continue;
            }
            let text = record.text(field);
            let plain = is_plain(&text);
            let mut read = false;
            for (term, cost) in terms.iter().zip(&mut wanted) {
                let Some(way) = cost.filter(|_| here(cost)).map(|cost| Way::of(cost).0) else {
                    continue;
                };
                let from = marks.len();
                if plain && way <= Way::Substring && way != Way::Initials {
                    let place = find_plain(text.as_bytes(), &term.bytes, way);
                    marks.extend(place.map(|(start, end)| Mark { field, start, end }));
                } else {
                    if !read {
                        self.read(&text);
                        read = true;
                    }
                    let places = self.find(term, way, field);
                    marks.extend(
                        places
                            .iter()
                            .map(|&(start, end)| Mark { field, start, end }),
                    );
                }
                if marks.len() > from {
                    *cost = None;
                }
            }
            if wanted.iter().all(Option::is_none) {
                break;
            }
        }
        self.wanted = wanted;
        merge(marks, from);
    }

    /// Finds out what terms cost that nobody kept.
    fn cost(&mut self, record: &Record, terms: &[Term], wanted: &mut [Option<u8>]) {
        for field in FIELDS {
            self.read(&record.text(field));
            for (term, cost) in terms.iter().zip(&mut *wanted).skip(super::search::APART) {
                if let Some(way) = self.best(term, field) {
                    let found = way.cost(field != Field::Name);
                    *cost = Some(cost.map_or(found, |cost| cost.min(found)));
                }
            }
        }
    }

    fn best(&self, term: &Term, field: Field) -> Option<Way> {
        [
            Way::Exact,
            Way::Prefix,
            Way::Initials,
            Way::Substring,
            Way::Typo,
            Way::TypoInBeginning,
        ]
        .into_iter()
        .find(|&way| !self.find(term, way, field).is_empty())
    }

    /// What the term matches that way: nothing, a part of one word, or the first letters of several.
    fn find(&self, term: &Term, way: Way, field: Field) -> Vec<(u32, u32)> {
        if way == Way::Initials {
            return if field == Field::Name && term.may_be_initials() {
                self.initials(term)
            } else {
                Vec::new()
            };
        }
        let mut from = 0;
        for &end in &self.ends {
            let word = self.bytes.get(from..end).unwrap_or_default();
            let part = match way {
                Way::Exact => (word == term.bytes).then_some(0..word.len()),
                Way::Prefix => word.starts_with(&term.bytes).then_some(0..term.bytes.len()),
                Way::Initials | Way::Substring if !term.may_be_within() => None,
                Way::Initials | Way::Substring => word
                    .windows(term.bytes.len())
                    .position(|part| part == term.bytes)
                    .map(|at| at..at + term.bytes.len()),
                Way::Typo | Way::TypoInBeginning => {
                    (term.typo_of(word) == Some(way)).then_some(0..word.len())
                }
            };
            if let Some(part) = part {
                let place = |at: usize| self.places.get(from + at).copied().unwrap_or_default();
                return vec![(place(part.start).0, place(part.end.saturating_sub(1)).1)];
            }
            from = end;
        }
        Vec::new()
    }

    /// The first letters of the words that the initials are of.
    fn initials(&self, term: &Term) -> Vec<(u32, u32)> {
        let starts = || std::iter::once(0).chain(self.ends.iter().copied());
        let words = self.ends.len();
        let letter = |start: usize| {
            let rest = self.bytes.get(start..).unwrap_or_default();
            let length = 1 + rest
                .iter()
                .skip(1)
                .take_while(|&byte| byte & 0xc0 == 0x80)
                .count();
            rest.get(..length).unwrap_or_default()
        };
        let spell = |at: &mut dyn Iterator<Item = usize>| {
            let mut rest = term.bytes.as_slice();
            let mut places = Vec::new();
            for start in at {
                if rest.is_empty() {
                    break;
                }
                match rest.strip_prefix(letter(start)) {
                    Some(after) => rest = after,
                    None => return Vec::new(),
                }
                places.extend(self.places.get(start));
            }
            if rest.is_empty() {
                places
            } else {
                Vec::new()
            }
        };
        if words < 2 {
            return Vec::new();
        }
        let counted = words.min(super::words::INITIALS_AT_MOST);
        let all = spell(&mut starts().take(counted));
        if !all.is_empty() || words == 2 {
            return all;
        }
        spell(&mut starts().take(1).chain(starts().skip(counted - 1).take(1)))
    }

    fn read(&mut self, text: &str) {
        self.bytes.clear();
        self.places.clear();
        self.ends.clear();
        let mut start = 0;
        for c in text.chars() {
            let end = start + c.len_utf16() as u32;
            // What most letters are.
            if c.is_ascii_alphanumeric() {
                self.bytes.push(c.to_ascii_lowercase() as u8);
                self.places.push((start, end));
                start = end;
                continue;
            }
            match fold_char(c) {
                Folded::Gap => self.end_word(),
                // A mark belongs to the letter before it.
                Folded::Nothing => {
                    if is_mark(c) && self.bytes.len() > self.ends.last().copied().unwrap_or(0) {
                        let last = self.places.last().copied().unwrap_or_default();
                        for place in self
                            .places
                            .iter_mut()
                            .rev()
                            .take_while(|place| **place == last)
                        {
                            place.1 = end;
                        }
                    }
                }
                letters @ Folded::Letters(_) => {
                    letters
                        .letters()
                        .for_each(|letter| push(&mut self.bytes, letter));
                    self.places.resize(self.bytes.len(), (start, end));
                }
            }
            start = end;
        }
        self.end_word();
    }

    fn end_word(&mut self) {
        if self.bytes.len() > self.ends.last().copied().unwrap_or(0) {
            self.ends.push(self.bytes.len());
        }
    }
}

/// Whether every character is a letter, a digit or a gap, and takes one byte and one UTF-16 unit.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii() && byte != b'\'' && byte != b'`')
}

/// What a term matches in plain text.
fn find_plain(text: &[u8], term: &[u8], way: Way) -> Option<(u32, u32)> {
    let mut from = 0;
    while from < text.len() {
        let rest = text.get(from..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        let word = rest.get(..length).unwrap_or_default();
        let same = |part: &[u8]| part.eq_ignore_ascii_case(term);
        let found = match way {
            Way::Exact => same(word).then_some(0),
            Way::Prefix => word.get(..term.len()).is_some_and(same).then_some(0),
            Way::Substring => word.windows(term.len()).position(same),
            Way::Initials | Way::Typo | Way::TypoInBeginning => None,
        };
        if let Some(at) = found {
            let start = (from + at) as u32;
            return Some((start, start + term.len() as u32));
        }
        from += length + 1;
    }
    None
}

/// Marks that are written on the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Puts the marks from `from` on in order, and those that touch into one.
fn merge(marks: &mut Vec<Mark>, from: usize) {
    if marks.len() < from + 2 {
        return;
    }
    let mut mine = marks.split_off(from);
    sort_few(&mut mine, |a, b| a < b);
    for mark in mine {
        match marks.get_mut(from..).and_then(<[Mark]>::last_mut) {
            Some(last) if last.field == mark.field && last.end >= mark.start => {
                last.end = last.end.max(mark.end);
            }
            Some(_) | None => marks.push(mark),
        }
    }
}
