//! Whether the native tests notice when a guard is broken: cargo-mutants on the machines of calls and the functions.
//! Not part of `test`: a whole run takes hours. Sharded, so that it can be spread or sampled.

use crate::place::Place;
use crate::process::run;
use crate::tools;
use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// The models whose names hold these take too long to be asked about every mutant; the others assert their exact number of
/// states, which hardly any mutant leaves as it is.
const LONG: [&str; 6] = [
    "two_faults",
    "both_hold",
    "three_calls",
    "four_calls",
    "late_",
    "two_who_call",
];

/// What a run takes.
#[derive(Debug, Args)]
pub struct Options {
    /// One part of all mutants, such as `0/20`; all without it.
    #[arg(long)]
    shard: Option<String>,
    /// Seconds that the tests of one mutant may take.
    #[arg(long, default_value_t = 60)]
    timeout: u32,
    /// Only mutants in files that match, instead of `src/calls`, `src/functions` and `src/internal_call`.
    #[arg(long)]
    file: Vec<String>,
}

/// Runs them; the results are in `target/mutants.out/`.
///
/// # Errors
/// If cargo-mutants cannot be installed or started.
pub fn mutants(place: &Place, options: &Options) -> Result<ExitCode> {
    if !tools::has_mutants(place) {
        tools::install_mutants(place)?;
    }
    let files = if options.file.is_empty() {
        ["calls", "functions", "internal_call"]
            .map(|machine| format!("src/{machine}/**/*.rs"))
            .to_vec()
    } else {
        options.file.clone()
    };
    let mut mutants = tools::mutants(place);
    // Between what is quick to build and what is quick to run, for each of them is built.
    mutants.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    mutants.args([
        "mutants",
        "--package",
        "backline",
        "--features",
        "functions",
    ]);
    for file in &files {
        mutants.args(["--file", file]);
    }
    if let Some(shard) = &options.shard {
        mutants.args(["--shard", shard]);
    }
    mutants
        .args([
            "--timeout",
            &options.timeout.to_string(),
            "--no-shuffle",
            "--baseline",
            "skip",
        ])
        .arg("--output")
        .arg(&place.target)
        .args(["--", "--lib", "--test", "calls", "--test", "model", "--"])
        .args(LONG.iter().flat_map(|part| ["--skip", part]));
    // It exits with 2 if mutants were missed: they are listed, and no failure of the run.
    let _ = run(&mut mutants);
    let missed = std::fs::read_to_string(place.target.join("mutants.out/missed.txt"))?;
    let caught = std::fs::read_to_string(place.target.join("mutants.out/caught.txt"))?;
    println!(
        "{} caught, {} missed",
        caught.lines().count(),
        missed.lines().count()
    );
    Ok(ExitCode::SUCCESS)
}
