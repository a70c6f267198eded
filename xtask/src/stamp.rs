//! Whether a step is up to date: a hash over its inputs and outputs, kept under `target/`.

use crate::place::Place;
use anyhow::{Context, Result};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

/// Folders that are never an input.
const IGNORED: [&str; 5] = ["node_modules", "target", "build", "dist", "pkg"];

/// What a step reads and writes, relative to the repository; a folder means everything in it.
#[derive(Debug)]
pub struct Step<'a> {
    /// Names the stamp.
    pub name: &'a str,
    /// What it reads.
    pub inputs: &'a [&'a str],
    /// What it writes.
    pub outputs: &'a [&'a str],
    /// Anything else that it depends on.
    pub salt: &'a str,
}

impl Step<'_> {
    /// Whether inputs and outputs are what they were when the step was last done.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn is_done(&self, place: &Place) -> Result<bool> {
        let Ok(kept) = std::fs::read_to_string(self.file(place)) else {
            return Ok(false);
        };
        let there = self
            .outputs
            .iter()
            .all(|output| place.path(output).exists());
        Ok(there && kept == self.hash(place)?)
    }

    /// Remembers that the step was done.
    ///
    /// # Errors
    /// If a file cannot be read or the stamp cannot be written.
    pub fn done(&self, place: &Place) -> Result<()> {
        let file = self.file(place);
        std::fs::create_dir_all(file.parent().context("a stamp without a folder")?)?;
        std::fs::write(&file, self.hash(place)?)?;
        Ok(())
    }

    fn file(&self, place: &Place) -> PathBuf {
        place.target.join("xtask").join(self.name)
    }

    fn hash(&self, place: &Place) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        self.salt.hash(&mut hasher);
        for input in self.inputs {
            hash_tree(&place.path(input), &IGNORED, &mut hasher)?;
        }
        for output in self.outputs {
            hash_tree(&place.path(output), &[], &mut hasher)?;
        }
        Ok(format!("{:016x}", hasher.finish()))
    }
}

fn hash_tree(path: &Path, ignored: &[&str], hasher: &mut DefaultHasher) -> Result<()> {
    if path.is_dir() {
        let mut children: Vec<PathBuf> = std::fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        children.sort();
        for child in children {
            let name = child.file_name().map(|name| name.to_string_lossy());
            if name.is_some_and(|name| ignored.contains(&name.as_ref())) {
                continue;
            }
            hash_tree(&child, ignored, hasher)?;
        }
    } else if path.is_file() {
        path.file_name().hash(hasher);
        std::fs::read(path)
            .with_context(|| path.display().to_string())?
            .hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_done_until_an_input_or_an_output_changes() {
        let root = std::env::temp_dir().join(format!("backline-stamp-{}", std::process::id()));
        std::fs::create_dir_all(root.join("in/node_modules")).unwrap();
        std::fs::write(root.join("in/a"), "1").unwrap();
        let place = Place {
            target: root.join("target"),
            root: root.clone(),
        };
        let step = Step {
            name: "step",
            inputs: &["in"],
            outputs: &["out"],
            salt: "",
        };
        assert!(!step.is_done(&place).unwrap());
        std::fs::write(root.join("out"), "built").unwrap();
        step.done(&place).unwrap();
        assert!(step.is_done(&place).unwrap());
        std::fs::write(root.join("in/node_modules/b"), "ignored").unwrap();
        assert!(step.is_done(&place).unwrap());
        std::fs::write(root.join("in/a"), "2").unwrap();
        assert!(!step.is_done(&place).unwrap());
        std::fs::write(root.join("in/a"), "1").unwrap();
        assert!(step.is_done(&place).unwrap());
        std::fs::remove_file(root.join("out")).unwrap();
        assert!(!step.is_done(&place).unwrap());
        std::fs::remove_dir_all(root).unwrap();
    }
}
