//! What Backline's webhooks answer and order, as pure code: a server carries out the orders.
//!
//! ```text
//! start(now, request) ─▶ Orders([..]) ─▶ resume(now, answers) ─▶ Orders([..]) ─▶ … ─▶ Respond(response)
//! ```
//!
//! The orders of one step run at the same time; their answers come back in the same order. A run keeps no state beyond
//! itself: everything that must last is on the caller's task, and is written with `If-Match`
//! (<https://www.twilio.com/docs/taskrouter/api/task#task-version>).
//!
//! | request | who may | run |
//! |---|---|---|
//! | `POST /internal-call/flex/ring` | the caller | [`ring`]: makes the callee's task, once |
//! | `POST /internal-call/flex/reject` | the callee | [`close`] as declined |
//! | `POST /internal-call/flex/end` | either party | [`close`] |
//! | `POST /internal-call/common/agent-outbound-join` | Twilio | TwiML of the caller's leg |
//! | `POST /internal-call/common/agent-join-conference` | Twilio | TwiML of the callee's leg |
//! | `POST /internal-call/common/agent-leg-over` | Twilio | [`close`], if the leg had been answered |
//! | `POST /internal-call/common/call-outbound-join` | Twilio | [`conference`]: joins and ends |
//!
//! Invariants: however often and in whatever order these come, at most one task for the callee is ever on offer
//! (claim by `If-Match`, then create, then write back); closing closes everything that is open, and nothing else.

pub mod close;
pub mod conference;
pub mod http;
pub mod order;
pub mod ring;
#[cfg(test)]
mod tests;
pub mod twiml;

use crate::ids::{ConferenceSid, TaskSid, WorkerSid, WorkflowSid};
use crate::time::Millis;
pub use order::{Answer, Order};

/// What the account's environment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `TWILIO_FLEX_INTERNAL_CALL_WORKFLOW_SID`: workflow of the callee's task.
    pub workflow: WorkflowSid,
    /// Absolute base URL of these functions, without a slash at its end: where Twilio sends its callbacks.
    pub base: String,
}

/// A request, with its origin already proved where the server can (Twilio's signature).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// The caller's plugin asks to ring the callee.
    Ring {
        /// The caller's task.
        task: TaskSid,
        /// His Flex token.
        token: String,
    },
    /// The callee's plugin says that he declines.
    Reject {
        /// The callee's task.
        task: TaskSid,
        /// His Flex token.
        token: String,
    },
    /// A party's plugin says that the call is over.
    End {
        /// Either task of the call.
        task: TaskSid,
        /// His Flex token.
        token: String,
    },
    /// Twilio wants the TwiML of an answered leg.
    Twiml {
        /// The caller's task, which names the conference.
        conference: TaskSid,
        /// Whose leg.
        role: crate::twilio::attributes::Role,
    },
    /// Twilio tells that an agent's leg is over
    /// (<https://www.twilio.com/docs/taskrouter/api/reservations>, `CallStatusCallbackUrl`).
    LegOver {
        /// The caller's task.
        task: TaskSid,
        /// `CallStatus` is `completed`: a leg that nobody answered leaves the call on offer.
        was_answered: bool,
    },
    /// Twilio tells what happened in a conference.
    Conference {
        /// What happened.
        event: ConferenceEvent,
        /// `FriendlyName`: the caller's task.
        task: TaskSid,
        /// `ConferenceSid`.
        conference: ConferenceSid,
    },
}

/// The conference's events that matter here
/// (<https://www.twilio.com/docs/voice/twiml/conference#attributes-statuscallbackevent>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConferenceEvent {
    /// `participant-join` with the label `caller`.
    CallerJoined,
    /// `participant-join` with the label `callee`.
    CalleeJoined,
    /// `conference-end`.
    Ended,
    /// Any other.
    Other,
}

/// A worker who proved himself by his Flex token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// His worker.
    pub worker: WorkerSid,
}

/// What a request is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The body and its type.
    pub body: Body,
}

/// A response's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// `application/json`.
    Json(String),
    /// `text/xml`.
    Twiml(String),
    /// Nothing.
    Empty,
}

impl Response {
    /// `{"success":true,…}`
    #[must_use]
    pub fn done(callee_task: Option<&TaskSid>) -> Self {
        let body =
            serde_json::json!({ "success": true, "calleeTask": callee_task.map(TaskSid::as_str) });
        Self {
            status: 200,
            body: Body::Json(body.to_string()),
        }
    }

    /// `{"success":false,"message":…}`: a sentence that an agent may read.
    #[must_use]
    pub fn refused(status: u16, message: &str) -> Self {
        let body = serde_json::json!({ "success": false, "message": message });
        Self {
            status,
            body: Body::Json(body.to_string()),
        }
    }

    /// What callbacks are answered with.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            status: 200,
            body: Body::Empty,
        }
    }
}

/// What comes next in a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Carry these out, all at the same time, and resume with their answers in the same order.
    Orders(Vec<Order>),
    /// The run is over.
    Respond(Response),
}

/// A request being answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    settings: Settings,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Ring(ring::Ring),
    Close(close::Close),
    Conference(conference::Conference),
    Over,
}

/// Begins to answer a request.
#[must_use]
pub fn start(settings: Settings, request: Request) -> (Run, Step) {
    let (state, step) = match request {
        Request::Ring { task, token } => {
            let (ring, step) = ring::Ring::asked(task, token);
            (State::Ring(ring), step)
        }
        Request::Reject { task, token } => {
            let (close, step) = close::Close::declined(task, token);
            (State::Close(close), step)
        }
        Request::End { task, token } => {
            let (close, step) = close::Close::ended(task, token);
            (State::Close(close), step)
        }
        Request::Twiml { conference, role } => {
            let body = Body::Twiml(twiml::join(&settings.base, &conference, role));
            (State::Over, Step::Respond(Response { status: 200, body }))
        }
        Request::LegOver {
            was_answered: false,
            ..
        } => (State::Over, Step::Respond(Response::empty())),
        Request::LegOver {
            task,
            was_answered: true,
        } => {
            let (close, step) = close::Close::leg_over(task);
            (State::Close(close), step)
        }
        Request::Conference {
            event,
            task,
            conference,
        } => {
            let (run, step) = conference::Conference::told(event, task, conference);
            (run.map_or(State::Over, State::Conference), step)
        }
    };
    (Run { settings, state }, step)
}

impl Run {
    /// Goes on with the answers to the last step's orders. `now`: milliseconds since the Unix epoch, for the age of claims.
    pub fn resume(&mut self, now: Millis, answers: Vec<Answer>) -> Step {
        match &mut self.state {
            State::Ring(ring) => ring.resume(now, &self.settings, answers),
            State::Close(close) => close.resume(answers),
            State::Conference(conference) => conference.resume(now, &self.settings, answers),
            State::Over => Step::Respond(Response::refused(500, "answered already")),
        }
    }
}
