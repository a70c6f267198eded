//! What Twilio tells an account's own server, and how: parameters of requests for TwiML and of status callbacks.

use super::call::Call;
use super::twiml::CallbackWish;
use super::Telephony;
use crate::account::account_sid;
use crate::output::{Method, Output, Webhook};
use backline::ids::CallSid;
use backline::time::Millis;
use std::time::{Duration, UNIX_EPOCH};

/// `ApiVersion` of every request.
pub(super) const API_VERSION: &str = "2010-04-01";

/// A call's status callback (<https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent>).
#[derive(Debug, Clone)]
pub(super) struct Subscription {
    pub wish: CallbackWish,
    /// `SequenceNumber` of the next one; counts from 0.
    pub next: u64,
}

impl From<CallbackWish> for Subscription {
    fn from(wish: CallbackWish) -> Self {
        Self { wish, next: 0 }
    }
}

impl Telephony {
    /// The date of a moment as Twilio's REST and webhooks write it (RFC 2822).
    #[must_use]
    pub fn date(&self, moment: Millis) -> String {
        let since = Duration::from_millis(self.setup.epoch_ms.saturating_add(moment.0));
        httpdate::fmt_http_date(UNIX_EPOCH + since).replace("GMT", "+0000")
    }

    /// Orders a POST to the account's server; returns its id.
    pub(super) fn post(
        &mut self,
        purpose: &'static str,
        url: String,
        parameters: Vec<(String, String)>,
    ) -> u64 {
        self.request(purpose, Method::Post, url, parameters)
    }

    /// Orders a request to the account's server; returns its id.
    pub(super) fn request(
        &mut self,
        purpose: &'static str,
        method: Method,
        url: String,
        parameters: Vec<(String, String)>,
    ) -> u64 {
        self.webhooks += 1;
        self.outputs.push(Output::Webhook(Webhook {
            id: self.webhooks,
            purpose,
            method,
            url,
            parameters,
        }));
        self.webhooks
    }

    /// Tells the call's subscriber of `event`, if it asked for it: `initiated`, `ringing`, `answered`, `completed`.
    pub(super) fn tell_call(&mut self, now: Millis, sid: &CallSid, event: &str) {
        let date = self.date(now);
        let Some(call) = self.calls.get_mut(sid) else {
            return;
        };
        let mut parameters = standard(call);
        let duration = call.duration_s();
        let Some(subscription) = call.subscription.as_mut() else {
            return;
        };
        if !subscription.wish.events.iter().any(|asked| asked == event) {
            return;
        }
        if let Some(duration) = duration {
            // `Duration` is in minutes, rounded up; `CallDuration` in seconds.
            push(&mut parameters, "Duration", duration.div_ceil(60));
            push(&mut parameters, "CallDuration", duration);
        }
        push(&mut parameters, "Timestamp", date);
        push(&mut parameters, "CallbackSource", "call-progress-events");
        push(&mut parameters, "SequenceNumber", subscription.next);
        subscription.next += 1;
        let url = subscription.wish.url.clone();
        self.post("call-status", url, parameters);
    }
}

/// Twilio's request parameters (<https://www.twilio.com/docs/voice/twiml#request-parameters>).
pub(super) fn standard(call: &Call) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    push(&mut parameters, "AccountSid", account_sid());
    push(&mut parameters, "ApiVersion", API_VERSION);
    push(&mut parameters, "CallSid", &call.sid);
    push(&mut parameters, "CallStatus", call.status().as_str());
    push(&mut parameters, "Called", &call.to);
    push(&mut parameters, "Caller", &call.from);
    push(&mut parameters, "Direction", call.direction.as_str());
    push(&mut parameters, "From", &call.from);
    push(&mut parameters, "To", &call.to);
    if let Some(parent) = &call.parent {
        push(&mut parameters, "ParentCallSid", parent);
    }
    parameters
}

pub(super) fn push(
    parameters: &mut Vec<(String, String)>,
    name: &str,
    value: impl std::fmt::Display,
) {
    parameters.push((name.to_owned(), value.to_string()));
}

/// `address` as seen from the page `base`.
pub(super) fn resolve(base: Option<&str>, address: &str) -> Result<String, url::ParseError> {
    match base {
        Some(base) if !base.is_empty() => Ok(url::Url::parse(base)?.join(address)?.to_string()),
        Some(_) | None => Ok(url::Url::parse(address)?.to_string()),
    }
}
