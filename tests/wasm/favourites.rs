use crate::tab::{js, message, value};
use backline::ids::WorkerSid;
use backline::wasm::merge_favourites;
use serde_json::{json, Value};
use tsify::Ts;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn merged(one: &Value, other: &Value) -> Result<Value, JsValue> {
    merge_favourites(Ts::new_unchecked(js(one)), Ts::new_unchecked(js(other)))
        .map(|list| value(&list.js_value()))
        .map_err(JsValue::from)
}

#[wasm_bindgen_test]
fn two_copies_are_merged_either_way_round() {
    let (bob, carol) = (WorkerSid::from_number(2), WorkerSid::from_number(3));
    let here = json!([
        {"worker": bob, "favourite": 1, "changedAt": 10, "calledAt": 5},
        {"worker": carol, "changedAt": 0, "calledAt": 7},
    ]);
    let there = json!([{"worker": bob, "changedAt": 20, "calledAt": 4}]);
    let both = json!([
        {"worker": bob, "changedAt": 20, "calledAt": 5},
        {"worker": carol, "changedAt": 0, "calledAt": 7},
    ]);
    assert_eq!(merged(&here, &there).unwrap(), both);
    assert_eq!(merged(&there, &here).unwrap(), both);
    assert_eq!(merged(&both, &both).unwrap(), both);
}

#[wasm_bindgen_test]
fn what_others_wrote_into_the_list_is_left_out() {
    let bob = json!({"worker": WorkerSid::from_number(2), "favourite": 1, "changedAt": 10});
    let strange = json!([
        {}, {"worker": "nobody"}, {"worker": 7, "favourite": {}}, bob,
        {"worker": WorkerSid::from_number(3), "favourite": 1e300},
    ]);
    assert_eq!(merged(&strange, &json!([])).unwrap(), json!([bob]));
    for (one, other) in [
        (json!({}), json!([])),
        (json!([]), json!("list")),
        (Value::Null, json!([])),
    ] {
        let error = merged(&one, &other).unwrap_err();
        assert!(!message(&error).is_empty());
    }
}
