//! The caller's task, as `createTask` is asked to make it.

use super::InternalCall;
use crate::dialpad::Destination;
use crate::effect::TaskOrder;
use crate::pii::Pii;
use crate::twilio::attributes::{CallerAttributes, InternalCall as Links, Role};
use crate::twilio::configuration::Outbound;

impl InternalCall {
    pub(super) fn order(&self, outbound: &Outbound, to: &Destination) -> TaskOrder {
        let (address, to_attribute, name, queue, callee) = match to {
            Destination::Agent(callee) => {
                let uri = callee.contact_uri.as_str();
                (
                    uri.to_owned(),
                    uri.to_owned(),
                    Some(callee.name.clone()),
                    None,
                    Some(callee.worker.clone()),
                )
            }
            Destination::Queue(queue) => (
                queue.clone(),
                format!("queue:{queue}"),
                None,
                Some(queue.clone()),
                None,
            ),
        };
        TaskOrder {
            to: Pii(address),
            from: Pii(outbound.contact_uri.as_str().to_owned()),
            workflow: outbound.workflow.clone(),
            queue: outbound.queue.clone(),
            attributes: CallerAttributes {
                to: Pii(to_attribute),
                direction: "outbound".to_owned(),
                name,
                from_name: self.me.name.clone(),
                target_worker: outbound.contact_uri.clone(),
                call_to_queue: queue,
                auto_answer: "true".to_owned(),
                client_call: true,
                internal_call: Links {
                    caller_worker: Some(self.me.worker.clone()),
                    callee_worker: callee,
                    tab: self.tab.clone(),
                    ring_seconds: Some(self.ring_seconds),
                    ..Links::of(Role::Caller)
                },
            },
            task_channel: "voice".to_owned(),
        }
    }
}
