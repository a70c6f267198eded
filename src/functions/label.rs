//! How the parties of a call by conference are told apart in it.

use crate::ids::TaskSid;
use crate::twilio::attributes::Role;

/// A participant's `Label`, unique in its conference
/// (<https://www.twilio.com/docs/voice/api/conference-participant-resource#participant-properties>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// One of the two with whom it began.
    Of(Role),
    /// A party who was added: by his own task.
    Added(TaskSid),
}

impl Label {
    /// Reads one; of others, such as Flex's own, nothing is known.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "caller" => Some(Self::Of(Role::Caller)),
            "callee" => Some(Self::Of(Role::Callee)),
            task => TaskSid::parse(task).ok().map(Self::Added),
        }
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Of(role) => role.as_str(),
            Self::Added(task) => task.as_str(),
        }
    }
}
