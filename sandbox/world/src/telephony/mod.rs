//! Programmable Voice.

use crate::audio::AudioGraph;
use crate::orders::{CallFact, DialOrder};
use crate::output::Output;
use backline::ids::CallSid;
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

    /// Who hears what.
    #[must_use]
    pub fn audio(&self) -> AudioGraph {
        AudioGraph::default()
    }

    /// A Device rings.
    pub fn leg_ringing(&mut self, _now: Millis, _call: &CallSid) {}

    /// A Device took the leg.
    pub fn leg_answered(&mut self, _now: Millis, _call: &CallSid) {}

    /// A Device refused the leg.
    pub fn leg_rejected(&mut self, _now: Millis, _call: &CallSid) {}

    /// Nobody is registered.
    pub fn leg_unreachable(&mut self, _now: Millis, _call: &CallSid) {}

    /// The Device hung up.
    pub fn leg_hung_up(&mut self, _now: Millis, _call: &CallSid) {}

    /// A Device starts a call of its own.
    pub fn browser_dials(
        &mut self,
        _now: Millis,
        _identity: &str,
        _parameters: Vec<(String, String)>,
    ) -> CallSid {
        CallSid::from_number(0)
    }
}
