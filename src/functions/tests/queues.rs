use super::wire::api;
use super::*;
use crate::ids::QueueSid;

fn queue(number: u128) -> QueueSid {
    QueueSid::from_number(number)
}

fn targets() -> Order {
    Order::FetchTargets {
        workflow: settings().workflow,
    }
}

fn configured(configuration: &str) -> Answer {
    let body = json!({"sid": settings().workflow, "configuration": configuration});
    http::answer(&targets(), 200, None, &body.to_string())
}

fn listed(body: &Value) -> Answer {
    http::answer(&Order::ListQueues, 200, None, &body.to_string())
}

fn all() -> Answer {
    let names = [
        (1, "Sales"),
        (2, "Support"),
        (3, "Everyone"),
        (4, "Customers"),
    ];
    let rows = names.map(|(number, name)| json!({"sid": queue(number), "friendly_name": name}));
    listed(&json!({"task_queues": rows, "meta": {"next_page_url": null}}))
}

fn asked(token: Option<Identity>, targets: Answer, queues: Answer) -> (u16, Value) {
    let token_text = "alice".to_owned();
    let (mut run, step) = start(settings(), Request::Queues { token: token_text });
    assert!(matches!(step, Step::Orders(orders) if orders.len() == 3));
    match run.resume(NOW, vec![Answer::Token(token), targets, queues]) {
        Step::Respond(Response {
            status,
            body: Body::Json(text),
        }) => (status, serde_json::from_str(&text).unwrap()),
        other => panic!("{other:?}"),
    }
}

fn reached(configuration: &str) -> (u16, Value) {
    let (status, body) = asked(Some(agent(alice())), configured(configuration), all());
    (status, body["queues"].clone())
}

#[test]
fn those_are_reached_that_a_target_or_the_default_filter_names() {
    let (sales, everyone) = (queue(1), queue(3));
    let target = |sid: &QueueSid| json!({"queue": sid, "expression": "1==1", "priority": 1000});
    let filter = |targets: Value| json!({"filter_friendly_name": "x", "expression": "y", "targets": targets});
    for (routing, names) in [
        (
            json!({"filters": [filter(json!([target(&sales)]))]}),
            json!(["Sales"]),
        ),
        (
            json!({"filters": [], "default_filter": {"queue": everyone}}),
            json!(["Everyone"]),
        ),
        (
            json!({"filters": [filter(json!([target(&sales), target(&everyone)])), filter(json!([target(&sales)]))],
                   "default_filter": {"queue": sales}}),
            json!(["Sales", "Everyone"]),
        ),
        // For persons; and one that is for both.
        (
            json!({"filters": [
                {"expression": "targetWorker != null AND callToQueue == null", "targets": [target(&everyone)]},
                {"expression": "callToQueue==null OR callToQueue == 'Sales'", "targets": [target(&sales)]}]}),
            json!(["Sales"]),
        ),
        // Of another workspace; and one that names none.
        (
            json!({"filters": [filter(json!([target(&queue(77)), {"known_worker_sid": "x"}, target(&sales)]))]}),
            json!(["Sales"]),
        ),
    ] {
        let configuration = json!({ "task_routing": routing }).to_string();
        assert_eq!(reached(&configuration), (200, names), "{configuration}");
    }
}

#[test]
fn where_it_cannot_be_known_the_plugin_is_refused() {
    let none = json!({"task_routing": {"filters": []}}).to_string();
    for configuration in ["", "no JSON", "{}", &none] {
        assert_eq!(
            reached(configuration),
            (502, Value::Null),
            "{configuration}"
        );
    }
    let failed = || Answer::Failed {
        status: 503,
        message: String::new(),
    };
    let sales =
        configured(&json!({"task_routing": {"default_filter": {"queue": queue(1)}}}).to_string());
    let alice = || Some(agent(alice()));
    assert_eq!(asked(alice(), failed(), all()).0, 502);
    assert_eq!(asked(alice(), sales.clone(), failed()).0, 502);
    assert_eq!(asked(None, sales.clone(), all()).0, 403);
    // More than a page: some would be missing.
    let page = json!({"task_queues": [{"sid": queue(1), "friendly_name": "Sales"}],
        "meta": {"next_page_url": "https://t/more"}});
    assert_eq!(asked(alice(), sales, listed(&page)).0, 502);
}

#[test]
fn both_are_asked_of_taskrouter() {
    let url = |order: &Order| http::call(&api(), order).url;
    let workflow = settings().workflow;
    assert!(url(&targets()).ends_with(&format!("/Workflows/{workflow}")));
    assert!(url(&Order::ListQueues).ends_with("/TaskQueues?PageSize=1000"));
}
