//! Sync over Twilsock (`cds.*.twilio.com`): objects, indexes, and who is subscribed to what.

mod insights;
mod object;
mod objects;
mod query;
#[cfg(test)]
mod tests;

pub use insights::{Index, Rows};

use super::tunnel::{Answer, Request};
use insights::{Insights, LiveEvent};
use object::{Event, Kind};
use objects::Objects;
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Subscriptions of a connection: <https://www.twilio.com/docs/api/errors/54419>.
const SUBSCRIPTION_LIMIT: usize = 2000;

/// A Twilsock connection.
pub type ConnectionId = u64;

/// The one Sync service.
#[derive(Debug, Default)]
pub struct Sync {
    objects: Objects,
    insights: Insights,
    subscriptions: BTreeMap<ConnectionId, BTreeMap<String, Subscription>>,
    pushes: Vec<Push>,
}

/// What a connection is subscribed to.
#[derive(Debug, Clone, PartialEq)]
enum Subscription {
    Object,
    /// With the keys that the subscriber holds.
    LiveQuery(BTreeSet<String>),
}

/// A notification to one connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// To whom.
    pub connection: ConnectionId,
    /// `message_type` of the frame.
    pub message_type: &'static str,
    /// Its payload.
    pub payload: Value,
}

impl Sync {
    /// Serves a request to `cds`.
    pub fn serve(
        &mut self,
        connection: ConnectionId,
        request: &Request,
        rows: &Rows<'_>,
    ) -> Answer {
        let answer = match request
            .path
            .iter()
            .map(String::as_str)
            .take(2)
            .collect::<Vec<_>>()[..]
        {
            ["v3", "Documents"] => self.objects.serve(Kind::Document, below(request), request),
            ["v3", "Maps"] => self.objects.serve(Kind::Map, below(request), request),
            ["v3", "Lists"] => self.objects.serve(Kind::List, below(request), request),
            ["v3", "Insights"] => self.insights.serve(below(request), request, rows),
            ["v4", "Subscriptions"] => self.subscriptions(connection, request, rows),
            _ => Answer::not_found(request),
        };
        self.publish_objects();
        answer
    }

    /// Makes a map under a name unless it is there.
    pub fn ensure_map(&mut self, unique_name: &str, items: &[(&str, Value)]) {
        self.objects.ensure_map(unique_name, items);
    }

    /// Makes or changes an item of a map, which is made if it is not there.
    pub fn set_map_item(&mut self, unique_name: &str, key: &str, data: Value) {
        self.objects.set_map_item(unique_name, key, data);
        self.publish_objects();
    }

    /// A row of an index changed, or went if `row` is `None`.
    pub fn row_changed(&mut self, index: Index, key: &str, row: Option<&Value>) {
        self.insights.changed(index, key);
        for (connection, subscriptions) in &mut self.subscriptions {
            for (id, subscription) in subscriptions {
                let Subscription::LiveQuery(held) = subscription else {
                    continue;
                };
                if let Some(event) = self.insights.change_for(id, held, index, key, row) {
                    self.pushes.push(live(*connection, event));
                }
            }
        }
    }

    /// The connection is gone.
    pub fn forget(&mut self, connection: ConnectionId) {
        self.subscriptions.remove(&connection);
    }

    /// What must be sent since the last call.
    pub fn drain(&mut self) -> Vec<Push> {
        std::mem::take(&mut self.pushes)
    }

    /// `POST /v4/Subscriptions` (observed: `subscriptions.js`).
    fn subscriptions(
        &mut self,
        connection: ConnectionId,
        request: &Request,
        rows: &Rows<'_>,
    ) -> Answer {
        if request.method != "POST" {
            return Answer::wrong_method();
        }
        let correlation = request
            .body
            .get("correlation_id")
            .cloned()
            .unwrap_or(Value::Null);
        let wanted = request.body.get("requests").and_then(Value::as_array);
        for wanted in wanted.into_iter().flatten() {
            match request.text("action") {
                "establish" => self.establish(connection, &correlation, wanted, rows),
                "cancel" => self.cancel(connection, &correlation, wanted),
                _ => return Answer::error(400, 20001, "Unknown action"),
            }
        }
        Answer::ok(
            json!({"max_batch_size": 100, "estimated_delivery_in_ms": 10_000, "ttl_in_s": 3600}),
        )
    }

    fn establish(
        &mut self,
        connection: ConnectionId,
        correlation: &Value,
        wanted: &Value,
        rows: &Rows<'_>,
    ) {
        let text = |key: &str| wanted.get(key).and_then(Value::as_str).unwrap_or_default();
        let sid = text("object_sid");
        let last_event = wanted.get("last_event_id").and_then(Value::as_u64);
        let others = self
            .subscriptions
            .get(&connection)
            .map_or(0, |subscriptions| {
                subscriptions.keys().filter(|held| *held != sid).count()
            });
        if others >= SUBSCRIPTION_LIMIT {
            let error = json!({
                "status": 400, "code": 54419,
                "message": "Number of subscriptions per connection is over the limit",
            });
            return self.refuse(connection, correlation, wanted, error);
        }
        let established = if text("object_type") == "live_query" {
            self.insights
                .subscribe(
                    sid,
                    text("index_name"),
                    text("query_string"),
                    last_event,
                    rows,
                )
                .map(|(held, missed, event)| {
                    let missed = missed.into_iter().map(|event| live(connection, event));
                    (
                        Subscription::LiveQuery(held),
                        missed.collect::<Vec<_>>(),
                        event,
                    )
                })
        } else {
            self.objects
                .since(sid, last_event.unwrap_or(0))
                .map(|(event, missed)| {
                    let missed = missed.iter().map(|event| object_push(connection, event));
                    (Subscription::Object, missed.collect(), event)
                })
        };
        let Some((subscription, missed, event)) = established else {
            let error = json!({"status": 404, "code": 20404, "message": "Not found"});
            return self.refuse(connection, correlation, wanted, error);
        };
        self.subscriptions
            .entry(connection)
            .or_default()
            .insert(sid.to_owned(), subscription);
        self.pushes.extend(missed);
        self.pushes.push(sync_push(
            connection,
            "subscription_established",
            Some(correlation),
            json!({
                "object_sid": sid, "object_type": text("object_type"), "replay_status": "completed",
                "last_event_id": event,
            }),
        ));
    }

    fn refuse(
        &mut self,
        connection: ConnectionId,
        correlation: &Value,
        wanted: &Value,
        error: Value,
    ) {
        let event = json!({
            "object_sid": wanted.get("object_sid"), "object_type": wanted.get("object_type"), "error": error,
        });
        self.pushes.push(sync_push(
            connection,
            "subscription_failed",
            Some(correlation),
            event,
        ));
    }

    fn cancel(&mut self, connection: ConnectionId, correlation: &Value, wanted: &Value) {
        let sid = wanted
            .get("object_sid")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if let Some(subscriptions) = self.subscriptions.get_mut(&connection) {
            subscriptions.remove(sid);
        }
        self.pushes.push(sync_push(
            connection,
            "subscription_canceled",
            Some(correlation),
            json!({"object_sid": sid, "object_type": wanted.get("object_type")}),
        ));
    }

    fn publish_objects(&mut self) {
        for event in self.objects.drain() {
            for (connection, subscriptions) in &self.subscriptions {
                if subscriptions.contains_key(&event.sid) {
                    self.pushes.push(object_push(*connection, &event));
                }
            }
        }
    }
}

fn below(request: &Request) -> &[String] {
    request.path.get(2..).unwrap_or_default()
}

fn object_push(connection: ConnectionId, event: &Event) -> Push {
    sync_push(connection, &event.event_type, None, event.body.clone())
}

fn live(connection: ConnectionId, event: LiveEvent) -> Push {
    sync_push(connection, event.event_type, None, event.body)
}

/// One `event`, not a list of `events`: protocol version 3 reads only that, and version 4 reads both.
fn sync_push(
    connection: ConnectionId,
    event_type: &str,
    correlation: Option<&Value>,
    event: Value,
) -> Push {
    let mut payload = json!({
        "event_type": event_type, "event_protocol_version": 3, "strictly_ordered": true, "event": event,
    });
    if let (Some(correlation), Some(payload)) = (correlation, payload.as_object_mut()) {
        payload.insert("correlation_id".to_owned(), correlation.clone());
    }
    Push {
        connection,
        message_type: "twilio.sync.event",
        payload,
    }
}
