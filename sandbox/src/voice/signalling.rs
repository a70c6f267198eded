//! One Device's WebSocket: frames in, frames out, and a sign of life.

use super::hub::{Input, VoiceHub};
use super::messages;
use crate::control::faults::Line;
use axum::extract::ws::{Message, WebSocket};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// The SDK takes a socket for dead after 15 s without a frame (`HEARTBEAT_TIMEOUT` in its `wstransport.js`).
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// Serves one WebSocket until either side closes it.
pub async fn serve(mut socket: WebSocket, hub: Arc<VoiceHub>, mut line: Line) {
    let connection = hub.connection();
    let (sender, mut replies) = mpsc::unbounded_channel();
    hub.input(Input::Opened(connection, sender));
    let mut keep_alive = tokio::time::interval(KEEP_ALIVE);
    loop {
        let alive = tokio::select! {
            reply = replies.recv() => match reply {
                Some(reply) => send(&mut socket, &line, reply.to_text()).await,
                // Dropped on purpose: no closing handshake, as when a network fails.
                None => return,
            },
            () = line.dropped() => false,
            _ = keep_alive.tick() => write(&mut socket, "\n".to_owned()).await,
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => {
                    match messages::parse(&text) {
                        Ok(Some(message)) => hub.input(Input::Said(connection, message)),
                        Ok(None) => {}
                        Err(error) => tracing::warn!(%error, "a Device's frame was ignored"),
                    }
                    true
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => false,
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => true,
            },
        };
        if !alive {
            break;
        }
    }
    hub.input(Input::Closed(connection));
}

/// As often as the injected faults say; losing a message is no failure of the socket.
async fn send(socket: &mut WebSocket, line: &Line, text: String) -> bool {
    for _ in 0..line.copies().await {
        if !write(socket, text.clone()).await {
            return false;
        }
    }
    true
}

async fn write(socket: &mut WebSocket, text: String) -> bool {
    socket.send(Message::Text(text.into())).await.is_ok()
}
