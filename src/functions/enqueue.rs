//! A caller's leg to the TwiML application: it is put in line for his colleague.
//!
//! Who calls is known by his own task alone: the parameters of the call are whatever somebody dialled.
//!
//! | state | answer | next |
//! |---|---|---|
//! | finding (the caller's task, by the conversation; and asking after the callee, if it is a person) | none | the leg asks again in a second, [`LOOKS`] times: a list may lag behind a creation |
//! | | none for the last time, or more than one | hung up |
//! | | one | reading |
//! | reading (the task, who took it, its conference) | no such call, or closed; taken by another than it says; calls somebody else than the parameters say | hung up |
//! | | its called leg is this one | judging, once the caller's name is known |
//! | | it does not say yet | asking who is in the conference |
//! | asking (the caller's name; who is in the conference) | this leg is not in it | hung up |
//! | judging | rung by this very leg | in line, as before |
//! | | rung by another leg, or an outcome is written | hung up |
//! | | he has something to do | looking whether he calls at this moment ([`Glare`]) |
//! | the same, or looking | he takes no work or is busy; his own call goes on | noting that outcome |
//! | | else | noting that it rings |
//! | noting (`If-Match`) | written | in line; hung up with an outcome |
//! | | changed meanwhile (412) | reading again |
//! | any | anything else | hung up: nobody is rung in vain |
//!
//! A request that is made twice is answered alike: the leg is noted as the claim. Twilio runs one answer for a leg.

use super::callee::{enqueued_task, target, Callee};
use super::glare::{Glare, Next, Verdict, MEETS};
use super::http::encode;
use super::order::{Answer, Change, Order, Present, Task, TaskStatus};
use super::request::Whom;
use super::{twiml, Body, Response, Settings, Step};
use crate::ids::{CallSid, ContactUri, TaskSid, WorkerSid};
use crate::twilio::attributes::{Progress, Role};

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// How often the caller's task is looked for once more, a second later each time: TaskRouter does not say how late a list
/// may be, and the caller waits.
const LOOKS: u8 = 5;

/// A run of `enqueue`.
#[derive(Debug, Clone, PartialEq)]
pub struct Enqueue {
    /// The leg that asks; and the one that was called, if it is another.
    legs: Vec<CallSid>,
    whom: Whom,
    conversation: String,
    /// How often it was looked for before.
    look: u8,
    attempts: u8,
    callee: Option<Callee>,
    /// What came of the look whether he calls at the same moment.
    glare: Option<Verdict>,
    state: State,
}

/// The caller, as TaskRouter knows him.
#[derive(Debug, Clone, PartialEq)]
struct Colleague {
    name: String,
    contact_uri: Option<ContactUri>,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Finding,
    Reading {
        task: TaskSid,
    },
    Asking {
        caller: Task,
        /// Whether its own task says that this leg is the one.
        proved: bool,
    },
    Looking {
        glare: Glare,
        caller: Task,
        who: Colleague,
    },
    /// `rings`: what the leg is told then.
    Noting {
        task: TaskSid,
        rings: Option<String>,
    },
}

impl Enqueue {
    pub(super) fn asked(
        settings: &Settings,
        legs: Vec<CallSid>,
        conversation: String,
        whom: Whom,
        look: u8,
    ) -> (Self, Step) {
        let mut orders = vec![Order::ListConversation {
            conversation: conversation.clone(),
        }];
        if let Whom::Worker(worker) = &whom {
            orders.extend(Callee::questions(settings, worker));
        }
        let enqueue = Self {
            legs,
            whom,
            conversation,
            look,
            attempts: 0,
            callee: None,
            glare: None,
            state: State::Finding,
        };
        (enqueue, Step::Orders(orders))
    }

    pub(super) fn resume(&mut self, settings: &Settings, answers: Vec<Answer>) -> Step {
        if let State::Looking { glare, caller, who } = &mut self.state {
            let (caller, who) = (caller.clone(), who.clone());
            return match glare.resume(answers) {
                Next::Orders(orders) => Step::Orders(orders),
                Next::Decided(verdict) => {
                    if let (Verdict::Alone(presence), Some(callee)) = (&verdict, &mut self.callee) {
                        callee.presence = presence.clone();
                    }
                    self.glare = Some(verdict);
                    self.judge(settings, &caller, &who)
                }
            };
        }
        let mut answers = answers.into_iter();
        match (self.state.clone(), answers.next()) {
            (State::Finding, Some(Answer::Listed(found))) => {
                if let Whom::Worker(worker) = &self.whom {
                    self.callee = Some(Callee::learnt(worker.clone(), answers));
                }
                match <[TaskSid; 1]>::try_from(found) {
                    Ok([task]) => self.read(task),
                    Err(found) if found.is_empty() && self.look < LOOKS => {
                        self.look_again(settings)
                    }
                    Err(_) => hang_up(),
                }
            }
            (State::Reading { .. }, Some(Answer::Task(caller))) => self.verify(caller, answers),
            (State::Asking { caller, proved }, Some(Answer::Colleague { name, contact_uri })) => {
                let mut legs = answers.flat_map(participants);
                let there = proved || legs.any(|one| self.legs.contains(&one.leg));
                if there {
                    self.judge(settings, &caller, &Colleague { name, contact_uri })
                } else {
                    hang_up()
                }
            }
            (
                State::Noting {
                    rings: Some(twiml), ..
                },
                Some(Answer::Task(_)),
            ) => respond(twiml),
            (State::Noting { task, .. }, Some(Answer::Failed { status: 412, .. })) => {
                self.attempts = self.attempts.saturating_add(1);
                if self.attempts > ATTEMPTS {
                    return hang_up();
                }
                self.read(task)
            }
            (
                State::Finding
                | State::Reading { .. }
                | State::Asking { .. }
                | State::Looking { .. }
                | State::Noting { .. },
                _,
            ) => hang_up(),
        }
    }

    /// Only what Twilio itself adds comes with a redirect: all else is named again.
    fn look_again(&self, settings: &Settings) -> Step {
        let whom = match &self.whom {
            Whom::Worker(worker) => format!("worker_sid={worker}"),
            Whom::Queue(queue) => format!("callToQueue={}", encode(queue)),
        };
        let (base, conversation) = (&settings.base, encode(&self.conversation));
        let look = self.look.saturating_add(1);
        respond(twiml::ask_again(&format!(
            "{base}/internal-call/common/enqueue?conversation_id={conversation}&{whom}&look={look}"
        )))
    }

    fn read(&mut self, task: TaskSid) -> Step {
        let orders = vec![
            Order::FetchTask { task: task.clone() },
            Order::ListReservations { task: task.clone() },
            Order::ListConferences { task: task.clone() },
        ];
        self.state = State::Reading { task };
        Step::Orders(orders)
    }

    /// Whose task it is says TaskRouter; that this leg is of its call, Flex's note on it or the conference.
    fn verify(&mut self, caller: Task, mut answers: impl Iterator<Item = Answer>) -> Step {
        let (Some(Answer::Reservations { holders, .. }), Some(Answer::Conferences(rooms))) =
            (answers.next(), answers.next())
        else {
            return hang_up();
        };
        let said = caller
            .link("caller_worker")
            .and_then(|worker| WorkerSid::parse(worker).ok());
        let Some(worker) = said.filter(|worker| holders == [worker.clone()]) else {
            return hang_up();
        };
        let ours = caller.role() == Some(Role::Caller) && caller.is_native();
        if !ours || caller.status != TaskStatus::Assigned || !self.calls_whom_it_says(&caller) {
            return hang_up();
        }
        let noted = caller.called_leg();
        let proved = self.legs.iter().any(|leg| Some(leg.as_str()) == noted);
        let mut orders = vec![Order::FetchColleague { worker }];
        if !proved {
            orders.extend(rooms.into_iter().map(|room| Order::ListParticipants {
                conference: room.sid,
            }));
        }
        self.state = State::Asking { caller, proved };
        Step::Orders(orders)
    }

    fn calls_whom_it_says(&self, caller: &Task) -> bool {
        match &self.whom {
            Whom::Worker(worker) => target(caller).as_ref() == Some(worker),
            Whom::Queue(queue) => caller.text("callToQueue") == Some(queue),
        }
    }

    fn judge(&mut self, settings: &Settings, caller: &Task, who: &Colleague) -> Step {
        let Some(leg) = self.legs.first().map(ToString::to_string) else {
            return hang_up();
        };
        let offered_s = self.callee.as_ref().and_then(|it| it.reservation_timeout_s);
        let task = enqueued_task(caller, &who.name, who.contact_uri.as_ref(), offered_s);
        let rings = twiml::enqueue_for(&settings.base, &settings.workflow, &task);
        match (caller.link("claim"), caller.progress()) {
            (Some(claim), Some(Progress::Ringing)) if claim == leg => return respond(rings),
            (None, None) => {}
            (Some(_), _) | (None, Some(_)) => return hang_up(),
        }
        if caller.link(MEETS).is_some() {
            self.glare = Some(Verdict::Ours);
        }
        let unreached = match (&self.callee, &self.glare) {
            (Some(callee), None) if callee.presence.may_call() => {
                let worker = callee.worker.clone();
                if let Some((glare, orders)) = Glare::look(caller, worker) {
                    let (caller, who) = (caller.clone(), who.clone());
                    self.state = State::Looking { glare, caller, who };
                    return Step::Orders(orders);
                }
                callee.unreached(caller)
            }
            (Some(_), Some(Verdict::Theirs)) => Some(Progress::Glare),
            // What he has to do is his own call.
            (Some(_), Some(Verdict::Ours)) => None,
            (Some(callee), Some(Verdict::Alone(_)) | None) => callee.unreached(caller),
            (None, _) => None,
        };
        let progress = unreached.unwrap_or(Progress::Ringing);
        let links = [("claim", leg.as_str()), ("progress", progress.as_str())];
        self.state = State::Noting {
            task: caller.sid.clone(),
            rings: unreached.is_none().then_some(rings),
        };
        Step::Orders(vec![Order::UpdateTask {
            task: caller.sid.clone(),
            if_match: caller.version.clone(),
            change: Change::Attributes(caller.with_links(&links)),
        }])
    }
}

/// Who is in a conference; nobody of whom it could be told.
fn participants(answer: Answer) -> Vec<Present> {
    match answer {
        Answer::Participants(legs) => legs,
        Answer::Task(_)
        | Answer::Listed(_)
        | Answer::Reservations { .. }
        | Answer::Worker { .. }
        | Answer::Workers { .. }
        | Answer::Colleague { .. }
        | Answer::Channel { .. }
        | Answer::Workflow { .. }
        | Answer::Targets(_)
        | Answer::Queues(_)
        | Answer::Conferences(_)
        | Answer::Done
        | Answer::Token(_)
        | Answer::Failed { .. } => Vec::new(),
    }
}

/// The leg ends, and with it the caller's conference.
fn hang_up() -> Step {
    respond(twiml::hang_up())
}

fn respond(twiml: String) -> Step {
    let body = Body::Twiml(twiml);
    Step::Respond(Response { status: 200, body })
}
