//! Programmable Voice: legs, conferences, TwiML, status callbacks.
//!
//! A leg (<https://www.twilio.com/docs/voice/api/call-resource#call-status-values>):
//!
//! | from | when | to |
//! |---|---|---|
//! | `queued` | the phone says that it rings | `ringing` |
//! | `queued`, `ringing` | answered | `in-progress`, does what it was made for |
//! | `queued`, `ringing` | refused / not in time / nobody there / taken back | `busy` / `no-answer` / `failed` / `canceled` |
//! | `in-progress` | either end hangs up, its TwiML ends, its conference ends | `completed` |
//!
//! A conference (<https://www.twilio.com/docs/voice/api/conference-resource>): `init` until two are in, one of whom
//! starts it; `in-progress`; `completed` when the last leaves, one leaves who ends it, or REST ends it.
//!
//! Invariants: a leg that is over never comes back and is in no conference; a conference that is over has no
//! participants; an answer to a webhook that the leg no longer waits for changes nothing; nobody hears a participant
//! who is held or muted.

mod application;
mod audio;
mod call;
mod callback;
mod conference;
mod conference_events;
mod customers;
mod dial;
mod hearing;
mod legs;
mod operations;
mod player;
mod queue;
mod run;
#[cfg(test)]
mod tests;
mod twiml;
mod view;
mod xml;

pub use application::{Application, ApplicationChanges};
pub use call::{CallStatus, Direction};
pub use conference::ConferenceStatus;
pub use customers::Customer;
pub use hearing::Tune;
pub use operations::{
    CallChange, ConferenceOfParticipant, CreateError, HoldChange, NewCall, NewParticipant,
    ParticipantChanges, Twiml, UpdateError,
};
pub use view::{CallView, ConferenceView, ParticipantView};

use crate::orders::{CallFact, DialOrder};
use crate::output::Output;
use backline::ids::{ApplicationSid, CallSid, ConferenceSid};
use backline::time::Millis;
use call::Call;
use conference::Conference;
use std::collections::BTreeMap;

/// Calls, conferences, webhooks.
#[derive(Debug, Clone, Default)]
pub struct Telephony {
    calls: BTreeMap<CallSid, Call>,
    conferences: BTreeMap<ConferenceSid, Conference>,
    /// How numbers behave that somebody dials; others answer after [`Setup::customer_answers_after`].
    customers: BTreeMap<String, Customer>,
    applications: BTreeMap<ApplicationSid, Application>,
    /// Numbers of the account, and their voice URLs.
    numbers: BTreeMap<String, String>,
    alerts: Vec<Alert>,
    setup: Setup,
    webhooks: u64,
    facts: Vec<CallFact>,
    outputs: Vec<Output>,
}

/// How the account is set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// TwiML of the account's number; `None`: `<Enqueue>` into the workflow "Assign to Anyone".
    pub inbound_twiml: Option<String>,
    /// Voice URL of the TwiML app that browsers call through; `None`: dials what `To` says.
    pub browser_url: Option<String>,
    /// How long a dialled customer rings.
    pub customer_answers_after: Millis,
    /// Unix time of the world's moment 0, milliseconds.
    pub epoch_ms: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            inbound_twiml: None,
            browser_url: None,
            customer_answers_after: Millis(2_000),
            // 2026-01-01, so that logs of simulated time are the same every time.
            epoch_ms: 1_767_225_600_000,
        }
    }
}

/// What Twilio's debugger would list (<https://www.twilio.com/docs/api/errors>).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Alert {
    /// Twilio's number: 11200, 12100, 12200 …
    pub code: u32,
    /// The call.
    pub call: CallSid,
    /// What was wrong.
    pub message: String,
}

/// How many alerts are kept.
const ALERTS: usize = 100;

impl Telephony {
    /// Changes how the account is set up, from now on.
    pub fn set_up(&mut self, setup: Setup) {
        self.setup = setup;
    }

    /// How the account is set up.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The latest alerts, oldest first.
    #[must_use]
    pub fn alerts(&self) -> &[Alert] {
        &self.alerts
    }

    /// The earliest ring timeout or TwiML pause, also of what somebody hears who waits or is on hold.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        self.calls
            .values()
            .filter_map(Call::deadline)
            .chain(self.player_deadline())
            .min()
    }

    /// Lets everything due at `due` happen.
    pub fn fire(&mut self, due: Millis) {
        let ripe: Vec<CallSid> = self
            .calls
            .values()
            .filter(|call| call.deadline().is_some_and(|deadline| deadline <= due))
            .map(|call| call.sid.clone())
            .collect();
        for sid in ripe {
            self.ripen(due, &sid);
        }
        self.fire_players(due);
    }

    /// Rings a worker's phone.
    pub fn dial(&mut self, now: Millis, order: DialOrder) {
        self.ring_worker(now, order);
    }

    /// What routing must know.
    pub fn drain_facts(&mut self) -> Vec<CallFact> {
        std::mem::take(&mut self.facts)
    }

    /// What the outside must do.
    pub fn drain_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    fn alert(&mut self, code: u32, call: &CallSid, message: impl Into<String>) {
        if self.alerts.len() >= ALERTS {
            self.alerts.remove(0);
        }
        self.alerts.push(Alert {
            code,
            call: call.clone(),
            message: message.into(),
        });
    }

    fn next_call_sid(&self) -> CallSid {
        CallSid::from_number(0xca11_0000 + self.calls.len() as u128 + 1)
    }

    fn next_conference_sid(&self) -> ConferenceSid {
        ConferenceSid::from_number(0xcf00_0000 + self.conferences.len() as u128 + 1)
    }
}
