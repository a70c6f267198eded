//! What must always be so, each with what shows that it could have been otherwise.

use crate::call::{Call, Leg, Task, ROLES};
use crate::effects::NOW;
use crate::names::{Offer, Who, BOTH};
use crate::office::{Agent, Bounds, Office, Pace};
use backline::effect::Unanswered;
use backline::time::Millis;
use backline::twilio::attributes::{Progress, Role};
use backline::twilio::reservation::ReservationStatus as Status;
use backline::view::{CallLine, HoldView};
use stateright::Property;

/// A rule that a step broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    SettlesOnce,
    IdsAreUnique,
    OnePressOneTask,
    RungOnce,
    OneTransferOneCall,
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

macro_rules! always {
    ($name:literal, $condition:expr) => {
        Property::always($name, $condition as fn(&Bounds, &Office) -> bool)
    };
}

macro_rules! sometimes {
    ($name:literal, $condition:expr) => {
        Property::sometimes($name, $condition as fn(&Bounds, &Office) -> bool)
    };
}

/// Every `always`, each followed by what shows that it could have been otherwise; what these bounds put at stake.
pub fn properties(bounds: &Bounds) -> Vec<Property<Bounds>> {
    let mut all = vec![
        // Invariant 3.
        kept!("no two effects under way have one id", IdsAreUnique),
        sometimes!("two effects are under way", |_, office| {
            office.any(|agent| agent.orders.len() + agent.answers.len() > 1)
        }),
        // Invariant 5.
        kept!("one press makes one task", OnePressOneTask),
        sometimes!("a call is being placed", |_, office| {
            office.any(Agent::is_placing)
        }),
        kept!("a callee is rung once for a task", RungOnce),
        sometimes!("a callee is rung", |_, office| {
            office.calls.iter().any(|call| call.rings == 1)
        }),
        always!("what is over leaves nothing behind", |_, office| {
            !office.is_quiet() || office.is_clean()
        }),
        always!("Call works again when all is over", |_, office| {
            !office.is_quiet() || office.all(|who| office.can_call(who))
        }),
        sometimes!("all is over", |_, office| {
            office.is_quiet() && !office.calls.is_empty()
        }),
        always!("the line says what is so", |_, office| {
            office.all(|who| office.line_is_true(who))
        }),
        sometimes!("the line says that the callee rings", |_, office| {
            office.any(|agent| matches!(agent.brain.line(), CallLine::Ringing { .. }))
        }),
        // Invariant 6.
        always!("who is offered a call ends it in time", |bounds, office| {
            office.faults < bounds.faults || office.all(|who| office.is_in_time(who))
        }),
        sometimes!("somebody is offered a call", |_, office| {
            office.any(|agent| agent.offers().count() > 0)
        }),
        // The boundary.
        kept!("every action gets one verdict", OneVerdict),
        kept!("what an action waits for is ordered", ReplaceIsOrdered),
        kept!("no call between agents is taken natively", NothingNative),
        sometimes!("a call between agents is taken", |_, office| {
            office.any(|agent| agent.shown.values().any(|is| *is == Status::Accepted))
        }),
    ];
    if bounds.choices[1] > 0 {
        all.push(sometimes!("they talk", |_, office| {
            office.calls.iter().any(talking)
        }));
        all.push(sometimes!(
            "the caller reads that they talk",
            |_, office| {
                office.any(|agent| matches!(agent.brain.line(), CallLine::Talking { .. }))
            }
        ));
    }
    if bounds.choices[1] > 0 && !bounds.queue {
        all.push(sometimes!(
            "the caller reads that it was declined",
            |_, office| {
                office.any(|agent| reads(agent, |why| matches!(why, Unanswered::Declined { .. })))
            }
        ));
    }
    if bounds.pace > Pace::Brisk {
        all.push(sometimes!("an action waits for an effect", |_, office| {
            office.any(|agent| !agent.waiting.is_empty())
        }));
    }
    if bounds.repeats > 0 {
        all.push(kept!(
            "an answer that comes again changes nothing",
            SettlesOnce
        ));
        all.push(sometimes!(
            "an answer is about to come again",
            |_, office| { office.any(|agent| !agent.repeated.is_empty()) }
        ));
    }
    if bounds.faults > 0 {
        all.push(sometimes!("faults are survived", |_, office| {
            let is_over = |call: &Call| call.is_over() && call.progress == Some(Progress::Answered);
            office.faults == 0 && office.is_quiet() && office.calls.iter().any(is_over)
        }));
    }
    if bounds.queue {
        all.push(kept!("nobody takes his own call", NobodyTakesHisOwnCall));
        all.push(sometimes!(
            "the caller is offered his own call",
            |_, office| {
                let own = |who: Who, offer: &Offer| {
                    offer.role == Role::Callee
                        && office.calls[usize::from(offer.call)].caller == who
                };
                (BOTH.into_iter())
                    .any(|who| office.agent(who).shown.keys().any(|offer| own(who, offer)))
            }
        ));
    }
    if bounds.claims {
        all.push(always!(
            "who waits on his line with nobody rung will not wait for ever",
            |_, office| {
                (office.calls.iter().filter(|call| waits_alone(call)))
                    .all(|call| !office.agent(call.caller).is_quiet())
            }
        ));
        all.push(sometimes!(
            "the caller waits on his line before the callee is rung",
            |_, office| office.calls.iter().any(waits_alone)
        ));
    }
    if bounds.leaves {
        all.push(sometimes!(
            "the caller reads that nobody is there",
            |_, office| {
                office.any(|agent| reads(agent, |why| matches!(why, Unanswered::Unavailable)))
            }
        ));
    }
    if bounds.holds {
        all.push(always!(
            "a desktop shows the hold that there is",
            |_, office| { office.all(|who| office.hold_is_true(who)) }
        ));
        all.push(sometimes!("somebody is on hold", |_, office| {
            let held = |call: &Call| call.on_hold.caller || call.on_hold.callee;
            office.calls.iter().any(held)
        }));
    }
    if bounds.transfers {
        all.push(kept!("one transfer makes one call", OneTransferOneCall));
        all.push(sometimes!("somebody is transferred", |_, office| {
            office
                .calls
                .iter()
                .any(|call| call.transferred != [false; 2])
        }));
        all.push(sometimes!(
            "who was transferred talks to the third",
            |_, office| {
                let third = |call: &Call| call.to_third && talking(call);
                office.calls.iter().any(third)
            }
        ));
        all.push(sometimes!(
            "the third declines, and it is read",
            |_, office| {
                let third = |call: &Call| call.to_third;
                office.calls.iter().any(third)
                    && office
                        .any(|agent| reads(agent, |why| matches!(why, Unanswered::Declined { .. })))
            }
        ));
    }
    if bounds.calls[1] > 0 {
        all.push(sometimes!("both call at once", |_, office| {
            office.all(|who| office.agent(who).is_placing())
        }));
        all.push(sometimes!("one of two calls gives way", |_, office| {
            office.any(|agent| reads(agent, |why| matches!(why, Unanswered::Glare)))
        }));
        all.push(always!(
            "no more than one of the two gives way",
            |_, office| {
                !office.all(|who| reads(office.agent(who), |why| matches!(why, Unanswered::Glare)))
            }
        ));
    }
    all
}

fn reads(agent: &Agent, is: fn(&Unanswered) -> bool) -> bool {
    matches!(agent.brain.line(), CallLine::Unanswered { why, .. } if is(why))
}

fn talking(call: &Call) -> bool {
    ROLES.into_iter().all(|role| call.leg(role) == Leg::Up)
}

/// On his line, and his colleague's task is not made.
fn waits_alone(call: &Call) -> bool {
    call.callee == Task::None && call.leg(Role::Caller) == Leg::Up
}

impl Office {
    fn any(&self, is: impl Fn(&Agent) -> bool) -> bool {
        BOTH.into_iter().any(|who| is(self.agent(who)))
    }

    fn all(&self, is: impl Fn(Who) -> bool) -> bool {
        BOTH.into_iter().all(is)
    }

    /// While nothing is on its way, a deadline before TaskRouter's own time-out ends what is on offer to him.
    fn is_in_time(&self, who: Who) -> bool {
        let agent = self.agent(who);
        let timeout = NOW + Millis::from_secs(120);
        !self.is_idle(who)
            || agent.offers().next().is_none()
            || (agent.brain.next_deadline()).is_some_and(|deadline| deadline < timeout)
    }

    /// Once nothing is on its way, he is shown whether the other party is on hold.
    fn hold_is_true(&self, who: Who) -> bool {
        !self.is_idle(who)
            || (self.agent(who).shown.iter())
                .filter(|(_, status)| **status == Status::Accepted)
                .all(|(offer, _)| {
                    let call = &self.calls[usize::from(offer.call)];
                    match self.agent(who).brain.hold(*offer) {
                        Some(HoldView::On) => call.on_hold.is(offer.role.other()),
                        Some(HoldView::Off) => !call.on_hold.is(offer.role.other()),
                        Some(HoldView::Holding | HoldView::Resuming) | None => false,
                    }
                })
    }

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
                // It is the plugins that see here that both ring.
                Progress::Glare => self.calls.iter().any(|call| call.caller != who),
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
        Unanswered::BusyNotify => Progress::BusyNotify,
        Unanswered::Glare => Progress::Glare,
        Unanswered::NoAnswer => Progress::NoAnswer,
        Unanswered::Unavailable => Progress::Unavailable,
        Unanswered::NotConnected => Progress::NotConnected,
    }
}
