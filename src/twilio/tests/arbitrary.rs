//! Values of any type, anywhere.

use super::*;
use crate::twilio::attributes::{DeclineReason, InternalCall, Progress, RawTaskAttributes};
use crate::twilio::colleague::{Colleague, RawColleague};
use crate::twilio::configuration::{Configuration, RawConfiguration, RawMe};
use crate::twilio::multi_call::{MultiCall, RawMultiCallFeature};
use crate::twilio::participant::RawParticipant;
use crate::twilio::reservation::{InternalReservation, RawReservation};
use crate::twilio::reservation_index::RawWork;
use crate::twilio::worker_index::{Person, RawPerson};

/// What `outbound` may say is wanting.
const WANTING: [&str; 8] = [
    "outbound_call_flows.default",
    "outbound_call_flows.default.workflow_sid",
    "outbound_call_flows.default.queue_sid",
    "outbound_call_flows.default.caller_id",
    "ui_attributes.custom_data.serverless_functions_domain",
    "ui_attributes.custom_data.serverless_functions_protocol",
    "ui_attributes.custom_data.serverless_functions_port",
    "worker attribute contact_uri",
];

fn parsed(value: &Value) -> Configuration {
    let raw: RawConfiguration = read(value).unwrap();
    Configuration::parse(&raw, &read::<RawMe>(&me()).unwrap())
}

/// One leaf of a value, to be spoilt; `but` are those that are not read leniently.
fn leaf(value: Value, but: &'static [&'static str]) -> impl Strategy<Value = (Value, String)> {
    let paths: Vec<String> = leaves(&value)
        .into_iter()
        .filter(|path| !but.contains(&path.as_str()))
        .collect();
    prop::sample::select(paths).prop_map(move |path| (value.clone(), path))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_configuration_is_read_and_what_is_wanting_is_named(value in any_json()) {
        if let Ok(raw) = read::<RawConfiguration>(&value) {
            let read = Configuration::parse(&raw, &read(&me()).unwrap());
            prop_assert!((5..=60).contains(&read.ring_seconds));
            match read.outbound {
                Ok(outbound) => prop_assert!(!outbound.functions.ends_with('/')),
                Err(missing) => prop_assert!(WANTING.contains(&missing.0), "{}", missing.0),
            }
        } else {
            prop_assert!(!value.is_object(), "an object is always a configuration");
        }
    }

    #[test]
    fn any_row_task_or_setting_is_read(value in any_json()) {
        let object = value.is_object();
        let row = read::<RawPerson>(&value);
        prop_assert!(row.is_ok() || !object);
        if let Some(person) = row.ok().as_ref().and_then(Person::parse) {
            prop_assert!(!person.name.as_str().trim().is_empty());
        }
        prop_assert!(read::<RawTaskAttributes>(&value).is_ok() || !object);
        let setting = read::<RawMultiCallFeature>(&value);
        prop_assert!(setting.is_ok() || !object);
        prop_assert!(MultiCall::parse(setting.ok().as_ref(), Ok(String::new())).limit != Some(0));
    }

    #[test]
    fn any_reservation_is_read_or_refused(attributes in any_json(), other in any_json()) {
        for value in [with(&reservation(), "/attributes", attributes), other] {
            if let Ok(raw) = read::<RawReservation>(&value) {
                let _ = (raw.name(), raw.worker_leg(), raw.other_on_hold(), raw.is_voice());
                let is_internal = InternalReservation::parse(&raw).is_some();
                prop_assert!(!is_internal || raw.is_internal());
            }
            let _ = read::<RawParticipant>(&value);
            let _ = read::<InternalCall>(&value);
        }
    }

    #[test]
    fn a_configured_value_of_another_type_is_as_good_as_absent(
        (value, path) in leaf(configuration(), &[]), other in of_no_wanted_type(),
    ) {
        prop_assert_eq!(parsed(&with(&value, &path, other)), parsed(&without(&value, &path)));
    }

    #[test]
    fn an_attribute_of_another_type_costs_itself_alone(
        (value, path) in leaf(
            task(),
            // Without a role it is nobody's call; the two of `on_hold` are written together, by ourselves.
            &["/internal_call/role", "/internal_call/on_hold/caller", "/internal_call/on_hold/callee"],
        ),
        other in of_no_wanted_type(),
    ) {
        let spoilt: RawTaskAttributes = read(&with(&value, &path, other)).unwrap();
        prop_assert!(spoilt == read(&without(&value, &path)).unwrap(), "{}", path);
    }

    #[test]
    fn a_role_that_is_none_costs_our_own_part_alone(other in any_json()) {
        prop_assume!(!["caller", "callee"].contains(&other.as_str().unwrap_or("")));
        let spoilt: RawTaskAttributes =
            read(&with(&task(), "/internal_call/role", other)).unwrap();
        prop_assert!(spoilt == read(&without(&task(), "/internal_call")).unwrap());
    }

    #[test]
    fn a_value_of_a_row_of_another_type_costs_itself_alone(
        (value, path) in leaf(person(), &[]), other in of_no_wanted_type(),
    ) {
        let spoilt: RawPerson = read(&with(&value, &path, other)).unwrap();
        prop_assert_eq!(spoilt, read(&without(&value, &path)).unwrap());
    }

    #[test]
    fn any_item_of_a_map_and_any_row_of_reservations_is_read(value in any_json()) {
        let object = value.is_object();
        let item = read::<RawColleague>(&value);
        prop_assert!(item.is_ok() || !object);
        if let Some(read) = item.ok().as_ref().and_then(Colleague::parse) {
            prop_assert!(read.changed_at < 1 << 52, "a later one could never be written");
        }
        let row = read::<RawWork>(&value);
        prop_assert!(row.is_ok() || !object);
        let talks = row.ok().and_then(|row| row.on_call()).is_some();
        prop_assert!(!talks || value["status"] == "accepted");
    }

    #[test]
    fn a_value_of_an_item_or_a_row_of_reservations_of_another_type_is_as_good_as_absent(
        (item, of_item) in leaf(item(), &[]),
        (row, of_row) in leaf(row_of_reservations(), &[]),
        other in of_no_wanted_type(),
    ) {
        let spoilt: RawColleague = read(&with(&item, &of_item, other.clone())).unwrap();
        prop_assert_eq!(spoilt, read(&without(&item, &of_item)).unwrap());
        let spoilt: RawWork = read(&with(&row, &of_row, other)).unwrap();
        prop_assert_eq!(&spoilt, &read(&without(&row, &of_row)).unwrap());
        prop_assert_eq!(spoilt.on_call(), None);
    }

    #[test]
    fn a_reservation_without_what_names_it_is_refused_and_the_rest_costs_itself(
        (value, path) in leaf(without(&reservation(), "/attributes"), &[]),
        other in of_no_wanted_type(),
    ) {
        let spoilt = read::<RawReservation>(&with(&value, &path, other));
        match path.as_str() {
            "/sid" | "/taskSid" | "/status" => prop_assert!(spoilt.is_err()),
            _ => prop_assert_eq!(spoilt.unwrap(), read(&without(&value, &path)).unwrap()),
        }
    }

    #[test]
    fn any_text_is_a_name_or_none(text in any::<String>(), digits in "[A-Z]{2}[0-9a-fA-F]{30,33}") {
        for text in [text.as_str(), digits.as_str(), &digits.replacen("A", "WT", 1)] {
            let is_task = text.len() == 34
                && text.starts_with("WT")
                && text.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit());
            let task = TaskSid::parse(text);
            prop_assert_eq!(task.is_ok(), is_task, "{}", text);
            if let Ok(task) = task {
                prop_assert_eq!(task.as_str(), text);
            }
            let address = ContactUri::parse(text).map(|uri| uri.address().to_owned());
            prop_assert!(address != Ok(String::new()));
            prop_assert!(Progress::parse(text).is_none_or(|read| read.as_str() == text));
            prop_assert!(DeclineReason::parse(text).is_none_or(|read| read.as_str() == text));
        }
    }
}
