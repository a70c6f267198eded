//! The names of things, parsed once at the edge.
//!
//! A SID is a two-letter prefix and 32 hexadecimal digits
//! (<https://www.twilio.com/docs/glossary/what-is-a-sid>). Nothing inside the core sees a bare string for one.

use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Why a text is not the name that it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// Not `<prefix>` and 32 hexadecimal digits.
    #[error("expected {prefix} and 32 hexadecimal digits")]
    NotASid {
        /// The prefix of the kind that was expected, such as `WT`.
        prefix: &'static str,
    },
    /// Neither `client:<identity>` nor `sip:<address>`.
    #[error("expected client:<identity> or sip:<address>")]
    NotAContactUri,
}

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        /// By the end first: SIDs that are counted up differ there, and WebAssembly compares bytes one after another.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                let end = |sid: &Self| sid.0.as_bytes().last_chunk::<8>().map(|end| u64::from_le_bytes(*end));
                end(self) == end(other) && self.0 == other.0
            }
        }

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }

        impl $name {
            /// The prefix of this kind of SID.
            pub const PREFIX: &'static str = $prefix;

            /// Parses a SID of this kind.
            ///
            /// # Errors
            /// [`IdError::NotASid`] unless the text is the prefix and 32 hexadecimal digits.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let hex = text.strip_prefix($prefix).ok_or(IdError::NotASid { prefix: $prefix })?;
                if hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdError::NotASid { prefix: $prefix })
                }
            }

            /// The SID of this kind whose digits are `number`: for sandboxes and tests.
            #[must_use]
            pub fn from_number(number: u128) -> Self {
                Self(format!("{}{number:032x}", $prefix))
            }

            /// Its digits as a number: [`Self::from_number`] the other way round, as Twilio writes them in lower case.
            #[must_use]
            pub fn number(&self) -> u128 {
                let digits = self.0.strip_prefix($prefix).unwrap_or_default();
                u128::from_str_radix(digits, 16).unwrap_or_default()
            }

            /// The SID as Twilio writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(sid: $name) -> String {
                sid.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

sid!(/// An account.
    AccountSid, "AC");
sid!(/// A TaskRouter workspace.
    WorkspaceSid, "WS");
sid!(/// An agent as TaskRouter knows him.
    WorkerSid, "WK");
sid!(/// What a worker does at present: Available, Offline, Break …
    ActivitySid, "WA");
sid!(/// A unit of work.
    TaskSid, "WT");
sid!(/// An offer of a task to a worker, and what became of it.
    ReservationSid, "WR");
sid!(/// A task queue.
    QueueSid, "WQ");
sid!(/// A workflow: which task goes to which queue.
    WorkflowSid, "WW");
sid!(/// A kind of work, with a capacity per worker: voice, chat …
    ChannelSid, "TC");
sid!(/// One leg of a call.
    CallSid, "CA");
sid!(/// A conference: legs that hear each other.
    ConferenceSid, "CF");
sid!(/// A TwiML application: what answers calls that are made to it.
    ApplicationSid, "AP");

/// Where an agent's phone is: `client:<identity>` (the Voice SDK in his browser) or `sip:<address>`.
///
/// Source: the `contact_uri` attribute of a Flex worker.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(try_from = "String", into = "String")]
pub struct ContactUri(String);

impl ContactUri {
    /// Parses a contact URI.
    ///
    /// # Errors
    /// [`IdError::NotAContactUri`] unless it is `client:…` or `sip:…` with something after the colon.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let address = text
            .strip_prefix("client:")
            .or_else(|| text.strip_prefix("sip:"))
            .ok_or(IdError::NotAContactUri)?;
        if address.is_empty() {
            return Err(IdError::NotAContactUri);
        }
        Ok(Self(text.to_owned()))
    }

    /// The URI as Twilio writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the phone is a SIP one.
    #[must_use]
    pub fn is_sip(&self) -> bool {
        self.0.starts_with("sip:")
    }

    /// What follows the scheme: the Voice SDK's identity, or the SIP address.
    #[must_use]
    pub fn address(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, address)| address)
    }
}

impl fmt::Debug for ContactUri {
    /// The scheme only: an identity often is an e-mail address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_sip() {
            "sip:<redacted>"
        } else {
            "client:<redacted>"
        })
    }
}

impl TryFrom<String> for ContactUri {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<ContactUri> for String {
    fn from(uri: ContactUri) -> String {
        uri.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_of_another_kind_is_refused() {
        let task = TaskSid::from_number(7);
        assert_eq!(TaskSid::parse(task.as_str()), Ok(task.clone()));
        assert!(WorkerSid::parse(task.as_str()).is_err());
        assert!(TaskSid::parse("WT123").is_err());
        assert!(TaskSid::parse("").is_err());
    }

    #[test]
    fn a_contact_uri_needs_a_scheme_and_an_address() {
        assert!(ContactUri::parse("client:").is_err());
        assert!(ContactUri::parse("queue:Sales").is_err());
        let sip = ContactUri::parse("sip:bob@example.com").unwrap();
        assert!(sip.is_sip());
        assert_eq!(sip.address(), "bob@example.com");
    }

    #[test]
    fn a_contact_uri_is_redacted_in_debug_output() {
        let uri = ContactUri::parse("client:alice@example.com").unwrap();
        assert!(!format!("{uri:?}").contains("alice"));
    }
}
