//! What must always be so, and what must be so at rest.

use super::{Office, NAMES};
use backline::ids::WorkerSid;
use backline_world::account;
use backline_world::audio::Hears;
use backline_world::routing::model::Task;
use backline_world::telephony::CallView;
use backline_world::World;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Notes which legs have been in a conference.
    pub(super) fn watch(&mut self) {
        self.talked |= [(0, 1), (0, 2), (1, 2)]
            .into_iter()
            .any(|(one, other)| self.talk(one, other));
        for room in self.world.telephony.conferences() {
            self.joined.extend(
                room.participants
                    .into_iter()
                    .filter(|one| one.status == "connected")
                    .map(|one| one.call),
            );
        }
    }

    /// The calls (by the caller's task) of which an answered leg ended before it was in the conference: its page came
    /// too late or not at all, or its agent hung up at once.
    ///
    /// Nobody tells the functions of such an end: there is no conference to end, and TaskRouter leaves a task of
    /// `Instruction=call` as it is. What is left of such a call waits for the sweep of abandoned calls.
    pub fn calls_with_a_leg_that_never_joined(&self) -> BTreeSet<String> {
        let never = |call: &CallView| {
            call.start_time.is_some() && call.end_time.is_some() && !self.joined.contains(&call.sid)
        };
        let legs = self.world.telephony.calls().into_iter().filter(never);
        let reservations = legs.filter_map(|call| call.reservation);
        reservations
            .filter_map(|sid| {
                let reservation = self.world.routing.reservation(&sid).ok()?;
                self.call_of(self.world.routing.task(&reservation.task).ok()?)
            })
            .collect()
    }

    /// The caller's task of the call that this task is of.
    pub fn call_of(&self, task: &Task) -> Option<String> {
        match link(task, "role")? {
            "caller" => Some(task.sid.to_string()),
            _ => link(task, "caller_task").map(str::to_owned),
        }
    }

    pub(super) fn check(&self) {
        let mut callees: BTreeMap<&str, u32> = BTreeMap::new();
        for task in open_tasks(&self.world, "callee") {
            let count = callees
                .entry(link(task, "caller_task").unwrap())
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

    /// Whom each of the agent's legs hears, if anybody: agents by name, customers as `customer`.
    pub fn heard(&self, agent: usize) -> Vec<Vec<&'static str>> {
        let own = account::worker_sid(agent);
        let graph = self.world.telephony.audio();
        let mut heard = Vec::new();
        for leg in graph.legs {
            let worker = |call| self.world.telephony.call(call).and_then(|call| call.worker);
            if worker(&leg.call).as_ref() != Some(&own) {
                continue;
            }
            if let Hears::Legs(others) = leg.hears {
                heard.push(others.iter().map(|call| name(worker(call))).collect());
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
        let swept: BTreeSet<String> = if std::env::var("SWEEP").is_ok() {
            self.calls_with_a_leg_that_never_joined()
        } else {
            BTreeSet::new()
        };
        let mut left = Vec::new();
        for task in self.world.routing.tasks() {
            let sweep = self.call_of(task).is_some_and(|call| swept.contains(&call));
            if task.state.ended().is_none() && !sweep {
                let role = link(task, "role").unwrap_or("native");
                left.push(format!(
                    "{role} task {} is {}",
                    task.sid,
                    task.state.as_str()
                ));
            }
        }
        for reservation in self.world.routing.reservations() {
            let task = self.world.routing.task(&reservation.task).ok();
            let call = task.and_then(|task| self.call_of(task));
            let sweep = call.is_some_and(|call| swept.contains(&call));
            if reservation.state.is_live() && !sweep {
                let (sid, state) = (&reservation.sid, reservation.state.as_str());
                left.push(format!("reservation {sid} is {state}"));
            }
        }
        for call in self.world.telephony.calls() {
            if call.duration_s.is_none() && call.end_time.is_none() {
                left.push(format!("leg {} of {} is {}", call.sid, call.to, call.doing));
            }
        }
        if left.is_empty() && !self.world.telephony.is_at_rest() {
            left.push("a conference".to_owned());
        }
        if left.is_empty() && swept.is_empty() {
            assert!(self.world.routing.is_at_rest());
        }
        (!left.is_empty()).then(|| left.join("; "))
    }
}

fn name(worker: Option<WorkerSid>) -> &'static str {
    let known = (0..NAMES.len()).find(|agent| worker == Some(account::worker_sid(*agent)));
    known.map_or("customer", |agent| NAMES[agent])
}
