//! What Backline's webhooks answer and order, as pure code: a server carries out the orders.
//!
//! ```text
//! start(now, request) ─▶ Orders([..]) ─▶ resume(now, answers) ─▶ Orders([..]) ─▶ … ─▶ Respond(response)
//! ```
//!
//! The orders of one step run at the same time; their answers come back in the same order. A run keeps no state beyond
//! itself: everything that must last is on the caller's task, and is written with `If-Match`
//! (<https://www.twilio.com/docs/taskrouter/api/task#task-version>).
//!
//! | request | who may | run |
//! |---|---|---|
//! | `POST /internal-call/flex/ring` | the caller | [`ring`]: makes the callee's task, once |
//! | `POST /internal-call/flex/reject` | a party | [`close`] as declined |
//! | `POST /internal-call/flex/end` | a party | [`close`], with an outcome unless it was answered; unless the other is back ([`sides`]) |
//! | `POST /internal-call/flex/end-for-all` | a party | [`close`], however many are in it |
//! | `POST /internal-call/flex/came` | a party | [`came`]: the caller reads that it is answered; his task names the callee's |
//! | `POST /internal-call/flex/check` | a party | [`close`], if it looks over; [`sides`], if the call outlives a page |
//! | `POST /internal-call/flex/rejoin` | a party | [`rejoin`]: his phone is rung again, for the call that his page left |
//! | `POST /internal-call/flex/hold` | a party | [`hold`]: the other party on hold, or back |
//! | `POST /internal-call/flex/transfer` | a party | [`transfer`]: the other party is to call somebody else, and the call is closed |
//! | `POST /internal-call/flex/add` | a party | [`add`]: somebody else is called into it |
//! | `POST /internal-call/flex/remove` | a party | [`close`], of another party's part |
//! | `POST /internal-call/flex/ready` | any worker | [`ready`]: whether the functions are set up |
//! | `POST /internal-call/flex/reach` | any worker | [`reach`]: whether a colleague could be rung |
//! | `POST /internal-call/flex/people` | any worker | [`people`]: a page of the workspace's workers |
//! | `POST /internal-call/flex/queues` | any worker | [`queues`]: those that a call can reach |
//! | `POST /multi-call/flex/recover` | the agent who took it | [`recover`]: his customer is offered again |
//! | `POST /internal-call/common/agent-outbound-join` | Twilio | TwiML of the caller's leg |
//! | `POST /internal-call/common/agent-join-conference` | Twilio | TwiML of the callee's leg |
//! | `POST /internal-call/common/agent-leg-over` | Twilio | [`close`], if the leg had been answered; [`sides`], if the call outlives it |
//! | `POST /internal-call/common/call-outbound-join` | Twilio | [`conference`]: joins, leaves and ends |
//! | `POST /internal-call/common/taskrouter-event` | Twilio | [`close`], if the callee's offer was refused or lapsed |
//! | `POST /multi-call/common/conference` | Twilio | [`recover`], when somebody left a customer's conference |
//! | `POST /internal-call/common/enqueue` | Twilio | [`enqueue`]: TwiML of a caller's leg to the application |
//! | `POST /internal-call/common/call-silence` | Twilio | TwiML of a number that is called to be handed over |
//! | `GET /internal-call/common/ringback` | Twilio | [`ringback`]: what the caller hears until the callee comes |
//!
//! Where a call was handed over ([`warm`]), `end`, `came` and `check` look at who is in its conference.
//!
//! A supervisor may do what a party may. Whatever Twilio asks, a [`sweep`] may follow its answer.
//!
//! Invariants: however often and in whatever order these come, at most one task for the callee is ever on offer
//! (claim by `If-Match`, then create, then write back); closing closes everything that is open, and nothing else.

mod add;
mod callee;
pub mod came;
pub mod close;
mod closing;
pub mod conference;
pub mod enqueue;
mod glare;
pub mod hold;
pub mod http;
mod label;
pub mod order;
mod parties;
mod party;
mod people;
mod queues;
mod reach;
mod ready;
pub mod recover;
pub mod rejoin;
mod request;
mod response;
pub mod retry;
pub mod ring;
pub mod ringback;
pub mod sides;
mod sweep;
mod task;
#[cfg(test)]
mod tests;
mod transfer;
pub mod twiml;
pub mod warm;
mod why;

use crate::ids::{TaskSid, WorkerSid, WorkflowSid};
use crate::time::Millis;
use crate::twilio::attributes::{Progress, Role};
use crate::twilio::busy_policy::BusyPolicy;
use close::{Close, Leaver};
pub use label::Label;
pub use order::{Answer, Order};
pub use people::PageMark;
pub use request::{ConferenceEvent, OfferOver, Outcome, Request, Whom};
pub use response::{Body, Response};
pub use sweep::Sweeps;
use why::Why;

/// What the account's environment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `TWILIO_FLEX_INTERNAL_CALL_WORKFLOW_SID`: workflow of the callee's task.
    pub workflow: WorkflowSid,
    /// Absolute base URL of these functions, without a slash at its end: where Twilio sends its callbacks.
    pub base: String,
}

/// A worker who proved himself by his Flex token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// His worker.
    pub worker: WorkerSid,
    /// Whether he is a supervisor (or an administrator), who may act for a party.
    pub supervisor: bool,
}

/// What comes next in a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Carry these out, all at the same time, and resume with their answers in the same order.
    Orders(Vec<Order>),
    /// The run is over.
    Respond(Response),
}

/// A request being answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    settings: Settings,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Ring(ring::Ring),
    Close(close::Close),
    Came(came::Came),
    Hold(hold::Hold),
    Ready,
    Reach(Option<BusyPolicy>),
    People(people::People),
    Queues,
    Recover(recover::Recover),
    Rejoin(rejoin::Rejoin),
    Sides(sides::Sides),
    Conference(conference::Conference),
    Sweep(sweep::Sweep),
    Enqueue(enqueue::Enqueue),
    Warm(warm::Warm),
    Transfer(transfer::Transfer),
    Add(add::Add),
    Over,
}

/// Begins to answer a request.
#[must_use]
pub fn start(settings: Settings, request: Request) -> (Run, Step) {
    let (state, step) = match request {
        Request::Ring {
            task,
            callee,
            token,
        } => {
            let (ring, step) = ring::Ring::asked(&settings, task, callee, token);
            (State::Ring(ring), step)
        }
        Request::Reject {
            task,
            token,
            reason,
        } => closing(Close::asked(Why::Declined(reason), task, token)),
        Request::End {
            task,
            token,
            outcome: Some(Outcome::NotBack),
            ..
        } => {
            let (sides, step) = sides::Sides::asked(sides::Mode::NotBack, task, token);
            (State::Sides(sides), step)
        }
        Request::End {
            task,
            token,
            outcome,
            warm: true,
        } => handed_over(warm::Mode::Ended(Why::of(outcome)), task, token),
        Request::End {
            task,
            token,
            outcome,
            warm: false,
        } => closing(Close::asked(Why::of(outcome), task, token)),
        Request::EndForAll { task, token } => {
            let (close, step) = Close::asked(Why::Over, task, token);
            closing((close.for_all(), step))
        }
        Request::Came {
            task,
            token,
            warm: true,
        } => handed_over(warm::Mode::Came, task, token),
        Request::Came { task, token, .. } => {
            let (came, step) = came::Came::told(task, token);
            (State::Came(came), step)
        }
        Request::Check {
            task,
            token,
            warm: true,
            ..
        } => handed_over(warm::Mode::Checked, task, token),
        Request::Check {
            task,
            token,
            outlives: true,
            ..
        } => {
            let (sides, step) = sides::Sides::asked(sides::Mode::Checked, task, token);
            (State::Sides(sides), step)
        }
        Request::Check { task, token, .. } => closing(Close::asked(Why::Checked, task, token)),
        Request::Hold {
            task,
            token,
            whom,
            hold,
        } => {
            let (hold, step) = hold::Hold::asked(task, token, whom, hold);
            (State::Hold(hold), step)
        }
        Request::Add {
            task,
            worker,
            token,
        } => {
            let (add, step) = add::Add::asked(task, worker, token);
            (State::Add(add), step)
        }
        Request::Remove { task, whom, token } => {
            let (close, step) = Close::asked(Why::Over, task, token);
            closing((close.left_by(Leaver::Labelled(whom)), step))
        }
        Request::Transfer { task, to, token } => {
            let (transfer, step) = transfer::Transfer::asked(task, to, token);
            (State::Transfer(transfer), step)
        }
        Request::Recover { task, token } => {
            let (recover, step) = recover::Recover::asked(task, token);
            (State::Recover(recover), step)
        }
        Request::Rejoin { task, token } => {
            let (rejoin, step) = rejoin::Rejoin::asked(task, token);
            (State::Rejoin(rejoin), step)
        }
        Request::Left { task } => {
            let (recover, step) = recover::Recover::told(task);
            (State::Recover(recover), step)
        }
        Request::OfferOver { task, callee, how } => {
            let why = match how {
                // Flex refuses what is on offer when its agent goes away.
                OfferOver::Refused => Why::Unreached(Progress::Unavailable),
                OfferOver::Lapsed => Why::Late(Progress::NoAnswer),
            };
            let (close, step) = Close::told(why, task);
            closing((left_by(close, callee), step))
        }
        Request::Ignored => (State::Over, Step::Respond(Response::empty())),
        Request::Ready { token, workflow } => {
            (State::Ready, ready::ask(&settings, token, workflow))
        }
        Request::Reach {
            worker,
            policy,
            token,
        } => (State::Reach(policy), reach::ask(worker, token)),
        Request::Queues { token } => (State::Queues, queues::ask(&settings, token)),
        Request::People { page, token } => {
            let (people, step) = people::People::asked(page, token);
            (State::People(people), step)
        }
        Request::Enqueue {
            call,
            parent,
            conversation,
            whom,
            look,
        } => {
            let legs = [Some(call), parent].into_iter().flatten().collect();
            let (enqueue, step) =
                enqueue::Enqueue::asked(&settings, legs, conversation, whom, look);
            (State::Enqueue(enqueue), step)
        }
        Request::Silence => {
            let body = Body::Twiml(twiml::silence());
            (State::Over, Step::Respond(Response { status: 200, body }))
        }
        Request::Ringback => {
            let body = Body::Wav(ringback::wav());
            (State::Over, Step::Respond(Response { status: 200, body }))
        }
        Request::Twiml {
            conference,
            label,
            outlives,
        } => {
            let body = Body::Twiml(twiml::join(&settings.base, &conference, &label, outlives));
            (State::Over, Step::Respond(Response { status: 200, body }))
        }
        Request::LegOver {
            was_answered: false,
            ..
        } => (State::Over, Step::Respond(Response::empty())),
        Request::LegOver {
            task,
            role,
            was_answered: true,
            callee,
            outlives: true,
        } => {
            let (sides, step) = sides::Sides::leg_over(task, role, callee);
            (State::Sides(sides), step)
        }
        Request::LegOver {
            task,
            role: Role::Caller,
            was_answered: true,
            ..
        } => {
            let (close, step) = Close::told(Why::Over, task.clone());
            closing((close.left_by(Leaver::Of(task)), step))
        }
        Request::LegOver {
            task,
            role: Role::Callee,
            was_answered: true,
            callee,
            outlives: false,
        } => {
            let (close, step) = Close::told(Why::CalleesLegOver, task);
            closing((left_by(close, callee), step))
        }
        Request::Conference {
            event,
            task,
            conference,
        } => {
            let (run, step) = conference::Conference::told(event, task, conference);
            (run.map_or(State::Over, State::Conference), step)
        }
    };
    (Run { settings, state }, step)
}

/// Begins to look after calls that are over and not closed, where [`Sweeps`] lets it; nobody waits for its response.
#[must_use]
pub fn sweep(settings: Settings) -> (Run, Step) {
    let (sweep, step) = sweep::Sweep::start();
    let state = State::Sweep(sweep);
    (Run { settings, state }, step)
}

fn handed_over(mode: warm::Mode, task: TaskSid, token: String) -> (State, Step) {
    let (run, step) = warm::Warm::asked(mode, task, token);
    (State::Warm(run), step)
}

/// It is the callee's end, or that of one who was added.
fn left_by(close: Close, callee: Option<TaskSid>) -> Close {
    match callee.clone() {
        Some(task) => close.with_callee(callee).left_by(Leaver::Of(task)),
        None => close,
    }
}

fn closing((close, step): (Close, Step)) -> (State, Step) {
    (State::Close(close), step)
}

fn refuse(status: u16, message: &str) -> Step {
    Step::Respond(Response::refused(status, message))
}

/// Twilio did not do what it should, or its answer is of another kind than the order.
fn refused(answer: Option<Answer>) -> Step {
    match answer {
        Some(Answer::Failed { status, message }) => {
            refuse(502, &format!("Twilio refused ({status}): {message}"))
        }
        Some(
            Answer::Task(_)
            | Answer::Listed(_)
            | Answer::Reservations { .. }
            | Answer::Participants(_)
            | Answer::Worker { .. }
            | Answer::Workers { .. }
            | Answer::Channel { .. }
            | Answer::Colleague { .. }
            | Answer::Workflow { .. }
            | Answer::Targets(_)
            | Answer::Queues(_)
            | Answer::Conferences(_)
            | Answer::Done
            | Answer::Token(_),
        )
        | None => refuse(500, "An answer was of another kind than its order."),
    }
}

impl Run {
    /// Goes on with the answers to the last step's orders. `now`: milliseconds since the Unix epoch, for the age of claims.
    pub fn resume(&mut self, now: Millis, answers: Vec<Answer>) -> Step {
        match &mut self.state {
            State::Ring(ring) => ring.resume(now, &self.settings, answers),
            State::Close(close) => close.resume(now, answers),
            State::Came(came) => came.resume(answers),
            State::Hold(hold) => hold.resume(answers),
            State::Ready => ready::answer(answers),
            State::Reach(policy) => reach::answer(*policy, answers),
            State::Queues => queues::answer(answers),
            State::People(people) => people.resume(answers),
            State::Recover(recover) => recover.resume(answers),
            State::Rejoin(rejoin) => rejoin.resume(now, &self.settings, answers),
            State::Sides(sides) => sides.resume(now, answers),
            State::Conference(conference) => conference.resume(now, &self.settings, answers),
            State::Sweep(sweep) => sweep.resume(now, answers),
            State::Enqueue(enqueue) => enqueue.resume(&self.settings, answers),
            State::Transfer(transfer) => transfer.resume(now, answers),
            State::Add(add) => add.resume(now, &self.settings, answers),
            State::Warm(warm) => warm.resume(now, answers),
            State::Over => Step::Respond(Response::refused(500, "answered already")),
        }
    }
}
