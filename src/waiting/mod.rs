//! Colleagues who were on a call when this agent called them, and of whom he wants to be told once they are free.
//!
//! | of a colleague | event | becomes | effects |
//! |---|---|---|---|
//! | — | "Tell me when free" pressed | waited for | |
//! | waited for | the next question is due | waited for | `Http` reach; the pause doubles up to [`LONGEST`] |
//! | waited for | answered: free | — | `Notify` that he is free |
//! | waited for | answered anything else, or not at all | waited for | |
//! | waited for | Cancel pressed, or called again | — | |
//! | waited for | [`PATIENCE`] is over | — | `Notify` that he was not free |
//!
//! That he is free is the functions' to say, by the same question as that of [`crate::dialpad`]'s: what a live query tells may
//! be wanting ([`crate::recorder`]). It is kept in this tab only.
//!
//! Invariants: nobody is asked after more often than each [`FIRST`]; an answer counts only if it is to the newest question.

#[cfg(test)]
mod tests;

use crate::dialpad::reach;
use crate::dialpad::Reach;
use crate::effect::{Effect, Notice, Panel, Unanswered};
use crate::event::{Callee, EffectId, Outcome};
use crate::ids::WorkerSid;
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::view::{CallLine, Reachable, WaitingView};
use serde::{Deserialize, Serialize};

/// Before the first question: a call that has just been found is not over in less.
const FIRST: Millis = Millis::from_secs(5);

/// Between two questions, each of which is two of the functions to Twilio.
const LONGEST: Millis = Millis::from_secs(15);

/// So long somebody is waited for: an agent who has done something else for longer has forgotten why he called.
const PATIENCE: Millis = Millis::from_secs(30 * 60);

/// So many are waited for at a time: each costs a question every [`LONGEST`].
const MOST: usize = 10;

/// What an effect of this machine was for: to learn whether somebody is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Purpose;

/// Who is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Waiting {
    /// Whom this agent called last.
    called: Option<Callee>,
    /// In the order in which he asked for it.
    colleagues: Vec<Awaited>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Awaited {
    callee: Callee,
    until: Millis,
    next: Millis,
    pause: Millis,
    /// The newest question, until it is answered.
    question: Option<EffectId>,
}

impl Waiting {
    /// He is being called: what he does is that call's to tell.
    pub fn called(&mut self, callee: &Callee) {
        self.forget(&callee.worker);
        self.called = Some(callee.clone());
    }

    /// "Tell me when free" was pressed.
    pub fn pressed(&mut self, now: Millis, callee: &Callee, me: &WorkerSid) -> Vec<Effect> {
        let room = self.colleagues.len() < MOST;
        if callee.worker == *me || self.awaits(&callee.worker) || !room {
            return Vec::new();
        }
        self.colleagues.push(Awaited {
            callee: callee.clone(),
            until: now + PATIENCE,
            next: now + FIRST,
            pause: FIRST,
            question: None,
        });
        changed()
    }

    /// "Cancel" was pressed.
    pub fn cancelled(&mut self, worker: &WorkerSid) -> Vec<Effect> {
        self.forget(worker);
        changed()
    }

    fn forget(&mut self, worker: &WorkerSid) {
        self.colleagues.retain(|one| one.callee.worker != *worker);
    }

    fn awaits(&self, worker: &WorkerSid) -> bool {
        self.colleagues
            .iter()
            .any(|one| one.callee.worker == *worker)
    }

    /// Some deadline may have passed.
    pub fn wake<P: From<Purpose>>(
        &mut self,
        now: Millis,
        reach: &Reach,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        for one in self.colleagues.iter().filter(|one| one.until <= now) {
            let name = one.callee.name.clone();
            effects.push(Effect::Notify {
                notice: Notice::NotFree { name },
            });
        }
        self.colleagues.retain(|one| now < one.until);
        if !effects.is_empty() {
            effects.extend(changed());
        }
        for one in self.colleagues.iter_mut().filter(|one| one.next <= now) {
            one.next = now + one.pause;
            one.pause = Millis(one.pause.0.saturating_mul(2)).min(LONGEST);
            if let Some(request) = reach.question(&one.callee.worker) {
                let id = ledger.open(Purpose.into());
                one.question = Some(id);
                effects.push(Effect::Http { id, request });
            }
        }
        effects
    }

    /// When this machine next wants to be woken.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        let deadline = |one: &Awaited| one.next.min(one.until);
        self.colleagues.iter().map(deadline).min()
    }

    /// A question is answered, or failed.
    pub fn settle(&mut self, id: EffectId, outcome: &Outcome) -> Vec<Effect> {
        let asked = |one: &&mut Awaited| one.question == Some(id);
        let Some(one) = self.colleagues.iter_mut().find(asked) else {
            return Vec::new();
        };
        one.question = None;
        match reach::answer(outcome) {
            Some(Reachable::Free) => {
                let callee = one.callee.clone();
                self.forget(&callee.worker);
                self.called.take_if(|called| called.worker == callee.worker);
                let notice = Notice::Free { callee };
                [Effect::Notify { notice }]
                    .into_iter()
                    .chain(changed())
                    .collect()
            }
            Some(Reachable::Busy | Reachable::Unavailable) | None => Vec::new(),
        }
    }

    /// Who is waited for, and who may be, where the call is at present.
    #[must_use]
    pub fn view(&self, line: &CallLine) -> WaitingView {
        let offers = matches!(
            line,
            CallLine::Unanswered {
                why: Unanswered::BusyNotify,
                ..
            }
        );
        let room = self.colleagues.len() < MOST;
        let called = self.called.as_ref().filter(|_| offers && room);
        WaitingView {
            offered: called.filter(|it| !self.awaits(&it.worker)).cloned(),
            colleagues: self
                .colleagues
                .iter()
                .map(|one| one.callee.clone())
                .collect(),
        }
    }
}

fn changed() -> Vec<Effect> {
    vec![Effect::ViewChanged {
        panel: Panel::Dialpad,
    }]
}
