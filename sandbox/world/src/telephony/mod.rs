//! Programmable Voice.

use crate::orders::{CallFact, DialOrder};
use crate::output::Output;
use backline::time::Millis;

/// Calls, conferences, webhooks.
#[derive(Debug, Clone, Default)]
pub struct Telephony {
    facts: Vec<CallFact>,
    outputs: Vec<Output>,
}

impl Telephony {
    /// The earliest ring timeout or TwiML pause.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        None
    }

    /// Lets everything due at `due` happen.
    pub fn fire(&mut self, _due: Millis) {}

    /// Rings a worker's phone.
    pub fn dial(&mut self, _now: Millis, _order: DialOrder) {}

    /// What routing must know.
    pub fn drain_facts(&mut self) -> Vec<CallFact> {
        std::mem::take(&mut self.facts)
    }

    /// What the outside must do.
    pub fn drain_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }
}
