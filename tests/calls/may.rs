//! What may happen next.

use crate::line::{leg, Leg, Line, Stage};
use crate::office::{Action, Office};

impl Office {
    pub fn may(&self, actions: &mut Vec<Action>) {
        let faulty = self.faults > 0;
        for (number, line) in self.lines.iter().enumerate() {
            self.may_line(number, line, faulty, actions);
        }
        for number in 0..self.orders.len() {
            actions.push(Action::OrderDone(number));
            if faulty {
                for done in [false, true] {
                    actions.push(Action::OrderFails(number, done));
                    actions.push(Action::OrderLost(number, done));
                }
            }
        }
        if self.settled.is_some() && self.repeats > 0 {
            actions.push(Action::AnswersAgain);
        }
        if self.brain.next_deadline().is_some() && (faulty || !self.is_under_way()) {
            actions.push(Action::DeadlineReached);
        }
        if self.reloads > 0 && self.lines.iter().any(|line| line.leg.is_open()) {
            actions.push(Action::Reloads);
        }
    }

    fn may_line(&self, number: usize, line: &Line, faulty: bool, actions: &mut Vec<Action>) {
        match line.stage {
            // In order: which is which makes no difference.
            Stage::Unborn => {
                let before = number.checked_sub(1).map(|before| &self.lines[before]);
                if before.is_none_or(|before| before.stage != Stage::Unborn) {
                    actions.push(Action::Offers(number));
                }
            }
            Stage::Offered if line.accept.is_some() => {
                actions.push(Action::IsAccepted(number));
                if faulty {
                    actions.push(Action::AcceptFails(number));
                    actions.push(Action::IsRescinded(number));
                }
            }
            Stage::Offered => actions.push(Action::PressesAccept(number)),
            Stage::Accepted => {
                if matches!(line.leg, Leg::Gone) {
                    actions.push(Action::WrapsUp(number));
                }
                if line.told != Some(line.held) && line.leg.is_open() {
                    actions.push(Action::TellsParticipants(number));
                }
            }
            Stage::Over => {}
        }
        match line.leg {
            Leg::None | Leg::Gone => {}
            Leg::Due => actions.push(Action::LegComes(number)),
            Leg::Ringing | Leg::Connecting => {
                actions.push(Action::LegOpens(number));
                actions.push(Action::HangsUp(number));
            }
            Leg::Waiting(device) => {
                actions.push(Action::HangsUp(number));
                if device.is_some() {
                    actions.push(Action::DeviceOpens(number));
                    if faulty {
                        actions.push(Action::DeviceFails(number));
                    }
                }
            }
            Leg::Opened => {
                actions.push(Action::LegIsAudible(number));
                actions.push(Action::HangsUp(number));
            }
            Leg::Audible => {
                actions.push(Action::HangsUp(number));
                if self.swaps > 0 && self.audio.ear != Some(leg(number)) {
                    actions.push(Action::PressesSwap(number));
                }
            }
        }
    }

    /// What happens by itself, where it happens at once.
    pub fn follows(&self) -> Option<Action> {
        let follows = |(number, line): (usize, &Line)| match line.leg {
            Leg::Due => Some(Action::LegComes(number)),
            Leg::Waiting(Some(_)) if self.faults == 0 => Some(Action::DeviceOpens(number)),
            Leg::Ringing | Leg::Connecting => Some(Action::LegOpens(number)),
            Leg::Opened | Leg::Audible if line.told != Some(line.held) => {
                Some(Action::TellsParticipants(number))
            }
            Leg::Gone if line.stage == Stage::Accepted => Some(Action::WrapsUp(number)),
            Leg::None | Leg::Waiting(_) | Leg::Opened | Leg::Audible | Leg::Gone => None,
        };
        self.lines.iter().enumerate().find_map(follows)
    }

    /// Whether anything is on its way to the core.
    pub fn is_under_way(&self) -> bool {
        let moving = |line: &Line| {
            line.accept.is_some()
                || match line.leg {
                    Leg::Due | Leg::Ringing | Leg::Connecting | Leg::Opened => true,
                    Leg::Waiting(device) => device.is_some(),
                    Leg::Audible => line.told != Some(line.held),
                    Leg::Gone => line.stage == Stage::Accepted,
                    Leg::None => false,
                }
        };
        !self.orders.is_empty() || self.lines.iter().any(moving)
    }
}
