use crate::tab::{
    bob, carol, id, load_directory, own_leg, reservation, settled, task, with_bob_chosen, Tab, NOW,
};
use backline::ids::{QueueSid, WorkerSid, WorkflowSid};
use js_sys::{Reflect, Uint32Array};
use serde_json::{json, Value};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn before_the_start_there_is_no_panel_and_no_deadline() {
    let tab = Tab::new();
    assert!(tab.call("dialpadView", &[]).unwrap().is_undefined());
    assert!(tab.call("nextDeadline", &[]).unwrap().is_undefined());
    assert_eq!(tab.on(json!({"kind": "callPressed"})), json!([]));
}

#[wasm_bindgen_test]
fn what_is_absent_from_a_view_is_undefined_and_not_null() {
    let view = Tab::started().call("dialpadView", &[]).unwrap();
    let agents = Reflect::get(&view, &"agents".into()).unwrap();
    assert!(Reflect::get(&agents, &"selected".into())
        .unwrap()
        .is_undefined());
}

#[wasm_bindgen_test]
fn the_directory_is_loaded_and_searched() {
    let tab = Tab::started();
    assert_eq!(tab.view()["tabs"], json!(["agent", "queue"]));
    assert_eq!(tab.view()["agents"]["phase"], json!({"kind": "closed"}));
    load_directory(&tab, &json!([carol(), bob()]));
    assert_eq!(tab.view()["agents"]["phase"], json!({"kind": "ready"}));
    assert_eq!(names(&tab), ["Bob Brown", "Carol Clark"]);
    let typed = tab.on(json!({"kind": "queryTyped", "tab": "agent", "text": "CAR"}));
    assert_eq!(typed, json!([{"kind": "viewChanged", "panel": "dialpad"}]));
    assert_eq!(names(&tab), ["Carol Clark"]);
    tab.on(json!({"kind": "personRemoved", "worker": WorkerSid::from_number(3)}));
    assert_eq!(tab.view()["agents"]["phase"], json!({"kind": "empty"}));
    tab.on(json!({"kind": "personChanged", "person": carol()}));
    assert_eq!(names(&tab), ["Carol Clark"]);
}

#[wasm_bindgen_test]
fn the_next_start_restores_what_the_first_one_kept() {
    let tab = Tab::started();
    load_directory(&tab, &json!([carol(), bob()]));
    let kept = tab.call("directorySnapshot", &[]).unwrap();
    let next = Tab::started();
    let refused = next
        .call("restoreDirectory", std::slice::from_ref(&kept))
        .unwrap();
    assert_eq!(refused, JsValue::FALSE, "nobody ordered it");
    next.on(json!({"kind": "fieldOpened", "tab": "agent"}));
    let damaged = js_sys::Uint8Array::new(&kept).slice(0, 40);
    let refused = next.call("restoreDirectory", &[damaged.into()]).unwrap();
    assert_eq!(refused, JsValue::FALSE);
    let taken = next.call("restoreDirectory", &[kept]).unwrap();
    assert_eq!(taken, JsValue::TRUE);
    assert_eq!(names(&next), ["Bob Brown", "Carol Clark"]);
    assert_eq!(next.view()["agents"]["rows"][0]["presence"], "unknown");
    let settled = next.call("settleDirectory", &[]).unwrap();
    assert_eq!(settled, JsValue::TRUE);
}

#[wasm_bindgen_test]
fn queues_are_loaded_and_chosen() {
    let tab = Tab::started();
    tab.on(json!({"kind": "tabChosen", "tab": "queue"}));
    assert_eq!(tab.view()["active"], "queue");
    let opened = tab.on(json!({"kind": "fieldOpened", "tab": "queue"}));
    let refused = json!({"kind": "failed", "failure": {"status": 429, "message": "too many"}});
    // By the functions first, and by Flex where that fails.
    let all = tab.on(settled(id(&opened, "listQueues"), refused.clone()));
    tab.on(settled(id(&all, "loadQueues"), refused));
    assert_eq!(
        tab.view()["queues"]["phase"],
        json!({"kind": "failed", "detail": "too many"})
    );
    let again = tab.on(json!({"kind": "retryPressed", "tab": "queue"}));
    let queues = json!({"kind": "queues", "queues": ["Sales", "Everyone", "Ágil"]});
    tab.on(settled(id(&again, "listQueues"), queues));
    assert_eq!(
        tab.view()["queues"]["rows"],
        json!(["Ágil", "Everyone", "Sales"])
    );
    tab.on(json!({"kind": "queueChosen", "queue": "Sales"}));
    assert_eq!(tab.view()["queues"]["selected"], "Sales");
    assert_eq!(tab.view()["canCall"], true);
}

#[wasm_bindgen_test]
fn a_call_is_placed_talked_and_ended() {
    let tab = with_bob_chosen();
    assert_eq!(tab.view()["canCall"], true);

    let pressed = tab.on(json!({"kind": "callPressed"}));
    let create = id(&pressed, "createTask");
    assert_eq!(
        pressed[0],
        json!({"kind": "createTask", "id": create, "order": {
            "to": "client:bob", "from": "client:alice", "taskChannel": "voice",
            "workflow": WorkflowSid::from_number(1), "queue": QueueSid::from_number(1),
            "attributes": {
                "to": "client:bob", "direction": "outbound", "name": "Bob Brown", "fromName": "Alice Anderson",
                "targetWorker": "client:alice", "autoAnswer": "true", "client_call": true,
                "internal_call": {"role": "caller", "caller_worker": WorkerSid::from_number(1),
                                  "callee_worker": WorkerSid::from_number(2), "tab": "tab-1", "ring_seconds": 25}}}})
    );
    assert_eq!(line(&tab), json!({"kind": "calling", "name": "Bob Brown"}));

    let created = tab.on(settled(
        create,
        json!({"kind": "taskCreated", "task": task()}),
    ));
    let ring = id(&created, "http");
    let mut rung = post(ring, "ring");
    let callee = json!(["calleeWorker", WorkerSid::from_number(2)]);
    rung["request"]["form"].as_array_mut().unwrap().push(callee);
    assert_eq!(created, json!([rung]));
    assert!(tab.deadline().unwrap() > NOW);

    let offered = tab.on(own_leg("pending", None));
    assert_eq!(offered, json!([{"kind": "viewChanged", "panel": "call"}]));
    assert_eq!(
        tab.deadline(),
        Some(NOW + 115_000.0),
        "refused before TaskRouter's time-out"
    );

    let rung = tab.on(settled(
        ring,
        json!({"kind": "answered", "status": 200, "message": "{}"}),
    ));
    assert_eq!(
        rung[0],
        json!({"kind": "acceptTask", "id": id(&rung, "acceptTask"), "reservation": reservation()})
    );
    assert_eq!(line(&tab), json!({"kind": "ringing", "name": "Bob Brown"}));
    tab.on(own_leg("accepted", Some("answered")));
    assert_eq!(line(&tab), json!({"kind": "talking", "name": "Bob Brown"}));
    let canvas = tab
        .call("callView", &[reservation().as_str().into()])
        .unwrap();
    assert_eq!(
        crate::tab::value(&canvas),
        json!({"name": "Bob Brown", "line": {"kind": "talking", "name": "Bob Brown"},
               "offered": false, "connecting": false, "hold": "off", "heldByOther": false, "otherLost": false,
               "transfer": "able", "parties": [], "add": "able", "endingForAll": false})
    );
    assert!(tab
        .call("callView", &["WR0".into()])
        .unwrap()
        .is_undefined());

    let wrapping = tab.on(own_leg("wrapping", Some("answered")));
    assert_eq!(wrapping[0], post(id(&wrapping, "http"), "end"));
    assert_eq!(line(&tab), json!({"kind": "ended", "name": "Bob Brown"}));
    let due = tab.deadline().unwrap();
    assert_eq!(due, NOW + 2000.0);
    assert_eq!(
        tab.at(due - 1.0, json!({"kind": "deadlineReached"})),
        json!([])
    );
    let woken = tab.at(due, json!({"kind": "deadlineReached"}));
    assert_eq!(
        woken,
        json!([{"kind": "completeTask", "id": id(&woken, "completeTask"),
                "reservation": reservation(), "task": task()}])
    );
    tab.on(settled(id(&woken, "completeTask"), json!({"kind": "done"})));
    assert_eq!(
        tab.on(own_leg("completed", Some("answered"))),
        json!([{"kind": "viewChanged", "panel": "call"}])
    );
    let ended = json!({"kind": "answered", "status": 200, "message": "{}"});
    tab.on(settled(id(&wrapping, "http"), ended));
    assert_eq!(tab.deadline(), None);
}

#[wasm_bindgen_test]
fn the_verdict_is_among_the_effects_of_the_call_that_asked() {
    let ask = |token: u32, sid: Option<String>| json!({"kind": "actionRequested", "token": token, "action": "acceptTask", "sid": sid});
    let pass =
        |token: u32| json!([{"kind": "verdict", "token": token, "verdict": {"kind": "pass"}}]);
    assert_eq!(Tab::new().on(ask(1, None)), pass(1), "before the start");
    let tab = Tab::started();
    assert_eq!(
        tab.on(ask(2, Some("WR0".to_owned()))),
        pass(2),
        "another's task"
    );

    let mut ringing = own_leg("pending", None);
    let links = &mut ringing["reservation"]["attributes"]["internal_call"];
    links["role"] = "callee".into();
    links["caller_worker"] = json!(WorkerSid::from_number(2));
    links["caller_task"] = json!(task());
    assert_eq!(tab.on(ringing)[0]["kind"], "notifyRinging");
    let asked = tab.on(ask(4_294_967_295, Some(reservation().to_string())));
    let call = id(&asked, "callWorker");
    assert!(
        asked
            .as_array()
            .unwrap()
            .contains(&json!({"kind": "verdict", "token": 4_294_967_295_u32,
                                                   "verdict": {"kind": "replace", "until": call}})),
        "{asked}"
    );
}

#[wasm_bindgen_test]
fn unknown_stale_and_repeated_ids_are_ignored() {
    let tab = with_bob_chosen();
    let create = id(&tab.on(json!({"kind": "callPressed"})), "createTask");
    let before = tab.view();
    let created = json!({"kind": "taskCreated", "task": task()});
    for unknown in [create + 1, create + 65536, 4_294_967_295] {
        assert_eq!(tab.on(settled(unknown, created.clone())), json!([]));
        assert_eq!(tab.view(), before);
    }
    assert_eq!(tab.on(settled(create, created.clone()))[0]["kind"], "http");
    let placed = tab.view();
    assert_eq!(tab.on(settled(create, created)), json!([]), "repeated");
    assert_eq!(tab.view(), placed);
}

#[wasm_bindgen_test]
fn rows_are_those_of_the_last_view_and_are_taken_once() {
    let tab = with_bob_chosen();
    tab.on(json!({"kind": "queryTyped", "tab": "agent", "text": "carol"}));
    assert_eq!(names(&tab), ["Carol Clark"]);
    let rows = || {
        tab.call("agentRows", &[])
            .unwrap()
            .unchecked_into::<Uint32Array>()
    };
    let texts = || tab.call("agentTexts", &[]).unwrap().as_string().unwrap();
    assert_eq!((rows().length(), texts()), (0, String::new()));
    tab.call("dialpadView", &[]).unwrap();
    assert!(texts().contains("Carol Clark") && rows().length() > 0);
    assert!(tab.call("callsView", &[]).unwrap().is_undefined());
}

#[wasm_bindgen_test]
fn a_field_that_appears_empty_calls_nobody() {
    let tab = with_bob_chosen();
    tab.on(json!({"kind": "fieldAppeared", "tab": "agent", "empty": false}));
    assert_eq!(tab.view()["canCall"], true);
    tab.on(json!({"kind": "fieldAppeared", "tab": "agent", "empty": true}));
    assert_eq!(tab.view()["canCall"], false);
}

fn names(tab: &Tab) -> Vec<String> {
    let view = tab.view();
    let rows = view["agents"]["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| row["callee"]["name"].as_str().unwrap().to_owned())
        .collect()
}

fn line(tab: &Tab) -> Value {
    tab.view()["call"].clone()
}

fn post(id: u64, path: &str) -> Value {
    json!({"kind": "http", "id": id, "request": {
        "url": format!("https://f.example:8800/internal-call/flex/{path}"), "form": [["taskSid", task()]]}})
}

/// What the functions note on a task is read here as it is natively.
#[wasm_bindgen_test]
fn whoever_is_transferred_calls_on() {
    for (to, name) in [
        (
            json!({"agent": {"worker": WorkerSid::from_number(3), "contactUri": "client:carol", "name": "Carol Clark"}}),
            "Carol Clark",
        ),
        (json!({"queue": "Sales"}), "Sales"),
    ] {
        let tab = Tab::started();
        let leg = |status: &str| {
            let mut leg = own_leg(status, Some("answered"));
            let links = &mut leg["reservation"]["attributes"]["internal_call"];
            links["tab"] = json!("tab-1");
            links["transfer"] = to.clone();
            leg
        };
        tab.on(leg("accepted"));
        tab.on(leg("wrapping"));
        assert_eq!(line(&tab), json!({"kind": "calling", "name": name}));
    }
}
