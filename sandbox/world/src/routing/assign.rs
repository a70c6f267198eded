//! Matching waiting tasks with workers.
//!
//! Source: <https://www.twilio.com/docs/taskrouter/lifecycle-task-workflows-and-assignment>. Higher priority first,
//! then the order of the queue; among workers, the one who has been idle longest, unless the step has `order_by`
//! (<https://www.twilio.com/docs/taskrouter/workflow-configuration>).

use super::expression::{compare, Names, Segment};
use super::model::{
    Delivery, Lapse, Reservation, ReservationState, Route, Task, TaskOrder, TaskState, Worker,
};
use super::names::{PresenceNames, StepNames, TaskNames, WorkerNames};
use super::transfer::model::{Mode, Target, Transfer};
use super::workflow::{KnownWorker, Order, Rules, Step};
use super::{Routing, RESERVATION_TIMEOUT};
use backline::ids::{ChannelSid, QueueSid, ReservationSid, TaskSid, WorkerSid};
use backline::time::Millis;
use serde_json::Value;
use std::cmp::{Ordering, Reverse};

impl Routing {
    /// Offers every waiting task that somebody can take.
    pub(super) fn assign(&mut self) {
        let mut waiting: Vec<_> = self
            .tasks
            .values()
            .filter(|task| task.state == TaskState::Pending)
            .map(|task| (Reverse(task.priority), self.place(task), task.sid.clone()))
            .collect();
        waiting.sort();
        for (_, _, task) in waiting {
            self.offer(&task);
        }
    }

    /// The task is in a new step: its queue and priority are the step's; a step with `skip_if` is left at once if
    /// nobody can be reserved.
    pub(super) fn enter_step(&mut self, sid: &TaskSid) {
        let now = self.now;
        let Some(task) = self.tasks.get_mut(sid) else {
            return;
        };
        let Some(step) = task.step().cloned() else {
            if matches!(task.route, Route::Steps { .. }) {
                self.cancel(sid, Some("Workflow timeout".to_owned()));
            }
            return;
        };
        if step.queue.is_some() && step.queue != task.queue {
            task.queue = step.queue;
            task.queue_entered = now;
        }
        task.priority = step.priority.unwrap_or(task.priority);
    }

    /// The time of a pending task's step is over: on to the next one of the same filter, or the task is given up.
    pub(super) fn leave_step(&mut self, sid: &TaskSid) {
        let Some(Route::Steps { ahead, .. }) = self.tasks.get_mut(sid).map(|task| &mut task.route)
        else {
            return;
        };
        let left = ahead.pop_front().map(|step| step.filter);
        if ahead.front().map(|step| step.filter) != left {
            ahead.clear();
        }
        self.enter_step(sid);
    }

    /// Whether the worker's activity lets him get tasks.
    pub(super) fn is_available(&self, worker: &Worker) -> bool {
        self.activities
            .get(&worker.activity)
            .is_some_and(|activity| activity.available)
    }

    /// The worker's live reservations in a channel.
    pub(super) fn assigned_tasks(&self, worker: &WorkerSid, channel: &ChannelSid) -> u64 {
        let live = self.reservations.values().filter(|reservation| {
            reservation.worker == *worker
                && reservation.state.is_live()
                && self
                    .tasks
                    .get(&reservation.task)
                    .is_some_and(|task| task.channel == *channel)
        });
        live.fold(0, |count, _| count + 1)
    }

    fn offer(&mut self, sid: &TaskSid) {
        loop {
            let Some(task) = self.tasks.get(sid) else {
                return;
            };
            if task.state != TaskState::Pending {
                return;
            }
            let workers = self.candidates(task);
            if !workers.is_empty() {
                for worker in workers {
                    self.reserve(sid, &worker);
                }
                return;
            }
            if task.transfer_under_way().is_some() || !self.skips(sid) {
                return;
            }
            self.enter_step(sid);
        }
    }

    /// Leaves the present step if it was just entered and its `skip_if` holds.
    fn skips(&mut self, sid: &TaskSid) -> bool {
        let skip = self.tasks.get(sid).and_then(|task| {
            let step = task.step().filter(|step| !step.entered)?;
            let condition = step.rules.skip_if.as_ref()?;
            let queue = step.queue.as_ref();
            let workers = self.workers.values();
            let names = PresenceNames {
                routing: self,
                workers: workers.filter(|worker| self.is_in(worker, queue)).collect(),
                task: TaskNames(&task.attributes),
            };
            Some(condition.holds(&names))
        });
        let Some(Route::Steps { ahead, .. }) = self.tasks.get_mut(sid).map(|task| &mut task.route)
        else {
            return false;
        };
        if skip == Some(true) {
            ahead.pop_front();
        } else if let Some(step) = ahead.front_mut() {
            step.entered = true;
        }
        skip == Some(true)
    }

    /// Whom to reserve, best first; empty if nobody can take it.
    fn candidates(&self, task: &Task) -> Vec<WorkerSid> {
        if let Some(transfer) = task.transfer_under_way() {
            return self.transferees(task, transfer);
        }
        let (queue, rules) = match &task.route {
            Route::ToWorker(worker) => {
                let worker = self.workers.get(worker).filter(|worker| {
                    // "By default true when RoutingTarget is a worker": beyond capacity and availability
                    // (<https://www.twilio.com/docs/taskrouter/api/task#create-a-task-resource>, IgnoreCapacity).
                    task.ignore_capacity || self.can_take(worker, task)
                });
                return worker
                    .map(|worker| worker.sid.clone())
                    .into_iter()
                    .collect();
            }
            Route::ToQueue(queue) => (Some(queue), Rules::default()),
            Route::Steps { ahead, .. } => match ahead.front() {
                Some(step) => (step.queue.as_ref(), step.rules.clone()),
                None => return Vec::new(),
            },
        };
        let mut workers: Vec<&Worker> = self
            .workers
            .values()
            .filter(|worker| self.can_take(worker, task))
            .filter(|worker| rules.known_worker.is_some() || self.is_in(worker, queue))
            .filter(|worker| self.suits(worker, task, &rules))
            .collect();
        workers.sort_by(|left, right| {
            self.order(&rules.order_by, task, left, right)
                .then_with(|| left.idle_since.cmp(&right.idle_since))
                .then_with(|| left.sid.cmp(&right.sid))
        });
        self.first_of(workers, task, queue)
    }

    /// Whom to offer a transfer: of a queue whoever can take it, since no workflow is asked, and with it no target
    /// `expression`
    /// (<https://twilio-professional-services.github.io/flex-project-template/feature-library/multi-call>). Nobody
    /// consults himself.
    fn transferees(&self, task: &Task, transfer: &Transfer) -> Vec<WorkerSid> {
        let queue = match &transfer.to {
            Target::Worker(worker) => {
                let worker = self.workers.get(worker);
                let worker = worker.filter(|worker| self.can_take(worker, task));
                return worker
                    .map(|worker| worker.sid.clone())
                    .into_iter()
                    .collect();
            }
            Target::Queue(queue) => Some(queue),
        };
        let himself =
            |worker: &&Worker| transfer.mode == Mode::Warm && worker.sid == transfer.worker;
        let mut workers: Vec<&Worker> = self
            .workers
            .values()
            .filter(|worker| !himself(worker))
            .filter(|worker| self.can_take(worker, task) && self.is_in(worker, queue))
            .collect();
        workers.sort_by_key(|worker| (worker.idle_since, worker.sid.clone()));
        self.first_of(workers, task, queue)
    }

    /// As many as are reserved at once; whoever let it go is offered it again only after the others.
    fn first_of(
        &self,
        mut workers: Vec<&Worker>,
        task: &Task,
        queue: Option<&QueueSid>,
    ) -> Vec<WorkerSid> {
        let refused = |worker: &&Worker| task.refused_by.contains(&worker.sid);
        if !workers.iter().all(refused) {
            workers.retain(|worker| !refused(worker));
        }
        let at_once = queue
            .and_then(|queue| self.queues.get(queue))
            .map_or(1, |queue| queue.max_reserved_workers);
        workers
            .into_iter()
            .take(at_once)
            .map(|worker| worker.sid.clone())
            .collect()
    }

    pub(super) fn can_take(&self, worker: &Worker, task: &Task) -> bool {
        let room = || {
            worker.channels.get(&task.channel).is_some_and(|channel| {
                channel.available
                    && self.assigned_tasks(&worker.sid, &task.channel) < channel.capacity
            })
        };
        self.is_available(worker) && room()
    }

    fn is_in(&self, worker: &Worker, queue: Option<&QueueSid>) -> bool {
        let names = WorkerNames {
            routing: self,
            worker,
        };
        queue
            .and_then(|queue| self.queues.get(queue))
            .is_some_and(|queue| queue.target_workers.holds(&names))
    }

    fn suits(&self, worker: &Worker, task: &Task, rules: &Rules) -> bool {
        let names = self.step_names(worker, task);
        let known = match &rules.known_worker {
            None => true,
            Some(KnownWorker::Sid(path)) => names.task.value(path) == worker.sid.as_str(),
            Some(KnownWorker::Name(path)) => names.task.value(path) == worker.name.as_str(),
        };
        known
            && rules
                .expression
                .as_ref()
                .is_none_or(|expression| expression.holds(&names))
    }

    fn order(&self, orders: &[Order], task: &Task, left: &Worker, right: &Worker) -> Ordering {
        let value = |worker: &Worker, path: &[Segment]| -> Value {
            self.step_names(worker, task).value(path)
        };
        let by = |order: &Order| {
            let (left, right) = (value(left, &order.path), value(right, &order.path));
            // Whatever cannot be compared comes last, so that the order stays a total one.
            let ordering = match (rank(&left), rank(&right)) {
                (Some(a), Some(b)) if a == b => compare(&left, &right).unwrap_or(Ordering::Equal),
                (Some(a), Some(b)) => a.cmp(&b),
                (a, b) => return b.is_some().cmp(&a.is_some()),
            };
            if order.descending {
                ordering.reverse()
            } else {
                ordering
            }
        };
        orders.iter().map(by).fold(Ordering::Equal, Ordering::then)
    }

    fn step_names<'a>(&'a self, worker: &'a Worker, task: &'a Task) -> StepNames<'a> {
        StepNames {
            worker: WorkerNames {
                routing: self,
                worker,
            },
            task: TaskNames(&task.attributes),
        }
    }

    fn reserve(&mut self, task: &TaskSid, worker: &WorkerSid) {
        let timeout = self
            .tasks
            .get(task)
            .and_then(|task| self.workflows.get(task.workflow.as_ref()?))
            .map_or(RESERVATION_TIMEOUT, |workflow| workflow.reservation_timeout);
        self.reservations_made += 1;
        let sid = ReservationSid::from_number(self.reservations_made);
        let reservation = Reservation {
            sid: sid.clone(),
            task: task.clone(),
            worker: worker.clone(),
            state: ReservationState::Pending {
                lapses: Lapse::At(self.now + timeout),
            },
            transfer: self.under_way(task),
            delivery: Delivery::None,
            version: 0,
            timeout,
            created: self.now,
            updated: self.now,
        };
        self.reservations.insert(sid.clone(), reservation);
        if let Some(task) = self.tasks.get_mut(task) {
            if task.refused_by.contains(worker) {
                // Everybody else refused too, or nobody else is there: the round begins again.
                task.refused_by.clear();
            }
            if task.state == TaskState::Pending {
                task.state = TaskState::Reserved;
                task.touch(self.now);
            }
        }
        self.tell_reservation(&sid, "reservation.created");
    }

    /// Where a task stands among those of its priority.
    fn place(&self, task: &Task) -> u64 {
        let queue = task.queue.as_ref().and_then(|queue| self.queues.get(queue));
        match queue.map(|queue| queue.order) {
            Some(TaskOrder::Lifo) => u64::MAX - task.virtual_start,
            Some(TaskOrder::Fifo) | None => task.virtual_start,
        }
    }
}

impl Task {
    fn step(&self) -> Option<&Step> {
        match &self.route {
            Route::Steps { ahead, .. } => ahead.front(),
            Route::ToWorker(_) | Route::ToQueue(_) => None,
        }
    }

    /// A transfer leaves its steps behind.
    pub(super) fn step_ends(&self) -> Option<Millis> {
        if self.transfer_under_way().is_some() {
            return None;
        }
        let age = self.step()?.until_age?;
        Some(self.created + age)
    }
}

fn rank(value: &Value) -> Option<u8> {
    match value {
        Value::Number(_) => Some(0),
        Value::String(_) => Some(1),
        Value::Bool(_) => Some(2),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
