//! `<Enqueue>`: legs that wait (<https://www.twilio.com/docs/voice/twiml/enqueue>,
//! <https://www.twilio.com/docs/taskrouter/twiml-queue-calls>).
//!
//! | leaves the queue | `QueueResult` | the document |
//! |---|---|---|
//! | the leg hangs up | `hangup` | is over |
//! | `<Leave>` in the TwiML of `waitUrl` | `leave` | goes on with `action`, else with the next verb |
//! | the workflow does not exist | `error` | the same |
//! | REST gives it other TwiML | `redirected` | is replaced |
//! | TaskRouter brings it into a conference | `bridging-in-process` | does not go on ([as Studio says](https://www.twilio.com/docs/studio/widget-library/enqueue-call)) |
//! | `<Dial><Queue>` | | does not go on (simplified) |
//!
//! Invariant: a leg that left its queue otherwise than to an agent has no task that waits.

use super::call::{AfterDial, Call, Doing, Enqueued, Program, Queue, Role};
use super::callback::{push, resolve, standard};
use super::conference::Why;
use super::hearing::{Player, Tune};
use super::player::Ear;
use super::run::absolute;
use super::twiml::{Enqueue, EnqueueTo};
use super::Telephony;
use crate::account::account_sid;
use crate::orders::CallFact;
use backline::ids::CallSid;
use backline::time::Millis;
use serde_json::{Map, Value};

/// The largest number of calls in a queue, by default (<https://www.twilio.com/docs/voice/twiml/enqueue>).
const MAX_QUEUE_SIZE: usize = 1000;

/// Why a leg left its queue (<https://www.twilio.com/docs/voice/twiml/enqueue#attributes-action>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueueResult {
    BridgingInProcess,
    Error,
    HangUp,
    Leave,
    Redirected,
}

impl QueueResult {
    fn as_str(self) -> &'static str {
        match self {
            Self::BridgingInProcess => "bridging-in-process",
            Self::Error => "error",
            Self::HangUp => "hangup",
            Self::Leave => "leave",
            Self::Redirected => "redirected",
        }
    }
}

impl Queue {
    /// The SID of the queue: made of its name, so that the same queue has the same.
    fn sid(&self) -> String {
        let (Self::Workflow(name) | Self::Named(name)) = self;
        // FNV-1a: <http://www.isthe.com/chongo/tech/comp/fnv/>.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("QU{hash:032x}")
    }
}

impl Telephony {
    /// The task's attributes are the call's and those of `<Task>`, which win, but for `call_sid`.
    pub(super) fn enqueue(&mut self, now: Millis, sid: &CallSid, enqueue: Enqueue, rest: Program) {
        let base = rest.base.clone();
        let queue = match &enqueue.to {
            EnqueueTo::Workflow { sid, .. } => Queue::Workflow(sid.clone()),
            EnqueueTo::Queue(name) => Queue::Named(name.clone()),
        };
        let waiting = Enqueued {
            queue,
            since: now,
            hears: Player::Silence,
            after: AfterDial {
                action: absolute(base.as_deref(), enqueue.action),
                rest,
            },
        };
        if !self.resume(now, sid, Doing::Enqueued(Box::new(waiting))) {
            return;
        }
        let mut wait = enqueue.wait;
        if let Tune::Page { url, .. } = &mut wait {
            *url = resolve(base.as_deref(), url).unwrap_or(std::mem::take(url));
        }
        self.play(now, &Ear::in_queue(sid), &wait);
        let EnqueueTo::Workflow {
            sid: workflow,
            task,
            priority,
            timeout_s,
        } = enqueue.to
        else {
            return;
        };
        let Some(call) = self.calls.get_mut(sid) else {
            return;
        };
        // A customer who was with an agent before waits for another task.
        if let Role::Customer { task, .. } = &mut call.role {
            *task = None;
        }
        let mut attributes = attributes(call);
        match serde_json::from_str::<Map<String, Value>>(&task) {
            Ok(own) => attributes.extend(own),
            // 40156: <https://www.twilio.com/docs/api/errors/40156> (invalid task attributes): made without them.
            Err(error) => self.alert(40156, sid, error.to_string()),
        }
        self.facts.push(CallFact::Enqueued {
            call: sid.clone(),
            workflow,
            attributes: Value::Object(attributes).to_string(),
            priority,
            timeout_s,
        });
    }

    /// There is no such workflow.
    pub fn enqueue_failed(&mut self, now: Millis, sid: &CallSid) {
        self.leave_queue(now, sid, QueueResult::Error);
    }

    /// A leg leaves its queue, and goes on.
    pub(super) fn leave_queue(&mut self, now: Millis, sid: &CallSid, result: QueueResult) {
        match self.pause(sid) {
            Some(Doing::Enqueued(waiting)) => {
                self.facts.push(CallFact::LeftQueue { call: sid.clone() });
                let more = waiting.result(now, result);
                match waiting.after.action {
                    Some(action) => {
                        self.follow(now, sid, waiting.after.rest.base.as_deref(), &action, more);
                    }
                    None => self.run(now, sid, waiting.after.rest),
                }
            }
            Some(other) => {
                self.resume(now, sid, other);
            }
            None => {}
        }
    }

    /// A leg is not in its queue any more: it hung up, or does something else.
    pub(super) fn gone_from_queue(
        &mut self,
        now: Millis,
        sid: &CallSid,
        waiting: &Enqueued,
        why: Why,
    ) {
        let result = match why {
            Why::HungUp => QueueResult::HangUp,
            Why::Kicked | Why::Redirected => {
                self.facts.push(CallFact::LeftQueue { call: sid.clone() });
                QueueResult::Redirected
            }
        };
        self.tell_action(now, sid, waiting, result);
    }

    /// `action` is told; what it answers is not run.
    pub(super) fn tell_action(
        &mut self,
        now: Millis,
        sid: &CallSid,
        waiting: &Enqueued,
        result: QueueResult,
    ) {
        let Some(call) = self.calls.get(sid) else {
            return;
        };
        let Some(action) = &waiting.after.action else {
            return;
        };
        let mut parameters = standard(call);
        parameters.extend(call.parameters.iter().cloned());
        parameters.extend(waiting.result(now, result));
        self.post("twiml", action.clone(), parameters);
    }

    /// What a request of `waitUrl` says of the queue (<https://www.twilio.com/docs/voice/twiml/enqueue#attributes-waiturl>).
    pub(super) fn place_in_queue(&self, now: Millis, sid: &CallSid) -> Vec<(String, String)> {
        let Some(Doing::Enqueued(own)) = self.calls.get(sid).and_then(Call::doing) else {
            return Vec::new();
        };
        let mut waiting: Vec<(Millis, &CallSid)> = self
            .calls
            .values()
            .filter_map(|call| match call.doing() {
                Some(Doing::Enqueued(other)) if other.queue == own.queue => {
                    Some((other.since, &call.sid))
                }
                Some(_) | None => None,
            })
            .collect();
        waiting.sort();
        let seconds = |since: Millis| now.0.saturating_sub(since.0) / 1000;
        let size = u64::try_from(waiting.len().max(1)).unwrap_or(u64::MAX);
        let position = waiting
            .iter()
            .take_while(|(_, other)| *other != sid)
            .count()
            + 1;
        let whole: u64 = waiting.iter().map(|(since, _)| seconds(*since)).sum();
        let mut more = Vec::new();
        push(&mut more, "QueuePosition", position);
        push(&mut more, "QueueSid", own.queue.sid());
        push(&mut more, "QueueTime", seconds(own.since));
        push(&mut more, "AvgQueueTime", whole / size);
        push(&mut more, "CurrentQueueSize", size);
        push(&mut more, "MaxQueueSize", MAX_QUEUE_SIZE);
        more
    }

    pub(super) fn longest_waiting(&self, name: &str) -> Option<CallSid> {
        self.calls
            .values()
            .filter(|call| {
                matches!(call.doing(), Some(Doing::Enqueued(waiting)) if waiting.queue == Queue::Named(name.to_owned()))
            })
            .min_by_key(|call| (call.updated, call.sid.clone()))
            .map(|call| call.sid.clone())
    }

    pub(super) fn connect_queued(
        &mut self,
        now: Millis,
        sid: &CallSid,
        waiting: &CallSid,
        after: AfterDial,
    ) {
        let peer = waiting.clone();
        if self.resume(now, sid, Doing::BridgedTo { peer, after }) {
            let peer = sid.clone();
            self.resume(now, waiting, Doing::BridgedBy { peer });
        }
    }
}

impl Enqueued {
    fn result(&self, now: Millis, result: QueueResult) -> Vec<(String, String)> {
        let mut more = Vec::new();
        push(&mut more, "QueueResult", result.as_str());
        push(&mut more, "QueueSid", self.queue.sid());
        push(
            &mut more,
            "QueueTime",
            now.0.saturating_sub(self.since.0) / 1000,
        );
        more
    }
}

/// What TaskRouter writes on the task of a call
/// (<https://www.twilio.com/docs/taskrouter/twiml-queue-calls#taskrouter-attributes>).
fn attributes(call: &Call) -> Map<String, Value> {
    let mut attributes = Map::new();
    let mut put = |name: &str, value: String| {
        attributes.insert(name.to_owned(), Value::String(value));
    };
    put("call_sid", call.sid.to_string());
    put("account_sid", account_sid().to_string());
    put("from", call.from.clone());
    put("to", call.to.clone());
    put("caller", call.from.clone());
    put("called", call.to.clone());
    put("direction", call.direction.as_str().to_owned());
    put("api_version", super::callback::API_VERSION.to_owned());
    attributes
}
