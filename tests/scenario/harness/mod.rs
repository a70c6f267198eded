//! An office in simulated time: three agents' cores, the functions and the world, joined by messages that take time,
//! get lost, doubled, late or refused. No clock, no I/O: the same seed gives the same run.

pub mod check;
pub mod message;
pub mod network;
mod person;
mod phone;
pub mod rest;
mod sdk;
mod server;
mod shell;
mod shown;
pub mod station;
mod truth;

use backline::event::Event;
use backline::functions::Sweeps;
use backline::ids::{CallSid, TaskSid};
use backline::time::Millis;
use backline_world::routing::WorkerUpdate;
use backline_world::{account, setup, World};
use message::{Act, Message, Page, Seat};
use network::{Fault, Network, Rule};
use server::Served;
use station::Station;
use std::collections::{BTreeMap, BTreeSet};
use truth::Truth;

pub const ALICE: Seat = 0;
pub const BOB: Seat = 1;
pub const CAROL: Seat = 2;
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
    sweeps: Sweeps,
    /// Legs that their phones were told to stop ringing for.
    stopped: BTreeSet<CallSid>,
    /// Which page's phone answered a leg.
    carried: BTreeMap<CallSid, Page>,
    /// Lists do not show what was made so lately.
    pub lag: Millis,
    /// Whether the world was touched since it was last looked at.
    changed: bool,
    logs: bool,
    pub truth: Truth,
    /// Whether two agents ever heard each other.
    pub talked: bool,
    /// Whether a page went while it may have had something to do.
    pub pages_lost: bool,
    /// Whether calls outlive a page.
    pub recovers: bool,
    /// What agents were shown, and how often.
    pub shown: BTreeMap<&'static str, u64>,
}

impl Office {
    /// Three agents who are available, and nothing else.
    pub fn new(seed: u64) -> Self {
        Self::with(Network::new(seed), true, false)
    }

    /// The same, where calls outlive a page that goes.
    pub fn recovering(seed: u64) -> Self {
        Self::with(Network::new(seed), true, true)
    }

    /// The same, with this network, and a log or none.
    pub fn with(network: Network, logs: bool, recovers: bool) -> Self {
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
        let mut office = Self {
            world,
            now: Millis(0),
            network,
            stations: (0..6).map(|seat| Station::new(seat, 0)).collect(),
            log: Vec::new(),
            queue: BTreeMap::new(),
            sent: 0,
            runs: BTreeMap::new(),
            sweeps: Sweeps::default(),
            stopped: BTreeSet::new(),
            carried: BTreeMap::new(),
            lag: Millis(0),
            changed: true,
            logs,
            truth: Truth::default(),
            talked: false,
            pages_lost: false,
            recovers,
            shown: BTreeMap::new(),
        };
        for agent in [ALICE, BOB, CAROL] {
            office.truth.availability(agent, Millis(0), true);
            office.load(agent, Millis(0));
        }
        // Each plugin has asked whether the functions are there.
        office.pass(Millis::from_secs(20));
        office.network.met.clear();
        office
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
            self.note(|| format!("{hop}: {fault:?}"));
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
        if let Message::Push { page, .. } = &message {
            let latest = &mut self.stations[page.seat].latest;
            at = at.max(*latest);
            *latest = at;
        }
        self.sent += 1;
        self.queue.insert((at, self.sent), message);
    }

    /// Somebody does something, then.
    pub fn act_at(&mut self, at: Millis, seat: Seat, act: Act) {
        self.arrive(at, Message::Act { seat, act });
    }

    /// Somebody does something, now.
    pub fn act(&mut self, seat: Seat, act: Act) {
        self.note(|| format!("{} {act:?}", shell::name(seat)));
        self.do_act(seat, act);
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
        self.tick();
        let due = |station: &Station| station.desk.next_deadline().is_some_and(|d| d <= at);
        if let Some(agent) = self.stations.iter().position(due) {
            self.dispatch(agent, Event::DeadlineReached);
        } else if let Some(entry) = self.queue.first_entry().filter(|e| e.key().0 <= at) {
            let message = entry.remove();
            self.note(|| format!("{message:?}"));
            self.handle(message);
        }
        if std::mem::take(&mut self.changed) {
            self.watch();
            self.check();
        }
        self.check_waits();
        true
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Millis) {
        let until = self.now + span;
        while self.step(until) {}
        self.now = until;
        self.tick();
    }

    /// The world's own deadlines.
    fn tick(&mut self) {
        if self
            .world
            .next_deadline()
            .is_some_and(|due| due <= self.now)
        {
            self.change(|_| ());
        }
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
            Message::Rpc { page, reply, rpc } => self.rpc(page, reply, rpc),
            Message::Settled { page, id, outcome } => self.settled(page, id, outcome),
            Message::HttpTimeout { page, id } => self.http_timeout(page, id),
            Message::Loaded { page } => self.loaded(page),
            Message::Resync { page } => self.reconnected(page),
            Message::Push {
                page,
                session,
                event_type,
                payload,
            } => self.pushed(page, session, &event_type, &payload),
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
            Message::PhoneRings { call } => self.phone_rings(call),
            Message::PhoneAnswers { call, page } => self.phone_answers(&call, page),
            Message::PhoneStops { call } => {
                self.stopped.insert(call);
            }
            Message::HangUp { call } => {
                self.change(|world| world.telephony.leg_hung_up(world.now(), &call));
            }
            Message::Act { seat, act } => self.do_act(seat, act),
        }
    }

    pub fn note(&mut self, what: impl FnOnce() -> String) {
        if self.logs {
            self.log.push(format!("{:>8} {}", self.now.0, what()));
        }
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
