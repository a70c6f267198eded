//! Looking at calls and conferences: for REST, for routing, for tests.

use super::call::{Call, CallStatus, Direction, Doing, OnAnswer, Phone, Role, State};
use super::conference::{Conference, ConferenceStatus, Phase};
use super::conference_events::snapshot;
use super::Telephony;
use crate::orders::ParticipantSnapshot;
use backline::ids::{CallSid, ConferenceSid, ReservationSid, TaskSid, WorkerSid};
use backline::time::Millis;
use serde::Serialize;
use serde_json::{json, Value};

/// A call (<https://www.twilio.com/docs/voice/api/call-resource>). Dates are RFC 2822.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallView {
    /// Its SID.
    pub sid: CallSid,
    /// The leg that dialled it.
    pub parent: Option<CallSid>,
    /// Who calls.
    pub from: String,
    /// Who is called.
    pub to: String,
    /// Its status.
    pub status: CallStatus,
    /// Who began it.
    pub direction: Direction,
    /// A customer's name; agents' legs have none.
    pub customer: Option<String>,
    /// What his task was asked to carry.
    pub attributes: Option<Value>,
    /// The identity of the Voice SDK at the far end.
    pub identity: Option<String>,
    /// The reservation that it answers.
    pub reservation: Option<ReservationSid>,
    /// Its worker.
    pub worker: Option<WorkerSid>,
    /// A customer's task, once he talks to an agent.
    pub task: Option<TaskSid>,
    /// The conference that it is in or rings for.
    pub conference: Option<ConferenceSid>,
    /// When it was made.
    pub date_created: String,
    /// When it last changed.
    pub date_updated: String,
    /// When it was answered.
    pub start_time: Option<String>,
    /// When it was over.
    pub end_time: Option<String>,
    /// Seconds talked, once over.
    pub duration_s: Option<u64>,
    /// What it does, in a word.
    pub doing: &'static str,
}

/// A conference (<https://www.twilio.com/docs/voice/api/conference-resource>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConferenceView {
    /// Its SID.
    pub sid: ConferenceSid,
    /// Its name.
    pub friendly_name: String,
    /// Its status.
    pub status: ConferenceStatus,
    /// The task of `Instruction=conference` that it was made for.
    pub task: Option<TaskSid>,
    /// When it was made.
    pub date_created: String,
    /// When it last changed.
    pub date_updated: String,
    /// Why it ended, if it has.
    pub reason_ended: Option<&'static str>,
    /// Who ended it by leaving.
    pub ended_by: Option<CallSid>,
    /// Who is in it, or rings for it.
    pub participants: Vec<ParticipantView>,
}

/// A participant (<https://www.twilio.com/docs/voice/api/conference-participant-resource>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParticipantView {
    /// His leg.
    pub call: CallSid,
    /// The conference.
    pub conference: ConferenceSid,
    /// His label.
    pub label: Option<String>,
    /// `queued`, `ringing` or `connected`.
    pub status: &'static str,
    /// On hold.
    pub hold: bool,
    /// Muted by the conference.
    pub muted: bool,
    /// The conference may start with him.
    pub start_on_enter: bool,
    /// The conference ends with him.
    pub end_on_exit: bool,
    /// When he joined (or was rung).
    pub date_created: String,
    /// When he last changed.
    pub date_updated: String,
}

impl Telephony {
    /// A call, also one that is over.
    #[must_use]
    pub fn call(&self, sid: &CallSid) -> Option<CallView> {
        self.calls.get(sid).map(|call| self.call_view(call))
    }

    /// All calls, newest first.
    #[must_use]
    pub fn calls(&self) -> Vec<CallView> {
        self.calls
            .values()
            .rev()
            .map(|call| self.call_view(call))
            .collect()
    }

    /// A conference, also one that is over.
    #[must_use]
    pub fn conference(&self, sid: &ConferenceSid) -> Option<ConferenceView> {
        self.conferences
            .get(sid)
            .map(|room| self.conference_view(room))
    }

    /// All conferences, newest first.
    #[must_use]
    pub fn conferences(&self) -> Vec<ConferenceView> {
        self.conferences
            .values()
            .rev()
            .map(|room| self.conference_view(room))
            .collect()
    }

    /// The live conference of that name.
    #[must_use]
    pub fn conference_named(&self, name: &str) -> Option<ConferenceSid> {
        self.conferences
            .values()
            .find(|room| room.name == name && !room.is_over())
            .map(|room| room.sid.clone())
    }

    /// The live conference that `Instruction=conference` made for a task: those that Flex knows.
    #[must_use]
    pub fn conference_of_task(&self, task: &TaskSid) -> Option<ConferenceSid> {
        self.conferences
            .values()
            .find(|room| room.task.as_ref() == Some(task) && !room.is_over())
            .map(|room| room.sid.clone())
    }

    /// Who is in a conference, in order of joining.
    #[must_use]
    pub fn participants(&self, conference: &ConferenceSid) -> Vec<ParticipantSnapshot> {
        self.conferences
            .get(conference)
            .map_or_else(Vec::new, |room| {
                room.participants
                    .iter()
                    .map(|participant| snapshot(&self.calls, room, participant))
                    .collect()
            })
    }

    /// No leg and no conference is open.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.calls.values().all(Call::is_over) && self.conferences.values().all(Conference::is_over)
    }

    /// Everything, as JSON: `calls`, `conferences`, `alerts`, `open_legs`, `open_conferences`.
    #[must_use]
    pub fn snapshot(&self) -> Value {
        json!({
            "open_legs": self.calls.values().filter(|call| !call.is_over()).count(),
            "open_conferences": self.conferences.values().filter(|room| !room.is_over()).count(),
            "calls": self.calls(),
            "conferences": self.conferences(),
            "alerts": self.alerts,
        })
    }

    fn call_view(&self, call: &Call) -> CallView {
        let (answered, ended) = match &call.state {
            State::Queued(_) | State::Ringing(_) => (None, None),
            State::InProgress(live) => (Some(live.since), None),
            State::Over(over) => (over.answered, Some(over.at)),
        };
        let (reservation, worker, customer, attributes, task) = match &call.role {
            Role::Worker {
                reservation,
                worker,
            } => (
                Some(reservation.clone()),
                Some(worker.clone()),
                None,
                None,
                None,
            ),
            Role::Customer {
                name,
                attributes,
                task,
            } => (
                None,
                None,
                Some(name.clone()),
                Some(Value::Object(attributes.clone())),
                task.clone(),
            ),
            Role::Supervisor { worker } => (None, Some(worker.clone()), None, None, None),
            Role::Plain => (None, None, None, None, None),
        };
        CallView {
            sid: call.sid.clone(),
            parent: call.parent.clone(),
            from: call.from.clone(),
            to: call.to.clone(),
            status: call.status(),
            direction: call.direction,
            customer,
            attributes,
            identity: match &call.phone {
                Phone::Device { identity } => Some(identity.clone()),
                Phone::Customer { .. } | Phone::Application { .. } | Phone::Nobody => None,
            },
            reservation,
            worker,
            task,
            conference: call.conference().cloned(),
            date_created: self.date(call.created),
            date_updated: self.date(call.updated),
            start_time: answered.map(|at: Millis| self.date(at)),
            end_time: ended.map(|at: Millis| self.date(at)),
            duration_s: call.duration_s(),
            doing: doing(call),
        }
    }

    fn conference_view(&self, room: &Conference) -> ConferenceView {
        let (reason_ended, ended_by) = match &room.phase {
            Phase::Init | Phase::InProgress => (None, None),
            Phase::Completed { reason, by } => (Some(reason.as_str()), by.clone()),
        };
        let connected = room.participants.iter().map(|one| ParticipantView {
            call: one.call.clone(),
            conference: room.sid.clone(),
            label: one.label.clone(),
            status: "connected",
            hold: one.hearing.is_held(),
            muted: one.muted,
            start_on_enter: one.start_on_enter,
            end_on_exit: one.end_on_exit,
            date_created: self.date(one.joined),
            date_updated: self.date(one.updated),
        });
        let ringing = self
            .ringing_for(&room.sid)
            .into_iter()
            .filter_map(|sid| self.ringing_participant(room, &sid));
        ConferenceView {
            sid: room.sid.clone(),
            friendly_name: room.name.clone(),
            status: room.status(),
            task: room.task.clone(),
            date_created: self.date(room.created),
            date_updated: self.date(room.updated),
            reason_ended,
            ended_by,
            participants: connected.chain(ringing).collect(),
        }
    }

    fn ringing_participant(&self, room: &Conference, sid: &CallSid) -> Option<ParticipantView> {
        let call = self.calls.get(sid)?;
        let OnAnswer::Join(_, entry) = &call.offer()?.then else {
            return None;
        };
        Some(ParticipantView {
            call: sid.clone(),
            conference: room.sid.clone(),
            label: entry.label.clone(),
            status: match call.state {
                State::Ringing(_) => "ringing",
                State::Queued(_) | State::InProgress(_) | State::Over(_) => "queued",
            },
            hold: false,
            muted: entry.muted,
            start_on_enter: entry.start_on_enter,
            end_on_exit: entry.end_on_exit,
            date_created: self.date(call.created),
            date_updated: self.date(call.updated),
        })
    }
}

fn doing(call: &Call) -> &'static str {
    match call.doing() {
        None if call.is_over() => "over",
        None => "ringing",
        Some(Doing::Between) => "between verbs",
        Some(Doing::Fetching { .. }) => "fetching TwiML",
        Some(Doing::Waiting { .. }) => "waiting",
        Some(Doing::InConference { .. }) => "in conference",
        Some(Doing::Dialling { .. }) => "dialling",
        Some(Doing::BridgedTo { .. } | Doing::BridgedBy { .. }) => "bridged",
        Some(Doing::Enqueued(_)) => "enqueued",
    }
}
