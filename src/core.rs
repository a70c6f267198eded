//! The core: routes events to the machines, carries what they say to each other. Decides nothing itself.

mod purpose;
mod unstarted;

pub use purpose::Purpose;

use crate::calls::{self, Calls, Fact};
use crate::dialpad::{self, Dialpad};
use crate::effect::{Effect, Verdict};
use crate::event::{ActionToken, EffectId, Event, FlexAction, Outcome, Tab};
use crate::favourites::Favourites;
use crate::ids::{CallSid, ReservationSid};
use crate::internal_call::{onward_notice, After, Caller, InternalCall, Onward, Said};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::configuration::{Configuration, RawActivity, RawConfiguration, RawMe};
use crate::view::WaitingView;
use crate::waiting::{self, Waiting};
use serde::{Deserialize, Serialize};
use unstarted::unstarted;

/// All decision state: `Clone + Eq + Hash`, so that a model checker can explore it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Core(Option<Started>);

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Started {
    caller: Caller,
    ledger: Ledger<Purpose>,
    dialpad: Dialpad,
    #[serde(default)]
    favourites: Favourites,
    #[serde(default)]
    waiting: Waiting,
    internal_call: InternalCall,
    calls: Calls,
}

impl Core {
    /// Takes in a fact, gives out the orders that follow. The only mutation.
    pub fn handle(&mut self, now: Millis, event: &Event) -> Vec<Effect> {
        if let Event::Started {
            configuration,
            me,
            activities,
            tab,
            lost,
            origin,
        } = event
        {
            let started = Started::new(configuration, me, activities, tab.clone(), *origin);
            return self.0.insert(started).start(now, lost.clone());
        }
        match &mut self.0 {
            Some(started) => started.handle(now, event),
            None => unstarted(event),
        }
    }

    /// When the core next wants a [`Event::DeadlineReached`].
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        self.0.as_ref().and_then(|started| {
            let internal = started.internal_call.next_deadline();
            internal
                .into_iter()
                .chain(started.calls.next_deadline())
                .chain(started.dialpad.next_deadline())
                .chain(started.favourites.next_deadline())
                .chain(started.waiting.next_deadline())
                .min()
        })
    }

    /// The strip of all calls; `None` while there is nothing to choose.
    #[must_use]
    pub fn calls_view(&self) -> Option<crate::view::CallsView> {
        self.0.as_ref().and_then(|started| started.calls.view())
    }

    /// What stands in the call canvas of a reservation; `None` if it is no call between agents.
    #[must_use]
    pub fn call_view(&self, reservation: &str) -> Option<crate::view::CallView> {
        self.0
            .as_ref()
            .and_then(|started| started.internal_call.view(reservation))
    }

    /// The panel's state; `None` before the start.
    #[must_use]
    pub fn dialpad(&self) -> Option<&Dialpad> {
        self.0.as_ref().map(|started| &started.dialpad)
    }

    /// Of whom the agent is told once they are free.
    #[must_use]
    pub fn waiting(&self) -> WaitingView {
        let view = |started: &Started| started.waiting.view(started.dialpad.line());
        self.0.as_ref().map(view).unwrap_or_default()
    }

    /// The agent's favourites; `None` before the start.
    #[must_use]
    pub fn favourites(&self) -> Option<&Favourites> {
        self.0.as_ref().map(|started| &started.favourites)
    }
}

impl Started {
    fn new(
        raw: &RawConfiguration,
        me: &RawMe,
        _activities: &[RawActivity],
        tab: Option<String>,
        origin: Option<u64>,
    ) -> Self {
        let configuration = Configuration::parse(raw, me);
        let caller = Caller {
            worker: me.worker_sid.clone(),
            name: me
                .attributes
                .full_name
                .clone()
                .filter(|name| !name.0.trim().is_empty())
                .unwrap_or_else(|| me.friendly_name.clone()),
        };
        Self {
            ledger: Ledger::default(),
            dialpad: Dialpad::new(&configuration),
            favourites: Favourites::new(origin),
            waiting: Waiting::default(),
            internal_call: InternalCall::new(&configuration, caller.clone(), tab),
            calls: Calls::new(configuration.multi_call.clone(), me.has_phone_here()),
            caller,
        }
    }

    fn start(&mut self, now: Millis, lost: Vec<CallSid>) -> Vec<Effect> {
        let said = self.internal_call.start(&mut self.ledger);
        let mut effects = self.carry(now, said);
        let said = self.calls.start(lost);
        effects.extend(self.carry_calls(now, said));
        effects
    }

    fn handle(&mut self, now: Millis, event: &Event) -> Vec<Effect> {
        match event {
            Event::Started { .. } => Vec::new(),
            Event::TabChosen { tab } => self.dialpad.choose_tab(*tab),
            Event::FieldAppeared { tab, empty } => {
                self.dialpad
                    .field_appeared(now, *tab, *empty, &mut self.ledger)
            }
            Event::FieldOpened { tab } | Event::RetryPressed { tab } => self.open_field(now, *tab),
            Event::FiltersOpened { open } => {
                let mut effects = self.dialpad.open_filters(*open);
                if *open {
                    // Their values are those of the directory.
                    effects.extend(self.open_field(now, Tab::Agent));
                }
                effects
            }
            Event::FilterChosen { facet, value } => {
                self.dialpad.choose_filter(*facet, value.clone())
            }
            Event::FiltersCleared => self.dialpad.clear_filters(),
            Event::RowsShown { workers } => self.dialpad.show_rows(now, workers, &mut self.ledger),
            // Nobody is his own favourite.
            Event::FavouritePressed { worker } if *worker == self.caller.worker => Vec::new(),
            Event::FavouritePressed { worker } => {
                self.favourites.pressed(now, worker, &mut self.ledger)
            }
            Event::FavouriteMoved { worker, up } => {
                self.favourites.moved(now, worker, *up, &mut self.ledger)
            }
            Event::FavouritesChanged { colleagues } => {
                self.favourites.heard(now, colleagues, &mut self.ledger)
            }
            Event::QueryTyped { tab, text } => {
                self.dialpad
                    .type_query(now, *tab, text.clone(), &mut self.ledger)
            }
            Event::PersonChosen { callee } => {
                let (callee, me) = (callee.clone(), &self.caller.worker);
                self.dialpad
                    .choose_person(now, callee, me, &mut self.ledger)
            }
            Event::QueueChosen { queue } => self.dialpad.choose_queue(queue.clone()),
            Event::CallPressed => match self.dialpad.destination() {
                Some(to) => self.place(now, to),
                None => Vec::new(),
            },
            Event::CallBackPressed { callee } => {
                self.place(now, dialpad::Destination::Agent(callee.clone()))
            }
            Event::TellWhenFreePressed { callee } => {
                self.waiting.pressed(now, callee, &self.caller.worker)
            }
            Event::WaitCancelled { worker } => self.waiting.cancelled(worker),
            Event::DeclineChosen {
                reservation,
                reason,
            } => {
                let said =
                    self.internal_call
                        .decline_chosen(reservation, *reason, &mut self.ledger);
                self.carry(now, said)
            }
            Event::TransferPressed { reservation } => match self.dialpad.destination() {
                Some(to) => {
                    let said = self
                        .internal_call
                        .transfer(reservation, to, &mut self.ledger);
                    self.carry(now, said)
                }
                None => Vec::new(),
            },
            Event::AddPressed { reservation } => match self.dialpad.destination() {
                Some(to) => {
                    let said = self.internal_call.add(reservation, to, &mut self.ledger);
                    self.carry(now, said)
                }
                None => Vec::new(),
            },
            Event::PartyHoldPressed {
                reservation,
                label,
                on,
            } => {
                let ledger = &mut self.ledger;
                let said = self
                    .internal_call
                    .hold_party(reservation, label, *on, ledger);
                self.carry(now, said)
            }
            Event::PartyRemovePressed { reservation, label } => {
                let ledger = &mut self.ledger;
                let said = self.internal_call.remove_party(reservation, label, ledger);
                self.carry(now, said)
            }
            Event::EndForAllPressed { reservation } => {
                let said = self
                    .internal_call
                    .end_for_all(reservation, &mut self.ledger);
                self.carry(now, said)
            }
            Event::PersonChanged { .. } | Event::WorkTold { .. } => vec![Effect::ViewChanged {
                panel: crate::effect::Panel::Dialpad,
            }],
            Event::PersonRemoved { worker } => {
                self.dialpad.forget_person(now, worker, &mut self.ledger)
            }
            Event::ActionRequested {
                token,
                action,
                sid,
                task_sid,
                target,
            } => {
                let of = (sid.as_deref(), task_sid.as_deref());
                self.asked(now, *token, *action, of, target.as_deref())
            }
            Event::ReservationChanged { reservation } => {
                let said =
                    self.internal_call
                        .reservation_changed(now, reservation, &mut self.ledger);
                let mut effects = self.carry(now, said);
                let said = self
                    .calls
                    .reservation_changed(now, reservation, &mut self.ledger);
                effects.extend(self.carry_calls(now, said));
                effects
            }
            Event::TaskSelected { reservation } => {
                self.internal_call.task_selected(reservation.as_ref());
                let said = self.calls.handle(now, event, &mut self.ledger);
                self.carry_calls(now, said)
            }
            Event::LegOpened { leg } => {
                self.internal_call.leg_opened(leg);
                let said = self.calls.handle(now, event, &mut self.ledger);
                self.carry_calls(now, said)
            }
            Event::ParticipantsChanged {
                reservation,
                participants,
            } => {
                let said = self.internal_call.participants_changed(
                    now,
                    reservation,
                    participants,
                    &mut self.ledger,
                );
                let mut effects = self.carry(now, said);
                let said = self.calls.handle(now, event, &mut self.ledger);
                effects.extend(self.carry_calls(now, said));
                effects
            }
            Event::LegEnded { leg, .. } => {
                self.internal_call.leg_ended(leg);
                let said = self.calls.handle(now, event, &mut self.ledger);
                self.carry_calls(now, said)
            }
            Event::LegOffered { .. }
            | Event::LegAudible { .. }
            | Event::LegMuted { .. }
            | Event::SwapPressed { .. }
            | Event::EndAndAnswerPressed { .. }
            | Event::LegRetryPressed { .. } => {
                let said = self.calls.handle(now, event, &mut self.ledger);
                self.carry_calls(now, said)
            }
            Event::ActionEnded { token, failure } => {
                let said = self
                    .internal_call
                    .action_over(now, *token, failure.as_ref());
                let mut effects = self.carry(now, said);
                let said = self.calls.handle(now, event, &mut self.ledger);
                effects.extend(self.carry_calls(now, said));
                effects
            }
            Event::Settled { id, outcome } => self.settle(now, *id, outcome),
            Event::DeadlineReached => {
                let said = self.internal_call.wake(now, &mut self.ledger);
                let mut effects = self.carry(now, said);
                let said = self.calls.wake(now, &mut self.ledger);
                effects.extend(self.carry_calls(now, said));
                effects.extend(self.dialpad.wake(now, &mut self.ledger));
                let me = &self.caller.worker;
                effects.extend(self.favourites.wake(now, me, &mut self.ledger));
                let reach = self.dialpad.reach();
                effects.extend(self.waiting.wake(now, reach, &mut self.ledger));
                effects
            }
        }
    }

    fn open_field(&mut self, now: Millis, tab: Tab) -> Vec<Effect> {
        let mut effects = self.dialpad.open_field(now, tab, &mut self.ledger);
        if tab == Tab::Agent && self.dialpad.tabs().contains(&tab) {
            let me = &self.caller.worker;
            effects.extend(self.favourites.open(now, me, &mut self.ledger));
        }
        effects
    }

    fn place(&mut self, now: Millis, to: dialpad::Destination) -> Vec<Effect> {
        self.place_after(now, to, None)
    }

    fn place_after(
        &mut self,
        now: Millis,
        to: dialpad::Destination,
        after: Option<After>,
    ) -> Vec<Effect> {
        let callee = match &to {
            dialpad::Destination::Agent(callee) => Some(callee.clone()),
            dialpad::Destination::Queue(_) => None,
        };
        let said = self
            .internal_call
            .place_after(now, to, after, &mut self.ledger);
        let mut effects = self.carry(now, said);
        let is_placed = |effect: &Effect| {
            matches!(
                effect,
                Effect::CreateTask { .. } | Effect::StartOutboundCall { .. }
            )
        };
        if let Some(callee) = callee.filter(|_| effects.iter().any(is_placed)) {
            self.waiting.called(&callee);
            let worker = &callee.worker;
            effects.extend(self.favourites.called(now, worker, &mut self.ledger));
        }
        effects
    }

    /// The other party transferred this agent: he calls whom it was to, if his phone is here and in no other call.
    fn go_on(&mut self, now: Millis, onward: Onward) -> Vec<Effect> {
        let Onward {
            from,
            to,
            after,
            here,
        } = onward;
        let by = after.by.clone();
        let mut effects = match here && !self.calls.is_in_another(&from) {
            true => self.place_after(now, to.clone(), Some(after)),
            false => Vec::new(),
        };
        let notice = onward_notice(by, to, !effects.is_empty());
        effects.push(Effect::Notify { notice });
        effects
    }

    fn settle(&mut self, now: Millis, id: EffectId, outcome: &Outcome) -> Vec<Effect> {
        match self.ledger.settle(id) {
            None => Vec::new(),
            Some(Purpose::Dialpad(purpose)) => {
                self.dialpad
                    .settle(now, id, purpose, outcome, &mut self.ledger)
            }
            Some(Purpose::Favourites(purpose)) => {
                self.favourites
                    .settle(now, id, purpose, outcome, &mut self.ledger)
            }
            Some(Purpose::Waiting(waiting::Purpose)) => self.waiting.settle(id, outcome),
            Some(Purpose::InternalCall(purpose)) => {
                let said = self
                    .internal_call
                    .settle(now, id, purpose, outcome, &mut self.ledger);
                self.carry(now, said)
            }
            Some(Purpose::Calls(purpose)) => {
                let said = self.calls.settle(now, purpose, outcome, &mut self.ledger);
                self.carry_calls(now, said)
            }
        }
    }

    /// Flex asks whether to run an action: `calls` may make it wait, or do another thing in its place; what is done on a
    /// call between agents is for `internal_call` to say.
    fn asked(
        &mut self,
        now: Millis,
        token: ActionToken,
        action: FlexAction,
        of: (Option<&str>, Option<&str>),
        target: Option<&str>,
    ) -> Vec<Effect> {
        let ignored = vec![Effect::Verdict {
            token,
            verdict: Verdict::Ignore,
        }];
        let ours = self.calls.find(of.0, of.1);
        match (action, &ours) {
            (FlexAction::AcceptTask, Some(reservation)) if !self.calls.may_accept(reservation) => {
                return ignored;
            }
            (FlexAction::UnholdCall | FlexAction::UnholdParticipant, Some(reservation))
                if self.calls.is_aside(reservation) =>
            {
                let said = self.calls.swap(now, reservation, target, &mut self.ledger);
                let mut effects = ignored;
                effects.extend(self.carry_calls(now, said));
                return effects;
            }
            (
                FlexAction::AcceptTask
                | FlexAction::RejectTask
                | FlexAction::HoldCall
                | FlexAction::UnholdCall
                | FlexAction::HangupCall
                | FlexAction::UnholdParticipant,
                _,
            ) => {}
        }
        let said = self
            .internal_call
            .action_requested(now, token, action, of, &mut self.ledger);
        let mut effects = self.carry(now, said);
        let runs = !effects.starts_with(&ignored);
        if let Some(reservation) = ours.filter(|_| runs) {
            self.provide(token, action, &reservation, &mut effects);
            let said = match action {
                FlexAction::AcceptTask => {
                    self.calls
                        .accepting(now, token, &reservation, &mut self.ledger)
                }
                FlexAction::HangupCall => self.calls.hanging_up(&reservation),
                FlexAction::RejectTask
                | FlexAction::HoldCall
                | FlexAction::UnholdCall
                | FlexAction::UnholdParticipant => return effects,
            };
            effects.extend(self.carry_calls(now, said));
        }
        effects
    }

    /// For the case that his browser dies: the conference of a customer outlives it, unless he hangs up.
    fn provide(
        &self,
        token: ActionToken,
        action: FlexAction,
        reservation: &ReservationSid,
        effects: &mut [Effect],
    ) {
        let provided = match action {
            FlexAction::AcceptTask => {
                let callback = self.calls.outlives_him(reservation);
                callback.map(|status_callback| Verdict::Outliving { status_callback })
            }
            FlexAction::HangupCall => self
                .calls
                .ends_with_him(reservation)
                .then_some(Verdict::Ending),
            FlexAction::RejectTask
            | FlexAction::HoldCall
            | FlexAction::UnholdCall
            | FlexAction::UnholdParticipant => None,
        };
        let passes = Effect::Verdict {
            token,
            verdict: Verdict::Pass,
        };
        if let Some(verdict) = provided {
            for effect in effects.iter_mut().filter(|effect| **effect == passes) {
                let verdict = verdict.clone();
                *effect = Effect::Verdict { token, verdict };
            }
        }
    }

    /// What `internal_call` says of the placed call is shown by the panel; that a hold is over, `calls` wants to know.
    fn carry(&mut self, now: Millis, said: Said) -> Vec<Effect> {
        let mut effects = said.effects;
        if let Some(line) = said.line {
            effects.extend(self.dialpad.show(line));
        }
        if said.call {
            effects.push(Effect::ViewChanged {
                panel: crate::effect::Panel::Call,
            });
        }
        if let Some(onward) = said.onward {
            effects.extend(self.go_on(now, onward));
        }
        if let Some((reservation, hold, failure)) = said.hold_over {
            let said =
                self.calls
                    .internal_hold_over(now, &reservation, hold, failure, &mut self.ledger);
            effects.extend(self.carry_calls(now, said));
        }
        effects
    }

    /// What `calls` wants of a call between agents is done by its machine. Bounded: each fact is met by at most one
    /// answer, and a hold that fails at once is wanted again only later.
    fn carry_calls(&mut self, now: Millis, said: calls::Said) -> Vec<Effect> {
        let mut effects = said.effects;
        for fact in said.facts {
            let said = match fact {
                Fact::HoldWanted { reservation, hold } => {
                    self.internal_call
                        .order_hold(&reservation, hold, &mut self.ledger)
                }
                Fact::OneTooMany { reservation } => self
                    .internal_call
                    .refuse_offer(&reservation, &mut self.ledger),
            };
            effects.extend(self.carry(now, said));
        }
        effects
    }
}
