//! The conference's status callback. Twilio sends the first participant's only, so both legs name the same one
//! (<https://www.twilio.com/docs/voice/twiml/conference#attributes-statuscallback>).
//!
//! | event | does |
//! |---|---|
//! | caller joined | rings the callee, if nobody did and the claim of whoever should have is old; ends the conference, if the call is over |
//! | callee joined | writes `answered` on the caller's task; ends the conference, if the call is over |
//! | one who was added joined | tells everybody who is there ([`Parties`]); ends the conference, if the two whom he joins are not |
//! | either joined a call that was answered, or left it | where the call outlives a page: looks who is there ([`Sides`]) |
//! | conference ended | closes both tasks |
//!
//! That the call is not over is asked here and not before the TwiML: a leg must not wait for REST to be heard.

use super::close::{connected, Close, Why, STAY};
use super::order::{Answer, Change, Order, Task};
use super::parties::Parties;
use super::ring::Ring;
use super::sides::Sides;
use super::{ConferenceEvent, Response, Settings, Step};
use crate::ids::{ConferenceSid, TaskSid};
use crate::time::Millis;
use crate::twilio::attributes::Progress;

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// A run that takes in a conference's event.
#[derive(Debug, Clone, PartialEq)]
pub enum Conference {
    /// Somebody joined: the caller's task is being fetched.
    Joined {
        /// Whose leg.
        event: ConferenceEvent,
        /// The conference.
        conference: ConferenceSid,
        /// How often the task was read.
        attempts: u8,
    },
    /// `answered` is being written.
    Writing {
        /// The caller's task.
        task: TaskSid,
        /// The conference.
        conference: ConferenceSid,
        /// How often the task was read.
        attempts: u8,
    },
    /// The call is over: the conference is being ended.
    Ending,
    /// The callee is being rung.
    Ringing(Ring),
    /// The tasks are being closed.
    Closing(Close),
    /// Who is in it is looked at.
    Looking(Sides),
    /// One who was added joined: whether anybody is there whom he could talk to.
    Counting {
        /// The caller's task.
        task: TaskSid,
        /// The conference.
        conference: ConferenceSid,
    },
    /// Everybody is told who is in it.
    Telling(Parties),
}

impl Conference {
    pub(super) fn told(
        event: ConferenceEvent,
        task: TaskSid,
        conference: ConferenceSid,
    ) -> (Option<Self>, Step) {
        match event {
            ConferenceEvent::CallerJoined | ConferenceEvent::CalleeJoined => (
                Some(Self::Joined {
                    event,
                    conference,
                    attempts: 0,
                }),
                Step::Orders(vec![Order::FetchTask { task }]),
            ),
            ConferenceEvent::AddedJoined => {
                let order = Order::ListParticipants {
                    conference: conference.clone(),
                };
                let counting = Self::Counting { task, conference };
                (Some(counting), Step::Orders(vec![order]))
            }
            ConferenceEvent::Ended => {
                let (close, step) = Close::told(Why::ConferenceOver, task);
                (Some(Self::Closing(close)), step)
            }
            ConferenceEvent::Left => {
                let (sides, step) = Sides::changed(task, conference);
                (Some(Self::Looking(sides)), step)
            }
            ConferenceEvent::Other => (None, Step::Respond(Response::empty())),
        }
    }

    pub(super) fn resume(
        &mut self,
        now: Millis,
        settings: &Settings,
        answers: Vec<Answer>,
    ) -> Step {
        let (next, step) = match self.clone() {
            Self::Joined {
                event,
                conference,
                attempts,
            } => match answers.into_iter().next() {
                Some(Answer::Task(caller)) => {
                    joined(now, settings, event, conference, attempts, caller)
                }
                Some(Answer::Failed { status: 404, .. }) => end(conference),
                _ => (Self::Ending, failed()),
            },
            Self::Writing {
                task,
                conference,
                attempts,
            } => match answers.into_iter().next() {
                Some(Answer::Task(_)) => (Self::Ending, Step::Respond(Response::empty())),
                Some(Answer::Failed { status: 412, .. }) if attempts < ATTEMPTS => (
                    Self::Joined {
                        event: ConferenceEvent::CalleeJoined,
                        conference,
                        attempts: attempts + 1,
                    },
                    Step::Orders(vec![Order::FetchTask { task }]),
                ),
                _ => (Self::Ending, failed()),
            },
            Self::Ending => (Self::Ending, Step::Respond(Response::empty())),
            Self::Ringing(mut ring) => {
                let step = ring.resume(now, settings, answers);
                (Self::Ringing(ring), quiet(step))
            }
            Self::Closing(mut close) => {
                let step = close.resume(now, answers);
                (Self::Closing(close), quiet(step))
            }
            Self::Counting { task, conference } => match answers.into_iter().next() {
                // The call was over before he came: this is another conference of its name.
                Some(Answer::Participants(there)) if connected(&there).count() < STAY => {
                    end(conference)
                }
                Some(Answer::Participants(_)) => {
                    let (parties, step) = Parties::tell(task, Response::empty());
                    (Self::Telling(parties), quiet(step))
                }
                Some(Answer::Failed { status: 404, .. }) => {
                    (Self::Ending, Step::Respond(Response::empty()))
                }
                _ => (Self::Ending, failed()),
            },
            Self::Telling(mut parties) => {
                let step = parties.resume(answers);
                (Self::Telling(parties), quiet(step))
            }
            Self::Looking(mut sides) => {
                let step = sides.resume(now, answers);
                (Self::Looking(sides), quiet(step))
            }
        };
        *self = next;
        step
    }
}

fn joined(
    now: Millis,
    settings: &Settings,
    event: ConferenceEvent,
    conference: ConferenceSid,
    attempts: u8,
    caller: Task,
) -> (Conference, Step) {
    if !caller.is_open() {
        return match caller.added().is_empty() {
            true => end(conference),
            // He left those who were added, and this comes late.
            false => (Conference::Ending, Step::Respond(Response::empty())),
        };
    }
    let answered = caller.progress() == Some(Progress::Answered);
    if answered && caller.rejoin_wait().is_some() {
        let (sides, step) = Sides::changed(caller.sid, conference);
        return (Conference::Looking(sides), step);
    }
    match event {
        ConferenceEvent::CallerJoined => {
            let (ring, step) = Ring::fallback(now, settings, caller);
            (Conference::Ringing(ring), quiet(step))
        }
        ConferenceEvent::CalleeJoined
        | ConferenceEvent::AddedJoined
        | ConferenceEvent::Left
        | ConferenceEvent::Ended
        | ConferenceEvent::Other => {
            match caller.progress() {
                None | Some(Progress::Ringing) => {}
                Some(Progress::Answered) => {
                    return (Conference::Ending, Step::Respond(Response::empty()))
                }
                // The call is being closed.
                Some(
                    Progress::Declined
                    | Progress::Busy
                    | Progress::BusyNotify
                    | Progress::Glare
                    | Progress::NoAnswer
                    | Progress::Unavailable
                    | Progress::NotConnected,
                ) => return end(conference),
            }
            let order = Order::UpdateTask {
                task: caller.sid.clone(),
                if_match: caller.version.clone(),
                change: Change::Attributes(
                    caller.with_links(&[("progress", Progress::Answered.as_str())]),
                ),
            };
            (
                Conference::Writing {
                    task: caller.sid,
                    conference,
                    attempts,
                },
                Step::Orders(vec![order]),
            )
        }
    }
}

fn end(conference: ConferenceSid) -> (Conference, Step) {
    (
        Conference::Ending,
        Step::Orders(vec![Order::EndConference { conference }]),
    )
}

/// Twilio does not read what a status callback answers, but logs its status.
fn quiet(step: Step) -> Step {
    match step {
        Step::Respond(response) if response.status < 500 => Step::Respond(Response::empty()),
        Step::Respond(_) => failed(),
        Step::Orders(orders) => Step::Orders(orders),
    }
}

fn failed() -> Step {
    Step::Respond(Response::refused(
        502,
        "Twilio's REST API did not answer as expected.",
    ))
}
