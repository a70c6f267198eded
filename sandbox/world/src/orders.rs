//! What passes between the two machines of the world.

use backline::ids::{CallSid, ConferenceSid, ContactUri, ReservationSid, TaskSid, WorkerSid};

/// Routing orders a leg to a worker, by an instruction on his reservation
/// (<https://www.twilio.com/docs/taskrouter/api/reservations>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialOrder {
    /// The reservation that the leg answers, or the one that is supervised.
    pub reservation: ReservationSid,
    /// Its task.
    pub task: TaskSid,
    /// The worker who is called.
    pub worker: WorkerSid,
    /// His phone.
    pub to: ContactUri,
    /// The caller id that he sees.
    pub from: String,
    /// What becomes of the leg once it is answered.
    pub instruction: Instruction,
    /// How long the phone rings, seconds.
    pub timeout_s: u64,
    /// What the Voice SDK gets as custom parameters of the call.
    pub parameters: Vec<(String, String)>,
}

/// What becomes of a leg once it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruction {
    /// `Instruction=call`: the leg runs the TwiML at `url`; `accept` accepts the reservation when the leg is answered.
    Call {
        /// Absolute URL of the TwiML.
        url: String,
        /// `CallAccept`.
        accept: bool,
        /// `CallStatusCallbackUrl`, if any.
        status_callback: Option<String>,
    },
    /// `Instruction=conference`: worker and customer meet in a conference named after the task; the reservation is
    /// accepted when the worker's leg is answered.
    Conference {
        /// The waiting customer's leg (`call_sid` of the task's attributes); absent on an outbound task whose
        /// customer is dialled (to the task's `outbound_to`) when the worker is in.
        customer: Option<CallSid>,
        /// Number that is dialled for an outbound task.
        outbound_to: Option<String>,
        /// `EndConferenceOnExit` of the worker.
        end_on_exit: bool,
        /// `EndConferenceOnCustomerExit`.
        end_on_customer_exit: bool,
        /// `ConferenceStatusCallback` and its events.
        status_callback: Option<(String, Vec<String>)>,
    },
    /// `Instruction=supervise` with `SupervisorMode=monitor`: the leg joins the task's conference, muted; the reservation
    /// stays as it is.
    Monitor,
}

/// A worker who has accepted a task is to be rung for its conference once more: by Flex's "Join Call", after his page crashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedLeg {
    /// His reservation, accepted.
    pub reservation: ReservationSid,
    /// Its task.
    pub task: TaskSid,
    /// The worker.
    pub worker: WorkerSid,
    /// His phone; what follows `?` are custom parameters.
    pub to: ContactUri,
    /// The caller id that he sees.
    pub from: String,
}

/// What telephony tells routing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallFact {
    /// The worker's leg exists (`worker_call_sid` may be written on the task).
    Dialled {
        reservation: ReservationSid,
        call: CallSid,
    },
    /// The worker's phone was answered.
    Answered {
        reservation: ReservationSid,
        call: CallSid,
    },
    /// It was not: busy, rejected, unanswered, cancelled or nobody registered.
    NotAnswered {
        reservation: ReservationSid,
        call: CallSid,
        cause: Cause,
    },
    /// The worker's answered leg is over.
    WorkerLegEnded {
        reservation: ReservationSid,
        call: CallSid,
    },
    /// A conference made by `Instruction=conference` exists (`conference.sid` may be written on the task).
    ConferenceStarted {
        task: TaskSid,
        conference: ConferenceSid,
    },
    /// A participant of such a conference came, changed or went: Flex's `participant.*` events.
    Participant {
        task: TaskSid,
        change: ParticipantChange,
        participant: ParticipantSnapshot,
    },
    /// The conference is over.
    ConferenceEnded {
        task: TaskSid,
        conference: ConferenceSid,
    },
    /// An inbound customer ran `<Enqueue workflowSid>`: make his task.
    Enqueued {
        call: CallSid,
        workflow: String,
        attributes: String,
        /// `<Task priority>`.
        priority: Option<u64>,
        /// `<Task timeout>`, seconds.
        timeout_s: Option<u64>,
    },
    /// He left the queue otherwise than by hanging up or to an agent: nobody is to have him.
    LeftQueue { call: CallSid },
    /// A queued or talking customer's leg is over before or after it was answered.
    CustomerLegEnded {
        call: CallSid,
        task: Option<TaskSid>,
    },
}

/// Why a leg was not answered (<https://www.twilio.com/docs/voice/api/call-resource#call-status-values>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// `busy`.
    Busy,
    /// `no-answer`.
    NoAnswer,
    /// `failed`: nobody is registered under that identity.
    Unreachable,
    /// `canceled`: taken back before it was answered.
    Canceled,
}

/// What happened to a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParticipantChange {
    /// He joined.
    Added,
    /// Hold or mute changed.
    Modified,
    /// He left.
    Removed,
}

/// What a participant is in his task's conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Anybody without a worker.
    Customer,
    /// The worker of a reservation.
    Agent,
    /// A worker who listens in.
    Supervisor,
}

/// A participant of a conference, as Flex's events and REST describe him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantSnapshot {
    /// His leg.
    pub call: CallSid,
    /// The conference.
    pub conference: ConferenceSid,
    /// What he is.
    pub part: Part,
    /// The worker, or `None` for a customer.
    pub worker: Option<WorkerSid>,
    /// The reservation that his leg answers.
    pub reservation: Option<ReservationSid>,
    /// On hold.
    pub hold: bool,
    /// Muted by the conference.
    pub muted: bool,
    /// Counts the conference's events.
    pub sequence: u64,
}
