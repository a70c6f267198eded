//! The socket, over a real connection.

use super::frame::Frame;
use crate::sandbox::{Options, Sandbox};
use backline::time::Millis;
use backline_world::setup;
use futures_util::{SinkExt, StreamExt};
use serde_json::{json, Map, Value};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{connect_async, MaybeTlsStream, WebSocketStream};

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn send(&mut self, header: Value, payload: &Value) {
        let Value::Object(header) = header else {
            panic!("a header is an object");
        };
        let frame = Frame::new(header, payload);
        self.0
            .send(Message::Binary(frame.encode().into()))
            .await
            .unwrap();
    }

    async fn frame(&mut self) -> Frame {
        match self.0.next().await {
            Some(Ok(Message::Binary(bytes))) => Frame::parse(&bytes).unwrap(),
            other => panic!("no frame: {other:?}"),
        }
    }

    /// Asks and takes the reply; the status is that of the tunnelled answer, or of the reply if there is none.
    async fn ask(&mut self, header: Value, payload: &Value) -> (u64, Frame) {
        self.send(header, payload).await;
        let frame = self.frame().await;
        assert_eq!(frame.text("method"), "reply");
        let status = frame
            .header
            .get("http_status")
            .or(frame.header.get("status"))
            .unwrap();
        (status["code"].as_u64().unwrap(), frame)
    }

    async fn http(&mut self, method: &str, host: &str, path: &str, body: Value) -> (u64, Value) {
        let request = json!({"method": method, "host": host, "path": path, "headers": {}});
        let header = json!({"method": "message", "id": "TM2", "http_request": request});
        let (status, frame) = self.ask(header, &body).await;
        (status, frame.json())
    }
}

async fn serve() -> String {
    serve_with_rules(Vec::new()).await
}

async fn serve_with_rules(rules: Vec<Value>) -> String {
    let options = Options {
        port: 0,
        auth_token: String::new(),
        flex_bundle: "none".into(),
        plugin: None,
    };
    let sandbox = Sandbox::new(setup::demo(3, Millis(0)), options);
    let rules = rules
        .into_iter()
        .map(|rule| serde_json::from_value(rule).unwrap());
    sandbox.faults().replace(rules.collect()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = super::routes(&sandbox);
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("ws://{address}/t/tsock.us1.twilio.com/v3/wsconnect")
}

async fn connect(url: &str) -> Client {
    Client(connect_async(url).await.unwrap().0)
}

async fn log_in(url: &str) -> Client {
    let mut client = connect(url).await;
    let init = json!({"method": "init", "id": "TM1", "token": "sandbox-token-alice",
                      "registrations": [{"product": "ip_messaging"}]});
    let (status, frame) = client.ask(init, &Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(frame.text("id"), "TM1");
    assert!(frame.header["offline_storage"]["ip_messaging"]["storage_id"].is_string());
    client
}

#[tokio::test]
async fn a_token_opens_the_connection_and_nothing_else_does() {
    let url = serve().await;
    let mut client = connect(&url).await;
    for token in [json!("stolen"), json!(""), json!(7), Value::Null] {
        let (status, _) = client
            .ask(
                json!({"method": "init", "id": "x", "token": token}),
                &Value::Null,
            )
            .await;
        assert_eq!(status, 401);
    }
    let (status, _) = client
        .http(
            "GET",
            "aim.us1.twilio.com",
            "/Client/v2/Configuration",
            Value::Null,
        )
        .await;
    assert_eq!(status, 401, "nothing is served before");
    log_in(&url).await;
}

#[tokio::test]
async fn conversations_know_who_one_is() {
    let mut client = log_in(&serve().await).await;
    let aim = "aim.us1.twilio.com";
    let (status, body) = client
        .http("GET", aim, "/Client/v2/Configuration", Value::Null)
        .await;
    assert_eq!((status, &body["identity"]), (200, &json!("alice")));
    let map = body["sync_objects"]["my_user_info"].as_str().unwrap();
    let (status, _) = client
        .http(
            "GET",
            "cds.us1.twilio.com",
            &format!("/v3/Maps/{map}"),
            Value::Null,
        )
        .await;
    assert_eq!(status, 200);
    let (_, body) = client
        .http(
            "GET",
            aim,
            "/Client/v2/Users/alice/Conversations",
            Value::Null,
        )
        .await;
    assert_eq!(body["conversations"], json!([]));
    assert_eq!(
        client.http("GET", aim, "/Client/v9/X", Value::Null).await.0,
        404
    );
    assert_eq!(
        client
            .http("DELETE", aim, "/Client/v2/Configuration", Value::Null)
            .await
            .0,
        405
    );
}

#[tokio::test]
async fn a_subscriptions_answer_comes_before_its_event() {
    let mut client = log_in(&serve().await).await;
    let cds = "cds.us1.twilio.com";
    let (status, map) = client
        .http("POST", cds, "/v3/Maps", json!({"unique_name": "m"}))
        .await;
    assert_eq!(status, 201);
    let wanted = json!({"object_sid": map["sid"], "object_type": "map"});
    let body = json!({"action": "establish", "correlation_id": 1, "requests": [wanted]});
    assert_eq!(
        client.http("POST", cds, "/v4/Subscriptions", body).await.0,
        200
    );
    let pushed = client.frame().await;
    assert_eq!(pushed.text("message_type"), "twilio.sync.event");
    assert_eq!(
        pushed.json()["event_type"],
        json!("subscription_established")
    );
}

#[tokio::test]
async fn nonsense_ends_its_own_connection_at_most() {
    let url = serve().await;
    for nonsense in [
        &b""[..],
        b"hello",
        b"TWILSOCK V3.0 5\r\n{}",
        b"TWILSOCK V3.0 2\r\n[]\r\n",
        b"TWILSOCK V3.0 99999999999999999999\r\n{}",
        &[0xff; 40],
    ] {
        let mut client = connect(&url).await;
        client
            .0
            .send(Message::Binary(nonsense.to_vec().into()))
            .await
            .unwrap();
        let frame = client.frame().await;
        assert_eq!(frame.text("method"), "close", "{nonsense:?}");
        assert_eq!(frame.header["status"]["code"], json!(400));
    }
    let mut client = log_in(&url).await;
    for header in [
        json!({"method": "unheard of", "id": "1"}),
        json!({"id": "1"}),
        json!({"method": 7, "id": "1"}),
    ] {
        assert_eq!(client.ask(header, &Value::Null).await.0, 400);
    }
    for request in [
        json!(null),
        json!(7),
        json!({}),
        json!({"method": 1, "host": [], "path": {}, "params": "x"}),
    ] {
        let header = json!({"method": "message", "id": "1", "http_request": request});
        assert_eq!(client.ask(header, &json!("x")).await.0, 404);
    }
    let (status, _) = client
        .ask(json!({"method": "telemetry.v1", "id": "1"}), &json!({}))
        .await;
    assert_eq!(status, 200, "the connection is still good");
}

#[tokio::test]
async fn a_frame_without_a_header_id_is_answered_without_one() {
    let mut client = log_in(&serve().await).await;
    let mut header = Map::new();
    header.insert("method".to_owned(), "telemetry.v1".into());
    let (status, frame) = client.ask(Value::Object(header), &Value::Null).await;
    assert_eq!((status, &frame.header["id"]), (200, &Value::Null));
}

#[tokio::test]
async fn a_fault_strikes_what_is_written_to_maps_and_nothing_else() {
    let cds = "cds.us1.twilio.com";
    let rule = json!({"target": "sync:maps.write", "effect": {"fail": 403}, "times": 1});
    let mut client = log_in(&serve_with_rules(vec![rule]).await).await;
    let unwritten = client.http("GET", cds, "/v3/Maps/mine", Value::Null).await;
    assert_eq!(unwritten.0, 404);
    let document = json!({"unique_name": "mine"});
    let made = client
        .http("POST", cds, "/v3/Documents", document.clone())
        .await;
    assert_eq!(made.0, 201);
    let (status, body) = client.http("POST", cds, "/v3/Maps", document.clone()).await;
    assert_eq!((status, &body["code"]), (403, &json!(54007)));
    assert_eq!(client.http("POST", cds, "/v3/Maps", document).await.0, 201);
}
