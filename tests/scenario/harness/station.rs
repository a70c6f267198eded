//! An agent's browser: the core, what the shell does with its effects, the TaskRouter SDK's reservations, the person.

use super::message::{Agent, Asker, Message, Rpc};
use super::{server, Office, NAMES};
use backline::desk::Desk;
use backline::effect::{Effect, Notice, Verdict};
use backline::event::{ActionToken, EffectId, Event, FlexAction, Outcome, Tab};
use backline::ids::ReservationSid;
use backline::time::Millis;
use backline::view::CallLine;
use backline_world::account;
use backline_world::routing::{Dial, ReservationUpdate};
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};

pub struct Station {
    pub desk: Desk,
    pub notices: Vec<Notice>,
    /// As the SDK holds them: those that are not over.
    pub reservations: BTreeMap<ReservationSid, Held>,
    /// Flex's actions that resolve with an effect of the core.
    waiting: BTreeMap<EffectId, EffectId>,
    actions: u32,
    /// Offers that the person has taken.
    pub taken: BTreeSet<ReservationSid>,
}

/// A reservation in the SDK.
#[derive(Debug, Clone)]
pub struct Held {
    pub task: String,
    pub status: String,
    pub attributes: Value,
}

impl Held {
    fn role(&self) -> Option<&str> {
        self.attributes["internal_call"]["role"].as_str()
    }
}

pub const FULL_NAMES: [&str; 3] = ["Alice Anderson", "Bob Brown", "Carol Clark"];

impl Station {
    pub fn new(agent: Agent) -> Self {
        let mut desk = Desk::default();
        let started = json!({
            "kind": "started",
            "configuration": {
                "outbound_call_flows": {"default": {
                    "workflow_sid": account::anyone_workflow_sid(),
                    "queue_sid": account::everyone_queue_sid(),
                    "caller_id": "+15550100"}},
                "ui_attributes": {"custom_data": {
                    "serverless_functions_domain": server::BASE.trim_start_matches("http://"),
                    "serverless_functions_protocol": "http",
                    "features": {"internal_call": {"enabled": true, "enable_call_queue": true}}}}},
            "me": {"workerSid": account::worker_sid(agent), "friendlyName": NAMES[agent],
                   "attributes": {"contact_uri": format!("client:{}", NAMES[agent]),
                                  "full_name": FULL_NAMES[agent]}},
            "activities": [],
        });
        let started: Event = serde_json::from_value(started).unwrap();
        assert_eq!(desk.handle(Millis(0), &started), vec![]);
        open_queues(&mut desk);
        Self {
            desk,
            notices: Vec::new(),
            reservations: BTreeMap::new(),
            waiting: BTreeMap::new(),
            actions: 0,
            taken: BTreeSet::new(),
        }
    }

    pub fn line(&self) -> CallLine {
        self.desk.dialpad_view().unwrap().call
    }

    fn is_calling(&self) -> bool {
        match self.line() {
            CallLine::Calling { .. } | CallLine::Ringing { .. } | CallLine::Talking { .. } => true,
            CallLine::Idle
            | CallLine::Unanswered { .. }
            | CallLine::Cancelled { .. }
            | CallLine::Ended { .. }
            | CallLine::Failed { .. } => false,
        }
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

    /// A call of his is on, or about to be; `but` is the one that he means to take.
    ///
    /// Until calls are arbitrated (`calls/`, a later issue) nothing but the agent himself keeps him from having two.
    pub fn is_busy(&self, but: Option<&ReservationSid>) -> bool {
        let taken =
            |sid: &&ReservationSid| self.reservations.contains_key(*sid) && Some(*sid) != but;
        self.is_calling()
            || self.taken.iter().any(|sid| taken(&sid))
            || self
                .reservations
                .values()
                .any(|held| held.status == "accepted")
    }
}

/// The queues' field was opened before, and its list is there.
fn open_queues(desk: &mut Desk) {
    let opened = Event::FieldOpened { tab: Tab::Queue };
    let effects = desk.handle(Millis(0), &opened);
    let load = effects.iter().find_map(|effect| match effect {
        Effect::LoadQueues { id } => Some(*id),
        _ => None,
    });
    let queues = ["Everyone", "Sales", "Support"].map(str::to_owned).to_vec();
    let outcome = Outcome::Queues { queues };
    let id = load.unwrap();
    desk.handle(Millis(0), &Event::Settled { id, outcome });
}

impl Office {
    /// Hands the core a fact and does what it orders.
    pub(super) fn dispatch(&mut self, agent: Agent, event: Event) -> Vec<Effect> {
        let effects = self.stations[agent].desk.handle(self.now, &event);
        for effect in &effects {
            self.note(format!("{} orders {effect:?}", NAMES[agent]));
        }
        for effect in effects.clone() {
            self.perform(agent, effect);
        }
        effects
    }

    fn perform(&mut self, agent: Agent, effect: Effect) {
        let station = &mut self.stations[agent];
        match effect {
            // Read by whoever asked; the panel is fetched by whoever looks at it.
            Effect::Verdict { .. } | Effect::ViewChanged { .. } | Effect::NotifyRinging { .. } => {}
            Effect::Notify { notice } => station.notices.push(notice),
            Effect::CreateTask { id, order } => {
                self.order(agent, "rpc:create-task", Some(id), Rpc::CreateTask(order));
            }
            Effect::CallWorker {
                id,
                reservation,
                from,
                url,
                status_callback,
            } => {
                let update = ReservationUpdate::Call {
                    url,
                    accept: true,
                    status_callback: Some(status_callback),
                    dial: Dial {
                        from: Some(from.0),
                        ..Dial::default()
                    },
                };
                self.update(agent, "rpc:call", Some(id), reservation, update);
            }
            Effect::AcceptTask { id, reservation } => {
                self.flex_action(agent, FlexAction::AcceptTask, reservation, Some(id));
            }
            Effect::SelectTask { id, .. } => self.done(agent, id),
            Effect::RejectReservation { id, reservation } => {
                let update = ReservationUpdate::Reject { activity: None };
                self.update(agent, "rpc:reject", Some(id), reservation, update);
            }
            Effect::CompleteTask {
                id, reservation, ..
            } => {
                let update = ReservationUpdate::Complete;
                self.update(agent, "rpc:complete", Some(id), reservation, update);
            }
            Effect::Http { id, request } => {
                let path = request.url.strip_prefix(server::BASE).unwrap().to_owned();
                let mut parameters = request.form;
                parameters.push(("Token".to_owned(), account::flex_token(NAMES[agent])));
                let hop = format!("http:{}", path.rsplit('/').next().unwrap());
                let from = Asker::Plugin { agent, id };
                let message = Message::Request {
                    from,
                    path,
                    parameters,
                };
                self.send(&hop, message);
            }
            Effect::LoadDirectory { .. } | Effect::LoadQueues { .. } => {
                self.fail("nobody opened a field");
            }
        }
    }

    fn order(&mut self, agent: Agent, hop: &str, reply: Option<EffectId>, rpc: Rpc) {
        self.send(hop, Message::Rpc { agent, reply, rpc });
    }

    pub fn update(
        &mut self,
        agent: Agent,
        hop: &str,
        reply: Option<EffectId>,
        reservation: ReservationSid,
        update: ReservationUpdate,
    ) {
        let rpc = Rpc::Update {
            reservation,
            update,
        };
        self.order(agent, hop, reply, rpc);
    }

    fn done(&mut self, agent: Agent, id: EffectId) {
        let outcome = Outcome::Done;
        self.send("settled:flex", Message::Settled { agent, id, outcome });
    }

    /// One of Flex's actions, which asks the core first; `settles` is the effect that invoked it.
    pub fn flex_action(
        &mut self,
        agent: Agent,
        action: FlexAction,
        reservation: ReservationSid,
        settles: Option<EffectId>,
    ) {
        let station = &mut self.stations[agent];
        station.actions += 1;
        let event = Event::ActionRequested {
            token: ActionToken(station.actions),
            action,
            sid: Some(reservation.to_string()),
            task_sid: None,
        };
        let effects = self.dispatch(agent, event);
        let Some(Effect::Verdict { verdict, .. }) = effects.first() else {
            self.fail("no verdict");
        };
        match verdict {
            Verdict::Pass => {
                let update = match action {
                    FlexAction::AcceptTask => ReservationUpdate::Conference {
                        end_on_exit: false,
                        end_on_customer_exit: true,
                        dial: Dial::default(),
                    },
                    FlexAction::RejectTask => ReservationUpdate::Reject { activity: None },
                    // The phone's; and Flex holds no call whose conference it does not know.
                    FlexAction::HangupCall | FlexAction::HoldCall | FlexAction::UnholdCall => {
                        return
                    }
                };
                self.update(agent, "rpc:native", settles, reservation, update);
            }
            Verdict::Ignore => {
                if let Some(id) = settles {
                    self.done(agent, id);
                }
            }
            Verdict::Replace { until } => {
                if let Some(id) = settles {
                    self.stations[agent].waiting.insert(*until, id);
                }
            }
        }
    }

    pub(super) fn settled(&mut self, agent: Agent, id: EffectId, outcome: Outcome) {
        let event = Event::Settled {
            id,
            outcome: outcome.clone(),
        };
        self.dispatch(agent, event);
        if let Some(id) = self.stations[agent].waiting.remove(&id) {
            self.dispatch(agent, Event::Settled { id, outcome });
        }
    }

    /// An event of TaskRouter's, as the SDK takes it in and the shell tells it.
    pub(super) fn pushed(&mut self, agent: Agent, event_type: &str, payload: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let attributes = |task: &Value| {
            let attributes = task["attributes"].as_str()?;
            serde_json::from_str::<Value>(attributes).ok()
        };
        let held = &mut self.stations[agent].reservations;
        let mut changed = Vec::new();
        if event_type.starts_with("reservation.") {
            let sid = ReservationSid::parse(payload["sid"].as_str().unwrap()).unwrap();
            let known = held.get(&sid).map(|held| held.attributes.clone());
            if known.is_none() && event_type != "reservation.created" {
                return; // over, and forgotten by the SDK
            }
            let now = Held {
                task: text(&payload["task_sid"]).unwrap(),
                status: text(&payload["reservation_status"]).unwrap(),
                attributes: attributes(&payload["task"]).or(known).unwrap_or_default(),
            };
            held.insert(sid.clone(), now.clone());
            changed.push((sid, now));
        } else if event_type.starts_with("task.") {
            for (sid, held) in held.iter_mut() {
                if Some(held.task.as_str()) == payload["sid"].as_str() {
                    held.attributes = attributes(payload).unwrap_or_default();
                    changed.push((sid.clone(), held.clone()));
                }
            }
        }
        for (sid, now) in changed {
            let live = ["pending", "accepted", "wrapping"].contains(&now.status.as_str());
            if !live {
                self.stations[agent].reservations.remove(&sid);
            }
            let reservation = json!({"sid": sid, "taskSid": now.task, "status": now.status,
                                     "attributes": now.attributes});
            let reservation = serde_json::from_value(reservation).unwrap();
            self.dispatch(agent, Event::ReservationChanged { reservation });
        }
    }
}
