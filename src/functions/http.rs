//! Requests and orders as HTTP, both ways: the wire side of the functions, for whoever hosts them.

use super::order::{Answer, Change, Closing, Order, Room, Task, TaskStatus};
use super::{ConferenceEvent, Identity, Outcome, Request};
use crate::ids::{AccountSid, ConferenceSid, TaskSid, WorkerSid, WorkspaceSid};
use crate::twilio::attributes::{DeclineReason, Role};
use crate::twilio::reservation::DECLINED;
use serde_json::Value;

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
    /// `GET` or `POST`.
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

/// What proves the origin of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `X-Twilio-Signature` (<https://www.twilio.com/docs/usage/webhooks/webhooks-security>): checked by the host.
    Twilio,
    /// The `Token` parameter: checked by the run.
    Flex,
}

/// Why a request was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No function has this path.
    #[error("there is no such function")]
    NoSuchFunction,
    /// A parameter is absent or not of its kind.
    #[error("the parameter {0} is missing or invalid")]
    Parameter(&'static str),
}

/// What must prove the origin of a request to `path`; `None` if there is no such function.
#[must_use]
pub fn origin(path: &str) -> Option<Origin> {
    match path {
        "/internal-call/flex/ring"
        | "/internal-call/flex/reject"
        | "/internal-call/flex/end"
        | "/internal-call/flex/check"
        | "/internal-call/flex/hold"
        | "/internal-call/flex/ready" => Some(Origin::Flex),
        "/internal-call/common/agent-outbound-join"
        | "/internal-call/common/agent-join-conference"
        | "/internal-call/common/agent-leg-over"
        | "/internal-call/common/ringback"
        | "/internal-call/common/call-outbound-join" => Some(Origin::Twilio),
        _ => None,
    }
}

/// Understands a request by its path and parameters (query and form together).
///
/// # Errors
/// [`RequestError`], to be answered 404 or 400.
pub fn request(path: &str, parameters: &[(String, String)]) -> Result<Request, RequestError> {
    let text = |name: &'static str| {
        parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .ok_or(RequestError::Parameter(name))
    };
    let task = |name| TaskSid::parse(&text(name)?).map_err(|_| RequestError::Parameter(name));
    Ok(match path {
        "/internal-call/flex/ring" => Request::Ring {
            task: task("taskSid")?,
            token: text("Token")?,
        },
        "/internal-call/flex/reject" => Request::Reject {
            task: task("taskSid")?,
            token: text("Token")?,
            reason: match text("reason") {
                Ok(reason) => {
                    Some(DeclineReason::parse(&reason).ok_or(RequestError::Parameter("reason"))?)
                }
                Err(_) => None,
            },
        },
        "/internal-call/flex/end" => Request::End {
            task: task("taskSid")?,
            token: text("Token")?,
            outcome: match text("outcome").as_deref() {
                Err(_) => None,
                Ok("no_answer") => Some(Outcome::NoAnswer),
                Ok("unavailable") => Some(Outcome::Away),
                Ok("not_connected") => Some(Outcome::NotConnected),
                Ok(_) => return Err(RequestError::Parameter("outcome")),
            },
        },
        "/internal-call/flex/check" => Request::Check {
            task: task("taskSid")?,
            token: text("Token")?,
        },
        "/internal-call/flex/hold" => Request::Hold {
            task: task("taskSid")?,
            token: text("Token")?,
            hold: match text("hold")?.as_str() {
                "true" => true,
                "false" => false,
                _ => return Err(RequestError::Parameter("hold")),
            },
        },
        "/internal-call/flex/ready" => Request::Ready {
            token: text("Token")?,
        },
        "/internal-call/common/ringback" => Request::Ringback,
        "/internal-call/common/agent-outbound-join" => Request::Twiml {
            conference: task("taskSid")?,
            role: Role::Caller,
        },
        "/internal-call/common/agent-join-conference" => Request::Twiml {
            conference: task("conferenceName")?,
            role: Role::Callee,
        },
        "/internal-call/common/agent-leg-over" => Request::LegOver {
            task: task("taskSid")?,
            role: match text("role")?.as_str() {
                "caller" => Role::Caller,
                "callee" => Role::Callee,
                _ => return Err(RequestError::Parameter("role")),
            },
            was_answered: text("CallStatus")? == "completed",
            callee: task("calleeTask").ok(),
        },
        "/internal-call/common/call-outbound-join" => {
            let label = text("ParticipantLabel").unwrap_or_default();
            Request::Conference {
                event: match (text("StatusCallbackEvent")?.as_str(), label.as_str()) {
                    ("participant-join", "caller") => ConferenceEvent::CallerJoined,
                    ("participant-join", "callee") => ConferenceEvent::CalleeJoined,
                    ("conference-end", _) => ConferenceEvent::Ended,
                    _ => ConferenceEvent::Other,
                },
                task: task("FriendlyName")?,
                conference: ConferenceSid::parse(&text("ConferenceSid")?)
                    .map_err(|_| RequestError::Parameter("ConferenceSid"))?,
            }
        }
        _ => return Err(RequestError::NoSuchFunction),
    })
}

/// An order as an HTTP request.
#[must_use]
pub fn call(api: &Api, order: &Order) -> Call {
    let workspace = format!("{}/v1/Workspaces/{}", api.taskrouter, api.workspace);
    let tasks = format!("{workspace}/Tasks");
    let conferences = format!(
        "{}/2010-04-01/Accounts/{}/Conferences",
        api.voice, api.account
    );
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
            encode(&format!("conferenceSid == '{caller_task}'"))
        )),
        Order::ListCallerTasks => get(format!(
            "{tasks}?PageSize=20&AssignmentStatus=assigned&Ordering=DateCreated%3Aasc&EvaluateTaskAttributes={}",
            encode("internal_call.role == 'caller'")
        )),
        Order::ListReservations { task } => get(format!("{tasks}/{task}/Reservations?PageSize=50")),
        Order::FetchWorker { worker } => get(format!("{workspace}/Workers/{worker}")),
        Order::FetchVoiceChannel { worker } => {
            get(format!("{workspace}/Workers/{worker}/Channels/voice"))
        }
        Order::FetchWorkflow { workflow } => get(format!("{workspace}/Workflows/{workflow}")),
        Order::HoldParticipant {
            conference,
            role,
            hold,
        } => post(
            format!(
                "{conferences}/{conference}/Participants/{}.json",
                role.as_str()
            ),
            vec![("Hold", hold.to_string())],
        ),
        Order::ListConferences { task } => get(format!(
            "{conferences}.json?FriendlyName={task}&PageSize=50"
        )),
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
        Order::ListCalleeTasks { .. } | Order::ListCallerTasks => {
            let sid = |one: &Value| TaskSid::parse(one.get("sid")?.as_str()?).ok();
            list(&json, "tasks", sid).map(Answer::Listed)
        }
        Order::ListConferences { .. } => list(&json, "conferences", open_conference)
            .map(|all| Answer::Conferences(all.into_iter().flatten().collect())),
        Order::ListReservations { .. } => list(&json, "reservations", holder)
            .map(|all| Answer::Holders(all.into_iter().flatten().collect())),
        Order::FetchWorker { .. } => json
            .get("available")
            .and_then(Value::as_bool)
            .map(|available| Answer::Worker { available }),
        Order::FetchVoiceChannel { .. } => {
            channel_is_free(&json).map(|free| Answer::Channel { free })
        }
        Order::FetchWorkflow { .. } => json
            .get("task_reservation_timeout")
            .and_then(Value::as_u64)
            .map(|seconds| Answer::Workflow {
                reservation_timeout_s: seconds,
            }),
        Order::EndConference { .. } | Order::HoldParticipant { .. } => Some(Answer::Done),
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

/// `Some(None)`: he let it pass, or never took it.
fn holder(one: &Value) -> Option<Option<WorkerSid>> {
    let worker = WorkerSid::parse(one.get("worker_sid")?.as_str()?).ok()?;
    let status = one.get("reservation_status")?.as_str()?;
    Some(["accepted", "wrapping"].contains(&status).then_some(worker))
}

/// <https://www.twilio.com/docs/taskrouter/api/worker-channel#workerchannel-properties>
fn channel_is_free(json: &Value) -> Option<bool> {
    let available = json.get("available")?.as_bool()?;
    let left = json.get("available_capacity_percentage")?.as_u64()?;
    Some(available && left > 0)
}

/// `Some(None)`: it is over.
fn open_conference(one: &Value) -> Option<Option<Room>> {
    let sid = ConferenceSid::parse(one.get("sid")?.as_str()?).ok()?;
    let status = one.get("status")?.as_str()?;
    let in_progress = status == "in-progress";
    Some((status != "completed").then_some(Room { sid, in_progress }))
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
    })
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
