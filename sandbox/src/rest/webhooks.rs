//! Sends what the world asks to be sent to the account's own server, signed, and feeds the answers back
//! (<https://www.twilio.com/docs/usage/webhooks>).
//!
//! Timeouts and retries are the defaults of
//! <https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>: 15 s in all, one more attempt if the
//! connection fails (`rc=1`, `rp=ct`), none after an HTTP error.

use super::resolver;

use crate::control::faults::{gate, Gate};
use crate::sandbox::Sandbox;
use backline_functions::signature;
use backline_world::output::{Output, Webhook};
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
    let answer = match gate(&sandbox, &format!("webhook:{}", webhook.purpose)).await {
        Gate::Pass => send(&sandbox, &client, &webhook).await,
        Gate::Duplicate => {
            let (first, _second) = tokio::join!(
                send(&sandbox, &client, &webhook),
                send(&sandbox, &client, &webhook)
            );
            first
        }
        Gate::Lose => None,
        Gate::Fail(status) => Some((status, String::new())),
    };
    sandbox.world(|world| {
        let now = world.now();
        match answer {
            Some((status, body)) => {
                world
                    .telephony
                    .webhook_answered(now, webhook.id, status, &body);
            }
            None => world.telephony.webhook_failed(now, webhook.id),
        }
    });
}

async fn send(
    sandbox: &Sandbox,
    client: &reqwest::Client,
    webhook: &Webhook,
) -> Option<(u16, String)> {
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
) -> Result<(u16, String), reqwest::Error> {
    let token = &sandbox.options().auth_token;
    let signature = signature::sign(token, &webhook.url, &webhook.parameters);
    let mut form = super::form::Form::default();
    for (name, value) in &webhook.parameters {
        form.push(name, value);
    }
    let response = client
        .post(&webhook.url)
        .header(signature::HEADER, signature)
        // The same for every attempt and duplicate of one event.
        .header("i-twilio-idempotency-token", idempotency_token(webhook.id))
        .header("user-agent", "TwilioProxy/1.1")
        .header(
            "content-type",
            "application/x-www-form-urlencoded; charset=UTF-8",
        )
        .body(form.encode())
        .send()
        .await?;
    let status = response.status().as_u16();
    Ok((status, response.text().await?))
}

/// In the shape of a UUID, counted.
fn idempotency_token(id: u64) -> String {
    format!("00000000-0000-4000-8000-{id:012x}")
}
