//! An office in simulated time: three agents' cores, the functions and the world, joined by messages that take time,
//! get lost, doubled, late or refused. No clock, no I/O: the same seed gives the same run.

pub mod check;
pub mod message;
pub mod network;
pub mod rest;
mod server;
mod station;

use backline::event::Event;
use backline::ids::{CallSid, TaskSid};
use backline::time::Millis;
use backline_world::routing::WorkerUpdate;
use backline_world::{account, setup, World};
use message::{Act, Agent, Message};
use network::{Fault, Network, Rule};
use server::Served;
use station::Station;
use std::collections::{BTreeMap, BTreeSet};

pub const ALICE: Agent = 0;
pub const BOB: Agent = 1;
pub const CAROL: Agent = 2;
pub const NAMES: [&str; 3] = ["alice", "bob", "carol"];

/// Unix time at the beginning: 2026-01-01.
pub const EPOCH: Millis = Millis(1_767_225_600_000);

pub struct Office {
    pub world: World,
    pub now: Millis,
    pub network: Network,
    pub stations: Vec<Station>,
    /// Everything that happened, for a failure's report.
    pub log: Vec<String>,
    queue: BTreeMap<(Millis, u64), Message>,
    sent: u64,
    runs: BTreeMap<u64, Served>,
    /// When the latest event of each agent's socket arrives: a socket keeps its order.
    socket: [Millis; 3],
    /// Legs that their phones were told to stop ringing for.
    stopped: BTreeSet<CallSid>,
    /// Whether two agents ever heard each other.
    pub talked: bool,
    /// Legs that have been in a conference.
    joined: BTreeSet<CallSid>,
}

impl Office {
    /// Three agents who are available, and nothing else.
    pub fn new(seed: u64) -> Self {
        let mut world = setup::demo(3, EPOCH);
        for agent in 0..3 {
            let update = WorkerUpdate {
                activity: Some(setup::available_activity_sid()),
                ..WorkerUpdate::default()
            };
            let sid = account::worker_sid(agent);
            world.change(Millis(0), |world| {
                world
                    .routing
                    .update_worker(Millis(0), &sid, update)
                    .unwrap();
            });
        }
        world.drain();
        Self {
            world,
            now: Millis(0),
            network: Network::new(seed),
            stations: (0..3).map(Station::new).collect(),
            log: Vec::new(),
            queue: BTreeMap::new(),
            sent: 0,
            runs: BTreeMap::new(),
            socket: [Millis(0); 3],
            stopped: BTreeSet::new(),
            talked: false,
            joined: BTreeSet::new(),
        }
    }

    /// The next message of this hop meets a fault.
    pub fn fault(&mut self, hop: &'static str, fault: Fault) {
        self.faults(hop, fault, 1);
    }

    /// The next `meet` messages of this hop meet a fault.
    pub fn faults(&mut self, hop: &'static str, fault: Fault, meet: u64) {
        self.network.rules.push(Rule {
            hop,
            spare: 0,
            meet,
            fault,
        });
    }

    /// Puts something on its way.
    pub fn send(&mut self, hop: &str, message: Message) {
        let fault = self.network.fault(hop);
        if let Some(fault) = fault {
            self.note(format!("{hop}: {fault:?}"));
        }
        let mut at = self.now + self.network.latency(hop);
        match fault {
            None => {}
            Some(Fault::Delay(span)) => at = at + span,
            Some(Fault::Double) => {
                let again = self.now + self.network.latency(hop);
                self.arrive(again, message.clone());
            }
            Some(fault @ (Fault::Lose | Fault::Fail(_))) => {
                if let Message::PhoneRings { call } = &message {
                    let call = call.clone();
                    self.change(|world| world.telephony.leg_unreachable(world.now(), &call));
                }
                if let Some((wait, instead)) = message.mishap(fault) {
                    let at = self.now + wait;
                    self.arrive(at, instead);
                }
                return;
            }
        }
        self.arrive(at, message);
    }

    fn arrive(&mut self, mut at: Millis, message: Message) {
        if let Message::Push { agent, .. } = &message {
            at = at.max(self.socket[*agent]);
            self.socket[*agent] = at;
        }
        self.sent += 1;
        self.queue.insert((at, self.sent), message);
    }

    /// Somebody does something, then.
    pub fn act_at(&mut self, at: Millis, agent: Agent, act: Act) {
        self.arrive(at, Message::Act { agent, act });
    }

    /// Somebody does something, now.
    pub fn act(&mut self, agent: Agent, act: Act) {
        self.note(format!("{} {act:?}", NAMES[agent]));
        self.do_act(agent, act);
    }

    fn next_time(&self) -> Option<Millis> {
        let desks = self.stations.iter().filter_map(|s| s.desk.next_deadline());
        let queue = self.queue.keys().next().map(|(at, _)| *at);
        desks.chain(queue).chain(self.world.next_deadline()).min()
    }

    /// Lets the next thing happen, unless it is after `limit`; whether one did.
    pub fn step(&mut self, limit: Millis) -> bool {
        let Some(at) = self.next_time().filter(|at| *at <= limit) else {
            return false;
        };
        self.now = self.now.max(at);
        self.change(|_| ()); // the world's own deadlines
        let due = |station: &Station| station.desk.next_deadline().is_some_and(|d| d <= at);
        if let Some(agent) = self.stations.iter().position(due) {
            self.dispatch(agent, Event::DeadlineReached);
        } else if let Some(entry) = self.queue.first_entry().filter(|e| e.key().0 <= at) {
            let message = entry.remove();
            self.note(format!("{message:?}"));
            self.handle(message);
        }
        self.watch();
        self.check();
        true
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Millis) {
        let until = self.now + span;
        while self.step(until) {}
        self.now = until;
        self.change(|_| ());
    }

    /// Lets time pass until something is so; it must become so within a simulated minute.
    pub fn until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let limit = self.now + Millis::from_secs(60);
        while !so(self) {
            if !self.step(limit) {
                self.fail(&format!("never so: {what}"));
            }
        }
    }

    /// Lets everything settle, then nothing may be left.
    pub fn comes_to_rest(&mut self) {
        self.pass(Millis::from_secs(1200));
        if let Some(left) = self.left_over() {
            self.fail(&format!("left over: {left}"));
        }
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Rpc { agent, reply, rpc } => self.rpc(agent, reply, rpc),
            Message::Settled { agent, id, outcome } => self.settled(agent, id, outcome),
            Message::Push {
                agent,
                event_type,
                payload,
            } => self.pushed(agent, &event_type, &payload),
            Message::Request {
                from,
                path,
                parameters,
            } => self.requested(from, &path, &parameters),
            Message::RunDies { run } => self.run_dies(run),
            Message::Order {
                run,
                batch,
                index,
                order,
            } => self.ordered(run, batch, index, &order),
            Message::Answer {
                run,
                batch,
                index,
                answer,
            } => self.answered(run, batch, index, answer),
            Message::WebhookAnswer { id, answer } => self.change(|world| match answer {
                Some((status, body)) => {
                    world
                        .telephony
                        .webhook_answered(world.now(), id, status, &body);
                }
                None => world.telephony.webhook_failed(world.now(), id),
            }),
            Message::PhoneRings { call } => {
                self.change(|world| world.telephony.leg_ringing(world.now(), &call));
                self.send("phone:answer", Message::PhoneAnswers { call });
            }
            Message::PhoneAnswers { call } => {
                if !self.stopped.contains(&call) {
                    self.change(|world| world.telephony.leg_answered(world.now(), &call));
                }
            }
            Message::PhoneStops { call } => {
                self.stopped.insert(call);
            }
            Message::HangUp { call } => {
                self.change(|world| world.telephony.leg_hung_up(world.now(), &call));
            }
            Message::Act { agent, act } => self.do_act(agent, act),
        }
    }

    pub fn note(&mut self, what: String) {
        self.log.push(format!("{:>8} {what}", self.now.0));
    }

    /// Ends the test, with everything that led here.
    pub fn fail(&self, why: &str) -> ! {
        let log = self.log.join("\n");
        panic!(
            "{log}\n{why} at {} ms; faults met: {:?}",
            self.now.0, self.network.met
        );
    }

    /// Open tasks of this role.
    pub fn open_tasks(&self, role: &str) -> Vec<TaskSid> {
        check::open_tasks(&self.world, role)
            .map(|task| task.sid.clone())
            .collect()
    }
}
