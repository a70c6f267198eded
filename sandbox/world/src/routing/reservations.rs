//! What becomes of an offer.

use super::model::{Attributes, Delivery, Lapse, Leg, Reservation, ReservationState, TaskState};
use super::{check_version, Routing, RoutingError, WorkerUpdate};
use crate::orders::{DialOrder, Instruction};
use backline::ids::{ActivitySid, ApplicationSid, CallSid, ContactUri, ReservationSid, WorkerSid};
use backline::time::Millis;

/// How long a worker's phone rings unless the instruction says otherwise, seconds
/// (<https://www.twilio.com/docs/voice/api/call-resource>, Timeout).
const RING_TIMEOUT_S: u64 = 60;

/// What a request does with a reservation (<https://www.twilio.com/docs/taskrouter/api/reservations>).
#[derive(Debug, Clone)]
pub enum ReservationUpdate {
    /// `ReservationStatus=accepted`.
    Accept,
    /// `ReservationStatus=rejected`.
    Reject {
        /// `WorkerActivitySid`: what the worker does next.
        activity: Option<ActivitySid>,
    },
    /// `ReservationStatus=wrapping`.
    WrapUp,
    /// `ReservationStatus=completed`.
    Complete,
    /// `Instruction=call`: the answered leg runs the TwiML at `url`.
    Call {
        /// `CallUrl`, absolute.
        url: String,
        /// `CallAccept`.
        accept: bool,
        /// `CallStatusCallbackUrl`.
        status_callback: Option<String>,
        /// Whom, from whom, for how long.
        dial: Dial,
    },
    /// `Instruction=conference`: worker and customer meet.
    Conference {
        /// `EndConferenceOnExit`.
        end_on_exit: bool,
        /// `EndConferenceOnCustomerExit`.
        end_on_customer_exit: bool,
        /// `ConferenceStatusCallback` and its events.
        status_callback: Option<(String, Vec<String>)>,
        /// Whom, from whom, for how long.
        dial: Dial,
    },
    /// `Instruction=supervise` with `SupervisorMode=monitor`: somebody listens in.
    Monitor {
        /// `Supervisor`.
        supervisor: WorkerSid,
        /// Whom, from whom, for how long.
        dial: Dial,
    },
}

/// The phone call of an instruction.
#[derive(Debug, Clone, Default)]
pub struct Dial {
    /// `CallTo` or `To`; by default the worker's `contact_uri`.
    pub to: Option<String>,
    /// `CallFrom` or `From`; by default the task's `from`.
    pub from: Option<String>,
    /// `CallTimeout` or `Timeout`, seconds.
    pub timeout_s: Option<u64>,
}

impl Routing {
    /// Changes a reservation. `if_match` is the `If-Match` header.
    ///
    /// # Errors
    /// [`RoutingError`] if there is no such reservation, the version is another, the transition does not exist, or a
    /// parameter is wrong.
    pub fn update_reservation(
        &mut self,
        now: Millis,
        sid: &ReservationSid,
        update: ReservationUpdate,
        if_match: Option<&str>,
    ) -> Result<(), RoutingError> {
        self.tell(now);
        let reservation = self.reservation(sid)?;
        check_version(if_match, reservation.version)?;
        let (state, task, worker) = (
            reservation.state,
            reservation.task.clone(),
            reservation.worker.clone(),
        );
        let illegal = |to: &'static str| RoutingError::IllegalReservationTransition {
            reservation: sid.to_string(),
            from: state.as_str(),
            to,
        };
        let pending = matches!(state, ReservationState::Pending { .. });
        match update {
            ReservationUpdate::Accept if pending => self.accept(sid),
            ReservationUpdate::Accept => return Err(illegal("accepted")),
            ReservationUpdate::Reject { activity } if pending => {
                if let Some(activity) = &activity {
                    self.check_activity(activity)?;
                }
                self.let_go(sid, ReservationState::Rejected, "reservation.rejected");
                if activity.is_some() {
                    self.update_worker(
                        now,
                        &worker,
                        WorkerUpdate {
                            activity,
                            ..WorkerUpdate::default()
                        },
                    )?;
                }
            }
            ReservationUpdate::Reject { .. } => return Err(illegal("rejected")),
            ReservationUpdate::WrapUp if state == ReservationState::Accepted => {
                self.wrap_up_reservation(sid, None);
            }
            ReservationUpdate::WrapUp => return Err(illegal("wrapping")),
            ReservationUpdate::Complete
                if matches!(
                    state,
                    ReservationState::Accepted | ReservationState::Wrapping
                ) =>
            {
                self.complete_reservation(sid);
            }
            ReservationUpdate::Complete => return Err(illegal("completed")),
            ReservationUpdate::Call {
                url,
                accept,
                status_callback,
                dial,
            } if pending => {
                if !url.starts_with("http://") && !url.starts_with("https://") {
                    return Err(RoutingError::invalid(
                        "CallUrl",
                        format!("'{url}' is not a valid CallUrl"),
                    ));
                }
                let instruction = Instruction::Call {
                    url,
                    accept,
                    status_callback,
                };
                let leg = Leg::Ordered;
                self.dial(sid, dial, instruction, Delivery::Call { accept, leg })?;
            }
            ReservationUpdate::Call { .. } => return Err(illegal("called")),
            ReservationUpdate::Conference {
                end_on_exit,
                end_on_customer_exit,
                status_callback,
                dial,
            } if pending => {
                let task = self.task(&task)?;
                let text = |key: &str| task.attributes.get(key).and_then(|value| value.as_str());
                let customer = text("call_sid").and_then(|call| CallSid::parse(call).ok());
                let outbound_to = match customer {
                    Some(_) => None,
                    None => text("outbound_to").map(str::to_owned),
                };
                if customer.is_none() && outbound_to.is_none() {
                    return Err(RoutingError::invalid(
                        "Instruction",
                        "conference needs a task with the attribute call_sid or outbound_to",
                    ));
                }
                let instruction = Instruction::Conference {
                    customer,
                    outbound_to,
                    end_on_exit,
                    end_on_customer_exit,
                    status_callback,
                };
                let leg = Leg::Ordered;
                self.dial(
                    sid,
                    dial,
                    instruction,
                    Delivery::Conference {
                        end_on_customer_exit,
                        leg,
                    },
                )?;
            }
            ReservationUpdate::Conference { .. } => return Err(illegal("conferenced")),
            ReservationUpdate::Monitor { supervisor, dial } => {
                self.monitor(sid, supervisor, dial)?;
            }
        }
        self.assign();
        Ok(())
    }

    /// The worker has the task; the others to whom it was offered have not.
    pub(super) fn accept(&mut self, sid: &ReservationSid) {
        let Some(reservation) = self.reservations.get(sid) else {
            return;
        };
        let (task, transfer) = (reservation.task.clone(), reservation.transfer);
        self.set_reservation_state(sid, ReservationState::Accepted);
        self.set_task_state(&task, TaskState::Assigned);
        if let Some(transfer) = transfer {
            self.transfer_accepted(&task, transfer);
        }
        for other in self.pending_offers(&task) {
            self.end_reservation(&other, ReservationState::Rescinded, "reservation.rescinded");
        }
        self.tell_reservation(sid, "reservation.accepted");
        if let Some(transfer) = transfer {
            self.tell_transfer(&task, transfer, "task.transfer-completed");
            self.tell_task(&task, "task.updated");
        }
    }

    /// The offer was not taken: the task goes to the next worker
    /// (<https://www.twilio.com/docs/taskrouter/lifecycle-task-state>).
    pub(super) fn let_go(
        &mut self,
        sid: &ReservationSid,
        state: ReservationState,
        event_type: &str,
    ) {
        let Some(reservation) = self.reservations.get(sid) else {
            return;
        };
        let (task_sid, worker) = (reservation.task.clone(), reservation.worker.clone());
        let transfer = reservation.transfer;
        if let Some(task) = self.tasks.get_mut(&task_sid) {
            if !task.refused_by.contains(&worker) {
                task.refused_by.push(worker);
            }
        }
        if let Some(transfer) = transfer {
            return self.transfer_refused(sid, &task_sid, transfer, state, event_type);
        }
        self.end_reservation(sid, state, event_type);
        let others_pending = !self.pending_offers(&task_sid).is_empty();
        let reserved = self
            .tasks
            .get(&task_sid)
            .is_some_and(|task| task.state == TaskState::Reserved);
        if reserved && !others_pending {
            self.set_task_state(&task_sid, TaskState::Pending);
            let step_over = self
                .tasks
                .get(&task_sid)
                .and_then(|task| task.step_ends())
                .is_some_and(|end| end <= self.now);
            if step_over {
                self.leave_step(&task_sid);
            }
        }
    }

    /// The worker let the offer pass: he gets the workspace's TimeoutActivity
    /// (<https://www.twilio.com/docs/taskrouter/api/workspace>, TimeoutActivitySid).
    pub(super) fn let_pass(&mut self, sid: &ReservationSid) {
        let Some(worker) = self
            .reservations
            .get(sid)
            .map(|reservation| reservation.worker.clone())
        else {
            return;
        };
        self.let_go(sid, ReservationState::TimedOut, "reservation.timeout");
        if let Some(activity) = self.timeout_activity.clone() {
            self.set_activity(&worker, activity);
        }
    }

    /// Ends a reservation; a leg that still rings for it is taken back.
    pub(super) fn end_reservation(
        &mut self,
        sid: &ReservationSid,
        state: ReservationState,
        event_type: &str,
    ) {
        self.end_offer(sid, state);
        self.tell_reservation(sid, event_type);
    }

    /// The same, told later.
    pub(super) fn end_offer(&mut self, sid: &ReservationSid, state: ReservationState) {
        self.set_reservation_state(sid, state);
        let now = self.now;
        if let Some(reservation) = self.reservations.get_mut(sid) {
            if let Some(Leg::Ringing(call)) = reservation.delivery.leg() {
                self.endings.push(call.clone());
            }
            let worker = reservation.worker.clone();
            if let Some(worker) = self.workers.get_mut(&worker) {
                worker.idle_since = now;
            }
        }
    }

    pub(super) fn set_reservation_state(&mut self, sid: &ReservationSid, state: ReservationState) {
        if let Some(reservation) = self.reservations.get_mut(sid) {
            reservation.state = state;
            reservation.version += 1;
            reservation.updated = self.now;
        }
    }

    fn dial(
        &mut self,
        sid: &ReservationSid,
        dial: Dial,
        instruction: Instruction,
        delivery: Delivery,
    ) -> Result<(), RoutingError> {
        let reservation = self.reservation(sid)?;
        match reservation.delivery.leg() {
            None | Some(Leg::Over) => {}
            Some(Leg::Ordered | Leg::Ringing(_) | Leg::Up(_)) => {
                return Err(RoutingError::invalid(
                    "Instruction",
                    "the worker's leg exists already",
                ))
            }
        }
        let worker = reservation.worker.clone();
        let order = self.dial_order(sid, worker, dial, instruction)?;
        self.orders.push(order);
        let now = self.now;
        if let Some(reservation) = self.reservations.get_mut(sid) {
            reservation.delivery = delivery;
            reservation.put_on_hold(now);
        }
        Ok(())
    }

    /// The phone call of an instruction to a worker: by default to his `contact_uri`, from the task's `from`; from the
    /// application itself if that is whom the task's customer called (such a call is not set up).
    pub(super) fn dial_order(
        &self,
        sid: &ReservationSid,
        worker: WorkerSid,
        dial: Dial,
        instruction: Instruction,
    ) -> Result<DialOrder, RoutingError> {
        let reservation = self.reservation(sid)?;
        let text = |attributes: &Attributes, key: &str| {
            let value = attributes.get(key).and_then(|value| value.as_str());
            value.map(str::to_owned)
        };
        let task = &self.task(&reservation.task)?.attributes;
        let own = &self.worker(&worker)?.attributes;
        let to = dial.to.or_else(|| text(own, "contact_uri"));
        Ok(DialOrder {
            reservation: sid.clone(),
            task: reservation.task.clone(),
            worker,
            to: ContactUri::parse(&to.unwrap_or_default())
                .map_err(|error| RoutingError::invalid("To", error.to_string()))?,
            from: dial
                .from
                .or_else(|| text(task, "to").filter(|to| ApplicationSid::parse(to).is_ok()))
                .or_else(|| text(task, "from"))
                .unwrap_or_default(),
            instruction,
            timeout_s: dial.timeout_s.unwrap_or(RING_TIMEOUT_S),
            parameters: Vec::new(),
        })
    }
}

impl Reservation {
    /// Whether it came by `Instruction=conference`.
    pub(super) fn is_conferenced(&self) -> bool {
        match self.delivery {
            Delivery::Conference { .. } => true,
            Delivery::None | Delivery::Call { .. } => false,
        }
    }

    /// Whether its worker is in the call by another leg than that one.
    pub(super) fn has_another_leg(&self, call: &CallSid) -> bool {
        matches!(self.delivery.leg(), Some(Leg::Up(up)) if up != call)
    }

    /// The worker's leg is being set up: the offer's time stands still.
    pub(super) fn put_on_hold(&mut self, now: Millis) {
        if let Some(deadline) = self.state.deadline() {
            let left = Millis(deadline.0.saturating_sub(now.0));
            let lapses = Lapse::OnHold { left };
            self.state = ReservationState::Pending { lapses };
        }
    }

    /// It is not any more: the time goes on.
    pub(super) fn take_off_hold(&mut self, now: Millis) {
        if let ReservationState::Pending {
            lapses: Lapse::OnHold { left },
        } = self.state
        {
            let lapses = Lapse::At(now + left);
            self.state = ReservationState::Pending { lapses };
        }
    }
}
