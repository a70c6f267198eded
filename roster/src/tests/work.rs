//! How much a keystroke looks at: never more than the size of the directory allows, whatever is in it and whatever is
//! typed. Counted, not timed.

use super::equal::{person, put, text};
use super::generator::{self, Agent};
use super::tally;
use crate::index::Index;
use crate::people::Status;
use crate::words::each_word;
use crate::ROWS;
use proptest::prelude::*;

/// A term looks at everything that can be searched so many times at most: where it begins words, where it is within them.
const TIMES: u64 = 2;
/// For each letter of it, a slip at that letter is looked for in order: by halves, in so many steps.
const STEPS: u64 = 32;

fn index(agents: &[Agent], settled: usize) -> Index {
    let status = Status {
        name: "Available".to_owned(),
        reachable: true,
        hidden: false,
    };
    let mut index = Index::new(None, vec![status; 8]);
    for (number, agent) in agents.iter().enumerate() {
        put(&mut index, agent);
        if number + 1 == settled {
            index.settle_all();
        }
    }
    index
}

/// What is searched of everybody: bytes of words, folded.
fn size(agents: &[Agent]) -> u64 {
    let mut size = 0;
    for agent in agents {
        let texts = [
            &agent.name,
            &agent.login,
            &agent.email,
            &agent.team,
            &agent.extension,
            &agent.address,
        ];
        for text in texts.into_iter().chain(&agent.skills) {
            each_word(text, &mut Vec::new(), |word| size += 1 + word.len() as u64);
        }
    }
    size
}

/// Words of a query, and their letters.
fn terms_and_letters(query: &str) -> (u64, u64) {
    let (mut terms, mut letters) = (0, 0);
    each_word(query, &mut Vec::new(), |word| {
        terms += 1;
        letters += String::from_utf8_lossy(word).chars().count() as u64;
    });
    (terms, letters)
}

fn looks(index: &Index, query: &str) -> u64 {
    // Sorting what came is done once, not at every keystroke.
    index.search("", &[], ROWS);
    tally::of(|| drop(index.search(query, &[], ROWS)))
}

fn most(agents: &[Agent], query: &str) -> u64 {
    let (terms, letters) = terms_and_letters(query);
    terms * TIMES * size(agents) + (1 + letters) * STEPS
}

/// What is typed: anything, and parts of names that are there.
#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    OfName(prop::sample::Index, usize, usize),
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        any_text().prop_map(Piece::Text),
        (any::<prop::sample::Index>(), 0..20usize, 1..12usize)
            .prop_map(|(who, from, length)| Piece::OfName(who, from, length)),
    ]
}

fn typed(pieces: &[Piece], agents: &[Agent]) -> String {
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::OfName(who, from, length) => {
            let name = &who.get(agents).name;
            name.chars().skip(*from).take(*length).collect()
        }
    });
    pieces.collect::<Vec<String>>().join(" ")
}

/// One letter over and over: everything meets everything.
fn monotonous() -> impl Strategy<Value = String> {
    prop_oneof![
        (1..60usize).prop_map(|many| "a".repeat(many)),
        (1..30usize).prop_map(|many| "ab".repeat(many)),
        (1..30usize).prop_map(|many| "é王".repeat(many)),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![text(), monotonous(), "\\PC{0,200}"]
}

fn anybody() -> impl Strategy<Value = Agent> {
    (person(), any_text(), any_text()).prop_map(|(agent, name, team)| Agent {
        name,
        team,
        ..agent
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_keystroke_looks_at_no_more_than_the_directory_has(
        agents in proptest::collection::vec(anybody(), 1..60),
        settled in 0..60usize,
        pieces in proptest::collection::vec(piece(), 1..6),
    ) {
        let index = index(&agents, settled);
        let query = typed(&pieces, &agents);
        let (looks, most) = (looks(&index, &query), most(&agents, &query));
        prop_assert!(looks <= most, "{looks} looks at most {most}, for {query:?}");
    }
}

/// What is typed every day looks at far less: at ten times as many people not at ten times as much.
#[test]
fn a_whole_name_in_a_tenfold_directory_takes_few_looks_more() {
    let looks_at = |people: usize| {
        let agents = generator::directory(people, 7);
        let index = index(&agents, people);
        let sample = agents.iter().step_by(people / 50);
        let all: Vec<u64> = sample.map(|agent| looks(&index, &agent.name)).collect();
        (all.iter().sum::<u64>() / all.len() as u64, size(&agents))
    };
    let ((few, small), (many, large)) = (looks_at(1_000), looks_at(10_000));
    println!("{few} looks of {small} bytes, {many} of {large}");
    assert!(many * 20 < large, "{many} looks of {large} bytes");
    assert!(many < few * 8, "{many} looks after {few}");
}

/// The bound is not idle: a directory in which everybody has what is typed is looked at as a whole.
#[test]
fn what_everybody_has_is_counted_for_everybody() {
    let agents = generator::directory(100, 7);
    let index = index(&agents, 0);
    assert!(looks(&index, "example") >= 100);
}
