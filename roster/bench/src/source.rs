//! Directories, what people type, and whom they should find.

use crate::{FIELD, SKILL};
use backline_roster::oracle::{Known, Oracle};
use backline_roster::{Mark, ROWS};
use generator::{Agent, Random, STATUSES};
use wasm_bindgen::prelude::*;

#[allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
#[path = "../../../tests/roster/generator.rs"]
mod generator;
#[allow(clippy::indexing_slicing)]
#[path = "../../../tests/roster/keystrokes.rs"]
mod keystrokes;

/// Nobody of this status is listed.
const HIDDEN: &str = "Unavailable";

/// A directory, and the search by looking at everybody.
#[wasm_bindgen]
pub struct Source {
    agents: Vec<Agent>,
    oracle: Oracle,
}

#[wasm_bindgen]
impl Source {
    #[wasm_bindgen(constructor)]
    pub fn new(count: usize) -> Self {
        let agents = generator::directory(count, 1);
        let statuses = STATUSES.iter();
        let oracle = Oracle {
            people: agents.iter().map(known).collect(),
            statuses: statuses
                .map(|&(name, reachable)| (name.to_owned(), reachable, name == HIDDEN))
                .collect(),
            ..Oracle::default()
        };
        Self { agents, oracle }
    }

    /// For [`crate::Engine::new`].
    pub fn statuses(&self) -> String {
        let lines =
            STATUSES.map(|(name, reachable)| format!("{name}{FIELD}{}", u8::from(reachable)));
        lines.join("\n")
    }

    pub fn hidden(&self) -> String {
        HIDDEN.to_owned()
    }

    /// Everybody.
    pub fn lines(&self) -> Vec<String> {
        self.agents.iter().map(line).collect()
    }

    /// The text in the field after each keystroke of so many people.
    pub fn keystrokes(&self, people: usize) -> Vec<String> {
        keystrokes::stream(&self.agents, 99, people)
    }

    /// Somebody else's name for somebody, or somebody new: `count` changes.
    pub fn changes(&self, count: usize) -> Vec<String> {
        let mut random = Random(6);
        let mut any = || self.agents.get(random.below(self.agents.len())).cloned();
        let pairs: Vec<_> = (0..count).filter_map(|_| any().zip(any())).collect();
        let changes = pairs
            .into_iter()
            .enumerate()
            .map(|(number, (agent, other))| {
                let key = if number % 2 == 0 {
                    agent.key
                } else {
                    u128::from(random.next())
                };
                line(&Agent {
                    key,
                    name: other.name,
                    ..agent
                })
            });
        changes.collect()
    }

    /// How many match, then for each row: its key (four numbers), its cost, how many marks, and field, start and end of
    /// each.
    pub fn expected(&self, query: &str) -> Vec<u32> {
        let (rows, total) = self.oracle.search(query, &[], ROWS);
        let mut numbers = vec![total as u32];
        for row in rows {
            pack(row.key, row.cost, &row.marks, &mut numbers);
        }
        numbers
    }
}

pub fn pack(key: u128, cost: u32, marks: &[Mark], numbers: &mut Vec<u32>) {
    numbers.extend([96, 64, 32, 0].map(|shift| (key >> shift) as u32));
    numbers.extend([cost, marks.len() as u32]);
    let marks = marks.iter();
    numbers.extend(marks.flat_map(|mark| [mark.field as u32, mark.start, mark.end]));
}

fn line(agent: &Agent) -> String {
    let skills = agent.skills.join(&SKILL.to_string());
    let status = agent.status.to_string();
    let key = format!("{:032x}", agent.key);
    let fields = [
        key.as_str(),
        &status,
        &agent.name,
        &agent.login,
        &agent.email,
        &agent.team,
        &skills,
        &agent.extension,
        &agent.address,
    ];
    fields.join(&FIELD.to_string())
}

fn known(agent: &Agent) -> Known {
    let agent = agent.clone();
    Known {
        key: agent.key,
        name: agent.name,
        login: agent.login,
        email: agent.email,
        team: agent.team,
        skills: agent.skills,
        extension: agent.extension,
        address: agent.address,
        status: usize::from(agent.status),
    }
}
