//! Programmable Voice.

use crate::audio::AudioGraph;
use crate::orders::{CallFact, DialOrder, ParticipantSnapshot};
use crate::output::Output;
use backline::ids::{CallSid, ConferenceSid, TaskSid};
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

    /// The live conference that `Instruction=conference` made for a task.
    #[must_use]
    pub fn conference_of_task(&self, _task: &TaskSid) -> Option<ConferenceSid> {
        None
    }

    /// Who is in a conference.
    #[must_use]
    pub fn participants(&self, _conference: &ConferenceSid) -> Vec<ParticipantSnapshot> {
        Vec::new()
    }

    /// Holds a participant or takes him back.
    ///
    /// # Errors
    /// If he is not there.
    pub fn hold_participant(
        &mut self,
        _now: Millis,
        _conference: &ConferenceSid,
        _call: &CallSid,
        _hold: bool,
    ) -> Result<ParticipantSnapshot, String> {
        Err("no such participant".to_owned())
    }

    /// Mutes a participant or lets him speak.
    ///
    /// # Errors
    /// If he is not there.
    pub fn mute_participant(
        &mut self,
        _now: Millis,
        _conference: &ConferenceSid,
        _call: &CallSid,
        _muted: bool,
    ) -> Result<ParticipantSnapshot, String> {
        Err("no such participant".to_owned())
    }

    /// Ends a call.
    pub fn end_call(&mut self, _now: Millis, _call: &CallSid) -> bool {
        false
    }
}
