//! Whether the native tests notice when a guard is broken: cargo-mutants on the machines of calls and the functions.
//! Not part of `test`: a whole run takes hours. Sharded, so that it can be spread or sampled.

use crate::place::Place;
use crate::tools;
use anyhow::{bail, Result};
use clap::Args;
use std::process::ExitCode;

/// What is mutated: the machines, and what proves whose answer an answer is.
const FILES: [&str; 4] = [
    "src/calls/**/*.rs",
    "src/functions/**/*.rs",
    "src/internal_call/**/*.rs",
    "src/ledger.rs",
];

/// What is asked: the unit tests, then the scenarios. Not the models, which take too long to be asked about every mutant.
const TESTS: [&str; 3] = ["--lib", "--test", "scenario"];

/// Random schedules among the scenarios.
const SCHEDULES: &str = "40";

/// How cargo-mutants ends where mutants were missed, or took too long (<https://mutants.rs/exit-codes.html>).
const UNNOTICED: [i32; 2] = [2, 3];

/// What a run takes.
#[derive(Debug, Args)]
pub struct Options {
    /// One part of all mutants, such as `0/20`; all without it.
    #[arg(long)]
    shard: Option<String>,
    /// Seconds that the tests of one mutant may take.
    #[arg(long, default_value_t = 120)]
    timeout: u32,
    /// Only mutants in files that match, instead of the machines of calls, the functions and the ledger.
    #[arg(long)]
    file: Vec<String>,
}

/// Runs them; the results are in `target/mutants.out/`. Fails if one was missed.
///
/// # Errors
/// If cargo-mutants cannot be installed or started, or breaks off.
pub fn mutants(place: &Place, options: &Options) -> Result<ExitCode> {
    if !tools::has_mutants(place) {
        tools::install_mutants(place)?;
    }
    let mut mutants = tools::mutants(place);
    // Its own, kept from one run to the next: what the tree depends on is built once.
    mutants.env("CARGO_TARGET_DIR", place.target.join("mutants"));
    mutants.env("SCHEDULES", SCHEDULES);
    mutants.args([
        "mutants",
        "--package",
        "backline",
        "--features",
        "functions",
    ]);
    let all = FILES.map(str::to_owned);
    let files = if options.file.is_empty() {
        &all[..]
    } else {
        &options.file
    };
    for file in files {
        mutants.args(["--file", file]);
    }
    if let Some(shard) = &options.shard {
        mutants.args(["--shard", shard]);
    }
    mutants
        .args(["--timeout", &options.timeout.to_string()])
        .args(["--no-shuffle", "--baseline", "skip"])
        .arg("--output")
        .arg(&place.target)
        .arg("--")
        .args(TESTS);
    let status = mutants.status()?;
    if !status.success() && !status.code().is_some_and(|code| UNNOTICED.contains(&code)) {
        bail!("cargo-mutants broke off: {status}");
    }
    let count = |list| -> Result<usize> {
        let path = place.target.join("mutants.out").join(list);
        Ok(std::fs::read_to_string(path)?.lines().count())
    };
    println!(
        "{} caught, {} missed, {} took too long",
        count("caught.txt")?,
        count("missed.txt")?,
        count("timeout.txt")?
    );
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
