//! The event bridge.

use super::*;

#[tokio::test]
async fn every_connection_of_a_worker_gets_his_events_and_nobody_elses() {
    let server = Server::start().await;
    let mut first = server.bridge("alice", "").await;
    let mut second = server.bridge("alice", "").await;
    let mut bob = server.bridge("bob", "").await;
    for bridge in [&mut first, &mut second, &mut bob] {
        assert_eq!(next_type(bridge).await, "init");
    }
    let (status, answer) = server.call("alice", "POST", "Tasks", new_task()).await;
    assert_eq!(status, 200);
    for bridge in [&mut first, &mut second] {
        let (event_type, payload) = next(bridge).await;
        assert_eq!(event_type, "reservation.created");
        assert_eq!(payload["task"]["sid"], answer["payload"]["sid"]);
        assert_eq!(payload["task"]["attributes"], r#"{"name":"Bob"}"#);
    }
    let activity = json!({ "ActivitySid": setup::available_activity_sid() });
    let path = format!("Workers/{}", worker(1));
    assert_eq!(server.call("bob", "POST", &path, activity).await.0, 200);
    assert_eq!(
        next_type(&mut bob).await,
        "worker.activity.update",
        "and nothing of Alice's"
    );
}

#[tokio::test]
async fn a_reservation_is_read_accepted_wrapped_up_and_completed_over_the_bridge() {
    let server = Server::start().await;
    server.call("alice", "POST", "Tasks", new_task()).await;
    let list = format!("Workers/{}/Reservations", worker(0));
    let active = json!({ "Active": "true" });
    let (_, listed) = server.call("alice", "GET", &list, active.clone()).await;
    let sid = listed["payload"]["contents"][0]["sid"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("{list}/{sid}");
    for status in ["accepted", "wrapping", "completed"] {
        let params = json!({ "ReservationStatus": status });
        let (_, answer) = server.call("alice", "POST", &path, params).await;
        assert_eq!(answer["payload"]["reservation_status"], status);
    }
    let again = json!({ "ReservationStatus": "accepted" });
    let (status, refusal) = server.call("alice", "POST", &path, again.clone()).await;
    assert_eq!((status, &refusal["code"]), (400, &json!(20001)));
    let (_, listed) = server.call("alice", "GET", &list, active).await;
    assert_eq!(listed["payload"]["contents"], json!([]));
    let of_bob = format!("Workers/{}/Reservations/{sid}", worker(1));
    assert_eq!(server.call("bob", "POST", &of_bob, again).await.0, 404);
    assert!(server.sandbox.world(|world| world.routing.is_at_rest()));
}

#[tokio::test]
async fn who_has_no_token_is_refused() {
    let server = Server::start().await;
    let mut bridge = server.bridge("mallory-who-is-not-here", "").await;
    assert_eq!(
        next(&mut bridge).await,
        ("closed".to_owned(), json!("Invalid token"))
    );
    let (status, answer) = server.call("nobody", "GET", "Activities", json!({})).await;
    assert_eq!((status, &answer["code"]), (401, &json!(20003)));
}

#[tokio::test]
async fn a_new_session_may_close_the_old_ones() {
    let server = Server::start().await;
    let mut old = server.bridge("carol", "").await;
    assert_eq!(next_type(&mut old).await, "init");
    let mut new = server.bridge("carol", "&closeExistingSessions=true").await;
    assert_eq!(next_type(&mut new).await, "init");
    assert_eq!(next_type(&mut old).await, "closed");
}

#[tokio::test]
async fn nonsense_is_answered_with_twilios_errors_and_harms_nothing() {
    let server = Server::start().await;
    let mut bridge = server.bridge("alice", "").await;
    bridge
        .send(Message::Text("{nonsense".into()))
        .await
        .unwrap();
    bridge
        .send(Message::Binary(vec![0, 159].into()))
        .await
        .unwrap();
    assert_eq!(next_type(&mut bridge).await, "init");
    for body in ["", "{", "[]", "null", r#"{"url":7}"#] {
        let (status, answer) = server.post_bridge(body.to_owned()).await;
        assert!((400..500).contains(&status), "{body}");
        assert!(answer["message"].is_string(), "{body}");
    }
    let of_alice = format!("Workers/{}", worker(0));
    for (method, path, params, status) in [
        ("GET", "Nonsense", json!({}), 404),
        ("GET", "Workers/WK1", json!({}), 404),
        (
            "POST",
            "Workers/WK000000000000000000000000000000ff",
            json!({}),
            404,
        ),
        ("POST", of_alice.as_str(), json!({"Attributes": "["}), 400),
        (
            "POST",
            of_alice.as_str(),
            json!({"ActivitySid": "WA1"}),
            400,
        ),
        ("POST", "Tasks", json!({"Priority": -1}), 400),
        ("POST", "Tasks/WT1", json!(null), 404),
    ] {
        let (answered, refusal) = server.call("alice", method, path, params).await;
        assert_eq!(answered, status, "{method} {path}");
        assert_eq!(refusal["status"], status);
    }
    let (status, _) = server.call("alice", "GET", &of_alice, json!({})).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn faults_strike_what_a_socket_carries() {
    let server = Server::start().await;
    let mut bridge = server.bridge("alice", "").await;
    assert_eq!(next_type(&mut bridge).await, "init");
    let twice = json!([{ "target": "socket:event-bridge", "effect": "duplicate", "times": 1 }]);
    let rules = serde_json::from_value(twice).unwrap();
    server.sandbox.faults().replace(rules).unwrap();
    server.call("alice", "POST", "Tasks", new_task()).await;
    server.call("alice", "POST", "Tasks", new_task()).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(next(&mut bridge).await.1["sid"].clone());
    }
    assert!(seen[0] == seen[1] && seen[1] != seen[2], "{seen:?}");
    let drop = json!([{ "target": "socket", "effect": "drop" }]);
    server
        .sandbox
        .faults()
        .replace(serde_json::from_value(drop).unwrap())
        .unwrap();
    let rest = bridge.next().await;
    assert!(
        matches!(rest, None | Some(Err(_))),
        "closed without a word: {rest:?}"
    );
}

#[tokio::test]
async fn one_agents_bridge_is_dropped_and_the_others_stay() {
    let server = Server::start().await;
    let mut alice = server.bridge("alice", "").await;
    let mut bob = server.bridge("bob", "").await;
    assert_eq!(next_type(&mut alice).await, "init");
    assert_eq!(next_type(&mut bob).await, "init");
    let target = "socket:event-bridge:alice".to_owned();
    server.sandbox.faults().drop_sockets(target);
    // Blanks may still come; then nothing, not even a farewell.
    while let Some(Ok(message)) = alice.next().await {
        assert_eq!(message, Message::text(" "));
    }
    let task = json!({ "WorkflowSid": account::anyone_workflow_sid(), "TaskChannelUniqueName": "voice", "RoutingTarget": worker(1) });
    server.call("bob", "POST", "Tasks", task).await;
    assert_eq!(next_type(&mut bob).await, "reservation.created");
}

/// Pushed events until one of this type; its payload.
pub(super) async fn until(bridge: &mut Bridge, wanted: &str) -> Value {
    loop {
        let (event_type, payload) = next(bridge).await;
        if event_type == wanted {
            return payload;
        }
    }
}

#[tokio::test]
async fn a_customer_is_conferenced_held_and_kicked_over_the_bridge() {
    let server = Server::start().await;
    let mut bridge = server.bridge("alice", "").await;
    let alice = format!("Workers/{}", worker(0));
    let available = json!({ "ActivitySid": setup::available_activity_sid() });
    server.call("alice", "POST", &alice, available).await;
    server.sandbox.world(|world| {
        let now = world.now();
        let attributes = serde_json::Map::new();
        world
            .telephony
            .customer_calls(now, "+15550001111", "+15550000000", "Dana", attributes);
    });
    let offer = until(&mut bridge, "reservation.created").await;
    let task = offer["task"]["sid"].as_str().unwrap().to_owned();
    assert_eq!(offer["task"]["task_channel_unique_name"], "voice");

    let accept = json!({
        "Instruction": "conference", "To": "client:alice", "EndConferenceOnExit": "false",
        "EndConferenceOnCustomerExit": "true",
    });
    let path = format!("{alice}/Reservations/{}", offer["sid"].as_str().unwrap());
    let mut outputs = server.sandbox.listen();
    let (status, answer) = server.call("alice", "POST", &path, accept).await;
    assert_eq!(
        (status, &answer["payload"]["reservation_status"]),
        (200, &json!("pending"))
    );
    let leg = loop {
        if let backline_world::output::Output::OfferLeg { call, identity, .. } =
            outputs.recv().await.unwrap()
        {
            assert_eq!(identity, "alice");
            break call;
        }
    };
    server.sandbox.world(|world| {
        let now = world.now();
        world.telephony.leg_ringing(now, &leg);
        world.telephony.leg_answered(now, &leg);
    });
    until(&mut bridge, "reservation.accepted").await;
    let first = until(&mut bridge, "participant.added").await;
    let second = until(&mut bridge, "participant.added").await;
    let types = [
        first["type"].as_str().unwrap(),
        second["type"].as_str().unwrap(),
    ];
    assert!(
        types.contains(&"agent") && types.contains(&"customer"),
        "{types:?}"
    );

    let customer = format!("{alice}/CustomerParticipant");
    let hold = json!({ "TaskSid": task, "Hold": true });
    let (status, answer) = server.call("alice", "POST", &customer, hold).await;
    assert_eq!((status, &answer["payload"]["sid"]), (200, &json!(task)));
    let held = until(&mut bridge, "participant.modified").await;
    assert_eq!(
        (&held["type"], &held["media_properties"]["Hold"]),
        (&json!("customer"), &json!(["true"]))
    );

    let interaction = format!("v1/Interactions/{}/Channels", task.replacen("WT", "KD", 1));
    let get =
        |url: String| json!({ "url": url, "method": "GET", "token": account::flex_token("alice") });
    let (_, channels) = server
        .post_bridge(get(interaction.clone()).to_string())
        .await;
    let channel = channels["payload"]["channels"][0]["sid"]
        .as_str()
        .unwrap()
        .to_owned();
    let url = format!("{interaction}/{channel}/Participants");
    let (_, listed) = server.post_bridge(get(url).to_string()).await;
    assert_eq!(
        listed["payload"]["participants"].as_array().unwrap().len(),
        2
    );

    let kick = json!({ "TaskSid": task, "TargetWorkerSid": worker(0) });
    let (status, _) = server
        .call(
            "alice",
            "POST",
            &format!("{alice}/KickWorkerParticipant"),
            kick,
        )
        .await;
    assert_eq!(status, 200);
    let wrapping = until(&mut bridge, "reservation.wrapup").await;
    assert_eq!(wrapping["task"]["assignment_status"], "wrapping");
    let complete = json!({ "ReservationStatus": "completed" });
    server.call("alice", "POST", &path, complete).await;
    until(&mut bridge, "reservation.completed").await;
}

#[tokio::test]
async fn workers_come_page_by_page_and_each_once() {
    let server = Server::start().await;
    server
        .sandbox
        .world(|world| backline_world::colleagues::add(&mut world.routing, 2500));
    let mut all = std::collections::BTreeSet::new();
    let mut after = Value::Null;
    let mut sizes = Vec::new();
    loop {
        let params = json!({ "PageSize": 1000, "AfterSid": after });
        let (_, answer) = server.call("alice", "GET", "Workers", params).await;
        let contents = answer["payload"]["contents"].as_array().unwrap();
        sizes.push(contents.len());
        all.extend(contents.iter().map(|row| row["sid"].to_string()));
        after = answer["payload"]["after_sid"].clone();
        if after.is_null() {
            break;
        }
    }
    let expected = server
        .sandbox
        .world(|world| world.routing.workers().count());
    assert_eq!(sizes.iter().sum::<usize>(), expected);
    assert_eq!(all.len(), expected);
    assert_eq!(sizes[..2], [1000, 1000]);
    let params = json!({ "PageSize": 1000, "ActivityName": "Available" });
    let (_, online) = server.call("alice", "GET", "Workers", params).await;
    assert_eq!(online["payload"]["contents"].as_array().unwrap().len(), 100);
    let (status, _) = server
        .call("alice", "GET", "Workers", json!({ "AfterSid": "me" }))
        .await;
    assert_eq!(status, 400);
}
