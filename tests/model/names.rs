//! Who and what there is, as small numbers; the SIDs that the core sees are made of them.

use backline::event::Callee;
use backline::ids::{ContactUri, ReservationSid, TaskSid, WorkerSid};
use backline::twilio::attributes::Role;

/// The two agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    Alice,
    Bob,
}

pub const BOTH: [Who; 2] = [Who::Alice, Who::Bob];

impl Who {
    pub fn other(self) -> Self {
        match self {
            Self::Alice => Self::Bob,
            Self::Bob => Self::Alice,
        }
    }

    pub fn index(self) -> usize {
        match self {
            Self::Alice => 0,
            Self::Bob => 1,
        }
    }

    pub fn worker(self) -> WorkerSid {
        WorkerSid::from_number(1 + self.index() as u128)
    }

    pub fn login(self) -> &'static str {
        match self {
            Self::Alice => "alice",
            Self::Bob => "bob",
        }
    }

    pub fn callee(self) -> Callee {
        Callee {
            worker: self.worker(),
            contact_uri: ContactUri::parse(&format!("client:{}", self.login())).unwrap(),
            name: self.login().into(),
        }
    }
}

/// To whom either transfers the other: he is no more than what becomes of his task.
pub fn third() -> Callee {
    Callee {
        worker: WorkerSid::from_number(9),
        contact_uri: ContactUri::parse("client:carol").unwrap(),
        name: "carol".into(),
    }
}

/// A call, by the order of their creation.
pub type CallNumber = u8;

/// A reservation: of the caller's task or of the callee's, and the how many-th of that task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Offer {
    pub call: CallNumber,
    pub role: Role,
    pub round: u8,
}

impl Offer {
    pub fn sid(self) -> ReservationSid {
        ReservationSid::from_number(number(self.call, self.role) * 16 + u128::from(self.round))
    }

    pub fn task(self) -> TaskSid {
        task(self.call, self.role)
    }

    pub fn of(sid: &ReservationSid) -> Self {
        let all = digits(sid.as_str());
        let (call, role) = unnumber(all / 16);
        Self {
            call,
            role,
            round: (all % 16) as u8,
        }
    }

    fn key(self) -> (CallNumber, bool, u8) {
        (self.call, self.role == Role::Callee, self.round)
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

pub fn task(call: CallNumber, role: Role) -> TaskSid {
    TaskSid::from_number(number(call, role))
}

pub fn call_of(task: &str) -> (CallNumber, Role) {
    unnumber(digits(task))
}

fn number(call: CallNumber, role: Role) -> u128 {
    16 + 2 * u128::from(call) + u128::from(role == Role::Callee)
}

fn unnumber(number: u128) -> (CallNumber, Role) {
    let role = match number % 2 {
        0 => Role::Caller,
        _ => Role::Callee,
    };
    (((number - 16) / 2) as u8, role)
}

fn digits(sid: &str) -> u128 {
    u128::from_str_radix(&sid[2..], 16).unwrap()
}
