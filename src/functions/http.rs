//! Requests and orders as HTTP, both ways: the wire side of the functions, for whoever hosts them.

mod requests;
mod workers;

use super::label::Label;
use super::order::{Answer, Capacity, Change, Closing, Order, Present, Room, Task, TaskStatus};
use super::queues::targets;
use super::Identity;
use crate::ids::{
    AccountSid, CallSid, ConferenceSid, ContactUri, QueueSid, TaskSid, WorkerSid, WorkflowSid,
    WorkspaceSid,
};
use crate::twilio::busy_policy::{BusyPolicy, WORKER_ATTRIBUTE};
use crate::twilio::reservation::DECLINED;
pub use requests::{origin, request, Origin, RequestError, FOLDERS};
use serde_json::Value;
use std::num::NonZeroU32;

/// How long the phone of a party who comes back rings, seconds: Flex answers by itself, within a second.
const REJOIN_RING_S: u64 = 15;

/// Where Twilio's APIs are: the real ones, or a sandbox's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// `https://taskrouter.twilio.com`
    pub taskrouter: String,
    /// `https://api.twilio.com`
    pub voice: String,
    /// `https://iam.twilio.com`
    pub iam: String,
    /// The account.
    pub account: AccountSid,
    /// Its Flex workspace.
    pub workspace: WorkspaceSid,
}

/// A request to Twilio: basic authentication is the host's to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// Absolute URL, query included.
    pub url: String,
    /// Value of `If-Match`, if any.
    pub if_match: Option<String>,
    /// What a POST carries.
    pub body: CallBody,
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallBody {
    /// Nothing.
    None,
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(&'static str, String)>),
    /// `application/json`.
    Json(String),
}

/// An order as an HTTP request.
#[must_use]
pub fn call(api: &Api, order: &Order) -> Call {
    let workspace = format!("{}/v1/Workspaces/{}", api.taskrouter, api.workspace);
    let tasks = format!("{workspace}/Tasks");
    let account = format!("{}/2010-04-01/Accounts/{}", api.voice, api.account);
    let conferences = format!("{account}/Conferences");
    let participant = |conference: &ConferenceSid, label: &Label| {
        format!(
            "{conferences}/{conference}/Participants/{}.json",
            label.as_str()
        )
    };
    let get = |url| Call {
        method: "GET",
        url,
        if_match: None,
        body: CallBody::None,
    };
    let post = |url, form| Call {
        method: "POST",
        url,
        if_match: None,
        body: CallBody::Form(form),
    };
    match order {
        Order::ValidateToken { token } => Call {
            method: "POST",
            url: format!("{}/v1/Accounts/{}/Tokens/validate", api.iam, api.account),
            if_match: None,
            body: CallBody::Json(serde_json::json!({ "token": token }).to_string()),
        },
        Order::FetchTask { task } => get(format!("{tasks}/{task}")),
        Order::UpdateTask {
            task,
            if_match,
            change,
        } => {
            let form = match change {
                Change::Attributes(attributes) => vec![("Attributes", attributes.to_string())],
                Change::Close(Closing::Wrap) => closing("wrapping", "conference is complete"),
                Change::Close(Closing::Cancel) => closing("canceled", "the call is over"),
                Change::Close(Closing::Decline) => closing("canceled", DECLINED),
            };
            Call {
                if_match: Some(if_match.clone()),
                ..post(format!("{tasks}/{task}"), form)
            }
        }
        Order::CreateTask(new) => {
            let mut form = vec![
                ("WorkflowSid", new.workflow.to_string()),
                ("TaskChannel", "voice".to_owned()),
                ("Attributes", new.attributes.to_string()),
                ("Timeout", new.timeout_s.to_string()),
                ("Priority", new.priority.to_string()),
            ];
            if let Some(worker) = &new.target {
                form.push(("RoutingTarget", worker.to_string()));
                form.push(("IgnoreCapacity", "false".to_owned()));
            }
            post(tasks, form)
        }
        Order::ListCalleeTasks { caller_task } => get(format!(
            "{tasks}?PageSize=50&EvaluateTaskAttributes={}",
            encode(&format!("internal_call.caller_task == '{caller_task}'"))
        )),
        // The name of a conversation has no quotes: where it is read, no other is taken.
        Order::ListConversation { conversation } => get(format!(
            "{tasks}?PageSize=20&EvaluateTaskAttributes={}",
            encode(&format!(
                "conversations.conversation_id == '{conversation}' AND internal_call.role == 'caller'"
            ))
        )),
        Order::ListOpposite { caller, callee } => get(format!(
            "{tasks}?PageSize=20&Ordering=DateCreated%3Adesc&EvaluateTaskAttributes={}",
            encode(&format!(
                "internal_call.role == 'caller' AND internal_call.caller_worker == '{caller}' \
                 AND internal_call.callee_worker == '{callee}'"
            ))
        )),
        Order::ListCallerTasks => get(format!(
            "{tasks}?PageSize=100&AssignmentStatus=assigned&Ordering=DateCreated%3Aasc&EvaluateTaskAttributes={}",
            encode("internal_call.role == 'caller'")
        )),
        Order::ListReservations { task } => get(format!("{tasks}/{task}/Reservations?PageSize=50")),
        Order::FetchWorker { worker } | Order::FetchColleague { worker } | Order::FetchPerson { worker } => get(format!("{workspace}/Workers/{worker}")),
        Order::ListWorkers { page } => get(workers::url(&workspace, page.as_ref())),
        Order::FetchVoiceChannel { worker } => {
            get(format!("{workspace}/Workers/{worker}/Channels/voice"))
        }
        Order::FetchWorkflow { workflow } | Order::FetchTargets { workflow } => {
            get(format!("{workspace}/Workflows/{workflow}"))
        }
        Order::ListQueues => get(format!("{workspace}/TaskQueues?PageSize=1000")),
        Order::HoldParticipant {
            conference,
            label,
            hold,
        } => post(
            participant(conference, label),
            vec![("Hold", hold.to_string())],
        ),
        Order::LetGo { conference, label } => post(
            participant(conference, label),
            vec![("EndConferenceOnExit", "false".to_owned())],
        ),
        Order::RemoveParticipant { conference, label } => Call {
            method: "DELETE",
            ..get(participant(conference, label))
        },
        Order::ListConferences { task } => get(format!(
            "{conferences}.json?FriendlyName={task}&PageSize=50"
        )),
        Order::ListParticipants { conference } => get(format!(
            "{conferences}/{conference}/Participants.json?PageSize=50"
        )),
        Order::CreateParticipant(new) => post(
            format!("{conferences}/{}/Participants.json", new.conference),
            vec![
                ("To", new.to.clone()),
                ("From", new.from.clone()),
                ("Label", new.role.as_str().to_owned()),
                ("Beep", "false".to_owned()),
                ("EarlyMedia", "false".to_owned()),
                ("StartConferenceOnEnter", "true".to_owned()),
                ("EndConferenceOnExit", "false".to_owned()),
                ("Timeout", REJOIN_RING_S.to_string()),
                ("StatusCallback", new.status_callback.clone()),
                ("StatusCallbackEvent", "completed".to_owned()),
            ],
        ),
        Order::RedirectCall { call, twiml } => post(
            format!("{account}/Calls/{call}.json"),
            vec![("Twiml", twiml.clone())],
        ),
        Order::EndConference { conference } => post(
            format!("{conferences}/{conference}.json"),
            vec![("Status", "completed".to_owned())],
        ),
    }
}

fn closing(status: &str, reason: &str) -> Vec<(&'static str, String)> {
    vec![
        ("AssignmentStatus", status.to_owned()),
        ("Reason", reason.to_owned()),
    ]
}

/// What an HTTP answer says of its order. `etag` is the header's value, if any.
#[must_use]
pub fn answer(order: &Order, status: u16, etag: Option<&str>, body: &str) -> Answer {
    let json: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    if !(200..300).contains(&status) {
        if let (Order::ValidateToken { .. }, 400..=404) = (order, status) {
            return Answer::Token(None);
        }
        let message = json
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or("no message")
            .to_owned();
        return Answer::Failed { status, message };
    }
    let understood = match order {
        Order::ValidateToken { .. } => Some(Answer::Token(identity(&json))),
        Order::FetchTask { .. } | Order::UpdateTask { .. } | Order::CreateTask(_) => {
            task(&json, etag).map(Answer::Task)
        }
        Order::ListCalleeTasks { .. } | Order::ListCallerTasks | Order::ListConversation { .. } => {
            let sid = |one: &Value| TaskSid::parse(one.get("sid")?.as_str()?).ok();
            list(&json, "tasks", sid).map(Answer::Listed)
        }
        Order::ListOpposite { .. } => list(&json, "tasks", open_task)
            .map(|all| Answer::Listed(all.into_iter().flatten().collect())),
        Order::ListConferences { .. } => list(&json, "conferences", open_conference)
            .map(|all| Answer::Conferences(all.into_iter().flatten().collect())),
        Order::ListReservations { .. } => reservations(&json),
        Order::ListParticipants { .. } => {
            list(&json, "participants", present).map(Answer::Participants)
        }
        Order::FetchWorker { .. } => {
            json.get("available")
                .and_then(Value::as_bool)
                .map(|available| Answer::Worker {
                    available,
                    policy: busy_policy(&json),
                })
        }
        Order::ListWorkers { .. } => workers::answer(&json),
        Order::FetchPerson { .. } => workers::one(&json),
        Order::FetchColleague { .. } => colleague(&json),
        Order::FetchVoiceChannel { .. } => channel(&json),
        Order::FetchWorkflow { .. } => json
            .get("task_reservation_timeout")
            .and_then(Value::as_u64)
            .map(|seconds| Answer::Workflow {
                reservation_timeout_s: seconds,
            }),
        Order::FetchTargets { .. } => configured(&json),
        Order::ListQueues => queues(&json),
        Order::EndConference { .. }
        | Order::HoldParticipant { .. }
        | Order::LetGo { .. }
        | Order::RemoveParticipant { .. }
        | Order::CreateParticipant(_)
        | Order::RedirectCall { .. } => Some(Answer::Done),
    };
    understood.unwrap_or_else(|| Answer::Failed {
        status: 502,
        message: "Twilio's answer was not understood".to_owned(),
    })
}

fn identity(json: &Value) -> Option<Identity> {
    if json.get("valid")?.as_bool()? {
        Some(Identity {
            worker: WorkerSid::parse(json.get("worker_sid")?.as_str()?).ok()?,
            supervisor: json
                .get("roles")
                .and_then(Value::as_array)
                .is_some_and(|roles| {
                    roles
                        .iter()
                        .any(|role| ["supervisor", "admin"].contains(&role.as_str().unwrap_or("")))
                }),
        })
    } else {
        None
    }
}

fn reservations(json: &Value) -> Option<Answer> {
    let one = |one: &Value| {
        let worker = WorkerSid::parse(one.get("worker_sid")?.as_str()?).ok()?;
        Some((worker, one.get("reservation_status")?.as_str()?.to_owned()))
    };
    let all: Vec<(WorkerSid, String)> = list(json, "reservations", one)?;
    let of = |statuses: &[&str]| {
        let those = all
            .iter()
            .filter(|(_, status)| statuses.contains(&status.as_str()));
        those.map(|(worker, _)| worker.clone()).collect()
    };
    Some(Answer::Reservations {
        offered: of(&["pending"]),
        holders: of(&["accepted", "wrapping"]),
    })
}

/// A workflow's `configuration` is a text.
fn configured(json: &Value) -> Option<Answer> {
    let configuration = json.get("configuration")?.as_str()?;
    let configuration: Value = serde_json::from_str(configuration).ok()?;
    targets(&configuration).map(Answer::Targets)
}

/// All of them are one page, or it is not known which there are.
fn queues(json: &Value) -> Option<Answer> {
    let one = |one: &Value| {
        let sid = QueueSid::parse(one.get("sid")?.as_str()?).ok()?;
        Some((sid, one.get("friendly_name")?.as_str()?.to_owned()))
    };
    let more = json.get("meta").and_then(|meta| meta.get("next_page_url"));
    let whole = more.is_none_or(Value::is_null);
    list(json, "task_queues", one)
        .filter(|_| whole)
        .map(Answer::Queues)
}

/// As the agents' plugins name him (<https://www.twilio.com/docs/taskrouter/api/worker>).
fn colleague(json: &Value) -> Option<Answer> {
    let attributes: Value = serde_json::from_str(json.get("attributes")?.as_str()?).ok()?;
    let text = |key: &str| attributes.get(key).and_then(Value::as_str);
    let named = text("full_name").filter(|name| !name.trim().is_empty());
    let login = || json.get("friendly_name").and_then(Value::as_str);
    Some(Answer::Colleague {
        name: named.or_else(login)?.to_owned(),
        contact_uri: text("contact_uri").and_then(|uri| ContactUri::parse(uri).ok()),
    })
}

/// So many calls at most are told apart by whole percents.
const COUNTED_BY_PERCENT: u64 = 50;

/// "The current percentage of capacity the TaskChannel has available" of `configured_capacity`
/// (<https://www.twilio.com/docs/taskrouter/api/worker-channel#workerchannel-properties>).
fn channel(json: &Value) -> Option<Answer> {
    let assigned = json.get("assigned_tasks").and_then(Value::as_u64);
    Some(Answer::Channel {
        room: room(json)?,
        on_a_call: assigned.is_some_and(|tasks| tasks > 0),
        idle: json.get("available_capacity_percentage")?.as_u64()? == 100,
    })
}

/// What is left of it.
fn room(json: &Value) -> Option<Capacity> {
    let available = json.get("available")?.as_bool()?;
    let percentage = json.get("available_capacity_percentage")?.as_u64()?;
    if !available || percentage == 0 {
        return Some(Capacity::Full);
    }
    let calls = json
        .get("configured_capacity")
        .and_then(Value::as_u64)
        .filter(|configured| *configured <= COUNTED_BY_PERCENT && percentage <= 100)
        // To the nearest: two of three are told as 66.
        .map(|configured| (configured * percentage + 50) / 100)
        .and_then(|calls| NonZeroU32::new(u32::try_from(calls).ok()?));
    Some(Capacity::Left(calls))
}

/// What a supervisor wrote on a worker, if it is one of the policies.
fn busy_policy(json: &Value) -> Option<BusyPolicy> {
    let attributes: Value = serde_json::from_str(json.get("attributes")?.as_str()?).ok()?;
    BusyPolicy::parse(attributes.get(WORKER_ATTRIBUTE)?.as_str()?)
}

/// `Some(None)`: no call comes of it any more.
fn open_task(one: &Value) -> Option<Option<TaskSid>> {
    let sid = TaskSid::parse(one.get("sid")?.as_str()?).ok()?;
    let open = ["pending", "reserved", "assigned"];
    let is_open = open.contains(&one.get("assignment_status")?.as_str()?);
    Some(is_open.then_some(sid))
}

/// `Some(None)`: it is over.
fn open_conference(one: &Value) -> Option<Option<Room>> {
    let sid = ConferenceSid::parse(one.get("sid")?.as_str()?).ok()?;
    let status = one.get("status")?.as_str()?;
    let in_progress = status == "in-progress";
    Some((status != "completed").then_some(Room { sid, in_progress }))
}

fn present(one: &Value) -> Option<Present> {
    let leg = CallSid::parse(one.get("call_sid")?.as_str()?).ok()?;
    let status = one.get("status").and_then(Value::as_str);
    Some(Present {
        leg,
        label: one
            .get("label")
            .and_then(Value::as_str)
            .and_then(Label::parse),
        connected: status.is_none_or(|status| status == "connected"),
        hold: one.get("hold").and_then(Value::as_bool) == Some(true),
    })
}

fn list<T>(json: &Value, key: &str, one: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    json.get(key)?.as_array()?.iter().map(one).collect()
}

fn task(json: &Value, etag: Option<&str>) -> Option<Task> {
    let version = match json.get("version") {
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    Some(Task {
        sid: TaskSid::parse(json.get("sid")?.as_str()?).ok()?,
        version: etag
            .map(str::to_owned)
            .or_else(|| version.map(|number| format!("\"{number}\"")))?,
        status: match json.get("assignment_status")?.as_str()? {
            "pending" => TaskStatus::Pending,
            "reserved" => TaskStatus::Reserved,
            "assigned" => TaskStatus::Assigned,
            "wrapping" => TaskStatus::Wrapping,
            "completed" => TaskStatus::Completed,
            "canceled" => TaskStatus::Canceled,
            _ => return None,
        },
        attributes: serde_json::from_str(json.get("attributes")?.as_str()?).ok()?,
        workflow: json
            .get("workflow_sid")
            .and_then(Value::as_str)
            .and_then(|sid| WorkflowSid::parse(sid).ok()),
    })
}

/// As part of a query.
pub(super) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
