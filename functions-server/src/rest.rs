//! One request to Twilio's REST.

use crate::hosting::Hosting;
use backline::functions::http::{self, CallBody};
use backline::functions::{Answer, Order};
use reqwest::header::{HeaderMap, HeaderName, CONTENT_TYPE, ETAG, IF_MATCH, RETRY_AFTER};
use std::time::Duration;
use url::form_urlencoded;

/// What came of it.
pub(crate) struct Sent {
    pub answer: Answer,
    /// `Retry-After` in seconds, if it came (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>); a date is not
    /// waited for.
    pub wait: Option<Duration>,
}

/// Carries an order out once. No answer within `timeout`, the body included, is no answer.
pub(crate) async fn send(hosting: &Hosting, order: &Order, timeout: Duration) -> Sent {
    match exchange(hosting, order, timeout).await {
        Ok((status, headers, body)) => {
            let etag = text(&headers, &ETAG);
            Sent {
                answer: http::answer(order, status, etag, &body),
                wait: text(&headers, &RETRY_AFTER)
                    .and_then(|seconds| seconds.trim().parse().ok())
                    .map(Duration::from_secs),
            }
        }
        Err(error) => Sent {
            answer: Answer::Failed {
                status: 0,
                message: reason(&error).to_owned(),
            },
            wait: None,
        },
    }
}

async fn exchange(
    hosting: &Hosting,
    order: &Order,
    timeout: Duration,
) -> Result<(u16, HeaderMap, String), reqwest::Error> {
    let call = http::call(&hosting.api, order);
    let client = &hosting.client;
    let mut request = match call.method {
        "POST" => client.post(&call.url),
        "DELETE" => client.delete(&call.url),
        _ => client.get(&call.url),
    }
    .timeout(timeout)
    .basic_auth(&hosting.api.account, Some(hosting.auth_token.reveal()));
    if let Some(version) = &call.if_match {
        request = request.header(IF_MATCH, version);
    }
    request = match call.body {
        CallBody::None => request,
        CallBody::Form(fields) => request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(
                form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(fields)
                    .finish(),
            ),
        CallBody::Json(text) => request.header(CONTENT_TYPE, "application/json").body(text),
    };
    let response = request.send().await?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    Ok((status, headers, response.text().await?))
}

/// An agent may read it: no URL, no names of machines.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
