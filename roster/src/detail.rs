//! What stands below somebody's name.

use super::highlight::{Field, Mark};
use super::record::Record;
use std::borrow::Cow;

/// What stands below the name: what the query found besides it, or else the e-mail address or the login, where it says
/// more than the name.
#[must_use]
pub fn detail<'a>(record: &Record<'a>, marks: &[Mark]) -> Option<(Field, Cow<'a, str>)> {
    let found = marks
        .iter()
        .map(|mark| mark.field)
        .find(|&field| field != Field::Name);
    if let Some(field) = found {
        return Some((field, record.text(field)));
    }
    [Field::Email, Field::Login].into_iter().find_map(|field| {
        let text = record.text(field);
        (!text.is_empty() && text != record.name()).then_some((field, text))
    })
}
