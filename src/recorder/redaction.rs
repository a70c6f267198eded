//! What of a text others may read.
//!
//! **Every text is personal unless it is known not to be**: a field that is added to an event later is hidden until
//! somebody decides otherwise, and not shown until somebody notices. Known not to be are SIDs (they name nobody, and
//! Twilio's own logs are found by them), words that the core itself compares with or writes, and in a few fields whatever
//! has the shape of their words. All else becomes a pseudonym, the same for the same text in the whole file, so that the
//! core decides on it as it did on the text.
//!
//! The core compares texts exactly (folding is the roster's, which is not recorded), so texts that differ in a letter's
//! case have different pseudonyms. What it reads out of a text, and how it puts texts together, stays visible:
//!
//! | text | written as |
//! |---|---|
//! | `client:alice`, `sip:bob@example.com`, `queue:Sales` | `client:‹1›`, `sip:‹2›`, `queue:‹3›` |
//! | `https://functions.example:8800/internal-call/flex/end` | `https://‹4›:8800/internal-call/flex/end` |
//! | `HTTP 503 Service Unavailable` | `HTTP 503 ‹5›` |
//! | a domain that is none | `‹6›?` |

use crate::json::Json;
use crate::twilio::configuration::{is_host, KEYS};

/// What the core itself compares with or writes.
const WORDS: [&str; 43] = [
    // Settings.
    "http",
    "https",
    "http:",
    "https:",
    "conference",
    "warm_transfer",
    "application",
    // Transfers.
    "initiated",
    "complete",
    "failed",
    "Transfer failed because the reservation was rejected",
    // Task attributes and channels.
    "voice",
    "chat",
    "sms",
    "outbound",
    "true",
    "false",
    // Forms to the functions.
    "taskSid",
    "hold",
    "reason",
    "outcome",
    // How far a call got, and why it was declined.
    "ringing",
    "answered",
    "declined",
    "busy",
    "no_answer",
    "unavailable",
    "not_connected",
    "calling_back",
    "message",
    // What the core says where nobody else said why.
    "unexpected answer",
    "the phone did not answer",
    "TaskRouter did not answer",
    "TaskRouter did not offer the task",
    "Flex did not start the call",
    "Twilio did not ask who is called",
    "The call is not connected yet.",
    "Twilio did not answer in time.",
    "Twilio gave this call no connect token.",
    // Participants whom Flex names by their part.
    "customer",
    "worker",
    "supervisor",
    "agent",
];

/// Fields that hold a program's word: an enum's variant, a part in a conference, what the functions call a failure.
const WORD_FIELDS: [&str; 5] = ["kind", "participantType", "code", "key", "secondKey"];

/// Where Backline's functions are.
const FOLDERS: [&str; 2] = ["/internal-call/", "/multi-call/"];

/// A word of a program is not longer.
const WORD_LENGTH: usize = 64;

const PORT_FIELD: &str = "serverless_functions_port";
const DOMAIN_FIELD: &str = "serverless_functions_domain";

/// Texts and their pseudonyms.
#[derive(Debug, Default)]
pub(super) struct Pseudonyms {
    /// The first is ‹1›.
    texts: Vec<String>,
}

impl Pseudonyms {
    /// A value with nothing personal in it.
    pub(super) fn write(&mut self, json: &Json, out: &mut String) {
        json.with_texts(|field, text| self.redact(field, text), out);
    }

    /// The text as it may be read, found in this field. It holds nothing that JSON escapes.
    pub(super) fn redact(&mut self, field: &str, text: &str) -> String {
        if is_harmless(field, text) {
            return text.to_owned();
        }
        if text.trim().is_empty() {
            return " ".to_owned();
        }
        if field == DOMAIN_FIELD {
            return self.domain(text);
        }
        for scheme in ["client:", "sip:", "queue:", "+"] {
            if let Some(rest) = text.strip_prefix(scheme) {
                return format!("{scheme}{}", self.of(rest));
            }
        }
        for scheme in ["http://", "https://"] {
            if let Some(rest) = text.strip_prefix(scheme) {
                return format!("{scheme}{}", self.address(rest));
            }
        }
        match http_status(text) {
            Some((status, rest)) => format!("{status}{}", self.redact("", rest)),
            None => self.of(text),
        }
    }

    fn of(&mut self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let known = self.texts.iter().position(|known| known == text);
        let index = known.unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        });
        format!("‹{}›", index + 1)
    }

    /// The core refuses a domain that smuggles something, and must refuse its pseudonym.
    fn domain(&mut self, text: &str) -> String {
        let domain = text.trim_end_matches('/');
        let pseudonym = self.authority(domain);
        if is_host(domain) {
            pseudonym
        } else {
            pseudonym + "?"
        }
    }

    /// What follows a URL's scheme: port and path, if it is our own, stay.
    fn address(&mut self, text: &str) -> String {
        let end = text.find(['/', '?', '#']).unwrap_or(text.len());
        let (authority, rest) = text.split_at(end);
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        let ours = FOLDERS.iter().any(|folder| path.starts_with(folder))
            && path
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b"/-".contains(&b));
        let authority = self.authority(authority);
        match query {
            Some(query) if ours => format!("{authority}{path}?{}", self.of(query)),
            None if ours => format!("{authority}{path}"),
            Some(_) | None => format!("{authority}{}", self.of(rest)),
        }
    }

    fn authority(&mut self, text: &str) -> String {
        match text.rsplit_once(':') {
            Some((host, port)) if is_port(port) => format!("{}:{port}", self.of(host)),
            Some(_) | None => self.of(text),
        }
    }
}

fn is_harmless(field: &str, text: &str) -> bool {
    text.is_empty()
        || is_sid(text)
        || WORDS.contains(&text)
        || KEYS.contains(&text)
        || (field == PORT_FIELD && is_port(text))
        || (WORD_FIELDS.contains(&field) && is_word(text))
}

/// Two letters and 32 hexadecimal digits (<https://www.twilio.com/docs/glossary/what-is-a-sid>).
fn is_sid(text: &str) -> bool {
    let (kind, digits) = text.split_at_checked(2).unwrap_or_default();
    digits.len() == 32
        && kind.bytes().all(|b| b.is_ascii_uppercase())
        && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_word(text: &str) -> bool {
    let is_of_a_word = |b: u8| b.is_ascii_alphanumeric() || b"_.".contains(&b);
    text.len() <= WORD_LENGTH && text.bytes().all(is_of_a_word)
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// `HTTP 503 ` and the rest, as the core writes it.
fn http_status(text: &str) -> Option<(&str, &str)> {
    let (status, rest) = text.split_at_checked("HTTP 503 ".len())?;
    let digits = status.strip_prefix("HTTP ")?.strip_suffix(' ')?;
    digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then_some((status, rest))
}
