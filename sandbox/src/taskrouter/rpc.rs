//! Calls on the event bridge: `{url, method, params, token}` to `{payload}`.

use super::parameters::Parameters;
use super::Refusal;
use crate::sandbox::Sandbox;
use backline::ids::{ReservationSid, TaskSid, WorkerSid};
use backline_world::orders::ParticipantSnapshot;
use backline_world::routing::expression::Expression;
use backline_world::routing::model::Worker;
use backline_world::routing::payload::task_of_interaction;
use backline_world::routing::transfer::model::TransferSid;
use backline_world::routing::{ReservationUpdate, Routing};
use backline_world::telephony::ParticipantChanges;
use backline_world::{account, World};
use serde_json::{json, Value};

/// The longest page of workers, and the SDK's own (observed: twilio-taskrouter 2.1.1, `DEFAULT_PAGE_SIZE`).
const WORKERS_PAGE: u64 = 1000;

/// Roles that may monitor calls (observed: flex-ui 2.17.1, `/twilio/flex/agent-call-monitoring/do`).
const MAY_MONITOR: [&str; 4] = [
    "flex.monitorchatcall",
    "supervisor",
    "admin",
    "flex.qualityanalyst",
];

/// Carries out one call, of the worker `caller`.
pub(super) fn answer(
    sandbox: &Sandbox,
    caller: &WorkerSid,
    request: &Value,
    if_match: Option<&str>,
) -> Result<Value, Refusal> {
    let text = |key: &str| request.get(key).and_then(Value::as_str).unwrap_or("");
    let call = Call {
        caller,
        path: text("url"),
        get: !text("method").eq_ignore_ascii_case("POST"),
        parameters: Parameters::of_json(request.get("params")),
        if_match,
    };
    sandbox.world(|world| call.answer(world))
}

pub(super) struct Call<'a> {
    /// Whose token it carries.
    pub caller: &'a WorkerSid,
    path: &'a str,
    get: bool,
    pub parameters: Parameters,
    if_match: Option<&'a str>,
}

impl Call<'_> {
    fn answer(&self, world: &mut World) -> Result<Value, Refusal> {
        let path = self.path.trim_start_matches('/');
        let path = path
            .strip_prefix("v1/")
            .or_else(|| path.strip_prefix("v2/"))
            .unwrap_or(path);
        let path: Vec<&str> = path.split('/').collect();
        match path.as_slice() {
            ["Workspaces", workspace, rest @ ..]
                if *workspace == account::workspace_sid().as_str() =>
            {
                self.in_workspace(world, rest)
            }
            ["Interactions", interaction, "Channels"] => {
                let task = self.interaction(interaction)?;
                let conference = world.telephony.conference_of_task(&task);
                let conference = conference.as_ref().map(|sid| sid.as_str());
                Ok(world.routing.interaction_channels(&task, conference))
            }
            ["Interactions", interaction, "Channels", _, "Participants"] if !self.get => {
                let task = self.interaction(interaction)?;
                self.add_participant(world, &task)
            }
            ["Interactions", interaction, "Channels", _, "Participants"] => {
                let task = self.interaction(interaction)?;
                let participants = participants(world, &task);
                Ok(world.routing.interaction_participants(&task, &participants))
            }
            ["Interactions", interaction, "Channels", _, "Participants", participant]
                if !self.get =>
            {
                let task = self.interaction(interaction)?;
                self.participant_of_channel(world, &task, participant)
            }
            _ => Err(self.not_found()),
        }
    }

    fn in_workspace(&self, world: &mut World, path: &[&str]) -> Result<Value, Refusal> {
        let routing = &world.routing;
        match (path, self.get) {
            (["Activities"], true) => Ok(page(
                routing
                    .activities()
                    .map(|activity| routing.activity_payload(activity)),
            )),
            (["TaskQueues"], true) => {
                let mut queues = page(routing.queues().map(|queue| routing.queue_payload(queue)));
                if let Value::Object(queues) = &mut queues {
                    queues.insert("meta".to_owned(), json!({ "next_token": null }));
                }
                Ok(queues)
            }
            (["Workers"], true) => self.workers(routing),
            (["Tasks"], false) => {
                let sid = world
                    .routing
                    .create_task(world.now(), self.parameters.new_task()?)?;
                task(world, &sid)
            }
            (["Tasks", sid], true) => task(world, &self.task_sid(sid)?),
            (["Tasks", sid], false) => {
                let sid = self.task_sid(sid)?;
                let update = self.parameters.task_update()?;
                world
                    .routing
                    .update_task(world.now(), &sid, update, self.if_match)?;
                task(world, &sid)
            }
            (["Tasks", _, "Reservations", sid], get) => self.reservation(world, None, sid, get),
            (["Workers", worker, rest @ ..], get) => {
                let worker = WorkerSid::parse(worker).map_err(|_| self.not_found())?;
                world.routing.worker(&worker)?;
                self.of_worker(world, &worker, rest, get)
            }
            (_, _) => Err(self.not_found()),
        }
    }

    /// A page of the workers: the SDK's parameters of `fetchWorkersInfo` (observed: twilio-taskrouter 2.1.1, which
    /// follows `after_sid`, or with `Ordering` the `next_token` of `meta`; here both are the last SID of a page that is
    /// not the last).
    fn workers(&self, routing: &Routing) -> Result<Value, Refusal> {
        let expression = self
            .parameters
            .text("TargetWorkersExpression")
            .map(|source| Expression::parse(&source))
            .transpose()
            .map_err(|error| Refusal::invalid("TargetWorkersExpression", &error.to_string()))?;
        let size = self.parameters.number("PageSize")?.unwrap_or(WORKERS_PAGE);
        let size = usize::try_from(size.clamp(1, WORKERS_PAGE)).unwrap_or(usize::MAX);
        let after = ["AfterSid", "NextToken"]
            .into_iter()
            .find_map(|name| self.parameters.text(name))
            .map(|sid| WorkerSid::parse(&sid))
            .transpose()
            .map_err(|error| Refusal::invalid("AfterSid", &error.to_string()))?;
        let is = |name: &str, value: &str| {
            let wanted = self.parameters.text(name);
            wanted.is_none_or(|wanted| wanted == value)
        };
        let activity_name = |worker: &Worker| {
            let mut all = routing.activities();
            let activity = all.find(|activity| activity.sid == worker.activity);
            activity.map_or("", |activity| activity.name.as_str())
        };
        // By SID: the order of the map.
        let mut rest = routing.workers().filter(|worker| {
            after.as_ref().is_none_or(|after| worker.sid > *after)
                && is("FriendlyName", &worker.name)
                && is("ActivitySid", worker.activity.as_str())
                && is("ActivityName", activity_name(worker))
                && expression
                    .as_ref()
                    .is_none_or(|expression| routing.worker_matches(worker, expression))
        });
        let listed: Vec<&Worker> = rest.by_ref().take(size).collect();
        let more = rest.next().and(listed.last()).map(|last| &last.sid);
        let contents: Value = listed
            .iter()
            .map(|worker| routing.worker_payload(worker))
            .collect();
        Ok(json!({ "contents": contents, "after_sid": more, "meta": { "next_token": more } }))
    }

    fn of_worker(
        &self,
        world: &mut World,
        sid: &WorkerSid,
        path: &[&str],
        get: bool,
    ) -> Result<Value, Refusal> {
        match (path, get) {
            ([], true) => Ok(world.routing.worker_payload(world.routing.worker(sid)?)),
            ([], false) => {
                let update = self.parameters.worker_update()?;
                world.routing.update_worker(world.now(), sid, update)?;
                Ok(world.routing.worker_payload(world.routing.worker(sid)?))
            }
            (["WorkerChannels"], true) => Ok(worker_channels(world, world.routing.worker(sid)?)),
            (["Reservations"], true) => {
                let active = self.parameters.flag("Active").unwrap_or(false);
                let routing = &world.routing;
                let own = routing.reservations().filter(|reservation| {
                    reservation.worker == *sid && (!active || reservation.state.is_live())
                });
                Ok(page(own.map(|reservation| {
                    routing.reservation_payload(reservation)
                })))
            }
            (["Reservations", reservation], get) => {
                self.reservation(world, Some(sid), reservation, get)
            }
            (["CustomerParticipant"], false) => {
                self.on_participants(world, |_, participant| participant.worker.is_none())
            }
            (["HoldWorkerParticipant"], false) => {
                self.on_participants(world, |target, participant| {
                    participant.worker.as_ref().map(WorkerSid::as_str) == Some(target)
                })
            }
            (["WorkerParticipant"], false) => self.own_participant(world, sid),
            (["KickWorkerParticipant"], false) => self.kick(world),
            (["Transfers"], false) => {
                let new = self.parameters.new_transfer()?;
                let task = new.task.clone();
                let transfer = world.routing.transfer(world.now(), sid, new)?;
                transfer_payload(world, &task, transfer)
            }
            (["Transfers", transfer], false) => {
                let transfer = TransferSid::parse(transfer)?;
                let task = self.task_parameter()?;
                self.parameters.check_canceled()?;
                let now = world.now();
                world.routing.cancel_transfer(now, sid, &task, transfer)?;
                transfer_payload(world, &task, transfer)
            }
            (_, _) => Err(self.not_found()),
        }
    }

    fn reservation(
        &self,
        world: &mut World,
        worker: Option<&WorkerSid>,
        sid: &str,
        get: bool,
    ) -> Result<Value, Refusal> {
        let sid = ReservationSid::parse(sid).map_err(|_| self.not_found())?;
        let reservation = world.routing.reservation(&sid)?;
        if worker.is_some_and(|worker| *worker != reservation.worker) {
            return Err(self.not_found());
        }
        if !get {
            let update = self.parameters.reservation_update()?;
            if let ReservationUpdate::Monitor { .. } = update {
                self.check_supervisor(world)?;
            }
            world
                .routing
                .update_reservation(world.now(), &sid, update, self.if_match)?;
        }
        Ok(world
            .routing
            .reservation_payload(world.routing.reservation(&sid)?))
    }

    /// An agent's token lets nobody listen in; `roles` are those of his attributes, as Flex keeps them.
    fn check_supervisor(&self, world: &World) -> Result<(), Refusal> {
        let caller = world.routing.worker(self.caller)?;
        let roles = caller.attributes.get("roles").and_then(Value::as_array);
        let mut roles = roles.into_iter().flatten().filter_map(Value::as_str);
        if roles.any(|role| MAY_MONITOR.contains(&role)) {
            return Ok(());
        }
        Err(Refusal::forbidden("Only a supervisor may listen in"))
    }

    /// Holds those participants of a task whom `meant` picks (by the `TargetWorkerSid`), or takes them back.
    fn on_participants(
        &self,
        world: &mut World,
        meant: impl Fn(&str, &ParticipantSnapshot) -> bool,
    ) -> Result<Value, Refusal> {
        let sid = self.task_parameter()?;
        world.routing.task(&sid)?;
        let hold = self
            .parameters
            .flag("Hold")
            .ok_or_else(|| Refusal::invalid("Hold", "is required"))?;
        let target = self.parameters.text("TargetWorkerSid").unwrap_or_default();
        let now = world.now();
        let all = participants(world, &sid);
        let mut held = 0;
        for participant in all.iter().filter(|participant| meant(&target, participant)) {
            world
                .telephony
                .hold_participant(now, &participant.conference, &participant.call, hold)
                .map_err(|_| self.not_found())?;
            held += 1;
        }
        if held == 0 {
            return Err(self.not_found());
        }
        task(world, &sid)
    }

    /// Changes the worker's own participant. Of its settings `Mute` and `EndConferenceOnExit` are emulated.
    fn own_participant(&self, world: &mut World, worker: &WorkerSid) -> Result<Value, Refusal> {
        let sid = self.parameters.text("ReservationSid").unwrap_or_default();
        let sid = ReservationSid::parse(&sid)
            .map_err(|error| Refusal::invalid("ReservationSid", &error.to_string()))?;
        let task = world.routing.reservation(&sid)?.task.clone();
        let now = world.now();
        let own = participants(world, &task)
            .into_iter()
            .find(|participant| participant.worker.as_ref() == Some(worker))
            .ok_or_else(|| self.not_found())?;
        if let Some(mute) = self.parameters.flag("Mute") {
            world
                .telephony
                .mute_participant(now, &own.conference, &own.call, mute)
                .map_err(|_| self.not_found())?;
        }
        if let Some(end_on_exit) = self.parameters.flag("EndConferenceOnExit") {
            let changes = ParticipantChanges {
                end_on_exit: Some(end_on_exit),
                ..ParticipantChanges::default()
            };
            world
                .telephony
                .update_participant(now, &own.conference, &own.call, changes)
                .map_err(|_| self.not_found())?;
        }
        Ok(world
            .routing
            .reservation_payload(world.routing.reservation(&sid)?))
    }

    fn kick(&self, world: &mut World) -> Result<Value, Refusal> {
        let sid = self.task_parameter()?;
        let target = self.parameters.text("TargetWorkerSid").unwrap_or_default();
        let call = participants(world, &sid)
            .into_iter()
            .find(|participant| participant.worker.as_ref().map(WorkerSid::as_str) == Some(&target))
            .map(|participant| participant.call)
            .ok_or_else(|| self.not_found())?;
        let now = world.now();
        world.telephony.end_call(now, &call);
        task(world, &sid)
    }

    fn task_parameter(&self) -> Result<TaskSid, Refusal> {
        let sid = self.parameters.text("TaskSid").unwrap_or_default();
        TaskSid::parse(&sid).map_err(|error| Refusal::invalid("TaskSid", &error.to_string()))
    }

    fn task_sid(&self, sid: &str) -> Result<TaskSid, Refusal> {
        TaskSid::parse(sid).map_err(|_| self.not_found())
    }

    fn interaction(&self, sid: &str) -> Result<TaskSid, Refusal> {
        task_of_interaction(sid).ok_or_else(|| self.not_found())
    }

    pub fn not_found(&self) -> Refusal {
        Refusal::not_found(&format!("/{}", self.path.trim_start_matches('/')))
    }
}

fn task(world: &World, sid: &TaskSid) -> Result<Value, Refusal> {
    Ok(world.routing.task_payload(world.routing.task(sid)?))
}

fn transfer_payload(world: &World, task: &TaskSid, sid: TransferSid) -> Result<Value, Refusal> {
    let transfer = world.routing.find_transfer(task, sid)?;
    Ok(world.routing.transfer_payload(task, transfer))
}

fn worker_channels(world: &World, worker: &Worker) -> Value {
    let routing = &world.routing;
    let own = routing.channels();
    let own = own.filter(|channel| worker.channels.contains_key(&channel.sid));
    page(own.map(|channel| routing.worker_channel_payload(worker, channel)))
}

pub(super) fn participants(world: &World, task: &TaskSid) -> Vec<ParticipantSnapshot> {
    let conference = world.telephony.conference_of_task(task);
    conference.map_or_else(Vec::new, |conference| {
        world.telephony.participants(&conference)
    })
}

/// A list on the bridge: all of it, without a next page.
fn page(contents: impl Iterator<Item = Value>) -> Value {
    json!({ "contents": contents.collect::<Value>(), "after_sid": null })
}
