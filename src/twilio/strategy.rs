//! How calls between agents are connected, of Flex's service configuration.
//!
//! | `strategy` | keys that are set | goes by |
//! |---|---|---|
//! | absent | neither `application_sid` nor `call_target` | conference |
//! | absent | `application_sid` | application |
//! | absent | `call_target` | warm transfer |
//! | absent | both | unclear: the keys contradict each other |
//! | `conference` | any | conference |
//! | `application` | `application_sid`, `outbound_queue_sid` | application |
//! | `application` | one of them wanting, or not of its kind | unclear: names both keys |
//! | `warm_transfer` | `call_target` | warm transfer |
//! | `warm_transfer` | it is wanting, or no phone number and no SIP address | unclear: names both keys |
//! | anything else | any | unclear: names the key |

use super::configuration::RawInternalCallFeature;
use crate::effect::Notice;
use crate::ids::{ApplicationSid, QueueSid};
use crate::pii::Pii;
use serde::{Deserialize, Serialize};

const STRATEGY_KEY: &str = "features.internal_call.strategy";
const APPLICATION_KEY: &str = "features.internal_call.application_sid";
const QUEUE_KEY: &str = "features.internal_call.outbound_queue_sid";
const TARGET_KEY: &str = "features.internal_call.call_target";

/// The ways to connect two agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum StrategyName {
    /// Both legs are called into a conference by the functions' TwiML.
    Conference,
    /// The caller calls a number, and hands it over to his colleague.
    WarmTransfer,
    /// The caller calls a TwiML application, which puts him in line for his colleague.
    Application,
}

impl StrategyName {
    /// As it is configured, and written on tasks.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conference => "conference",
            Self::WarmTransfer => "warm_transfer",
            Self::Application => "application",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Conference, Self::WarmTransfer, Self::Application]
            .into_iter()
            .find(|name| name.as_str() == text)
    }
}

/// How this account's calls are placed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Strategy {
    /// By a conference of the functions.
    #[default]
    Conference,
    /// By a TwiML application.
    Application(Application),
    /// By a number that is called, and handed over.
    WarmTransfer(WarmTransfer),
    /// Not at all: the agent is told why.
    Unclear(Unclear),
}

/// What calling by an application needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Application {
    /// `application_sid`: its voice URL is the functions' `enqueue`.
    pub application: ApplicationSid,
    /// `outbound_queue_sid`: of the caller's task.
    pub queue: QueueSid,
}

/// What handing a called number over needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WarmTransfer {
    /// `call_target`: its voice URL is the functions' `call-silence`. E.164, or a SIP address.
    pub target: Pii<String>,
}

/// Why it is not known how calls are to be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unclear {
    /// `application_sid` and `call_target` are both set, and no strategy.
    BothSet,
    /// `strategy` is none that there is.
    Unknown,
    /// `application_sid` is absent, or no SID of an application.
    NoApplication,
    /// `outbound_queue_sid` is absent, or no SID of a queue.
    NoQueue,
    /// `call_target` is absent, or neither a phone number nor a SIP address.
    NoTarget,
}

impl Unclear {
    /// What the agent reads.
    #[must_use]
    pub fn notice(self) -> Notice {
        let needs = |key: &str, needed: &str| Notice::KeyNeedsKey {
            key: key.to_owned(),
            second_key: needed.to_owned(),
        };
        match self {
            Self::BothSet => Notice::KeysContradict {
                key: APPLICATION_KEY.to_owned(),
                second_key: TARGET_KEY.to_owned(),
            },
            Self::Unknown => Notice::misconfigured(STRATEGY_KEY),
            Self::NoApplication => needs(STRATEGY_KEY, APPLICATION_KEY),
            Self::NoQueue => needs(APPLICATION_KEY, QUEUE_KEY),
            Self::NoTarget => needs(STRATEGY_KEY, TARGET_KEY),
        }
    }
}

impl Strategy {
    pub(super) fn parse(feature: &RawInternalCallFeature) -> Self {
        let set = |value: &Option<String>| value.clone().filter(|text| !text.trim().is_empty());
        let (application, target) = (set(&feature.application_sid), set(&feature.call_target));
        let name = match set(&feature.strategy) {
            Some(text) => StrategyName::parse(&text),
            None => match (&application, &target) {
                (Some(_), Some(_)) => return Self::Unclear(Unclear::BothSet),
                (Some(_), None) => Some(StrategyName::Application),
                (None, Some(_)) => Some(StrategyName::WarmTransfer),
                (None, None) => Some(StrategyName::Conference),
            },
        };
        match name {
            None => Self::Unclear(Unclear::Unknown),
            Some(StrategyName::Conference) => Self::Conference,
            Some(StrategyName::WarmTransfer) => match target.filter(|target| is_address(target)) {
                Some(target) => {
                    let target = Pii(target);
                    Self::WarmTransfer(WarmTransfer { target })
                }
                None => Self::Unclear(Unclear::NoTarget),
            },
            Some(StrategyName::Application) => {
                let sid = application.and_then(|sid| ApplicationSid::parse(&sid).ok());
                let queue = feature.outbound_queue_sid.as_deref();
                match (sid, queue.and_then(|sid| QueueSid::parse(sid).ok())) {
                    (Some(application), Some(queue)) => {
                        Self::Application(Application { application, queue })
                    }
                    (None, _) => Self::Unclear(Unclear::NoApplication),
                    (Some(_), None) => Self::Unclear(Unclear::NoQueue),
                }
            }
        }
    }
}

/// Whether Flex can call it: E.164 (<https://www.twilio.com/docs/glossary/what-e164>), or a SIP address. Either may be a
/// pseudonym of the recorder's.
fn is_address(text: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || !byte.is_ascii();
    let number = text.strip_prefix('+');
    let number = number.is_some_and(|number| !number.is_empty() && number.bytes().all(digit));
    let sip = text.strip_prefix("sip:");
    number || sip.is_some_and(|address| !address.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, Value};

    fn read(feature: &Value) -> Strategy {
        Strategy::parse(&serde_json::from_value(feature.clone()).unwrap())
    }

    fn application() -> Strategy {
        Strategy::Application(Application {
            application: ApplicationSid::from_number(1),
            queue: QueueSid::from_number(2),
        })
    }

    fn handed_over(target: &str) -> Strategy {
        let target = Pii(target.to_owned());
        Strategy::WarmTransfer(WarmTransfer { target })
    }

    #[test]
    fn without_a_strategy_the_keys_that_are_set_say_which_it_is() {
        let (sid, queue) = (ApplicationSid::from_number(1), QueueSid::from_number(2));
        assert_eq!(read(&json!({})), Strategy::Conference);
        assert_eq!(
            read(&json!({"application_sid": sid, "outbound_queue_sid": queue})),
            application()
        );
        assert_eq!(
            read(&json!({"call_target": "+15005550009"})),
            handed_over("+15005550009")
        );
        assert_eq!(
            read(&json!({"application_sid": "", "call_target": " "})),
            Strategy::Conference
        );
    }

    #[test]
    fn keys_that_contradict_each_other_are_both_named() {
        let sid = ApplicationSid::from_number(1);
        let both = json!({"application_sid": sid, "call_target": "+15550100"});
        let Strategy::Unclear(unclear) = read(&both) else {
            panic!("it chose one of two");
        };
        assert_eq!(
            unclear.notice(),
            Notice::KeysContradict {
                key: APPLICATION_KEY.to_owned(),
                second_key: TARGET_KEY.to_owned()
            }
        );
        let mut chosen = both;
        chosen["strategy"] = "application".into();
        chosen["outbound_queue_sid"] = json!(QueueSid::from_number(2));
        assert_eq!(read(&chosen), application());
    }

    #[test]
    fn a_strategy_without_its_keys_names_both() {
        let sid = ApplicationSid::from_number(1);
        for (feature, unclear) in [
            (json!({"strategy": "application"}), Unclear::NoApplication),
            (
                json!({"strategy": "application", "application_sid": "AP1"}),
                Unclear::NoApplication,
            ),
            (json!({"application_sid": sid}), Unclear::NoQueue),
            (json!({"strategy": "warm_transfer"}), Unclear::NoTarget),
            (json!({"call_target": "5550100"}), Unclear::NoTarget),
            (json!({"call_target": "client:bob"}), Unclear::NoTarget),
            (json!({"call_target": "sip:"}), Unclear::NoTarget),
            (json!({"call_target": "+1 500 555 0009"}), Unclear::NoTarget),
        ] {
            assert_eq!(read(&feature), Strategy::Unclear(unclear), "{feature}");
            assert!(matches!(unclear.notice(), Notice::KeyNeedsKey { .. }));
        }
    }

    #[test]
    fn a_target_is_a_phone_number_or_a_sip_address() {
        for target in ["+15005550009", "sip:silence@example.com", "+‹1›", "sip:‹1›"] {
            let feature = json!({"strategy": "warm_transfer", "call_target": target});
            assert_eq!(read(&feature), handed_over(target));
        }
    }

    #[test]
    fn a_strategy_that_there_is_not_is_told_by_its_key() {
        assert_eq!(
            read(&json!({"strategy": "telepathy"})),
            Strategy::Unclear(Unclear::Unknown)
        );
    }
}
