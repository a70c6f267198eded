//! What a search found, packed: one text and one list of numbers cross to JavaScript far quicker than fifty objects.
//!
//! Numbers: how many match, how many rows follow; then for each row
//!
//! | numbers | are |
//! |---|---|
//! | 4 | the digits of the worker SID, 32 bits each, the highest first |
//! | 1 | 1: reachable; 0: not |
//! | 4 | lengths, in UTF-16 units, of name, detail, activity and contact address in the text, in this order |
//! | 2 | how many marks of the name, and of the detail |
//! | 2 each | start and end of a mark, UTF-16 units |

use super::highlight::{Field, Mark};
use super::index::Index;
use super::query::Filter;
use super::record::Record;
use std::borrow::Cow;

/// A packed page of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// As above.
    pub numbers: Vec<u32>,
    /// The texts of all rows, one after another.
    pub text: String,
}

/// Numbers of a row without its marks.
const ROW: usize = 11;

impl Index {
    /// Those who match, as [`Index::search`] finds them, packed.
    #[must_use]
    pub fn page(&self, query: &str, clicked: &[Filter], want: usize) -> Page {
        let found = self.search(query, clicked, want);
        let mut page = Page {
            numbers: Vec::with_capacity(2 + found.hits.len() * (ROW + 2)),
            text: String::with_capacity(found.hits.len() * 64),
        };
        page.numbers
            .extend([found.total as u32, found.hits.len() as u32]);
        let mut from = 0;
        for hit in &found.hits {
            let to = hit.marks_end as usize;
            self.pack(
                hit.slot,
                found.marks.get(from..to).unwrap_or_default(),
                &mut page,
            );
            from = to;
        }
        page
    }

    fn pack(&self, slot: u32, marks: &[Mark], page: &mut Page) {
        let (key, record, status) = self.at(slot);
        let status = self.statuses().get(usize::from(status));
        let (shown, detail) = detail(&record, marks).unzip();
        for shift in [96, 64, 32, 0] {
            page.numbers.push((key >> shift) as u32);
        }
        page.numbers
            .push(u32::from(status.is_some_and(|status| status.reachable)));
        page.add(record.name());
        page.add(detail.as_deref().unwrap_or_default());
        page.add(status.map_or("", |status| &status.name));
        page.add(&record.address());
        let of = |field| marks.iter().filter(move |mark| Some(mark.field) == field);
        let fields = [Some(Field::Name), shown];
        for field in fields {
            page.numbers.push(of(field).count() as u32);
        }
        for field in fields {
            page.numbers
                .extend(of(field).flat_map(|mark| [mark.start, mark.end]));
        }
    }
}

impl Page {
    fn add(&mut self, text: &str) {
        let length = if text.is_ascii() {
            text.len()
        } else {
            text.encode_utf16().count()
        };
        self.numbers.push(length as u32);
        self.text.push_str(text);
    }
}

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
