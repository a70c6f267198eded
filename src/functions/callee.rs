//! The callee: whether he can be reached; and his task: what it says, how long his phone rings, and how long TaskRouter
//! keeps it.

use super::order::{with, Answer, Capacity, NewTask, Order, Task};
use super::Settings;
use crate::ids::{ContactUri, WorkerSid};
use crate::twilio::attributes::{Progress, Role};
use crate::twilio::busy_policy::BusyPolicy;
use serde_json::{json, Value};

/// TaskRouter gives a task for a queue up after this long, seconds, if nothing else ended it: S0 had a day.
const QUEUE_TIMEOUT_S: u64 = 120;

/// How long a person's phone rings, seconds, if the caller's task does not say so, and between which limits it may.
const RING_S: u64 = 25;
const SHORTEST_RING_S: u64 = 5;
const LONGEST_RING_S: u64 = 60;

/// How long before TaskRouter's own time-out the phone stops ringing, seconds: a missed call changes nobody's activity.
const MARGIN_S: u64 = 10;

/// How much later than the plugins TaskRouter gives a person's task up, seconds: if neither tab is there any more.
const GRACE_S: u64 = 5;

/// S0's priority: before customers. A colleague waits on the line.
const PRIORITY: u32 = 1000;

/// The person who is called, as far as it could be learnt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Callee {
    pub worker: WorkerSid,
    pub presence: Presence,
    /// How long TaskRouter offers a task.
    pub reservation_timeout_s: Option<u64>,
}

impl Callee {
    /// What is asked after him, in the order in which [`Self::learnt`] reads the answers.
    pub fn questions(settings: &Settings, callee: &WorkerSid) -> [Order; 3] {
        [
            Order::FetchWorkflow {
                workflow: settings.workflow.clone(),
            },
            Order::FetchVoiceChannel {
                worker: callee.clone(),
            },
            Order::FetchWorker {
                worker: callee.clone(),
            },
        ]
    }

    /// What could not be learnt of him does not hinder the call: TaskRouter decides.
    pub fn learnt(worker: WorkerSid, mut answers: impl Iterator<Item = Answer>) -> Self {
        let reservation_timeout_s = match answers.next() {
            Some(Answer::Workflow {
                reservation_timeout_s,
            }) => Some(reservation_timeout_s),
            _ => None,
        };
        Self {
            worker,
            presence: Presence::learnt(&mut answers),
            reservation_timeout_s,
        }
    }

    /// Why he cannot be reached by this call.
    pub fn unreached(&self, caller: &Task) -> Option<Progress> {
        self.presence.unreached(caller.busy_policy())
    }
}

/// What his channel and he himself say; what could not be learnt is as if nothing stood in the way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Presence {
    takes_work: bool,
    has_room: bool,
    on_a_call: bool,
    /// He may have a call of his own, which is being set up.
    occupied: bool,
    /// What a supervisor wrote on him.
    policy: Option<BusyPolicy>,
}

impl Presence {
    /// By the next two answers: of his channel, and of himself.
    pub fn learnt(answers: &mut impl Iterator<Item = Answer>) -> Self {
        let (channel, worker) = (answers.next(), answers.next());
        Self::of(channel.as_ref(), worker.as_ref())
    }

    pub fn of(channel: Option<&Answer>, worker: Option<&Answer>) -> Self {
        let (has_room, on_a_call, idle) = match channel {
            Some(Answer::Channel {
                room,
                on_a_call,
                idle,
            }) => (*room != Capacity::Full, *on_a_call, *idle),
            _ => (true, false, true),
        };
        let (takes_work, policy) = match worker {
            Some(Answer::Worker { available, policy }) => (*available, *policy),
            Some(Answer::Failed { status: 404, .. }) => (false, None),
            _ => (true, None),
        };
        Self {
            takes_work,
            has_room,
            on_a_call,
            occupied: !idle,
            policy,
        }
    }

    /// Whether he may be calling at this moment, and could take a call in its place.
    pub fn may_call(&self) -> bool {
        self.takes_work && self.occupied
    }

    /// Whether he has something to do that may be why he is not rung.
    pub fn is_busy(&self) -> bool {
        self.on_a_call || !self.has_room
    }

    /// Why he cannot be reached; `configured`: where his worker does not say what he is while he is on a call.
    pub fn unreached(&self, configured: Option<BusyPolicy>) -> Option<Progress> {
        let policy = self.policy.or(configured).unwrap_or(BusyPolicy::Ring);
        let outcome = match policy {
            BusyPolicy::Ring | BusyPolicy::Busy => Progress::Busy,
            BusyPolicy::Notify => Progress::BusyNotify,
        };
        let busy = match policy {
            BusyPolicy::Ring => !self.has_room,
            BusyPolicy::Busy | BusyPolicy::Notify => !self.has_room || self.on_a_call,
        };
        match self.takes_work {
            false => Some(Progress::Unavailable),
            true => busy.then_some(outcome),
        }
    }
}

/// The callee's task for a caller's; `None` if it names neither a person nor a queue.
pub(super) fn callee_task(
    settings: &Settings,
    caller: &Task,
    reservation_timeout_s: Option<u64>,
) -> Option<NewTask> {
    let queue = caller.text("callToQueue");
    let to = caller.text("to")?;
    let target = target(caller);
    let (ring_s, timeout_s) = match queue {
        None => ring_time(caller, reservation_timeout_s),
        Some(_) => (RING_S, QUEUE_TIMEOUT_S),
    };
    let mut attributes = json!({
        "to": to,
        "name": caller.text("fromName").unwrap_or("Unknown"),
        "from": caller.text("from")?,
        "autoAnswer": "false",
        "conferenceSid": caller.sid.as_str(),
        "internal": "true",
        "client_call": true,
        "conversations": { "conversation_id": conversation_id(caller) },
        "internal_call": {
            "role": "callee",
            "caller_worker": caller.link("caller_worker"),
            "caller_task": caller.sid.as_str(),
            "ring_seconds": ring_s,
        },
    });
    let wait = caller.rejoin_wait().map(|wait| json!(wait.0 / 1000));
    let by = caller.link("transferred_by").map(|by| json!(by));
    let worker = target.as_ref().map(|worker| json!(worker));
    let known = [
        ("rejoin_seconds", wait),
        ("transferred_by", by),
        ("callee_worker", worker),
    ];
    let known: Vec<(&str, Value)> = known
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect();
    attributes = with(attributes, "internal_call", &known);
    let all = attributes.as_object_mut()?;
    match queue {
        Some(queue) => all.insert("callToQueue".to_owned(), json!(queue)),
        None if to.starts_with("client:") || to.starts_with("sip:") => {
            all.insert("targetWorker".to_owned(), json!(to))
        }
        None => return None,
    };
    Some(NewTask {
        workflow: settings.workflow.clone(),
        target,
        attributes,
        timeout_s,
        priority: PRIORITY,
    })
}

/// Who adds a party.
pub(super) struct Adder<'a> {
    worker: Option<&'a str>,
    uri: Option<&'a str>,
    name: String,
}

impl<'a> Adder<'a> {
    /// By his own task, and his name.
    pub fn of(own: &'a Task, name: String) -> Self {
        let (worker, uri) = match own.role() {
            Some(Role::Callee) => (own.link("callee_worker"), own.text("to")),
            Some(Role::Caller) | None => (own.link("caller_worker"), own.text("from")),
        };
        Self { worker, uri, name }
    }
}

/// Whom he adds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Third {
    pub worker: WorkerSid,
    pub contact_uri: ContactUri,
    pub name: String,
}

/// The task of one who is added to a call: a callee's, but for his label and for who is in it besides.
pub(super) fn added_task(
    settings: &Settings,
    caller: &Task,
    by: Adder<'_>,
    third: &Third,
    reservation_timeout_s: Option<u64>,
) -> NewTask {
    let (ring_s, timeout_s) = ring_time(caller, reservation_timeout_s);
    let to = third.contact_uri.as_str();
    NewTask {
        workflow: settings.workflow.clone(),
        target: Some(third.worker.clone()),
        attributes: json!({
            "to": to,
            "targetWorker": to,
            "name": by.name,
            "from": by.uri,
            "autoAnswer": "false",
            "conferenceSid": caller.sid.as_str(),
            "internal": "true",
            "client_call": true,
            "conversations": { "conversation_id": conversation_id(caller) },
            "internal_call": {
                "role": "callee",
                "added_by": by.name,
                "own_name": third.name,
                "caller_worker": by.worker,
                "callee_worker": third.worker,
                "caller_task": caller.sid.as_str(),
                "ring_seconds": ring_s,
            },
        }),
        timeout_s,
        priority: PRIORITY,
    }
}

/// The callee's task, as Twilio makes it for a call that is put in line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CalleesTask {
    pub attributes: Value,
    pub timeout_s: u64,
    pub priority: u32,
}

/// The same for a call by a TwiML application, whose caller is known by his own task.
pub(super) fn enqueued_task(
    caller: &Task,
    name: &str,
    contact_uri: Option<&ContactUri>,
    reservation_timeout_s: Option<u64>,
) -> CalleesTask {
    let queue = caller.text("callToQueue");
    let target = target(caller);
    let (ring_s, timeout_s) = match queue {
        None => ring_time(caller, reservation_timeout_s),
        Some(_) => (RING_S, QUEUE_TIMEOUT_S),
    };
    let mut attributes = json!({
        "name": name,
        "conversations": { "conversation_id": conversation_id(caller) },
        "internal_call": {
            "role": "callee",
            "strategy": "application",
            "caller_worker": caller.link("caller_worker"),
            "caller_uri": contact_uri.map(ContactUri::as_str),
            "caller_task": caller.sid.as_str(),
            "callee_worker": target.as_ref().map(WorkerSid::as_str),
            "ring_seconds": ring_s,
        },
    });
    if let Some(all) = attributes.as_object_mut() {
        // The workflow finds the callee by one of them.
        match (queue, &target) {
            (Some(queue), _) => all.insert("callToQueue".to_owned(), json!(queue)),
            (None, target) => all.insert("worker_sid".to_owned(), json!(target)),
        };
    }
    CalleesTask {
        attributes,
        timeout_s,
        priority: PRIORITY,
    }
}

/// The conversation of which both tasks say that they are, so that Flex Insights counts them as one
/// (<https://www.twilio.com/docs/flex/developer/insights/enhance-integration>): the one that the caller's task names, or, after a
/// transfer, the one before it; or else that task.
pub(super) fn conversation_id(caller: &Task) -> &str {
    let goes_on = || caller.link("conversation");
    let named = caller.conversation().or_else(goes_on);
    named.unwrap_or(caller.sid.as_str())
}

/// The person who is called, if it is one.
pub(super) fn target(caller: &Task) -> Option<WorkerSid> {
    if caller.text("callToQueue").is_some() {
        return None;
    }
    WorkerSid::parse(caller.link("callee_worker")?).ok()
}

/// How long a person's phone rings, and how long TaskRouter keeps his task, both in seconds and both shorter than
/// TaskRouter offers a task before it takes the agent off work.
fn ring_time(caller: &Task, reservation_timeout_s: Option<u64>) -> (u64, u64) {
    let wanted = caller
        .attributes
        .get("internal_call")
        .and_then(|own| own.get("ring_seconds"))
        .and_then(Value::as_u64)
        .unwrap_or(RING_S)
        .clamp(SHORTEST_RING_S, LONGEST_RING_S);
    let Some(offered) = reservation_timeout_s else {
        return (wanted, wanted + GRACE_S);
    };
    // A workflow may offer for as little as a second: half of it is for ringing then.
    let ring = wanted
        .min(offered.saturating_sub(MARGIN_S).max(offered / 2))
        .max(1);
    let kept = (ring + GRACE_S).min(offered.saturating_sub(1)).max(ring);
    (ring, kept)
}
