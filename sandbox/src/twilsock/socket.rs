//! One Twilsock connection: the handshake, the requests, the pushes.

use super::frame::Frame;
use super::sync::{ConnectionId, Push};
use super::tunnel::{Answer, Request};
use super::Twilsock;
use crate::control::faults::{Gate, Line};
use axum::extract::ws::{Message, WebSocket};
use backline_world::account::identity_of;
use serde_json::{json, Map, Value};

/// The products that Flex opens connections for (observed); those of the `init` frame are added.
const PRODUCTS: [&str; 4] = ["flex", "flex_insights", "ip_messaging", "data_sync"];

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Peer {
    /// Nobody yet: only `init` is served.
    Stranger,
    /// The identity of a token that was accepted.
    Agent(String),
}

/// What follows from a frame.
enum Reaction {
    Nothing,
    Send(Frame),
    Close(Frame),
}

/// Runs a connection until either side ends it.
pub async fn run(twilsock: Twilsock, mut socket: WebSocket, mut line: Line) {
    let (connection, mut pushes) = twilsock.connect();
    let mut peer = Peer::Stranger;
    let mut pushed: u64 = 0;
    loop {
        // Requests first: a subscription's answer goes out before what it brings.
        tokio::select! {
            biased;
            message = socket.recv() => {
                let bytes = match message {
                    Some(Ok(Message::Binary(bytes))) => bytes.to_vec(),
                    Some(Ok(Message::Text(text))) => text.as_bytes().to_vec(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                };
                let reaction = match fault(&twilsock, &bytes).await {
                    Some(reaction) => reaction,
                    None => react(&twilsock, connection, &mut peer, &bytes),
                };
                let (frame, last) = match reaction {
                    Reaction::Nothing => continue,
                    Reaction::Send(frame) => (frame, false),
                    Reaction::Close(frame) => (frame, true),
                };
                if socket.send(Message::Binary(frame.encode().into())).await.is_err() || last {
                    break;
                }
            }
            () = line.dropped() => break,
            Some(push) = pushes.recv() => {
                pushed += 1;
                let frame = notification(connection, pushed, &push);
                for _ in 0..line.copies().await {
                    // A socket that failed ends its next `recv`.
                    let _ = socket.send(Message::Binary(frame.encode().into())).await;
                }
            }
        }
    }
    twilsock.disconnect(connection);
}

/// What a fault makes of a request, in place of its answer.
async fn fault(twilsock: &Twilsock, bytes: &[u8]) -> Option<Reaction> {
    let frame = Frame::parse(bytes).ok()?;
    let request = Some(Request::of(&frame)).filter(|_| frame.text("method") == "message")?;
    match twilsock.gate(&request).await {
        Gate::Fail(status) => {
            let answer = Answer::refused(status);
            Some(Reaction::Send(tunnelled(&frame, &answer)))
        }
        Gate::Lose | Gate::Hang => Some(Reaction::Nothing),
        Gate::Pass | Gate::Duplicate | Gate::Lag(_) => None,
    }
}

fn react(twilsock: &Twilsock, connection: ConnectionId, peer: &mut Peer, bytes: &[u8]) -> Reaction {
    let frame = match Frame::parse(bytes) {
        Ok(frame) => frame,
        Err(error) => {
            tracing::debug!(%error, "twilsock: bad frame");
            return Reaction::Close(close(400, &error.to_string()));
        }
    };
    match frame.text("method") {
        "init" => match identity_of(frame.text("token")) {
            Some(identity) => {
                *peer = Peer::Agent(identity.to_owned());
                Reaction::Send(init_reply(&frame, connection, identity))
            }
            None => Reaction::Send(denied(&frame)),
        },
        "update" => match identity_of(frame.text("token")) {
            Some(identity) => {
                *peer = Peer::Agent(identity.to_owned());
                Reaction::Send(reply(&frame, 200, "OK"))
            }
            None => Reaction::Send(denied(&frame)),
        },
        "message" => match peer {
            Peer::Stranger => Reaction::Send(denied(&frame)),
            Peer::Agent(identity) => {
                let answer = twilsock.serve(connection, identity, &Request::of(&frame));
                Reaction::Send(tunnelled(&frame, &answer))
            }
        },
        "telemetry.v1" | "put_notification_ctx" | "delete_notification_ctx" | "ping" => {
            Reaction::Send(reply(&frame, 200, "OK"))
        }
        "reply" => Reaction::Nothing,
        "close" => Reaction::Close(reply(&frame, 200, "OK")),
        _ => Reaction::Send(reply(&frame, 400, "BAD_REQUEST")),
    }
}

fn reply_header(to: &Frame, code: u16, status: &str) -> Map<String, Value> {
    object(json!({
        "method": "reply", "id": to.header.get("id"), "status": {"code": code, "status": status},
    }))
}

fn reply(to: &Frame, code: u16, status: &str) -> Frame {
    Frame::new(reply_header(to, code, status), &Value::Null)
}

/// 401 with 20101, "Invalid Access Token" (<https://www.twilio.com/docs/api/errors/20101>).
fn denied(to: &Frame) -> Frame {
    let mut header = reply_header(to, 401, "UNAUTHORIZED");
    header.insert(
        "status".to_owned(),
        json!({"code": 401, "status": "UNAUTHORIZED", "errorCode": 20101, "description": "Invalid Access Token"}),
    );
    Frame::new(header, &Value::Null)
}

fn init_reply(to: &Frame, connection: ConnectionId, identity: &str) -> Frame {
    let mut header = reply_header(to, 200, "OK");
    header.extend(object(json!({
        "continuation_token": format!("sandbox-{connection}"),
        "continuation_token_status": {"reissued": false, "reissue_reason": null, "reissue_message": null},
        "capabilities": ["client_update", "offline_storage", "telemetry.v1"],
        // Every registration that the client asked for stands.
        "init_registrations": to.header.get("registrations").cloned().unwrap_or(json!([])),
        "offline_storage": offline_storage(to, connection, identity),
    })));
    Frame::new(header, &Value::Null)
}

/// Where each product of the connection may keep its cache in the browser. The name is another at each connection:
/// what a page cached of an earlier run of the sandbox must not be taken for this one's.
fn offline_storage(init: &Frame, connection: ConnectionId, identity: &str) -> Value {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_millis());
    let storage = json!({"storage_id": format!("{identity}-{since:x}-{connection}")});
    let registered = init.header.get("registrations").and_then(Value::as_array);
    registered
        .into_iter()
        .flatten()
        .filter_map(|registration| registration.get("product").and_then(Value::as_str))
        .chain(PRODUCTS)
        .map(|product| (product.to_owned(), storage.clone()))
        .collect::<Map<_, _>>()
        .into()
}

fn tunnelled(to: &Frame, answer: &Answer) -> Frame {
    let mut header = reply_header(to, 200, "OK");
    header.insert(
        "http_status".to_owned(),
        json!({"code": answer.status, "status": answer.status_text()}),
    );
    header.insert(
        "http_headers".to_owned(),
        json!({"Content-Type": "application/json"}),
    );
    Frame::new(header, &answer.body)
}

fn notification(connection: ConnectionId, number: u64, push: &Push) -> Frame {
    let header = object(json!({
        "method": "notification", "id": format!("TM{connection:016x}{number:016x}"),
        "message_type": push.message_type, "notification_ctx_id": "sandbox",
    }));
    Frame::new(header, &push.payload)
}

fn close(code: u16, description: &str) -> Frame {
    let header = object(json!({
        "method": "close", "id": "TMclose", "status": {"code": code, "status": "BAD_REQUEST", "description": description},
    }));
    Frame::new(header, &Value::Null)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Sandbox;
    use backline_world::account;
    use proptest::prelude::*;

    /// A word of a frame, of a path, or of what a subscription wants; or any text.
    fn word() -> impl Strategy<Value = String> {
        let known = prop::sample::select(vec![
            "message",
            "init",
            "update",
            "POST",
            "GET",
            "DELETE",
            "cds.us1.twilio.com",
            "aim.us1.twilio.com",
            "/v3/Maps",
            "/v3/Maps/alice.info/Items",
            "/v3/Lists/%ff/Items/0",
            "/v3/Documents",
            "/v3/Insights/tr-worker/Items",
            "/v4/Subscriptions",
            "/Client/v2/Configuration",
            "establish",
            "cancel",
            "live_query",
            "sandbox-token-alice",
            "data.activity_name == \"Available\"",
        ]);
        prop_oneof![9 => known.prop_map(str::to_owned), 1 => any::<String>()]
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let key = prop::sample::select(vec![
            "method",
            "token",
            "http_request",
            "host",
            "path",
            "params",
            "headers",
            "If-Match",
            "registrations",
            "product",
            "query_string",
            "type",
            "action",
            "requests",
            "object_sid",
            "object_type",
            "key",
            "data",
            "unique_name",
            "PageSize",
        ]);
        let leaf = prop_oneof![
            word().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            Just(Value::Null),
        ];
        leaf.prop_recursive(3, 24, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(key.clone(), inner, 0..6).prop_map(|map| {
                    Value::Object(
                        map.into_iter()
                            .map(|(key, one)| (key.to_owned(), one))
                            .collect(),
                    )
                }),
            ]
        })
    }

    /// A frame that asks for something over HTTP; any part may be of another type.
    fn request() -> impl Strategy<Value = Value> {
        (word(), word(), word(), any_json(), any_json()).prop_map(|(method, host, path, params, headers)| {
            json!({"method": "message", "id": "TM1", "http_request": {
                "method": method, "host": host, "path": path, "params": params, "headers": headers,
            }})
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn every_frame_is_answered_ignored_or_the_end(
            frames in prop::collection::vec((prop_oneof![3 => request(), 1 => any_json()], any_json()), 1..6),
            known: bool,
            bytes: Vec<u8>,
        ) {
            let twilsock = Twilsock::new(Sandbox::for_tests());
            let (connection, _pushes) = twilsock.connect();
            let mut peer = if known { Peer::Agent("alice".to_owned()) } else { Peer::Stranger };
            for (header, payload) in frames {
                let token = header.get("token").and_then(Value::as_str).unwrap_or_default();
                let was_known = peer != Peer::Stranger || account::identity_of(token).is_some();
                let frame = Frame::new(object(header), &payload).encode();
                if let Reaction::Send(answer) = react(&twilsock, connection, &mut peer, &frame) {
                    prop_assert_eq!(answer.text("method"), "reply");
                    prop_assert!(Frame::parse(&answer.encode()).is_ok());
                    let served = answer.header.get("http_status");
                    prop_assert!(was_known || served.is_none(), "a stranger was served");
                    let code = served.and_then(|served| served["code"].as_u64()).unwrap_or(200);
                    prop_assert!([200, 201, 204, 400, 404, 405, 409, 412].contains(&code), "{code}");
                }
            }
            let reaction = react(&twilsock, connection, &mut peer, &bytes);
            prop_assert!(Frame::parse(&bytes).is_ok() || matches!(reaction, Reaction::Close(_)));
        }
    }
}
