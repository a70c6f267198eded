//! Flex's service configuration (<https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api>)
//! and the agent's own worker.

use super::busy_policy::BusyPolicy;
use super::lenient::lenient;
use super::multi_call::{MultiCall, RawMultiCallFeature};
use super::outbound::functions_base;
use super::outbound::outbound;
pub use super::outbound::{is_host, MissingKey, Outbound, CONTACT_URI_KEY, KEYS, WORKFLOW_KEY};
use super::strategy::Strategy;
use crate::ids::{ActivitySid, WorkerSid};
use crate::pii::Pii;
use crate::time::Millis;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// How long a finished call stays in wrap-up before its task is completed, unless configured. Long enough to read how
/// the call ended, short enough not to block the next one.
const WRAP_UP: Millis = Millis::from_secs(2);

/// How long a colleague's phone rings, seconds, unless configured: about five rings, and shorter than TaskRouter's own
/// time-outs usually are.
const RING_SECONDS: u32 = 25;

/// What may be configured: long enough to reach for the mouse, shorter than Twilio's own ring time of 60 s
/// (<https://www.twilio.com/docs/voice/api/call-resource>, Timeout).
const RING_RANGE: RangeInclusive<u32> = 5..=60;

/// `manager.serviceConfiguration`, of which the core reads this much.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawConfiguration {
    /// Flex's own outbound calls are set up here.
    #[serde(default, deserialize_with = "lenient")]
    pub outbound_call_flows: Option<RawCallFlows>,
    /// Workers in this activity are not there.
    #[serde(default, deserialize_with = "lenient")]
    pub taskrouter_offline_activity_sid: Option<String>,
    /// Where plugins keep their settings.
    #[serde(default, deserialize_with = "lenient")]
    pub ui_attributes: Option<RawUiAttributes>,
}

/// `outbound_call_flows`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawCallFlows {
    /// The flow that Flex uses.
    #[serde(default, deserialize_with = "lenient")]
    pub default: Option<RawCallFlow>,
}

/// `outbound_call_flows.default`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawCallFlow {
    /// Workflow of outbound tasks.
    #[serde(default, deserialize_with = "lenient")]
    pub workflow_sid: Option<String>,
    /// Queue of outbound tasks.
    #[serde(default, deserialize_with = "lenient")]
    pub queue_sid: Option<String>,
    /// Number shown to those called; what `sip:` agents see.
    #[serde(default, deserialize_with = "lenient")]
    pub caller_id: Option<String>,
}

/// `ui_attributes`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawUiAttributes {
    /// `custom_data`.
    #[serde(default, deserialize_with = "lenient")]
    pub custom_data: Option<RawCustomData>,
}

/// `ui_attributes.custom_data`, with the project template's keys.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawCustomData {
    /// Host of the functions.
    #[serde(default, deserialize_with = "lenient")]
    pub serverless_functions_domain: Option<String>,
    /// `https` unless set.
    #[serde(default, deserialize_with = "lenient")]
    pub serverless_functions_protocol: Option<String>,
    /// Port, if not the protocol's own: a text or a number.
    #[serde(default, deserialize_with = "lenient")]
    pub serverless_functions_port: Option<RawPort>,
    /// One object for each feature.
    #[serde(default, deserialize_with = "lenient")]
    pub features: Option<RawFeatures>,
}

/// A port as a text or a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum RawPort {
    /// `8800`
    Number(u16),
    /// `"8800"`, or `""` for none.
    Text(String),
}

impl<'de> Deserialize<'de> for RawPort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PortVisitor)
    }
}

struct PortVisitor;

impl Visitor<'_> for PortVisitor {
    type Value = RawPort;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a port")
    }

    fn visit_u64<E: de::Error>(self, port: u64) -> Result<RawPort, E> {
        u16::try_from(port)
            .map(RawPort::Number)
            .map_err(|_| E::custom("no port"))
    }

    /// A JavaScript number comes as a signed one.
    fn visit_i64<E: de::Error>(self, port: i64) -> Result<RawPort, E> {
        u16::try_from(port)
            .map(RawPort::Number)
            .map_err(|_| E::custom("no port"))
    }

    fn visit_str<E: de::Error>(self, port: &str) -> Result<RawPort, E> {
        Ok(RawPort::Text(port.to_owned()))
    }
}

/// `features`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawFeatures {
    /// Calls between agents.
    #[serde(default, deserialize_with = "lenient")]
    pub internal_call: Option<RawInternalCallFeature>,
    /// Several calls at once.
    #[serde(default, deserialize_with = "lenient")]
    pub multi_call: Option<RawMultiCallFeature>,
}

/// `features.internal_call`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawInternalCallFeature {
    /// Default false.
    #[serde(default, deserialize_with = "lenient")]
    pub enabled: Option<bool>,
    /// Default true.
    #[serde(default, deserialize_with = "lenient")]
    pub enable_call_agent: Option<bool>,
    /// Default false.
    #[serde(default, deserialize_with = "lenient")]
    pub enable_call_queue: Option<bool>,
    /// Complete tasks of finished calls after wrap-up. Default true.
    #[serde(default, deserialize_with = "lenient")]
    pub auto_complete: Option<bool>,
    /// Seconds of wrap-up before that. Default 2.
    #[serde(default, deserialize_with = "lenient")]
    pub auto_complete_seconds: Option<u32>,
    /// How long a colleague's phone rings, seconds: 5 to 60. Default 25.
    #[serde(default, deserialize_with = "lenient")]
    pub ring_seconds: Option<u32>,
    /// What a colleague who is on a call is to those who call him: `ring`, `busy` or `notify`; his worker's attribute goes
    /// before it. Default `ring`.
    #[serde(default, deserialize_with = "lenient")]
    pub busy_policy: Option<BusyPolicy>,
    /// `conference`, `warm_transfer` or `application`; by default what the keys that are set say.
    #[serde(default, deserialize_with = "lenient")]
    pub strategy: Option<String>,
    /// TwiML application that puts callers in line: strategy `application`.
    #[serde(default, deserialize_with = "lenient")]
    pub application_sid: Option<String>,
    /// Queue of the caller's task: strategy `application`.
    #[serde(default, deserialize_with = "lenient")]
    pub outbound_queue_sid: Option<String>,
    /// Number or SIP address that is called first: strategy `warm_transfer`.
    #[serde(default, deserialize_with = "lenient")]
    pub call_target: Option<String>,
}

/// The agent who uses this Flex: `workerClient`'s worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RawMe {
    /// His worker SID.
    pub worker_sid: WorkerSid,
    /// His worker's friendly name.
    pub friendly_name: Pii<String>,
    /// His worker's attributes.
    pub attributes: super::worker_index::RawWorkerAttributes,
}

impl RawMe {
    /// Whether the agent's phone is this browser.
    #[must_use]
    pub fn has_phone_here(&self) -> bool {
        let uri = self.attributes.contact_uri.as_deref().unwrap_or_default();
        !uri.starts_with("sip:")
    }
}

/// An activity of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawActivity {
    /// Its SID.
    pub sid: ActivitySid,
    /// Its name.
    pub name: String,
    /// Whether workers in it take work.
    pub available: bool,
}

/// What the core goes by. Made by [`Configuration::parse`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Configuration {
    /// `enable_call_agent`, if the feature is enabled.
    pub call_agent: bool,
    /// `enable_call_queue`, if the feature is enabled.
    pub call_queue: bool,
    /// After how long in wrap-up a finished call's task is completed; `None`: by hand.
    pub wrap_up: Option<Millis>,
    /// How long a colleague's phone rings, seconds.
    pub ring_seconds: u32,
    /// What a colleague who is on a call is to those who call him, unless his worker says.
    pub busy_policy: Option<BusyPolicy>,
    /// Workers in it are not listed.
    pub offline: Option<ActivitySid>,
    /// Whether calls between agents are on at all.
    pub enabled: bool,
    /// How they are connected.
    pub strategy: Strategy,
    /// Several calls at once.
    pub multi_call: MultiCall,
    /// What placing calls needs, or the key that is wanting.
    pub outbound: Result<Outbound, MissingKey>,
}

impl Configuration {
    /// Reads the configuration. Never fails as a whole: what is wanting is named by `outbound`, and only matters once a
    /// call is placed or taken.
    #[must_use]
    pub fn parse(raw: &RawConfiguration, me: &RawMe) -> Self {
        let data = raw
            .ui_attributes
            .as_ref()
            .and_then(|ui| ui.custom_data.clone())
            .unwrap_or_default();
        let feature = data
            .features
            .as_ref()
            .and_then(|all| all.internal_call.clone())
            .unwrap_or_default();
        let enabled = feature.enabled.unwrap_or(false);
        let wrap_up = feature
            .auto_complete_seconds
            .map_or(WRAP_UP, |s| Millis::from_secs(u64::from(s)));
        Self {
            call_agent: enabled && feature.enable_call_agent.unwrap_or(true),
            call_queue: enabled && feature.enable_call_queue.unwrap_or(false),
            wrap_up: feature.auto_complete.unwrap_or(true).then_some(wrap_up),
            ring_seconds: feature
                .ring_seconds
                .unwrap_or(RING_SECONDS)
                .clamp(*RING_RANGE.start(), *RING_RANGE.end()),
            busy_policy: feature.busy_policy,
            offline: raw
                .taskrouter_offline_activity_sid
                .as_deref()
                .and_then(|sid| ActivitySid::parse(sid).ok()),
            enabled,
            strategy: Strategy::parse(&feature),
            multi_call: MultiCall::parse(
                data.features
                    .as_ref()
                    .and_then(|all| all.multi_call.as_ref()),
                functions_base(&data),
            ),
            outbound: outbound(raw, &data, me),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{QueueSid, WorkflowSid};

    fn me() -> RawMe {
        serde_json::from_value(serde_json::json!({
            "workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
            "attributes": {"contact_uri": "client:alice"}
        }))
        .unwrap()
    }

    fn raw(mutate: impl FnOnce(&mut serde_json::Value)) -> RawConfiguration {
        let mut value = serde_json::json!({
            "outbound_call_flows": {"default": {
                "enabled": true, "workflow_sid": WorkflowSid::from_number(1),
                "queue_sid": QueueSid::from_number(1), "caller_id": "+15550100"}},
            "ui_attributes": {"custom_data": {
                "serverless_functions_domain": "functions.localhost",
                "serverless_functions_protocol": "http", "serverless_functions_port": "8800",
                "features": {"internal_call": {"enabled": true, "enable_call_queue": true}}}}
        });
        mutate(&mut value);
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_templates_keys_are_understood() {
        let parsed = Configuration::parse(&raw(|_| {}), &me());
        assert!(parsed.call_agent && parsed.call_queue);
        assert_eq!(parsed.wrap_up, Some(WRAP_UP));
        assert_eq!(
            parsed.outbound.unwrap().functions,
            "http://functions.localhost:8800"
        );
    }

    #[test]
    fn the_feature_is_off_unless_enabled() {
        let parsed = Configuration::parse(&RawConfiguration::default(), &me());
        assert!(!parsed.call_agent && !parsed.call_queue);
    }

    #[test]
    fn a_wanting_key_is_named() {
        let missing = |pointer: &str| {
            let raw = raw(|v| *v.pointer_mut(pointer).unwrap() = serde_json::Value::Null);
            Configuration::parse(&raw, &me()).outbound.unwrap_err().0
        };
        assert_eq!(
            missing("/outbound_call_flows"),
            "outbound_call_flows.default"
        );
        assert_eq!(
            missing("/outbound_call_flows/default/queue_sid"),
            "outbound_call_flows.default.queue_sid"
        );
        assert_eq!(
            missing("/ui_attributes/custom_data/serverless_functions_domain"),
            "ui_attributes.custom_data.serverless_functions_domain"
        );
    }

    #[test]
    fn a_key_of_another_type_is_as_good_as_absent() {
        let raw = raw(|v| v["outbound_call_flows"]["default"]["queue_sid"] = serde_json::json!(7));
        assert_eq!(
            Configuration::parse(&raw, &me()).outbound.unwrap_err().0,
            "outbound_call_flows.default.queue_sid"
        );
    }

    #[test]
    fn a_domain_cannot_smuggle_a_path_or_credentials() {
        for domain in ["evil.example/x", "a@b", "a b", "a?b", "a#b"] {
            let raw = raw(|v| {
                v["ui_attributes"]["custom_data"]["serverless_functions_domain"] = domain.into()
            });
            assert!(
                Configuration::parse(&raw, &me()).outbound.is_err(),
                "{domain}"
            );
        }
    }
}
