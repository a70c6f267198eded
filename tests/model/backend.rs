//! TaskRouter, the functions and the telephone network, abstractly: each request is carried out at once and whole.
//!
//! What they do among themselves (claims, versions, callbacks out of order) is the scenario tests' subject; here they
//! are only as late, lost or doubled as the cores can notice.

use crate::call::{Call, Claim, Leg, Party, Task, ROLES};
use crate::names::{CallNumber, Offer, Who};
use crate::office::{Answer, Card, Office};
use backline::twilio::attributes::{OnHold, Progress, Role};
use backline::twilio::reservation::ReservationStatus as Status;

/// What the cores ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    Create {
        to_queue: bool,
        to_third: bool,
    },
    Ring(CallNumber),
    Decline(CallNumber),
    /// `late`: why nobody came, as the sender thinks.
    End {
        call: CallNumber,
        late: Option<Progress>,
    },
    Hold {
        call: CallNumber,
        held: Role,
        on: bool,
    },
    Transfer {
        call: CallNumber,
        by: Role,
    },
    Check(CallNumber),
    Came(CallNumber),
    Call(Offer),
    Refuse(Offer),
    Complete(Offer),
}

impl Order {
    /// Whether nothing follows from this answer but that the request is over.
    pub fn changes_nothing(self, answer: Answer) -> bool {
        match self {
            Self::Call(_) | Self::Refuse(_) | Self::Complete(_) => answer == Answer::Done,
            Self::Check(_) | Self::Came(_) => answer == Answer::Ok,
            Self::Create { .. }
            | Self::Ring(_)
            | Self::Decline(_)
            | Self::End { .. }
            | Self::Hold { .. }
            | Self::Transfer { .. } => false,
        }
    }
}

impl Office {
    /// Carries a request out: what its sender is answered.
    pub fn carry_out(&mut self, who: Who, order: Order) -> Answer {
        match order {
            Order::Create { to_queue, to_third } => {
                let number = self.calls.len() as CallNumber;
                self.calls.push(Call {
                    caller: who,
                    to_queue,
                    to_third,
                    transferred: [false; 2],
                    own: Task::offered(who, 0),
                    callee: Task::None,
                    progress: None,
                    claim: Claim::None,
                    on_hold: OnHold::default(),
                    callback: false,
                    rings: 0,
                });
                self.announce(number, Role::Caller);
                Answer::Created(number)
            }
            Order::Ring(call) => {
                let answer = self.ring(call);
                if answer == Answer::Claimed {
                    self.unheard(order);
                }
                answer
            }
            Order::Decline(call) => {
                self.reach(call, Progress::Declined);
                self.close(call);
                Answer::Ok
            }
            Order::End { call, late } => self.end(call, late),
            Order::Hold { call, held, on } => self.hold(call, held, on),
            Order::Transfer { call, by } => self.transfer(call, by),
            Order::Check(call) => {
                if self.call(call).looks_over() {
                    self.close(call);
                }
                Answer::Ok
            }
            Order::Came(call) => {
                if ROLES
                    .iter()
                    .all(|role| self.call(call).leg(*role) == Leg::Up)
                {
                    self.reach(call, Progress::Answered);
                }
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
            Order::Refuse(offer) => self.let_go(offer, Status::Rejected),
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
        if !call.own.is_open() {
            return Answer::Conflict;
        }
        let (to, to_queue) = (call.caller.other(), call.to_queue || call.to_third);
        if call.callee != Task::None {
            return Answer::Ok;
        }
        if call.claim == Claim::Left {
            return Answer::Claimed;
        }
        if call.claim == Claim::None && !to_queue && !self.agent(to).available {
            self.reach(number, Progress::Unavailable);
            self.close(number);
            return Answer::Because(Progress::Unavailable);
        }
        self.call(number).callee = if to_queue {
            Task::Waiting { round: 0 }
        } else {
            Task::offered(to, 0)
        };
        self.announce(number, Role::Callee);
        self.reach(number, Progress::Ringing);
        Answer::Ok
    }

    /// The first half of `ring`, as the caller can see it.
    pub fn claim(&mut self, number: CallNumber) {
        self.call(number).claim = Claim::Held;
        self.announce(number, Role::Caller);
    }

    /// Whether the first half of `ring` comes before the second.
    pub fn may_claim(&self, number: CallNumber) -> bool {
        let call = &self.calls[usize::from(number)];
        call.own.is_open()
            && call.claim == Claim::None
            && call.callee == Task::None
            && (call.to_queue || self.agent(call.caller.other()).available)
    }

    fn end(&mut self, number: CallNumber, late: Option<Progress>) -> Answer {
        let call = self.call(number);
        if let Some(outcome) = late {
            let came = call.progress == Some(Progress::Answered);
            let coming =
                (call.callee.party()).is_some_and(|party| party.status == Status::Accepted);
            if came || (coming && outcome == Progress::NoAnswer) {
                return Answer::Because(Progress::Answered);
            }
            self.reach(number, outcome);
        }
        self.close(number);
        Answer::Ok
    }

    fn hold(&mut self, number: CallNumber, held: Role, on: bool) -> Answer {
        let call = self.call(number);
        if call.leg(held) != Leg::Up {
            return Answer::Conflict;
        }
        match held {
            Role::Caller => call.on_hold.caller = on,
            Role::Callee => call.on_hold.callee = on,
        }
        for role in ROLES {
            self.announce(number, role);
        }
        Answer::Ok
    }

    /// Whoever stays is told, and the call is closed; a second time only what is left of it.
    fn transfer(&mut self, number: CallNumber, by: Role) -> Answer {
        if self.call(number).is_transferred(by.other()) || self.note_transfer(number, by) {
            self.close(number);
            Answer::Ok
        } else {
            Answer::Conflict
        }
    }

    /// The first half of it.
    pub fn note_transfer(&mut self, number: CallNumber, by: Role) -> bool {
        let call = self.call(number);
        let talks = |role: &Role| {
            let party = call.task(*role).party();
            party.is_some_and(|party| party.status == Status::Accepted)
        };
        if call.is_transferred(by) || !ROLES.iter().all(talks) {
            return false;
        }
        match by {
            Role::Caller => call.transferred = [call.transferred[0], true],
            Role::Callee => call.transferred = [true, call.transferred[1]],
        }
        self.announce(number, by.other());
        true
    }

    /// The third takes the call that waits for him, and is in it.
    pub fn third_answers(&mut self, number: CallNumber) {
        let (status, leg) = (Status::Accepted, Leg::Up);
        let party = Party { status, leg };
        self.call(number).callee = Task::Third { party };
        self.reach(number, Progress::Answered);
    }

    /// He hangs up, and his plugin tells the functions, as any other.
    pub fn third_hangs_up(&mut self, number: CallNumber) {
        self.hang_up(number);
        self.close(number);
    }

    /// He declines.
    pub fn third_declines(&mut self, number: CallNumber) {
        self.reach(number, Progress::Declined);
        self.close(number);
    }

    /// TaskRouter offers a waiting task to somebody.
    pub fn offer(&mut self, number: CallNumber, role: Role, to: Who) {
        let task = self.call(number).task_mut(role);
        if let Task::Waiting { round } = *task {
            *task = Task::offered(to, round);
            self.announce(number, role);
        }
    }

    /// An offer was not taken: the task waits for the next.
    pub fn let_go(&mut self, offer: Offer, how: Status) -> Answer {
        match self.party_of(offer) {
            Some(party) if party.status == Status::Pending => party.status = how,
            Some(_) | None => return Answer::Refused,
        }
        self.announce(offer.call, offer.role);
        let round = offer.round + 1;
        *self.call(offer.call).task_mut(offer.role) = if round < self.rounds {
            Task::Waiting { round }
        } else {
            Task::Canceled
        };
        Answer::Done
    }

    /// TaskRouter gives up a task that waits.
    pub fn lapse(&mut self, number: CallNumber, role: Role) {
        *self.call(number).task_mut(role) = Task::Canceled;
    }

    /// Somebody goes on break: Flex refuses what is on offer to him.
    pub fn leave(&mut self, who: Who) {
        self.agent_mut(who).available = false;
        for number in 0..self.calls.len() as CallNumber {
            let offer = self.calls[usize::from(number)].offer(number, Role::Callee);
            if let Some((offer, to)) = offer {
                if to == who {
                    self.let_go(offer, Status::Rejected);
                }
            }
        }
    }

    /// Writes how far the call got: from ringing it moves once.
    fn reach(&mut self, number: CallNumber, progress: Progress) {
        let call = self.call(number);
        let moves = match call.progress {
            None => true,
            Some(Progress::Ringing) => progress != Progress::Ringing,
            Some(_) => false,
        };
        if moves && call.own.is_open() {
            call.progress = Some(progress);
            self.announce(number, Role::Caller);
        }
    }

    /// Closes whatever is open, as the functions do.
    pub fn close(&mut self, number: CallNumber) {
        for role in [Role::Callee, Role::Caller] {
            let task = self.call(number).task_mut(role);
            if let Task::Waiting { .. } = task {
                *task = Task::Canceled;
            }
            if let Task::Third { party } = task {
                party.status = Status::Completed; // by his own plugin
            }
            let Some(party) = task.party_mut() else {
                continue;
            };
            if party.leg == Leg::Up {
                party.leg = Leg::Over;
            }
            party.status = match party.status {
                Status::Pending => Status::Canceled,
                Status::Accepted => Status::Wrapping,
                Status::Wrapping
                | Status::Completed
                | Status::Canceled
                | Status::Rescinded
                | Status::Rejected
                | Status::Timeout
                | Status::Gone => continue,
            };
            self.announce(number, role);
        }
        self.call(number).callback = false;
    }

    /// The phone answers by itself, as Flex lets it; the leg joins the conference, if there is a call still.
    pub fn phone_answers(&mut self, number: CallNumber, role: Role) {
        if let Some(party) = self.call(number).task_mut(role).party_mut() {
            if party.status == Status::Pending {
                party.status = Status::Accepted;
                self.announce(number, role);
            }
        }
        let call = self.call(number);
        let open = call.own.is_open() && call.task(role).is_open();
        if let Some(party) = call.task_mut(role).party_mut() {
            party.leg = if open { Leg::Up } else { Leg::Over };
        }
        match (open, role) {
            (false, _) => call.callback = true,
            (true, Role::Caller) => {
                // Where a request has the claim, it is that one's to ring him.
                if matches!(self.call(number).claim, Claim::None | Claim::Stale) {
                    self.ring(number);
                }
            }
            (true, Role::Callee) => self.reach(number, Progress::Answered),
        }
    }

    /// Nobody is there to answer: the offer stands.
    pub fn phone_fails(&mut self, number: CallNumber, role: Role) {
        if let Some(party) = self.call(number).task_mut(role).party_mut() {
            party.leg = Leg::Over;
        }
    }

    /// One leg hangs up, and the conference ends.
    pub fn hang_up(&mut self, number: CallNumber) {
        let call = self.call(number);
        for role in ROLES {
            if let Some(party) = call.task_mut(role).party_mut() {
                if party.leg == Leg::Up {
                    party.leg = Leg::Over;
                    call.callback = true;
                }
            }
        }
    }

    fn call(&mut self, number: CallNumber) -> &mut Call {
        &mut self.calls[usize::from(number)]
    }

    fn party_of(&mut self, offer: Offer) -> Option<&mut Party> {
        let call = self.call(offer.call);
        let (now, _) = call.offer(offer.call, offer.role)?;
        if now == offer {
            call.task_mut(offer.role).party_mut()
        } else {
            None
        }
    }

    /// TaskRouter tells the agent of his reservation as it is now.
    fn announce(&mut self, number: CallNumber, role: Role) {
        let call = &self.calls[usize::from(number)];
        let (Some((offer, to)), Some(party)) = (call.offer(number, role), call.task(role).party())
        else {
            return;
        };
        let card = Card {
            status: party.status,
            progress: match role {
                Role::Caller => call.progress,
                Role::Callee => None,
            },
            claimed: role == Role::Caller && call.claim != Claim::None,
            on_hold: call.on_hold,
            transferred: call.is_transferred(role),
        };
        let news = self.agent_mut(to).news.entry(offer).or_default();
        news.push(card);
    }
}
