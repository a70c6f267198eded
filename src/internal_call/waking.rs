//! What legs do by themselves when their time has come, and what comes of it.

use super::ending::Why;
use super::leg::{Doubt, Stage};
use super::legs::refuse;
use super::{succeeded, InternalCall, Purpose, Said};
use crate::effect::{Effect, Notice};
use crate::event::Outcome;
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::attributes::{Role, OUTLIVES};

impl InternalCall {
    pub(super) fn wake_legs<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let due: Vec<ReservationSid> = self
            .legs
            .iter()
            .filter(|(_, leg)| leg.deadline().is_some_and(|deadline| deadline <= now))
            .map(|(sid, _)| sid.clone())
            .collect();
        for sid in due {
            self.wake_leg(now, &sid, ledger, said);
        }
    }

    fn wake_leg<P: From<Purpose>>(
        &mut self,
        now: Millis,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if self.give_up_other(now, sid, ledger, said) {
            return;
        }
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        let task = leg.reservation.task.clone();
        let member = leg.is_queue_member();
        let native = leg.is_native();
        let outlives = leg.outlives_a_page();
        match &mut leg.stage {
            Stage::Offered(offer) => {
                let rang = offer.rings_until.take().is_some();
                if rang && !member {
                    let why = match leg.reservation.call.role {
                        Role::Callee => Why::NoAnswer,
                        Role::Caller => Why::Over,
                    };
                    self.end(&task, why, ledger, said);
                } else {
                    leg.stage = offer.refusing();
                    refuse(sid, ledger, said);
                }
            }
            Stage::Rejecting(offer) => {
                offer.refused_at = None;
                refuse(sid, ledger, said);
            }
            Stage::Accepting { offer, .. } => {
                let offer = *offer;
                leg.offer_once_more(now, offer);
                said.call = true;
                said.tell(Notice::AcceptFailed {
                    detail: "the phone did not answer".to_owned(),
                });
            }
            Stage::Connected { doubt, .. } => match std::mem::replace(doubt, Doubt::later(now)) {
                Doubt::Over { .. } => {
                    let mut form = self.form_of(&task);
                    if outlives {
                        form.push((OUTLIVES.to_owned(), "true".to_owned()));
                    }
                    self.post("check", form, Purpose::Check, ledger, said);
                }
                Doubt::Came { .. } => {
                    self.tell_came(&task, ledger, said);
                }
                Doubt::HungUp { .. } if native => {
                    let form = self.form_of(&task);
                    self.post("check", form, Purpose::Check, ledger, said);
                }
                Doubt::HungUp { .. } if !member => self.end(&task, Why::Over, ledger, said),
                Doubt::HungUp { .. } => {}
            },
            Stage::Wrapping { .. } => {
                leg.stage = Stage::Completing;
                let id = ledger.open(Purpose::Complete(sid.clone()).into());
                said.order(Effect::CompleteTask {
                    id,
                    reservation: sid.clone(),
                    task,
                });
            }
            Stage::Completing => {}
        }
    }

    /// TaskRouter was asked to take an offer back. Where that failed it is on offer still: who declined it by hand may do
    /// so again; what was refused by itself is, again, before TaskRouter's own time-out changes the agent's activity.
    pub(super) fn refuse_settled(
        &mut self,
        now: Millis,
        sid: &ReservationSid,
        outcome: &Outcome,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        if let (Stage::Rejecting(offer), Err(refusal)) = (&mut leg.stage, succeeded(outcome)) {
            if offer.rings_until.is_some() {
                leg.stage = Stage::Offered(*offer);
                said.call = true;
                said.tell(Notice::RejectFailed {
                    detail: refusal.detail,
                });
            } else {
                offer.refuse_again(now);
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
        if let (Stage::Completing, Err(refusal)) = (&leg.stage, succeeded(outcome)) {
            leg.stage = Stage::Wrapping { complete_at: None };
            said.tell(Notice::CompleteFailed {
                detail: refusal.detail,
            });
        }
    }
}
