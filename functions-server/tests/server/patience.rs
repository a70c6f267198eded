//! A Twilio that is slow, overloaded or silent.

use crate::asked::{ended, plugins, twilios, Server, CONFERENCE};
use crate::twilio::{sid, Fault, CREATION, FRESH, TALKING};
use std::time::Duration;

/// How long the server waits for one answer, and how late an answer is that it does not wait for.
const TIMEOUT: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_secs(4);

fn refusal(on: &'static str, status: u16, times: usize) -> Fault {
    Fault {
        on,
        status,
        retry_after: None,
        late: None,
        times,
    }
}

async fn ring(server: &Server) -> u16 {
    server
        .ask(plugins("ring", FRESH, "token-of-alice", &[]))
        .await
        .status
}

#[tokio::test]
async fn what_twilio_refused_for_the_moment_is_asked_again_and_the_call_goes_on() {
    for (on, status) in [
        ("validate", 503),
        ("GET /taskrouter", 500),
        ("GET /taskrouter", 429),
        ("Workflows", 504),
        ("POST /taskrouter", 429),
    ] {
        let server = Server::new().await;
        server.twilio.fault(refusal(on, status, 2));
        assert_eq!(ring(&server).await, 200, "{on} {status}");
        assert_eq!(server.twilio.lock().tasks.len(), 4, "{on} {status}");
    }
}

#[tokio::test]
async fn a_creation_is_repeated_only_if_it_surely_was_not_done() {
    for (status, asked, answer) in [(429, 3, 200), (503, 1, 502), (500, 1, 502), (504, 1, 502)] {
        let server = Server::new().await;
        server.twilio.fault(refusal(CREATION, status, 2));
        assert_eq!(ring(&server).await, answer, "{status}");
        assert_eq!(server.twilio.count(CREATION), asked, "{status}");
    }
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_not_made_twice() {
    let server = Server::with_timeout(TIMEOUT).await;
    server.twilio.fault(Fault {
        late: Some(LATE),
        ..refusal(CREATION, 0, 9)
    });
    assert_eq!(ring(&server).await, 502);
    assert_eq!(server.twilio.count(CREATION), 1);
    assert_eq!(server.twilio.lock().tasks.len(), 4);
}

/// Repeated, it would be refused by `If-Match`, pass for another request's claim, and nobody would ring until that is old.
#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_told_as_a_failure() {
    let server = Server::with_timeout(TIMEOUT).await;
    server.twilio.fault(Fault {
        late: Some(LATE),
        ..refusal("POST /taskrouter", 0, 1)
    });
    assert_eq!(ring(&server).await, 502);
    assert_eq!(server.twilio.mutations().len(), 1);
}

#[tokio::test]
async fn a_closing_whose_answer_is_lost_is_done_once_and_found_done() {
    let server = Server::with_timeout(TIMEOUT).await;
    let caller = sid("WT", TALKING.0);
    server.twilio.fault(Fault {
        late: Some(LATE),
        ..refusal("POST /taskrouter", 0, 1)
    });
    let answer = server
        .ask(twilios(CONFERENCE, &ended(&caller, &sid("CF", 5))))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    let inner = server.twilio.lock();
    for number in [TALKING.0, TALKING.1] {
        let task = &inner.tasks[&sid("WT", number)];
        assert_eq!((task.status.as_str(), task.version), ("wrapping", 1));
    }
}

#[tokio::test]
async fn a_twilio_that_stays_away_is_given_up() {
    let server = Server::new().await;
    server.twilio.fault(refusal("validate", 503, usize::MAX));
    assert_eq!(ring(&server).await, 502);
    assert_eq!(server.twilio.count("validate"), 5);
    assert_eq!(server.twilio.mutations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wait_that_is_longer_than_the_whole_request_is_not_waited() {
    for seconds in ["3600", "18446744073709551615"] {
        let server = Server::new().await;
        server.twilio.fault(Fault {
            retry_after: Some(seconds),
            ..refusal("validate", 429, usize::MAX)
        });
        assert_eq!(ring(&server).await, 502);
        assert_eq!(server.twilio.count("validate"), 1);
    }
}

#[tokio::test]
async fn a_request_goes_on_when_whoever_asked_has_gone() {
    let server = Server::new().await;
    server.twilio.fault(Fault {
        late: Some(Duration::from_millis(200)),
        ..refusal("validate", 0, 1)
    });
    let twilio = server.twilio.clone();
    let asking = tokio::spawn(async move { ring(&server).await });
    until(|| twilio.count("validate") == 1).await;
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    until(|| twilio.lock().tasks.len() == 4).await;
}

async fn until(so: impl Fn() -> bool) {
    for _ in 0..2000 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never");
}
