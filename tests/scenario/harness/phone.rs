//! The agents' phones: each open page has one, and all of an agent's ring; the first that answers has the call.

use super::message::{Agent, Message, Page, Seat};
use super::station::agent_of;
use super::{Office, NAMES};
use backline::event::FlexAction;
use backline::ids::{CallSid, ReservationSid};
use backline_world::telephony::CallStatus;

impl Office {
    /// The seats of an agent.
    pub fn seats_of(&self, agent: Agent) -> [Seat; 2] {
        [agent, agent + NAMES.len()]
    }

    fn agent_of_leg(&self, call: &CallSid) -> Option<Agent> {
        let identity = self.world.telephony.call(call)?.identity?;
        NAMES.iter().position(|name| **name == *identity)
    }

    pub(super) fn phone_rings(&mut self, call: CallSid) {
        let Some(agent) = self.agent_of_leg(&call) else {
            return;
        };
        let seats = self.seats_of(agent).into_iter();
        let open: Vec<Page> = seats
            .filter(|seat| self.stations[*seat].open)
            .map(|seat| self.stations[seat].page())
            .collect();
        if open.is_empty() {
            self.change(|world| world.telephony.leg_unreachable(world.now(), &call));
            return;
        }
        self.change(|world| world.telephony.leg_ringing(world.now(), &call));
        for page in open {
            let call = call.clone();
            self.send("phone:answer", Message::PhoneAnswers { call, page });
        }
    }

    pub(super) fn phone_answers(&mut self, call: &CallSid, page: Page) {
        if self.stopped.contains(call) || self.carried.contains_key(call) || self.at(page).is_none()
        {
            return;
        }
        self.carried.insert(call.clone(), page);
        self.change(|world| world.telephony.leg_answered(world.now(), call));
    }

    /// The page is gone: the legs that it carried end; whatever rang in it alone rings nowhere.
    pub(super) fn drop_phone(&mut self, seat: Seat) {
        let agent = agent_of(seat);
        let mut others = self.seats_of(agent).into_iter();
        let rings_elsewhere = others.any(|one| self.stations[one].open);
        let calls = self.world.telephony.calls().into_iter();
        let legs: Vec<_> = calls
            .filter(|call| call.identity.as_deref() == Some(NAMES[agent]))
            .collect();
        for leg in legs {
            let call = leg.sid;
            match (leg.status, self.carried.get(&call)) {
                (CallStatus::InProgress, Some(page)) if page.seat == seat => {
                    self.send("phone:dropped", Message::HangUp { call });
                }
                (CallStatus::Ringing | CallStatus::Queued, _) if !rings_elsewhere => {
                    self.change(|world| world.telephony.leg_unreachable(world.now(), &call));
                }
                (_, _) => {}
            }
        }
    }

    /// Hangs up by Flex's button, in the page that has the call.
    pub(super) fn hang_up(&mut self, agent: Agent) {
        self.hang_up_of(agent, None);
    }

    /// The legs of one of his reservations, or all of them.
    pub(super) fn hang_up_of(&mut self, agent: Agent, only: Option<&ReservationSid>) {
        for call in self.live_legs(agent) {
            let view = self.world.telephony.call(&call);
            let reservation = view.and_then(|view| {
                // One that was rung for a call that its page left says whose task it is about.
                let of_task = view
                    .to
                    .split_once("?taskSid=")
                    .map(|(_, task)| task.to_owned());
                view.reservation.or_else(|| self.held_by(agent, &of_task?))
            });
            if only.is_some() && reservation.as_ref() != only {
                continue;
            }
            let Some(page) = self.carried.get(&call).copied() else {
                continue;
            };
            if self.at(page).is_none() {
                continue;
            }
            if let Some(sid) = reservation {
                self.flex_action(page.seat, FlexAction::HangupCall, sid, None);
            }
            self.send("phone:hang-up", Message::HangUp { call });
        }
    }

    /// The agent's reservation of a task, as any of his tabs has it.
    fn held_by(&self, agent: Agent, task: &str) -> Option<ReservationSid> {
        let seats = self.seats_of(agent).into_iter();
        let mut held = seats.flat_map(|seat| &self.stations[seat].reservations);
        held.find(|(_, held)| held.task == task)
            .map(|(sid, _)| sid.clone())
    }

    /// The agent's answered legs.
    pub fn live_legs(&self, agent: Agent) -> Vec<CallSid> {
        let calls = self.world.telephony.calls().into_iter();
        calls
            .filter(|call| call.identity.as_deref() == Some(NAMES[agent]))
            .filter(|call| call.status == CallStatus::InProgress)
            .map(|call| call.sid)
            .collect()
    }
}
