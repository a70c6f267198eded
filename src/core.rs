//! The core: routes events to the machines, carries what they say to each other. Decides nothing itself.

use crate::dialpad::{self, Dialpad};
use crate::effect::Effect;
use crate::event::{EffectId, Event, Outcome};
use crate::internal_call::{self, Caller, InternalCall, Said};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::configuration::{Configuration, RawActivity, RawConfiguration, RawMe};

/// All decision state: `Clone + Eq + Hash`, so that a model checker can explore it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Core(Option<Started>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Started {
    caller: Caller,
    ledger: Ledger<Purpose>,
    dialpad: Dialpad,
    internal_call: InternalCall,
}

/// What an effect was for: the machine that ordered it, and its own word for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Ordered by [`dialpad`].
    Dialpad(dialpad::Purpose),
    /// Ordered by [`internal_call`].
    InternalCall(internal_call::Purpose),
}

impl From<dialpad::Purpose> for Purpose {
    fn from(purpose: dialpad::Purpose) -> Self {
        Self::Dialpad(purpose)
    }
}

impl From<internal_call::Purpose> for Purpose {
    fn from(purpose: internal_call::Purpose) -> Self {
        Self::InternalCall(purpose)
    }
}

impl Core {
    /// Takes in a fact, gives out the orders that follow. The only mutation.
    pub fn handle(&mut self, now: Millis, event: &Event) -> Vec<Effect> {
        if let Event::Started {
            configuration,
            me,
            activities,
            tab,
        } = event
        {
            let started = Started::new(configuration, me, activities, tab.clone());
            return self.0.insert(started).start();
        }
        match &mut self.0 {
            Some(started) => started.handle(now, event),
            None => unstarted(event),
        }
    }

    /// When the core next wants a [`Event::DeadlineReached`].
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        self.0
            .as_ref()
            .and_then(|started| started.internal_call.next_deadline())
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
}

/// Before the start the core knows nothing: Flex's own actions run.
fn unstarted(event: &Event) -> Vec<Effect> {
    match event {
        Event::ActionRequested { token, .. } => {
            vec![Effect::Verdict {
                token: *token,
                verdict: crate::effect::Verdict::Pass,
            }]
        }
        Event::Started { .. }
        | Event::TabChosen { .. }
        | Event::FieldOpened { .. }
        | Event::RetryPressed { .. }
        | Event::QueryTyped { .. }
        | Event::PersonChosen { .. }
        | Event::QueueChosen { .. }
        | Event::CallPressed
        | Event::CallBackPressed { .. }
        | Event::DeclineChosen { .. }
        | Event::PersonChanged { .. }
        | Event::PersonRemoved { .. }
        | Event::ReservationChanged { .. }
        | Event::Settled { .. }
        | Event::DeadlineReached => Vec::new(),
    }
}

impl Started {
    fn new(
        raw: &RawConfiguration,
        me: &RawMe,
        _activities: &[RawActivity],
        tab: Option<String>,
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
            internal_call: InternalCall::new(&configuration, caller.clone(), tab),
            caller,
        }
    }

    fn start(&mut self) -> Vec<Effect> {
        let said = self.internal_call.start(&mut self.ledger);
        self.carry(said)
    }

    fn handle(&mut self, now: Millis, event: &Event) -> Vec<Effect> {
        match event {
            Event::Started { .. } => Vec::new(),
            Event::TabChosen { tab } => self.dialpad.choose_tab(*tab),
            Event::FieldOpened { tab } | Event::RetryPressed { tab } => {
                self.dialpad.open_field(*tab, &mut self.ledger)
            }
            Event::QueryTyped { tab, text } => self.dialpad.type_query(*tab, text.clone()),
            Event::PersonChosen { callee } => self
                .dialpad
                .choose_person(callee.clone(), &self.caller.worker),
            Event::QueueChosen { queue } => self.dialpad.choose_queue(queue.clone()),
            Event::CallPressed => match self.dialpad.destination() {
                Some(to) => self.place(now, to),
                None => Vec::new(),
            },
            Event::CallBackPressed { callee } => {
                self.place(now, dialpad::Destination::Agent(callee.clone()))
            }
            Event::DeclineChosen {
                reservation,
                reason,
            } => {
                let said =
                    self.internal_call
                        .decline_chosen(reservation, *reason, &mut self.ledger);
                self.carry(said)
            }
            Event::PersonChanged { .. } => vec![Effect::ViewChanged {
                panel: crate::effect::Panel::Dialpad,
            }],
            Event::PersonRemoved { worker } => self.dialpad.forget_person(worker),
            Event::ActionRequested {
                token,
                action,
                sid,
                task_sid,
            } => {
                let said = self.internal_call.action_requested(
                    now,
                    *token,
                    *action,
                    (sid.as_deref(), task_sid.as_deref()),
                    &mut self.ledger,
                );
                self.carry(said)
            }
            Event::ReservationChanged { reservation } => {
                let said =
                    self.internal_call
                        .reservation_changed(now, reservation, &mut self.ledger);
                self.carry(said)
            }
            Event::Settled { id, outcome } => self.settle(now, *id, outcome),
            Event::DeadlineReached => {
                let said = self.internal_call.wake(now, &mut self.ledger);
                self.carry(said)
            }
        }
    }

    fn place(&mut self, now: Millis, to: dialpad::Destination) -> Vec<Effect> {
        let said = self.internal_call.place(now, to, &mut self.ledger);
        self.carry(said)
    }

    fn settle(&mut self, now: Millis, id: EffectId, outcome: &Outcome) -> Vec<Effect> {
        match self.ledger.settle(id) {
            None => Vec::new(),
            Some(Purpose::Dialpad(purpose)) => self.dialpad.settle(id, purpose, outcome),
            Some(Purpose::InternalCall(purpose)) => {
                let said = self
                    .internal_call
                    .settle(now, purpose, outcome, &mut self.ledger);
                self.carry(said)
            }
        }
    }

    /// What `internal_call` says of the placed call is shown by the panel.
    fn carry(&mut self, said: Said) -> Vec<Effect> {
        let mut effects = said.effects;
        if let Some(line) = said.line {
            effects.extend(self.dialpad.show(line));
        }
        if said.call {
            effects.push(Effect::ViewChanged {
                panel: crate::effect::Panel::Call,
            });
        }
        effects
    }
}
