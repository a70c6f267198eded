//! Two who call each other at the same moment (glare) end up in one call: one of the two gives way.
//!
//! Each is looked for by the other's request, where the callee has something to do: his own call takes up some of his
//! capacity, and TaskRouter lists tasks by attribute three times a second only
//! (<https://www.twilio.com/en-us/changelog/taskrouter-endpoint-rate-limit-correction>).
//!
//! | state | answer | next |
//! |---|---|---|
//! | listing (the callee's own calls of this caller; what he does) | none, or failure | alone |
//! | | some | reading |
//! | reading (each, and who has it; what the callee and the caller do) | one that is claimed: its callee is being rung | theirs |
//! | | the lower SID's, and its callee takes calls | yielding: `meets` on it |
//! | | another that waits for this caller | noting: [`Progress::Glare`] on it |
//! | | it is over by now | listing, [`LOOKS`] times |
//! | | none that is the callee's | alone |
//! | yielding (`If-Match`) | written | theirs |
//! | noting (`If-Match`) | written | ours |
//! | either | changed meanwhile (412) | reading |
//! | | anything else | alone |
//!
//! Who gives way is the same whoever looks when: the higher SID's, unless its callee is being rung already. That a call is
//! claimed, that it gives way, that it is met, and how it comes out are all written with `If-Match` on its own task; so a request
//! that has not seen the other's finds out when it writes, and reads [`MEETS`] then.
//!
//! A list may lag. Where both requests miss the other's task, both ring, and the plugin of whoever has the higher SID gives way.

use super::callee::Presence;
use super::order::{Answer, Change, Order, Task};
use crate::ids::{TaskSid, WorkerSid};
use crate::twilio::attributes::{Progress, Role};

/// On the caller's task: the callee's own, which gives way to it.
pub(super) const MEETS: &str = "meets";

/// How often tasks that change under our hands are read again before giving up.
const ATTEMPTS: u8 = 5;

/// How often it is looked at what the callee does, where his own call is over by now and he may have room in a moment.
const LOOKS: u8 = 3;

/// Which of two calls goes on.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    /// There is no other, as far as could be learnt; and what the callee does.
    Alone(Presence),
    /// This one: what the callee has to do is to give way to it.
    Ours,
    /// The callee's.
    Theirs,
}

/// What comes next.
pub(super) enum Next {
    Orders(Vec<Order>),
    Decided(Verdict),
}

/// A look at whether the callee calls at the same moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Glare {
    /// The caller's task.
    own: TaskSid,
    caller: WorkerSid,
    callee: WorkerSid,
    looks: u8,
    attempts: u8,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Listing,
    Reading {
        tasks: Vec<TaskSid>,
    },
    Writing {
        tasks: Vec<TaskSid>,
        presence: Presence,
        then: Verdict,
    },
}

/// One that was listed, as it is now.
enum Found {
    /// None of the callee's to this caller.
    Another,
    Over,
    Waits(Task),
}

impl Glare {
    /// `None`: nobody is known for the caller.
    pub(super) fn look(caller: &Task, callee: WorkerSid) -> Option<(Self, Vec<Order>)> {
        let worker = WorkerSid::parse(caller.link("caller_worker")?).ok()?;
        let glare = Self {
            own: caller.sid.clone(),
            caller: worker,
            callee,
            looks: 0,
            attempts: 0,
            state: State::Listing,
        };
        let orders = glare.list();
        Some((glare, orders))
    }

    fn list(&self) -> Vec<Order> {
        let opposite = Order::ListOpposite {
            caller: self.callee.clone(),
            callee: self.caller.clone(),
        };
        self.presence().into_iter().chain([opposite]).collect()
    }

    fn presence(&self) -> [Order; 2] {
        let worker = || self.callee.clone();
        [
            Order::FetchVoiceChannel { worker: worker() },
            Order::FetchWorker { worker: worker() },
        ]
    }

    pub(super) fn resume(&mut self, answers: Vec<Answer>) -> Next {
        let mut answers = answers.into_iter();
        match self.state.clone() {
            State::Listing => {
                let presence = Presence::learnt(&mut answers);
                match answers.next() {
                    Some(Answer::Listed(tasks)) if !tasks.is_empty() => self.read(tasks),
                    _ => Next::Decided(Verdict::Alone(presence)),
                }
            }
            State::Reading { tasks } => {
                let presence = Presence::learnt(&mut answers);
                let reachable = match answers.next() {
                    Some(Answer::Worker { available, .. }) => available,
                    _ => true,
                };
                let mut pairs = std::iter::from_fn(|| Some((answers.next()?, answers.next()?)));
                self.judge(tasks, presence, reachable, &mut pairs)
            }
            State::Writing {
                tasks,
                presence,
                then,
            } => match answers.next() {
                Some(Answer::Task(_)) => Next::Decided(then),
                Some(Answer::Failed { status: 412, .. }) if self.attempts < ATTEMPTS => {
                    self.attempts = self.attempts.saturating_add(1);
                    self.read(tasks)
                }
                _ => Next::Decided(Verdict::Alone(presence)),
            },
        }
    }

    fn read(&mut self, tasks: Vec<TaskSid>) -> Next {
        let caller = Order::FetchWorker {
            worker: self.caller.clone(),
        };
        let each = tasks.iter().cloned().flat_map(|task| {
            let reservations = Order::ListReservations { task: task.clone() };
            [Order::FetchTask { task }, reservations]
        });
        let orders = self.presence().into_iter().chain([caller]).chain(each);
        let orders = orders.collect();
        self.state = State::Reading { tasks };
        Next::Orders(orders)
    }

    /// `reachable`: whether this caller takes calls, so that the callee's can come to something.
    fn judge(
        &mut self,
        tasks: Vec<TaskSid>,
        presence: Presence,
        reachable: bool,
        pairs: &mut dyn Iterator<Item = (Answer, Answer)>,
    ) -> Next {
        let found: Vec<Found> = pairs.map(|pair| self.read_as(pair)).collect();
        let over = found.iter().any(|one| matches!(one, Found::Over));
        let waits = found.into_iter().find_map(|one| match one {
            Found::Waits(task) => Some(task),
            Found::Another | Found::Over => None,
        });
        let (then, links) = match waits {
            Some(theirs) if theirs.link("claim").is_some() => {
                return Next::Decided(Verdict::Theirs);
            }
            Some(theirs) if theirs.sid < self.own && reachable => {
                let meets = theirs.with_links(&[(MEETS, self.own.as_str())]);
                (Verdict::Theirs, (theirs, meets))
            }
            Some(theirs) => {
                let glare = theirs.with_links(&[("progress", Progress::Glare.as_str())]);
                (Verdict::Ours, (theirs, glare))
            }
            None if over && presence.is_busy() && self.looks < LOOKS => {
                self.looks = self.looks.saturating_add(1);
                self.state = State::Listing;
                return Next::Orders(self.list());
            }
            None => return Next::Decided(Verdict::Alone(presence)),
        };
        let (theirs, attributes) = links;
        self.state = State::Writing {
            tasks,
            presence,
            then,
        };
        Next::Orders(vec![Order::UpdateTask {
            task: theirs.sid,
            if_match: theirs.version,
            change: Change::Attributes(attributes),
        }])
    }

    /// Any agent's browser may make a task that names whomever it likes: who has it is TaskRouter's to say.
    fn read_as(&self, pair: (Answer, Answer)) -> Found {
        let (Answer::Task(task), Answer::Reservations { holders, offered }) = pair else {
            return Found::Another;
        };
        let named = |key, worker: &WorkerSid| task.link(key) == Some(worker.as_str());
        let opposite = task.sid != self.own
            && task.role() == Some(Role::Caller)
            && named("caller_worker", &self.callee)
            && named("callee_worker", &self.caller);
        if !opposite {
            return Found::Another;
        }
        if !task.is_open() || !task.is_undecided() {
            return match task.progress() {
                // They talk.
                Some(Progress::Answered) => Found::Another,
                _ => Found::Over,
            };
        }
        match holders.contains(&self.callee) || offered.contains(&self.callee) {
            true => Found::Waits(task),
            false => Found::Another,
        }
    }
}
