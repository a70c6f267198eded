use super::http;
use super::order::{
    Capacity, Change, Closing, NewParticipant, NewTask, Present, Room, Task, TaskStatus,
};
use super::{
    start, Answer, Body, ConferenceEvent, Identity, Label, Order, Request, Response, Run, Settings,
    Step,
};
use crate::ids::{
    AccountSid, CallSid, ConferenceSid, ContactUri, TaskSid, WorkerSid, WorkflowSid, WorkspaceSid,
};
use crate::time::Millis;
use crate::twilio::attributes::Role;
use crate::twilio::busy_policy::BusyPolicy;
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::num::NonZeroU32;

mod adding;
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod arbitrary;
mod busy;
mod came;
mod came_out;
mod close;
mod enqueue;
mod events;
mod forged;
mod glare;
mod hold;
mod native;
mod people;
mod queues;
mod recover;
mod rejoin;
mod ring;
mod sides;
mod sweep;
mod transfer;
mod warm;
mod wire;

const NOW: Millis = Millis(1_000_000);

/// As much of Twilio's REST as the functions order: tasks with versions, conferences.
#[derive(Debug, Clone)]
struct Twilio {
    tasks: BTreeMap<TaskSid, (u32, TaskStatus, Value)>,
    conferences: BTreeSet<ConferenceSid>,
    /// Both are in them.
    in_progress: bool,
    created: u128,
    fail_creation: bool,
    /// Bob takes work; has room; and how long the workflow offers a task.
    available: bool,
    free: bool,
    /// He is on a call; and what a supervisor wrote on him.
    on_a_call: bool,
    policy: Option<BusyPolicy>,
    reservation_timeout_s: u64,
    /// Who is on hold, as the participants say.
    held: BTreeMap<String, bool>,
    /// Who has a reservation of the callee's task.
    holders: Vec<WorkerSid>,
    /// Somebody is offered the task.
    on_offer: bool,
    /// Who is in the conference, and who was sent elsewhere.
    participants: Vec<CallSid>,
    redirected: Vec<(CallSid, String)>,
    /// Who of the agents is in the conference, and whether he is connected; who was rung for it.
    parties: Vec<(Label, bool)>,
    /// Whose leg does not end the conference.
    let_go: Vec<Label>,
    rung: Vec<NewParticipant>,
    fail_ringing: bool,
    /// Everybody has room for so many, and each task is offered to whose it is.
    capacity: Option<usize>,
    held_by_whose: bool,
    /// Lists do not show what was made lately.
    lists_lag: bool,
}

fn caller_task() -> TaskSid {
    TaskSid::from_number(1)
}

fn alice() -> WorkerSid {
    WorkerSid::from_number(1)
}

fn bob() -> WorkerSid {
    WorkerSid::from_number(2)
}

fn settings() -> Settings {
    Settings {
        workflow: WorkflowSid::from_number(9),
        base: "https://f.example".to_owned(),
    }
}

fn agent(worker: WorkerSid) -> Identity {
    Identity {
        worker,
        supervisor: false,
    }
}

impl Twilio {
    fn new(change: impl FnOnce(&mut Value)) -> Self {
        let mut attributes = json!({
            "to": "client:bob", "from": "client:alice", "fromName": "Alice", "client_call": true,
            "theirs": {"kept": 1},
            "internal_call": {"role": "caller", "caller_worker": alice(), "callee_worker": bob()},
        });
        change(&mut attributes);
        let tasks = [(caller_task(), (0, TaskStatus::Reserved, attributes))].into();
        Self {
            tasks,
            conferences: BTreeSet::new(),
            in_progress: false,
            created: 100,
            fail_creation: false,
            available: true,
            free: true,
            on_a_call: false,
            policy: None,
            reservation_timeout_s: 120,
            held: BTreeMap::new(),
            holders: Vec::new(),
            on_offer: false,
            participants: Vec::new(),
            redirected: Vec::new(),
            parties: Vec::new(),
            let_go: Vec::new(),
            rung: Vec::new(),
            fail_ringing: false,
            capacity: None,
            held_by_whose: false,
            lists_lag: false,
        }
    }

    fn do_order(&mut self, order: &Order) -> Answer {
        match order {
            Order::ValidateToken { token } => Answer::Token(match token.as_str() {
                "alice" => Some(agent(alice())),
                "bob" => Some(agent(bob())),
                "carol" => Some(agent(WorkerSid::from_number(3))),
                "mallory" => Some(agent(WorkerSid::from_number(66))),
                "sue" => Some(Identity {
                    worker: WorkerSid::from_number(77),
                    supervisor: true,
                }),
                _ => None,
            }),
            Order::FetchTask { task } => self.fetch(task),
            Order::UpdateTask {
                task,
                if_match,
                change,
            } => match self.tasks.get_mut(task) {
                None => gone(),
                Some((version, ..)) if version.to_string() != *if_match => Answer::Failed {
                    status: 412,
                    message: "ETag".to_owned(),
                },
                Some((version, status, all)) => {
                    *version += 1;
                    match change {
                        Change::Attributes(attributes) => *all = attributes.clone(),
                        Change::Close(Closing::Wrap) => *status = TaskStatus::Wrapping,
                        Change::Close(Closing::Cancel | Closing::Decline) => {
                            *status = TaskStatus::Canceled
                        }
                    }
                    self.fetch(task)
                }
            },
            Order::CreateTask(NewTask { attributes, .. }) => {
                if self.fail_creation {
                    return Answer::Failed {
                        status: 503,
                        message: "busy".to_owned(),
                    };
                }
                self.created += 1;
                let sid = TaskSid::from_number(self.created);
                self.tasks
                    .insert(sid.clone(), (0, TaskStatus::Reserved, attributes.clone()));
                let answer = self.fetch(&sid);
                // He is offered it, which raises its version.
                self.tasks
                    .entry(sid)
                    .and_modify(|(version, ..)| *version += 1);
                answer
            }
            Order::ListCalleeTasks { .. } | Order::ListConversation { .. } if self.lists_lag => {
                Answer::Listed(Vec::new())
            }
            Order::ListCalleeTasks { caller_task } => Answer::Listed(
                self.callees()
                    .into_iter()
                    .filter(|t| t.link("caller_task") == Some(caller_task.as_str()))
                    .map(|task| task.sid)
                    .collect(),
            ),
            Order::ListCallerTasks => Answer::Listed(
                self.tasks
                    .keys()
                    .filter_map(|sid| self.task(sid))
                    .filter(|task| {
                        task.role() == Some(Role::Caller) && task.status == TaskStatus::Assigned
                    })
                    .map(|task| task.sid)
                    .collect(),
            ),
            Order::ListConversation { conversation } => {
                let of_it = |task: &Task| {
                    task.role() == Some(Role::Caller) && task.conversation() == Some(conversation)
                };
                let all = self.tasks.keys().filter_map(|sid| self.task(sid));
                Answer::Listed(all.filter(of_it).map(|task| task.sid).collect())
            }
            Order::ListWorkers { .. } | Order::FetchPerson { .. } => Answer::Workers {
                people: Vec::new(),
                next: None,
            },
            Order::FetchColleague { worker } => Answer::Colleague {
                name: if *worker == alice() {
                    "Alice & \"<Al>\""
                } else {
                    "Mallory"
                }
                .to_owned(),
                contact_uri: ContactUri::parse(match worker {
                    _ if *worker == bob() => "client:bob",
                    _ if *worker == alice() => "client:alice",
                    _ => "client:mallory",
                })
                .ok(),
            },
            Order::ListOpposite { caller, callee } => Answer::Listed(match self.lists_lag {
                true => Vec::new(),
                false => self.opposite(caller, callee),
            }),
            Order::ListReservations { task } => self.reservations(task),
            Order::ListParticipants { .. } => {
                let customers = self.participants.iter().map(|leg| Present {
                    leg: leg.clone(),
                    label: None,
                    connected: true,
                    hold: false,
                });
                let parties = self.parties.iter().map(|(label, connected)| Present {
                    leg: CallSid::from_number(7),
                    label: Some(label.clone()),
                    connected: *connected,
                    hold: self.held.get(label.as_str()) == Some(&true),
                });
                Answer::Participants(customers.chain(parties).collect())
            }
            Order::CreateParticipant(_) if self.fail_ringing => Answer::Failed {
                status: 503,
                message: "busy".to_owned(),
            },
            Order::CreateParticipant(new) => {
                self.parties.push((Label::Of(new.role), false));
                self.rung.push(new.clone());
                Answer::Done
            }
            Order::RedirectCall { call, twiml } => {
                self.participants.retain(|there| there != call);
                self.redirected.push((call.clone(), twiml.clone()));
                Answer::Done
            }
            Order::FetchWorker { .. } => Answer::Worker {
                available: self.available,
                policy: self.policy,
            },
            Order::FetchVoiceChannel { worker } => self.channel(worker),
            Order::FetchTargets { .. } => Answer::Targets(Vec::new()),
            Order::ListQueues => Answer::Queues(Vec::new()),
            Order::FetchWorkflow { .. } => Answer::Workflow {
                reservation_timeout_s: self.reservation_timeout_s,
            },
            Order::HoldParticipant { label, hold, .. } => {
                self.held.insert(label.as_str().to_owned(), *hold);
                Answer::Done
            }
            Order::LetGo { label, .. } => {
                self.let_go.push(label.clone());
                Answer::Done
            }
            Order::RemoveParticipant { label, .. } => {
                self.parties.retain(|(one, _)| one != label);
                Answer::Done
            }
            Order::ListConferences { .. } => {
                let room = |sid: &ConferenceSid| Room {
                    sid: sid.clone(),
                    in_progress: self.in_progress,
                };
                Answer::Conferences(self.conferences.iter().map(room).collect())
            }
            Order::EndConference { conference } => {
                self.conferences.remove(conference);
                self.parties.clear();
                Answer::Done
            }
        }
    }

    /// Bob's, who has room for one call; or of anybody, by what he has.
    fn channel(&self, worker: &WorkerSid) -> Answer {
        let (room, has) = match self.capacity {
            None => (1, self.open_callees()),
            Some(room) => (room, self.of(worker)),
        };
        let free = self.free && has < room;
        Answer::Channel {
            room: match free {
                true => Capacity::Left(None),
                false => Capacity::Full,
            },
            on_a_call: self.on_a_call,
            idle: free && has == 0 && !self.on_a_call,
        }
    }

    /// How many open tasks are his.
    fn of(&self, worker: &WorkerSid) -> usize {
        let his = |task: &Task| self.whose(task).as_ref() == Some(worker) && task.is_open();
        self.all().iter().filter(|task| his(task)).count()
    }

    fn all(&self) -> Vec<Task> {
        self.tasks.keys().filter_map(|sid| self.task(sid)).collect()
    }

    fn whose(&self, task: &Task) -> Option<WorkerSid> {
        let key = match task.role()? {
            Role::Caller => "caller_worker",
            Role::Callee => "callee_worker",
        };
        WorkerSid::parse(task.link(key)?).ok()
    }

    fn opposite(&self, caller: &WorkerSid, callee: &WorkerSid) -> Vec<TaskSid> {
        let named = |task: &Task, key, who: &WorkerSid| task.link(key) == Some(who.as_str());
        let is = |task: &Task| {
            task.role() == Some(Role::Caller)
                && task.is_open()
                && named(task, "caller_worker", caller)
                && named(task, "callee_worker", callee)
        };
        let all = self.all().into_iter();
        all.filter(is).map(|task| task.sid).collect()
    }

    fn reservations(&self, task: &TaskSid) -> Answer {
        let offered = match self.capacity {
            None => self.on_offer.then(bob).into_iter().collect(),
            Some(_) => {
                let task = self.task(task);
                task.and_then(|task| self.whose(&task))
                    .into_iter()
                    .collect()
            }
        };
        let mut holders = self.holders.clone();
        if self.held_by_whose {
            holders.extend(self.task(task).and_then(|task| self.whose(&task)));
        }
        Answer::Reservations { holders, offered }
    }

    fn fetch(&self, sid: &TaskSid) -> Answer {
        self.task(sid).map_or_else(gone, Answer::Task)
    }

    fn task(&self, sid: &TaskSid) -> Option<Task> {
        let (version, status, attributes) = self.tasks.get(sid)?;
        Some(Task {
            sid: sid.clone(),
            version: version.to_string(),
            status: *status,
            attributes: attributes.clone(),
            workflow: Some(WorkflowSid::from_number(9)),
        })
    }

    fn caller(&self) -> Task {
        self.task(&caller_task()).unwrap()
    }

    fn callees(&self) -> Vec<Task> {
        self.tasks
            .keys()
            .filter(|sid| **sid != caller_task())
            .filter_map(|sid| self.task(sid))
            .collect()
    }

    fn open_callees(&self) -> usize {
        self.callees().iter().filter(|task| task.is_open()).count()
    }

    fn run(&mut self, request: Request) -> Response {
        let mut going = Going::new(request);
        while going.response.is_none() {
            going.step(NOW, self);
        }
        going.response.unwrap()
    }

    fn ring(&mut self) -> Response {
        self.run(asked())
    }
}

fn gone() -> Answer {
    Answer::Failed {
        status: 404,
        message: "not found".to_owned(),
    }
}

/// A request under way, one order at a time: what is ordered together is carried out in any order.
#[derive(Debug, Clone)]
struct Going {
    run: Run,
    orders: Vec<Order>,
    answers: Vec<Option<Answer>>,
    response: Option<Response>,
    /// It comes no earlier than this is so.
    once: fn(&Twilio) -> bool,
}

impl Going {
    fn new(request: Request) -> Self {
        Self::once(request, |_| true)
    }

    /// What Twilio tells once something has happened.
    fn once(request: Request, once: fn(&Twilio) -> bool) -> Self {
        let (run, step) = start(settings(), request);
        let mut going = Self {
            run,
            orders: Vec::new(),
            answers: Vec::new(),
            response: None,
            once,
        };
        going.take(step);
        going
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Orders(orders) => {
                self.answers = vec![None; orders.len()];
                self.orders = orders;
            }
            Step::Respond(response) => self.response = Some(response),
        }
    }

    /// All that is ordered now, and the next step.
    fn step(&mut self, now: Millis, twilio: &mut Twilio) {
        for index in 0..self.orders.len() {
            self.carry_out(index, now, twilio);
        }
    }

    /// Up to an order, which is not carried out.
    fn until(&mut self, twilio: &mut Twilio, here: impl Fn(&Order) -> bool) {
        while !self.orders.iter().any(&here) {
            self.step(NOW, twilio);
        }
    }

    /// One of the orders, and the next step if it was the last.
    fn carry_out(&mut self, index: usize, now: Millis, twilio: &mut Twilio) {
        self.answers[index] = Some(twilio.do_order(&self.orders[index]));
        if self.answers.iter().all(Option::is_some) {
            let answers = std::mem::take(&mut self.answers);
            let step = self
                .run
                .resume(now, answers.into_iter().flatten().collect());
            self.take(step);
        }
    }

    /// Which orders may be carried out next.
    fn open(&self, twilio: &Twilio) -> Vec<usize> {
        if self.response.is_some() || !(self.once)(twilio) {
            return Vec::new();
        }
        (0..self.orders.len())
            .filter(|index| self.answers[*index].is_none())
            .collect()
    }
}

/// Every interleaving of the requests' orders, `check`ed in every state that they lead to, and (true) once all are
/// answered. Returns how many states there are.
fn interleave(
    twilio: &Twilio,
    going: &[Going],
    now: Millis,
    check: &impl Fn(&Twilio, bool),
) -> usize {
    let mut seen = HashSet::new();
    let mut left = vec![(twilio.clone(), going.to_vec())];
    while let Some((twilio, going)) = left.pop() {
        if !seen.insert(format!("{twilio:?} {going:?}")) {
            continue;
        }
        check(&twilio, going.iter().all(|one| one.response.is_some()));
        for index in 0..going.len() {
            for order in going[index].open(&twilio) {
                let (mut twilio, mut going) = (twilio.clone(), going.clone());
                going[index].carry_out(order, now, &mut twilio);
                left.push((twilio, going));
            }
        }
    }
    seen.len()
}

fn asked() -> Request {
    asked_of(Some(bob()))
}

/// Whom the plugin says that it calls.
fn asked_of(callee: Option<WorkerSid>) -> Request {
    Request::Ring {
        task: caller_task(),
        callee,
        token: "alice".to_owned(),
    }
}

fn joined() -> Request {
    Request::Conference {
        event: ConferenceEvent::CallerJoined,
        task: caller_task(),
        conference: ConferenceSid::from_number(1),
    }
}

fn over() -> Request {
    Request::Conference {
        event: ConferenceEvent::Ended,
        task: caller_task(),
        conference: ConferenceSid::from_number(1),
    }
}

fn ended() -> Request {
    Request::End {
        task: caller_task(),
        token: "alice".to_owned(),
        outcome: None,
        warm: false,
    }
}
