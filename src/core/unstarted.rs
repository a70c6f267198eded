//! The core before its first event.

use crate::effect::{Effect, Verdict};
use crate::event::Event;

/// Before the start the core knows nothing: Flex's own actions run.
pub(super) fn unstarted(event: &Event) -> Vec<Effect> {
    match event {
        Event::ActionRequested { token, .. } => {
            vec![Effect::Verdict {
                token: *token,
                verdict: Verdict::Pass,
            }]
        }
        Event::Started { .. }
        | Event::TabChosen { .. }
        | Event::FieldAppeared { .. }
        | Event::FieldOpened { .. }
        | Event::RetryPressed { .. }
        | Event::QueryTyped { .. }
        | Event::FiltersOpened { .. }
        | Event::FilterChosen { .. }
        | Event::FiltersCleared
        | Event::PersonChosen { .. }
        | Event::RowsShown { .. }
        | Event::FavouritePressed { .. }
        | Event::FavouriteMoved { .. }
        | Event::FavouritesChanged { .. }
        | Event::QueueChosen { .. }
        | Event::CallPressed
        | Event::CallBackPressed { .. }
        | Event::TellWhenFreePressed { .. }
        | Event::WaitCancelled { .. }
        | Event::DeclineChosen { .. }
        | Event::TransferPressed { .. }
        | Event::AddPressed { .. }
        | Event::PartyHoldPressed { .. }
        | Event::PartyRemovePressed { .. }
        | Event::EndForAllPressed { .. }
        | Event::PersonChanged { .. }
        | Event::PersonRemoved { .. }
        | Event::WorkTold { .. }
        | Event::ReservationChanged { .. }
        | Event::LegOffered { .. }
        | Event::LegOpened { .. }
        | Event::LegAudible { .. }
        | Event::LegMuted { .. }
        | Event::LegEnded { .. }
        | Event::ParticipantsChanged { .. }
        | Event::TaskSelected { .. }
        | Event::SwapPressed { .. }
        | Event::EndAndAnswerPressed { .. }
        | Event::LegRetryPressed { .. }
        | Event::ActionEnded { .. }
        | Event::Settled { .. }
        | Event::DeadlineReached => Vec::new(),
    }
}
