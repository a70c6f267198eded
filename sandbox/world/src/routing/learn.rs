//! What telephony says, and what TaskRouter makes of it.

use super::model::{Delivery, Leg, Reservation, ReservationState, TaskState};
use super::{parse_attributes, NewTask, Routing};
use crate::orders::{CallFact, Part, ParticipantChange, ParticipantSnapshot};
use backline::ids::{CallSid, ConferenceSid, ReservationSid, TaskSid};
use backline::time::Millis;
use serde_json::{json, Map, Value};

/// The channel of a task made by `<Enqueue>` (<https://www.twilio.com/docs/voice/twiml/enqueue>; Flex accounts use
/// voice).
const ENQUEUE_CHANNEL: &str = "voice";

/// `transfer_failed_reason` (assumed).
const CONFERENCE_OVER: &str = "Transfer failed because the customer left";

impl Routing {
    /// Takes in what telephony says. A fact about something unknown or over changes nothing.
    pub fn learn(&mut self, now: Millis, fact: CallFact) {
        self.tell(now);
        match fact {
            CallFact::Dialled { reservation, call } => self.dialled(&reservation, call),
            CallFact::Answered { reservation, call } => self.answered(&reservation, call),
            CallFact::NotAnswered {
                reservation, call, ..
            } => self.not_answered(&reservation, &call),
            CallFact::WorkerLegEnded { reservation, call } => {
                self.worker_leg_ended(&reservation, &call);
            }
            CallFact::ConferenceStarted { task, conference } => {
                self.note_conference(&task, |noted| {
                    noted.insert("sid".to_owned(), json!(conference));
                });
                self.publish_conference(&task, &conference, "started");
            }
            CallFact::Participant {
                task,
                change,
                participant,
            } => self.participant(&task, change, &participant),
            CallFact::ConferenceEnded { task, conference } => {
                self.conference_ended(&task, &conference);
            }
            CallFact::Enqueued {
                call,
                workflow,
                attributes,
                priority,
                timeout_s,
            } => {
                let new = NewTask {
                    workflow: Some(workflow),
                    priority,
                    timeout_s,
                    ..NewTask::default()
                };
                self.enqueued(call, new, &attributes);
            }
            CallFact::LeftQueue { call } => self.left_queue(&call),
            CallFact::CustomerLegEnded { call, task } => self.customer_gone(&call, task),
        }
        self.assign();
    }

    fn dialled(&mut self, sid: &ReservationSid, call: CallSid) {
        let Some(reservation) = self.reservations.get_mut(sid) else {
            return;
        };
        reservation.delivery.set_leg(Leg::Ringing(call.clone()));
        if !reservation.state.is_live() {
            self.endings.push(call);
            return;
        }
        // Of the instructions only `call` writes it; `conference` writes `conference.participants`.
        if let Delivery::Call { .. } = reservation.delivery {
            let task = reservation.task.clone();
            self.write_attributes(&task, |attributes| {
                attributes.insert("worker_call_sid".to_owned(), json!(call));
            });
        }
    }

    fn answered(&mut self, sid: &ReservationSid, call: CallSid) {
        let Some(reservation) = self.reservations.get_mut(sid) else {
            return;
        };
        let accepts = match reservation.delivery {
            Delivery::None => false,
            Delivery::Call { accept, .. } => accept,
            Delivery::Conference { .. } => true,
        };
        reservation.delivery.set_leg(Leg::Up(call));
        // What is not accepted by the answer itself goes on lapsing (assumed).
        reservation.take_off_hold(self.now);
        if accepts && matches!(reservation.state, ReservationState::Pending { .. }) {
            self.accept(sid);
        }
    }

    /// A `call` that nobody answered leaves the offer standing until it is taken again or lapses (assumed: the account made
    /// the call, not TaskRouter). The reservation of a `conference` whose set-up fails is canceled
    /// (<https://support.twilio.com/hc/en-us/articles/42786996187419>); its task goes to the next worker, but an agent's own
    /// outbound call is canceled, since nobody else may have it (assumed).
    fn not_answered(&mut self, sid: &ReservationSid, call: &CallSid) {
        let Some(reservation) = self.reservations.get_mut(sid) else {
            return;
        };
        if reservation.has_another_leg(call) {
            let task = reservation.task.clone();
            let payload = self.participant_failed_payload(&task, call);
            return self.tell_task_workers(&task, "participant.add.failed", &payload);
        }
        reservation.delivery.set_leg(Leg::Over);
        reservation.take_off_hold(self.now);
        if !matches!(reservation.state, ReservationState::Pending { .. }) {
            return;
        }
        let task = reservation.task.clone();
        let transferred = reservation.transfer.is_some();
        match reservation.delivery.clone() {
            Delivery::None | Delivery::Call { .. } => {}
            Delivery::Conference { .. } if transferred || self.has_attribute(&task, "call_sid") => {
                self.let_go(sid, ReservationState::Canceled, "reservation.canceled");
            }
            Delivery::Conference { .. } => {
                self.cancel(&task, Some("The agent's leg was not answered".to_owned()));
            }
        }
    }

    /// TaskRouter wraps up what it conferenced itself. A task of the `call` instruction is left to whoever ordered the
    /// call (<https://www.twilio.com/docs/taskrouter/api/reservations>: the instruction only connects). A worker who has been
    /// added once more has the leg that was answered last (assumed).
    fn worker_leg_ended(&mut self, sid: &ReservationSid, call: &CallSid) {
        let Some(reservation) = self.reservations.get_mut(sid) else {
            return;
        };
        if reservation.has_another_leg(call) {
            return;
        }
        reservation.delivery.set_leg(Leg::Over);
        if reservation.is_conferenced() && reservation.state == ReservationState::Accepted {
            self.wrap_up_reservation(sid, None);
        }
    }

    fn conference_ended(&mut self, task: &TaskSid, conference: &ConferenceSid) {
        self.publish_conference(task, conference, "ended");
        if self.under_way(task).is_some() {
            self.offer_is_pointless(task, CONFERENCE_OVER);
        }
        if self.in_native_conference(task) {
            self.wrap_up(task, None);
        }
    }

    fn participant(
        &mut self,
        task: &TaskSid,
        change: ParticipantChange,
        participant: &ParticipantSnapshot,
    ) {
        let event_type = match change {
            ParticipantChange::Added => "participant.added",
            ParticipantChange::Modified => "participant.modified",
            ParticipantChange::Removed => "participant.removed",
        };
        // Who only listens in is not noted on the task (assumed).
        let role = match participant.part {
            Part::Agent => Some("worker"),
            Part::Customer => Some("customer"),
            Part::Supervisor => None,
        };
        if let (ParticipantChange::Added, Some(role)) = (change, role) {
            self.note_conference(task, |noted| {
                noted.insert("sid".to_owned(), json!(participant.conference));
                let participants = noted
                    .entry("participants")
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(participants) = participants {
                    participants.insert(role.to_owned(), json!(participant.call));
                }
            });
        }
        self.publish_participant(task, change, participant);
        let payload = self.participant_payload(task, change, participant);
        self.tell_task_workers(task, event_type, &payload);
    }

    /// Writes `attributes.conference`, as Flex's voice tasks have it
    /// (<https://www.twilio.com/docs/flex/developer/conversations/register-custom-channels>; seen: `sid`, `participants`).
    fn note_conference(&mut self, task: &TaskSid, write: impl FnOnce(&mut Map<String, Value>)) {
        self.write_attributes(task, |attributes| {
            let noted = attributes
                .entry("conference")
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(noted) = noted {
                write(noted);
            }
        });
    }

    /// `<Enqueue workflowSid>`: the task has the attributes given and those of the call
    /// (<https://www.twilio.com/docs/taskrouter/twiml-queue-calls>).
    fn enqueued(&mut self, call: CallSid, new: NewTask, attributes: &str) {
        let mut attributes =
            parse_attributes(&Value::String(attributes.to_owned())).unwrap_or_default();
        attributes.insert("call_sid".to_owned(), json!(call));
        attributes
            .entry("direction")
            .or_insert_with(|| json!("inbound"));
        let new = NewTask {
            attributes,
            channel: Some(ENQUEUE_CHANNEL.to_owned()),
            ..new
        };
        if self.create_task(self.now, new).is_err() {
            self.refused_calls.push(call);
        }
    }

    /// TwiML manages the task of a waiting call (<https://www.twilio.com/docs/taskrouter/twiml-queue-calls>): there is
    /// nobody to be served any more. Its reason is assumed.
    fn left_queue(&mut self, call: &CallSid) {
        let waits = |task: &&super::model::Task| {
            matches!(task.state, TaskState::Pending | TaskState::Reserved) && is_of(task, call)
        };
        if let Some(sid) = self.tasks.values().find(waits).map(|task| task.sid.clone()) {
            self.cancel(&sid, Some("redirected".to_owned()));
        }
    }

    fn customer_gone(&mut self, call: &CallSid, task: Option<TaskSid>) {
        let Some(sid) = task.or_else(|| self.task_of_customer(call)) else {
            return;
        };
        if self.under_way(&sid).is_some() {
            self.offer_is_pointless(&sid, CONFERENCE_OVER);
        }
        match self.tasks.get(&sid).map(|task| task.state) {
            Some(TaskState::Pending | TaskState::Reserved) => {
                self.cancel(&sid, Some("hangup".to_owned()));
            }
            Some(TaskState::Assigned) if self.customer_ends(&sid) => self.wrap_up(&sid, None),
            Some(
                TaskState::Assigned
                | TaskState::Wrapping
                | TaskState::Completed { .. }
                | TaskState::Canceled { .. },
            )
            | None => {}
        }
    }

    fn task_of_customer(&self, call: &CallSid) -> Option<TaskSid> {
        // The latest: one that was with an agent before may still wrap up.
        self.tasks
            .values()
            .rev()
            .find(|task| task.state.ended().is_none() && is_of(task, call))
            .map(|task| task.sid.clone())
    }

    fn customer_ends(&self, task: &TaskSid) -> bool {
        self.somebody_has(task, |reservation| match reservation.delivery {
            Delivery::Conference {
                end_on_customer_exit,
                ..
            } => end_on_customer_exit,
            Delivery::None | Delivery::Call { .. } => false,
        })
    }

    fn in_native_conference(&self, task: &TaskSid) -> bool {
        self.somebody_has(task, Reservation::is_conferenced)
    }

    fn somebody_has(&self, task: &TaskSid, how: impl Fn(&Reservation) -> bool) -> bool {
        let accepted = self.accepted(task);
        let accepted = accepted.iter().filter_map(|sid| self.reservations.get(sid));
        accepted.into_iter().any(how)
    }

    fn has_attribute(&self, task: &TaskSid, key: &str) -> bool {
        self.tasks
            .get(task)
            .is_some_and(|task| task.attributes.contains_key(key))
    }
}

fn is_of(task: &super::model::Task, call: &CallSid) -> bool {
    task.attributes.get("call_sid").and_then(Value::as_str) == Some(call.as_str())
}
