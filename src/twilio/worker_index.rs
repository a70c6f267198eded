//! Rows of Flex's worker index (`tr-worker`) and the attributes of a Flex worker
//! (<https://www.twilio.com/docs/flex/developer/ui/manager#insightsclient>).

use super::lenient::lenient;
use crate::ids::{ActivitySid, ContactUri, WorkerSid};
use crate::pii::Pii;
use serde::{Deserialize, Serialize};

/// A row of the index, of which the core reads this much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawPerson {
    /// The row's key.
    #[serde(default, deserialize_with = "lenient")]
    pub worker_sid: Option<String>,
    /// The worker's friendly name: his login.
    #[serde(default, deserialize_with = "lenient")]
    pub friendly_name: Option<Pii<String>>,
    /// What he does at present.
    #[serde(default, deserialize_with = "lenient")]
    pub activity_name: Option<String>,
    /// The same as a SID.
    #[serde(default, deserialize_with = "lenient")]
    pub worker_activity_sid: Option<String>,
    /// Since when, ISO 8601.
    #[serde(default, deserialize_with = "lenient")]
    pub date_activity_changed: Option<String>,
    /// His attributes.
    #[serde(default, deserialize_with = "lenient")]
    pub attributes: Option<RawWorkerAttributes>,
}

/// Attributes of a worker.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawWorkerAttributes {
    /// Where his phone is.
    #[serde(default, deserialize_with = "lenient")]
    pub contact_uri: Option<String>,
    /// His name.
    #[serde(default, deserialize_with = "lenient")]
    pub full_name: Option<Pii<String>>,
    /// His e-mail address.
    #[serde(default, deserialize_with = "lenient")]
    pub email: Option<Pii<String>>,
    /// His team, as Flex Insights has it
    /// (<https://www.twilio.com/docs/flex/developer/insights/enhance-integration>).
    #[serde(default, deserialize_with = "lenient")]
    pub team_name: Option<String>,
    /// What he can do (<https://www.twilio.com/docs/flex/admin-guide/setup/taskrouter/skills>).
    #[serde(default, deserialize_with = "lenient")]
    pub routing: Option<RawRouting>,
    /// His extension, where a project keeps one.
    #[serde(default, deserialize_with = "lenient")]
    pub extension: Option<Pii<String>>,
    /// His telephone number, as Flex Insights has it.
    #[serde(default, deserialize_with = "lenient")]
    pub phone: Option<Pii<String>>,
}

/// What Flex routes by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawRouting {
    /// Names of skills.
    #[serde(default, deserialize_with = "lenient")]
    pub skills: Option<Vec<String>>,
}

impl std::fmt::Debug for RawWorkerAttributes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<redacted>")
    }
}

/// Somebody in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    /// Who.
    pub worker: WorkerSid,
    /// Full name, or the login of somebody who has none.
    pub name: Pii<String>,
    /// His login.
    pub login: Pii<String>,
    /// His e-mail address.
    pub email: Pii<String>,
    /// Where his phone is.
    pub contact_uri: ContactUri,
    /// His team, or nothing.
    pub team: String,
    /// What he can do.
    pub skills: Vec<String>,
    /// His extension or telephone number, or nothing.
    pub extension: Pii<String>,
    /// What he does at present.
    pub activity: Option<ActivitySid>,
    /// Its name.
    pub activity_name: String,
}

impl RawPerson {
    /// Whose row it is.
    #[must_use]
    pub fn worker(&self) -> Option<WorkerSid> {
        WorkerSid::parse(self.worker_sid.as_deref()?).ok()
    }
}

impl Person {
    /// Reads a row; `None` for somebody who cannot be called: without a worker SID, a phone, or both name and login.
    #[must_use]
    pub fn parse(raw: &RawPerson) -> Option<Self> {
        let attributes = raw.attributes.clone().unwrap_or_default();
        let filled = |text: Option<Pii<String>>| text.filter(|t| !t.0.trim().is_empty());
        let login = filled(raw.friendly_name.clone());
        let name = filled(attributes.full_name).or_else(|| login.clone())?;
        Some(Self {
            worker: raw.worker()?,
            name,
            login: login.unwrap_or_default(),
            email: attributes.email.unwrap_or_default(),
            contact_uri: ContactUri::parse(&attributes.contact_uri?).ok()?,
            team: attributes.team_name.unwrap_or_default(),
            skills: attributes
                .routing
                .and_then(|routing| routing.skills)
                .unwrap_or_default(),
            extension: attributes
                .extension
                .or(attributes.phone)
                .unwrap_or_default(),
            activity: raw
                .worker_activity_sid
                .as_deref()
                .and_then(|sid| ActivitySid::parse(sid).ok()),
            activity_name: raw.activity_name.clone().unwrap_or_default(),
        })
    }
}
