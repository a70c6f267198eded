//! TaskRouter, the functions and the telephone network, abstractly: each request is carried out at once and whole.
//!
//! What they do among themselves (claims, versions, callbacks out of order) is the scenario tests' subject; here they
//! are only as late, lost or doubled as the cores can notice.

use crate::names::{CallNumber, Offer, Who};
use crate::office::{Answer, Card, Office};
use backline::twilio::attributes::{Progress, Role};
use backline::twilio::reservation::ReservationStatus as Status;

/// How often TaskRouter offers a refused task again.
pub const ROUNDS: u8 = 3;

/// What the cores ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    Create { to_queue: bool },
    Ring(CallNumber),
    Decline(CallNumber),
    End(CallNumber),
    Call(Offer),
    Refuse(Offer),
    Complete(Offer),
}

/// A call as the back end holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    pub caller: Who,
    pub to_queue: bool,
    /// The caller's task and his reservation of it.
    pub own: Party,
    pub callee: Callee,
    pub progress: Option<Progress>,
    /// The conference is over, and the functions have not heard it.
    pub callback: bool,
    /// How often the callee was asked to be rung.
    pub rings: u8,
}

/// The callee's task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Callee {
    NotRung,
    /// Offered to nobody at present.
    Waiting {
        round: u8,
    },
    Offered {
        to: Who,
        round: u8,
        party: Party,
    },
    Given,
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

const OFFERED: Party = Party {
    status: Status::Pending,
    leg: Leg::None,
};

pub fn is_open(status: Status) -> bool {
    matches!(status, Status::Pending | Status::Accepted)
}

pub fn is_live(status: Status) -> bool {
    is_open(status) || status == Status::Wrapping
}

impl Call {
    pub fn party(&self, role: Role) -> Option<Party> {
        match (role, self.callee) {
            (Role::Caller, _) => Some(self.own),
            (Role::Callee, Callee::Offered { party, .. }) => Some(party),
            (Role::Callee, Callee::NotRung | Callee::Waiting { .. } | Callee::Given) => None,
        }
    }

    fn party_mut(&mut self, role: Role) -> Option<&mut Party> {
        match (role, &mut self.callee) {
            (Role::Caller, _) => Some(&mut self.own),
            (Role::Callee, Callee::Offered { party, .. }) => Some(party),
            (Role::Callee, Callee::NotRung | Callee::Waiting { .. } | Callee::Given) => None,
        }
    }

    /// The reservation of this side that exists now.
    pub fn offer(&self, number: CallNumber, role: Role) -> Option<Offer> {
        let round = match (role, self.callee) {
            (Role::Caller, _) => 0,
            (Role::Callee, Callee::Offered { round, .. }) => round,
            (Role::Callee, Callee::NotRung | Callee::Waiting { .. } | Callee::Given) => {
                return None
            }
        };
        Some(Offer {
            call: number,
            role,
            round,
        })
    }

    pub fn agent(&self, role: Role) -> Option<Who> {
        match (role, self.callee) {
            (Role::Caller, _) => Some(self.caller),
            (Role::Callee, Callee::Offered { to, .. }) => Some(to),
            (Role::Callee, Callee::NotRung | Callee::Waiting { .. } | Callee::Given) => None,
        }
    }

    /// Nothing of it is left.
    pub fn is_over(&self) -> bool {
        let callee = match self.callee {
            Callee::NotRung | Callee::Given => true,
            Callee::Waiting { .. } => false,
            Callee::Offered { party, .. } => !is_live(party.status),
        };
        callee && !is_live(self.own.status)
    }
}

impl Office {
    /// Carries a request out: what its sender is answered.
    pub fn carry_out(&mut self, who: Who, order: Order) -> Answer {
        match order {
            Order::Create { to_queue } => {
                let number = self.calls.len() as CallNumber;
                self.calls.push(Call {
                    caller: who,
                    to_queue,
                    own: OFFERED,
                    callee: Callee::NotRung,
                    progress: None,
                    callback: false,
                    rings: 0,
                });
                self.announce(number, Role::Caller);
                Answer::Created(number)
            }
            Order::Ring(number) => self.ring(number),
            Order::Decline(number) => {
                self.reach(number, Progress::Declined);
                self.close(number);
                Answer::Ok
            }
            Order::End(number) => {
                self.close(number);
                Answer::Ok
            }
            Order::Call(offer) => match self.party_of(offer) {
                Some(party) if party.status == Status::Pending => {
                    party.leg = match party.leg {
                        Leg::None | Leg::Over => Leg::Ringing,
                        Leg::Ringing | Leg::Up => party.leg,
                    };
                    Answer::Done
                }
                Some(_) | None => Answer::Refused,
            },
            Order::Refuse(offer) => match self.party_of(offer) {
                Some(party) if party.status == Status::Pending => {
                    party.status = Status::Rejected;
                    self.announce(offer.call, offer.role);
                    self.call(offer.call).let_go();
                    Answer::Done
                }
                Some(_) | None => Answer::Refused,
            },
            Order::Complete(offer) => match self.party_of(offer) {
                Some(party) if matches!(party.status, Status::Accepted | Status::Wrapping) => {
                    party.status = Status::Completed;
                    self.announce(offer.call, offer.role);
                    Answer::Done
                }
                Some(_) | None => Answer::Refused,
            },
        }
    }

    fn ring(&mut self, number: CallNumber) -> Answer {
        let call = self.call(number);
        if !is_open(call.own.status) {
            return Answer::Conflict;
        }
        if call.callee == Callee::NotRung {
            if call.to_queue {
                call.callee = Callee::Waiting { round: 0 };
            } else {
                call.callee = Callee::Offered {
                    to: call.caller.other(),
                    round: 0,
                    party: OFFERED,
                };
                self.announce(number, Role::Callee);
            }
            self.reach(number, Progress::Ringing);
        }
        Answer::Ok
    }

    /// TaskRouter offers a waiting task to somebody.
    pub fn offer(&mut self, number: CallNumber, to: Who) {
        let call = self.call(number);
        if let Callee::Waiting { round } = call.callee {
            call.callee = Callee::Offered {
                to,
                round,
                party: OFFERED,
            };
            self.announce(number, Role::Callee);
        }
    }

    /// TaskRouter gives the callee's task up.
    pub fn lapse(&mut self, number: CallNumber) {
        let call = self.call(number);
        match &mut call.callee {
            Callee::Waiting { .. } => call.callee = Callee::Given,
            Callee::Offered { party, .. } if party.status == Status::Pending => {
                party.status = Status::Canceled;
                self.announce(number, Role::Callee);
            }
            Callee::NotRung | Callee::Given | Callee::Offered { .. } => {}
        }
    }

    /// Writes how far the call got; it never goes back.
    fn reach(&mut self, number: CallNumber, progress: Progress) {
        let call = self.call(number);
        let moves = matches!(
            (call.progress, progress),
            (None, _) | (Some(Progress::Ringing), Progress::Answered | Progress::Declined)
        );
        if moves && is_open(call.own.status) {
            call.progress = Some(progress);
            self.announce(number, Role::Caller);
        }
    }

    /// Closes whatever is open, as the functions do.
    pub fn close(&mut self, number: CallNumber) {
        for role in [Role::Callee, Role::Caller] {
            let call = self.call(number);
            if let Callee::Waiting { .. } = call.callee {
                call.callee = Callee::Given;
            }
            let Some(party) = call.party_mut(role) else {
                continue;
            };
            if party.leg == Leg::Up {
                party.leg = Leg::Over;
            }
            let closed = match party.status {
                Status::Pending => Status::Canceled,
                Status::Accepted => Status::Wrapping,
                Status::Wrapping
                | Status::Completed
                | Status::Canceled
                | Status::Rescinded
                | Status::Rejected
                | Status::Timeout => continue,
            };
            party.status = closed;
            self.announce(number, role);
        }
        self.call(number).callback = false;
    }

    /// The phone answers by itself, as Flex lets it; the leg joins the conference, if there is a call still.
    pub fn phone_answers(&mut self, number: CallNumber, role: Role) {
        let call = self.call(number);
        let open = is_open(call.own.status);
        let Some(party) = call.party_mut(role) else {
            return;
        };
        if party.status == Status::Pending {
            party.status = Status::Accepted;
            self.announce(number, role);
        }
        let Some(party) = self.call(number).party_mut(role) else {
            return;
        };
        if !open || !is_open(party.status) {
            party.leg = Leg::Over;
            self.call(number).callback = true;
            return;
        }
        party.leg = Leg::Up;
        match role {
            Role::Caller => {
                self.ring(number);
            }
            Role::Callee => self.reach(number, Progress::Answered),
        }
    }

    /// Nobody is there to answer: the offer stands.
    pub fn phone_fails(&mut self, number: CallNumber, role: Role) {
        if let Some(party) = self.call(number).party_mut(role) {
            party.leg = Leg::Over;
        }
    }

    /// One leg hangs up, and the conference ends.
    pub fn hang_up(&mut self, number: CallNumber) {
        let call = self.call(number);
        for role in [Role::Caller, Role::Callee] {
            if let Some(party) = call.party_mut(role) {
                if party.leg == Leg::Up {
                    party.leg = Leg::Over;
                }
            }
        }
        call.callback = true;
    }

    fn call(&mut self, number: CallNumber) -> &mut Call {
        &mut self.calls[usize::from(number)]
    }

    fn party_of(&mut self, offer: Offer) -> Option<&mut Party> {
        let call = self.call(offer.call);
        if call.offer(offer.call, offer.role) != Some(offer) {
            return None; // of an earlier round
        }
        call.party_mut(offer.role)
    }

    /// TaskRouter tells the agent of his reservation as it is now.
    fn announce(&mut self, number: CallNumber, role: Role) {
        let call = &self.calls[usize::from(number)];
        let (Some(offer), Some(to), Some(party)) =
            (call.offer(number, role), call.agent(role), call.party(role))
        else {
            return;
        };
        let card = Card {
            status: party.status,
            progress: match role {
                Role::Caller => call.progress,
                Role::Callee => None,
            },
        };
        let news = self.agent_mut(to).news.entry(offer).or_default();
        news.push(card);
    }
}

impl Call {
    fn let_go(&mut self) {
        if let Callee::Offered { round, .. } = self.callee {
            self.callee = if round + 1 < ROUNDS {
                Callee::Waiting { round: round + 1 }
            } else {
                Callee::Given
            };
        }
    }
}
