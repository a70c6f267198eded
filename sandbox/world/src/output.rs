//! What the world asks of the outside. Collected by [`crate::World::drain`], in the order of cause.

use backline::ids::{CallSid, TaskSid, WorkerSid};
use serde_json::Value;

/// A request that the sandbox (or a scenario test) must carry out.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Push to the worker's event bridges: `{"event_type", "payload"}`.
    WorkerEvent {
        worker: WorkerSid,
        event_type: String,
        payload: Value,
    },
    /// The worker's row in the `tr-worker` index changed.
    WorkerIndexChanged { worker: WorkerSid },
    /// An item of the Sync map `<task>.CS` is new or changed: what Flex reads of a conference whose task is not the
    /// reader's own.
    ConferenceItem {
        task: TaskSid,
        key: String,
        data: Value,
    },
    /// Ring the Devices registered as `identity`. Answered by `telephony` inputs (`leg_answered`, …).
    OfferLeg {
        call: CallSid,
        identity: String,
        from: String,
        to: String,
        parameters: Vec<(String, String)>,
    },
    /// Stop ringing: the leg was taken back.
    CancelLeg { call: CallSid },
    /// Hang up an answered leg.
    HangUpLeg { call: CallSid },
    /// Send a webhook; its answer returns through `telephony.webhook_answered`.
    Webhook(Webhook),
}

/// A webhook request (<https://www.twilio.com/docs/usage/webhooks>), to be signed by whoever sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Identifies the request to its answer.
    pub id: u64,
    /// What it is for; also the name by which `control/` faults it: `twiml`, `conference-status`, `call-status`,
    /// `assignment`, `taskrouter-event`; `wait` and `hold` (what somebody hears who waits or is on hold): those may also
    /// be answered with a sound, through `telephony.sound_answered`.
    pub purpose: &'static str,
    /// How it is sent.
    pub method: Method,
    /// Absolute URL.
    pub url: String,
    /// Parameters, in order: a form, or with GET more of the query.
    pub parameters: Vec<(String, String)>,
}

/// How a webhook is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

impl Method {
    /// As `waitMethod` and the like name it; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [("GET", Self::Get), ("POST", Self::Post)]
            .into_iter()
            .find(|(name, _)| text.eq_ignore_ascii_case(name))
            .map(|(_, method)| method)
    }
}
