//! What requests and set-ups carry: moments, attributes, statuses, workflows. Any is read or refused; none panics.

use super::*;
use expression::{dig, Names, Segment};
use proptest::prelude::*;
use time::{iso8601, parse_iso8601};
use workflow::Configuration;

fn cases() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(256)
    }
}

struct Task(Value);

impl Names for Task {
    fn value(&self, path: &[Segment]) -> Value {
        dig(Some(&self.0), path)
    }
}

/// Any JSON with the keys of a workflow's configuration.
fn any_json() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "task_routing",
        "filters",
        "targets",
        "expression",
        "queue",
        "priority",
        "timeout",
        "skip_if",
        "order_by",
        "known_worker_sid",
        "default_filter",
    ]);
    let likely = prop::sample::select(vec![
        json!("1 == 1"),
        json!("worker.level DESC, worker.age"),
        json!("a AND"),
        json!(account::everyone_queue_sid()),
        json!(u64::MAX),
        json!("18446744073709551615"),
    ]);
    let leaf = prop_oneof![
        likely,
        any::<String>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keys.clone(), inner, 0..6).prop_map(|map| {
                let map = map.into_iter().map(|(key, one)| (key.to_owned(), one));
                Value::Object(map.collect())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_text_is_a_moment_or_none(
        text in any::<String>(),
        (year, month, day) in (any::<i64>(), any::<i64>(), any::<i64>()),
        (hour, minute, second) in (any::<i64>(), any::<i64>(), any::<i64>()),
    ) {
        let likely = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
        for text in [text, likely, format!("{year}-1-1T1:1:1Z"), format!("2000-1-1T{hour}:1:1Z")] {
            let read = parse_iso8601(&text);
            prop_assert!(read.is_none_or(|unix| unix < 253_402_300_801_000), "{text}: {read:?}");
        }
    }

    #[test]
    fn a_moment_is_read_back(seconds in 0u64..253_402_300_800) {
        let unix = seconds * 1000;
        prop_assert_eq!(parse_iso8601(&iso8601(unix)), Some(unix));
    }

    #[test]
    fn any_workflow_is_read_or_refused(value in any_json(), filters in any_json(), task in any_json()) {
        let likely = json!({"task_routing": {"filters": [filters], "default_filter": value}});
        for source in [value, likely] {
            if let Ok(configuration) = Configuration::parse(source.clone()) {
                let steps = configuration.steps(&Task(task.clone()));
                prop_assert!(steps.len() <= source.to_string().len());
                prop_assert_eq!(configuration.source(), &source);
            }
        }
    }

    #[test]
    fn a_task_takes_the_steps_of_its_filter_and_then_the_default(
        filters in prop::collection::vec((0u64..4, prop::collection::vec(1u64..1000, 1..4)), 0..4),
        kind in 0u64..4,
    ) {
        let written: Vec<Value> = filters.iter().map(|(kind, timeouts)| json!({
            "expression": format!("kind == {kind}"),
            "targets": timeouts.iter().map(|s| json!({
                "queue": account::everyone_queue_sid(), "timeout": s, "priority": s.to_string(),
            })).collect::<Value>(),
        })).collect();
        let source = json!({"task_routing": {
            "filters": written, "default_filter": {"queue": account::everyone_queue_sid()},
        }});
        let steps = Configuration::parse(source).unwrap().steps(&Task(json!({"kind": kind})));
        let mut expected = Vec::new();
        for (number, (_, timeouts)) in filters.iter().enumerate().filter(|(_, (own, _))| *own == kind) {
            let mut age = 0;
            for seconds in timeouts {
                age += seconds;
                expected.push((number, Some(*seconds), Some(at(age))));
            }
        }
        expected.push((filters.len(), None, None));
        let read: Vec<_> = steps.iter().map(|step| (step.filter, step.priority, step.until_age)).collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn attributes_are_an_object_or_its_text(value in any_json(), text in any::<String>()) {
        let read = parse_attributes(&value).ok();
        let of_text = value.as_str().and_then(|text| serde_json::from_str(text).ok());
        prop_assert_eq!(read, value.as_object().cloned().or(of_text));
        let as_text = Value::String(value.to_string());
        prop_assert_eq!(parse_attributes(&as_text).ok(), value.as_object().cloned());
        let _ = parse_attributes(&Value::String(text));
    }

    #[test]
    fn any_text_is_a_status_that_may_be_asked_for_or_20001(text in "[a-z]{0,10}|canceled|wrapping|completed") {
        match Status::parse(&text) {
            Ok(_) => prop_assert!(["canceled", "wrapping", "completed"].contains(&text.as_str())),
            Err(error) => prop_assert_eq!((error.status(), error.code()), (400, 20001)),
        }
    }

    #[test]
    fn any_capacity_is_told_as_a_percentage(capacity in prop_oneof![0u64..5, any::<u64>()]) {
        let mut world = world(1);
        let channel = world.routing.channels().find(|channel| channel.unique_name == "voice").unwrap().clone();
        let now = world.now();
        let alice = account::worker_sid(0);
        world.routing.update_worker_channel(now, &alice, &channel.sid, Some(capacity), None).unwrap();
        let worker = world.routing.worker(&alice).unwrap();
        let told = world.routing.worker_channel_payload(worker, &channel);
        let expected = if capacity == 0 { 0 } else { 100 };
        prop_assert_eq!(&told["available_capacity_percentage"], &json!(expected));
    }
}
