//! What was typed: terms and filters.

use super::quality::Term;
use super::words::{each_word, sort_few};

/// Terms of a query at most; nobody types more, and a text pasted by mistake may have thousands.
const TERMS: usize = 24;

/// What a filter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// The name of what somebody does at present.
    Status,
    /// His team.
    Team,
    /// His skills.
    Skill,
}

/// Words that open a typed filter, in the languages of the panel, folded.
const FACETS: [(&str, Facet); 17] = [
    ("status", Facet::Status),
    ("activity", Facet::Status),
    ("estado", Facet::Status),
    ("actividad", Facet::Status),
    ("atividade", Facet::Status),
    ("สถานะ", Facet::Status),
    ("状态", Facet::Status),
    ("team", Facet::Team),
    ("equipo", Facet::Team),
    ("equipe", Facet::Team),
    ("ทีม", Facet::Team),
    ("团队", Facet::Team),
    ("skill", Facet::Skill),
    ("habilidad", Facet::Skill),
    ("habilidade", Facet::Skill),
    ("ทักษะ", Facet::Skill),
    ("技能", Facet::Skill),
];

/// A wish that somebody's status, team or one of his skills be a certain one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// What it looks at.
    pub facet: Facet,
    /// The value, as typed or as it stands in the list clicked.
    pub value: String,
    /// Clicked: the value as a whole. Typed: each of its words begins a word of it.
    pub whole: bool,
}

/// A query, understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Query {
    /// Words to be matched, each once, the longest first.
    pub(super) terms: Vec<Term>,
    pub(super) filters: Vec<Filter>,
}

impl Query {
    /// Takes `text` apart. `team:sales` and `team:"sales emea"` are filters; one without a value yet is nothing.
    pub(super) fn parse(text: &str, clicked: &[Filter]) -> Self {
        let mut query = Self {
            terms: Vec::new(),
            filters: clicked.to_vec(),
        };
        let mut word = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (piece, after) = rest.split_at(end);
            rest = after;
            match filter(piece, &mut rest) {
                Some(filter) if filter.has_words() => query.filters.push(filter),
                Some(_) => {}
                None => each_word(piece, &mut word, |word| {
                    let known = query.terms.iter().any(|term| term.bytes == word);
                    if !known && query.terms.len() < TERMS {
                        query.terms.push(Term::new(word));
                    }
                }),
            }
            rest = rest.trim_start();
        }
        sort_few(&mut query.terms, |a, b| a.letters.len() > b.letters.len());
        query
    }
}

/// The filter that `piece` is or opens; a value in quotes goes on in `rest`.
fn filter(piece: &str, rest: &mut &str) -> Option<Filter> {
    let (name, value) = piece.split_once([':', '：'])?;
    let name = super::fold::fold(name);
    let (_, facet) = FACETS.into_iter().find(|(word, _)| *word == name)?;
    let value = match value.strip_prefix(QUOTES) {
        None => value.to_owned(),
        Some(quoted) => match quoted.split_once(QUOTES) {
            Some((value, _)) => value.to_owned(),
            None => {
                let (value, after) = rest.split_once(QUOTES).unwrap_or((*rest, ""));
                *rest = after;
                [quoted, value].concat()
            }
        },
    };
    Some(Filter {
        facet,
        value,
        whole: false,
    })
}

/// Around values of several words.
const QUOTES: [char; 3] = ['"', '“', '”'];

impl Filter {
    fn has_words(&self) -> bool {
        !self.words().is_empty()
    }

    /// The words of its value, folded.
    pub(super) fn words(&self) -> Vec<Vec<u8>> {
        let mut words = Vec::new();
        each_word(&self.value, &mut Vec::new(), |word| {
            words.push(word.to_vec())
        });
        words
    }

    /// Whether it fits a value that is these words, folded and parted by spaces.
    pub(super) fn fits(words: &[Vec<u8>], whole: bool, value: &[u8]) -> bool {
        let mut parts = value.split(|&byte| byte == b' ');
        if whole {
            return words.iter().map(Vec::as_slice).eq(parts);
        }
        words
            .iter()
            .all(|word| parts.clone().any(|part| part.starts_with(word)))
            && parts.next().is_some()
    }
}
