//! What is under way between the parts.

use super::network::Fault;
use super::server::understood;
use backline::effect::TaskOrder;
use backline::event::{EffectId, Outcome};
use backline::functions::{Answer, Order};
use backline::ids::{CallSid, ReservationSid};
use backline::time::Millis;
use backline::twilio::attributes::DeclineReason;
use backline_world::routing::ReservationUpdate;
use serde_json::Value;

/// An agent, by his number in the set-up.
pub type Agent = usize;

/// A place for a tab of an agent's browser: his first tabs are 0, 1 and 2, his second 3, 4 and 5.
pub type Seat = usize;

/// A tab in one of its lives: a page that is loaded again is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Page {
    pub seat: Seat,
    pub life: u32,
}

/// A message, at its arrival.
#[derive(Debug, Clone)]
pub enum Message {
    /// Plugin to TaskRouter.
    Rpc {
        page: Page,
        reply: Option<EffectId>,
        rpc: Rpc,
    },
    /// Anybody to the plugin: how an effect went.
    Settled {
        page: Page,
        id: EffectId,
        outcome: Outcome,
    },
    /// The browser gives a request to the functions up.
    HttpTimeout { page: Page, id: EffectId },
    /// The page is loaded: its SDK has fetched the reservations that there are.
    Loaded { page: Page },
    /// TaskRouter's socket is back.
    Resync { page: Page },
    /// TaskRouter to the plugin, over one connection of its socket.
    Push {
        page: Page,
        session: u32,
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
    PhoneAnswers { call: CallSid, page: Page },
    /// Twilio to the agent's phone: taken back.
    PhoneStops { call: CallSid },
    /// The agent's phone to Twilio.
    HangUp { call: CallSid },
    /// What somebody does.
    Act { seat: Seat, act: Act },
}

/// A request of the TaskRouter SDK.
#[derive(Debug, Clone)]
pub enum Rpc {
    CreateTask(Box<TaskOrder>),
    Update {
        reservation: ReservationSid,
        update: ReservationUpdate,
    },
    /// Flex's own menu of activities.
    Activity {
        name: &'static str,
        reject_pending: bool,
    },
}

/// Who asked the functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    Plugin {
        page: Page,
        id: EffectId,
    },
    Twilio {
        webhook: u64,
    },
    /// Nobody: it is a sweep.
    Nobody,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Call(Agent),
    CallQueue(&'static str),
    Accept,
    Reject,
    HangUp,
    /// Says why he declines.
    Decline(DeclineReason),
    /// Chooses another activity, with what is on offer refused by Flex or not.
    Activity {
        name: &'static str,
        reject_pending: bool,
    },
    /// The other party goes on hold.
    Hold,
    /// The other party comes back from hold.
    Resume,
    /// Transfers the other party to this one.
    Transfer(Agent),
    /// Adds this one to the call.
    Add(Agent),
    /// Takes a party of several out of the call: the first of the others who is there, or rings.
    Remove,
    /// Puts a party of several on hold, or takes one back.
    HoldParty(bool),
    /// Ends a call of several for everybody.
    EndForAll,
    /// Calls back whom he missed.
    CallBack,
    /// Closes this tab.
    Close,
    /// Opens this tab, or loads its page again; it takes this long.
    Load(Millis),
    /// This tab's socket to TaskRouter drops, for so long.
    DropSocket(Millis),
    /// Gives the own call up, wherever it is.
    Cancel,
    /// Ends what is left over on screen: hangs up, refuses what rings, completes what he was told to.
    TidyUp,
}

/// How long the TaskRouter SDK waits for an answer.
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
                page,
                reply: Some(id),
                ..
            }
            | Self::Settled { page, id, .. } => Some((
                wait(REQUEST_TIMEOUT),
                Self::Settled {
                    page: *page,
                    id: *id,
                    outcome: Outcome::Failed {
                        failure: backline::error::Failure {
                            status,
                            message: "no way".to_owned(),
                        },
                    },
                },
            )),
            // Lost: the browser gives it up by itself.
            Self::Request {
                from: Asker::Plugin { page, id },
                ..
            } => status.map(|status| {
                let (page, id, outcome) = (*page, *id, understood(status, ""));
                (Millis(50), Self::Settled { page, id, outcome })
            }),
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
            | Self::Request {
                from: Asker::Nobody,
                ..
            }
            | Self::HttpTimeout { .. }
            | Self::Loaded { .. }
            | Self::Resync { .. }
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
