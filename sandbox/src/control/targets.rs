//! The names by which a request can be faulted and is recorded.

use axum::http::Method;
use backline::functions::http::FOLDERS;
use serde_json::Value;

/// What a request is, seen from its path: nothing for pages, files and the control API itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A WebSocket is being opened: `connect:<name>`.
    Connect(&'static str),
    /// A POST to the event bridge; which operation is in its body.
    Rpc,
    /// Twilio REST: `rest:<resource>.<operation>`.
    Rest(String),
    /// One of Backline's functions: `functions:<name>`.
    Functions(String),
    /// Something else that goes to Twilio: `http:<host>`.
    Other(String),
    /// Local to the page.
    Local,
}

impl Target {
    /// Reads a request's line.
    pub fn of(method: &Method, path: &str, upgrade: bool) -> Self {
        let below = |folder: &&str| path.split_once(*folder).map(|(_, name)| name);
        if let Some(name) = FOLDERS.iter().find_map(below) {
            return Self::Functions(name.trim_end_matches('/').to_owned());
        }
        let Some((host, path)) = path
            .strip_prefix("/t/")
            .and_then(|rest| rest.split_once('/'))
        else {
            return Self::Local;
        };
        if upgrade {
            return Self::Connect(socket(host));
        }
        if host.starts_with("event-bridge") && *method == Method::POST {
            return Self::Rpc;
        }
        if host.starts_with("taskrouter.") || host.starts_with("api.") {
            return Self::Rest(operation(method, path));
        }
        Self::Other(host.to_owned())
    }

    /// The names that faults go by; `body` is an RPC's.
    pub fn names(&self, body: &[u8]) -> Vec<String> {
        let name = match self {
            Self::Connect(name) => format!("connect:{name}"),
            Self::Rpc => format!("rpc:{}", rpc(body)),
            Self::Rest(operation) => format!("rest:{operation}"),
            Self::Functions(name) => format!("functions:{name}"),
            Self::Other(host) => format!("http:{host}"),
            Self::Local => return Vec::new(),
        };
        vec![name, "request".to_owned()]
    }
}

fn socket(host: &str) -> &'static str {
    if host.starts_with("event-bridge") {
        "event-bridge"
    } else if host.starts_with("voice-js") {
        "voice"
    } else {
        "twilsock"
    }
}

/// Collections in which a resource may be addressed by a name of its own: a label, a unique name.
const NAMED: [&str; 3] = ["Participants", "Channels", "TaskChannels"];

/// `tasks.update` of `POST …/Tasks/WT…`, `participants.update` of `POST …/Participants/caller`.
fn operation(method: &Method, path: &str) -> String {
    let path = path.strip_suffix(".json").unwrap_or(path);
    let mut segments = path.rsplit('/').filter(|segment| !segment.is_empty());
    let last = segments.next().unwrap_or_default();
    let before = segments.next().unwrap_or_default();
    let (resource, one) = if is_resource(last) && !NAMED.contains(&before) {
        (last, false)
    } else {
        (before, true)
    };
    let verb = match (method.as_str(), one) {
        ("GET", true) => "fetch",
        ("GET", false) => "list",
        ("POST", true) => "update",
        ("POST", false) => "create",
        ("DELETE", _) => "remove",
        (_, _) => "other",
    };
    format!("{}.{verb}", resource.to_ascii_lowercase())
}

/// Resources are words (`Tasks`, `TaskQueues`); what stands below one is a SID, or a name or label that Twilio also takes
/// (`voice`, `callee`).
fn is_resource(segment: &str) -> bool {
    let mut letters = segment.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// What the TaskRouter SDK asks for: its URL's last word, in the singular (`reservation`), or `createTask`.
fn rpc(body: &[u8]) -> String {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return "unreadable".to_owned();
    };
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut segments = text("url")
        .rsplit('/')
        .filter(|segment| !segment.is_empty());
    let last = segments.next().unwrap_or_default();
    if last == "Tasks" && text("method").eq_ignore_ascii_case("POST") {
        return "createTask".to_owned();
    }
    if !is_sid(last) {
        return lower_first(last);
    }
    let resource = segments.next().unwrap_or_default();
    lower_first(resource.strip_suffix('s').unwrap_or(resource))
}

fn lower_first(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// Two letters and 32 hexadecimal digits, of any kind.
fn is_sid(text: &str) -> bool {
    text.len() == 34
        && text.get(..2).is_some_and(|prefix| {
            prefix
                .bytes()
                .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
        })
        && text
            .get(2..)
            .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASK: &str = "WT00000000000000000000000000000001";

    fn first(method: &Method, path: &str, body: &str) -> Option<String> {
        Target::of(method, path, false)
            .names(body.as_bytes())
            .into_iter()
            .next()
    }

    #[test]
    fn rest_requests_are_named_by_resource_and_operation() {
        let tasks =
            "/t/taskrouter.twilio.com/v1/Workspaces/WS00000000000000000000000000000035/Tasks";
        let one = format!("{tasks}/{TASK}");
        let name = |method: &Method, path: &str| first(method, path, "").unwrap();
        assert_eq!(name(&Method::POST, tasks), "rest:tasks.create");
        assert_eq!(name(&Method::GET, tasks), "rest:tasks.list");
        assert_eq!(name(&Method::POST, &one), "rest:tasks.update");
        assert_eq!(name(&Method::GET, &one), "rest:tasks.fetch");
        assert_eq!(name(&Method::DELETE, &one), "rest:tasks.remove");
        let conference =
            "/t/api.twilio.com/2010-04-01/Accounts/AC1/Conferences/CF00000000000000000000000000000001";
        let label = format!("{conference}/Participants/the%20callee.json");
        assert_eq!(name(&Method::POST, &label), "rest:participants.update");
        let voice = "/t/taskrouter.twilio.com/v1/Workspaces/WS1/Workers/WK1/Channels/voice";
        assert_eq!(name(&Method::GET, voice), "rest:channels.fetch");
        assert_eq!(
            name(
                &Method::GET,
                "/t/api.twilio.com/2010-04-01/Accounts/AC000000000000000000000000000000ac/Calls.json"
            ),
            "rest:calls.list"
        );
    }

    #[test]
    fn rpcs_are_named_by_what_their_body_asks_for() {
        let bridge = "/t/event-bridge.twilio.com/v1/wschannels";
        let name = |body: &str| first(&Method::POST, bridge, body).unwrap();
        assert_eq!(
            name(r#"{"url":"Workspaces/WS1/Tasks","method":"POST"}"#),
            "rpc:createTask"
        );
        assert_eq!(
            name(
                r#"{"url":"Workspaces/WS1/Workers/WK1/Reservations/WR00000000000000000000000000000001","method":"POST"}"#
            ),
            "rpc:reservation"
        );
        assert_eq!(
            name(r#"{"url":"a/CustomerParticipant","method":"POST"}"#),
            "rpc:customerParticipant"
        );
        assert_eq!(name("not json"), "rpc:unreadable");
    }

    #[test]
    fn sockets_functions_and_local_pages_are_told_apart() {
        assert_eq!(
            Target::of(&Method::GET, "/t/voice-js.roaming.twilio.com/signal", true),
            Target::Connect("voice")
        );
        assert_eq!(
            first(&Method::POST, "/internal-call/flex/ring", "").unwrap(),
            "functions:flex/ring"
        );
        assert_eq!(first(&Method::GET, "/control/state", ""), None);
        assert_eq!(first(&Method::GET, "/agent-desktop", ""), None);
    }
}
