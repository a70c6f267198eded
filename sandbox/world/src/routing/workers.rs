//! What workers do, and what they can take.

use super::expression::Expression;
use super::model::{Attributes, ReservationState, Worker};
use super::names::WorkerNames;
use super::{Routing, RoutingError};
use crate::output::Output;
use backline::ids::{ActivitySid, ChannelSid, WorkerSid};
use backline::time::Millis;

/// A change of a worker (<https://www.twilio.com/docs/taskrouter/api/worker#update-a-worker-resource>).
#[derive(Debug, Clone, Default)]
pub struct WorkerUpdate {
    /// `ActivitySid`.
    pub activity: Option<ActivitySid>,
    /// `Attributes`: replaces them all.
    pub attributes: Option<Attributes>,
    /// `FriendlyName`.
    pub name: Option<String>,
    /// `RejectPendingReservations`: only with an activity that is not available.
    pub reject_pending: bool,
}

impl Routing {
    /// Changes a worker, and tells him.
    ///
    /// # Errors
    /// [`RoutingError`] if there is no such worker or activity.
    pub fn update_worker(
        &mut self,
        now: Millis,
        sid: &WorkerSid,
        update: WorkerUpdate,
    ) -> Result<(), RoutingError> {
        self.tell(now);
        self.worker(sid)?;
        if let Some(activity) = &update.activity {
            self.check_activity(activity)?;
        }
        if let Some(worker) = self
            .workers
            .get_mut(sid)
            .filter(|_| update.attributes.is_some() || update.name.is_some())
        {
            worker.attributes = update
                .attributes
                .unwrap_or(std::mem::take(&mut worker.attributes));
            worker.name = update.name.unwrap_or(std::mem::take(&mut worker.name));
            worker.touch(now);
            self.tell_worker(sid, "worker.attributes.update");
        }
        if let Some(activity) = update.activity {
            self.set_activity(sid, activity);
            let unavailable = self
                .workers
                .get(sid)
                .is_some_and(|worker| !self.is_available(worker));
            if update.reject_pending && unavailable {
                self.reject_pending(sid);
            }
        }
        self.assign();
        Ok(())
    }

    /// Changes a worker's capacity in a channel, or whether he gets tasks of it
    /// (<https://www.twilio.com/docs/taskrouter/api/worker-channel>).
    ///
    /// # Errors
    /// [`RoutingError::NotFound`] if there is no such worker or he has no such channel.
    pub fn update_worker_channel(
        &mut self,
        now: Millis,
        sid: &WorkerSid,
        channel: &ChannelSid,
        capacity: Option<u64>,
        available: Option<bool>,
    ) -> Result<(), RoutingError> {
        self.tell(now);
        self.worker(sid)?;
        let missing = || RoutingError::NotFound(format!("/Workers/{sid}/Channels/{channel}"));
        let worker = self.workers.get_mut(sid).ok_or_else(missing)?;
        let share = worker.channels.get_mut(channel).ok_or_else(missing)?;
        share.capacity = capacity.unwrap_or(share.capacity);
        share.available = available.unwrap_or(share.available);
        worker.touch(now);
        let event_type = match available {
            Some(_) => "worker.channel.availability.update",
            None => "worker.capacity.update",
        };
        let payload = self
            .workers
            .get(sid)
            .zip(self.channels.get(channel))
            .map(|(worker, channel)| self.worker_channel_payload(worker, channel));
        self.outputs
            .extend(payload.map(|payload| Output::WorkerEvent {
                worker: sid.clone(),
                event_type: event_type.to_owned(),
                payload,
            }));
        self.assign();
        Ok(())
    }

    /// Whether an expression such as `TargetWorkersExpression` holds for the worker.
    #[must_use]
    pub fn worker_matches(&self, worker: &Worker, expression: &Expression) -> bool {
        expression.holds(&WorkerNames {
            routing: self,
            worker,
        })
    }

    pub(super) fn check_activity(&self, activity: &ActivitySid) -> Result<(), RoutingError> {
        if self.activities.contains_key(activity) {
            Ok(())
        } else {
            Err(RoutingError::invalid(
                "ActivitySid",
                format!("'{activity}' is no activity"),
            ))
        }
    }

    pub(super) fn set_activity(&mut self, sid: &WorkerSid, activity: ActivitySid) {
        let now = self.now;
        let Some(worker) = self.workers.get_mut(sid) else {
            return;
        };
        if worker.activity == activity {
            return;
        }
        worker.activity = activity;
        worker.activity_changed = now;
        worker.idle_since = now;
        worker.touch(now);
        self.tell_worker(sid, "worker.activity.update");
    }

    fn tell_worker(&mut self, sid: &WorkerSid, event_type: &str) {
        let Some(worker) = self.workers.get(sid) else {
            return;
        };
        let event = Output::WorkerEvent {
            worker: sid.clone(),
            event_type: event_type.to_owned(),
            payload: self.worker_payload(worker),
        };
        self.outputs.push(event);
        self.outputs.push(Output::WorkerIndexChanged {
            worker: sid.clone(),
        });
    }

    fn reject_pending(&mut self, sid: &WorkerSid) {
        let pending: Vec<_> = self
            .reservations
            .values()
            .filter(|reservation| {
                reservation.worker == *sid
                    && matches!(reservation.state, ReservationState::Pending { .. })
            })
            .map(|reservation| reservation.sid.clone())
            .collect();
        for reservation in pending {
            self.let_go(
                &reservation,
                ReservationState::Rejected,
                "reservation.rejected",
            );
        }
    }
}

impl Worker {
    fn touch(&mut self, now: Millis) {
        self.version += 1;
        self.updated = now;
    }
}
