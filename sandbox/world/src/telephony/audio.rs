//! Who hears what: the mixer's orders, drawn from the state of legs and conferences.

use super::call::{Call, Doing};
use super::conference::{Conference, Participant, Phase};
use super::twiml::Wait;
use super::Telephony;
use backline::ids::{CallSid, ConferenceSid};
use serde::Serialize;

/// All answered legs, in order of their SIDs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AudioGraph {
    /// One for each leg.
    pub legs: Vec<LegAudio>,
}

/// One leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LegAudio {
    /// The leg.
    pub call: CallSid,
    /// The conference that it is in.
    pub conference: Option<ConferenceSid>,
    /// What is sent to it.
    pub hears: Hears,
    /// Whether others may hear it.
    pub speaks: Speaks,
}

/// What a leg hears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what", content = "legs")]
pub enum Hears {
    /// Nothing.
    Silence,
    /// Hold music.
    Music,
    /// The tone of a phone ringing elsewhere.
    Ringback,
    /// `<Say>` or `<Play>`.
    Announcement,
    /// These legs, mixed. Never empty, never itself.
    Legs(Vec<CallSid>),
}

/// Whether a leg's microphone reaches anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaks {
    /// Yes, if somebody listens.
    Open,
    /// Muted by the conference.
    Muted,
    /// On hold: nobody hears him.
    OnHold,
}

impl AudioGraph {
    /// What that leg hears and whether it may speak; `None` if it is not answered.
    #[must_use]
    pub fn leg(&self, call: &CallSid) -> Option<&LegAudio> {
        self.legs.iter().find(|leg| leg.call == *call)
    }
}

impl Telephony {
    /// What each answered leg hears, now.
    #[must_use]
    pub fn audio(&self) -> AudioGraph {
        let legs = self
            .calls
            .values()
            .filter_map(|call| self.leg_audio(call, call.doing()?))
            .collect();
        AudioGraph { legs }
    }

    fn leg_audio(&self, call: &Call, doing: &Doing) -> Option<LegAudio> {
        let (hears, speaks) = match doing {
            Doing::Between | Doing::Fetching { .. } => (Hears::Silence, Speaks::Open),
            Doing::Waiting {
                hears_announcement, ..
            } => (
                if *hears_announcement {
                    Hears::Announcement
                } else {
                    Hears::Silence
                },
                Speaks::Open,
            ),
            Doing::Dialling { .. } => (Hears::Ringback, Speaks::Open),
            Doing::BridgedTo { peer, .. } | Doing::BridgedBy { peer } => {
                (Hears::Legs(vec![peer.clone()]), Speaks::Open)
            }
            Doing::Enqueued { .. } => (Hears::Music, Speaks::Open),
            Doing::InConference { conference, .. } => {
                let room = self.conferences.get(conference)?;
                self.in_conference(room, room.participant(&call.sid)?)
            }
        };
        Some(LegAudio {
            call: call.sid.clone(),
            conference: match doing {
                Doing::InConference { conference, .. } => Some(conference.clone()),
                Doing::Between
                | Doing::Fetching { .. }
                | Doing::Waiting { .. }
                | Doing::Dialling { .. }
                | Doing::BridgedTo { .. }
                | Doing::BridgedBy { .. }
                | Doing::Enqueued { .. } => None,
            },
            hears,
            speaks,
        })
    }

    fn in_conference(&self, room: &Conference, own: &Participant) -> (Hears, Speaks) {
        if own.hold {
            return (Hears::Music, Speaks::OnHold);
        }
        let speaks = if own.muted {
            Speaks::Muted
        } else {
            Speaks::Open
        };
        let others: Vec<CallSid> = room
            .participants
            .iter()
            .filter(|other| other.call != own.call && !other.muted && !other.hold)
            .map(|other| other.call.clone())
            .collect();
        let alone = room.participants.len() == 1;
        // Early media: who waits alone for a leg that rings hears it ring
        // (<https://www.twilio.com/docs/voice/api/conference-participant-resource>, `EarlyMedia`).
        let hears = if alone && !self.ringing_for(&room.sid).is_empty() {
            Hears::Ringback
        } else {
            match (&room.phase, own.wait) {
                (Phase::Init, Wait::Music) => Hears::Music,
                (Phase::Init, Wait::Silence) => Hears::Silence,
                (Phase::InProgress, _) if !others.is_empty() => Hears::Legs(others),
                (Phase::InProgress | Phase::Completed { .. }, _) => Hears::Silence,
            }
        };
        (hears, speaks)
    }
}
