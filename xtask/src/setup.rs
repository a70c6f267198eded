//! Everything between a fresh clone and a running sandbox, in steps that are skipped when nothing changed.

use crate::place::Place;
use crate::process::{command, run};
use crate::stamp::Step;
use crate::tools::{self, Browser};
use anyhow::{Context, Result};
use std::time::Instant;

/// Everything at once, so that what it shares is built once: packages that are chosen one by one are built anew, for their
/// dependencies have other features then.
pub const WORKSPACE: [&str; 3] = ["--workspace", "--features", "backline/functions"];

/// The sandbox and nothing that it does not need.
const ALONE: [&str; 2] = ["-p", "backline-sandbox"];

/// What the core is built from.
const CORE: [&str; 6] = [
    "src",
    "roster/src",
    "roster/Cargo.toml",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
];
/// npm packages that the build needs.
const BUILD_PACKAGES: [&str; 3] = ["xtask/wasm-opt", "sandbox/flex-host", "plugin-shell"];
/// npm packages that tests and the demo need.
const TEST_PACKAGES: [&str; 1] = ["tests/e2e"];

/// Set-up and build, with the browser that tests and the demo use.
///
/// # Errors
/// The first step that fails.
pub fn everything(place: &Place) -> Result<Browser> {
    with_browser(place, &ALONE)
}

/// The same, and all that is tested natively.
///
/// # Errors
/// The first step that fails.
pub fn tests(place: &Place) -> Result<Browser> {
    with_browser(place, &[&WORKSPACE[..], &["--all-targets"]].concat())
}

/// `selection`: what cargo builds, the sandbox at least.
fn with_browser(place: &Place, selection: &[&str]) -> Result<Browser> {
    let mut progress = Progress::new(11 + TEST_PACKAGES.len());
    let browser = browser(place, &mut progress)?;
    test_packages(place, &mut progress)?;
    steps(place, &mut progress)?;
    sandbox(place, &mut progress, selection)?;
    Ok(browser)
}

/// What the benchmark of the roster's search needs, neither Flex nor the sandbox.
///
/// # Errors
/// The first step that fails.
pub fn roster_bench(place: &Place) -> Result<Browser> {
    let mut progress = Progress::new(8 + TEST_PACKAGES.len());
    let browser = browser(place, &mut progress)?;
    test_packages(place, &mut progress)?;
    wasm_tools(place, &mut progress)?;
    for package in ["xtask/wasm-opt", "roster/bench/web"] {
        progress.step(&format!("npm packages of {package}"), || {
            npm_ci(place, package)
        })?;
    }
    progress.step("the core, as WebAssembly", || wasm(place))?;
    progress.step("the search engine alone, as WebAssembly", || {
        // cargo knows itself whether there is anything to do.
        let folder = place.target.join("bench/roster-wasm");
        run(tools::wasm_pack(place)?
            .args(["build", "roster/bench", "--release", "--no-pack"])
            .args(["--target", "web", "--out-dir"])
            .arg(folder)
            .env("RUSTFLAGS", wasm_flags(place)))?;
        Ok(((), true))
    })?;
    Ok(browser)
}

fn browser(place: &Place, progress: &mut Progress) -> Result<Browser> {
    progress.step("Chromium and its driver", || match tools::browser() {
        Some(browser) => Ok((browser, false)),
        None => {
            tools::install_browser(place)?;
            let browser = tools::browser().context("Chromium was installed and is not found")?;
            Ok((browser, true))
        }
    })
}

/// Set-up and build of all that can be checked without running a browser.
///
/// # Errors
/// The first step that fails.
pub fn checkable(place: &Place) -> Result<()> {
    let mut progress = Progress::new(9 + TEST_PACKAGES.len());
    test_packages(place, &mut progress)?;
    steps(place, &mut progress)
}

/// Set-up and build, without a browser.
///
/// # Errors
/// The first step that fails.
pub fn build(place: &Place) -> Result<()> {
    let mut progress = Progress::new(10);
    steps(place, &mut progress)?;
    sandbox(place, &mut progress, &ALONE)
}

fn test_packages(place: &Place, progress: &mut Progress) -> Result<()> {
    for package in TEST_PACKAGES {
        progress.step(&format!("npm packages of {package}"), || {
            npm_ci(place, package)
        })?;
    }
    Ok(())
}

fn wasm_tools(place: &Place, progress: &mut Progress) -> Result<()> {
    progress.step("Node and Rust's WebAssembly target", || {
        tools::node(place)?;
        let missing = !tools::has_wasm_target(place);
        if missing {
            tools::add_wasm_target(place)?;
        }
        Ok(((), missing))
    })?;
    progress.step("wasm-bindgen", || {
        let missing = !tools::has_wasm_bindgen(place);
        if missing {
            tools::install_wasm_bindgen(place)?;
        }
        Ok(((), missing))
    })?;
    progress.step("wasm-pack", || {
        let missing = !tools::has_wasm_pack(place);
        if missing {
            tools::install_wasm_pack(place)?;
        }
        Ok(((), missing))
    })
}

fn steps(place: &Place, progress: &mut Progress) -> Result<()> {
    wasm_tools(place, progress)?;
    for package in BUILD_PACKAGES {
        progress.step(&format!("npm packages of {package}"), || {
            npm_ci(place, package)
        })?;
    }
    progress.step("the real Flex UI, as one script", || flex_bundle(place))?;
    progress.step("the core, as WebAssembly", || wasm(place))?;
    progress.step("the plugin", || plugin(place))
}

fn sandbox(place: &Place, progress: &mut Progress, selection: &[&str]) -> Result<()> {
    progress.step("the sandbox", || {
        // cargo knows itself whether there is anything to do.
        run(command("cargo", &place.root)
            .args(["build", "--quiet"])
            .args(selection))?;
        Ok(((), false))
    })
}

fn npm_ci(place: &Place, package: &str) -> Result<((), bool)> {
    let lock = format!("{package}/package-lock.json");
    let manifest = format!("{package}/package.json");
    // npm writes this file last.
    let installed = format!("{package}/node_modules/.package-lock.json");
    let stamp = package.replace('/', "-");
    let step = Step {
        name: &format!("npm-{stamp}"),
        inputs: &[&lock, &manifest],
        outputs: &[&installed],
        salt: "",
    };
    once(place, &step, || {
        // No package that is used here needs its installation script; Twilio's asks its servers for newer versions.
        run(command("npm", &place.path(package)).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]))
    })
}

fn flex_bundle(place: &Place) -> Result<((), bool)> {
    let step = Step {
        name: "flex-host",
        inputs: &["sandbox/flex-host"],
        outputs: &["sandbox/flex-host/dist"],
        salt: "",
    };
    once(place, &step, || {
        run(command("npm", &place.path("sandbox/flex-host")).args(["run", "--silent", "build"]))
    })
}

fn wasm(place: &Place) -> Result<((), bool)> {
    let flags = wasm_flags(place);
    let step = Step {
        name: "wasm",
        inputs: &CORE,
        outputs: &["pkg"],
        salt: &flags,
    };
    once(place, &step, || {
        run(tools::wasm_pack(place)?
            .args([
                "build",
                "--release",
                "--no-pack",
                "--target",
                "web",
                "--out-dir",
                "pkg",
            ])
            .env("RUSTFLAGS", &flags))?;
        // wasm-pack's own would hide the committed types from git.
        let _ = std::fs::remove_file(place.path("pkg/.gitignore"));
        Ok(())
    })
}

/// The directory's sets of people are combined 128 bits at a time (Chrome and Edge 91, Firefox 89, Safari 16.4). And panics name
/// source files: not with this machine's paths.
fn wasm_flags(place: &Place) -> String {
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(std::path::PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let mut flags = format!(
        "-Ctarget-feature=+simd128 --remap-path-prefix={}=.",
        place.root.display()
    );
    if let Some(cargo_home) = cargo_home {
        flags.push_str(&format!(
            " --remap-path-prefix={}=cargo",
            cargo_home.display()
        ));
    }
    flags
}

fn plugin(place: &Place) -> Result<((), bool)> {
    let step = Step {
        name: "plugin",
        inputs: &["plugin-shell", "pkg"],
        outputs: &["plugin-shell/build"],
        salt: "",
    };
    once(place, &step, || {
        run(command("npm", &place.path("plugin-shell")).args(["run", "--silent", "build"]))
    })
}

fn once(place: &Place, step: &Step, work: impl FnOnce() -> Result<()>) -> Result<((), bool)> {
    if step.is_done(place)? {
        return Ok(((), false));
    }
    work()?;
    step.done(place)?;
    Ok(((), true))
}

/// Tells what is being done, and how long it took.
struct Progress {
    at: usize,
    of: usize,
}

impl Progress {
    fn new(of: usize) -> Self {
        Self { at: 0, of }
    }

    /// Runs a step that says whether it had anything to do.
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<(T, bool)>) -> Result<T> {
        self.at += 1;
        let (at, of) = (self.at, self.of);
        println!("[{at:>2}/{of}] {name}");
        let start = Instant::now();
        let (answer, worked) = work().with_context(|| name.to_owned())?;
        if worked {
            let seconds = start.elapsed().as_secs_f32();
            println!("        done in {seconds:.1} s");
        }
        Ok(answer)
    }
}
