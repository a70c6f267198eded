//! The agent, his browser and Twilio around the core.

use crate::brain::{Brain, Flaw};
use crate::line::{self, event, leg, meets, reservation, stands, Leg, Line, Stage};
use crate::rules::{properties, Rule};
use backline::calls::Audio;
use backline::effect::{Effect, Verdict};
use backline::error::Failure;
use backline::event::{ActionToken, EffectId, Event, FlexAction, Offered, Outcome};
use backline::ids::WorkerSid;
use backline::time::Millis;
use serde_json::json;
use stateright::{Model, Property};
use std::collections::BTreeSet;

/// How much may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    pub calls: usize,
    /// All calls are on offer from the start.
    pub together: bool,
    /// What follows by itself follows at once: a leg its accept, its audio's opening its device, Flex's word Twilio's.
    pub prompt: bool,
    /// How often Swap is pressed.
    pub swaps: u8,
    pub faults: u8,
    /// How often an answer comes a second time.
    pub repeats: u8,
    pub reloads: u8,
    pub flaw: Option<Flaw>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Office {
    pub brain: Brain,
    /// As the shell was told last.
    pub audio: Audio,
    pub lines: Vec<Line>,
    /// Orders to hold, or to take back, under way.
    pub orders: Vec<Order>,
    pub settled: Option<EffectId>,
    pub swaps: u8,
    pub faults: u8,
    pub repeats: u8,
    pub reloads: u8,
    pub seen: BTreeSet<Sight>,
    pub broken: BTreeSet<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Order {
    id: EffectId,
    line: usize,
    hold: bool,
    /// The core may have ordered again since.
    given_up: bool,
}

/// What came about, for the `sometimes` that no single state shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sight {
    /// Ear and microphone went from one call to another.
    Switched,
    /// The microphone came back after an accept in vain.
    GivenBack,
    /// An accept had to wait.
    Waited,
    /// The core accepted for the agent, in turn.
    Turn,
    HoldFailed,
    SwapFailed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Offers(usize),
    PressesAccept(usize),
    /// TaskRouter has accepted, and calls the agent.
    IsAccepted(usize),
    AcceptFails(usize),
    IsRescinded(usize),
    LegComes(usize),
    DeviceOpens(usize),
    DeviceFails(usize),
    LegOpens(usize),
    LegIsAudible(usize),
    HangsUp(usize),
    WrapsUp(usize),
    TellsParticipants(usize),
    OrderDone(usize),
    OrderFails(usize, bool),
    OrderLost(usize, bool),
    AnswersAgain,
    PressesSwap(usize),
    DeadlineReached,
    Reloads,
}

const NOW: Millis = Millis(0);

impl Model for Bounds {
    type State = Office;
    type Action = Action;

    fn init_states(&self) -> Vec<Office> {
        let mut office = Office {
            brain: Brain::new(self.flaw),
            audio: Audio::default(),
            lines: vec![Line::new(); self.calls],
            orders: Vec::new(),
            settled: None,
            swaps: self.swaps,
            faults: self.faults,
            repeats: self.repeats,
            reloads: self.reloads,
            seen: BTreeSet::new(),
            broken: BTreeSet::new(),
        };
        office.starts();
        if self.together {
            (0..self.calls).for_each(|line| office.step(&Action::Offers(line)));
        }
        vec![office]
    }

    fn actions(&self, office: &Office, actions: &mut Vec<Action>) {
        if !office.broken.is_empty() {
            return; // found
        }
        office.may(actions);
    }

    fn next_state(&self, office: &Office, action: Action) -> Option<Office> {
        let mut next = office.clone();
        next.step(&action);
        next.check(office, &action);
        while let Some(action) = self.prompt.then(|| next.follows()).flatten() {
            let before = next.clone();
            next.step(&action);
            next.check(&before, &action);
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties(self)
    }
}

impl Office {
    fn starts(&mut self) {
        self.tell(&event(json!({"kind": "started",
            "configuration": {"ui_attributes": {"custom_data": {"features": {
                "multi_call": {"enabled": true, "reminder_seconds": 0}}}}},
            "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
                   "attributes": {"contact_uri": "client:alice"}},
            "activities": [], "tab": "tab"})));
    }

    fn step(&mut self, action: &Action) {
        match *action {
            Action::Offers(line) => {
                self.lines[line].stage = Stage::Offered;
                self.tell(&stands(line, "pending"));
            }
            Action::PressesAccept(line) => self.accept(line),
            Action::IsAccepted(line) => {
                let token = self.lines[line].accept.take();
                self.lines[line].stage = Stage::Accepted;
                self.lines[line].leg = Leg::Due;
                self.tell(&stands(line, "accepted"));
                self.action_ends(token, None);
            }
            Action::AcceptFails(line) => {
                self.faults -= 1;
                let token = self.lines[line].accept.take();
                self.action_ends(token, Some(Failure::new("no")));
            }
            Action::IsRescinded(line) => {
                self.faults -= 1;
                self.lines[line].accept = None;
                self.lines[line].stage = Stage::Over;
                self.tell(&stands(line, "rescinded"));
            }
            Action::LegComes(line) => {
                let busy = self.lines.iter().any(|line| line.leg.is_there());
                self.lines[line].leg = if busy {
                    Leg::Waiting(None)
                } else {
                    Leg::Ringing
                };
                self.tell(&Event::LegOffered {
                    leg: leg(line),
                    reservation: None,
                    offered: if busy {
                        Offered::Forwardable
                    } else {
                        Offered::ByFlex
                    },
                });
            }
            Action::DeviceOpens(line) => {
                if let Leg::Waiting(Some(id)) = self.lines[line].leg {
                    self.lines[line].leg = Leg::Connecting;
                    self.settle(id, Outcome::Done);
                }
            }
            Action::DeviceFails(line) => {
                self.faults -= 1;
                if let Leg::Waiting(Some(id)) = self.lines[line].leg {
                    self.lines[line].leg = Leg::Waiting(None);
                    self.settle(id, failed());
                }
            }
            Action::LegOpens(line) => {
                self.lines[line].leg = Leg::Opened;
                self.tell(&Event::LegOpened { leg: leg(line) });
            }
            Action::LegIsAudible(line) => {
                self.lines[line].leg = Leg::Audible;
                self.tell(&Event::LegAudible { leg: leg(line) });
            }
            Action::HangsUp(line) => {
                self.lines[line].leg = Leg::Gone;
                self.orders.retain(|order| order.line != line);
                self.tell(&Event::LegEnded {
                    leg: leg(line),
                    detail: None,
                });
            }
            Action::WrapsUp(line) => {
                self.lines[line].stage = Stage::Over;
                self.tell(&stands(line, "wrapping"));
            }
            Action::TellsParticipants(line) => {
                let held = self.lines[line].held;
                self.lines[line].told = Some(held);
                self.tell(&meets(line, held));
            }
            Action::OrderDone(order) => {
                let Order { id, line, hold, .. } = self.orders.remove(order);
                self.apply(line, hold);
                self.settle(id, Outcome::Done);
            }
            Action::OrderFails(order, done) => {
                self.faults -= 1;
                let Order { id, line, hold, .. } = self.orders.remove(order);
                if done {
                    self.apply(line, hold);
                }
                self.seen.insert(match hold {
                    true => Sight::HoldFailed,
                    false => Sight::SwapFailed,
                });
                self.settle(id, failed());
            }
            Action::OrderLost(order, done) => {
                self.faults -= 1;
                let Order { line, hold, .. } = self.orders.remove(order);
                if done {
                    self.apply(line, hold);
                }
            }
            Action::AnswersAgain => {
                self.repeats -= 1;
                let before = self.brain.core().clone();
                let settled = self.settled.expect("there was an answer");
                let outcome = Outcome::Done;
                self.tell(&Event::Settled {
                    id: settled,
                    outcome,
                });
                if *self.brain.core() != before {
                    self.broken.insert(Rule::SettlesOnce);
                }
            }
            Action::PressesSwap(line) => {
                self.swaps -= 1;
                self.tell(&Event::SwapPressed {
                    reservation: reservation(line),
                });
            }
            Action::DeadlineReached => {
                if self.is_under_way() {
                    self.faults -= 1;
                }
                self.orders
                    .iter_mut()
                    .for_each(|order| order.given_up = true);
                let now = self.brain.next_deadline().expect("there is one");
                self.tell_at(now, &Event::DeadlineReached);
            }
            Action::Reloads => self.reload(),
        }
    }

    /// Twilio does it, and Flex will hear of it.
    fn apply(&mut self, line: usize, hold: bool) {
        self.lines[line].held = hold;
        self.lines[line].told = None;
    }

    /// The Voice SDK hangs up on unload, and Flex finds the reservations that there are.
    fn reload(&mut self) {
        self.reloads -= 1;
        self.brain = Brain::new(None);
        self.audio = Audio::default();
        self.orders.clear();
        self.settled = None;
        for line in &mut self.lines {
            if line.leg != Leg::None {
                line.leg = Leg::Gone;
            }
            (line.accept, line.told) = (None, None);
        }
        self.starts();
        for number in 0..self.lines.len() {
            let status = match self.lines[number].stage {
                Stage::Unborn | Stage::Over => continue,
                Stage::Offered => "pending",
                Stage::Accepted => "accepted",
            };
            self.tell(&stands(number, status));
        }
    }

    /// Flex asks the core whether to run its own accept.
    fn accept(&mut self, line: usize) {
        let token = ActionToken(line as u32);
        let effects = self.tell(&Event::ActionRequested {
            token,
            action: FlexAction::AcceptTask,
            sid: Some(reservation(line).to_string()),
            task_sid: None,
            target: None,
        });
        let verdicts: Vec<Verdict> = effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Verdict {
                    token: asked,
                    verdict,
                } if *asked == token => Some(verdict.clone()),
                _ => None,
            })
            .collect();
        match verdicts[..] {
            [Verdict::Pass] => self.lines[line].accept = Some(token),
            [Verdict::Ignore] => {
                self.seen.insert(Sight::Waited);
            }
            _ => {
                self.broken.insert(Rule::OneVerdict);
            }
        }
    }

    fn action_ends(&mut self, token: Option<ActionToken>, failure: Option<Failure>) {
        if let Some(token) = token {
            self.tell(&Event::ActionEnded { token, failure });
        }
    }

    fn settle(&mut self, id: EffectId, outcome: Outcome) {
        self.settled = Some(id);
        self.tell(&Event::Settled { id, outcome });
    }

    fn tell(&mut self, event: &Event) -> Vec<Effect> {
        self.tell_at(NOW, event)
    }

    fn tell_at(&mut self, now: Millis, event: &Event) -> Vec<Effect> {
        let effects = self.brain.handle(now, event);
        for effect in &effects {
            self.obey(effect);
        }
        effects
    }

    fn obey(&mut self, effect: &Effect) {
        let lines = self.lines.len();
        match effect {
            Effect::SetAudio { audio } => self.audio = audio.clone(),
            Effect::ForwardLeg { id, leg } => {
                let line = line::line_of(leg, lines).expect("a leg that came");
                match &mut self.lines[line].leg {
                    Leg::Waiting(device @ None) => *device = Some(*id),
                    _ => {
                        self.broken.insert(Rule::OneDevice);
                    }
                }
            }
            Effect::HoldParticipant {
                id,
                reservation,
                hold,
                ..
            } => {
                let line = line::line_of_reservation(reservation, lines).expect("a call");
                if *hold && self.audio.ear == Some(leg(line)) {
                    self.broken.insert(Rule::LeftBeforeHeld);
                }
                let same = |order: &Order| order.line == line && !order.given_up;
                if self.orders.iter().any(same) {
                    self.broken.insert(Rule::OneOrder);
                }
                if self.lines[line].leg.is_open() {
                    self.orders.push(Order {
                        id: *id,
                        line,
                        hold: *hold,
                        given_up: false,
                    });
                }
            }
            Effect::AcceptTask { id, reservation } => {
                self.seen.insert(Sight::Turn);
                let line = line::line_of_reservation(reservation, lines).expect("a call");
                self.settle(*id, Outcome::Done);
                if self.lines[line].stage == Stage::Offered && self.lines[line].accept.is_none() {
                    self.accept(line);
                }
            }
            // Flex does it by itself.
            Effect::SelectTask { id, .. } => {
                let (id, outcome) = (*id, Outcome::Done);
                self.tell(&Event::Settled { id, outcome });
            }
            _ => {}
        }
    }
}

fn failed() -> Outcome {
    Outcome::Failed {
        failure: Failure::new("no"),
    }
}
