//! A call as the back end holds it: both parties' tasks, reservations and legs.

use crate::names::{CallNumber, Offer, Who};
use backline::twilio::attributes::{OnHold, Progress, Role};
use backline::twilio::reservation::ReservationStatus as Status;

/// A call as the back end holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    pub caller: Who,
    pub to_queue: bool,
    /// It goes to the third, to whom its caller was transferred.
    pub to_third: bool,
    /// Whose task says that he is transferred.
    pub transferred: [bool; 2],
    pub own: Task,
    pub callee: Task,
    pub progress: Option<Progress>,
    pub claim: Claim,
    pub on_hold: OnHold,
    /// The conference is over, and the functions have not heard it.
    pub callback: bool,
    /// How often the callee was asked to be rung, as far as something was heard of it.
    pub rings: u8,
}

/// That the callee can be reached is written on the caller's task before the callee's is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Claim {
    None,
    /// By a request that is under way, or made the callee's task.
    Held,
    /// By a request that died lately, as far as anybody can know.
    Left,
    /// By one that died long ago.
    Stale,
}

/// A party's task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    None,
    /// Offered to nobody at present.
    Waiting {
        round: u8,
    },
    Offered {
        to: Who,
        round: u8,
        party: Party,
    },
    /// The third took it.
    Third {
        party: Party,
    },
    Canceled,
}

/// A reservation and the leg that belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Party {
    pub status: Status,
    pub leg: Leg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leg {
    None,
    Ringing,
    Up,
    Over,
}

fn is_open(status: Status) -> bool {
    matches!(status, Status::Pending | Status::Accepted)
}

pub fn is_live(status: Status) -> bool {
    is_open(status) || status == Status::Wrapping
}

impl Task {
    pub fn offered(to: Who, round: u8) -> Self {
        let party = Party {
            status: Status::Pending,
            leg: Leg::None,
        };
        Self::Offered { to, round, party }
    }

    pub fn party(&self) -> Option<&Party> {
        match self {
            Self::Offered { party, .. } | Self::Third { party } => Some(party),
            Self::None | Self::Waiting { .. } | Self::Canceled => None,
        }
    }

    pub fn party_mut(&mut self) -> Option<&mut Party> {
        match self {
            Self::Offered { party, .. } | Self::Third { party } => Some(party),
            Self::None | Self::Waiting { .. } | Self::Canceled => None,
        }
    }

    pub fn is_open(&self) -> bool {
        match self {
            Self::Waiting { .. } => true,
            Self::Offered { party, .. } | Self::Third { party } => is_open(party.status),
            Self::None | Self::Canceled => false,
        }
    }

    fn is_over(&self) -> bool {
        match self {
            Self::Waiting { .. } => false,
            Self::Offered { party, .. } | Self::Third { party } => !is_live(party.status),
            Self::None | Self::Canceled => true,
        }
    }
}

pub const ROLES: [Role; 2] = [Role::Caller, Role::Callee];

impl Call {
    pub fn task(&self, role: Role) -> &Task {
        match role {
            Role::Caller => &self.own,
            Role::Callee => &self.callee,
        }
    }

    pub fn task_mut(&mut self, role: Role) -> &mut Task {
        match role {
            Role::Caller => &mut self.own,
            Role::Callee => &mut self.callee,
        }
    }

    pub fn leg(&self, role: Role) -> Leg {
        self.task(role).party().map_or(Leg::None, |party| party.leg)
    }

    /// The reservation of this side that exists now, and whose it is.
    pub fn offer(&self, number: CallNumber, role: Role) -> Option<(Offer, Who)> {
        match self.task(role) {
            Task::Offered { to, round, .. } => {
                let (call, round) = (number, *round);
                Some((Offer { call, role, round }, *to))
            }
            Task::None | Task::Waiting { .. } | Task::Third { .. } | Task::Canceled => None,
        }
    }

    /// Whether his task says that he is transferred.
    pub fn is_transferred(&self, role: Role) -> bool {
        let [caller, callee] = self.transferred;
        match role {
            Role::Caller => caller,
            Role::Callee => callee,
        }
    }

    /// Nothing of it is left.
    pub fn is_over(&self) -> bool {
        self.own.is_over() && self.callee.is_over()
    }

    /// No request and no phone changes anything of it any more but to complete what is in wrap-up.
    pub fn is_closed(&self) -> bool {
        !self.callback
            && ROLES.into_iter().all(|role| {
                !self.task(role).is_open() && matches!(self.leg(role), Leg::None | Leg::Over)
            })
    }

    /// Whether it looks over to whoever asks without knowing.
    pub fn looks_over(&self) -> bool {
        let conference = ROLES.iter().any(|role| self.leg(*role) == Leg::Up);
        let callee_gone = self.callee != Task::None && !self.callee.is_open();
        match self.progress {
            None => false,
            Some(Progress::Ringing) => callee_gone,
            Some(Progress::Answered) => !conference || callee_gone,
            Some(
                Progress::Declined
                | Progress::Busy
                | Progress::BusyNotify
                | Progress::Glare
                | Progress::NoAnswer
                | Progress::Unavailable
                | Progress::NotConnected,
            ) => true,
        }
    }
}
