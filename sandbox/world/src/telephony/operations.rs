//! What REST does to calls, conferences and participants.
//!
//! Sources: <https://www.twilio.com/docs/voice/api/call-resource>,
//! <https://www.twilio.com/docs/voice/api/conference-resource>,
//! <https://www.twilio.com/docs/voice/api/conference-participant-resource>.

use super::application::SCHEME;
use super::call::{Direction, OnAnswer, Program, Role, Source, State};
use super::callback::resolve;
use super::conference::{Callbacks, Reason, Why};
use super::conference_events::Event;
use super::hearing::Tune;
use super::legs::NewLeg;
use super::twiml::{self, CallbackWish, Entry};
use super::Telephony;
use crate::audio::Place;
use crate::orders::ParticipantSnapshot;
use backline::ids::{CallSid, ConferenceSid};
use backline::time::Millis;
use thiserror::Error;

/// What an answered call runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Twiml {
    /// From the account's server.
    Url {
        /// Absolute URL.
        url: String,
        /// `FallbackUrl`.
        fallback: Option<String>,
    },
    /// As it stands.
    Text(String),
}

/// A call to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// Who calls.
    pub from: String,
    /// `client:…`, `sip:…` or a number.
    pub to: String,
    /// What it runs once answered.
    pub twiml: Twiml,
    /// How long it rings, seconds.
    pub timeout_s: u64,
    /// `StatusCallback` and its events.
    pub status_callback: Option<(String, Vec<String>)>,
}

/// A participant to be rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParticipant {
    /// The conference: its SID, or a name (made if nobody is in it).
    pub conference: ConferenceOfParticipant,
    /// Who calls.
    pub from: String,
    /// `client:…`, `sip:…`, `app:…` or a number.
    pub to: String,
    /// How long it rings, seconds.
    pub timeout_s: u64,
    /// His label.
    pub label: Option<String>,
    /// Enters muted.
    pub muted: bool,
    /// `StartConferenceOnEnter`.
    pub start_on_enter: bool,
    /// `EndConferenceOnExit`.
    pub end_on_exit: bool,
    /// `WaitUrl`: what he hears while he waits.
    pub wait: Tune,
    /// `StatusCallback` of the call and its events.
    pub status_callback: Option<(String, Vec<String>)>,
    /// `ConferenceStatusCallback` and its events.
    pub conference_callback: Option<(String, Vec<String>)>,
}

/// Which conference a participant joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConferenceOfParticipant {
    /// One that exists.
    Sid(ConferenceSid),
    /// One of that name.
    Named(String),
}

/// Why nothing was made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CreateError {
    /// 21205.
    #[error("Url is not a valid URL: {0}")]
    InvalidUrl(String),
    /// 12100: `Twiml` cannot be parsed.
    #[error("{0}")]
    InvalidTwiml(String),
    /// 20404.
    #[error("there is no such conference in progress")]
    NoConference,
    /// 21218 (<https://www.twilio.com/docs/api/errors/21218>).
    #[error("Invalid ApplicationSid")]
    NoApplication,
    /// 21211 (<https://www.twilio.com/docs/api/errors/21211>): a call is made to a phone, not to an application.
    #[error("Invalid 'To' Phone Number: {0}")]
    InvalidTo(String),
}

/// A change of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallChange {
    /// `Status=completed`: hangs up, also a call in progress.
    Complete,
    /// `Status=canceled`: only while queued or ringing.
    Cancel,
    /// `Url` or `Twiml`: runs that instead.
    Redirect(Twiml),
}

/// Why a call, conference or participant was not changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UpdateError {
    /// 20404.
    #[error("not found")]
    NotFound,
    /// 21220 (<https://www.twilio.com/docs/api/errors/21220>).
    #[error("Call is not in-progress. Cannot redirect.")]
    NotInProgress,
    /// 21205 or 12100: the TwiML is not to be had.
    #[error(transparent)]
    Twiml(#[from] CreateError),
}

/// Changes of a participant: `None` leaves as is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParticipantChanges {
    /// `Hold`.
    pub hold: Option<HoldChange>,
    /// Muted by the conference.
    pub muted: Option<bool>,
    /// `EndConferenceOnExit`.
    pub end_on_exit: Option<bool>,
}

/// `Hold`, with what is heard meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldChange {
    /// On hold: he hears the tune (`HoldUrl`), nobody hears him. One who is on hold already keeps what he hears (assumed).
    Hold(Tune),
    /// Back.
    Unhold,
}

impl Telephony {
    /// Makes a call.
    ///
    /// # Errors
    /// [`CreateError`] if its TwiML's address or text is unusable.
    pub fn create_call(&mut self, now: Millis, new: NewCall) -> Result<CallSid, CreateError> {
        let then = match new.twiml {
            Twiml::Url { url, fallback } => OnAnswer::Fetch(source(&url, fallback)?),
            Twiml::Text(text) => OnAnswer::Run(program(&text)?),
        };
        if new.to.starts_with(SCHEME) {
            return Err(CreateError::InvalidTo(new.to));
        }
        Ok(self.ring(
            now,
            NewLeg {
                parameters: query(&new.to),
                from: new.from,
                to: new.to,
                direction: Direction::OutboundApi,
                parent: None,
                role: Role::Plain,
                timeout_s: new.timeout_s,
                then,
                subscription: new.status_callback.map(|wish| wanted(wish).into()),
            },
        ))
    }

    /// Changes a call.
    ///
    /// # Errors
    /// [`UpdateError`] if it does not exist, or is not in a state that allows the change.
    pub fn update_call(
        &mut self,
        now: Millis,
        sid: &CallSid,
        change: CallChange,
    ) -> Result<(), UpdateError> {
        let call = self.calls.get(sid).ok_or(UpdateError::NotFound)?;
        match (change, &call.state) {
            (_, State::Over(_)) => Err(UpdateError::NotInProgress),
            (CallChange::Complete, State::Queued(_) | State::Ringing(_) | State::InProgress(_))
            | (CallChange::Cancel, State::Queued(_) | State::Ringing(_)) => {
                self.end_call(now, sid);
                Ok(())
            }
            // "canceled will attempt to hang up calls that are queued or ringing, not calls already in progress".
            (CallChange::Cancel, State::InProgress(_)) => Ok(()),
            (CallChange::Redirect(_), State::Queued(_) | State::Ringing(_)) => {
                Err(UpdateError::NotInProgress)
            }
            (CallChange::Redirect(twiml), State::InProgress(_)) => {
                self.redirect(now, sid, twiml).map_err(UpdateError::Twiml)
            }
        }
    }

    /// Rings somebody for a conference.
    ///
    /// # Errors
    /// [`CreateError::NoConference`] if it was named by a SID that is not one of a live conference.
    pub fn create_participant(
        &mut self,
        now: Millis,
        new: NewParticipant,
    ) -> Result<(ConferenceSid, CallSid), CreateError> {
        if new.to.starts_with(SCHEME) && self.dialled(&new.to).is_none() {
            return Err(CreateError::NoApplication);
        }
        let conference = match new.conference {
            ConferenceOfParticipant::Named(name) => self.conference_for(now, &name),
            ConferenceOfParticipant::Sid(sid) => self
                .conferences
                .get(&sid)
                .filter(|room| !room.is_over())
                .map(|room| room.sid.clone())
                .ok_or(CreateError::NoConference)?,
        };
        let callback = new.conference_callback.map(wanted);
        // The participant who makes the conference is its first, though he only rings (assumed).
        if let Some(room) = self.conferences.get_mut(&conference) {
            if matches!(room.callbacks, Callbacks::Open) && callback.is_some() {
                room.callbacks = Callbacks::Settled(callback.clone());
            }
        }
        let entry = Entry {
            muted: new.muted,
            start_on_enter: new.start_on_enter,
            end_on_exit: new.end_on_exit,
            wait: new.wait,
            callback,
            label: new.label,
            ..Entry::default()
        };
        let call = self.ring(
            now,
            NewLeg {
                parameters: query(&new.to),
                from: new.from,
                to: new.to,
                direction: Direction::OutboundApi,
                parent: None,
                role: Role::Plain,
                timeout_s: new.timeout_s,
                then: OnAnswer::Join(conference.clone(), Box::new(entry)),
                subscription: new.status_callback.map(|wish| wanted(wish).into()),
            },
        );
        Ok((conference, call))
    }

    /// Changes a participant who is in the conference. Each change that changes something is an event of its own.
    ///
    /// # Errors
    /// [`UpdateError::NotFound`] if there is no such participant in a live conference.
    pub fn update_participant(
        &mut self,
        now: Millis,
        conference: &ConferenceSid,
        call: &CallSid,
        changes: ParticipantChanges,
    ) -> Result<ParticipantSnapshot, UpdateError> {
        let room = self
            .conferences
            .get_mut(conference)
            .ok_or(UpdateError::NotFound)?;
        let one = room
            .participants
            .iter_mut()
            .find(|participant| participant.call == *call)
            .ok_or(UpdateError::NotFound)?;
        let mut events = Vec::new();
        let hold = changes
            .hold
            .filter(|change| matches!(change, HoldChange::Hold(_)) != one.hearing.is_held());
        match &hold {
            Some(HoldChange::Hold(_)) => events.push(Event::Hold),
            Some(HoldChange::Unhold) => events.push(Event::Unhold),
            None => {}
        }
        if let Some(muted) = changes.muted.filter(|muted| *muted != one.muted) {
            one.muted = muted;
            events.push(if muted { Event::Mute } else { Event::Unmute });
        }
        if let Some(end) = changes.end_on_exit.filter(|end| *end != one.end_on_exit) {
            one.end_on_exit = end;
            events.push(Event::Modify);
        }
        if !events.is_empty() {
            one.updated = now;
        }
        match hold {
            Some(HoldChange::Hold(tune)) => {
                self.play_to(now, conference, call, Place::Hold, &tune);
            }
            Some(HoldChange::Unhold) => self.off_hold(now, conference, call),
            None => {}
        }
        for event in events {
            self.happened(now, conference, event, Some(call));
        }
        self.participants(conference)
            .into_iter()
            .find(|participant| participant.call == *call)
            .ok_or(UpdateError::NotFound)
    }

    /// Holds a participant (he hears music, nobody hears him) or takes him back.
    ///
    /// # Errors
    /// [`UpdateError::NotFound`] if there is no such participant in a live conference.
    pub fn hold_participant(
        &mut self,
        now: Millis,
        conference: &ConferenceSid,
        call: &CallSid,
        hold: bool,
    ) -> Result<ParticipantSnapshot, UpdateError> {
        let changes = ParticipantChanges {
            hold: Some(if hold {
                HoldChange::Hold(Tune::Music)
            } else {
                HoldChange::Unhold
            }),
            ..ParticipantChanges::default()
        };
        self.update_participant(now, conference, call, changes)
    }

    /// Mutes a participant or lets him speak.
    ///
    /// # Errors
    /// [`UpdateError::NotFound`] if there is no such participant in a live conference.
    pub fn mute_participant(
        &mut self,
        now: Millis,
        conference: &ConferenceSid,
        call: &CallSid,
        muted: bool,
    ) -> Result<ParticipantSnapshot, UpdateError> {
        let changes = ParticipantChanges {
            muted: Some(muted),
            ..ParticipantChanges::default()
        };
        self.update_participant(now, conference, call, changes)
    }

    /// Puts a participant out of the conference; his call goes on with its TwiML, or ends.
    ///
    /// # Errors
    /// [`UpdateError::NotFound`] if there is no such participant in a live conference.
    pub fn kick_participant(
        &mut self,
        now: Millis,
        conference: &ConferenceSid,
        call: &CallSid,
    ) -> Result<(), UpdateError> {
        if self.ringing_for(conference).contains(call) {
            self.cancel_ringing(now, call);
            return Ok(());
        }
        self.conferences
            .get(conference)
            .and_then(|room| room.participant(call))
            .ok_or(UpdateError::NotFound)?;
        let doing = self.pause(call);
        self.leave(now, conference, call, Why::Kicked);
        if let Some(super::call::Doing::InConference { after, .. }) = doing {
            self.go_on(now, call, after, "answered", None);
        }
        Ok(())
    }

    /// Ends a conference and hangs up everybody in it.
    ///
    /// # Errors
    /// [`UpdateError::NotFound`] if there is none of that SID. One that is over already stays as it is.
    pub fn end_conference(
        &mut self,
        now: Millis,
        conference: &ConferenceSid,
    ) -> Result<(), UpdateError> {
        if !self.conferences.contains_key(conference) {
            return Err(UpdateError::NotFound);
        }
        self.close(now, conference, Reason::ConferenceEndedViaApi, None);
        Ok(())
    }

    fn redirect(&mut self, now: Millis, sid: &CallSid, twiml: Twiml) -> Result<(), CreateError> {
        // Judged before the call is touched.
        let then = match twiml {
            Twiml::Url { url, fallback } => OnAnswer::Fetch(source(&url, fallback)?),
            Twiml::Text(text) => OnAnswer::Run(program(&text)?),
        };
        if let Some(doing) = self.pause(sid) {
            self.abandon(now, sid, doing, Why::Redirected);
        }
        match then {
            OnAnswer::Fetch(source) => self.fetch(now, sid, source, Vec::new()),
            OnAnswer::Run(program) => self.run(now, sid, program),
            OnAnswer::TaskConference(_) | OnAnswer::Join(..) | OnAnswer::Bridge(_) => {}
        }
        Ok(())
    }
}

fn source(url: &str, fallback: Option<String>) -> Result<Source, CreateError> {
    let url = resolve(None, url).map_err(|_| CreateError::InvalidUrl(url.to_owned()))?;
    Ok(Source { url, fallback })
}

fn program(text: &str) -> Result<Program, CreateError> {
    let document =
        twiml::parse(text).map_err(|error| CreateError::InvalidTwiml(error.to_string()))?;
    Ok(Program {
        verbs: document.verbs.into(),
        base: None,
        begun: false,
    })
}

fn wanted((url, events): (String, Vec<String>)) -> CallbackWish {
    CallbackWish { url, events }
}

/// `client:bob?a=1` carries custom parameters (<https://www.twilio.com/docs/voice/api/call-resource#create-a-call>).
pub(super) fn query(to: &str) -> Vec<(String, String)> {
    to.strip_prefix("client:")
        .and_then(|client| client.split_once('?'))
        .map_or_else(Vec::new, |(_, query)| {
            url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect()
        })
}
