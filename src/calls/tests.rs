use crate::calls::Audio;
use crate::core::Core;
use crate::effect::{Effect, Notice, Verdict};
use crate::error::Failure;
use crate::event::{ActionToken, EffectId, Event, FlexAction, Offered, Outcome};
use crate::ids::{CallSid, QueueSid, ReservationSid, TaskSid, WorkerSid, WorkflowSid};
use crate::time::Millis;
use crate::view::{CallState, CallsView};
use serde_json::{json, Value};

mod accepting;
mod holds;
mod lost;
mod native;
mod screen;
mod swapping;
mod together;

const NOW: Millis = Millis(1000);

/// A customer's call, by its number.
fn reservation(number: u128) -> ReservationSid {
    ReservationSid::from_number(number)
}

fn leg(number: u128) -> CallSid {
    CallSid::from_number(number)
}

fn customer(number: u128) -> String {
    CallSid::from_number(1000 + number).to_string()
}

/// An agent's core, and what it ordered last.
struct Agent {
    core: Core,
    now: Millis,
    audio: Audio,
    tokens: u32,
}

impl Agent {
    fn new() -> Self {
        Self::configured(|_| {}, "client:alice")
    }

    fn configured(configure: impl FnOnce(&mut Value), contact_uri: &str) -> Self {
        let mut event = json!({
            "kind": "started",
            "configuration": {
                "outbound_call_flows": {"default": {
                    "workflow_sid": WorkflowSid::from_number(1), "queue_sid": QueueSid::from_number(1),
                    "caller_id": "+15550100"}},
                "ui_attributes": {"custom_data": {
                    "serverless_functions_domain": "f.example",
                    "features": {"multi_call": {"enabled": true}}}}},
            "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
                   "attributes": {"contact_uri": contact_uri, "full_name": "Alice Anderson"}},
            "activities": [], "tab": "tab-1", "lost": [leg(9)],
        });
        configure(&mut event["configuration"]["ui_attributes"]["custom_data"]["features"]);
        let mut agent = Self {
            core: Core::default(),
            now: NOW,
            audio: Audio::default(),
            tokens: 0,
        };
        agent.told(&serde_json::from_value(event).unwrap());
        agent
    }

    fn told(&mut self, event: &Event) -> Vec<Effect> {
        let mut effects = self.core.handle(self.now, event);
        assert_audio_first(&effects);
        for effect in &effects {
            if let Effect::SetAudio { audio } = effect {
                self.audio = audio.clone();
            }
        }
        effects.retain(|effect| {
            !matches!(
                effect,
                Effect::ViewChanged { .. } | Effect::ShowLeg { .. } | Effect::SetAudio { .. }
            )
        });
        effects
    }

    fn task(&mut self, number: u128, status: &str, attributes: Value) -> Vec<Effect> {
        let event = json!({"kind": "reservationChanged", "reservation": {
            "sid": reservation(number), "taskSid": TaskSid::from_number(number), "status": status,
            "channel": "voice", "attributes": attributes}});
        self.told(&serde_json::from_value(event).unwrap())
    }

    fn customer_calls(&mut self, number: u128) -> Vec<Effect> {
        self.task(
            number,
            "pending",
            json!({"from": format!("+1555000{number}")}),
        )
    }

    /// He presses Accept, and Flex's own action runs.
    fn accepts(&mut self, number: u128) -> Vec<Effect> {
        self.asks(FlexAction::AcceptTask, number)
    }

    fn asks(&mut self, action: FlexAction, number: u128) -> Vec<Effect> {
        self.tokens += 1;
        self.told(&Event::ActionRequested {
            token: ActionToken(self.tokens),
            action,
            sid: Some(reservation(number).to_string()),
            task_sid: None,
            target: None,
        })
    }

    fn accepted(&mut self, number: u128) {
        self.task(number, "accepted", json!({"from": "+1555"}));
    }

    fn leg_comes(&mut self, number: u128, offered: Offered) -> Vec<Effect> {
        self.told(&Event::LegOffered {
            leg: leg(number),
            reservation: None,
            offered,
        })
    }

    fn opens(&mut self, number: u128) -> Vec<Effect> {
        self.told(&Event::LegOpened { leg: leg(number) })
    }

    fn is_heard(&mut self, number: u128) -> Vec<Effect> {
        self.told(&Event::LegAudible { leg: leg(number) })
    }

    fn meets(&mut self, number: u128, on_hold: bool) -> Vec<Effect> {
        self.told(&Event::ParticipantsChanged {
            reservation: reservation(number),
            participants: serde_json::from_value(json!([
                {"target": customer(number), "kind": "customer", "me": false, "joined": true, "onHold": on_hold},
                {"target": "me", "kind": "worker", "call": leg(number), "me": true, "joined": true, "onHold": false}
            ]))
            .unwrap(),
        })
    }

    /// The whole way, as it goes well.
    fn talks_to(&mut self, number: u128) -> Vec<Effect> {
        let busy = self.audio.ear.is_some();
        self.customer_calls(number);
        self.accepts(number);
        self.accepted(number);
        self.leg_comes(
            number,
            match busy {
                true => Offered::Forwardable,
                false => Offered::ByFlex,
            },
        );
        self.opens(number);
        self.meets(number, false);
        self.is_heard(number)
    }

    fn ended(&mut self, number: u128, detail: Option<&str>) -> Vec<Effect> {
        self.told(&Event::LegEnded {
            leg: leg(number),
            detail: detail.map(str::to_owned),
        })
    }

    fn swaps_to(&mut self, number: u128) -> Vec<Effect> {
        self.told(&Event::SwapPressed {
            reservation: reservation(number),
        })
    }

    fn settle(&mut self, id: EffectId) -> Vec<Effect> {
        let outcome = Outcome::Done;
        self.told(&Event::Settled { id, outcome })
    }

    fn fail(&mut self, id: EffectId) -> Vec<Effect> {
        let failure = Failure::new("no");
        let outcome = Outcome::Failed { failure };
        self.told(&Event::Settled { id, outcome })
    }

    fn pass(&mut self, seconds: u64) -> Vec<Effect> {
        self.now = self.now + Millis::from_secs(seconds);
        self.told(&Event::DeadlineReached)
    }

    fn view(&self) -> CallsView {
        self.core
            .calls_view()
            .expect("there is something to choose")
    }

    fn state(&self, number: u128) -> CallState {
        let rows = self.view().rows;
        let row = rows
            .iter()
            .find(|row| row.reservation == Some(reservation(number)));
        row.unwrap().state
    }

    /// He hears, and is heard by, exactly this one.
    fn assert_talks_to(&self, number: u128) {
        let one = Some(leg(number));
        assert_eq!((&self.audio.ear, &self.audio.microphone), (&one, &one));
    }

    fn assert_only_hears(&self, number: u128) {
        assert_eq!(
            (&self.audio.ear, &self.audio.microphone),
            (&Some(leg(number)), &None)
        );
    }

    fn assert_talks_to_nobody(&self) {
        assert_eq!(self.audio, Audio::default());
    }
}

/// Before anything is ordered of anybody his own ear and microphone are right.
fn assert_audio_first(effects: &[Effect]) {
    let ordered = |effect: &&Effect| {
        matches!(
            effect,
            Effect::HoldParticipant { .. }
                | Effect::AcceptTask { .. }
                | Effect::ForwardLeg { .. }
                | Effect::HangUp { .. }
                | Effect::SelectTask { .. }
        )
    };
    let late = effects
        .iter()
        .skip_while(|effect| !ordered(effect))
        .any(|effect| matches!(effect, Effect::SetAudio { .. }));
    assert!(!late, "{effects:?}");
}

/// Who is put on hold (or taken back), and the order's id.
fn holds(effects: &[Effect]) -> Vec<(EffectId, String, bool)> {
    let holds = effects.iter().filter_map(|effect| match effect {
        Effect::HoldParticipant {
            id,
            participant,
            hold,
            ..
        } => Some((*id, participant.clone(), *hold)),
        _ => None,
    });
    holds.collect()
}

fn hold(effects: &[Effect]) -> EffectId {
    let all = holds(effects);
    assert_eq!(all.len(), 1, "{effects:?}");
    all[0].0
}

fn notices(effects: &[Effect]) -> Vec<Notice> {
    let notices = effects.iter().filter_map(|effect| match effect {
        Effect::Notify { notice } => Some(notice.clone()),
        _ => None,
    });
    notices.collect()
}

fn verdict(effects: &[Effect]) -> Verdict {
    let mut verdicts = effects.iter().filter_map(|effect| match effect {
        Effect::Verdict { verdict, .. } => Some(verdict.clone()),
        _ => None,
    });
    verdicts.next().expect("a verdict")
}

fn forward(effects: &[Effect]) -> EffectId {
    let mut forwards = effects.iter().filter_map(|effect| match effect {
        Effect::ForwardLeg { id, .. } => Some(*id),
        _ => None,
    });
    forwards.next().expect("a device is opened")
}
