//! Every order of things in calls by a TwiML application, which Flex connects: two agents, whose calls may cross. The cores
//! order less of such a call, and hear of it by TaskRouter's events alone, each of which may be late.
//!
//! Requests are answered at once when they arrive, in whatever order; within the bounds they are lost, or their answers.

mod backend;
mod rules;
mod shell;

use crate::brain::{Brain, Flaw};
use crate::facts;
use crate::names::{CallNumber, Offer, Who, BOTH};
use crate::office::Answer;
use crate::shared::Shared;
use backline::effect::Effect;
use backline::event::{EffectId, Event, FlexAction};
use backline::twilio::attributes::{Progress, Role};
use backline::twilio::reservation::ReservationStatus as Status;
use shell::requested;
use stateright::{Model, Property};
use std::collections::{BTreeMap, BTreeSet};

/// How far it goes.
#[derive(Debug, Clone, Copy)]
pub struct Native {
    /// Calls that Alice and Bob place, at most.
    pub calls: [u8; 2],
    /// How often each accepts or declines, at most.
    pub choices: [u8; 2],
    /// Whether they hang up before they talk, too.
    pub hang_ups: bool,
    /// Calls that an agent has room for.
    pub room: usize,
    /// Requests, answers and phones that fail, and deadlines that are reached too soon: together.
    pub faults: u8,
    /// A mistake in the core.
    pub flaw: Option<Flaw>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    agents: [Shared<Agent>; 2],
    calls: Vec<Call>,
    room: usize,
    faults: u8,
    broken: BTreeSet<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Agent {
    brain: Brain,
    /// Effects that nobody has taken in.
    orders: BTreeMap<EffectId, Order>,
    /// TaskRouter's events, in order for each reservation.
    news: BTreeMap<Offer, Vec<Card>>,
    /// What Flex shows.
    shown: BTreeMap<Offer, Status>,
    calls: u8,
    choices: u8,
}

/// A call as TaskRouter and the functions hold it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Call {
    caller: Who,
    own: Status,
    callee: Option<Status>,
    progress: Option<Progress>,
    /// Twilio has asked the functions what to do with the leg that Flex called.
    asked: bool,
    /// What really happened.
    accepted: bool,
    declined: bool,
    hung_up: bool,
    met_busy: bool,
}

/// A reservation as TaskRouter tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Card {
    pub status: Status,
    pub progress: Option<Progress>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    Start,
    Refuse(Offer),
    Complete(Offer),
    Decline(CallNumber),
    Came(CallNumber),
    Check(CallNumber),
    End(CallNumber, Option<Progress>),
}

/// A rule that a step broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Rule {
    OneVerdict,
    OnePressOneCall,
    IdsAreUnique,
    ReplaceIsOrdered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Press(Who),
    Accept(Who, Offer),
    /// His phone cannot be reached.
    AcceptInVain(Who, Offer),
    Decline(Who, Offer),
    HangUp(Who, Offer),
    Serve(Who, EffectId),
    LoseRequest(Who, EffectId),
    LoseAnswer(Who, EffectId),
    News(Who, Offer),
    Deadline(Who),
    /// Twilio asks the functions.
    Enqueue(CallNumber),
    /// It asks nobody: the leg ends.
    NotAsked(CallNumber),
}

impl Model for Native {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let agent = |who: Who| {
            let mut brain = Brain::new(self.flaw);
            facts::start_native(&mut brain, who);
            Shared::new(Agent {
                brain,
                orders: BTreeMap::new(),
                news: BTreeMap::new(),
                shown: BTreeMap::new(),
                calls: self.calls[who.index()],
                choices: self.choices[who.index()],
            })
        };
        vec![State {
            agents: BOTH.map(agent),
            calls: Vec::new(),
            room: self.room,
            faults: self.faults,
            broken: BTreeSet::new(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for who in BOTH {
            let agent = state.agent(who);
            if agent.calls > 0 {
                actions.push(Action::Press(who));
            }
            for (id, order) in &agent.orders {
                actions.push(Action::Serve(who, *id));
                if state.faults > 0 {
                    actions.push(Action::LoseRequest(who, *id));
                    if *order != Order::Start {
                        actions.push(Action::LoseAnswer(who, *id));
                    }
                }
            }
            for offer in agent.news.keys() {
                actions.push(Action::News(who, *offer));
            }
            for (offer, status) in &agent.shown {
                match (status, offer.role) {
                    (Status::Pending, Role::Callee) if agent.choices > 0 => {
                        actions.push(Action::Accept(who, *offer));
                        actions.push(Action::Decline(who, *offer));
                        if state.faults > 0 {
                            actions.push(Action::AcceptInVain(who, *offer));
                        }
                    }
                    (Status::Accepted, _) if self.hang_ups || state.talk(offer.call) => {
                        actions.push(Action::HangUp(who, *offer));
                    }
                    _ => {}
                }
            }
            if agent.brain.next_deadline().is_some() && (agent.is_idle() || state.faults > 0) {
                actions.push(Action::Deadline(who));
            }
        }
        for (call, held) in (0..).zip(&state.calls) {
            if held.own == Status::Accepted && !held.asked {
                actions.push(Action::Enqueue(call));
                if state.faults > 0 {
                    actions.push(Action::NotAsked(call));
                }
            }
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        next.act(action);
        next.agents.iter_mut().for_each(Shared::seal);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        rules::properties(self)
    }
}

impl Agent {
    fn is_idle(&self) -> bool {
        self.orders.is_empty() && self.news.is_empty()
    }
}

const fn is_open(status: Status) -> bool {
    matches!(status, Status::Pending | Status::Accepted)
}

const fn is_live(status: Status) -> bool {
    is_open(status) || matches!(status, Status::Wrapping)
}

impl Call {
    fn callee_is(&self, is: fn(Status) -> bool) -> bool {
        self.callee.is_some_and(is)
    }

    const fn is_undecided(&self) -> bool {
        matches!(self.progress, None | Some(Progress::Ringing))
    }
}

impl State {
    fn agent(&self, who: Who) -> &Agent {
        &self.agents[who.index()]
    }

    fn agent_mut(&mut self, who: Who) -> &mut Agent {
        self.agents[who.index()].change()
    }

    fn call(&mut self, call: CallNumber) -> &mut Call {
        &mut self.calls[usize::from(call)]
    }

    fn talk(&self, call: CallNumber) -> bool {
        let call = &self.calls[usize::from(call)];
        call.progress == Some(Progress::Answered)
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Press(who) => self.press(who),
            Action::Accept(who, offer) => self.choose(who, FlexAction::AcceptTask, offer),
            Action::AcceptInVain(who, offer) => {
                self.faults -= 1;
                self.agent_mut(who).choices -= 1;
                let event = requested(FlexAction::AcceptTask, offer);
                self.tell(who, &event);
                self.ended(who, true);
            }
            Action::Decline(who, offer) => self.choose(who, FlexAction::RejectTask, offer),
            Action::HangUp(who, offer) => self.flex_action(who, FlexAction::HangupCall, offer),
            Action::Serve(who, id) => {
                if let Some(order) = self.agent_mut(who).orders.remove(&id) {
                    let answer = self.carry_out(who, order);
                    self.settle(who, id, answer);
                }
            }
            Action::LoseRequest(who, id) => {
                self.faults -= 1;
                self.agent_mut(who).orders.remove(&id);
                self.settle(who, id, Answer::Lost);
            }
            Action::LoseAnswer(who, id) => {
                self.faults -= 1;
                if let Some(order) = self.agent_mut(who).orders.remove(&id) {
                    self.carry_out(who, order);
                    self.settle(who, id, Answer::Lost);
                }
            }
            Action::News(who, offer) => self.hear(who, offer),
            Action::Deadline(who) => {
                if !self.agent(who).is_idle() {
                    self.faults -= 1;
                }
                if let Some(deadline) = self.agent(who).brain.next_deadline() {
                    let event = Event::DeadlineReached;
                    let effects = self.agent_mut(who).brain.handle(deadline, &event);
                    self.perform(who, &event, effects);
                }
            }
            Action::Enqueue(call) => self.enqueue(call),
            Action::NotAsked(call) => {
                self.faults -= 1;
                self.call(call).asked = true;
                self.close(call);
            }
        }
    }

    fn press(&mut self, who: Who) {
        let before = self.agents[who.index()].clone();
        let effects = self.tell(who, &Event::CallPressed);
        let started = |effect: &&Effect| matches!(effect, Effect::StartOutboundCall { .. });
        match effects.iter().filter(started).count() {
            // His colleague's call is taken, or one is being placed.
            0 if before != self.agents[who.index()] => self.agent_mut(who).calls -= 1,
            0 => {}
            1 if before.brain.is_placing() => {
                self.broken.insert(Rule::OnePressOneCall);
            }
            1 => self.agent_mut(who).calls -= 1,
            _ => {
                self.broken.insert(Rule::OnePressOneCall);
            }
        }
    }

    fn choose(&mut self, who: Who, action: FlexAction, offer: Offer) {
        self.agent_mut(who).choices -= 1;
        self.flex_action(who, action, offer);
    }
}
