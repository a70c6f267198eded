//! What a colleague who is on a call is to those who call him: of Flex's service configuration, and of his own worker.
//!
//! | his worker's `internal_call_busy_policy` | `features.internal_call.busy_policy` | goes by |
//! |---|---|---|
//! | one of the three | any | the worker's |
//! | absent, or anything else | one of the three | the configuration's |
//! | absent, or anything else | absent, or anything else | `ring` |
//!
//! It is the callee's that counts. His attribute is a supervisor's to write, by Twilio's Console or REST
//! (<https://www.twilio.com/docs/taskrouter/api/worker#update-a-worker-resource>): nothing here does. Only the functions
//! read it; what is configured, which they do not know, the caller's plugin tells them.

use serde::{Deserialize, Serialize};

/// The worker attribute that goes before the configuration.
pub const WORKER_ATTRIBUTE: &str = "internal_call_busy_policy";

/// What becomes of a call to somebody who is on one already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum BusyPolicy {
    /// Call waiting: his phone rings, as long as he has capacity left.
    Ring,
    /// He is busy, whatever his capacity.
    Busy,
    /// He is busy, and whoever calls may be told when he is free.
    Notify,
}

impl BusyPolicy {
    /// As it is configured.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::Busy => "busy",
            Self::Notify => "notify",
        }
    }

    /// Reads one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Ring, Self::Busy, Self::Notify]
            .into_iter()
            .find(|policy| policy.as_str() == text)
    }
}
