//! Over real sockets: what the SDK and REST clients see.

mod bridge;
mod joining;
mod rest;
mod supervise;
mod transfer;

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
