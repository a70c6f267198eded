//! Participants by label, on hold and waiting.

use super::*;
use axum::http::Uri;
use axum::routing::any;
use backline::ids::ConferenceSid;
use backline_world::audio::{Hears, Place, Sound};

/// Two in a conference, one of them labelled: its path, and their calls.
async fn labelled(served: &Served) -> (String, CallSid, CallSid) {
    let alice = served.in_room("alice").await;
    let bob = served
        .in_room_with("bob", r#"participantLabel="the callee""#)
        .await;
    let room = served
        .sandbox
        .world(|world| world.telephony.conference_named("room"))
        .unwrap();
    let call = |sid: &str| CallSid::parse(sid).unwrap();
    (
        format!("/Conferences/{room}/Participants"),
        call(&alice),
        call(&bob),
    )
}

fn hears(served: &Served, call: &CallSid) -> Hears {
    let graph = served.sandbox.world(|world| world.telephony.audio());
    let leg = graph.legs.into_iter().find(|leg| leg.call == *call);
    leg.unwrap().hears
}

/// Waits until something is so.
async fn until(what: impl Fn() -> bool) {
    for _ in 0..500 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to be");
}

/// `/tune` is a WAV file, `/mp3` says that it is another sound; both tell how they were asked.
fn tunes(_: &Sandbox, seen: mpsc::UnboundedSender<(String, String, String)>) -> Router {
    let answer = |kind: &'static str| {
        let seen = seen.clone();
        any(
            move |method: axum::http::Method, uri: Uri, headers: HeaderMap| async move {
                let signature = headers["x-twilio-signature"].to_str().unwrap().to_owned();
                let _ = seen.send((method.to_string(), uri.to_string(), signature));
                (
                    [("content-type", kind)],
                    backline::functions::ringback::wav(),
                )
            },
        )
    };
    Router::new()
        .route("/tune", answer("audio/x-wav; charset=binary"))
        .route("/mp3", answer("audio/mpeg"))
}

#[tokio::test]
async fn a_participant_is_fetched_held_and_taken_back_by_his_label() {
    let served = Served::new(nothing).await;
    let (participants, alice, bob) = labelled(&served).await;
    for name in ["the%20callee", bob.as_str()] {
        let own = format!("{participants}/{name}.json");
        let (status, one) = served.get(&own).await;
        assert_eq!(status, 200);
        assert_eq!(one["call_sid"], bob.as_str());
        assert_eq!(one["label"], "the callee");
        assert_eq!(one["hold"], false);

        let (status, one) = served.post(&own, "Hold=true").await;
        assert_eq!((status, &one["hold"]), (200, &true.into()));
        assert_eq!(hears(&served, &bob), Hears::Music);
        assert_eq!(hears(&served, &alice), Hears::Silence);

        let (status, one) = served.post(&own, "Hold=false").await;
        assert_eq!((status, &one["hold"]), (200, &false.into()));
        assert_eq!(hears(&served, &bob), Hears::Legs(vec![alice.clone()]));
        assert_eq!(hears(&served, &alice), Hears::Legs(vec![bob.clone()]));
    }
}

#[tokio::test]
async fn a_label_of_nobody_is_20404_and_changes_nobody() {
    let served = Served::new(nothing).await;
    let (participants, alice, bob) = labelled(&served).await;
    let elsewhere = ConferenceSid::from_number(0xdead);
    for path in [
        format!("{participants}/the.json"),
        format!("{participants}/The%20Callee.json"),
        format!("{participants}/{}.json", CallSid::from_number(0xdead)),
        format!("/Conferences/{elsewhere}/Participants/the%20callee.json"),
    ] {
        let (status, error) = served.get(&path).await;
        assert_eq!((status, &error["code"]), (404, &20404.into()), "{path}");
        let (status, error) = served.post(&path, "Hold=true").await;
        assert_eq!((status, &error["code"]), (404, &20404.into()), "{path}");
    }
    assert_eq!(hears(&served, &bob), Hears::Legs(vec![alice]));
    // Gone with his call.
    served.sandbox.world(|world| {
        let now = world.now();
        world.telephony.leg_hung_up(now, &bob);
    });
    let (status, _) = served
        .get(&format!("{participants}/the%20callee.json"))
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn the_hold_url_is_asked_with_get_signed_and_heard() {
    let (sender, mut seen) = mpsc::unbounded_channel();
    let served = Served::new(|sandbox| tunes(sandbox, sender)).await;
    let (participants, _, bob) = labelled(&served).await;
    let url = format!("{}/tune?a=b", served.base);
    let mut form = crate::rest::form::Form::default();
    form.push("Hold", "true");
    form.push("HoldUrl", &url);
    let own = format!("{participants}/the%20callee.json");
    let (status, _) = served.post(&own, &form.encode()).await;
    assert_eq!(status, 200);
    let (method, uri, signature) = seen.recv().await.unwrap();
    assert_eq!(method, "GET");
    assert!(uri.starts_with("/tune?a=b&AccountSid="), "{uri}");
    let whole = format!("{}{uri}", served.base);
    assert!(backline_functions::signature::is_valid(
        "secret",
        &whole,
        &[],
        &signature
    ));
    let is_heard = |hears: Hears| matches!(hears, Hears::Chosen { place: Place::Hold, sound: Sound::File { url: heard, .. } } if heard == url);
    until(|| is_heard(hears(&served, &bob))).await;

    form.push("HoldMethod", "POST");
    served.post(&own, "Hold=false").await;
    served.post(&own, &form.encode()).await;
    let (method, uri, _) = seen.recv().await.unwrap();
    assert_eq!((method.as_str(), uri.as_str()), ("POST", "/tune?a=b"));
}

#[tokio::test]
async fn who_waits_alone_hears_his_wait_url_and_a_sound_that_is_not_played_here_is_an_alert() {
    let (sender, mut seen) = mpsc::unbounded_channel();
    let served = Served::new(|sandbox| tunes(sandbox, sender)).await;
    let url = |path: &str| format!("waitUrl=\"{}{path}\"", served.base);
    let call = served.in_room_with("alice", &url("/tune")).await;
    let alice = CallSid::parse(&call).unwrap();
    assert_eq!(seen.recv().await.unwrap().0, "POST");
    until(|| {
        matches!(
            hears(&served, &alice),
            Hears::Chosen {
                place: Place::Wait,
                ..
            }
        )
    })
    .await;
    served
        .post(&format!("/Calls/{call}.json"), "Status=completed")
        .await;

    let wish = format!("{} waitMethod=\"GET\"", url("/mp3"));
    let bob = CallSid::parse(&served.in_room_with("bob", &wish).await).unwrap();
    assert_eq!(seen.recv().await.unwrap().0, "GET");
    until(|| {
        !served
            .sandbox
            .read(|world| world.telephony.alerts().is_empty())
    })
    .await;
    let alert = served
        .sandbox
        .read(|world| world.telephony.alerts()[0].clone());
    assert_eq!((alert.code, alert.call), (12300, bob.clone()));
    assert_eq!(hears(&served, &bob), Hears::Silence);
}
