//! The resources served, by their paths.

use backline::ids::{ApplicationSid, CallSid, ConferenceSid};
use backline_world::account::account_sid;

/// A resource of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    Applications,
    Application(ApplicationSid),
    Calls,
    Call(CallSid),
    Conferences,
    Conference(ConferenceSid),
    /// Of a conference, by SID or (to create) by name.
    Participants(String),
    /// Of a conference; the participant by call SID or label.
    Participant(ConferenceSid, String),
}

impl Resource {
    /// `/2010-04-01/Accounts/AC…/…[.json]`, decoded; `None` if nothing of ours is there.
    pub fn parse(path: &str) -> Option<Self> {
        let path = path.strip_suffix(".json").unwrap_or(path);
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let ["2010-04-01", "Accounts", account, rest @ ..] = segments.as_slice() else {
            return None;
        };
        if *account != account_sid().as_str() {
            return None;
        }
        match rest {
            ["Applications"] => Some(Self::Applications),
            ["Applications", sid] => Some(Self::Application(ApplicationSid::parse(sid).ok()?)),
            ["Calls"] => Some(Self::Calls),
            ["Calls", sid] => Some(Self::Call(CallSid::parse(sid).ok()?)),
            ["Conferences"] => Some(Self::Conferences),
            ["Conferences", sid] => Some(Self::Conference(ConferenceSid::parse(sid).ok()?)),
            ["Conferences", conference, "Participants"] => {
                Some(Self::Participants((*conference).to_owned()))
            }
            ["Conferences", sid, "Participants", one] => Some(Self::Participant(
                ConferenceSid::parse(sid).ok()?,
                (*one).to_owned(),
            )),
            _ => None,
        }
    }
}

/// The URI of something of the account: `/2010-04-01/Accounts/AC…/<rest>.json`.
pub fn uri(rest: &str) -> String {
    format!("/2010-04-01/Accounts/{}/{rest}.json", account_sid())
}
