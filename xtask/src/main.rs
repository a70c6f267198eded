//! The only build script: `cargo xtask setup | build | demo | test | lint | replay | mutants | bench`.

mod demo;
mod mutants;
mod place;
mod process;
mod replay;
mod sandbox;
mod setup;
mod stamp;
mod suites;
mod tally;
mod tools;
mod types;

use anyhow::Result;
use clap::{Parser, Subcommand};
use place::Place;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Builds, shows and tests Backline")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Installs what is missing and builds everything; steps whose inputs are unchanged are skipped.
    Setup,
    /// Builds the WebAssembly, the plugin and the sandbox (`setup` without the browser).
    Build,
    /// Starts the sandbox and opens the agent chooser; without a display plays the scenario and exits.
    Demo(demo::Options),
    /// Every check and every test; the last line is `N passed, N failed`.
    Test,
    /// Formatting, clippy (native and wasm32), TypeScript.
    Lint,
    /// Plays the diagnostics that an agent saved on this core; fails if it decides otherwise.
    Replay {
        /// The file: `backline-diagnostics-….json`.
        file: PathBuf,
    },
    /// Breaks guards one by one and tells which of them no native test notices (cargo-mutants; hours without --shard).
    Mutants(mutants::Options),
    /// Measurements, against a re-enactment of the reference.
    Bench {
        #[command(subcommand)]
        which: Bench,
    },
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// How fast a call between agents is set up. Writes `target/bench/setup.json`.
    SetUp,
    /// What a call takes by each strategy: time, legs, tasks, requests. Writes `target/bench/strategies.json`.
    Strategies,
    /// Several calls at once: how long a decision takes, and who hears nobody meanwhile. Writes `target/bench/calls.json`.
    Calls,
    /// How fast the roster finds agents in Chromium, against the libraries that one would take. Writes
    /// `target/bench/roster.json`.
    Roster {
        /// Natively, the engine alone: to steer by while working on it.
        #[arg(long)]
        native: bool,
        /// How many agents; without it 1,000, 15,000 and 100,000.
        agents: Vec<u32>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<ExitCode> {
    let place = Place::find()?;
    match task {
        Task::Setup => setup::everything(&place).map(|_| ExitCode::SUCCESS),
        Task::Build => setup::build(&place).map(|()| ExitCode::SUCCESS),
        Task::Demo(options) => demo::run(&place, options),
        Task::Test => suites::test(&place),
        Task::Lint => suites::lint(&place),
        Task::Replay { file } => replay::run(file),
        Task::Mutants(options) => mutants::mutants(&place, options),
        Task::Bench { which } => match which {
            Bench::SetUp => demo::bench(&place, "bench-set-up.config.ts"),
            Bench::Strategies => demo::bench(&place, "bench-strategies.config.ts"),
            Bench::Calls => demo::bench(&place, "bench-calls.config.ts"),
            Bench::Roster { native, agents } => {
                if *native {
                    demo::bench_roster_natively(&place, agents)
                } else {
                    demo::bench_roster(&place, agents)
                }
            }
        },
    }
}
