//! What went wrong outside, as the shell reports it.

use serde::{Deserialize, Serialize};

/// An effect that failed: the rejected promise, in the terms that the core can act on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// HTTP status, if an HTTP answer said so.
    #[serde(default)]
    pub status: Option<u16>,
    /// What the SDK, the server or the browser said; shown to the agent behind our own sentence.
    pub message: String,
}

impl Failure {
    /// A failure without an HTTP status.
    #[must_use]
    pub fn new(message: &str) -> Self {
        Self {
            status: None,
            message: message.to_owned(),
        }
    }
}
