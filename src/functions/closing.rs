//! What closing a call comes to: whether it looks over, what is noted of it, and how its tasks are closed.

use super::order::{Change, Closing, Order, Task, TaskStatus};
use crate::time::Millis;
use crate::twilio::attributes::{DeclineReason, Progress};

/// A claim is asked after again once it is [`CLAIM_LIFETIME`](crate::twilio::attributes::CLAIM_LIFETIME) old, and a leg
/// comes within seconds.
const FORGOTTEN: Millis = Millis::from_secs(60);

/// A call that was answered has a conference; one whose callee is gone has nobody who will come. While it is being set
/// up, or rings, it does not look over.
pub(super) fn looks_over(
    progress: Option<Progress>,
    callee_gone: bool,
    no_conference: bool,
) -> bool {
    match progress {
        None => false,
        Some(Progress::Ringing) => callee_gone,
        Some(Progress::Answered) => no_conference || callee_gone,
        Some(
            Progress::Declined
            | Progress::Busy
            | Progress::BusyNotify
            | Progress::Glare
            | Progress::NoAnswer
            | Progress::Unavailable
            | Progress::NotConnected,
        ) => true,
    }
}

/// Whether somebody accepted a callee's task: one that nobody did is canceled.
pub(super) const fn was_taken(callee: &Task) -> bool {
    match callee.status {
        TaskStatus::Assigned | TaskStatus::Wrapping | TaskStatus::Completed => true,
        TaskStatus::Pending | TaskStatus::Reserved | TaskStatus::Canceled => false,
    }
}

/// Somebody was to be rung, and whoever was to do it died long ago: nobody says any more what became of it.
pub(super) fn forgotten(caller: &Task, now: Millis) -> bool {
    caller.progress().is_none() && caller.claimed_at().is_some_and(|at| at + FORGOTTEN <= now)
}

/// One party was lost long ago, and the other's plugin, which ends the call then, is not there any more.
pub(super) fn given_up(task: &Task, now: Millis) -> bool {
    let wait = task.rejoin_wait().unwrap_or_default();
    task.lost_at()
        .is_some_and(|since| since + wait + FORGOTTEN <= now)
}

/// Notes an outcome on the caller's task, unless it has one, or is closed.
pub(super) fn note(
    caller: &Task,
    (outcome, reason): (Progress, Option<DeclineReason>),
) -> Option<Order> {
    if !caller.is_open() || !caller.is_undecided() {
        return None;
    }
    let mut links = vec![("progress", outcome.as_str())];
    links.extend(reason.map(|reason| ("reason", reason.as_str())));
    Some(Order::UpdateTask {
        task: caller.sid.clone(),
        if_match: caller.version.clone(),
        change: Change::Attributes(caller.with_links(&links)),
    })
}

/// Closes a task as its status wants it; `None` if it is closed.
pub(super) fn closing(open: &Task) -> Option<Order> {
    Some(close_as(open, open.closing()?))
}

/// Closes a task like this.
pub(super) fn close_as(open: &Task, how: Closing) -> Order {
    Order::UpdateTask {
        task: open.sid.clone(),
        if_match: open.version.clone(),
        change: Change::Close(how),
    }
}
