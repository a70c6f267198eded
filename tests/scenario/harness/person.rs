//! What people do: press buttons, pick up, hang up.

use super::message::{Act, Agent, Message};
use super::station::FULL_NAMES;
use super::{Office, NAMES};
use backline::effect::Notice;
use backline::event::{Callee, Event, FlexAction, Tab};
use backline::ids::{CallSid, ContactUri};
use backline_world::account;
use backline_world::routing::ReservationUpdate;
use backline_world::telephony::CallStatus;

impl Office {
    pub(super) fn do_act(&mut self, agent: Agent, act: Act) {
        let station = &self.stations[agent];
        match act {
            Act::Call(callee) => {
                if station.is_busy(None) {
                    return;
                }
                let callee = Callee {
                    worker: account::worker_sid(callee),
                    contact_uri: ContactUri::parse(&format!("client:{}", NAMES[callee])).unwrap(),
                    name: FULL_NAMES[callee].into(),
                };
                self.dispatch(agent, Event::TabChosen { tab: Tab::Agent });
                self.dispatch(agent, Event::PersonChosen { callee });
                self.dispatch(agent, Event::CallPressed);
            }
            Act::CallQueue(queue) => {
                if station.is_busy(None) {
                    return;
                }
                let queue = queue.to_owned();
                self.dispatch(agent, Event::TabChosen { tab: Tab::Queue });
                self.dispatch(agent, Event::QueueChosen { queue });
                self.dispatch(agent, Event::CallPressed);
            }
            Act::Accept => {
                if let Some(sid) = station.offer().filter(|sid| !station.is_busy(Some(sid))) {
                    self.stations[agent].taken.insert(sid.clone());
                    self.flex_action(agent, FlexAction::AcceptTask, sid, None);
                }
            }
            Act::Reject => {
                if let Some(sid) = station.offer() {
                    self.flex_action(agent, FlexAction::RejectTask, sid, None);
                }
            }
            Act::HangUp => {
                for call in self.live_legs(agent) {
                    self.send("phone:hang-up", Message::HangUp { call });
                }
            }
            Act::Cancel => self.cancel(agent),
            Act::TidyUp => self.tidy_up(agent),
        }
    }

    /// His task while it is on offer to himself, else his leg.
    fn cancel(&mut self, agent: Agent) {
        let station = &self.stations[agent];
        let legs = self.live_legs(agent);
        if let Some(sid) = station.own("pending") {
            self.flex_action(agent, FlexAction::RejectTask, sid, None);
        } else if !legs.is_empty() {
            for call in legs {
                self.send("phone:hang-up", Message::HangUp { call });
            }
        }
    }

    fn tidy_up(&mut self, agent: Agent) {
        if let Some(sid) = self.stations[agent].own("pending") {
            self.flex_action(agent, FlexAction::RejectTask, sid, None);
        }
        self.do_act(agent, Act::Reject);
        self.do_act(agent, Act::HangUp);
        let told = |notice: &Notice| matches!(notice, Notice::CompleteFailed { .. });
        if self.stations[agent].notices.iter().any(told) {
            let wrapping: Vec<_> = self.stations[agent]
                .reservations
                .iter()
                .filter(|(_, held)| held.status == "wrapping")
                .map(|(sid, _)| sid.clone())
                .collect();
            for sid in wrapping {
                self.update(agent, "rpc:by-hand", None, sid, ReservationUpdate::Complete);
            }
        }
    }

    /// The Call button again, whatever the person sees.
    pub fn dispatch_press(&mut self, agent: Agent) {
        self.dispatch(agent, Event::CallPressed);
    }

    /// Completes whatever is in wrap-up.
    pub fn complete_by_hand(&mut self, agent: Agent) {
        let all: Vec<_> = self.stations[agent].reservations.keys().cloned().collect();
        for sid in all {
            self.update(agent, "rpc:by-hand", None, sid, ReservationUpdate::Complete);
        }
    }

    /// The agent's answered legs.
    pub fn live_legs(&self, agent: Agent) -> Vec<CallSid> {
        let worker = account::worker_sid(agent);
        let calls = self.world.telephony.calls().into_iter();
        calls
            .filter(|call| call.worker.as_ref() == Some(&worker))
            .filter(|call| call.status == CallStatus::InProgress)
            .map(|call| call.sid)
            .collect()
    }

    /// Whether the agent is offered somebody's call.
    pub fn is_offered(&self, agent: Agent) -> bool {
        self.stations[agent].offer().is_some()
    }
}
