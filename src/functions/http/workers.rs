//! TaskRouter's list of workers, page by page (<https://www.twilio.com/docs/taskrouter/api/worker>).

use super::super::order::Answer;
use super::super::PageMark;
use super::{encode, list};
use crate::ids::WorkerSid;
use crate::twilio::worker_index::{RawPerson, RawWorkerAttributes};
use serde_json::Value;

/// Each of a page is then asked for by himself, at the same time, within what Twilio's accounts may ask at once
/// (<https://www.twilio.com/docs/api/errors/20429>): others have work there too.
const PAGE_SIZE: u32 = 25;

/// Only what Twilio itself named is added: `next_page_url` is never followed.
pub(super) fn url(workspace: &str, page: Option<&PageMark>) -> String {
    let first = format!("{workspace}/Workers?PageSize={PAGE_SIZE}");
    page.map_or(first.clone(), |mark| {
        format!(
            "{first}&Page={}&PageToken={}",
            mark.page,
            encode(&mark.token)
        )
    })
}

pub(super) fn answer(json: &Value) -> Option<Answer> {
    let people = list(json, "workers", person)?;
    let next = match json.get("meta")?.get("next_page_url") {
        None | Some(Value::Null) => None,
        Some(url) => Some(mark(url.as_str()?)?),
    };
    Some(Answer::Workers { people, next })
}

/// One worker by himself: whose attributes are not there, or are none, has none.
pub(super) fn one(json: &Value) -> Option<Answer> {
    let mut person = person(json)?;
    person.attributes.get_or_insert_default();
    let people = vec![person];
    Some(Answer::Workers { people, next: None })
}

/// As a row of the worker index: of his attributes only what is read of such a row.
fn person(one: &Value) -> Option<RawPerson> {
    let text = |key: &str| one.get(key).and_then(Value::as_str).map(str::to_owned);
    let sid = WorkerSid::parse(&text("sid")?).ok()?;
    let attributes = text("attributes").map(|json| {
        let read = serde_json::from_str::<RawWorkerAttributes>(&json);
        read.unwrap_or_default()
    });
    Some(RawPerson {
        worker_sid: Some(sid.to_string()),
        friendly_name: text("friendly_name").map(crate::pii::Pii),
        activity_name: text("activity_name"),
        worker_activity_sid: text("activity_sid"),
        date_activity_changed: None,
        attributes,
    })
}

fn mark(url: &str) -> Option<PageMark> {
    let (_, query) = url.split_once('?')?;
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let token = decode(value("PageToken")?)?;
    PageMark::parse(&format!("{}.{token}", value("Page").unwrap_or("0")))
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}
