//! What a search found, packed as the plugin packs its rows (`src/packed.rs`), but for what is not the engine's.
//!
//! Numbers: 1 if all texts kept are to be forgotten, how many match, how many rows follow; then for each row
//!
//! | numbers | are |
//! |---|---|
//! | 2 | what stands for its texts: another row, or the same with another text, has other numbers |
//! | 1 | 1: its texts follow in the text; 0: they came with an earlier page, and are kept |
//! | 4 | the digits of the worker SID, 32 bits each, the highest first |
//! | 2 | the number of his status; 1: reachable, 0: not |
//! | 3 | only if its texts follow: lengths, in UTF-16 units, of name, detail and contact address, in this order |
//! | 2 | how many marks of the name, and of the detail |
//! | 2 each | start and end of a mark, UTF-16 units |

use backline_roster::{detail, Field, Found, Index, Mark, ROWS};
use std::collections::HashSet;

/// A packed page of rows.
#[derive(Debug, Default)]
pub struct Page {
    /// As above.
    pub numbers: Vec<u32>,
    /// The texts that follow, one after another.
    pub text: String,
    /// Rows whose texts the page has.
    kept: HashSet<(u32, u32)>,
}

/// Rows whose texts are kept at most.
const KEPT: usize = 4_096;

impl Page {
    /// Those who match, as [`Index::search`] finds them.
    pub fn search(&mut self, index: &Index, query: &str) {
        let found = index.search(query, &[], ROWS);
        self.numbers.clear();
        self.text.clear();
        let forgets = self.kept.len() > KEPT;
        if forgets {
            self.kept.clear();
        }
        let head = [
            u32::from(forgets),
            found.total as u32,
            found.hits.len() as u32,
        ];
        self.numbers.extend(head);
        self.rows(index, &found);
    }

    fn rows(&mut self, index: &Index, found: &Found) {
        let mut from = 0;
        for hit in &found.hits {
            let to = hit.marks_end as usize;
            let marks = found.marks.get(from..to).unwrap_or_default();
            self.row(index, hit.slot, marks);
            from = to;
        }
    }

    fn row(&mut self, index: &Index, slot: u32, marks: &[Mark]) {
        let (key, record, status) = index.at(slot);
        let its = index.statuses().get(usize::from(status));
        // Which text the detail is follows from what is marked.
        let mut fields = marks.iter().map(|mark| mark.field);
        let shown = fields.find(|&field| field != Field::Name);
        let (place, moved) = index.edition(slot);
        let stands = (place, moved << 4 | shown.map_or(0, |field| field as u32));
        let new = self.kept.insert(stands);
        self.numbers.extend([stands.0, stands.1, u32::from(new)]);
        for shift in [96, 64, 32, 0] {
            self.numbers.push((key >> shift) as u32);
        }
        self.numbers.push(u32::from(status));
        self.numbers
            .push(u32::from(its.is_some_and(|status| status.reachable)));
        if new {
            let detail = detail(&record, marks);
            self.add(record.name());
            self.add(detail.as_ref().map_or("", |(_, text)| text));
            self.add(&record.address());
        }
        let of = |field| marks.iter().filter(move |mark| Some(mark.field) == field);
        for field in [Some(Field::Name), shown] {
            self.numbers.push(of(field).count() as u32);
        }
        for field in [Some(Field::Name), shown] {
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
