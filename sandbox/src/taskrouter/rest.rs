//! TaskRouter's REST API, v1 (<https://www.twilio.com/docs/taskrouter/api>), as far as calls need it.
//!
//! Basic authentication with the account's SID and token; answers and errors as in Twilio's OpenAPI. Tasks answer with
//! an `ETag` and take `If-Match` (<https://www.twilio.com/docs/usage/mutation-and-conflict-resolution>).

use super::answer::{authenticate, Answer, Verb};
use super::parameters::Parameters;
use super::{page, Refusal};
use crate::sandbox::Sandbox;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::Router;
use backline::ids::{ChannelSid, ReservationSid, TaskSid, WorkerSid};
use backline_world::routing::expression::Expression;
use backline_world::{account, World};
use serde_json::Value;

/// The routes of REST.
pub(super) fn routes(sandbox: &Sandbox) -> Router {
    Router::new()
        .route("/t/taskrouter.twilio.com/v1/{*path}", any(handle))
        .with_state(sandbox.clone())
}

async fn handle(
    State(sandbox): State<Sandbox>,
    Path(path): Path<String>,
    method: Method,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Refusal> {
    authenticate(&sandbox, &headers)?;
    let request = Request {
        path: &path,
        verb: Verb::of(&method)?,
        parameters: Parameters::of_form(form.map(|Form(pairs)| pairs).unwrap_or_default()),
        if_match: headers.get(IF_MATCH).and_then(|value| value.to_str().ok()),
    };
    let answer = sandbox.world(|world| request.answer(world))?;
    if request.verb == Verb::Get {
        request.parameters.check_all_asked()?;
    }
    Ok(answer.into_response())
}

struct Request<'a> {
    path: &'a str,
    verb: Verb,
    parameters: Parameters,
    if_match: Option<&'a str>,
}

impl Request<'_> {
    fn answer(&self, world: &mut World) -> Result<Answer, Refusal> {
        let path: Vec<&str> = self.path.trim_end_matches('/').split('/').collect();
        match path.as_slice() {
            ["Workspaces", workspace, rest @ ..]
                if *workspace == account::workspace_sid().as_str() =>
            {
                match rest {
                    ["Tasks", rest @ ..] => self.tasks(world, rest),
                    ["Workers", rest @ ..] => self.workers(world, rest),
                    rest => self.set_up(world, rest),
                }
            }
            _ => Err(self.not_found()),
        }
    }

    fn tasks(&self, world: &mut World, path: &[&str]) -> Result<Answer, Refusal> {
        let now = world.now();
        let routing = &mut world.routing;
        match (path, self.verb) {
            ([], Verb::Post) => {
                let sid = routing.create_task(now, self.parameters.new_task()?)?;
                let task = routing.task(&sid)?;
                Ok(Answer::Resource {
                    created: true,
                    version: Some(task.version),
                    body: routing.task_resource(task),
                })
            }
            ([], Verb::Get) => {
                let tasks = routing.list_tasks(&self.parameters.task_filter()?)?;
                self.list(
                    "tasks",
                    tasks.into_iter().map(|task| routing.task_resource(task)),
                )
            }
            ([sid], verb) => {
                let sid = TaskSid::parse(sid).map_err(|_| self.not_found())?;
                match verb {
                    Verb::Get => {}
                    Verb::Post => {
                        let update = self.parameters.task_update()?;
                        routing.update_task(now, &sid, update, self.if_match)?;
                    }
                    Verb::Delete => {
                        routing.delete_task(now, &sid, self.if_match)?;
                        return Ok(Answer::Nothing);
                    }
                }
                let task = routing.task(&sid)?;
                Ok(Answer::Resource {
                    created: false,
                    version: Some(task.version),
                    body: routing.task_resource(task),
                })
            }
            ([sid, "Reservations"], Verb::Get) => {
                let sid = TaskSid::parse(sid).map_err(|_| self.not_found())?;
                routing.task(&sid)?;
                let status = self.parameters.text("ReservationStatus");
                let own = routing.reservations().filter(|reservation| {
                    reservation.task == sid
                        && status
                            .as_deref()
                            .is_none_or(|status| status == reservation.state.as_str())
                });
                self.list(
                    "reservations",
                    own.map(|reservation| routing.reservation_resource(reservation)),
                )
            }
            ([task, "Reservations", sid], _) => {
                let task = TaskSid::parse(task).map_err(|_| self.not_found())?;
                self.reservation(world, sid, |reservation| reservation.task == task)
            }
            (_, _) => Err(self.not_found()),
        }
    }

    fn workers(&self, world: &mut World, path: &[&str]) -> Result<Answer, Refusal> {
        let now = world.now();
        if path.is_empty() {
            return self.list_workers(world);
        }
        let [sid, rest @ ..] = path else {
            return Err(self.not_found());
        };
        let sid = WorkerSid::parse(sid).map_err(|_| self.not_found())?;
        world.routing.worker(&sid)?;
        match (rest, self.verb) {
            ([], Verb::Get | Verb::Post) => {
                if self.verb == Verb::Post {
                    let update = self.parameters.worker_update()?;
                    world.routing.update_worker(now, &sid, update)?;
                }
                let worker = world.routing.worker(&sid)?;
                Ok(Answer::plain(world.routing.worker_resource(worker)))
            }
            (["Channels"], Verb::Get) => {
                let routing = &world.routing;
                let worker = routing.worker(&sid)?;
                let own = routing
                    .channels()
                    .filter(|channel| worker.channels.contains_key(&channel.sid));
                self.list(
                    "channels",
                    own.map(|channel| routing.worker_channel_resource(worker, channel)),
                )
            }
            (["Channels", channel], Verb::Get | Verb::Post) => {
                self.worker_channel(world, &sid, channel)
            }
            (["Reservations"], Verb::Get) => {
                let routing = &world.routing;
                let own = routing
                    .reservations()
                    .filter(|reservation| reservation.worker == sid);
                self.list(
                    "reservations",
                    own.map(|reservation| routing.reservation_resource(reservation)),
                )
            }
            (["Reservations", reservation], _) => {
                self.reservation(world, reservation, |reservation| reservation.worker == sid)
            }
            (_, _) => Err(self.not_found()),
        }
    }

    fn list_workers(&self, world: &World) -> Result<Answer, Refusal> {
        if self.verb != Verb::Get {
            return Err(Refusal::method("POST"));
        }
        let routing = &world.routing;
        let expression = self
            .parameters
            .text("TargetWorkersExpression")
            .map(|source| Expression::parse(&source))
            .transpose()
            .map_err(|error| Refusal::invalid("TargetWorkersExpression", &error.to_string()))?;
        let is = |name: &str, value: &str| {
            self.parameters
                .text(name)
                .is_none_or(|wanted| wanted == value)
        };
        let rows = routing.workers().filter_map(|worker| {
            let row = without_attributes(routing.worker_resource(worker));
            let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or("");
            let wanted = is("FriendlyName", &worker.name)
                && is("ActivitySid", worker.activity.as_str())
                && is("ActivityName", text("activity_name"))
                && self
                    .parameters
                    .flag("Available")
                    .is_none_or(|available| row.get("available") == Some(&Value::Bool(available)))
                && expression
                    .as_ref()
                    .is_none_or(|expression| routing.worker_matches(worker, expression));
            wanted.then_some(row)
        });
        self.list("workers", rows)
    }

    /// By its own SID, its task channel's, or the task channel's unique name
    /// (<https://www.twilio.com/docs/taskrouter/api/worker-channel>; that the latter two do is assumed).
    fn worker_channel(
        &self,
        world: &mut World,
        worker: &WorkerSid,
        name: &str,
    ) -> Result<Answer, Refusal> {
        let channel = find_worker_channel(world, worker, name).ok_or_else(|| self.not_found())?;
        if self.verb == Verb::Post {
            let capacity = self.parameters.number("Capacity")?;
            let available = self.parameters.flag("Available");
            let now = world.now();
            world
                .routing
                .update_worker_channel(now, worker, &channel, capacity, available)?;
        }
        let routing = &world.routing;
        let body = routing
            .channels()
            .find(|candidate| candidate.sid == channel)
            .zip(routing.worker(worker).ok())
            .map(|(channel, worker)| routing.worker_channel_resource(worker, channel));
        body.map(Answer::plain).ok_or_else(|| self.not_found())
    }

    fn reservation(
        &self,
        world: &mut World,
        sid: &str,
        belongs: impl Fn(&backline_world::routing::model::Reservation) -> bool,
    ) -> Result<Answer, Refusal> {
        let sid = ReservationSid::parse(sid).map_err(|_| self.not_found())?;
        if !belongs(world.routing.reservation(&sid)?) {
            return Err(self.not_found());
        }
        match self.verb {
            Verb::Get => {}
            Verb::Post => {
                let update = self.parameters.reservation_update()?;
                let now = world.now();
                world
                    .routing
                    .update_reservation(now, &sid, update, self.if_match)?;
            }
            Verb::Delete => return Err(Refusal::method("DELETE")),
        }
        let reservation = world.routing.reservation(&sid)?;
        Ok(Answer::plain(
            world.routing.reservation_resource(reservation),
        ))
    }

    /// Activities, queues, workflows and channels: read only.
    fn set_up(&self, world: &World, path: &[&str]) -> Result<Answer, Refusal> {
        let routing = &world.routing;
        let (kind, rest) = path.split_first().ok_or_else(|| self.not_found())?;
        let (key, rows): (&'static str, Vec<Value>) = match *kind {
            "Activities" => (
                "activities",
                routing
                    .activities()
                    .map(|activity| routing.activity_resource(activity))
                    .collect(),
            ),
            "TaskQueues" => (
                "task_queues",
                routing
                    .queues()
                    .map(|queue| routing.queue_resource(queue))
                    .collect(),
            ),
            "Workflows" => (
                "workflows",
                routing
                    .workflows()
                    .map(|workflow| routing.workflow_resource(workflow))
                    .collect(),
            ),
            "TaskChannels" => (
                "channels",
                routing
                    .channels()
                    .map(|channel| routing.channel_resource(channel))
                    .collect(),
            ),
            _ => return Err(self.not_found()),
        };
        if self.verb != Verb::Get {
            return Err(Refusal::method("POST"));
        }
        match rest {
            [] => {
                let named = self.parameters.text("FriendlyName");
                // Of activities only; the other rows have no such word.
                let available = self.parameters.flag("Available").map(Value::Bool);
                let rows = rows.into_iter().filter(|row| {
                    named.as_deref().is_none_or(|name| {
                        row.get("friendly_name").and_then(Value::as_str) == Some(name)
                    }) && available
                        .as_ref()
                        .is_none_or(|wanted| row.get("available").is_none_or(|is| is == wanted))
                });
                self.list(key, rows)
            }
            [sid] => rows
                .into_iter()
                .find(|row| {
                    ["sid", "unique_name"]
                        .iter()
                        .any(|key| row.get(key).and_then(Value::as_str) == Some(*sid))
                })
                .map(Answer::plain)
                .ok_or_else(|| self.not_found()),
            _ => Err(self.not_found()),
        }
    }

    fn list(
        &self,
        key: &'static str,
        rows: impl Iterator<Item = Value>,
    ) -> Result<Answer, Refusal> {
        page::of(&self.parameters, self.path, key, rows)
    }

    fn not_found(&self) -> Refusal {
        Refusal::not_found(&format!("/{}", self.path))
    }
}

/// A worker's attributes are shown "only … in FETCH actions" (<https://www.twilio.com/docs/taskrouter/api/worker>).
fn without_attributes(mut worker: Value) -> Value {
    if let Some(attributes) = worker.get_mut("attributes") {
        *attributes = Value::Null;
    }
    worker
}

/// The channel by which a worker is addressed, if he has it.
fn find_worker_channel(world: &World, worker: &WorkerSid, name: &str) -> Option<ChannelSid> {
    let routing = &world.routing;
    let worker = routing.worker(worker).ok()?;
    routing
        .channels()
        .filter(|channel| worker.channels.contains_key(&channel.sid))
        .find(|channel| {
            let row = routing.worker_channel_resource(worker, channel);
            ["sid", "task_channel_sid", "task_channel_unique_name"]
                .iter()
                .any(|key| row.get(key).and_then(Value::as_str) == Some(name))
        })
        .map(|channel| channel.sid.clone())
}
