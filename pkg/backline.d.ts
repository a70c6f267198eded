/* tslint:disable */
/* eslint-disable */
/**
 * <https://www.twilio.com/docs/taskrouter/api/reservations#reservation-status-values>
 */
export type ReservationStatus = "pending" | "accepted" | "rejected" | "timeout" | "canceled" | "rescinded" | "wrapping" | "completed" | "gone";

/**
 * A POST to Backline's functions.
 */
export interface HttpRequest {
    /**
     * Absolute URL.
     */
    url: string;
    /**
     * Form fields, in order.
     */
    form: [string, string][];
}

/**
 * A TaskRouter workspace.
 */
export type WorkspaceSid = string;

/**
 * A TwiML application: what answers calls that are made to it.
 */
export type ApplicationSid = string;

/**
 * A call between agents, as its call canvas shows it besides Flex's own buttons.
 */
export interface CallView {
    /**
     * The other party, or the queue that was called.
     */
    name: Pii<string>;
    /**
     * Where the call is, for him who placed it.
     */
    line: CallLine | undefined;
    /**
     * Whether it is on offer to this agent as the callee: he may decline with a reason.
     */
    offered: boolean;
    /**
     * Whether he has accepted it, and is being connected.
     */
    connecting: boolean;
    /**
     * The other party's hold, once the call is taken.
     */
    hold: HoldView | undefined;
    /**
     * Whether the other party put this agent on hold: he hears music, and nobody hears him.
     */
    heldByOther: boolean;
    /**
     * Whether the other party's connection was lost, and he is waited for.
     */
    otherLost: boolean;
    /**
     * Whether the other party can be transferred.
     */
    transfer: OrderView | undefined;
    /**
     * Who transferred the caller, if the call follows a transfer.
     */
    transferredBy: Pii<string> | undefined;
    /**
     * Who added this agent, if two talked before.
     */
    addedBy: Pii<string> | undefined;
    /**
     * The others, where somebody was added.
     */
    parties: PartyView[];
    /**
     * Whether a colleague can be added.
     */
    add: OrderView | undefined;
    /**
     * Whether it is being ended for everybody.
     */
    endingForAll: boolean;
}

/**
 * A call on offer.
 */
export interface OfferRow {
    /**
     * Its reservation.
     */
    reservation: ReservationSid;
    /**
     * Who calls.
     */
    name: Pii<string>;
    /**
     * Whether a colleague calls.
     */
    internal: boolean;
    /**
     * On offer since then, on the clock of `handle`.
     */
    since: number;
    /**
     * Whether he has accepted it already, and it takes its turn.
     */
    accepted: boolean;
}

/**
 * A call that the agent has taken.
 */
export interface CallRow {
    /**
     * Its reservation; `None`: he listens in on a colleague.
     */
    reservation: ReservationSid | undefined;
    /**
     * Who calls, or is called.
     */
    name: Pii<string>;
    /**
     * Where it is.
     */
    state: CallState;
    /**
     * Whether he has muted himself on it.
     */
    muted: boolean;
    /**
     * In the background since then, on the clock of `handle`.
     */
    asideSince: number | undefined;
    /**
     * Whether "Swap" can be pressed.
     */
    canSwap: boolean;
}

/**
 * A conference: legs that hear each other.
 */
export type ConferenceSid = string;

/**
 * A copy of the list, as it was read.
 */
export type RawColleagues = RawColleague[];

/**
 * A copy of the list.
 */
export type Colleagues = Colleague[];

/**
 * A fact.
 */
export type Event = { kind: "started"; configuration: RawConfiguration; me: RawMe; activities: RawActivity[]; tab?: string | undefined; lost?: CallSid[]; origin?: number | undefined } | { kind: "tabChosen"; tab: Tab } | { kind: "fieldAppeared"; tab: Tab; empty: boolean } | { kind: "fieldOpened"; tab: Tab } | { kind: "retryPressed"; tab: Tab } | { kind: "queryTyped"; tab: Tab; text: Pii<string> } | { kind: "filtersOpened"; open: boolean } | { kind: "filterChosen"; facet: Facet; value?: string | undefined } | { kind: "filtersCleared" } | { kind: "personChosen"; callee: Callee } | { kind: "rowsShown"; workers: WorkerSid[] } | { kind: "favouritePressed"; worker: WorkerSid } | { kind: "favouriteMoved"; worker: WorkerSid; up: boolean } | { kind: "favouritesChanged"; colleagues: RawColleague[] } | { kind: "queueChosen"; queue: string } | { kind: "callPressed" } | { kind: "callBackPressed"; callee: Callee } | { kind: "tellWhenFreePressed"; callee: Callee } | { kind: "waitCancelled"; worker: WorkerSid } | { kind: "declineChosen"; reservation: ReservationSid; reason: DeclineReason } | { kind: "transferPressed"; reservation: ReservationSid } | { kind: "addPressed"; reservation: ReservationSid } | { kind: "partyHoldPressed"; reservation: ReservationSid; label: string; on: boolean } | { kind: "partyRemovePressed"; reservation: ReservationSid; label: string } | { kind: "endForAllPressed"; reservation: ReservationSid } | { kind: "personChanged"; person: RawPerson } | { kind: "personRemoved"; worker: WorkerSid } | { kind: "workTold"; workers: WorkerSid[]; work?: RawWork[] | undefined } | { kind: "actionRequested"; token: ActionToken; action: FlexAction; sid?: string | undefined; taskSid?: string | undefined; target?: string | undefined } | { kind: "reservationChanged"; reservation: RawReservation } | { kind: "legOffered"; leg: CallSid; reservation?: ReservationSid | undefined; offered: Offered } | { kind: "legOpened"; leg: CallSid } | { kind: "legAudible"; leg: CallSid } | { kind: "legMuted"; leg: CallSid; muted: boolean } | { kind: "legEnded"; leg: CallSid; detail?: string | undefined } | { kind: "participantsChanged"; reservation: ReservationSid; participants: RawParticipant[] } | { kind: "taskSelected"; reservation?: ReservationSid | undefined } | { kind: "swapPressed"; reservation: ReservationSid } | { kind: "endAndAnswerPressed"; reservation: ReservationSid } | { kind: "legRetryPressed"; reservation: ReservationSid } | { kind: "actionEnded"; token: ActionToken; failure?: Failure | undefined } | { kind: "settled"; id: EffectId; outcome: Outcome } | { kind: "deadlineReached" };

/**
 * A favourite who can be called by a digit: always the same, whoever is online.
 */
export interface Shortcut {
    /**
     * 1 to 9.
     */
    digit: number;
    /**
     * Whom it calls.
     */
    callee: Callee;
}

/**
 * A filter of the list of people.
 */
export interface FilterRow {
    /**
     * What it looks at.
     */
    facet: Facet;
    /**
     * What can be chosen, in alphabetical order; what is chosen is among it, even if nobody has it any more.
     */
    values: string[];
    /**
     * What is chosen.
     */
    chosen: string | undefined;
}

/**
 * A kind of work, with a capacity per worker: voice, chat …
 */
export type ChannelSid = string;

/**
 * A panel whose view may change.
 */
export type Panel = "dialpad" | "call" | "calls";

/**
 * A part of the list of people.
 */
export type Group = "favourites" | "recent" | "everybody";

/**
 * A party of a call of more than two, as its tasks tell it.
 */
export interface CallParty {
    /**
     * His participant's label: `caller`, `callee`, or the task of one who was added.
     */
    label: string;
    /**
     * What he is called; empty, if it is not known (a queue was called).
     */
    name: Pii<string>;
    /**
     * Whether he is there.
     */
    state: PartyState;
}

/**
 * A person who can be called.
 */
export interface Callee {
    /**
     * His worker.
     */
    worker: WorkerSid;
    /**
     * His phone.
     */
    contactUri: ContactUri;
    /**
     * His name.
     */
    name: Pii<string>;
}

/**
 * A port as a text or a number.
 */
export type RawPort = number | string;

/**
 * A reservation of this agent, whatever its task.
 */
export interface RawReservation {
    /**
     * `reservation.sid`.
     */
    sid: ReservationSid;
    /**
     * `reservation.task.sid`.
     */
    taskSid: TaskSid;
    /**
     * `reservation.status`.
     */
    status: ReservationStatus;
    /**
     * `reservation.timeout`, seconds: how long TaskRouter offers the task before it applies the workspace's
     * TimeoutActivity.
     */
    timeout?: number | undefined;
    /**
     * `reservation.dateCreated`, milliseconds since the Unix epoch by TaskRouter's clock.
     */
    created?: number | undefined;
    /**
     * `reservation.task.dateCreated`, likewise.
     */
    taskCreated?: number | undefined;
    /**
     * `reservation.task.age`, seconds: when TaskRouter told of it.
     */
    taskAge?: number | undefined;
    /**
     * `reservation.task.taskChannelUniqueName`: `voice`, `chat` …
     */
    channel?: string | undefined;
    /**
     * `reservation.task.reason`: why the task was cancelled, in the words of whoever did it
     * (<https://www.twilio.com/docs/taskrouter/js-sdk-v2/task>).
     */
    reason?: string | undefined;
    /**
     * Whether it comes of a transfer: `reservation.transfer`
     * (<https://twilio.github.io/twilio-taskrouter.js/Reservation.html>).
     */
    transferred?: boolean | undefined;
    /**
     * The transfer that this agent asked for last: `task.transfers.outgoing`.
     */
    outgoing?: RawTransfer | undefined;
    /**
     * `reservation.task.attributes`.
     */
    attributes?: RawTaskAttributes | undefined;
}

/**
 * A row of the index, of which the core reads this much.
 */
export interface RawPerson {
    /**
     * The row's key.
     */
    worker_sid?: string | undefined;
    /**
     * The worker's friendly name: his login.
     */
    friendly_name?: Pii<string> | undefined;
    /**
     * What he does at present.
     */
    activity_name?: string | undefined;
    /**
     * The same as a SID.
     */
    worker_activity_sid?: string | undefined;
    /**
     * Since when, ISO 8601.
     */
    date_activity_changed?: string | undefined;
    /**
     * His attributes.
     */
    attributes?: RawWorkerAttributes | undefined;
}

/**
 * A row of the index, of which the core reads this much.
 */
export interface RawWork {
    /**
     * Whose.
     */
    worker_sid?: string | undefined;
    /**
     * How far it is.
     */
    status?: string | undefined;
    /**
     * Of which channel: `voice`, `chat`.
     */
    task_channel_unique_name?: string | undefined;
}

/**
 * A task queue.
 */
export type QueueSid = string;

/**
 * A task's attributes, of which the core reads this much.
 */
export interface RawTaskAttributes {
    /**
     * Marks a call between agents.
     */
    client_call?: boolean | undefined;
    /**
     * The address that was called.
     */
    to?: Pii<string> | undefined;
    /**
     * The caller's contact URI.
     */
    from?: Pii<string> | undefined;
    /**
     * The other party's name; on a task that both have, the callee's.
     */
    name?: Pii<string> | undefined;
    /**
     * The caller's name.
     */
    fromName?: Pii<string> | undefined;
    /**
     * Queue that is called.
     */
    callToQueue?: string | undefined;
    /**
     * TaskRouter's note of the worker's own leg.
     */
    worker_call_sid?: string | undefined;
    /**
     * TaskRouter's note of the conference that its `conference` instruction made.
     */
    conference?: RawConference | undefined;
    /**
     * Our own part.
     */
    internal_call?: InternalCall | undefined;
}

/**
 * A transfer that this agent asked for (<https://twilio.github.io/twilio-taskrouter.js/OutgoingTransfer.html>).
 */
export interface RawTransfer {
    /**
     * `status`: `initiated`, `complete`, `failed`, `canceled`.
     */
    status: string;
    /**
     * `transferFailedReason`, in Twilio's words.
     */
    reason?: string | undefined;
}

/**
 * A unit of work.
 */
export type TaskSid = string;

/**
 * A workflow: which task goes to which queue.
 */
export type WorkflowSid = string;

/**
 * All calls of the agent, and the offers that wait while he is in one.
 */
export interface CallsView {
    /**
     * In the order in which they came.
     */
    rows: CallRow[];
    /**
     * In the order in which they came.
     */
    offers: OfferRow[];
}

/**
 * An account.
 */
export type AccountSid = string;

/**
 * An activity of the workspace.
 */
export interface RawActivity {
    /**
     * Its SID.
     */
    sid: ActivitySid;
    /**
     * Its name.
     */
    name: string;
    /**
     * Whether workers in it take work.
     */
    available: boolean;
}

/**
 * An agent as TaskRouter knows him.
 */
export type WorkerSid = string;

/**
 * An effect that failed: the rejected promise, in the terms that the core can act on.
 */
export interface Failure {
    /**
     * HTTP status, if an HTTP answer said so.
     */
    status?: number | undefined;
    /**
     * What the SDK, the server or the browser said; shown to the agent behind our own sentence.
     */
    message: string;
}

/**
 * An offer of a task to a worker, and what became of it.
 */
export type ReservationSid = string;

/**
 * An order.
 */
export type Effect = { kind: "verdict"; token: ActionToken; verdict: Verdict } | { kind: "createTask"; id: EffectId; order: TaskOrder } | { kind: "startOutboundCall"; id: EffectId; order: OutboundOrder } | { kind: "transferTask"; id: EffectId; reservation: ReservationSid; to: TransferTarget } | { kind: "callWorker"; id: EffectId; reservation: ReservationSid; from: Pii<string>; url: string; statusCallback: string } | { kind: "acceptTask"; id: EffectId; reservation: ReservationSid } | { kind: "selectTask"; id: EffectId; reservation: ReservationSid } | { kind: "rejectReservation"; id: EffectId; reservation: ReservationSid } | { kind: "completeTask"; id: EffectId; reservation: ReservationSid; task: TaskSid } | { kind: "http"; id: EffectId; request: HttpRequest } | { kind: "restoreDirectory"; id: EffectId } | { kind: "loadDirectory"; id: EffectId; offline: ActivitySid | undefined } | { kind: "loadPeople"; id: EffectId; after: WorkerSid | undefined } | { kind: "listPeople"; id: EffectId; request: HttpRequest } | { kind: "watchPeople"; id: EffectId; workers: WorkerSid[] } | { kind: "settleDirectory"; id: EffectId } | { kind: "saveDirectory" } | { kind: "restoreFavourites"; id: EffectId } | { kind: "keepFavourites"; colleagues: Colleague[] } | { kind: "openFavourites"; id: EffectId; owner: WorkerSid } | { kind: "writeFavourite"; id: EffectId; colleague: Colleague; ttl: number } | { kind: "listQueues"; id: EffectId; request: HttpRequest } | { kind: "loadQueues"; id: EffectId } | { kind: "setAudio"; audio: Audio } | { kind: "forwardLeg"; id: EffectId; leg: CallSid } | { kind: "showLeg"; leg: CallSid | undefined } | { kind: "endListening"; leg: CallSid } | { kind: "keepConference"; reservation: ReservationSid } | { kind: "holdParticipant"; id: EffectId; reservation: ReservationSid; participant: string; participantType: string; hold: boolean } | { kind: "hangUp"; id: EffectId; reservation: ReservationSid } | { kind: "notify"; notice: Notice } | { kind: "notifyRinging"; from: Pii<string>; reservation: ReservationSid } | { kind: "viewChanged"; panel: Panel };

/**
 * Another party of a call of more than two.
 */
export interface PartyView {
    /**
     * Names him to the core.
     */
    label: string;
    /**
     * What he is called; empty, if it is not known.
     */
    name: Pii<string>;
    /**
     * Whether he is there.
     */
    state: PartyState;
    /**
     * Whether he is being held, taken back or removed.
     */
    changing: boolean;
}

/**
 * As it was read: anybody who may write to the map may have written it.
 */
export interface RawColleague {
    /**
     * The item's key.
     */
    worker?: string | undefined;
    /**
     * See [`Colleague`].
     */
    favourite?: number | undefined;
    /**
     * See [`Colleague`].
     */
    changedAt?: number | undefined;
    /**
     * See [`Colleague`].
     */
    calledAt?: number | undefined;
}

/**
 * Attributes of a worker.
 */
export interface RawWorkerAttributes {
    /**
     * Where his phone is.
     */
    contact_uri?: string | undefined;
    /**
     * His name.
     */
    full_name?: Pii<string> | undefined;
    /**
     * His e-mail address.
     */
    email?: Pii<string> | undefined;
    /**
     * His team, as Flex Insights has it
     * (<https://www.twilio.com/docs/flex/developer/insights/enhance-integration>).
     */
    team_name?: string | undefined;
    /**
     * What he can do (<https://www.twilio.com/docs/flex/admin-guide/setup/taskrouter/skills>).
     */
    routing?: RawRouting | undefined;
    /**
     * His extension, where a project keeps one.
     */
    extension?: Pii<string> | undefined;
    /**
     * His telephone number, as Flex Insights has it.
     */
    phone?: Pii<string> | undefined;
}

/**
 * Colleagues of whom the agent is told once they are free.
 */
export interface WaitingView {
    /**
     * "Tell me when free" can be pressed for him: his call came to nothing because he is on another.
     */
    offered: Callee | undefined;
    /**
     * Who is waited for; each can be cancelled.
     */
    colleagues: Callee[];
}

/**
 * How an effect went.
 */
export type Outcome = { kind: "done" } | { kind: "taskCreated"; task: TaskSid } | { kind: "answered"; status: number; message: string; code?: string | undefined } | { kind: "people"; people: RawPerson[]; next?: string | undefined } | { kind: "queues"; queues: string[] } | { kind: "favourites"; colleagues: RawColleague[] } | { kind: "failed"; failure: Failure };

/**
 * How far a call got. From `Ringing` it moves once to any of the others, and stays there.
 */
export type Progress = "ringing" | "answered" | "declined" | "busy" | "busy_notify" | "glare" | "no_answer" | "unavailable" | "not_connected";

/**
 * Milliseconds, either since an epoch that the caller chose (a moment) or between two moments (a span).
 */
export type Millis = number;

/**
 * Names a Flex action that waits for its verdict; chosen by the shell, unique while the action waits.
 */
export type ActionToken = number;

/**
 * Names an effect to its answer: a slot and its generation. Unknown, stale and repeated ids are ignored.
 */
export type EffectId = number;

/**
 * One leg of a call.
 */
export type CallSid = string;

/**
 * Somebody in the conference of a task.
 */
export interface RawParticipant {
    /**
     * As Flex's actions address him: a worker by his SID, somebody who was added (`external`) by his participant SID,
     * the customer by his call SID.
     */
    target: string;
    /**
     * `callSid`: his leg.
     */
    call?: string | undefined;
    /**
     * `participantType`: `customer`, `worker`, `supervisor`, `external`, or `transfer`: not there yet, but on offer to him.
     */
    kind: string;
    /**
     * Whether he is this agent.
     */
    me: boolean;
    /**
     * Whether he is in the conference, and has not left it.
     */
    joined: boolean;
    /**
     * Whether he hears music.
     */
    onHold: boolean;
}

/**
 * Somebody who can be called.
 */
export interface PersonRow {
    /**
     * Who; named by his full name, or by the login of somebody who has none.
     */
    callee: Callee;
    /**
     * What of the name matches: start and end, UTF-16 units, in order and apart.
     */
    nameMarks: [number, number][];
    /**
     * What else was found of him; otherwise login or e-mail, where it says more than the name.
     */
    detail: Pii<string> | undefined;
    /**
     * What of that matches.
     */
    detailMarks: [number, number][];
    /**
     * Whether he takes calls.
     */
    presence: Presence;
    /**
     * The activity's own name, as the workspace calls it.
     */
    activity: string;
    /**
     * Since when, ISO 8601; known of those on the screen only.
     */
    since: string | undefined;
    /**
     * How many calls he is on; known of those on the screen only, and where Flex lets the agent know.
     */
    calls: number | undefined;
    /**
     * Whether he is a favourite.
     */
    favourite: boolean;
    /**
     * Where he stands.
     */
    group: Group;
}

/**
 * Something that the agent must read, each with a sentence and a remedy in every locale.
 * `detail` is what the server or the SDK said.
 */
export type Notice = { kind: "misconfigured"; key: string; place: Place } | { kind: "keysContradict"; key: string; secondKey: string } | { kind: "keyNeedsKey"; key: string; secondKey: string } | { kind: "targetNotAnswered"; target: Pii<string> } | { kind: "callNotPlaced"; detail: string } | { kind: "calleeNotRung"; detail: string } | { kind: "acceptFailed"; detail: string } | { kind: "rejectFailed"; detail: string } | { kind: "completeFailed"; detail: string } | { kind: "cleanUpFailed"; detail: string } | { kind: "nobodyElseInQueue" } | { kind: "unanswered"; name: Pii<string>; why: Unanswered } | { kind: "free"; callee: Callee } | { kind: "notFree"; name: Pii<string> } | { kind: "missed"; name: Pii<string>; back: Callee | undefined } | { kind: "calledMeanwhile"; name: Pii<string>; back: Callee | undefined } | { kind: "holdFailed"; detail: string } | { kind: "resumeFailed"; detail: string } | { kind: "callNotOpened"; name: Pii<string>; detail: string } | { kind: "notHeld"; name: Pii<string>; detail: string } | { kind: "notResumed"; name: Pii<string>; detail: string } | { kind: "waitsLong"; name: Pii<string>; seconds: number } | { kind: "oneCallTooMany"; name: Pii<string> } | { kind: "cutOff"; name: Pii<string> } | { kind: "givenBack"; name: Pii<string> } | { kind: "notGivenBack"; name: Pii<string>; detail: string } | { kind: "notBack"; name: Pii<string> } | { kind: "notRejoined"; name: Pii<string>; detail: string } | { kind: "transferredTo"; name: Pii<string>; to: Pii<string> } | { kind: "transferredNotCalling"; name: Pii<string>; to: Pii<string>; callee: Callee | undefined } | { kind: "handedOn"; name: Pii<string>; to: Pii<string> } | { kind: "transferBusy"; to: Pii<string> } | { kind: "transferUnavailable"; to: Pii<string> } | { kind: "notTransferred"; to: Pii<string>; detail: string } | { kind: "addBusy"; name: Pii<string> } | { kind: "addUnavailable"; name: Pii<string> } | { kind: "notAdded"; name: Pii<string>; detail: string } | { kind: "notRemoved"; name: Pii<string>; detail: string } | { kind: "notEndedForAll"; detail: string } | { kind: "functionsUnreachable"; url: string; detail: string };

/**
 * The Call Agent / Call Queue panel.
 */
export interface DialpadView {
    /**
     * The tabs that are switched on, in order. Empty: no panel at all.
     */
    tabs: Tab[];
    /**
     * The tab in front.
     */
    active: Tab;
    /**
     * The field "Select an agent".
     */
    agents: AgentField;
    /**
     * The field "Select a queue".
     */
    queues: QueueField;
    /**
     * Whether the Call button can be pressed.
     */
    canCall: boolean;
    /**
     * The line below: where the call is.
     */
    call: CallLine;
    /**
     * Below that: of whom the agent is told once they are free.
     */
    waiting: WaitingView;
}

/**
 * The Flex actions that the core is asked about.
 */
export type FlexAction = "acceptTask" | "rejectTask" | "holdCall" | "unholdCall" | "hangupCall" | "unholdParticipant";

/**
 * The agent who uses this Flex: `workerClient`'s worker.
 */
export interface RawMe {
    /**
     * His worker SID.
     */
    workerSid: WorkerSid;
    /**
     * His worker's friendly name.
     */
    friendlyName: Pii<string>;
    /**
     * His worker's attributes.
     */
    attributes: RawWorkerAttributes;
}

/**
 * The caller's task of a call that Flex itself places (to a TwiML application, or to a number), as far as it is not Flex's own:
 * Flex adds where it calls to.
 */
export interface OutboundAttributes {
    /**
     * Who is called: his name, or the queue's.
     */
    name: Pii<string>;
    /**
     * The same, for the header that would show the address.
     */
    internal_outbound_to: Pii<string>;
    /**
     * The caller's name, where his colleague gets this very task.
     */
    fromName?: Pii<string>;
    /**
     * Queue that is called.
     */
    callToQueue?: string;
    /**
     * All tasks of the call are of one conversation
     * (<https://www.twilio.com/docs/flex/developer/insights/enhance-integration>).
     */
    conversations: Conversations;
    /**
     * Our own part.
     */
    internal_call: InternalCall;
}

/**
 * The caller's task, as `createTask` makes it.
 */
export interface CallerAttributes {
    /**
     * The callee's contact URI, or `queue:<name>`.
     */
    to: Pii<string>;
    /**
     * `outbound`.
     */
    direction: string;
    /**
     * The callee's name; absent for a queue.
     */
    name?: Pii<string>;
    /**
     * The caller's name.
     */
    fromName: Pii<string>;
    /**
     * The caller's own contact URI: in the reference's workflow the task finds him by it.
     */
    targetWorker: ContactUri;
    /**
     * Queue that is called.
     */
    callToQueue?: string;
    /**
     * `"true"`: the caller's own task is accepted by itself.
     */
    autoAnswer: string;
    /**
     * Marks a call between agents.
     */
    client_call: boolean;
    /**
     * Our own part.
     */
    internal_call: InternalCall;
}

/**
 * The field "Select a queue".
 */
export interface QueueField {
    /**
     * Whether there is a list, and why not.
     */
    phase: Phase;
    /**
     * The text in the field.
     */
    query: Pii<string>;
    /**
     * Names that match, in alphabetical order; at most 50.
     */
    rows: string[];
    /**
     * Which is chosen.
     */
    selected: string | undefined;
}

/**
 * The field "Select an agent".
 */
export interface AgentField {
    /**
     * Whether there is a list, and why not.
     */
    phase: Phase;
    /**
     * The text in the field.
     */
    query: Pii<string>;
    /**
     * Favourites who can be called by Ctrl or Cmd and a digit, whatever is typed.
     */
    shortcuts: Shortcut[];
    /**
     * Whether favourites and recent calls stay on this computer, as they cannot be kept at Twilio at present.
     */
    staysHere: boolean;
    /**
     * Whether what those on the screen do cannot be checked at present: it may have changed.
     */
    statusesOld: boolean;
    /**
     * Whether colleagues come by the functions at present, as Flex's own list of them failed.
     */
    goesRound: boolean;
    /**
     * The filters, while they are open: of each facet that there is a value of.
     */
    filters: FilterRow[] | undefined;
    /**
     * The values that are filtered by, whether the filters are open or not: who does not have them is not listed.
     */
    filteredBy: string[];
    /**
     * How many match altogether.
     */
    matches: number;
    /**
     * How many are in the directory so far, whatever they do; in whole steps while it is being fetched, so that a
     * screen reader is not told every moment.
     */
    known: number;
    /**
     * Who is chosen.
     */
    selected: WorkerSid | undefined;
    /**
     * What is known of him, for the line below the field.
     */
    about: About | undefined;
    /**
     * Whether he could be rung; nothing, while that is not known.
     */
    reachable: Reachable | undefined;
    /**
     * For how many calls he has room, if he could be rung and that is known.
     */
    room: number | undefined;
}

/**
 * The panel's tabs.
 */
export type Tab = "agent" | "queue";

/**
 * The ways to connect two agents.
 */
export type StrategyName = "conference" | "warm_transfer" | "application";

/**
 * To whom a party of a call is transferred.
 */
export type TransferTo = { agent: Callee } | { queue: string };

/**
 * To whom a task is handed over.
 */
export type TransferTarget = { kind: "worker"; worker: WorkerSid } | { kind: "queue"; queue: string };

/**
 * What Flex routes by.
 */
export interface RawRouting {
    /**
     * Names of skills.
     */
    skills?: string[] | undefined;
}

/**
 * What `StartOutboundCall` calls
 * (<https://www.twilio.com/docs/flex/developer/ui/actions-framework-library-of-actions>).
 */
export interface OutboundOrder {
    /**
     * `app:<SID of a TwiML application>?<parameters>`, or a phone number or SIP address.
     */
    destination: Pii<string>;
    /**
     * `queueSid`.
     */
    queue: QueueSid;
    /**
     * `taskAttributes`.
     */
    attributes: OutboundAttributes;
}

/**
 * What `createTask` creates.
 */
export interface TaskOrder {
    /**
     * First argument: the callee's contact URI, or the queue's name.
     */
    to: Pii<string>;
    /**
     * Second argument: the caller's contact URI.
     */
    from: Pii<string>;
    /**
     * Third argument.
     */
    workflow: WorkflowSid;
    /**
     * Fourth argument.
     */
    queue: QueueSid;
    /**
     * `options.attributes`.
     */
    attributes: CallerAttributes;
    /**
     * `options.taskChannelUniqueName`.
     */
    taskChannel: string;
}

/**
 * What a filter of the list of people looks at.
 */
export type Facet = "status" | "team" | "skill";

/**
 * What a worker does at present: Available, Offline, Break …
 */
export type ActivitySid = string;

/**
 * What an agent keeps of a colleague.
 */
export interface Colleague {
    /**
     * Whom.
     */
    worker: WorkerSid;
    /**
     * His place among the favourites, by size; `None`: he is none.
     */
    favourite: number | undefined;
    /**
     * When that was decided, milliseconds since 1970; 0: never.
     */
    changedAt: number;
    /**
     * When he was called last, milliseconds since 1970.
     */
    calledAt: number | undefined;
}

/**
 * What becomes of a Flex action.
 */
export type Verdict = { kind: "pass" } | { kind: "outliving"; statusCallback: string } | { kind: "from"; from: Pii<string> } | { kind: "staying" } | { kind: "ending" } | { kind: "ignore" } | { kind: "replace"; until: EffectId };

/**
 * What becomes of a call to somebody who is on one already.
 */
export type BusyPolicy = "ring" | "busy" | "notify";

/**
 * What becomes of a leg that rings.
 */
export type Offered = "byFlex" | "forwardable" | "nowhere";

/**
 * What is known of the colleague who is chosen.
 */
export interface About {
    /**
     * His team; none is known of somebody whose attributes name none.
     */
    team: string | undefined;
    /**
     * His skills, likewise.
     */
    skills: string[];
    /**
     * Whether he takes calls.
     */
    presence: Presence;
    /**
     * The activity's own name, as the workspace calls it; empty while it is not known.
     */
    activity: string;
    /**
     * Since when, ISO 8601; known of whoever was chosen in the list.
     */
    since: string | undefined;
}

/**
 * Where a call is.
 */
export type CallState = "connecting" | "live" | "holding" | "onHold" | "notHeld" | "resuming" | "failed";

/**
 * Where a key is set.
 */
export type Place = "flex" | "worker" | "functions";

/**
 * Where an agent's phone is: `client:<identity>` (the Voice SDK in his browser) or `sip:<address>`.
 *
 * Source: the `contact_uri` attribute of a Flex worker.
 */
export type ContactUri = string;

/**
 * Where something is that is ordered by a button.
 */
export type OrderView = "able" | "ordered";

/**
 * Where the call is that the panel placed.
 */
export type CallLine = { kind: "idle" } | { kind: "calling"; name: Pii<string> } | { kind: "ringing"; name: Pii<string> } | { kind: "talking"; name: Pii<string> } | { kind: "unanswered"; name: Pii<string>; why: Unanswered } | { kind: "cancelled"; name: Pii<string> } | { kind: "ended"; name: Pii<string> } | { kind: "failed"; notice: Notice };

/**
 * Where the other party's hold is.
 */
export type HoldView = "off" | "holding" | "on" | "resuming";

/**
 * Whether a field has a list to offer.
 */
export type Phase = { kind: "closed" } | { kind: "loading" } | { kind: "ready" } | { kind: "empty" } | { kind: "nobody" } | { kind: "failed"; detail: string };

/**
 * Whether a party is in a call of more than two, or why he is not.
 */
export type PartyState = "ringing" | "there" | "on_hold" | "left" | "declined" | "no_answer";

/**
 * Whether somebody could be rung, as far as was asked.
 */
export type Reachable = "free" | "busy" | "unavailable";

/**
 * Whether somebody takes calls, by his activity.
 */
export type Presence = "available" | "unavailable" | "unknown";

/**
 * Which leg has the agent's ear, and which his microphone. Every other leg has neither.
 */
export interface Audio {
    /**
     * He hears this one.
     */
    ear: CallSid | undefined;
    /**
     * This one hears him, unless he has muted himself.
     */
    microphone: CallSid | undefined;
}

/**
 * Who of the two is on hold: whoever is hears music, and nobody hears him.
 */
export interface OnHold {
    /**
     * The caller, by the callee.
     */
    caller?: boolean;
    /**
     * The callee, by the caller.
     */
    callee?: boolean;
}

/**
 * Whose task it is.
 */
export type Role = "caller" | "callee";

/**
 * Why a call was not taken.
 */
export type Unanswered = { kind: "declined"; reason: DeclineReason | undefined } | { kind: "busy" } | { kind: "busyNotify" } | { kind: "glare" } | { kind: "noAnswer" } | { kind: "unavailable" } | { kind: "notConnected" };

/**
 * Why a callee declines, if he says so.
 */
export type DeclineReason = "busy" | "calling_back" | "message";

/**
 * `conference.participants` of a task's attributes.
 */
export interface RawConferenceLegs {
    /**
     * The worker's own leg.
     */
    worker?: string | undefined;
}

/**
 * `conference` of a task's attributes.
 */
export interface RawConference {
    /**
     * Call SIDs by role.
     */
    participants?: RawConferenceLegs | undefined;
}

/**
 * `conversations` of a task's attributes, as Flex Insights reads it.
 */
export interface Conversations {
    /**
     * Names the conversation.
     */
    conversation_id: string;
}

/**
 * `features.internal_call`.
 */
export interface RawInternalCallFeature {
    /**
     * Default false.
     */
    enabled?: boolean | undefined;
    /**
     * Default true.
     */
    enable_call_agent?: boolean | undefined;
    /**
     * Default false.
     */
    enable_call_queue?: boolean | undefined;
    /**
     * Complete tasks of finished calls after wrap-up. Default true.
     */
    auto_complete?: boolean | undefined;
    /**
     * Seconds of wrap-up before that. Default 2.
     */
    auto_complete_seconds?: number | undefined;
    /**
     * How long a colleague's phone rings, seconds: 5 to 60. Default 25.
     */
    ring_seconds?: number | undefined;
    /**
     * What a colleague who is on a call is to those who call him: `ring`, `busy` or `notify`; his worker's attribute goes
     * before it. Default `ring`.
     */
    busy_policy?: BusyPolicy | undefined;
    /**
     * `conference`, `warm_transfer` or `application`; by default what the keys that are set say.
     */
    strategy?: string | undefined;
    /**
     * TwiML application that puts callers in line: strategy `application`.
     */
    application_sid?: string | undefined;
    /**
     * Queue of the caller's task: strategy `application`.
     */
    outbound_queue_sid?: string | undefined;
    /**
     * Number or SIP address that is called first: strategy `warm_transfer`.
     */
    call_target?: string | undefined;
}

/**
 * `features.multi_call`.
 */
export interface RawMultiCallFeature {
    /**
     * Default false.
     */
    enabled?: boolean | undefined;
    /**
     * How many calls an agent may have at once; an offer beyond is declined. Default: as many as TaskRouter offers.
     */
    max_calls?: number | undefined;
    /**
     * Whether, when a call ends, the one that has waited for the shortest time is taken back from hold. Default false.
     */
    resume_next?: boolean | undefined;
    /**
     * After so many seconds in the background a call is brought to mind; 0: never. Default 120.
     */
    reminder_seconds?: number | undefined;
    /**
     * Whether a call outlives an agent's browser that crashed, or was reloaded: a customer is offered again, a colleague
     * waits for him. Default false: it ends.
     */
    recover?: boolean | undefined;
    /**
     * How long a colleague waits for him, seconds: 5 to 120. Default 20.
     */
    rejoin_seconds?: number | undefined;
}

/**
 * `features`.
 */
export interface RawFeatures {
    /**
     * Calls between agents.
     */
    internal_call?: RawInternalCallFeature | undefined;
    /**
     * Several calls at once.
     */
    multi_call?: RawMultiCallFeature | undefined;
}

/**
 * `internal_call`: what a call between agents knows of itself. What the functions and the other plugin wrote is read
 * leniently: a value that this version does not know is as good as none.
 */
export interface InternalCall {
    /**
     * Whose task this is.
     */
    role: Role;
    /**
     * How the two are connected; by a conference of the functions, if nothing is said.
     */
    strategy?: StrategyName;
    /**
     * The caller: he is never offered his own call.
     */
    caller_worker?: WorkerSid;
    /**
     * The callee, if a person was called.
     */
    callee_worker?: WorkerSid;
    /**
     * On the callee's task: the caller's, which names the conference.
     */
    caller_task?: TaskSid;
    /**
     * On the callee's task, or the one that both have, if Flex does not know it: the caller's contact URI, to call him back.
     */
    caller_uri?: ContactUri;
    /**
     * On the caller's task, once it exists: the callee's.
     */
    callee_task?: TaskSid;
    /**
     * On the caller's task: which request makes (or made) the callee's task.
     */
    claim?: string;
    /**
     * On the caller's task: the tab that placed the call. Another tab of the caller leaves it alone.
     */
    tab?: string;
    /**
     * How long the callee's phone rings, seconds: as configured on the caller's task, as granted (never longer than
     * the workflow offers a task) on the callee's.
     */
    ring_seconds?: number;
    /**
     * On the caller's task: what is configured for a callee who is on a call.
     */
    busy_policy?: BusyPolicy;
    /**
     * On the caller's task: how far the call got.
     */
    progress?: Progress;
    /**
     * On the caller's task: why the callee declined, if he said so.
     */
    reason?: DeclineReason;
    /**
     * On both tasks: who of the two is on hold.
     */
    on_hold?: OnHold;
    /**
     * On both tasks, where the call outlives a party's page: for how long he is waited for, seconds.
     */
    rejoin_seconds?: number;
    /**
     * Since when the other party has been lost: his leg ended, and nobody hung up. Milliseconds of Unix time.
     */
    lost?: string;
    /**
     * On the task of whoever was added to a call in which two talked: who added him, by his name.
     */
    added_by?: Pii<string>;
    /**
     * On all tasks of a call to which somebody was added: who is, was or may come to be in it.
     */
    parties?: CallParty[];
    /**
     * On the task of whoever stays: the other party transferred him, to this one.
     */
    transfer?: TransferTo;
    /**
     * On both tasks of the call that follows a transfer: who transferred the caller, by his name.
     */
    transferred_by?: Pii<string>;
    /**
     * On the task of whoever stays, and on the caller's of the call that follows: the conversation that goes on.
     */
    conversation?: string;
}

/**
 * `manager.serviceConfiguration`, of which the core reads this much.
 */
export interface RawConfiguration {
    /**
     * Flex's own outbound calls are set up here.
     */
    outbound_call_flows?: RawCallFlows | undefined;
    /**
     * Workers in this activity are not there.
     */
    taskrouter_offline_activity_sid?: string | undefined;
    /**
     * Where plugins keep their settings.
     */
    ui_attributes?: RawUiAttributes | undefined;
}

/**
 * `outbound_call_flows.default`.
 */
export interface RawCallFlow {
    /**
     * Workflow of outbound tasks.
     */
    workflow_sid?: string | undefined;
    /**
     * Queue of outbound tasks.
     */
    queue_sid?: string | undefined;
    /**
     * Number shown to those called; what `sip:` agents see.
     */
    caller_id?: string | undefined;
}

/**
 * `outbound_call_flows`.
 */
export interface RawCallFlows {
    /**
     * The flow that Flex uses.
     */
    default?: RawCallFlow | undefined;
}

/**
 * `ui_attributes.custom_data`, with the project template's keys.
 */
export interface RawCustomData {
    /**
     * Host of the functions.
     */
    serverless_functions_domain?: string | undefined;
    /**
     * `https` unless set.
     */
    serverless_functions_protocol?: string | undefined;
    /**
     * Port, if not the protocol's own: a text or a number.
     */
    serverless_functions_port?: RawPort | undefined;
    /**
     * One object for each feature.
     */
    features?: RawFeatures | undefined;
}

/**
 * `ui_attributes`.
 */
export interface RawUiAttributes {
    /**
     * `custom_data`.
     */
    custom_data?: RawCustomData | undefined;
}

/** Personal data: show it, never log it. */
export type Pii<T> = T;



/**
 * The core of one tab.
 */
export class Backline {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * The numbers of the rows of the view that `dialpadView` gave last, as `src/packed.rs` says; taken once.
     */
    agentRows(): Uint32Array;
    /**
     * And their text.
     */
    agentTexts(): string;
    /**
     * What stands in the call canvas of a reservation; `undefined`: it is no call between agents.
     *
     * # Errors
     * Never in practice: if the view cannot be converted.
     */
    callView(reservation: string): CallView | undefined;
    /**
     * The strip of all calls; `undefined`: there is nothing to choose.
     *
     * # Errors
     * Never in practice: if the view cannot be converted.
     */
    callsView(): CallsView | undefined;
    /**
     * The Call Agent / Call Queue panel, but for the rows of its list of people ([`Self::agent_rows`]); `undefined`: no panel.
     *
     * # Errors
     * Never in practice: if the view cannot be converted.
     */
    dialpadView(): DialpadView | undefined;
    /**
     * The directory, for the agent's next start.
     */
    directorySnapshot(): Uint8Array;
    /**
     * Takes in a fact at `now` (milliseconds of a monotonic clock), gives out the orders that follow.
     *
     * # Errors
     * If the event is not of its type; nothing has changed then.
     */
    handle(now: number, event: Event): Effect[];
    /**
     * A core that waits for `started`.
     */
    constructor(recorder: FlightRecorder);
    /**
     * When `deadlineReached` is wanted next, on the clock of `handle`; `undefined`: never, as things stand.
     */
    nextDeadline(): number | undefined;
    /**
     * What an earlier start kept of this agent's directory, as `directorySnapshot` gave it; whether it could be used.
     * Nothing changes but while `restoreDirectory` is ordered.
     */
    restoreDirectory(bytes: Uint8Array | number[]): boolean;
    /**
     * A step of sorting in who came, some milliseconds at most; whether that is done.
     */
    settleDirectory(): boolean;
}

/**
 * The last minutes of one tab. Outlives its core, so that it can tell on which event that failed.
 */
export class FlightRecorder {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * A recorder of nothing yet.
     */
    constructor();
    /**
     * All that is kept, as JSON in which nobody is named. `now` is the clock of `handle`, `savedAt` (ISO 8601) the same
     * moment.
     */
    recording(now: number, savedAt: string): string;
}

/**
 * Two copies of an agent's favourites as one: lists of what is kept of a colleague, as a copy or an item of his Sync map
 * has it. Whoever writes either merges what is there by this.
 *
 * # Errors
 * If one of them is no list.
 */
export function mergeFavourites(one: RawColleagues, other: RawColleagues): Colleagues;

/**
 * Performs an `http` effect: POSTs the form with `token` (the agent's Flex token) added as `Token`. Resolves to
 * the outcome, `answered` or `failed`; never rejects for what the network or the server did.
 *
 * # Errors
 * If the request is not of its type.
 */
export function performHttp(request: HttpRequest, token: string): Promise<Outcome>;

/**
 * Performs a `listPeople` or `listQueues` effect, as `performHttp` does. Resolves to `people` or `queues`, as the answer
 * names them, or `failed`.
 *
 * # Errors
 * If the request is not of its type.
 */
export function performList(request: HttpRequest, token: string): Promise<Outcome>;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_backline_free: (a: number, b: number) => void;
    readonly __wbg_flightrecorder_free: (a: number, b: number) => void;
    readonly backline_agentRows: (a: number) => [number, number];
    readonly backline_agentTexts: (a: number) => [number, number];
    readonly backline_callView: (a: number, b: number, c: number) => [number, number, number];
    readonly backline_callsView: (a: number) => [number, number, number];
    readonly backline_dialpadView: (a: number) => [number, number, number];
    readonly backline_directorySnapshot: (a: number) => [number, number];
    readonly backline_handle: (a: number, b: number, c: any) => [number, number, number, number];
    readonly backline_new: (a: number) => number;
    readonly backline_nextDeadline: (a: number) => [number, number];
    readonly backline_restoreDirectory: (a: number, b: number, c: number) => number;
    readonly backline_settleDirectory: (a: number) => number;
    readonly flightrecorder_new: () => number;
    readonly flightrecorder_recording: (a: number, b: number, c: number, d: number) => [number, number];
    readonly mergeFavourites: (a: any, b: any) => [number, number, number];
    readonly performHttp: (a: any, b: number, c: number) => any;
    readonly performList: (a: any, b: number, c: number) => any;
    readonly wasm_bindgen__convert__closures_____invoke__h19bdaa6738d82ae4: (a: number, b: number, c: any, d: any) => void;
    readonly wasm_bindgen__convert__closures_____invoke__h2a3099ec6d2740d7: (a: number, b: number, c: any) => [number, number];
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_exn_store: (a: number) => void;
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __wbindgen_destroy_closure: (a: number, b: number) => void;
    readonly __externref_table_dealloc: (a: number) => void;
    readonly __externref_drop_slice: (a: number, b: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
