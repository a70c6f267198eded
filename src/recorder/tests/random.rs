//! Whatever happens, in whatever order: what is recorded of it replays to the same decisions, without a name in it.

use super::*;
use crate::event::{ActionToken, FlexAction};
use crate::ids::{CallSid, ReservationSid, TaskSid};
use proptest::prelude::*;

/// Texts that could be taken for something else, or for each other.
const TEXTS: [&str; 12] = [
    "Erin",
    "erin",
    "Érin",
    "Erin ",
    "",
    " ",
    "Sales",
    "‹1›",
    "client:erin",
    "sip:erin@example.com",
    "HTTP 500 no",
    "queue:Sales",
];
const QUEUES: [&str; 3] = ["Sales", "Erin", "‹1›"];
const STATUSES: [&str; 6] = [
    "pending",
    "accepted",
    "wrapping",
    "completed",
    "canceled",
    "rescinded",
];
const WORDS: [&str; 4] = ["answered", "busy", "unavailable", "who knows"];
const PROGRESS: [&str; 5] = ["ringing", "answered", "declined", "no_answer", "unheard of"];
const ACTIONS: [FlexAction; 6] = [
    FlexAction::AcceptTask,
    FlexAction::RejectTask,
    FlexAction::HoldCall,
    FlexAction::UnholdCall,
    FlexAction::HangupCall,
    FlexAction::UnholdParticipant,
];

/// What happens next, chosen by four numbers.
struct Next<'a> {
    of: [u8; 4],
    /// Effects that are not answered.
    out: &'a mut Vec<EffectId>,
}

impl Next<'_> {
    fn one<T: Copy>(&self, place: usize, among: &[T]) -> T {
        among[usize::from(self.of[place]) % among.len()]
    }

    fn text(&self, place: usize) -> &'static str {
        self.one(place, &TEXTS)
    }

    fn number(&self, place: usize) -> u128 {
        u128::from(self.of[place] % 3) + 1
    }

    fn reservation(&self) -> ReservationSid {
        ReservationSid::from_number(self.number(1))
    }

    fn leg(&self) -> CallSid {
        CallSid::from_number(self.number(1))
    }

    fn callee(&self) -> Value {
        json!({"worker": WorkerSid::from_number(self.number(1)), "contactUri": "client:erin",
               "name": self.text(2)})
    }

    fn internal(&self) -> Value {
        let role = self.one(2, &["caller", "callee"]);
        json!({"client_call": true, "from": self.text(3), "name": self.text(2),
            "callToQueue": (self.of[3].is_multiple_of(4)).then_some("Sales"),
            "internal_call": {"role": role, "caller_worker": WorkerSid::from_number(self.number(3)),
                "caller_task": TaskSid::from_number(self.number(1)), "tab": self.one(3, &["tab-1", "tab-2"]),
                "progress": self.one(3, &PROGRESS), "on_hold": {"caller": self.of[3].is_multiple_of(2), "callee": false}}})
    }

    fn reservation_changed(&self) -> Value {
        let attributes = if self.of[2].is_multiple_of(2) {
            self.internal()
        } else {
            json!({"from": "+15550123", "name": self.text(2),
                "conference": {"participants": {"worker": self.leg()}}})
        };
        json!({"kind": "reservationChanged", "reservation": {
            "sid": self.reservation(), "taskSid": TaskSid::from_number(self.number(1)),
            "status": self.one(3, &STATUSES), "timeout": 60, "channel": "voice", "attributes": attributes}})
    }

    fn participants_changed(&self) -> Value {
        let somebody = |target: &str, kind: &str, me: bool| {
            json!({"target": target, "call": self.leg(), "kind": kind, "me": me, "joined": !self.of[3].is_multiple_of(3),
                "onHold": self.of[3].is_multiple_of(2)})
        };
        json!({"kind": "participantsChanged", "reservation": self.reservation(), "participants": [
            somebody("me", "worker", true), somebody(self.text(2), self.one(3, &["customer", "external"]), false)]})
    }

    fn settled(&mut self) -> Value {
        let id = match self.out.len() {
            0 => EffectId(u32::from(self.of[1])),
            len => self.out.remove(usize::from(self.of[1]) % len),
        };
        let outcome = match self.of[2] % 7 {
            0 => json!({"kind": "done"}),
            1 => json!({"kind": "taskCreated", "task": TaskSid::from_number(self.number(3))}),
            2 => {
                json!({"kind": "answered", "status": 200, "message": "", "code": self.one(3, &WORDS)})
            }
            3 => {
                json!({"kind": "answered", "status": 503, "message": self.text(3), "code": self.one(3, &WORDS)})
            }
            4 => json!({"kind": "people", "people": [{"friendly_name": "erin"}]}),
            5 => json!({"kind": "queues", "queues": QUEUES}),
            _ => json!({"kind": "failed", "failure": {"message": self.text(3)}}),
        };
        json!({"kind": "settled", "id": id, "outcome": outcome})
    }

    fn event(mut self) -> Event {
        let tab = self.one(3, &["agent", "queue"]);
        let value = match self.of[0] % 36 {
            0 => json!({"kind": "tabChosen", "tab": tab}),
            1 => json!({"kind": "fieldOpened", "tab": tab}),
            2 => json!({"kind": "retryPressed", "tab": tab}),
            3 => json!({"kind": "queryTyped", "tab": tab, "text": self.text(2)}),
            4 => json!({"kind": "personChosen", "callee": self.callee()}),
            5 => json!({"kind": "queueChosen", "queue": self.one(2, &QUEUES)}),
            6 | 7 => json!({"kind": "callPressed"}),
            8 => json!({"kind": "callBackPressed", "callee": self.callee()}),
            9 => {
                json!({"kind": "declineChosen", "reservation": self.reservation(), "reason": "busy"})
            }
            10 => {
                json!({"kind": "personRemoved", "worker": WorkerSid::from_number(self.number(1))})
            }
            11 => json!({"kind": "legOpened", "leg": self.leg()}),
            12 => json!({"kind": "legAudible", "leg": self.leg()}),
            13 => {
                json!({"kind": "legMuted", "leg": self.leg(), "muted": self.of[2].is_multiple_of(2)})
            }
            14 => json!({"kind": "legEnded", "leg": self.leg(), "detail": self.text(2)}),
            15 => json!({"kind": "taskSelected", "reservation": self.reservation()}),
            16 => json!({"kind": "swapPressed", "reservation": self.reservation()}),
            17 => json!({"kind": "endAndAnswerPressed", "reservation": self.reservation()}),
            18 => json!({"kind": "legRetryPressed", "reservation": self.reservation()}),
            19 => json!({"kind": "actionEnded", "token": ActionToken(u32::from(self.of[1] % 8)),
                "failure": (self.of[2].is_multiple_of(2)).then(|| json!({"message": self.text(3)}))}),
            20 | 21 => json!({"kind": "deadlineReached"}),
            22 => json!({"kind": "legOffered", "leg": self.leg(), "reservation": null,
                "offered": self.one(2, &["byFlex", "forwardable", "nowhere"])}),
            23 => {
                json!({"kind": "actionRequested", "token": self.of[2] % 8, "action": self.one(3, &ACTIONS),
                "sid": self.reservation(), "taskSid": null, "target": self.text(2)})
            }
            24 => self.participants_changed(),
            25..=28 => self.reservation_changed(),
            29 => json!({"kind": "filterChosen", "facet": "team", "value": self.text(2)}),
            30 => json!({"kind": "filtersCleared"}),
            // Not recorded: nothing that is decided may depend on it.
            31 => json!({"kind": "personChanged", "person": {
                "worker_sid": WorkerSid::from_number(self.number(1)), "friendly_name": self.text(2)}}),
            32 => json!({"kind": "tellWhenFreePressed", "callee": self.callee()}),
            33 => {
                json!({"kind": "waitCancelled", "worker": WorkerSid::from_number(self.number(1))})
            }
            _ => self.settled(),
        };
        serde_json::from_value(value).unwrap()
    }
}

fn ids(effects: &[Effect]) -> impl Iterator<Item = EffectId> + '_ {
    effects.iter().filter_map(|effect| {
        let value = serde_json::to_value(effect).unwrap();
        serde_json::from_value(value["id"].clone()).ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_recorded_replays_to_the_same_decisions(
        happenings in proptest::collection::vec(any::<([u8; 4], u16)>(), 0..80),
        limit in 1_usize..60,
    ) {
        let mut agent = Recorded::new(Recorder::with_segments(SEGMENT, limit));
        let mut out: Vec<EffectId> = ids(&agent.told(&started())).collect();
        for (of, later) in happenings {
            agent.now = agent.now + Millis(u64::from(later));
            let event = Next { of, out: &mut out }.event();
            out.extend(ids(&agent.told(&event)));
        }
        prop_assert!(agent.recorder.len() <= 2 * limit);
        let text = agent.exported();
        for name in ["Erin", "erin", "Érin", "Sales", "Alice", "+1555", "functions.example", "tab-1"] {
            prop_assert!(!text.contains(name), "{}", name);
        }
        let recording = read(&text);
        prop_assert_eq!(recording.entries.len(), agent.recorder.len());
        for step in replay(&recording) {
            prop_assert!(step.same, "{:#?}", step);
        }
    }
}
