mod personal;
mod random;
mod redacted;

use super::replay::{replay, Recording, Step};
use super::*;
use crate::effect::Effect;
use crate::error::Failure;
use crate::event::{EffectId, Tab};
use crate::ids::WorkerSid;
use serde_json::{json, Value};

/// A core with a recorder beside it.
struct Recorded {
    core: Core,
    recorder: Recorder,
    now: Millis,
}

impl Recorded {
    fn new(recorder: Recorder) -> Self {
        Self {
            core: Core::default(),
            recorder,
            now: Millis(5),
        }
    }

    fn told(&mut self, event: &Event) -> Vec<Effect> {
        self.recorder.before(self.now, &self.core, event);
        let effects = self.core.handle(self.now, event);
        self.recorder.after(Json::of(&effects).unwrap());
        effects
    }

    fn exported(&self) -> String {
        let saved_at = "2026-11-21T10:00:00.000Z";
        self.recorder.export(self.now, saved_at)
    }

    fn replayed(&self) -> Vec<Step> {
        replay(&read(&self.exported()))
    }
}

fn read(text: &str) -> Recording {
    // As a whole first: lenient fields cannot be read out of text.
    let value: Value = serde_json::from_str(text).unwrap();
    serde_json::from_value(value).unwrap()
}

fn started() -> Event {
    serde_json::from_value(json!({
        "kind": "started",
        "configuration": {
            "outbound_call_flows": {"default": {
                "workflow_sid": "WW00000000000000000000000000000001",
                "queue_sid": "WQ00000000000000000000000000000001",
                "caller_id": "+15550100"}},
            "ui_attributes": {"custom_data": {
                "serverless_functions_domain": "functions.example",
                "serverless_functions_port": "8800",
                "features": {
                    "internal_call": {"enabled": true, "enable_call_queue": true},
                    "multi_call": {"enabled": true, "max_calls": 3}}}}},
        "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
               "attributes": {"contact_uri": "client:alice", "full_name": "Alice Anderson"}},
        "activities": [], "tab": "tab-1",
    }))
    .unwrap()
}

fn typed(text: &str) -> Event {
    Event::QueryTyped {
        tab: Tab::Agent,
        text: text.into(),
    }
}

#[test]
fn the_last_two_segments_are_kept_and_no_more() {
    let mut agent = Recorded::new(Recorder::with_segments(SEGMENT, 3));
    assert!(agent.recorder.is_empty());
    agent.told(&started());
    for (number, kept) in [2, 3, 4, 5, 6, 4, 5, 6, 4].into_iter().enumerate() {
        agent.told(&typed(&format!("text {number}")));
        assert_eq!(agent.recorder.len(), kept);
    }
    let recording = read(&agent.exported());
    assert_eq!(recording.entries.len(), 4);
    assert_ne!(
        recording.base,
        Some(Core::default()),
        "the start is forgotten"
    );
    assert!(agent.replayed().iter().all(|step| step.same));
}

#[test]
fn a_segment_is_no_longer_than_its_time() {
    let mut agent = Recorded::new(Recorder::default());
    agent.told(&started());
    for (later, kept) in [(SEGMENT.0 - 1, 2), (1, 3), (SEGMENT.0, 2), (1, 3)] {
        agent.now = agent.now + Millis(later);
        agent.told(&Event::CallPressed);
        assert_eq!(agent.recorder.len(), kept, "{later}");
    }
}

#[test]
fn changes_in_the_directory_are_left_out_and_change_no_decision() {
    let mut agent = Recorded::new(Recorder::default());
    agent.told(&started());
    let person = json!({"kind": "personChanged", "person": {"friendly_name": "bob"}});
    let person: Event = serde_json::from_value(person).unwrap();
    let before = agent.core.clone();
    agent.told(&person);
    assert_eq!(agent.core, before, "or it must be recorded");
    assert_eq!(agent.recorder.len(), 1);
    let effects = |agent: &Recorded| read(&agent.exported()).entries[0].effects.clone();
    let first = effects(&agent);
    agent.told(&person);
    assert_eq!(
        effects(&agent),
        first,
        "what is left out has no effects either"
    );
}

#[test]
fn the_people_of_the_directory_are_left_out() {
    let mut agent = Recorded::new(Recorder::default());
    agent.told(&started());
    let opened = agent.told(&Event::FieldOpened { tab: Tab::Agent });
    let Effect::RestoreDirectory { id } = opened[0] else {
        panic!("{opened:?}");
    };
    let outcome = Outcome::Done;
    let restored = agent.told(&Event::Settled { id, outcome });
    let Effect::LoadDirectory { id, .. } = restored[0] else {
        panic!("{restored:?}");
    };
    let outcome = json!({"kind": "people", "people": [{"friendly_name": "bob"}]});
    let outcome = serde_json::from_value(outcome).unwrap();
    agent.told(&Event::Settled { id, outcome });
    assert!(agent.exported().contains("\"people\":[]"));
    assert!(agent.replayed().iter().all(|step| step.same));
}

#[test]
fn an_event_on_which_the_core_failed_is_the_last_and_has_no_effects() {
    let mut agent = Recorded::new(Recorder::default());
    agent.told(&started());
    agent
        .recorder
        .before(agent.now, &agent.core, &Event::CallPressed);
    let steps = agent.replayed();
    assert_eq!(steps[1].entry.effects, None);
    assert!(steps[0].same && !steps[1].same, "this core does not fail");
}

#[test]
fn another_decision_is_found_out() {
    let mut agent = Recorded::new(Recorder::default());
    agent.told(&started());
    agent.told(&Event::FieldOpened { tab: Tab::Agent });
    agent.told(&Event::Settled {
        id: EffectId(1 << 16), // the first asked whether the functions are there
        outcome: Outcome::Failed {
            failure: Failure::new("no network"),
        },
    });
    let mut recording = read(&agent.exported());
    assert!(replay(&recording).iter().all(|step| step.same));
    recording.entries.remove(1);
    let same: Vec<bool> = replay(&recording).iter().map(|step| step.same).collect();
    assert_eq!(same, [true, false]);
}

#[test]
fn the_header_says_what_and_when() {
    let agent = Recorded::new(Recorder::default());
    let text = agent
        .recorder
        .export(Millis(7), "2026-11-21T10:00:00.000Z\",\"x\":\"");
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["format"], FORMAT);
    assert_eq!(value["plugin"], env!("CARGO_PKG_VERSION"));
    assert_eq!(value["now"], 7);
    let saved_at = value["savedAt"].as_str().unwrap();
    assert!(saved_at.starts_with("2026-11-21T10:00:00.000Z"));
    assert_eq!(
        value.as_object().unwrap().len(),
        6,
        "nothing was smuggled in"
    );
    assert_eq!(value["base"], Value::Null);
}
