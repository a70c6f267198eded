//! A part of the state that most steps leave as it is: cloned by reference, hashed once.

use std::hash::{DefaultHasher, Hash, Hasher};
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
        let mut hasher = DefaultHasher::new();
        self.value.hash(&mut hasher);
        hasher.finish()
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
