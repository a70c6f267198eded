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

use office::Bounds;
use stateright::{Checker, Expectation, HasDiscoveries, Model};

const ONE_CALL: Bounds = Bounds {
    calls: [1, 0],
    queue: false,
    choices: [0, 1],
    faults: 0,
    repeats: 0,
    flaw: None,
};

/// Explores all of it: no `always` is broken, every `sometimes` is seen.
fn explore(bounds: Bounds) -> usize {
    let begun = std::time::Instant::now();
    let checker = bounds
        .checker()
        .threads(2)
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
            (Expectation::Sometimes, None) => panic!("never: {}", property.name),
            (Expectation::Eventually, _) => unreachable!("not used"),
        }
    }
    checker.unique_state_count()
}

#[test]
fn one_call() {
    explore(ONE_CALL);
}
