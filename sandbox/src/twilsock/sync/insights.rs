//! The indexes behind `instantQuery` and `liveQuery` (<https://www.twilio.com/docs/sync/live-query>).
//!
//! Observed in twilio-sync 2.0.1 and 3.1.0 (`livequery.js`): a query is one POST; a live query is the same POST, whose
//! `query_id` is then subscribed to, and pushes `live_query_item_updated`, `live_query_item_removed` and, to catch up,
//! `live_query_updated` with all items.

use super::query::Query;
use crate::twilsock::tunnel::{Answer, Request};
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one answer (protocol notes: 200).
pub const ROW_LIMIT: usize = 200;

/// Where rows come from: the index's rows, each with its key.
pub type Rows<'a> = dyn Fn(Index) -> Vec<(String, Value)> + 'a;

/// The indexes that Flex has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Index {
    /// `tr-worker`.
    Worker,
    /// `tr-task`.
    Task,
    /// `tr-reservation`.
    Reservation,
    /// `tr-queue`.
    Queue,
}

impl Index {
    /// The index of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "tr-worker" => Some(Self::Worker),
            "tr-task" => Some(Self::Task),
            "tr-reservation" => Some(Self::Reservation),
            "tr-queue" => Some(Self::Queue),
            _ => None,
        }
    }
}

/// A query that was posted, by its `query_id`.
#[derive(Debug, Clone)]
struct Posted {
    index: Index,
    text: String,
    query: Query,
}

/// What the subscribers of a live query are told.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveEvent {
    /// `live_query_item_updated` …
    pub event_type: &'static str,
    /// What the SDK reads.
    pub body: Value,
}

/// Queries and revisions.
#[derive(Debug, Default)]
pub struct Insights {
    posted: BTreeMap<String, Posted>,
    made: u128,
    /// How often each row changed; a row that never did has revision 0.
    revisions: BTreeMap<(Index, String), u64>,
    /// Counts changes of any row.
    event: u64,
}

impl Insights {
    /// Serves `POST /v3/Insights/{index}/Items`.
    pub fn serve(&mut self, path: &[String], request: &Request, rows: &Rows<'_>) -> Answer {
        let [index, items] = path else {
            return Answer::not_found(request);
        };
        let (Some(index), "Items") = (Index::named(index), items.as_str()) else {
            return Answer::not_found(request);
        };
        if request.method != "POST" {
            return Answer::wrong_method();
        }
        let text = request.text("query_string");
        let query = match Query::parse(text) {
            Ok(query) => query,
            Err(error) => return Answer::error(400, error.code(), &error.to_string()),
        };
        let items = self.items(index, &query, rows);
        // An instant query is never subscribed to, so it is not remembered.
        let id = (request.text("type") == "live_query").then(|| self.id_of(index, text, query));
        Answer::ok(json!({"items": items, "query_id": id, "last_event_id": self.event}))
    }

    /// Subscribes to a live query: what its subscriber holds now, and what brings him there if he is behind.
    /// `None`: no such query, and none can be made from `index_name` and `query_string`.
    pub fn subscribe(
        &mut self,
        id: &str,
        index: &str,
        text: &str,
        last_event: Option<u64>,
        rows: &Rows<'_>,
    ) -> Option<(BTreeSet<String>, Vec<LiveEvent>, u64)> {
        if !self.posted.contains_key(id) {
            // A page that was open before the sandbox was restarted.
            let posted = Posted {
                index: Index::named(index)?,
                text: text.to_owned(),
                query: Query::parse(text).ok()?,
            };
            self.posted.insert(id.to_owned(), posted);
        }
        let posted = self.posted.get(id)?.clone();
        let items = self.items(posted.index, &posted.query, rows);
        let held = items
            .iter()
            .filter_map(|item| item.get("key").and_then(Value::as_str).map(str::to_owned))
            .collect();
        let missed = if last_event == Some(self.event) {
            Vec::new()
        } else {
            vec![LiveEvent {
                event_type: "live_query_updated",
                body: json!({"query_id": id, "items": items, "last_event_id": self.event}),
            }]
        };
        Some((held, missed, self.event))
    }

    /// A row changed: count it. Call once per change, before [`Insights::change_for`].
    pub fn changed(&mut self, index: Index, key: &str) {
        self.event += 1;
        *self.revisions.entry((index, key.to_owned())).or_default() += 1;
    }

    /// What a subscriber of query `id`, who holds the keys `held`, must be told of the row; `row` is `None` if it is gone.
    pub fn change_for(
        &self,
        id: &str,
        held: &mut BTreeSet<String>,
        index: Index,
        key: &str,
        row: Option<&Value>,
    ) -> Option<LiveEvent> {
        let posted = self.posted.get(id).filter(|posted| posted.index == index)?;
        let revision = self.revision(index, key);
        match row.filter(|row| posted.query.matches(row)) {
            // Of what it did not give it does not tell either (docs/fidelity/flex.md).
            Some(_) if !held.contains(key) && held.len() >= ROW_LIMIT => None,
            Some(row) => {
                held.insert(key.to_owned());
                Some(LiveEvent {
                    event_type: "live_query_item_updated",
                    body: json!({
                        "query_id": id, "item_key": key, "item_data": row, "item_revision": revision,
                        "last_event_id": self.event,
                    }),
                })
            }
            None => held.remove(key).then(|| LiveEvent {
                event_type: "live_query_item_removed",
                body: json!({
                    "query_id": id, "item_key": key, "item_revision": revision, "last_event_id": self.event,
                }),
            }),
        }
    }

    fn items(&self, index: Index, query: &Query, rows: &Rows<'_>) -> Vec<Value> {
        rows(index)
            .into_iter()
            .filter(|(_, row)| query.matches(row))
            .take(ROW_LIMIT)
            .map(|(key, row)| {
                let revision = self.revision(index, &key);
                json!({"key": key, "data": row, "revision": revision})
            })
            .collect()
    }

    fn revision(&self, index: Index, key: &str) -> u64 {
        self.revisions
            .get(&(index, key.to_owned()))
            .copied()
            .unwrap_or_default()
    }

    /// The same question has the same id, so that one connection asks it once (the SDK caches by id).
    fn id_of(&mut self, index: Index, text: &str, query: Query) -> String {
        if let Some((id, _)) = self
            .posted
            .iter()
            .find(|(_, posted)| posted.index == index && posted.text == text)
        {
            return id.clone();
        }
        self.made += 1;
        let id = format!("QR{:032x}", self.made);
        let posted = Posted {
            index,
            text: text.to_owned(),
            query,
        };
        self.posted.insert(id.clone(), posted);
        id
    }
}
