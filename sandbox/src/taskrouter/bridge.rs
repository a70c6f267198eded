//! The event bridge: what twilio-taskrouter's Worker listens and talks to.
//!
//! `GET …/v1/wschannels?token=…` is a WebSocket: first an `init` event, then the worker's events; a blank every ten
//! seconds, since the SDK takes thirty silent ones for a lost connection. `POST` to the same URL is a call ([`rpc`]).

use super::{rpc, Refusal};
use crate::control::faults::Line;
use crate::sandbox::Sandbox;
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, MethodRouter};
use axum::{Json, Router};
use backline::ids::WorkerSid;
use backline_world::account;
use backline_world::output::Output;
use serde::Deserialize;
use serde_json::{json, Value};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::Notify;

const HOSTS: [&str; 5] = [
    "event-bridge.twilio.com",
    "event-bridge.us1.twilio.com",
    "event-bridge.ie1.twilio.com",
    "event-bridge.au1.twilio.com",
    "event-bridge.jp1.twilio.com",
];

/// The SDK's heartbeat gives up after 30 s.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// `token_lifetime` of the `init` event, milliseconds: eight hours.
const TOKEN_LIFETIME_MS: u64 = 28_800_000;

/// WebSocket close code for who may not come in (RFC 6455, "policy violation").
const REFUSED: u16 = 1008;

/// WebSocket close code of a session that another one replaces.
const REPLACED: u16 = 1000;

/// The open sockets, for `closeExistingSessions`.
type Sockets = Arc<Mutex<Vec<Socket>>>;

struct Socket {
    worker: WorkerSid,
    close: Weak<Notify>,
}

#[derive(Clone)]
struct Bridge {
    sandbox: Sandbox,
    sockets: Sockets,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Session {
    token: String,
    close_existing_sessions: Option<String>,
}

/// The event bridge's routes, on each host that the SDK may ask.
pub(super) fn routes(sandbox: &Sandbox) -> Router {
    let router = HOSTS.iter().fold(Router::new(), |router, host| {
        let methods: MethodRouter<Bridge> = get(listen).post(call);
        router.route(&format!("/t/{host}/v1/wschannels"), methods)
    });
    router.with_state(Bridge {
        sandbox: sandbox.clone(),
        sockets: Sockets::default(),
    })
}

async fn listen(
    State(bridge): State<Bridge>,
    Query(session): Query<Session>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let worker = worker_of(&bridge.sandbox, &session.token);
    upgrade.on_upgrade(move |socket| async move {
        match worker {
            Some(worker) => {
                let alone = session.close_existing_sessions.as_deref() == Some("true");
                let close = bridge.open(&worker, alone);
                serve(&bridge.sandbox, socket, worker, &close).await;
            }
            None => refuse(socket).await,
        }
    })
}

impl Bridge {
    /// Registers a socket of the worker, the only one if `alone`; it must close when the answer says so.
    fn open(&self, worker: &WorkerSid, alone: bool) -> Arc<Notify> {
        let close = Arc::new(Notify::new());
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.retain(|socket| {
            let Some(open) = socket.close.upgrade() else {
                return false;
            };
            let replaced = alone && socket.worker == *worker;
            if replaced {
                open.notify_one();
            }
            !replaced
        });
        sockets.push(Socket {
            worker: worker.clone(),
            close: Arc::downgrade(&close),
        });
        close
    }
}

async fn call(
    State(Bridge { sandbox, .. }): State<Bridge>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let request: Value = serde_json::from_slice(&body)
        .map_err(|error| Refusal::invalid("body", &format!("is not JSON: {error}")))?;
    let token = request.get("token").and_then(Value::as_str).unwrap_or("");
    let caller = worker_of(&sandbox, token)
        .ok_or_else(|| Refusal::unauthenticated("Authentication Error - invalid token"))?;
    let if_match = headers
        .get("if-match")
        .and_then(|value| value.to_str().ok());
    let payload = rpc::answer(&sandbox, &caller, &request, if_match)?;
    Ok(Json(json!({ "payload": payload })))
}

fn worker_of(sandbox: &Sandbox, token: &str) -> Option<WorkerSid> {
    let identity = account::identity_of(token)?;
    sandbox.world(|world| {
        let worker = world.routing.worker_by_identity(identity);
        worker.map(|worker| worker.sid.clone())
    })
}

async fn serve(sandbox: &Sandbox, mut socket: WebSocket, worker: WorkerSid, close: &Notify) {
    let name = sandbox.world(|world| {
        let worker = world.routing.worker(&worker);
        worker.map_or_else(|_| String::new(), |worker| worker.name.clone())
    });
    let line = Line::new(sandbox, &format!("socket:event-bridge:{name}"));
    let outputs = sandbox.listen();
    let init = json!({
        "channel_id": worker, "account_sid": account::account_sid(), "workspace_sid": account::workspace_sid(),
        "token_lifetime": TOKEN_LIFETIME_MS,
    });
    if socket.send(event("init", &init)).await.is_ok() {
        forward(&mut socket, outputs, &worker, line, close).await;
    }
}

/// Passes the worker's events on until either side is gone.
async fn forward(
    socket: &mut WebSocket,
    mut outputs: UnboundedReceiver<Output>,
    worker: &WorkerSid,
    mut line: Line,
    close: &Notify,
) {
    let mut keep_alive = tokio::time::interval(KEEP_ALIVE);
    loop {
        let message = tokio::select! {
            output = outputs.recv() => match output {
                Some(Output::WorkerEvent { worker: whose, event_type, payload }) if whose == *worker => {
                    event(&event_type, &payload)
                }
                Some(_) => continue,
                None => return,
            },
            _ = keep_alive.tick() => {
                if socket.send(Message::Text(" ".into())).await.is_err() {
                    return;
                }
                continue;
            }
            () = line.dropped() => return,
            () = close.notified() => {
                let frame = CloseFrame { code: REPLACED, reason: "Session closed".into() };
                let _ = socket.send(Message::Close(Some(frame))).await;
                return;
            }
            // Whatever the SDK says (blanks) only shows that it lives.
            received = socket.recv() => match received {
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return,
            },
        };
        for _ in 0..line.copies().await {
            if socket.send(message.clone()).await.is_err() {
                return;
            }
        }
    }
}

async fn refuse(mut socket: WebSocket) {
    let frame = CloseFrame {
        code: REFUSED,
        reason: "Invalid token".into(),
    };
    let _ = socket.send(Message::Close(Some(frame))).await;
}

fn event(event_type: &str, payload: &Value) -> Message {
    Message::Text(
        json!({ "event_type": event_type, "payload": payload })
            .to_string()
            .into(),
    )
}
