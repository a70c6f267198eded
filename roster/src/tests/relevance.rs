//! Who comes first when somebody types what people type: `tests/roster/relevance.tsv`, written without looking at the
//! answers.

use super::equal::put;
use super::generator::Agent;
use crate::index::Index;
use crate::people::Status;

const DIRECTORY: &str = include_str!("../../../tests/roster/directory.tsv");
const CASES: &str = include_str!("../../../tests/roster/relevance.tsv");

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

fn index() -> Index {
    let status = |name: &str, reachable| Status {
        name: name.to_owned(),
        reachable,
        hidden: false,
    };
    let mut index = Index::new(
        None,
        vec![status("Available", true), status("Break", false)],
    );
    for (row, key) in rows(DIRECTORY).zip(1..) {
        let [name, login, team, skills, extension, status] = row[..] else {
            panic!("{row:?}");
        };
        let agent = Agent {
            key,
            name: name.to_owned(),
            login: login.to_owned(),
            email: format!("{login}@example.com"),
            team: team.to_owned(),
            skills: skills.split(',').map(str::to_owned).collect(),
            extension: extension.to_owned(),
            address: format!("client:{}", login.replace('.', "_2E")),
            status: u16::from(status != "Available"),
        };
        put(&mut index, &agent);
    }
    index
}

#[test]
fn whom_people_mean_comes_first() {
    let mut index = index();
    for settled in [false, true] {
        if settled {
            index.settle_all();
        }
        let wrong: Vec<String> = rows(CASES)
            .filter_map(|case| {
                let [language, text, expected, why] = case[..] else {
                    panic!("{case:?}");
                };
                let found = index.search(text, &[], 3);
                let logins = found
                    .hits
                    .iter()
                    .map(|hit| index.at(hit.slot).1.text(crate::Field::Login));
                let logins: Vec<_> = logins.collect();
                let first = logins.first().is_some_and(|login| login == expected);
                (!first).then(|| {
                    format!("{language} {text:?} ({why}): {expected} expected, found {logins:?}")
                })
            })
            .collect();
        assert!(wrong.is_empty(), "settled: {settled}\n{}", wrong.join("\n"));
    }
}

#[test]
fn there_are_cases_of_six_languages() {
    let mut languages: Vec<&str> = rows(CASES).map(|case| case[0]).collect();
    assert!(languages.len() >= 150);
    languages.sort_unstable();
    languages.dedup();
    assert_eq!(
        languages,
        ["en", "es-ES", "es-MX", "other", "pt-BR", "th", "zh"]
    );
}
