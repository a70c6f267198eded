//! What the panels show: plain data, one type per panel.

use crate::effect::{Notice, Unanswered};
use crate::event::{Callee, Facet, Tab};
use crate::ids::{ReservationSid, WorkerSid};
use crate::pii::Pii;
use crate::twilio::attributes::PartyState;
use serde::{Deserialize, Serialize};

/// The Call Agent / Call Queue panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct DialpadView {
    /// The tabs that are switched on, in order. Empty: no panel at all.
    pub tabs: Vec<Tab>,
    /// The tab in front.
    pub active: Tab,
    /// The field "Select an agent".
    pub agents: AgentField,
    /// The field "Select a queue".
    pub queues: QueueField,
    /// Whether the Call button can be pressed.
    pub can_call: bool,
    /// The line below: where the call is.
    pub call: CallLine,
    /// Below that: of whom the agent is told once they are free.
    pub waiting: WaitingView,
}

/// Colleagues of whom the agent is told once they are free.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct WaitingView {
    /// "Tell me when free" can be pressed for him: his call came to nothing because he is on another.
    pub offered: Option<Callee>,
    /// Who is waited for; each can be cancelled.
    pub colleagues: Vec<Callee>,
}

/// The field "Select an agent".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct AgentField {
    /// Whether there is a list, and why not.
    pub phase: Phase,
    /// The text in the field.
    pub query: Pii<String>,
    /// Those who match, best first; at most 50. While nothing is typed: group by group. They cross by themselves, packed
    /// ([`crate::packed`]).
    #[serde(skip)]
    pub rows: Vec<PersonRow>,
    /// Favourites who can be called by Ctrl or Cmd and a digit, whatever is typed.
    pub shortcuts: Vec<Shortcut>,
    /// Whether favourites and recent calls stay on this computer, as they cannot be kept at Twilio at present.
    pub stays_here: bool,
    /// Whether what those on the screen do cannot be checked at present: it may have changed.
    pub statuses_old: bool,
    /// Whether colleagues come by the functions at present, as Flex's own list of them failed.
    pub goes_round: bool,
    /// The filters, while they are open: of each facet that there is a value of.
    pub filters: Option<Vec<FilterRow>>,
    /// The values that are filtered by, whether the filters are open or not: who does not have them is not listed.
    pub filtered_by: Vec<String>,
    /// How many match altogether.
    pub matches: u32,
    /// How many are in the directory so far, whatever they do; in whole steps while it is being fetched, so that a
    /// screen reader is not told every moment.
    pub known: u32,
    /// Who is chosen.
    pub selected: Option<WorkerSid>,
    /// What is known of him, for the line below the field.
    pub about: Option<About>,
    /// Whether he could be rung; nothing, while that is not known.
    pub reachable: Option<Reachable>,
    /// For how many calls he has room, if he could be rung and that is known.
    pub room: Option<u32>,
}

/// What is known of the colleague who is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// His team; none is known of somebody whose attributes name none.
    pub team: Option<String>,
    /// His skills, likewise.
    pub skills: Vec<String>,
    /// Whether he takes calls.
    pub presence: Presence,
    /// The activity's own name, as the workspace calls it; empty while it is not known.
    pub activity: String,
    /// Since when, ISO 8601; known of whoever was chosen in the list.
    pub since: Option<String>,
}

/// A filter of the list of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct FilterRow {
    /// What it looks at.
    pub facet: Facet,
    /// What can be chosen, in alphabetical order; what is chosen is among it, even if nobody has it any more.
    pub values: Vec<String>,
    /// What is chosen.
    pub chosen: Option<String>,
}

/// A favourite who can be called by a digit: always the same, whoever is online.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Shortcut {
    /// 1 to 9.
    pub digit: u8,
    /// Whom it calls.
    pub callee: Callee,
}

/// The field "Select a queue".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct QueueField {
    /// Whether there is a list, and why not.
    pub phase: Phase,
    /// The text in the field.
    pub query: Pii<String>,
    /// Names that match, in alphabetical order; at most 50.
    pub rows: Vec<String>,
    /// Which is chosen.
    pub selected: Option<String>,
}

/// Whether a field has a list to offer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Phase {
    /// Never opened: nothing was fetched.
    Closed,
    /// Being fetched.
    Loading,
    /// There is a list.
    Ready,
    /// There is a list, and nothing in it matches.
    Empty,
    /// There is a list, and nothing in it, whatever is typed.
    Nobody,
    /// It could not be fetched; Retry fetches again.
    Failed {
        /// What was said.
        detail: String,
    },
}

/// Somebody who can be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct PersonRow {
    /// Who; named by his full name, or by the login of somebody who has none.
    pub callee: Callee,
    /// What of the name matches: start and end, UTF-16 units, in order and apart.
    pub name_marks: Vec<[u32; 2]>,
    /// What else was found of him; otherwise login or e-mail, where it says more than the name.
    pub detail: Option<Pii<String>>,
    /// What of that matches.
    pub detail_marks: Vec<[u32; 2]>,
    /// Whether he takes calls.
    pub presence: Presence,
    /// The activity's own name, as the workspace calls it.
    pub activity: String,
    /// Since when, ISO 8601; known of those on the screen only.
    pub since: Option<String>,
    /// How many calls he is on; known of those on the screen only, and where Flex lets the agent know.
    pub calls: Option<u32>,
    /// Whether he is a favourite.
    pub favourite: bool,
    /// Where he stands.
    pub group: Group,
}

/// A part of the list of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Group {
    /// The agent's favourites, in his order.
    Favourites,
    /// Those whom he called last, the newest first.
    Recent,
    /// Everybody else, or all who match what was typed.
    Everybody,
}

/// Whether somebody takes calls, by his activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Presence {
    /// In an activity that takes work.
    Available,
    /// In an activity that takes none.
    Unavailable,
    /// Known from an earlier time only: what he does now is not.
    Unknown,
}

/// Whether somebody could be rung, as far as was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Reachable {
    /// He has room for a call.
    Free,
    /// He takes work, and has no room for another call.
    Busy,
    /// He takes no work at present.
    Unavailable,
}

impl Reachable {
    /// The functions' word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
        }
    }

    /// Reads it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Free, Self::Busy, Self::Unavailable]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

/// Where the call is that the panel placed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum CallLine {
    /// No call.
    Idle,
    /// The call is being placed.
    Calling {
        /// Who is called.
        name: Pii<String>,
    },
    /// The callee's phone rings.
    Ringing {
        /// Who is called.
        name: Pii<String>,
    },
    /// They talk.
    Talking {
        /// Who was called.
        name: Pii<String>,
    },
    /// The callee did not take it.
    Unanswered {
        /// Who was called.
        name: Pii<String>,
        /// Why.
        why: Unanswered,
    },
    /// The caller hung up before it was taken.
    Cancelled {
        /// Who was called.
        name: Pii<String>,
    },
    /// The call is over.
    Ended {
        /// Who was called.
        name: Pii<String>,
    },
    /// It failed.
    Failed {
        /// Why, and what to do.
        notice: Notice,
    },
}

/// A call between agents, as its call canvas shows it besides Flex's own buttons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct CallView {
    /// The other party, or the queue that was called.
    pub name: Pii<String>,
    /// Where the call is, for him who placed it.
    pub line: Option<CallLine>,
    /// Whether it is on offer to this agent as the callee: he may decline with a reason.
    pub offered: bool,
    /// Whether he has accepted it, and is being connected.
    pub connecting: bool,
    /// The other party's hold, once the call is taken.
    pub hold: Option<HoldView>,
    /// Whether the other party put this agent on hold: he hears music, and nobody hears him.
    pub held_by_other: bool,
    /// Whether the other party's connection was lost, and he is waited for.
    pub other_lost: bool,
    /// Whether the other party can be transferred.
    pub transfer: Option<OrderView>,
    /// Who transferred the caller, if the call follows a transfer.
    pub transferred_by: Option<Pii<String>>,
    /// Who added this agent, if two talked before.
    pub added_by: Option<Pii<String>>,
    /// The others, where somebody was added.
    pub parties: Vec<PartyView>,
    /// Whether a colleague can be added.
    pub add: Option<OrderView>,
    /// Whether it is being ended for everybody.
    pub ending_for_all: bool,
}

/// Another party of a call of more than two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct PartyView {
    /// Names him to the core.
    pub label: String,
    /// What he is called; empty, if it is not known.
    pub name: Pii<String>,
    /// Whether he is there.
    pub state: PartyState,
    /// Whether he is being held, taken back or removed.
    pub changing: bool,
}

/// Where something is that is ordered by a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum OrderView {
    /// It can be ordered.
    Able,
    /// It is being done.
    Ordered,
}

/// Where the other party's hold is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum HoldView {
    /// Not on hold: "Hold" can be pressed.
    Off,
    /// Being put on hold.
    Holding,
    /// On hold: "Resume" can be pressed.
    On,
    /// Being taken back.
    Resuming,
}

/// All calls of the agent, and the offers that wait while he is in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct CallsView {
    /// In the order in which they came.
    pub rows: Vec<CallRow>,
    /// In the order in which they came.
    pub offers: Vec<OfferRow>,
}

/// A call that the agent has taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct CallRow {
    /// Its reservation; `None`: he listens in on a colleague.
    pub reservation: Option<ReservationSid>,
    /// Who calls, or is called.
    pub name: Pii<String>,
    /// Where it is.
    pub state: CallState,
    /// Whether he has muted himself on it.
    pub muted: bool,
    /// In the background since then, on the clock of `handle`.
    pub aside_since: Option<u64>,
    /// Whether "Swap" can be pressed.
    pub can_swap: bool,
}

/// Where a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum CallState {
    /// Its audio is being opened.
    Connecting,
    /// The one call on which he hears and is heard.
    Live,
    /// In the background; the others are being put on hold.
    Holding,
    /// In the background; the others hear music, or a colleague who shares the call.
    OnHold,
    /// In the background; somebody could not be put on hold yet, and hears nobody.
    NotHeld,
    /// Being taken back.
    Resuming,
    /// Its audio could not be opened: "Retry" or hang up.
    Failed,
}

/// A call on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct OfferRow {
    /// Its reservation.
    pub reservation: ReservationSid,
    /// Who calls.
    pub name: Pii<String>,
    /// Whether a colleague calls.
    pub internal: bool,
    /// On offer since then, on the clock of `handle`.
    pub since: u64,
    /// Whether he has accepted it already, and it takes its turn.
    pub accepted: bool,
}
