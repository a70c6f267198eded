//! The panel's list of queues, and its field: answers late, lost, doubled and out of order.

use backline::core::Core;
use backline::dialpad::List;
use backline::effect::Effect;
use backline::error::Failure;
use backline::event::{EffectId, Event, Outcome, Tab};
use backline::time::Millis;
use stateright::{Model, Property};
use std::collections::BTreeMap;

/// How far it goes.
#[derive(Debug, Clone, Copy)]
pub struct Panel {
    /// How often the list is asked for, at most.
    pub requests: u8,
    /// Answers that come twice.
    pub repeats: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    core: Core,
    /// Requests under way: the how many-th each was.
    asked: BTreeMap<EffectId, u8>,
    /// Answers that came, and come again: a list, or a failure.
    repeated: BTreeMap<EffectId, Option<u8>>,
    /// The newest request.
    newest: u8,
    /// The newest that brought a list.
    brought: Option<u8>,
    repeats: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Open,
    Retry,
    /// `None`: it fails.
    Answer(EffectId, Option<u8>),
    AnswerTwice(EffectId, Option<u8>),
    AnswerAgain(EffectId, Option<u8>),
}

const TAB: Tab = Tab::Queue;

impl Model for Panel {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            core: crate::facts::core(),
            asked: BTreeMap::new(),
            repeated: BTreeMap::new(),
            newest: 0,
            brought: None,
            repeats: self.repeats,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.newest < self.requests {
            actions.extend([Action::Open, Action::Retry]);
        }
        for (id, number) in &state.asked {
            for answer in [Some(*number), None] {
                actions.push(Action::Answer(*id, answer));
                if state.repeats > 0 {
                    actions.push(Action::AnswerTwice(*id, answer));
                }
            }
        }
        for (id, number) in &state.repeated {
            actions.push(Action::AnswerAgain(*id, *number));
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        match action {
            Action::Open => next.ask(&Event::FieldOpened { tab: TAB }),
            Action::Retry => next.ask(&Event::RetryPressed { tab: TAB }),
            Action::Answer(id, answer) => next.answer(id, answer),
            Action::AnswerTwice(id, answer) => {
                next.repeats -= 1;
                next.repeated.insert(id, answer);
                next.answer(id, answer);
            }
            Action::AnswerAgain(id, answer) => {
                next.repeated.remove(&id);
                next.tell(id, answer);
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            // Invariant 4.
            Property::always(
                "an older answer never replaces a list",
                |_, state: &State| state.brought.is_none() || state.shown() == state.brought,
            ),
            Property::sometimes("an older answer comes after a list", |_, state: &State| {
                state.brought.is_some() && !state.repeated.is_empty()
            }),
            Property::always("a list is asked for once at a time", |_, state: &State| {
                state.asked.len() < 2
            }),
            Property::sometimes("a list is asked for again", |_, state: &State| {
                state.newest == 2 && !state.asked.is_empty()
            }),
        ]
    }
}

impl State {
    fn ask(&mut self, event: &Event) {
        for effect in self.core.handle(Millis(0), event) {
            // By the functions, and by Flex where that failed.
            if let Effect::ListQueues { id, .. } | Effect::LoadQueues { id } = effect {
                self.newest += 1;
                self.asked.insert(id, self.newest);
            }
        }
    }

    fn answer(&mut self, id: EffectId, answer: Option<u8>) {
        self.asked.remove(&id);
        self.brought = answer.or(self.brought);
        self.tell(id, answer);
    }

    fn tell(&mut self, id: EffectId, answer: Option<u8>) {
        let outcome = match answer {
            Some(number) => Outcome::Queues {
                queues: vec![number.to_string()],
            },
            None => Outcome::Failed {
                failure: Failure::new("no way"),
            },
        };
        self.ask(&Event::Settled { id, outcome });
    }

    /// Which request brought the list that is there.
    fn shown(&self) -> Option<u8> {
        match self.core.dialpad()?.queues() {
            List::Ready(names) => names.first()?.parse().ok(),
            List::Closed | List::Loading { .. } | List::Failed { .. } => None,
        }
    }
}
