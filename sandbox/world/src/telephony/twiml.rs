//! TwiML: text in, verbs out (<https://www.twilio.com/docs/voice/twiml>).
//!
//! Only what this account's calls use: the verbs below, and `Conference`, `Client`, `Number`, `Sip` and `Queue`
//! inside `Dial`. What is not known is skipped with warning 12200; what is not XML is error 12100.

use super::hearing::Tune;
use super::xml::{self, Element};
use crate::output::Method;
use thiserror::Error;

/// Why a document cannot be run (<https://www.twilio.com/docs/api/errors/12100>).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("12100: {0}")]
pub(super) struct TwimlError(pub String);

/// A parsed document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Document {
    pub verbs: Vec<Verb>,
    /// What Twilio's debugger would list under 12200
    /// (<https://www.twilio.com/docs/api/errors/12200>), one line each.
    pub warnings: Vec<String>,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verb {
    /// <https://www.twilio.com/docs/voice/twiml/say>
    Say { text: String },
    /// <https://www.twilio.com/docs/voice/twiml/play>
    Play {
        url: String,
        /// `loop`; 0 is for ever.
        times: u64,
    },
    /// <https://www.twilio.com/docs/voice/twiml/pause>
    Pause { seconds: u64 },
    /// <https://www.twilio.com/docs/voice/twiml/dial>
    Dial(Dial),
    /// <https://www.twilio.com/docs/voice/twiml/enqueue>
    Enqueue(Enqueue),
    /// <https://www.twilio.com/docs/voice/twiml/redirect>
    Redirect { url: String },
    /// <https://www.twilio.com/docs/voice/twiml/hangup>
    Hangup,
    /// <https://www.twilio.com/docs/voice/twiml/reject>
    Reject { busy: bool },
    /// <https://www.twilio.com/docs/voice/twiml/leave>
    Leave,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dial {
    pub to: DialTo,
    /// Seconds; Twilio's default is 30.
    pub timeout_s: u64,
    pub caller_id: Option<String>,
    pub action: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DialTo {
    Conference {
        name: String,
        entry: Box<Entry>,
    },
    /// The first who answers is connected, the rest are cancelled.
    Phones(Vec<Phone>),
    /// Connects to whoever waits longest in that queue.
    Queue(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phone {
    /// `client:…`, `sip:…` or a number.
    pub address: String,
    pub parameters: Vec<(String, String)>,
    pub callback: Option<CallbackWish>,
}

/// A status callback that a document asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallbackWish {
    pub url: String,
    pub events: Vec<String>,
}

/// How a leg enters a conference (<https://www.twilio.com/docs/voice/twiml/conference>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub muted: bool,
    pub start_on_enter: bool,
    pub end_on_exit: bool,
    /// What he hears before the conference starts.
    pub wait: Tune,
    pub max_participants: usize,
    pub callback: Option<CallbackWish>,
    pub label: Option<String>,
}

impl Default for Entry {
    /// Twilio's defaults.
    fn default() -> Self {
        Self {
            muted: false,
            start_on_enter: true,
            end_on_exit: false,
            wait: Tune::Music,
            max_participants: MAX_PARTICIPANTS,
            callback: None,
            label: None,
        }
    }
}

/// `maxParticipants` allows 2 to 250 (<https://www.twilio.com/docs/voice/twiml/conference#attributes-maxparticipants>).
const MAX_PARTICIPANTS: usize = 250;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Enqueue {
    pub to: EnqueueTo,
    pub action: Option<String>,
    /// What he hears meanwhile.
    pub wait: Tune,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EnqueueTo {
    Workflow {
        sid: String,
        /// The text of `<Task>`: JSON.
        task: String,
        priority: Option<u64>,
        timeout_s: Option<u64>,
    },
    Queue(String),
}

/// Reads a document.
pub(super) fn parse(text: &str) -> Result<Document, TwimlError> {
    let root = xml::parse(text).map_err(TwimlError)?;
    if root.name != "Response" {
        return Err(TwimlError(format!(
            "the root is <{}>, not <Response>",
            root.name
        )));
    }
    let mut document = Document::default();
    for element in &root.children {
        match verb(element) {
            Ok(verb) => document.verbs.push(verb),
            Err(warning) => document.warnings.push(warning),
        }
    }
    Ok(document)
}

fn verb(element: &Element) -> Result<Verb, String> {
    match element.name.as_str() {
        "Say" => Ok(Verb::Say {
            text: element.text.trim().to_owned(),
        }),
        "Play" => Ok(Verb::Play {
            url: element.text.trim().to_owned(),
            times: number(element, "loop", 1),
        }),
        "Pause" => Ok(Verb::Pause {
            seconds: number(element, "length", 1),
        }),
        "Dial" => dial(element).map(Verb::Dial),
        "Enqueue" => enqueue(element).map(Verb::Enqueue),
        "Redirect" => Ok(Verb::Redirect {
            url: element.text.trim().to_owned(),
        }),
        "Hangup" => Ok(Verb::Hangup),
        "Reject" => Ok(Verb::Reject {
            busy: element.attribute("reason") == Some("busy"),
        }),
        "Leave" => Ok(Verb::Leave),
        unknown => Err(format!("<{unknown}> is not a verb that this account runs")),
    }
}

fn dial(element: &Element) -> Result<Dial, String> {
    Ok(Dial {
        to: dial_to(element)?,
        timeout_s: number(element, "timeout", 30),
        caller_id: owned(element, "callerId"),
        action: owned(element, "action"),
    })
}

fn dial_to(element: &Element) -> Result<DialTo, String> {
    let mut phones = Vec::new();
    for noun in &element.children {
        let text = noun.text.trim().to_owned();
        match noun.name.as_str() {
            "Conference" if text.is_empty() => return Err("<Conference> has no name".to_owned()),
            "Conference" => {
                return Ok(DialTo::Conference {
                    name: text,
                    entry: Box::new(entry(noun)),
                })
            }
            "Queue" => return Ok(DialTo::Queue(text)),
            "Client" => phones.push(client(noun, text)),
            "Number" | "Sip" => phones.push(Phone {
                address: text,
                parameters: Vec::new(),
                callback: callback(noun, &["completed"]),
            }),
            unknown => return Err(format!("<Dial> cannot contain <{unknown}>")),
        }
    }
    let text = element.text.trim();
    if !text.is_empty() {
        phones.push(Phone {
            address: text.to_owned(),
            parameters: Vec::new(),
            callback: None,
        });
    }
    if phones.iter().any(|phone| phone.address.is_empty()) || phones.is_empty() {
        return Err("<Dial> names nobody".to_owned());
    }
    Ok(DialTo::Phones(phones))
}

fn client(noun: &Element, text: String) -> Phone {
    let child = |name: &str| noun.children.iter().find(|child| child.name == name);
    let identity = child("Identity").map_or(text, |identity| identity.text.trim().to_owned());
    let parameters = noun
        .children
        .iter()
        .filter(|child| child.name == "Parameter")
        .filter_map(|parameter| {
            let name = parameter.attribute("name")?;
            let value = parameter.attribute("value")?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect();
    Phone {
        address: if identity.is_empty() {
            identity
        } else {
            format!("client:{identity}")
        },
        parameters,
        callback: callback(noun, &["completed"]),
    }
}

fn entry(noun: &Element) -> Entry {
    let default = Entry::default();
    Entry {
        muted: flag(noun, "muted", default.muted),
        start_on_enter: flag(noun, "startConferenceOnEnter", default.start_on_enter),
        end_on_exit: flag(noun, "endConferenceOnExit", default.end_on_exit),
        wait: wait(noun, "waitMethod"),
        max_participants: usize::try_from(number(noun, "maxParticipants", MAX_PARTICIPANTS as u64))
            .unwrap_or(MAX_PARTICIPANTS)
            .clamp(2, MAX_PARTICIPANTS),
        // Without `statusCallbackEvent` nothing is reported.
        callback: callback(noun, &[]),
        label: owned(noun, "participantLabel"),
    }
}

fn enqueue(element: &Element) -> Result<Enqueue, String> {
    let to = match element.attribute("workflowSid") {
        Some(workflow) => {
            let task = element.children.iter().find(|child| child.name == "Task");
            let given = |name: &str| task?.attribute(name)?.trim().parse().ok();
            EnqueueTo::Workflow {
                sid: workflow.to_owned(),
                task: task.map_or_else(|| "{}".to_owned(), |task| task.text.trim().to_owned()),
                priority: given("priority"),
                timeout_s: given("timeout"),
            }
        }
        None if element.text.trim().is_empty() => {
            return Err("<Enqueue> names neither a workflow nor a queue".to_owned())
        }
        None => EnqueueTo::Queue(element.text.trim().to_owned()),
    };
    Ok(Enqueue {
        to,
        action: owned(element, "action"),
        wait: wait(element, "waitUrlMethod"),
    })
}

/// `waitUrl`: none is Twilio's music, an empty one silence.
fn wait(element: &Element, method: &str) -> Tune {
    match element.attribute("waitUrl") {
        Some("") => Tune::Silence,
        Some(url) => Tune::Page {
            url: url.to_owned(),
            method: element
                .attribute(method)
                .and_then(Method::parse)
                .unwrap_or(Method::Post),
        },
        None => Tune::Music,
    }
}

fn callback(element: &Element, default_events: &[&str]) -> Option<CallbackWish> {
    let url = owned(element, "statusCallback").filter(|url| !url.is_empty())?;
    let events = match element.attribute("statusCallbackEvent") {
        Some(events) => events.split_whitespace().map(str::to_owned).collect(),
        None => default_events
            .iter()
            .map(|event| (*event).to_owned())
            .collect(),
    };
    Some(CallbackWish { url, events })
}

fn owned(element: &Element, name: &str) -> Option<String> {
    element.attribute(name).map(str::to_owned)
}

fn flag(element: &Element, name: &str, default: bool) -> bool {
    match element.attribute(name) {
        Some(value) => value.eq_ignore_ascii_case("true"),
        None => default,
    }
}

fn number(element: &Element, name: &str, default: u64) -> u64 {
    element
        .attribute(name)
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conference_with_every_attribute_is_read() {
        let document = parse(
            r#"<?xml version="1.0" encoding="UTF-8"?>
            <Response><Dial timeout="12"><Conference startConferenceOnEnter="false" endConferenceOnExit="true"
              muted="true" waitUrl="" maxParticipants="3" statusCallback="http://h/a?b=1&amp;c=2"
              statusCallbackEvent="join end">WT1 &amp; more</Conference></Dial></Response>"#,
        )
        .unwrap();
        let [Verb::Dial(dial)] = document.verbs.as_slice() else {
            panic!("{document:?}");
        };
        assert_eq!(dial.timeout_s, 12);
        let DialTo::Conference { name, entry } = &dial.to else {
            panic!("{dial:?}");
        };
        assert_eq!(name, "WT1 & more");
        assert!(entry.muted && entry.end_on_exit && !entry.start_on_enter);
        assert_eq!(entry.wait, Tune::Silence);
        assert_eq!(entry.max_participants, 3);
        let callback = entry.callback.clone().unwrap();
        assert_eq!(callback.url, "http://h/a?b=1&c=2");
        assert_eq!(callback.events, ["join", "end"]);
    }

    #[test]
    fn what_is_not_xml_or_not_twiml_is_a_parse_failure() {
        for text in [
            "",
            "hello",
            "<Response>",
            "<Response></Wrong>",
            "<html></html>",
            "{}",
            "<Response/><Response/>",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_unknown_verb_is_skipped_with_a_warning_and_the_rest_runs() {
        let document = parse("<Response><Dance/><Hangup/></Response>").unwrap();
        assert_eq!(document.verbs, [Verb::Hangup]);
        assert_eq!(document.warnings.len(), 1);
    }

    #[test]
    fn nesting_has_a_limit() {
        let deep = format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000));
        assert!(parse(&deep).is_err());
    }

    #[test]
    fn a_client_carries_its_parameters() {
        let document = parse(
            r#"<Response><Dial callerId="+15550100"><Client><Identity>bob</Identity><Parameter name="a" value="1"/></Client><Client>carol</Client></Dial></Response>"#,
        )
        .unwrap();
        let [Verb::Dial(Dial {
            to: DialTo::Phones(phones),
            ..
        })] = document.verbs.as_slice()
        else {
            panic!("{document:?}");
        };
        assert_eq!(phones[0].address, "client:bob");
        assert_eq!(phones[0].parameters, [("a".to_owned(), "1".to_owned())]);
        assert_eq!(phones[1].address, "client:carol");
    }

    #[test]
    fn enqueue_takes_the_task_as_it_stands() {
        let document = parse(
            r#"<Response><Enqueue workflowSid="WW1" action="/done" waitUrl="/wait" waitUrlMethod="GET"><Task priority="7" timeout="30">{"a":"&lt;b&gt;"}</Task></Enqueue></Response>"#,
        )
        .unwrap();
        assert_eq!(
            document.verbs,
            [Verb::Enqueue(Enqueue {
                to: EnqueueTo::Workflow {
                    sid: "WW1".to_owned(),
                    task: r#"{"a":"<b>"}"#.to_owned(),
                    priority: Some(7),
                    timeout_s: Some(30),
                },
                action: Some("/done".to_owned()),
                wait: Tune::Page {
                    url: "/wait".to_owned(),
                    method: Method::Get,
                },
            })]
        );
    }
}
