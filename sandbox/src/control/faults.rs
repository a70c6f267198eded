//! Faults by target: latency, errors, lost and doubled messages, dropped sockets.
//!
//! A target is a name such as `rpc:createTask`; the word before the colon (`rpc`) names the whole family, and
//! `request` every HTTP request that would leave the browser or the functions (see `docs/control.md`).

use crate::sandbox::Sandbox;
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::broadcast;

/// What must become of one message or request. Its latency has passed already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Nothing unusual.
    Pass,
    /// It must not arrive.
    Lose,
    /// It must arrive twice.
    Duplicate,
    /// It must be answered with this HTTP status.
    Fail(u16),
    /// It must be carried out and never answered.
    Hang,
    /// It must be answered from what was so many milliseconds ago.
    Lag(u64),
}

/// Waits out the latency of `target`, counts its rules down and says what to do.
pub async fn gate(sandbox: &Sandbox, target: &str) -> Gate {
    gate_any(sandbox, &[target.to_owned()]).await
}

/// [`gate`] for something that has several names; each rule strikes once.
pub async fn gate_any(sandbox: &Sandbox, names: &[String]) -> Gate {
    let (latency, gate) = sandbox.faults().strike(names);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    gate
}

/// The faults of one open socket.
#[derive(Debug)]
pub struct Line {
    sandbox: Sandbox,
    target: String,
    drops: broadcast::Receiver<String>,
}

impl Line {
    /// Of a socket that has just opened; `target` is such as `socket:voice`.
    pub fn new(sandbox: &Sandbox, target: &str) -> Self {
        Self {
            sandbox: sandbox.clone(),
            target: target.to_owned(),
            drops: sandbox.faults().drops.subscribe(),
        }
    }

    /// Ends when the socket must close without a word, as when a network fails. May be abandoned and called again.
    pub async fn dropped(&mut self) {
        loop {
            match self.drops.recv().await {
                Ok(target) if covers(&target, &self.target) => return,
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// How often the next message must be sent to the page: once, unless a rule says otherwise. Waits out its latency.
    pub async fn copies(&self) -> usize {
        match gate(&self.sandbox, &self.target).await {
            Gate::Pass | Gate::Lag(_) => 1,
            Gate::Lose | Gate::Fail(_) | Gate::Hang => 0,
            Gate::Duplicate => 2,
        }
    }
}

/// A fault, as `PUT /control/faults` takes it and `GET` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Whom it strikes.
    pub target: String,
    /// Added before anything else happens, milliseconds.
    #[serde(default)]
    pub latency_ms: u64,
    /// What happens then.
    #[serde(default)]
    pub effect: Effect,
    /// How often it still strikes; without it, until it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// What a fault does, apart from its latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    #[default]
    Pass,
    /// A message is not sent; a request is carried out and its answer is lost.
    Lose,
    /// A message is sent twice; a request is carried out twice.
    Duplicate,
    /// The open sockets of the target close at once. Such a rule is not kept.
    Drop,
    /// A request is refused with this HTTP status; a message is not sent.
    Fail(u16),
    /// A request is carried out and never answered: whoever asked must give up by himself. A message is not sent.
    Hang,
    /// A list of Twilio's REST answers as of so many milliseconds ago (at the earliest, as of this rule).
    Lag(u64),
}

/// Why a rule was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RuleError {
    /// `fail` takes an HTTP error.
    #[error("fail takes a status from 400 to 599, not {0}")]
    InnocentStatus(u16),
    /// `drop` takes `socket` or `socket:<name>`.
    #[error("only sockets can be dropped, not {0}")]
    NotASocket(String),
    /// `lag` takes `rest:<resource>.list`.
    #[error("only REST's lists can lag behind, not {0}")]
    NotAList(String),
}

/// The rules in force.
#[derive(Debug)]
pub struct Faults {
    rules: Mutex<Vec<Rule>>,
    lag: Mutex<Option<u64>>,
    drops: broadcast::Sender<String>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            rules: Mutex::default(),
            lag: Mutex::default(),
            drops: broadcast::Sender::new(64),
        }
    }
}

impl Faults {
    /// Puts `rules` in the place of all others.
    ///
    /// # Errors
    /// [`RuleError`] if one of them makes no sense; then nothing changes.
    pub fn replace(&self, rules: Vec<Rule>) -> Result<(), RuleError> {
        for rule in &rules {
            rule.check()?;
        }
        let (drops, kept): (Vec<_>, Vec<_>) = rules
            .into_iter()
            .partition(|rule| rule.effect == Effect::Drop);
        let lag = kept.iter().filter_map(|rule| rule.effect.lag()).max();
        *self.lag.lock().unwrap_or_else(PoisonError::into_inner) = lag;
        *self.lock() = kept;
        for rule in drops {
            self.drop_sockets(rule.target);
        }
        Ok(())
    }

    /// The longest time that a list lags behind, milliseconds, by the rules as they were put: one that has struck for the
    /// last time may still be at work.
    pub fn longest_lag(&self) -> Option<u64> {
        *self.lag.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the open sockets of a target, without a word.
    pub fn drop_sockets(&self, target: String) {
        // Nobody listening means that no socket is open.
        let _ = self.drops.send(target);
    }

    /// The rules that still strike.
    pub fn rules(&self) -> Vec<Rule> {
        self.lock().clone()
    }

    /// Counts the rules for any of `names` down: their latencies together, and the first effect.
    fn strike(&self, names: &[String]) -> (Duration, Gate) {
        let mut rules = self.lock();
        let mut latency = Duration::ZERO;
        let mut gate = Gate::Pass;
        for rule in rules.iter_mut() {
            if !names.iter().any(|name| covers(&rule.target, name)) {
                continue;
            }
            if let Some(times) = &mut rule.times {
                *times = times.saturating_sub(1);
            }
            latency += Duration::from_millis(rule.latency_ms);
            if gate == Gate::Pass {
                gate = rule.effect.gate();
            }
        }
        rules.retain(|rule| rule.times != Some(0));
        (latency, gate)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rule {
    fn check(&self) -> Result<(), RuleError> {
        match self.effect {
            Effect::Fail(status) if !(400..600).contains(&status) => {
                Err(RuleError::InnocentStatus(status))
            }
            Effect::Drop if self.target != "socket" && !self.target.starts_with("socket:") => {
                Err(RuleError::NotASocket(self.target.clone()))
            }
            Effect::Lag(_)
                if !(self.target.starts_with("rest:") && self.target.ends_with(".list")) =>
            {
                Err(RuleError::NotAList(self.target.clone()))
            }
            Effect::Pass
            | Effect::Lose
            | Effect::Duplicate
            | Effect::Drop
            | Effect::Fail(_)
            | Effect::Hang
            | Effect::Lag(_) => Ok(()),
        }
    }
}

impl Effect {
    fn lag(self) -> Option<u64> {
        match self {
            Self::Lag(span) => Some(span),
            Self::Pass | Self::Lose | Self::Duplicate | Self::Drop | Self::Fail(_) | Self::Hang => {
                None
            }
        }
    }

    fn gate(self) -> Gate {
        match self {
            Self::Pass | Self::Drop => Gate::Pass,
            Self::Lose => Gate::Lose,
            Self::Duplicate => Gate::Duplicate,
            Self::Fail(status) => Gate::Fail(status),
            Self::Hang => Gate::Hang,
            Self::Lag(span) => Gate::Lag(span),
        }
    }
}

/// Whether a rule for `target` strikes `name`: the same name, or its family.
fn covers(target: &str, name: &str) -> bool {
    name.strip_prefix(target)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(target: &str, latency_ms: u64, effect: Effect, times: Option<u32>) -> Rule {
        Rule {
            target: target.to_owned(),
            latency_ms,
            effect,
            times,
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_rule_strikes_its_target_and_its_family_only() {
        let faults = Faults::default();
        faults
            .replace(vec![rule("rpc", 0, Effect::Fail(503), None)])
            .unwrap();
        assert_eq!(
            faults.strike(&names(&["rpc:createTask"])).1,
            Gate::Fail(503)
        );
        assert_eq!(faults.strike(&names(&["rpcs"])).1, Gate::Pass);
        assert_eq!(faults.strike(&names(&["rest:tasks.update"])).1, Gate::Pass);
    }

    #[test]
    fn a_counted_rule_strikes_that_often_and_is_gone() {
        let faults = Faults::default();
        faults
            .replace(vec![rule("functions", 0, Effect::Lose, Some(2))])
            .unwrap();
        let struck: Vec<Gate> = (0..3)
            .map(|_| faults.strike(&names(&["functions"])).1)
            .collect();
        assert_eq!(struck, [Gate::Lose, Gate::Lose, Gate::Pass]);
        assert!(faults.rules().is_empty());
    }

    #[test]
    fn latencies_add_up_and_the_first_effect_wins() {
        let faults = Faults::default();
        faults
            .replace(vec![
                rule("request", 100, Effect::Pass, None),
                rule("rpc:createTask", 20, Effect::Fail(400), None),
                rule("rpc", 3, Effect::Duplicate, None),
            ])
            .unwrap();
        assert_eq!(
            faults.strike(&names(&["request", "rpc:createTask"])),
            (Duration::from_millis(123), Gate::Fail(400))
        );
    }

    #[test]
    fn senseless_rules_are_refused_and_change_nothing() {
        let faults = Faults::default();
        let kept = rule("functions", 5, Effect::Pass, None);
        faults.replace(vec![kept.clone()]).unwrap();
        assert_eq!(
            faults.replace(vec![rule("rpc", 0, Effect::Fail(200), None)]),
            Err(RuleError::InnocentStatus(200))
        );
        for (target, effect) in [
            ("functions", Effect::Drop),
            ("rest", Effect::Lag(5)),
            ("rest:tasks.fetch", Effect::Lag(5)),
            ("rpc:tasks.list", Effect::Lag(5)),
        ] {
            let refused = faults.replace(vec![rule(target, 0, effect, None)]);
            assert!(refused.is_err(), "{target}");
        }
        assert_eq!(faults.rules(), [kept]);
    }

    #[tokio::test]
    async fn a_drop_reaches_the_open_sockets_of_its_target_and_is_not_kept() {
        let sandbox = Sandbox::for_tests();
        let mut voice = Line::new(&sandbox, "socket:voice");
        let mut bridge = Line::new(&sandbox, "socket:event-bridge");
        sandbox
            .faults()
            .replace(vec![rule("socket:voice", 0, Effect::Drop, None)])
            .unwrap();
        assert!(sandbox.faults().rules().is_empty());
        tokio::select! {
            biased;
            () = bridge.dropped() => panic!("the wrong socket was dropped"),
            () = voice.dropped() => {}
        }
    }
}
