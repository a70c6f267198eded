//! What a host decides, and the running of a request's steps.

use crate::rest;
use backline::functions::http::Api;
use backline::functions::retry::retry_after;
use backline::functions::{start, sweep, Answer, Order, Request, Response, Run, Settings, Step};
use backline::time::Millis;
use std::fmt;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// A whole request is over after this long. Twilio ends its own functions after 10 s
/// (<https://www.twilio.com/docs/serverless/functions-assets/faq>), and the core takes a claim that is older than 12 s for
/// that of a dead request: no request may live that long.
pub const WHOLE: Duration = Duration::from_secs(9);

/// More steps than any run takes: a loop would be a defect of the core.
const MAX_STEPS: usize = 50;

/// What is the same for all requests.
#[derive(Debug, Clone)]
pub struct Hosting {
    /// The core's: its `base` is the public URL that Twilio is told.
    pub settings: Settings,
    /// The public URLs by which requests may come, without a slash at their end: what Twilio signs begins with one. The
    /// Host header says nothing about it: a proxy may have rewritten it, and anybody may write it.
    pub public: Vec<String>,
    /// Twilio's REST.
    pub api: Api,
    /// Checks Twilio's signatures, and is the password for its REST.
    pub auth_token: Secret,
    /// For requests to Twilio's REST.
    pub client: reqwest::Client,
    /// How long one request to Twilio's REST may take; less than [`WHOLE`].
    pub timeout: Duration,
}

/// A text that is never shown.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Hosting {
    /// Answers a request, at the latest at `until`: from then on every order fails, and the run ends by itself.
    pub(crate) async fn run(&self, request: Request, until: Instant) -> Response {
        self.go_on(start(self.settings.clone(), request), until)
            .await
    }

    /// Looks after calls that are over and not closed, likewise.
    pub(crate) async fn sweep(&self) {
        let began = Instant::now();
        self.go_on(sweep(self.settings.clone()), began + WHOLE)
            .await;
        tracing::info!(ms = began.elapsed().as_millis(), "swept");
    }

    async fn go_on(&self, (mut run, mut step): (Run, Step), until: Instant) -> Response {
        for _ in 0..MAX_STEPS {
            match step {
                Step::Respond(response) => return response,
                Step::Orders(orders) => {
                    let all = orders.iter().map(|order| self.carry_out(order, until));
                    let answers = futures_util::future::join_all(all).await;
                    step = run.resume(unix_now(), answers);
                }
            }
        }
        Response::refused(500, "the function does not come to an end")
    }

    /// Carries an order out, again if that may help and there is time.
    async fn carry_out(&self, order: &Order, until: Instant) -> Answer {
        let mut attempt = 1;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Answer::Failed {
                    status: 0,
                    message: "no time is left".to_owned(),
                };
            }
            let sent = rest::send(self, order, left.min(self.timeout)).await;
            let Some(span) = retry_after(order, &sent.answer, attempt) else {
                return sent.answer;
            };
            let wait = jittered(span).max(sent.wait.unwrap_or_default());
            if wait >= until.saturating_duration_since(Instant::now()) {
                return sent.answer;
            }
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }
}

/// Between half of the span and all of it.
fn jittered(Millis(span): Millis) -> Duration {
    Duration::from_millis(span - fastrand::u64(0..=span / 2))
}

pub(crate) fn unix_now() -> Millis {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Millis(since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::new("0123".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.reveal(), "0123");
    }

    #[test]
    fn jitter_takes_half_of_the_wait_away_at_most() {
        let waits: Vec<_> = (0..200)
            .map(|_| jittered(Millis(200)).as_millis())
            .collect();
        assert!(waits.iter().all(|wait| (100..=200).contains(wait)));
        assert!(waits.iter().any(|wait| *wait != waits[0]));
    }

    #[tokio::test]
    async fn after_its_time_a_request_orders_nothing_and_ends() {
        use backline::ids::{AccountSid, TaskSid, WorkflowSid, WorkspaceSid};
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = format!("http://{}", silent.local_addr().unwrap());
        let hosting = Hosting {
            settings: Settings {
                workflow: WorkflowSid::from_number(1),
                base: own.clone(),
            },
            public: vec![own.clone()],
            api: Api {
                taskrouter: own.clone(),
                voice: own.clone(),
                iam: own,
                account: AccountSid::from_number(1),
                workspace: WorkspaceSid::from_number(1),
            },
            auth_token: Secret::new(String::new()),
            client: reqwest::Client::new(),
            timeout: WHOLE,
        };
        let request = Request::Ring {
            task: TaskSid::from_number(1),
            callee: None,
            token: "t".to_owned(),
        };
        let response = hosting.run(request, Instant::now()).await;
        assert_eq!(response.status, 502);
        let connected = tokio::time::timeout(Duration::from_millis(1), silent.accept()).await;
        assert!(connected.is_err());
    }
}
