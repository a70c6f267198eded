//! Every order in which things may happen to the real [`backline::core::Core`] of an agent with several calls: invariants
//! 1 to 3.
//!
//! ```text
//!   agent, callers ──▶ Core::handle ──▶ orders ──▶ Voice SDK, Twilio (abstract, in `line`) ──▶ facts ──▶ Core::handle
//! ```
//!
//! The shell obeys `SetAudio` at once, as the real one does; whatever goes to Twilio and comes back may come in any order,
//! and within the bounds fail, get lost, or come twice. Deadlines may be reached whenever nothing is under way, and at
//! the price of a fault at any other moment; time is no part of the state. Every `always` stands beside a `sometimes` that
//! shows that it was at stake, the number of states is asserted, and each of the flaws in `a_core_with_a_flaw_is_found_out`
//! breaks the rule that is against it.
//!
//! Larger bounds: `CALLS=3 FAULTS=2 SWAPS=2 REPEATS=1 RELOADS=1 cargo test --profile exhaustive --test calls larger -- --nocapture`
//! (`LIMIT` in seconds).
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod brain;
mod line;
mod may;
mod office;
mod rules;

use brain::Flaw;
use office::Bounds;
use stateright::{Checker, Expectation, HasDiscoveries, Model};
use std::env;
use std::time::{Duration, Instant};

const CALM: Bounds = Bounds {
    calls: 2,
    together: false,
    prompt: false,
    swaps: 1,
    faults: 0,
    repeats: 0,
    reloads: 0,
    flaw: None,
};

#[test]
fn four_calls_without_faults() {
    let bounds = Bounds {
        calls: 4,
        prompt: true,
        swaps: 0,
        ..CALM
    };
    assert_eq!(explore(bounds), 181_277);
}

#[test]
fn three_calls_with_a_fault() {
    let bounds = Bounds {
        calls: 3,
        prompt: true,
        faults: 1,
        ..CALM
    };
    assert_eq!(explore(bounds), 388_856);
}

#[test]
fn two_calls_with_three_faults() {
    let bounds = Bounds {
        prompt: true,
        faults: 3,
        ..CALM
    };
    assert_eq!(explore(bounds), 71_752);
}

#[test]
fn two_calls_with_late_answers_a_fault_and_a_repetition() {
    let bounds = Bounds {
        swaps: 2,
        faults: 1,
        repeats: 1,
        ..CALM
    };
    assert_eq!(explore(bounds), 277_366);
}

#[test]
fn two_calls_that_come_at_once_with_a_fault() {
    let bounds = Bounds {
        together: true,
        faults: 1,
        ..CALM
    };
    assert_eq!(explore(bounds), 37_572);
}

#[test]
fn two_calls_with_a_reload_in_between() {
    let bounds = Bounds {
        reloads: 1,
        faults: 1,
        ..CALM
    };
    assert_eq!(explore(bounds), 38_522);
}

#[test]
fn larger() {
    let number = |key: &str| env::var(key).ok().map(|text| text.parse().unwrap());
    let Some(calls) = number("CALLS") else {
        return;
    };
    explore(Bounds {
        calls: usize::from(calls),
        together: env::var("TOGETHER").is_ok(),
        prompt: env::var("PROMPT").is_ok(),
        swaps: number("SWAPS").unwrap_or(1),
        faults: number("FAULTS").unwrap_or(0),
        repeats: number("REPEATS").unwrap_or(0),
        reloads: number("RELOADS").unwrap_or(0),
        flaw: None,
    });
}

#[test]
fn a_core_with_a_flaw_is_found_out() {
    for (flaw, rule) in [
        (
            Flaw::OpensAtAccept,
            "who talks to one does not leave him unasked",
        ),
        (
            Flaw::KeepsMicrophone,
            "nobody is heard while he accepts another call",
        ),
        (
            Flaw::NeverHolds,
            "at rest everybody in the background is on hold",
        ),
        (
            Flaw::HoldsFirst,
            "nobody is put on hold before the agent has left him",
        ),
        (
            Flaw::NeverGivesBack,
            "what is accepted in vain leaves all as it was",
        ),
        (Flaw::GivesNoVerdict, "every action gets one verdict"),
        (
            Flaw::SettlesTwice,
            "an answer that comes again changes nothing",
        ),
    ] {
        let bounds = Bounds {
            faults: 1,
            repeats: 1,
            flaw: Some(flaw),
            ..CALM
        };
        let checker = bounds
            .checker()
            .finish_when(HasDiscoveries::AllOf([rule].into()))
            .timeout(Duration::from_secs(60))
            .spawn_bfs()
            .join();
        println!("{flaw:?}: {} states", checker.unique_state_count());
        assert!(checker.discovery(rule).is_some(), "{flaw:?} goes unnoticed");
    }
}

/// Explores all of it: no `always` is broken, every `sometimes` is seen. The number of states.
fn explore(bounds: Bounds) -> usize {
    let begun = Instant::now();
    let limit = Duration::from_secs(env::var("LIMIT").map_or(600, |text| text.parse().unwrap()));
    let checker = bounds
        .checker()
        .threads(2)
        .finish_when(HasDiscoveries::AnyFailures)
        .timeout(limit)
        .spawn_bfs()
        .join();
    let states = checker.unique_state_count();
    let (depth, took) = (checker.max_depth(), begun.elapsed());
    println!(
        "{:?}: {states} states, depth {depth}, {took:?}",
        checker.model()
    );
    let found = checker.discoveries();
    let (mut broken, mut never) = (Vec::new(), Vec::new());
    for property in checker.model().properties() {
        match (property.expectation, found.get(property.name)) {
            (Expectation::Always, None) | (Expectation::Sometimes, Some(_)) => {}
            (Expectation::Always, Some(path)) => {
                let (steps, last) = (path.clone().into_actions(), path.last_state());
                broken.push(format!("{}\n{steps:?}\n{last:?}", property.name));
            }
            (Expectation::Sometimes, None) => never.push(property.name),
            (Expectation::Eventually, _) => unreachable!("not used"),
        }
    }
    assert!(broken.is_empty(), "broken: {}", broken.join("\n\n"));
    assert!(never.is_empty(), "never: {never:?}");
    assert!(took < limit, "not all was explored");
    states
}
