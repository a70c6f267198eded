//! Over real sockets: what the SDK and REST clients see.

use super::*;
use crate::sandbox::Options;
use backline::time::Millis;
use backline_world::{account, setup};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::net::Ipv4Addr;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const TOKEN: &str = "secret";

type Bridge = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct Server {
    address: String,
    sandbox: Sandbox,
    http: reqwest::Client,
}

impl Server {
    async fn start() -> Self {
        let options = Options {
            port: 0,
            auth_token: TOKEN.to_owned(),
            flex_bundle: std::path::PathBuf::new(),
            plugin: None,
        };
        let sandbox = Sandbox::new(setup::demo(3, Millis(0)), options);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let app = routes(&sandbox);
        tokio::spawn(async move { axum::serve(listener, app).await });
        let http = reqwest::Client::new();
        Self {
            address,
            sandbox,
            http,
        }
    }

    async fn bridge(&self, identity: &str, options: &str) -> Bridge {
        let token = account::flex_token(identity);
        let address = &self.address;
        let url = format!(
            "ws://{address}/t/event-bridge.twilio.com/v1/wschannels?token={token}&clientVersion=2.1.1{options}"
        );
        tokio_tungstenite::connect_async(url).await.unwrap().0
    }

    /// A call on the bridge: HTTP status and answer.
    async fn call(&self, identity: &str, method: &str, path: &str, params: Value) -> (u16, Value) {
        let workspace = account::workspace_sid();
        let body = json!({
            "url": format!("Workspaces/{workspace}/{path}"), "method": method, "params": params,
            "token": account::flex_token(identity),
        });
        self.post_bridge(body.to_string()).await
    }

    async fn post_bridge(&self, body: String) -> (u16, Value) {
        let url = format!(
            "http://{}/t/event-bridge.twilio.com/v1/wschannels",
            self.address
        );
        let response = self.http.post(url).body(body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, parse(&response.text().await.unwrap()))
    }

    /// A REST request: HTTP status, ETag and answer.
    async fn rest(
        &self,
        method: &str,
        path: &str,
        form: &str,
        if_match: &str,
    ) -> (u16, String, Value) {
        let workspace = account::workspace_sid();
        let url = format!(
            "http://{}/t/taskrouter.twilio.com/v1/Workspaces/{workspace}/{path}",
            self.address
        );
        let mut request = self
            .http
            .request(method.parse().unwrap(), url)
            .basic_auth(account::account_sid(), Some(TOKEN));
        if !form.is_empty() {
            let form = form.to_owned();
            let kind = "application/x-www-form-urlencoded";
            request = request.header("content-type", kind).body(form);
        }
        if !if_match.is_empty() {
            request = request.header("if-match", if_match);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let tag = response
            .headers()
            .get("etag")
            .map(|tag| tag.to_str().unwrap().to_owned());
        let body = parse(&response.text().await.unwrap());
        (status, tag.unwrap_or_default(), body)
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// The next event that is not a blank: its type and payload.
async fn next(bridge: &mut Bridge) -> (String, Value) {
    loop {
        match bridge.next().await.unwrap().unwrap() {
            Message::Text(text) if !text.trim().is_empty() => {
                let event = parse(&text);
                let event_type = event["event_type"].as_str().unwrap().to_owned();
                return (event_type, event["payload"].clone());
            }
            Message::Close(frame) => {
                return ("closed".to_owned(), json!(frame.unwrap().reason.as_str()))
            }
            _ => {}
        }
    }
}

async fn next_type(bridge: &mut Bridge) -> String {
    next(bridge).await.0
}

fn worker(index: usize) -> String {
    account::worker_sid(index).to_string()
}

fn new_task() -> Value {
    json!({
        "WorkflowSid": account::anyone_workflow_sid(), "TaskQueueSid": account::everyone_queue_sid(),
        "RoutingTarget": worker(0), "TaskChannelUniqueName": "voice", "Attributes": {"name": "Bob"},
    })
}

#[tokio::test]
async fn every_connection_of_a_worker_gets_his_events_and_nobody_elses() {
    let server = Server::start().await;
    let mut first = server.bridge("alice", "").await;
    let mut second = server.bridge("alice", "").await;
    let mut bob = server.bridge("bob", "").await;
    for bridge in [&mut first, &mut second, &mut bob] {
        assert_eq!(next_type(bridge).await, "init");
    }
    let (status, answer) = server.call("alice", "POST", "Tasks", new_task()).await;
    assert_eq!(status, 200);
    for bridge in [&mut first, &mut second] {
        let (event_type, payload) = next(bridge).await;
        assert_eq!(event_type, "reservation.created");
        assert_eq!(payload["task"]["sid"], answer["payload"]["sid"]);
        assert_eq!(payload["task"]["attributes"], r#"{"name":"Bob"}"#);
    }
    let activity = json!({ "ActivitySid": setup::available_activity_sid() });
    let path = format!("Workers/{}", worker(1));
    assert_eq!(server.call("bob", "POST", &path, activity).await.0, 200);
    assert_eq!(
        next_type(&mut bob).await,
        "worker.activity.update",
        "and nothing of Alice's"
    );
}

#[tokio::test]
async fn a_reservation_is_read_accepted_wrapped_up_and_completed_over_the_bridge() {
    let server = Server::start().await;
    server.call("alice", "POST", "Tasks", new_task()).await;
    let list = format!("Workers/{}/Reservations", worker(0));
    let active = json!({ "Active": "true" });
    let (_, listed) = server.call("alice", "GET", &list, active.clone()).await;
    let sid = listed["payload"]["contents"][0]["sid"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("{list}/{sid}");
    for status in ["accepted", "wrapping", "completed"] {
        let params = json!({ "ReservationStatus": status });
        let (_, answer) = server.call("alice", "POST", &path, params).await;
        assert_eq!(answer["payload"]["reservation_status"], status);
    }
    let again = json!({ "ReservationStatus": "accepted" });
    let (status, refusal) = server.call("alice", "POST", &path, again.clone()).await;
    assert_eq!((status, &refusal["code"]), (400, &json!(20001)));
    let (_, listed) = server.call("alice", "GET", &list, active).await;
    assert_eq!(listed["payload"]["contents"], json!([]));
    let of_bob = format!("Workers/{}/Reservations/{sid}", worker(1));
    assert_eq!(server.call("bob", "POST", &of_bob, again).await.0, 404);
    assert!(server.sandbox.world(|world| world.routing.is_at_rest()));
}

#[tokio::test]
async fn who_has_no_token_is_refused() {
    let server = Server::start().await;
    let mut bridge = server.bridge("mallory-who-is-not-here", "").await;
    assert_eq!(
        next(&mut bridge).await,
        ("closed".to_owned(), json!("Invalid token"))
    );
    let (status, answer) = server.call("nobody", "GET", "Activities", json!({})).await;
    assert_eq!((status, &answer["code"]), (401, &json!(20003)));
}

#[tokio::test]
async fn a_new_session_may_close_the_old_ones() {
    let server = Server::start().await;
    let mut old = server.bridge("carol", "").await;
    assert_eq!(next_type(&mut old).await, "init");
    let mut new = server.bridge("carol", "&closeExistingSessions=true").await;
    assert_eq!(next_type(&mut new).await, "init");
    assert_eq!(next_type(&mut old).await, "closed");
}

#[tokio::test]
async fn nonsense_is_answered_with_twilios_errors_and_harms_nothing() {
    let server = Server::start().await;
    let mut bridge = server.bridge("alice", "").await;
    bridge
        .send(Message::Text("{nonsense".into()))
        .await
        .unwrap();
    bridge
        .send(Message::Binary(vec![0, 159].into()))
        .await
        .unwrap();
    assert_eq!(next_type(&mut bridge).await, "init");
    for body in ["", "{", "[]", "null", r#"{"url":7}"#] {
        let (status, answer) = server.post_bridge(body.to_owned()).await;
        assert!((400..500).contains(&status), "{body}");
        assert!(answer["message"].is_string(), "{body}");
    }
    let of_alice = format!("Workers/{}", worker(0));
    for (method, path, params, status) in [
        ("GET", "Nonsense", json!({}), 404),
        ("GET", "Workers/WK1", json!({}), 404),
        (
            "POST",
            "Workers/WK000000000000000000000000000000ff",
            json!({}),
            404,
        ),
        ("POST", of_alice.as_str(), json!({"Attributes": "["}), 400),
        (
            "POST",
            of_alice.as_str(),
            json!({"ActivitySid": "WA1"}),
            400,
        ),
        ("POST", "Tasks", json!({"Priority": -1}), 400),
        ("POST", "Tasks/WT1", json!(null), 404),
    ] {
        let (answered, refusal) = server.call("alice", method, path, params).await;
        assert_eq!(answered, status, "{method} {path}");
        assert_eq!(refusal["status"], status);
    }
    let (status, _) = server.call("alice", "GET", &of_alice, json!({})).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn of_two_rest_clients_who_claim_a_task_one_gets_412() {
    let server = Server::start().await;
    let form = format!(
        "WorkflowSid={}&TaskChannel=voice&Attributes=%7B%22to%22%3A%22bob%22%7D",
        account::anyone_workflow_sid()
    );
    let (status, _, task) = server.rest("POST", "Tasks", &form, "").await;
    assert_eq!(
        (status, &task["assignment_status"]),
        (201, &json!("pending"))
    );
    assert_eq!(task["attributes"], r#"{"to":"bob"}"#);
    let path = format!("Tasks/{}", task["sid"].as_str().unwrap());
    let (_, tag, _) = server.rest("GET", &path, "", "").await;
    let (status, new_tag, _) = server
        .rest("POST", &path, "Attributes=%7B%22by%22%3A1%7D", &tag)
        .await;
    assert_eq!(status, 200);
    assert!(new_tag != tag);
    let (status, _, refusal) = server
        .rest("POST", &path, "Attributes=%7B%22by%22%3A2%7D", &tag)
        .await;
    assert_eq!((status, &refusal["code"]), (412, &json!(20412)));
    let (_, _, listed) = server
        .rest("GET", "Tasks?EvaluateTaskAttributes=by+%3D%3D+1", "", "")
        .await;
    assert_eq!(listed["tasks"].as_array().unwrap().len(), 1);
    let (status, _, _) = server.rest("DELETE", &path, "", "").await;
    assert_eq!(status, 204);
    let (status, _, refusal) = server.rest("GET", &path, "", "").await;
    assert_eq!((status, &refusal["code"]), (404, &json!(20404)));
}

#[tokio::test]
async fn rest_lists_page_by_page_and_keeps_its_filters() {
    let server = Server::start().await;
    let (_, _, first) = server
        .rest("GET", "Workers?PageSize=1&ActivityName=Offline", "", "")
        .await;
    assert_eq!(first["workers"][0]["friendly_name"], "alice");
    let next = first["meta"]["next_page_url"].as_str().unwrap();
    assert!(next.contains("ActivityName=Offline"), "{next}");
    let query = next.split_once('?').unwrap().1;
    let (_, _, second) = server
        .rest("GET", &format!("Workers?{query}"), "", "")
        .await;
    assert_eq!(second["workers"][0]["friendly_name"], "bob");
    let expression = "Workers?TargetWorkersExpression=routing.skills+HAS+'support'";
    let (_, _, support) = server.rest("GET", expression, "", "").await;
    assert_eq!(support["workers"].as_array().unwrap().len(), 2);
    assert_eq!(support["meta"]["next_page_url"], Value::Null);
}

#[tokio::test]
async fn rest_needs_the_accounts_credentials() {
    let server = Server::start().await;
    let workspace = account::workspace_sid();
    let url = format!(
        "http://{}/t/taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks",
        server.address
    );
    for password in [None, Some("wrong")] {
        let request = server.http.get(&url);
        let request = match password {
            Some(password) => request.basic_auth(account::account_sid(), Some(password)),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401);
        assert_eq!(parse(&response.text().await.unwrap())["code"], 20003);
    }
}

#[tokio::test]
async fn faults_strike_what_a_socket_carries() {
    let server = Server::start().await;
    let mut bridge = server.bridge("alice", "").await;
    assert_eq!(next_type(&mut bridge).await, "init");
    let twice = json!([{ "target": "socket:event-bridge", "effect": "duplicate", "times": 1 }]);
    let rules = serde_json::from_value(twice).unwrap();
    server.sandbox.faults().replace(rules).unwrap();
    server.call("alice", "POST", "Tasks", new_task()).await;
    server.call("alice", "POST", "Tasks", new_task()).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(next(&mut bridge).await.1["sid"].clone());
    }
    assert!(seen[0] == seen[1] && seen[1] != seen[2], "{seen:?}");
    let drop = json!([{ "target": "socket", "effect": "drop" }]);
    server
        .sandbox
        .faults()
        .replace(serde_json::from_value(drop).unwrap())
        .unwrap();
    let rest = bridge.next().await;
    assert!(
        matches!(rest, None | Some(Err(_))),
        "closed without a word: {rest:?}"
    );
}

/// Pushed events until one of this type; its payload.
async fn until(bridge: &mut Bridge, wanted: &str) -> Value {
    loop {
        let (event_type, payload) = next(bridge).await;
        if event_type == wanted {
            return payload;
        }
    }
}

#[tokio::test]
async fn a_customer_is_conferenced_held_and_kicked_over_the_bridge() {
    let server = Server::start().await;
    let mut bridge = server.bridge("alice", "").await;
    let alice = format!("Workers/{}", worker(0));
    let available = json!({ "ActivitySid": setup::available_activity_sid() });
    server.call("alice", "POST", &alice, available).await;
    server.sandbox.world(|world| {
        let now = world.now();
        let attributes = serde_json::Map::new();
        world
            .telephony
            .customer_calls(now, "+15550001111", "+15550000000", "Dana", attributes);
    });
    let offer = until(&mut bridge, "reservation.created").await;
    let task = offer["task"]["sid"].as_str().unwrap().to_owned();
    assert_eq!(offer["task"]["task_channel_unique_name"], "voice");

    let accept = json!({
        "Instruction": "conference", "To": "client:alice", "EndConferenceOnExit": "false",
        "EndConferenceOnCustomerExit": "true",
    });
    let path = format!("{alice}/Reservations/{}", offer["sid"].as_str().unwrap());
    let mut outputs = server.sandbox.listen();
    let (status, answer) = server.call("alice", "POST", &path, accept).await;
    assert_eq!(
        (status, &answer["payload"]["reservation_status"]),
        (200, &json!("pending"))
    );
    let leg = loop {
        if let backline_world::output::Output::OfferLeg { call, identity, .. } =
            outputs.recv().await.unwrap()
        {
            assert_eq!(identity, "alice");
            break call;
        }
    };
    server.sandbox.world(|world| {
        let now = world.now();
        world.telephony.leg_ringing(now, &leg);
        world.telephony.leg_answered(now, &leg);
    });
    until(&mut bridge, "reservation.accepted").await;
    let first = until(&mut bridge, "participant.added").await;
    let second = until(&mut bridge, "participant.added").await;
    let types = [
        first["type"].as_str().unwrap(),
        second["type"].as_str().unwrap(),
    ];
    assert!(
        types.contains(&"agent") && types.contains(&"customer"),
        "{types:?}"
    );

    let customer = format!("{alice}/CustomerParticipant");
    let hold = json!({ "TaskSid": task, "Hold": true });
    let (status, answer) = server.call("alice", "POST", &customer, hold).await;
    assert_eq!((status, &answer["payload"]["sid"]), (200, &json!(task)));
    let held = until(&mut bridge, "participant.modified").await;
    assert_eq!(
        (&held["type"], &held["media_properties"]["Hold"]),
        (&json!("customer"), &json!(["true"]))
    );

    let interaction = format!("v1/Interactions/{}/Channels", task.replacen("WT", "KD", 1));
    let get =
        |url: String| json!({ "url": url, "method": "GET", "token": account::flex_token("alice") });
    let (_, channels) = server
        .post_bridge(get(interaction.clone()).to_string())
        .await;
    let channel = channels["payload"]["channels"][0]["sid"]
        .as_str()
        .unwrap()
        .to_owned();
    let url = format!("{interaction}/{channel}/Participants");
    let (_, listed) = server.post_bridge(get(url).to_string()).await;
    assert_eq!(
        listed["payload"]["participants"].as_array().unwrap().len(),
        2
    );

    let kick = json!({ "TaskSid": task, "TargetWorkerSid": worker(0) });
    let (status, _) = server
        .call(
            "alice",
            "POST",
            &format!("{alice}/KickWorkerParticipant"),
            kick,
        )
        .await;
    assert_eq!(status, 200);
    let wrapping = until(&mut bridge, "reservation.wrapup").await;
    assert_eq!(wrapping["task"]["assignment_status"], "wrapping");
    let complete = json!({ "ReservationStatus": "completed" });
    server.call("alice", "POST", &path, complete).await;
    until(&mut bridge, "reservation.completed").await;
}
