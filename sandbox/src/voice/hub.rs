//! Drives the switchboard: one task takes what sockets, world and time say, in order, and carries out what follows.

use super::files::Files;
use super::inbox::Spoken;
use super::levels::Levels;
use super::media::{self, LegMedia, MediaError, Offered};
use super::messages::{ClientMessage, ServerMessage};
use super::switchboard::{ConnectionId, LegFact, LegView, Offer, Outside, Switchboard};
use crate::sandbox::Sandbox;
use backline::ids::CallSid;
use backline::time::Millis;
use backline_world::output::Output;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// The voice product's part of the running sandbox.
#[derive(Debug)]
pub struct VoiceHub {
    inputs: mpsc::UnboundedSender<Input>,
    /// Taken by the task that drives the switchboard.
    pending: Mutex<Option<mpsc::UnboundedReceiver<Input>>>,
    connections: AtomicU64,
    shared: Arc<Shared>,
}

/// What the driving task, the mixer and `control` all see.
#[derive(Debug, Default)]
pub struct Shared {
    /// The media of every leg that has any.
    pub media: Mutex<BTreeMap<CallSid, LegMedia>>,
    /// The last packets of legs that are over, which were not yet counted, and whose they were.
    pub departed: Mutex<Vec<(CallSid, String, Vec<Spoken>)>>,
    /// The meters.
    pub levels: Mutex<Levels>,
    /// The legs as the switchboard knows them.
    pub legs: Mutex<BTreeMap<CallSid, LegView>>,
    /// The sounds that the account's server answered.
    pub files: Files,
}

/// What happens to the switchboard from outside the world.
#[derive(Debug)]
pub enum Input {
    /// A WebSocket was opened; what is sent to the sender is written to it, and it is closed when the sender goes.
    Opened(ConnectionId, mpsc::UnboundedSender<ServerMessage>),
    /// A Device said something.
    Said(ConnectionId, ClientMessage),
    /// A WebSocket is gone.
    Closed(ConnectionId),
    /// Drop the WebSockets of an identity.
    Drop(String),
    /// The answer to a new offer of a live leg.
    Renegotiated(CallSid, Result<String, MediaError>),
}

impl Default for VoiceHub {
    fn default() -> Self {
        let (inputs, pending) = mpsc::unbounded_channel();
        Self {
            inputs,
            pending: Mutex::new(Some(pending)),
            connections: AtomicU64::new(0),
            shared: Arc::default(),
        }
    }
}

impl VoiceHub {
    /// Tells the switchboard something.
    pub fn input(&self, input: Input) {
        // The receiver lives as long as the process.
        let _ = self.inputs.send(input);
    }

    /// A name for a new WebSocket.
    #[must_use]
    pub fn connection(&self) -> ConnectionId {
        ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed))
    }

    /// What the mixer and `control` read.
    #[must_use]
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Starts the task that drives the switchboard; whether it did, which it does once. Inside the runtime.
    pub fn start(&self, sandbox: &Sandbox) -> bool {
        self.start_with(sandbox, sandbox.listen())
    }

    fn start_with(&self, sandbox: &Sandbox, outputs: mpsc::UnboundedReceiver<Output>) -> bool {
        let Some(inputs) = lock(&self.pending).take() else {
            return false;
        };
        let driver = Driver {
            switchboard: Switchboard::default(),
            surroundings: Surroundings {
                sandbox: sandbox.clone(),
                inputs: self.inputs.clone(),
                sockets: BTreeMap::new(),
                offered: BTreeMap::new(),
                shared: Arc::clone(&self.shared),
            },
            start: Instant::now(),
        };
        tokio::spawn(driver.run(inputs, outputs));
        true
    }
}

struct Driver {
    switchboard: Switchboard,
    surroundings: Surroundings,
    start: Instant,
}

impl Driver {
    async fn run(
        mut self,
        mut inputs: mpsc::UnboundedReceiver<Input>,
        mut outputs: mpsc::UnboundedReceiver<Output>,
    ) {
        loop {
            let wait = self.switchboard.next_deadline().map_or(
                // Nothing is due: any long time will do.
                Duration::from_secs(3600),
                |due| Duration::from_millis(due.0.saturating_sub(self.now().0)),
            );
            tokio::select! {
                // The world's orders first: what it takes back is not to be answered any more.
                biased;
                output = outputs.recv() => match output {
                    Some(output) => self.order(output),
                    None => return,
                },
                input = inputs.recv() => match input {
                    Some(input) => self.input(input),
                    None => return,
                },
                () = tokio::time::sleep(wait) => {
                    let now = self.now();
                    self.switchboard.fire(now, &mut self.surroundings);
                }
            }
            *lock(&self.surroundings.shared.legs) = self
                .switchboard
                .views()
                .map(|(call, view)| (call.clone(), view))
                .collect();
        }
    }

    fn now(&self) -> Millis {
        Millis(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn order(&mut self, output: Output) {
        match output {
            Output::OfferLeg {
                call,
                identity,
                from,
                to,
                parameters,
            } => {
                let offer = Offer {
                    call,
                    identity,
                    from,
                    to,
                    parameters,
                };
                self.switchboard.offer(offer, &mut self.surroundings);
            }
            Output::CancelLeg { call } | Output::HangUpLeg { call } => {
                self.switchboard.end(&call, &mut self.surroundings);
            }
            Output::WorkerEvent { .. }
            | Output::WorkerIndexChanged { .. }
            | Output::ConferenceItem { .. }
            | Output::Webhook(_) => {}
        }
    }

    fn input(&mut self, input: Input) {
        let outside = &mut self.surroundings;
        match input {
            Input::Opened(connection, socket) => {
                outside.sockets.insert(connection, socket);
                self.switchboard.opened(connection);
            }
            Input::Said(connection, message) => {
                self.switchboard.said(connection, message, outside);
            }
            Input::Closed(connection) => self.close(connection),
            Input::Drop(identity) => {
                for connection in self.switchboard.connections_of(&identity) {
                    self.close(connection);
                }
            }
            Input::Renegotiated(call, result) => {
                self.switchboard.renegotiated(&call, result, outside);
            }
        }
    }

    fn close(&mut self, connection: ConnectionId) {
        if self.surroundings.sockets.remove(&connection).is_some() {
            self.switchboard.closed(self.now(), connection);
        }
    }
}

struct Surroundings {
    sandbox: Sandbox,
    inputs: mpsc::UnboundedSender<Input>,
    sockets: BTreeMap<ConnectionId, mpsc::UnboundedSender<ServerMessage>>,
    /// Offers that ring.
    offered: BTreeMap<CallSid, Offered>,
    shared: Arc<Shared>,
}

impl Outside for Surroundings {
    fn send(&mut self, to: ConnectionId, message: ServerMessage) {
        if let Some(socket) = self.sockets.get(&to) {
            // A socket that is about to be reported closed takes nothing more.
            let _ = socket.send(message);
        }
    }

    fn offer(&mut self, call: &CallSid) -> Result<String, MediaError> {
        let (offered, sdp) = media::offer()?;
        self.offered.insert(call.clone(), offered);
        Ok(sdp)
    }

    fn accept(&mut self, call: &CallSid, answer: &str) -> Result<(), MediaError> {
        let offered = self.offered.remove(call).ok_or(MediaError::Over)?;
        let media = offered.accept(answer)?;
        lock(&self.shared.media).insert(call.clone(), media);
        Ok(())
    }

    fn answer(&mut self, call: &CallSid, offer: &str) -> Result<String, MediaError> {
        let (media, answer) = media::answer(offer)?;
        self.offered.remove(call);
        lock(&self.shared.media).insert(call.clone(), media);
        Ok(answer)
    }

    fn renegotiate(&mut self, call: &CallSid, offer: String) {
        let Some(answer) = lock(&self.shared.media)
            .get(call)
            .map(|media| media.renegotiate(offer))
        else {
            return;
        };
        let (call, inputs) = (call.clone(), self.inputs.clone());
        tokio::spawn(async move {
            let result = answer.await.unwrap_or(Err(MediaError::Over));
            let _ = inputs.send(Input::Renegotiated(call, result));
        });
    }

    fn close(&mut self, call: &CallSid) {
        self.offered.remove(call);
        let Some(media) = lock(&self.shared.media).remove(call) else {
            return;
        };
        let known = lock(&self.shared.legs);
        if let Some(leg) = known.get(call) {
            let last = (call.clone(), leg.identity.clone(), media.last_words());
            lock(&self.shared.departed).push(last);
        }
    }

    fn tell(&mut self, call: &CallSid, fact: LegFact) {
        self.sandbox.world(|world| {
            let now = world.now();
            match fact {
                LegFact::Ringing => world.telephony.leg_ringing(now, call),
                LegFact::Answered => world.telephony.leg_answered(now, call),
                LegFact::Rejected => world.telephony.leg_rejected(now, call),
                LegFact::Unreachable => world.telephony.leg_unreachable(now, call),
                LegFact::HungUp => world.telephony.leg_hung_up(now, call),
            }
        });
    }

    fn dial(&mut self, identity: &str, parameters: Vec<(String, String)>) -> CallSid {
        self.sandbox.world(|world| {
            let now = world.now();
            world.telephony.browser_dials(now, identity, parameters)
        })
    }
}

/// Locks what a panicking task may have left: every value here is replaced whole.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
