//! What is shown of a text.

use super::*;
use proptest::prelude::*;

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "(client|sip|queue|https?):(//)?[a-zé]{0,3}[:/?#a-z0-9]{0,4}",
        "HTTP 50[0-3] [a-b]{0,2}",
        Just("busy".to_owned()),
    ]
}

proptest! {
    #[test]
    fn texts_are_equal_when_their_pseudonyms_are(one in texts(), other in texts()) {
        prop_assume!(!one.trim().is_empty() || one.is_empty());
        let mut pseudonyms = Pseudonyms::default();
        let (first, second) = (pseudonyms.redact("name", &one), pseudonyms.redact("name", &other));
        prop_assert_eq!(one == other, first == second, "{} {}", first, second);
        prop_assert_eq!(pseudonyms.redact("name", &one), first, "and stay so");
    }

    #[test]
    fn a_redacted_text_needs_no_escaping(text in "[\\s\\PC\"\\\\]{0,8}", scheme in texts()) {
        let redacted = Pseudonyms::default().redact("name", &format!("{scheme}{text}"));
        let json = format!("\"{redacted}\"");
        prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), redacted);
    }
}

#[test]
fn what_the_core_reads_out_of_a_text_stays() {
    let mut pseudonyms = Pseudonyms::default();
    let mut redact = |text| pseudonyms.redact("", text);
    assert_eq!(redact("Dana"), "‹1›");
    assert_eq!(redact("dana"), "‹2›");
    assert_eq!(redact("Dana"), "‹1›");
    assert_eq!(redact("client:Dana"), "client:‹1›");
    assert_eq!(redact("sip:"), "sip:");
    assert_eq!(redact("queue:dana"), "queue:‹2›");
    assert_eq!(redact("HTTP 503 Dana"), "HTTP 503 ‹1›");
    assert_eq!(redact("HTTP 503 "), "HTTP 503 ");
    assert_eq!(
        redact("https://u:p@Dana:8800/internal-call/flex/end"),
        "https://‹3›:8800/internal-call/flex/end"
    );
    assert_eq!(
        redact("https://Dana/internal-call/flex/end?x=y"),
        "https://‹1›/internal-call/flex/end?‹4›"
    );
    assert_eq!(redact("https://Dana/erin"), "https://‹1›‹5›");
    assert_eq!(redact(""), "");
    assert_eq!(redact("\t\n"), " ");
}

#[test]
fn a_domain_that_is_refused_is_refused_once_more() {
    let mut pseudonyms = Pseudonyms::default();
    let mut redact = |text| pseudonyms.redact("serverless_functions_domain", text);
    assert_eq!(redact("f.example/"), "‹1›");
    assert_eq!(redact("f.example:80"), "‹1›:80");
    assert_eq!(redact("a b"), "‹2›?");
    assert_eq!(redact("///"), "");
}
