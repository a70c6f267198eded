//! Carries the functions' orders out: REST requests to our own port.

use crate::rest::resolver;
use crate::sandbox::Sandbox;
use backline::functions::http::{self, Api, CallBody};
use backline::functions::{Answer, Order};
use backline_world::account::{account_sid, workspace_sid};
use std::time::Duration;

/// A function's request gives up after this. Twilio Functions themselves end after 10 s
/// (<https://www.twilio.com/docs/serverless/functions-assets/functions/invocation>).
const TIMEOUT: Duration = Duration::from_secs(10);

/// Twilio, as the functions reach it.
#[derive(Clone)]
pub struct Twilio {
    client: reqwest::Client,
    api: Api,
    auth_token: String,
}

impl Twilio {
    pub fn new(sandbox: &Sandbox) -> Self {
        let own = format!("http://localhost:{}/t", sandbox.options().port);
        Self {
            client: resolver::client(TIMEOUT),
            api: Api {
                taskrouter: format!("{own}/taskrouter.twilio.com"),
                voice: format!("{own}/api.twilio.com"),
                iam: format!("{own}/iam.twilio.com"),
                account: account_sid(),
                workspace: workspace_sid(),
            },
            auth_token: sandbox.options().auth_token.clone(),
        }
    }

    /// Carries an order out.
    pub async fn carry_out(&self, order: &Order) -> Answer {
        match self.send(order).await {
            Ok((status, etag, body)) => http::answer(order, status, etag.as_deref(), &body),
            Err(error) => Answer::Failed {
                status: 0,
                message: error.to_string(),
            },
        }
    }

    async fn send(&self, order: &Order) -> Result<(u16, Option<String>, String), reqwest::Error> {
        let call = http::call(&self.api, order);
        let mut request = match call.method {
            "POST" => self.client.post(&call.url),
            _ => self.client.get(&call.url),
        }
        .basic_auth(&self.api.account, Some(&self.auth_token));
        if let Some(version) = &call.if_match {
            request = request.header("if-match", version);
        }
        request = match call.body {
            CallBody::None => request,
            CallBody::Form(fields) => {
                let mut form = crate::rest::form::Form::default();
                for (name, value) in fields {
                    form.push(name, &value);
                }
                request
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(form.encode())
            }
            CallBody::Json(text) => request
                .header("content-type", "application/json")
                .body(text),
        };
        let response = request.send().await?;
        let status = response.status().as_u16();
        let etag = response
            .headers()
            .get("etag")
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        Ok((status, etag, response.text().await?))
    }
}
