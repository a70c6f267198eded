//! What TaskRouter keeps of a transfer.

use crate::routing::model::Task;
use crate::routing::RoutingError;
use backline::ids::{QueueSid, ReservationSid, WorkerSid};
use backline::time::Millis;
use std::fmt;

/// `TT` and 32 hexadecimal digits (observed: twilio-taskrouter's own tests).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferSid(pub(super) u128);

/// The handing on of an accepted task, as it was asked for and what became of it.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Its SID.
    pub sid: TransferSid,
    /// Whether the initiator stays.
    pub mode: Mode,
    /// To whom.
    pub to: Target,
    /// What became of it.
    pub state: TransferState,
    /// The initiator's reservation.
    pub reservation: ReservationSid,
    /// The initiator.
    pub worker: WorkerSid,
    /// The queue that the task was in.
    pub queue: Option<QueueSid>,
    /// When it was asked for.
    pub created: Millis,
    /// When it last changed.
    pub updated: Millis,
}

/// `Mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The initiator stays until he leaves: a consult.
    Warm,
    /// The initiator goes at once.
    Cold,
}

/// `To`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One agent.
    Worker(WorkerSid),
    /// Whoever of that queue can take it.
    Queue(QueueSid),
}

/// The life of a transfer: only from the first to one of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferState {
    /// On its way.
    Initiated,
    /// Somebody accepted it.
    Complete,
    /// Nobody will.
    Failed {
        /// `transfer_failed_reason`.
        reason: &'static str,
    },
    /// The initiator took it back.
    Canceled,
}

impl TransferSid {
    /// Parses a transfer's SID.
    ///
    /// # Errors
    /// [`RoutingError::NotFound`] for anything else.
    pub fn parse(text: &str) -> Result<Self, RoutingError> {
        text.strip_prefix("TT")
            .filter(|digits| digits.len() == 32)
            .and_then(|digits| u128::from_str_radix(digits, 16).ok())
            .map(Self)
            .ok_or_else(|| crate::routing::unknown("Transfers", &text))
    }
}

impl fmt::Display for TransferSid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TT{:032x}", self.0)
    }
}

impl Mode {
    /// `transfer_mode`; absent is `WARM` (observed: twilio-taskrouter's own tests).
    ///
    /// # Errors
    /// [`RoutingError::InvalidParameter`] for another.
    pub fn parse(text: Option<&str>) -> Result<Self, RoutingError> {
        match text {
            None | Some("WARM") => Ok(Self::Warm),
            Some("COLD") => Ok(Self::Cold),
            Some(other) => Err(RoutingError::invalid(
                "Mode",
                format!("'{other}' is neither WARM nor COLD"),
            )),
        }
    }

    pub(in crate::routing) fn as_str(self) -> &'static str {
        match self {
            Self::Warm => "WARM",
            Self::Cold => "COLD",
        }
    }
}

impl Target {
    pub(in crate::routing) fn kind(&self) -> &'static str {
        match self {
            Self::Worker(_) => "WORKER",
            Self::Queue(_) => "QUEUE",
        }
    }

    pub(in crate::routing) fn as_str(&self) -> &str {
        match self {
            Self::Worker(worker) => worker.as_str(),
            Self::Queue(queue) => queue.as_str(),
        }
    }
}

impl TransferState {
    /// `transfer_status`: the words that twilio-taskrouter 2.1.1 (`TRANSFER_STATUS`) and flex-ui 2.17.1 read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Complete => "complete",
            Self::Failed { .. } => "failed",
            Self::Canceled => "canceled",
        }
    }
}

impl Task {
    /// The transfer that is on its way, if one is: no second one may begin.
    #[must_use]
    pub fn transfer_under_way(&self) -> Option<&Transfer> {
        self.transfers
            .iter()
            .find(|transfer| transfer.state == TransferState::Initiated)
    }

    pub(in crate::routing) fn transfer(&self, sid: TransferSid) -> Option<&Transfer> {
        self.transfers.iter().find(|transfer| transfer.sid == sid)
    }
}
