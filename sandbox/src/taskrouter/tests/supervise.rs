//! Listening in, over the bridge: what the SDK's `Supervisor.monitor` sends.

use super::*;

/// What `monitor(taskSid, reservationSid, {To})` sends of Carol.
fn monitor() -> Value {
    json!({
        "To": "client:carol", "Instruction": "supervise", "Supervisor": worker(2), "SupervisorMode": "monitor",
    })
}

/// Alice is offered Dana: the path of her reservation, as a supervisor addresses it.
async fn offered(server: &Server) -> String {
    let available = json!({ "ActivitySid": setup::available_activity_sid() });
    let path = format!("Workers/{}", worker(0));
    server.call("alice", "POST", &path, available).await;
    server.sandbox.world(|world| {
        let now = world.now();
        let attributes = serde_json::Map::new();
        let from = "+15550001111";
        world
            .telephony
            .customer_calls(now, from, "+15550000000", "Dana", attributes);
    });
    server.sandbox.world(|world| {
        let offer = world.routing.reservations().last().unwrap();
        format!("Tasks/{}/Reservations/{}", offer.task, offer.sid)
    })
}

/// The identity's leg is answered, if it has one that rings.
pub(super) fn answer(server: &Server, identity: &str) -> bool {
    server.sandbox.world(|world| {
        let calls = world.telephony.calls();
        let own = calls
            .iter()
            .find(|call| call.identity.as_deref() == Some(identity));
        let Some(own) = own else { return false };
        let now = world.now();
        world.telephony.leg_answered(now, &own.sid);
        true
    })
}

pub(super) async fn accepted(server: &Server) -> String {
    let path = offered(server).await;
    let accept = json!({ "Instruction": "conference", "To": "client:alice" });
    assert_eq!(server.call("alice", "POST", &path, accept).await.0, 200);
    assert!(answer(server, "alice"));
    path
}

#[tokio::test]
async fn a_supervisor_is_rung_and_shown_to_the_agent() {
    let server = Server::start().await;
    let path = accepted(&server).await;
    let mut alice = server.bridge("alice", "").await;
    assert_eq!(next_type(&mut alice).await, "init");
    let (status, answered) = server.call("carol", "POST", &path, monitor()).await;
    assert_eq!(
        (status, &answered["payload"]["reservation_status"]),
        (200, &json!("accepted"))
    );
    assert!(answer(&server, "carol"));
    let (event, payload) = next(&mut alice).await;
    assert_eq!(event, "participant.added");
    assert_eq!(
        (
            &payload["type"],
            &payload["media_properties"]["Muted"],
            &payload["routing_properties"]["worker_sid"]
        ),
        (&json!("supervisor"), &json!(["true"]), &json!(worker(2)))
    );
}

#[tokio::test]
async fn an_agent_may_not_listen_in() {
    let server = Server::start().await;
    let path = accepted(&server).await;
    let (status, refusal) = server.call("bob", "POST", &path, monitor()).await;
    assert_eq!((status, &refusal["code"]), (403, &json!(20403)));
    assert!(!answer(&server, "carol"), "nobody is rung");
}

#[tokio::test]
async fn an_offer_is_not_listened_in_on() {
    let server = Server::start().await;
    let path = offered(&server).await;
    let (status, refusal) = server.call("carol", "POST", &path, monitor()).await;
    assert_eq!((status, &refusal["code"]), (400, &json!(40146)));
}

#[tokio::test]
async fn other_modes_are_not_emulated() {
    let server = Server::start().await;
    let path = accepted(&server).await;
    for mode in [json!("whisper"), Value::Null] {
        let mut params = monitor();
        params["SupervisorMode"] = mode;
        let (status, refusal) = server.call("carol", "POST", &path, params).await;
        assert_eq!((status, &refusal["code"]), (400, &json!(20001)));
    }
}
