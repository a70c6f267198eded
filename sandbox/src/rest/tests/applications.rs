//! TwiML applications, and calls to them from conferences.

use super::*;
use axum::routing::post;
use backline_world::account::application_sid;
use backline_world::setup;

/// `/voice` answers with a pause; each request is told: its signature is right, and its form.
fn voice(
    sandbox: &Sandbox,
    seen: mpsc::UnboundedSender<(bool, super::super::form::Form)>,
) -> Router {
    let port = sandbox.options().port;
    Router::new().route(
        "/voice",
        post(move |headers: HeaderMap, body: String| async move {
            let form = super::super::form::Form::parse(body.as_bytes());
            let url = format!("http://localhost:{port}/voice");
            let signature = signature::sign("secret", &url, &form.0);
            let _ = seen.send((headers["x-twilio-signature"] == *signature, form));
            "<Response><Pause length=\"60\"/></Response>"
        }),
    )
}

async fn account() -> (
    Served,
    mpsc::UnboundedReceiver<(bool, super::super::form::Form)>,
) {
    let (sender, seen) = mpsc::unbounded_channel();
    let world = setup::demo(3, backline::time::Millis(0));
    let served = Served::in_world(world, |sandbox| voice(sandbox, sender)).await;
    let path = format!("/Applications/{}.json", application_sid());
    let url = format!(
        "VoiceUrl=http://localhost:{}/voice",
        served.sandbox.options().port
    );
    let (status, _) = served.post(&path, &url).await;
    assert_eq!(status, 200);
    (served, seen)
}

#[tokio::test]
async fn an_application_is_listed_by_its_name_fetched_and_changed() {
    let (served, _seen) = account().await;
    let sid = application_sid();
    let (_, all) = served
        .get("/Applications.json?FriendlyName=Internal%20Call")
        .await;
    assert_eq!(all["applications"][0]["sid"], sid.as_str());
    let (_, none) = served.get("/Applications.json?FriendlyName=Other").await;
    assert_eq!(none["applications"].as_array().unwrap().len(), 0);
    let path = format!("/Applications/{sid}.json");
    let (_, one) = served.get(&path).await;
    assert!(one["voice_url"].as_str().unwrap().ends_with("/voice"));
    let (_, one) = served.post(&path, "FriendlyName=Calls").await;
    assert_eq!(one["friendly_name"], "Calls");
    assert!(one["voice_url"].as_str().unwrap().ends_with("/voice"));
    let (_, one) = served.post(&path, "VoiceUrl=").await;
    assert_eq!(one["voice_url"], Value::Null);
    let unknown = "/Applications/AP0123456789abcdef0123456789abcdef.json";
    for (status, error) in [served.get(unknown).await, served.post(unknown, "").await] {
        assert_eq!((status, &error["code"]), (404, &20404.into()));
    }
}

#[tokio::test]
async fn a_participant_who_is_an_application_is_asked_for_twiml_signed_and_talks() {
    let (served, mut seen) = account().await;
    served.in_room("alice").await;
    let room = served
        .sandbox
        .world(|world| world.telephony.conference_named("room"))
        .unwrap();
    let mut form = super::super::form::Form::default();
    form.push("From", "+15550100");
    form.push(
        "To",
        &format!("app:{}?name=Zo%C3%AB+%26+co", application_sid()),
    );
    let path = format!("/Conferences/{room}/Participants.json");
    let (status, participant) = served.post(&path, &form.encode()).await;
    assert_eq!(status, 201, "{participant}");
    let near = participant["call_sid"].as_str().unwrap();
    let (signed, asked) = seen.recv().await.unwrap();
    assert!(signed);
    assert_eq!(asked.first("name"), Some("Zoë & co"));
    assert_eq!(asked.first("ParentCallSid"), Some(near));
    let far = asked.first("CallSid").unwrap();
    let (_, call) = served.get(&format!("/Calls/{far}.json")).await;
    assert_eq!(call["direction"], "inbound");
    assert_eq!(call["to"], application_sid().as_str());
    assert_eq!(call["parent_call_sid"], near);
    served
        .post(&format!("/Calls/{near}.json"), "Status=completed")
        .await;
    let (_, call) = served.get(&format!("/Calls/{far}.json")).await;
    assert_eq!(call["status"], "completed");
}

#[tokio::test]
async fn an_application_that_is_not_there_is_21218_and_one_that_is_called_21211() {
    let (served, _seen) = account().await;
    let unknown = "From=%2B1&To=app:AP0123456789abcdef0123456789abcdef%3Fa=1";
    let (status, error) = served
        .post("/Conferences/room/Participants.json", unknown)
        .await;
    assert_eq!((status, &error["code"]), (400, &21218.into()));
    let form = format!("From=%2B1&To=app:{}&Twiml=<Response/>", application_sid());
    let (status, error) = served.post("/Calls.json", &form).await;
    assert_eq!((status, &error["code"]), (400, &21211.into()));
    assert!(served.sandbox.world(|world| world.telephony.is_at_rest()));
}
