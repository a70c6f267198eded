//! This agent's own legs of calls between agents: one for each reservation.

use super::{succeeded, InternalCall, Purpose, Said};
use crate::effect::{Effect, Notice, Verdict};
use crate::event::{ActionToken, FlexAction, Outcome};
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::attributes::Role;
use crate::twilio::reservation::{InternalReservation, RawReservation, ReservationStatus};

/// A reservation of a call between agents, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leg {
    pub(super) reservation: InternalReservation,
    pub(super) stage: Stage,
}

/// What was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// Nothing yet.
    Offered,
    /// Flex was asked to accept it, or TaskRouter to call this agent.
    Accepting,
    /// The functions are being told that he declines.
    Rejecting,
    /// Accepted.
    Connected,
    /// Over; completed by itself at that time, if ever.
    Wrapping { complete_at: Option<Millis> },
    /// Being completed.
    Completing,
}

impl Leg {
    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.stage {
            Stage::Wrapping { complete_at } => complete_at,
            Stage::Offered
            | Stage::Accepting
            | Stage::Rejecting
            | Stage::Connected
            | Stage::Completing => None,
        }
    }
}

impl InternalCall {
    /// A reservation came or changed. Those of other tasks are not ours.
    pub fn reservation_changed<P: From<Purpose>>(
        &mut self,
        now: Millis,
        raw: &RawReservation,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let Some(new) = InternalReservation::parse(raw) else {
            return said;
        };
        if let (Role::Caller, Some(progress)) = (new.call.role, new.call.progress) {
            self.progressed(&new.task, progress, &mut said);
        }
        match new.status {
            ReservationStatus::Pending => self.offered(new, ledger, &mut said),
            ReservationStatus::Accepted => self.accepted(new, ledger, &mut said),
            ReservationStatus::Wrapping => self.wrapping(now, new, ledger, &mut said),
            ReservationStatus::Completed
            | ReservationStatus::Canceled
            | ReservationStatus::Rescinded
            | ReservationStatus::Rejected
            | ReservationStatus::Timeout => self.over(&new, ledger, &mut said),
        }
        said
    }

    fn offered<P: From<Purpose>>(
        &mut self,
        new: InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if let Some(known) = self.legs.get_mut(&new.sid) {
            known.reservation = new; // attributes changed
            return;
        }
        let sid = new.sid.clone();
        let mut stage = Stage::Offered;
        match new.call.role {
            Role::Caller => {
                if self.own_reservation_came(&new, ledger, said) {
                    let id = ledger.open(Purpose::AcceptOwn(sid.clone()).into());
                    said.order(Effect::AcceptTask {
                        id,
                        reservation: sid.clone(),
                    });
                    let id = ledger.open(Purpose::Select.into());
                    said.order(Effect::SelectTask {
                        id,
                        reservation: sid.clone(),
                    });
                }
            }
            Role::Callee if new.call.caller_worker.as_ref() == Some(&self.me.worker) => {
                self.refuse_own_call(&new, ledger, said);
                stage = Stage::Rejecting;
            }
            Role::Callee => said.order(Effect::NotifyRinging {
                from: new.name.clone(),
                reservation: sid.clone(),
            }),
        }
        self.legs.insert(
            sid,
            Leg {
                reservation: new,
                stage,
            },
        );
    }

    /// A queue's workflow offered the caller his own call. He refuses it, so that it goes to somebody else; if it comes
    /// back there is nobody else.
    fn refuse_own_call<P: From<Purpose>>(
        &mut self,
        new: &InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let again = self
            .legs
            .values()
            .any(|leg| leg.reservation.task == new.task);
        if again {
            said.tell(Notice::NobodyElseInQueue);
            self.post_end(&new.task, ledger, said);
            self.legs.retain(|_, leg| leg.reservation.task != new.task);
        } else {
            let id = ledger.open(Purpose::Refuse.into());
            said.order(Effect::RejectReservation {
                id,
                reservation: new.sid.clone(),
            });
        }
    }

    fn accepted<P: From<Purpose>>(
        &mut self,
        new: InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if new.call.role == Role::Caller {
            self.own_reservation_came(&new, ledger, said);
        }
        self.legs.insert(
            new.sid.clone(),
            Leg {
                reservation: new,
                stage: Stage::Connected,
            },
        );
    }

    fn wrapping<P: From<Purpose>>(
        &mut self,
        now: Millis,
        new: InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if let Some(Leg {
            stage: Stage::Wrapping { .. } | Stage::Completing,
            ..
        }) = self.legs.get(&new.sid)
        {
            return;
        }
        self.own_leg_over(&new.task, said);
        if !queue_member(&new) {
            self.post_end(&new.task, ledger, said);
        }
        let complete_at = self.wrap_up.map(|span| now + span);
        self.legs.insert(
            new.sid.clone(),
            Leg {
                reservation: new,
                stage: Stage::Wrapping { complete_at },
            },
        );
    }

    /// The reservation is over. The end is posted unless it was (in wrap-up), or the task goes on without this agent.
    fn over<P: From<Purpose>>(
        &mut self,
        gone: &InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let known = self.legs.get(&gone.sid).map(|leg| leg.stage.clone());
        let posted = matches!(
            known,
            Some(Stage::Wrapping { .. } | Stage::Completing) | None
        );
        let own_refused = gone.call.caller_worker.as_ref() == Some(&self.me.worker)
            && gone.call.role == Role::Callee
            && gone.status == ReservationStatus::Rejected;
        if own_refused {
            return; // kept, to know it again if it comes back
        }
        self.legs.remove(&gone.sid);
        self.own_leg_over(&gone.task, said);
        let goes_on = queue_member(gone)
            || match gone.status {
                ReservationStatus::Rejected | ReservationStatus::Timeout => false,
                // Another took it.
                ReservationStatus::Rescinded => gone.call.role == Role::Callee,
                // The callee's task was cancelled by whoever ended the call.
                ReservationStatus::Canceled => gone.call.role == Role::Callee,
                ReservationStatus::Pending
                | ReservationStatus::Accepted
                | ReservationStatus::Wrapping
                | ReservationStatus::Completed => false,
            };
        if !posted && !goes_on {
            self.post_end(&gone.task, ledger, said);
        }
    }

    /// Flex asks whether to run an action. Only those on a call between agents are ours; `sid` may be a reservation's
    /// or, from other plugins, a task's.
    pub fn action_requested<P: From<Purpose>>(
        &mut self,
        token: ActionToken,
        action: FlexAction,
        sid: Option<&str>,
        task_sid: Option<&str>,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let verdict = match self.find(sid, task_sid) {
            None => Verdict::Pass,
            Some(reservation) => match action {
                FlexAction::AcceptTask => self.accept(&reservation, ledger, &mut said),
                FlexAction::RejectTask => self.reject(&reservation, ledger, &mut said),
            },
        };
        said.effects.insert(0, Effect::Verdict { token, verdict });
        said
    }

    fn find(&self, sid: Option<&str>, task_sid: Option<&str>) -> Option<ReservationSid> {
        let named = |text: &str| {
            self.legs
                .iter()
                .find(|(key, leg)| key.as_str() == text || leg.reservation.task.as_str() == text)
        };
        sid.and_then(named)
            .or_else(|| task_sid.and_then(named))
            .map(|(key, _)| key.clone())
    }

    fn accept<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> Verdict {
        let Some(leg) = self.legs.get_mut(sid) else {
            return Verdict::Pass;
        };
        match leg.stage {
            Stage::Offered => {}
            Stage::Accepting
            | Stage::Rejecting
            | Stage::Connected
            | Stage::Wrapping { .. }
            | Stage::Completing => return Verdict::Ignore,
        }
        let outbound = match &self.outbound {
            Ok(outbound) => outbound,
            Err(missing) => {
                said.tell(Notice::Misconfigured {
                    key: missing.0.to_owned(),
                });
                return Verdict::Ignore;
            }
        };
        // A SIP phone is called over the carrier's trunk, which needs a number of the account as caller id.
        let from = if outbound.contact_uri.is_sip() {
            &outbound.caller_id
        } else {
            &leg.reservation.from
        };
        let base = &outbound.functions;
        let (url, call) = match (leg.reservation.call.role, &leg.reservation.call.caller_task) {
            (Role::Callee, Some(conference)) => (
                format!(
                    "{base}/internal-call/common/agent-join-conference?conferenceName={conference}"
                ),
                conference,
            ),
            (Role::Caller, _) | (Role::Callee, None) => (
                format!(
                    "{base}/internal-call/common/agent-outbound-join?taskSid={}",
                    leg.reservation.task
                ),
                &leg.reservation.task,
            ),
        };
        // A leg that ends before it is in the conference ends no conference: nobody else would tell.
        let status_callback = format!("{base}/internal-call/common/agent-leg-over?taskSid={call}");
        let from = Pii(from.0.clone());
        leg.stage = Stage::Accepting;
        let id = ledger.open(Purpose::Call(sid.clone()).into());
        said.order(Effect::CallWorker {
            id,
            reservation: sid.clone(),
            from,
            url,
            status_callback,
        });
        Verdict::Replace { until: id }
    }

    fn reject<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> Verdict {
        let Some(leg) = self.legs.get(sid) else {
            return Verdict::Pass;
        };
        match leg.stage {
            Stage::Offered => {}
            Stage::Rejecting | Stage::Wrapping { .. } | Stage::Completing => {
                return Verdict::Ignore
            }
            Stage::Accepting | Stage::Connected => return Verdict::Pass,
        }
        if queue_member(&leg.reservation) {
            return Verdict::Pass; // TaskRouter offers it to the next of the queue
        }
        let task = leg.reservation.task.clone();
        match self.post("reject", &task, Purpose::Decline(sid.clone()), ledger, said) {
            Some(until) => {
                if let Some(leg) = self.legs.get_mut(sid) {
                    leg.stage = Stage::Rejecting;
                }
                Verdict::Replace { until }
            }
            None => Verdict::Pass, // not configured: at least TaskRouter hears of it
        }
    }

    pub(super) fn accept_settled(
        &mut self,
        sid: &ReservationSid,
        outcome: &Outcome,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        if let (Stage::Accepting | Stage::Offered, Err(detail)) = (&leg.stage, succeeded(outcome)) {
            // Flex's action and the call behind it both report the one failure: tell it once.
            if leg.stage == Stage::Accepting {
                said.tell(Notice::AcceptFailed { detail });
            }
            leg.stage = Stage::Offered;
        }
    }

    pub(super) fn decline_settled(
        &mut self,
        sid: &ReservationSid,
        outcome: &Outcome,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        if let (Stage::Rejecting, Err(detail)) = (&leg.stage, succeeded(outcome)) {
            leg.stage = Stage::Offered;
            said.tell(Notice::RejectFailed { detail });
        }
    }

    pub(super) fn complete_due<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        for (sid, leg) in &mut self.legs {
            if leg.deadline().is_some_and(|deadline| deadline <= now) {
                leg.stage = Stage::Completing;
                let id = ledger.open(Purpose::Complete(sid.clone()).into());
                said.order(Effect::CompleteTask {
                    id,
                    reservation: sid.clone(),
                    task: leg.reservation.task.clone(),
                });
            }
        }
    }

    pub(super) fn complete_settled(
        &mut self,
        sid: &ReservationSid,
        outcome: &Outcome,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        if let (Stage::Completing, Err(detail)) = (&leg.stage, succeeded(outcome)) {
            leg.stage = Stage::Wrapping { complete_at: None };
            said.tell(Notice::CompleteFailed { detail });
        }
    }
}

/// Whether this agent is one of a queue that was called: he is named nowhere on the task, so the functions cannot know
/// him for a party. His leg's end ends the conference, and Twilio's callback the call.
fn queue_member(reservation: &InternalReservation) -> bool {
    reservation.to_queue && reservation.call.role == Role::Callee
}
