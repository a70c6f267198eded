//! What must always be so, and what shows that it was at stake.

use super::{is_live, is_open, Agent, Call, Native, Rule, State};
use crate::effects::NOW;
use crate::names::{Who, BOTH};
use backline::effect::{Effect, Unanswered};
use backline::event::Event;
use backline::twilio::attributes::Progress;
use backline::view::CallLine;
use stateright::Property;

/// All of them, as far as these bounds put them at stake.
pub(super) fn properties(bounds: &Native) -> Vec<Property<Native>> {
    let mut all = common();
    if bounds.hang_ups {
        all.push(Property::sometimes(
            "the caller takes it back",
            |_, state: &State| state.reads(|line| matches!(line, CallLine::Cancelled { .. })),
        ));
    }
    if bounds.choices[1] > 0 {
        all.push(Property::sometimes(
            "the caller reads that it was declined",
            |_, state: &State| {
                let declined = |why: &Unanswered| matches!(why, Unanswered::Declined { .. });
                state
                    .reads(|line| matches!(line, CallLine::Unanswered { why, .. } if declined(why)))
            },
        ));
    }
    if bounds.calls.iter().all(|calls| *calls > 0) {
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

/// With any bounds.
fn common() -> Vec<Property<Native>> {
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

impl State {
    /// Nothing is under way, and nothing will be unless somebody presses Call.
    pub(super) fn is_quiet(&self) -> bool {
        let still = |agent: &Agent| agent.is_idle() && agent.brain.next_deadline().is_none();
        let over = |call: &Call| !is_open(call.own) && !call.callee_is(is_open);
        self.agents.iter().all(|agent| still(agent)) && self.calls.iter().all(over)
    }

    pub(super) fn is_clean(&self) -> bool {
        let live = |call: &Call| is_live(call.own) || call.callee_is(is_live);
        !self.calls.iter().any(live)
    }

    pub(super) fn can_call(&self, who: Who) -> bool {
        let mut brain = self.agent(who).brain.clone();
        let effects = brain.handle(NOW, &Event::CallPressed);
        let started = |effect: &Effect| matches!(effect, Effect::StartOutboundCall { .. });
        effects.iter().any(started)
    }

    /// Of the last call that he placed.
    pub(super) fn line_is_true(&self, who: Who) -> bool {
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

    pub(super) fn reads(&self, is: impl Fn(&CallLine) -> bool) -> bool {
        BOTH.iter().any(|who| is(self.agent(*who).brain.line()))
    }
}
