//! Two agents call each other at the same moment (glare): one of the two calls gives way, and whoever placed that one takes
//! the other, by itself: he wants to talk to this colleague, and pressed Call to do so a moment ago.
//!
//! | event | effects |
//! |---|---|
//! | Call pressed, and his call is on offer here | `AcceptTask` of that: no other is placed |
//! | the functions say that the placed call gives way | `Notify`; `AcceptTask` of his, as soon as it is on offer and the own leg is over |
//! | both ring: his is on offer here, and the own task's SID is the higher | `Http` end of the own, `HangUp` of its leg; the same |
//! | both ring, and it is the lower | none: his gives way, and that he called is no missed call |
//!
//! Which gives way is the functions' to say, who see both tasks and write on them (`functions/glare.rs`). Both ring only
//! where a list of TaskRouter's hid each from the other; both SIDs are on the offer then, so both plugins know the same. Only that of the
//! higher ever gives way, also where the other's agent has taken his call by hand: were each to do so, neither call were left.

use super::ending::Why;
use super::leg::{Leg, Stage};
use super::placement::{Placing, Wait};
use super::{InternalCall, Purpose, Said};
use crate::dialpad::Destination;
use crate::effect::{Effect, Notice, Unanswered};
use crate::ids::{ReservationSid, TaskSid, WorkerSid};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::view::CallLine;
use serde::{Deserialize, Serialize};

/// How long the colleague's call may take to be on offer: where an agent takes one call at a time TaskRouter waits for his own
/// to be completed, which is done at once.
const MEETING_WAIT: Millis = Millis::from_secs(15);

/// A colleague's call that is taken in place of the own, which gave way.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Meeting {
    colleague: WorkerSid,
    /// The task that gave way.
    own: TaskSid,
    until: Millis,
    /// Whether the own leg is being hung up.
    hung_up: bool,
}

impl InternalCall {
    /// Call was pressed for somebody whose own call is on offer: that is taken. False: it is not.
    pub(super) fn takes_his<P: From<Purpose>>(
        &self,
        to: &Destination,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> bool {
        let offer = to.worker().and_then(|worker| self.offer_of(worker));
        match offer {
            Some(sid) => {
                take(sid, ledger, said);
                true
            }
            None => false,
        }
    }

    /// The functions say that the call being placed gives way.
    pub(super) fn gave_way<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if let Some((colleague, own)) = self.placed_to() {
            let until = now + MEETING_WAIT;
            self.meeting = Some(Meeting {
                colleague,
                own,
                until,
                hung_up: false,
            });
            self.meet(now, ledger, said);
        }
    }

    /// The colleague's call is taken, if it is on offer and the own leg is out of the way.
    pub(super) fn meet<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        self.meeting.take_if(|meeting| meeting.until <= now);
        let Some(meeting) = &mut self.meeting else {
            return;
        };
        let own = |leg: &Leg| leg.reservation.task == meeting.own;
        let own = self.legs.iter().find(|(_, leg)| own(leg));
        match own.map(|(sid, leg)| (sid, &leg.stage)) {
            // The functions end its conference where they find it listed.
            Some((sid, Stage::Connected { .. })) => {
                if !std::mem::replace(&mut meeting.hung_up, true) {
                    let (id, reservation) = (ledger.open(Purpose::HangUpOwn.into()), sid.clone());
                    said.order(Effect::HangUp { id, reservation });
                }
                return;
            }
            Some((_, Stage::Accepting { .. })) => return,
            Some((
                _,
                Stage::Offered(_)
                | Stage::Rejecting(_)
                | Stage::Wrapping { .. }
                | Stage::Completing,
            ))
            | None => {}
        }
        let colleague = &meeting.colleague.clone();
        if let Some(sid) = self.offer_of(colleague) {
            self.meeting = None;
            take(sid, ledger, said);
        }
    }

    /// Both ring, as an offer or the own task's SID tells: of the two plugins that of the higher SID gives way.
    pub(super) fn cross<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some((colleague, own)) = self.placed_to() else {
            return;
        };
        let theirs = self
            .offer_of(&colleague)
            .and_then(|sid| self.legs.get(&sid)?.reservation.call.caller_task.as_ref());
        if theirs.is_some_and(|theirs| *theirs < own) {
            self.give_way(now, ledger, said);
        }
    }

    /// Whether somebody is being called, or talked to by a call that was placed here: that he called, too, was not missed.
    pub(super) fn is_calling(&self, colleague: Option<&WorkerSid>) -> bool {
        match &self.placing {
            Placing::Placed { to, line, .. } => match line {
                CallLine::Calling { .. } | CallLine::Ringing { .. } | CallLine::Talking { .. } => {
                    colleague.is_some() && to.worker() == colleague
                }
                CallLine::Idle
                | CallLine::Unanswered { .. }
                | CallLine::Cancelled { .. }
                | CallLine::Ended { .. }
                | CallLine::Failed { .. } => false,
            },
            Placing::Idle | Placing::Creating { .. } => false,
        }
    }

    fn give_way<P: From<Purpose>>(&mut self, now: Millis, ledger: &mut Ledger<P>, said: &mut Said) {
        let Placing::Placed { to, task, .. } = &self.placing else {
            return;
        };
        let (name, why, task) = (to.name(), Unanswered::Glare, task.clone());
        said.tell(Notice::Unanswered {
            name: name.clone(),
            why,
        });
        self.gave_way(now, ledger, said);
        self.set_line(CallLine::Unanswered { name, why }, Wait::Over, said);
        self.end(&task, Why::Over, ledger, said);
    }

    /// Whom this tab calls in person, and by which task, as long as nobody has said how that came out.
    fn placed_to(&self) -> Option<(WorkerSid, TaskSid)> {
        match &self.placing {
            Placing::Placed {
                to: Destination::Agent(callee),
                task,
                line: CallLine::Calling { .. } | CallLine::Ringing { .. },
                wait,
                ..
            } if *wait != Wait::Over => Some((callee.worker.clone(), task.clone())),
            Placing::Placed { .. } | Placing::Idle | Placing::Creating { .. } => None,
        }
    }

    /// His call of this agent in person, if it is on offer; not one to which he adds him: others are in that.
    fn offer_of(&self, colleague: &WorkerSid) -> Option<ReservationSid> {
        let his = |leg: &Leg| {
            leg.is_on_offer_to_callee()
                && !leg.is_queue_member()
                && leg.reservation.call.added_by.is_none()
                && leg.reservation.call.caller_worker.as_ref() == Some(colleague)
        };
        let found = self.legs.iter().find(|(_, leg)| his(leg));
        found.map(|(sid, _)| sid.clone())
    }
}

fn take<P: From<Purpose>>(sid: ReservationSid, ledger: &mut Ledger<P>, said: &mut Said) {
    let id = ledger.open(Purpose::AcceptOwn(sid.clone()).into());
    said.order(Effect::AcceptTask {
        id,
        reservation: sid,
    });
}
