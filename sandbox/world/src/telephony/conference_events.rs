//! What happens in conferences, as it is counted and told: status callbacks to the account's server, facts to routing
//! (<https://www.twilio.com/docs/voice/twiml/conference#attributes-statuscallback>).

use super::call::{Call, Role};
use super::callback::push;
use super::conference::{Callbacks, Conference, Participant, Phase};
use super::Telephony;
use crate::account::account_sid;
use crate::orders::{CallFact, Part, ParticipantChange, ParticipantSnapshot};
use backline::ids::{CallSid, ConferenceSid};
use backline::time::Millis;
use std::collections::BTreeMap;

/// An event of a conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Start,
    End,
    Join,
    Leave(&'static str),
    Hold,
    Unhold,
    Mute,
    Unmute,
    Modify,
}

impl Event {
    /// `StatusCallbackEvent`.
    fn name(self) -> &'static str {
        match self {
            Self::Start => "conference-start",
            Self::End => "conference-end",
            Self::Join => "participant-join",
            Self::Leave(_) => "participant-leave",
            Self::Hold => "participant-hold",
            Self::Unhold => "participant-unhold",
            Self::Mute => "participant-mute",
            Self::Unmute => "participant-unmute",
            Self::Modify => "participant-modify",
        }
    }

    /// The word of `statusCallbackEvent` that asks for it.
    fn asked_as(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
            Self::Join => "join",
            Self::Leave(_) => "leave",
            Self::Hold | Self::Unhold => "hold",
            Self::Mute | Self::Unmute => "mute",
            Self::Modify => "modify",
        }
    }

    /// What Flex's `participant.*` events call it.
    fn change(self) -> Option<ParticipantChange> {
        match self {
            Self::Join => Some(ParticipantChange::Added),
            Self::Leave(_) => Some(ParticipantChange::Removed),
            Self::Hold | Self::Unhold | Self::Mute | Self::Unmute | Self::Modify => {
                Some(ParticipantChange::Modified)
            }
            Self::Start | Self::End => None,
        }
    }
}

impl Telephony {
    /// Counts an event and tells whoever must know. `sid` must still be a participant, if the event has one.
    pub(super) fn happened(
        &mut self,
        now: Millis,
        conference: &ConferenceSid,
        event: Event,
        sid: Option<&CallSid>,
    ) {
        let date = self.date(now);
        let Some(room) = self.conferences.get_mut(conference) else {
            return;
        };
        room.sequence += 1;
        room.updated = now;
        let room = &*room;
        let participant = sid.and_then(|sid| room.participant(sid));
        if let (Some(task), Some(change), Some(participant)) =
            (&room.task, event.change(), participant)
        {
            self.facts.push(CallFact::Participant {
                task: task.clone(),
                change,
                participant: snapshot(&self.calls, room, participant),
            });
        }
        let Callbacks::Settled(Some(wish)) = &room.callbacks else {
            return;
        };
        if !wish.events.iter().any(|asked| asked == event.asked_as()) {
            return;
        }
        let url = wish.url.clone();
        let parameters = parameters(room, event, participant, date);
        self.post("conference-status", url, parameters);
    }
}

/// A participant as Flex's events describe him.
pub(super) fn snapshot(
    calls: &BTreeMap<CallSid, Call>,
    room: &Conference,
    participant: &Participant,
) -> ParticipantSnapshot {
    let (part, worker, reservation) = match calls.get(&participant.call).map(|call| &call.role) {
        Some(Role::Worker {
            reservation,
            worker,
        }) => (Part::Agent, Some(worker.clone()), Some(reservation.clone())),
        Some(Role::Supervisor { worker }) => (Part::Supervisor, Some(worker.clone()), None),
        Some(Role::Customer { .. } | Role::Plain) | None => (Part::Customer, None, None),
    };
    ParticipantSnapshot {
        call: participant.call.clone(),
        conference: room.sid.clone(),
        part,
        worker,
        reservation,
        hold: participant.hearing.is_held(),
        muted: participant.muted,
        sequence: room.sequence,
    }
}

/// <https://www.twilio.com/docs/voice/twiml/conference#attributes-statuscallback>
fn parameters(
    room: &Conference,
    event: Event,
    participant: Option<&Participant>,
    date: String,
) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    push(&mut parameters, "AccountSid", account_sid());
    push(&mut parameters, "ConferenceSid", &room.sid);
    push(&mut parameters, "FriendlyName", &room.name);
    push(&mut parameters, "SequenceNumber", room.sequence);
    push(&mut parameters, "StatusCallbackEvent", event.name());
    push(&mut parameters, "Timestamp", date);
    if let Some(one) = participant {
        push(&mut parameters, "CallSid", &one.call);
        push(&mut parameters, "Coaching", false);
        push(&mut parameters, "EndConferenceOnExit", one.end_on_exit);
        push(&mut parameters, "Hold", one.hearing.is_held());
        push(&mut parameters, "Muted", one.muted);
        push(
            &mut parameters,
            "StartConferenceOnEnter",
            one.start_on_enter,
        );
        if let Some(label) = &one.label {
            push(&mut parameters, "ParticipantLabel", label);
        }
    }
    if let Event::Leave(cause) = event {
        push(&mut parameters, "ReasonParticipantLeft", cause);
    }
    if let (Event::End, Phase::Completed { reason, by }) = (event, &room.phase) {
        push(&mut parameters, "ReasonConferenceEnded", reason.as_str());
        if let Some(call) = by {
            push(&mut parameters, "CallSidEndingConference", call);
        }
    }
    parameters
}
