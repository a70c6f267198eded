//! Every order in which things may happen, explored over the real [`backline::core::Core`] of two agents.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod backend;
mod brain;
mod effects;
mod facts;
mod names;
mod office;
mod rules;
mod shared;

use office::{Bounds, Pace};
use stateright::{Checker, Expectation, HasDiscoveries, Model};

const ONE_CALL: Bounds = Bounds {
    calls: [1, 0],
    queue: false,
    choices: [0, 1],
    holds: false,
    leaves: false,
    rounds: 1,
    pace: Pace::Prompt,
    faults: 0,
    repeats: 0,
    flaw: None,
};

/// Explores all of it: no `always` is broken, every `sometimes` is seen.
fn explore(bounds: Bounds) -> usize {
    let limit = std::env::var("LIMIT").map_or(120, |text| text.parse().unwrap());
    let begun = std::time::Instant::now();
    let checker = bounds
        .checker()
        .threads(2)
        .timeout(std::time::Duration::from_secs(limit))
        .finish_when(HasDiscoveries::AnyFailures)
        .spawn_bfs()
        .join();
    println!(
        "{bounds:?}: {} states, {} generated, depth {}, {:?}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth(),
        begun.elapsed()
    );
    let found = checker.discoveries();
    for property in checker.model().properties() {
        match (property.expectation, found.get(property.name)) {
            (Expectation::Always, None) | (Expectation::Sometimes, Some(_)) => {}
            (Expectation::Always, Some(path)) => {
                let steps: Vec<String> = path
                    .clone()
                    .into_actions()
                    .iter()
                    .map(|action| format!("  {action:?}"))
                    .collect();
                panic!("broken: {}\n{}", property.name, steps.join("\n"));
            }
            (Expectation::Sometimes, None) => println!("never: {}", property.name),
            (Expectation::Eventually, _) => unreachable!("not used"),
        }
    }
    checker.unique_state_count()
}

#[test]
fn one_call() {
    explore(ONE_CALL);
}

/// Figures of one's own choice: `CALLS=1,1 CHOICES=1,1 FAULTS=2 REPEATS=1 … cargo test --test model larger`.
#[test]
fn larger() {
    let number = |key: &str| std::env::var(key).ok().map(|text| text.parse().unwrap());
    let pair = |key: &str| {
        let text = std::env::var(key).ok()?;
        let (one, other) = text.split_once(',').unwrap();
        Some([one.parse().unwrap(), other.parse().unwrap()])
    };
    let flag = |key: &str| std::env::var(key).is_ok();
    let Some(calls) = pair("CALLS") else {
        return;
    };
    let bounds = Bounds {
        calls,
        queue: flag("QUEUE"),
        choices: pair("CHOICES").unwrap_or(ONE_CALL.choices),
        holds: flag("HOLDS"),
        leaves: flag("LEAVES"),
        rounds: number("ROUNDS").unwrap_or(ONE_CALL.rounds),
        pace: match std::env::var("PACE").as_deref() {
            Ok("slow") => Pace::Slow,
            Ok("brisk") => Pace::Brisk,
            _ => Pace::Prompt,
        },
        faults: number("FAULTS").unwrap_or(0),
        repeats: number("REPEATS").unwrap_or(0),
        flaw: None,
    };
    explore(bounds);
}
