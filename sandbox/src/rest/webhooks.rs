//! Sends what the world asks to be sent to the account's own server, signed, and feeds the answers back
//! (<https://www.twilio.com/docs/usage/webhooks>).
//!
//! Timeouts and retries are the defaults of
//! <https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>: 15 s in all, one more attempt if the
//! connection fails (`rc=1`, `rp=ct`), none after an HTTP error.

use super::form::Form;
use super::resolver;

use crate::control::faults::{gate, Gate};
use crate::sandbox::Sandbox;
use axum::body::Bytes;
use backline::time::Millis;
use backline_functions::signature;
use backline_world::output::{Method, Output, Webhook};
use std::time::Duration;

/// `tt`, the total time, milliseconds 15000.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);

/// Listens from now on. Each request is on its own: Twilio does not promise that callbacks come in order.
pub fn spawn(sandbox: &Sandbox) {
    let mut outputs = sandbox.listen();
    let sandbox = sandbox.clone();
    let client = resolver::client(TOTAL_TIMEOUT);
    tokio::spawn(async move {
        while let Some(output) = outputs.recv().await {
            if let Output::Webhook(webhook) = output {
                tokio::spawn(carry(sandbox.clone(), client.clone(), webhook));
            }
        }
    });
}

async fn carry(sandbox: Sandbox, client: reqwest::Client, webhook: Webhook) {
    let answer = match gate(&sandbox, &target(&webhook)).await {
        Gate::Pass | Gate::Lag(_) => send(&sandbox, &client, &webhook).await,
        Gate::Duplicate => {
            let (first, _second) = tokio::join!(
                send(&sandbox, &client, &webhook),
                send(&sandbox, &client, &webhook)
            );
            first
        }
        Gate::Lose => None,
        // Carried out, and unanswered until Twilio gives up.
        Gate::Hang => {
            let _ = send(&sandbox, &client, &webhook).await;
            tokio::time::sleep(TOTAL_TIMEOUT).await;
            None
        }
        Gate::Fail(status) => Some(Answer {
            status,
            ..Answer::default()
        }),
    };
    // Decoded before the world is locked.
    let sound = answer
        .as_ref()
        .and_then(|answer| sound(&sandbox, &webhook, answer));
    sandbox.world(|world| {
        let now = world.now();
        let telephony = &mut world.telephony;
        match (answer, sound) {
            (None, _) => telephony.webhook_failed(now, webhook.id),
            (Some(_), Some(sound)) => telephony.sound_answered(now, webhook.id, sound),
            (Some(answer), None) => {
                let body = String::from_utf8_lossy(&answer.body);
                telephony.webhook_answered(now, webhook.id, answer.status, &body);
            }
        }
    });
}

/// The name by which a fault strikes it: `webhook:twiml`, `webhook:conference-status:participant-join`,
/// `webhook:call-status:completed`.
fn target(webhook: &Webhook) -> String {
    let word = match webhook.purpose {
        "conference-status" => "StatusCallbackEvent",
        "call-status" => "CallStatus",
        _ => "",
    };
    let detail = webhook.parameters.iter().find(|(name, _)| name == word);
    match detail {
        Some((_, detail)) => format!("webhook:{}:{detail}", webhook.purpose),
        None => format!("webhook:{}", webhook.purpose),
    }
}

/// What the account's server said.
#[derive(Default)]
struct Answer {
    status: u16,
    /// `Content-Type` without its parameters, in small letters.
    kind: String,
    body: Bytes,
}

/// The content types of WAV files (<https://www.twilio.com/docs/voice/twiml/play>). Of the other sounds that Twilio takes
/// (MP3, AIFF, GSM, bare µ-law) none is played here.
const WAV: [&str; 3] = ["audio/wav", "audio/wave", "audio/x-wav"];

/// The length of an answered sound, which is kept, or why it cannot be played; `None` if it is none.
fn sound(sandbox: &Sandbox, webhook: &Webhook, answer: &Answer) -> Option<Result<Millis, String>> {
    if !(200..300).contains(&answer.status) || !answer.kind.starts_with("audio/") {
        return None;
    }
    Some(if WAV.contains(&answer.kind.as_str()) {
        crate::voice::keep_sound(sandbox, &webhook.url, &answer.body)
    } else {
        Err(format!("{} is not played here", answer.kind))
    })
}

async fn send(sandbox: &Sandbox, client: &reqwest::Client, webhook: &Webhook) -> Option<Answer> {
    for _attempt in 0..2 {
        match send_once(sandbox, client, webhook).await {
            Ok(answer) => return Some(answer),
            Err(error) if error.is_connect() => {
                tracing::warn!(url = webhook.url, "webhook: no connection");
            }
            Err(error) => {
                tracing::warn!(url = webhook.url, %error, "webhook: no answer");
                return None;
            }
        }
    }
    None
}

async fn send_once(
    sandbox: &Sandbox,
    client: &reqwest::Client,
    webhook: &Webhook,
) -> Result<Answer, reqwest::Error> {
    let response = request(sandbox, client, webhook)
        // The same for every attempt and duplicate of one event.
        .header("i-twilio-idempotency-token", idempotency_token(webhook.id))
        .header("user-agent", "TwilioProxy/1.1")
        .send()
        .await?;
    let status = response.status().as_u16();
    let kind = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map_or_else(String::new, |kind| kind.trim().to_ascii_lowercase());
    let body = response.bytes().await?;
    Ok(Answer { status, kind, body })
}

/// Signed: a POST by its URL and its form, a GET by its URL, in which the parameters are
/// (<https://www.twilio.com/docs/usage/security#validating-requests>).
fn request(
    sandbox: &Sandbox,
    client: &reqwest::Client,
    webhook: &Webhook,
) -> reqwest::RequestBuilder {
    let token = &sandbox.options().auth_token;
    let form = Form(webhook.parameters.clone()).encode();
    match webhook.method {
        Method::Post => {
            let signature = signature::sign(token, &webhook.url, &webhook.parameters);
            client
                .post(&webhook.url)
                .header(signature::HEADER, signature)
                .header(
                    "content-type",
                    "application/x-www-form-urlencoded; charset=UTF-8",
                )
                .body(form)
        }
        Method::Get => {
            let joint = if webhook.url.contains('?') { '&' } else { '?' };
            let url = format!("{}{joint}{form}", webhook.url);
            let signature = signature::sign(token, &url, &[]);
            client.get(url).header(signature::HEADER, signature)
        }
    }
}

/// In the shape of a UUID, counted.
fn idempotency_token(id: u64) -> String {
    format!("00000000-0000-4000-8000-{id:012x}")
}
