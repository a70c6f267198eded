//! Placing a call: from the press of the button to the end of the caller's own leg.

use super::{succeeded, InternalCall, Purpose, Said};
use crate::dialpad::Destination;
use crate::effect::{Effect, Notice, TaskOrder};
use crate::event::Outcome;
use crate::ids::TaskSid;
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::attributes::{CallerAttributes, InternalCall as Links, Progress, Role};
use crate::twilio::configuration::Outbound;
use crate::twilio::reservation::InternalReservation;
use crate::view::CallLine;

/// How long the caller's own reservation may take to come. TaskRouter offers a task with a RoutingTarget at once;
/// the event bridge reconnects within about 4 s of a dropped socket (measured), so this is several attempts.
const RESERVATION_WAIT: Millis = Millis::from_secs(20);

/// The call that this agent places, if any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Placing {
    /// None: the button works.
    Idle,
    /// His task is being created.
    Creating {
        /// Who is called.
        to: Destination,
    },
    /// His task exists.
    Placed {
        /// Who is called.
        to: Destination,
        /// His task, which names the conference.
        task: TaskSid,
        /// Whether his own reservation came, or until when it must.
        reservation: Awaited,
        /// What the panel says.
        line: CallLine,
    },
}

/// Something that must come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// It may take until then.
    Until(Millis),
    /// It came.
    Came,
}

impl Placing {
    pub(super) fn deadline(&self) -> Option<Millis> {
        match self {
            Self::Placed {
                reservation: Awaited::Until(time),
                ..
            } => Some(*time),
            Self::Placed {
                reservation: Awaited::Came,
                ..
            }
            | Self::Idle
            | Self::Creating { .. } => None,
        }
    }

    pub(super) fn is_of(&self, task: &TaskSid) -> bool {
        match self {
            Self::Placed { task: placed, .. } => placed == task,
            Self::Idle | Self::Creating { .. } => false,
        }
    }
}

impl InternalCall {
    /// The Call button was pressed. While a call is being placed it does nothing: one press, one call.
    pub fn place<P: From<Purpose>>(&mut self, to: Destination, ledger: &mut Ledger<P>) -> Said {
        let mut said = Said::default();
        if self.placing != Placing::Idle {
            return said;
        }
        match &self.outbound {
            Err(missing) => {
                let notice = Notice::Misconfigured {
                    key: missing.0.to_owned(),
                };
                said.tell(notice.clone());
                said.line = Some(CallLine::Failed { notice });
            }
            Ok(outbound) => {
                let order = Box::new(self.order(outbound, &to));
                said.line = Some(CallLine::Calling { name: to.name() });
                said.order(Effect::CreateTask {
                    id: ledger.open(Purpose::Create.into()),
                    order,
                });
                self.placing = Placing::Creating { to };
            }
        }
        said
    }

    fn order(&self, outbound: &Outbound, to: &Destination) -> TaskOrder {
        let (address, to_attribute, name, queue, callee) = match to {
            Destination::Agent(callee) => {
                let uri = callee.contact_uri.as_str();
                (
                    uri.to_owned(),
                    uri.to_owned(),
                    Some(callee.name.clone()),
                    None,
                    Some(callee.worker.clone()),
                )
            }
            Destination::Queue(queue) => (
                queue.clone(),
                format!("queue:{queue}"),
                None,
                Some(queue.clone()),
                None,
            ),
        };
        TaskOrder {
            to: Pii(address),
            from: Pii(outbound.contact_uri.as_str().to_owned()),
            workflow: outbound.workflow.clone(),
            queue: outbound.queue.clone(),
            attributes: CallerAttributes {
                to: Pii(to_attribute),
                direction: "outbound".to_owned(),
                name,
                from_name: self.me.name.clone(),
                target_worker: outbound.contact_uri.clone(),
                call_to_queue: queue,
                auto_answer: "true".to_owned(),
                client_call: true,
                internal_call: Links {
                    role: Role::Caller,
                    caller_worker: Some(self.me.worker.clone()),
                    callee_worker: callee,
                    caller_task: None,
                    callee_task: None,
                    claim: None,
                    progress: None,
                },
            },
            task_channel: "voice".to_owned(),
        }
    }

    pub(super) fn created<P: From<Purpose>>(
        &mut self,
        now: Millis,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        // Anything but `Creating`: the reservation was faster, and the call is placed (or over) already.
        let Placing::Creating { to } = &self.placing else {
            return;
        };
        let to = to.clone();
        match outcome {
            Outcome::TaskCreated { task } => {
                self.placed(
                    to,
                    task.clone(),
                    Awaited::Until(now + RESERVATION_WAIT),
                    ledger,
                    said,
                );
            }
            Outcome::Failed { failure } => self.not_placed(failure.message.clone(), said),
            Outcome::Done
            | Outcome::Answered { .. }
            | Outcome::People { .. }
            | Outcome::Queues { .. } => {
                self.not_placed("unexpected answer".to_owned(), said);
            }
        }
    }

    /// The caller's own reservation came before `createTask` answered, or after.
    pub(super) fn own_reservation_came<P: From<Purpose>>(
        &mut self,
        own: &InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> bool {
        match &mut self.placing {
            Placing::Creating { to } => {
                let to = to.clone();
                // A caller's task of an earlier life of this tab may come up meanwhile: it calls somebody else.
                if own.call.callee_worker.as_ref() != worker_of(&to) {
                    return false;
                }
                self.placed(to, own.task.clone(), Awaited::Came, ledger, said);
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
        to: Destination,
        task: TaskSid,
        reservation: Awaited,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        self.post("ring", &task, Purpose::Ring(task.clone()), ledger, said);
        let line = CallLine::Calling { name: to.name() };
        self.placing = Placing::Placed {
            to,
            task,
            reservation,
            line,
        };
    }

    fn not_placed(&mut self, detail: String, said: &mut Said) {
        self.placing = Placing::Idle;
        let notice = Notice::CallNotPlaced { detail };
        said.tell(notice.clone());
        said.line = Some(CallLine::Failed { notice });
    }

    pub(super) fn rung<P: From<Purpose>>(
        &mut self,
        task: &TaskSid,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if !self.placing.is_of(task) {
            return; // hung up meanwhile: the end was posted then
        }
        match succeeded(outcome) {
            Ok(()) => self.progressed(task, Progress::Ringing, said),
            Err(detail) => {
                let notice = Notice::CalleeNotRung { detail };
                said.tell(notice.clone());
                self.set_line(CallLine::Failed { notice }, said);
                self.post_end(task, ledger, said);
            }
        }
    }

    /// The functions wrote on the caller's task how far the call got. Never goes back.
    pub(super) fn progressed(&mut self, task: &TaskSid, progress: Progress, said: &mut Said) {
        let Placing::Placed {
            to,
            task: placed,
            line,
            ..
        } = &self.placing
        else {
            return;
        };
        if placed != task {
            return;
        }
        let name = to.name();
        let next = match (progress, line) {
            (Progress::Ringing, CallLine::Calling { .. }) => CallLine::Ringing { name },
            (Progress::Answered, CallLine::Calling { .. } | CallLine::Ringing { .. }) => {
                CallLine::Talking { name }
            }
            (Progress::Declined, CallLine::Calling { .. } | CallLine::Ringing { .. }) => {
                CallLine::Declined { name }
            }
            (
                Progress::Ringing | Progress::Answered | Progress::Declined,
                CallLine::Idle
                | CallLine::Ringing { .. }
                | CallLine::Talking { .. }
                | CallLine::Declined { .. }
                | CallLine::Ended { .. }
                | CallLine::Failed { .. },
            ) => return,
        };
        if let CallLine::Declined { name } = &next {
            said.tell(Notice::Declined { name: name.clone() });
        }
        self.set_line(next, said);
    }

    /// The caller's own leg is over. The panel keeps saying how, if it was not by hanging up.
    pub(super) fn own_leg_over(&mut self, task: &TaskSid, said: &mut Said) {
        let Placing::Placed {
            to,
            task: placed,
            line,
            ..
        } = &self.placing
        else {
            return;
        };
        if placed != task {
            return;
        }
        let kept = match line {
            CallLine::Declined { .. } | CallLine::Failed { .. } => line.clone(),
            CallLine::Idle
            | CallLine::Calling { .. }
            | CallLine::Ringing { .. }
            | CallLine::Talking { .. }
            | CallLine::Ended { .. } => CallLine::Ended { name: to.name() },
        };
        self.placing = Placing::Idle;
        said.line = Some(kept);
    }

    pub(super) fn give_up_due<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let due = self
            .placing
            .deadline()
            .is_some_and(|deadline| deadline <= now);
        let Placing::Placed { task, .. } = &self.placing else {
            return;
        };
        if due {
            let task = task.clone();
            self.post_end(&task, ledger, said);
            self.not_placed("TaskRouter did not offer the task".to_owned(), said);
        }
    }

    fn set_line(&mut self, next: CallLine, said: &mut Said) {
        if let Placing::Placed { line, .. } = &mut self.placing {
            *line = next.clone();
            said.line = Some(next);
        }
    }
}

fn worker_of(to: &Destination) -> Option<&crate::ids::WorkerSid> {
    match to {
        Destination::Agent(callee) => Some(&callee.worker),
        Destination::Queue(_) => None,
    }
}
