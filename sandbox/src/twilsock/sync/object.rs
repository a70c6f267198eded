//! One document, map or list of Sync (<https://www.twilio.com/docs/sync/api>): its contents and what happened to it.

use crate::twilsock::tunnel::{Answer, Request};
use percent_encoding::{utf8_percent_encode, NON_ALPHANUMERIC};
use serde_json::{json, Value};
use std::collections::{BTreeMap, VecDeque};
use std::time::SystemTime;

/// Events that an object remembers, for subscribers who come back. Beyond it the oldest are forgotten.
const LOG_LIMIT: usize = 1000;
/// Items of a page (the SDK's default is 50, Twilio's maximum 100).
const PAGE_LIMIT: usize = 100;

/// What kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One JSON value.
    Document,
    /// JSON values by key.
    Map,
    /// JSON values by position.
    List,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Document => "ET",
            Self::Map => "MP",
            Self::List => "ES",
        }
    }

    fn collection(self) -> &'static str {
        match self {
            Self::Document => "Documents",
            Self::Map => "Maps",
            Self::List => "Lists",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Map => "map",
            Self::List => "list",
        }
    }

    /// Twilio's code for an object that does not exist (<https://www.twilio.com/docs/api/errors/54100>).
    pub(super) fn missing(self) -> Answer {
        match self {
            Self::Document => Answer::error(404, 54100, "Document not found"),
            Self::Map => Answer::error(404, 54200, "Map not found"),
            Self::List => Answer::error(404, 54150, "List not found"),
        }
    }

    pub(super) fn missing_item(self) -> Answer {
        match self {
            Self::Document => Answer::error(404, 54100, "Document not found"),
            Self::Map => Answer::error(404, 54201, "Map item not found"),
            Self::List => Answer::error(404, 54151, "List item not found"),
        }
    }
}

/// The place of an item: a map's key or a list's index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Index(u64),
    Name(String),
}

impl Key {
    fn json(&self) -> Value {
        match self {
            Self::Index(index) => (*index).into(),
            Self::Name(name) => name.as_str().into(),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Index(index) => index.to_string(),
            Self::Name(name) => name.clone(),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Item {
    data: Value,
    revision: u64,
    event: u64,
    updated: SystemTime,
}

#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) sid: String,
    pub(super) unique_name: Option<String>,
    /// A document's value; of a map or list unused.
    pub(super) data: Value,
    pub(super) items: BTreeMap<Key, Item>,
    pub(super) next_index: u64,
    pub(super) revision: u64,
    pub(super) event: u64,
    pub(super) updated: SystemTime,
    pub(super) log: VecDeque<Event>,
}

/// Something that happened to an object, as its subscribers are told.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The object.
    pub sid: String,
    /// `map_item_added` …
    pub event_type: String,
    /// Counts the object's events.
    pub id: u64,
    /// What the SDK reads.
    pub body: Value,
}

impl Object {
    /// An empty object, the `number`th that was made.
    pub(super) fn new(kind: Kind, number: u128, unique_name: Option<String>) -> Self {
        Self {
            kind,
            sid: format!("{}{number:032x}", kind.prefix()),
            unique_name,
            data: json!({}),
            items: BTreeMap::new(),
            next_index: 0,
            revision: 0,
            event: 0,
            updated: SystemTime::now(),
            log: VecDeque::new(),
        }
    }

    /// Puts an item in before anybody can have subscribed.
    pub(super) fn start_with(&mut self, key: &str, data: Value) {
        self.event += 1;
        let item = Item {
            data,
            revision: 0,
            event: self.event,
            updated: self.updated,
        };
        self.items.insert(Key::Name(key.to_owned()), item);
    }

    fn url(&self) -> String {
        format!(
            "https://cds.us1.twilio.com/v3/{}/{}",
            self.kind.collection(),
            self.sid
        )
    }

    pub(super) fn describe(&self) -> Value {
        let mut body = json!({
            "sid": self.sid, "unique_name": self.unique_name, "url": self.url(),
            "revision": format!("{:x}", self.revision), "last_event_id": self.event,
            "date_created": date(self.updated), "date_updated": date(self.updated), "date_expires": null,
        });
        match self.kind {
            Kind::Document => put(&mut body, "data", self.data.clone()),
            Kind::Map | Kind::List => {
                put(
                    &mut body,
                    "links",
                    json!({"items": format!("{}/Items", self.url())}),
                );
            }
        }
        body
    }

    pub(super) fn describe_item(&self, key: &Key, item: &Item) -> Value {
        let place = match self.kind {
            Kind::List => "index",
            Kind::Map | Kind::Document => "key",
        };
        json!({
            place: key.json(), "url": self.item_url(key), "data": item.data,
            "revision": format!("{:x}", item.revision), "last_event_id": item.event,
            "date_created": date(item.updated), "date_updated": date(item.updated), "date_expires": null,
        })
    }

    fn item_url(&self, key: &Key) -> String {
        let key = key.text();
        format!(
            "{}/Items/{}",
            self.url(),
            utf8_percent_encode(&key, NON_ALPHANUMERIC)
        )
    }

    /// A page of items and the token of the next: `From` or `Key`/`Index`, `Order`, `PageSize`, `PageToken`.
    pub(super) fn page(&self, request: &Request) -> (Vec<Value>, Option<String>) {
        let size = request
            .param("PageSize")
            .and_then(|size| size.parse().ok())
            .unwrap_or(PAGE_LIMIT)
            .clamp(1, PAGE_LIMIT);
        let exact = request.param("Key").or_else(|| request.param("Index"));
        let from = request.param("From");
        let (skip, descending) = match request.param("PageToken").and_then(|t| t.split_once('.')) {
            Some((skip, order)) => (skip.parse().unwrap_or(0), order == "desc"),
            None => (0usize, request.param("Order") == Some("desc")),
        };
        let mut all: Vec<(&Key, &Item)> = self.items.iter().collect();
        if descending {
            all.reverse();
        }
        let start = |key: &Key| match (key, from) {
            (_, None) => true,
            (Key::Index(index), Some(from)) => from.parse::<u64>().map_or(true, |from| {
                if descending {
                    *index <= from
                } else {
                    *index >= from
                }
            }),
            (Key::Name(name), Some(from)) => {
                if descending {
                    name.as_str() <= from
                } else {
                    name.as_str() >= from
                }
            }
        };
        let chosen: Vec<Value> = all
            .into_iter()
            .filter(|(key, _)| exact.is_none_or(|exact| key.text() == exact) && start(key))
            .map(|(key, item)| self.describe_item(key, item))
            .collect();
        let next = (skip + size < chosen.len()).then(|| {
            format!(
                "{}.{}",
                skip + size,
                if descending { "desc" } else { "asc" }
            )
        });
        (chosen.into_iter().skip(skip).take(size).collect(), next)
    }

    /// Makes or changes an item, as asked.
    pub(super) fn set(&mut self, key: Key, request: &Request) -> (Answer, Option<Event>) {
        let old = self.items.get(&key);
        if old.is_some_and(|old| !matches(request, old.revision)) {
            return (stale(), None);
        }
        let status = if old.is_some() { 200 } else { 201 };
        let data = request.body.get("data").cloned().unwrap_or(json!({}));
        let (event, body) = self.put_item(key, data);
        (Answer { status, body }, Some(event))
    }

    /// Makes or changes an item: the event, and the item as it is now.
    pub(super) fn put_item(&mut self, key: Key, data: Value) -> (Event, Value) {
        let (verb, revision) = match self.items.get(&key) {
            Some(old) => ("updated", old.revision + 1),
            None => ("added", 0),
        };
        let item = Item {
            data,
            revision,
            event: self.event + 1,
            updated: SystemTime::now(),
        };
        let event_type = format!("{}_item_{verb}", self.kind.name());
        let event = self.happened(&event_type, Some((&key, &item)));
        let body = self.describe_item(&key, &item);
        self.items.insert(key, item);
        (event, body)
    }

    /// Counts the event and writes it as the SDK reads it.
    pub(super) fn happened(&mut self, event_type: &str, item: Option<(&Key, &Item)>) -> Event {
        self.event += 1;
        self.revision += 1;
        self.updated = SystemTime::now();
        let name = self.kind.name();
        let mut body = json!({
            format!("{name}_sid"): self.sid, format!("{name}_unique_name"): self.unique_name,
            format!("{name}_revision"): format!("{:x}", self.revision),
            "id": self.event, "date_created": date(self.updated),
        });
        if self.kind == Kind::Document {
            put(&mut body, "document_data", self.data.clone());
        }
        if let Some((key, item)) = item {
            let place = match self.kind {
                Kind::List => "item_index",
                Kind::Map | Kind::Document => "item_key",
            };
            put(&mut body, place, key.json());
            put(&mut body, "item_url", self.item_url(key).into());
            put(
                &mut body,
                "item_revision",
                format!("{:x}", item.revision).into(),
            );
            put(&mut body, "item_data", item.data.clone());
        }
        let event = Event {
            sid: self.sid.clone(),
            event_type: event_type.to_owned(),
            id: self.event,
            body,
        };
        self.log.push_back(event.clone());
        if self.log.len() > LOG_LIMIT {
            self.log.pop_front();
        }
        event
    }
}

/// Whether the request's `If-Match`, if it has one, names this revision.
pub(super) fn matches(request: &Request, revision: u64) -> bool {
    request
        .if_match
        .as_deref()
        .is_none_or(|wanted| wanted.trim_matches('"') == format!("{revision:x}"))
}

/// <https://www.twilio.com/docs/api/errors/54103>
pub(super) fn stale() -> Answer {
    Answer::error(
        412,
        54103,
        "The revision of the object does not match the expected revision",
    )
}

pub(super) fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

pub(super) fn date(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}
