//! A call between agents through every server-side part: the event bridge, the functions, TaskRouter's REST, TwiML,
//! conferences. Only the phones are played: they answer when the world says so.

use crate::rest::tests::Served;
use backline::ids::{CallSid, ReservationSid, TaskSid};
use backline_world::account;
use backline_world::routing::model::{ReservationState, TaskState};
use backline_world::setup;
use backline_world::World;
use serde_json::{json, Value};
use std::time::Duration;

pub(crate) async fn office() -> Served {
    let served = Served::in_world(setup::demo(4, backline::time::Millis(0)), |sandbox| {
        crate::taskrouter::routes(sandbox)
    })
    .await;
    for index in 0..2 {
        rpc(
            &served,
            index,
            &format!(
                "Workspaces/{}/Workers/{}",
                account::workspace_sid(),
                account::worker_sid(index)
            ),
            json!({ "ActivitySid": setup::available_activity_sid() }),
        )
        .await;
    }
    served
}

const NAMES: [&str; 2] = ["alice", "bob"];

/// A request of the TaskRouter SDK.
async fn rpc(served: &Served, worker: usize, url: &str, params: Value) -> Value {
    let token = account::flex_token(NAMES[worker]);
    let target = format!(
        "{}/t/event-bridge.twilio.com/v1/wschannels?token={token}",
        served.base
    );
    let body = json!({ "url": url, "method": "POST", "params": params, "token": token });
    let answer = served
        .client
        .post(target)
        .header("apiVersion", "v1")
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{url}: {status} {text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    body["payload"].clone()
}

/// Alice's task, offered to herself.
pub(crate) async fn place(served: &Served) -> TaskSid {
    let params = json!({
        "WorkflowSid": account::anyone_workflow_sid(),
        "TaskQueueSid": account::everyone_queue_sid(),
        "RoutingTarget": account::worker_sid(0),
        "TaskChannelUniqueName": "voice",
        "Attributes": {
            "to": "client:bob", "from": "client:alice", "direction": "outbound", "name": "Bob Brown",
            "fromName": "Alice Anderson", "targetWorker": "client:alice", "autoAnswer": "true",
            "client_call": true,
            "internal_call": {
                "role": "caller",
                "caller_worker": account::worker_sid(0),
                "callee_worker": account::worker_sid(1),
            },
        },
    });
    let url = format!("Workspaces/{}/Tasks", account::workspace_sid());
    let task = rpc(served, 0, &url, params).await;
    TaskSid::parse(task["sid"].as_str().unwrap()).unwrap()
}

pub(crate) async fn function(
    served: &Served,
    name: &str,
    task: &TaskSid,
    identity: &str,
) -> (u16, Value) {
    let answer = served
        .client
        .post(format!("{}/internal-call/flex/{name}", served.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!(
            "taskSid={task}&Token={}",
            account::flex_token(identity)
        ))
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_str(&answer.text().await.unwrap()).unwrap(),
    )
}

/// The offered reservation of a worker: its SID and its task.
pub(crate) fn offered(served: &Served, worker: usize) -> Option<(ReservationSid, TaskSid)> {
    served.sandbox.world(|world| {
        let worker = account::worker_sid(worker);
        world
            .routing
            .reservations()
            .find(|one| {
                one.worker == worker && matches!(one.state, ReservationState::Pending { .. })
            })
            .map(|one| (one.sid.clone(), one.task.clone()))
    })
}

/// `reservation.call(…, {accept: true})`, and the phone answers.
pub(crate) async fn accept(served: &Served, worker: usize, conference: &TaskSid) -> CallSid {
    let (reservation, _) = offered(served, worker).unwrap();
    let port = served.sandbox.options().port;
    let page = if worker == 0 {
        format!("agent-outbound-join?taskSid={conference}")
    } else {
        format!("agent-join-conference?conferenceName={conference}")
    };
    let url = format!(
        "Workspaces/{}/Workers/{}/Reservations/{reservation}",
        account::workspace_sid(),
        account::worker_sid(worker)
    );
    let params = json!({
        "Instruction": "call",
        "CallFrom": "client:alice",
        "CallUrl": format!("http://functions.localhost:{port}/internal-call/common/{page}"),
        "CallAccept": "true",
    });
    rpc(served, worker, &url, params).await;
    let call = served
        .sandbox
        .world(|world| world.telephony.calls()[0].sid.clone());
    served.answer(&call);
    call
}

pub(crate) async fn until(served: &Served, what: &str, so: impl Fn(&mut World) -> bool) {
    for _ in 0..1000 {
        if served.sandbox.world(|world| so(world)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let world = served
        .sandbox
        .world(|world| json!({ "telephony": world.telephony.snapshot(), "routing": world.routing.snapshot() }));
    panic!("never {what}: {world:#}");
}

pub(crate) fn talking(world: &World, conference: &TaskSid) -> bool {
    world
        .telephony
        .conference_named(conference.as_str())
        .is_some_and(|room| world.telephony.participants(&room).len() == 2)
}

#[tokio::test]
async fn alice_calls_bob_they_talk_and_everything_closes() {
    let served = office().await;
    let task = place(&served).await;
    let (status, answer) = function(&served, "ring", &task, "alice").await;
    assert_eq!(status, 200, "{answer}");
    let (_, callee_task) = offered(&served, 1).unwrap();
    assert_eq!(answer["calleeTask"], callee_task.as_str());
    let alice = accept(&served, 0, &task).await;
    let bob = accept(&served, 1, &task).await;
    until(&served, "talking", |world| talking(world, &task)).await;
    served.sandbox.world(|world| {
        let now = world.now();
        world.telephony.leg_hung_up(now, &bob);
    });
    until(&served, "both in wrap-up", |world| {
        [&task, &callee_task]
            .iter()
            .all(|task| world.routing.task(task).unwrap().state == TaskState::Wrapping)
    })
    .await;
    assert!(served
        .sandbox
        .world(|world| { world.telephony.is_at_rest() && world.telephony.call(&alice).is_some() }));
}

#[tokio::test]
async fn ringing_twice_makes_one_task_and_a_stranger_makes_none() {
    let served = office().await;
    let task = place(&served).await;
    let (status, _) = function(&served, "ring", &task, "bob").await;
    assert!((400..500).contains(&status), "{status}");
    assert_eq!(offered(&served, 1), None);
    let (first, second) = tokio::join!(
        function(&served, "ring", &task, "alice"),
        function(&served, "ring", &task, "alice")
    );
    assert!(first.0 == 200 || second.0 == 200, "{first:?} {second:?}");
    let open = served.sandbox.world(|world| {
        world
            .routing
            .tasks()
            .filter(|task| task.state.ended().is_none())
            .count()
    });
    assert_eq!(open, 2);
}

#[tokio::test]
async fn bob_declines_and_alice_is_not_left_alone() {
    let served = office().await;
    let task = place(&served).await;
    function(&served, "ring", &task, "alice").await;
    let (_, callee_task) = offered(&served, 1).unwrap();
    let alice = accept(&served, 0, &task).await;
    until(&served, "Alice waiting", |world| {
        world.telephony.conference_named(task.as_str()).is_some()
    })
    .await;
    let (status, answer) = function(&served, "reject", &callee_task, "bob").await;
    assert_eq!(status, 200, "{answer}");
    until(&served, "closed", |world| {
        world
            .telephony
            .call(&alice)
            .is_some_and(|call| call.duration_s.is_some())
            && world.telephony.is_at_rest()
    })
    .await;
    assert_eq!(offered(&served, 1), None);
}
