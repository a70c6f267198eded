use super::wire::api;
use super::*;
use crate::functions::PageMark;

fn listed(body: &Value) -> Answer {
    let order = Order::ListWorkers { page: None };
    http::answer(&order, 200, None, &body.to_string())
}

fn url(page: Option<PageMark>) -> String {
    http::call(&api(), &Order::ListWorkers { page }).url
}

fn asked(token: Option<crate::functions::Identity>, list: Answer) -> Response {
    let token_text = "bob".to_owned();
    let request = Request::People {
        page: None,
        token: token_text,
    };
    let (mut run, step) = start(settings(), request);
    assert!(matches!(step, Step::Orders(orders) if orders.len() == 2));
    match run.resume(NOW, vec![Answer::Token(token), list]) {
        Step::Respond(response) => response,
        other @ Step::Orders(_) => panic!("{other:?}"),
    }
}

#[test]
fn of_a_worker_there_is_what_the_directory_reads_and_nothing_else() {
    let attributes = json!({
        "contact_uri": "client:bob", "full_name": "Bob", "team_name": "Sales", "email": "b@example.com",
        "routing": {"skills": ["returns"], "levels": {"returns": 3}}, "salary": 1, "extension": "7",
    });
    let row = json!({
        "sid": bob(), "friendly_name": "bob", "activity_name": "Break", "activity_sid": "WA00000000000000000000000000000001",
        "attributes": attributes.to_string(), "date_created": "2020-01-01T00:00:00Z", "account_sid": "AC1",
    });
    let broken = json!({"sid": alice(), "friendly_name": "alice", "attributes": "no JSON"});
    let list = listed(&json!({"workers": [row, broken], "meta": {"next_page_url": null}}));
    let Body::Json(text) = asked(Some(agent(bob())), list).body else {
        panic!("no JSON")
    };
    let answer: Value = serde_json::from_str(&text).unwrap();
    let expected = json!({"success": true, "next": null, "people": [
        {"worker_sid": bob(), "friendly_name": "bob", "activity_name": "Break",
         "worker_activity_sid": "WA00000000000000000000000000000001",
         "attributes": {"contact_uri": "client:bob", "full_name": "Bob", "team_name": "Sales", "email": "b@example.com",
                        "routing": {"skills": ["returns"]}, "extension": "7"}},
        {"worker_sid": alice(), "friendly_name": "alice", "attributes": {}},
    ]});
    // The end of a list has no `next`, or says that there is none.
    assert_eq!(answer, expected);
}

/// What a page of two is answered with: the list says nothing of the attributes of Bob, and he himself says this.
fn read(his: Answer) -> Response {
    let rows = json!([
        {"sid": bob(), "friendly_name": "bob", "attributes": null},
        {"sid": alice(), "friendly_name": "alice", "attributes": "{}"},
    ]);
    let list = listed(&json!({"workers": rows, "meta": {}}));
    let request = Request::People {
        page: None,
        token: "bob".to_owned(),
    };
    let (mut run, _) = start(settings(), request);
    let step = run.resume(NOW, vec![Answer::Token(Some(agent(bob()))), list]);
    assert_eq!(
        step,
        Step::Orders(vec![Order::FetchPerson { worker: bob() }])
    );
    match run.resume(NOW, vec![his]) {
        Step::Respond(response) => response,
        other @ Step::Orders(_) => panic!("{other:?}"),
    }
}

#[test]
fn attributes_that_the_list_leaves_out_are_asked_of_each_and_nobody_is_lacking_unnoticed() {
    let fetched = |row: Value| {
        http::answer(
            &Order::FetchPerson { worker: bob() },
            200,
            None,
            &row.to_string(),
        )
    };
    let people = |response: Response| match response.body {
        Body::Json(text) => serde_json::from_str::<Value>(&text).unwrap()["people"].clone(),
        other => panic!("{other:?}"),
    };
    let alice = json!({"worker_sid": alice(), "friendly_name": "alice", "attributes": {}});
    let row = json!({"sid": bob(), "friendly_name": "bob", "attributes": "{\"contact_uri\":\"client:bob\",\"x\":1}"});
    let whole = json!({"worker_sid": bob(), "friendly_name": "bob", "attributes": {"contact_uri": "client:bob"}});
    assert_eq!(people(read(fetched(row))), json!([whole, alice]));
    let without = json!({"sid": bob(), "friendly_name": "bob", "attributes": null});
    let bare = json!({"worker_sid": bob(), "friendly_name": "bob", "attributes": {}});
    assert_eq!(people(read(fetched(without))), json!([bare, alice]));
    assert_eq!(people(read(gone())), json!([alice]));
    let broken = Answer::Failed {
        status: 503,
        message: String::new(),
    };
    assert_eq!(read(broken).status, 502);
}

#[test]
fn whoever_is_not_signed_in_reads_nobody_and_a_list_that_fails_is_told() {
    let row = json!({"sid": bob(), "friendly_name": "bob", "attributes": "{}"});
    let list = || listed(&json!({"workers": [row], "meta": {}}));
    let refused = asked(None, list());
    assert_eq!(refused.status, 403);
    assert!(matches!(refused.body, Body::Json(text) if !text.contains("bob")));
    let failed = Answer::Failed {
        status: 503,
        message: String::new(),
    };
    assert_eq!(asked(Some(agent(bob())), failed).status, 502);
}

#[test]
fn a_list_goes_on_by_the_token_that_twilio_gave_on_the_address_that_is_configured() {
    assert!(url(None).ends_with("/Workers?PageSize=25"), "{}", url(None));
    let next = "https://evil.example/v1/Workers?PageSize=9&PageToken=PT%2Fa%26b%3D&Page=3";
    let list = listed(&json!({"workers": [], "meta": {"next_page_url": next}}));
    let mark = PageMark {
        page: 3,
        token: "PT/a&b=".to_owned(),
    };
    let people = Vec::new();
    let expected = Answer::Workers {
        people,
        next: Some(mark.clone()),
    };
    assert_eq!(list, expected);
    assert_eq!(PageMark::parse(&mark.to_string()), Some(mark.clone()));
    let second = url(Some(mark));
    let base = url(None);
    assert_eq!(second, format!("{base}&Page=3&PageToken=PT%2Fa%26b%3D"));
}

#[test]
fn a_next_page_that_cannot_be_asked_for_is_no_end_of_the_list() {
    for next in [
        json!("https://taskrouter.twilio.com/v1/Workers"),
        json!("https://taskrouter.twilio.com/v1/Workers?Page=1"),
        json!("https://taskrouter.twilio.com/v1/Workers?Page=1&PageToken="),
        json!("https://taskrouter.twilio.com/v1/Workers?Page=x&PageToken=PT1"),
        json!("https://taskrouter.twilio.com/v1/Workers?Page=1&PageToken=%"),
        json!("https://taskrouter.twilio.com/v1/Workers?Page=1&PageToken=%0D%0A"),
        json!(7),
    ] {
        let list = listed(&json!({"workers": [], "meta": {"next_page_url": next}}));
        assert!(list.is_failed(), "{next}: {list:?}");
    }
}
