//! What really happened, from what the world tells, and whether what the agents are shown is true.

use super::message::{Agent, Seat};
use super::{Office, NAMES};
use backline::effect::Unanswered;
use backline::ids::{ReservationSid, TaskSid};
use backline::time::Millis;
use backline::twilio::attributes::DeclineReason;
use backline_world::{account, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How often an agent's page refuses before TaskRouter's own time-out.
const REFUSALS: usize = 4;

/// What really happened.
#[derive(Debug, Default)]
pub struct Truth {
    /// By the caller's task.
    pub(super) calls: BTreeMap<TaskSid, Call>,
    pub(super) offers: BTreeMap<ReservationSid, Offer>,
    /// When each agent took work, or no work any more, and had room for a call, or none any more.
    available: [History; 3],
    free: [History; 3],
    live: [BTreeSet<ReservationSid>; 3],
}

#[derive(Debug, Default)]
struct History(Vec<(Millis, bool)>);

#[derive(Debug)]
pub(super) struct Call {
    placed: Millis,
    caller: Agent,
    /// The person who is called; `None`: a queue.
    callee: Option<Agent>,
    /// His leg was in the conference; so were both, at once.
    pub(super) joined: bool,
    pub(super) together: bool,
    /// The functions have written so: while Twilio's callback is lost or late nobody can tell the caller.
    pub(super) written: bool,
}

/// A reservation, as the world told of it.
#[derive(Debug)]
pub(super) struct Offer {
    task: TaskSid,
    call: Option<TaskSid>,
    is_callee: bool,
    to_queue: bool,
    pub(super) accepted: bool,
    /// Where he pressed a button that declines, and with which reason.
    pub(super) declined: Vec<(Seat, Option<DeclineReason>)>,
    /// Where he was told that it did not get through.
    pub(super) in_vain: BTreeSet<Seat>,
}

impl History {
    /// Whether it was ever no since then.
    fn was_ever_not(&self, since: Millis) -> bool {
        let before = self.0.iter().rev().find(|(at, _)| *at <= since);
        let later = self.0.iter().filter(|(at, _)| *at >= since);
        before.into_iter().chain(later).any(|(_, so)| !so)
    }
}

impl Truth {
    /// The person presses a button that declines.
    pub fn declines(&mut self, seat: Seat, sid: &ReservationSid, reason: Option<DeclineReason>) {
        if let Some(offer) = self.offers.get_mut(sid) {
            offer.declined.push((seat, reason));
            offer.in_vain.remove(&seat);
        }
    }

    /// He declined in vain, and can know it.
    pub fn forgets<'a>(&mut self, seat: Seat, all: impl Iterator<Item = &'a ReservationSid>) {
        for sid in all {
            if let Some(offer) = self.offers.get_mut(sid) {
                offer.in_vain.insert(seat);
            }
        }
    }

    pub fn availability(&mut self, agent: Agent, now: Millis, so: bool) {
        self.available[agent].0.push((now, so));
    }

    fn noted(&mut self, task: &Value) {
        let sid = TaskSid::parse(task["sid"].as_str().unwrap()).unwrap();
        let text = task["attributes"].as_str().unwrap_or_default();
        if let Some(call) = self.calls.get_mut(&sid).filter(|call| call.joined) {
            call.written |= text.contains("\"progress\":\"answered\"");
        }
    }

    fn reserved(&mut self, now: Millis, agent: Agent, payload: &Value) {
        let sid = ReservationSid::parse(payload["sid"].as_str().unwrap()).unwrap();
        let status = payload["reservation_status"].as_str().unwrap();
        if !self.offers.contains_key(&sid) {
            let offer = Offer::read(payload);
            if let Some(call) = offer.call.clone().filter(|_| !offer.is_callee) {
                let links = attributes(payload)["internal_call"]["callee_worker"].clone();
                let callee =
                    (0..NAMES.len()).find(|agent| links == account::worker_sid(*agent).as_str());
                let placed = now;
                self.calls.entry(call).or_insert(Call {
                    placed,
                    caller: agent,
                    callee,
                    joined: false,
                    together: false,
                    written: false,
                });
            }
            self.offers.insert(sid.clone(), offer);
        }
        if let Some(offer) = self.offers.get_mut(&sid) {
            offer.accepted |= status == "accepted";
        }
        let live = &mut self.live[agent];
        match status {
            "pending" | "accepted" | "wrapping" => live.insert(sid),
            _ => live.remove(&sid),
        };
        let free = live.is_empty();
        self.free[agent].0.push((now, free));
    }

    /// The callees' offers of a call.
    fn offers_of<'a>(&'a self, call: &'a TaskSid) -> impl Iterator<Item = &'a Offer> {
        let all = self.offers.values();
        all.filter(move |offer| offer.is_callee && offer.call.as_ref() == Some(call))
    }

    /// Why a call was not missed, though a tab that did not hear how it ended was told so by the functions: of an agent's
    /// offers of this task.
    pub(super) fn lie_of_missed(
        &self,
        world: &World,
        agent: Agent,
        task: &TaskSid,
    ) -> Option<&'static str> {
        let worker = account::worker_sid(agent);
        let his = |(sid, offer): &(&ReservationSid, &Offer)| {
            let reserved = world.routing.reservation(sid);
            offer.task == *task && reserved.is_ok_and(|one| one.worker == worker)
        };
        let (_, offer) = self.offers.iter().find(his)?;
        let caller = world.routing.task(offer.call.as_ref()?).ok()?;
        let declined = caller.attributes["internal_call"]["progress"] == "declined";
        match (offer.accepted, declined) {
            (true, _) => Some("he accepted it"),
            (false, true) => Some("he declined it, and the caller reads so"),
            (false, false) => None,
        }
    }

    /// Why an outcome is not true.
    pub(super) fn lie(&self, sid: &TaskSid, why: Unanswered) -> Option<&'static str> {
        let call = self.calls.get(sid)?;
        let accepted = self.offers_of(sid).any(|offer| offer.accepted);
        let ever_not = |histories: &[History; 3]| {
            let callee = call.callee.map(|agent| &histories[agent]);
            callee.is_some_and(|history| history.was_ever_not(call.placed))
        };
        match why {
            Unanswered::Declined { reason } => {
                let mut declined = self.offers_of(sid).flat_map(|offer| &offer.declined);
                let declined = declined.any(|(_, said)| *said == reason);
                (!declined).then_some("nobody declined so")
            }
            Unanswered::Busy | Unanswered::BusyNotify => {
                (!ever_not(&self.free)).then_some("he had room")
            }
            Unanswered::Glare => {
                let opposite = |other: &Call| {
                    call.callee == Some(other.caller) && other.callee == Some(call.caller)
                };
                (!self.calls.values().any(opposite)).then_some("he did not call")
            }
            Unanswered::NoAnswer => accepted.then_some("he accepted"),
            Unanswered::Unavailable => {
                (!ever_not(&self.available)).then_some("he was available all the time")
            }
            Unanswered::NotConnected => {
                (call.joined && call.written).then_some("he was in the call")
            }
        }
    }
}

impl Offer {
    fn read(payload: &Value) -> Self {
        let task = TaskSid::parse(payload["task_sid"].as_str().unwrap()).unwrap();
        let attributes = attributes(payload);
        let links = &attributes["internal_call"];
        let is_callee = links["role"] == "callee";
        let call = match links["role"].as_str() {
            Some("caller") => Some(task.clone()),
            Some(_) => links["caller_task"]
                .as_str()
                .and_then(|sid| TaskSid::parse(sid).ok()),
            None => None,
        };
        let to_queue = attributes["callToQueue"].is_string();
        Self {
            task,
            call,
            is_callee,
            to_queue,
            accepted: false,
            declined: Vec::new(),
            in_vain: BTreeSet::new(),
        }
    }
}

fn attributes(payload: &Value) -> Value {
    let text = payload["task"]["attributes"].as_str().unwrap_or("{}");
    serde_json::from_str(text).unwrap()
}

impl Office {
    /// TaskRouter tells a worker of something.
    pub(super) fn learn(&mut self, agent: Agent, event_type: &str, payload: &Value) {
        if event_type == "worker.activity.update" {
            let so = payload["available"].as_bool().unwrap();
            self.truth.availability(agent, self.now, so);
        }
        if event_type == "task.updated" {
            self.truth.noted(payload);
        }
        if !event_type.starts_with("reservation.") {
            return;
        }
        self.truth.reserved(self.now, agent, payload);
        if event_type == "reservation.timeout" {
            self.timed_out(agent, payload);
        }
    }

    /// Twilio says that somebody's leg is in the conference, whether it is heard or not.
    pub(super) fn learn_join(&mut self, call: &str, label: &str) {
        let sid = TaskSid::parse(call).unwrap();
        let decided = self.world.routing.task(&sid).is_ok_and(|task| {
            let progress = &task.attributes["internal_call"]["progress"];
            !progress.is_null() && progress != "ringing"
        });
        if decided && label == "callee" {
            return; // it was over before: this conference is ended
        }
        let room = self.world.telephony.conference_named(call);
        let in_it = room.map_or(0, |room| self.world.telephony.participants(&room).len());
        let Some(call) = self.truth.calls.get_mut(&sid) else {
            return;
        };
        call.together |= in_it > 1;
        if label == "callee" {
            call.joined = true;
        }
    }

    /// The worker gets the workspace's TimeoutActivity: never for a call between agents that a page of his could have
    /// refused. A caller without any page, whose own task nobody takes any more, and a queue's member without one
    /// are excepted: nobody was there to act for them; and a member all of whose refusals were lost.
    fn timed_out(&self, agent: Agent, payload: &Value) {
        let sid = ReservationSid::parse(payload["sid"].as_str().unwrap()).unwrap();
        let offer = &self.truth.offers[&sid];
        let there = self
            .seats_of(agent)
            .into_iter()
            .any(|seat| self.stations[seat].open);
        let excused = match (&offer.call, offer.is_callee, offer.to_queue) {
            (None, _, _) => true,
            (Some(_), true, false) => false,
            (Some(_), true, true) => !there || self.refusals_lost() >= REFUSALS,
            (Some(_), false, _) => !there,
        };
        if !excused {
            self.fail(&format!(
                "{}'s {sid} of {} timed out",
                NAMES[agent], offer.task
            ));
        }
    }

    fn refusals_lost(&self) -> usize {
        let refusal = |(hop, _): &&(String, _)| hop == "rpc:reject";
        self.network.met.iter().filter(refusal).count()
    }
}
