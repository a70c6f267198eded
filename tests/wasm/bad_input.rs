use crate::tab::{
    bob, eval, id, js, load_directory, message, settled, started, with_bob_chosen, Tab, NOW,
};
use backline::ids::WorkerSid;
use js_sys::{Array, Function, Reflect};
use serde_json::{json, Value};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

/// Each is refused, whatever the state.
fn bad_events() -> Vec<JsValue> {
    let mut bad: Vec<JsValue> = [
        "undefined",
        "null",
        "7",
        "'callPressed'",
        "Symbol('callPressed')",
        "10n",
        "[]",
        "['callPressed']",
        "() => 1",
        "{}",
        "{kind: undefined}",
        "{kind: 7}",
        "{kind: ['callPressed']}",
        "{kind: {callPressed: 1}}",
        "{kind: 'CallPressed'}",
        "{kind: 'callPressed '}",
        "{kind: '\\ud800'}",
        "{kind: 'c'.repeat(5_000_000)}",
        "{get kind() { throw new Error('Zaphod') }}",
        "new Proxy({}, {get() { throw 'Zaphod' }})",
        "{kind: 'tabChosen', get tab() { throw new Error('Zaphod') }}",
        "{kind: 'queryTyped', tab: 'agent', text: new String('bob')}",
        "{kind: 'queryTyped', tab: 'agent', text: ['bob']}",
        "{kind: 'personChosen', callee: new Proxy({}, {get() { throw 'Zaphod' }})}",
        "{kind: 'personChosen', callee: new Map([['name', 'Zaphod']])}",
        "{kind: 'settled', id: 1, outcome: {kind: 'people', people: new Set()}}",
        "{kind: 'settled', id: 1, outcome: {kind: 'people', people: {length: 1}}}",
        "{kind: 'settled', id: 1, outcome: {kind: 'people', people: new Array(4294967295)}}",
        "{kind: 'settled', id: 1n, outcome: {kind: 'done'}}",
        "{kind: 'settled', id: NaN, outcome: {kind: 'done'}}",
        "{kind: 'settled', id: Infinity, outcome: {kind: 'done'}}",
        "(() => { const o = {kind: 'personChosen'}; o.callee = o; return o })()",
        "(() => { const o = {kind: 'settled', id: 1}; o.outcome = o; return o })()",
        "(() => { const a = []; a.push(a); return {kind: 'settled', id: 1, outcome: {kind: 'people', people: a}} })()",
        "(() => { let a = []; for (let i = 0; i < 100000; i++) a = [a]; return {kind: 'queryTyped', tab: 'agent', text: a} })()",
        "(() => { let o = {}; for (let i = 0; i < 100000; i++) o = {outcome: o}; return {kind: 'settled', id: 1, outcome: o} })()",
    ]
    .into_iter()
    .map(eval)
    .collect();
    bad.extend(
        [
            json!({"kind": "tabChosen"}),
            json!({"kind": "tabChosen", "tab": null}),
            json!({"kind": "fieldOpened", "tab": "Agent"}),
            json!({"kind": "retryPressed", "tab": 0}),
            json!({"kind": "queryTyped", "text": "bob"}),
            json!({"kind": "queryTyped", "tab": "agent"}),
            json!({"kind": "queryTyped", "tab": "agent", "text": null}),
            json!({"kind": "personChosen", "callee": {"worker": WorkerSid::from_number(2), "name": "Bob"}}),
            json!({"kind": "personChosen", "callee":
                   {"worker": "WK2", "contactUri": "client:bob", "name": "Bob"}}),
            json!({"kind": "personChosen", "callee":
                   {"worker": WorkerSid::from_number(2), "contactUri": "mailto:bob", "name": "Bob"}}),
            json!({"kind": "queueChosen", "queue": 7}),
            json!({"kind": "personChanged", "person": []}),
            json!({"kind": "personRemoved", "worker": "x".repeat(5_000_000)}),
            json!({"kind": "actionRequested", "token": -1, "action": "acceptTask"}),
            json!({"kind": "actionRequested", "token": 0.5, "action": "acceptTask"}),
            json!({"kind": "actionRequested", "token": 4_294_967_296_u64, "action": "acceptTask"}),
            json!({"kind": "actionRequested", "token": "1", "action": "acceptTask"}),
            json!({"kind": "actionRequested", "token": 1, "action": "muteCall"}),
            json!({"kind": "callBackPressed"}),
            json!({"kind": "declineChosen", "reservation": "WR1", "reason": "busy"}),
            json!({"kind": "transferPressed", "reservation": "WR1"}),
            json!({"kind": "partyHoldPressed", "reservation": crate::tab::reservation(), "label": "callee", "on": "yes"}),
            json!({"kind": "partyRemovePressed", "reservation": crate::tab::reservation(), "label": 7}),
            json!({"kind": "declineChosen", "reservation": crate::tab::reservation(), "reason": "bored"}),
            json!({"kind": "actionRequested", "token": 1, "action": "acceptTask", "sid": 7}),
            json!({"kind": "reservationChanged", "reservation": null}),
            json!({"kind": "settled", "id": 1}),
            json!({"kind": "settled", "id": 1, "outcome": "done"}),
            json!({"kind": "settled", "id": 1, "outcome": {"kind": "undone"}}),
            json!({"kind": "settled", "id": 1, "outcome": {"kind": "people", "people": [bob(), null]}}),
            json!({"kind": "settled", "id": 1, "outcome": {"kind": "queues", "queues": ["Sales", 7]}}),
            json!({"kind": "settled", "id": 1, "outcome": {"kind": "answered", "status": 65536, "message": ""}}),
            json!({"kind": "settled", "id": 1, "outcome": {"kind": "failed", "failure": {}}}),
            json!({"kind": "settled", "id": 1, "outcome": {"kind": "taskCreated", "task": "WT1"}}),
            without("configuration"),
            without("me"),
            without("activities"),
        ]
        .iter()
        .map(js),
    );
    bad
}

fn without(field: &str) -> Value {
    let mut event = started();
    event.as_object_mut().unwrap().remove(field);
    event
}

#[wasm_bindgen_test]
fn bad_input_is_an_error_and_changes_nothing() {
    let tab = with_bob_chosen();
    let create = id(&tab.on(json!({"kind": "callPressed"})), "createTask");
    let before = (tab.view(), tab.deadline());
    for event in bad_events() {
        let refused = tab.try_handle(NOW, &event);
        let said = message(&refused.expect_err("is refused"));
        assert!(!said.is_empty() && said.len() < 200, "{said}");
        assert_eq!((tab.view(), tab.deadline()), before, "{said}");
    }
    let created = json!({"kind": "taskCreated", "task": crate::tab::task()});
    assert_eq!(
        tab.on(settled(create, created))[0]["kind"],
        "http",
        "it works on"
    );
}

#[wasm_bindgen_test]
fn ten_thousand_bad_calls_take_no_memory() {
    let tab = Tab::started();
    let events: Array = [
        json!({"kind": "queryTyped", "tab": "x".repeat(1000), "text": "y".repeat(1000)}),
        json!({"kind": "z".repeat(1000)}),
        json!({"kind": "settled", "id": 1, "outcome": {"kind": "people", "people": [bob(), bob(), 7]}}),
        json!({"kind": "reservationChanged", "reservation": {"sid": "w".repeat(1000)}}),
    ]
    .iter()
    .map(js)
    .collect();
    // The loop is JavaScript's: wasm-bindgen keeps a value of every exception that Rust catches.
    let refused = eval(
        "(times, tab, events) => { \
            let refused = 0; \
            for (let i = 0; i < times; i++) { \
                try { tab.handle(0, events[i % events.length]) } catch { refused += 1 } \
            } \
            return refused }",
    );
    let refused: Function = refused.unchecked_into();
    let refused = |times: u32| {
        let count = refused.call3(&JsValue::NULL, &times.into(), tab.raw(), &events);
        assert_eq!(count.unwrap(), times);
    };
    refused(1000);
    let before = (memory(), wasm_bindgen::externref_heap_live_count());
    refused(10_000);
    assert_eq!(
        (memory(), wasm_bindgen::externref_heap_live_count()),
        before
    );
}

fn memory() -> f64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let bytes = Reflect::get(&memory.buffer(), &"byteLength".into()).unwrap();
    bytes.as_f64().unwrap()
}

#[wasm_bindgen_test]
fn errors_name_nobody() {
    const NAME: &str = "Zaphod Beeblebrox";
    let callee = |field: &str| {
        let mut callee =
            json!({"worker": WorkerSid::from_number(2), "contactUri": "client:bob", "name": "Bob"});
        callee[field] = if field == "name" {
            json!([NAME])
        } else {
            json!(NAME)
        };
        json!({"kind": "personChosen", "callee": callee})
    };
    let me = {
        let mut event = started();
        event["me"]["workerSid"] = NAME.into();
        event
    };
    let tab = Tab::started();
    for event in [
        json!({"kind": NAME}),
        json!({"kind": "tabChosen", "tab": NAME}),
        json!({"kind": "queryTyped", "tab": "agent", "text": {"name": NAME}}),
        json!({"kind": "queueChosen", "queue": [NAME]}),
        json!({"kind": "personRemoved", "worker": NAME}),
        json!({"kind": "personChanged", "person": NAME}),
        json!({"kind": "actionRequested", "token": NAME, "action": "acceptTask"}),
        json!({"kind": "actionRequested", "token": 1, "action": NAME}),
        json!({"kind": "settled", "id": 1, "outcome": {"kind": NAME}}),
        json!({"kind": "settled", "id": 1, "outcome": {"kind": "people", "people": NAME}}),
        json!({"kind": "settled", "id": 1, "outcome": {"kind": "failed", "failure": {"message": [NAME]}}}),
        callee("worker"),
        callee("contactUri"),
        callee("name"),
        me,
    ] {
        let error = tab.try_handle(NOW, &js(&event)).expect_err("is refused");
        let all: String = Reflect::own_keys(&error)
            .unwrap()
            .iter()
            .map(|name| format!("{:?}", Reflect::get(&error, &name)))
            .collect();
        assert!(
            !all.contains("Zaphod") && !message(&error).contains("Zaphod"),
            "{all}"
        );
    }
}

#[wasm_bindgen_test]
fn what_the_core_does_not_read_may_be_anything() {
    let tab = Tab::new();
    let event = js(&started());
    let configuration = Reflect::get(&event, &"configuration".into()).unwrap();
    Reflect::set(&configuration, &"itself".into(), &configuration).unwrap();
    let deep = eval("(() => { let o = {}; for (let i = 0; i < 100000; i++) o = {o}; return o })()");
    Reflect::set(&configuration, &"deep".into(), &deep).unwrap();
    Reflect::set(&configuration, &"ui_version".into(), &eval("() => 1")).unwrap();
    tab.try_handle(NOW, &event).unwrap();
    assert_eq!(tab.view()["tabs"], json!(["agent", "queue"]));
}

#[wasm_bindgen_test]
fn foreign_fields_of_another_type_are_as_good_as_absent() {
    let tab = Tab::started();
    let mut odd = bob();
    odd["friendly_name"] = json!(["bob"]);
    odd["activity_name"] = json!({"deep": [[[]]]});
    odd["attributes"]["email"] = json!(7);
    load_directory(&tab, &json!([odd]));
    assert_eq!(
        tab.view()["agents"]["rows"][0]["callee"]["name"],
        "Bob Brown"
    );
}

#[wasm_bindgen_test]
fn a_huge_query_and_a_lone_surrogate_are_only_text() {
    let tab = with_bob_chosen();
    for (text, length) in [("'x'.repeat(5_000_000)", 5_000_000), ("'\\ud800bob'", 4)] {
        let event = eval(&format!(
            "{{kind: 'queryTyped', tab: 'agent', text: {text}}}"
        ));
        tab.try_handle(NOW, &event).unwrap();
        let query = tab.view()["agents"]["query"]
            .as_str()
            .unwrap()
            .chars()
            .count();
        assert_eq!(query, length);
    }
    tab.on(json!({"kind": "queryTyped", "tab": "agent", "text": "bo"}));
    assert_eq!(tab.view()["agents"]["matches"], 1);
}

#[wasm_bindgen_test]
fn a_time_that_is_none_counts_as_zero() {
    let tab = with_bob_chosen();
    let create = id(&tab.on(json!({"kind": "callPressed"})), "createTask");
    let created = js(&settled(
        create,
        json!({"kind": "taskCreated", "task": crate::tab::task()}),
    ));
    tab.try_handle(f64::NAN, &created).unwrap();
    assert_eq!(tab.deadline(), Some(20_000.0));
}
