//! Whether the person who is chosen could be rung, asked before anybody calls him: an agent need not call to read that
//! his colleague has no room for another call.
//!
//! | state | event | becomes | effect |
//! |---|---|---|---|
//! | any | somebody is chosen | asking | `Http` |
//! | unknown | the field is opened | asking | `Http` |
//! | asking | its answer | known | |
//! | asking | failure | unknown | |
//! | asking, known | the field is opened, [`FRESH`] later or more | asking | `Http` |
//!
//! Nothing waits for it, so there is no deadline: at Call it is asked once more, by the functions. What he does meanwhile is
//! the directory's to say, on which no decision depends ([`crate::recorder`]).

use super::Purpose;
use crate::effect::{Effect, HttpRequest};
use crate::event::{EffectId, Outcome};
use crate::ids::WorkerSid;
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::busy_policy::BusyPolicy;
use crate::view::Reachable;
use serde::{Deserialize, Serialize};

/// So long what was answered is not asked for again.
const FRESH: Millis = Millis::from_secs(15);

/// What is known of the person who is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Reach {
    /// The functions.
    base: Option<String>,
    /// What is configured for somebody who is on a call.
    #[serde(default)]
    policy: Option<BusyPolicy>,
    asked: Option<Asked>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Asked {
    worker: WorkerSid,
    at: Millis,
    request: EffectId,
    answer: Option<Reachable>,
    /// For so many calls he has room.
    #[serde(default)]
    room: Option<u32>,
}

impl Reach {
    /// Nothing is asked where there are no functions.
    pub(super) fn through(base: Option<String>, policy: Option<BusyPolicy>) -> Self {
        let asked = None;
        Self {
            base,
            policy,
            asked,
        }
    }

    /// The functions.
    pub(super) fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// He is chosen, and looked at.
    pub(super) fn look<P: From<Purpose>>(
        &mut self,
        now: Millis,
        worker: &WorkerSid,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        let request = self.question(worker)?;
        let asked = self.asked.as_ref().filter(|it| it.worker == *worker);
        if asked.is_some_and(|it| now < it.at + FRESH) {
            return None;
        }
        let id = ledger.open(Purpose::Reach.into());
        self.asked = Some(Asked {
            worker: worker.clone(),
            at: now,
            request: id,
            answer: None,
            room: None,
        });
        Some(Effect::Http { id, request })
    }

    /// Whether he could be rung; nothing where there are no functions.
    pub(crate) fn question(&self, worker: &WorkerSid) -> Option<HttpRequest> {
        let base = self.base.as_ref()?;
        let policy = self
            .policy
            .map(|policy| ("busyPolicy".to_owned(), policy.as_str().to_owned()));
        let worker = ("workerSid".to_owned(), worker.to_string());
        Some(HttpRequest {
            url: format!("{base}/internal-call/flex/reach"),
            form: [worker].into_iter().chain(policy).collect(),
        })
    }

    /// He is chosen anew.
    pub(super) fn forget(&mut self, worker: &WorkerSid) {
        self.asked.take_if(|it| it.worker == *worker);
    }

    /// An answer came.
    pub(super) fn settle(&mut self, id: EffectId, outcome: &Outcome) {
        let Some(asked) = self.asked.as_mut().filter(|it| it.request == id) else {
            return;
        };
        asked.room = room(outcome);
        asked.answer = answer(outcome);
        if asked.answer.is_none() {
            self.asked = None;
        }
    }

    /// For how many calls he has room, as far as that was told.
    pub(crate) fn room_of(&self, worker: &WorkerSid) -> Option<u32> {
        let asked = self.asked.as_ref().filter(|it| it.worker == *worker)?;
        asked.room
    }

    /// What is known of him.
    pub(crate) fn of(&self, worker: &WorkerSid) -> Option<Reachable> {
        self.asked
            .as_ref()
            .filter(|it| it.worker == *worker)?
            .answer
    }
}

/// What was answered to [`Reach::question`]; nothing, if that is not known.
pub(crate) fn answer(outcome: &Outcome) -> Option<Reachable> {
    told(outcome).and_then(|(code, _)| Reachable::parse(code))
}

/// For how many calls he has room: functions of an older version say nothing of it.
fn room(outcome: &Outcome) -> Option<u32> {
    told(outcome).and_then(|(_, message)| message.parse().ok())
}

fn told(outcome: &Outcome) -> Option<(&str, &str)> {
    match outcome {
        Outcome::Answered {
            status: 200,
            code: Some(code),
            message,
        } => Some((code, message)),
        Outcome::Answered { .. }
        | Outcome::Failed { .. }
        | Outcome::Done
        | Outcome::TaskCreated { .. }
        | Outcome::People { .. }
        | Outcome::Queues { .. }
        | Outcome::Favourites { .. } => None,
    }
}
