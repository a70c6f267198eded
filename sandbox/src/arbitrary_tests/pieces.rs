//! The small parsers by themselves: forms, paths, parameters, fault targets.

use super::*;
use crate::control::faults::{Effect, Rule};
use crate::rest::form::Form;
use backline::ids::{AccountSid, TaskSid};

fn effect() -> impl Strategy<Value = Effect> {
    prop_oneof![
        prop::sample::select(vec![
            Effect::Pass,
            Effect::Lose,
            Effect::Duplicate,
            Effect::Drop,
            Effect::Hang,
        ]),
        any::<u16>().prop_map(Effect::Fail),
        any::<u64>().prop_map(Effect::Lag),
    ]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_form_is_read_back_and_any_bytes_are_a_form(
        sent in prop::collection::vec(any::<(String, String)>(), 0..6), bytes: Vec<u8>,
    ) {
        let sent = Form(sent);
        let read = Form::parse(sent.encode().as_bytes());
        prop_assert_eq!(&read, &sent);
        for (name, value) in &sent.0 {
            prop_assert!(sent.all(name).contains(value));
            let first = sent.all(name).remove(0);
            prop_assert_eq!(sent.first(name), Some(first.as_str()));
            prop_assert!(sent.without(&[name]).first(name).is_none());
        }
        let again = Form::parse(&bytes);
        prop_assert_eq!(Form::parse(again.encode().as_bytes()), again);
    }

    #[test]
    fn a_rule_is_read_as_it_is_shown(
        target in any::<String>(), latency_ms: u64, effect in effect(), times in prop::option::of(any::<u32>()),
    ) {
        let rule = Rule { target, latency_ms, effect, times };
        let shown = serde_json::to_value(&rule).unwrap();
        prop_assert_eq!(serde_json::from_value::<Rule>(shown).unwrap(), rule);
    }

    #[test]
    fn a_sid_is_of_one_kind(number: u128, text in any::<String>()) {
        let task = TaskSid::from_number(number);
        prop_assert_eq!(TaskSid::parse(task.as_str()), Ok(task.clone()));
        prop_assert!(AccountSid::parse(task.as_str()).is_err());
        let token = account::flex_token(&text);
        let whose = Some(text.as_str()).filter(|text| !text.is_empty());
        prop_assert_eq!(account::identity_of(&token), whose);
    }
}
