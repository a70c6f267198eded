//! The HTTP that Flex and a person ask for.

use crate::sandbox::{Options, Sandbox};
use axum::body::{to_bytes, Body};
use axum::http::{Request, StatusCode};
use backline::time::Millis;
use backline_world::setup;
use serde_json::{json, Value};
use std::path::PathBuf;
use tower::ServiceExt;

async fn ask_with(plugin: Option<PathBuf>, request: Request<Body>) -> (StatusCode, String) {
    let options = Options {
        port: 8800,
        auth_token: String::new(),
        flex_bundle: "none".into(),
        plugin,
    };
    let sandbox = Sandbox::new(setup::demo(3, Millis(0)), options);
    let response = super::routes(&sandbox).oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn request(method: &str, host: &str, path: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", host)
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

async fn ask(method: &str, path: &str, body: &str) -> (StatusCode, Value) {
    let request = request(method, "alice.localhost:8800", path, body);
    let (status, body) = ask_with(None, request).await;
    (
        status,
        serde_json::from_str(&body).unwrap_or(Value::String(body)),
    )
}

async fn page(host: &str, path: &str) -> (StatusCode, String) {
    ask_with(None, request("GET", host, path, "")).await
}

#[tokio::test]
async fn the_chooser_lists_every_agent_at_his_own_address() {
    let (status, page) = page("localhost:8800", "/").await;
    assert_eq!(status, StatusCode::OK);
    for agent in ["alice", "bob", "carol"] {
        assert!(
            page.contains(&format!("href=\"http://{agent}.localhost:8800/\"")),
            "{agent}"
        );
    }
}

#[tokio::test]
async fn an_agents_address_logs_him_in() {
    let (status, page) = page("bob.localhost:8800", "/").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("sandbox-token-bob"));
    assert!(page.contains("\"url\":\"/plugins\""));
}

#[tokio::test]
async fn flexs_own_addresses_are_the_same_page() {
    let (status, page) = page("bob.localhost:8800", "/agent-desktop").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("sandbox-token-bob"));
}

#[tokio::test]
async fn a_page_may_ask_for_flex_without_the_plugin() {
    let (_, page) = page("bob.localhost:8800", "/?plugin=off").await;
    assert!(page.contains("\"url\":\"/no-plugins\""));
    let (status, list) = ask("GET", "/no-plugins?roles=agent", "").await;
    assert_eq!((status, list), (StatusCode::OK, json!([])));
}

#[tokio::test]
async fn a_page_may_ask_for_another_language_that_flex_then_finds() {
    let (_, page) = page("bob.localhost:8800", "/?language=pt-BR").await;
    assert!(page.contains("\"language\":\"pt-BR\""));
    let at = "/t/assets.flex.twilio.com/assets/locales/releases/flex-ui/2.17.1";
    let (_, list) = ask("GET", &format!("{at}/available_locales.json"), "").await;
    for locale in list.as_array().unwrap() {
        let path = format!("{at}/{}.json", locale["tag"].as_str().unwrap());
        assert_eq!(
            ask("GET", &path, "").await,
            (StatusCode::OK, json!({"strings": {}}))
        );
    }
    assert_eq!(list.as_array().unwrap().len(), 6);
    assert_eq!(
        ask("GET", &format!("{at}/xx.json"), "").await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn nobody_elses_address_logs_in() {
    for host in [
        "zed.localhost:8800",
        "functions.localhost:8800",
        "<b>.localhost",
    ] {
        let (status, page) = page(host, "/").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{host}");
        assert!(!page.contains("sandbox-token"), "{host}");
    }
    let (status, _) = page("127.0.0.1:8800", "/").await;
    assert_eq!(
        status,
        StatusCode::OK,
        "an address is no agent: the chooser"
    );
}

#[tokio::test]
async fn the_configuration_has_what_flex_and_the_plugin_need() {
    let (status, body) = ask(
        "GET",
        "/t/flex-api.twilio.com/v1/Configuration?UiVersion=2.17.1",
        "",
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["ui_attributes"]["version_compatibility"], "yes");
    let flow = &body["outbound_call_flows"]["default"];
    assert_eq!(flow["enabled"], true);
    for key in ["caller_id", "queue_sid", "workflow_sid", "location"] {
        assert!(flow[key].is_string(), "{key}");
    }
    let data = &body["ui_attributes"]["custom_data"];
    assert_eq!(data["features"]["internal_call"]["enabled"], true);
    assert_eq!(data["serverless_functions_domain"], "functions.localhost");
    assert_eq!(data["serverless_functions_port"], "8800");
}

#[tokio::test]
async fn only_an_agents_token_is_known() {
    let path = format!(
        "/t/flex-api.twilio.com/v1/Accounts/{}/Tokens/Info",
        backline_world::account::account_sid()
    );
    let (status, body) = ask("POST", &path, "Token=sandbox-token-carol").await;
    assert_eq!(
        (status, &body["identity"]),
        (StatusCode::OK, &json!("carol"))
    );
    for form in [
        "Token=sandbox-token-",
        "Token=sandbox-token-zed",
        "Token=x",
        "Token=",
    ] {
        let (status, body) = ask("POST", &path, form).await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::UNAUTHORIZED, &json!(20003)),
            "{form}"
        );
    }
    let (status, _) = ask("POST", &path, "nothing").await;
    assert!(status.is_client_error());
    let (status, _) = ask(
        "POST",
        "/t/flex-api.twilio.com/v1/Accounts/ACx/Tokens/Info",
        "Token=sandbox-token-carol",
    )
    .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_nobody_serves_is_twilios_404_and_a_wrong_method_its_405() {
    let (status, body) = ask("GET", "/t/flex-api.twilio.com/v1/Nothing", "").await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::NOT_FOUND, &json!(20404))
    );
    let (status, body) = ask("POST", "/agent-desktop", "").await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::NOT_FOUND, &json!(20404))
    );
    let (status, body) = ask("DELETE", "/t/flex-api.twilio.com/v1/Configuration", "").await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::METHOD_NOT_ALLOWED, &json!(20004))
    );
    let (status, _) = ask("GET", "/host/bundle/../../Cargo.toml", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_built_plugin_is_listed_and_served_and_nothing_beside_it() {
    let folder = std::env::temp_dir().join(format!("backline-plugins-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("plugin-backline.js"), "run()").unwrap();
    std::fs::write(folder.join("secret.txt"), "secret").unwrap();
    let get = |path: &str| {
        ask_with(
            Some(folder.clone()),
            request("GET", "alice.localhost", path, ""),
        )
    };
    let (_, list) = get("/plugins?roles=agent").await;
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list[0]["src"], "/plugins/plugin-backline.js");
    assert_eq!(list[0]["phase"], 3);
    assert_eq!(
        get("/plugins/plugin-backline.js").await,
        (StatusCode::OK, "run()".to_owned())
    );
    for path in [
        "/plugins/secret.txt",
        "/plugins/..%2Fsecret.txt",
        "/plugins/plugin-backline.js.map",
    ] {
        assert_eq!(get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(
        get("/plugins").await,
        (StatusCode::OK, "[]".to_owned()),
        "not built yet"
    );
}

#[tokio::test]
async fn without_a_plugin_the_list_is_empty() {
    assert_eq!(
        ask("GET", "/plugins", "").await,
        (StatusCode::OK, json!([]))
    );
}
