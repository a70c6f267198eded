//! What is shown: the sandbox with a browser, the scenario without one, and the benches.

use crate::place::Place;
use crate::process::{self, command, find};
use crate::sandbox::Running;
use crate::setup;
use crate::tools::Browser;
use anyhow::Result;
use std::process::{Command, ExitCode, Stdio};

/// The port of the demo's sandbox.
const PORT: u16 = 8800;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Plays the scenario in a browser without a window and exits.
    #[arg(long)]
    headless: bool,
    /// Port on the loopback interface.
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// How many agents there are, Alice, Bob and Carol among them.
    #[arg(long)]
    agents: Option<u32>,
}

/// Sets up and shows.
///
/// # Errors
/// If set-up fails or the sandbox cannot be started.
pub fn run(place: &Place, options: &Options) -> Result<ExitCode> {
    let browser = setup::everything(place)?;
    if options.headless || !has_display() {
        if !options.headless {
            println!("there is no display: the scenario is played without a window");
        }
        return play(place, &browser, "demo.config.ts", Some(options.port));
    }
    let mut sandbox = Running::start(place, options.port, options.agents)?;
    println!("sandbox: {}", sandbox.url);
    println!("open it as Alice in one window and as Bob in another; Ctrl-C ends it");
    if !open(place, &browser, &sandbox.url) {
        println!(
            "no browser could be opened: open that address in Chrome, Chromium or Edge yourself"
        );
    }
    sandbox.wait()?;
    Ok(ExitCode::SUCCESS)
}

/// One of the measurements, by its Playwright configuration.
///
/// # Errors
/// If set-up fails or Node cannot be started.
pub fn bench(place: &Place, config: &str) -> Result<ExitCode> {
    let browser = setup::everything(place)?;
    play(place, &browser, config, None)
}

/// Measures the roster's search in Chromium.
///
/// # Errors
/// If set-up fails or Node cannot be started.
pub fn bench_roster(place: &Place, agents: &[u32]) -> Result<ExitCode> {
    let browser = setup::roster_bench(place)?;
    let mut node = playwright(place, &browser, "bench-roster.config.ts");
    if !agents.is_empty() {
        let agents: Vec<String> = agents.iter().map(u32::to_string).collect();
        node.env("AGENTS", agents.join(","));
    }
    run_to_code(&mut node)
}

/// Measures the roster's search natively.
///
/// # Errors
/// If it cannot be built.
pub fn bench_roster_natively(place: &Place, agents: &[u32]) -> Result<ExitCode> {
    let mut cargo = command("cargo", &place.root);
    cargo.args([
        "run",
        "--profile=roster",
        "--package=backline-roster",
        "--example=native",
        "--",
    ]);
    cargo.args(agents.iter().map(u32::to_string));
    run_to_code(&mut cargo)
}

/// Playwright in `tests/e2e` with one of its configurations.
pub fn playwright(place: &Place, browser: &Browser, config: &str) -> Command {
    let mut node = command("node", &place.path("tests/e2e"));
    node.args([
        "node_modules/@playwright/test/cli.js",
        "test",
        "--config",
        config,
    ])
    .env("CHROMIUM", &browser.chromium)
    .env("SANDBOX", place.sandbox())
    .env("TARGET", &place.target);
    node
}

fn play(place: &Place, browser: &Browser, config: &str, port: Option<u16>) -> Result<ExitCode> {
    let mut node = playwright(place, browser, config);
    if let Some(port) = port {
        node.env("PORT", port.to_string());
    }
    run_to_code(&mut node)
}

fn run_to_code(command: &mut Command) -> Result<ExitCode> {
    let status = command.status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn has_display() -> bool {
    cfg!(any(target_os = "macos", windows))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Opens the person's own browser, or the one of the tests; whether one could be started.
fn open(place: &Place, browser: &Browser, url: &str) -> bool {
    let mut chromium = Command::new(&browser.chromium);
    chromium
        .arg(url)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if process::output(command("id", &place.root).arg("-u")).as_deref() == Some("0") {
        // Chromium refuses to run as root with its sandbox on; a desktop's own openers do not know that.
        let profile = place.target.join("demo/browser");
        let profile = format!("--user-data-dir={}", profile.display());
        chromium.args(["--no-sandbox", "--no-first-run", &profile]);
        return chromium.spawn().is_ok();
    }
    let opened = ["xdg-open", "open"]
        .into_iter()
        .filter(|opener| find(opener).is_some())
        .any(|opener| process::run(command(opener, &place.root).arg(url)).is_ok());
    // Its end is nobody's business: the person closes it.
    opened || chromium.spawn().is_ok()
}
