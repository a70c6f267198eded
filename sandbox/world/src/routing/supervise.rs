//! Listening in on a reservation: `Instruction=supervise` (<https://www.twilio.com/docs/taskrouter/api/reservations>).
//!
//! Nothing of it is the reservation's own: it neither changes with it nor waits for it. What Flex shows of it is in the
//! conference, which it reads from Sync (`<task>.CS`) where the task is not the reader's own.

use super::model::{Delivery, Leg, ReservationState};
use super::reservations::Dial;
use super::{Routing, RoutingError};
use crate::orders::{Instruction, Part, ParticipantChange, ParticipantSnapshot};
use crate::output::Output;
use backline::ids::{ConferenceSid, ReservationSid, TaskSid, WorkerSid};
use serde_json::{json, Value};

/// The item of `<task>.CS` that is the conference itself (observed: flex-ui 2.17.1, `ConferenceListener`).
const CONFERENCE_ITEM: &str = "conf_status";

impl Routing {
    /// Rings a worker who will listen in on a reservation that another has accepted, in a conference that TaskRouter made.
    pub(super) fn monitor(
        &mut self,
        sid: &ReservationSid,
        supervisor: WorkerSid,
        dial: Dial,
    ) -> Result<(), RoutingError> {
        let reservation = self.reservation(sid)?;
        if reservation.state != ReservationState::Accepted {
            return Err(RoutingError::NotSupervisable {
                reservation: sid.to_string(),
                status: reservation.state.as_str(),
            });
        }
        match &reservation.delivery {
            Delivery::Conference {
                leg: Leg::Up(_), ..
            } => {}
            Delivery::None | Delivery::Call { .. } | Delivery::Conference { .. } => {
                return Err(RoutingError::invalid(
                    "Instruction",
                    "supervise needs a task whose worker is in its conference",
                ))
            }
        }
        let order = self.dial_order(sid, supervisor, dial, Instruction::Monitor)?;
        self.orders.push(order);
        Ok(())
    }

    /// `conf_status`: words of the conference's own status callbacks (their use here is assumed).
    pub(super) fn publish_conference(
        &mut self,
        task: &TaskSid,
        conference: &ConferenceSid,
        status: &'static str,
    ) {
        let data = json!({ "status": status, "conference_sid": conference });
        self.publish(task, CONFERENCE_ITEM.to_owned(), data);
    }

    /// One participant, by his leg: one who leaves stays, as `left`.
    pub(super) fn publish_participant(
        &mut self,
        task: &TaskSid,
        change: ParticipantChange,
        participant: &ParticipantSnapshot,
    ) {
        let status = match change {
            ParticipantChange::Added | ParticipantChange::Modified => "joined",
            ParticipantChange::Removed => "left",
        };
        let kind = match participant.part {
            Part::Customer => "customer",
            Part::Agent => "worker",
            Part::Supervisor => "supervisor",
        };
        let data = json!({
            "participant_type": kind, "status": status, "conference_sid": participant.conference,
            "worker_sid": participant.worker, "reservation_sid": participant.reservation,
            "hold": participant.hold, "muted": participant.muted, "connecting": false,
        });
        self.publish(task, participant.call.to_string(), data);
    }

    fn publish(&mut self, task: &TaskSid, key: String, data: Value) {
        let task = task.clone();
        self.outputs
            .push(Output::ConferenceItem { task, key, data });
    }
}
