//! The application strategy (S1b): Flex calls a TwiML application as it calls a number, and the functions, which Twilio then
//! asks what to do, put that leg in line for the colleague. Each agent has a conference of Flex's own.
//!
//! | event | what is different |
//! |---|---|
//! | call pressed | `StartOutboundCall`; its parameters are checked by the functions against the caller's task |
//! | placed | waits for the functions' word on that task ([`ENQUEUE_WAIT`]): ringing, or why not |
//! | accept requested | Flex's own; the callee's with a caller id, since the application is none |
//! | Flex's accept failed | on offer again, and `Notify` where it was placed, or pressed |
//! | the caller's own phone, in whichever tab | may ring for [`ENQUEUE_WAIT`]; on offer no longer than TaskRouter leaves it there |
//! | the own leg is over, and he did not hang up | before it rang: not rung; while it rang: no answer |
//! | … and it was in another tab, or is still up here | it is over: he may have ended it there |
//!
//! Sources: <https://www.twilio.com/docs/flex/developer/ui/actions-framework-library-of-actions>,
//! <https://www.twilio.com/docs/voice/twiml/enqueue>.

use super::leg::Stage;
use super::placement::{Here, Placing, Wait};
use super::{InternalCall, Purpose, Said};
use crate::dialpad::Destination;
use crate::effect::{Notice, OutboundOrder, Unanswered, Verdict};
use crate::error::Failure;
use crate::event::{ActionToken, Outcome};
use crate::ids::{CallSid, ReservationSid, TaskSid};
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::attributes::{Conversations, InternalCall as Links, OutboundAttributes, Role};
use crate::twilio::reservation::{InternalReservation, ReservationStatus};
use crate::twilio::strategy::{Application, Strategy, StrategyName};
use crate::view::CallLine;

/// How long it may take until the functions say that the callee is rung: the agent's own phone, which Twilio rings for 60 s
/// at most (<https://www.twilio.com/docs/voice/api/call-resource>, Timeout), and a webhook, which has 15 s.
pub(super) const ENQUEUE_WAIT: Millis = Millis::from_secs(75);

impl InternalCall {
    /// Whether this agent's calls are placed by an application.
    pub(super) fn calls_application(&self) -> bool {
        match &self.strategy {
            Strategy::Application(_) => true,
            Strategy::Conference | Strategy::WarmTransfer(_) | Strategy::Unclear(_) => false,
        }
    }

    /// Whether they are placed by Flex's own `StartOutboundCall`, which takes the own leg by itself.
    pub(super) fn dials_by_flex(&self) -> bool {
        self.calls_application() || self.hands_over()
    }

    /// Names a conversation: the tab's name is drawn at random, and it places one call at a time.
    pub(super) fn conversation(&self, now: Millis) -> String {
        let tab = self.tab.as_deref().unwrap_or(self.me.worker.as_str());
        format!("{tab}-{}", now.0)
    }

    pub(super) fn outbound_order(
        &self,
        now: Millis,
        application: &Application,
        to: &Destination,
    ) -> OutboundOrder {
        let conversation_id = self.conversation(now);
        let (parameter, queue) = match to {
            Destination::Agent(callee) => (("worker_sid", callee.worker.as_str()), None),
            Destination::Queue(queue) => (("callToQueue", queue.as_str()), Some(queue.clone())),
        };
        let parameters = [parameter, ("conversation_id", &conversation_id)];
        OutboundOrder {
            destination: Pii(format!(
                "app:{}?{}",
                application.application,
                encoded(&parameters)
            )),
            queue: application.queue.clone(),
            attributes: OutboundAttributes {
                name: to.name(),
                internal_outbound_to: to.name(),
                from_name: None,
                call_to_queue: queue,
                conversations: Conversations { conversation_id },
                internal_call: Links {
                    strategy: Some(StrategyName::Application),
                    caller_worker: Some(self.me.worker.clone()),
                    callee_worker: to.worker().cloned(),
                    tab: self.tab.clone(),
                    ring_seconds: Some(self.ring_seconds),
                    busy_policy: self.busy_policy,
                    ..Links::of(Role::Caller)
                },
            },
        }
    }

    /// Whether a reservation is of this agent's part in the call. Flex hands native calls over to others, for whom they are
    /// no calls between these two.
    pub(super) fn concerns_me(&self, new: &InternalReservation) -> bool {
        let me = |worker: Option<&_>| worker.is_none_or(|worker| *worker == self.me.worker);
        let mine = match new.call.role {
            Role::Caller => me(new.call.caller_worker.as_ref()),
            Role::Callee => me(new.call.callee_worker.as_ref()),
        };
        match new.strategy {
            StrategyName::Conference => true,
            // Also one that comes back to him, by a chain of transfers.
            StrategyName::Application => mine && !new.transferred,
            StrategyName::WarmTransfer => mine && !self.is_caller_again(new),
        }
    }

    /// His own call is handed over to him: he is in it already, or was.
    fn is_caller_again(&self, new: &InternalReservation) -> bool {
        new.call.role == Role::Callee && new.call.caller_worker.as_ref() == Some(&self.me.worker)
    }

    /// Another agent's part in a call is on offer to this one, by Flex's transfer.
    pub(super) fn note_handed_on(&mut self, new: InternalReservation) {
        if new.to_application && new.status == ReservationStatus::Pending {
            self.handed_on.insert(new.sid);
        } else {
            self.handed_on.remove(&new.sid);
        }
    }

    pub(super) fn accept_natively(&self, sid: &ReservationSid) -> Verdict {
        if let Some(staying) = self.accept_staying(sid) {
            return staying;
        }
        match self.legs.get(sid) {
            Some(leg) if leg.reservation.to_application => self.with_number(),
            Some(_) | None => Verdict::Pass,
        }
    }

    /// What is on offer is not this agent's part in a call, or no call between agents at all.
    pub(super) fn accept_handed_on(&self, sid: Option<&str>) -> Verdict {
        let handed_on = |sid: &str| self.handed_on.iter().any(|one| one.as_str() == sid);
        match sid.is_some_and(handed_on) {
            true => self.with_number(),
            false => Verdict::Pass,
        }
    }

    /// TaskRouter takes the called address for the agent's leg's caller id, which an application is not.
    fn with_number(&self) -> Verdict {
        match &self.outbound {
            Ok(outbound) => Verdict::From {
                from: outbound.caller_id.clone(),
            },
            Err(_) => Verdict::Pass,
        }
    }

    /// A Flex action is over. That its own accept failed is told by nothing else.
    pub fn action_over(
        &mut self,
        now: Millis,
        ended: ActionToken,
        failure: Option<&Failure>,
    ) -> Said {
        let mut said = Said::default();
        let accepting = self.legs.iter().find(|(_, leg)| {
            matches!(&leg.stage, Stage::Accepting { token: Some(token), .. } if *token == ended)
        });
        if let (Some((sid, _)), Some(failure)) = (accepting, failure.cloned()) {
            let (sid, outcome) = (sid.clone(), Outcome::Failed { failure });
            self.accept_settled(now, &sid, &outcome, &mut said);
            if self.took_back(&sid) || self.is_placed_elsewhere(&sid) {
                said.effects.clear(); // no news to him
            }
        }
        said
    }

    /// Nobody said in time whether the callee is rung.
    pub(super) fn not_enqueued<P: From<Purpose>>(
        &mut self,
        task: &TaskSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        self.cannot_ring(task, not_rung(), ledger, said);
    }

    /// Whether the own leg ended by nothing that this agent did. A phone elsewhere is hung up without Flex knowing.
    pub(super) fn ended_without_him(&self, wait: Wait) -> bool {
        let sip = self
            .outbound
            .as_ref()
            .is_ok_and(|outbound| outbound.contact_uri.is_sip());
        self.dials_by_flex() && wait != Wait::Over && !sip
    }

    /// Whether it was in this tab that the own leg ended, as far as TaskRouter says which it was. If not, he may have hung up
    /// in another; or wrapped the task up there, by the button that hangs up in a tab that has the leg.
    pub(super) fn ended_here(&self, leg: Option<&CallSid>, here: &Here) -> bool {
        match (leg.filter(|_| self.hears_legs), here) {
            (None, Here::Nothing | Here::Up(_) | Here::Over(_)) => true,
            (Some(leg), Here::Over(over)) => leg == over,
            (Some(_), Here::Nothing | Here::Up(_)) => false,
        }
    }

    /// A leg was answered in this tab.
    pub fn leg_opened(&mut self, leg: &CallSid) {
        let native = self.dials_by_flex();
        if let Placing::Placed { here, .. } = &mut self.placing {
            if native {
                *here = Here::Up(leg.clone());
            }
        }
    }

    /// A leg in this tab is over.
    pub fn leg_ended(&mut self, leg: &CallSid) {
        if let Placing::Placed { here, .. } = &mut self.placing {
            if *here == Here::Up(leg.clone()) {
                *here = Here::Over(leg.clone());
            }
        }
    }

    /// Whether another tab has placed it: Flex accepts such a call in every tab by itself, and all but one fail.
    fn is_placed_elsewhere(&self, sid: &ReservationSid) -> bool {
        let call = self.legs.get(sid).map(|leg| &leg.reservation.call);
        call.is_some_and(|call| call.role == Role::Caller && call.tab != self.tab)
    }

    /// Whether the call is being ended, or it is his own and he hung up.
    fn took_back(&self, sid: &ReservationSid) -> bool {
        let Some(leg) = self.legs.get(sid) else {
            return false;
        };
        let own = &leg.reservation.task;
        let hung_up = match &self.placing {
            Placing::Placed { task, wait, .. } => own == task && *wait == Wait::Over,
            Placing::Idle | Placing::Creating { .. } => false,
        };
        hung_up || self.endings.contains_key(own)
    }

    /// What the panel keeps saying then.
    pub(super) fn unanswered(
        &self,
        line: &CallLine,
        to: &Destination,
        said: &mut Said,
    ) -> CallLine {
        let name = to.name();
        if let CallLine::Ringing { .. } = line {
            let why = Unanswered::NoAnswer;
            let notice = Notice::Unanswered {
                name: name.clone(),
                why,
            };
            said.tell(notice);
            return CallLine::Unanswered { name, why };
        }
        let notice = match &self.strategy {
            Strategy::WarmTransfer(number) => Notice::TargetNotAnswered {
                target: number.target.clone(),
            },
            Strategy::Application(_) | Strategy::Conference | Strategy::Unclear(_) => not_rung(),
        };
        said.tell(notice.clone());
        CallLine::Failed { notice }
    }
}

fn not_rung() -> Notice {
    Notice::CalleeNotRung {
        detail: "Twilio did not ask who is called".to_owned(),
    }
}

/// As a query: of letters, digits and `-._~` nothing is changed, all else is percent-encoded, byte by byte
/// (<https://www.rfc-editor.org/rfc/rfc3986#section-2.3>).
fn encoded(parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", percent_encoded(value)))
        .collect();
    pairs.join("&")
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
