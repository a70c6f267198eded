//! A part of the state that most steps leave as it is: cloned by reference, hashed once.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Shared<T> {
    value: Arc<T>,
    /// `None`: changed since.
    hash: Option<u64>,
}

impl<T: Clone + Hash> Shared<T> {
    pub fn new(value: T) -> Self {
        let mut new = Self {
            value: Arc::new(value),
            hash: None,
        };
        new.seal();
        new
    }

    pub fn change(&mut self) -> &mut T {
        self.hash = None;
        Arc::make_mut(&mut self.value)
    }

    /// To be called after the last change.
    pub fn seal(&mut self) {
        if self.hash.is_none() {
            self.hash = Some(self.hashed());
        }
    }

    fn hashed(&self) -> u64 {
        let mut folding = Folding(0x243f_6a88_85a3_08d3);
        self.value.hash(&mut folding);
        folding.finish()
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Eq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Shared<T> {}

impl<T: Clone + Hash> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.unwrap_or_else(|| self.hashed()).hash(state);
    }
}

/// A hash by folded multiplication, which is quick also where nothing is optimized: most of the time goes here.
struct Folding(u64);

impl Folding {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product >> 64) as u64 ^ product as u64 ^ word.rotate_left(32);
    }
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.fold(u64::from_le_bytes(word.try_into().unwrap()));
        }
        let rest = words.remainder().iter();
        self.fold(rest.fold(1, |all, byte| all << 8 | u64::from(*byte)));
    }

    fn write_u8(&mut self, number: u8) {
        self.fold(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.fold(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.fold(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.fold(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.fold(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
