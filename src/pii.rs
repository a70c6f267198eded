//! Names, phone numbers and message bodies: shown to people, never to logs.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Personal data. Crosses the boundary as its content; prints as `<redacted>`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pii<T>(pub T);

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl Pii<String> {
    /// The text, for those who show it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Pii<String> {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_never_prints() {
        assert_eq!(format!("{:?}", Pii::from("Alice")), "<redacted>");
    }
}
