//! TwiML: no text makes a call's page panic, and what is written is what is read.

use super::*;
use crate::output::Method;
use crate::telephony::twiml::{parse, Dial, DialTo, Document, Enqueue, EnqueueTo, Entry, Verb};
use proptest::prelude::*;

fn cases() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(200)
    }
}

/// Pieces of which documents are made.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<Response>",
        "</Response>",
        "<Response/>",
        "<Dial>",
        "<Dial timeout=\"99999999999999999999\" action=\"?\">",
        "</Dial>",
        "<Conference>",
        "<Conference maxParticipants=\"-1\" waitUrl=\"\" muted=\"yes\">",
        "</Conference>",
        "<Client>",
        "</Client>",
        "<Pause length=\"18446744073709551615\"/>",
        "<Enqueue workflowSid=\"WW1\"><Task>",
        "</Task></Enqueue>",
        "<Redirect>",
        "</Redirect>",
        "<Leave/>",
        "<!DOCTYPE x [<!ENTITY a \"b\">]>",
        "<!-- ",
        " -->",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&a;",
        "&#x110000;",
        "<?xml version=\"1.0\"?>",
        "room",
        "é",
        "\"",
    ]);
    prop::collection::vec(pieces, 0..16).prop_map(|pieces| pieces.concat())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A text that XML can carry, with no blanks at its ends, which are not kept.
fn text() -> impl Strategy<Value = String> {
    "[!-~é]([ -~é]{0,12}[!-~é])?"
}

/// An instruction, and how it is written.
fn verb() -> impl Strategy<Value = (Verb, String)> {
    let dial = |to, timeout_s| {
        Verb::Dial(Dial {
            to,
            timeout_s,
            caller_id: None,
            action: None,
        })
    };
    prop_oneof![
        text().prop_map(|text| {
            let written = format!("<Say>{}</Say>", escaped(&text));
            (Verb::Say { text }, written)
        }),
        (text(), any::<u64>()).prop_map(|(url, times)| {
            let written = format!("<Play loop=\"{times}\">{}</Play>", escaped(&url));
            (Verb::Play { url, times }, written)
        }),
        any::<u64>().prop_map(|seconds| {
            let written = format!("<Pause length=\"{seconds}\"/>");
            (Verb::Pause { seconds }, written)
        }),
        text().prop_map(|url| {
            let written = format!("<Redirect>{}</Redirect>", escaped(&url));
            (Verb::Redirect { url }, written)
        }),
        (text(), text(), text(), any::<u64>()).prop_map(|(sid, task, url, number)| {
            let written = format!(
                "<Enqueue workflowSid=\"{}\" action=\"{url}\" waitUrl=\"{url}\" waitUrlMethod=\"GET\">\
                 <Task priority=\"{number}\" timeout=\"{number}\">{}</Task></Enqueue>",
                escaped(&sid),
                escaped(&task),
                url = escaped(&url),
            );
            let enqueue = Enqueue {
                to: EnqueueTo::Workflow {
                    sid,
                    task,
                    priority: Some(number),
                    timeout_s: Some(number),
                },
                action: Some(url.clone()),
                wait: Tune::Page {
                    url,
                    method: Method::Get,
                },
            };
            (Verb::Enqueue(enqueue), written)
        }),
        (text(), any::<(bool, bool)>(), any::<u64>(), text()).prop_map(
            move |(name, (muted, end_on_exit), timeout, label)| {
                let written = format!(
                    "<Dial timeout=\"{timeout}\"><Conference muted=\"{muted}\" \
                     endConferenceOnExit=\"{end_on_exit}\" participantLabel=\"{}\">{}</Conference></Dial>",
                    escaped(&label),
                    escaped(&name)
                );
                let entry = Entry {
                    muted,
                    end_on_exit,
                    label: Some(label),
                    ..Entry::default()
                };
                let entry = Box::new(entry);
                (dial(DialTo::Conference { name, entry }, timeout), written)
            }
        ),
        Just((Verb::Hangup, "<Hangup/>".to_owned())),
        Just((Verb::Leave, "<Leave></Leave>".to_owned())),
        any::<bool>().prop_map(|busy| {
            let reason = if busy { "busy" } else { "rejected" };
            (Verb::Reject { busy }, format!("<Reject reason=\"{reason}\"/>"))
        }),
    ]
}

/// A call that is not over.
fn open(bench: &Bench) -> Option<CallSid> {
    let open = bench.phone.calls.values().find(|call| !call.is_over());
    open.map(|call| call.sid.clone())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_text_is_a_document_or_12100(text in any::<String>(), pieces in pieces()) {
        for text in [text, format!("<Response>{pieces}</Response>"), pieces] {
            if let Err(error) = parse(&text) {
                prop_assert!(error.to_string().starts_with("12100"), "{error}");
            }
        }
    }

    #[test]
    fn a_document_is_read_as_it_is_written(
        verbs in prop::collection::vec(verb(), 0..6), strangers in prop::collection::vec("[A-Z]x[a-z]{0,8}", 0..3),
    ) {
        let (verbs, written): (Vec<Verb>, Vec<String>) = verbs.into_iter().unzip();
        let strange: String = strangers.iter().map(|name| format!("<{name}><Say>no</Say></{name}>")).collect();
        let text = format!("<?xml version=\"1.0\"?>\n<Response>\n{}{strange}</Response>", written.join("\n"));
        let Document { verbs: read, warnings } = parse(&text).unwrap();
        prop_assert_eq!(read, verbs);
        prop_assert_eq!(warnings.len(), strangers.len(), "one 12200 for each verb that is none");
    }

    #[test]
    fn whatever_a_page_says_the_call_goes_on_or_ends(pieces in pieces(), status in 100u16..600) {
        let mut bench = Bench::new();
        let call = bench.order_call(1);
        bench.answer(&call);
        let id = bench.webhooks("twiml")[0].id;
        let page = format!("<Response>{pieces}</Response>");
        bench.with(|phone, now| phone.webhook_answered(now, id, status, &page));
        while let Some(open) = open(&bench) {
            bench.with(|phone, now| phone.leg_hung_up(now, &open));
        }
        prop_assert!(bench.phone.is_at_rest());
    }
}
