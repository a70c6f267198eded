//! The sandbox's REST answers, and the requests of the functions, against Twilio's own OpenAPI documents.
//!
//! The documents are not part of this project (<https://github.com/twilio/twilio-oai>): the check runs where
//! `BACKLINE_OPENAPI` names their folder, or where they lie in `shared/oai` beside the project, and says so where not.

use crate::functions::whole_tests::{accept, function, offered, office, place, talking, until};
use crate::rest::tests::Served;
use backline::functions::http::{call, Api, CallBody};
use backline::functions::order::{Change, Closing, NewTask, Order};
use backline::ids::{ConferenceSid, WorkflowSid};
use backline::twilio::attributes::Role;
use backline_world::account;
use serde_json::{json, Map, Value};
use std::path::PathBuf;

/// What Twilio answers and the sandbox does not, or not so, and why.
const EXCEPTIONS: [(&str, &str); 1] = [(
    "reason_conference_ended: null",
    "a conference that goes on has not ended, and the enumeration has no word for that",
)];

struct Document(Value);

/// The documents of both APIs, if they are there.
fn documents() -> Option<[Document; 2]> {
    let folder = std::env::var_os("BACKLINE_OPENAPI").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/oai"),
        PathBuf::from,
    );
    let read = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).ok()?;
        serde_json::from_str(&text).ok().map(Document)
    };
    Some([
        read("twilio_taskrouter_v1.json")?,
        read("twilio_api_v2010.json")?,
    ])
}

impl Document {
    /// The operation of a concrete path.
    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let path = path.split('?').next()?;
        let is_it = |template: &str| {
            let (ours, theirs): (Vec<_>, Vec<_>) =
                (path.split('/').collect(), template.split('/').collect());
            ours.len() == theirs.len()
                && ours.iter().zip(&theirs).all(|(our, their)| {
                    let variable = their.starts_with('{');
                    our == their || variable && (their.ends_with(".json") == our.ends_with(".json"))
                })
        };
        let exact = self.0["paths"]
            .get(path)
            .map(|found| (path.to_owned(), found));
        let (_, found) = exact.or_else(|| {
            let mut all = self.0["paths"].as_object()?.iter();
            all.find(|(template, _)| is_it(template))
                .map(|(template, found)| (template.clone(), found))
        })?;
        found.get(method.to_ascii_lowercase())
    }

    /// A schema on its own: references inside it, `nullable` as JSON Schema writes it, and nothing else allowed.
    fn schema(&self, schema: &Value) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            return self.schema(self.0.pointer(pointer).unwrap());
        }
        match schema {
            Value::Object(object) => {
                let mut all: Map<String, Value> = object
                    .iter()
                    .filter(|(key, _)| {
                        !["description", "example", "x-twilio"].contains(&key.as_str())
                    })
                    .map(|(key, value)| (key.clone(), self.schema(value)))
                    .collect();
                if all.get("nullable") == Some(&json!(true)) {
                    if let Some(kind) = all.get("type").cloned().filter(Value::is_string) {
                        all.insert("type".into(), json!([kind, "null"]));
                    }
                }
                all.remove("nullable");
                if all.get("properties").is_some_and(Value::is_object) {
                    all.insert("additionalProperties".into(), json!(false));
                }
                Value::Object(all)
            }
            Value::Array(items) => items.iter().map(|item| self.schema(item)).collect(),
            other => other.clone(),
        }
    }

    /// What is wrong with an answer.
    fn complaints(&self, method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        let Some(operation) = self.operation(method, path) else {
            return vec![format!("{method} {path} is not documented")];
        };
        let pointer = format!("/responses/{status}/content/application~1json/schema");
        let Some(schema) = operation.pointer(&pointer) else {
            return vec![format!("{method} {path} {status} is not documented")];
        };
        let schema = self.schema(schema);
        let mut found: Vec<String> = jsonschema::validator_for(&schema)
            .unwrap()
            .iter_errors(body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        missing(&schema, body, "", &mut found);
        found.retain(|one| {
            EXCEPTIONS
                .iter()
                .all(|(excepted, _)| !one.contains(excepted))
        });
        found
            .into_iter()
            .map(|one| format!("{method} {path}: {one}"))
            .collect()
    }
}

/// Twilio's answers have every property of their schema, `null` if need be.
fn missing(schema: &Value, body: &Value, at: &str, found: &mut Vec<String>) {
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), body.as_object()) {
        for (name, schema) in properties {
            match object.get(name) {
                None => found.push(format!("{at}/{name}: is missing")),
                Some(value) => missing(schema, value, &format!("{at}/{name}"), found),
            }
        }
    }
    for item in body.as_array().into_iter().flatten() {
        missing(&schema["items"], item, at, found);
    }
}

async fn ask(served: &Served, method: &str, path: &str, form: &str) -> (u16, Value) {
    let host = if path.starts_with("/v1") {
        "taskrouter.twilio.com"
    } else {
        "api.twilio.com"
    };
    let url = format!("{}/t/{host}{path}", served.base);
    let request = match method {
        "GET" => served.client.get(url),
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
        println!("skipped: Twilio's OpenAPI documents are not here (name their folder by BACKLINE_OPENAPI)");
        return;
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
        println!("skipped: Twilio's OpenAPI documents are not here (name their folder by BACKLINE_OPENAPI)");
        return;
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
            role: Role::Callee,
            hold: true,
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
