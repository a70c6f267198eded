//! The search engine in a browser, bound as the plugin binds it; directories to search, and who should be found.
//!
//! Agents cross as text: one a line, fields parted by U+001F, skills by U+001E.

#![allow(missing_docs)]

mod nucleo;
mod page;
mod source;

use backline_roster::{Entry, Index, Status, ROWS};
use page::Page;
use wasm_bindgen::prelude::*;

const FIELD: char = '\u{1f}';
const SKILL: char = '\u{1e}';

/// The engine, alone in its memory.
#[wasm_bindgen]
pub struct Engine {
    index: Index,
    page: Page,
}

#[wasm_bindgen]
impl Engine {
    /// Of nobody. `statuses`: one a line, each a name and `1` if those in it take calls; `hidden` is not listed.
    #[wasm_bindgen(constructor)]
    pub fn new(statuses: &str, hidden: &str) -> Self {
        let statuses = statuses.lines().map(|line| {
            let (name, reachable) = line.split_once(FIELD).unwrap_or((line, ""));
            Status {
                name: name.to_owned(),
                reachable: reachable == "1",
                hidden: name == hidden,
            }
        });
        Self {
            index: Index::new(None, statuses.collect()),
            page: Page::default(),
        }
    }

    /// These came or changed.
    pub fn put(&mut self, lines: &str) {
        let mut skills = Vec::new();
        for line in lines.lines() {
            let mut fields = line.split(FIELD);
            let mut next = || fields.next().unwrap_or_default();
            let (key, status) = (next(), next());
            let [name, login, email, team] = [next(), next(), next(), next()];
            skills.clear();
            skills.extend(next().split(SKILL));
            let entry = Entry {
                key: u128::from_str_radix(key, 16).unwrap_or_default(),
                name,
                login,
                email,
                team,
                skills: &skills,
                extension: next(),
                address: next(),
            };
            self.index.put(&entry, status.parse().unwrap_or_default());
        }
    }

    /// The same, settling when it is time: as the plugin does with single changes.
    pub fn change(&mut self, line: &str) {
        self.put(line);
        if self.index.wants_merging() {
            self.index.settle_all();
        }
    }

    /// A step of settling; whether all is settled.
    pub fn settle(&mut self) -> bool {
        self.index.settle()
    }

    /// Somebody's status; his key is four numbers, the highest first.
    pub fn status(&mut self, a: u32, b: u32, c: u32, d: u32, status: u16) -> bool {
        let key = [a, b, c, d]
            .into_iter()
            .fold(0, |key, part| key << 32 | u128::from(part));
        self.index.set_status(key, status)
    }

    /// Whether texts that came with an earlier page are left out.
    pub fn keep(&mut self, keeps: bool) {
        self.page.keeps = keeps;
    }

    /// Searches; how many numbers the page has. They are in this module's memory, from [`Self::numbers`] on.
    pub fn search(&mut self, query: &str) -> usize {
        self.page.search(&self.index, query);
        self.page.numbers.len()
    }

    /// Where the page's numbers are.
    pub fn numbers(&self) -> *const u32 {
        self.page.numbers.as_ptr()
    }

    /// Whether texts follow.
    pub fn has_text(&self) -> bool {
        !self.page.text.is_empty()
    }

    /// The texts that follow.
    pub fn text(&self) -> String {
        self.page.text.clone()
    }

    /// All that a search finds, as [`source::Source::expected`] gives it.
    pub fn found(&self, query: &str) -> Vec<u32> {
        let found = self.index.search(query, &[], ROWS);
        let mut numbers = vec![found.total as u32];
        let mut from = 0;
        for hit in &found.hits {
            let to = hit.marks_end as usize;
            let marks = found.marks.get(from..to).unwrap_or_default();
            source::pack(self.index.at(hit.slot).0, hit.cost, marks, &mut numbers);
            from = to;
        }
        numbers
    }

    pub fn snapshot(&mut self) -> Vec<u8> {
        self.index.snapshot()
    }

    /// What [`Self::snapshot`] wrote; nothing of other bytes.
    pub fn restore(bytes: &[u8]) -> Option<Engine> {
        let index = Index::restore(bytes, None).ok()?;
        Some(Self {
            index,
            page: Page::default(),
        })
    }

    /// Memory that the index holds, bytes.
    pub fn bytes(&self) -> usize {
        self.index.bytes()
    }
}
