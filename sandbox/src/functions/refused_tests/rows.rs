//! The table: what is asked, how it is answered, and words that the answer has (of a parameter: its name).

use super::{agent, encoded, plugin, raw, signed, Ask, Row, FORM, JSON};
use backline::ids::TaskSid;
use backline_world::account::flex_token;
use serde_json::json;

const CONFERENCE: &str = "common/call-outbound-join";

const UNSIGNED: &str = "you are not authorized";
const SESSION: &str = "Your Flex session is not valid any more. Sign in again.";
const STRANGER: &str = "Only a party of the call, or a supervisor, may do that.";
const RECOVERER: &str = "Only the agent who took the call, or a supervisor, may do that.";
const CALLER: &str = "Only the caller may ring the callee.";
const NO_CALL: &str = "There is no such call.";
const OVER: &str = "The call is over";
const ANSWERED: &str = "The call has been answered.";
pub const DONE: &str = "\"success\":true";
/// What callbacks are answered with.
pub const EMPTY: &str = "";

/// Who may not, at any time of a call.
pub fn by_nobody(caller: &TaskSid, callee: &TaskSid) -> Vec<Row> {
    let other = TaskSid::from_number(404);
    let hold = [("hold", "true")];
    let mut rows: Vec<Row> = vec![
        ("Bob rings himself", agent("bob", "ring", caller, &[]), 403, CALLER),
        ("a stranger rings Bob", agent("dave", "ring", caller, &[]), 403, CALLER),
        ("Alice rings by Bob's task", agent("alice", "ring", callee, &[]), 404, NO_CALL),
        ("a call of nobody's", agent("alice", "ring", &other, &[]), 404, NO_CALL),
        ("a hold in a call of nobody's", agent("alice", "hold", &other, &hold), 404, NO_CALL),
        ("a start without a session", plugin("stale", "ready", "", &[]), 403, SESSION),
    ];
    for (token, says) in [
        (flex_token("dave").as_str(), RECOVERER),
        ("sandbox-token-", SESSION),
        ("sandbox-token-mallory", SESSION),
        ("secret", SESSION),
    ] {
        rows.push(("a customer given back by nobody", recover(token, caller), 403, says));
    }
    for (name, task, more) in [
        ("reject", callee, [].as_slice()),
        ("end", caller, &[]),
        ("end", caller, &[("outcome", "unavailable")]),
        ("came", callee, &[]),
        ("check", callee, &[]),
        ("check", callee, &[("outlives", "true")]),
        ("end", caller, &[("outcome", "not_back")]),
        ("rejoin", callee, &[]),
        ("hold", caller, &hold),
        ("hold", callee, &hold),
    ] {
        let with = |token: &str| plugin(token, name, task.as_str(), more);
        rows.extend([
            ("a stranger", agent("dave", name, task, more), 403, STRANGER),
            ("an expired or revoked token", with("sandbox-token-"), 403, SESSION),
            ("a token of somebody who left", with("sandbox-token-mallory"), 403, SESSION),
            ("a forged token", with("sandbox-token-alice\u{200b}"), 403, SESSION),
            ("the account's auth token", with("secret"), 403, SESSION),
            ("an empty token", with(""), 403, SESSION),
        ]);
    }
    rows
}

fn recover(token: &str, task: &TaskSid) -> Ask {
    let form = encoded(&[("taskSid", task.as_str()), ("Token", token)]);
    raw("POST", "/multi-call/flex/recover", FORM, &form)
}

/// Twilio's callbacks, by somebody else; and its own, about what is not ours.
pub fn by_nobody_of_twilio(caller: &TaskSid, conference: &str) -> Vec<Row> {
    let ended = |room| [("StatusCallbackEvent", "conference-end"), ("FriendlyName", room), ("ConferenceSid", conference)];
    let event = ended(caller.as_str());
    let leg = format!("common/agent-leg-over?taskSid={caller}&role=caller");
    let over = [("CallStatus", "completed")];
    let page = format!("common/agent-join-conference?conferenceName={caller}");
    let object = json!({"StatusCallbackEvent": "conference-end", "FriendlyName": caller, "ConferenceSid": conference});
    let as_json = Ask { kind: JSON, body: object.to_string(), ..signed("secret", CONFERENCE, &[]) };
    let of_customer = format!("/multi-call/common/conference?taskSid={caller}");
    let left = [("StatusCallbackEvent", "participant-leave"), ("ConferenceSid", conference), ("FriendlyName", caller.as_str())];
    let by_token = encoded(&[("CallStatus", "completed"), ("Token", &flex_token("alice"))]);
    vec![
        ("no signature", raw("POST", CONFERENCE, FORM, &encoded(&event)), 403, UNSIGNED),
        ("signed with a guess", signed("guess", CONFERENCE, &event), 403, UNSIGNED),
        ("signed with nothing", signed("", &leg, &over), 403, UNSIGNED),
        ("an agent's token is no signature", raw("POST", &leg, FORM, &by_token), 403, UNSIGNED),
        ("JSON that no signature covers", as_json, 403, UNSIGNED),
        ("a customer's conference, by anybody", raw("POST", &of_customer, FORM, &encoded(&left)), 403, UNSIGNED),
        ("a call between agents is nobody's to give back", signed("secret", &of_customer, &left), 200, DONE),
        ("a leg's page for anybody", raw("GET", &page, FORM, ""), 403, UNSIGNED),
        ("the ringing tone for anybody", raw("GET", "common/ringback", FORM, ""), 403, UNSIGNED),
        ("a conference of others", signed("secret", CONFERENCE, &ended("Sales")), 400, "FriendlyName"),
        ("a leg of neither", signed("secret", &leg.replace("=caller", "=third"), &over), 400, "role"),
        ("a leg without a status", signed("secret", &leg, &[("CallSid", "CA1")]), 400, "CallStatus"),
        ("a leg that nobody answered", signed("secret", &leg, &[("CallStatus", "no-answer")]), 204, EMPTY),
    ]
}

/// What cannot be understood, though Alice asks.
pub fn misshapen(caller: &TaskSid) -> Vec<Row> {
    let token = flex_token("alice");
    let good = encoded(&[("taskSid", caller.as_str()), ("Token", &token)]);
    let post = |kind, body: &str| raw("POST", "flex/end", kind, body);
    let long = format!("{good}&more={}", "x".repeat(64 * 1024));
    let structure = json!({"taskSid": caller, "Token": {"token": token}}).to_string();
    let worker = "WK00000000000000000000000000000001";
    vec![
        ("PUT", raw("PUT", "flex/end", FORM, &good), 405, "method"),
        ("DELETE", raw("DELETE", "flex/end", FORM, &good), 405, "method"),
        ("a GET with a body", raw("GET", "flex/end", FORM, &good), 403, "GET"),
        ("no such function", raw("POST", "flex/ends", FORM, &good), 404, "no such function"),
        ("too long", post(FORM, &long), 413, "too long"),
        ("text", post("text/plain", &good), 415, "form"),
        ("broken JSON", post(JSON, "{\"taskSid\":"), 400, "JSON"),
        ("a list", post(JSON, "[]"), 400, "JSON"),
        ("a form called JSON", post(JSON, &good), 400, "JSON"),
        ("a token as a structure", post(JSON, &structure), 400, "Token"),
        ("no form", post(FORM, "%ff=%zz&&="), 400, "taskSid"),
        ("nothing", post(FORM, ""), 400, "taskSid"),
        ("no token", post(FORM, &encoded(&[("taskSid", caller.as_str())])), 400, "Token"),
        ("a worker's SID", plugin(&token, "end", worker, &[]), 400, "taskSid"),
        ("a SID that climbs", plugin(&token, "end", "WT/../../Workspaces", &[]), 400, "taskSid"),
        ("an unknown outcome", agent("alice", "end", caller, &[("outcome", "answered")]), 400, "outcome"),
        ("an unknown reason", agent("bob", "reject", caller, &[("reason", "bored")]), 400, "reason"),
        ("a hold that is neither", agent("alice", "hold", caller, &[("hold", "maybe")]), 400, "hold"),
    ]
}

/// Everything that was right while the call was on, once more now that it is over.
pub fn replayed(caller: &TaskSid, callee: &TaskSid, conference: &str) -> Vec<Row> {
    let event = |name, label| {
        let room = [("FriendlyName", caller.as_str()), ("ConferenceSid", conference)];
        let mut form = vec![("StatusCallbackEvent", name), ("ParticipantLabel", label)];
        form.extend(room);
        signed("secret", CONFERENCE, &form)
    };
    let leg = |role: &str| {
        let path = format!("common/agent-leg-over?taskSid={caller}&role={role}&calleeTask={callee}");
        signed("secret", &path, &[("CallStatus", "completed")])
    };
    let page = format!("common/agent-outbound-join?taskSid={caller}");
    vec![
        ("Alice joined", event("participant-join", "caller"), 204, EMPTY),
        ("Bob joined", event("participant-join", "callee"), 204, EMPTY),
        ("the conference ended", event("conference-end", ""), 204, EMPTY),
        ("Alice's leg is over", leg("caller"), 200, DONE),
        ("Bob's leg is over", leg("callee"), 200, DONE),
        ("Alice's leg's page", signed("secret", &page, &[]), 200, "<Conference"),
        ("Alice rings", agent("alice", "ring", caller, &[]), 409, OVER),
        ("Alice holds Bob", agent("alice", "hold", caller, &[("hold", "true")]), 409, OVER),
        ("Bob holds Alice", agent("bob", "hold", callee, &[("hold", "true")]), 409, OVER),
        ("Bob declines", agent("bob", "reject", callee, &[]), 200, DONE),
        ("Alice ends it", agent("alice", "end", caller, &[]), 200, DONE),
        ("Alice says that nobody answered", agent("alice", "end", caller, &[("outcome", "no_answer")]), 409, ANSWERED),
        ("Alice gives a colleague back", recover(&flex_token("alice"), caller), 200, DONE),
        ("Bob has come", agent("bob", "came", callee, &[]), 200, DONE),
        ("Bob asks whether it is over", agent("bob", "check", callee, &[]), 200, DONE),
    ]
}
