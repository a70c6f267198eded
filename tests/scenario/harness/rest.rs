//! As much of Twilio's REST as the functions use, over the world: what `sandbox/` serves, without the sockets.

use backline::functions::http::{Api, Call, CallBody};
use backline::ids::{CallSid, ConferenceSid, TaskSid, WorkerSid};
use backline::time::Millis;
use backline_world::routing::{
    parse_attributes, NewTask, Ordering, RoutingError, Status, TaskFilter, TaskUpdate,
};
use backline_world::telephony::{
    ConferenceOfParticipant, HoldChange, NewParticipant, ParticipantChanges, Tune,
};
use backline_world::{account, World};
use serde_json::{json, Value};

pub fn api() -> Api {
    Api {
        taskrouter: "https://taskrouter.twilio.com".to_owned(),
        voice: "https://api.twilio.com".to_owned(),
        iam: "https://iam.twilio.com".to_owned(),
        account: account::account_sid(),
        workspace: account::workspace_sid(),
    }
}

/// Status, `ETag` and body.
pub type Reply = (u16, Option<String>, String);

/// `lag`: lists do not show what was made so lately.
pub fn answer(world: &mut World, lag: Millis, call: &Call) -> Reply {
    let (path, query) = call.url.split_once('?').unwrap_or((&call.url, ""));
    let parts: Vec<&str> = path.split('/').skip(3).collect();
    let form = match &call.body {
        CallBody::Form(form) => form.as_slice(),
        CallBody::None | CallBody::Json(_) => &[],
    };
    let outcome = match (parts.as_slice(), call.method) {
        ([_, "Accounts", _, "Tokens", "validate"], "POST") => Ok(validate(world, &call.body)),
        ([_, "Workspaces", _, "Tasks"], "POST") => create(world, form),
        ([_, "Workspaces", _, "Tasks"], "GET") => list(world, lag, query),
        ([_, "Workspaces", _, "Tasks", sid], "GET") => task(world, sid),
        ([_, "Workspaces", _, "Tasks", sid], "POST") => {
            update(world, sid, form, call.if_match.as_deref())
        }
        ([_, "Workspaces", _, "Tasks", sid, "Reservations"], "GET") => reservations(world, sid),
        ([_, "Workspaces", _, "Workers", sid], "GET") => worker(world, sid),
        ([_, "Workspaces", _, "Workers", sid, "Channels", name], "GET") => {
            worker_channel(world, sid, name)
        }
        ([_, "Workspaces", _, "Workflows", sid], "GET") => workflow(world, sid),
        ([_, "Accounts", _, "Conferences.json"], "GET") => Ok(conferences(world, lag, query)),
        ([_, "Accounts", _, "Conferences", sid], "POST") => {
            end_conference(world, sid.trim_end_matches(".json"))
        }
        ([_, "Accounts", _, "Conferences", sid, "Participants.json"], "GET") => {
            Ok(participants(world, sid))
        }
        ([_, "Accounts", _, "Conferences", sid, "Participants.json"], "POST") => {
            ring(world, sid, form)
        }
        ([_, "Accounts", _, "Conferences", sid, "Participants", label], "POST") => {
            change(world, sid, label.trim_end_matches(".json"), form)
        }
        ([_, "Accounts", _, "Conferences", sid, "Participants", label], "DELETE") => {
            remove(world, sid, label.trim_end_matches(".json"))
        }
        (other, method) => panic!("{method} {other:?} is not served"),
    };
    outcome.unwrap_or_else(|error| {
        let body =
            json!({"code": error.code(), "message": error.to_string(), "status": error.status()});
        (error.status(), None, body.to_string())
    })
}

fn ok(body: &Value) -> Reply {
    (200, None, body.to_string())
}

fn validate(world: &World, body: &CallBody) -> Reply {
    let CallBody::Json(text) = body else {
        panic!("the token is not in a JSON body");
    };
    let body: Value = serde_json::from_str(text).unwrap();
    let worker = account::identity_of(body["token"].as_str().unwrap())
        .and_then(|identity| world.routing.worker_by_identity(identity));
    ok(&match worker {
        Some(worker) => json!({"valid": true, "worker_sid": worker.sid}),
        None => json!({"valid": false}),
    })
}

fn text(form: &[(&str, String)], name: &str) -> Option<String> {
    let field = form.iter().find(|(key, _)| *key == name);
    field.map(|(_, value)| value.clone())
}

fn create(world: &mut World, form: &[(&'static str, String)]) -> Result<Reply, RoutingError> {
    let attributes = Value::String(text(form, "Attributes").unwrap_or_default());
    let new = NewTask {
        attributes: parse_attributes(&attributes)?,
        workflow: text(form, "WorkflowSid"),
        queue: None,
        channel: text(form, "TaskChannel"),
        priority: text(form, "Priority").map(|number| number.parse().unwrap()),
        timeout_s: text(form, "Timeout").map(|number| number.parse().unwrap()),
        routing_target: text(form, "RoutingTarget"),
        ignore_capacity: text(form, "IgnoreCapacity").map(|flag| flag == "true"),
        virtual_start: None,
    };
    let sid = world.routing.create_task(world.now(), new)?;
    task(world, sid.as_str())
}

fn update(
    world: &mut World,
    sid: &str,
    form: &[(&'static str, String)],
    if_match: Option<&str>,
) -> Result<Reply, RoutingError> {
    let attributes = text(form, "Attributes").map(Value::String);
    let update = TaskUpdate {
        attributes: attributes.as_ref().map(parse_attributes).transpose()?,
        status: text(form, "AssignmentStatus")
            .map(|status| Status::parse(&status))
            .transpose()?,
        reason: text(form, "Reason"),
        ..TaskUpdate::default()
    };
    let parsed = TaskSid::parse(sid).unwrap();
    let now = world.now();
    world.routing.update_task(now, &parsed, update, if_match)?;
    task(world, sid)
}

fn task(world: &World, sid: &str) -> Result<Reply, RoutingError> {
    let task = world.routing.task(&TaskSid::parse(sid).unwrap())?;
    let version = format!("\"{}\"", task.version);
    let body = world.routing.task_resource(task);
    Ok((200, Some(version), body.to_string()))
}

fn list(world: &World, lag: Millis, query: &str) -> Result<Reply, RoutingError> {
    let filter = TaskFilter {
        statuses: parameter(query, "AssignmentStatus").into_iter().collect(),
        attributes: parameter(query, "EvaluateTaskAttributes"),
        ordering: match parameter(query, "Ordering") {
            Some(text) => Ordering::parse(&text)?,
            None => Vec::new(),
        },
        ..TaskFilter::default()
    };
    let tasks = world.routing.list_tasks(&filter)?;
    let rows: Vec<Value> = tasks
        .into_iter()
        .filter(|task| task.created + lag <= world.now())
        .take(parameter(query, "PageSize").map_or(50, |size| size.parse().unwrap()))
        .map(|task| world.routing.task_resource(task))
        .collect();
    Ok(ok(&json!({ "tasks": rows })))
}

fn reservations(world: &World, task: &str) -> Result<Reply, RoutingError> {
    let task = TaskSid::parse(task).unwrap();
    world.routing.task(&task)?;
    let of_task = world.routing.reservations().filter(|one| one.task == task);
    let rows: Vec<Value> = of_task
        .map(|one| world.routing.reservation_resource(one))
        .collect();
    Ok(ok(&json!({ "reservations": rows })))
}

fn worker(world: &World, sid: &str) -> Result<Reply, RoutingError> {
    let worker = world.routing.worker(&WorkerSid::parse(sid).unwrap())?;
    Ok(ok(&world.routing.worker_resource(worker)))
}

fn worker_channel(world: &World, sid: &str, name: &str) -> Result<Reply, RoutingError> {
    let worker = world.routing.worker(&WorkerSid::parse(sid).unwrap())?;
    let mut channels = world.routing.channels();
    let channel = channels.find(|one| one.unique_name == name);
    let channel = channel.ok_or_else(|| RoutingError::NotFound(name.to_owned()))?;
    Ok(ok(&world.routing.worker_channel_resource(worker, channel)))
}

fn workflow(world: &World, sid: &str) -> Result<Reply, RoutingError> {
    let mut workflows = world.routing.workflows();
    let workflow = workflows.find(|one| one.sid.as_str() == sid);
    let workflow = workflow.ok_or_else(|| RoutingError::NotFound(sid.to_owned()))?;
    Ok(ok(&world.routing.workflow_resource(workflow)))
}

/// His leg, by his label.
fn labelled(
    world: &World,
    sid: &str,
    label: &str,
) -> Result<(ConferenceSid, CallSid), RoutingError> {
    let conference = ConferenceSid::parse(sid).unwrap();
    let room = world.telephony.conference(&conference);
    let labelled = room.iter().flat_map(|room| &room.participants);
    let call = labelled
        .filter(|one| one.status == "connected")
        .find(|one| one.label.as_deref() == Some(label))
        .map(|one| one.call.clone());
    let missing = || RoutingError::NotFound(format!("{sid}/{label}"));
    Ok((conference, call.ok_or_else(missing)?))
}

fn change(
    world: &mut World,
    sid: &str,
    label: &str,
    form: &[(&'static str, String)],
) -> Result<Reply, RoutingError> {
    let (conference, call) = labelled(world, sid, label)?;
    let flag = |name| text(form, name).map(|flag| flag == "true");
    let hold = flag("Hold");
    let changes = ParticipantChanges {
        hold: hold.map(|on| match on {
            true => HoldChange::Hold(Tune::Music),
            false => HoldChange::Unhold,
        }),
        muted: None,
        end_on_exit: flag("EndConferenceOnExit"),
    };
    let now = world.now();
    let changed = (world.telephony).update_participant(now, &conference, &call, changes);
    changed.map_err(|_| RoutingError::NotFound(label.to_owned()))?;
    Ok(ok(&json!({ "call_sid": call, "hold": hold })))
}

fn remove(world: &mut World, sid: &str, label: &str) -> Result<Reply, RoutingError> {
    let (conference, call) = labelled(world, sid, label)?;
    let now = world.now();
    let kicked = world.telephony.kick_participant(now, &conference, &call);
    kicked.map_err(|_| RoutingError::NotFound(label.to_owned()))?;
    Ok((204, None, String::new()))
}

/// Of a conference that is over there are none.
fn participants(world: &World, sid: &str) -> Reply {
    let room = world
        .telephony
        .conference(&ConferenceSid::parse(sid).unwrap());
    let rows: Vec<Value> = room
        .iter()
        .flat_map(|room| &room.participants)
        .map(|one| json!({"call_sid": one.call, "label": one.label, "status": one.status, "hold": one.hold}))
        .collect();
    ok(&json!({ "participants": rows }))
}

fn ring(
    world: &mut World,
    sid: &str,
    form: &[(&'static str, String)],
) -> Result<Reply, RoutingError> {
    let events = vec![text(form, "StatusCallbackEvent").unwrap()];
    let new = NewParticipant {
        conference: ConferenceOfParticipant::Sid(ConferenceSid::parse(sid).unwrap()),
        from: text(form, "From").unwrap(),
        to: text(form, "To").unwrap(),
        timeout_s: text(form, "Timeout").unwrap().parse().unwrap(),
        label: text(form, "Label"),
        muted: false,
        start_on_enter: true,
        end_on_exit: text(form, "EndConferenceOnExit").is_some_and(|flag| flag == "true"),
        wait: Tune::Music,
        status_callback: text(form, "StatusCallback").map(|url| (url, events)),
        conference_callback: None,
    };
    let now = world.now();
    let made = world.telephony.create_participant(now, new);
    let (_, call) = made.map_err(|_| RoutingError::NotFound(sid.to_owned()))?;
    Ok(ok(&json!({ "call_sid": call })))
}

fn conferences(world: &World, lag: Millis, query: &str) -> Reply {
    let name = parameter(query, "FriendlyName");
    let rows: Vec<Value> = world
        .telephony
        .conferences()
        .into_iter()
        .filter(|room| Some(&room.friendly_name) == name.as_ref())
        .filter(|room| second_of_day(&room.date_created) + lag <= world.now())
        .map(|room| json!({"sid": room.sid, "status": room.status}))
        .collect();
    ok(&json!({ "conferences": rows }))
}

/// `Thu, 01 Jan 2026 00:00:12 +0000`, since the beginning of that day, which is the world's.
fn second_of_day(date: &str) -> Millis {
    let time = date.split(' ').nth(4).unwrap().split(':');
    let seconds = time.fold(0, |sum, part| sum * 60 + part.parse::<u64>().unwrap());
    Millis::from_secs(seconds)
}

fn end_conference(world: &mut World, sid: &str) -> Result<Reply, RoutingError> {
    let conference = ConferenceSid::parse(sid).unwrap();
    let now = world.now();
    match world.telephony.end_conference(now, &conference) {
        Ok(()) => Ok(ok(&json!({ "sid": sid, "status": "completed" }))),
        Err(_) => Err(RoutingError::NotFound(sid.to_owned())),
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| decode(value))
}

/// Percent-decoding of ASCII.
pub fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(2);
        decoded.push(char::from(u8::from_str_radix(code, 16).unwrap()));
        decoded.push_str(rest);
    }
    decoded
}
