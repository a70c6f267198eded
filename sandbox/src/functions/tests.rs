//! The functions over real HTTP, with a TaskRouter that answers nothing but what a test needs.

use crate::rest::tests::Served;
use axum::http::{header, StatusCode};
use axum::Router;
use backline::ids::TaskSid;
use backline_functions::signature;
use serde_json::Value;

fn nothing(_: &crate::sandbox::Sandbox) -> Router {
    Router::new()
}

#[tokio::test]
async fn a_leg_s_twiml_is_given_to_twilio_alone() {
    let served = Served::new(nothing).await;
    let task = TaskSid::from_number(7);
    let url = format!(
        "{}/internal-call/common/agent-outbound-join?taskSid={task}",
        served.base
    );
    let form = vec![("CallSid".to_owned(), "CA1".to_owned())];
    let ask = |signature: String| {
        served
            .client
            .post(&url)
            .header(signature::HEADER, signature)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("CallSid=CA1")
            .send()
    };
    let answer = ask(signature::sign("secret", &url, &form)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/xml");
    let twiml = answer.text().await.unwrap();
    assert!(twiml.contains(task.as_str()), "{twiml}");
    let port = served.sandbox.options().port;
    assert!(
        twiml.contains(&format!("http://functions.localhost:{port}/internal-call/")),
        "{twiml}"
    );
    let forged = ask(signature::sign("guess", &url, &form)).await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let bare = served.client.post(&url).send().await.unwrap();
    assert_eq!(bare.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_plugin_s_request_is_answered_across_origins_and_its_token_checked() {
    let served = Served::new(nothing).await;
    let url = format!("{}/internal-call/flex/ring", served.base);
    let preflight = served
        .client
        .request(axum::http::Method::OPTIONS, &url)
        .send()
        .await
        .unwrap();
    assert!(preflight.status().is_success());
    assert_eq!(
        preflight.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN],
        "*"
    );
    let task = TaskSid::from_number(7);
    let answer = served
        .client
        .post(&url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("taskSid={task}&Token=stolen"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert!(answer.status().is_client_error(), "{}", answer.status());
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(body["success"], false);
}

#[tokio::test]
async fn a_request_that_lacks_something_or_goes_nowhere_is_refused() {
    let served = Served::new(nothing).await;
    for (path, expected) in [
        ("/internal-call/flex/ring", 400),
        ("/functions/internal-call/flex/end", 400),
        ("/internal-call/flex/nothing", 404),
    ] {
        let url = format!("{}{path}", served.base);
        let answer = served.client.post(url).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), expected, "{path}");
    }
}
