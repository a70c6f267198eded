//! What must always be so, and what must be so at rest.

use super::{shell, Office, NAMES};
use backline::event::Tab;
use backline::time::Millis;
use backline_world::audio::Hears;
use backline_world::routing::model::Task;
use backline_world::World;
use std::collections::BTreeMap;

/// How long a person's phone rings by default, and a queue.
const RINGS: Millis = Millis::from_secs(25);
const QUEUE_RINGS: Millis = Millis::from_secs(120);

/// How long after that a caller must know at the latest, if nothing goes wrong.
const SETTLES: Millis = Millis::from_secs(45);

/// How much longer for each thing that went wrong: a request given up, and the pause before the next.
const MISHAP: Millis = Millis::from_secs(35);

/// Tasks of calls between agents that are not over.
pub fn open_tasks<'a>(world: &'a World, role: &'a str) -> impl Iterator<Item = &'a Task> {
    world
        .routing
        .tasks()
        .filter(move |task| task.state.ended().is_none() && link(task, "role") == Some(role))
}

fn link<'a>(task: &'a Task, key: &str) -> Option<&'a str> {
    task.attributes.get("internal_call")?.get(key)?.as_str()
}

impl Office {
    /// Notes whether two agents hear each other.
    pub(super) fn watch(&mut self) {
        self.talked |= [(0, 1), (0, 2), (1, 2)]
            .into_iter()
            .any(|(one, other)| self.talk(one, other));
        if (0..NAMES.len()).all(|one| self.heard(one).iter().any(|heard| heard.len() > 1)) {
            *self.shown.entry("three talk").or_default() += 1;
        }
    }

    pub(super) fn check(&self) {
        let mut callees: BTreeMap<(&str, Option<&str>), u32> = BTreeMap::new();
        for task in open_tasks(&self.world, "callee") {
            // Each who is added to a call has one of his own.
            let added = link(task, "added_by").and_then(|_| link(task, "callee_worker"));
            let count = callees
                .entry((link(task, "caller_task").unwrap(), added))
                .or_default();
            *count += 1;
            if *count > 1 {
                self.fail("two open tasks of one callee");
            }
        }
        for (agent, name) in NAMES.iter().enumerate() {
            if self.heard(agent).len() > 1 {
                self.fail(&format!("{name} hears two calls"));
            }
        }
    }

    /// Nobody waits for his callee longer than his phone may ring, and some.
    pub(super) fn check_waits(&self) {
        for station in &self.stations {
            let Some(since) = station.waits_since else {
                continue;
            };
            if self.now <= since + RINGS + SETTLES {
                continue;
            }
            let called = station.desk.dialpad_view().map(|view| view.active);
            let rings = if called == Some(Tab::Queue) {
                QUEUE_RINGS
            } else {
                RINGS
            };
            // Each fault, and each straggler, may take an attempt and its pause.
            let faults = u32::try_from(self.network.met.len()).unwrap();
            let excuse = Millis(u64::from(faults) * MISHAP.0);
            if self.now > since + rings + SETTLES + excuse {
                self.fail(&format!("{} is left waiting", shell::name(station.seat)));
            }
        }
    }

    /// Whom each of the agent's legs hears, if anybody: agents by name, customers as `customer`.
    pub fn heard(&self, agent: usize) -> Vec<Vec<&'static str>> {
        let graph = self.world.telephony.audio();
        let mut heard = Vec::new();
        for leg in graph.legs {
            let identity = |call| {
                let call = self.world.telephony.call(call);
                call.and_then(|call| call.identity)
            };
            if identity(&leg.call).as_deref() != Some(NAMES[agent]) {
                continue;
            }
            if let Hears::Legs(others) = leg.hears {
                heard.push(others.iter().map(|call| name(identity(call))).collect());
            }
        }
        heard
    }

    /// Whether these two, and nobody else, hear each other.
    pub fn talk(&self, one: usize, other: usize) -> bool {
        self.heard(one) == [[NAMES[other]]] && self.heard(other) == [[NAMES[one]]]
    }

    /// What is still open, if anything.
    pub fn left_over(&self) -> Option<String> {
        let mut left = Vec::new();
        for task in self.world.routing.tasks() {
            if task.state.ended().is_none() {
                let role = link(task, "role").unwrap_or("native");
                left.push(format!(
                    "{role} task {} is {}",
                    task.sid,
                    task.state.as_str()
                ));
            }
        }
        for reservation in self.world.routing.reservations() {
            if reservation.state.is_live() {
                let (sid, state) = (&reservation.sid, reservation.state.as_str());
                left.push(format!("reservation {sid} is {state}"));
            }
        }
        for call in self.world.telephony.calls() {
            if call.duration_s.is_none() && call.end_time.is_none() {
                left.push(format!("leg {} of {} is {}", call.sid, call.to, call.doing));
            }
        }
        let rest = self.world.routing.is_at_rest() && self.world.telephony.is_at_rest();
        if !rest && left.is_empty() {
            left.push("a conference".to_owned());
        }
        (!rest).then(|| left.join("; "))
    }
}

fn name(identity: Option<String>) -> &'static str {
    let known = NAMES
        .iter()
        .find(|name| identity.as_deref() == Some(**name));
    known.copied().unwrap_or("customer")
}
