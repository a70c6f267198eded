//! The running sandbox: the world behind a lock, real time, and the products that listen to what it asks for.

use crate::control::faults::Faults;
use crate::control::past::{self, Past};
use crate::control::requests::RequestLog;
use crate::voice::VoiceHub;
use backline::time::Millis;
use backline_world::output::Output;
use backline_world::World;
use serde_json::{json, Value};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::{mpsc, Notify};

/// Shared by every product; cheap to clone.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sandbox")
    }
}

struct Inner {
    world: Mutex<World>,
    listeners: Mutex<Vec<mpsc::UnboundedSender<Output>>>,
    wake: Notify,
    start: Instant,
    options: Options,
    faults: Faults,
    past: Past,
    requests: RequestLog,
    voice: Arc<VoiceHub>,
    /// `custom_data.features` of Flex's configuration.
    features: Mutex<Value>,
    /// What lies over all of it.
    overlay: Mutex<Value>,
}

/// What the command line decides.
#[derive(Debug, Clone)]
pub struct Options {
    /// The one port, on the loopback interface.
    pub port: u16,
    /// Signs webhooks and checks REST's basic authentication.
    pub auth_token: String,
    /// The directory with the bundled Flex UI (`flex.js`).
    pub flex_bundle: PathBuf,
    /// The built plugin: a script, or a directory whose newest script it is; `None` for Flex without one.
    pub plugin: Option<PathBuf>,
}

impl Sandbox {
    /// A sandbox over `world`, with its time running.
    #[must_use]
    pub fn new(world: World, options: Options) -> Self {
        Self(Arc::new(Inner {
            world: Mutex::new(world),
            listeners: Mutex::default(),
            wake: Notify::new(),
            start: Instant::now(),
            options,
            faults: Faults::default(),
            past: Past::default(),
            requests: RequestLog::default(),
            voice: Arc::default(),
            features: Mutex::new(json!({
                "internal_call": {
                    "enabled": true, "enable_call_agent": true, "enable_call_queue": true,
                },
                "multi_call": {"enabled": true},
            })),
            overlay: Mutex::new(json!({})),
        }))
    }

    /// What the plugin's features are configured as, for every Flex that starts from now on.
    #[must_use]
    pub fn features(&self) -> Value {
        self.0
            .features
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Configures one feature.
    pub fn configure(&self, feature: &str, settings: Value) {
        let mut features = self
            .0
            .features
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(features) = features.as_object_mut() {
            features.insert(feature.to_owned(), settings);
        }
    }

    /// Flex's configuration, for every Flex that starts from now on, is as it would be with this merged into it
    /// (<https://www.rfc-editor.org/rfc/rfc7396>).
    pub fn overlay(&self, patch: Value) {
        *self
            .0
            .overlay
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = patch;
    }

    /// Flex's configuration, with what lies over it.
    pub fn overlaid(&self, mut configuration: Value) -> Value {
        let overlay = self
            .0
            .overlay
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        json_patch::merge(&mut configuration, &overlay);
        configuration
    }

    /// An empty sandbox that listens nowhere.
    #[cfg(test)]
    pub fn for_tests() -> Self {
        Self::new(
            World::default(),
            Options {
                port: 0,
                auth_token: "sandbox-auth-token".to_owned(),
                flex_bundle: PathBuf::new(),
                plugin: None,
            },
        )
    }

    /// What the command line decided.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// The faults that tests injected.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The requests that were answered.
    #[must_use]
    pub fn requests(&self) -> &RequestLog {
        &self.0.requests
    }

    /// How long the sandbox runs, milliseconds: the world's time.
    #[must_use]
    pub fn uptime_ms(&self) -> u64 {
        u64::try_from(self.0.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Signalling and media of the voice product.
    #[must_use]
    pub fn voice(&self) -> &Arc<VoiceHub> {
        &self.0.voice
    }

    /// Reads the world as it was last changed, without letting time pass.
    pub fn read<T>(&self, read: impl FnOnce(&World) -> T) -> T {
        read(&self.0.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads or changes the world, now. What it asks for goes to the listeners before this returns. (A list that a fault
    /// makes lag behind reads the world as it was.)
    pub fn world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let change = match past::lag() {
            Some(lag) => match self.past(lag) {
                Some(mut world) => return change(&mut world),
                None => change,
            },
            None => change,
        };
        let answer = self.apply(change);
        self.0.wake.notify_one();
        answer
    }

    fn past(&self, lag: Millis) -> Option<World> {
        let moment = Millis(self.uptime_ms().saturating_sub(lag.0));
        self.0.past.at(moment)
    }

    fn apply<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let now = Millis(self.uptime_ms());
        let mut world = self.0.world.lock().unwrap_or_else(PoisonError::into_inner);
        let lag = self.faults().longest_lag();
        self.0.past.before(lag, &world);
        let answer = world.change(now, change);
        self.0.past.after(lag, now, &world);
        // Still under the world's lock: listeners see outputs in the order of the changes.
        let mut listeners = self
            .0
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for output in world.drain() {
            listeners.retain(|listener| listener.send(output.clone()).is_ok());
        }
        answer
    }

    /// Everything that the world asks for from now on; a product picks out what is its own.
    #[must_use]
    pub fn listen(&self) -> mpsc::UnboundedReceiver<Output> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.0
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(sender);
        receiver
    }

    /// Lets time pass in the world: wakes at each deadline. Runs until the process ends.
    pub async fn run_clock(&self) {
        loop {
            let wait = self.apply(|world| {
                world
                    .next_deadline()
                    .map(|due| due.0.saturating_sub(world.now().0))
            });
            let woken = self.0.wake.notified();
            match wait {
                Some(wait) => {
                    let _ =
                        tokio::time::timeout(std::time::Duration::from_millis(wait.max(1)), woken)
                            .await;
                }
                None => woken.await,
            }
        }
    }
}
