//! Participants of a call, as an interaction's channel has them
//! (<https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interaction-channel-participants>): Flex takes
//! `end_conference_on_exit` off them, adds its agent once more and closes his former leg ("Join Call").

use super::rpc::{participants, Call};
use super::Refusal;
use backline::ids::{ContactUri, ReservationSid, TaskSid};
use backline_world::orders::{AddedLeg, ParticipantSnapshot};
use backline_world::routing::model::ReservationState;
use backline_world::routing::payload::participant_sid;
use backline_world::telephony::ParticipantChanges;
use backline_world::World;
use serde_json::{json, Value};

impl Call<'_> {
    /// Adds the caller himself once more: of the types only `agent` is emulated, for a reservation that he has accepted.
    pub fn add_participant(&self, world: &mut World, task: &TaskSid) -> Result<Value, Refusal> {
        let parameters = &self.parameters;
        if parameters.text("type").as_deref() != Some("agent") {
            return Err(Refusal::invalid("type", "only 'agent' is emulated"));
        }
        let at = |name: &str, path: &[&str]| {
            let top = parameters.value(name);
            let found = path.iter().fold(top, |value, key| value?.get(key));
            found.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let reservation = at("routing_properties", &["reservation_sid"]);
        let reservation = ReservationSid::parse(&reservation)
            .map_err(|error| Refusal::invalid("routing_properties", &error.to_string()))?;
        let own = world.routing.reservation(&reservation)?;
        let accepted = own.state == ReservationState::Accepted;
        if own.task != *task || own.worker != *self.caller || !accepted {
            let reason = "the reservation is not one that the worker has accepted of this task";
            return Err(Refusal::invalid("routing_properties", reason));
        }
        let leg = AddedLeg {
            reservation,
            task: task.clone(),
            worker: self.caller.clone(),
            to: ContactUri::parse(&at("media_properties", &["coordinates", "to"]))
                .map_err(|error| Refusal::invalid("media_properties", &error.to_string()))?,
            from: at("media_properties", &["coordinates", "from"]),
        };
        let now = world.now();
        let call = world
            .telephony
            .add_worker(now, leg.clone())
            .map_err(|_| self.not_found())?;
        Ok(world.routing.added_participant(&leg, &call))
    }

    /// Changes a participant: `status` `closed` puts him out; of his media properties `end_conference_on_exit` is emulated
    /// (observed: flex-ui 2.17.1, `removeVoiceParticipant`, `setEndConferenceOnExit`).
    pub fn participant_of_channel(
        &self,
        world: &mut World,
        task: &TaskSid,
        sid: &str,
    ) -> Result<Value, Refusal> {
        let participant = participants(world, task)
            .into_iter()
            .find(|participant| participant_sid(participant) == sid)
            .ok_or_else(|| self.not_found())?;
        match self.parameters.text("status").as_deref() {
            Some("closed") => self.put_out(world, &participant)?,
            Some(other) => {
                let reason = format!("cannot be set to '{other}'");
                return Err(Refusal::invalid("status", &reason));
            }
            None => self.end_with(world, &participant)?,
        }
        Ok(json!({ "sid": sid }))
    }

    fn put_out(&self, world: &mut World, one: &ParticipantSnapshot) -> Result<(), Refusal> {
        let now = world.now();
        world
            .telephony
            .kick_participant(now, &one.conference, &one.call)
            .map_err(|_| self.not_found())
    }

    fn end_with(&self, world: &mut World, one: &ParticipantSnapshot) -> Result<(), Refusal> {
        let wanted = self.parameters.value("media_properties");
        let end_on_exit = wanted
            .and_then(|wanted| wanted.get("end_conference_on_exit"))
            .and_then(Value::as_bool)
            .ok_or_else(|| {
                let reason = "only end_conference_on_exit is emulated";
                Refusal::invalid("media_properties", reason)
            })?;
        let changes = ParticipantChanges {
            end_on_exit: Some(end_on_exit),
            ..ParticipantChanges::default()
        };
        let now = world.now();
        world
            .telephony
            .update_participant(now, &one.conference, &one.call, changes)
            .map_err(|_| self.not_found())?;
        Ok(())
    }
}
