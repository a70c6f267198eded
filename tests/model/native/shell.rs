//! What the shell and Flex do with the core's effects, and with TaskRouter's events.

use super::{is_live, Order, Rule, State};
use crate::effects::{id_of, NOW};
use crate::facts;
use crate::names::{call_of, Offer, Who};
use crate::office::Answer;
use backline::effect::{Effect, HttpRequest, Verdict};
use backline::error::Failure;
use backline::event::{ActionToken, EffectId, Event, FlexAction};
use backline::twilio::attributes::{Progress, Role};
use backline::twilio::reservation::ReservationStatus as Status;

const TOKEN: ActionToken = ActionToken(7);

impl State {
    pub(super) fn tell(&mut self, who: Who, event: &Event) -> Vec<Effect> {
        let effects = self.agent_mut(who).brain.handle(NOW, event);
        self.perform(who, event, effects.clone());
        effects
    }

    pub(super) fn perform(&mut self, who: Who, event: &Event, effects: Vec<Effect>) {
        let asked = usize::from(matches!(event, Event::ActionRequested { .. }));
        let is_verdict = |effect: &&Effect| matches!(effect, Effect::Verdict { .. });
        if effects.iter().filter(is_verdict).count() != asked {
            self.broken.insert(Rule::OneVerdict);
        }
        let mut later = Vec::new();
        for effect in effects {
            match effect {
                Effect::Verdict { .. }
                | Effect::ViewChanged { .. }
                | Effect::Notify { .. }
                | Effect::NotifyRinging { .. } => {}
                Effect::StartOutboundCall { id, .. } => self.send(who, id, Order::Start),
                Effect::RejectReservation { id, reservation } => {
                    self.send(who, id, Order::Refuse(Offer::of(&reservation)));
                }
                Effect::CompleteTask {
                    id, reservation, ..
                } => self.send(who, id, Order::Complete(Offer::of(&reservation))),
                Effect::Http { id, request } => self.send(who, id, http(&request)),
                Effect::AcceptTask { id, reservation } => {
                    later.push((id, Some((FlexAction::AcceptTask, Offer::of(&reservation)))));
                }
                Effect::HangUp { id, reservation } => {
                    later.push((id, Some((FlexAction::HangupCall, Offer::of(&reservation)))));
                }
                Effect::SelectTask { id, .. } => later.push((id, None)),
                other => unreachable!("{other:?}"),
            }
        }
        // The shell hands facts over one after the other, never while the core's orders are being started.
        for (id, action) in later {
            if let Some((action, offer)) = action {
                self.flex_action(who, action, offer);
            }
            self.settle(who, id, Answer::Done);
        }
    }

    pub(super) fn send(&mut self, who: Who, id: EffectId, order: Order) {
        if self.agent_mut(who).orders.insert(id, order).is_some() {
            self.broken.insert(Rule::IdsAreUnique);
        }
    }

    pub(super) fn settle(&mut self, who: Who, id: EffectId, answer: Answer) {
        let outcome = facts::outcome(answer);
        self.tell(who, &Event::Settled { id, outcome });
    }

    pub(super) fn flex_action(&mut self, who: Who, action: FlexAction, offer: Offer) {
        let effects = self.tell(who, &requested(action, offer));
        let verdict = effects.iter().find_map(|effect| match effect {
            Effect::Verdict { verdict, .. } => Some(verdict.clone()),
            _ => None,
        });
        match verdict {
            Some(Verdict::Pass | Verdict::From { .. }) => self.native(who, action, offer),
            Some(Verdict::Replace { until }) => {
                if !effects.iter().any(|effect| id_of(effect) == Some(until)) {
                    self.broken.insert(Rule::ReplaceIsOrdered);
                }
            }
            None | Some(_) => {}
        }
    }

    /// Flex's own action runs.
    pub(super) fn native(&mut self, who: Who, action: FlexAction, offer: Offer) {
        let number = offer.call;
        match action {
            FlexAction::AcceptTask => {
                let call = self.call(number);
                let pending = match offer.role {
                    Role::Caller => call.own == Status::Pending,
                    Role::Callee => call.callee == Some(Status::Pending),
                };
                if pending {
                    match offer.role {
                        Role::Caller => call.own = Status::Accepted,
                        Role::Callee => {
                            call.callee = Some(Status::Accepted);
                            call.accepted = true;
                        }
                    }
                    self.publish(number, offer.role);
                }
                self.ended(who, !pending);
            }
            FlexAction::HangupCall => {
                let call = self.call(number);
                call.hung_up |= offer.role == Role::Caller;
                self.close(number);
            }
            FlexAction::RejectTask
            | FlexAction::HoldCall
            | FlexAction::UnholdCall
            | FlexAction::UnholdParticipant => unreachable!("{action:?} is not Flex's"),
        }
    }

    pub(super) fn ended(&mut self, who: Who, failed: bool) {
        let failure = failed.then(|| Failure::new("no way"));
        let token = TOKEN;
        self.tell(who, &Event::ActionEnded { token, failure });
    }

    /// An event of a reservation arrives. Flex accepts by itself what its agent placed.
    pub(super) fn hear(&mut self, who: Who, offer: Offer) {
        let news = &mut self.agent_mut(who).news;
        let Some(cards) = news.get_mut(&offer) else {
            return;
        };
        let card = cards.remove(0);
        if cards.is_empty() {
            news.remove(&offer);
        }
        let caller = self.calls[usize::from(offer.call)].caller;
        self.tell(who, &facts::native_reservation(caller, offer, card));
        let shown = &mut self.agent_mut(who).shown;
        let before = match is_live(card.status) {
            true => shown.insert(offer, card.status),
            false => shown.remove(&offer),
        };
        if offer.role == Role::Caller && card.status == Status::Pending && before.is_none() {
            self.flex_action(who, FlexAction::AcceptTask, offer);
        }
    }
}

pub(super) fn requested(action: FlexAction, offer: Offer) -> Event {
    Event::ActionRequested {
        token: TOKEN,
        action,
        sid: Some(offer.sid().to_string()),
        task_sid: None,
        target: None,
    }
}

fn http(request: &HttpRequest) -> Order {
    let field = |name: &str| {
        let mut form = request.form.iter();
        form.find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let (call, _) = call_of(field("taskSid").unwrap());
    let outcome = field("outcome").and_then(Progress::parse);
    match request.url.rsplit('/').next().unwrap() {
        "reject" => Order::Decline(call),
        "came" => Order::Came(call),
        "check" => Order::Check(call),
        "end" => Order::End(call, outcome),
        other => unreachable!("{other}"),
    }
}
