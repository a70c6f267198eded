//! What the effects that are out were for.

use crate::{calls, dialpad, favourites, internal_call, waiting};
use serde::{Deserialize, Serialize};

/// What an effect was for: the machine that ordered it, and its own word for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// Ordered by [`dialpad`].
    Dialpad(dialpad::Purpose),
    /// Ordered by [`favourites`].
    Favourites(favourites::Purpose),
    /// Ordered by [`waiting`].
    Waiting(waiting::Purpose),
    /// Ordered by [`internal_call`].
    InternalCall(internal_call::Purpose),
    /// Ordered by [`calls`].
    Calls(calls::Purpose),
}

impl From<calls::Purpose> for Purpose {
    fn from(purpose: calls::Purpose) -> Self {
        Self::Calls(purpose)
    }
}

impl From<dialpad::Purpose> for Purpose {
    fn from(purpose: dialpad::Purpose) -> Self {
        Self::Dialpad(purpose)
    }
}

impl From<favourites::Purpose> for Purpose {
    fn from(purpose: favourites::Purpose) -> Self {
        Self::Favourites(purpose)
    }
}

impl From<waiting::Purpose> for Purpose {
    fn from(purpose: waiting::Purpose) -> Self {
        Self::Waiting(purpose)
    }
}

impl From<internal_call::Purpose> for Purpose {
    fn from(purpose: internal_call::Purpose) -> Self {
        Self::InternalCall(purpose)
    }
}
