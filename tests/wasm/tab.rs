//! A core as the shell holds it, and the values that it is told.

use backline::ids::{QueueSid, ReservationSid, TaskSid, WorkerSid, WorkflowSid};
use backline::wasm::{Backline, FlightRecorder};
use js_sys::{Array, Function, Reflect, Uint32Array, JSON};
use serde_json::{json, Value};
use wasm_bindgen::{JsCast, JsValue};

pub const NOW: f64 = 1000.0;

/// An instance of the exported class, called through its JavaScript methods.
pub struct Tab(JsValue);

impl Tab {
    /// `new Backline(recorder)`, with a recorder of its own.
    pub fn new() -> Self {
        Self::recorded_by(&FlightRecorder::new().into())
    }

    /// `new Backline(recorder)`.
    pub fn recorded_by(recorder: &JsValue) -> Self {
        let one = JsValue::from(Backline::new(&FlightRecorder::new()));
        let class: Function = Reflect::get(&one, &"constructor".into())
            .unwrap()
            .unchecked_into();
        Self(Reflect::construct(&class, &Array::of1(recorder)).unwrap())
    }

    pub fn started() -> Self {
        let tab = Self::new();
        let effects = tab.on(started());
        assert_eq!(effects[0]["kind"], "http", "are the functions there?");
        assert_eq!(effects.as_array().map(Vec::len), Some(1));
        tab
    }

    /// `handle`, with what it throws.
    pub fn try_handle(&self, now: f64, event: &JsValue) -> Result<Value, JsValue> {
        self.call("handle", &[now.into(), event.clone()])
            .map(|effects| value(&effects))
    }

    pub fn at(&self, now: f64, event: Value) -> Value {
        self.try_handle(now, &js(&event))
            .unwrap_or_else(|error| panic!("{event}: {}", message(&error)))
    }

    pub fn on(&self, event: Value) -> Value {
        self.at(NOW, event)
    }

    /// `dialpadView()` with its rows, `null` if it is `undefined`.
    pub fn view(&self) -> Value {
        let mut view = value(&self.call("dialpadView", &[]).unwrap());
        if view.is_object() {
            view["agents"]["rows"] = self.rows();
        }
        view
    }

    /// As the shell unpacks them, as far as tests look at them.
    fn rows(&self) -> Value {
        let numbers = self.call("agentRows", &[]).unwrap();
        let numbers = numbers.dyn_into::<Uint32Array>().unwrap().to_vec();
        let text = self.call("agentTexts", &[]).unwrap().as_string().unwrap();
        let units: Vec<u16> = text.encode_utf16().collect();
        let (mut at, mut read) = (0, 0);
        let mut rows = Vec::new();
        while at < numbers.len() {
            let row = &numbers[at..];
            let mut next = |length: u32| {
                let from = read;
                read += length as usize;
                String::from_utf16(&units[from..read]).unwrap()
            };
            let worker = next(34);
            let texts: Vec<String> = row[2..7].iter().map(|length| next(*length)).collect();
            let presences = ["available", "unavailable", "unknown"];
            rows.push(json!({
                "callee": {"worker": worker, "name": texts[0], "contactUri": texts[4]},
                "presence": presences[(row[0] & 3) as usize],
            }));
            at += 9 + 2 * (row[7] + row[8]) as usize;
        }
        Value::Array(rows)
    }

    pub fn deadline(&self) -> Option<f64> {
        self.call("nextDeadline", &[]).unwrap().as_f64()
    }

    pub fn raw(&self) -> &JsValue {
        &self.0
    }

    pub fn call(&self, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
        let method: Function = Reflect::get(&self.0, &method.into())?.dyn_into()?;
        method.apply(&self.0, &arguments.iter().collect::<Array>())
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        let _ = self.call("free", &[]);
    }
}

pub fn js(value: &Value) -> JsValue {
    JSON::parse(&value.to_string()).unwrap()
}

pub fn value(value: &JsValue) -> Value {
    match JSON::stringify(value).unwrap().as_string() {
        Some(text) => serde_json::from_str(&text).unwrap(),
        None => Value::Null,
    }
}

/// An expression's value.
pub fn eval(expression: &str) -> JsValue {
    js_sys::eval(&format!("({expression})")).unwrap()
}

/// What is thrown must be an `Error`.
pub fn message(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .unwrap_or_else(|| panic!("{error:?} is no Error"))
        .message()
        .into()
}

/// The id of the one effect of this kind.
pub fn id(effects: &Value, kind: &str) -> u64 {
    effects
        .as_array()
        .unwrap()
        .iter()
        .find(|effect| effect["kind"] == kind)
        .unwrap_or_else(|| panic!("no {kind} among {effects}"))["id"]
        .as_u64()
        .unwrap()
}

pub fn started() -> Value {
    json!({
        "kind": "started",
        "configuration": {
            "outbound_call_flows": {"default": {
                "workflow_sid": WorkflowSid::from_number(1), "queue_sid": QueueSid::from_number(1),
                "caller_id": "+15550100"}},
            "taskrouter_offline_activity_sid": 7,
            "ui_attributes": {"custom_data": {
                "serverless_functions_domain": "f.example", "serverless_functions_port": 8800,
                "features": {"internal_call": {"enabled": true, "enable_call_queue": true}}}}},
        "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
               "attributes": {"contact_uri": "client:alice", "full_name": "Alice Anderson"}},
        "activities": [], "tab": "tab-1",
    })
}

pub fn bob() -> Value {
    json!({"worker_sid": WorkerSid::from_number(2), "friendly_name": "bob", "activity_name": "Available",
           "attributes": {"contact_uri": "client:bob", "full_name": "Bob Brown"}})
}

pub fn carol() -> Value {
    json!({"worker_sid": WorkerSid::from_number(3), "friendly_name": "carol", "activity_name": "Break",
           "attributes": {"contact_uri": "client:carol", "full_name": "Carol Clark"}})
}

pub fn settled(id: u64, outcome: Value) -> Value {
    json!({"kind": "settled", "id": id, "outcome": outcome})
}

pub fn task() -> TaskSid {
    TaskSid::from_number(10)
}

pub fn reservation() -> ReservationSid {
    ReservationSid::from_number(20)
}

/// Alice's own reservation of her call to Bob.
pub fn own_leg(status: &str, progress: Option<&str>) -> Value {
    json!({"kind": "reservationChanged", "reservation": {
        "sid": reservation(), "taskSid": task(), "status": status, "timeout": 120,
        "attributes": {
            "client_call": true, "from": "client:alice", "name": "Bob Brown",
            "internal_call": {"role": "caller", "caller_worker": WorkerSid::from_number(1),
                              "callee_worker": WorkerSid::from_number(2), "progress": progress,
                              "tab": "tab-1"}}}})
}

/// Opens the field of agents; these are there, and there is nobody else.
pub fn load_directory(tab: &Tab, people: &Value) {
    let opened = tab.on(json!({"kind": "fieldOpened", "tab": "agent"}));
    let done = json!({"kind": "done"});
    let restored = tab.on(settled(id(&opened, "restoreDirectory"), done.clone()));
    let there = json!({"kind": "people", "people": people});
    let paging = tab.on(settled(id(&restored, "loadDirectory"), there));
    let nobody_else = json!({"kind": "people", "people": []});
    let settling = tab.on(settled(id(&paging, "loadPeople"), nobody_else));
    tab.on(settled(id(&settling, "settleDirectory"), done));
}

/// A tab whose directory is loaded, with Bob chosen.
pub fn with_bob_chosen() -> Tab {
    let tab = Tab::started();
    load_directory(&tab, &json!([bob(), carol()]));
    tab.on(json!({"kind": "queryTyped", "tab": "agent", "text": "bo"}));
    let callee = tab.view()["agents"]["rows"][0]["callee"].clone();
    tab.on(json!({"kind": "personChosen", "callee": callee}));
    tab
}
