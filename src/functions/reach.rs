//! Whether a colleague could be rung, asked before anybody calls him: what [`callee`](super::callee) would find now. Of one
//! who could, the answer's `message` is for how many calls he has room, if TaskRouter told that.

use super::callee::Presence;
use super::order::{Answer, Capacity, Order};
use super::party::signed_in;
use super::{refused, Response, Step};
use crate::ids::WorkerSid;
use crate::twilio::attributes::Progress;
use crate::twilio::busy_policy::BusyPolicy;
use crate::view::Reachable;

pub(super) fn ask(worker: WorkerSid, token: String) -> Step {
    Step::Orders(vec![
        Order::ValidateToken { token },
        Order::FetchVoiceChannel {
            worker: worker.clone(),
        },
        Order::FetchWorker { worker },
    ])
}

pub(super) fn answer(configured: Option<BusyPolicy>, answers: Vec<Answer>) -> Step {
    let mut answers = answers.into_iter();
    if let Err(step) = signed_in(answers.next()) {
        return step;
    }
    let (channel, worker) = (answers.next(), answers.next());
    let presence = Presence::of(channel.as_ref(), worker.as_ref());
    let mut calls = None;
    let found = match (presence.unreached(configured), channel, worker) {
        (Some(Progress::Busy | Progress::BusyNotify), _, _) => Reachable::Busy,
        (Some(_), _, _) => Reachable::Unavailable,
        (None, Some(Answer::Channel { room, .. }), Some(Answer::Worker { .. })) => {
            calls = match room {
                Capacity::Left(calls) => calls,
                Capacity::Full => None,
            };
            Reachable::Free
        }
        (None, Some(Answer::Channel { .. }), other) | (None, other, _) => return refused(other),
    };
    let room = calls.map(|calls| calls.to_string()).unwrap_or_default();
    Step::Respond(Response::coded(200, found.as_str(), &room))
}
