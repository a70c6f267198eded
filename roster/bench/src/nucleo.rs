//! nucleo-matcher, as Helix uses it, over the same texts.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32String};
use wasm_bindgen::prelude::*;

/// A list of texts, searched one after another.
#[wasm_bindgen]
pub struct Nucleo {
    matcher: Matcher,
    texts: Vec<Utf32String>,
}

#[wasm_bindgen]
impl Nucleo {
    /// One text a line.
    #[wasm_bindgen(constructor)]
    pub fn new(lines: &str) -> Self {
        Self {
            matcher: Matcher::new(Config::DEFAULT),
            texts: lines.lines().map(Utf32String::from).collect(),
        }
    }

    /// The best `want`: for each its number, how many letters match, and which.
    pub fn search(&mut self, query: &str, want: usize) -> Vec<u32> {
        let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
        let Self { matcher, texts } = self;
        let mut best: Vec<(u32, u32)> = Vec::new();
        for (text, number) in texts.iter().zip(0..) {
            if let Some(score) = pattern.score(text.slice(..), matcher) {
                best.push((score, number));
            }
        }
        let order = |a: &(u32, u32), b: &(u32, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        if best.len() > want {
            best.select_nth_unstable_by(want, order);
            best.truncate(want);
        }
        best.sort_unstable_by(order);
        let mut numbers = Vec::new();
        let mut letters = Vec::new();
        for (_, number) in best {
            letters.clear();
            if let Some(text) = texts.get(number as usize) {
                pattern.indices(text.slice(..), matcher, &mut letters);
            }
            letters.sort_unstable();
            letters.dedup();
            numbers.extend([number, letters.len() as u32]);
            numbers.extend(&letters);
        }
        numbers
    }
}
