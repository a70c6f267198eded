//! Who hears what, drawn from the state of legs and conferences.

use super::call::{Call, Doing, Phone};
use super::conference::{Conference, Participant, Phase};
use super::hearing::Hearing;
use super::Telephony;
use crate::audio::{AudioGraph, Hears, LegAudio, Place, Speaks};
use backline::ids::CallSid;

impl Telephony {
    /// What each answered leg hears, now.
    #[must_use]
    pub fn audio(&self) -> AudioGraph {
        let legs = self
            .calls
            .values()
            .filter_map(|call| {
                Some(LegAudio {
                    call: call.sid.clone(),
                    speaks: match &call.phone {
                        Phone::Device { .. } => Speaks::Device,
                        Phone::Customer { hertz } => Speaks::Tone { hertz: *hertz },
                        Phone::Application { other } => Speaks::WhatIsHeardBy(other.clone()),
                        Phone::Nobody => return None,
                    },
                    hears: self.hears(call, call.doing()?),
                })
            })
            .collect();
        AudioGraph { legs }
    }

    fn hears(&self, call: &Call, doing: &Doing) -> Hears {
        match doing {
            Doing::Between | Doing::Fetching { .. } => Hears::Silence,
            // Speech and files are not rendered: what would be audible is music.
            Doing::Waiting {
                hears_announcement: true,
                ..
            } => Hears::Music,
            Doing::Waiting {
                hears_announcement: false,
                ..
            } => Hears::Silence,
            Doing::Dialling { .. } => Hears::Ringback,
            Doing::BridgedTo { peer, .. } | Doing::BridgedBy { peer } => {
                Hears::Legs(vec![peer.clone()])
            }
            Doing::Enqueued(waiting) => waiting.hears.hears(Place::Wait),
            Doing::InConference { conference, .. } => self
                .conferences
                .get(conference)
                .and_then(|room| Some(self.in_conference(room, room.participant(&call.sid)?)))
                .unwrap_or(Hears::Silence),
        }
    }

    fn in_conference(&self, room: &Conference, own: &Participant) -> Hears {
        if let Hearing::Held(player) = &own.hearing {
            return player.hears(Place::Hold);
        }
        // Early media: who waits alone for a leg that rings hears it ring
        // (<https://www.twilio.com/docs/voice/api/conference-participant-resource>, `EarlyMedia`).
        if room.participants.len() == 1 && !self.ringing_for(&room.sid).is_empty() {
            return Hears::Ringback;
        }
        let others: Vec<CallSid> = room
            .participants
            .iter()
            .filter(|other| other.call != own.call && !other.muted && !other.hearing.is_held())
            .map(|other| other.call.clone())
            .collect();
        match (&own.hearing, &room.phase) {
            (Hearing::Waiting(player), _) => player.hears(Place::Wait),
            (Hearing::Room, Phase::InProgress) if !others.is_empty() => Hears::Legs(others),
            (
                Hearing::Room | Hearing::Held(_),
                Phase::Init | Phase::InProgress | Phase::Completed { .. },
            ) => Hears::Silence,
        }
    }
}
