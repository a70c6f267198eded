//! The core under test: the real one, or the real one with a flaw that the rules must notice.

use backline::calls::Audio;
use backline::core::Core;
use backline::effect::Effect;
use backline::event::{EffectId, Event, FlexAction, Outcome};
use backline::time::Millis;

/// A mistake, to prove that the model finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// The new call gets ear and microphone when it is accepted, not when it is open.
    OpensAtAccept,
    /// The live call hears him while he accepts another.
    KeepsMicrophone,
    /// Nobody is put on hold, though the core thinks so.
    NeverHolds,
    /// The live call is put on hold at the press of Accept.
    HoldsFirst,
    /// An accept that fails does not give the microphone back.
    NeverGivesBack,
    /// A Flex action waits for its verdict in vain.
    GivesNoVerdict,
    /// An answer that comes twice is taken for two.
    SettlesTwice,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Brain {
    core: Core,
    flaw: Option<Flaw>,
    /// Only with [`Flaw::SettlesTwice`]: the last answer, and the core before it.
    before: Option<(EffectId, Box<Core>)>,
    audio: Audio,
}

impl Brain {
    pub fn new(flaw: Option<Flaw>) -> Self {
        Self {
            core: Core::default(),
            flaw,
            before: None,
            audio: Audio::default(),
        }
    }

    pub fn next_deadline(&self) -> Option<Millis> {
        self.core.next_deadline()
    }

    pub fn core(&self) -> &Core {
        &self.core
    }

    pub fn handle(&mut self, now: Millis, event: &Event) -> Vec<Effect> {
        match self.flaw {
            None => self.core.handle(now, event),
            Some(flaw) => self.flawed(flaw, now, event),
        }
    }

    fn flawed(&mut self, flaw: Flaw, now: Millis, event: &Event) -> Vec<Effect> {
        if let (Flaw::SettlesTwice, Event::Settled { id, .. }) = (flaw, event) {
            match &self.before {
                Some((last, before)) if last == id => self.core = (**before).clone(),
                _ => self.before = Some((*id, Box::new(self.core.clone()))),
            }
        }
        let mut effects = self.core.handle(now, event);
        let accepts = matches!(
            event,
            Event::ActionRequested {
                action: FlexAction::AcceptTask,
                ..
            }
        );
        match flaw {
            Flaw::SettlesTwice => {}
            Flaw::OpensAtAccept => {
                if let Event::LegOffered { leg, .. } = event {
                    let leg = Some(leg.clone());
                    effects.push(Effect::SetAudio {
                        audio: Audio {
                            ear: leg.clone(),
                            microphone: leg,
                        },
                    });
                }
            }
            Flaw::KeepsMicrophone => {
                for effect in &mut effects {
                    if let Effect::SetAudio { audio } = effect {
                        audio.microphone = audio.ear.clone();
                    }
                }
            }
            Flaw::NeverHolds => {
                let is_hold =
                    |effect: &&Effect| matches!(effect, Effect::HoldParticipant { hold: true, .. });
                let holds: Vec<Effect> = effects.iter().filter(is_hold).cloned().collect();
                effects.retain(|effect| !is_hold(&effect));
                for hold in holds {
                    if let Effect::HoldParticipant { id, .. } = hold {
                        let outcome = Outcome::Done;
                        effects.extend(self.core.handle(now, &Event::Settled { id, outcome }));
                    }
                }
            }
            Flaw::HoldsFirst => {
                if let (true, Some(live)) = (accepts, &self.audio.ear) {
                    let digits = live.as_str().replacen("CA", "WR", 1);
                    effects.push(Effect::HoldParticipant {
                        id: EffectId(u32::MAX),
                        reservation: backline::ids::ReservationSid::parse(&digits).unwrap(),
                        participant: String::new(),
                        participant_type: String::new(),
                        hold: true,
                    });
                }
            }
            Flaw::NeverGivesBack => {
                if matches!(event, Event::ActionEnded { .. } | Event::Settled { .. }) {
                    effects.retain(|effect| !matches!(effect, Effect::SetAudio { .. }));
                }
            }
            Flaw::GivesNoVerdict => {
                effects.retain(|effect| !matches!(effect, Effect::Verdict { .. }));
            }
        }
        for effect in &effects {
            if let Effect::SetAudio { audio } = effect {
                self.audio = audio.clone();
            }
        }
        effects
    }
}
