//! Where things are.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The repository and its build output.
#[derive(Debug, Clone)]
pub struct Place {
    /// The repository.
    pub root: PathBuf,
    /// cargo's output; our stamps, screenshots and measurements are there too.
    pub target: PathBuf,
}

impl Place {
    /// The repository that this was built from.
    ///
    /// # Errors
    /// If this crate has no parent folder.
    pub fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask has no parent folder")?
            .to_owned();
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |folder| root.join(folder));
        Ok(Self { root, target })
    }

    /// A path in the repository.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The sandbox's program.
    pub fn sandbox(&self) -> PathBuf {
        self.target
            .join("debug")
            .join(format!("backline-sandbox{}", std::env::consts::EXE_SUFFIX))
    }
}
