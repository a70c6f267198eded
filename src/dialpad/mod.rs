//! The Call Agent / Call Queue panel below Flex's dial pad.
//!
//! The list of agents is told of in [`directory`], that of queues in [`queues`].
//!
//! Invariants: nothing is fetched before a field is first opened; a list is only changed by the answer to its newest
//! request; a choice lasts only as long as the text in the field spells it.
//!
//! S0's panel asked Twilio at every keystroke; here the directory is loaded once, kept up by a live query
//! (<https://www.twilio.com/docs/flex/developer/ui/manager#insightsclient>), and matched in [`crate::roster`].

mod directory;
mod filters;
mod queues;
pub(crate) mod reach;
#[cfg(test)]
mod tests;
mod watch;

use directory::Means;
pub use directory::{Directory, Step};
pub use filters::Filters;
use queues::Queues;
pub use reach::Reach;
pub use watch::Watch;

use crate::effect::{Effect, Panel};
use crate::error::Failure;
use crate::event::{Callee, EffectId, Outcome, Tab};
use crate::ids::{ActivitySid, WorkerSid};
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::configuration::Configuration;
use crate::view::{CallLine, Phase, Reachable};
use serde::{Deserialize, Serialize};

/// What an effect of this machine was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// The directory.
    Directory,
    /// The queues.
    Queues,
    /// Those on the screen.
    Watch,
    /// Who is chosen.
    Reach,
}

/// A list that is fetched once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum List<T> {
    /// Never opened.
    #[default]
    Closed,
    /// Being fetched.
    Loading {
        /// The newest request.
        request: EffectId,
        /// So long it is waited for.
        until: Millis,
    },
    /// Here it is.
    Ready(T),
    /// It could not be fetched.
    Failed {
        /// What was said.
        detail: String,
    },
}

/// State of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dialpad {
    tabs: Vec<Tab>,
    active: Tab,
    directory: Directory,
    watch: Watch,
    /// Who is in it is not listed.
    offline: Option<ActivitySid>,
    agent_query: Pii<String>,
    agent: Option<Callee>,
    #[serde(default)]
    reach: Reach,
    #[serde(default)]
    filters: Filters,
    queues: Queues,
    queue_query: Pii<String>,
    queue: Option<String>,
    line: CallLine,
}

/// Whom a press of the Call button calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Destination {
    /// A person.
    Agent(Callee),
    /// Whoever of a queue takes it first.
    Queue(String),
}

impl Destination {
    /// Whom the line names.
    #[must_use]
    pub fn name(&self) -> Pii<String> {
        match self {
            Self::Agent(callee) => callee.name.clone(),
            Self::Queue(name) => Pii(name.clone()),
        }
    }

    /// Whom in person.
    #[must_use]
    pub fn worker(&self) -> Option<&WorkerSid> {
        match self {
            Self::Agent(callee) => Some(&callee.worker),
            Self::Queue(_) => None,
        }
    }
}

impl Dialpad {
    /// The panel as configured.
    #[must_use]
    pub fn new(configuration: &Configuration) -> Self {
        let mut tabs = Vec::new();
        if configuration.call_agent {
            tabs.push(Tab::Agent);
        }
        if configuration.call_queue {
            tabs.push(Tab::Queue);
        }
        Self {
            active: tabs.first().copied().unwrap_or(Tab::Agent),
            tabs,
            directory: Directory::Closed,
            watch: Watch::default(),
            offline: configuration.offline.clone(),
            agent_query: Pii::default(),
            agent: None,
            reach: Reach::through(
                (configuration.outbound.as_ref().ok()).map(|outbound| outbound.functions.clone()),
                configuration.busy_policy,
            ),
            filters: Filters::default(),
            queues: Queues::default(),
            queue_query: Pii::default(),
            queue: None,
            line: CallLine::Idle,
        }
    }

    /// A tab was chosen.
    pub fn choose_tab(&mut self, tab: Tab) -> Vec<Effect> {
        if self.tabs.contains(&tab) {
            self.active = tab;
        }
        changed()
    }

    /// A field appeared. An empty one lists everybody, and calls nobody: who is chosen may not be listed any more.
    pub fn field_appeared<P: From<Purpose>>(
        &mut self,
        now: Millis,
        tab: Tab,
        empty: bool,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        if !empty {
            return Vec::new();
        }
        if tab == Tab::Agent {
            self.filters = Filters::default();
        }
        self.type_query(now, tab, Pii::default(), ledger)
    }

    /// A field was opened: fetches its list if it is not there, or failed.
    pub fn open_field<P: From<Purpose>>(
        &mut self,
        now: Millis,
        tab: Tab,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        if !self.tabs.contains(&tab) {
            return Vec::new();
        }
        let fetch = match tab {
            Tab::Agent => {
                let means = Means {
                    offline: self.offline.as_ref(),
                    functions: self.reach.base(),
                };
                self.directory.open(now, means, ledger)
            }
            Tab::Queue => self.queues.open(now, self.reach.base(), ledger),
        };
        let look = (tab == Tab::Agent)
            .then(|| self.look(now, ledger))
            .flatten();
        fetch.into_iter().chain(look).chain(changed()).collect()
    }

    /// These rows of the list of people are on the screen, from above; none: the list is closed.
    pub fn show_rows<P: From<Purpose>>(
        &mut self,
        now: Millis,
        workers: &[WorkerSid],
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        let chosen = self.agent.as_ref().map(|callee| &callee.worker);
        let look = self.watch.show(now, workers, chosen, ledger);
        look.into_iter().collect()
    }

    /// The text in a field changed.
    pub fn type_query<P: From<Purpose>>(
        &mut self,
        now: Millis,
        tab: Tab,
        text: Pii<String>,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        let let_go = match tab {
            Tab::Agent => {
                let dropped = self.agent.take_if(|callee| callee.name != text);
                self.agent_query = text;
                dropped.and_then(|_| self.watch.let_go(now, ledger))
            }
            Tab::Queue => {
                self.queue.take_if(|queue| *queue != text.0);
                self.queue_query = text;
                None
            }
        };
        let_go.into_iter().chain(changed()).collect()
    }

    /// A person was chosen; the field spells his name from now on. Nobody chooses himself.
    pub fn choose_person<P: From<Purpose>>(
        &mut self,
        now: Millis,
        callee: Callee,
        me: &WorkerSid,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        if callee.worker == *me {
            return Vec::new();
        }
        self.reach.forget(&callee.worker);
        self.agent_query = callee.name.clone();
        self.agent = Some(callee);
        let look = self.look(now, ledger);
        look.into_iter().chain(changed()).collect()
    }

    /// Whoever is chosen is looked at.
    fn look<P: From<Purpose>>(&mut self, now: Millis, ledger: &mut Ledger<P>) -> Option<Effect> {
        let chosen = &self.agent.as_ref()?.worker;
        self.reach.look(now, chosen, ledger)
    }

    /// A queue was chosen, out of the list.
    pub fn choose_queue(&mut self, queue: String) -> Vec<Effect> {
        if !matches!(self.queues.list(), List::Ready(queues) if queues.contains(&queue)) {
            return Vec::new();
        }
        self.queue_query = Pii(queue.clone());
        self.queue = Some(queue);
        changed()
    }

    /// Somebody left the directory: he cannot stay chosen.
    pub fn forget_person<P: From<Purpose>>(
        &mut self,
        now: Millis,
        worker: &WorkerSid,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        let dropped = self.agent.take_if(|callee| callee.worker == *worker);
        let let_go = dropped.and_then(|_| self.watch.let_go(now, ledger));
        let_go.into_iter().chain(changed()).collect()
    }

    /// Whom Call would call at present.
    #[must_use]
    pub fn destination(&self) -> Option<Destination> {
        match self.active {
            Tab::Agent => self.agent.clone().map(Destination::Agent),
            Tab::Queue => self.queue.clone().map(Destination::Queue),
        }
    }

    /// It is time to try what failed again, or not to wait for it any more.
    pub fn wake<P: From<Purpose>>(&mut self, now: Millis, ledger: &mut Ledger<P>) -> Vec<Effect> {
        if self.next_deadline().is_none_or(|due| now < due) {
            return Vec::new();
        }
        let queues = self.queues.wake(now, ledger);
        let means = Means {
            offline: self.offline.as_ref(),
            functions: self.reach.base(),
        };
        let next = self.directory.wake(now, means, ledger);
        let watch = self.watch.wake(now, ledger);
        let all = queues.into_iter().chain(next).chain(watch);
        all.chain(changed()).collect()
    }

    /// When this machine next wants to be woken.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        let directory = self.directory.next_deadline().into_iter();
        let watch = self.watch.next_deadline();
        directory.chain(self.queues.until()).chain(watch).min()
    }

    /// An effect of this machine is over.
    pub fn settle<P: From<Purpose>>(
        &mut self,
        now: Millis,
        id: EffectId,
        purpose: Purpose,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        match purpose {
            Purpose::Directory => {
                let means = Means {
                    offline: self.offline.as_ref(),
                    functions: self.reach.base(),
                };
                let next = self.directory.settle(now, id, outcome, means, ledger);
                return next.into_iter().chain(changed()).collect();
            }
            Purpose::Watch => self.watch.settle(now, id, outcome),
            Purpose::Reach => self.reach.settle(id, outcome),
            Purpose::Queues => {
                let next = self.queues.settle(now, id, outcome, ledger);
                return next.into_iter().chain(changed()).collect();
            }
        }
        changed()
    }

    /// The call went on.
    pub fn show(&mut self, line: CallLine) -> Vec<Effect> {
        if self.line == line {
            return Vec::new();
        }
        self.line = line;
        changed()
    }

    /// The tabs that are on.
    #[must_use]
    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// The tab in front.
    #[must_use]
    pub fn active(&self) -> Tab {
        self.active
    }

    /// Whose rows are on the screen, and whether what they do is told.
    #[must_use]
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// How far the directory is.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// What was typed to find somebody. The name of the person chosen is no filter.
    #[must_use]
    pub fn agent_query(&self) -> &Pii<String> {
        &self.agent_query
    }

    /// Who is chosen.
    #[must_use]
    pub fn agent(&self) -> Option<&Callee> {
        self.agent.as_ref()
    }

    /// What is asked of the functions about whoever is called.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Whether he could be rung, as it was answered.
    #[must_use]
    pub fn reachable(&self) -> Option<Reachable> {
        self.reach.of(&self.agent.as_ref()?.worker)
    }

    /// For how many calls he has room, as it was answered.
    #[must_use]
    pub fn room(&self) -> Option<u32> {
        self.reach.room_of(&self.agent.as_ref()?.worker)
    }

    /// The queues.
    #[must_use]
    pub fn queues(&self) -> &List<Vec<String>> {
        self.queues.list()
    }

    /// What was typed to find a queue.
    #[must_use]
    pub fn queue_query(&self) -> &Pii<String> {
        &self.queue_query
    }

    /// Which queue is chosen.
    #[must_use]
    pub fn queue(&self) -> Option<&String> {
        self.queue.as_ref()
    }

    /// Where the call is.
    #[must_use]
    pub fn line(&self) -> &CallLine {
        &self.line
    }
}

impl<T> List<T> {
    /// How long its answer is waited for.
    fn until(&self) -> Option<Millis> {
        match self {
            Self::Loading { until, .. } => Some(*until),
            Self::Closed | Self::Ready(_) | Self::Failed { .. } => None,
        }
    }

    /// The list as the view tells it; `empty` says whether nothing in a ready list matches.
    #[must_use]
    pub fn phase(&self, empty: bool) -> Phase {
        match self {
            Self::Closed => Phase::Closed,
            Self::Loading { .. } => Phase::Loading,
            Self::Ready(_) if empty => Phase::Empty,
            Self::Ready(_) => Phase::Ready,
            Self::Failed { detail } => Phase::Failed {
                detail: detail.clone(),
            },
        }
    }
}

fn changed() -> Vec<Effect> {
    vec![Effect::ViewChanged {
        panel: Panel::Dialpad,
    }]
}

fn failed<T>(detail: &str) -> List<T> {
    List::Failed {
        detail: detail.to_owned(),
    }
}

/// What is taken for the answer that does not come.
fn no_answer() -> Outcome {
    Outcome::Failed {
        failure: Failure::new(NO_ANSWER),
    }
}

/// What the agent is told where none came.
const NO_ANSWER: &str = "no answer";
/// And of a shell that answers with something else, which has a fault of its own: the agent may try again.
const UNEXPECTED: &str = "unexpected answer";
