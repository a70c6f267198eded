//! `features.multi_call`, beside the project template's own key `enabled`.

use super::configuration::MissingKey;
use super::lenient::lenient;
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// After how long in the background a call is brought to mind, unless configured: music for two minutes is what callers
/// are commonly promised not to exceed.
const REMINDER_SECONDS: u32 = 120;

/// How long a colleague waits for somebody whose page went, seconds, unless configured: Flex is loaded again within
/// seconds, on a slow machine within some more.
const REJOIN_SECONDS: u32 = 20;

/// What may be configured: no page is loaded faster, and nobody listens to silence for longer.
const REJOIN_RANGE: RangeInclusive<u32> = 5..=120;

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
    /// Whether a call outlives an agent's browser that crashed, or was reloaded: a customer is offered again, a colleague
    /// waits for him. Default false: it ends.
    #[serde(default, deserialize_with = "lenient")]
    pub recover: Option<bool>,
    /// How long a colleague waits for him, seconds: 5 to 120. Default 20.
    #[serde(default, deserialize_with = "lenient")]
    pub rejoin_seconds: Option<u32>,
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
    /// What becomes of a customer's call when the browser dies.
    pub recover: Recover,
    /// How long a colleague waits for an agent whose browser died, seconds; `None`: the call ends.
    pub rejoin_seconds: Option<u32>,
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
            rejoin_seconds: (raw.recover == Some(true)).then(|| {
                raw.rejoin_seconds
                    .unwrap_or(REJOIN_SECONDS)
                    .clamp(*REJOIN_RANGE.start(), *REJOIN_RANGE.end())
            }),
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
    fn a_colleague_waits_only_where_calls_are_recovered_and_neither_too_short_nor_too_long() {
        let wait = |recover, rejoin_seconds| {
            let raw = RawMultiCallFeature {
                recover,
                rejoin_seconds,
                ..RawMultiCallFeature::default()
            };
            MultiCall::parse(Some(&raw), nowhere()).rejoin_seconds
        };
        assert_eq!(wait(None, Some(30)), None);
        assert_eq!(wait(Some(false), None), None);
        assert_eq!(wait(Some(true), None), Some(20));
        assert_eq!(wait(Some(true), Some(0)), Some(5));
        assert_eq!(wait(Some(true), Some(30)), Some(30));
        assert_eq!(wait(Some(true), Some(u32::MAX)), Some(120));
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
