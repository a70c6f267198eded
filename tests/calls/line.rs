//! One call, outside the core: TaskRouter's reservation, the Voice SDK's leg, Twilio's participant.

use backline::event::{ActionToken, EffectId, Event};
use backline::ids::{CallSid, ReservationSid, TaskSid};
use serde_json::{json, Value};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line {
    pub stage: Stage,
    pub leg: Leg,
    /// Flex's own accept, under way.
    pub accept: Option<ActionToken>,
    /// The customer hears music.
    pub held: bool,
    /// As the core was told; `None`: not since it changed.
    pub told: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Unborn,
    Offered,
    Accepted,
    /// In wrap-up, or gone.
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leg {
    None,
    /// Twilio calls the agent.
    Due,
    /// Flex answers it.
    Ringing,
    /// Waits for a device of its own; `None`: nobody opens one.
    Waiting(Option<EffectId>),
    /// The device connects.
    Connecting,
    Opened,
    Audible,
    Gone,
}

impl Leg {
    /// Whether it keeps a device busy.
    pub fn is_there(self) -> bool {
        match self {
            Self::Ringing | Self::Connecting | Self::Opened | Self::Audible => true,
            Self::None | Self::Due | Self::Waiting(_) | Self::Gone => false,
        }
    }

    pub fn is_open(self) -> bool {
        matches!(self, Self::Opened | Self::Audible)
    }
}

impl Line {
    pub fn new() -> Self {
        Self {
            stage: Stage::Unborn,
            leg: Leg::None,
            accept: None,
            held: false,
            told: None,
        }
    }
}

pub fn reservation(line: usize) -> ReservationSid {
    ReservationSid::from_number(line as u128)
}

pub fn leg(line: usize) -> CallSid {
    CallSid::from_number(line as u128)
}

pub fn customer(line: usize) -> String {
    CallSid::from_number(100 + line as u128).to_string()
}

pub fn line_of(sid: &CallSid, lines: usize) -> Option<usize> {
    (0..lines).find(|line| leg(*line) == *sid)
}

pub fn line_of_reservation(sid: &ReservationSid, lines: usize) -> Option<usize> {
    (0..lines).find(|line| reservation(*line) == *sid)
}

/// TaskRouter tells where the reservation stands.
pub fn stands(line: usize, status: &str) -> Event {
    let task = TaskSid::from_number(line as u128);
    event(json!({"kind": "reservationChanged", "reservation": {
        "sid": reservation(line), "taskSid": task, "status": status, "channel": "voice", "attributes": {}}}))
}

/// Flex tells who is in the conference.
pub fn meets(line: usize, held: bool) -> Event {
    event(
        json!({"kind": "participantsChanged", "reservation": reservation(line), "participants": [
        {"target": customer(line), "kind": "customer", "me": false, "joined": true, "onHold": held},
        {"target": "me", "kind": "worker", "call": leg(line), "me": true, "joined": true, "onHold": false}]}),
    )
}

pub fn event(json: Value) -> Event {
    serde_json::from_value(json).unwrap()
}
