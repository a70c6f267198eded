//! Twilio's OpenAPI documents, and what is wrong with an answer by them.

use serde_json::{json, Map, Value};
use std::path::PathBuf;

/// What Twilio answers and the sandbox does not, or not so, and why.
const EXCEPTIONS: [(&str, &str); 1] = [(
    "reason_conference_ended: null",
    "a conference that goes on has not ended, and the enumeration has no word for that",
)];

pub(super) struct Document(pub Value);

/// The documents of both APIs, if they are there.
pub(super) fn documents() -> Option<[Document; 2]> {
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

pub(super) fn missing_documents() {
    println!(
        "skipped: Twilio's OpenAPI documents are not here (name their folder by BACKLINE_OPENAPI)"
    );
}

/// Whether a concrete path is one of a template's.
pub(super) fn is_of(template: &str, path: &str) -> bool {
    let (ours, theirs): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), template.split('/').collect());
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(our, their)| {
            let variable = their.starts_with('{');
            our == their || variable && (their.ends_with(".json") == our.ends_with(".json"))
        })
}

impl Document {
    /// The operation of a concrete path.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let path = path.split('?').next()?;
        let exact = self.0["paths"]
            .get(path)
            .map(|found| (path.to_owned(), found));
        let (_, found) = exact.or_else(|| {
            let mut all = self.0["paths"].as_object()?.iter();
            all.find(|(template, _)| is_of(template, path))
                .map(|(template, found)| (template.clone(), found))
        })?;
        found.get(method.to_ascii_lowercase())
    }

    /// A schema on its own: references inside it, `nullable` as JSON Schema writes it, and nothing else allowed.
    pub fn schema(&self, schema: &Value) -> Value {
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
    pub fn complaints(&self, method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
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
