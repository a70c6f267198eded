//! "Join Call", over the bridge: what `joinCall` of flex-ui 2.17.1 sends, one after the other.

use super::bridge::until;
use super::supervise::{accepted, answer};
use super::*;

/// `https://…/Interactions/KD…/Channels/UO…/Participants` of a task, without host.
fn participants(path: &str) -> (String, String, String) {
    let mut parts = path.split('/');
    let (task, reservation) = (parts.nth(1).unwrap(), parts.nth(1).unwrap());
    let digits = task.trim_start_matches("WT");
    let url = format!("v1/Interactions/KD{digits}/Channels/UO{digits}/Participants");
    (url, task.to_owned(), reservation.to_owned())
}

async fn ask(server: &Server, identity: &str, url: &str, params: Value) -> (u16, Value) {
    let token = account::flex_token(identity);
    let request = json!({ "url": url, "method": "POST", "params": params, "token": token });
    server.post_bridge(request.to_string()).await
}

fn again(task: &str, reservation: &str) -> Value {
    json!({
        "type": "agent",
        "media_properties": {
            "coordinates": { "from": "+15550000000", "to": "client:alice?flex_session_identifier=1" },
        },
        "routing_properties": {
            "task_sid": task, "worker_sid": worker(0), "reservation_sid": reservation,
        },
    })
}

#[tokio::test]
async fn an_agent_takes_the_place_of_his_own_former_leg() {
    let server = Server::start().await;
    let path = accepted(&server).await;
    let (url, task, reservation) = participants(&path);
    let former = server.sandbox.world(|world| {
        let calls = world.telephony.calls();
        let own = calls
            .into_iter()
            .find(|call| call.identity.as_deref() == Some("alice"));
        own.unwrap().sid.to_string().replacen("CA", "UT", 1)
    });
    let mut alice = server.bridge("alice", "").await;
    let ends = |end: bool| json!({ "media_properties": { "end_conference_on_exit": end } });
    let one = format!("{url}/{former}");
    assert_eq!(ask(&server, "alice", &one, ends(false)).await.0, 200);
    let (status, answered) = ask(&server, "alice", &url, again(&task, &reservation)).await;
    assert_eq!(status, 200, "{answered}");
    let sid = answered["payload"]["sid"].as_str().unwrap().to_owned();
    assert_ne!(sid, former);
    assert!(answer(&server, "alice"));
    let added = until(&mut alice, "participant.added").await;
    assert_eq!(
        (&added["participant_sid"], &added["type"]),
        (&json!(sid), &json!("agent"))
    );
    let status = ask(&server, "alice", &format!("{url}/{sid}"), ends(true)).await;
    assert_eq!(status.0, 200);
    let (status, closed) = ask(&server, "alice", &one, json!({ "status": "closed" })).await;
    assert_eq!((status, &closed["payload"]["sid"]), (200, &json!(former)));
    let removed = until(&mut alice, "participant.removed").await;
    assert_eq!(removed["participant_sid"], json!(former));
    let (_, shown) = server.call("alice", "GET", &path, json!({})).await;
    assert_eq!(shown["payload"]["reservation_status"], "accepted");
}

#[tokio::test]
async fn nobody_is_added_by_another_or_as_something_else() {
    let server = Server::start().await;
    let path = accepted(&server).await;
    let (url, task, reservation) = participants(&path);
    let (status, refusal) = ask(&server, "bob", &url, again(&task, &reservation)).await;
    assert_eq!((status, &refusal["code"]), (400, &json!(20001)));
    let mut external = again(&task, &reservation);
    external["type"] = json!("external");
    let (status, refusal) = ask(&server, "alice", &url, external).await;
    assert_eq!((status, &refusal["code"]), (400, &json!(20001)));
    let one = format!("{url}/UT00000000000000000000000000000000");
    let closed = json!({ "status": "closed" });
    assert_eq!(ask(&server, "alice", &one, closed).await.0, 404);
}
