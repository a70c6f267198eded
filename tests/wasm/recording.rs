use crate::tab::{started, Tab, NOW};
use backline::wasm::FlightRecorder;
use js_sys::{Function, Reflect};
use serde_json::{json, Value};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

/// What a recorder's `recording` says.
fn recording(recorder: &JsValue) -> Value {
    let method: Function = Reflect::get(recorder, &"recording".into())
        .unwrap()
        .unchecked_into();
    let text = method
        .call2(
            recorder,
            &(NOW + 1.0).into(),
            &"2026-11-21T10:00:00.000Z".into(),
        )
        .unwrap();
    serde_json::from_str(&text.as_string().unwrap()).unwrap()
}

#[wasm_bindgen_test]
fn what_was_handled_is_recorded_with_its_effects_and_without_a_name() {
    let typed = json!({"kind": "queryTyped", "tab": "agent", "text": "Zaphod"});
    let recorder = FlightRecorder::new().into();
    let tab = Tab::recorded_by(&recorder);
    tab.on(started());
    tab.on(typed);
    let recording = recording(&recorder);
    assert_eq!(recording["savedAt"], "2026-11-21T10:00:00.000Z");
    assert_eq!(recording["now"], 1001);
    let entries = recording["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["event"]["kind"], "started");
    assert_eq!(entries[0]["effects"][0]["kind"], "http");
    assert_eq!(entries[1]["at"], 1000);
    assert_eq!(
        entries[1]["effects"],
        json!([{"kind": "viewChanged", "panel": "dialpad"}])
    );
    assert!(!recording.to_string().contains("Zaphod"));
}

#[wasm_bindgen_test]
fn an_event_that_is_refused_is_not_recorded() {
    let recorder = FlightRecorder::new().into();
    let tab = Tab::recorded_by(&recorder);
    tab.try_handle(NOW, &JsValue::from_str("Zaphod"))
        .unwrap_err();
    let recording = recording(&recorder);
    assert_eq!(recording["entries"], json!([]));
    assert_eq!(recording["base"], Value::Null);
}

/// A core that is no more (here: freed) leaves what it did behind.
#[wasm_bindgen_test]
fn a_recorder_outlives_its_core() {
    let recorder = FlightRecorder::new().into();
    drop(Tab::recorded_by(&recorder).on(started()));
    Tab::recorded_by(&recorder).on(started());
    let recording = recording(&recorder);
    assert_eq!(recording["entries"].as_array().map(Vec::len), Some(2));
}
