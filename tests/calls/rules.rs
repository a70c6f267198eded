//! What must always be so, each with what shows that it could have been otherwise.

use crate::line::{leg, line_of, Leg, Line, Stage};
use crate::office::{Action, Bounds, Office, Sight};
use stateright::Property;

/// A rule that a step broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    SettlesOnce,
    OneVerdict,
    OneDevice,
    OneOrder,
    LeftBeforeHeld,
    LeftUnasked,
    NotGivenBack,
    HeardWhileAccepting,
}

macro_rules! kept {
    ($name:literal, $rule:ident) => {
        Property::always($name, |_: &Bounds, office: &Office| {
            !office.broken.contains(&Rule::$rule)
        })
    };
}

macro_rules! always {
    ($name:literal, $condition:expr) => {
        Property::always($name, $condition as fn(&Bounds, &Office) -> bool)
    };
}

macro_rules! sometimes {
    ($name:literal, $condition:expr) => {
        Property::sometimes($name, $condition as fn(&Bounds, &Office) -> bool)
    };
}

macro_rules! seen {
    ($name:literal, $sight:ident) => {
        Property::sometimes($name, |_: &Bounds, office: &Office| {
            office.seen.contains(&Sight::$sight)
        })
    };
}

/// Every `always`, each followed by what shows that it could have been otherwise, if these bounds let it.
pub fn properties(bounds: &Bounds) -> Vec<Property<Bounds>> {
    let mut all = vec![
        // Invariant 1.
        always!("ear and microphone are with one call", |_, office| {
            let audio = &office.audio;
            audio.microphone.is_none() || audio.microphone == audio.ear
        }),
        sometimes!("two legs have audio", |_, office| {
            let audible = |line: &&Line| line.leg == Leg::Audible;
            office.lines.iter().filter(audible).count() > 1
        }),
        always!("only an answered leg has an ear", |_, office| {
            let lines = office.lines.len();
            let ear = office.audio.ear.as_ref();
            ear.is_none_or(|ear| {
                line_of(ear, lines).is_some_and(|line| office.lines[line].leg.is_open())
            })
        }),
        kept!("who talks to one does not leave him unasked", LeftUnasked),
        seen!("he goes from one to another", Switched),
        kept!(
            "nobody is heard while he accepts another call",
            HeardWhileAccepting
        ),
        kept!(
            "nobody is put on hold before the agent has left him",
            LeftBeforeHeld
        ),
        kept!("one order at a time", OneOrder),
        always!(
            "at rest everybody in the background is on hold",
            |_, office| office.is_unquiet() || office.lines_aside().all(|line| line.held)
        ),
        sometimes!("somebody waits in the background", |_, office| {
            !office.is_unquiet() && office.lines_aside().count() > 0
        }),
        always!("at rest whoever is live is heard", |_, office| {
            office.is_unquiet() || office.audio.microphone == office.audio.ear
        }),
        always!(
            "at rest somebody who is alone with him is live",
            |_, office| {
                let open: Vec<&Line> = office.open_lines().collect();
                office.is_unquiet()
                    || office.audio.ear.is_some()
                    || open.iter().all(|line| line.held)
            }
        ),
        // Invariant 2.
        kept!(
            "what is accepted in vain leaves all as it was",
            NotGivenBack
        ),
        // Invariant 3.
        kept!("an answer that comes again changes nothing", SettlesOnce),
        kept!("every action gets one verdict", OneVerdict),
        kept!("a leg gets one device", OneDevice),
    ];
    if bounds.faults > 0 {
        all.push(seen!(
            "an accept in vain gives the microphone back",
            GivenBack
        ));
        all.push(seen!("a hold fails", HoldFailed));
        if bounds.swaps > 0 {
            all.push(seen!("a swap fails", SwapFailed));
        }
    }
    if bounds.calls > 2 || bounds.together {
        all.push(seen!("an accept waits", Waited));
        all.push(seen!("an accept takes its turn", Turn));
    }
    all
}

impl Office {
    /// Whether anything is under way, or wanted at some time.
    fn is_unquiet(&self) -> bool {
        self.is_under_way() || self.brain.next_deadline().is_some()
    }

    fn open_lines(&self) -> impl Iterator<Item = &Line> {
        let open = |line: &&Line| line.stage == Stage::Accepted && line.leg == Leg::Audible;
        self.lines.iter().filter(open)
    }

    /// Open and not live, while another is.
    fn lines_aside(&self) -> impl Iterator<Item = &Line> {
        let ear = self.audio.ear.as_ref();
        self.lines
            .iter()
            .enumerate()
            .filter_map(move |(number, line)| {
                let open = line.stage == Stage::Accepted && line.leg == Leg::Audible;
                (open && ear.is_some() && ear != Some(&leg(number))).then_some(line)
            })
    }

    /// What a step may do to ear and microphone.
    pub fn check(&mut self, before: &Self, action: &Action) {
        let lines = self.lines.len();
        let had = before
            .audio
            .ear
            .as_ref()
            .and_then(|ear| line_of(ear, lines));
        let has = self.audio.ear.as_ref().and_then(|ear| line_of(ear, lines));
        let accepts = |office: &Self| office.lines.iter().any(|line| line.accept.is_some());
        if let (Some(had), Some(has)) = (had, has) {
            if had != has {
                self.seen.insert(Sight::Switched);
            }
        }
        // He leaves a call that goes on only for one that has audio: at its first packet, when it is back from hold, or
        // when a browser that tells of no packet has had its time.
        if let Some(had) = had.filter(|had| has != Some(*had)) {
            let goes_on = self.lines[had].leg.is_open() && self.lines[had].stage == Stage::Accepted;
            let to_open = has.is_some_and(|has| self.lines[has].leg.is_open());
            let due = match action {
                Action::LegIsAudible(line) => has == Some(*line),
                Action::OrderDone(_)
                | Action::PressesSwap(_)
                | Action::DeadlineReached
                | Action::TellsParticipants(_) => to_open,
                _ => false,
            };
            if goes_on && !due && *action != Action::Reloads {
                self.broken.insert(Rule::LeftUnasked);
            }
        }
        if let Action::PressesAccept(line) = action {
            if self.lines[*line].accept.is_some() && self.audio.microphone.is_some() {
                self.broken.insert(Rule::HeardWhileAccepting);
            }
        }
        let in_vain = match action {
            Action::AcceptFails(_) | Action::IsRescinded(_) | Action::DeviceFails(_) => true,
            Action::HangsUp(line) => had != Some(*line),
            _ => false,
        };
        if in_vain && !accepts(self) {
            if has != had && had.is_some() {
                self.broken.insert(Rule::NotGivenBack);
            }
            let still_accepting = self.is_connecting();
            if had.is_some() && !still_accepting && self.audio.microphone != self.audio.ear {
                self.broken.insert(Rule::NotGivenBack);
            }
            if before.audio.microphone.is_none() && self.audio.microphone.is_some() {
                self.seen.insert(Sight::GivenBack);
            }
        }
    }

    /// Whether a call is between the press of Accept and its audio.
    fn is_connecting(&self) -> bool {
        let connecting = |line: &Line| match line.leg {
            Leg::Due | Leg::Ringing | Leg::Connecting | Leg::Opened => true,
            Leg::Waiting(device) => device.is_some(),
            Leg::None | Leg::Audible | Leg::Gone => false,
        };
        self.lines.iter().any(connecting)
    }
}
