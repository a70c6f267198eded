//! What TaskRouter refuses, and how Twilio says so.

use thiserror::Error;

/// Why a request was refused. Carries Twilio's code and HTTP status
/// (<https://www.twilio.com/docs/api/errors>).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RoutingError {
    /// The SID or path names nothing (<https://www.twilio.com/docs/api/errors/20404>).
    #[error("The requested resource {0} was not found")]
    NotFound(String),
    /// `If-Match` names another version (<https://www.twilio.com/docs/api/errors/20412>,
    /// <https://www.twilio.com/docs/usage/mutation-and-conflict-resolution>).
    #[error("ETag {given} does not match the current version {current}")]
    Precondition {
        /// What the request carried.
        given: String,
        /// The version that the resource has.
        current: u64,
    },
    /// The task cannot go there from where it is
    /// (<https://www.twilio.com/docs/taskrouter/lifecycle-task-state>).
    #[error("Cannot update task {task} to {to}: its assignment status is {from}")]
    IllegalTaskTransition {
        /// The task.
        task: String,
        /// Its status.
        from: &'static str,
        /// The status that was asked for.
        to: &'static str,
    },
    /// The reservation cannot go there from where it is
    /// (<https://www.twilio.com/docs/taskrouter/api/reservations>).
    #[error("Cannot update reservation {reservation} to {to}: its status is {from}")]
    IllegalReservationTransition {
        /// The reservation.
        reservation: String,
        /// Its status.
        from: &'static str,
        /// What was asked for.
        to: &'static str,
    },
    /// Nobody can listen in on an offer, or on a reservation that is over
    /// (<https://www.twilio.com/docs/api/errors/40146>).
    #[error(
        "Failed to issue Supervise instruction: the status of reservation {reservation} is {status}"
    )]
    NotSupervisable {
        /// The reservation.
        reservation: String,
        /// Its status.
        status: &'static str,
    },
    /// A parameter is missing or has a value that Twilio does not take
    /// (<https://www.twilio.com/docs/api/errors/20001>).
    #[error("{name}: {reason}")]
    InvalidParameter {
        /// The parameter, in Twilio's spelling.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl RoutingError {
    /// A parameter that Twilio does not take.
    pub fn invalid(name: &'static str, reason: impl Into<String>) -> Self {
        Self::InvalidParameter {
            name,
            reason: reason.into(),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound(_) => 404,
            Self::Precondition { .. } => 412,
            Self::IllegalTaskTransition { .. }
            | Self::IllegalReservationTransition { .. }
            | Self::NotSupervisable { .. }
            | Self::InvalidParameter { .. } => 400,
        }
    }

    /// Twilio's error code.
    #[must_use]
    pub fn code(&self) -> u32 {
        match self {
            Self::NotFound(_) => 20404,
            Self::Precondition { .. } => 20412,
            Self::NotSupervisable { .. } => 40146,
            Self::IllegalTaskTransition { .. }
            | Self::IllegalReservationTransition { .. }
            | Self::InvalidParameter { .. } => 20001,
        }
    }
}
