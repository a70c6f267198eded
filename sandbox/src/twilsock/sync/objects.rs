//! Documents, maps and lists (<https://www.twilio.com/docs/sync/api>), with their events.

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

    fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Map => "map",
            Self::List => "list",
        }
    }

    /// Twilio's code for an object that does not exist (<https://www.twilio.com/docs/api/errors/54100>).
    fn missing(self) -> Answer {
        match self {
            Self::Document => Answer::error(404, 54100, "Document not found"),
            Self::Map => Answer::error(404, 54200, "Map not found"),
            Self::List => Answer::error(404, 54150, "List not found"),
        }
    }

    fn missing_item(self) -> Answer {
        match self {
            Self::Document => Answer::error(404, 54100, "Document not found"),
            Self::Map => Answer::error(404, 54201, "Map item not found"),
            Self::List => Answer::error(404, 54151, "List item not found"),
        }
    }
}

/// The place of an item: a map's key or a list's index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
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
struct Item {
    data: Value,
    revision: u64,
    event: u64,
    updated: SystemTime,
}

#[derive(Debug, Clone)]
struct Object {
    kind: Kind,
    sid: String,
    unique_name: Option<String>,
    /// A document's value; of a map or list unused.
    data: Value,
    items: BTreeMap<Key, Item>,
    next_index: u64,
    revision: u64,
    event: u64,
    updated: SystemTime,
    log: VecDeque<Event>,
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

/// All objects of the one Sync service.
#[derive(Debug, Default)]
pub struct Objects {
    objects: BTreeMap<String, Object>,
    made: u128,
    events: Vec<Event>,
}

impl Objects {
    /// Serves `/v3/{Documents|Maps|Lists}` and what is below: `path` is what follows the collection.
    pub fn serve(&mut self, kind: Kind, path: &[String], request: &Request) -> Answer {
        let method = request.method.as_str();
        match path {
            [] => match method {
                "POST" => self.create(kind, request),
                _ => Answer::wrong_method(),
            },
            [id] => {
                let Some(object) = find(&mut self.objects, kind, id) else {
                    return kind.missing();
                };
                match method {
                    "GET" => {
                        let mut body = object.describe();
                        if request.param("Include") == Some("items") {
                            put(&mut body, "items", object.page(request).0.into());
                        }
                        Answer::ok(body)
                    }
                    "POST" if kind == Kind::Document => {
                        if !matches(request, object.revision) {
                            return stale();
                        }
                        object.data = request.body.get("data").cloned().unwrap_or(json!({}));
                        let event = object.happened("document_updated", None);
                        let body = object.describe();
                        self.events.push(event);
                        Answer::ok(body)
                    }
                    // Only a new time to live; nothing expires here.
                    "POST" => Answer::ok(object.describe()),
                    "DELETE" => {
                        let event = object.happened(&format!("{}_removed", kind.name()), None);
                        let sid = object.sid.clone();
                        self.objects.remove(&sid);
                        self.events.push(event);
                        Answer {
                            status: 204,
                            body: Value::Null,
                        }
                    }
                    _ => Answer::wrong_method(),
                }
            }
            [id, items] if items == "Items" && kind != Kind::Document => {
                let Some(object) = find(&mut self.objects, kind, id) else {
                    return kind.missing();
                };
                match method {
                    "GET" => {
                        let (items, next) = object.page(request);
                        Answer::ok(json!({
                            "items": items,
                            "meta": {"previous_token": null, "next_token": next, "direction": "forward"},
                        }))
                    }
                    "POST" => {
                        let key = match kind {
                            Kind::List => {
                                object.next_index += 1;
                                Key::Index(object.next_index - 1)
                            }
                            Kind::Map | Kind::Document => Key::Name(request.text("key").to_owned()),
                        };
                        let (answer, event) = object.set(key, request);
                        self.events.extend(event);
                        answer
                    }
                    _ => Answer::wrong_method(),
                }
            }
            [id, items, key] if items == "Items" && kind != Kind::Document => {
                let Some(object) = find(&mut self.objects, kind, id) else {
                    return kind.missing();
                };
                let key = match (kind, key.parse()) {
                    (Kind::List, Ok(index)) => Key::Index(index),
                    (Kind::List | Kind::Map | Kind::Document, _) => Key::Name(key.clone()),
                };
                match method {
                    "GET" => match object.items.get(&key) {
                        Some(item) => Answer::ok(object.describe_item(&key, item)),
                        None => kind.missing_item(),
                    },
                    // A map's item may be made by PUT; a list's index only by POST on the list.
                    "PUT" | "POST" if kind == Kind::Map || object.items.contains_key(&key) => {
                        let (answer, event) = object.set(key, request);
                        self.events.extend(event);
                        answer
                    }
                    "PUT" | "POST" => kind.missing_item(),
                    "DELETE" => {
                        let Some(item) = object.items.remove(&key) else {
                            return kind.missing_item();
                        };
                        let event = object.happened(
                            &format!("{}_item_removed", kind.name()),
                            Some((&key, &item)),
                        );
                        let body = json!({
                            "last_event_id": event.id, "date_updated": date(object.updated),
                        });
                        self.events.push(event);
                        Answer::ok(body)
                    }
                    _ => Answer::wrong_method(),
                }
            }
            _ => Answer::not_found(request),
        }
    }

    /// Makes a map under a name unless it is there; for what other products keep in Sync.
    pub fn ensure_map(&mut self, unique_name: &str, items: &[(&str, Value)]) {
        if find(&mut self.objects, Kind::Map, unique_name).is_some() {
            return;
        }
        let mut object = self.blank(Kind::Map, Some(unique_name.to_owned()));
        for (key, data) in items {
            object.event += 1;
            let item = Item {
                data: data.clone(),
                revision: 0,
                event: object.event,
                updated: object.updated,
            };
            object.items.insert(Key::Name((*key).to_owned()), item);
        }
        self.objects.insert(object.sid.clone(), object);
    }

    /// What happened to an object after `event`, or `None` if there is no such object.
    #[must_use]
    pub fn since(&self, sid: &str, event: u64) -> Option<(u64, Vec<Event>)> {
        let object = self.objects.get(sid)?;
        let missed = object.log.iter().filter(|logged| logged.id > event);
        Some((object.event, missed.cloned().collect()))
    }

    /// What happened since the last call.
    pub fn drain(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    fn create(&mut self, kind: Kind, request: &Request) -> Answer {
        let name = Some(request.text("unique_name")).filter(|name| !name.is_empty());
        if let Some(name) = name {
            if find(&mut self.objects, kind, name).is_some() {
                return Answer::error(409, 54301, "Unique name already exists");
            }
        }
        let mut object = self.blank(kind, name.map(str::to_owned));
        object.data = request.body.get("data").cloned().unwrap_or(json!({}));
        let body = object.describe();
        self.objects.insert(object.sid.clone(), object);
        Answer::created(body)
    }

    fn blank(&mut self, kind: Kind, unique_name: Option<String>) -> Object {
        self.made += 1;
        Object {
            kind,
            sid: format!("{}{:032x}", kind.prefix(), self.made),
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
}

impl Object {
    fn url(&self) -> String {
        format!(
            "https://cds.us1.twilio.com/v3/{}/{}",
            self.kind.collection(),
            self.sid
        )
    }

    fn describe(&self) -> Value {
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

    fn describe_item(&self, key: &Key, item: &Item) -> Value {
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
    fn page(&self, request: &Request) -> (Vec<Value>, Option<String>) {
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

    /// Makes or changes an item.
    fn set(&mut self, key: Key, request: &Request) -> (Answer, Option<Event>) {
        let old = self.items.get(&key);
        if old.is_some_and(|old| !matches(request, old.revision)) {
            return (stale(), None);
        }
        let (verb, status, revision) = match old {
            Some(old) => ("updated", 200, old.revision + 1),
            None => ("added", 201, 0),
        };
        let item = Item {
            data: request.body.get("data").cloned().unwrap_or(json!({})),
            revision,
            event: self.event + 1,
            updated: SystemTime::now(),
        };
        let event_type = format!("{}_item_{verb}", self.kind.name());
        let event = self.happened(&event_type, Some((&key, &item)));
        let body = self.describe_item(&key, &item);
        self.items.insert(key, item);
        (Answer { status, body }, Some(event))
    }

    /// Counts the event and writes it as the SDK reads it.
    fn happened(&mut self, event_type: &str, item: Option<(&Key, &Item)>) -> Event {
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

fn find<'a>(
    objects: &'a mut BTreeMap<String, Object>,
    kind: Kind,
    id: &str,
) -> Option<&'a mut Object> {
    objects.values_mut().find(|object| {
        object.kind == kind && (object.sid == id || object.unique_name.as_deref() == Some(id))
    })
}

/// Whether the request's `If-Match`, if it has one, names this revision.
fn matches(request: &Request, revision: u64) -> bool {
    request
        .if_match
        .as_deref()
        .is_none_or(|wanted| wanted.trim_matches('"') == format!("{revision:x}"))
}

/// <https://www.twilio.com/docs/api/errors/54103>
fn stale() -> Answer {
    Answer::error(
        412,
        54103,
        "The revision of the object does not match the expected revision",
    )
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

fn date(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}
