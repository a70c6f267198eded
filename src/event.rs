//! Facts that go into the core, in the past tense.
//!
//! Outside data arrives here in its raw shape ([`crate::twilio`]) and is parsed before anything decides on it.

use crate::error::Failure;
use crate::ids::{CallSid, ContactUri, ReservationSid, TaskSid, WorkerSid};
use crate::pii::Pii;
use crate::twilio::attributes::DeclineReason;
use crate::twilio::colleague::RawColleague;
use crate::twilio::configuration::{RawActivity, RawConfiguration, RawMe};
use crate::twilio::participant::RawParticipant;
use crate::twilio::reservation::RawReservation;
use crate::twilio::reservation_index::RawWork;
use crate::twilio::worker_index::RawPerson;
use serde::{Deserialize, Serialize};

/// Names an effect to its answer: a slot and its generation. Unknown, stale and repeated ids are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct EffectId(pub u32);

/// Names a Flex action that waits for its verdict; chosen by the shell, unique while the action waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ActionToken(pub u32);

/// A fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    /// The plugin started, or the core was rebuilt. Sent once, before anything else.
    Started {
        /// `manager.serviceConfiguration`, as it is.
        configuration: RawConfiguration,
        /// The agent who uses this Flex.
        me: RawMe,
        /// The workspace's activities (`flex.worker.activities`).
        activities: Vec<RawActivity>,
        /// Names this tab, by a number drawn when it opened: other tabs of the agent leave the calls alone that it places.
        #[serde(default)]
        tab: Option<String>,
        /// Legs that this tab had when its page went: it was reloaded, or it crashed.
        #[serde(default)]
        lost: Vec<CallSid>,
        /// What the time was at the zero of the clock of `handle` (`performance.timeOrigin`), milliseconds since 1970.
        #[serde(default)]
        origin: Option<u64>,
    },
    /// A tab of the panel was chosen.
    TabChosen {
        /// Which.
        tab: Tab,
    },
    /// The field of a tab appeared: the panel was opened, or its tab chosen.
    FieldAppeared {
        /// Which tab's field.
        tab: Tab,
        /// Whether there is nothing in it. Otherwise it spells who is chosen.
        empty: bool,
    },
    /// The field of a tab was opened or focused. The first time fetches what it offers.
    FieldOpened {
        /// Which tab's field.
        tab: Tab,
    },
    /// "Retry" of a failed list was pressed.
    RetryPressed {
        /// Which tab's list.
        tab: Tab,
    },
    /// The text in a field changed: a selection that it does not spell is gone.
    QueryTyped {
        /// Which tab's field.
        tab: Tab,
        /// All of the text.
        text: Pii<String>,
    },
    /// The filters of the list of people were opened, or closed.
    FiltersOpened {
        /// Which of it.
        open: bool,
    },
    /// A value of a filter was chosen.
    FilterChosen {
        /// What it looks at.
        facet: Facet,
        /// Out of its list; nothing: any.
        #[serde(default)]
        value: Option<String>,
    },
    /// All filters were taken off.
    FiltersCleared,
    /// A person was chosen from the list.
    PersonChosen {
        /// Who, from the row.
        callee: Callee,
    },
    /// These rows of the list of people are on the screen.
    RowsShown {
        /// Whose, from above; nobody: the list is closed.
        workers: Vec<WorkerSid>,
    },
    /// Somebody's star was pressed: he becomes a favourite, or is none any more.
    FavouritePressed {
        /// Whose.
        worker: WorkerSid,
    },
    /// A favourite was moved by a place.
    FavouriteMoved {
        /// Which.
        worker: WorkerSid,
        /// To the front, or to the end.
        up: bool,
    },
    /// In the agent's own Sync map something changed, by another machine or tab of his.
    FavouritesChanged {
        /// The items' data, each with its key as `worker`.
        colleagues: Vec<RawColleague>,
    },
    /// A queue was chosen from the list.
    QueueChosen {
        /// Its friendly name, from the row.
        queue: String,
    },
    /// The panel's Call button was pressed (or Enter, with somebody chosen).
    CallPressed,
    /// "Call back" of a missed call was pressed, or "Call" of a colleague who is free now.
    CallBackPressed {
        /// Who is called.
        callee: Callee,
    },
    /// "Tell me when free" was pressed: a colleague is waited for who was on a call.
    TellWhenFreePressed {
        /// Whom the agent called.
        callee: Callee,
    },
    /// He is not waited for any more.
    WaitCancelled {
        /// Who.
        worker: WorkerSid,
    },
    /// The callee declines and says why, instead of Flex's own button.
    DeclineChosen {
        /// Which call.
        reservation: ReservationSid,
        /// Why.
        reason: DeclineReason,
    },
    /// "Transfer now" was pressed: the other party is transferred to whoever is chosen on the panel.
    TransferPressed {
        /// Which call.
        reservation: ReservationSid,
    },
    /// "Add to the call" was pressed: whoever is chosen on the panel is called into it.
    AddPressed {
        /// Which call.
        reservation: ReservationSid,
    },
    /// "Hold" or "Resume" was pressed, of one party of several.
    PartyHoldPressed {
        /// Which call.
        reservation: ReservationSid,
        /// Which party: [`PartyView::label`](crate::view::PartyView::label).
        label: String,
        /// On hold, or not.
        on: bool,
    },
    /// "Remove" was pressed, of one party of several.
    PartyRemovePressed {
        /// Which call.
        reservation: ReservationSid,
        /// Which party.
        label: String,
    },
    /// "End for all" was pressed.
    EndForAllPressed {
        /// Which call.
        reservation: ReservationSid,
    },
    /// Somebody in the worker index came or changed (live query).
    PersonChanged {
        /// The row's data.
        person: RawPerson,
    },
    /// Somebody left the worker index (live query).
    PersonRemoved {
        /// The row's key.
        worker: WorkerSid,
    },
    /// What some of those on the screen work on at present, all of it (live query).
    WorkTold {
        /// Who.
        workers: Vec<WorkerSid>,
        /// The rows' data; nothing, if it cannot be known.
        #[serde(default)]
        work: Option<Vec<RawWork>>,
    },
    /// A Flex action was invoked that concerns the core. The verdict is among the effects of this very call.
    ActionRequested {
        /// Comes back with the verdict.
        token: ActionToken,
        /// Which action.
        action: FlexAction,
        /// `payload.sid` or `payload.task.sid`: a reservation SID, whatever Flex was given.
        #[serde(default)]
        sid: Option<String>,
        /// `payload.task.taskSid`, if the payload carried a task.
        #[serde(default)]
        task_sid: Option<String>,
        /// `payload.targetSid`: which participant.
        #[serde(default)]
        target: Option<String>,
    },
    /// A reservation came (also at start: those that exist), or it or its task changed, in any way.
    ReservationChanged {
        /// All of it.
        reservation: RawReservation,
    },
    /// A leg of this agent's rings (the Voice SDK's `incoming`), on Flex's own device.
    LegOffered {
        /// `call.parameters.CallSid`.
        leg: CallSid,
        /// The reservation that it is for, if Twilio says so.
        #[serde(default)]
        reservation: Option<ReservationSid>,
        /// Whether Flex answers it by itself, or its device is busy with another.
        offered: Offered,
    },
    /// A leg was answered and its media path is up (`accept`), on whichever device.
    LegOpened {
        /// Which.
        leg: CallSid,
    },
    /// The first packet of a leg's audio is here (`unmute` of its remote track).
    LegAudible {
        /// Which.
        leg: CallSid,
    },
    /// The agent muted himself on a leg, or is back (`mute`).
    LegMuted {
        /// Which.
        leg: CallSid,
        /// `call.isMuted()`.
        muted: bool,
    },
    /// A leg is over (`disconnect`, `cancel`, `reject`, `error`).
    LegEnded {
        /// Which.
        leg: CallSid,
        /// What was said, if it broke.
        #[serde(default)]
        detail: Option<String>,
    },
    /// Who is in the conference of a task changed.
    ParticipantsChanged {
        /// Whose.
        reservation: ReservationSid,
        /// Everybody, also those who have left.
        participants: Vec<RawParticipant>,
    },
    /// Another task is selected in Flex, or none.
    TaskSelected {
        /// Its reservation.
        #[serde(default)]
        reservation: Option<ReservationSid>,
    },
    /// "Swap" was pressed: this call becomes the live one.
    SwapPressed {
        /// Which call.
        reservation: ReservationSid,
    },
    /// "End & answer" was pressed: the live call is hung up, and this offer accepted.
    EndAndAnswerPressed {
        /// Which offer.
        reservation: ReservationSid,
    },
    /// "Retry" was pressed on a call whose audio could not be opened.
    LegRetryPressed {
        /// Which call.
        reservation: ReservationSid,
    },
    /// A Flex action that the core was asked about, and that ran, is over.
    ActionEnded {
        /// The action.
        token: ActionToken,
        /// Why it failed, if it did.
        #[serde(default)]
        failure: Option<Failure>,
    },
    /// An effect that has an id is over.
    Settled {
        /// Which effect.
        id: EffectId,
        /// How it went.
        outcome: Outcome,
    },
    /// The time told by `next_deadline` is here.
    DeadlineReached,
}

/// How an effect went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Outcome {
    /// It was done, with nothing to tell.
    Done,
    /// `CreateTask`: the task's SID.
    TaskCreated {
        /// The caller's task.
        task: TaskSid,
    },
    /// `Http`: the server answered (any status).
    Answered {
        /// HTTP status.
        status: u16,
        /// What it said: the `message` of a JSON answer, or another as it is; no more than fits on a notification.
        message: String,
        /// Its word for it, the `code` of a JSON answer, if it has one.
        #[serde(default)]
        code: Option<String>,
    },
    /// `LoadDirectory`: those in the index at present; changes follow as events of their own. `LoadPeople`, `ListPeople`:
    /// the next of the workspace's workers. `WatchPeople`: their rows at present; changes follow.
    People {
        /// The rows' data.
        people: Vec<RawPerson>,
        /// If there are more: `LoadPeople`: the last of them; `ListPeople`: `next` of the answer.
        #[serde(default)]
        next: Option<String>,
    },
    /// `LoadQueues`: all queues' friendly names, in any order; `ListQueues`: of those that can be called.
    Queues {
        /// The names.
        queues: Vec<String>,
    },
    /// `RestoreFavourites`, `OpenFavourites`: what was kept, or what the map holds.
    Favourites {
        /// The items' data, each with its key as `worker`.
        colleagues: Vec<RawColleague>,
    },
    /// It failed.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// The Flex actions that the core is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum FlexAction {
    /// `AcceptTask`.
    AcceptTask,
    /// `RejectTask`.
    RejectTask,
    /// `HoldCall`.
    HoldCall,
    /// `UnholdCall`.
    UnholdCall,
    /// `HangupCall`.
    HangupCall,
    /// `UnholdParticipant`.
    UnholdParticipant,
}

/// What becomes of a leg that rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Offered {
    /// Flex's own device answers it.
    ByFlex,
    /// Flex's own device is busy, and another can take it by its connect token.
    Forwardable,
    /// Flex's own device is busy, and nobody can take it.
    Nowhere,
}

/// The panel's tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Tab {
    /// "Call Agent".
    Agent,
    /// "Call Queue".
    Queue,
}

/// What a filter of the list of people looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Facet {
    /// What somebody does at present.
    Status,
    /// His team.
    Team,
    /// His skills.
    Skill,
}

impl Facet {
    /// In the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Status, Self::Team, Self::Skill];
}

/// A person who can be called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Callee {
    /// His worker.
    pub worker: WorkerSid,
    /// His phone.
    pub contact_uri: ContactUri,
    /// His name.
    pub name: Pii<String>,
}
