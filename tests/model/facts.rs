//! The events that the shell would make: the start, reservations, answers.

use crate::backend::Call;
use crate::names::{task, Offer, Who};
use crate::office::{Answer, Card};
use backline::effect::Effect;
use backline::error::Failure;
use backline::event::{Event, Outcome, Tab};
use backline::ids::{QueueSid, WorkflowSid};
use backline::time::Millis;
use backline::twilio::attributes::Role;
use serde_json::json;

use crate::brain::Brain;
use crate::effects::id_of;

/// Starts a core, with somebody (or a queue) chosen on its panel.
pub fn start(brain: &mut Brain, who: Who, queue: bool) {
    let started = json!({
        "kind": "started",
        "configuration": {
            "outbound_call_flows": {"default": {
                "workflow_sid": WorkflowSid::from_number(1), "queue_sid": QueueSid::from_number(1),
                "caller_id": "+15550100"}},
            "ui_attributes": {"custom_data": {
                "serverless_functions_domain": "f",
                "features": {"internal_call": {"enabled": true, "enable_call_queue": true}}}}},
        "me": {"workerSid": who.worker(), "friendlyName": who.login(),
               "attributes": {"contact_uri": format!("client:{}", who.login())}},
        "activities": [],
    });
    brain.handle(Millis(0), &serde_json::from_value(started).unwrap());
    if queue {
        let tab = Tab::Queue;
        let sales = || "Sales".to_owned();
        brain.handle(Millis(0), &Event::TabChosen { tab });
        let effects = brain.handle(Millis(0), &Event::FieldOpened { tab });
        let load = effects
            .iter()
            .find(|effect| matches!(effect, Effect::LoadQueues { .. }));
        let queues = Outcome::Queues {
            queues: vec![sales()],
        };
        brain.handle(
            Millis(0),
            &Event::Settled {
                id: load.and_then(id_of).unwrap(),
                outcome: queues,
            },
        );
        brain.handle(Millis(0), &Event::QueueChosen { queue: sales() });
    } else {
        let callee = who.other().callee();
        brain.handle(Millis(0), &Event::PersonChosen { callee });
    }
}

/// A reservation as the SDK tells it.
pub fn reservation(call: &Call, offer: Offer, card: Card) -> Event {
    let (caller, callee) = (call.caller, call.caller.other());
    let mut links = json!({"role": offer.role, "caller_worker": caller.worker()});
    if !call.to_queue {
        links["callee_worker"] = json!(callee.worker());
    }
    if offer.role == Role::Callee {
        links["caller_task"] = json!(task(offer.call, Role::Caller));
    }
    if let Some(progress) = card.progress {
        links["progress"] = json!(progress);
    }
    let mut attributes = json!({
        "client_call": true,
        "from": format!("client:{}", caller.login()),
        "name": match offer.role {
            Role::Caller => callee.login(),
            Role::Callee => caller.login(),
        },
        "internal_call": links,
    });
    if call.to_queue {
        attributes["callToQueue"] = json!("Sales");
    }
    let event = json!({"kind": "reservationChanged", "reservation": {
        "sid": offer.sid(), "taskSid": offer.task(), "status": card.status, "attributes": attributes}});
    serde_json::from_value(event).unwrap()
}

/// How an effect went, as the shell tells it.
pub fn outcome(answer: Answer) -> Outcome {
    let answered = |status| Outcome::Answered {
        status,
        body: String::new(),
    };
    match answer {
        Answer::Done => Outcome::Done,
        Answer::Created(call) => Outcome::TaskCreated {
            task: task(call, Role::Caller),
        },
        Answer::Ok => answered(200),
        Answer::Conflict => answered(409),
        Answer::Refused | Answer::Lost => Outcome::Failed {
            failure: Failure::new("no way"),
        },
    }
}
