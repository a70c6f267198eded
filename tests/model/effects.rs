//! What the shell and Flex do with the core's effects: the one place that knows every kind.

use crate::backend::Order;
use crate::names::{call_of, third, Offer, Who, BOTH};
use crate::office::{Answer, Office};
use crate::rules::Rule;
use backline::effect::{Effect, HttpRequest, Notice, Verdict};
use backline::event::{ActionToken, EffectId, Event, FlexAction};
use backline::time::Millis;
use backline::twilio::attributes::Role;

/// The time of everything that is not a deadline. Time is not part of the state: a deadline may be reached at any moment.
pub const NOW: Millis = Millis(1_000_000);

const TOKEN: ActionToken = ActionToken(7);

/// What Flex does by itself after an effect has started.
enum Later {
    Settled(EffectId),
    Action { offer: Offer, settles: EffectId },
    HangUp { offer: Offer, settles: EffectId },
}

impl Office {
    /// Hands a core a fact, and does what it orders.
    pub fn tell(&mut self, who: Who, now: Millis, event: &Event) -> Vec<Effect> {
        let effects = self.agent_mut(who).brain.handle(now, event);
        let asked = match event {
            Event::ActionRequested { .. } => 1,
            _ => 0,
        };
        let verdicts = effects.iter().filter(|effect| is_verdict(effect)).count();
        if verdicts != asked {
            self.broken.insert(Rule::OneVerdict);
        }
        // The shell hands facts over one after the other, never while the core's orders are being started.
        let later: Vec<Later> = effects
            .iter()
            .filter_map(|effect| self.perform(who, effect))
            .collect();
        for next in later {
            match next {
                Later::Settled(id) => self.settle(who, id, Answer::Done),
                Later::Action { offer, settles } => {
                    self.flex_action(who, FlexAction::AcceptTask, offer, Some(settles));
                }
                Later::HangUp { offer, settles } => {
                    self.flex_action(who, FlexAction::HangupCall, offer, None);
                    self.settle(who, settles, Answer::Done);
                }
            }
        }
        effects
    }

    fn perform(&mut self, who: Who, effect: &Effect) -> Option<Later> {
        match effect {
            Effect::Verdict { token, .. } => {
                if *token != TOKEN {
                    self.broken.insert(Rule::OneVerdict);
                }
            }
            Effect::NotifyRinging { .. } | Effect::ViewChanged { .. } => {}
            Effect::Notify { notice } => self.read(who, notice),
            Effect::CreateTask { id, order } => {
                let to_queue = order.attributes.call_to_queue.is_some();
                if !to_queue && order.attributes.internal_call.callee_worker == Some(who.worker()) {
                    self.broken.insert(Rule::NobodyTakesHisOwnCall);
                }
                let callee = order.attributes.internal_call.callee_worker.as_ref();
                let to_third = callee == Some(&third().worker);
                if to_third && self.is_called_third() {
                    self.broken.insert(Rule::OneTransferOneCall);
                }
                self.send(who, *id, Order::Create { to_queue, to_third });
            }
            Effect::StartOutboundCall { .. } | Effect::TransferTask { .. } => {
                unreachable!("the conference strategy")
            }
            Effect::CallWorker {
                id, reservation, ..
            } => {
                let offer = Offer::of(reservation);
                self.takes(who, offer);
                self.send(who, *id, Order::Call(offer));
            }
            Effect::AcceptTask { id, reservation } => {
                let offer = Offer::of(reservation);
                self.takes(who, offer);
                let settles = *id;
                return Some(Later::Action { offer, settles });
            }
            Effect::HangUp { id, reservation } => {
                let (offer, settles) = (Offer::of(reservation), *id);
                return Some(Later::HangUp { offer, settles });
            }
            // Flex does it by itself; the promise settles as the next event.
            Effect::SelectTask { id, .. } => return Some(Later::Settled(*id)),
            Effect::RejectReservation { id, reservation } => {
                self.send(who, *id, Order::Refuse(Offer::of(reservation)));
            }
            Effect::CompleteTask {
                id, reservation, ..
            } => self.send(who, *id, Order::Complete(Offer::of(reservation))),
            Effect::Http { id, request } => {
                let order = http(request);
                if let Order::Ring(call) = order {
                    let rings = &mut self.calls[usize::from(call)].rings;
                    *rings += 1;
                    if *rings > 1 {
                        self.broken.insert(Rule::RungOnce);
                    }
                }
                self.send(who, *id, order);
            }
            Effect::RestoreDirectory { .. }
            | Effect::LoadDirectory { .. }
            | Effect::LoadPeople { .. }
            | Effect::ListPeople { .. }
            | Effect::WatchPeople { .. }
            | Effect::SettleDirectory { .. }
            | Effect::SaveDirectory
            | Effect::RestoreFavourites { .. }
            | Effect::OpenFavourites { .. }
            | Effect::ListQueues { .. }
            | Effect::LoadQueues { .. } => {
                unreachable!("nobody opened a field")
            }
            Effect::KeepFavourites { .. } | Effect::WriteFavourite { .. } => {
                unreachable!("without a clock nothing is kept")
            }
            Effect::SetAudio { .. }
            | Effect::ForwardLeg { .. }
            | Effect::ShowLeg { .. }
            | Effect::EndListening { .. }
            | Effect::KeepConference { .. }
            | Effect::HoldParticipant { .. } => unreachable!("one call at a time: see tests/calls"),
        }
        None
    }

    /// One of Flex's actions, which asks the core first; `settles` is the effect that invoked it.
    pub fn flex_action(
        &mut self,
        who: Who,
        action: FlexAction,
        offer: Offer,
        settles: Option<EffectId>,
    ) {
        let event = Event::ActionRequested {
            token: TOKEN,
            action,
            sid: Some(offer.sid().to_string()),
            task_sid: None,
            target: None,
        };
        let effects = self.tell(who, NOW, &event);
        let verdict = effects.iter().find_map(|effect| match effect {
            Effect::Verdict { verdict, .. } => Some(verdict.clone()),
            _ => None,
        });
        match verdict {
            None => {}
            Some(
                Verdict::Pass
                | Verdict::From { .. }
                | Verdict::Outliving { .. }
                | Verdict::Staying
                | Verdict::Ending,
            ) => self.native(who, action, offer, settles),
            Some(Verdict::Ignore) => {
                if let Some(id) = settles {
                    self.settle(who, id, Answer::Done);
                }
            }
            Some(Verdict::Replace { until }) => {
                if !effects.iter().any(|effect| id_of(effect) == Some(until)) {
                    self.broken.insert(Rule::ReplaceIsOrdered);
                }
                if let Some(id) = settles {
                    self.agent_mut(who).waiting.insert(until, id);
                }
            }
        }
    }

    /// Flex's own action runs.
    fn native(&mut self, who: Who, action: FlexAction, offer: Offer, settles: Option<EffectId>) {
        match action {
            // Flex would conference in a customer who does not exist.
            FlexAction::AcceptTask => {
                self.broken.insert(Rule::NothingNative);
                if let Some(id) = settles {
                    self.settle(who, id, Answer::Refused);
                }
            }
            FlexAction::RejectTask => {
                self.carry_out(who, Order::Refuse(offer));
            }
            FlexAction::HangupCall => self.hang_up(offer.call),
            // Flex would hold a customer who does not exist.
            FlexAction::HoldCall | FlexAction::UnholdCall | FlexAction::UnholdParticipant => {
                self.broken.insert(Rule::NothingNative);
            }
        }
    }

    /// The third's call exists, or is on its way.
    fn is_called_third(&self) -> bool {
        let creates = |order: &Order| matches!(order, Order::Create { to_third: true, .. });
        let ordered = |who: &Who| self.agent(*who).orders.values().any(creates);
        self.calls.iter().any(|call| call.to_third) || BOTH.iter().any(ordered)
    }

    fn takes(&mut self, who: Who, offer: Offer) {
        let caller = self.calls[usize::from(offer.call)].caller;
        if offer.role == Role::Callee && caller == who {
            self.broken.insert(Rule::NobodyTakesHisOwnCall);
        }
    }

    /// An effect is on its way to the back end.
    fn send(&mut self, who: Who, id: EffectId, order: Order) {
        let agent = self.agent_mut(who);
        let out = agent.orders.contains_key(&id) || agent.answers.contains_key(&id);
        if out {
            self.broken.insert(Rule::IdsAreUnique);
        }
        self.agent_mut(who).orders.insert(id, order);
    }

    /// Some notices tell the agent to do by hand what could not be done.
    fn read(&mut self, who: Who, notice: &Notice) {
        match notice {
            Notice::CompleteFailed { .. } => self.agent_mut(who).told.complete = true,
            Notice::CleanUpFailed { .. } => self.agent_mut(who).told.clean_up = true,
            Notice::Misconfigured { .. }
            | Notice::KeysContradict { .. }
            | Notice::KeyNeedsKey { .. }
            | Notice::TargetNotAnswered { .. }
            | Notice::CallNotPlaced { .. }
            | Notice::CalleeNotRung { .. }
            | Notice::AcceptFailed { .. }
            | Notice::RejectFailed { .. }
            | Notice::NobodyElseInQueue
            | Notice::Unanswered { .. }
            | Notice::Free { .. }
            | Notice::NotFree { .. }
            | Notice::Missed { .. }
            | Notice::CalledMeanwhile { .. }
            | Notice::HoldFailed { .. }
            | Notice::ResumeFailed { .. }
            | Notice::CallNotOpened { .. }
            | Notice::NotHeld { .. }
            | Notice::NotResumed { .. }
            | Notice::WaitsLong { .. }
            | Notice::OneCallTooMany { .. }
            | Notice::CutOff { .. }
            | Notice::GivenBack { .. }
            | Notice::NotGivenBack { .. }
            | Notice::NotBack { .. }
            | Notice::NotRejoined { .. }
            | Notice::TransferredTo { .. }
            | Notice::TransferredNotCalling { .. }
            | Notice::HandedOn { .. }
            | Notice::TransferBusy { .. }
            | Notice::TransferUnavailable { .. }
            | Notice::NotTransferred { .. }
            | Notice::AddBusy { .. }
            | Notice::AddUnavailable { .. }
            | Notice::NotAdded { .. }
            | Notice::NotRemoved { .. }
            | Notice::NotEndedForAll { .. }
            | Notice::FunctionsUnreachable { .. } => {}
        }
    }
}

fn is_verdict(effect: &Effect) -> bool {
    matches!(effect, Effect::Verdict { .. })
}

pub fn id_of(effect: &Effect) -> Option<EffectId> {
    match effect {
        Effect::CreateTask { id, .. }
        | Effect::StartOutboundCall { id, .. }
        | Effect::TransferTask { id, .. }
        | Effect::CallWorker { id, .. }
        | Effect::AcceptTask { id, .. }
        | Effect::SelectTask { id, .. }
        | Effect::RejectReservation { id, .. }
        | Effect::CompleteTask { id, .. }
        | Effect::Http { id, .. }
        | Effect::ForwardLeg { id, .. }
        | Effect::HoldParticipant { id, .. }
        | Effect::HangUp { id, .. }
        | Effect::RestoreDirectory { id }
        | Effect::LoadDirectory { id, .. }
        | Effect::LoadPeople { id, .. }
        | Effect::ListPeople { id, .. }
        | Effect::WatchPeople { id, .. }
        | Effect::SettleDirectory { id }
        | Effect::RestoreFavourites { id }
        | Effect::OpenFavourites { id, .. }
        | Effect::WriteFavourite { id, .. }
        | Effect::ListQueues { id, .. }
        | Effect::LoadQueues { id } => Some(*id),
        Effect::Verdict { .. }
        | Effect::Notify { .. }
        | Effect::NotifyRinging { .. }
        | Effect::SetAudio { .. }
        | Effect::ShowLeg { .. }
        | Effect::SaveDirectory
        | Effect::KeepFavourites { .. }
        | Effect::EndListening { .. }
        | Effect::KeepConference { .. }
        | Effect::ViewChanged { .. } => None,
    }
}

fn http(request: &HttpRequest) -> Order {
    let field = |name| {
        let mut fields = request.form.iter();
        fields
            .find(|(key, _)| key == name)
            .map(|(_, text)| text.as_str())
    };
    let (call, role) = call_of(field("taskSid").unwrap());
    match request.url.rsplit('/').next().unwrap() {
        "ring" => Order::Ring(call),
        "reject" => Order::Decline(call),
        "end" => {
            let late = field("outcome").map(|text| serde_json::from_value(text.into()).unwrap());
            Order::End { call, late }
        }
        "hold" => {
            let (held, on) = (role.other(), field("hold") == Some("true"));
            Order::Hold { call, held, on }
        }
        "transfer" => Order::Transfer { call, by: role },
        "check" => Order::Check(call),
        "came" => Order::Came(call),
        other => unreachable!("no such function: {other}"),
    }
}
