//! Twilsock, and what travels on it: Sync and Conversations.
//!
//! [`frame`] is the wire, [`tunnel`] the HTTP inside it, [`sync`] and [`conversations`] the products, [`socket`] one
//! connection. Observed in twilsock 0.8.3, 0.12.2 and 0.13.5; Twilio documents the products, not the transport.

mod conversations;
mod frame;
mod socket;
mod sync;
#[cfg(test)]
mod tests;
mod tunnel;

use crate::control::faults::{gate, Gate, Line};
use crate::flex::worker_rows;
use crate::sandbox::Sandbox;
use axum::extract::ws::WebSocketUpgrade;
use axum::routing::any;
use axum::Router;
use backline::ids::ReservationSid;
use backline_world::output::Output;
use backline_world::World;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::{ConnectionId, Index, Sync};
use tokio::sync::mpsc;
use tunnel::{Answer, Request};

/// Regions whose hosts the SDKs may name (<https://www.twilio.com/docs/global-infrastructure/regional-product-and-feature-availability>).
const HOSTS: [&str; 4] = [
    "tsock.us1.twilio.com",
    "tsock.ie1.twilio.com",
    "tsock.au1.twilio.com",
    "tsock.twilio.com",
];

/// The routes of this product, absolute (`/t/<host>/…` for what the SDKs believe to be `<host>`).
pub fn routes(sandbox: &Sandbox) -> Router {
    let twilsock = Twilsock::new(sandbox.clone());
    twilsock.clone().follow_the_world();
    HOSTS.iter().fold(Router::new(), |router, host| {
        let (twilsock, sandbox) = (twilsock.clone(), sandbox.clone());
        router.route(
            &format!("/t/{host}/v3/wsconnect"),
            any(move |upgrade: WebSocketUpgrade| async move {
                upgrade.on_upgrade(move |socket| async move {
                    let line = Line::new(&sandbox, "socket:twilsock");
                    socket::run(twilsock, socket, line).await;
                })
            }),
        )
    })
}

/// All connections and what they share.
#[derive(Clone)]
struct Twilsock(Arc<Inner>);

struct Inner {
    sandbox: Sandbox,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sync: Sync,
    connections: BTreeMap<ConnectionId, mpsc::UnboundedSender<sync::Push>>,
    connected: ConnectionId,
}

impl Twilsock {
    fn new(sandbox: Sandbox) -> Self {
        Self(Arc::new(Inner {
            sandbox,
            state: Mutex::default(),
        }))
    }

    /// Registers a connection; its pushes arrive at the receiver.
    fn connect(&self) -> (ConnectionId, mpsc::UnboundedReceiver<sync::Push>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut state = self.state();
        state.connected += 1;
        let connection = state.connected;
        state.connections.insert(connection, sender);
        (connection, receiver)
    }

    fn disconnect(&self, connection: ConnectionId) {
        let mut state = self.state();
        state.connections.remove(&connection);
        state.sync.forget(connection);
    }

    /// What must become of a tunnelled request.
    async fn gate(&self, request: &Request) -> Gate {
        match request.fault() {
            Some(target) => gate(&self.0.sandbox, &target).await,
            None => Gate::Pass,
        }
    }

    /// Serves a tunnelled request. Its pushes are on their way when this returns, behind the answer.
    fn serve(&self, connection: ConnectionId, identity: &str, request: &Request) -> Answer {
        let mut state = self.state();
        let rows = |index| self.rows(index);
        let product = request.host.split('.').next().unwrap_or_default();
        let answer = match product {
            "cds" => state.sync.serve(connection, request, &rows),
            "aim" => conversations::serve(&mut state.sync, identity, request),
            // Flex's telemetry of itself: taken, and forgotten.
            "flex-sdk" => Answer::ok(serde_json::json!({})),
            // Push notifications' registrations: accepted, and nothing is ever sent that way.
            "ers" => Answer::created(serde_json::json!({})),
            _ => Answer::not_found(request),
        };
        if answer.status >= 400 {
            tracing::debug!(status = answer.status, ?request, "twilsock");
        }
        state.publish();
        answer
    }

    /// The index's rows, each with its key.
    fn rows(&self, index: Index) -> Vec<(String, Value)> {
        let (rows, key) = match index {
            Index::Worker => (worker_rows(&self.0.sandbox), "worker_sid"),
            Index::Reservation => {
                let world = &self.0.sandbox;
                let rows = world.world(|world| world.routing.reservation_index_rows());
                (rows, "reservation_sid")
            }
            // Flex 2.17 asks for these in supervisors' queue statistics only.
            Index::Task | Index::Queue => return Vec::new(),
        };
        let keyed = rows.into_iter().filter_map(|row| {
            let key = row.get(key).and_then(Value::as_str)?.to_owned();
            Some((key, row))
        });
        keyed.collect()
    }

    /// Pushes each change of an index, and of a conference, to those who watch it. Runs until the process ends.
    fn follow_the_world(self) {
        let mut outputs = self.0.sandbox.listen();
        tokio::spawn(async move {
            while let Some(output) = outputs.recv().await {
                if let Output::ConferenceItem { task, key, data } = output {
                    let mut state = self.state();
                    state.sync.set_map_item(&format!("{task}.CS"), &key, data);
                    state.publish();
                    continue;
                }
                let Some((index, key, row)) = self.changed(&output) else {
                    continue;
                };
                let mut state = self.state();
                state.sync.row_changed(index, &key, row.as_ref());
                state.publish();
            }
        });
    }

    /// Which row changed, and what it is now.
    fn changed(&self, output: &Output) -> Option<(Index, String, Option<Value>)> {
        match output {
            Output::WorkerIndexChanged { worker } => {
                let row = |world: &mut World| world.routing.worker_index_row(worker);
                Some((Index::Worker, worker.to_string(), self.0.sandbox.world(row)))
            }
            Output::WorkerEvent {
                event_type,
                payload,
                ..
            } if event_type.starts_with("reservation.") => {
                let sid = ReservationSid::parse(payload.get("sid")?.as_str()?).ok()?;
                let row = |world: &mut World| world.routing.reservation_index_row(&sid);
                let row = self.0.sandbox.world(row);
                Some((Index::Reservation, sid.to_string(), row))
            }
            Output::WorkerEvent { .. }
            | Output::ConferenceItem { .. }
            | Output::OfferLeg { .. }
            | Output::CancelLeg { .. }
            | Output::HangUpLeg { .. }
            | Output::Webhook(_) => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn publish(&mut self) {
        for push in self.sync.drain() {
            if let Some(sender) = self.connections.get(&push.connection) {
                // A connection that is closing has no more use for it.
                let _ = sender.send(push);
            }
        }
    }
}
