//! A call between agents: placing it, taking it, refusing it, ending it.
//!
//! Strategy: conference (S0). The conference is named after the caller's task, so the callee's phone can ring as soon as
//! that task exists; both legs join by name, whichever is first.
//!
//! Placing (one at a time, [`Placing`]):
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | idle | call pressed | creating | `CreateTask` |
//! | creating | task created, or its reservation came (whichever is first) | placed | `Http` ring |
//! | creating | creation failed | idle | `Notify` |
//! | placed | ring answered | placed | |
//! | placed | ring failed | placed | `Notify`, `Http` end |
//! | placed | own reservation over, or none came in time | idle | `Http` end |
//!
//! Each reservation of such a call ([`Leg`]):
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | — | offered, role caller, placed here | offered | `AcceptTask`, `SelectTask` |
//! | — | offered, role callee | offered | `NotifyRinging` |
//! | — | offered, role callee, own call | offered | `RejectReservation`; the second time `Http` end |
//! | offered | accept requested | accepting | `CallWorker` |
//! | accepting | it failed | offered | `Notify` |
//! | offered | reject requested (person called) | rejecting | `Http` reject |
//! | rejecting | it failed | offered | `Notify` |
//! | any | accepted | connected | |
//! | any | wrapping | wrapping until … | `Http` end |
//! | wrapping | that time | completing | `CompleteTask` |
//! | any | completed, cancelled, rescinded, rejected, timed out | — | `Http` end (see `over`) |
//!
//! Invariants: one press, one task; the callee is rung once for a task; the end is posted once for a leg.
//! Sources: <https://www.twilio.com/docs/taskrouter/api/reservations>,
//! <https://www.twilio.com/docs/taskrouter/js-sdk-v2/reservation>.

mod legs;
mod placing;
#[cfg(test)]
mod tests;

use crate::effect::{Effect, HttpRequest, Notice};
use crate::event::EffectId;
use crate::ids::{ReservationSid, TaskSid, WorkerSid};
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::configuration::{Configuration, Outbound};
use crate::view::CallLine;
use std::collections::BTreeMap;

pub use legs::Leg;
pub use placing::Placing;

/// What an effect of this machine was for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// `CreateTask`.
    Create,
    /// Ring the callee of this task.
    Ring(TaskSid),
    /// Flex's `AcceptTask` of our own leg.
    AcceptOwn(ReservationSid),
    /// Flex's `SelectTask`.
    Select,
    /// `reservation.call`.
    Call(ReservationSid),
    /// Tell the functions that this agent declines.
    Decline(ReservationSid),
    /// Refuse one's own call to a queue.
    Refuse,
    /// Tell the functions that a call is over.
    End,
    /// `CompleteTask`.
    Complete(ReservationSid),
}

/// Who uses this Flex, as far as calls go.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InternalCall {
    me: Caller,
    outbound: Result<Outbound, crate::twilio::configuration::MissingKey>,
    wrap_up: Option<Millis>,
    placing: Placing,
    legs: BTreeMap<ReservationSid, Leg>,
}

impl InternalCall {
    /// The machine as configured.
    #[must_use]
    pub fn new(configuration: &Configuration, me: Caller) -> Self {
        Self {
            me,
            outbound: configuration.outbound.clone(),
            wrap_up: configuration.wrap_up,
            placing: Placing::Idle,
            legs: BTreeMap::new(),
        }
    }

    /// When this machine next does something by itself.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        self.legs
            .values()
            .filter_map(Leg::deadline)
            .chain(self.placing.deadline())
            .min()
    }

    /// Some deadline may have passed.
    pub fn wake<P: From<Purpose>>(&mut self, now: Millis, ledger: &mut Ledger<P>) -> Said {
        let mut said = Said::default();
        self.complete_due(now, ledger, &mut said);
        self.give_up_due(now, ledger, &mut said);
        said
    }

    /// An effect of this machine is over.
    pub fn settle<P: From<Purpose>>(
        &mut self,
        now: Millis,
        purpose: Purpose,
        outcome: &crate::event::Outcome,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        match purpose {
            Purpose::Create => self.created(now, outcome, ledger, &mut said),
            Purpose::Ring(task) => self.rung(&task, outcome, ledger, &mut said),
            Purpose::AcceptOwn(reservation) | Purpose::Call(reservation) => {
                self.accept_settled(&reservation, outcome, &mut said);
            }
            Purpose::Decline(reservation) => self.decline_settled(&reservation, outcome, &mut said),
            // Selecting is a courtesy; refusing is repeated by TaskRouter's next offer.
            Purpose::Select | Purpose::Refuse => {}
            Purpose::End => {
                if let Err(detail) = succeeded(outcome) {
                    said.tell(Notice::CleanUpFailed { detail });
                }
            }
            Purpose::Complete(reservation) => {
                self.complete_settled(&reservation, outcome, &mut said)
            }
        }
        said
    }

    fn post<P: From<Purpose>>(
        &self,
        path: &str,
        task: &TaskSid,
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
                form: vec![("taskSid".to_owned(), task.to_string())],
            },
        });
        Some(id)
    }

    fn post_end<P: From<Purpose>>(&self, task: &TaskSid, ledger: &mut Ledger<P>, said: &mut Said) {
        self.post("end", task, Purpose::End, ledger, said);
    }
}

/// Whether an effect did what it should: an HTTP answer counts if its status is 2xx.
fn succeeded(outcome: &crate::event::Outcome) -> Result<(), String> {
    use crate::event::Outcome;
    match outcome {
        Outcome::Answered { status, body } => {
            if (200..300).contains(status) {
                Ok(())
            } else {
                Err(format!("HTTP {status} {}", excerpt(body)))
            }
        }
        Outcome::Failed { failure } => Err(failure.message.clone()),
        Outcome::Done
        | Outcome::TaskCreated { .. }
        | Outcome::People { .. }
        | Outcome::Queues { .. } => Ok(()),
    }
}

/// As much of an answer's body as fits on a notification.
fn excerpt(body: &str) -> String {
    body.chars().take(120).collect::<String>().trim().to_owned()
}
