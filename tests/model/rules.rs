//! What must always be so, each with what shows that it could have been otherwise.

use crate::backend::{Call, Leg, ROLES};
use crate::names::{Who, BOTH};
use crate::office::{Bounds, Office};
use backline::effect::Unanswered;
use backline::twilio::attributes::Progress;
use backline::view::CallLine;
use stateright::Property;

/// A rule that a step broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    SettlesOnce,
    IdsAreUnique,
    OnePressOneTask,
    RungOnce,
    NobodyTakesHisOwnCall,
    OneVerdict,
    ReplaceIsOrdered,
    NothingNative,
}

macro_rules! kept {
    ($name:literal, $rule:ident) => {
        Property::always($name, |_: &Bounds, office: &Office| {
            !office.broken.contains(&Rule::$rule)
        })
    };
}

/// Every `always`.
pub fn properties() -> Vec<Property<Bounds>> {
    vec![
        // Invariant 3.
        kept!("an answer that comes again changes nothing", SettlesOnce),
        kept!("no two effects under way have one id", IdsAreUnique),
        // Invariant 5.
        kept!("one press makes one task", OnePressOneTask),
        kept!("a callee is rung once for a task", RungOnce),
        Property::always("what is over leaves nothing behind", |_: &Bounds, office: &Office| {
            !office.is_quiet() || office.is_clean()
        }),
        Property::always("Call works again when all is over", |_: &Bounds, office: &Office| {
            !office.is_quiet()
                || BOTH
                    .iter()
                    .all(|who| !office.agent(*who).is_placing() && office.can_call(*who))
        }),
        Property::always("the line says what is so", |_: &Bounds, office: &Office| {
            BOTH.iter().all(|who| office.line_is_true(*who))
        }),
        // Invariant 6.
        kept!("nobody takes his own call", NobodyTakesHisOwnCall),
        // The boundary.
        kept!("every action gets one verdict", OneVerdict),
        kept!("what an action waits for is ordered", ReplaceIsOrdered),
        kept!("no call between agents is taken natively", NothingNative),
        // Each could have been otherwise.
        Property::sometimes("an answer is about to come again", |_: &Bounds, office: &Office| {
            BOTH.iter()
                .any(|who| !office.agent(*who).repeated.is_empty())
        }),
        Property::sometimes("two effects are under way", |_: &Bounds, office: &Office| {
            BOTH.iter().any(|who| office.agent(*who).orders.len() > 1)
        }),
        Property::sometimes("Call is pressed while a call is placed", |_: &Bounds, office: &Office| {
            BOTH.iter().any(|who| office.agent(*who).is_placing())
        }),
        Property::sometimes("the callee is rung", |_: &Bounds, office: &Office| {
            office.calls.iter().any(|call| call.rings == 1)
        }),
        Property::sometimes("they talk", |_: &Bounds, office: &Office| office.calls.iter().any(talking)),
        Property::sometimes("a call that was taken is over", |_: &Bounds, office: &Office| {
            office.is_quiet()
                && (office.calls.iter())
                    .any(|call| call.is_over() && call.progress == Some(Progress::Answered))
        }),
        Property::sometimes("the caller reads that they talk", |_: &Bounds, office: &Office| {
            BOTH.iter().any(|who| {
                matches!(office.agent(*who).brain.line(), CallLine::Talking { .. })
            })
        }),
        Property::sometimes("an action waits for an effect", |_: &Bounds, office: &Office| {
            BOTH.iter()
                .any(|who| !office.agent(*who).waiting.is_empty())
        }),
    ]
}

fn talking(call: &Call) -> bool {
    ROLES.into_iter().all(|role| call.leg(role) == Leg::Up)
}

impl Office {
    /// No task, no reservation and no leg of a call is left, or the agent was told so.
    fn is_clean(&self) -> bool {
        let told = BOTH.iter().any(|who| self.agent(*who).told.clean_up);
        told || self.calls.iter().all(Call::is_over)
    }

    /// What the panel says of the latest call that he placed.
    fn line_is_true(&self, who: Who) -> bool {
        let latest = self.calls.iter().rev().find(|call| call.caller == who);
        let reached = latest.and_then(|call| call.progress);
        match self.agent(who).brain.line() {
            CallLine::Ringing { .. } => reached.is_some(),
            CallLine::Talking { .. } => reached == Some(Progress::Answered),
            CallLine::Unanswered { why, .. } => match progress_of(*why) {
                // The caller's own word: the callee may have declined in the same moment.
                Progress::NoAnswer | Progress::NotConnected => reached != Some(Progress::Answered),
                why => reached == Some(why),
            },
            CallLine::Idle
            | CallLine::Calling { .. }
            | CallLine::Cancelled { .. }
            | CallLine::Ended { .. }
            | CallLine::Failed { .. } => true,
        }
    }
}

fn progress_of(why: Unanswered) -> Progress {
    match why {
        Unanswered::Declined { .. } => Progress::Declined,
        Unanswered::Busy => Progress::Busy,
        Unanswered::NoAnswer => Progress::NoAnswer,
        Unanswered::Unavailable => Progress::Unavailable,
        Unanswered::NotConnected => Progress::NotConnected,
    }
}
