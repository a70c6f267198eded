//! Posting that a call is over, until the functions heard it.
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | — | a call is to be ended | posting | `Http` end |
//! | posting | heard, or refused for good | — | the outcome that it had, if any; `Notify` an offer that vanished ([`Vanished`]) |
//! | posting | not heard, or the server was at fault | waiting until … | |
//! | waiting | that time | posting | `Http` end |
//! | posting | not heard for the last time | — | `Notify` |
//!
//! A call that is being ended already is not ended a second time, unless it was to be ended only if nobody had answered.

use super::{succeeded, InternalCall, Purpose, Said};
use crate::effect::Notice;
use crate::event::{Callee, Outcome};
use crate::ids::TaskSid;
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::attributes::Progress;
use serde::{Deserialize, Serialize};

/// Pauses before an end is posted again: a reconnecting network is back within seconds, a restarted server within a
/// minute. Whoever loads Flex later ends what is left then.
const PAUSES: [Millis; 4] = [
    Millis::from_secs(2),
    Millis::from_secs(8),
    Millis::from_secs(20),
    Millis::from_secs(60),
];

/// The code of the functions' answer that the callee has taken the call after all, so that it goes on.
pub(super) const ANSWERED: &str = "answered";

/// A call whose end is being posted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ending {
    why: Why,
    posted: Why,
    attempt: usize,
    state: State,
    #[serde(default)]
    vanished: Option<Vanished>,
}

/// An offer that was over before this tab heard how: in another tab its agent may have declined it, or taken it. What he
/// reads here waits for the functions, who know how the call came out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Vanished {
    pub(super) name: Pii<String>,
    pub(super) back: Option<Callee>,
}

/// Why a call is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Why {
    /// Somebody hung up, or gave up.
    Over,
    /// The callee did not answer in time.
    NoAnswer,
    /// The callee went away while his phone rang.
    Away,
    /// The callee accepted, and did not come.
    NotConnected,
    /// The other party was lost, and did not come back.
    NotBack,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum State {
    Posting,
    Waiting { until: Millis },
}

impl Why {
    /// What the functions write on the caller's task.
    fn progress(self) -> Option<Progress> {
        match self {
            Self::Over | Self::NotBack => None,
            Self::NoAnswer => Some(Progress::NoAnswer),
            Self::Away => Some(Progress::Unavailable),
            Self::NotConnected => Some(Progress::NotConnected),
        }
    }
}

impl Ending {
    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.state {
            State::Posting => None,
            State::Waiting { until } => Some(until),
        }
    }
}

impl InternalCall {
    pub(super) fn end<P: From<Purpose>>(
        &mut self,
        task: &TaskSid,
        why: Why,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if let Some(ending) = self.endings.get_mut(task) {
            // Hanging up ends also the call that was taken at the last moment.
            if why == Why::Over {
                ending.why = why;
            }
        } else if self.post_end(task, why, ledger, said) {
            let ending = Ending {
                why,
                posted: why,
                attempt: 0,
                state: State::Posting,
                vanished: None,
            };
            self.endings.insert(task.clone(), ending);
        }
    }

    /// What is read of an offer that vanished, as soon as it is known how the call came out.
    pub(super) fn told_when_ended(&mut self, task: &TaskSid, vanished: Vanished, said: &mut Said) {
        match self.endings.get_mut(task) {
            Some(ending) => ending.vanished = Some(vanished),
            None => said.tell(vanished.unknown()),
        }
    }

    fn post_end<P: From<Purpose>>(
        &self,
        task: &TaskSid,
        why: Why,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> bool {
        let mut form = self.form_of(task);
        let outcome = match why {
            Why::NotBack => Some("not_back"),
            Why::Over | Why::NoAnswer | Why::Away | Why::NotConnected => {
                why.progress().map(Progress::as_str)
            }
        };
        if let Some(outcome) = outcome {
            form.push(("outcome".to_owned(), outcome.to_owned()));
        }
        self.post("end", form, Purpose::End(task.clone()), ledger, said)
            .is_some()
    }

    pub(super) fn end_settled<P: From<Purpose>>(
        &mut self,
        now: Millis,
        task: &TaskSid,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(ending) = self.endings.get_mut(task) else {
            return;
        };
        let refusal = match succeeded(outcome) {
            Ok(()) => {
                // As it came out: somebody else may have been first to say how. A decline comes with its reason, on the task.
                let progress = told(outcome)
                    .or(ending.posted.progress())
                    .filter(|progress| *progress != Progress::Declined);
                let ended = self.endings.remove(task);
                if let Some(vanished) = ended.and_then(|ending| ending.vanished) {
                    if let Some(notice) = vanished.ended(outcome) {
                        said.tell(notice);
                    }
                }
                if let Some(progress) = progress {
                    self.progressed(now, task, progress, None, ledger, said);
                }
                return;
            }
            Err(refusal) => refusal,
        };
        match PAUSES.get(ending.attempt) {
            Some(pause) if refusal.passing => {
                ending.attempt += 1;
                ending.state = State::Waiting {
                    until: now + *pause,
                };
            }
            Some(_) | None if ending.why != ending.posted => {
                ending.posted = ending.why;
                let why = ending.why;
                self.post_end(task, why, ledger, said);
            }
            Some(_) | None => {
                let posted = ending.posted;
                let ended = self.endings.remove(task);
                if let Some(vanished) = ended.and_then(|ending| ending.vanished) {
                    said.tell(vanished.unknown());
                }
                if refusal.code.as_deref() == Some(ANSWERED) {
                    // He is in the call, though Twilio's word of it was lost.
                    if posted == Why::NotConnected {
                        self.progressed(now, task, Progress::Answered, None, ledger, said);
                    }
                } else {
                    said.tell(Notice::CleanUpFailed {
                        detail: refusal.detail,
                    });
                }
            }
        }
    }

    pub(super) fn wake_endings<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let due: Vec<(TaskSid, Why)> = self
            .endings
            .iter_mut()
            .filter(|(_, ending)| ending.deadline().is_some_and(|until| until <= now))
            .map(|(task, ending)| {
                ending.state = State::Posting;
                ending.posted = ending.why;
                (task.clone(), ending.why)
            })
            .collect();
        for (task, why) in due {
            self.post_end(&task, why, ledger, said);
        }
    }
}

impl Vanished {
    /// As the functions answered an end. Without a code the call is known, and nobody had come.
    fn ended(self, outcome: &Outcome) -> Option<Notice> {
        match told(outcome) {
            // In another tab: he took it, declined it, or went away; or his own call of the caller goes on.
            Some(
                Progress::Declined | Progress::Answered | Progress::Unavailable | Progress::Glare,
            ) => None,
            Some(
                Progress::Ringing
                | Progress::Busy
                | Progress::BusyNotify
                | Progress::NoAnswer
                | Progress::NotConnected,
            ) => Some(self.missed()),
            None => Some(match outcome {
                Outcome::Answered { code: Some(_), .. } => self.unknown(),
                Outcome::Answered { code: None, .. }
                | Outcome::Done
                | Outcome::TaskCreated { .. }
                | Outcome::People { .. }
                | Outcome::Queues { .. }
                | Outcome::Favourites { .. }
                | Outcome::Failed { .. } => self.missed(),
            }),
        }
    }

    fn missed(self) -> Notice {
        let Self { name, back } = self;
        Notice::Missed { name, back }
    }

    /// True whatever became of it.
    fn unknown(self) -> Notice {
        let Self { name, back } = self;
        Notice::CalledMeanwhile { name, back }
    }
}

/// How the call came out, as the functions say.
fn told(outcome: &Outcome) -> Option<Progress> {
    match outcome {
        Outcome::Answered {
            code: Some(code), ..
        } => Progress::parse(code),
        Outcome::Answered { code: None, .. }
        | Outcome::Done
        | Outcome::TaskCreated { .. }
        | Outcome::People { .. }
        | Outcome::Queues { .. }
        | Outcome::Favourites { .. }
        | Outcome::Failed { .. } => None,
    }
}
