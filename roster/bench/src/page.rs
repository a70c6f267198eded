//! What a search found, packed: numbers, and one text.
//!
//! Texts that came with an earlier page are kept where they were put, and do not come again, unless [`Page::keeps`] is off: all
//! follow then each time, as the plugin packs its rows (`src/packed.rs`).
//!
//! Numbers: how many match, how many rows follow; then for each row
//!
//! | numbers | are |
//! |---|---|
//! | 1 | where its texts are kept |
//! | 1 | 1: they follow in the text, and are put there; 0: they are there |
//! | 4 | the digits of the worker SID, 32 bits each, the highest first |
//! | 2 | the number of his status; 1: reachable, 0: not |
//! | 3 | only if its texts follow: lengths, in UTF-16 units, of name, detail and contact address, in this order |
//! | 2 | how many marks of the name, and of the detail |
//! | 2 each | start and end of a mark, UTF-16 units |

use backline_roster::{detail, Field, Index, Mark, ROWS};

/// Places for rows' texts.
const PLACES: usize = 4_096;

/// A packed page of rows.
#[derive(Debug)]
pub struct Page {
    /// As above.
    pub numbers: Vec<u32>,
    /// The texts that follow, one after another.
    pub text: String,
    /// Whether texts are kept.
    pub keeps: bool,
    /// What stands for the texts that are kept, by place.
    kept: Vec<Texts>,
}

/// Stands for a row's texts: the record's edition, and which text is its detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Texts {
    edition: (u32, u32),
    detail: Option<Field>,
}

impl Default for Page {
    fn default() -> Self {
        let nobody = Texts {
            edition: (u32::MAX, u32::MAX),
            detail: None,
        };
        Self {
            numbers: Vec::new(),
            text: String::new(),
            keeps: true,
            kept: vec![nobody; PLACES],
        }
    }
}

impl Page {
    /// Those who match, as [`Index::search`] finds them.
    pub fn search(&mut self, index: &Index, query: &str) {
        let found = index.search(query, &[], ROWS);
        self.numbers.clear();
        self.text.clear();
        self.numbers
            .extend([found.total as u32, found.hits.len() as u32]);
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
        let mut fields = marks.iter().map(|mark| mark.field);
        let shown = fields.find(|&field| field != Field::Name);
        let texts = Texts {
            edition: index.edition(slot),
            detail: shown,
        };
        let place = slot as usize % PLACES;
        let kept = self.kept.get_mut(place).filter(|_| self.keeps);
        let new = match kept {
            Some(kept) if *kept == texts => false,
            Some(kept) => {
                *kept = texts;
                true
            }
            None => true,
        };
        self.numbers.extend([place as u32, u32::from(new)]);
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
