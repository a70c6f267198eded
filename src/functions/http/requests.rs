//! What is asked of the functions, by path and parameters.

use super::super::{ConferenceEvent, Label, OfferOver, Outcome, PageMark, Request, Whom};
use crate::ids::{CallSid, ConferenceSid, TaskSid, WorkerSid, WorkflowSid};
use crate::twilio::attributes::{DeclineReason, InternalCall, RawTaskAttributes, Role, OUTLIVES};
use crate::twilio::busy_policy::BusyPolicy;
use crate::twilio::strategy::StrategyName;

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

/// Where the functions are, below their base URL.
pub const FOLDERS: [&str; 2] = ["/internal-call/", "/multi-call/"];

/// What must prove the origin of a request to `path`; `None` if there is no such function.
#[must_use]
pub fn origin(path: &str) -> Option<Origin> {
    match path {
        "/internal-call/flex/ring"
        | "/internal-call/flex/reject"
        | "/internal-call/flex/end"
        | "/internal-call/flex/came"
        | "/internal-call/flex/check"
        | "/internal-call/flex/rejoin"
        | "/internal-call/flex/hold"
        | "/internal-call/flex/transfer"
        | "/internal-call/flex/end-for-all"
        | "/internal-call/flex/add"
        | "/internal-call/flex/remove"
        | "/internal-call/flex/ready"
        | "/internal-call/flex/reach"
        | "/internal-call/flex/people"
        | "/internal-call/flex/queues"
        | "/multi-call/flex/recover" => Some(Origin::Flex),
        "/internal-call/common/agent-outbound-join"
        | "/internal-call/common/agent-join-conference"
        | "/internal-call/common/agent-leg-over"
        | "/internal-call/common/ringback"
        | "/internal-call/common/call-outbound-join"
        | "/internal-call/common/taskrouter-event"
        | "/internal-call/common/enqueue"
        | "/internal-call/common/call-silence"
        | "/multi-call/common/conference" => Some(Origin::Twilio),
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
    let outlives = text(OUTLIVES).as_deref() == Ok("true");
    let warm = text("strategy").as_deref() == Ok(StrategyName::WarmTransfer.as_str());
    Ok(match path {
        "/internal-call/flex/ring" => Request::Ring {
            task: task("taskSid")?,
            // A hint: the task says who it is.
            callee: text("calleeWorker")
                .ok()
                .and_then(|worker| WorkerSid::parse(&worker).ok()),
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
                Ok("not_back") => Some(Outcome::NotBack),
                Ok(_) => return Err(RequestError::Parameter("outcome")),
            },
            warm,
        },
        "/internal-call/flex/end-for-all" => Request::EndForAll {
            task: task("taskSid")?,
            token: text("Token")?,
        },
        "/internal-call/flex/came" => Request::Came {
            task: task("taskSid")?,
            token: text("Token")?,
            warm,
        },
        "/internal-call/flex/check" => Request::Check {
            task: task("taskSid")?,
            token: text("Token")?,
            outlives,
            warm,
        },
        "/internal-call/flex/rejoin" => Request::Rejoin {
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
            whom: text("party").ok().map(label).transpose()?,
        },
        "/internal-call/flex/add" => Request::Add {
            task: task("taskSid")?,
            worker: WorkerSid::parse(&text("workerSid")?)
                .map_err(|_| RequestError::Parameter("workerSid"))?,
            token: text("Token")?,
        },
        "/internal-call/flex/remove" => Request::Remove {
            task: task("taskSid")?,
            whom: label(text("party")?)?,
            token: text("Token")?,
        },
        "/internal-call/flex/transfer" => Request::Transfer {
            task: task("taskSid")?,
            to: whom(text("workerSid").ok(), text("callToQueue").ok())
                .ok_or(RequestError::Parameter("workerSid"))?,
            token: text("Token")?,
        },
        "/internal-call/flex/ready" => Request::Ready {
            token: text("Token")?,
            workflow: text("workflow")
                .ok()
                .and_then(|workflow| WorkflowSid::parse(&workflow).ok()),
        },
        "/internal-call/flex/reach" => Request::Reach {
            worker: WorkerSid::parse(&text("workerSid")?)
                .map_err(|_| RequestError::Parameter("workerSid"))?,
            policy: text("busyPolicy")
                .ok()
                .and_then(|policy| BusyPolicy::parse(&policy)),
            token: text("Token")?,
        },
        "/internal-call/flex/people" => Request::People {
            page: text("page").map_or(Ok(None), |page| {
                let mark = PageMark::parse(&page).ok_or(RequestError::Parameter("page"))?;
                Ok(Some(mark))
            })?,
            token: text("Token")?,
        },
        "/internal-call/flex/queues" => Request::Queues {
            token: text("Token")?,
        },
        "/multi-call/flex/recover" => Request::Recover {
            task: task("taskSid")?,
            token: text("Token")?,
        },
        "/multi-call/common/conference" => match text("StatusCallbackEvent")?.as_str() {
            "participant-leave" => Request::Left {
                task: task("FriendlyName")?,
            },
            _ => Request::Ignored,
        },
        "/internal-call/common/taskrouter-event" => {
            let how = match text("EventType")?.as_str() {
                "reservation.rejected" => OfferOver::Refused,
                "reservation.timeout" => OfferOver::Lapsed,
                _ => return Ok(Request::Ignored),
            };
            let refused = text("WorkerSid").ok();
            offer_over(&text("TaskAttributes")?, task("TaskSid")?, refused, how)
        }
        "/internal-call/common/enqueue" => {
            let call = |name: &'static str| {
                CallSid::parse(&text(name)?).map_err(|_| RequestError::Parameter(name))
            };
            Request::Enqueue {
                call: call("CallSid")?,
                parent: call("ParentCallSid").ok(),
                conversation: text("conversation_id")
                    .ok()
                    .filter(|name| is_conversation(name))
                    .ok_or(RequestError::Parameter("conversation_id"))?,
                whom: whom(text("worker_sid").ok(), text("callToQueue").ok())
                    .ok_or(RequestError::Parameter("worker_sid"))?,
                look: text("look").map_or(Ok(0), |look| {
                    look.parse().map_err(|_| RequestError::Parameter("look"))
                })?,
            }
        }
        "/internal-call/common/ringback" => Request::Ringback,
        "/internal-call/common/call-silence" => Request::Silence,
        "/internal-call/common/agent-outbound-join" => Request::Twiml {
            conference: task("taskSid")?,
            label: Label::Of(Role::Caller),
            outlives,
        },
        "/internal-call/common/agent-join-conference" => Request::Twiml {
            conference: task("conferenceName")?,
            label: match task("added") {
                Ok(task) => Label::Added(task),
                Err(_) => Label::Of(Role::Callee),
            },
            outlives,
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
            outlives,
        },
        "/internal-call/common/call-outbound-join" => {
            let label = text("ParticipantLabel").unwrap_or_default();
            Request::Conference {
                event: match (text("StatusCallbackEvent")?.as_str(), Label::parse(&label)) {
                    ("participant-join", Some(Label::Of(Role::Caller))) => {
                        ConferenceEvent::CallerJoined
                    }
                    ("participant-join", Some(Label::Of(Role::Callee))) => {
                        ConferenceEvent::CalleeJoined
                    }
                    ("participant-join", Some(Label::Added(_))) => ConferenceEvent::AddedJoined,
                    ("participant-leave", _) => ConferenceEvent::Left,
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

fn label(text: String) -> Result<Label, RequestError> {
    Label::parse(&text).ok_or(RequestError::Parameter("party"))
}

/// A worker or a queue, not both.
fn whom(worker: Option<String>, queue: Option<String>) -> Option<Whom> {
    match (worker, queue) {
        (Some(worker), None) => WorkerSid::parse(&worker).ok().map(Whom::Worker),
        (None, Some(queue)) => Some(Whom::Queue(queue)),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// As the plugin names them, and other systems (a UUID): nothing that ends a text in an expression.
fn is_conversation(name: &str) -> bool {
    let is_of_a_name = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(is_of_a_name)
}

/// The workspace's events are about all its tasks. A queue's call goes to the next when one of its members refuses.
fn offer_over(attributes: &str, own: TaskSid, worker: Option<String>, how: OfferOver) -> Request {
    let attributes = serde_json::from_str::<RawTaskAttributes>(attributes).ok();
    let of_a_person = attributes.filter(|task| task.call_to_queue.is_none());
    match of_a_person.and_then(|task| task.internal_call) {
        Some(InternalCall {
            role: Role::Callee,
            caller_task: Some(task),
            ..
        }) => Request::OfferOver {
            task,
            callee: Some(own),
            how,
        },
        // Both have the one task: it was not the caller who refused.
        Some(InternalCall {
            strategy: Some(StrategyName::WarmTransfer),
            callee_worker: Some(callee),
            ..
        }) if worker.as_deref() == Some(callee.as_str()) => Request::OfferOver {
            task: own,
            callee: None,
            how,
        },
        Some(_) | None => Request::Ignored,
    }
}
