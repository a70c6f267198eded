//! The warm transfer strategy (S1): Flex calls a number that keeps silent, and hands that call over to the colleague. Both
//! have the one task then, and are in Flex's own conference; the silent party is sent away.
//!
//! | event | what is different |
//! |---|---|
//! | call pressed | `StartOutboundCall` of `call_target` |
//! | placed | `Http` ring: whether the callee can be reached |
//! | he can, and both this agent and the number are in the conference, whichever is last | `TransferTask`, warm |
//! | TaskRouter has begun | ringing: the silent party, which TaskRouter put on hold, is taken back |
//! | it was refused, or took too long | failed: `Notify`, `Http` end |
//! | the number is not there in time ([`NUMBER_WAIT`] after this agent) | failed: `Notify`, `Http` end |
//! | the callee refused or let it lapse, and the functions know of nothing [`WORD_WAIT`] later | unanswered: `Notify`, `Http` end |
//! | accept requested | Flex's own, in a conference that the silent party may leave |
//! | the colleague is in the conference | `Http` came: the functions note it, and send the silent party away |
//! | hold, resume | `HoldParticipant` of everybody else: Flex's button holds the silent party |
//!
//! Sources: <https://www.twilio.com/docs/flex/developer/ui/actions-framework-library-of-actions>,
//! <https://www.twilio.com/docs/flex/end-user-guide/warm-transfer>.

use super::ending::Why;
use super::leg::{Hold, Leg, Stage};
use super::placement::{Placing, Wait};
use super::{of_task, succeeded, Asker, InternalCall, Purpose, Said};
use crate::dialpad::Destination;
use crate::effect::{Effect, Notice, OutboundOrder, TransferTarget, Unanswered, Verdict};
use crate::event::Outcome;
use crate::ids::{ReservationSid, TaskSid};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::attributes::{Conversations, InternalCall as Links, OutboundAttributes, Role};
use crate::twilio::configuration::Outbound;
use crate::twilio::participant::RawParticipant;
use crate::twilio::reservation::{HandOver, InternalReservation};
use crate::twilio::strategy::{Strategy, StrategyName, WarmTransfer};
use crate::view::CallLine;
use serde::{Deserialize, Serialize};

/// How long the number may take to answer once this agent is there: it is one of the account's own, whose TwiML begins at
/// once; over the telephone network a call is set up within some seconds.
const NUMBER_WAIT: Millis = Millis::from_secs(15);

/// How long TaskRouter may take to begin the transfer: the SDK answers within a second, and reconnects within about 4 s of a
/// dropped socket (measured).
const TRANSFER_WAIT: Millis = Millis::from_secs(20);

/// How long whoever did not take it has to say why: whose activity changes loses his reservation first, and his plugin tells
/// the functions then, which write it on the task within some requests.
const WORD_WAIT: Millis = Millis::from_secs(3);

/// Who is in the conference of a call that was handed over, besides this agent and the silent party.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(super) struct Company {
    /// As `HoldParticipant` wants them.
    others: Vec<Other>,
    /// This agent hears music.
    held: bool,
    /// The silent party, likewise, while it is there.
    silent: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Other {
    target: String,
    kind: String,
    on_hold: bool,
}

impl Company {
    fn of(participants: &[RawParticipant]) -> Self {
        let there = || participants.iter().filter(|one| one.joined);
        let others = there().filter(|one| !one.me && is_party(one));
        Self {
            others: others
                .map(|one| Other {
                    target: one.target.clone(),
                    kind: one.kind.clone(),
                    on_hold: one.on_hold,
                })
                .collect(),
            held: there().any(|one| one.me && one.on_hold),
            silent: there()
                .find(|one| one.kind == CUSTOMER)
                .map(|one| one.target.clone()),
        }
    }

    pub(super) fn hold(&self) -> Hold {
        match !self.others.is_empty() && self.others.iter().all(|one| one.on_hold) {
            true => Hold::On,
            false => Hold::Off,
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.held
    }
}

/// What Flex takes the silent party for.
const CUSTOMER: &str = "customer";

/// Neither the number that was called, nor somebody who only listens in, nor one who has not come yet.
fn is_party(one: &RawParticipant) -> bool {
    matches!(one.kind.as_str(), "worker" | "external")
}

impl InternalCall {
    /// Whether this agent's calls are placed by handing a called number over.
    pub(super) fn hands_over(&self) -> bool {
        match &self.strategy {
            Strategy::WarmTransfer(_) => true,
            Strategy::Conference | Strategy::Application(_) | Strategy::Unclear(_) => false,
        }
    }

    pub(super) fn order_of_number(
        &self,
        now: Millis,
        outbound: &Outbound,
        number: &WarmTransfer,
        to: &Destination,
    ) -> OutboundOrder {
        let conversation_id = self.conversation(now);
        let queue = match to {
            Destination::Agent(_) => None,
            Destination::Queue(queue) => Some(queue.clone()),
        };
        OutboundOrder {
            destination: number.target.clone(),
            queue: outbound.queue.clone(),
            attributes: OutboundAttributes {
                name: to.name(),
                internal_outbound_to: to.name(),
                from_name: Some(self.me.name.clone()),
                call_to_queue: queue,
                conversations: Conversations { conversation_id },
                internal_call: Links {
                    strategy: Some(StrategyName::WarmTransfer),
                    caller_worker: Some(self.me.worker.clone()),
                    caller_uri: Some(outbound.contact_uri.clone()),
                    callee_worker: to.worker().cloned(),
                    tab: self.tab.clone(),
                    ring_seconds: Some(self.ring_seconds),
                    busy_policy: self.busy_policy,
                    ..Links::of(Role::Caller)
                },
            },
        }
    }

    /// Both have the one task: the silent party's exit must end nothing.
    pub(super) fn accept_staying(&self, sid: &ReservationSid) -> Option<Verdict> {
        let leg = self.legs.get(sid)?;
        leg.is_handed_over().then_some(Verdict::Staying)
    }

    /// The functions have nothing against it: he is rung as soon as there is a call to hand over.
    pub(super) fn may_hand_over<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if let Placing::Placed { wait, .. } = &mut self.placing {
            let until = now + super::application::ENQUEUE_WAIT;
            *wait = Wait::Number { until };
        }
        self.hand_over_when_met(now, ledger, said);
    }

    /// Who is in the conference of a task, as Flex knows it.
    pub fn participants_changed<P: From<Purpose>>(
        &mut self,
        now: Millis,
        sid: &ReservationSid,
        participants: &[RawParticipant],
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let Some(leg) = self.legs.get_mut(sid).filter(|leg| leg.is_handed_over()) else {
            return said;
        };
        let before = std::mem::replace(&mut leg.company, Company::of(participants));
        let (task, role) = (leg.reservation.task.clone(), leg.reservation.call.role);
        let joined = |wanted: &dyn Fn(&RawParticipant) -> bool| {
            participants.iter().any(|one| one.joined && wanted(one))
        };
        let met = joined(&|one| one.me) && joined(&|one| one.kind == CUSTOMER);
        let came = before.others.is_empty() && !leg.company.others.is_empty();
        if let Stage::Connected { hold, .. } = &mut leg.stage {
            if !matches!(hold, Hold::Ordered { .. }) {
                *hold = leg.company.hold();
            }
        }
        said.call = true;
        if role == Role::Caller && came {
            self.tell_came(&task, ledger, &mut said);
        }
        if let Placing::Placed {
            task: placed,
            met: has_met,
            ..
        } = &mut self.placing
        {
            if *placed == task && met {
                *has_met = true;
            }
        }
        self.hand_over_when_met(now, ledger, &mut said);
        said
    }

    /// The colleague is there: the functions, who look for themselves, note it, and send the silent party away.
    pub(super) fn tell_came<P: From<Purpose>>(
        &self,
        task: &TaskSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let form = self.form_of(task);
        self.post("came", form, Purpose::Check, ledger, said);
    }

    /// The form that names a task, and how its call is connected, where the functions must know before they read it.
    pub(super) fn form_of(&self, task: &TaskSid) -> Vec<(String, String)> {
        let mut form = of_task(task);
        let mut legs = self.legs.values();
        let known = legs.any(|leg| leg.reservation.task == *task && leg.is_handed_over());
        if known || self.hands_over() {
            let name = StrategyName::WarmTransfer.as_str();
            form.push(("strategy".to_owned(), name.to_owned()));
        }
        form
    }

    /// Both this agent and the number are in the conference: it can be handed over.
    pub(super) fn hand_over_when_met<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Placing::Placed {
            task,
            to,
            wait,
            met: true,
            ..
        } = &mut self.placing
        else {
            return;
        };
        let own = self.legs.iter().find(|(_, leg)| {
            leg.reservation.task == *task && matches!(leg.stage, Stage::Connected { .. })
        });
        let (Wait::Number { .. }, Some((sid, _))) = (&wait, own) else {
            return;
        };
        let to = match to {
            Destination::Agent(callee) => TransferTarget::Worker {
                worker: callee.worker.clone(),
            },
            Destination::Queue(queue) => TransferTarget::Queue {
                queue: queue.clone(),
            },
        };
        let until = now + TRANSFER_WAIT;
        *wait = Wait::Transfer { until };
        said.order(Effect::TransferTask {
            id: ledger.open(Purpose::HandOver(task.clone()).into()),
            reservation: sid.clone(),
            to,
        });
    }

    /// TaskRouter has begun to hand the call over, or will not.
    pub(super) fn handed_over<P: From<Purpose>>(
        &mut self,
        now: Millis,
        task: &TaskSid,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Placing::Placed {
            to,
            task: placed,
            wait: Wait::Transfer { .. },
            ..
        } = &self.placing
        else {
            return; // he has come already, or it is over
        };
        if placed != task {
            return;
        }
        let (name, ring_time) = (to.name(), self.ring_time(to));
        match succeeded(outcome) {
            Ok(()) => {
                let until = now + ring_time;
                self.set_line(CallLine::Ringing { name }, Wait::Answer { until }, said);
                self.take_silent_party_back(task, ledger, said);
            }
            Err(refusal) => {
                let detail = refusal.detail;
                self.cannot_ring(task, Notice::CalleeNotRung { detail }, ledger, said);
            }
        }
    }

    /// TaskRouter puts on hold whom it takes for the customer; Flex would show the call as one that waits, also when the silent
    /// party has gone.
    fn take_silent_party_back<P: From<Purpose>>(
        &self,
        task: &TaskSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let mut legs = self.legs.iter();
        let own = legs.find(|(_, leg)| leg.reservation.task == *task);
        let silent = own.and_then(|(sid, leg)| Some((sid, leg.company.silent.clone()?)));
        if let Some((sid, participant)) = silent {
            said.order(Effect::HoldParticipant {
                id: ledger.open(Purpose::Check.into()),
                reservation: sid.clone(),
                participant,
                participant_type: CUSTOMER.to_owned(),
                hold: false,
            });
        }
    }

    /// This agent's own leg is up: from now on the number has [`NUMBER_WAIT`].
    pub(super) fn wait_for_number(&mut self, now: Millis, own: &TaskSid) {
        if let Placing::Placed {
            task,
            wait: Wait::Number { until },
            ..
        } = &mut self.placing
        {
            if task == own {
                *until = (*until).min(now + NUMBER_WAIT);
            }
        }
    }

    /// What TaskRouter says of the transfer. How it came out the functions know better, if anybody tells them: their word is
    /// on the task before, or soon after.
    pub(super) fn transfer_changed(&mut self, now: Millis, own: &InternalReservation) {
        let Placing::Placed {
            task,
            wait: wait @ Wait::Answer { .. },
            ..
        } = &mut self.placing
        else {
            return;
        };
        if *task != own.task {
            return;
        }
        let why = match own.outgoing {
            Some(HandOver::Refused) => Unanswered::Declined { reason: None },
            Some(HandOver::Failed) => Unanswered::NoAnswer,
            Some(HandOver::Initiated | HandOver::Complete) | None => return,
        };
        let until = now + WORD_WAIT;
        *wait = Wait::Word { why, until };
    }

    /// Nobody has said more of it than TaskRouter.
    pub(super) fn not_taken<P: From<Purpose>>(
        &mut self,
        task: &TaskSid,
        why: Unanswered,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Placing::Placed { to, .. } = &self.placing else {
            return;
        };
        let name = to.name();
        said.tell(Notice::Unanswered {
            name: name.clone(),
            why,
        });
        self.set_line(CallLine::Unanswered { name, why }, Wait::Over, said);
        self.end(task, Why::Over, ledger, said);
    }

    /// The number, or TaskRouter's transfer, took too long.
    pub(super) fn not_handed_over<P: From<Purpose>>(
        &mut self,
        task: &TaskSid,
        wait: Wait,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let notice = match (&self.strategy, wait) {
            (Strategy::WarmTransfer(number), Wait::Number { .. }) => Notice::TargetNotAnswered {
                target: number.target.clone(),
            },
            (_, _) => Notice::CalleeNotRung {
                detail: "TaskRouter did not answer".to_owned(),
            },
        };
        self.cannot_ring(task, notice, ledger, said);
    }

    pub(super) fn cannot_ring<P: From<Purpose>>(
        &mut self,
        task: &TaskSid,
        notice: Notice,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        said.tell(notice.clone());
        self.set_line(CallLine::Failed { notice }, Wait::Over, said);
        self.end(task, Why::Over, ledger, said);
    }

    /// Everybody else goes on hold, or comes back, also who is said to be so already: what is said of them is late, and
    /// asking twice changes nothing. The last order's answer is the action's.
    pub(super) fn hold_company<P: From<Purpose>>(
        &self,
        sid: &ReservationSid,
        on: bool,
        asker: Asker,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> Option<crate::event::EffectId> {
        let others = &self.legs.get(sid)?.company.others;
        let mut last = None;
        for other in others {
            let id = ledger.open(Purpose::Hold(sid.clone(), asker).into());
            said.order(Effect::HoldParticipant {
                id,
                reservation: sid.clone(),
                participant: other.target.clone(),
                participant_type: other.kind.clone(),
                hold: on,
            });
            last = Some(id);
        }
        last
    }
}

impl Leg {
    /// Whether both have the one task.
    pub(super) fn is_handed_over(&self) -> bool {
        self.reservation.strategy == StrategyName::WarmTransfer
    }
}
