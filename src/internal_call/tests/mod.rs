use crate::core::Core;
use crate::effect::{Effect, HttpRequest, Notice, Place, Unanswered, Verdict};
use crate::error::Failure;
use crate::event::{ActionToken, Callee, EffectId, Event, FlexAction, Outcome, Tab};
use crate::ids::{ContactUri, QueueSid, ReservationSid, TaskSid, WorkerSid, WorkflowSid};
use crate::time::Millis;
use crate::view::{CallLine, HoldView};
use serde_json::{json, Value};

mod application;
mod ending;
mod glare;
mod hold;
mod legs;
mod missed;
mod outcomes;
mod own_leg;
mod parties;
mod placing;
mod rejoining;
mod transferring;
mod warm_transfer;

const NOW: Millis = Millis(1000);

fn alice() -> WorkerSid {
    WorkerSid::from_number(1)
}

fn bob() -> Callee {
    Callee {
        worker: WorkerSid::from_number(2),
        contact_uri: ContactUri::parse("client:bob").unwrap(),
        name: "Bob Brown".into(),
    }
}

fn task() -> TaskSid {
    TaskSid::from_number(10)
}

fn reservation() -> ReservationSid {
    ReservationSid::from_number(20)
}

fn start_event(contact_uri: &str) -> Value {
    json!({
        "kind": "started",
        "configuration": {
            "outbound_call_flows": {"default": {
                "workflow_sid": WorkflowSid::from_number(1), "queue_sid": QueueSid::from_number(1),
                "caller_id": "+15550100"}},
            "ui_attributes": {"custom_data": {
                "serverless_functions_domain": "f.example",
                "features": {"internal_call": {"enabled": true, "enable_call_queue": true}}}}},
        "me": {"workerSid": alice(), "friendlyName": "alice",
               "attributes": {"contact_uri": contact_uri, "full_name": "Alice Anderson"}},
        "activities": [], "tab": "tab-1",
    })
}

fn started(contact_uri: &str, configure: impl FnOnce(&mut Value)) -> Core {
    let mut event = start_event(contact_uri);
    configure(&mut event);
    let mut core = Core::default();
    core.told(NOW, &serde_json::from_value(event).unwrap());
    core
}

/// The core without the orders to draw something again.
trait Told {
    fn told(&mut self, now: Millis, event: &Event) -> Vec<Effect>;
}

impl Told for Core {
    fn told(&mut self, now: Millis, event: &Event) -> Vec<Effect> {
        let mut effects = self.handle(now, event);
        effects.retain(|effect| !matches!(effect, Effect::ViewChanged { .. }));
        effects
    }
}

fn desk() -> Core {
    started("client:alice", |_| {})
}

fn offer(role: &str, status: &str, change: impl FnOnce(&mut Value)) -> Event {
    let mut event = json!({"kind": "reservationChanged", "reservation": {
    "sid": reservation(), "taskSid": task(), "status": status,
    "attributes": {
        "client_call": true, "from": if role == "caller" {"client:alice"} else {"client:bob"},
        "name": "Bob Brown",
        "internal_call": {"role": role, "caller_worker": if role == "caller" {alice()} else {bob().worker},
                          "callee_worker": if role == "caller" {bob().worker} else {alice()},
                          "tab": "tab-1"},
    }}});
    if role == "callee" {
        event["reservation"]["attributes"]["internal_call"]["caller_task"] =
            json!(TaskSid::from_number(77));
    }
    change(&mut event["reservation"]);
    serde_json::from_value(event).unwrap()
}

fn press(core: &mut Core) -> Vec<Effect> {
    core.told(NOW, &Event::PersonChosen { callee: bob() });
    core.told(NOW, &Event::CallPressed)
}

fn creation(effects: &[Effect]) -> EffectId {
    effects
        .iter()
        .find_map(|e| {
            if let Effect::CreateTask { id, .. } = e {
                Some(*id)
            } else {
                None
            }
        })
        .expect("a task is created")
}

fn posts(effects: &[Effect]) -> Vec<(EffectId, HttpRequest)> {
    effects
        .iter()
        .filter_map(|e| {
            if let Effect::Http { id, request } = e {
                Some((*id, request.clone()))
            } else {
                None
            }
        })
        .collect()
}

fn paths(effects: &[Effect]) -> Vec<String> {
    posts(effects)
        .into_iter()
        .map(|(_, r)| r.url.rsplit('/').next().unwrap().to_owned())
        .collect()
}

fn notices(effects: &[Effect]) -> Vec<Notice> {
    effects
        .iter()
        .filter_map(|e| {
            if let Effect::Notify { notice } = e {
                Some(notice.clone())
            } else {
                None
            }
        })
        .collect()
}

fn settle(core: &mut Core, id: EffectId, outcome: Outcome) -> Vec<Effect> {
    core.told(NOW, &Event::Settled { id, outcome })
}

fn failed() -> Outcome {
    Outcome::Failed {
        failure: Failure::new("no way"),
    }
}

fn line(core: &Core) -> CallLine {
    core.dialpad().unwrap().line().clone()
}

fn action(core: &mut Core, action: FlexAction, sid: &str) -> (Verdict, Vec<Effect>) {
    let event = Event::ActionRequested {
        token: ActionToken(5),
        action,
        sid: Some(sid.to_owned()),
        task_sid: None,
        target: None,
    };
    let effects = core.told(NOW, &event);
    match effects.first() {
        Some(Effect::Verdict {
            token: ActionToken(5),
            verdict,
        }) => (verdict.clone(), effects.clone()),
        other => panic!("no verdict first: {other:?}"),
    }
}

/// Alice has called Bob and her own reservation is on offer.
fn ringing() -> (Core, Vec<Effect>) {
    let mut core = desk();
    let id = creation(&press(&mut core));
    settle(&mut core, id, Outcome::TaskCreated { task: task() });
    let effects = core.told(NOW, &offer("caller", "pending", |_| {}));
    (core, effects)
}

/// Alice has called Bob, whose phone rings; her own leg is wanted.
fn rung() -> (Core, Vec<Effect>) {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let ring = posts(&settle(
        &mut core,
        id,
        Outcome::TaskCreated { task: task() },
    ))[0]
        .0;
    core.told(NOW, &offer("caller", "pending", |_| {}));
    let effects = settle(&mut core, ring, ok());
    (core, effects)
}

fn ok() -> Outcome {
    answered(200, None)
}

fn answered(status: u16, code: Option<&str>) -> Outcome {
    Outcome::Answered {
        status,
        message: "said".to_owned(),
        code: code.map(str::to_owned),
    }
}

/// The caller's own reservation, with how far the call got.
fn progress(status: &str, to: &str) -> Event {
    offer("caller", status, |r| {
        r["attributes"]["internal_call"]["progress"] = json!(to);
    })
}

/// Goes to the next deadline.
fn wait(core: &mut Core) -> (Millis, Vec<Effect>) {
    let due = core.next_deadline().expect("something is waited for");
    (due, core.told(due, &Event::DeadlineReached))
}
