//! The state of everything, and what may happen next in it.

use crate::backend::Order;
use crate::brain::{Brain, Flaw};
use crate::call::{is_live, Call, Claim, Leg, Task, ROLES};
use crate::effects::{id_of, NOW};
use crate::facts;
use crate::names::{CallNumber, Offer, Who, BOTH};
use crate::rules::{self, Rule};
use crate::shared::Shared;
use backline::effect::Effect;
use backline::event::{EffectId, Event, FlexAction};
use backline::twilio::attributes::{OnHold, Progress, Role};
use backline::twilio::reservation::ReservationStatus as Status;
use stateright::{Model, Property};
use std::collections::{BTreeMap, BTreeSet};

/// How far a model goes.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Calls that Alice and Bob place, at most.
    pub calls: [u8; 2],
    /// Whether the calls go to a queue whose members both are.
    pub queue: bool,
    /// How often each accepts, rejects, holds or resumes, at most.
    pub choices: [u8; 2],
    /// Whether they hold.
    pub holds: bool,
    /// Whether either transfers the other to a third, once.
    pub transfers: bool,
    /// Whether Bob may go on break.
    pub leaves: bool,
    /// Whether the functions show the caller that the callee can be reached before they ring him.
    pub claims: bool,
    /// How often TaskRouter offers a task, at most.
    pub rounds: u8,
    pub pace: Pace,
    /// Requests and answers that get lost, phones that cannot be reached, callbacks that do not come: together.
    pub faults: u8,
    /// Answers and reservation events that come twice: together.
    pub repeats: u8,
    /// A mistake in the core.
    pub flaw: Option<Flaw>,
}

/// What is late besides TaskRouter's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pace {
    /// Nothing: requests are answered at once.
    Brisk,
    /// Answers from which something follows. Requests arrive in the order in which they are made.
    Prompt,
    /// Requests too.
    Slow,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Office {
    agents: [Shared<Agent>; 2],
    pub calls: Vec<Call>,
    pub rounds: u8,
    pub pace: Pace,
    pub faults: u8,
    pub repeats: u8,
    pub broken: BTreeSet<Rule>,
}

/// An agent and his browser.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Agent {
    pub brain: Brain,
    /// Effects that the back end has not taken in.
    pub orders: BTreeMap<EffectId, Order>,
    /// Their answers, on the way back in any order.
    pub answers: BTreeMap<EffectId, Answer>,
    /// Answers that were delivered, and come again.
    pub repeated: BTreeMap<EffectId, Answer>,
    /// Flex's actions that resolve with an effect: that effect, and the one that invoked the action.
    pub waiting: BTreeMap<EffectId, EffectId>,
    /// TaskRouter's events, in order for each reservation.
    pub news: BTreeMap<Offer, Vec<Card>>,
    /// What Flex shows.
    pub shown: BTreeMap<Offer, Status>,
    pub told: Told,
    pub available: bool,
    pub may_leave: bool,
    /// Calls that he may still place.
    pub calls: u8,
    /// How often he may still choose.
    pub choices: u8,
}

/// What the agent was told to do by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Told {
    pub complete: bool,
    pub clean_up: bool,
}

/// A reservation as an event tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Card {
    pub status: Status,
    pub progress: Option<Progress>,
    pub claimed: bool,
    pub on_hold: OnHold,
    pub transferred: bool,
}

/// How a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    Done,
    Created(CallNumber),
    Ok,
    /// HTTP 409.
    Conflict,
    /// HTTP 409: another request has the claim.
    Claimed,
    /// HTTP 409, with its word for it.
    Because(Progress),
    /// Twilio says no.
    Refused,
    Lost,
}

/// What may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Presses Call.
    Press(Who),
    /// Presses Call although a call is being placed.
    PressAgain(Who),
    Accept(Who, Offer),
    Reject(Who, Offer),
    Hold(Who, Offer),
    Unhold(Who, Offer),
    HangUp(Who, Offer),
    /// Transfers the other party to the third.
    Transfer(Who, Offer),
    /// Goes on break.
    Leave(Who),
    /// Does what a notice told him to do by hand.
    CompleteByHand(Who, Offer),
    /// The back end takes a request in, and answers.
    Serve(Who, EffectId, Order),
    /// It answers at once, and the answer comes again later.
    ServeTwice(Who, EffectId, Order),
    /// The functions are half done with ringing.
    Claim(CallNumber),
    /// A request is lost.
    LoseRequest(Who, EffectId, Order),
    /// A request dies when it has noted a transfer, and has not closed the call.
    DieHalfway(Who, EffectId, Order),
    /// A request is carried out, and its answer lost.
    LoseAnswer(Who, EffectId, Order),
    /// An answer arrives.
    Settle(Who, EffectId, Answer),
    /// An answer arrives for the first time of two.
    SettleOnce(Who, EffectId, Answer),
    /// It arrives for the second time.
    SettleAgain(Who, EffectId, Answer),
    /// The next event of a reservation arrives.
    News(Who, Offer, Card),
    /// It arrives, and will once more.
    NewsOnce(Who, Offer, Card),
    Deadline(Who),
    PhoneAnswers(CallNumber, Role),
    PhoneFails(CallNumber, Role),
    ThirdAnswers(CallNumber),
    ThirdDeclines(CallNumber),
    ThirdHangsUp(CallNumber),
    ConferenceEndHeard(CallNumber),
    ConferenceEndLost(CallNumber),
    /// TaskRouter offers a task that waits.
    Offer(CallNumber, Role, Who),
    /// TaskRouter gives a task up that waits.
    Lapse(CallNumber, Role),
    /// TaskRouter's own time-out, which changes the agent's activity.
    TimeOut(Offer),
}

impl Model for Bounds {
    type State = Office;
    type Action = Action;

    fn init_states(&self) -> Vec<Office> {
        let agent = |who: Who| {
            let mut brain = Brain::new(self.flaw);
            facts::start(&mut brain, who, self.queue);
            Shared::new(Agent {
                brain,
                orders: BTreeMap::new(),
                answers: BTreeMap::new(),
                repeated: BTreeMap::new(),
                waiting: BTreeMap::new(),
                news: BTreeMap::new(),
                shown: BTreeMap::new(),
                told: Told::default(),
                available: true,
                may_leave: self.leaves && who == Who::Bob,
                calls: self.calls[who.index()],
                choices: self.choices[who.index()],
            })
        };
        vec![Office {
            agents: BOTH.map(agent),
            calls: Vec::new(),
            rounds: self.rounds,
            pace: self.pace,
            faults: self.faults,
            repeats: self.repeats,
            broken: BTreeSet::new(),
        }]
    }

    fn actions(&self, office: &Office, actions: &mut Vec<Action>) {
        office.may(self, actions);
    }

    fn next_state(&self, office: &Office, action: Action) -> Option<Office> {
        let mut next = office.clone();
        next.act(action);
        next.agents.iter_mut().for_each(Shared::seal);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        rules::properties(self)
    }
}

impl Office {
    pub fn agent(&self, who: Who) -> &Agent {
        &self.agents[who.index()]
    }

    pub fn agent_mut(&mut self, who: Who) -> &mut Agent {
        self.agents[who.index()].change()
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Press(who) => self.press(who),
            Action::PressAgain(who) => {
                let before = self.agents[who.index()].clone();
                self.tell(who, NOW, &Event::CallPressed);
                if before != self.agents[who.index()] {
                    self.broken.insert(Rule::OnePressOneTask);
                }
            }
            Action::Accept(who, offer) => self.choose(who, FlexAction::AcceptTask, offer),
            Action::Reject(who, offer) => self.choose(who, FlexAction::RejectTask, offer),
            Action::Hold(who, offer) => self.choose(who, FlexAction::HoldCall, offer),
            Action::Unhold(who, offer) => self.choose(who, FlexAction::UnholdCall, offer),
            Action::HangUp(who, offer) => {
                self.flex_action(who, FlexAction::HangupCall, offer, None);
            }
            Action::Transfer(who, offer) => self.transfer_pressed(who, offer),
            Action::Leave(who) => {
                self.agent_mut(who).may_leave = false;
                self.leave(who);
            }
            Action::CompleteByHand(who, offer) => {
                self.carry_out(who, Order::Complete(offer));
            }
            Action::Serve(who, id, order) => {
                let answer = self.carry_out(who, order);
                let at_once = match self.pace {
                    Pace::Brisk => true,
                    Pace::Prompt => order.changes_nothing(answer),
                    Pace::Slow => false,
                };
                if at_once {
                    self.agent_mut(who).orders.remove(&id);
                    self.settle(who, id, answer);
                } else {
                    self.answer(who, id, answer);
                }
            }
            Action::ServeTwice(who, id, order) => {
                self.repeats -= 1;
                let answer = self.carry_out(who, order);
                let agent = self.agent_mut(who);
                agent.orders.remove(&id);
                agent.repeated.insert(id, answer);
                self.settle(who, id, answer);
            }
            Action::Claim(call) => self.claim(call),
            Action::LoseRequest(who, id, order) => {
                self.faults -= 1;
                self.dies(order);
                self.answer(who, id, Answer::Lost);
            }
            Action::DieHalfway(who, id, order) => {
                self.faults -= 1;
                if let Order::Transfer { call, by } = order {
                    self.note_transfer(call, by);
                }
                self.answer(who, id, Answer::Lost);
            }
            Action::LoseAnswer(who, id, order) => {
                self.faults -= 1;
                if self.carry_out(who, order) != Answer::Claimed {
                    self.unheard(order);
                }
                self.answer(who, id, Answer::Lost);
            }
            Action::Settle(who, id, answer) => {
                self.agent_mut(who).answers.remove(&id);
                self.settle(who, id, answer);
            }
            Action::SettleOnce(who, id, answer) => {
                self.repeats -= 1;
                self.agent_mut(who).answers.remove(&id);
                self.agent_mut(who).repeated.insert(id, answer);
                self.settle(who, id, answer);
            }
            Action::SettleAgain(who, id, answer) => {
                self.agent_mut(who).repeated.remove(&id);
                self.settle_again(who, id, answer);
            }
            Action::News(who, offer, card) => {
                self.forget_first(who, offer);
                self.hear(who, offer, card);
            }
            Action::NewsOnce(who, offer, card) => {
                self.repeats -= 1;
                self.hear(who, offer, card);
            }
            Action::Deadline(who) => {
                if !self.is_idle(who) {
                    self.faults -= 1;
                }
                for call in &mut self.calls {
                    if call.caller == who && call.claim == Claim::Left {
                        call.claim = Claim::Stale;
                    }
                }
                if let Some(deadline) = self.agent(who).brain.next_deadline() {
                    self.tell(who, deadline, &Event::DeadlineReached);
                }
            }
            Action::PhoneAnswers(call, role) => self.phone_answers(call, role),
            Action::PhoneFails(call, role) => {
                self.faults -= 1;
                self.phone_fails(call, role);
            }
            Action::ThirdAnswers(call) => self.third_answers(call),
            Action::ThirdDeclines(call) => self.third_declines(call),
            Action::ThirdHangsUp(call) => self.third_hangs_up(call),
            Action::ConferenceEndHeard(call) => self.close(call),
            Action::ConferenceEndLost(call) => {
                self.faults -= 1;
                self.calls[usize::from(call)].callback = false;
            }
            Action::Offer(call, role, to) => self.offer(call, role, to),
            Action::Lapse(call, role) => self.lapse(call, role),
            Action::TimeOut(offer) => {
                let call = &self.calls[usize::from(offer.call)];
                let to = call.offer(offer.call, offer.role).map(|(_, to)| to);
                if !to.is_some_and(|to| self.agent(to).is_quiet()) {
                    self.faults -= 1;
                }
                self.let_go(offer, Status::Timeout);
            }
        }
    }

    fn press(&mut self, who: Who) {
        let before = self.clone();
        let effects = self.tell(who, NOW, &Event::CallPressed);
        let created = |effect: &&Effect| matches!(effect, Effect::CreateTask { .. });
        match effects.iter().filter(created).count() {
            // He takes his colleague's call; a press that changes nothing costs nothing.
            0 if before != *self => {
                let agent = self.agent_mut(who);
                agent.choices -= 1;
            }
            0 => {}
            1 => self.agent_mut(who).calls -= 1,
            _ => {
                self.broken.insert(Rule::OnePressOneTask);
            }
        }
    }

    /// The third is chosen, and the button pressed: one that nothing comes of is as if it had not been.
    fn transfer_pressed(&mut self, who: Who, offer: Offer) {
        let before = self.clone();
        facts::choose_third(&mut self.agent_mut(who).brain);
        let reservation = offer.sid();
        let effects = self.tell(who, NOW, &Event::TransferPressed { reservation });
        if effects.iter().any(|effect| id_of(effect).is_some()) {
            self.agent_mut(who).choices -= 1;
        } else {
            *self = before;
        }
    }

    /// A press that changes nothing costs nothing.
    fn choose(&mut self, who: Who, action: FlexAction, offer: Offer) {
        let before = self.clone();
        self.flex_action(who, action, offer, None);
        if before != *self {
            self.agent_mut(who).choices -= 1;
        }
    }

    fn answer(&mut self, who: Who, id: EffectId, answer: Answer) {
        let agent = self.agent_mut(who);
        agent.orders.remove(&id);
        agent.answers.insert(id, answer);
    }

    /// A ring of which nothing was heard may be asked for again.
    pub fn unheard(&mut self, order: Order) {
        if let Order::Ring(call) = order {
            self.calls[usize::from(call)].rings -= 1;
        }
    }

    /// A request dies; what it had begun stays.
    fn dies(&mut self, order: Order) {
        self.unheard(order);
        if let Order::Ring(call) = order {
            let call = &mut self.calls[usize::from(call)];
            if call.claim == Claim::Held && call.callee == Task::None {
                call.claim = Claim::Left;
            }
        }
    }

    /// An effect is over, and with it the action of Flex's that waited for it.
    pub fn settle(&mut self, who: Who, id: EffectId, answer: Answer) {
        let outcome = facts::outcome(answer);
        self.tell(who, NOW, &Event::Settled { id, outcome });
        if let Some(action) = self.agent_mut(who).waiting.remove(&id) {
            self.settle(who, action, answer);
        }
    }

    fn settle_again(&mut self, who: Who, id: EffectId, answer: Answer) {
        let before = self.agents[who.index()].clone();
        let outcome = facts::outcome(answer);
        let effects = self.tell(who, NOW, &Event::Settled { id, outcome });
        if !effects.is_empty() || before != self.agents[who.index()] {
            self.broken.insert(Rule::SettlesOnce);
        }
    }

    fn forget_first(&mut self, who: Who, offer: Offer) {
        let news = &mut self.agent_mut(who).news;
        if let Some(cards) = news.get_mut(&offer) {
            cards.remove(0);
            if cards.is_empty() {
                news.remove(&offer);
            }
        }
    }

    /// An event of a reservation arrives, and Flex shows it. Of one that is over the SDK knows no more.
    fn hear(&mut self, who: Who, offer: Offer, card: Card) {
        let event = facts::reservation(&self.calls[usize::from(offer.call)], offer, card);
        self.tell(who, NOW, &event);
        let shown = &mut self.agent_mut(who).shown;
        if is_live(card.status) {
            shown.insert(offer, card.status);
        } else {
            shown.remove(&offer);
        }
    }

    /// Every call is over as far as the back end is concerned, and there will be no other.
    pub fn is_closed(&self) -> bool {
        BOTH.iter().all(|who| self.agent(*who).calls == 0)
            && !self.calls.is_empty()
            && self.calls.iter().all(Call::is_closed)
    }

    /// Nothing is on its way to him, from him or to his phone.
    pub fn is_idle(&self, who: Who) -> bool {
        let agent = self.agent(who);
        let rings = |call: &Call, role| {
            let task = call.task(role);
            matches!(task, Task::Offered { to, party, .. } if *to == who && party.leg == Leg::Ringing)
        };
        agent.orders.is_empty()
            && agent.answers.is_empty()
            && agent.news.is_empty()
            && !self
                .calls
                .iter()
                .any(|call| ROLES.into_iter().any(|role| rings(call, role)))
    }

    /// Nothing is under way, and nothing will be unless somebody presses Call.
    pub fn is_quiet(&self) -> bool {
        BOTH.iter().all(|who| self.agent(*who).is_quiet()) && self.calls.iter().all(Call::is_quiet)
    }

    /// Whether Call would place a call.
    pub fn can_call(&self, who: Who) -> bool {
        let mut brain = self.agent(who).brain.clone();
        let effects = brain.handle(NOW, &Event::CallPressed);
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::CreateTask { .. }) && id_of(effect).is_some())
    }
}
