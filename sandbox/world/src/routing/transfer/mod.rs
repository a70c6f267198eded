//! Handing an accepted task on: `…/Workers/WK/Transfers`, which twilio-taskrouter's `task.transfer` posts to.
//!
//! ```text
//! transfer   initiated → complete | failed | canceled
//!
//! asked for                  task reserved, or pending until somebody of the queue can take it; the customer is put on
//!                            hold; cold: the initiator's leg goes and his reservation wraps up
//! accepted                   complete; the task is assigned; whoever initiated a warm one still has it too
//! turned down, by a worker   failed; warm: the task is assigned again; cold: it goes through its workflow
//! turned down, in a queue    initiated still: the next of the queue is offered it
//! taken back (warm alone)    canceled; the task is assigned again
//! the customer goes          failed; the offer is canceled
//! ```
//! A task has as many reservations as agents who have it, each with its own wrap-up: the task wraps up with the last who
//! talks, and is completed with the last who wraps up.
//!
//! Sources: twilio-taskrouter's documentation and its own tests against TaskRouter
//! (<https://twilio.github.io/twilio-taskrouter.js/OutgoingTransfer.html>,
//! <https://github.com/twilio/twilio-taskrouter.js>, `test/integration`),
//! <https://www.twilio.com/docs/flex/end-user-guide/dialpad-use> (a cold transfer that is turned down),
//! <https://www.twilio.com/docs/flex/end-user-guide/warm-transfer>.
//!
//! Invariants: a task has at most one transfer under way; while it has one the task is pending or reserved, and its
//! offers are the transfer's; a transfer that is over changes no more.

pub mod model;

use super::model::{Attributes, Leg, Reservation, ReservationState, Route, TaskState};
use super::{unknown, Routing, RoutingError};
use crate::output::Output;
use backline::ids::{QueueSid, ReservationSid, TaskSid, WorkerSid};
use backline::time::Millis;
use model::{Mode, Target, Transfer, TransferSid, TransferState};

/// What is asked for (<https://twilio.github.io/twilio-taskrouter.js/Task.html>, `transfer`).
#[derive(Debug, Clone)]
pub struct NewTransfer {
    /// `ReservationSid`: the initiator's.
    pub reservation: ReservationSid,
    /// `TaskSid`.
    pub task: TaskSid,
    /// `To`: a worker or a queue.
    pub to: String,
    /// `Mode`.
    pub mode: Mode,
    /// `Attributes`: replaces the task's.
    pub attributes: Option<Attributes>,
    /// `Priority` of the task from now on.
    pub priority: Option<u64>,
}

impl Routing {
    /// Begins a transfer of a task that the worker has accepted.
    ///
    /// # Errors
    /// [`RoutingError`] if the reservation is not his, or has not been accepted, if the task has no conference or is being
    /// transferred already, or if the target does not exist or cannot take it now.
    pub fn transfer(
        &mut self,
        now: Millis,
        worker: &WorkerSid,
        new: NewTransfer,
    ) -> Result<TransferSid, RoutingError> {
        self.tell(now);
        let to = self.check_transfer(worker, &new)?;
        self.transfers_made += 1;
        let sid = TransferSid(self.transfers_made);
        let task = &new.task;
        if let Some(task) = self.tasks.get_mut(task) {
            task.transfers.push(Transfer {
                sid,
                mode: new.mode,
                to: to.clone(),
                state: TransferState::Initiated,
                reservation: new.reservation.clone(),
                worker: worker.clone(),
                queue: task.queue.clone(),
                created: now,
                updated: now,
            });
            task.attributes = new
                .attributes
                .unwrap_or(std::mem::take(&mut task.attributes));
            task.priority = new.priority.unwrap_or(task.priority);
            task.refused_by.clear();
            task.state = TaskState::Pending;
            task.touch(now);
        }
        if let Target::Queue(queue) = to {
            self.move_to(task, Some(queue));
        }
        self.holds.push(task.clone());
        self.tell_transfer(task, sid, "task.transfer-initiated");
        self.assign();
        self.tell_task(task, "task.updated");
        if new.mode == Mode::Cold {
            self.leave_behind(&new.reservation);
        }
        Ok(sid)
    }

    /// Takes a transfer back.
    ///
    /// # Errors
    /// [`RoutingError`] if the worker initiated none of that SID on that task, if it is over, or if it is a cold one.
    pub fn cancel_transfer(
        &mut self,
        now: Millis,
        worker: &WorkerSid,
        task: &TaskSid,
        sid: TransferSid,
    ) -> Result<(), RoutingError> {
        self.tell(now);
        let transfer = self.find_transfer(task, sid)?;
        if transfer.worker != *worker {
            return Err(unknown("Transfers", &sid));
        }
        let refused = |why: &str| {
            let reason = format!("Transfer {sid} is {why} . Cannot cancel transfer.");
            RoutingError::invalid("TransferStatus", reason)
        };
        match (transfer.state, transfer.mode) {
            (TransferState::Initiated, Mode::Warm) => {}
            // Nobody would be left with the customer (assumed).
            (TransferState::Initiated, Mode::Cold) => return Err(refused("cold")),
            (TransferState::Canceled, _) => return Err(refused("already canceled")),
            (TransferState::Complete | TransferState::Failed { .. }, _) => {
                return Err(refused("over"))
            }
        }
        self.end_transfer(task, sid, TransferState::Canceled);
        self.back_to_the_initiator(task);
        self.withdraw_offers(task);
        self.tell_transfer(task, sid, "task.transfer-canceled");
        self.tell_task(task, "task.updated");
        self.assign();
        Ok(())
    }

    /// The transfer.
    ///
    /// # Errors
    /// [`RoutingError::NotFound`].
    pub fn find_transfer(
        &self,
        task: &TaskSid,
        sid: TransferSid,
    ) -> Result<&Transfer, RoutingError> {
        self.task(task)?
            .transfer(sid)
            .ok_or_else(|| unknown("Transfers", &sid))
    }

    /// An offer of a transfer was accepted.
    pub(super) fn transfer_accepted(&mut self, task: &TaskSid, sid: TransferSid) {
        self.end_transfer(task, sid, TransferState::Complete);
    }

    /// An offer of a transfer is over, and was not accepted. A worker's ends the transfer, a queue's goes to the next.
    pub(super) fn transfer_refused(
        &mut self,
        offer: &ReservationSid,
        task: &TaskSid,
        sid: TransferSid,
        state: ReservationState,
        event_type: &str,
    ) {
        let to_worker = self.find_transfer(task, sid).is_ok_and(|transfer| {
            transfer.state == TransferState::Initiated && matches!(transfer.to, Target::Worker(_))
        });
        if to_worker {
            let reason = failed_because(state);
            self.end_transfer(task, sid, TransferState::Failed { reason });
            self.end_offer(offer, state);
            if !self.back_to_the_initiator(task) {
                self.through_its_workflow(task);
            }
        } else {
            self.end_offer(offer, state);
            if self.pending_offers(task).is_empty() {
                self.set_task_state(task, TaskState::Pending);
            }
        }
        self.tell_reservation(offer, event_type);
        let told = match to_worker {
            true => "task.transfer-failed",
            false => "task.transfer-attempt-failed",
        };
        self.tell_transfer(task, sid, told);
        self.tell_task(task, "task.updated");
    }

    /// The customer has gone, or the task is given up: there is nothing to transfer.
    pub(super) fn abandon_transfer(&mut self, task: &TaskSid, reason: &'static str) {
        let Some(sid) = self.under_way(task) else {
            return;
        };
        self.end_transfer(task, sid, TransferState::Failed { reason });
        self.withdraw_offers(task);
        self.tell_transfer(task, sid, "task.transfer-failed");
    }

    /// Whether a transfer of the task is on its way.
    pub(super) fn under_way(&self, task: &TaskSid) -> Option<TransferSid> {
        let transfer = self.tasks.get(task)?.transfer_under_way()?;
        Some(transfer.sid)
    }

    fn check_transfer(
        &self,
        worker: &WorkerSid,
        new: &NewTransfer,
    ) -> Result<Target, RoutingError> {
        let reservation = self.reservation(&new.reservation)?;
        if reservation.worker != *worker || reservation.task != new.task {
            return Err(unknown("Reservations", &new.reservation));
        }
        let task = self.task(&new.task)?;
        if task.state != TaskState::Assigned || reservation.state != ReservationState::Accepted {
            return Err(RoutingError::IllegalTaskTransition {
                task: new.task.to_string(),
                from: task.state.as_str(),
                to: "transferred",
            });
        }
        let conference = task.attributes.get("conference");
        if conference.and_then(|noted| noted.get("sid")).is_none() {
            return Err(RoutingError::invalid(
                "TaskSid",
                "only a task with a conference can be transferred",
            ));
        }
        if let Ok(to) = WorkerSid::parse(&new.to) {
            let target = self
                .worker(&to)
                .map_err(|error| RoutingError::invalid("To", error.to_string()))?;
            return match to != *worker && self.can_take(target, task) {
                true => Ok(Target::Worker(to)),
                false => Err(RoutingError::invalid(
                    "To",
                    format!("worker {to} cannot take the task"),
                )),
            };
        }
        self.find_queue(&new.to)
            .map(Target::Queue)
            .map_err(|_| RoutingError::invalid("To", "is no worker and no task queue"))
    }

    /// Cold: the initiator is out of it. Flex has seen to it that the conference does not end with his leg.
    fn leave_behind(&mut self, initiator: &ReservationSid) {
        let reservation = self.reservations.get(initiator);
        if let Some(Leg::Up(call) | Leg::Ringing(call)) =
            reservation.and_then(|reservation| reservation.delivery.leg())
        {
            self.endings.push(call.clone());
        }
        self.wrap_up_reservation(initiator, None);
    }

    /// The task is its initiator's again, if he is still there.
    fn back_to_the_initiator(&mut self, task: &TaskSid) -> bool {
        let last = self.tasks.get(task).and_then(|task| task.transfers.last());
        let Some((initiator, queue)) =
            last.map(|transfer| (transfer.reservation.clone(), transfer.queue.clone()))
        else {
            return false;
        };
        let has_it = self
            .reservations
            .get(&initiator)
            .is_some_and(|reservation| reservation.state == ReservationState::Accepted);
        if has_it {
            self.move_to(task, queue);
            self.set_task_state(task, TaskState::Assigned);
        }
        has_it
    }

    /// "The Task will be routed to another Agent using the Workflow that found you"
    /// (<https://www.twilio.com/docs/flex/end-user-guide/dialpad-use>).
    fn through_its_workflow(&mut self, sid: &TaskSid) {
        let Some(task) = self.tasks.get(sid) else {
            return;
        };
        let ahead = self.steps(task.workflow.as_ref(), &task.attributes);
        if let Some(task) = self.tasks.get_mut(sid).filter(|_| !ahead.is_empty()) {
            task.ignore_capacity = false;
            let targeted = false;
            task.route = Route::Steps { ahead, targeted };
        }
        self.set_task_state(sid, TaskState::Pending);
        self.enter_step(sid);
    }

    fn move_to(&mut self, sid: &TaskSid, queue: Option<QueueSid>) {
        let now = self.now;
        if let Some(task) = self.tasks.get_mut(sid).filter(|task| task.queue != queue) {
            task.queue = queue;
            task.queue_entered = now;
        }
    }

    fn end_transfer(&mut self, task: &TaskSid, sid: TransferSid, state: TransferState) {
        let now = self.now;
        let transfers = self.tasks.get_mut(task).map(|task| &mut task.transfers);
        let transfer = transfers
            .into_iter()
            .flatten()
            .find(|transfer| transfer.sid == sid && transfer.state == TransferState::Initiated);
        if let Some(transfer) = transfer {
            transfer.state = state;
            transfer.updated = now;
        }
    }

    pub(super) fn pending_offers(&self, task: &TaskSid) -> Vec<ReservationSid> {
        let pending = |reservation: &&Reservation| {
            reservation.task == *task
                && matches!(reservation.state, ReservationState::Pending { .. })
        };
        let offers = self.reservations.values().filter(pending);
        offers.map(|offer| offer.sid.clone()).collect()
    }

    fn withdraw_offers(&mut self, task: &TaskSid) {
        for offer in self.pending_offers(task) {
            self.end_reservation(&offer, ReservationState::Canceled, "reservation.canceled");
        }
    }

    /// Tells whoever initiated it.
    pub(super) fn tell_transfer(&mut self, task: &TaskSid, sid: TransferSid, event_type: &str) {
        let Ok(transfer) = self.find_transfer(task, sid) else {
            return;
        };
        let event = Output::WorkerEvent {
            worker: transfer.worker.clone(),
            event_type: event_type.to_owned(),
            payload: self.transfer_payload(task, transfer),
        };
        self.outputs.push(event);
    }
}

/// The first is observed (twilio-taskrouter's own tests), the others are like it.
fn failed_because(state: ReservationState) -> &'static str {
    match state {
        ReservationState::TimedOut => "Transfer failed because the reservation timed out",
        ReservationState::Canceled => "Transfer failed because the reservation was canceled",
        ReservationState::Rejected
        | ReservationState::Pending { .. }
        | ReservationState::Accepted
        | ReservationState::Wrapping
        | ReservationState::Completed
        | ReservationState::Rescinded => "Transfer failed because the reservation was rejected",
    }
}
