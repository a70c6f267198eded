//! Every order of things in calls by a TwiML application, which Flex connects: two agents, whose calls may cross. The cores
//! order less of such a call, and hear of it by TaskRouter's events alone, each of which may be late.
//!
//! Requests are answered at once when they arrive, in whatever order; within the bounds they are lost, or their answers.

use crate::brain::{Brain, Flaw};
use crate::effects::{id_of, NOW};
use crate::facts;
use crate::names::{call_of, CallNumber, Offer, Who, BOTH};
use crate::office::Answer;
use crate::shared::Shared;
use backline::effect::{Effect, HttpRequest, Unanswered, Verdict};
use backline::error::Failure;
use backline::event::{ActionToken, EffectId, Event, FlexAction};
use backline::twilio::attributes::{Progress, Role};
use backline::twilio::reservation::ReservationStatus as Status;
use backline::view::CallLine;
use stateright::{Model, Property};
use std::collections::{BTreeMap, BTreeSet};

const TOKEN: ActionToken = ActionToken(7);

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
        let mut all = properties();
        if self.hang_ups {
            all.push(Property::sometimes(
                "the caller takes it back",
                |_, state: &State| state.reads(|line| matches!(line, CallLine::Cancelled { .. })),
            ));
        }
        if self.choices[1] > 0 {
            all.push(Property::sometimes(
                "the caller reads that it was declined",
                |_, state: &State| {
                    let declined = |why: &Unanswered| matches!(why, Unanswered::Declined { .. });
                    state.reads(
                        |line| matches!(line, CallLine::Unanswered { why, .. } if declined(why)),
                    )
                },
            ));
        }
        if self.calls.iter().all(|calls| *calls > 0) {
            all.push(Property::sometimes(
                "two call each other, and one gives way",
                |_, state: &State| {
                    state
                        .calls
                        .iter()
                        .any(|call| call.progress == Some(Progress::Glare))
                },
            ));
            all.push(Property::sometimes(
                "who gave way talks in the other's call",
                |_, state: &State| {
                    let gave_way = |call: &Call| call.progress == Some(Progress::Glare);
                    state.calls.iter().any(gave_way) && state.calls.iter().any(|call| call.accepted)
                },
            ));
        }
        all
    }
}

fn properties() -> Vec<Property<Native>> {
    vec![
        Property::always("every action gets one verdict", |_, state: &State| {
            !state.broken.contains(&Rule::OneVerdict)
        }),
        Property::always("one press starts one call", |_, state: &State| {
            !state.broken.contains(&Rule::OnePressOneCall)
        }),
        Property::always(
            "no two effects under way have one id",
            |_, state: &State| !state.broken.contains(&Rule::IdsAreUnique),
        ),
        Property::always("what an action waits for is ordered", |_, state: &State| {
            !state.broken.contains(&Rule::ReplaceIsOrdered)
        }),
        Property::always("the line says what is so", |_, state: &State| {
            BOTH.iter().all(|who| state.line_is_true(*who))
        }),
        // What is in wrap-up was not completed since a request was lost: he reads that, and does it by hand.
        Property::always(
            "what is over leaves nothing behind",
            |bounds: &Native, state: &State| {
                !state.is_quiet() || state.is_clean() || state.faults < bounds.faults
            },
        ),
        Property::always("Call works again when all is over", |_, state: &State| {
            !state.is_quiet() || BOTH.iter().all(|who| state.can_call(*who))
        }),
        Property::sometimes("all is over", |_, state: &State| {
            state.is_quiet() && !state.calls.is_empty()
        }),
        Property::sometimes("the caller reads that they talk", |_, state: &State| {
            state.reads(|line| matches!(line, CallLine::Talking { .. }))
        }),
        Property::sometimes(
            "the caller reads that nobody answered",
            |_, state: &State| {
                let why = |why: &Unanswered| matches!(why, Unanswered::NoAnswer);
                state.reads(|line| matches!(line, CallLine::Unanswered { why: it, .. } if why(it)))
            },
        ),
    ]
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

    fn reads(&self, is: impl Fn(&CallLine) -> bool) -> bool {
        BOTH.iter().any(|who| is(self.agent(*who).brain.line()))
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

    fn tell(&mut self, who: Who, event: &Event) -> Vec<Effect> {
        let effects = self.agent_mut(who).brain.handle(NOW, event);
        self.perform(who, event, effects.clone());
        effects
    }

    fn perform(&mut self, who: Who, event: &Event, effects: Vec<Effect>) {
        let asked = usize::from(matches!(event, Event::ActionRequested { .. }));
        let is_verdict = |effect: &&Effect| matches!(effect, Effect::Verdict { .. });
        if effects.iter().filter(is_verdict).count() != asked {
            self.broken.insert(Rule::OneVerdict);
        }
        let mut later = Vec::new();
        for effect in effects {
            match effect {
                Effect::Verdict { .. }
                | Effect::ViewChanged { .. }
                | Effect::Notify { .. }
                | Effect::NotifyRinging { .. } => {}
                Effect::StartOutboundCall { id, .. } => self.send(who, id, Order::Start),
                Effect::RejectReservation { id, reservation } => {
                    self.send(who, id, Order::Refuse(Offer::of(&reservation)));
                }
                Effect::CompleteTask {
                    id, reservation, ..
                } => self.send(who, id, Order::Complete(Offer::of(&reservation))),
                Effect::Http { id, request } => self.send(who, id, http(&request)),
                Effect::AcceptTask { id, reservation } => {
                    later.push((id, Some((FlexAction::AcceptTask, Offer::of(&reservation)))));
                }
                Effect::HangUp { id, reservation } => {
                    later.push((id, Some((FlexAction::HangupCall, Offer::of(&reservation)))));
                }
                Effect::SelectTask { id, .. } => later.push((id, None)),
                other => unreachable!("{other:?}"),
            }
        }
        // The shell hands facts over one after the other, never while the core's orders are being started.
        for (id, action) in later {
            if let Some((action, offer)) = action {
                self.flex_action(who, action, offer);
            }
            self.settle(who, id, Answer::Done);
        }
    }

    fn send(&mut self, who: Who, id: EffectId, order: Order) {
        if self.agent_mut(who).orders.insert(id, order).is_some() {
            self.broken.insert(Rule::IdsAreUnique);
        }
    }

    fn settle(&mut self, who: Who, id: EffectId, answer: Answer) {
        let outcome = facts::outcome(answer);
        self.tell(who, &Event::Settled { id, outcome });
    }

    fn flex_action(&mut self, who: Who, action: FlexAction, offer: Offer) {
        let effects = self.tell(who, &requested(action, offer));
        let verdict = effects.iter().find_map(|effect| match effect {
            Effect::Verdict { verdict, .. } => Some(verdict.clone()),
            _ => None,
        });
        match verdict {
            Some(Verdict::Pass | Verdict::From { .. }) => self.native(who, action, offer),
            Some(Verdict::Replace { until }) => {
                if !effects.iter().any(|effect| id_of(effect) == Some(until)) {
                    self.broken.insert(Rule::ReplaceIsOrdered);
                }
            }
            None | Some(_) => {}
        }
    }

    /// Flex's own action runs.
    fn native(&mut self, who: Who, action: FlexAction, offer: Offer) {
        let number = offer.call;
        match action {
            FlexAction::AcceptTask => {
                let call = self.call(number);
                let pending = match offer.role {
                    Role::Caller => call.own == Status::Pending,
                    Role::Callee => call.callee == Some(Status::Pending),
                };
                if pending {
                    match offer.role {
                        Role::Caller => call.own = Status::Accepted,
                        Role::Callee => {
                            call.callee = Some(Status::Accepted);
                            call.accepted = true;
                        }
                    }
                    self.publish(number, offer.role);
                }
                self.ended(who, !pending);
            }
            FlexAction::HangupCall => {
                let call = self.call(number);
                call.hung_up |= offer.role == Role::Caller;
                self.close(number);
            }
            FlexAction::RejectTask
            | FlexAction::HoldCall
            | FlexAction::UnholdCall
            | FlexAction::UnholdParticipant => unreachable!("{action:?} is not Flex's"),
        }
    }

    fn ended(&mut self, who: Who, failed: bool) {
        let failure = failed.then(|| Failure::new("no way"));
        let token = TOKEN;
        self.tell(who, &Event::ActionEnded { token, failure });
    }

    fn carry_out(&mut self, who: Who, order: Order) -> Answer {
        match order {
            Order::Start => {
                let number = u8::try_from(self.calls.len()).unwrap();
                self.calls.push(Call {
                    caller: who,
                    own: Status::Pending,
                    callee: None,
                    progress: None,
                    asked: false,
                    accepted: false,
                    declined: false,
                    hung_up: false,
                    met_busy: false,
                });
                self.publish(number, Role::Caller);
                Answer::Done
            }
            // TaskRouter's workflow has nobody else, and the functions are told that it gave up.
            Order::Refuse(offer) => {
                if self.call(offer.call).callee == Some(Status::Pending) {
                    self.call(offer.call).callee = Some(Status::Rejected);
                    self.publish(offer.call, Role::Callee);
                    self.note(offer.call, Progress::NoAnswer);
                    self.close(offer.call);
                }
                Answer::Done
            }
            Order::Complete(offer) => {
                let call = self.call(offer.call);
                match offer.role {
                    Role::Caller if call.own == Status::Wrapping => call.own = Status::Completed,
                    Role::Callee if call.callee == Some(Status::Wrapping) => {
                        call.callee = Some(Status::Completed);
                    }
                    Role::Caller | Role::Callee => return Answer::Refused,
                }
                self.publish(offer.call, offer.role);
                Answer::Done
            }
            Order::Came(call) => {
                if self.call(call).callee == Some(Status::Accepted) {
                    self.note(call, Progress::Answered);
                }
                Answer::Ok
            }
            Order::Decline(number) => {
                let call = self.call(number);
                if call.callee == Some(Status::Accepted)
                    || call.progress == Some(Progress::Answered)
                {
                    return Answer::Because(Progress::Answered);
                }
                if call.callee == Some(Status::Pending) {
                    call.declined = true;
                    self.note(number, Progress::Declined);
                }
                self.close(number);
                Answer::Ok
            }
            Order::End(number, None) => {
                self.close(number);
                Answer::Ok
            }
            Order::End(number, Some(outcome)) => {
                let call = self.call(number);
                if call.callee == Some(Status::Accepted)
                    || call.progress == Some(Progress::Answered)
                {
                    return Answer::Because(Progress::Answered);
                }
                self.note(number, outcome);
                self.close(number);
                Answer::Ok
            }
            Order::Check(number) => {
                let call = self.call(number);
                let gone = call.callee.is_some_and(|status| !is_open(status));
                let over = !is_open(call.own)
                    || match call.progress {
                        None => false,
                        Some(Progress::Ringing | Progress::Answered) => gone,
                        Some(_) => true,
                    };
                if over {
                    let outcome = match call.accepted {
                        true => Progress::NotConnected,
                        false => Progress::NoAnswer,
                    };
                    if call.progress == Some(Progress::Ringing) {
                        self.note(number, outcome);
                    }
                    self.close(number);
                }
                Answer::Ok
            }
        }
    }

    /// Twilio asks the functions what to do with the leg that Flex called (`functions/enqueue.rs`, `functions/glare.rs`).
    fn enqueue(&mut self, number: CallNumber) {
        self.call(number).asked = true;
        let caller = self.calls[usize::from(number)].caller;
        let callee = caller.other();
        let opposite = (0..).zip(&self.calls).find(|(_, other)| {
            other.caller == callee && is_open(other.own) && other.is_undecided()
        });
        match opposite.map(|(other, held)| (other, held.progress.is_some())) {
            Some((other, rings)) if rings || other < number => {
                self.note(number, Progress::Glare);
                return self.close(number);
            }
            Some((other, _)) => {
                self.note(other, Progress::Glare);
                self.close(other);
            }
            None => {
                let has = |call: &&Call| {
                    (call.caller == callee && is_live(call.own))
                        || (call.caller == caller && call.callee_is(is_live))
                };
                if self.calls.iter().filter(has).count() >= self.room {
                    self.call(number).met_busy = true;
                    self.note(number, Progress::Busy);
                    return self.close(number);
                }
            }
        }
        self.call(number).callee = Some(Status::Pending);
        self.note(number, Progress::Ringing);
        self.publish(number, Role::Callee);
    }

    /// Written once, an outcome stays.
    fn note(&mut self, number: CallNumber, progress: Progress) {
        let call = self.call(number);
        if call.is_undecided() && call.progress != Some(progress) {
            call.progress = Some(progress);
            if is_open(call.own) {
                self.publish(number, Role::Caller);
            }
        }
    }

    /// Both legs end, and with them both tasks.
    fn close(&mut self, number: CallNumber) {
        let after = |status: Status| match status {
            Status::Pending => Status::Canceled,
            Status::Accepted => Status::Wrapping,
            other => other,
        };
        let call = self.call(number);
        let (own, callee) = (after(call.own), call.callee.map(after));
        let changed = (own != call.own, callee != call.callee);
        (call.own, call.callee) = (own, callee);
        if changed.0 {
            self.publish(number, Role::Caller);
        }
        if changed.1 {
            self.publish(number, Role::Callee);
        }
    }

    /// TaskRouter tells whoever has that reservation.
    fn publish(&mut self, number: CallNumber, role: Role) {
        let call = &self.calls[usize::from(number)];
        let (who, status) = match role {
            Role::Caller => (call.caller, Some(call.own)),
            Role::Callee => (call.caller.other(), call.callee),
        };
        let progress = match role {
            Role::Caller => call.progress,
            Role::Callee => None,
        };
        let round = 0;
        let offer = Offer {
            call: number,
            role,
            round,
        };
        if let Some(status) = status {
            let card = Card { status, progress };
            self.agent_mut(who)
                .news
                .entry(offer)
                .or_default()
                .push(card);
        }
    }

    /// An event of a reservation arrives. Flex accepts by itself what its agent placed.
    fn hear(&mut self, who: Who, offer: Offer) {
        let news = &mut self.agent_mut(who).news;
        let Some(cards) = news.get_mut(&offer) else {
            return;
        };
        let card = cards.remove(0);
        if cards.is_empty() {
            news.remove(&offer);
        }
        let caller = self.calls[usize::from(offer.call)].caller;
        self.tell(who, &facts::native_reservation(caller, offer, card));
        let shown = &mut self.agent_mut(who).shown;
        let before = match is_live(card.status) {
            true => shown.insert(offer, card.status),
            false => shown.remove(&offer),
        };
        if offer.role == Role::Caller && card.status == Status::Pending && before.is_none() {
            self.flex_action(who, FlexAction::AcceptTask, offer);
        }
    }

    /// Nothing is under way, and nothing will be unless somebody presses Call.
    fn is_quiet(&self) -> bool {
        let still = |agent: &Agent| agent.is_idle() && agent.brain.next_deadline().is_none();
        let over = |call: &Call| !is_open(call.own) && !call.callee_is(is_open);
        self.agents.iter().all(|agent| still(agent)) && self.calls.iter().all(over)
    }

    fn is_clean(&self) -> bool {
        let live = |call: &Call| is_live(call.own) || call.callee_is(is_live);
        !self.calls.iter().any(live)
    }

    fn can_call(&self, who: Who) -> bool {
        let mut brain = self.agent(who).brain.clone();
        let effects = brain.handle(NOW, &Event::CallPressed);
        let started = |effect: &Effect| matches!(effect, Effect::StartOutboundCall { .. });
        effects.iter().any(started)
    }

    /// Of the last call that he placed.
    fn line_is_true(&self, who: Who) -> bool {
        let line = self.agent(who).brain.line();
        let Some(call) = self.calls.iter().rfind(|call| call.caller == who) else {
            return matches!(
                line,
                CallLine::Idle | CallLine::Calling { .. } | CallLine::Failed { .. }
            );
        };
        match line {
            CallLine::Idle | CallLine::Calling { .. } | CallLine::Failed { .. } => true,
            CallLine::Ringing { .. } => call.callee.is_some(),
            CallLine::Talking { .. } | CallLine::Ended { .. } => call.accepted,
            CallLine::Cancelled { .. } => call.hung_up,
            CallLine::Unanswered { why, .. } => match why {
                Unanswered::Declined { .. } => call.declined,
                Unanswered::Busy | Unanswered::BusyNotify => call.met_busy,
                // Until it is written that he came nobody can tell the caller.
                Unanswered::NoAnswer => !call.accepted || call.progress != Some(Progress::Answered),
                Unanswered::Glare => self.calls.iter().any(|other| other.caller != who),
                Unanswered::NotConnected => call.progress != Some(Progress::Answered),
                Unanswered::Unavailable => false,
            },
        }
    }
}

fn requested(action: FlexAction, offer: Offer) -> Event {
    Event::ActionRequested {
        token: TOKEN,
        action,
        sid: Some(offer.sid().to_string()),
        task_sid: None,
        target: None,
    }
}

fn http(request: &HttpRequest) -> Order {
    let field = |name: &str| {
        let mut form = request.form.iter();
        form.find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let (call, _) = call_of(field("taskSid").unwrap());
    let outcome = field("outcome").and_then(Progress::parse);
    match request.url.rsplit('/').next().unwrap() {
        "reject" => Order::Decline(call),
        "came" => Order::Came(call),
        "check" => Order::Check(call),
        "end" => Order::End(call, outcome),
        other => unreachable!("{other}"),
    }
}
