//! Requests made of the documents themselves: every operation that the sandbox has, with parameters as they are documented, now and
//! then one that is not, and with what earlier answers named. Whatever is asked, the answer is as documented.

use super::ask;
use super::document::{documents, missing_documents, Document};
use super::known::Known;
use crate::functions::whole_tests::{accept, function, offered, office, place, talking, until};
use crate::rest::tests::Served;
use backline_world::account;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Offices that the requests are asked in, each with two agents who talk; and requests of an operation in each.
const OFFICES: usize = 10;
const CASES: usize = 12;

/// What the sandbox has, by the documents' paths below the workspace or the account; what ends calls comes last.
const TASKROUTER: [(&str, &[&str]); 14] = [
    ("/Tasks", &["get", "post"]),
    ("/Tasks/{Sid}", &["get", "post", "delete"]),
    ("/Tasks/{TaskSid}/Reservations", &["get"]),
    ("/Tasks/{TaskSid}/Reservations/{Sid}", &["get", "post"]),
    ("/Workers", &["get"]),
    ("/Workers/{Sid}", &["get", "post"]),
    ("/Workers/{WorkerSid}/Channels", &["get"]),
    ("/Workers/{WorkerSid}/Channels/{Sid}", &["get", "post"]),
    ("/Workers/{WorkerSid}/Reservations", &["get"]),
    ("/Workers/{WorkerSid}/Reservations/{Sid}", &["get", "post"]),
    ("/Activities", &["get"]),
    ("/TaskQueues", &["get"]),
    ("/Workflows", &["get"]),
    ("/Workflows/{Sid}", &["get"]),
];
const VOICE: [(&str, &[&str]); 8] = [
    ("/Applications.json", &["get"]),
    ("/Applications/{Sid}.json", &["get", "post"]),
    (
        "/Conferences/{ConferenceSid}/Participants.json",
        &["get", "post"],
    ),
    (
        "/Conferences/{ConferenceSid}/Participants/{CallSid}.json",
        &["get", "post", "delete"],
    ),
    ("/Conferences.json", &["get"]),
    ("/Conferences/{Sid}.json", &["get", "post"]),
    ("/Calls.json", &["get", "post"]),
    ("/Calls/{Sid}.json", &["get", "post"]),
];

/// One operation of a document.
struct Operation<'a> {
    document: &'a Document,
    method: &'static str,
    path: String,
    /// Name, where it goes (`path`, `query`, `form`), whether it must be there, and its schema.
    parameters: Vec<(String, &'static str, bool, Value)>,
}

impl<'a> Operation<'a> {
    fn all(document: &'a Document, prefix: &str, own: &[(&str, &[&'static str])]) -> Vec<Self> {
        let each = |(path, methods): &(&str, &[&'static str])| {
            let path = format!("{prefix}{path}");
            let methods = methods.to_vec();
            methods
                .into_iter()
                .map(move |method| Self::of(document, method, path.clone()))
        };
        own.iter().flat_map(each).collect()
    }

    fn of(document: &'a Document, method: &'static str, path: String) -> Self {
        let operation = &document.0["paths"][&path][method];
        assert!(operation.is_object(), "{method} {path} is not documented");
        let mut parameters = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let place = match parameter["in"].as_str() {
                Some("path") => "path",
                Some("query") => "query",
                _ => continue,
            };
            parameters.push((
                parameter["name"].as_str().unwrap().to_owned(),
                place,
                parameter["required"] == json!(true),
                document.schema(&parameter["schema"]),
            ));
        }
        let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"];
        let form = document.schema(&form["schema"]);
        let required: Vec<&Value> = form["required"].as_array().into_iter().flatten().collect();
        for (name, schema) in form["properties"].as_object().into_iter().flatten() {
            let must = required.contains(&&json!(name));
            parameters.push((name.clone(), "form", must, schema.clone()));
        }
        Self {
            document,
            method,
            path,
            parameters,
        }
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Values that may come to something, of what the documents call a text, or allow more of.
const FITTING: [(&str, &[&str]); 7] = [
    ("To", &["client:alice", "+15550100", "sip:x@example.com"]),
    ("From", &["+15550100", "client:bob"]),
    (
        "Twiml",
        &[
            "<Response><Hangup/></Response>",
            "<Response><Pause length=\"3\"/></Response>",
        ],
    ),
    ("Url", &["http://127.0.0.1:9/hook"]),
    (
        "Attributes",
        &["{}", "{\"name\":\"Zoë\"}", "{\"a\":{\"b\":[1]}}"],
    ),
    ("TaskChannel", &["voice", "default"]),
    (
        "ReservationStatus",
        &["accepted", "wrapping", "completed", "rejected"],
    ),
];

fn fitting(name: &str) -> Option<&'static [&'static str]> {
    let found = FITTING.iter().find(|(fitting, _)| *fitting == name);
    found.map(|(_, values)| *values)
}

/// Something that the schema allows, as text.
fn allowed(name: &str, schema: &Value, known: &Known) -> BoxedStrategy<String> {
    let pick = |all: Vec<String>| prop::sample::select(all).boxed();
    if let Some(values) = fitting(name) {
        return pick(values.iter().map(ToString::to_string).collect());
    }
    if let Some(values) = schema["enum"].as_array() {
        return pick(values.iter().map(plain).collect());
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        let prefix = pattern
            .trim_start_matches(['^', '('])
            .get(..2)
            .unwrap_or("XX");
        let made = prop::array::uniform16(any::<u8>()).prop_map({
            let prefix = prefix.to_owned();
            move |bytes| format!("{prefix}{:032x}", u128::from_be_bytes(bytes))
        });
        let there = known.of_pattern(pattern);
        return if there.is_empty() {
            made.boxed()
        } else {
            prop_oneof![6 => pick(there), 1 => made].boxed()
        };
    }
    match schema["type"].as_str() {
        Some("boolean") => pick(vec!["true".into(), "false".into()]),
        Some("integer") => {
            let low = schema["minimum"].as_i64().unwrap_or(0);
            let high = schema["maximum"].as_i64().unwrap_or(low.max(1_000));
            (low..=high).prop_map(|number| number.to_string()).boxed()
        }
        _ => text(known),
    }
}

fn text(known: &Known) -> BoxedStrategy<String> {
    let mut all: Vec<String> = [
        "",
        "{}",
        "[]",
        "{\"skill\":\"x\"}",
        "null",
        "client:alice",
        "client:bob",
        "sip:x@example.com",
        "+15550100",
        "voice",
        "default",
        "callee",
        "caller",
        "assigned",
        "pending",
        "completed",
        "2026-11-23T10:00:00Z",
        "-1",
        "1e9",
        "name IN ['x']",
        "http://127.0.0.1:9/hook",
        "POST",
        "<Response><Hangup/></Response>",
        "<Response><Say>é</Say></Response>",
    ]
    .map(str::to_owned)
    .to_vec();
    all.extend(known.sids.values().flatten().cloned());
    prop_oneof![4 => prop::sample::select(all), 1 => "\\PC{0,40}"].boxed()
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A request: path with its query, and form.
fn request(operation: &Operation, known: &Known, runner: &mut TestRunner) -> (String, String) {
    let mut draw = |strategy: BoxedStrategy<String>| strategy.new_tree(runner).unwrap().current();
    let mut path = operation.path.clone();
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut form = form_urlencoded::Serializer::new(String::new());
    // Some two of what is optional; every other one of what may come to something.
    let one_in = (operation.parameters.len() / 2).max(3);
    let mut chance = |of: usize| {
        let number = (0..of).prop_map(|number| number.to_string());
        draw(number.boxed()) == "0"
    };
    let there: Vec<bool> = operation
        .parameters
        .iter()
        .map(|(name, _, required, _)| {
            *required || chance(if fitting(name).is_some() { 2 } else { one_in })
        })
        .collect();
    for ((name, place, _, schema), there) in operation.parameters.iter().zip(there) {
        let own = match name.as_str() {
            "WorkspaceSid" => Some(account::workspace_sid().to_string()),
            "AccountSid" => Some(account::account_sid().to_string()),
            _ => None,
        };
        if let Some(own) = own {
            path = path.replace(&format!("{{{name}}}"), &own);
            continue;
        }
        if !there {
            continue;
        }
        // One in eight is anything.
        let strategy = prop_oneof![7 => allowed(name, schema, known), 1 => text(known)].boxed();
        let value = draw(strategy);
        match *place {
            "path" => {
                let value = match value.is_empty() {
                    true => "x".to_owned(),
                    false => percent_encoding::utf8_percent_encode(
                        &value,
                        percent_encoding::NON_ALPHANUMERIC,
                    )
                    .to_string(),
                };
                path = path.replace(&format!("{{{name}}}"), &value);
            }
            "query" => drop(query.append_pair(name, &value)),
            _ => drop(form.append_pair(name, &value)),
        }
    }
    let there = known.paths_of(&operation.path);
    if !there.is_empty() && draw(prop::bool::ANY.prop_map(|yes| yes.to_string()).boxed()) == "true"
    {
        path = draw(prop::sample::select(there).boxed());
    }
    let query = query.finish();
    if !query.is_empty() {
        path = format!("{path}?{query}");
    }
    (path, form.finish())
}

/// What is wrong with an answer.
fn complaints(operation: &Operation, path: &str, status: u16, body: &Value) -> Vec<String> {
    let what = |wrong: &str| vec![format!("{}: {wrong}: {status} {body}", operation.name())];
    match status {
        200 | 201 => {
            let method = operation.method.to_ascii_uppercase();
            operation.document.complaints(&method, path, status, body)
        }
        204 => match operation.document.0["paths"][&operation.path][operation.method]["responses"]
            .get("204")
        {
            Some(_) => Vec::new(),
            None => what("204 is not documented"),
        },
        // https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions
        400..=499 => {
            let texts = ["message", "more_info"]
                .iter()
                .all(|name| body[*name].is_string());
            let told = body["code"].is_u64() && texts && body["status"] == json!(status);
            if told {
                Vec::new()
            } else {
                what("is no error as Twilio writes them")
            }
        }
        _ => what("is neither an answer nor a refusal"),
    }
}

/// Two agents talk; what they talk by is known.
async fn two_who_talk() -> (Served, Known) {
    let served = office().await;
    let task = place(&served).await;
    function(&served, "ring", &task, "alice").await;
    offered(&served, 1).unwrap();
    accept(&served, 0, &task).await;
    accept(&served, 1, &task).await;
    until(&served, "talking", |world| talking(world, &task)).await;
    let mut known = Known::default();
    let room = served
        .sandbox
        .world(|world| world.telephony.conference_named(task.as_str()).unwrap());
    let workspace = format!("/v1/Workspaces/{}", account::workspace_sid());
    let account = format!("/2010-04-01/Accounts/{}", account::account_sid());
    for path in [
        format!("{workspace}/Tasks"),
        format!("{workspace}/Tasks/{task}/Reservations"),
        format!("{workspace}/Workers"),
        format!("{workspace}/Activities"),
        format!("{workspace}/TaskQueues"),
        format!("{workspace}/Workflows"),
        format!("{account}/Applications.json"),
        format!("{account}/Calls.json"),
        format!("{account}/Conferences.json"),
        format!("{account}/Conferences/{room}/Participants.json"),
        format!(
            "{workspace}/Workers/{}/Reservations",
            account::worker_sid(1)
        ),
    ] {
        let (_, body) = ask(&served, "GET", &path, "").await;
        known.learn_from(&path, &body);
    }
    (served, known)
}

#[tokio::test]
async fn whatever_the_documents_allow_is_answered_as_they_say() {
    let Some([taskrouter, voice]) = documents() else {
        return missing_documents();
    };
    let mut operations = Operation::all(&taskrouter, "/v1/Workspaces/{WorkspaceSid}", &TASKROUTER);
    operations.extend(Operation::all(
        &voice,
        "/2010-04-01/Accounts/{AccountSid}",
        &VOICE,
    ));
    let mut runner = TestRunner::deterministic();
    let (mut cases, mut answered) = (0, BTreeSet::new());
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    // Some operation may meet nothing that it could be done to in all of them: then some more.
    for office in 0..4 * OFFICES {
        if office >= OFFICES && answered.len() == operations.len() {
            break;
        }
        let (served, mut known) = two_who_talk().await;
        for case in 0..CASES {
            // What is to be asked of somebody is asked before anybody is removed.
            let asked = operations
                .iter()
                .filter(|operation| operation.method != "delete" || case >= CASES / 2);
            for operation in asked {
                let (path, form) = request(operation, &known, &mut runner);
                let method = operation.method.to_ascii_uppercase();
                let (status, body) = ask(&served, &method, &path, &form).await;
                cases += 1;
                if status < 300 {
                    answered.insert(operation.name());
                    known.learn_from(&path, &body);
                }
                for complaint in complaints(operation, &path, status, &body) {
                    wrong
                        .entry(complaint)
                        .or_insert(format!("{method} {path} {form}"));
                }
            }
        }
    }
    let paths = TASKROUTER.len() + VOICE.len();
    println!(
        "{paths} paths, {} operations, {cases} cases, {} failures",
        operations.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    let never: Vec<String> = operations
        .iter()
        .map(Operation::name)
        .filter(|name| !answered.contains(name))
        .collect();
    assert!(never.is_empty(), "never answered: {never:#?}");
}
