//! Documents, maps and lists (<https://www.twilio.com/docs/sync/api>): what is asked of them.

use super::object::{date, matches, put, stale, Event, Key, Kind, Object};
use crate::twilsock::tunnel::{Answer, Request};
use serde_json::{json, Value};
use std::collections::BTreeMap;

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
            object.start_with(key, data.clone());
        }
        self.objects.insert(object.sid.clone(), object);
    }

    /// Makes or changes an item of the map of that name, which is made if it is not there.
    pub fn set_map_item(&mut self, unique_name: &str, key: &str, data: Value) {
        self.ensure_map(unique_name, &[]);
        if let Some(map) = find(&mut self.objects, Kind::Map, unique_name) {
            let (event, _) = map.put_item(Key::Name(key.to_owned()), data);
            self.events.push(event);
        }
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
        Object::new(kind, self.made, unique_name)
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
