//! A call between agents: placing it, taking it, refusing it, ending it.
//!
//! How the two are connected is the account's choice ([`Strategy`]); each has a module, and differs in this:
//!
//! | | `conference` (S0) | `warm_transfer` (S1) | `application` (S1b) |
//! |---|---|---|---|
//! | call pressed | `CreateTask` | `StartOutboundCall` | `StartOutboundCall` |
//! | placed | `Http` ring | `Http` ring, then `TransferTask` | waits until Twilio has called the application, which rings |
//! | tasks | one each | one | one each |
//! | own leg | `AcceptTask` once the callee is being rung | Flex's own | Flex's own |
//! | accept requested | `CallWorker` | Flex's own | Flex's own |
//! | hold, resume | `Http` hold | `HoldParticipant` | Flex's own |
//! | this agent is out of the call | `Http` end | `Http` check | `Http` check: it may go on without him |
//!
//! In S0 the conference is named after the caller's task, so the callee's phone can ring as soon as that task exists; both
//! legs join by name, whichever is first. All else is the same in both, and is as follows in S0.
//!
//! Placing (one at a time, [`Placing`]; its own waits in `placing.rs`):
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | idle | call pressed | creating | `CreateTask` |
//! | creating | task created, or its reservation came (whichever is first) | placed | `Http` ring |
//! | creating | creation failed, or took too long | idle | `Notify` |
//! | placed | being rung (the claim is on the task), or rung (answer, or seen on the task) | placed | `AcceptTask` of the own leg |
//! | placed | ring not heard, the first time | placed | `Http` ring |
//! | placed | ring failed | placed | `Notify`, `Http` end |
//! | placed | an outcome on the task | placed | `Notify`, unless answered |
//! | placed | nobody answered in time | placed | `Http` end as no answer |
//! | placed | own reservation over, or none came in time | idle | `Http` end |
//!
//! Each reservation of such a call ([`Leg`]):
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | — | offered, role caller, placed here | offered | `AcceptTask` once the callee is being rung |
//! | — | offered, role caller, placed by another tab, or by nobody any more | offered | after a while `Http` end |
//! | — | offered, role callee | offered | `NotifyRinging` |
//! | — | offered, role callee, own call | rejecting | `RejectReservation`; the second time `Http` end |
//! | offered | rang as long as it may | offered | `Http` end as no answer; a queue's member `RejectReservation` |
//! | offered | TaskRouter's own time-out is near | rejecting | `RejectReservation`: a missed call changes nobody's activity |
//! | offered | accept requested | accepting | `CallWorker`; the caller's own, `SelectTask` |
//! | accepting | it failed, or took too long | offered | `Notify`; the caller's own: after a while `Http` end |
//! | offered | reject requested (person called) | rejecting | `Http` reject; the caller's own: `Http` end |
//! | rejecting | it failed | offered | `Notify` |
//! | rejecting | what was refused by itself failed | rejecting | after a moment `RejectReservation`, three times |
//! | rejecting | TaskRouter's own time-out is near | rejecting | `RejectReservation` |
//! | any | accepted | connected | |
//! | connected | hold or resume requested | connected | `Http` hold |
//! | connected | what has to do with transfers is in [`transferring`] | | |
//! | connected | hung up here, and nothing came of it | connected | `Http` end |
//! | connected | seen first when the page was loaded; every three minutes | connected | `Http` check |
//! | connected | the callee's, for a while | connected | `Http` came |
//! | connected | where the call outlives a page: what is in [`rejoining`] | | |
//! | any | wrapping | wrapping until … | `Http` end |
//! | wrapping | that time | completing | `CompleteTask` |
//! | any | completed, cancelled, rescinded, rejected, timed out | — | `Http` end; `Notify` a missed call (see `over`) |
//!
//! Two who call each other at the same moment: [`glare`].
//!
//! An end that is not heard is posted again with growing pauses ([`ending`]).
//!
//! Invariants: one press, one task; the callee is rung once for a task; a person's phone stops ringing before
//! TaskRouter's time-out; an end that is due is posted until it is heard or the agent is told.
//! Sources: <https://www.twilio.com/docs/taskrouter/api/reservations>,
//! <https://www.twilio.com/docs/taskrouter/js-sdk-v2/reservation>.

mod actions;
mod application;
mod asking;
mod conference;
mod ending;
mod glare;
mod leg;
mod legs;
mod parties;
mod placement;
mod placing;
mod rejoining;
#[cfg(test)]
mod tests;
mod transferring;
mod waking;
mod warm_transfer;

use crate::effect::{Effect, HttpRequest, Notice};
use crate::event::{EffectId, Outcome};
use crate::ids::{ReservationSid, TaskSid, WorkerSid};
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::busy_policy::BusyPolicy;
use crate::twilio::configuration::{Configuration, MissingKey, Outbound};
use crate::twilio::strategy::Strategy;
use crate::view::{CallLine, CallView};
use asking::Ask;
use ending::Ending;
use glare::Meeting;
use rejoining::Rejoin;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub use asking::Topic;
pub use leg::Leg;
pub use placement::Placing;
pub use transferring::{onward_notice, After, Onward};

/// What an effect of this machine was for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// Ask the functions, at the start, whether they are there and set up.
    Ready,
    /// `CreateTask`, or `StartOutboundCall`.
    Create,
    /// Ring the callee of this task.
    Ring(TaskSid),
    /// Flex's `TransferTask` of this task, to the callee.
    HandOver(TaskSid),
    /// Flex's `AcceptTask` of our own leg, or of a call that is taken in place of ours.
    AcceptOwn(ReservationSid),
    /// Flex's `SelectTask`.
    Select,
    /// Flex's `HangupCall` of our own leg, as another call is taken in place of it.
    HangUpOwn,
    /// `reservation.call`.
    Call(ReservationSid),
    /// Tell the functions that this agent declines.
    Decline(ReservationSid),
    /// Refuse a reservation at TaskRouter.
    Refuse(ReservationSid),
    /// Put the other party on hold, or take it back.
    Hold(ReservationSid, Asker),
    /// Tell the functions that a call is over.
    End(TaskSid),
    /// Ask the functions whether a call found at the start is over; tell them that this agent has come.
    Check,
    /// Have the functions ring this agent's phone again, for a call that his page left.
    Rejoin(ReservationSid),
    /// `CompleteTask`.
    Complete(ReservationSid),
    /// Have the functions do something with a call that goes on meanwhile.
    Ask(ReservationSid, Topic),
}

/// Who wants a party on hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Asker {
    /// The agent, by a button.
    Agent,
    /// [`crate::calls`], since he is on another call.
    Calls,
}

/// Who uses this Flex, as far as calls go.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Caller {
    /// His worker.
    pub worker: WorkerSid,
    /// His name.
    pub name: Pii<String>,
}

/// What the machine says besides its effects.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Said {
    /// Orders.
    pub effects: Vec<Effect>,
    /// Where the placed call is now, for the panel.
    pub line: Option<CallLine>,
    /// Whether what the call canvas shows may have changed.
    pub call: bool,
    /// The other party's hold, ordered by [`InternalCall::order_hold`], is over: on (true) or off; why it failed,
    /// if it did.
    pub hold_over: Option<(ReservationSid, bool, Option<String>)>,
    /// This agent's call is over since the other party transferred him.
    pub onward: Option<Onward>,
}

impl Said {
    fn order(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn tell(&mut self, notice: Notice) {
        self.effects.push(Effect::Notify { notice });
    }
}

/// State of all calls between agents that concern this one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InternalCall {
    me: Caller,
    tab: Option<String>,
    enabled: bool,
    outbound: Result<Outbound, MissingKey>,
    #[serde(default)]
    strategy: Strategy,
    ring_seconds: u32,
    #[serde(default)]
    busy_policy: Option<BusyPolicy>,
    /// Whether the legs in this tab are told of.
    #[serde(default)]
    hears_legs: bool,
    #[serde(default)]
    rejoin_seconds: Option<u32>,
    /// Whether the agent may have several calls at once.
    several: bool,
    /// What is on screen, if he may have only one.
    #[serde(default)]
    selected: Option<ReservationSid>,
    wrap_up: Option<Millis>,
    placing: Placing,
    legs: BTreeMap<ReservationSid, Leg>,
    endings: BTreeMap<TaskSid, Ending>,
    #[serde(default)]
    rejoins: BTreeMap<ReservationSid, Rejoin>,
    #[serde(default)]
    meeting: Option<Meeting>,
    /// On offer here by Flex's transfer: other agents' parts in calls by an application.
    #[serde(default)]
    handed_on: BTreeSet<ReservationSid>,
    /// What the functions are being asked to do.
    #[serde(default)]
    asks: Vec<Ask>,
}

impl InternalCall {
    /// The machine as configured, in a tab of this name.
    #[must_use]
    pub fn new(configuration: &Configuration, me: Caller, tab: Option<String>) -> Self {
        Self {
            me,
            tab,
            enabled: configuration.enabled,
            outbound: configuration.outbound.clone(),
            strategy: configuration.strategy.clone(),
            ring_seconds: configuration.ring_seconds,
            busy_policy: configuration.busy_policy,
            hears_legs: configuration.multi_call.enabled,
            rejoin_seconds: configuration.multi_call.rejoin_seconds,
            several: configuration.multi_call.enabled,
            selected: None,
            wrap_up: configuration.wrap_up,
            placing: Placing::Idle,
            legs: BTreeMap::new(),
            endings: BTreeMap::new(),
            rejoins: BTreeMap::new(),
            meeting: None,
            handed_on: BTreeSet::new(),
            asks: Vec::new(),
        }
    }

    /// What is wanting is told at the start, not at the first call.
    pub fn start<P: From<Purpose>>(&self, ledger: &mut Ledger<P>) -> Said {
        let mut said = Said::default();
        if let (Strategy::Unclear(unclear), true) = (&self.strategy, self.enabled) {
            said.tell(unclear.notice());
        }
        match &self.outbound {
            _ if !self.enabled => {}
            Err(missing) => said.tell(Notice::misconfigured(missing.0)),
            Ok(outbound) => {
                let workflow = ("workflow".to_owned(), outbound.workflow.to_string());
                self.post("ready", vec![workflow], Purpose::Ready, ledger, &mut said);
            }
        }
        said
    }

    /// When this machine next does something by itself.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        self.legs
            .values()
            .filter_map(Leg::deadline)
            .chain(self.endings.values().filter_map(Ending::deadline))
            .chain(self.rejoins.values().filter_map(Rejoin::deadline))
            .chain(self.asks.iter().filter_map(Ask::deadline))
            .chain(self.placing.deadline())
            .min()
    }

    /// Some deadline may have passed.
    pub fn wake<P: From<Purpose>>(&mut self, now: Millis, ledger: &mut Ledger<P>) -> Said {
        let mut said = Said::default();
        self.wake_placing(now, ledger, &mut said);
        self.wake_legs(now, ledger, &mut said);
        self.wake_endings(now, ledger, &mut said);
        self.wake_rejoins(now, ledger, &mut said);
        self.wake_asks(now, ledger, &mut said);
        said
    }

    /// An effect of this machine is over.
    pub fn settle<P: From<Purpose>>(
        &mut self,
        now: Millis,
        id: EffectId,
        purpose: Purpose,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        match purpose {
            Purpose::Ready => self.ready(outcome, &mut said),
            Purpose::Create => self.created(now, id, outcome, ledger, &mut said),
            Purpose::Ring(task) => self.rung(now, &task, outcome, ledger, &mut said),
            Purpose::HandOver(task) => self.handed_over(now, &task, outcome, ledger, &mut said),
            Purpose::AcceptOwn(reservation) | Purpose::Call(reservation) => {
                self.accept_settled(now, &reservation, outcome, &mut said);
            }
            Purpose::Decline(reservation) => {
                self.decline_settled(&reservation, outcome, ledger, &mut said);
            }
            // Selecting is a courtesy; a check is made again after a while; and the functions end the call, too.
            Purpose::Select | Purpose::Check | Purpose::HangUpOwn => {}
            Purpose::Refuse(reservation) => {
                self.refuse_settled(now, &reservation, outcome, &mut said);
            }
            Purpose::Rejoin(reservation) => {
                self.rejoin_settled(now, &reservation, outcome, ledger, &mut said)
            }
            Purpose::Hold(reservation, asker) => {
                self.hold_settled(&reservation, asker, outcome, &mut said);
            }
            Purpose::End(task) => self.end_settled(now, &task, outcome, ledger, &mut said),
            Purpose::Ask(reservation, topic) => {
                self.ask_settled(now, &reservation, &topic, outcome, &mut said);
            }
            Purpose::Complete(reservation) => {
                self.complete_settled(&reservation, outcome, &mut said);
            }
        }
        said
    }

    fn ready(&self, outcome: &Outcome, said: &mut Said) {
        let Err(refusal) = succeeded(outcome) else {
            return;
        };
        said.tell(match refusal.code {
            Some(key) => Notice::misconfigured(&key),
            None => Notice::FunctionsUnreachable {
                url: self
                    .outbound
                    .as_ref()
                    .map_or_else(|_| String::new(), |outbound| outbound.functions.clone()),
                detail: refusal.detail,
            },
        });
    }

    /// What stands in the call canvas of a reservation.
    #[must_use]
    pub fn view(&self, reservation: &str) -> Option<CallView> {
        let (sid, leg) = self
            .legs
            .iter()
            .find(|(sid, _)| sid.as_str() == reservation)?;
        Some(CallView {
            name: leg.reservation.name.clone(),
            line: self.placing.line_of(&leg.reservation.task),
            offered: leg.is_on_offer_to_callee(),
            connecting: leg.is_accepted_by_callee(),
            hold: leg.hold_view(),
            held_by_other: leg.is_held_by_other(),
            other_lost: leg.has_lost_other(),
            transfer: self.transfer_view(sid, leg),
            added_by: leg.reservation.call.added_by.clone(),
            parties: self.party_views(sid, leg),
            add: self.add_view(sid, leg),
            ending_for_all: self.is_asking(sid, &Topic::EndForAll),
            transferred_by: leg.reservation.call.transferred_by.clone(),
        })
    }

    fn post<P: From<Purpose>>(
        &self,
        path: &str,
        form: Vec<(String, String)>,
        purpose: Purpose,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> Option<EffectId> {
        let base = &self.outbound.as_ref().ok()?.functions;
        let id = ledger.open(purpose.into());
        said.order(Effect::Http {
            id,
            request: HttpRequest {
                url: format!("{base}/internal-call/flex/{path}"),
                form,
            },
        });
        Some(id)
    }
}

/// The form that names a task.
fn of_task(task: &TaskSid) -> Vec<(String, String)> {
    vec![("taskSid".to_owned(), task.to_string())]
}

/// Why an effect did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    /// The functions' word for it, if they have one.
    code: Option<String>,
    /// What was said.
    detail: String,
    /// Whether the same may succeed later: nothing was heard, or the server was at fault.
    passing: bool,
}

/// Whether an effect did what it should: an HTTP answer counts if its status is 2xx.
fn succeeded(outcome: &Outcome) -> Result<(), Refusal> {
    match outcome {
        Outcome::Answered {
            status,
            message,
            code,
        } => {
            if (200..300).contains(status) {
                Ok(())
            } else {
                Err(Refusal {
                    code: code.clone(),
                    detail: format!("HTTP {status} {message}"),
                    passing: *status >= 500 || *status == 429,
                })
            }
        }
        Outcome::Failed { failure } => Err(Refusal {
            code: None,
            detail: failure.message.clone(),
            passing: true,
        }),
        Outcome::Done
        | Outcome::TaskCreated { .. }
        | Outcome::People { .. }
        | Outcome::Queues { .. }
        | Outcome::Favourites { .. } => Ok(()),
    }
}
