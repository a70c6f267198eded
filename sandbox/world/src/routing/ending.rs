//! How tasks end, and their reservations with them, or one by one where several agents have the task.

use super::model::{ReservationState, TaskState};
use super::Routing;
use backline::ids::{ReservationSid, TaskSid};

impl Routing {
    /// Gives a task up, whoever has it.
    pub(super) fn cancel(&mut self, sid: &TaskSid, reason: Option<String>) {
        let Some(task) = self.tasks.get_mut(sid) else {
            return;
        };
        if task.state.ended().is_some() {
            return;
        }
        task.reason = reason.or(task.reason.take());
        self.abandon_transfer(sid, "Transfer failed because the task was canceled");
        self.set_task_state(sid, TaskState::Canceled { at: self.now });
        self.tell_task(sid, "task.canceled");
        for reservation in self.live_reservations(sid) {
            self.end_reservation(
                &reservation,
                ReservationState::Canceled,
                "reservation.canceled",
            );
        }
    }

    /// The work is done; so is everybody's who had it.
    pub(super) fn wrap_up(&mut self, sid: &TaskSid, reason: Option<String>) {
        self.note_reason(sid, reason);
        let done = self.accepted(sid);
        self.set_task_state(sid, TaskState::Wrapping);
        for reservation in &done {
            self.set_reservation_state(reservation, ReservationState::Wrapping);
        }
        self.tell_task(sid, "task.wrapup");
        for reservation in &done {
            self.tell_reservation(reservation, "reservation.wrapup");
        }
    }

    /// One worker's work is done; the task's is too, unless another has it or is to have it.
    pub(super) fn wrap_up_reservation(&mut self, sid: &ReservationSid, reason: Option<String>) {
        let Some(task) = self.task_of(sid) else {
            return;
        };
        if self.under_way(&task).is_none() && self.accepted(&task) == [sid.clone()] {
            return self.wrap_up(&task, reason);
        }
        self.set_reservation_state(sid, ReservationState::Wrapping);
        self.tell_reservation(sid, "reservation.wrapup");
    }

    /// The task is over.
    pub(super) fn complete(&mut self, sid: &TaskSid, reason: Option<String>) {
        self.note_reason(sid, reason);
        self.set_task_state(sid, TaskState::Completed { at: self.now });
        self.tell_task(sid, "task.completed");
        for reservation in self.live_reservations(sid) {
            self.end_reservation(
                &reservation,
                ReservationState::Completed,
                "reservation.completed",
            );
        }
    }

    /// One worker is through with it; the task is over with the last.
    pub(super) fn complete_reservation(&mut self, sid: &ReservationSid) {
        let Some(task) = self.task_of(sid) else {
            return;
        };
        if self.under_way(&task).is_none() && self.live_reservations(&task) == [sid.clone()] {
            return self.complete(&task, None);
        }
        self.end_reservation(sid, ReservationState::Completed, "reservation.completed");
        self.nobody_talks(&task);
    }

    /// Nobody will take what was on offer: the task is where those left it who still have it.
    pub(super) fn offer_is_pointless(&mut self, task: &TaskSid, reason: &'static str) {
        self.abandon_transfer(task, reason);
        if self.live_reservations(task).is_empty() {
            return self.cancel(task, Some("hangup".to_owned()));
        }
        self.set_task_state(task, TaskState::Assigned);
        self.nobody_talks(task);
    }

    /// The task wraps up if it is assigned and everybody who has it does.
    fn nobody_talks(&mut self, task: &TaskSid) {
        let assigned = self
            .tasks
            .get(task)
            .is_some_and(|task| task.state == TaskState::Assigned);
        if assigned && self.accepted(task).is_empty() {
            self.wrap_up(task, None);
        }
    }

    /// The reservations of a task that are accepted and not yet wrapping.
    pub(super) fn accepted(&self, task: &TaskSid) -> Vec<ReservationSid> {
        let accepted = self.reservations.values().filter(|reservation| {
            reservation.task == *task && reservation.state == ReservationState::Accepted
        });
        accepted
            .map(|reservation| reservation.sid.clone())
            .collect()
    }

    pub(super) fn task_of(&self, sid: &ReservationSid) -> Option<TaskSid> {
        let reservation = self.reservations.get(sid)?;
        Some(reservation.task.clone())
    }

    fn note_reason(&mut self, sid: &TaskSid, reason: Option<String>) {
        if let Some(task) = self.tasks.get_mut(sid) {
            task.reason = reason.or(task.reason.take());
        }
    }
}
