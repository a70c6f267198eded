//! What answers have named, for the requests after them.

use super::document::is_of;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What answers have named.
#[derive(Default)]
pub(super) struct Known {
    /// SIDs by their prefix.
    pub sids: BTreeMap<String, BTreeSet<String>>,
    /// Resources' own paths.
    paths: BTreeSet<String>,
}

impl Known {
    /// Of an answer: what is listed at a path is found below it.
    pub fn learn_from(&mut self, path: &str, body: &Value) {
        self.learn(body);
        let list = path.split('?').next().unwrap_or_default();
        let (folder, ending) = match list.strip_suffix(".json") {
            Some(folder) => (folder, ".json"),
            None => (list, ""),
        };
        let items = body.as_object().into_iter().flat_map(Map::values);
        for item in items.filter_map(Value::as_array).flatten() {
            if let Some(sid) = item["sid"].as_str() {
                self.paths.insert(format!("{folder}/{sid}{ending}"));
            }
        }
    }

    fn learn(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                let (prefix, rest) = text.split_at_checked(2).unwrap_or_default();
                if text.len() == 34 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    let sids = self.sids.entry(prefix.to_owned()).or_default();
                    sids.insert(text.clone());
                }
                let path = text.find("/v1/").or(text.find("/2010-04-01/"));
                if let Some(path) = path.and_then(|at| text.get(at..)) {
                    self.paths.insert(path.to_owned());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.learn(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Paths of a template's that are known.
    pub fn paths_of(&self, template: &str) -> Vec<String> {
        let paths = self.paths.iter();
        paths
            .filter(|path| is_of(template, path))
            .cloned()
            .collect()
    }

    fn sids(&self, prefix: &str) -> Vec<String> {
        self.sids
            .get(prefix)
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// Any SID of a pattern such as `^(WK|WQ)[0-9a-fA-F]{32}$`.
    pub fn of_pattern(&self, pattern: &str) -> Vec<String> {
        let prefixes = pattern
            .split('[')
            .next()
            .unwrap_or_default()
            .split(|c: char| !c.is_ascii_uppercase());
        prefixes.flat_map(|prefix| self.sids(prefix)).collect()
    }
}
