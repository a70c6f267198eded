//! What of the calls Flex has on screen: its call controls act on the leg in its phone state, and on no other.

use super::call::{Call, Key};
use super::{Audio, Calls, Purpose, Said};
use crate::effect::Effect;
use crate::ids::{CallSid, ReservationSid};
use crate::ledger::Ledger;
use crate::time::Millis;

impl Calls {
    /// Flex's task list has another selection.
    pub fn task_selected<P: From<Purpose>>(
        &mut self,
        now: Millis,
        reservation: Option<ReservationSid>,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let before = self.leg_on_screen().cloned();
        self.selected = reservation;
        let mut said = Said::default();
        if self.leg_on_screen() != before.as_ref() {
            self.show_leg(&mut said);
        }
        self.settle_down(now, ledger, said)
    }

    /// Flex hangs up the leg in its phone state: this call's must be there.
    pub fn hanging_up(&self, reservation: &ReservationSid) -> Said {
        let mut said = Said::default();
        let call = self.call(&Key::Task(reservation.clone()));
        if let Some(leg) = call.and_then(Call::open_leg) {
            said.effects.push(Effect::ShowLeg {
                leg: Some(leg.clone()),
            });
        }
        said
    }

    /// The call that he is in now comes on screen, if he was in another before.
    pub(super) fn bring_on_screen<P: From<Purpose>>(
        &self,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(Key::Task(reservation)) = &self.live else {
            return;
        };
        let others = self.calls.iter().any(|call| call.aside.is_some());
        if others && self.selected.as_ref() != Some(reservation) {
            said.effects.push(Effect::SelectTask {
                id: Self::open(Purpose::Action, ledger),
                reservation: reservation.clone(),
            });
        }
    }

    /// Flex starts with no task on screen.
    pub(super) fn bring_back_on_screen<P: From<Purpose>>(
        &self,
        key: &Key,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if let (Key::Task(reservation), None) = (key, &self.selected) {
            said.effects.push(Effect::SelectTask {
                id: Self::open(Purpose::Action, ledger),
                reservation: reservation.clone(),
            });
        }
    }

    /// Ear and microphone go from one leg to another (`to`). Whoever listens in on a colleague and goes to a call of his own
    /// listens no more: there is no way back to a leg without a task.
    pub(super) fn listen_no_more(&mut self, to: &Audio, said: &mut Said) {
        let from = self.audio.ear.clone();
        let from = from.filter(|leg| self.calls.iter().any(|call| call.is_listened_by(leg)));
        let listens_on = to.ear.is_none() || self.live_call().is_some_and(Call::is_without_task);
        if let (Some(leg), false) = (from, listens_on) {
            self.before = None;
            said.effects.push(Effect::EndListening { leg });
        }
    }

    /// Flex's call controls act on the leg in its phone state.
    pub(super) fn show_leg(&self, said: &mut Said) {
        said.effects.push(Effect::ShowLeg {
            leg: self.leg_on_screen().cloned(),
        });
    }

    /// While he listens in on a colleague it is that leg, whatever task is selected: Flex ends its monitoring, when he asks for
    /// it and when the colleague goes, by hanging up what is in its phone state (2.17.1: `StopMonitoringCall`,
    /// `onConferenceUpdate`).
    fn leg_on_screen(&self) -> Option<&CallSid> {
        let listened_to = self.live_call().filter(|call| call.is_without_task());
        let selected = self
            .selected
            .as_ref()
            .and_then(|sid| self.call(&Key::Task(sid.clone())));
        let any = self.calls.iter().rev();
        listened_to
            .into_iter()
            .chain(selected)
            .chain(self.live_call())
            .chain(any)
            .find_map(Call::open_leg)
    }
}
