//! The sandbox as a child of ours: it never outlives us.

use crate::place::Place;
use anyhow::{bail, Context, Result};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running sandbox; dropping it ends it.
#[derive(Debug)]
pub struct Running {
    child: Child,
    /// Where its agent chooser is.
    pub url: String,
}

impl Running {
    /// Starts it and waits until it listens.
    ///
    /// # Errors
    /// If it cannot be started, or ends before it listens (the port may be taken).
    pub fn start(place: &Place, port: u16, agents: Option<u32>) -> Result<Self> {
        let mut command = Command::new(place.sandbox());
        command
            .current_dir(&place.root)
            .args(["--port", &port.to_string(), "--with-parent"])
            // Its end is how the sandbox learns of ours, however we end.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some(agents) = agents {
            command.args(["--agents", &agents.to_string()]);
        }
        let mut child = command
            .spawn()
            .context("the sandbox could not be started")?;
        let stdout = child.stdout.take().context("the sandbox has no output")?;
        let mut running = Self {
            child,
            url: String::new(),
        };
        for line in BufReader::new(stdout).lines() {
            if let Some(url) = line?.strip_prefix("sandbox: ") {
                url.clone_into(&mut running.url);
                return Ok(running);
            }
        }
        bail!("the sandbox ended before it listened; is port {port} taken? (`--port` chooses another)")
    }

    /// Waits until it ends by itself or by Ctrl-C.
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub fn wait(&mut self) -> Result<()> {
        // Not `Child::wait`, which closes its input: that would end it.
        loop {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
