//! Requests and orders as HTTP, both ways: the wire side of the functions, for whoever hosts them.

use super::order::{Answer, Change, Closing, Order, Task, TaskStatus};
use super::{ConferenceEvent, Identity, Request};
use crate::ids::{AccountSid, ConferenceSid, TaskSid, WorkerSid, WorkspaceSid};
use crate::twilio::attributes::Role;
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
        "/internal-call/flex/ring" | "/internal-call/flex/reject" | "/internal-call/flex/end" => {
            Some(Origin::Flex)
        }
        "/internal-call/common/agent-outbound-join"
        | "/internal-call/common/agent-join-conference"
        | "/internal-call/common/agent-leg-over"
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
        },
        "/internal-call/flex/end" => Request::End {
            task: task("taskSid")?,
            token: text("Token")?,
        },
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
            was_answered: text("CallStatus")? == "completed",
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
    let tasks = format!("{}/v1/Workspaces/{}/Tasks", api.taskrouter, api.workspace);
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
        Order::ListCalleeTasks { .. } => {
            let sid = |one: &Value| TaskSid::parse(one.get("sid")?.as_str()?).ok();
            list(&json, "tasks", sid).map(Answer::Listed)
        }
        Order::ListConferences { .. } => list(&json, "conferences", open_conference)
            .map(|all| Answer::Conferences(all.into_iter().flatten().collect())),
        Order::EndConference { .. } => Some(Answer::Done),
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
        })
    } else {
        None
    }
}

/// `Some(None)`: it is over. One who waits alone is in a conference that is `init`, not `in-progress`.
fn open_conference(one: &Value) -> Option<Option<ConferenceSid>> {
    let sid = ConferenceSid::parse(one.get("sid")?.as_str()?).ok()?;
    let over = one.get("status")?.as_str()? == "completed";
    Some((!over).then_some(sid))
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
