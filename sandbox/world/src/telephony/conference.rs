//! Conferences (<https://www.twilio.com/docs/voice/twiml/conference>,
//! <https://www.twilio.com/docs/voice/api/conference-participant-resource>).
//!
//! Status callbacks: those of the FIRST participant alone count ("Events are set by the first participant to join the
//! conference, subsequent statusCallbackEvents will be ignored"). `SequenceNumber` counts the conference's events
//! whether anybody asked for them or not.

use super::call::{AfterDial, Doing, Ending};
use super::conference_events::Event;
use super::hearing::{Hearing, Tune};
use super::legs::By;
use super::twiml::{CallbackWish, Entry};
use super::Telephony;
use crate::audio::Place;
use crate::orders::CallFact;
use backline::ids::{CallSid, ConferenceSid, TaskSid};
use backline::time::Millis;
use serde::Serialize;

/// A room.
#[derive(Debug, Clone)]
pub(super) struct Conference {
    pub sid: ConferenceSid,
    pub name: String,
    /// Made by `Instruction=conference` for this task.
    pub task: Option<TaskSid>,
    pub created: Millis,
    pub updated: Millis,
    pub phase: Phase,
    pub callbacks: Callbacks,
    /// `SequenceNumber` of the latest event.
    pub sequence: u64,
    pub participants: Vec<Participant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    Init,
    InProgress,
    Completed { reason: Reason, by: Option<CallSid> },
}

/// Whose status callback counts.
#[derive(Debug, Clone)]
pub(super) enum Callbacks {
    /// Nobody has joined.
    Open,
    /// The first participant's, if he had one.
    Settled(Option<CallbackWish>),
}

/// `reason_conference_ended` (<https://www.twilio.com/docs/voice/api/conference-resource>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reason {
    ConferenceEndedViaApi,
    ParticipantWithEndConferenceOnExitLeft,
    ParticipantWithEndConferenceOnExitKicked,
    LastParticipantKicked,
    LastParticipantLeft,
}

#[derive(Debug, Clone)]
pub(super) struct Participant {
    pub call: CallSid,
    pub start_on_enter: bool,
    pub end_on_exit: bool,
    pub wait: Tune,
    pub hearing: Hearing,
    pub muted: bool,
    pub label: Option<String>,
    pub joined: Millis,
    pub updated: Millis,
}

/// <https://www.twilio.com/docs/voice/api/conference-resource#conference-status-values>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConferenceStatus {
    /// Not started: one participant, or nobody who starts it.
    Init,
    /// Participants hear each other.
    InProgress,
    /// Over.
    Completed,
}

impl ConferenceStatus {
    /// As Twilio writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
        }
    }
}

/// Why a participant leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    HungUp,
    Kicked,
    /// REST gave his call new TwiML.
    Redirected,
}

impl Conference {
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Completed { .. })
    }

    pub fn status(&self) -> ConferenceStatus {
        match self.phase {
            Phase::Init => ConferenceStatus::Init,
            Phase::InProgress => ConferenceStatus::InProgress,
            Phase::Completed { .. } => ConferenceStatus::Completed,
        }
    }

    pub fn participant(&self, call: &CallSid) -> Option<&Participant> {
        self.participants
            .iter()
            .find(|participant| participant.call == *call)
    }

    /// Conferences start when two are in, one of whom starts it: "conferences will not start until at least two
    /// participants join" (<https://www.twilio.com/docs/api/twiml/conference>).
    fn may_start(&self) -> bool {
        self.phase == Phase::Init
            && self.participants.len() >= 2
            && self.participants.iter().any(|one| one.start_on_enter)
    }
}

impl Telephony {
    /// The live conference of that name, made if there is none.
    pub(super) fn conference_for(&mut self, now: Millis, name: &str) -> ConferenceSid {
        if let Some(sid) = self.conference_named(name) {
            return sid;
        }
        let sid = self.next_conference_sid();
        self.conferences.insert(
            sid.clone(),
            Conference {
                sid: sid.clone(),
                name: name.to_owned(),
                task: None,
                created: now,
                updated: now,
                phase: Phase::Init,
                callbacks: Callbacks::Open,
                sequence: 0,
                participants: Vec::new(),
            },
        );
        sid
    }

    /// Puts an answered leg into a conference. A full one is passed over (assumed: `maxParticipants` does not say).
    pub(super) fn join(
        &mut self,
        now: Millis,
        sid: &CallSid,
        conference: &ConferenceSid,
        entry: Entry,
        after: AfterDial,
    ) {
        let Some(room) = self
            .conferences
            .get_mut(conference)
            .filter(|room| !room.is_over())
        else {
            return self.finish(now, sid, Ending::Completed, By::Us);
        };
        if room.participants.len() >= entry.max_participants {
            return self.go_on(now, sid, after, "failed", None);
        }
        if let Callbacks::Open = room.callbacks {
            room.callbacks = Callbacks::Settled(entry.callback);
        }
        room.participants.push(Participant {
            call: sid.clone(),
            start_on_enter: entry.start_on_enter,
            end_on_exit: entry.end_on_exit,
            wait: entry.wait.clone(),
            hearing: Hearing::Room,
            muted: entry.muted,
            label: entry.label,
            joined: now,
            updated: now,
        });
        let starts = room.may_start();
        let waits = room.phase == Phase::Init && !starts;
        let doing = Doing::InConference {
            conference: conference.clone(),
            after,
        };
        self.resume(now, sid, doing);
        self.happened(now, conference, Event::Join, Some(sid));
        if starts {
            if let Some(room) = self.conferences.get_mut(conference) {
                room.phase = Phase::InProgress;
            }
            self.stop_waiting(conference);
            self.happened(now, conference, Event::Start, None);
        }
        if waits {
            self.play_to(now, conference, sid, Place::Wait, &entry.wait);
        }
    }

    /// Takes a leg out; the conference may end with it.
    pub(super) fn leave(
        &mut self,
        now: Millis,
        conference: &ConferenceSid,
        sid: &CallSid,
        why: Why,
    ) {
        let Some(participant) = self
            .conferences
            .get(conference)
            .and_then(|room| room.participant(sid))
            .cloned()
        else {
            return;
        };
        let cause = match why {
            Why::HungUp => "participant_hung_up",
            Why::Kicked => "participant_updated_via_api",
            Why::Redirected => "participant_updated_via_api",
        };
        self.happened(now, conference, Event::Leave(cause), Some(sid));
        let Some(room) = self.conferences.get_mut(conference) else {
            return;
        };
        room.participants.retain(|other| other.call != *sid);
        let kicked = why == Why::Kicked;
        let reason = match (participant.end_on_exit, room.participants.is_empty()) {
            (true, _) if kicked => Reason::ParticipantWithEndConferenceOnExitKicked,
            (true, _) => Reason::ParticipantWithEndConferenceOnExitLeft,
            (false, true) if kicked => Reason::LastParticipantKicked,
            (false, true) => Reason::LastParticipantLeft,
            (false, false) => return,
        };
        self.close(now, conference, reason, Some(sid.clone()));
    }

    /// A leg that was rung for a conference will not come: it ends as if he had left.
    pub(super) fn never_joined(
        &mut self,
        now: Millis,
        conference: &ConferenceSid,
        sid: &CallSid,
        ends_it: bool,
    ) {
        let Some(room) = self.conferences.get(conference) else {
            return;
        };
        let alone = room.participants.is_empty() && self.ringing_for(conference).is_empty();
        if ends_it {
            let reason = Reason::ParticipantWithEndConferenceOnExitLeft;
            self.close(now, conference, reason, Some(sid.clone()));
        } else if alone {
            self.close(
                now,
                conference,
                Reason::LastParticipantLeft,
                Some(sid.clone()),
            );
        }
    }

    /// Ends a conference. Ended by REST everybody is hung up; else each goes on with his TwiML.
    pub(super) fn close(
        &mut self,
        now: Millis,
        conference: &ConferenceSid,
        reason: Reason,
        by: Option<CallSid>,
    ) {
        let Some(room) = self
            .conferences
            .get(conference)
            .filter(|room| !room.is_over())
        else {
            return;
        };
        let left: Vec<CallSid> = room
            .participants
            .iter()
            .map(|one| one.call.clone())
            .collect();
        let ringing = self.ringing_for(conference);
        for sid in &left {
            self.happened(now, conference, Event::Leave("conference_ended"), Some(sid));
        }
        let Some(room) = self.conferences.get_mut(conference) else {
            return;
        };
        room.participants.clear();
        room.phase = Phase::Completed { reason, by };
        let task = room.task.clone();
        self.happened(now, conference, Event::End, None);
        if let Some(task) = task {
            let conference = conference.clone();
            self.facts
                .push(CallFact::ConferenceEnded { task, conference });
        }
        for sid in ringing {
            self.finish(now, &sid, Ending::Canceled, By::Us);
        }
        for sid in left {
            match (reason, self.pause(&sid)) {
                (Reason::ConferenceEndedViaApi, _) | (_, None) => {
                    self.finish(now, &sid, Ending::Completed, By::Us);
                }
                (_, Some(Doing::InConference { after, .. })) => {
                    self.go_on(now, &sid, after, "answered", None);
                }
                (_, Some(other)) => {
                    self.resume(now, &sid, other);
                }
            }
        }
    }

    /// Legs that ring to join this conference.
    pub(super) fn ringing_for(&self, conference: &ConferenceSid) -> Vec<CallSid> {
        self.calls
            .values()
            .filter(|call| call.offer().is_some() && call.conference() == Some(conference))
            .map(|call| call.sid.clone())
            .collect()
    }
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConferenceEndedViaApi => "conference-ended-via-api",
            Self::ParticipantWithEndConferenceOnExitLeft => {
                "participant-with-end-conference-on-exit-left"
            }
            Self::ParticipantWithEndConferenceOnExitKicked => {
                "participant-with-end-conference-on-exit-kicked"
            }
            Self::LastParticipantKicked => "last-participant-kicked",
            Self::LastParticipantLeft => "last-participant-left",
        }
    }
}
