//! TwiML applications, and calls to them (<https://www.twilio.com/docs/usage/api/applications>,
//! <https://www.twilio.com/docs/voice/api/conference-participant-resource>: `To=app:AP…?name=value`).
//!
//! Such a call has two legs (assumed; documented for `<Dial><Application>`, where the second is the first one's child):
//!
//! | leg | direction | where it is | when |
//! |---|---|---|---|
//! | the participant | `outbound-api` | in the conference that rang it | answered once the application's TwiML begins |
//! | the application's | `inbound`, child of the first | wherever its TwiML puts it: in a queue, in another conference | in progress from the start |
//!
//! What one hears, the other says (`audio.rs`). Invariant: one does not outlive the other.
//!
//! A call to a number of the account is the same, but for its TwiML, which is at the number's voice URL
//! (<https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource>, `VoiceUrl`), and its parameters, of which there are none.

use super::call::{Direction, Ending, Phone, Role, Source};
use super::legs::{By, NewLeg};
use super::Telephony;
use backline::ids::{ApplicationSid, CallSid};
use backline::time::Millis;
use serde_json::Map;

/// How an application is dialled.
pub(super) const SCHEME: &str = "app:";

/// An application (<https://www.twilio.com/docs/usage/api/applications#application-properties>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its SID.
    pub sid: ApplicationSid,
    /// `FriendlyName`.
    pub name: String,
    /// `VoiceUrl`: where the TwiML of its calls is.
    pub voice_url: Option<String>,
    /// `VoiceFallbackUrl`.
    pub voice_fallback_url: Option<String>,
    /// When it was made.
    pub created: Millis,
    /// When it last changed.
    pub updated: Millis,
}

/// Changes of an application: `None` leaves as is, an empty URL takes it away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplicationChanges {
    /// `FriendlyName`.
    pub name: Option<String>,
    /// `VoiceUrl`.
    pub voice_url: Option<String>,
    /// `VoiceFallbackUrl`.
    pub voice_fallback_url: Option<String>,
}

/// An application that somebody dials.
pub(super) struct Dialled {
    /// `To` of its leg.
    called: String,
    source: Source,
    parameters: Vec<(String, String)>,
}

/// What is at the other end of a leg that is to be rung.
pub(super) enum Line {
    Device(String),
    Number,
    Application(Dialled),
    Dead,
}

impl Telephony {
    /// Adds an application.
    pub fn add_application(&mut self, application: Application) {
        self.applications
            .insert(application.sid.clone(), application);
    }

    /// All applications.
    pub fn applications(&self) -> impl Iterator<Item = &Application> {
        self.applications.values()
    }

    /// Changes an application; false if there is none of that SID.
    pub fn update_application(
        &mut self,
        now: Millis,
        sid: &ApplicationSid,
        changes: ApplicationChanges,
    ) -> bool {
        let Some(application) = self.applications.get_mut(sid) else {
            return false;
        };
        let url = |url: String| Some(url).filter(|url| !url.is_empty());
        if let Some(name) = changes.name {
            application.name = name;
        }
        if let Some(new) = changes.voice_url {
            application.voice_url = url(new);
        }
        if let Some(new) = changes.voice_fallback_url {
            application.voice_fallback_url = url(new);
        }
        application.updated = now;
        true
    }

    /// What `app:AP…?name=value` means; `None` if the account has no such application.
    pub(super) fn dialled(&self, to: &str) -> Option<Dialled> {
        let address = to.strip_prefix(SCHEME)?;
        let (sid, query) = address.split_once('?').unwrap_or((address, ""));
        let application = self.applications.get(&ApplicationSid::parse(sid).ok()?)?;
        Some(Dialled {
            called: application.sid.to_string(),
            source: Source {
                url: application.voice_url.clone().unwrap_or_default(),
                fallback: application.voice_fallback_url.clone(),
            },
            parameters: std::iter::once(("ApplicationSid".to_owned(), application.sid.to_string()))
                .chain(
                    url::form_urlencoded::parse(query.as_bytes())
                        .into_owned()
                        .filter(|(name, _)| !STANDARD.contains(&name.as_str())),
                )
                .collect(),
        })
    }

    /// A number of the account: who calls it gets the TwiML at that URL.
    pub fn add_number(&mut self, number: String, voice_url: String) {
        self.numbers.insert(number, voice_url);
    }

    fn dialled_number(&self, to: &str) -> Option<Dialled> {
        let url = self.numbers.get(to)?.clone();
        Some(Dialled {
            called: to.to_owned(),
            source: Source {
                url,
                fallback: None,
            },
            parameters: Vec::new(),
        })
    }

    /// Who is at the other end, or why nobody is: an error of Twilio's (<https://www.twilio.com/docs/api/errors>).
    pub(super) fn line(&self, leg: &NewLeg) -> Result<Line, (u32, String)> {
        // <https://www.twilio.com/docs/api/errors/13214>: seen by those who first dialled applications between agents.
        if ApplicationSid::parse(&leg.from).is_ok() {
            return Err((13214, format!("invalid caller ID: {}", leg.from)));
        }
        if let Some(client) = leg.to.strip_prefix("client:") {
            let identity = client.split('?').next().unwrap_or(client);
            return Ok(Line::Device(identity.to_owned()));
        }
        if leg.to.starts_with("sip:") {
            return Ok(Line::Device(leg.to.clone()));
        }
        if !leg.to.starts_with(SCHEME) {
            let own = self.dialled_number(&leg.to);
            return Ok(own.map_or(Line::Number, Line::Application));
        }
        match leg.direction {
            Direction::OutboundApi => self
                .dialled(&leg.to)
                .map(Line::Application)
                .ok_or_else(|| (21218, format!("no such application: {}", leg.to))),
            // `<Number>app:…</Number>`.
            Direction::OutboundDial | Direction::Inbound => {
                Err((13223, format!("not a phone number: {}", leg.to)))
            }
        }
    }

    /// The application's own leg comes in, and asks for its TwiML.
    pub(super) fn application_answers(
        &mut self,
        now: Millis,
        participant: &CallSid,
        dialled: Dialled,
    ) {
        let Some(from) = self.calls.get(participant).map(|call| call.from.clone()) else {
            return;
        };
        let phone = Phone::Application {
            other: participant.clone(),
        };
        let role = Role::Customer {
            name: from.clone(),
            attributes: Map::new(),
            task: None,
        };
        let (called, parameters) = (dialled.called, dialled.parameters);
        let sid = self.comes_in(now, &from, &called, phone, role, parameters);
        if let Some(call) = self.calls.get_mut(&sid) {
            call.parent = Some(participant.clone());
        }
        self.fetch(now, &sid, dialled.source, Vec::new());
    }

    /// TwiML begins to run on a leg: if it is an application's, the participant is answered.
    pub(super) fn picks_up(&mut self, now: Millis, sid: &CallSid) {
        let Some(Phone::Application { other }) = self.calls.get(sid).map(|call| call.phone.clone())
        else {
            return;
        };
        if self.is_ringing(&other) {
            self.answer(now, &other);
        }
    }

    /// One of the two legs is over: so is the other. A participant who was not answered is what the application said.
    pub(super) fn other_leg_over(&mut self, now: Millis, other: &CallSid, ending: Ending) {
        let ending = match (self.is_ringing(other), ending) {
            (true, Ending::Busy | Ending::NoAnswer) => ending,
            (true, Ending::Completed | Ending::Failed | Ending::Canceled) => Ending::Failed,
            (false, _) => Ending::Completed,
        };
        self.finish(now, other, ending, By::FarEnd);
    }
}

/// The standard parameters of a request (<https://www.twilio.com/docs/voice/twiml#request-parameters>): a custom one of
/// the same name is left out (assumed).
const STANDARD: [&str; 16] = [
    "AccountSid",
    "ApiVersion",
    "ApplicationSid",
    "CallSid",
    "CallStatus",
    "Called",
    "Caller",
    "CallerName",
    "Direction",
    "ForwardedFrom",
    "From",
    "ParentCallSid",
    "To",
    "QueueResult",
    "QueueSid",
    "QueueTime",
];
