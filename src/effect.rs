//! Orders that come out of the core. Each that has an answer carries an [`EffectId`].

mod notice;

pub use notice::{Notice, Place, Unanswered};

use crate::calls::Audio;
use crate::event::{ActionToken, EffectId};
use crate::ids::{ActivitySid, CallSid, QueueSid, ReservationSid, TaskSid, WorkerSid, WorkflowSid};
use crate::pii::Pii;
use crate::twilio::attributes::{CallerAttributes, OutboundAttributes};
use crate::twilio::colleague::Colleague;
use serde::{Deserialize, Serialize};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Effect {
    /// What becomes of a Flex action. No answer.
    Verdict {
        /// The action that asked.
        token: ActionToken,
        /// What becomes of it.
        verdict: Verdict,
    },
    /// Make the caller's task with the TaskRouter SDK's `createTask`. Answer: `TaskCreated`.
    CreateTask {
        /// For the answer.
        id: EffectId,
        /// What to create.
        order: Box<TaskOrder>,
    },
    /// Invoke Flex's own `StartOutboundCall` action. Answer: `Done`; the task comes as a reservation.
    StartOutboundCall {
        /// For the answer.
        id: EffectId,
        /// What to call.
        order: Box<OutboundOrder>,
    },
    /// Invoke Flex's own `TransferTask`, warm: the colleague is offered the task, and this agent stays in the call. Answer:
    /// `Done`, once TaskRouter has begun.
    TransferTask {
        /// For the answer.
        id: EffectId,
        /// Whose reservation.
        reservation: ReservationSid,
        /// To whom.
        to: TransferTarget,
    },
    /// `reservation.call(from, url, {accept: true})`. Answer: `Done`.
    CallWorker {
        /// For the answer.
        id: EffectId,
        /// Whose reservation.
        reservation: ReservationSid,
        /// Caller id.
        from: Pii<String>,
        /// TwiML of the answered leg.
        url: String,
        /// `statusCallbackUrl`: where Twilio tells that the leg is over.
        status_callback: String,
    },
    /// Invoke Flex's own `AcceptTask` action, so that other plugins' listeners run. Answer: `Done`.
    AcceptTask {
        /// For the answer.
        id: EffectId,
        /// Which reservation.
        reservation: ReservationSid,
    },
    /// Invoke Flex's own `SelectTask` action: the call comes on screen. Answer: `Done`.
    SelectTask {
        /// For the answer.
        id: EffectId,
        /// Which reservation.
        reservation: ReservationSid,
    },
    /// Reject a reservation with the TaskRouter SDK, without asking the core again. Answer: `Done`.
    RejectReservation {
        /// For the answer.
        id: EffectId,
        /// Which reservation.
        reservation: ReservationSid,
    },
    /// Invoke Flex's own `CompleteTask` action on a task in wrap-up. Answer: `Done`.
    CompleteTask {
        /// For the answer.
        id: EffectId,
        /// Which reservation.
        reservation: ReservationSid,
        /// Its task.
        task: TaskSid,
    },
    /// POST a form to Backline's functions, with the agent's Flex token added as `Token`. Answer: `Answered`.
    Http {
        /// For the answer.
        id: EffectId,
        /// What to send.
        request: HttpRequest,
    },
    /// Read what the last start kept of this agent's directory, and give it to the core's `restoreDirectory`. Answer:
    /// `Done`; a failure changes nothing.
    RestoreDirectory {
        /// For the answer.
        id: EffectId,
    },
    /// Open the live query on Flex's worker index (`tr-worker`), and ask it once for those who are not in that activity.
    /// Answer: `People`, the first of both; then events, of everybody.
    LoadDirectory {
        /// For the answer.
        id: EffectId,
        /// Those in it are not there.
        offline: Option<ActivitySid>,
    },
    /// Fetch some of the workspace's workers, whatever they do, in the order of Twilio's list. Answer: `People`, in no
    /// more than one page.
    LoadPeople {
        /// For the answer.
        id: EffectId,
        /// The last one of those fetched before; nobody: from the beginning.
        after: Option<WorkerSid>,
    },
    /// The same by Backline's functions, as the other failed: POST a form as [`Effect::Http`] does. Answer: `People`, a page.
    ListPeople {
        /// For the answer.
        id: EffectId,
        /// What to send.
        request: HttpRequest,
    },
    /// Open a live query of these workers' rows, at most 29, in place of the one before; of nobody: close that. Answer:
    /// `People`; then events.
    WatchPeople {
        /// For the answer.
        id: EffectId,
        /// Whose.
        workers: Vec<WorkerSid>,
    },
    /// Call the core's `settleDirectory` while the page has nothing better to do, until it says that it is done. Answer:
    /// `Done`.
    SettleDirectory {
        /// For the answer.
        id: EffectId,
    },
    /// Keep the core's `directorySnapshot` for this agent's next start. No answer.
    SaveDirectory,
    /// Read this agent's favourites as this computer keeps them. Answer: `Favourites`, or `Done` if it keeps none; a failure
    /// changes nothing.
    RestoreFavourites {
        /// For the answer.
        id: EffectId,
    },
    /// Merge this into what the computer keeps (the core's `mergeFavourites`), in one step: other tabs do so too. No answer.
    KeepFavourites {
        /// All of the list.
        colleagues: Vec<Colleague>,
    },
    /// Open this agent's own Sync map, make it if need be, and read all of it. Answer: `Favourites`; then events, of every
    /// change that is not made here.
    OpenFavourites {
        /// For the answer.
        id: EffectId,
        /// Whose: the map is named after him.
        owner: WorkerSid,
    },
    /// Merge this into its item in the open map, by its revision: whoever changes it at the same time is merged too.
    /// Answer: `Done`.
    WriteFavourite {
        /// For the answer.
        id: EffectId,
        /// What to write; the key is its `worker`.
        colleague: Colleague,
        /// How long the item lasts unless it is written again, seconds; 0: for ever.
        ttl: u32,
    },
    /// Fetch the queues that can be called from Backline's functions: POST a form as [`Effect::Http`] does. Answer: `Queues`.
    ListQueues {
        /// For the answer.
        id: EffectId,
        /// What to send.
        request: HttpRequest,
    },
    /// Fetch all task queues, every page, as the other failed. Answer: `Queues`.
    LoadQueues {
        /// For the answer.
        id: EffectId,
    },
    /// Give the agent's ear and his microphone to these legs, and to no other, in one step, at once: by the remote and
    /// local tracks, so that his own mute stays as it is. A leg has neither from its creation. No answer.
    SetAudio {
        /// Which.
        audio: Audio,
    },
    /// Open a device of its own for a leg that rings on Flex's busy one, and connect it by its connect token. Answer:
    /// `Done`, once it is connecting.
    ForwardLeg {
        /// For the answer.
        id: EffectId,
        /// Which.
        leg: CallSid,
    },
    /// Put this leg into Flex's phone state, on which its call controls act; without one, take it out. No answer.
    ShowLeg {
        /// Which.
        leg: Option<CallSid>,
    },
    /// Hang up a leg by which Flex listens in on a colleague; one that Flex does not monitor by is left as it is. No answer.
    EndListening {
        /// Which.
        leg: CallSid,
    },
    /// Let the conference of a reservation go on when this agent's leg ends, whatever Flex has ordered of it. No answer.
    KeepConference {
        /// Which.
        reservation: ReservationSid,
    },
    /// Flex's own `HoldParticipant`, or `UnholdParticipant`, without asking the core. Answer: `Done`.
    HoldParticipant {
        /// For the answer.
        id: EffectId,
        /// Whose conference.
        reservation: ReservationSid,
        /// `targetSid`.
        participant: String,
        /// `participantType`.
        participant_type: String,
        /// On, or off.
        hold: bool,
    },
    /// Invoke Flex's own `HangupCall` on a call. Answer: `Done`.
    HangUp {
        /// For the answer.
        id: EffectId,
        /// Which.
        reservation: ReservationSid,
    },
    /// Tell the agent on screen, as a Flex notification. No answer.
    Notify {
        /// What to tell.
        notice: Notice,
    },
    /// If the tab is hidden, tell the agent by a desktop notification that an internal call rings. No answer.
    NotifyRinging {
        /// Who calls.
        from: Pii<String>,
        /// To be selected when the notification is clicked.
        reservation: ReservationSid,
    },
    /// A panel's view changed: fetch it again. No answer.
    ViewChanged {
        /// Which.
        panel: Panel,
    },
}

/// What becomes of a Flex action.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Verdict {
    /// Flex's own action runs.
    Pass,
    /// Flex's own `AcceptTask` runs, for a conference that goes on when this agent's leg ends.
    Outliving {
        /// Where Twilio tells who leaves it.
        status_callback: String,
    },
    /// Flex's own `AcceptTask` runs, with this caller id for the agent's own leg.
    From {
        /// `conferenceOptions.from`.
        from: Pii<String>,
    },
    /// Flex's own `AcceptTask` runs, for a conference that goes on when the party leaves whom Flex takes for the customer.
    Staying,
    /// Flex's own `HangupCall` runs, once the conference is to end with this agent's leg; or all the same, if that fails.
    Ending,
    /// Nothing runs: the action resolves at once (what it asks for is under way already).
    Ignore,
    /// The core's effect runs in its place; the action resolves or rejects with that effect.
    Replace {
        /// The effect, among those of the same call.
        until: EffectId,
    },
}

/// What `createTask` creates.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct TaskOrder {
    /// First argument: the callee's contact URI, or the queue's name.
    pub to: Pii<String>,
    /// Second argument: the caller's contact URI.
    pub from: Pii<String>,
    /// Third argument.
    pub workflow: WorkflowSid,
    /// Fourth argument.
    pub queue: QueueSid,
    /// `options.attributes`.
    pub attributes: CallerAttributes,
    /// `options.taskChannelUniqueName`.
    pub task_channel: String,
}

/// To whom a task is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TransferTarget {
    /// A colleague.
    Worker {
        /// Who.
        worker: WorkerSid,
    },
    /// Whoever of a queue takes it.
    Queue {
        /// Its name.
        queue: String,
    },
}

/// What `StartOutboundCall` calls
/// (<https://www.twilio.com/docs/flex/developer/ui/actions-framework-library-of-actions>).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct OutboundOrder {
    /// `app:<SID of a TwiML application>?<parameters>`, or a phone number or SIP address.
    pub destination: Pii<String>,
    /// `queueSid`.
    pub queue: QueueSid,
    /// `taskAttributes`.
    pub attributes: OutboundAttributes,
}

/// A POST to Backline's functions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct HttpRequest {
    /// Absolute URL.
    pub url: String,
    /// Form fields, in order.
    pub form: Vec<(String, String)>,
}

/// A panel whose view may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Panel {
    /// The Call Agent / Call Queue panel: `dialpad_view`.
    Dialpad,
    /// What stands in the call canvas of calls between agents: `call_view`.
    Call,
    /// The strip of all calls: `calls_view`.
    Calls,
}
