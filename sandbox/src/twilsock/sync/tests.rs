use super::*;
use crate::twilsock::tunnel::Request;
use serde_json::json;
use std::cell::RefCell;

/// A Sync service with rows of its own.
struct Service {
    sync: Sync,
    rows: RefCell<Vec<(String, Value)>>,
}

impl Service {
    fn new(rows: usize) -> Self {
        let rows = (0..rows).map(|n| {
            (
                format!("WK{n}"),
                json!({"activity_name": "Available", "n": n}),
            )
        });
        Self {
            sync: Sync::default(),
            rows: RefCell::new(rows.collect()),
        }
    }

    fn ask(&mut self, connection: ConnectionId, method: &str, path: &str, body: Value) -> Answer {
        self.ask_with(connection, method, path, body, None)
    }

    fn ask_with(
        &mut self,
        connection: ConnectionId,
        method: &str,
        path: &str,
        body: Value,
        if_match: Option<&str>,
    ) -> Answer {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method: method.to_owned(),
            host: "cds.us1.twilio.com".to_owned(),
            path: path
                .split('/')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
            params: query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect(),
            if_match: if_match.map(str::to_owned),
            body,
        };
        let rows = |index| match index {
            Index::Worker => self.rows.borrow().clone(),
            Index::Task | Index::Reservation | Index::Queue => Vec::new(),
        };
        self.sync.serve(connection, &request, &rows)
    }

    fn subscribe(&mut self, connection: ConnectionId, wanted: Value) -> Vec<Push> {
        let body = json!({"action": "establish", "correlation_id": 7, "requests": [wanted]});
        assert_eq!(
            self.ask(connection, "POST", "/v4/Subscriptions", body)
                .status,
            200
        );
        self.sync.drain()
    }

    fn live(&mut self, connection: ConnectionId, query: &str) -> String {
        let body = json!({"query_string": query, "type": "live_query"});
        let answer = self.ask(connection, "POST", "/v3/Insights/tr-worker/Items", body);
        let id = answer.body["query_id"].as_str().unwrap().to_owned();
        let wanted = json!({"object_sid": id, "object_type": "live_query", "last_event_id": answer.body["last_event_id"]});
        let pushes = self.subscribe(connection, wanted);
        assert_eq!(kinds(&pushes), ["subscription_established"]);
        id
    }

    fn change(&mut self, key: &str, row: Option<Value>) -> Vec<Push> {
        self.sync.row_changed(Index::Worker, key, row.as_ref());
        self.sync.drain()
    }
}

fn kinds(pushes: &[Push]) -> Vec<&str> {
    pushes
        .iter()
        .map(|push| push.payload["event_type"].as_str().unwrap())
        .collect()
}

#[test]
fn a_query_answers_two_hundred_rows_at_most() {
    let mut service = Service::new(insights::ROW_LIMIT + 1);
    let answer = service.ask(
        1,
        "POST",
        "/v3/Insights/tr-worker/Items",
        json!({"query_string": ""}),
    );
    assert_eq!(answer.body["items"].as_array().unwrap().len(), 200);
}

#[test]
fn a_query_answers_the_rows_that_match() {
    let mut service = Service::new(3);
    let query = json!({"query_string": r#"data.n == "1""#});
    let answer = service.ask(1, "POST", "/v3/Insights/tr-worker/Items", query);
    assert_eq!(
        answer.body["items"],
        json!([{"key": "WK1", "data": {"activity_name": "Available", "n": 1}, "revision": 0}])
    );
}

#[test]
fn a_query_that_is_none_is_refused_with_the_sdks_code() {
    let mut service = Service::new(1);
    let answer = service.ask(
        1,
        "POST",
        "/v3/Insights/tr-worker/Items",
        json!({"query_string": "("}),
    );
    assert_eq!((answer.status, &answer.body["code"]), (400, &json!(54507)));
}

#[test]
fn flexs_other_indexes_are_empty_and_unknown_ones_missing() {
    let mut service = Service::new(1);
    for index in ["tr-task", "tr-reservation", "tr-queue"] {
        let path = format!("/v3/Insights/{index}/Items");
        let answer = service.ask(1, "POST", &path, json!({"query_string": ""}));
        assert_eq!(answer.body["items"], json!([]), "{index}");
    }
    assert_eq!(
        service
            .ask(1, "POST", "/v3/Insights/tr-x/Items", json!({}))
            .status,
        404
    );
    assert_eq!(
        service
            .ask(1, "GET", "/v3/Insights/tr-worker/Items", json!({}))
            .status,
        405
    );
}

#[test]
fn a_live_query_follows_a_row_in_through_and_out() {
    let mut service = Service::new(1);
    let id = service.live(1, r#"data.activity_name == "Break""#);
    assert_eq!(
        service.change("WK0", Some(json!({"activity_name": "Offline"}))),
        []
    );
    let entered = service.change("WK0", Some(json!({"activity_name": "Break"})));
    assert_eq!(kinds(&entered), ["live_query_item_updated"]);
    assert_eq!(entered[0].payload["event"]["query_id"], json!(id));
    assert_eq!(
        entered[0].payload["event"]["item_data"],
        json!({"activity_name": "Break"})
    );
    let left = service.change("WK0", Some(json!({"activity_name": "Offline"})));
    assert_eq!(kinds(&left), ["live_query_item_removed"]);
    let (entered, left) = (&entered[0].payload["event"], &left[0].payload["event"]);
    assert!(entered["item_revision"].as_u64() < left["item_revision"].as_u64());
}

#[test]
fn a_row_that_goes_leaves_the_live_query_once() {
    let mut service = Service::new(1);
    service.live(1, "");
    assert_eq!(
        kinds(&service.change("WK0", None)),
        ["live_query_item_removed"]
    );
    assert_eq!(service.change("WK0", None), []);
}

#[test]
fn only_those_who_subscribed_are_told() {
    let mut service = Service::new(1);
    service.live(1, "");
    service.live(2, r#"data.n == "5""#);
    service.live(3, "");
    service.sync.forget(3);
    let pushes = service.change("WK0", Some(json!({"n": 0})));
    assert_eq!(
        pushes
            .iter()
            .map(|push| push.connection)
            .collect::<Vec<_>>(),
        [1]
    );
}

#[test]
fn who_comes_back_to_a_live_query_gets_all_rows_again() {
    let mut service = Service::new(2);
    let id = service.live(1, "");
    service.change("WK0", Some(json!({})));
    let pushes = service.subscribe(
        2,
        json!({"object_sid": id, "object_type": "live_query", "last_event_id": 0}),
    );
    assert_eq!(
        kinds(&pushes),
        ["live_query_updated", "subscription_established"]
    );
    assert_eq!(
        pushes[0].payload["event"]["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(pushes[1].payload["correlation_id"], json!(7));
}

#[test]
fn a_live_query_of_before_a_restart_is_taken_up_by_its_text() {
    let mut service = Service::new(2);
    let pushes = service.subscribe(
        1,
        json!({"object_sid": "QRold", "object_type": "live_query", "index_name": "tr-worker",
               "query_string": r#"data.n == "1""#, "last_event_id": 90}),
    );
    assert_eq!(pushes[0].payload["event"]["items"][0]["key"], json!("WK1"));
    assert_eq!(
        kinds(&service.change("WK1", Some(json!({"n": 1})))),
        ["live_query_item_updated"]
    );
}

#[test]
fn a_map_tells_its_subscribers_and_those_who_come_late() {
    let mut service = Service::new(0);
    let map = service
        .ask(1, "POST", "/v3/Maps", json!({"unique_name": "m"}))
        .body;
    let wanted = json!({"object_sid": map["sid"], "object_type": "map", "last_event_id": 0});
    assert_eq!(
        kinds(&service.subscribe(1, wanted.clone())),
        ["subscription_established"]
    );
    let made = service.ask(2, "PUT", "/v3/Maps/m/Items/key", json!({"data": {"a": 1}}));
    assert_eq!(made.status, 201);
    let changed = service.ask(2, "PUT", "/v3/Maps/m/Items/key", json!({"data": {"a": 2}}));
    assert_eq!(changed.status, 200);
    service.ask(2, "DELETE", "/v3/Maps/m/Items/key", json!(null));
    let expected = ["map_item_added", "map_item_updated", "map_item_removed"];
    assert_eq!(kinds(&service.sync.drain()), expected);
    let late = service.subscribe(3, wanted);
    assert_eq!(kinds(&late)[..3], expected);
    assert_eq!(late[1].payload["event"]["item_data"], json!({"a": 2}));
}

#[test]
fn a_list_counts_its_items_and_pages_through_them() {
    let mut service = Service::new(0);
    service.ask(1, "POST", "/v3/Lists", json!({"unique_name": "l"}));
    for n in 0..5 {
        let item = service.ask(1, "POST", "/v3/Lists/l/Items", json!({"data": {"n": n}}));
        assert_eq!(item.body["index"], json!(n));
    }
    service.ask(1, "DELETE", "/v3/Lists/l/Items/4", json!(null));
    let indexes = |body: &Value| -> Vec<u64> {
        let items = body["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["index"].as_u64().unwrap())
            .collect()
    };
    let first = service
        .ask(
            1,
            "GET",
            "/v3/Lists/l/Items?PageSize=3&Order=desc",
            json!(null),
        )
        .body;
    assert_eq!(indexes(&first), [3, 2, 1]);
    let token = first["meta"]["next_token"].as_str().unwrap();
    let path = format!("/v3/Lists/l/Items?PageSize=3&PageToken={token}");
    let second = service.ask(1, "GET", &path, json!(null)).body;
    assert_eq!(indexes(&second), [0]);
    assert_eq!(second["meta"]["next_token"], json!(null));
    let next = service.ask(1, "POST", "/v3/Lists/l/Items", json!({"data": {}}));
    assert_eq!(
        next.body["index"],
        json!(5),
        "an index is never given twice"
    );
}

#[test]
fn a_document_refuses_a_change_from_a_stale_revision() {
    let mut service = Service::new(0);
    let document = service
        .ask(1, "POST", "/v3/Documents", json!({"unique_name": "d"}))
        .body;
    let revision = document["revision"].as_str().unwrap();
    let body = json!({"data": {"a": 1}});
    let first = service.ask_with(1, "POST", "/v3/Documents/d", body.clone(), Some(revision));
    assert_eq!(first.status, 200);
    let second = service.ask_with(1, "POST", "/v3/Documents/d", body, Some(revision));
    assert_eq!((second.status, &second.body["code"]), (412, &json!(54103)));
}

/// As `SyncMap.mutate` does it: `If-Match: -1` where there is no item, its revision where there is one.
#[test]
fn of_two_who_change_a_maps_item_at_once_the_second_must_read_it_anew() {
    let mut service = Service::new(0);
    service.ask(1, "POST", "/v3/Maps", json!({"unique_name": "m"}));
    let mut put = |revision: &str| {
        let body = json!({"data": {"from": revision}});
        let answer = service.ask_with(1, "PUT", "/v3/Maps/m/Items/key", body, Some(revision));
        (answer.status, answer.body)
    };
    let (status, made) = put("-1");
    assert_eq!(status, 201);
    let (status, refused) = put("-1");
    assert_eq!((status, &refused["code"]), (412, &json!(54103)));
    let revision = made["revision"].as_str().unwrap();
    assert_eq!(put(revision).0, 200);
    assert_eq!(put(revision).0, 412);
}

#[test]
fn a_name_is_given_once() {
    let mut service = Service::new(0);
    for (status, kind) in [(201, "Maps"), (409, "Maps"), (201, "Lists")] {
        let path = format!("/v3/{kind}");
        assert_eq!(
            service
                .ask(1, "POST", &path, json!({"unique_name": "x"}))
                .status,
            status
        );
    }
}

#[test]
fn what_is_not_there_is_told_and_subscribing_to_it_fails() {
    let mut service = Service::new(0);
    for (kind, code) in [("Documents", 54100), ("Maps", 54200), ("Lists", 54150)] {
        let answer = service.ask(1, "GET", &format!("/v3/{kind}/none"), json!(null));
        assert_eq!((answer.status, &answer.body["code"]), (404, &json!(code)));
    }
    let pushes = service.subscribe(1, json!({"object_sid": "MPnone", "object_type": "map"}));
    assert_eq!(kinds(&pushes), ["subscription_failed"]);
    assert_eq!(
        service.ask(1, "GET", "/v3/Nothing", json!(null)).status,
        404
    );
    assert_eq!(
        service
            .ask(1, "GET", "/v4/Subscriptions", json!(null))
            .status,
        405
    );
}

#[test]
fn a_connection_has_two_thousand_subscriptions_at_most() {
    let mut service = Service::new(0);
    let mut subscribe = |n: usize| {
        let map = service.ask(
            1,
            "POST",
            "/v3/Maps",
            json!({"unique_name": format!("m{n}")}),
        );
        let wanted = json!({"object_sid": map.body["sid"], "object_type": "map"});
        service.subscribe(1, wanted)
    };
    for n in 0..SUBSCRIPTION_LIMIT {
        assert_eq!(kinds(&subscribe(n)), ["subscription_established"]);
    }
    let refused = subscribe(SUBSCRIPTION_LIMIT);
    assert_eq!(refused[0].payload["event"]["error"]["code"], json!(54419));
}
