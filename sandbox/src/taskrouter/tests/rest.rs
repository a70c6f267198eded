//! REST.

use super::*;

#[tokio::test]
async fn of_two_rest_clients_who_claim_a_task_one_gets_412() {
    let server = Server::start().await;
    let form = format!(
        "WorkflowSid={}&TaskChannel=voice&Attributes=%7B%22to%22%3A%22bob%22%7D",
        account::anyone_workflow_sid()
    );
    let (status, _, task) = server.rest("POST", "Tasks", &form, "").await;
    assert_eq!(
        (status, &task["assignment_status"]),
        (201, &json!("pending"))
    );
    assert_eq!(task["attributes"], r#"{"to":"bob"}"#);
    let path = format!("Tasks/{}", task["sid"].as_str().unwrap());
    let (_, tag, _) = server.rest("GET", &path, "", "").await;
    let (status, new_tag, _) = server
        .rest("POST", &path, "Attributes=%7B%22by%22%3A1%7D", &tag)
        .await;
    assert_eq!(status, 200);
    assert!(new_tag != tag);
    let (status, _, refusal) = server
        .rest("POST", &path, "Attributes=%7B%22by%22%3A2%7D", &tag)
        .await;
    assert_eq!((status, &refusal["code"]), (412, &json!(20412)));
    let (_, _, listed) = server
        .rest("GET", "Tasks?EvaluateTaskAttributes=by+%3D%3D+1", "", "")
        .await;
    assert_eq!(listed["tasks"].as_array().unwrap().len(), 1);
    let (status, _, _) = server.rest("DELETE", &path, "", "").await;
    assert_eq!(status, 204);
    let (status, _, refusal) = server.rest("GET", &path, "", "").await;
    assert_eq!((status, &refusal["code"]), (404, &json!(20404)));
}

#[tokio::test]
async fn rest_lists_page_by_page_and_keeps_its_filters() {
    let server = Server::start().await;
    let (_, _, first) = server
        .rest("GET", "Workers?PageSize=1&ActivityName=Offline", "", "")
        .await;
    assert_eq!(first["workers"][0]["friendly_name"], "alice");
    assert_eq!(first["workers"][0]["attributes"], Value::Null);
    let sid = first["workers"][0]["sid"].as_str().unwrap();
    let (_, _, alice) = server.rest("GET", &format!("Workers/{sid}"), "", "").await;
    assert!(alice["attributes"]
        .as_str()
        .unwrap()
        .contains("contact_uri"));
    let next = first["meta"]["next_page_url"].as_str().unwrap();
    assert!(next.contains("ActivityName=Offline"), "{next}");
    let query = next.split_once('?').unwrap().1;
    let (_, _, second) = server
        .rest("GET", &format!("Workers?{query}"), "", "")
        .await;
    assert_eq!(second["workers"][0]["friendly_name"], "bob");
    // The number of a page finds nothing: its token does.
    let numbered = "Workers?PageSize=1&ActivityName=Offline&Page=1";
    let (_, _, by_number) = server.rest("GET", numbered, "", "").await;
    assert_eq!(by_number["workers"][0]["friendly_name"], "alice");
    let (status, _, _) = server.rest("GET", "Workers?PageToken=x", "", "").await;
    assert_eq!(status, 400);
    let expression = "Workers?TargetWorkersExpression=routing.skills+HAS+'support'";
    let (_, _, support) = server.rest("GET", expression, "", "").await;
    assert_eq!(support["workers"].as_array().unwrap().len(), 2);
    assert_eq!(support["meta"]["next_page_url"], Value::Null);
}

#[tokio::test]
async fn rest_needs_the_accounts_credentials() {
    let server = Server::start().await;
    let workspace = account::workspace_sid();
    let url = format!(
        "http://{}/t/taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks",
        server.address
    );
    for password in [None, Some("wrong")] {
        let request = server.http.get(&url);
        let request = match password {
            Some(password) => request.basic_auth(account::account_sid(), Some(password)),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401);
        assert_eq!(parse(&response.text().await.unwrap())["code"], 20003);
    }
}

#[tokio::test]
async fn a_worker_says_what_he_does_and_a_channel_of_his_what_he_can_take() {
    let server = Server::start().await;
    let bob = worker(1);
    let (status, _, him) = server.rest("GET", &format!("Workers/{bob}"), "", "").await;
    assert_eq!(status, 200);
    assert_eq!(him["activity_name"], "Offline");
    assert_eq!(him["available"], false);
    assert!(him["activity_sid"].as_str().unwrap().starts_with("WA"));
    let attributes = parse(him["attributes"].as_str().unwrap());
    assert_eq!(attributes["full_name"], "Bob Brown");

    let (_, _, list) = server
        .rest("GET", &format!("Workers/{bob}/Channels"), "", "")
        .await;
    let rows = list["channels"].as_array().unwrap();
    let voice = rows
        .iter()
        .find(|row| row["task_channel_unique_name"] == "voice")
        .unwrap();
    let sid = voice["sid"].as_str().unwrap();
    assert!(sid.starts_with("WC"));
    let task_channel = voice["task_channel_sid"].as_str().unwrap();
    for name in [sid, task_channel, "voice"] {
        let path = format!("Workers/{bob}/Channels/{name}");
        let (status, _, one) = server.rest("GET", &path, "", "").await;
        assert_eq!((status, &one), (200, voice), "{name}");
    }
    assert_eq!(voice["assigned_tasks"], 0);
    assert_eq!(voice["available_capacity_percentage"], 100);

    let path = format!("Workers/{bob}/Channels/voice");
    let (_, _, two) = server.rest("POST", &path, "Capacity=2", "").await;
    assert_eq!(two["configured_capacity"], 2);
    let form = format!(
        "TaskChannel=voice&RoutingTarget={bob}&WorkflowSid={}",
        account::anyone_workflow_sid()
    );
    let (status, _, task) = server.rest("POST", "Tasks", &form, "").await;
    assert_eq!(
        (status, &task["assignment_status"]),
        (201, &json!("reserved"))
    );
    let (_, _, half) = server.rest("GET", &path, "", "").await;
    assert_eq!(half["assigned_tasks"], 1);
    assert_eq!(half["available_capacity_percentage"], 50);
    let (_, _, shut) = server.rest("POST", &path, "Available=false", "").await;
    assert_eq!(
        (&shut["available"], &shut["configured_capacity"]),
        (&json!(false), &json!(2))
    );
}

#[tokio::test]
async fn workflows_say_how_long_an_offer_stands_and_activities_whether_work_comes() {
    let server = Server::start().await;
    let path = format!("Workflows/{}", account::internal_call_workflow_sid());
    let (status, _, workflow) = server.rest("GET", &path, "", "").await;
    assert_eq!(status, 200);
    assert_eq!(
        workflow["sid"],
        account::internal_call_workflow_sid().as_str()
    );
    assert!(workflow["task_reservation_timeout"].as_u64().unwrap() > 0);
    let (_, _, all) = server.rest("GET", "Activities", "", "").await;
    let (_, _, open) = server
        .rest("GET", "Activities?Available=true", "", "")
        .await;
    let count = |list: &Value| list["activities"].as_array().unwrap().len();
    assert!(count(&open) > 0 && count(&open) < count(&all));
    let (_, _, named) = server
        .rest("GET", "Activities?FriendlyName=Offline", "", "")
        .await;
    assert_eq!(
        (count(&named), &named["activities"][0]["available"]),
        (1, &json!(false))
    );
}

#[tokio::test]
async fn what_rest_does_not_know_is_404_with_20404() {
    let server = Server::start().await;
    let alice = worker(0);
    for path in [
        "Workers/WK00000000000000000000000000000dea",
        "Workers/bob",
        &format!("Workers/{alice}/Channels/WC00000000000000000000000000000dea"),
        &format!("Workers/{alice}/Channels/carrier-pigeon"),
        "Workflows/WW00000000000000000000000000000dea",
        "Activities/WA00000000000000000000000000000dea",
        "Tasks/WT00000000000000000000000000000dea",
        "Tasks/WT00000000000000000000000000000dea/Reservations",
        "Nothing",
    ] {
        let (status, _, refusal) = server.rest("GET", path, "", "").await;
        assert_eq!(
            (status, &refusal["code"], &refusal["status"]),
            (404, &json!(20404), &json!(404)),
            "{path}"
        );
    }
}

/// The `name` of each task that the query finds, in order.
async fn found(server: &Server, query: &[(&str, &str)]) -> Vec<String> {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    let (status, _, list) = server.rest("GET", &format!("Tasks?{query}"), "", "").await;
    assert_eq!(status, 200, "{list}");
    let rows = list["tasks"].as_array().unwrap().iter();
    rows.map(|row| {
        let attributes = parse(row["attributes"].as_str().unwrap());
        attributes["name"].as_str().unwrap().to_owned()
    })
    .collect()
}

#[tokio::test]
async fn tasks_are_found_by_nested_attributes_and_by_several_statuses_at_once() {
    let server = Server::start().await;
    let bob = worker(1);
    for (name, role, target, end) in [
        ("waiting", "caller", "", ""),
        ("offered", "caller", bob.as_str(), ""),
        ("gone", "caller", "", "canceled"),
        ("callee", "callee", bob.as_str(), ""),
        ("no call", "", "", ""),
    ] {
        let mut attributes = json!({"name": name, "conferenceSid": "WT1"});
        if !role.is_empty() {
            attributes["internal_call"] = json!({"role": role, "ring": {"at": 5}});
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("WorkflowSid", account::anyone_workflow_sid().as_str())
            .append_pair("TaskChannel", "voice")
            .append_pair("RoutingTarget", target)
            .append_pair("Attributes", &attributes.to_string())
            .finish();
        let (status, _, task) = server.rest("POST", "Tasks", &form, "").await;
        assert_eq!(status, 201, "{task}");
        if !end.is_empty() {
            let path = format!("Tasks/{}", task["sid"].as_str().unwrap());
            let form = format!("AssignmentStatus={end}&Reason=r");
            assert_eq!(server.rest("POST", &path, &form, "").await.0, 200);
        }
    }
    let callers = ("EvaluateTaskAttributes", "internal_call.role == 'caller'");
    let live = "pending,reserved,assigned,wrapping";
    let status = |status| ("AssignmentStatus", status);
    for (query, expected) in [
        (vec![callers], vec!["waiting", "offered", "gone"]),
        (vec![callers, status(live)], vec!["waiting", "offered"]),
        (vec![callers, status("reserved")], vec!["offered"]),
        (
            vec![status("reserved"), callers, status("canceled")],
            vec!["offered", "gone"],
        ),
        (
            vec![status("pending"), status("canceled")],
            vec!["waiting", "gone", "no call"],
        ),
        (
            vec![(
                "EvaluateTaskAttributes",
                "internal_call.role == 'callee' AND internal_call.ring.at > 4",
            )],
            vec!["callee"],
        ),
        (
            vec![("EvaluateTaskAttributes", "internal_call.ring.at == 6")],
            vec![],
        ),
        (vec![callers, status("completed")], vec![]),
    ] {
        assert_eq!(found(&server, &query).await, expected, "{query:?}");
    }
    let (status, _, refusal) = server
        .rest("GET", "Tasks?EvaluateTaskAttributes=internal_call.", "", "")
        .await;
    assert_eq!((status, &refusal["code"]), (400, &json!(20001)));
}

#[tokio::test]
async fn tasks_come_in_the_order_asked_for_and_what_is_not_emulated_is_refused() {
    let server = Server::start().await;
    for (name, priority) in [("low", "1"), ("high", "3"), ("middle", "2")] {
        let attributes = json!({ "name": name }).to_string();
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("WorkflowSid", account::anyone_workflow_sid().as_str())
            .append_pair("Priority", priority)
            .append_pair("Attributes", &attributes)
            .finish();
        assert_eq!(server.rest("POST", "Tasks", &form, "").await.0, 201);
    }
    let descending = ("Ordering", "Priority:desc");
    assert_eq!(
        found(&server, &[descending]).await,
        ["high", "middle", "low"]
    );
    // The first page is of that order, not of the tasks made first.
    assert_eq!(
        found(&server, &[descending, ("PageSize", "1")]).await,
        ["high"]
    );
    for (query, named) in [
        ("HasAddons=true", "HasAddons"),
        ("Ordering=Sid:asc", "Ordering"),
    ] {
        let (status, _, refusal) = server.rest("GET", &format!("Tasks?{query}"), "", "").await;
        assert_eq!((status, &refusal["code"]), (400, &json!(20001)), "{query}");
        assert!(refusal["message"].as_str().unwrap().contains(named));
    }
}
