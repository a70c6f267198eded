//! `features.multi_call`, beside the project template's own key `enabled`.

use super::configuration::MissingKey;
use super::lenient::lenient;
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// After how long in the background a call is brought to mind, unless configured: music for two minutes is what callers
/// are commonly promised not to exceed.
const REMINDER_SECONDS: u32 = 120;

/// `features.multi_call`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawMultiCallFeature {
    /// Default false.
    #[serde(default, deserialize_with = "lenient")]
    pub enabled: Option<bool>,
    /// How many calls an agent may have at once; an offer beyond is declined. Default: as many as TaskRouter offers.
    #[serde(default, deserialize_with = "lenient")]
    pub max_calls: Option<u32>,
    /// Whether, when a call ends, the one that has waited for the shortest time is taken back from hold. Default false.
    #[serde(default, deserialize_with = "lenient")]
    pub resume_next: Option<bool>,
    /// After so many seconds in the background a call is brought to mind; 0: never. Default 120.
    #[serde(default, deserialize_with = "lenient")]
    pub reminder_seconds: Option<u32>,
    /// Whether a customer whose agent's browser crashed, or was reloaded, is offered again. Default false: his call ends.
    #[serde(default, deserialize_with = "lenient")]
    pub recover: Option<bool>,
}

/// What becomes of a customer's call when his agent's browser dies.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Recover {
    /// It ends.
    #[default]
    Off,
    /// The functions at this base URL offer him again.
    Through(String),
    /// They should, but this key of the configuration, which says where they are, is wanting.
    Misconfigured(MissingKey),
}

/// What the core goes by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct MultiCall {
    /// Whether it is on at all.
    pub enabled: bool,
    /// How many calls at once; `None`: as many as TaskRouter offers.
    pub limit: Option<usize>,
    /// Whether the next call is taken back when one ends.
    pub resume_next: bool,
    /// After how long in the background a call is brought to mind.
    pub reminder: Option<Millis>,
    /// What becomes of a call when the browser dies.
    pub recover: Recover,
}

impl MultiCall {
    /// Reads it; every value has a default. `functions`: their base URL, or the key that is wanting.
    #[must_use]
    pub fn parse(raw: Option<&RawMultiCallFeature>, functions: Result<String, MissingKey>) -> Self {
        let raw = raw.cloned().unwrap_or_default();
        let seconds = raw.reminder_seconds.unwrap_or(REMINDER_SECONDS);
        Self {
            enabled: raw.enabled.unwrap_or(false),
            limit: raw
                .max_calls
                .filter(|limit| *limit > 0)
                .and_then(|limit| usize::try_from(limit).ok()),
            resume_next: raw.resume_next.unwrap_or(false),
            reminder: (seconds > 0).then(|| Millis::from_secs(u64::from(seconds))),
            recover: match (raw.recover, functions) {
                (None | Some(false), _) => Recover::Off,
                (Some(true), Ok(base)) => Recover::Through(base),
                (Some(true), Err(missing)) => Recover::Misconfigured(missing),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nowhere() -> Result<String, MissingKey> {
        Err(MissingKey("serverless_functions_domain"))
    }

    #[test]
    fn recovering_needs_the_functions() {
        let on = RawMultiCallFeature {
            recover: Some(true),
            ..RawMultiCallFeature::default()
        };
        let base = "https://f.example".to_owned();
        let recover = |raw, functions| MultiCall::parse(raw, functions).recover;
        assert_eq!(recover(None, Ok(base.clone())), Recover::Off);
        assert_eq!(recover(Some(&on), Ok(base.clone())), Recover::Through(base));
        let missing = Recover::Misconfigured(MissingKey("serverless_functions_domain"));
        assert_eq!(recover(Some(&on), nowhere()), missing);
    }

    #[test]
    fn off_unless_enabled_and_no_limit_unless_set() {
        let parsed = MultiCall::parse(None, nowhere());
        assert!(!parsed.enabled && parsed.limit.is_none());
        assert_eq!(parsed.reminder, Some(Millis::from_secs(120)));
    }

    #[test]
    fn zero_means_never_and_no_limit() {
        let zero = RawMultiCallFeature {
            max_calls: Some(0),
            reminder_seconds: Some(0),
            ..RawMultiCallFeature::default()
        };
        let parsed = MultiCall::parse(Some(&zero), nowhere());
        assert_eq!((parsed.limit, parsed.reminder), (None, None));
    }
}
