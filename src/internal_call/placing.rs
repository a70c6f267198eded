//! Placing a call: from the press of the button to the end of the caller's own leg.
//!
//! What is waited for while the call is placed ([`Wait`]):
//!
//! | waiting for | comes | runs out |
//! |---|---|---|
//! | own reservation | accepted once the callee is being rung | `Http` end |
//! | the ring's answer | waiting for the callee; not heard: asked once more; claimed: waiting for that | (the answer always comes) |
//! | another's claim | waiting for the callee, once his task says so | asked again |
//! | the callee | an outcome | `Http` end as no answer; waiting for his leg |
//! | his leg (he accepted at the last moment) | answered | `Http` end as not connected |

use super::application::ENQUEUE_WAIT;
use super::ending::Why;
use super::placement::{Awaited, Here, Placing, Wait};
use super::{of_task, succeeded, After, InternalCall, Purpose, Refusal, Said};
use crate::dialpad::Destination;
use crate::effect::{Effect, Notice, Unanswered};
use crate::event::{EffectId, Outcome};
use crate::ids::{CallSid, TaskSid};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::attributes::{DeclineReason, Progress, CLAIMED, CLAIM_LIFETIME};
use crate::twilio::reservation::InternalReservation;
use crate::twilio::strategy::Strategy;
use crate::view::CallLine;

/// How long `createTask` may take. The TaskRouter SDK answers within a second, and reconnects within about 4 s of a
/// dropped socket (measured).
const CREATION_WAIT: Millis = Millis::from_secs(20);

/// How long the caller's own reservation may take to come. TaskRouter offers a task with a RoutingTarget at once;
/// the event bridge reconnects within about 4 s of a dropped socket (measured), so this is several attempts.
const RESERVATION_WAIT: Millis = Millis::from_secs(20);

/// How long a queue is rung before its caller is told that nobody answers: as long as the functions leave the task there.
const QUEUE_WAIT: Millis = Millis::from_secs(120);

/// How long a callee who accepted at the last moment may take to be in the call: his leg is up within 3 s (measured),
/// and Twilio lets it ring for longer only if nobody answers it.
const CONNECTION_WAIT: Millis = Millis::from_secs(15);

impl InternalCall {
    /// The Call button was pressed. While a call is being placed it does nothing: one press, one call. Nobody calls
    /// himself.
    pub fn place<P: From<Purpose>>(
        &mut self,
        now: Millis,
        to: Destination,
        ledger: &mut Ledger<P>,
    ) -> Said {
        self.place_after(now, to, None, ledger)
    }

    /// The same; `after`: he was transferred there.
    pub fn place_after<P: From<Purpose>>(
        &mut self,
        now: Millis,
        to: Destination,
        after: Option<After>,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        if self.placing != Placing::Idle || to.worker() == Some(&self.me.worker) {
            return said;
        }
        if self.takes_his(&to, ledger, &mut said) {
            return said;
        }
        let order = match (&self.strategy, &self.outbound) {
            (Strategy::Unclear(unclear), _) => Err(unclear.notice()),
            (
                Strategy::Conference | Strategy::Application(_) | Strategy::WarmTransfer(_),
                Err(missing),
            ) => Err(Notice::misconfigured(missing.0)),
            (Strategy::Conference, Ok(outbound)) => {
                let order = Box::new(self.order(outbound, &to, after));
                let id = ledger.open(Purpose::Create.into());
                Ok((id, Effect::CreateTask { id, order }))
            }
            (Strategy::Application(application), Ok(_)) => {
                let order = Box::new(self.outbound_order(now, application, &to));
                let id = ledger.open(Purpose::Create.into());
                Ok((id, Effect::StartOutboundCall { id, order }))
            }
            (Strategy::WarmTransfer(number), Ok(outbound)) => {
                let order = Box::new(self.order_of_number(now, outbound, number, &to));
                let id = ledger.open(Purpose::Create.into());
                Ok((id, Effect::StartOutboundCall { id, order }))
            }
        };
        match order {
            Err(notice) => {
                said.tell(notice.clone());
                said.line = Some(CallLine::Failed { notice });
            }
            Ok((id, order)) => {
                said.line = Some(CallLine::Calling { name: to.name() });
                said.order(order);
                let until = now + CREATION_WAIT;
                self.placing = Placing::Creating {
                    to,
                    until,
                    order: Some(id),
                };
            }
        }
        said
    }

    pub(super) fn created<P: From<Purpose>>(
        &mut self,
        now: Millis,
        id: EffectId,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        // Anything but `Creating`: the reservation was faster, and the call is placed (or over) already, and perhaps the
        // next one being created.
        let Placing::Creating { to, order, .. } = &self.placing else {
            return;
        };
        let order = *order;
        if order.is_some_and(|order| order != id) {
            return;
        }
        let to = to.clone();
        match (outcome, succeeded(outcome)) {
            (Outcome::TaskCreated { task }, _) => {
                let reservation = Awaited::Until(now + RESERVATION_WAIT);
                self.placed(now, to, task.clone(), reservation, ledger, said);
            }
            (_, Err(refusal)) => self.not_placed(refusal.detail, said),
            (Outcome::Done, Ok(())) if self.dials_by_flex() => {
                // Flex does not say which task it made: it comes as a reservation.
                let until = now + RESERVATION_WAIT;
                self.placing = Placing::Creating { to, until, order };
            }
            (_, Ok(())) => self.not_placed("unexpected answer".to_owned(), said),
        }
    }

    /// The caller's own reservation came before `createTask` answered, or after. False: this tab places no such call.
    pub(super) fn own_reservation_came<P: From<Purpose>>(
        &mut self,
        now: Millis,
        own: &InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> bool {
        match &mut self.placing {
            Placing::Creating { to, .. } => {
                let to = to.clone();
                // A caller's task of an earlier life of this tab may come up meanwhile, or one of another tab.
                if own.call.callee_worker.as_ref() != to.worker() || own.call.tab != self.tab {
                    return false;
                }
                self.placed(now, to, own.task.clone(), Awaited::Came, ledger, said);
                true
            }
            Placing::Placed {
                task, reservation, ..
            } if *task == own.task => {
                *reservation = Awaited::Came;
                true
            }
            Placing::Placed { .. } | Placing::Idle => false,
        }
    }

    fn placed<P: From<Purpose>>(
        &mut self,
        now: Millis,
        to: Destination,
        task: TaskSid,
        reservation: Awaited,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let wait = if self.calls_application() {
            let until = now + ENQUEUE_WAIT;
            Wait::Enqueue { until }
        } else {
            Wait::Ring {
                again: false,
                claimed: false,
            }
        };
        let line = CallLine::Calling { name: to.name() };
        self.placing = Placing::Placed {
            to: to.clone(),
            task: task.clone(),
            reservation,
            wait,
            line,
            met: false,
            here: Here::default(),
        };
        // His own call may have come up meanwhile.
        self.cross(now, ledger, said);
        if matches!(wait, Wait::Ring { .. }) && self.is_waiting_for_ring(&task).is_some() {
            self.ask_to_ring(&task, &to, ledger, said);
        }
    }

    fn ask_to_ring<P: From<Purpose>>(
        &self,
        task: &TaskSid,
        to: &Destination,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let purpose = Purpose::Ring(task.clone());
        let callee = to.worker();
        let callee = callee.map(|worker| ("calleeWorker".to_owned(), worker.to_string()));
        let form = of_task(task).into_iter().chain(callee).collect();
        self.post("ring", form, purpose, ledger, said);
    }

    fn not_placed(&mut self, detail: String, said: &mut Said) {
        self.placing = Placing::Idle;
        let notice = Notice::CallNotPlaced { detail };
        said.tell(notice.clone());
        said.line = Some(CallLine::Failed { notice });
    }

    pub(super) fn rung<P: From<Purpose>>(
        &mut self,
        now: Millis,
        task: &TaskSid,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(to) = self.is_waiting_for_ring(task) else {
            self.answered_late(task, outcome, ledger, said);
            return;
        };
        let settled = succeeded(outcome);
        let code = settled.as_ref().err().and_then(|it| it.code.as_deref());
        if let Some(outcome) = code.and_then(not_rung_since) {
            self.progressed(now, task, outcome, None, ledger, said);
            return;
        }
        let progress = match settled {
            Ok(()) if self.hands_over() => return self.may_hand_over(now, ledger, said),
            Ok(()) => Progress::Ringing,
            Err(Refusal {
                code: Some(code), ..
            }) if code == CLAIMED && self.may_wait_for_claim(now) => return,
            Err(_) if matches!(outcome, Outcome::Failed { .. }) && self.may_ring_again() => {
                self.ask_to_ring(task, &to, ledger, said);
                return;
            }
            Err(Refusal { detail, .. }) => {
                return self.cannot_ring(task, Notice::CalleeNotRung { detail }, ledger, said);
            }
        };
        self.progressed(now, task, progress, None, ledger, said);
    }

    /// Ringing is done once however often it is asked for, so it is asked for again if nothing was heard.
    fn may_ring_again(&mut self) -> bool {
        match &mut self.placing {
            Placing::Placed {
                wait: Wait::Ring { again, .. },
                ..
            } => !std::mem::replace(again, true),
            Placing::Placed { .. } | Placing::Idle | Placing::Creating { .. } => false,
        }
    }

    /// Another request rings him: his task will say so, or that request is dead by then. Once is enough: whoever has a
    /// claim again after that has a clock of his own.
    fn may_wait_for_claim(&mut self, now: Millis) -> bool {
        match &mut self.placing {
            Placing::Placed { wait, .. } => match wait {
                Wait::Ring { claimed: false, .. } => {
                    let until = now + CLAIM_LIFETIME;
                    *wait = Wait::Claim { until };
                    true
                }
                Wait::Ring { .. }
                | Wait::Claim { .. }
                | Wait::Enqueue { .. }
                | Wait::Number { .. }
                | Wait::Transfer { .. }
                | Wait::Answer { .. }
                | Wait::Word { .. }
                | Wait::Connection { .. }
                | Wait::GivenUp
                | Wait::Over => false,
            },
            Placing::Idle | Placing::Creating { .. } => false,
        }
    }

    /// The ring's answer, when the task has said more, or he hung up. Where it said that the colleague cannot be reached,
    /// the functions close the call; if they did not get that far, nobody else does.
    fn answered_late<P: From<Purpose>>(
        &mut self,
        task: &TaskSid,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Placing::Placed {
            task: placed,
            line: CallLine::Unanswered { .. },
            ..
        } = &self.placing
        else {
            return;
        };
        let Err(Refusal { code, .. }) = succeeded(outcome) else {
            return;
        };
        let closed = code.is_some_and(|code| Progress::parse(&code).is_some());
        if placed == task && !closed {
            self.end(task, Why::Over, ledger, said);
        }
    }

    /// How far the call got, by the ring's answer or as the functions wrote it on the caller's task. Never goes back.
    pub(super) fn progressed<P: From<Purpose>>(
        &mut self,
        now: Millis,
        task: &TaskSid,
        progress: Progress,
        reason: Option<DeclineReason>,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Placing::Placed {
            to,
            task: placed,
            line,
            ..
        } = &self.placing
        else {
            return;
        };
        let waiting = matches!(line, CallLine::Calling { .. } | CallLine::Ringing { .. });
        if placed != task || !waiting {
            return;
        }
        let name = to.name();
        let ring_time = self.ring_time(to);
        let why = match progress {
            Progress::Ringing => {
                if self.is_waiting_for_ring(task).is_some() {
                    let until = now + ring_time;
                    self.set_line(CallLine::Ringing { name }, Wait::Answer { until }, said);
                    self.take_own_leg(ledger, said);
                }
                return;
            }
            Progress::Answered => {
                self.set_line(CallLine::Talking { name }, Wait::Over, said);
                return;
            }
            Progress::Declined => Unanswered::Declined { reason },
            Progress::Busy => Unanswered::Busy,
            Progress::BusyNotify => Unanswered::BusyNotify,
            Progress::Glare => Unanswered::Glare,
            Progress::NoAnswer => Unanswered::NoAnswer,
            Progress::Unavailable => Unanswered::Unavailable,
            Progress::NotConnected => Unanswered::NotConnected,
        };
        said.tell(Notice::Unanswered {
            name: name.clone(),
            why,
        });
        if why == Unanswered::Glare {
            self.gave_way(now, ledger, said);
        }
        self.set_line(CallLine::Unanswered { name, why }, Wait::Over, said);
    }

    pub(super) fn ring_time(&self, to: &Destination) -> Millis {
        match to {
            Destination::Agent(_) => Millis::from_secs(u64::from(self.ring_seconds)),
            Destination::Queue(_) => QUEUE_WAIT,
        }
    }

    /// Whom this task calls, as long as nobody said whether his phone rings, and the caller waits for that.
    fn is_waiting_for_ring(&self, task: &TaskSid) -> Option<Destination> {
        match &self.placing {
            Placing::Placed {
                to,
                task: placed,
                wait: Wait::Ring { .. } | Wait::Claim { .. } | Wait::Enqueue { .. },
                ..
            } if placed == task => Some(to.clone()),
            Placing::Placed { .. } | Placing::Idle | Placing::Creating { .. } => None,
        }
    }

    /// Whether the caller's own leg is wanted: his colleague's phone rings, or the functions found that he can be reached
    /// and are about to ring him.
    pub(super) fn wants_own_leg(&self, own: &InternalReservation) -> bool {
        match &self.placing {
            Placing::Placed { task, line, .. } if *task == own.task => match line {
                CallLine::Calling { .. } => own.call.claim.is_some(),
                CallLine::Ringing { .. } | CallLine::Talking { .. } => true,
                CallLine::Idle
                | CallLine::Unanswered { .. }
                | CallLine::Cancelled { .. }
                | CallLine::Ended { .. }
                | CallLine::Failed { .. } => false,
            },
            Placing::Placed { .. } | Placing::Idle | Placing::Creating { .. } => false,
        }
    }

    /// The caller hung up: that nobody answered in time is no outcome any more.
    pub(super) fn wait_no_more(&mut self, hung_up: &TaskSid) {
        if let Placing::Placed { task, wait, .. } = &mut self.placing {
            if task == hung_up {
                *wait = Wait::Over;
            }
        }
    }

    /// The caller's own leg is over. The panel keeps saying how, if it was not by hanging up.
    pub(super) fn own_leg_over(&mut self, task: &TaskSid, leg: Option<&CallSid>, said: &mut Said) {
        let Placing::Placed {
            to,
            task: placed,
            line,
            wait,
            here,
            ..
        } = &self.placing
        else {
            return;
        };
        if placed != task {
            return;
        }
        let kept = match line {
            CallLine::Calling { .. } | CallLine::Ringing { .. }
                if self.ended_without_him(*wait) =>
            {
                if self.ended_here(leg, here) {
                    self.unanswered(line, to, said)
                } else {
                    CallLine::Ended { name: to.name() }
                }
            }
            CallLine::Unanswered { .. } | CallLine::Failed { .. } => line.clone(),
            CallLine::Calling { .. } | CallLine::Ringing { .. } => {
                CallLine::Cancelled { name: to.name() }
            }
            CallLine::Idle
            | CallLine::Talking { .. }
            | CallLine::Cancelled { .. }
            | CallLine::Ended { .. } => CallLine::Ended { name: to.name() },
        };
        self.placing = Placing::Idle;
        said.line = Some(kept);
    }

    pub(super) fn wake_placing<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        // Where Flex dials, nothing but this tells a leg that ends meanwhile from one that he hung up.
        let given_up = match self.dials_by_flex() {
            true => Wait::GivenUp,
            false => Wait::Over,
        };
        match &mut self.placing {
            Placing::Idle => {}
            Placing::Creating { until, .. } => {
                if *until <= now {
                    // If the task comes all the same, its reservation is ended as one that nobody places.
                    let detail = if self.dials_by_flex() {
                        "Flex did not start the call"
                    } else {
                        "TaskRouter did not answer"
                    };
                    self.not_placed(detail.to_owned(), said);
                }
            }
            Placing::Placed {
                task,
                reservation: Awaited::Until(until),
                ..
            } if *until <= now => {
                let task = task.clone();
                self.end(&task, Why::Over, ledger, said);
                self.not_placed("TaskRouter did not offer the task".to_owned(), said);
            }
            Placing::Placed { task, to, wait, .. } => {
                let (next, why) = match wait {
                    Wait::Enqueue { until } if *until <= now => {
                        let task = task.clone();
                        self.not_enqueued(&task, ledger, said);
                        return;
                    }
                    Wait::Number { until } | Wait::Transfer { until } if *until <= now => {
                        let (task, wait) = (task.clone(), *wait);
                        self.not_handed_over(&task, wait, ledger, said);
                        return;
                    }
                    Wait::Word { why, until } if *until <= now => {
                        let (task, why) = (task.clone(), *why);
                        self.not_taken(&task, why, ledger, said);
                        return;
                    }
                    Wait::Claim { until } if *until <= now => {
                        *wait = Wait::Ring {
                            again: true,
                            claimed: true,
                        };
                        let (task, to) = (task.clone(), to.clone());
                        self.ask_to_ring(&task, &to, ledger, said);
                        return;
                    }
                    Wait::Answer { until } if *until <= now => {
                        let until = now + CONNECTION_WAIT;
                        (Wait::Connection { until }, Why::NoAnswer)
                    }
                    Wait::Connection { until } if *until <= now => (given_up, Why::NotConnected),
                    Wait::Ring { .. }
                    | Wait::Claim { .. }
                    | Wait::Enqueue { .. }
                    | Wait::Number { .. }
                    | Wait::Transfer { .. }
                    | Wait::Answer { .. }
                    | Wait::Word { .. }
                    | Wait::Connection { .. }
                    | Wait::GivenUp
                    | Wait::Over => return,
                };
                *wait = next;
                let task = task.clone();
                self.end(&task, why, ledger, said);
            }
        }
    }

    pub(super) fn set_line(&mut self, next: CallLine, waiting: Wait, said: &mut Said) {
        if let Placing::Placed { line, wait, .. } = &mut self.placing {
            *line = next.clone();
            *wait = waiting;
            said.line = Some(next);
            said.call = true;
        }
    }
}

/// Why the functions rang nobody, by their word for it.
fn not_rung_since(code: &str) -> Option<Progress> {
    match Progress::parse(code)? {
        outcome @ (Progress::Busy
        | Progress::BusyNotify
        | Progress::Glare
        | Progress::Unavailable) => Some(outcome),
        Progress::Ringing
        | Progress::Answered
        | Progress::Declined
        | Progress::NoAnswer
        | Progress::NotConnected => None,
    }
}
