//! Transfers, over the bridge: what the SDK's `task.transfer` and `OutgoingTransfer.cancel` send, and what it reads.

use super::supervise::{accepted, answer};
use super::*;

/// What twilio-taskrouter 2.1.1 throws without (`TransferProperties`).
const PROPERTIES: [&str; 11] = [
    "date_created",
    "date_updated",
    "initiating_reservation_sid",
    "initiating_worker_sid",
    "initiating_queue_sid",
    "initiating_workflow_sid",
    "sid",
    "transfer_mode",
    "transfer_to",
    "transfer_type",
    "transfer_status",
];

/// Alice talks to Dana, Bob is free: her task and reservation.
async fn talking(server: &Server) -> (String, String) {
    let path = accepted(server).await;
    let available = json!({ "ActivitySid": setup::available_activity_sid() });
    let bob = format!("Workers/{}", worker(1));
    server.call("bob", "POST", &bob, available).await;
    let path: Vec<&str> = path.split('/').collect();
    (path[1].to_owned(), path[3].to_owned())
}

async fn transfer(server: &Server, to: &str, mode: Value) -> (u16, Value) {
    let (task, reservation) = talking(server).await;
    let params = json!({ "ReservationSid": reservation, "TaskSid": task, "To": to, "Mode": mode });
    let path = format!("Workers/{}/Transfers", worker(0));
    server.call("alice", "POST", &path, params).await
}

async fn cancel(server: &Server, who: usize, transfer: &Value, status: &str) -> (u16, Value) {
    let path = format!(
        "Workers/{}/Transfers/{}",
        worker(who),
        transfer["sid"].as_str().unwrap()
    );
    let params = json!({ "TaskSid": transfer["task_sid"], "TransferStatus": status });
    server.call("alice", "POST", &path, params).await
}

#[tokio::test]
async fn a_transfer_has_all_that_the_sdk_reads_and_its_offer_has_it() {
    let server = Server::start().await;
    let mut bob = server.bridge("bob", "").await;
    assert_eq!(next_type(&mut bob).await, "init");
    let (status, answered) = transfer(&server, &worker(1), Value::Null).await;
    let transfer = &answered["payload"];
    assert_eq!(status, 200, "{answered}");
    for property in PROPERTIES {
        assert!(transfer.get(property).is_some(), "{property}: {transfer}");
    }
    assert_eq!(
        [
            &transfer["transfer_mode"],
            &transfer["transfer_type"],
            &transfer["transfer_status"],
            &transfer["initiating_worker_sid"]
        ],
        [
            &json!("WARM"),
            &json!("WORKER"),
            &json!("initiated"),
            &json!(worker(0))
        ]
    );
    let (mut event, mut offer) = next(&mut bob).await;
    while event != "reservation.created" {
        (event, offer) = next(&mut bob).await;
    }
    assert_eq!(offer["task_transfer"], *transfer);
    assert_eq!(offer["task"]["assignment_status"], "reserved");
    // `null` would be taken for a transfer.
    assert!(offer.get("active_outgoing_task_transfer").is_none());
    let path = format!("Workers/{}/Reservations", worker(0));
    let (_, own) = server
        .call("alice", "GET", &path, json!({ "Active": true }))
        .await;
    let own = &own["payload"]["contents"][0];
    assert_eq!(own["active_outgoing_task_transfer"], *transfer);
    assert!(own.get("task_transfer").is_none());
}

#[tokio::test]
async fn a_transfer_is_taken_back_once_and_by_its_initiator() {
    let server = Server::start().await;
    let (_, answered) = transfer(&server, &worker(1), json!("WARM")).await;
    let transfer = &answered["payload"];
    assert_eq!(cancel(&server, 1, transfer, "canceled").await.0, 404);
    assert_eq!(cancel(&server, 0, transfer, "complete").await.0, 400);
    let (status, canceled) = cancel(&server, 0, transfer, "canceled").await;
    assert_eq!(
        (status, &canceled["payload"]["transfer_status"]),
        (200, &json!("canceled"))
    );
    let (status, refusal) = cancel(&server, 0, transfer, "canceled").await;
    assert_eq!(status, 400);
    let message = refusal["message"].as_str().unwrap();
    assert!(
        message.ends_with("is already canceled . Cannot cancel transfer."),
        "{message}"
    );
}

#[tokio::test]
async fn a_colleague_who_is_not_there_is_refused_and_the_agent_keeps_the_call() {
    let server = Server::start().await;
    let (status, refusal) = transfer(&server, &worker(2), json!("COLD")).await;
    assert_eq!((status, &refusal["code"]), (400, &json!(20001)));
    assert!(!server.sandbox.read(|world| world.routing.is_at_rest()));
    let held = server.sandbox.read(|world| {
        let rooms = world.telephony.conferences();
        let all: Vec<bool> = rooms[0].participants.iter().map(|one| one.hold).collect();
        all
    });
    assert_eq!(held, [false, false]);
}

#[tokio::test]
async fn flex_takes_end_conference_on_exit_off_the_agent_before_a_cold_transfer() {
    let server = Server::start().await;
    let (task, _) = talking(&server).await;
    let digits = task.trim_start_matches("WT");
    let participants = format!("v1/Interactions/KD{digits}/Channels/UO{digits}/Participants");
    let ask = |path: String, method: &'static str, params: Value| {
        let body = json!({
            "url": path, "method": method, "params": params, "token": account::flex_token("alice"),
        });
        server.post_bridge(body.to_string())
    };
    let (_, there) = ask(participants.clone(), "GET", Value::Null).await;
    let there = there["payload"]["participants"].as_array().unwrap().clone();
    let alice = there.iter().find(|one| one["type"] == "agent").unwrap();
    let path = format!("{participants}/{}", alice["sid"].as_str().unwrap());
    let off = json!({ "media_properties": { "end_conference_on_exit": false } });
    assert_eq!(ask(path.clone(), "POST", off.clone()).await.0, 200);
    assert_eq!(
        ask(path, "POST", json!({ "media_properties": {} })).await.0,
        400
    );
    assert_eq!(ask(format!("{participants}/UT0"), "POST", off).await.0, 404);
    assert!(answer(&server, "alice"), "her leg is there still");
}
