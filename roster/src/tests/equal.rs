//! The index finds what the oracle finds: whom, at what cost, marked where, and how many.

use super::generator::{self, Agent, Random, STATUSES};
use super::oracle::{Known, Oracle, Row};
use crate::index::Index;
use crate::people::Status;
use crate::query::{Facet, Filter};
use crate::record::Entry;
use crate::ROWS;
use proptest::prelude::*;

/// Index and oracle, told the same.
pub struct Both {
    pub index: Index,
    pub oracle: Oracle,
}

const HIDDEN: usize = 7;

impl Both {
    pub fn new(me: Option<u128>) -> Self {
        let statuses = STATUSES
            .iter()
            .enumerate()
            .map(|(number, &(name, reachable))| Status {
                name: name.to_owned(),
                reachable,
                hidden: number == HIDDEN,
            });
        let index = Index::new(me, statuses.collect());
        let statuses = index.statuses().iter();
        let statuses =
            statuses.map(|status| (status.name.clone(), status.reachable, status.hidden));
        let oracle = Oracle {
            statuses: statuses.collect(),
            me,
            ..Oracle::default()
        };
        Self { index, oracle }
    }

    pub fn put(&mut self, agent: &Agent) {
        put(&mut self.index, agent);
        self.oracle.people.retain(|known| known.key != agent.key);
        let Agent {
            key,
            name,
            login,
            email,
            team,
            skills,
            extension,
            address,
            status,
        } = agent.clone();
        let status = usize::from(status);
        self.oracle.people.push(Known {
            key,
            name,
            login,
            email,
            team,
            skills,
            extension,
            address,
            status,
        });
    }

    pub fn remove(&mut self, key: u128) {
        self.index.remove(key);
        self.oracle.people.retain(|known| known.key != key);
    }

    pub fn set_status(&mut self, key: u128, status: u16) {
        self.index.set_status(key, status);
        let mine = self
            .oracle
            .people
            .iter_mut()
            .filter(|known| known.key == key);
        mine.for_each(|known| known.status = usize::from(status));
    }

    pub fn set_favourite(&mut self, key: u128, favourite: bool) {
        self.oracle.favourites.retain(|&other| other != key);
        if favourite {
            self.oracle.favourites.push(key);
        }
        self.set_dear();
    }

    pub fn called(&mut self, key: u128) {
        self.oracle.recent.retain(|&other| other != key);
        self.oracle.recent.insert(0, key);
        self.oracle.recent.truncate(20);
        self.set_dear();
    }

    fn set_dear(&mut self) {
        let oracle = &self.oracle;
        self.index
            .set_dear(oracle.favourites.clone(), oracle.recent.clone());
    }

    pub fn check(&self, query: &str, clicked: &[Filter], want: usize) {
        let found = self.index.search(query, clicked, want);
        let mut from = 0;
        let rows = found.hits.iter().map(|hit| {
            let marks = found.marks[from..hit.marks_end as usize].to_vec();
            from = hit.marks_end as usize;
            Row {
                key: self.index.at(hit.slot).0,
                cost: hit.cost,
                marks,
            }
        });
        let rows: Vec<Row> = rows.collect();
        let (expected, total) = self.oracle.search(query, clicked, want);
        for (row, expected) in rows.iter().zip(&expected) {
            let name = |key| self.oracle.people.iter().find(|known| known.key == key);
            assert_eq!(
                row,
                expected,
                "{query:?}: {:#?} for {:#?}",
                name(row.key),
                name(expected.key)
            );
        }
        assert_eq!(
            (rows.len(), found.total),
            (expected.len(), total),
            "{query:?}"
        );
    }
}

pub fn put(index: &mut Index, agent: &Agent) {
    let skills: Vec<&str> = agent.skills.iter().map(String::as_str).collect();
    let entry = Entry {
        key: agent.key,
        name: &agent.name,
        login: &agent.login,
        email: &agent.email,
        team: &agent.team,
        skills: &skills,
        extension: &agent.extension,
        address: &agent.address,
    };
    index.put(&entry, agent.status);
}

/// What somebody might type who looks for `agent`: words of his, shortened, in disorder, with slips.
pub fn query(random: &mut Random, agent: &Agent) -> String {
    let skill = agent.skills.first().cloned().unwrap_or_default();
    let texts = [
        &agent.name,
        &agent.name,
        &agent.name,
        &agent.login,
        &agent.email,
        &agent.team,
        &skill,
        &agent.extension,
    ];
    let mut words: Vec<String> = (0..1 + random.below(3))
        .filter_map(|_| {
            let words: Vec<&str> = random.pick(&texts).split(' ').collect();
            let word: Vec<char> = words[random.below(words.len())].chars().collect();
            let length = 1 + random.below(word.len().max(1));
            let from = if random.below(3) == 0 {
                random.below(word.len().max(1))
            } else {
                0
            };
            let mut word: Vec<char> = word.into_iter().skip(from).take(length).collect();
            let at = random.below(word.len().max(1));
            match random.below(8) {
                0 if at + 1 < word.len() => word.swap(at, at + 1),
                1 if !word.is_empty() => drop(word.remove(at)),
                2 => word.insert(at, char::from(b'a' + random.below(26) as u8)),
                3 if !word.is_empty() => word[at] = char::from(b'a' + random.below(26) as u8),
                _ => {}
            }
            (!word.is_empty()).then(|| word.into_iter().collect())
        })
        .collect();
    match random.below(12) {
        0 => words.push("team:sales".to_owned()),
        1 => words.push("skill:ger status:av".to_owned()),
        2 => words.push(
            agent
                .name
                .split(' ')
                .filter_map(|word| word.chars().next())
                .collect(),
        ),
        _ => {}
    }
    words.join(" ")
}

#[test]
fn ten_thousand_agents_are_found_as_by_looking_at_each() {
    let agents = generator::directory(10_000, 7);
    let mut random = Random(11);
    let mut both = Both::new(Some(agents[3].key));
    for agent in &agents {
        both.put(agent);
    }
    let many = |both: &Both, random: &mut Random, count: usize| {
        for _ in 0..count {
            let agent = &agents[random.below(agents.len())];
            both.check(&query(random, agent), &[], ROWS);
        }
    };
    // All unsettled, then settled, then some of both.
    many(&both, &mut random, 20);
    both.index.settle_all();
    many(&both, &mut random, 40);
    for text in [
        "", "m", "ma", "mar", "s", "jd", "com", "example", "5", "王", "明", "ст", "tier", "xyzzy",
        "a a",
    ] {
        both.check(text, &[], ROWS);
    }
    for number in 0..1_500 {
        let agent = &agents[random.below(agents.len())];
        match number % 5 {
            0 => both.remove(agent.key),
            1 => both.set_status(agent.key, random.below(8) as u16),
            2 => both.called(agent.key),
            3 => both.set_favourite(agent.key, random.below(4) > 0),
            _ => {
                let other = &agents[random.below(agents.len())];
                both.put(&Agent {
                    key: agent.key,
                    ..other.clone()
                });
            }
        }
    }
    many(&both, &mut random, 30);
    both.index.settle_all();
    many(&both, &mut random, 40);
}

#[derive(Debug, Clone)]
enum Change {
    Put(usize),
    Rename(usize, usize),
    Remove(usize),
    Status(usize, u16),
    Favourite(usize, bool),
    Called(usize),
    Step,
    Settle,
    Search(u64),
    Type(String),
}

fn change() -> impl Strategy<Value = Change> {
    let who = 0..60usize;
    prop_oneof![
        6 => who.clone().prop_map(Change::Put),
        3 => (who.clone(), who.clone()).prop_map(|(who, name)| Change::Rename(who, name)),
        2 => who.clone().prop_map(Change::Remove),
        2 => (who.clone(), 0..8u16).prop_map(|(who, status)| Change::Status(who, status)),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, favourite)| Change::Favourite(who, favourite)),
        1 => who.prop_map(Change::Called),
        2 => Just(Change::Step),
        1 => Just(Change::Settle),
        8 => any::<u64>().prop_map(Change::Search),
        2 => text().prop_map(Change::Type),
    ]
}

/// Few letters, so that they meet; and anything.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[abAáß -]{0,10}",
        "[abc]{1,6}( [abc]{1,6}){0,2}",
        "[аёй明王김é\u{301}\u{1F600} İſﬁ]{0,8}",
        "\\PC{0,12}",
        any::<String>(),
    ]
}

pub fn person() -> impl Strategy<Value = Agent> {
    (
        (any::<u64>(), text(), text(), text(), text()),
        (
            proptest::collection::vec(text(), 0..3),
            text(),
            0..8u16,
            any::<bool>(),
        ),
    )
        .prop_map(
            |((key, name, login, email, team), (skills, extension, status, client))| Agent {
                key: u128::from(key),
                address: if client {
                    format!("client:{login}")
                } else {
                    format!("sip:{extension}")
                },
                email: if client {
                    format!("{login}@b.example")
                } else {
                    email
                },
                name,
                login,
                team,
                skills,
                extension,
                status,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_happens_the_index_finds_what_the_oracle_finds(
        people in proptest::collection::vec(person(), 30),
        changes in proptest::collection::vec(change(), 1..60),
    ) {
        let mut pool = generator::directory(30, 5);
        pool.extend(people);
        let mut both = Both::new(Some(pool[0].key));
        for change in changes {
            match change {
                Change::Put(who) => both.put(&pool[who]),
                Change::Rename(who, name) => {
                    both.put(&Agent { name: pool[name].name.clone(), ..pool[who].clone() });
                }
                Change::Remove(who) => both.remove(pool[who].key),
                Change::Status(who, status) => both.set_status(pool[who].key, status),
                Change::Favourite(who, favourite) => both.set_favourite(pool[who].key, favourite),
                Change::Called(who) => both.called(pool[who].key),
                Change::Step => drop(both.index.settle()),
                Change::Settle => both.index.settle_all(),
                Change::Search(seed) => {
                    let mut random = Random(seed | 1);
                    let agent = pool[random.below(pool.len())].clone();
                    let want = if random.below(2) == 0 { ROWS } else { 1 + random.below(5) };
                    both.check(&query(&mut random, &agent), &[], want);
                    let team = Filter { facet: Facet::Team, value: agent.team.clone(), whole: true };
                    let skill = agent.skills.first().cloned().unwrap_or_default();
                    let skill = Filter { facet: Facet::Skill, value: skill, whole: random.below(2) == 0 };
                    let status = STATUSES[random.below(8)].0.to_owned();
                    let status = Filter { facet: Facet::Status, value: status, whole: true };
                    both.check("", &[team, status.clone()], want);
                    both.check("a", &[skill, status], want);
                    both.check_values();
                }
                Change::Type(text) => both.check(&text, &[], ROWS),
            }
        }
        both.check("", &[], ROWS);
        both.check_values();
    }

    #[test]
    fn marks_never_part_a_character(people in proptest::collection::vec(person(), 1..20), query in text()) {
        let mut both = Both::new(None);
        people.iter().for_each(|agent| both.put(agent));
        let found = both.index.search(&query, &[], ROWS);
        let mut from = 0;
        for hit in &found.hits {
            let (_, record, _) = both.index.at(hit.slot);
            for mark in &found.marks[from..hit.marks_end as usize] {
                let text = record.text(mark.field);
                let bounds: Vec<u32> = text
                    .chars()
                    .scan(0, |at, c| { *at += c.len_utf16() as u32; Some(*at) })
                    .chain([0])
                    .collect();
                prop_assert!(mark.start < mark.end, "{mark:?} of {text:?}");
                prop_assert!(bounds.contains(&mark.start) && bounds.contains(&mark.end), "{mark:?} of {text:?}");
            }
            from = hit.marks_end as usize;
        }
    }
}
