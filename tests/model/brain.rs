//! The core under test: the real one, or the real one with a flaw that the rules must notice.

use backline::core::Core;
use backline::effect::{Effect, Verdict};
use backline::event::{EffectId, Event};
use backline::time::Millis;
use backline::view::{CallLine, HoldView};

use crate::effects::{id_of, NOW};
use crate::names::Offer;

/// After TaskRouter's own time-out, and before a call that lasts is asked after.
const HORIZON: Millis = Millis::from_secs(150);

/// A mistake, to prove that the model finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// An answer that comes twice is taken for two.
    SettlesTwice,
    /// Every request to ring the callee is posted a second time.
    RingsTwice,
    /// A press while a call is being placed places another.
    PlacesTwice,
    /// The end of a call is never posted.
    NeverEnds,
    /// A Flex action waits for its verdict in vain.
    GivesNoVerdict,
    /// A Flex action is told to wait for an effect that nobody ordered.
    PromisesNothing,
    /// The caller takes his own call to a queue.
    TakesOwnCall,
    /// An effect is ordered twice under one id.
    OrdersTwice,
    /// Flex may take a call between agents as if it were a customer's.
    TakesNatively,
    /// Whoever called once cannot call again.
    CallsOnce,
    /// The callee is said to ring as soon as Call is pressed.
    SaysRinging,
    /// Nobody is shown to be on hold.
    ShowsNoHold,
    /// Whoever is transferred calls the third twice.
    GoesOnTwice,
    /// No deadline is kept.
    NeverWakes,
    /// Wrap-up is never completed.
    NeverCompletes,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Brain {
    core: Core,
    flaw: Option<Flaw>,
    /// Only with [`Flaw::SettlesTwice`]: the last answer, and the core before it.
    before: Option<(EffectId, Box<Core>)>,
    /// Only with [`Flaw::PlacesTwice`] and [`Flaw::CallsOnce`].
    creation: Option<Effect>,
    /// Only with [`Flaw::SaysRinging`].
    says: Option<CallLine>,
}

impl Brain {
    pub fn new(flaw: Option<Flaw>) -> Self {
        Self {
            core: Core::default(),
            flaw,
            before: None,
            creation: None,
            says: None,
        }
    }

    /// The next one that belongs to what happens here: that a call is asked after for as long as it lasts is none.
    pub fn next_deadline(&self) -> Option<Millis> {
        if self.flaw == Some(Flaw::NeverWakes) {
            return None;
        }
        self.core
            .next_deadline()
            .filter(|deadline| *deadline < NOW + HORIZON)
    }

    pub fn hold(&self, offer: Offer) -> Option<HoldView> {
        let hold = self.core.call_view(offer.sid().as_str())?.hold;
        match (self.flaw, hold) {
            (Some(Flaw::ShowsNoHold), Some(HoldView::On)) => Some(HoldView::Off),
            (_, hold) => hold,
        }
    }

    pub fn line(&self) -> &CallLine {
        let line = || self.core.dialpad().unwrap().line();
        self.says.as_ref().unwrap_or_else(line)
    }

    /// Whether a call is being placed, or was and is on.
    pub fn is_placing(&self) -> bool {
        match self.line() {
            CallLine::Calling { .. } | CallLine::Ringing { .. } | CallLine::Talking { .. } => true,
            CallLine::Idle
            | CallLine::Unanswered { .. }
            | CallLine::Cancelled { .. }
            | CallLine::Ended { .. }
            | CallLine::Failed { .. } => false,
        }
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
        if flaw == Flaw::CallsOnce && matches!(event, Event::CallPressed) && self.creation.is_some()
        {
            return Vec::new();
        }
        let mut effects = self.core.handle(now, event);
        let created = |effect: &&Effect| {
            matches!(
                effect,
                Effect::CreateTask { .. } | Effect::StartOutboundCall { .. }
            )
        };
        let creation = effects.iter().find(created).cloned();
        match flaw {
            Flaw::SettlesTwice | Flaw::ShowsNoHold | Flaw::NeverWakes => {}
            Flaw::PlacesTwice => {
                if let (Event::CallPressed, [], Some(Effect::CreateTask { order, .. })) =
                    (event, effects.as_slice(), &self.creation)
                {
                    effects.push(Effect::CreateTask {
                        id: EffectId(u32::MAX),
                        order: order.clone(),
                    });
                }
                if let (Event::CallPressed, [], Some(Effect::StartOutboundCall { order, .. })) =
                    (event, effects.as_slice(), &self.creation)
                {
                    effects.push(Effect::StartOutboundCall {
                        id: EffectId(u32::MAX),
                        order: order.clone(),
                    });
                }
            }
            Flaw::NeverCompletes => {
                effects.retain(|effect| !matches!(effect, Effect::CompleteTask { .. }));
            }
            Flaw::GoesOnTwice => {
                if let Some(Effect::CreateTask { order, .. }) = &creation {
                    if order.attributes.internal_call.transferred_by.is_some() {
                        effects.push(Effect::CreateTask {
                            id: EffectId(u32::MAX),
                            order: order.clone(),
                        });
                    }
                }
            }
            Flaw::CallsOnce => {}
            Flaw::OrdersTwice => {
                let first = effects.iter().find(|effect| id_of(effect).is_some());
                effects.extend(first.cloned());
            }
            Flaw::TakesNatively => {
                for effect in &mut effects {
                    if let Effect::Verdict { verdict, .. } = effect {
                        *verdict = Verdict::Pass;
                    }
                }
            }
            Flaw::SaysRinging => {
                self.says = match self.core.dialpad().unwrap().line() {
                    CallLine::Calling { name } => Some(CallLine::Ringing { name: name.clone() }),
                    _ => None,
                };
            }
            Flaw::RingsTwice => {
                let again = effects.iter().find_map(|effect| match effect {
                    Effect::Http { request, .. } if request.url.ends_with("/ring") => {
                        Some(Effect::Http {
                            id: EffectId(u32::MAX),
                            request: request.clone(),
                        })
                    }
                    _ => None,
                });
                effects.extend(again);
            }
            Flaw::NeverEnds => effects.retain(|effect| match effect {
                Effect::Http { request, .. } => !request.url.ends_with("/end"),
                _ => true,
            }),
            Flaw::GivesNoVerdict => {
                effects.retain(|effect| !matches!(effect, Effect::Verdict { .. }));
            }
            Flaw::PromisesNothing => {
                effects.retain(|effect| match effect {
                    Effect::CallWorker { .. } => false,
                    Effect::Http { request, .. } => !request.url.ends_with("/reject"),
                    _ => true,
                });
            }
            Flaw::TakesOwnCall => {
                for effect in &mut effects {
                    if let Effect::RejectReservation { id, reservation } = effect {
                        *effect = Effect::AcceptTask {
                            id: *id,
                            reservation: reservation.clone(),
                        };
                    }
                }
            }
        }
        self.creation = creation.or(self.creation.take());
        effects
    }
}
