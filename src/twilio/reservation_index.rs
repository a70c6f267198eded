//! Rows of Flex's index of reservations (`tr-reservation`): what each agent works on
//! (<https://www.twilio.com/docs/flex/developer/ui/manager#insightsclient>).

use super::lenient::lenient;
use crate::ids::WorkerSid;
use serde::{Deserialize, Serialize};

/// A row of the index, of which the core reads this much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawWork {
    /// Whose.
    #[serde(default, deserialize_with = "lenient")]
    pub worker_sid: Option<String>,
    /// How far it is.
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<String>,
    /// Of which channel: `voice`, `chat`.
    #[serde(default, deserialize_with = "lenient")]
    pub task_channel_unique_name: Option<String>,
}

impl RawWork {
    /// Who is on a call, if this is one.
    #[must_use]
    pub fn on_call(&self) -> Option<WorkerSid> {
        let is = |field: &Option<String>, text| field.as_deref() == Some(text);
        if is(&self.status, "accepted") && is(&self.task_channel_unique_name, "voice") {
            WorkerSid::parse(self.worker_sid.as_deref()?).ok()
        } else {
            None
        }
    }
}
