//! The events that the shell would make: the start, reservations, answers.

use crate::brain::Brain;
use crate::call::Call;
use crate::effects::id_of;
use crate::names::{task, third, Offer, Who};
use crate::native;
use crate::office::{Answer, Card};
use backline::core::Core;
use backline::error::Failure;
use backline::event::{Event, Outcome, Tab};
use backline::ids::{ApplicationSid, QueueSid, WorkflowSid};
use backline::time::Millis;
use backline::twilio::attributes::{InternalCall, Role, TransferTo, CLAIMED};
use backline::twilio::reservation::RawReservation;
use serde_json::{json, Value};
use std::cell::RefCell;
use std::collections::HashMap;

/// Starts a core, with somebody (or a queue) chosen on its panel.
pub fn start(brain: &mut Brain, who: Who, queue: bool) {
    // The functions are there: what they answer to "ready" and "reach" is no part of this.
    tell(brain, &started(who, json!({})));
    if !queue {
        let callee = who.other().callee();
        tell(brain, &Event::PersonChosen { callee });
        return;
    }
    let tab = Tab::Queue;
    brain.handle(Millis(0), &Event::TabChosen { tab });
    let effects = brain.handle(Millis(0), &Event::FieldOpened { tab });
    let queues = vec![SALES.to_owned()];
    let load = Event::Settled {
        id: effects.iter().find_map(id_of).unwrap(),
        outcome: Outcome::Queues { queues },
    };
    brain.handle(Millis(0), &load);
    let queue = SALES.to_owned();
    brain.handle(Millis(0), &Event::QueueChosen { queue });
}

/// The same, where calls are by an application.
pub fn start_native(brain: &mut Brain, who: Who) {
    let application = json!({
        "application_sid": ApplicationSid::from_number(1), "outbound_queue_sid": QueueSid::from_number(1)});
    tell(brain, &started(who, application));
    let callee = who.other().callee();
    tell(brain, &Event::PersonChosen { callee });
}

/// Whom the other party is to be transferred to.
pub fn choose_third(brain: &mut Brain) {
    let callee = third();
    tell(brain, &Event::PersonChosen { callee });
}

/// Tells a fact; what is asked is answered at once.
fn tell(brain: &mut Brain, event: &Event) {
    let effects = brain.handle(Millis(0), event);
    for id in effects.iter().filter_map(id_of) {
        let outcome = outcome(Answer::Ok);
        brain.handle(Millis(0), &Event::Settled { id, outcome });
    }
}

/// Alice's core, started, with nothing chosen.
pub fn core() -> Core {
    let mut core = Core::default();
    core.handle(Millis(0), &started(Who::Alice, json!({})));
    core
}

const SALES: &str = "Sales";

fn started(who: Who, further: Value) -> Event {
    let mut started = json!({
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
        "tab": who.login(),
    });
    let features = &mut started["configuration"]["ui_attributes"]["custom_data"]["features"];
    for (key, value) in further.as_object().unwrap() {
        features["internal_call"][key] = value.clone();
    }
    serde_json::from_value(started).unwrap()
}

/// A reservation of a call by an application.
pub fn native_reservation(caller: Who, offer: Offer, card: native::Card) -> Event {
    let mut links = json!({"role": offer.role, "strategy": "application", "caller_worker": caller.worker(),
        "callee_worker": caller.other().worker(), "progress": card.progress});
    let mut attributes = json!({"from": "+15550100"});
    match offer.role {
        Role::Caller => {
            links["tab"] = json!(caller.login());
            attributes["name"] = json!(caller.other().login());
            attributes["outbound_to"] = json!("app:AP?");
        }
        Role::Callee => {
            links["caller_task"] = json!(task(offer.call, Role::Caller));
            links["caller_uri"] = json!(format!("client:{}", caller.login()));
            attributes["name"] = json!(caller.login());
            attributes["to"] = json!(ApplicationSid::from_number(1));
        }
    }
    attributes["internal_call"] = links;
    let reservation = json!({
        "sid": offer.sid(), "taskSid": offer.task(), "status": card.status, "attributes": attributes});
    let reservation = serde_json::from_value(reservation).unwrap();
    Event::ReservationChanged { reservation }
}

/// A reservation as the SDK tells it.
pub fn reservation(call: &Call, offer: Offer, card: Card) -> Event {
    let mut reservation = template(call, offer);
    reservation.status = card.status;
    if let Some(links) = attributes(&mut reservation) {
        links.progress = card.progress;
        links.claim = card.claimed.then(|| "1".to_owned());
        links.on_hold = Some(card.on_hold);
        links.transfer = card.transferred.then(|| TransferTo::Agent(third()));
    }
    Event::ReservationChanged { reservation }
}

fn attributes(reservation: &mut RawReservation) -> Option<&mut InternalCall> {
    reservation.attributes.as_mut()?.internal_call.as_mut()
}

/// Its part that never changes, read once.
fn template(call: &Call, offer: Offer) -> RawReservation {
    type Templates = HashMap<(Offer, Who, bool, bool), RawReservation>;
    thread_local!(static TEMPLATES: RefCell<Templates> = RefCell::default());
    TEMPLATES.with_borrow_mut(|known| {
        let key = (offer, call.caller, call.to_queue, call.to_third);
        let read = || read(call, offer);
        known.entry(key).or_insert_with(read).clone()
    })
}

fn read(call: &Call, offer: Offer) -> RawReservation {
    let caller = call.caller;
    let callee = match call.to_third {
        true => third(),
        false => caller.other().callee(),
    };
    let mut links = json!({"role": offer.role, "caller_worker": caller.worker()});
    if !call.to_queue {
        links["callee_worker"] = json!(callee.worker);
    }
    match offer.role {
        Role::Caller => links["tab"] = json!(caller.login()),
        Role::Callee => links["caller_task"] = json!(task(offer.call, Role::Caller)),
    }
    let mut attributes = json!({
        "client_call": true,
        "from": format!("client:{}", caller.login()),
        "name": match offer.role {
            Role::Caller => callee.name.0.as_str(),
            Role::Callee => caller.login(),
        },
        "internal_call": links,
    });
    if call.to_queue {
        attributes["callToQueue"] = json!(SALES);
    }
    let reservation = json!({
        "sid": offer.sid(), "taskSid": offer.task(), "status": "pending", "attributes": attributes});
    serde_json::from_value(reservation).unwrap()
}

/// How an effect went, as the shell tells it.
pub fn outcome(answer: Answer) -> Outcome {
    let answered = |status, code: Option<&str>| Outcome::Answered {
        status,
        message: String::new(),
        code: code.map(str::to_owned),
    };
    match answer {
        Answer::Done => Outcome::Done,
        Answer::Created(call) => Outcome::TaskCreated {
            task: task(call, Role::Caller),
        },
        Answer::Ok => answered(200, None),
        Answer::Conflict => answered(409, None),
        Answer::Claimed => answered(409, Some(CLAIMED)),
        Answer::Because(progress) => answered(409, Some(progress.as_str())),
        Answer::Refused | Answer::Lost => Outcome::Failed {
            failure: Failure::new("no way"),
        },
    }
}
