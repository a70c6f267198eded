//! Behaviour of telephony, seen from outside: orders and inputs in, facts, outputs and audio out.

mod always;
mod applications;
mod audio;
mod conferences;
mod customers;
mod documents;
mod legs;
mod operations;
mod player;
mod queue;
mod twiml;

use super::*;
use crate::audio::{Hears, LegAudio, Speaks};
use crate::orders::{Instruction, ParticipantChange};
use crate::output::Webhook;
use backline::ids::{ContactUri, ReservationSid, TaskSid, WorkerSid};

/// Telephony with what it has said so far.
#[derive(Default)]
struct Bench {
    phone: Telephony,
    now: Millis,
    facts: Vec<CallFact>,
    outputs: Vec<Output>,
}

impl Bench {
    fn new() -> Self {
        Self::default()
    }

    /// Runs a change now, keeping what it says.
    fn with<T>(&mut self, change: impl FnOnce(&mut Telephony, Millis) -> T) -> T {
        let answer = change(&mut self.phone, self.now);
        self.facts.extend(self.phone.drain_facts());
        self.outputs.extend(self.phone.drain_outputs());
        answer
    }

    /// Lets time pass, deadline by deadline.
    fn pass(&mut self, span: Millis) {
        let until = self.now + span;
        while let Some(due) = self.phone.next_deadline().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.with(|phone, _| phone.fire(due));
        }
        self.now = until;
    }

    fn order(&mut self, number: u128, instruction: Instruction) -> CallSid {
        let order = DialOrder {
            reservation: ReservationSid::from_number(number),
            task: TaskSid::from_number(number),
            worker: WorkerSid::from_number(number),
            to: ContactUri::parse(&format!("client:agent{number}")).unwrap(),
            from: "+15550100".to_owned(),
            instruction,
            timeout_s: 20,
            parameters: vec![("key".to_owned(), "value".to_owned())],
        };
        self.with(|phone, now| phone.dial(now, order));
        self.facts
            .iter()
            .rev()
            .find_map(|fact| match fact {
                CallFact::Dialled { call, .. } => Some(call.clone()),
                _ => None,
            })
            .unwrap()
    }

    /// An agent whose leg runs the page at `http://functions/join`.
    fn order_call(&mut self, number: u128) -> CallSid {
        self.order(
            number,
            Instruction::Call {
                url: "http://functions/join".to_owned(),
                accept: true,
                status_callback: None,
            },
        )
    }

    fn answer(&mut self, call: &CallSid) {
        self.with(|phone, now| {
            phone.leg_ringing(now, call);
            phone.leg_answered(now, call);
        });
    }

    fn webhooks(&self, purpose: &str) -> Vec<Webhook> {
        self.outputs
            .iter()
            .filter_map(|output| match output {
                Output::Webhook(webhook) if webhook.purpose == purpose => Some(webhook.clone()),
                _ => None,
            })
            .collect()
    }

    /// Answers the latest request for TwiML.
    fn twiml(&mut self, body: &str) {
        let id = self.webhooks("twiml").last().unwrap().id;
        self.with(|phone, now| phone.webhook_answered(now, id, 200, body));
    }

    /// An agent in the conference `room`, by `Instruction=call`.
    fn in_room(&mut self, number: u128, attributes: &str) -> CallSid {
        let call = self.order_call(number);
        self.answer(&call);
        self.twiml(&format!(
            "<Response><Dial><Conference {attributes}>room</Conference></Dial></Response>"
        ));
        call
    }

    fn room(&self) -> ConferenceSid {
        self.phone.conference_named("room").unwrap()
    }

    fn status(&self, call: &CallSid) -> CallStatus {
        self.phone.call(call).unwrap().status
    }

    fn hears(&self, call: &CallSid) -> Hears {
        self.audio(call).unwrap().hears
    }

    fn audio(&self, call: &CallSid) -> Option<LegAudio> {
        let graph = self.phone.audio();
        graph.legs.into_iter().find(|leg| leg.call == *call)
    }

    /// A customer of the task `number`, in the queue, and the agent who takes him, in their conference.
    fn customer_and_agent(&mut self, number: u128) -> (CallSid, CallSid) {
        let customer = self.with(|phone, now| {
            phone.customer_calls(now, "+15550111", "+15550100", "Dora", Map::new())
        });
        let agent = self.order(number, conference_with(Some(customer.clone())));
        self.answer(&agent);
        (customer, agent)
    }

    /// `StatusCallbackEvent` of each conference callback, in order.
    fn conference_events(&self) -> Vec<String> {
        self.webhooks("conference-status")
            .iter()
            .map(|webhook| parameter(webhook, "StatusCallbackEvent").to_owned())
            .collect()
    }

    fn changes(&self) -> Vec<(ParticipantChange, CallSid, u64)> {
        self.facts
            .iter()
            .filter_map(|fact| match fact {
                CallFact::Participant {
                    change,
                    participant,
                    ..
                } => Some((*change, participant.call.clone(), participant.sequence)),
                _ => None,
            })
            .collect()
    }
}

type Map = serde_json::Map<String, serde_json::Value>;

fn conference_with(customer: Option<CallSid>) -> Instruction {
    Instruction::Conference {
        customer,
        outbound_to: None,
        end_on_exit: true,
        end_on_customer_exit: true,
        status_callback: None,
    }
}

fn parameter<'a>(webhook: &'a Webhook, name: &str) -> &'a str {
    webhook
        .parameters
        .iter()
        .find(|(key, _)| key == name)
        .map_or("", |(_, value)| value)
}
