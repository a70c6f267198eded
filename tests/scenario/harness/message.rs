//! What is under way between the parts.

use super::network::Fault;
use super::server::understood;
use backline::effect::TaskOrder;
use backline::event::{EffectId, Outcome};
use backline::functions::{Answer, Order};
use backline::ids::{CallSid, ReservationSid};
use backline::time::Millis;
use backline_world::routing::ReservationUpdate;
use serde_json::Value;

/// An agent, by his number in the set-up.
pub type Agent = usize;

/// A message, at its arrival.
#[derive(Debug, Clone)]
pub enum Message {
    /// Plugin to TaskRouter.
    Rpc {
        agent: Agent,
        reply: Option<EffectId>,
        rpc: Rpc,
    },
    /// Anybody to the plugin: how an effect went.
    Settled {
        agent: Agent,
        id: EffectId,
        outcome: Outcome,
    },
    /// TaskRouter to the plugin.
    Push {
        agent: Agent,
        event_type: String,
        payload: Value,
    },
    /// Plugin or Twilio to the functions.
    Request {
        from: Asker,
        path: String,
        parameters: Vec<(String, String)>,
    },
    /// A function's time is up.
    RunDies { run: u64 },
    /// Functions to REST.
    Order {
        run: u64,
        batch: u32,
        index: usize,
        order: Order,
    },
    /// REST to functions.
    Answer {
        run: u64,
        batch: u32,
        index: usize,
        answer: Answer,
    },
    /// Functions to Twilio; `None`: no answer came.
    WebhookAnswer {
        id: u64,
        answer: Option<(u16, String)>,
    },
    /// Twilio to the agent's phone.
    PhoneRings { call: CallSid },
    /// The phone answers by itself, as Flex lets it.
    PhoneAnswers { call: CallSid },
    /// Twilio to the agent's phone: taken back.
    PhoneStops { call: CallSid },
    /// The agent's phone to Twilio.
    HangUp { call: CallSid },
    /// What somebody does.
    Act { agent: Agent, act: Act },
}

/// A request of the TaskRouter SDK.
#[derive(Debug, Clone)]
pub enum Rpc {
    CreateTask(Box<TaskOrder>),
    Update {
        reservation: ReservationSid,
        update: ReservationUpdate,
    },
}

/// Who asked the functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    Plugin { agent: Agent, id: EffectId },
    Twilio { webhook: u64 },
}

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Call(Agent),
    CallQueue(&'static str),
    Accept,
    Reject,
    HangUp,
    /// Gives the own call up, wherever it is.
    Cancel,
    /// Ends what is left over on screen: hangs up, refuses what rings, completes what he was told to.
    TidyUp,
}

/// How long the browser waits for TaskRouter or the functions.
const REQUEST_TIMEOUT: Millis = Millis::from_secs(10);

/// Twilio waits so long for a webhook's answer
/// (<https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>).
const WEBHOOK_TIMEOUT: Millis = Millis::from_secs(15);

impl Message {
    /// What its sender sees, and after how long, if this is all that becomes of the message.
    pub fn mishap(&self, fault: Fault) -> Option<(Millis, Message)> {
        let status = match fault {
            Fault::Lose => None,
            Fault::Fail(status) => Some(status),
            Fault::Double | Fault::Delay(_) => return None,
        };
        let wait = |lost: Millis| status.map_or(lost, |_| Millis(50));
        match self {
            Self::Rpc {
                agent,
                reply: Some(id),
                ..
            }
            | Self::Settled { agent, id, .. } => Some((
                wait(REQUEST_TIMEOUT),
                Self::Settled {
                    agent: *agent,
                    id: *id,
                    outcome: Outcome::Failed {
                        failure: backline::error::Failure {
                            status,
                            message: "no way".to_owned(),
                        },
                    },
                },
            )),
            Self::Request {
                from: Asker::Plugin { agent, id },
                ..
            } => {
                let outcome = match status {
                    Some(status) => understood(status, ""),
                    None => Outcome::Failed {
                        failure: backline::error::Failure::new("no connection"),
                    },
                };
                let (agent, id) = (*agent, *id);
                Some((wait(REQUEST_TIMEOUT), Self::Settled { agent, id, outcome }))
            }
            Self::Request {
                from: Asker::Twilio { webhook },
                ..
            } => Some((
                wait(WEBHOOK_TIMEOUT),
                Self::WebhookAnswer {
                    id: *webhook,
                    answer: status.map(|status| (status, String::new())),
                },
            )),
            Self::Order {
                run, batch, index, ..
            } => status.map(|status| {
                let answer = Answer::Failed {
                    status,
                    message: "no way".to_owned(),
                };
                (
                    Millis(50),
                    Self::Answer {
                        run: *run,
                        batch: *batch,
                        index: *index,
                        answer,
                    },
                )
            }),
            Self::WebhookAnswer { id, .. } => Some((
                wait(WEBHOOK_TIMEOUT),
                Self::WebhookAnswer {
                    id: *id,
                    answer: None,
                },
            )),
            Self::Rpc { reply: None, .. }
            | Self::Push { .. }
            | Self::RunDies { .. }
            | Self::Answer { .. }
            | Self::PhoneRings { .. }
            | Self::PhoneAnswers { .. }
            | Self::PhoneStops { .. }
            | Self::HangUp { .. }
            | Self::Act { .. } => None,
        }
    }
}
