//! A field that somebody else may have written: present and of its type, or as good as absent.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Field<T> {
    Of(T),
    #[allow(dead_code)] // swallows what is of another type
    Other(IgnoredAny),
}

/// `#[serde(default, deserialize_with = "lenient")]`: a value of another type becomes `None`.
pub(crate) fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(match Option::<Field<T>>::deserialize(deserializer)? {
        Some(Field::Of(value)) => Some(value),
        Some(Field::Other(_)) | None => None,
    })
}
