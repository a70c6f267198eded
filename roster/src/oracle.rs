//! The same search, written so that it is plainly right: everybody, every word, every way. For tests and the benchmark.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // plain before all
#![allow(missing_docs)]

use crate::fold::{fold, fold_char, Folded};
use crate::highlight::{Field, Mark};
use crate::query::{Facet, Filter, Query};

/// An agent, and what he does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub key: u128,
    pub name: String,
    pub login: String,
    pub email: String,
    pub team: String,
    pub skills: Vec<String>,
    pub extension: String,
    pub address: String,
    pub status: usize,
}

/// What the index is told, kept in a list.
#[derive(Debug, Clone, Default)]
pub struct Oracle {
    pub people: Vec<Known>,
    /// Name, whether reachable, whether hidden.
    pub statuses: Vec<(String, bool, bool)>,
    pub me: Option<u128>,
    pub favourites: Vec<u128>,
    pub recent: Vec<u128>,
}

/// A row that should come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub key: u128,
    pub cost: u32,
    pub marks: Vec<Mark>,
}

struct Letter {
    letter: char,
    start: u32,
    end: u32,
}

const FIELDS: [Field; 7] = [
    Field::Name,
    Field::Login,
    Field::Email,
    Field::Team,
    Field::Skills,
    Field::Extension,
    Field::Address,
];

impl Oracle {
    pub fn search(&self, text: &str, clicked: &[Filter], want: usize) -> (Vec<Row>, usize) {
        let query = Query::parse(text, clicked);
        let terms: Vec<Vec<char>> = query
            .terms
            .iter()
            .map(|term| term.letters.clone())
            .collect();
        let mut found: Vec<_> = self
            .people
            .iter()
            .filter(|known| self.is_listed(known) && self.fits(known, &query.filters))
            .filter_map(|known| {
                let (cost, marks) = matched(known, &terms)?;
                let place = if self.favourites.contains(&known.key) {
                    0
                } else {
                    let recent = self.recent.iter().position(|&key| key == known.key);
                    recent.map_or(usize::MAX, |at| at + 1)
                };
                let far = !self.statuses[known.status].1;
                let row = Row {
                    key: known.key,
                    cost,
                    marks,
                };
                Some(((cost, far, place, fold(&known.name), known.key), row))
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let total = found.len();
        (
            found.into_iter().take(want).map(|(_, row)| row).collect(),
            total,
        )
    }

    /// The values of a facet, most people's first: by their words, how many have them, and how they spell it.
    pub fn values(&self, facet: Facet) -> Vec<(String, usize, Vec<String>)> {
        let listed = self.people.iter().filter(|known| self.is_listed(known));
        let texts = listed.flat_map(|known| match facet {
            Facet::Status => vec![self.statuses[known.status].0.clone()],
            Facet::Team => vec![known.team.clone()],
            Facet::Skill => known.skills.clone(),
        });
        let mut values: Vec<(String, usize, Vec<String>)> = Vec::new();
        for text in texts {
            let words: Vec<String> = plain_words(&text)
                .into_iter()
                .map(String::from_iter)
                .collect();
            let words = words.join(" ");
            match values.iter_mut().find(|value| value.0 == words) {
                Some((_, count, spellings)) => {
                    *count += 1;
                    spellings.push(text);
                }
                None if words.is_empty() => {}
                None => values.push((words, 1, vec![text])),
            }
        }
        values.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        values
    }

    fn is_listed(&self, known: &Known) -> bool {
        Some(known.key) != self.me && !self.statuses[known.status].2
    }

    fn fits(&self, known: &Known, filters: &[Filter]) -> bool {
        let one = |filter: &Filter, value: &str| {
            let value = plain_words(value);
            let wanted = plain_words(&filter.value);
            if filter.whole {
                value == wanted && !value.is_empty()
            } else {
                !value.is_empty()
                    && wanted
                        .iter()
                        .all(|wanted| value.iter().any(|word| word.starts_with(wanted)))
            }
        };
        let any_of = |facet, value: &str| {
            let mut of = filters
                .iter()
                .filter(|filter| filter.facet == facet)
                .peekable();
            of.peek().is_none() || of.any(|filter| one(filter, value))
        };
        any_of(Facet::Status, &self.statuses[known.status].0)
            && any_of(Facet::Team, &known.team)
            && filters
                .iter()
                .filter(|filter| filter.facet == Facet::Skill)
                .all(|filter| known.skills.iter().any(|skill| one(filter, skill)))
    }
}

fn plain_words(text: &str) -> Vec<Vec<char>> {
    let letters = |word: Vec<Letter>| word.iter().map(|letter| letter.letter).collect();
    words(text).into_iter().map(letters).collect()
}

fn text(known: &Known, field: Field) -> String {
    match field {
        Field::Name => known.name.clone(),
        Field::Login => known.login.clone(),
        Field::Email => known.email.clone(),
        Field::Team => known.team.clone(),
        Field::Skills => known.skills.join(", "),
        Field::Extension => known.extension.clone(),
        Field::Address => crate::record::readable(&known.address).into_owned(),
    }
}

fn words(text: &str) -> Vec<Vec<Letter>> {
    let mut words = vec![Vec::new()];
    let mut start = 0;
    for c in text.chars() {
        let end = start + c.len_utf16() as u32;
        match fold_char(c) {
            Folded::Gap => words.push(Vec::new()),
            Folded::Nothing => {
                let word: &mut Vec<Letter> = words.last_mut().unwrap();
                if matches!(c as u32, 0x300..=0x36f | 0x610..=0x61a | 0x64b..=0x65f | 0x670) {
                    if let Some(last) = word.last().map(|letter| letter.start) {
                        word.iter_mut()
                            .filter(|letter| letter.start == last)
                            .for_each(|letter| letter.end = end);
                    }
                }
            }
            letters @ Folded::Letters(_) => {
                let word: &mut Vec<Letter> = words.last_mut().unwrap();
                word.extend(
                    letters
                        .letters()
                        .map(|letter| Letter { letter, start, end }),
                );
            }
        }
        start = end;
    }
    words.retain(|word| !word.is_empty());
    words
}

fn matched(known: &Known, terms: &[Vec<char>]) -> Option<(u32, Vec<Mark>)> {
    let fields: Vec<(Field, Vec<Vec<Letter>>)> = FIELDS
        .iter()
        .map(|&field| (field, words(&text(known, field))))
        .collect();
    let mut sum = 0;
    let mut marks: Vec<Mark> = Vec::new();
    for term in terms {
        // Of equally good ones the first.
        let mut best: Option<(u32, Vec<Mark>)> = None;
        for (field, words) in &fields {
            let elsewhere = u32::from(*field != Field::Name);
            let mark = |start: u32, end: u32| Mark {
                field: *field,
                start,
                end,
            };
            let mut found: Vec<(u32, Vec<Mark>)> = Vec::new();
            for word in words {
                let letters: Vec<char> = word.iter().map(|letter| letter.letter).collect();
                if let Some((cost, from, to)) = way(term, &letters) {
                    found.push((
                        cost + elsewhere,
                        vec![mark(word[from].start, word[to - 1].end)],
                    ));
                }
            }
            if *field == Field::Name {
                if let Some(letters) = initials(term, words) {
                    found.push((
                        4,
                        letters
                            .iter()
                            .map(|letter| mark(letter.start, letter.end))
                            .collect(),
                    ));
                }
            }
            for (cost, marks) in found {
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, marks));
                }
            }
        }
        let (cost, found) = best?;
        sum += cost;
        marks.extend(found);
    }
    Some((sum.min(255), union(marks)))
}

/// What a word costs, and from where to where it matches.
fn way(term: &[char], word: &[char]) -> Option<(u32, usize, usize)> {
    let ideograph =
        |c: char| matches!(c as u32, 0x2e80..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff);
    if word == term {
        return Some((0, 0, word.len()));
    }
    if word.starts_with(term) {
        return Some((2, 0, term.len()));
    }
    if term.len() > 1 || ideograph(term[0]) {
        if let Some(at) = (0..word.len()).find(|&at| word[at..].starts_with(term)) {
            return Some((6, at, at + term.len()));
        }
    }
    let no_digit = !term.iter().any(char::is_ascii_digit);
    if term.len() < 4 || !no_digit {
        return None;
    }
    let cost = if typo(term, word, word.len()..word.len() + 1) {
        8
    } else if typo(term, word, 0..word.len()) {
        10
    } else {
        return None;
    };
    Some((cost, 0, word.len()))
}

/// Whether one edit leads from the term to the word, or to a beginning of it without being at the term's end; the
/// beginnings that end in `ends`.
fn typo(term: &[char], word: &[char], mut ends: std::ops::Range<usize>) -> bool {
    let ascii = term.iter().all(char::is_ascii);
    let allowed = |c: char| !ascii || c.is_ascii();
    let without = |list: &[char], at: usize| [&list[..at], &list[at + 1..]].concat();
    ends.any(|end| {
        let part = &word[..end];
        let whole = end == word.len();
        let inside = |at: usize| at + 1 < term.len() || whole;
        if part.len() == term.len() {
            let differ: Vec<usize> = (0..end).filter(|&at| part[at] != term[at]).collect();
            match differ[..] {
                [at] => inside(at) && allowed(part[at]),
                [at, next] => next == at + 1 && part[at] == term[next] && part[next] == term[at],
                _ => false,
            }
        } else if part.len() + 1 == term.len() {
            (0..term.len()).any(|at| inside(at) && without(term, at) == part)
        } else if part.len() == term.len() + 1 {
            (0..term.len()).any(|at| allowed(part[at]) && without(part, at) == term)
        } else {
            false
        }
    })
}

fn initials<'a>(term: &[char], words: &'a [Vec<Letter>]) -> Option<Vec<&'a Letter>> {
    if term.len() < 2 || words.len() < 2 {
        return None;
    }
    let firsts: Vec<&Letter> = words.iter().take(8).map(|word| &word[0]).collect();
    let ends = vec![firsts[0], firsts[firsts.len() - 1]];
    [firsts, ends].into_iter().find_map(|letters| {
        let begins =
            letters.len() >= term.len() && letters.iter().zip(term).all(|(a, b)| a.letter == *b);
        begins.then(|| letters.into_iter().take(term.len()).collect())
    })
}

fn union(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.sort();
    let mut all: Vec<Mark> = Vec::new();
    for mark in marks {
        match all.last_mut() {
            Some(last) if last.field == mark.field && mark.start <= last.end => {
                last.end = last.end.max(mark.end)
            }
            _ => all.push(mark),
        }
    }
    all
}
