//! The programs that the build needs: found, or installed.

use crate::place::Place;
use crate::process::{command, find, output, path_with, run};
use anyhow::{bail, Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crate in Cargo.toml and the CLI share a private format: both are this version.
const WASM_BINDGEN: &str = "0.2.130";
const WASM_PACK: &str = "0.15.1";
const MUTANTS: &str = "27.1.0";
const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// Flex's plugin builder and Playwright need at least this major version of Node.
const NODE_MAJOR: u32 = 20;

/// The browser that tests and the demo use.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// The driver of the same version.
    pub driver: PathBuf,
}

/// wasm-pack, with our own copies of its helpers before all others on PATH.
///
/// # Errors
/// If a folder's name cannot be in PATH.
pub fn wasm_pack(place: &Place) -> Result<Command> {
    let path = path_with(&[
        place.path("xtask/wasm-opt/node_modules/.bin"),
        own_tools(place).join("bin"),
    ])?;
    let mut wasm_pack = own_or_found(place, "wasm-pack");
    wasm_pack.env("PATH", path);
    Ok(wasm_pack)
}

/// Node, of a version that everything here works with.
///
/// # Errors
/// If there is none.
pub fn node(place: &Place) -> Result<()> {
    let version = output(command("node", &place.root).arg("--version"))
        .context("Node is missing: install Node 20 (https://nodejs.org)")?;
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR) {
        bail!("Node {version} is too old: install Node {NODE_MAJOR} (https://nodejs.org)");
    }
    if find("npm").is_none() {
        bail!("npm is missing: it comes with Node (https://nodejs.org)");
    }
    Ok(())
}

/// Whether the standard library for WebAssembly is there.
pub fn has_wasm_target(place: &Place) -> bool {
    output(command("rustc", &place.root).args([
        "--print",
        "target-libdir",
        "--target",
        WASM_TARGET,
    ]))
    .is_some_and(|folder| Path::new(&folder).is_dir())
}

/// Adds it.
///
/// # Errors
/// If rustup is missing or fails.
pub fn add_wasm_target(place: &Place) -> Result<()> {
    if find("rustup").is_none() {
        bail!("the Rust target {WASM_TARGET} is missing and so is rustup: install Rust by https://rustup.rs");
    }
    run(command("rustup", &place.root).args(["target", "add", WASM_TARGET]))
}

/// Whether wasm-bindgen's command line of the right version is there.
pub fn has_wasm_bindgen(place: &Place) -> bool {
    has_version(place, "wasm-bindgen", WASM_BINDGEN)
}

/// Installs it under `target/`, so that other projects keep theirs.
///
/// # Errors
/// If cargo fails.
pub fn install_wasm_bindgen(place: &Place) -> Result<()> {
    // Not `--locked`: its lock file names a crate that was taken back. Without features: TLS is for drivers elsewhere.
    let programs = "--no-default-features --bin wasm-bindgen --bin wasm-bindgen-test-runner";
    let options: Vec<&str> = programs.split(' ').collect();
    install(place, "wasm-bindgen-cli", WASM_BINDGEN, &options)
}

/// Whether wasm-pack of the right version is there.
pub fn has_wasm_pack(place: &Place) -> bool {
    has_version(place, "wasm-pack", WASM_PACK)
}

/// Installs it under `target/`.
///
/// # Errors
/// If cargo fails.
pub fn install_wasm_pack(place: &Place) -> Result<()> {
    install(place, "wasm-pack", WASM_PACK, &["--locked"])
}

/// cargo-mutants (<https://mutants.rs>), ours or the one found.
pub fn mutants(place: &Place) -> Command {
    own_or_found(place, "cargo-mutants")
}

/// Whether cargo-mutants is there, of any version.
pub fn has_mutants(place: &Place) -> bool {
    output(mutants(place).args(["mutants", "--version"])).is_some()
}

/// Installs it under `target/`.
///
/// # Errors
/// If cargo fails.
pub fn install_mutants(place: &Place) -> Result<()> {
    install(place, "cargo-mutants", MUTANTS, &["--locked"])
}

fn own_tools(place: &Place) -> PathBuf {
    place.target.join("tools")
}

fn own_or_found(place: &Place, program: &str) -> Command {
    let own = own_tools(place)
        .join("bin")
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    if own.is_file() {
        command(own, &place.root)
    } else {
        command(program, &place.root)
    }
}

fn has_version(place: &Place, program: &str, version: &str) -> bool {
    output(own_or_found(place, program).arg("--version"))
        .is_some_and(|answer| answer.split_whitespace().any(|word| word == version))
}

/// Unoptimised, and what they share is built once: minutes less to build, some seconds more to run.
fn install(place: &Place, package: &str, version: &str, more: &[&str]) -> Result<()> {
    run(command("cargo", &place.root)
        .args(["install", package, "--version", version, "--root"])
        .arg(own_tools(place))
        .args(["--debug", "--config", "profile.dev.debug=false"])
        .args(more)
        .env("CARGO_TARGET_DIR", own_tools(place).join("build")))
}

/// The browser and its driver, if both are there. `CHROMIUM` and `CHROMEDRIVER` name others.
pub fn browser() -> Option<Browser> {
    Some(Browser {
        chromium: named_by("CHROMIUM")
            .or_else(|| {
                [
                    "chromium",
                    "chromium-browser",
                    "google-chrome",
                    "google-chrome-stable",
                    "chrome",
                ]
                .into_iter()
                .find_map(find)
            })
            .or_else(|| {
                existing(&[
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                    "/Applications/Chromium.app/Contents/MacOS/Chromium",
                ])
            })?,
        driver: named_by("CHROMEDRIVER")
            .or_else(|| find("chromedriver"))
            .or_else(|| {
                existing(&[
                    "/usr/lib/chromium/chromedriver",
                    "/usr/lib/chromium-browser/chromedriver",
                ])
            })?,
    })
}

/// Installs both from Debian's packages, if that is possible here.
///
/// # Errors
/// A sentence that says what to install by hand.
pub fn install_browser(place: &Place) -> Result<()> {
    let root = output(command("id", &place.root).arg("-u")).as_deref() == Some("0");
    if !root || find("apt-get").is_none() {
        bail!(
            "Chromium (or Chrome) and its driver are missing: install both (Debian: `apt-get install chromium \
             chromium-driver`), or name them by CHROMIUM and CHROMEDRIVER, and run this again"
        );
    }
    let apt = |arguments: &[&str]| -> Command {
        let mut apt = command("apt-get", &place.root);
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    run(&mut apt(&["update", "-q"]))?;
    run(&mut apt(&[
        "install",
        "-qy",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
    ]))
}

fn named_by(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|file| file.is_file())
}

fn existing(files: &[&str]) -> Option<PathBuf> {
    files.iter().map(PathBuf::from).find(|file| file.is_file())
}
