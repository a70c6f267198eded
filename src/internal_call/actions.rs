//! What Flex's own actions do on a call between agents, and what the plugin's buttons do besides.

use super::ending::{Why, ANSWERED};
use super::leg::{Doubt, Hold, Stage};
use super::legs::refuse;
use super::{of_task, succeeded, Asker, InternalCall, Purpose, Said};
use crate::effect::{Effect, Notice, Verdict};
use crate::event::{ActionToken, EffectId, FlexAction, Outcome};
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::attributes::{DeclineReason, Role};

/// How long after hanging up Twilio may take to end the call, before the functions are told: its callbacks come within a
/// second.
const HANG_UP_WAIT: Millis = Millis::from_secs(3);

impl InternalCall {
    /// Flex asks whether to run an action. Only those on a call between agents are ours; `sid` may be a reservation's
    /// or, from other plugins, a task's.
    pub fn action_requested<P: From<Purpose>>(
        &mut self,
        now: Millis,
        token: ActionToken,
        action: FlexAction,
        (sid, task_sid): (Option<&str>, Option<&str>),
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let verdict = match self.find(sid, task_sid) {
            None if action == FlexAction::AcceptTask => self.accept_handed_on(sid),
            None => Verdict::Pass,
            Some(reservation) => {
                said.call = true;
                match action {
                    FlexAction::AcceptTask => {
                        self.accept(now, token, &reservation, ledger, &mut said)
                    }
                    FlexAction::RejectTask => self.reject(&reservation, ledger, &mut said),
                    FlexAction::HoldCall => {
                        self.hold(&reservation, true, Asker::Agent, ledger, &mut said)
                    }
                    FlexAction::UnholdCall => {
                        self.hold(&reservation, false, Asker::Agent, ledger, &mut said)
                    }
                    FlexAction::HangupCall => self.hung_up(now, &reservation, ledger, &mut said),
                    FlexAction::UnholdParticipant => Verdict::Pass,
                }
            }
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
        now: Millis,
        token: ActionToken,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> Verdict {
        let Some(leg) = self.legs.get(sid) else {
            return Verdict::Pass;
        };
        let offer = match &leg.stage {
            Stage::Offered(offer) => *offer,
            Stage::Accepting { .. }
            | Stage::Rejecting(_)
            | Stage::Connected { .. }
            | Stage::Wrapping { .. }
            | Stage::Completing => return Verdict::Ignore,
        };
        let verdict = if leg.is_native() {
            self.accept_natively(sid)
        } else {
            self.call_into_conference(sid, ledger, said)
        };
        if verdict != Verdict::Ignore {
            if let Some(leg) = self.legs.get_mut(sid) {
                let until = leg.accepting_until(now);
                let token = leg.is_native().then_some(token);
                leg.stage = Stage::Accepting {
                    offer,
                    until,
                    token,
                };
            }
        }
        verdict
    }

    pub(super) fn accept_settled(
        &mut self,
        now: Millis,
        sid: &ReservationSid,
        outcome: &Outcome,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        // Flex's action and the call behind it both report the one failure: it is told once.
        if let (Stage::Accepting { offer, .. }, Err(refusal)) = (&leg.stage, succeeded(outcome)) {
            let offer = *offer;
            leg.offer_once_more(now, offer);
            said.call = true;
            said.tell(Notice::AcceptFailed {
                detail: refusal.detail,
            });
        }
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
        match &leg.stage {
            // Also one who has second thoughts: TaskRouter alone would tell the caller nothing.
            Stage::Offered(_) | Stage::Accepting { .. } => {}
            Stage::Rejecting(_) | Stage::Wrapping { .. } | Stage::Completing => {
                return Verdict::Ignore
            }
            Stage::Connected { .. } => return Verdict::Pass,
        }
        if leg.is_queue_member() {
            return Verdict::Pass; // TaskRouter offers it to the next of the queue
        }
        match leg.reservation.call.role {
            // He takes his own call back.
            Role::Caller => {
                let task = leg.reservation.task.clone();
                self.end(&task, Why::Over, ledger, said);
                // Whatever the ring is answered now is no news, and it is not his colleague's doing.
                self.wait_no_more(&task);
                self.own_leg_over(&task, None, said);
                Verdict::Ignore
            }
            Role::Callee => match self.decline(sid, None, ledger, said) {
                Some(until) => Verdict::Replace { until },
                None => Verdict::Pass, // not configured: at least TaskRouter hears of it
            },
        }
    }

    /// The callee declines and says why.
    pub fn decline_chosen<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        reason: DeclineReason,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let Some(leg) = self.legs.get_mut(sid) else {
            return said;
        };
        if !leg.is_on_offer_to_callee() {
            return said;
        }
        said.call = true;
        if leg.is_queue_member() {
            // The next of the queue gets it; nobody reads the reason.
            if let Stage::Offered(offer) = leg.stage {
                leg.stage = Stage::Rejecting(offer);
            }
            refuse(sid, ledger, &mut said);
        } else {
            self.decline(sid, Some(reason), ledger, &mut said);
        }
        said
    }

    fn decline<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        reason: Option<DeclineReason>,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> Option<EffectId> {
        let mut form = self.form_of(&self.legs.get(sid)?.reservation.task);
        if let Some(reason) = reason {
            form.push(("reason".to_owned(), reason.as_str().to_owned()));
        }
        let id = self.post("reject", form, Purpose::Decline(sid.clone()), ledger, said)?;
        if let Some(leg) = self.legs.get_mut(sid) {
            if let Stage::Offered(offer) | Stage::Accepting { offer, .. } = leg.stage {
                leg.stage = Stage::Rejecting(offer);
            }
        }
        Some(id)
    }

    pub(super) fn decline_settled<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        let native = leg.is_native();
        if let (Stage::Rejecting(offer), Err(refusal)) = (&leg.stage, succeeded(outcome)) {
            // Somebody is in the call already, and hands it over: that is no call to be declined for its caller.
            if native && refusal.code.as_deref() == Some(ANSWERED) {
                refuse(sid, ledger, said);
                return;
            }
            leg.stage = Stage::Offered(*offer);
            said.call = true;
            said.tell(Notice::RejectFailed {
                detail: refusal.detail,
            });
        }
    }

    /// The other party goes on hold, or comes back; one order at a time.
    fn hold<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        on: bool,
        asker: Asker,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> Verdict {
        let Some(leg) = self.legs.get(sid) else {
            return Verdict::Pass;
        };
        let handed_over = leg.is_handed_over();
        if leg.is_native() && !handed_over {
            return Verdict::Pass;
        }
        let wanted = match &leg.stage {
            Stage::Connected { hold, .. } => match hold {
                Hold::Ordered { .. } => false,
                // Flex tells of who is on hold up to half a second late: no reason to leave somebody there.
                Hold::Off | Hold::On if handed_over => true,
                Hold::Off => on,
                Hold::On => !on,
            },
            Stage::Offered(_)
            | Stage::Accepting { .. }
            | Stage::Rejecting(_)
            | Stage::Wrapping { .. }
            | Stage::Completing => false,
        };
        if !wanted {
            return Verdict::Ignore;
        }
        let ordered = if handed_over {
            self.hold_company(sid, on, asker, ledger, said)
        } else {
            let mut form = of_task(&leg.reservation.task);
            form.push(("hold".to_owned(), on.to_string()));
            let purpose = Purpose::Hold(sid.clone(), asker);
            self.post("hold", form, purpose, ledger, said)
        };
        let Some(until) = ordered else {
            return Verdict::Ignore;
        };
        if let Some(leg) = self.legs.get_mut(sid) {
            if let Stage::Connected { hold, .. } = &mut leg.stage {
                *hold = Hold::Ordered { on };
            }
        }
        Verdict::Replace { until }
    }

    /// The agent goes to another call, or comes back: the other party goes on hold, or comes back. Ends as
    /// [`Said::hold_over`].
    pub fn order_hold<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        on: bool,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let verdict = self.hold(sid, on, Asker::Calls, ledger, &mut said);
        let (now_on, ordered) = match self.legs.get(sid).map(|leg| &leg.stage) {
            Some(Stage::Connected { hold, .. }) => match hold {
                Hold::Off => (false, false),
                Hold::On => (true, false),
                Hold::Ordered { on: ordered } => (*ordered, *ordered == on),
            },
            Some(
                Stage::Offered(_)
                | Stage::Accepting { .. }
                | Stage::Rejecting(_)
                | Stage::Wrapping { .. }
                | Stage::Completing,
            )
            | None => (!on, false),
        };
        said.call = true;
        match verdict {
            Verdict::Replace { .. } => {}
            Verdict::Pass
            | Verdict::From { .. }
            | Verdict::Ignore
            | Verdict::Outliving { .. }
            | Verdict::Staying
            | Verdict::Ending
                if ordered => {} // on its way already
            Verdict::Pass
            | Verdict::From { .. }
            | Verdict::Ignore
            | Verdict::Outliving { .. }
            | Verdict::Staying
            | Verdict::Ending => {
                let failure = (now_on != on).then(|| "The call is not connected yet.".to_owned());
                said.hold_over = Some((sid.clone(), on, failure));
            }
        }
        said
    }

    /// This agent has as many calls as he may.
    pub fn refuse_offer<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let said = self.decline_chosen(sid, DeclineReason::Busy, ledger);
        if !said.effects.is_empty() || self.legs.contains_key(sid) {
            return said;
        }
        let mut said = Said::default();
        refuse(sid, ledger, &mut said);
        said
    }

    pub(super) fn hold_settled(
        &mut self,
        sid: &ReservationSid,
        asker: Asker,
        outcome: &Outcome,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        let noted = leg.noted_hold();
        let several = leg.is_of_several();
        let Stage::Connected { hold, .. } = &mut leg.stage else {
            return;
        };
        let Hold::Ordered { on } = *hold else {
            return;
        };
        said.call = true;
        let wanted = if on { Hold::On } else { Hold::Off };
        let mut failure = None;
        match succeeded(outcome) {
            // Each of several may have been held or taken back by himself meanwhile.
            Ok(()) if several => *hold = noted,
            Ok(()) => *hold = wanted,
            Err(refusal) => {
                // It may have been done all the same, and only the answer be lost: the task knows.
                *hold = noted;
                let detail = refusal.detail;
                if *hold != wanted {
                    failure = Some(detail.clone());
                    match (asker, on) {
                        (Asker::Calls, _) => {} // they tell it, and try again
                        (Asker::Agent, true) => said.tell(Notice::HoldFailed { detail }),
                        (Asker::Agent, false) => said.tell(Notice::ResumeFailed { detail }),
                    }
                }
            }
        }
        said.hold_over = Some((sid.clone(), on, failure));
    }

    /// Flex hangs up by itself; this only remembers to look whether the call ended. A leg that is up though TaskRouter's
    /// word of the acceptance is still on its way is ended at once.
    fn hung_up<P: From<Purpose>>(
        &mut self,
        now: Millis,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> Verdict {
        let Some(leg) = self.legs.get_mut(sid) else {
            return Verdict::Pass;
        };
        let ends = !leg.is_queue_member() && !leg.is_native();
        let native = leg.is_native();
        let outlives = leg.outlives_a_page();
        let task = leg.reservation.task.clone();
        match &mut leg.stage {
            Stage::Connected { doubt, .. } => {
                let end_at = now + HANG_UP_WAIT;
                *doubt = Doubt::HungUp { end_at };
                self.rejoins.remove(sid);
                self.wait_no_more(&task);
                if outlives {
                    // Nothing else tells that it was he who ended it.
                    self.end(&task, Why::Over, ledger, said);
                }
            }
            Stage::Accepting { .. } if ends => {
                self.end(&task, Why::Over, ledger, said);
            }
            // Flex ends the attempt: what comes of it is not his colleague's doing.
            Stage::Offered(_) | Stage::Accepting { .. } if native => self.wait_no_more(&task),
            Stage::Offered(_)
            | Stage::Accepting { .. }
            | Stage::Rejecting(_)
            | Stage::Wrapping { .. }
            | Stage::Completing => {}
        }
        Verdict::Pass
    }
}
