//! What may happen next.

use crate::backend::Order;
use crate::call::{Call, Claim, Leg, Task, ROLES};
use crate::names::{CallNumber, Offer, Who, BOTH};
use crate::office::{Action, Agent, Bounds, Office, Pace};
use backline::event::EffectId;
use backline::twilio::attributes::Role;
use backline::twilio::reservation::ReservationStatus as Status;
use backline::view::CallLine;

impl Office {
    /// All that may happen next.
    pub fn may(&self, bounds: &Bounds, actions: &mut Vec<Action>) {
        let office = self;
        if bounds.pace < Pace::Slow {
            let mut orders = BOTH
                .into_iter()
                .flat_map(|who| office.agent(who).orders.iter().map(move |it| (who, it)))
                .filter(|(_, (_, order))| !office.is_half_done(**order));
            if let Some((who, (id, order))) = orders.next() {
                return may_serve(who, *id, *order, (office, bounds), actions);
            }
        }
        // Once all is closed, what remains to one agent is nothing to the other: one after the other will do.
        if office.is_closed() {
            let busy = |who: &Who| {
                !office.agent(*who).is_quiet() || !office.agent(*who).repeated.is_empty()
            };
            if let Some(who) = BOTH.into_iter().find(busy) {
                return office.agent(who).may(who, (office, bounds), actions);
            }
        }
        for who in BOTH {
            office.agent(who).may(who, (office, bounds), actions);
            if bounds.holds {
                office.agent(who).may_hold(who, office, actions);
            }
            if bounds.transfers {
                office.agent(who).may_transfer(who, office, actions);
            }
        }
        for (number, call) in (0..).zip(&office.calls) {
            for role in ROLES {
                call.may(number, role, office, actions);
            }
        }
    }
    /// The functions have shown that they ring, and have not done it yet.
    fn is_half_done(&self, order: Order) -> bool {
        match order {
            Order::Ring(call) => {
                let call = &self.calls[usize::from(call)];
                call.claim == Claim::Held && call.callee == Task::None
            }
            Order::Create { .. }
            | Order::Decline(_)
            | Order::End { .. }
            | Order::Hold { .. }
            | Order::Transfer { .. }
            | Order::Check(_)
            | Order::Came(_)
            | Order::Call(_)
            | Order::Refuse(_)
            | Order::Complete(_) => false,
        }
    }
}

fn may_serve(
    who: Who,
    id: EffectId,
    order: Order,
    (office, bounds): (&Office, &Bounds),
    actions: &mut Vec<Action>,
) {
    if let Order::Ring(call) = order {
        if bounds.claims && office.may_claim(call) {
            actions.push(Action::Claim(call));
        }
    }
    actions.push(Action::Serve(who, id, order));
    if office.pace == Pace::Brisk && office.repeats > 0 {
        actions.push(Action::ServeTwice(who, id, order));
    }
    if office.faults > 0 {
        if let Order::Transfer { .. } = order {
            actions.push(Action::DieHalfway(who, id, order));
        }
        actions.push(Action::LoseRequest(who, id, order));
        actions.push(Action::LoseAnswer(who, id, order));
    }
}

impl Agent {
    fn may(&self, who: Who, (office, bounds): (&Office, &Bounds), actions: &mut Vec<Action>) {
        if self.is_placing() {
            actions.push(Action::PressAgain(who));
        } else if self.calls > 0 && (self.choices > 0 || office.can_call(who)) {
            actions.push(Action::Press(who));
        }
        for (offer, status) in &self.shown {
            if *status == Status::Pending && self.choices > 0 {
                if offer.role == Role::Callee {
                    actions.push(Action::Accept(who, *offer));
                }
                actions.push(Action::Reject(who, *offer));
            }
            if *status == Status::Wrapping && self.told.complete {
                actions.push(Action::CompleteByHand(who, *offer));
            }
        }
        for (id, order) in &self.orders {
            may_serve(who, *id, *order, (office, bounds), actions);
        }
        for (id, answer) in &self.answers {
            actions.push(Action::Settle(who, *id, *answer));
            if office.repeats > 0 {
                actions.push(Action::SettleOnce(who, *id, *answer));
            }
        }
        for (id, answer) in &self.repeated {
            actions.push(Action::SettleAgain(who, *id, *answer));
        }
        for (offer, cards) in &self.news {
            actions.push(Action::News(who, *offer, cards[0]));
            if office.repeats > 0 {
                actions.push(Action::NewsOnce(who, *offer, cards[0]));
            }
        }
        // While anything is on its way a deadline is only reached if that takes too long.
        if self.brain.next_deadline().is_some() && (office.faults > 0 || office.is_idle(who)) {
            actions.push(Action::Deadline(who));
        }
        if self.may_leave {
            actions.push(Action::Leave(who));
        }
    }

    fn may_hold(&self, who: Who, office: &Office, actions: &mut Vec<Action>) {
        for (offer, status) in &self.shown {
            let leg = office.calls[usize::from(offer.call)].leg(offer.role);
            if *status == Status::Accepted && leg == Leg::Up && self.choices > 0 {
                actions.push(Action::Hold(who, *offer));
                actions.push(Action::Unhold(who, *offer));
            }
        }
    }

    fn may_transfer(&self, who: Who, office: &Office, actions: &mut Vec<Action>) {
        for (offer, status) in &self.shown {
            let leg = office.calls[usize::from(offer.call)].leg(offer.role);
            if *status == Status::Accepted && leg == Leg::Up && self.choices > 0 {
                actions.push(Action::Transfer(who, *offer));
            }
        }
    }

    /// What is on offer to him as a callee, as Flex shows it.
    pub fn offers(&self) -> impl Iterator<Item = &Offer> {
        self.shown
            .iter()
            .filter(|(offer, status)| offer.role == Role::Callee && **status == Status::Pending)
            .map(|(offer, _)| offer)
    }

    /// Whether the panel says that a call is being placed, or is on.
    pub fn is_placing(&self) -> bool {
        match self.brain.line() {
            CallLine::Calling { .. } | CallLine::Ringing { .. } | CallLine::Talking { .. } => true,
            CallLine::Idle
            | CallLine::Unanswered { .. }
            | CallLine::Cancelled { .. }
            | CallLine::Ended { .. }
            | CallLine::Failed { .. } => false,
        }
    }

    /// Nothing of his is under way, and nothing will be by itself.
    pub fn is_quiet(&self) -> bool {
        self.orders.is_empty()
            && self.answers.is_empty()
            && self.news.is_empty()
            && self.brain.next_deadline().is_none()
            && !(self.told.complete
                && self
                    .shown
                    .values()
                    .any(|status| *status == Status::Wrapping))
    }
}

impl Call {
    fn may(&self, number: CallNumber, role: Role, office: &Office, actions: &mut Vec<Action>) {
        let faults = office.faults > 0;
        match self.task(role) {
            Task::None | Task::Canceled => {}
            Task::Third { party } => {
                if party.leg == Leg::Up {
                    actions.push(Action::ThirdHangsUp(number));
                }
            }
            Task::Waiting { .. } if role == Role::Callee && self.to_third => {
                actions.push(Action::ThirdAnswers(number));
                actions.push(Action::ThirdDeclines(number));
                actions.push(Action::Lapse(number, role));
            }
            Task::Waiting { .. } => {
                let mut to = vec![self.caller];
                match role {
                    Role::Caller => {}
                    Role::Callee if self.to_queue => to.push(self.caller.other()),
                    Role::Callee => to = vec![self.caller.other()],
                }
                to.retain(|who| office.agent(*who).available);
                actions.extend(to.into_iter().map(|to| Action::Offer(number, role, to)));
                actions.push(Action::Lapse(number, role));
            }
            Task::Offered { to, round, party } => {
                let (call, round) = (number, *round);
                let offer = Offer { call, role, round };
                match party.leg {
                    Leg::Ringing => {
                        actions.push(Action::PhoneAnswers(number, role));
                        if faults {
                            actions.push(Action::PhoneFails(number, role));
                        }
                    }
                    // Flex has the button once it shows the call as taken.
                    Leg::Up if office.agent(*to).shown.get(&offer) == Some(&Status::Accepted) => {
                        actions.push(Action::HangUp(*to, offer));
                    }
                    Leg::Up => {}
                    Leg::None | Leg::Over => {}
                }
                // It comes for sure if the core does nothing before, and is a fault if the core would have.
                if party.status == Status::Pending && (faults || office.agent(*to).is_quiet()) {
                    actions.push(Action::TimeOut(offer));
                }
            }
        }
        if self.callback && role == Role::Caller {
            actions.push(Action::ConferenceEndHeard(number));
            // A queue's member is no party to the functions: what is left of such a call is the sweep's.
            if faults && !self.to_queue {
                actions.push(Action::ConferenceEndLost(number));
            }
        }
    }

    /// Nothing happens to it by itself.
    pub fn is_quiet(&self) -> bool {
        !self.callback
            && ROLES.into_iter().all(|role| match self.task(role) {
                Task::None | Task::Canceled => true,
                Task::Waiting { .. } => false,
                Task::Offered { party, .. } | Task::Third { party } => {
                    matches!(party.leg, Leg::None | Leg::Over) && party.status != Status::Pending
                }
            })
    }
}
