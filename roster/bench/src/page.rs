//! What a search found, packed as the plugin packs its rows (`src/packed.rs`), but for what is not the engine's.
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

use backline_roster::{detail, Field, Index, Mark, ROWS};

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

impl Page {
    /// Those who match, as [`Index::search`] finds them.
    pub fn of(index: &Index, query: &str) -> Self {
        let found = index.search(query, &[], ROWS);
        let mut page = Page {
            numbers: Vec::with_capacity(2 + found.hits.len() * (ROW + 2)),
            text: String::with_capacity(found.hits.len() * 64),
        };
        page.numbers
            .extend([found.total as u32, found.hits.len() as u32]);
        let mut from = 0;
        for hit in &found.hits {
            let to = hit.marks_end as usize;
            page.row(
                index,
                hit.slot,
                found.marks.get(from..to).unwrap_or_default(),
            );
            from = to;
        }
        page
    }

    fn row(&mut self, index: &Index, slot: u32, marks: &[Mark]) {
        let (key, record, status) = index.at(slot);
        let status = index.statuses().get(usize::from(status));
        let (shown, detail) = detail(&record, marks).unzip();
        for shift in [96, 64, 32, 0] {
            self.numbers.push((key >> shift) as u32);
        }
        self.numbers
            .push(u32::from(status.is_some_and(|status| status.reachable)));
        self.add(record.name());
        self.add(detail.as_deref().unwrap_or_default());
        self.add(status.map_or("", |status| &status.name));
        self.add(&record.address());
        let of = |field| marks.iter().filter(move |mark| Some(mark.field) == field);
        let fields = [Some(Field::Name), shown];
        for field in fields {
            self.numbers.push(of(field).count() as u32);
        }
        for field in fields {
            self.numbers
                .extend(of(field).flat_map(|mark| [mark.start, mark.end]));
        }
    }

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
