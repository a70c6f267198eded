//! The conference strategy: the caller's task, as `createTask` is asked to make it, and a leg that joins the conference.

use super::{After, InternalCall, Purpose, Said};
use crate::dialpad::Destination;
use crate::effect::{Effect, Notice, TaskOrder, Verdict};
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::twilio::attributes::{CallerAttributes, InternalCall as Links, Role, OUTLIVES};
use crate::twilio::configuration::Outbound;

impl InternalCall {
    pub(super) fn order(
        &self,
        outbound: &Outbound,
        to: &Destination,
        after: Option<After>,
    ) -> TaskOrder {
        let (by, conversation) = match after {
            Some(After { by, conversation }) => (Some(by), conversation),
            None => (None, None),
        };
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
                    busy_policy: self.busy_policy,
                    rejoin_seconds: self.outlives(outbound, to),
                    transferred_by: by,
                    conversation,
                    ..Links::of(Role::Caller)
                },
            },
            task_channel: "voice".to_owned(),
        }
    }

    /// TaskRouter calls this agent, and the functions' TwiML puts him into the conference.
    pub(super) fn call_into_conference<P: From<Purpose>>(
        &self,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> Verdict {
        let Some(leg) = self.legs.get(sid) else {
            return Verdict::Pass;
        };
        // Flex accepts a task with `autoAnswer` by itself, at once and in each of the caller's tabs. The one that placed
        // the call accepts it again once the callee is being rung.
        if leg.reservation.call.role == Role::Caller && !self.wants_own_leg(&leg.reservation) {
            return Verdict::Ignore;
        }
        let outbound = match &self.outbound {
            Ok(outbound) => outbound,
            Err(missing) => {
                said.tell(Notice::misconfigured(missing.0));
                return Verdict::Ignore;
            }
        };
        // A SIP phone is called over the carrier's trunk, which needs a number of the account as caller id.
        let from = if outbound.contact_uri.is_sip() {
            &outbound.caller_id
        } else {
            &leg.reservation.from
        };
        let base = &outbound.functions;
        let role = leg.reservation.call.role;
        let (url, call) = match (role, &leg.reservation.call.caller_task) {
            (Role::Callee, Some(conference)) => (
                format!(
                    "{base}/internal-call/common/agent-join-conference?conferenceName={conference}"
                ),
                conference,
            ),
            (Role::Caller, _) | (Role::Callee, None) => (
                format!(
                    "{base}/internal-call/common/agent-outbound-join?taskSid={}",
                    leg.reservation.task
                ),
                &leg.reservation.task,
            ),
        };
        let outlives = match leg.outlives_a_page() {
            true => format!("&{OUTLIVES}=true"),
            false => String::new(),
        };
        // A leg that ends before it is in the conference ends no conference: nobody else would tell.
        let own = match role {
            Role::Caller => String::new(),
            Role::Callee => format!("&calleeTask={}", leg.reservation.task),
        };
        let added = match leg.reservation.call.added_by {
            Some(_) => format!("&added={}", leg.reservation.task),
            None => String::new(),
        };
        let status_callback = format!(
            "{base}/internal-call/common/agent-leg-over?taskSid={call}&role={}{own}{outlives}",
            role.as_str()
        );
        let url = url + &added + &outlives;
        let from = Pii(from.0.clone());
        let id = ledger.open(Purpose::Call(sid.clone()).into());
        said.order(Effect::CallWorker {
            id,
            reservation: sid.clone(),
            from,
            url,
            status_callback,
        });
        // What draws comes after what is waited for.
        if role == Role::Caller {
            said.order(Effect::SelectTask {
                id: ledger.open(Purpose::Select.into()),
                reservation: sid.clone(),
            });
        }
        Verdict::Replace { until: id }
    }
}
