//! Every order in which things may happen to the real [`backline::core::Core`]s of two agents: invariants 3 to 6.
//!
//! ```text
//!   person ──▶ Core::handle ──▶ orders ──▶ back end (abstract) ──▶ answers, reservation events ──▶ Core::handle
//! ```
//!
//! TaskRouter, the functions and the telephones ([`backend`]) are as simple as the cores can tell; whatever travels may
//! be late, and within the bounds lost, or come twice. Deadlines may be reached at any moment at which nothing is under
//! way to their agent, and at the price of a fault at any other; time is no part of the state. Every `always` stands
//! beside a `sometimes` that shows that it was at stake ([`rules`]), and the number of states is asserted: a model that
//! explores less than it did has lost something.
//!
//! States are not reduced by symmetry: a core is opaque here, and cannot be renamed. Where all calls are over, the rest
//! is explored one agent after the other, since neither can notice the other's.
//!
//! Larger bounds: `CALLS=1,1 CHOICES=1,1 FAULTS=2 REPEATS=1 PACE=prompt cargo test --profile exhaustive --test model larger -- --nocapture`
//! (also `QUEUE`, `HOLDS`, `TRANSFERS`, `LEAVES`, `CLAIMS`, `ROUNDS`, and `LIMIT` in seconds).
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod backend;
mod brain;
mod call;
mod effects;
mod facts;
mod may;
mod names;
mod native;
mod office;
mod panel;
mod rules;
mod shared;

use brain::Flaw;
use native::Native;
use office::{Bounds, Pace};
use stateright::{Checker, Expectation, HasDiscoveries, Model, Path, Property};
use std::env;
use std::time::{Duration, Instant};

/// Alice calls Bob, who may accept or reject.
const ONE_CALL: Bounds = Bounds {
    calls: [1, 0],
    queue: false,
    choices: [0, 1],
    holds: false,
    transfers: false,
    leaves: false,
    claims: false,
    rounds: 1,
    pace: Pace::Prompt,
    faults: 0,
    repeats: 0,
    flaw: None,
};

/// Alice calls Bob by an application.
const BY_APPLICATION: Native = Native {
    calls: [1, 0],
    choices: [0, 1],
    hang_ups: true,
    room: 1,
    faults: 0,
    flaw: None,
};

#[test]
fn one_call_by_an_application() {
    assert_eq!(explore(BY_APPLICATION), 24_089);
}

#[test]
fn one_call_by_an_application_with_a_fault() {
    let faults = 1;
    assert_eq!(
        explore(Native {
            faults,
            ..BY_APPLICATION
        }),
        333_939
    );
}

#[test]
fn two_calls_by_an_application_that_may_cross() {
    for (room, states) in [(1, 667_702), (2, 826_570)] {
        let bounds = Native {
            calls: [1, 1],
            choices: [0, 0],
            hang_ups: false,
            room,
            faults: 0,
            flaw: None,
        };
        assert_eq!(explore(bounds), states);
    }
}

/// Of these rules too each can be broken.
#[test]
fn a_core_with_a_flaw_is_found_out_by_an_application() {
    let twice = Native {
        calls: [2, 0],
        ..BY_APPLICATION
    };
    for (flaw, bounds, rule) in [
        (
            Flaw::GivesNoVerdict,
            BY_APPLICATION,
            "every action gets one verdict",
        ),
        (Flaw::PlacesTwice, twice, "one press starts one call"),
        (
            Flaw::OrdersTwice,
            BY_APPLICATION,
            "no two effects under way have one id",
        ),
        (
            Flaw::SaysRinging,
            BY_APPLICATION,
            "the line says what is so",
        ),
        (
            Flaw::NeverCompletes,
            BY_APPLICATION,
            "what is over leaves nothing behind",
        ),
        (
            Flaw::CallsOnce,
            BY_APPLICATION,
            "Call works again when all is over",
        ),
        (
            Flaw::PromisesNothing,
            BY_APPLICATION,
            "what an action waits for is ordered",
        ),
    ] {
        let flaw = Some(flaw);
        let checker = Native { flaw, ..bounds }
            .checker()
            .finish_when(HasDiscoveries::AllOf([rule].into()))
            .spawn_bfs()
            .join();
        let found = checker.discovery(rule);
        assert!(found.is_some(), "{flaw:?} goes unnoticed");
    }
}

#[test]
fn one_call_with_two_faults_and_a_repetition() {
    let bounds = Bounds {
        pace: Pace::Brisk,
        faults: 2,
        repeats: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 1_256_861);
}

#[test]
fn one_call_with_late_answers_and_a_fault() {
    let bounds = Bounds {
        faults: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 334_242);
}

#[test]
fn one_call_with_late_answers_and_a_repetition() {
    let bounds = Bounds {
        repeats: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 150_072);
}

#[test]
fn one_call_with_late_requests() {
    let bounds = Bounds {
        pace: Pace::Slow,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 268_736);
}

#[test]
fn one_call_with_late_requests_whose_callee_is_shown_to_be_rung_before_he_is() {
    let bounds = Bounds {
        pace: Pace::Slow,
        claims: true,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 577_408);
}

#[test]
fn one_call_with_a_fault_whose_callee_is_shown_to_be_rung_and_may_go_on_break() {
    let bounds = Bounds {
        pace: Pace::Brisk,
        claims: true,
        leaves: true,
        faults: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 122_393);
}

#[test]
fn two_calls_one_after_the_other() {
    let bounds = Bounds {
        calls: [2, 0],
        pace: Pace::Brisk,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 49_081);
}

#[test]
fn two_who_call_each_other() {
    let bounds = Bounds {
        calls: [1, 1],
        pace: Pace::Brisk,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 510_715);
}

#[test]
fn a_call_to_a_queue_that_both_are_in() {
    let bounds = Bounds {
        queue: true,
        rounds: 2,
        pace: Pace::Brisk,
        faults: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 101_492);
}

#[test]
fn a_call_on_which_both_hold() {
    let bounds = Bounds {
        choices: [1, 2],
        holds: true,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 585_567);
}

#[test]
fn a_call_on_which_both_hold_with_a_fault() {
    let bounds = Bounds {
        choices: [2, 2],
        holds: true,
        pace: Pace::Brisk,
        faults: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 412_094);
}

#[test]
fn a_call_on_which_both_hold_with_two_faults() {
    let bounds = Bounds {
        choices: [1, 1],
        holds: true,
        pace: Pace::Brisk,
        faults: 2,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 548_322);
}

#[test]
fn a_call_on_which_both_hold_with_a_fault_and_a_repetition() {
    let bounds = Bounds {
        choices: [1, 1],
        holds: true,
        pace: Pace::Brisk,
        faults: 1,
        repeats: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 552_003);
}

/// Both may, at once as well.
#[test]
fn a_call_whose_parties_transfer_each_other() {
    let bounds = Bounds {
        choices: [1, 2],
        transfers: true,
        pace: Pace::Brisk,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 12_690);
}

#[test]
fn a_call_whose_callee_transfers_the_caller_with_a_fault() {
    let bounds = Bounds {
        choices: [0, 2],
        transfers: true,
        pace: Pace::Brisk,
        faults: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 136_616);
}

#[test]
fn a_call_whose_caller_transfers_the_callee_with_a_fault() {
    let bounds = Bounds {
        choices: [1, 1],
        transfers: true,
        pace: Pace::Brisk,
        faults: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 65_027);
}

#[test]
fn a_callee_who_may_go_on_break() {
    let bounds = Bounds {
        leaves: true,
        pace: Pace::Brisk,
        faults: 1,
        ..ONE_CALL
    };
    assert_eq!(explore(bounds), 36_435);
}

#[test]
fn a_list_that_is_asked_for_again() {
    let bounds = panel::Panel {
        requests: 3,
        repeats: 1,
    };
    // By the functions first, and by Flex where that fails.
    assert_eq!(explore(bounds), 42);
}

#[test]
fn larger() {
    let number = |key: &str| env::var(key).ok().map(|text| text.parse().unwrap());
    let pair = |key: &str| {
        let text = env::var(key).ok()?;
        let (one, other) = text.split_once(',').unwrap();
        Some([one.parse().unwrap(), other.parse().unwrap()])
    };
    let flag = |key: &str| env::var(key).is_ok();
    let Some(calls) = pair("CALLS") else {
        return;
    };
    explore(Bounds {
        calls,
        queue: flag("QUEUE"),
        choices: pair("CHOICES").unwrap_or(ONE_CALL.choices),
        holds: flag("HOLDS"),
        transfers: flag("TRANSFERS"),
        leaves: flag("LEAVES"),
        claims: flag("CLAIMS"),
        rounds: number("ROUNDS").unwrap_or(ONE_CALL.rounds),
        pace: match env::var("PACE").as_deref() {
            Ok("slow") => Pace::Slow,
            Ok("brisk") => Pace::Brisk,
            _ => Pace::Prompt,
        },
        faults: number("FAULTS").unwrap_or(0),
        repeats: number("REPEATS").unwrap_or(0),
        flaw: None,
    });
}

/// Explores all of it: no `always` is broken, every `sometimes` is seen. The number of states.
fn explore<M>(bounds: M) -> usize
where
    M: Model + std::fmt::Debug + Send + Sync + 'static,
    M::State: Clone + PartialEq + std::hash::Hash + Send + Sync,
    M::Action: Clone + PartialEq + std::fmt::Debug + Send + Sync,
{
    let begun = Instant::now();
    let checker = bounds
        .checker()
        .threads(2)
        .finish_when(HasDiscoveries::AnyFailures)
        .timeout(limit())
        .spawn_bfs()
        .join();
    let states = checker.unique_state_count();
    let (depth, took) = (checker.max_depth(), begun.elapsed());
    println!(
        "{:?}: {states} states, depth {depth}, {took:?}",
        checker.model()
    );
    let found = checker.discoveries();
    let mut properties = checker.model().properties();
    // Where one is broken, it was not gone on to see whether another ever comes true.
    properties.sort_by_key(|property| property.expectation != Expectation::Always);
    for property in properties {
        match (property.expectation, found.get(property.name)) {
            (Expectation::Always, None) | (Expectation::Sometimes, Some(_)) => {}
            (Expectation::Always, Some(path)) => {
                panic!("broken: {}\n{}", property.name, steps(path));
            }
            (Expectation::Sometimes, None) => panic!("never: {}", property.name),
            (Expectation::Eventually, _) => unreachable!("not used"),
        }
    }
    assert!(took < limit(), "not all was explored");
    states
}

fn limit() -> Duration {
    let seconds = env::var("LIMIT").map_or(600, |text| text.parse().unwrap());
    Duration::from_secs(seconds)
}

/// One step a line.
fn steps<S, A>(path: &Path<S, A>) -> String
where
    S: Clone + PartialEq,
    A: Clone + PartialEq + std::fmt::Debug,
{
    let actions = path.clone().into_actions();
    let lines: Vec<String> = (actions.iter())
        .map(|action| format!("  {action:?}"))
        .collect();
    lines.join("\n")
}

/// The rules can be broken: each by a mistake that it is against.
#[test]
fn a_core_with_a_flaw_is_found_out() {
    let calm = Bounds {
        pace: Pace::Brisk,
        ..ONE_CALL
    };
    let faulty = Bounds { faults: 1, ..calm };
    let repeated = Bounds {
        repeats: 1,
        ..ONE_CALL
    };
    let queue = Bounds {
        queue: true,
        rounds: 2,
        ..calm
    };
    let claims = Bounds {
        claims: true,
        ..faulty
    };
    let holds = Bounds {
        choices: [1, 2],
        holds: true,
        ..calm
    };
    let transfers = Bounds {
        choices: [1, 2],
        transfers: true,
        ..calm
    };
    let flaws = [
        (
            Flaw::SettlesTwice,
            repeated,
            "an answer that comes again changes nothing",
        ),
        (
            Flaw::OrdersTwice,
            calm,
            "no two effects under way have one id",
        ),
        (Flaw::PlacesTwice, calm, "one press makes one task"),
        (Flaw::RingsTwice, calm, "a callee is rung once for a task"),
        (
            Flaw::NeverEnds,
            faulty,
            "what is over leaves nothing behind",
        ),
        (Flaw::CallsOnce, calm, "Call works again when all is over"),
        (Flaw::SaysRinging, calm, "the line says what is so"),
        (
            Flaw::NeverWakes,
            calm,
            "who is offered a call ends it in time",
        ),
        (Flaw::GivesNoVerdict, calm, "every action gets one verdict"),
        (
            Flaw::PromisesNothing,
            calm,
            "what an action waits for is ordered",
        ),
        (
            Flaw::TakesNatively,
            calm,
            "no call between agents is taken natively",
        ),
        (Flaw::TakesOwnCall, queue, "nobody takes his own call"),
        (
            Flaw::NeverWakes,
            claims,
            "who waits on his line with nobody rung will not wait for ever",
        ),
        (Flaw::GoesOnTwice, transfers, "one transfer makes one call"),
        (
            Flaw::ShowsNoHold,
            holds,
            "a desktop shows the hold that there is",
        ),
    ];
    for (flaw, bounds, rule) in flaws {
        let flaw = Some(flaw);
        let checker = Bounds { flaw, ..bounds }
            .checker()
            .finish_when(HasDiscoveries::AllOf([rule].into()))
            .spawn_bfs()
            .join();
        let found = checker.discovery(rule);
        assert!(found.is_some(), "{flaw:?} goes unnoticed");
    }
    let everything = Bounds {
        queue: true,
        claims: true,
        holds: true,
        transfers: true,
        ..repeated
    };
    let is_rule = |it: &Property<Bounds>| it.expectation == Expectation::Always;
    for rule in everything.properties().into_iter().filter(is_rule) {
        let tried = flaws.iter().any(|(_, _, against)| *against == rule.name);
        assert!(tried, "no flaw is against: {}", rule.name);
    }
}
