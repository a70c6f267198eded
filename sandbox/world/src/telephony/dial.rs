//! Legs that TaskRouter orders, by `Instruction=call`, `conference` and `supervise`
//! (<https://www.twilio.com/docs/taskrouter/api/reservations>).

use super::call::{
    AfterDial, Direction, Doing, Ending, OnAnswer, Queue, Role, Source, TaskConference,
};
use super::conference::Reason;
use super::legs::{By, NewLeg};
use super::operations::{query, CreateError};
use super::queue::QueueResult;
use super::twiml::{CallbackWish, Entry};
use super::Telephony;
use crate::orders::{AddedLeg, CallFact, DialOrder, Instruction, Part};
use backline::ids::{CallSid, ConferenceSid, ReservationSid, TaskSid};
use backline::time::Millis;

/// How long an outbound task's customer is rung, seconds. Twilio's default of a participant
/// (<https://www.twilio.com/docs/voice/api/conference-participant-resource>).
const OUTBOUND_RING_S: u64 = 60;

/// How long a leg that is added rings, seconds: the same default (assumed).
const ADDED_RING_S: u64 = OUTBOUND_RING_S;

impl Telephony {
    pub(super) fn ring_worker(&mut self, now: Millis, order: DialOrder) {
        let (then, subscription) = match order.instruction {
            Instruction::Call {
                url,
                accept: _,
                status_callback,
            } => (
                OnAnswer::Fetch(Source {
                    url,
                    fallback: None,
                }),
                status_callback.map(|url| CallbackWish {
                    url,
                    events: vec!["completed".to_owned()],
                }),
            ),
            Instruction::Conference {
                customer,
                outbound_to,
                end_on_exit,
                end_on_customer_exit,
                status_callback,
            } => (
                OnAnswer::TaskConference(TaskConference {
                    task: order.task,
                    from: order.from.clone(),
                    customer,
                    outbound_to,
                    end_on_exit,
                    end_on_customer_exit,
                    status_callback: status_callback
                        .map(|(url, events)| CallbackWish { url, events }),
                }),
                None,
            ),
            Instruction::Monitor => return self.ring_supervisor(now, order),
        };
        let call = self.ring(
            now,
            NewLeg {
                from: order.from,
                to: order.to.as_str().to_owned(),
                direction: Direction::OutboundApi,
                parent: None,
                role: Role::Worker {
                    reservation: order.reservation.clone(),
                    worker: order.worker,
                },
                timeout_s: order.timeout_s,
                then,
                subscription: subscription.map(Into::into),
                parameters: order.parameters,
            },
        );
        self.facts.push(CallFact::Dialled {
            reservation: order.reservation,
            call,
        });
    }

    /// Rings somebody who will listen in. There is nothing to listen to if the conference is over already.
    fn ring_supervisor(&mut self, now: Millis, order: DialOrder) {
        let Some(conference) = self.conference_of_task(&order.task) else {
            return;
        };
        let entry = Entry {
            muted: true,
            start_on_enter: false,
            end_on_exit: false,
            ..Entry::default()
        };
        self.ring(
            now,
            NewLeg {
                from: order.from,
                to: order.to.as_str().to_owned(),
                direction: Direction::OutboundApi,
                parent: None,
                role: Role::Supervisor {
                    worker: order.worker,
                },
                timeout_s: order.timeout_s,
                then: OnAnswer::Join(conference, Box::new(entry)),
                subscription: None,
                parameters: order.parameters,
            },
        );
    }

    /// Rings a worker once more for the conference of his task, beside the leg that he has there
    /// (<https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interaction-channel-participants>).
    ///
    /// # Errors
    /// [`CreateError::NoConference`] if the task has none that goes on.
    pub fn add_worker(&mut self, now: Millis, leg: AddedLeg) -> Result<CallSid, CreateError> {
        let conference = self
            .conference_of_task(&leg.task)
            .ok_or(CreateError::NoConference)?;
        let entry = Entry {
            end_on_exit: false,
            ..Entry::default()
        };
        let new = NewLeg {
            parameters: query(leg.to.as_str()),
            from: leg.from,
            to: leg.to.as_str().to_owned(),
            direction: Direction::OutboundApi,
            parent: None,
            role: Role::Worker {
                reservation: leg.reservation,
                worker: leg.worker,
            },
            timeout_s: ADDED_RING_S,
            then: OnAnswer::Join(conference, Box::new(entry)),
            subscription: None,
        };
        Ok(self.ring(now, new))
    }

    /// Takes back or hangs up the legs that answer a reservation (its task was cancelled, say).
    pub fn end_legs_of(&mut self, now: Millis, reservation: &ReservationSid) {
        let legs: Vec<CallSid> = self
            .calls
            .values()
            .filter(|call| !call.is_over())
            .filter(|call| {
                matches!(&call.role, Role::Worker { reservation: own, .. } if own == reservation)
            })
            .map(|call| call.sid.clone())
            .collect();
        for leg in legs {
            self.end_call(now, &leg);
        }
    }

    /// The worker is there: he and the customer meet in a conference named after the task.
    pub(super) fn meet_customer(&mut self, now: Millis, worker: &CallSid, plan: TaskConference) {
        let conference = self.task_conference(now, &plan.task);
        let entry = Entry {
            end_on_exit: plan.end_on_exit,
            callback: plan.status_callback,
            ..Entry::default()
        };
        self.join(now, worker, &conference, entry, AfterDial::default());
        let entry = Entry {
            end_on_exit: plan.end_on_customer_exit,
            ..Entry::default()
        };
        let outbound_to = plan.outbound_to.filter(|_| !self.has_customer(&plan.task));
        match (plan.customer, outbound_to) {
            (Some(customer), _) => {
                self.bring_customer(now, &customer, &plan.task, &conference, entry);
            }
            (None, Some(to)) => {
                let role = Role::Customer {
                    name: to.clone(),
                    attributes: serde_json::Map::new(),
                    task: Some(plan.task),
                };
                self.ring(
                    now,
                    NewLeg {
                        from: plan.from,
                        to,
                        direction: Direction::OutboundApi,
                        parent: None,
                        role,
                        timeout_s: OUTBOUND_RING_S,
                        then: OnAnswer::Join(conference, Box::new(entry)),
                        subscription: None,
                        parameters: Vec::new(),
                    },
                );
            }
            (None, None) => {}
        }
    }

    /// Moves a waiting customer in. One who has gone meanwhile leaves the worker nobody to talk to: it ends.
    fn bring_customer(
        &mut self,
        now: Millis,
        customer: &CallSid,
        task: &TaskSid,
        conference: &ConferenceSid,
        entry: Entry,
    ) {
        match self.pause(customer) {
            Some(Doing::Enqueued(waiting)) if matches!(waiting.queue, Queue::Workflow(_)) => {
                self.tell_action(now, customer, &waiting, QueueResult::BridgingInProcess);
                if let Some(call) = self.calls.get_mut(customer) {
                    if let Role::Customer { task: own, .. } = &mut call.role {
                        *own = Some(task.clone());
                    }
                }
                self.join(now, customer, conference, entry, AfterDial::default());
            }
            // Already in it: another agent of the same task came.
            Some(Doing::InConference {
                conference: other,
                after,
            }) if other == *conference => {
                let doing = Doing::InConference {
                    conference: other,
                    after,
                };
                self.resume(now, customer, doing);
            }
            Some(elsewhere) => {
                self.resume(now, customer, elsewhere);
                self.close(now, conference, Reason::LastParticipantLeft, None);
            }
            None => self.close(now, conference, Reason::LastParticipantLeft, None),
        }
    }

    /// Puts the customer of a task on hold, with Twilio's own music: its agent transfers him.
    pub fn hold_customer(&mut self, now: Millis, task: &TaskSid) {
        let Some(conference) = self.conference_of_task(task) else {
            return;
        };
        for participant in self.participants(&conference) {
            if participant.part == Part::Customer {
                // He is there: nothing to refuse.
                let _ = self.hold_participant(now, &conference, &participant.call, true);
            }
        }
    }

    /// Whether the customer of an outbound task has been dialled already, for an agent before; he may have gone since (assumed:
    /// nobody is dialled twice for a task).
    fn has_customer(&self, of: &TaskSid) -> bool {
        self.calls
            .values()
            .any(|call| matches!(&call.role, Role::Customer { task: Some(task), .. } if task == of))
    }

    fn task_conference(&mut self, now: Millis, task: &TaskSid) -> ConferenceSid {
        if let Some(conference) = self.conference_of_task(task) {
            return conference;
        }
        let conference = self.conference_for(now, task.as_str());
        if let Some(room) = self.conferences.get_mut(&conference) {
            room.task = Some(task.clone());
        }
        self.facts.push(CallFact::ConferenceStarted {
            task: task.clone(),
            conference: conference.clone(),
        });
        conference
    }

    /// Ends an ending that was in the making: used when REST takes a participant's ringing leg back.
    pub(super) fn cancel_ringing(&mut self, now: Millis, sid: &CallSid) {
        self.finish(now, sid, Ending::Canceled, By::Us);
    }
}
