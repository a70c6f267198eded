//! The sandbox's REST answers, and the requests of the functions, against Twilio's own OpenAPI documents.
//!
//! The documents are not part of this project (<https://github.com/twilio/twilio-oai>): the check runs where
//! `BACKLINE_OPENAPI` names their folder, or where they lie in `shared/oai` beside the project, and says so where not.

mod document;
mod generated;
mod known;

use crate::functions::whole_tests::{accept, function, offered, office, place, talking, until};
use crate::rest::tests::Served;
use backline::functions::http::{call, Api, CallBody};
use backline::functions::order::{Change, Closing, NewTask, Order};
use backline::functions::Label;
use backline::ids::{ConferenceSid, WorkflowSid};
use backline::twilio::attributes::Role;
use backline_world::account;
use document::{documents, missing_documents, Document};
use serde_json::{json, Value};

async fn ask(served: &Served, method: &str, path: &str, form: &str) -> (u16, Value) {
    let host = if path.starts_with("/v1") {
        "taskrouter.twilio.com"
    } else {
        "api.twilio.com"
    };
    let url = format!("{}/t/{host}{path}", served.base);
    let request = match method {
        "GET" => served.client.get(url),
        "DELETE" => served.client.delete(url),
        _ => served
            .client
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned()),
    };
    served.send(request).await
}

#[tokio::test]
async fn every_answer_of_rest_is_as_twilios_documents_say() {
    let Some([taskrouter, voice]) = documents() else {
        return missing_documents();
    };
    let served = office().await;
    let task = place(&served).await;
    function(&served, "ring", &task, "alice").await;
    let (reservation, callee) = offered(&served, 1).unwrap();
    let alice = accept(&served, 0, &task).await;
    accept(&served, 1, &task).await;
    until(&served, "talking", |world| talking(world, &task)).await;
    let room = served
        .sandbox
        .world(|world| world.telephony.conference_named(task.as_str()).unwrap());

    let workspace = format!("/v1/Workspaces/{}", account::workspace_sid());
    let worker = account::worker_sid(1);
    let workflow = account::internal_call_workflow_sid();
    let application = account::application_sid();
    let account = format!("/2010-04-01/Accounts/{}", account::account_sid());
    let conference = format!("{account}/Conferences/{room}");
    let new_task = format!(
        "WorkflowSid={}&Attributes={{}}",
        account::anyone_workflow_sid()
    );
    let requests: [(&str, String, &str); 25] = [
        ("GET", format!("{workspace}/Tasks"), ""),
        ("GET", format!("{workspace}/Tasks/{task}"), ""),
        ("POST", format!("{workspace}/Tasks/{callee}"), "Priority=7"),
        ("POST", format!("{workspace}/Tasks"), &new_task),
        (
            "GET",
            format!("{workspace}/Tasks/{callee}/Reservations"),
            "",
        ),
        (
            "GET",
            format!("{workspace}/Tasks/{callee}/Reservations/{reservation}"),
            "",
        ),
        ("GET", format!("{workspace}/Workers"), ""),
        ("GET", format!("{workspace}/Workers/{worker}"), ""),
        ("GET", format!("{workspace}/Workers/{worker}/Channels"), ""),
        (
            "GET",
            format!("{workspace}/Workers/{worker}/Channels/voice"),
            "",
        ),
        (
            "GET",
            format!("{workspace}/Workers/{worker}/Reservations"),
            "",
        ),
        ("GET", format!("{workspace}/Activities"), ""),
        ("GET", format!("{workspace}/TaskQueues"), ""),
        ("GET", format!("{workspace}/Workflows"), ""),
        ("GET", format!("{workspace}/Workflows/{workflow}"), ""),
        ("GET", format!("{account}/Applications.json"), ""),
        (
            "GET",
            format!("{account}/Applications/{application}.json"),
            "",
        ),
        (
            "POST",
            format!("{account}/Applications/{application}.json"),
            "VoiceUrl=http%3A%2F%2Fh%2Fvoice",
        ),
        ("GET", format!("{account}/Calls.json"), ""),
        ("GET", format!("{account}/Calls/{alice}.json"), ""),
        ("GET", format!("{account}/Conferences.json"), ""),
        ("GET", format!("{conference}.json"), ""),
        ("GET", format!("{conference}/Participants.json"), ""),
        ("GET", format!("{conference}/Participants/callee.json"), ""),
        (
            "POST",
            format!("{conference}/Participants/callee.json"),
            "Hold=true",
        ),
    ];
    let mut complaints = Vec::new();
    for (method, path, form) in &requests {
        let (status, body) = ask(&served, method, path, form).await;
        let document = if path.starts_with("/v1") {
            &taskrouter
        } else {
            &voice
        };
        complaints.extend(document.complaints(method, path, status, &body));
    }
    complaints.sort();
    complaints.dedup();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_request_of_the_functions_is_one_that_twilio_documents() {
    let Some([taskrouter, voice]) = documents() else {
        return missing_documents();
    };
    let api = Api {
        taskrouter: "taskrouter:".to_owned(),
        voice: "voice:".to_owned(),
        iam: "iam:".to_owned(),
        account: account::account_sid(),
        workspace: account::workspace_sid(),
    };
    let task = backline::ids::TaskSid::from_number(1);
    let (worker, workflow) = (account::worker_sid(1), WorkflowSid::from_number(1));
    let conference = ConferenceSid::from_number(1);
    let update = |change| Order::UpdateTask {
        task: task.clone(),
        if_match: "1".to_owned(),
        change,
    };
    let new = NewTask {
        workflow: workflow.clone(),
        target: Some(worker.clone()),
        attributes: json!({}),
        timeout_s: 30,
        priority: 1,
    };
    for order in [
        Order::FetchTask { task: task.clone() },
        update(Change::Attributes(json!({}))),
        update(Change::Close(Closing::Wrap)),
        update(Change::Close(Closing::Cancel)),
        update(Change::Close(Closing::Decline)),
        Order::CreateTask(new),
        Order::ListCalleeTasks {
            caller_task: task.clone(),
        },
        Order::ListCallerTasks,
        Order::ListReservations { task: task.clone() },
        Order::FetchWorker {
            worker: worker.clone(),
        },
        Order::FetchVoiceChannel {
            worker: worker.clone(),
        },
        Order::FetchWorkflow {
            workflow: workflow.clone(),
        },
        Order::FetchTargets { workflow },
        Order::ListQueues,
        Order::ListOpposite {
            caller: worker.clone(),
            callee: worker.clone(),
        },
        Order::ListConferences { task: task.clone() },
        Order::HoldParticipant {
            conference: conference.clone(),
            label: Label::Of(Role::Callee),
            hold: true,
        },
        Order::LetGo {
            conference: conference.clone(),
            label: Label::Of(Role::Callee),
        },
        Order::RemoveParticipant {
            conference: conference.clone(),
            label: Label::Of(Role::Callee),
        },
        Order::EndConference { conference },
    ] {
        let request = call(&api, &order);
        let (host, path) = request.url.split_once(':').unwrap();
        let document = if host == "taskrouter" {
            &taskrouter
        } else {
            &voice
        };
        let operation = document
            .operation(request.method, path)
            .unwrap_or_else(|| panic!("{} {path} is not documented", request.method));
        let known: Vec<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let query = path.split_once('?').map_or("", |(_, query)| query);
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            assert!(known.contains(&name.as_ref()), "{path}: {name}");
        }
        assert!(
            request.if_match.is_none() || known.contains(&"If-Match"),
            "{path}"
        );
        let body =
            &operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
        let body = document.schema(body);
        if let CallBody::Form(form) = &request.body {
            for (name, value) in form {
                let schema = &body["properties"][name];
                assert!(schema.is_object(), "{path}: {name} is not documented");
                // In a form everything is text: a number or a truth value is one if it reads as one.
                let value = match schema["type"].as_str() {
                    Some("integer" | "boolean") => serde_json::from_str(value).unwrap(),
                    _ => json!(value),
                };
                let valid = jsonschema::is_valid(schema, &value);
                assert!(valid, "{path}: {name}={value}");
            }
        }
    }
}

#[test]
fn an_answer_that_is_not_as_documented_is_complained_of() {
    let document = Document(json!({
        "paths": {"/v1/Things/{Sid}": {"get": {"responses": {"200": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/thing"}}}}}}}},
        "components": {"schemas": {"thing": {"type": "object", "properties": {
            "sid": {"type": "string", "pattern": "^TH[0-9]$"},
            "name": {"type": "string", "nullable": true}}}}},
    }));
    let of = |body: Value| {
        document
            .complaints("GET", "/v1/Things/TH1", 200, &body)
            .len()
    };
    assert_eq!(of(json!({"sid": "TH1", "name": null})), 0);
    for wrong in [
        json!({"sid": "TH1"}),
        json!({"sid": "XX", "name": "x"}),
        json!({"sid": null, "name": "x"}),
        json!({"sid": "TH1", "name": "x", "more": 1}),
    ] {
        assert_eq!(of(wrong.clone()), 1, "{wrong}");
    }
    assert_eq!(
        document
            .complaints("GET", "/v1/Things", 200, &json!({}))
            .len(),
        1
    );
    assert_eq!(
        document
            .complaints("GET", "/v1/Things/TH1", 201, &json!({}))
            .len(),
        1
    );
}
