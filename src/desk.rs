//! An agent's desk: the core that decides, and the roster that it need not know.

mod about;
mod agents;
mod filters;

use crate::core::Core;
use crate::dialpad::{Dialpad, Directory, Step, Watch};
use crate::effect::Effect;
use crate::event::{EffectId, Event, Outcome};
use crate::favourites::list::List;
use crate::favourites::Favourites;
use crate::ids::WorkerSid;
use crate::roster::{fold, Roster, Unusable, ROWS};
use crate::time::Millis;
use crate::twilio::configuration::Configuration;
use crate::twilio::reservation_index::RawWork;
use crate::twilio::worker_index::{Person, RawPerson};
use crate::view::{CallLine, CallView, CallsView, DialpadView, QueueField};
use std::collections::BTreeMap;

/// Core and roster of one agent.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    core: Core,
    roster: Roster,
    /// As the roster knows them.
    favourites: List,
    /// What is known of those on the screen only.
    closely: BTreeMap<WorkerSid, Closely>,
}

/// What is known of somebody who is on the screen.
#[derive(Debug, Clone, Default)]
struct Closely {
    /// Since when he does what he does, as Twilio writes it.
    since: Option<String>,
    /// How many calls he is on.
    calls: Option<u32>,
}

impl Desk {
    /// Takes in a fact, gives out the orders that follow.
    pub fn handle(&mut self, now: Millis, event: &Event) -> Vec<Effect> {
        match event {
            Event::Started {
                configuration,
                me,
                activities,
                ..
            } => {
                let offline = Configuration::parse(configuration, me).offline;
                self.roster = Roster::new(me.worker_sid.clone(), offline, activities);
                self.favourites = List::default();
                self.closely.clear();
            }
            Event::Settled {
                id,
                outcome: Outcome::People { people, next },
            } => self.take_in(*id, people, next.is_none()),
            Event::PersonChanged { person } => match Person::parse(person) {
                Some(told) => {
                    self.note_since(person);
                    self.roster.put(told);
                }
                // He has no phone any more.
                None => {
                    if let Some(worker) = person.worker() {
                        self.roster.remove(&worker);
                    }
                }
            },
            Event::PersonRemoved { worker } => self.roster.went(worker),
            Event::WorkTold { workers, work } => self.note_calls(workers, work.as_deref()),
            Event::Settled { .. }
            | Event::TabChosen { .. }
            | Event::FieldAppeared { .. }
            | Event::FieldOpened { .. }
            | Event::RetryPressed { .. }
            | Event::QueryTyped { .. }
            | Event::FiltersOpened { .. }
            | Event::FilterChosen { .. }
            | Event::FiltersCleared
            | Event::PersonChosen { .. }
            | Event::RowsShown { .. }
            | Event::FavouritePressed { .. }
            | Event::FavouriteMoved { .. }
            | Event::FavouritesChanged { .. }
            | Event::QueueChosen { .. }
            | Event::CallPressed
            | Event::CallBackPressed { .. }
            | Event::TellWhenFreePressed { .. }
            | Event::WaitCancelled { .. }
            | Event::DeclineChosen { .. }
            | Event::TransferPressed { .. }
            | Event::AddPressed { .. }
            | Event::PartyHoldPressed { .. }
            | Event::PartyRemovePressed { .. }
            | Event::EndForAllPressed { .. }
            | Event::ActionRequested { .. }
            | Event::ReservationChanged { .. }
            | Event::LegOffered { .. }
            | Event::LegOpened { .. }
            | Event::LegAudible { .. }
            | Event::LegMuted { .. }
            | Event::LegEnded { .. }
            | Event::ParticipantsChanged { .. }
            | Event::TaskSelected { .. }
            | Event::SwapPressed { .. }
            | Event::EndAndAnswerPressed { .. }
            | Event::LegRetryPressed { .. }
            | Event::ActionEnded { .. }
            | Event::DeadlineReached => {}
        }
        let began = self.begins_again();
        let effects = self.core.handle(now, event);
        if self.begins_again() && !began {
            self.roster.begin_again();
        }
        if let Some(dialpad) = self.core.dialpad() {
            let watch = dialpad.watch();
            self.closely.retain(|worker, _| watch.shows(worker));
        }
        self.rank();
        effects
    }

    fn begins_again(&self) -> bool {
        let dialpad = self.core.dialpad();
        dialpad.is_some_and(|dialpad| dialpad.directory().begins_again())
    }

    /// Whoever became a favourite, or was called, comes first from now on.
    fn rank(&mut self) {
        let now = self.core.favourites().map(Favourites::list);
        if let Some(list) = now.filter(|list| **list != self.favourites) {
            self.roster.set_dear(&list.favourites(), &list.recent());
            self.favourites = list.clone();
        }
    }

    /// People came: those who are there now, or a page of everybody. An answer that nobody waits for changes nothing.
    fn take_in(&mut self, id: EffectId, people: &[RawPerson], last: bool) {
        let dialpad = self.core.dialpad();
        if dialpad.is_some_and(|dialpad| dialpad.watch().awaits(id)) {
            for raw in people {
                if let Some(person) = Person::parse(raw) {
                    self.note_since(raw);
                    self.roster.put(person);
                }
            }
            return;
        }
        match dialpad.and_then(|dialpad| dialpad.directory().awaits(id)) {
            Some(Step::Open) => {
                self.roster.begin();
                for person in people.iter().filter_map(Person::parse) {
                    self.roster.put(person);
                }
            }
            Some(Step::Page(_)) => {
                for person in people {
                    self.roster.list(person);
                }
                if last {
                    self.roster.listed_all();
                }
            }
            Some(Step::Restore | Step::Settle { .. }) | None => {}
        }
    }

    fn note_since(&mut self, person: &RawPerson) {
        let worker = person.worker();
        if let Some(worker) =
            worker.filter(|worker| self.watch().is_some_and(|it| it.shows(worker)))
        {
            self.closely.entry(worker).or_default().since = person.date_activity_changed.clone();
        }
    }

    /// Whoever of these is not among it is on none.
    fn note_calls(&mut self, workers: &[WorkerSid], work: Option<&[RawWork]>) {
        let on_calls: Option<Vec<_>> =
            work.map(|work| work.iter().filter_map(RawWork::on_call).collect());
        for worker in workers {
            if !self.watch().is_some_and(|watch| watch.shows(worker)) {
                continue;
            }
            let calls = on_calls.as_ref().map(|those| {
                let his = those.iter().filter(|one| *one == worker).count();
                u32::try_from(his).unwrap_or(u32::MAX)
            });
            self.closely.entry(worker.clone()).or_default().calls = calls;
        }
    }

    fn watch(&self) -> Option<&Watch> {
        self.core.dialpad().map(Dialpad::watch)
    }

    /// What an earlier start kept; whether it can be used. Only what is being restored is: an answer that comes later
    /// would put old news over new.
    ///
    /// # Errors
    /// [`Unusable`]: it is damaged, or another version wrote it. Nothing has changed then.
    pub fn restore_directory(&mut self, bytes: &[u8]) -> Result<(), Unusable> {
        let dialpad = self.core.dialpad();
        match dialpad.map(Dialpad::directory) {
            Some(Directory::Busy {
                step: Step::Restore,
                ..
            }) => self.roster.restore(bytes),
            Some(
                Directory::Busy { .. }
                | Directory::Closed
                | Directory::Broken { .. }
                | Directory::Whole { .. },
            )
            | None => Err(Unusable),
        }
    }

    /// What the next start restores.
    #[must_use]
    pub fn directory_snapshot(&mut self) -> Vec<u8> {
        self.roster.snapshot()
    }

    /// A step of sorting in who came, a few milliseconds; whether that is done.
    pub fn settle_directory(&mut self) -> bool {
        self.roster.settle()
    }

    /// The core as it is: what a recording begins with.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// When the desk next wants a [`Event::DeadlineReached`].
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        self.core.next_deadline()
    }

    /// The Call Agent / Call Queue panel; `None` before the start, and while both tabs are off.
    #[must_use]
    pub fn dialpad_view(&self) -> Option<DialpadView> {
        let dialpad = self
            .core
            .dialpad()
            .filter(|dialpad| !dialpad.tabs().is_empty())?;
        Some(DialpadView {
            tabs: dialpad.tabs().to_vec(),
            active: dialpad.active(),
            agents: agents::field(dialpad, self.core.favourites(), &self.roster, &self.closely),
            queues: queues(dialpad),
            can_call: dialpad.destination().is_some() && at_rest(dialpad.line()),
            call: dialpad.line().clone(),
            waiting: self.core.waiting(),
        })
    }

    /// What stands in the call canvas of a reservation; `None` if it is no call between agents.
    #[must_use]
    pub fn call_view(&self, reservation: &str) -> Option<CallView> {
        self.core.call_view(reservation)
    }

    /// The strip of all calls; `None` while there is nothing to choose.
    #[must_use]
    pub fn calls_view(&self) -> Option<CallsView> {
        self.core.calls_view()
    }
}

fn queues(dialpad: &Dialpad) -> QueueField {
    use crate::dialpad::List;
    let filter = if dialpad.queue().is_some() {
        String::new()
    } else {
        fold(dialpad.queue_query().as_str())
    };
    let rows: Vec<String> = match dialpad.queues() {
        List::Ready(queues) => queues
            .iter()
            .filter(|name| fold(name).contains(&filter))
            .take(ROWS)
            .cloned()
            .collect(),
        List::Closed | List::Loading { .. } | List::Failed { .. } => Vec::new(),
    };
    QueueField {
        phase: dialpad.queues().phase(rows.is_empty()),
        query: dialpad.queue_query().clone(),
        rows,
        selected: dialpad.queue().cloned(),
    }
}

/// Whether no call is being placed.
fn at_rest(line: &CallLine) -> bool {
    match line {
        CallLine::Idle
        | CallLine::Unanswered { .. }
        | CallLine::Cancelled { .. }
        | CallLine::Ended { .. }
        | CallLine::Failed { .. } => true,
        CallLine::Calling { .. } | CallLine::Ringing { .. } | CallLine::Talking { .. } => false,
    }
}
