//! What placing and taking calls needs, of Flex's service configuration and the agent's own worker.

use super::configuration::{RawConfiguration, RawCustomData, RawMe, RawPort};
use crate::ids::{ContactUri, QueueSid, WorkflowSid};
use crate::pii::Pii;
use serde::{de, Deserialize, Deserializer, Serialize};

const FLOW_KEY: &str = "outbound_call_flows.default";
/// Names the workflow of the caller's task.
pub const WORKFLOW_KEY: &str = "outbound_call_flows.default.workflow_sid";
const QUEUE_KEY: &str = "outbound_call_flows.default.queue_sid";
const CALLER_ID_KEY: &str = "outbound_call_flows.default.caller_id";
/// Names the agent's own phone.
pub const CONTACT_URI_KEY: &str = "worker attribute contact_uri";
const DOMAIN_KEY: &str = "ui_attributes.custom_data.serverless_functions_domain";
const PROTOCOL_KEY: &str = "ui_attributes.custom_data.serverless_functions_protocol";
const PORT_KEY: &str = "ui_attributes.custom_data.serverless_functions_port";

/// Keys without which no call can be placed or taken.
pub const KEYS: [&str; 8] = [
    FLOW_KEY,
    WORKFLOW_KEY,
    QUEUE_KEY,
    CALLER_ID_KEY,
    CONTACT_URI_KEY,
    DOMAIN_KEY,
    PROTOCOL_KEY,
    PORT_KEY,
];

/// What placing and taking calls needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outbound {
    /// `outbound_call_flows.default.workflow_sid`.
    pub workflow: WorkflowSid,
    /// `outbound_call_flows.default.queue_sid`.
    pub queue: QueueSid,
    /// `outbound_call_flows.default.caller_id`.
    pub caller_id: Pii<String>,
    /// `<protocol>://<domain>[:<port>]`, no slash at its end.
    pub functions: String,
    /// The agent's own phone.
    pub contact_uri: ContactUri,
}

/// The key that is absent, empty or not of its kind: one of [`KEYS`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct MissingKey(pub &'static str);

impl<'de> Deserialize<'de> for MissingKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = KEYS.into_iter().find(|key| *key == text);
        known
            .map(Self)
            .ok_or_else(|| de::Error::custom("an unknown key"))
    }
}

/// Reads it, or names the first key that is wanting.
pub(super) fn outbound(
    raw: &RawConfiguration,
    data: &RawCustomData,
    me: &RawMe,
) -> Result<Outbound, MissingKey> {
    let flow = raw
        .outbound_call_flows
        .as_ref()
        .and_then(|flows| flows.default.as_ref())
        .ok_or(MissingKey(FLOW_KEY))?;
    let text = |value: &Option<String>, key| {
        value
            .clone()
            .filter(|t| !t.is_empty())
            .ok_or(MissingKey(key))
    };
    Ok(Outbound {
        workflow: WorkflowSid::parse(&text(&flow.workflow_sid, WORKFLOW_KEY)?)
            .map_err(|_| MissingKey(WORKFLOW_KEY))?,
        queue: QueueSid::parse(&text(&flow.queue_sid, QUEUE_KEY)?)
            .map_err(|_| MissingKey(QUEUE_KEY))?,
        caller_id: Pii(text(&flow.caller_id, CALLER_ID_KEY)?),
        functions: functions_base(data)?,
        contact_uri: me
            .attributes
            .contact_uri
            .as_deref()
            .and_then(|uri| ContactUri::parse(uri).ok())
            .ok_or(MissingKey(CONTACT_URI_KEY))?,
    })
}

/// `<protocol>://<domain>[:<port>]`, no slash at its end.
pub(super) fn functions_base(data: &RawCustomData) -> Result<String, MissingKey> {
    let domain = data
        .serverless_functions_domain
        .as_deref()
        .unwrap_or("")
        .trim_end_matches('/');
    if domain.is_empty() || !is_host(domain) {
        return Err(MissingKey(DOMAIN_KEY));
    }
    let protocol = match data.serverless_functions_protocol.as_deref() {
        None | Some("") => "https",
        Some("https" | "https:") => "https",
        Some("http" | "http:") => "http",
        Some(_) => return Err(MissingKey(PROTOCOL_KEY)),
    };
    let port = match &data.serverless_functions_port {
        None => String::new(),
        Some(RawPort::Number(port)) => format!(":{port}"),
        Some(RawPort::Text(text)) if text.is_empty() => String::new(),
        Some(RawPort::Text(text)) => match text.parse::<u16>() {
            Ok(port) => format!(":{port}"),
            Err(_) => return Err(MissingKey(PORT_KEY)),
        },
    };
    Ok(format!("{protocol}://{domain}{port}"))
}

/// Whether a domain smuggles neither a path nor credentials into a URL.
#[must_use]
pub fn is_host(domain: &str) -> bool {
    !domain.contains(|c: char| c.is_whitespace() || "/?#@\\".contains(c))
}
