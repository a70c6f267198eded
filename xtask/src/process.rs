//! Running other programs.

use anyhow::{bail, Context, Result};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// A program in a folder. On Windows npm's programs are `.cmd` files.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let program = program.as_ref();
    let found = program.to_str().and_then(find);
    let mut command = Command::new(found.as_deref().map_or(program, Path::as_os_str));
    command.current_dir(folder);
    command
}

/// Runs to the end, with output shown.
///
/// # Errors
/// If the program cannot be started or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command
        .status()
        .with_context(|| format!("`{shown}` could not be started"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs to the end and gives its standard output; `None` if it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs to the end, shows its output as it comes and gives it as text too.
///
/// # Errors
/// If the program cannot be started.
pub fn run_and_read(command: &mut Command) -> Result<(ExitStatus, String)> {
    let shown = shown(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{shown}` could not be started"))?;
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
        bail!("`{shown}` has no output");
    };
    let text = std::thread::scope(|scope| {
        let out = scope.spawn(|| tee(out, std::io::stdout()));
        let err = scope.spawn(|| tee(err, std::io::stderr()));
        out.join().unwrap_or_default() + &err.join().unwrap_or_default()
    });
    Ok((child.wait()?, text))
}

fn tee(from: impl Read, mut to: impl Write) -> String {
    let mut text = String::new();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        // A closed terminal does not end the run.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        text.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    text
}

/// Finds a program on PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd", ".bat"]
    } else {
        &[""]
    };
    std::env::split_paths(&path)
        .flat_map(|folder| {
            endings
                .iter()
                .map(move |ending| folder.join(format!("{program}{ending}")))
        })
        .find(|file| file.is_file())
}

/// PATH with `folders` before everything else.
///
/// # Errors
/// If a folder's name cannot be in PATH.
pub fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&path));
    std::env::join_paths(all).context("a folder's name cannot be in PATH")
}

/// A command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
