//! Every check and every test, counted together.

use crate::demo::playwright;
use crate::place::Place;
use crate::process::{command, find, run_and_read};
use crate::setup;
use crate::tally::Tally;
use crate::tools::{self, Browser};
use crate::types;
use anyhow::Result;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Set-up, checks, tests; prints `N passed, N failed` last.
///
/// # Errors
/// If a suite cannot be started at all.
pub fn test(place: &Place) -> Result<ExitCode> {
    let browser = setup::tests(place)?;
    let mut report = Report::default();
    checks(place, &mut report)?;
    println!("\n== pkg/backline.d.ts is the committed one");
    report.add("pkg/backline.d.ts", Tally::one(types::are_committed(place)));
    native(place, &mut report)?;
    report.suite("WebAssembly in Chromium", &mut wasm(place, &browser)?)?;
    report.suite(
        "the plugin's shell",
        command("npm", &place.path("plugin-shell")).args(["run", "--silent", "test"]),
    )?;
    report.suite(
        "the real Voice SDK",
        &mut playwright(place, &browser, "sdk/playwright.config.ts"),
    )?;
    report.suite(
        "two agents in the real Flex UI",
        &mut playwright(place, &browser, "playwright.config.ts"),
    )?;
    Ok(report.finish())
}

/// The checks that build nothing to run.
///
/// # Errors
/// If one cannot be started at all.
pub fn lint(place: &Place) -> Result<ExitCode> {
    setup::checkable(place)?;
    let mut report = Report::default();
    checks(place, &mut report)?;
    Ok(report.finish())
}

fn checks(place: &Place, report: &mut Report) -> Result<()> {
    let cargo = |arguments: &str| {
        let mut cargo = command("cargo", &place.root);
        cargo.args(arguments.split(' '));
        cargo
    };
    report.check("formatting", &mut cargo("fmt --all --check"))?;
    for (name, targets) in [
        ("clippy", &["--all-targets"][..]),
        ("clippy of the exhaustive tests", &EXHAUSTIVE),
    ] {
        let mut clippy = cargo("clippy --quiet");
        clippy.args(setup::WORKSPACE).args(targets);
        report.check(name, clippy.args(["--", "-D", "warnings"]))?;
    }
    report.check(
        "clippy for wasm32",
        &mut cargo("clippy --quiet --target wasm32-unknown-unknown -p backline -p backline-roster --all-targets -- -D warnings"),
    )?;
    for package in ["plugin-shell", "tests/e2e"] {
        report.check(
            &format!("types of {package}"),
            command("npm", &place.path(package)).args(["run", "--silent", "typecheck"]),
        )?;
    }
    Ok(())
}

fn native(place: &Place, report: &mut Report) -> Result<()> {
    let runner: &[&str] = match find("cargo-nextest") {
        Some(_) => &["nextest", "run", "--cargo-profile"],
        None => &["test", "--profile"],
    };
    let mut cargo = |name, profile, selection: &[&str]| {
        let mut cargo = command("cargo", &place.root);
        cargo
            .args(runner)
            .args([profile, "--no-fail-fast"])
            .args(selection)
            .env("SCHEDULES", SCHEDULES);
        report.suite(name, &mut cargo)
    };
    cargo("native tests", "dev", &setup::WORKSPACE)?;
    let functions = ["--features", "backline/functions"];
    let exhaustive = [&functions[..], &EXHAUSTIVE].concat();
    cargo("exhaustive tests", "exhaustive", &exhaustive)
}

/// What takes long, optimised.
const EXHAUSTIVE: [&str; 6] = ["--test", "scenario", "--test", "model", "--test", "calls"];

/// So many random schedules are run here; without it the scenario tests run a few.
const SCHEDULES: &str = "10000";

fn wasm(place: &Place, browser: &Browser) -> Result<Command> {
    write_webdriver(place, browser)?;
    let mut wasm_pack = tools::wasm_pack(place)?;
    wasm_pack
        .args(["test", "--headless", "--chrome", "--chromedriver"])
        .arg(&browser.driver)
        // The others are native.
        .args(["--", "--test", "wasm"])
        .env("CHROMEDRIVER", &browser.driver);
    Ok(wasm_pack)
}

/// wasm-bindgen's runner reads how to start the browser from this file beside Cargo.toml; it names a path of this
/// machine and is not committed.
fn write_webdriver(place: &Place, browser: &Browser) -> Result<()> {
    let binary = browser.chromium.display().to_string();
    let quoted = binary.replace('\\', "\\\\").replace('"', "\\\"");
    let text = format!(
        "{{\"goog:chromeOptions\":{{\"binary\":\"{quoted}\",\"args\":[\"--headless=new\",\"--no-sandbox\",\
         \"--disable-gpu\",\"--disable-dev-shm-usage\"]}}}}\n"
    );
    std::fs::write(place.path("webdriver.json"), text)?;
    Ok(())
}

#[derive(Debug, Default)]
struct Report {
    total: Tally,
    broken: Vec<String>,
}

impl Report {
    /// A command that passes or fails as a whole.
    fn check(&mut self, name: &str, command: &mut Command) -> Result<()> {
        self.timed(name, command, |_, passed| Tally::one(passed))
    }

    /// A command that runs tests and says how many.
    fn suite(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let command = command.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
        self.timed(name, command, Tally::of)
    }

    fn timed(
        &mut self,
        name: &str,
        command: &mut Command,
        tally: impl FnOnce(&str, bool) -> Tally,
    ) -> Result<()> {
        println!("\n== {name}");
        let start = Instant::now();
        let (status, text) = run_and_read(command)?;
        self.add(name, tally(&text, status.success()));
        println!("   in {:.0} s", start.elapsed().as_secs_f32());
        Ok(())
    }

    fn add(&mut self, name: &str, tally: Tally) {
        println!(
            "-- {name}: {} passed, {} failed",
            tally.passed, tally.failed
        );
        if tally.failed > 0 {
            self.broken.push(name.to_owned());
        }
        self.total += tally;
    }

    fn finish(self) -> ExitCode {
        println!();
        if !self.broken.is_empty() {
            println!("failed: {}", self.broken.join("; "));
        }
        println!("{} passed, {} failed", self.total.passed, self.total.failed);
        if self.total.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
