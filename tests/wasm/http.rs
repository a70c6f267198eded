use crate::tab::{eval, js, message, value};
use backline::wasm::perform_http;
use js_sys::Reflect;
use serde_json::{json, Value};
use tsify::Ts;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const TOKEN: &str = "to+ken&=";

/// `performHttp`, while the page's `fetch` is another. Gives the outcome and what `fetch` was asked.
async fn with_fetch(fetch: &str, request: &Value) -> (Result<Value, JsValue>, Value) {
    let global = js_sys::global();
    let own = Reflect::get(&global, &"fetch".into()).unwrap();
    Reflect::set(&global, &"seen".into(), &JsValue::NULL).unwrap();
    Reflect::set(&global, &"fetch".into(), &eval(fetch)).unwrap();
    let outcome = perform_http(Ts::new_unchecked(js(request)), TOKEN.to_owned()).await;
    Reflect::set(&global, &"fetch".into(), &own).unwrap();
    let seen = Reflect::get(&global, &"seen".into()).unwrap();
    (
        outcome
            .map(|outcome| value(&outcome.js_value()))
            .map_err(JsValue::from),
        value(&seen),
    )
}

fn request() -> Value {
    json!({"url": "https://f.example/internal-call/flex/ring", "form": [["taskSid", "WT1"], ["a b", "ü&=+"]]})
}

#[wasm_bindgen_test]
async fn the_form_is_posted_with_the_token() {
    let fetch = "async (request) => { \
        globalThis.seen = {url: request.url, method: request.method, type: request.headers.get('content-type'), \
            fields: [...new URLSearchParams(await request.text())]}; \
        return new Response('too büsy', {status: 503}) }";
    let (outcome, seen) = with_fetch(fetch, &request()).await;
    assert_eq!(
        outcome.unwrap(),
        json!({"kind": "answered", "status": 503, "message": "too büsy"})
    );
    assert_eq!(
        seen,
        json!({"url": "https://f.example/internal-call/flex/ring", "method": "POST",
               "type": "application/x-www-form-urlencoded",
               "fields": [["taskSid", "WT1"], ["a b", "ü&=+"], ["Token", TOKEN]]})
    );
}

#[wasm_bindgen_test]
async fn an_answer_in_json_says_its_message_and_its_code() {
    for (body, message, code) in [
        (
            r#"{"message": "Away.", "code": "unavailable"}"#,
            "Away.",
            json!("unavailable"),
        ),
        (
            r#"{"message": 7, "code": {}}"#,
            r#"{"message": 7, "code": {}}"#,
            json!(null),
        ),
        ("null", "null", json!(null)),
        ("", "", json!(null)),
    ] {
        let fetch = format!("async () => new Response({})", json!(body));
        let (outcome, _) = with_fetch(&fetch, &request()).await;
        let outcome = outcome.unwrap();
        assert_eq!(
            (&outcome["message"], &outcome["code"]),
            (&json!(message), &code)
        );
    }
}

#[wasm_bindgen_test]
async fn no_more_of_an_answer_is_told_than_fits_on_a_notification() {
    let body = format!("  {}", "a".repeat(200));
    let json = json!({"message": body}).to_string();
    for body in [body, json] {
        let fetch = format!("async () => new Response({})", json!(body));
        let (outcome, _) = with_fetch(&fetch, &request()).await;
        assert_eq!(outcome.unwrap()["message"], "a".repeat(158));
    }
}

#[wasm_bindgen_test]
async fn a_network_that_fails_is_an_outcome() {
    let fetch = "async () => { throw new TypeError('Failed to fetch') }";
    let (outcome, _) = with_fetch(fetch, &request()).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome["kind"], "failed");
    let said = outcome["failure"]["message"].as_str().unwrap();
    assert!(
        said.contains("Failed to fetch") && !said.contains(TOKEN),
        "{said}"
    );
}

#[wasm_bindgen_test]
async fn a_request_of_another_type_is_an_error_and_nothing_is_sent() {
    let fetch = "async () => { globalThis.seen = 'sent'; return new Response() }";
    for bad in [
        json!(null),
        json!({}),
        json!({"url": 7, "form": []}),
        json!({"url": "https://f.example/", "form": [["taskSid"]]}),
        json!({"url": "https://f.example/", "form": [["a", "b", "c"]]}),
        json!({"url": "https://f.example/", "form": {"taskSid": "Zaphod"}}),
    ] {
        let (outcome, seen) = with_fetch(fetch, &bad).await;
        let said = message(&outcome.expect_err("is refused"));
        assert!(!said.contains("Zaphod"), "{said}");
        assert_eq!(seen, Value::Null, "{bad}");
    }
}
