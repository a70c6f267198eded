//! One call: a reservation, the agent's own leg of it, and the others in its conference.

use crate::ids::{CallSid, ReservationSid, TaskSid};
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::participant::RawParticipant;
use crate::twilio::reservation::RawReservation;
use crate::twilio::strategy::StrategyName;
use serde::{Deserialize, Serialize};

/// Names a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Key {
    /// By its reservation.
    Task(ReservationSid),
    /// By its leg: one that belongs to no task of this agent's, as when he listens in on a colleague.
    Leg(CallSid),
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Call {
    pub(super) key: Key,
    pub(super) task: Option<TaskSid>,
    pub(super) name: Pii<String>,
    /// How it is connected, if it is a call between agents.
    pub(super) internal: Option<StrategyName>,
    pub(super) stage: Stage,
    pub(super) leg: Leg,
    /// Opened while another was live, or left for another.
    pub(super) aside: Option<Aside>,
    /// By his own button.
    pub(super) muted: bool,
    pub(super) parties: Vec<Party>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Stage {
    Offered { since: Millis },
    Taken,
}

/// In the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Aside {
    pub(super) since: Millis,
    /// The agent was reminded of it.
    pub(super) reminded: bool,
}

/// The agent's own leg, in this browser.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Leg {
    /// Not there yet.
    None,
    /// Ended.
    Gone,
    /// It rings; Flex's own device answers it.
    Offered(CallSid),
    /// It rings, and a device of its own is being opened for it.
    Forwarding(CallSid),
    /// It could not be opened.
    Failed(CallSid),
    /// Answered; its audio counts as open at that time at the latest.
    Opening(CallSid, Millis),
    /// Its audio is open.
    Audible(CallSid),
    /// The agent's phone is not in this browser.
    Elsewhere,
}

/// Somebody else in the conference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Party {
    pub(super) id: PartyId,
    /// A colleague who is consulted, or who listens in, is never put on hold.
    pub(super) kind: String,
    pub(super) on_hold: bool,
    /// Put on hold by this machine, and not by the agent.
    pub(super) ours: bool,
    /// Wanted back, by the swap that is under way.
    pub(super) wanted_back: bool,
    pub(super) order: Order,
    /// How often it failed in a row.
    pub(super) failures: u8,
    /// How many there were.
    pub(super) orders: u8,
}

/// Names somebody in a conference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PartyId {
    /// As Flex's `HoldParticipant` wants it: the leg's SID, or a worker's.
    Participant(String),
    /// The other party of a call between agents.
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Order {
    None,
    /// Under way; given up at that time.
    Out {
        which: Which,
        until: Millis,
    },
    /// Failed; once more at that time.
    Failed {
        again_at: Millis,
    },
}

/// Which order to hold, or to take back: an answer to one that was given up is none to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Which {
    pub(super) hold: bool,
    pub(super) number: u8,
}

impl Leg {
    pub(super) fn sid(&self) -> Option<&CallSid> {
        match self {
            Self::None | Self::Gone | Self::Elsewhere => None,
            Self::Offered(sid)
            | Self::Forwarding(sid)
            | Self::Failed(sid)
            | Self::Opening(sid, _)
            | Self::Audible(sid) => Some(sid),
        }
    }
}

impl Call {
    pub(super) fn of(raw: &RawReservation, now: Millis) -> Self {
        let mut call = Self {
            key: Key::Task(raw.sid.clone()),
            task: Some(raw.task_sid.clone()),
            name: raw.name(),
            internal: raw.strategy(),
            stage: Stage::Offered { since: now },
            leg: Leg::None,
            aside: None,
            muted: false,
            parties: Vec::new(),
        };
        call.read(raw);
        call
    }

    /// A leg that belongs to no task.
    pub(super) fn without_task(leg: &CallSid) -> Self {
        Self {
            key: Key::Leg(leg.clone()),
            task: None,
            name: Pii::default(),
            internal: None,
            stage: Stage::Taken,
            leg: Leg::None,
            aside: None,
            muted: false,
            parties: Vec::new(),
        }
    }

    /// What the task says of it.
    pub(super) fn read(&mut self, raw: &RawReservation) {
        self.name = raw.name();
        self.internal = raw.strategy();
        if let Some(on_hold) = raw.other_on_hold() {
            // Two who are there go on talking to each other.
            let kind = match raw.others_present() {
                0 | 1 => "agent",
                _ => "worker",
            };
            self.see(PartyId::Other, kind, on_hold);
        }
    }

    /// Who is in the conference now.
    pub(super) fn meet(&mut self, participants: &[RawParticipant]) {
        if self.internal == Some(StrategyName::Conference) {
            return; // held by the functions: the other party is `PartyId::Other`
        }
        let silent = |one: &RawParticipant| self.is_handed_over() && one.kind == "customer";
        let there: Vec<&RawParticipant> = participants
            .iter()
            .filter(|one| one.joined && !one.me && !silent(one))
            .collect();
        self.parties.retain(|party| match &party.id {
            PartyId::Other => true,
            PartyId::Participant(id) => there.iter().any(|one| &one.target == id),
        });
        for one in there {
            let id = PartyId::Participant(one.target.clone());
            self.see(id, &one.kind, one.on_hold);
        }
    }

    fn see(&mut self, id: PartyId, kind: &str, on_hold: bool) {
        match self.parties.iter_mut().find(|party| party.id == id) {
            Some(party) => {
                // He was awaited, and has come.
                kind.clone_into(&mut party.kind);
                // While an order is under way what is seen may be from before it.
                if !matches!(party.order, Order::Out { .. }) {
                    party.on_hold = on_hold;
                    party.ours &= on_hold;
                }
            }
            None => self.parties.push(Party {
                id,
                kind: kind.to_owned(),
                on_hold,
                ours: false,
                wanted_back: false,
                order: Order::None,
                failures: 0,
                orders: 0,
            }),
        }
    }

    pub(super) fn take(&mut self) {
        self.stage = Stage::Taken;
    }

    /// Each gets the other's leg, with all that goes with a leg.
    pub(super) fn exchange_legs(&mut self, other: &mut Self) {
        std::mem::swap(&mut self.leg, &mut other.leg);
        std::mem::swap(&mut self.aside, &mut other.aside);
        std::mem::swap(&mut self.muted, &mut other.muted);
    }

    /// A leg that never had a task, as when he listens in on a colleague.
    pub(super) fn is_without_task(&self) -> bool {
        matches!(self.key, Key::Leg(_)) && self.task.is_none()
    }

    /// He listens in by this leg.
    pub(super) fn is_listened_by(&self, leg: &CallSid) -> bool {
        self.is_without_task() && self.open_leg() == Some(leg)
    }

    /// Neither task nor leg.
    pub(super) fn is_nothing(&self) -> bool {
        matches!((&self.key, &self.leg), (Key::Leg(_), Leg::None | Leg::Gone))
    }

    pub(super) fn is_taken(&self) -> bool {
        self.stage == Stage::Taken
    }

    /// Whether the agent could be heard, and hear.
    pub(super) fn is_audible(&self) -> bool {
        match self.leg {
            Leg::Audible(_) | Leg::Elsewhere => true,
            Leg::None
            | Leg::Gone
            | Leg::Offered(_)
            | Leg::Forwarding(_)
            | Leg::Failed(_)
            | Leg::Opening(..) => false,
        }
    }

    /// Its leg in this browser, once it is answered.
    pub(super) fn open_leg(&self) -> Option<&CallSid> {
        match &self.leg {
            Leg::Opening(sid, _) | Leg::Audible(sid) => Some(sid),
            Leg::None
            | Leg::Gone
            | Leg::Offered(_)
            | Leg::Forwarding(_)
            | Leg::Failed(_)
            | Leg::Elsewhere => None,
        }
    }

    /// Whether a colleague shares the call, or is about to: who hears whom there is between them and the customer, whom
    /// TaskRouter put on hold for it. Who only listens in is no company.
    pub(super) fn is_shared(&self) -> bool {
        if self.is_handed_over() {
            return false; // there is no customer
        }
        let shares = |party: &Party| party.kind == "worker" && !party.on_hold || party.is_awaited();
        self.parties.iter().any(shares)
    }

    /// Whether it is a call with colleagues that was handed over to them: they are the others on it.
    pub(super) fn is_handed_over(&self) -> bool {
        self.internal == Some(StrategyName::WarmTransfer)
    }

    pub(super) fn party(&mut self, id: &PartyId) -> Option<&mut Party> {
        self.parties.iter_mut().find(|party| &party.id == id)
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        let leg = match &self.leg {
            Leg::Opening(_, until) => Some(*until),
            Leg::None
            | Leg::Gone
            | Leg::Offered(_)
            | Leg::Forwarding(_)
            | Leg::Failed(_)
            | Leg::Audible(_)
            | Leg::Elsewhere => None,
        };
        let orders = self.parties.iter().filter_map(|party| match &party.order {
            Order::None => None,
            Order::Out { until, .. } => Some(*until),
            Order::Failed { again_at } => Some(*again_at),
        });
        leg.into_iter().chain(orders).min()
    }
}

impl Party {
    /// Whether he is left out when the others go on hold: a colleague who is consulted on a customer's call, or is to be, or
    /// who listens in.
    pub(super) fn stays(&self, handed_over: bool) -> bool {
        match self.kind.as_str() {
            "worker" => !handed_over,
            "supervisor" => true,
            _ => self.is_awaited(),
        }
    }

    /// To whom the call is on its way: Flex has him among the participants, though he has not accepted.
    pub(super) fn is_awaited(&self) -> bool {
        self.kind == "transfer"
    }
}
