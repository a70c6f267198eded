//! Which call a request is about, and whether whoever asks is a party of it (or a supervisor).
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking (token and task) | token not valid | refused 403 |
//! | | no such task | gone |
//! | | no call between agents | refused 404 |
//! | | a supervisor; the caller, on his own task | found |
//! | | the callee, on his own task | naming |
//! | | a queue's call, somebody else | members |
//! | | somebody else | refused 403 |
//! | members (the callee's reservations) | he has one | naming |
//! | | he has none | refused 403 |
//! | naming (the caller's task) | it names this task, him, or the same conversation; or it is gone | found |
//! | | it does not | refused 403 |
//!
//! Any agent's browser may make a task with whatever attributes, so a task that says "callee" proves nothing by itself.

use super::order::{Answer, Order, Task};
use super::{refuse, refused, Identity, Response, Step};
use crate::ids::{TaskSid, WorkerSid};
use crate::twilio::attributes::Role;

/// A question that is being asked.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Party {
    Asking,
    Members { named: Task, identity: Identity },
    Naming { named: Task, identity: Identity },
}

/// What is known.
pub(super) enum Found {
    /// Go on asking, or answer.
    Step(Step),
    /// The named task of a call, of which the asker is a party.
    Call {
        /// The task that the request names.
        named: Task,
        /// The caller's task.
        caller: TaskSid,
    },
    /// There is no such task any more.
    Gone,
}

/// Who asks for the callee to be rung.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asker {
    /// The caller's plugin: proved by the token's validation.
    Plugin { worker: Option<WorkerSid> },
    /// Twilio's join callback: the request that had the claim died, and the caller's leg was that late.
    Twilio,
}

impl Asker {
    /// Why he may not, or why nobody is to be rung.
    pub fn refusal(&self, caller: &Task) -> Option<Step> {
        if caller.link("role") != Some("caller") || caller.text("from").is_none() {
            return Some(refuse(404, "There is no such call."));
        }
        match self {
            Asker::Twilio => {}
            Asker::Plugin {
                worker: Some(worker),
            } if caller.link("caller_worker") == Some(worker.as_str()) => {}
            Asker::Plugin { .. } => {
                return Some(refuse(403, "Only the caller may ring the callee."))
            }
        }
        if !caller.is_open() {
            return Some(refuse(409, "The call is over."));
        }
        None
    }
}

impl Party {
    pub(super) fn ask(task: TaskSid, token: String) -> (Self, Step) {
        let orders = vec![Order::ValidateToken { token }, Order::FetchTask { task }];
        (Self::Asking, Step::Orders(orders))
    }

    pub(super) fn resume(&mut self, answers: Vec<Answer>) -> Found {
        let mut answers = answers.into_iter();
        match self.clone() {
            Self::Asking => {
                let identity = match signed_in(answers.next()) {
                    Ok(identity) => identity,
                    Err(step) => return Found::Step(step),
                };
                match answers.next() {
                    Some(Answer::Task(named)) => self.judge(named, identity),
                    Some(Answer::Failed { status: 404, .. }) => Found::Gone,
                    other => Found::Step(refused(other)),
                }
            }
            Self::Members { named, identity } => match answers.next() {
                Some(Answer::Reservations { holders, .. })
                    if holders.contains(&identity.worker) =>
                {
                    self.name(named, identity)
                }
                Some(Answer::Reservations { .. }) => Found::Step(stranger()),
                other => Found::Step(refused(other)),
            },
            Self::Naming { named, identity } => match answers.next() {
                Some(Answer::Task(caller)) if caller.calls(&named, &identity.worker) => {
                    found(named)
                }
                Some(Answer::Task(_)) => Found::Step(stranger()),
                Some(Answer::Failed { status: 404, .. }) => found(named),
                other => Found::Step(refused(other)),
            },
        }
    }

    fn judge(&mut self, named: Task, identity: Identity) -> Found {
        if named.caller_task().is_none() {
            return Found::Step(Step::Respond(Response::refused(
                404,
                "There is no such call.",
            )));
        }
        if identity.supervisor {
            return found(named);
        }
        if named.is_party(&identity.worker) {
            return self.name(named, identity);
        }
        let shared = named.role() == Some(Role::Callee) || named.is_handed_over();
        if !shared || named.text("callToQueue").is_none() {
            return Found::Step(stranger());
        }
        let task = named.sid.clone();
        *self = Self::Members { named, identity };
        Found::Step(Step::Orders(vec![Order::ListReservations { task }]))
    }
}

impl Party {
    /// What the caller's task says of the callee's.
    fn name(&mut self, named: Task, identity: Identity) -> Found {
        match (named.role(), named.caller_task()) {
            (Some(Role::Callee), Some(task)) => {
                *self = Self::Naming { named, identity };
                Found::Step(Step::Orders(vec![Order::FetchTask { task }]))
            }
            (Some(Role::Caller | Role::Callee) | None, _) => found(named),
        }
    }
}

fn found(named: Task) -> Found {
    match named.caller_task() {
        Some(caller) => Found::Call { named, caller },
        None => Found::Step(stranger()),
    }
}

/// Whoever asks is no party of the call.
pub(super) fn stranger() -> Step {
    Step::Respond(Response::refused(
        403,
        "Only a party of the call, or a supervisor, may do that.",
    ))
}

/// Whose token was validated; or why nobody's was.
pub(super) fn signed_in(answer: Option<Answer>) -> Result<Identity, Step> {
    match answer {
        Some(Answer::Token(Some(identity))) => Ok(identity),
        Some(Answer::Token(None)) => Err(no_session()),
        other => Err(refused(other)),
    }
}

/// The token is not valid.
pub(super) fn no_session() -> Step {
    Step::Respond(Response::refused(
        403,
        "Your Flex session is not valid any more. Sign in again.",
    ))
}
