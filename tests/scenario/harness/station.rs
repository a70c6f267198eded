//! A tab of an agent's browser: the core, what the TaskRouter SDK holds, what the person has seen and done.

use super::message::{Agent, Page, Seat};
use super::{server, NAMES};
use backline::desk::Desk;
use backline::effect::Notice;
use backline::event::{EffectId, Event};
use backline::ids::{ReservationSid, TaskSid};
use backline::recorder::Recorder;
use backline::time::Millis;
use backline::twilio::attributes::PartyState;
use backline::view::{CallLine, CallView, HoldView, OrderView};
use backline_world::account;
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};

pub struct Station {
    pub seat: Seat,
    pub life: u32,
    /// Whether there is a page, loaded.
    pub open: bool,
    pub desk: Desk,
    pub recorder: Recorder,
    pub notices: Vec<Notice>,
    /// As the SDK holds them: those that are not over.
    pub reservations: BTreeMap<ReservationSid, Held>,
    /// Which connection to TaskRouter this is; `None` while there is none.
    pub socket: Option<u32>,
    pub sessions: u32,
    /// When the latest event of the socket arrives: a socket keeps its order.
    pub latest: Millis,
    /// Requests to the functions that are not answered, and the tasks that they are about.
    pub asked: BTreeMap<EffectId, Option<TaskSid>>,
    /// Flex's actions that resolve with an effect of the core.
    pub waiting: BTreeMap<EffectId, EffectId>,
    pub actions: u32,
    /// Offers that the person has taken.
    pub taken: BTreeSet<ReservationSid>,
    /// What the panel said last, and since when its call waits.
    pub shown: CallLine,
    pub waits_since: Option<Millis>,
    /// The call that it speaks of.
    pub placed: Option<TaskSid>,
    /// Whether the page was told that the callee of that call is in it.
    pub told_answered: bool,
    /// Holds as last shown.
    pub holds: BTreeMap<ReservationSid, HoldView>,
}

/// A reservation in the SDK.
#[derive(Debug, Clone)]
pub struct Held {
    pub task: String,
    pub status: String,
    pub timeout: Value,
    /// Seconds since the Unix epoch, and seconds: of the reservation, of its task, and how old that was.
    pub times: [Value; 3],
    pub attributes: Value,
}

impl Held {
    pub fn role(&self) -> Option<&str> {
        self.attributes["internal_call"]["role"].as_str()
    }

    /// The caller's task of its call, if it is one between agents.
    pub fn call(&self) -> Option<TaskSid> {
        let named = match self.role()? {
            "caller" => self.task.as_str(),
            _ => self.attributes["internal_call"]["caller_task"].as_str()?,
        };
        TaskSid::parse(named).ok()
    }
}

pub const FULL_NAMES: [&str; 3] = ["Alice Anderson", "Bob Brown", "Carol Clark"];

/// Whose seat it is.
pub fn agent_of(seat: Seat) -> Agent {
    seat % NAMES.len()
}

impl Station {
    /// No page yet.
    pub fn new(seat: Seat, life: u32) -> Self {
        Self {
            seat,
            life,
            open: false,
            desk: Desk::default(),
            recorder: Recorder::with_segments(Millis::from_secs(300), 40),
            notices: Vec::new(),
            reservations: BTreeMap::new(),
            socket: None,
            sessions: 0,
            latest: Millis(0),
            asked: BTreeMap::new(),
            waiting: BTreeMap::new(),
            actions: 0,
            taken: BTreeSet::new(),
            shown: CallLine::Idle,
            waits_since: None,
            placed: None,
            told_answered: false,
            holds: BTreeMap::new(),
        }
    }

    pub fn page(&self) -> Page {
        Page {
            seat: self.seat,
            life: self.life,
        }
    }

    pub fn agent(&self) -> Agent {
        agent_of(self.seat)
    }

    /// What the shell tells first.
    pub fn started(&self, recovers: bool) -> Event {
        let agent = self.agent();
        let started = json!({
            "kind": "started",
            "tab": format!("tab-{}-{}", self.seat, self.life),
            "configuration": {
                "outbound_call_flows": {"default": {
                    "workflow_sid": account::anyone_workflow_sid(),
                    "queue_sid": account::everyone_queue_sid(),
                    "caller_id": "+15550100"}},
                "ui_attributes": {"custom_data": {
                    "serverless_functions_domain": server::BASE.trim_start_matches("http://"),
                    "serverless_functions_protocol": "http",
                    "features": {
                        "internal_call": {"enabled": true, "enable_call_queue": true},
                        "multi_call": {"recover": recovers}}}}},
            "me": {"workerSid": account::worker_sid(agent), "friendlyName": NAMES[agent],
                   "attributes": {"contact_uri": format!("client:{}", NAMES[agent]),
                                  "full_name": FULL_NAMES[agent]}},
            "activities": [],
        });
        serde_json::from_value(started).unwrap()
    }

    pub fn line(&self) -> CallLine {
        match self.desk.dialpad_view() {
            Some(view) => view.call,
            None => CallLine::Idle,
        }
    }

    pub fn is_calling(&self) -> bool {
        waits(&self.shown) || matches!(self.shown, CallLine::Talking { .. })
    }

    /// An offer that the person sees, not his own outbound leg.
    pub fn offer(&self) -> Option<ReservationSid> {
        let mut all = self.reservations.iter();
        all.find(|(_, held)| held.status == "pending" && held.role() != Some("caller"))
            .map(|(sid, _)| sid.clone())
    }

    pub fn own(&self, status: &str) -> Option<ReservationSid> {
        let mut all = self.reservations.iter();
        all.find(|(_, held)| held.status == status && held.role() == Some("caller"))
            .map(|(sid, _)| sid.clone())
    }

    /// The call whose Hold button shows this.
    pub fn holding(&self, wanted: HoldView) -> Option<ReservationSid> {
        let mut all = self.reservations.keys();
        all.find(|sid| self.hold(sid) == Some(wanted)).cloned()
    }

    /// The call whose other party can be transferred.
    pub fn transferable(&self) -> Option<ReservationSid> {
        let able = |sid: &&ReservationSid| {
            let view = self.desk.call_view(sid.as_str());
            view.is_some_and(|view| view.transfer == Some(OrderView::Able))
        };
        self.reservations.keys().find(able).cloned()
    }

    /// A call of his whose canvas is so.
    pub fn company(&self, so: impl Fn(&CallView) -> bool) -> Option<(ReservationSid, CallView)> {
        let view = |sid: &ReservationSid| Some((sid.clone(), self.desk.call_view(sid.as_str())?));
        let mut views = self.reservations.keys().filter_map(view);
        views.find(|(_, view)| so(view))
    }

    /// Another party of a call of several, of those in this state.
    pub fn other_party(&self, so: impl Fn(PartyState) -> bool) -> Option<(ReservationSid, String)> {
        let found = |view: &CallView| view.parties.iter().any(|party| so(party.state));
        let (sid, view) = self.company(|view| view.hold.is_some() && found(view))?;
        let party = view.parties.into_iter().find(|party| so(party.state))?;
        Some((sid, party.label))
    }

    pub fn hold(&self, reservation: &ReservationSid) -> Option<HoldView> {
        self.desk.call_view(reservation.as_str())?.hold
    }
}

/// Whether the caller waits for his callee.
pub fn waits(line: &CallLine) -> bool {
    match line {
        CallLine::Calling { .. } | CallLine::Ringing { .. } => true,
        CallLine::Idle
        | CallLine::Talking { .. }
        | CallLine::Unanswered { .. }
        | CallLine::Cancelled { .. }
        | CallLine::Ended { .. }
        | CallLine::Failed { .. } => false,
    }
}
