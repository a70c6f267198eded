//! Which filters can be clicked.

use super::equal::{put, Both};
use super::generator::{self, Agent, Random};
use crate::values::{value_key, VALUES};
use crate::{Facet, Filter, Index, Status};

const FACETS: [Facet; 3] = [Facet::Status, Facet::Team, Facet::Skill];

impl Both {
    pub fn check_values(&self) {
        for facet in FACETS {
            let offered = self.index.values(facet);
            let mut expected = self.oracle.values(facet);
            expected.truncate(VALUES);
            expected.sort();
            let keys: Vec<String> = offered.iter().map(|value| value_key(value)).collect();
            let words: Vec<&String> = expected.iter().map(|(words, ..)| words).collect();
            assert_eq!(keys.iter().collect::<Vec<_>>(), words, "{facet:?}");
            for (text, (_, _, spellings)) in offered.iter().zip(&expected) {
                let times = |text: &String| spellings.iter().filter(|other| *other == text).count();
                let best = spellings
                    .iter()
                    .max_by_key(|text| (times(text), std::cmp::Reverse(*text)));
                assert_eq!(Some(text), best, "{facet:?}");
            }
        }
    }
}

/// Somebody in this team with these skills.
fn agent(key: u128, team: &str, skills: &[&str]) -> Agent {
    Agent {
        key,
        name: format!("Agent {key}"),
        login: format!("agent{key}"),
        email: String::new(),
        team: team.to_owned(),
        skills: skills.iter().map(|&skill| skill.to_owned()).collect(),
        extension: String::new(),
        address: format!("client:agent{key}"),
        status: 0,
    }
}

/// Nobody yet; status 0 is Available, 1 Offline, 2 Break.
fn index(me: Option<u128>) -> Index {
    let status = |name: &str, hidden: bool| Status {
        name: name.to_owned(),
        reachable: !hidden,
        hidden,
    };
    let statuses = [("Available", false), ("Offline", true), ("Break", false)];
    Index::new(
        me,
        statuses.map(|(name, hidden)| status(name, hidden)).to_vec(),
    )
}

#[test]
fn each_value_is_there_once_as_most_write_it_and_in_alphabetical_order() {
    let mut index = index(None);
    let teams = [
        "sales", "Ámbar", "Sales", "Sales", "zulu", "", "***", "SALES  ",
    ];
    for (key, team) in (1..).zip(teams) {
        put(&mut index, &agent(key, team, &["b-2", "A1"]));
    }
    assert_eq!(index.values(Facet::Team), ["Ámbar", "Sales", "zulu"]);
    assert_eq!(index.values(Facet::Skill), ["A1", "b-2"]);
    assert_eq!(index.values(Facet::Status), ["Available"]);
}

#[test]
fn what_nobody_listed_has_is_not_offered() {
    let mut index = index(Some(1));
    put(&mut index, &agent(1, "Mine", &["mine"]));
    put(&mut index, &agent(2, "Sales", &["chat"]));
    let values = |index: &Index| FACETS.map(|facet| index.values(facet));
    let alone = [vec!["Available"], vec!["Sales"], vec!["chat"]];
    assert_eq!(values(&index), alone);
    put(
        &mut index,
        &Agent {
            status: 1,
            ..agent(3, "Gone", &["gone"])
        },
    );
    assert_eq!(values(&index), alone);
    index.set_status(2, 2);
    assert_eq!(values(&index), [vec!["Break"], vec!["Sales"], vec!["chat"]]);
    index.set_status(2, 1);
    assert_eq!(values(&index), [vec![], Vec::<String>::new(), vec![]]);
    index.set_status(2, 0);
    assert_eq!(values(&index), alone);
    index.remove(2);
    assert_eq!(values(&index), [vec![], Vec::<String>::new(), vec![]]);
}

#[test]
fn of_too_many_those_that_most_have_are_offered() {
    let mut index = index(None);
    let name = |number: usize| format!("Team {number:03}");
    for number in 0..VALUES + 50 {
        put(&mut index, &agent(number as u128, &name(number), &[]));
    }
    let first: Vec<String> = (0..VALUES).map(name).collect();
    assert_eq!(index.values(Facet::Team), first);
    put(&mut index, &agent(1_000, &name(VALUES + 7), &[]));
    let values = index.values(Facet::Team);
    assert_eq!(values.len(), VALUES);
    assert_eq!(values.last(), Some(&name(VALUES + 7)));
    assert!(!values.contains(&name(VALUES - 1)));
}

#[test]
fn ten_thousand_agents_are_offered_what_they_have_and_each_of_it_finds_somebody() {
    let agents = generator::directory(10_000, 7);
    let mut random = Random(3);
    let mut both = Both::new(Some(agents[3].key));
    for agent in agents.iter().take(9_000) {
        both.put(agent);
    }
    both.check_values();
    both.index.settle_all();
    both.check_values();
    for agent in agents.iter().skip(9_000) {
        both.put(agent);
        let other = &agents[random.below(agents.len())];
        both.set_status(other.key, random.below(8) as u16);
    }
    both.check_values();
    for facet in FACETS {
        let values = both.index.values(facet);
        assert!(!values.is_empty());
        for value in values {
            let clicked = Filter {
                facet,
                value,
                whole: true,
            };
            assert!(
                both.index
                    .search("", std::slice::from_ref(&clicked), 1)
                    .total
                    > 0,
                "{clicked:?}"
            );
        }
    }
}
