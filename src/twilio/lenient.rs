//! A field that somebody else may have written: present and of its type, or as good as absent.

use serde::{Deserialize, Deserializer};

/// `#[serde(default, deserialize_with = "lenient")]`: a value of another type becomes `None`.
///
/// For values that are there as a whole (a JavaScript object, a `serde_json::Value`) and not for text that is still
/// being parsed, which would go on in the middle of the value given up. Serde's own way, an untagged enum, takes a copy
/// of every value first.
pub(crate) fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(T::deserialize(deserializer).ok())
}
