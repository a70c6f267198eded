//! What is well formed is read as it was meant, and what is written is read back.

use super::*;
use crate::event::Callee;
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::attributes::{
    CallParty, CallerAttributes, DeclineReason, InternalCall, OnHold, PartyState, Progress,
    RawTaskAttributes, Role, TransferTo,
};
use crate::twilio::busy_policy::BusyPolicy;
use crate::twilio::configuration::{Configuration, RawConfiguration, RawMe};
use crate::twilio::participant::RawParticipant;
use crate::twilio::reservation::{InternalReservation, RawReservation, ReservationStatus};
use crate::twilio::strategy::StrategyName;
use crate::twilio::worker_index::{Person, RawPerson};
use prop::option::of;
use prop::sample::select;

fn role() -> impl Strategy<Value = Role> {
    select(vec![Role::Caller, Role::Callee])
}

fn task_sid() -> impl Strategy<Value = TaskSid> {
    any::<u128>().prop_map(TaskSid::from_number)
}

fn worker_sid() -> impl Strategy<Value = WorkerSid> {
    any::<u128>().prop_map(WorkerSid::from_number)
}

fn contact_uri() -> impl Strategy<Value = ContactUri> {
    ("client|sip", "\\PC{1,20}")
        .prop_map(|(scheme, address)| ContactUri::parse(&format!("{scheme}:{address}")).unwrap())
}

fn internal_call() -> impl Strategy<Value = InternalCall> {
    let progress = select(vec![
        Progress::Ringing,
        Progress::Answered,
        Progress::Declined,
        Progress::Busy,
        Progress::BusyNotify,
        Progress::Glare,
        Progress::NoAnswer,
        Progress::Unavailable,
        Progress::NotConnected,
    ]);
    let reason = select(vec![
        DeclineReason::Busy,
        DeclineReason::CallingBack,
        DeclineReason::Message,
    ]);
    let on_hold = any::<(bool, bool)>().prop_map(|(caller, callee)| OnHold { caller, callee });
    let links = (
        of(worker_sid()),
        of(worker_sid()),
        of(task_sid()),
        of(task_sid()),
    );
    let state = (of(progress), of(reason), of(on_hold));
    let own = (
        of(any::<String>()),
        of(any::<String>()),
        of(any::<u32>()),
        of(any::<u32>()),
        of(any::<String>()),
    );
    let strategy = select(vec![
        StrategyName::Conference,
        StrategyName::WarmTransfer,
        StrategyName::Application,
    ]);
    let policy = select(vec![BusyPolicy::Ring, BusyPolicy::Busy, BusyPolicy::Notify]);
    let native = (of(strategy), of(contact_uri()), of(policy));
    let callee = (worker_sid(), contact_uri(), any::<String>()).prop_map(|it| Callee {
        worker: it.0,
        contact_uri: it.1,
        name: Pii(it.2),
    });
    let to = prop_oneof![
        callee.prop_map(TransferTo::Agent),
        any::<String>().prop_map(TransferTo::Queue),
    ];
    let presence = select(vec![
        PartyState::Ringing,
        PartyState::There,
        PartyState::OnHold,
        PartyState::Left,
        PartyState::Declined,
        PartyState::NoAnswer,
    ]);
    let party = (any::<String>(), any::<String>(), presence).prop_map(|it| CallParty {
        label: it.0,
        name: Pii(it.1),
        state: it.2,
    });
    let parties = of(prop::collection::vec(party, 0..4));
    let text = || of(any::<String>());
    let further = (of(to), text(), text(), text(), parties);
    let all = (role(), links, state, own, native, further);
    all.prop_map(|(role, links, state, own, native, further)| InternalCall {
        role,
        strategy: native.0,
        caller_uri: native.1,
        caller_worker: links.0,
        callee_worker: links.1,
        caller_task: links.2,
        callee_task: links.3,
        claim: own.0,
        tab: own.1,
        ring_seconds: own.2,
        busy_policy: native.2,
        progress: state.0,
        reason: state.1,
        on_hold: state.2,
        rejoin_seconds: own.3,
        lost: own.4,
        transfer: further.0,
        transferred_by: further.1.map(Pii),
        conversation: further.2,
        added_by: further.3.map(Pii),
        parties: further.4,
    })
}

fn status() -> impl Strategy<Value = (&'static str, ReservationStatus)> {
    select(vec![
        ("pending", ReservationStatus::Pending),
        ("accepted", ReservationStatus::Accepted),
        ("rejected", ReservationStatus::Rejected),
        ("timeout", ReservationStatus::Timeout),
        ("canceled", ReservationStatus::Canceled),
        ("rescinded", ReservationStatus::Rescinded),
        ("wrapping", ReservationStatus::Wrapping),
        ("completed", ReservationStatus::Completed),
        ("gone", ReservationStatus::Gone),
    ])
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_a_caller_writes_on_his_task_is_read_back(
        internal_call in internal_call(),
        (to, name, queue) in (any::<String>(), of(any::<String>()), of(any::<String>())),
        target_worker in contact_uri(),
    ) {
        let written = CallerAttributes {
            to: Pii(to),
            direction: "outbound".to_owned(),
            name: name.clone().map(Pii),
            from_name: Pii::from("Alice"),
            target_worker,
            call_to_queue: queue.clone(),
            auto_answer: "true".to_owned(),
            client_call: true,
            internal_call,
        };
        let value = serde_json::to_value(&written).unwrap();
        prop_assert!(written == read(&value).unwrap());
        let task: RawTaskAttributes = read(&value).unwrap();
        prop_assert_eq!(task.client_call, Some(true));
        prop_assert!((task.name, task.call_to_queue) == (name.map(Pii), queue));
        prop_assert_eq!(task.internal_call, Some(written.internal_call));
    }

    #[test]
    fn a_reservation_of_an_internal_call_is_read_as_it_stands(
        call in internal_call(),
        ((word, status), timeout) in (status(), of(any::<u32>())),
        (waited, age) in (0..100_u64, of(0..200_u32)),
        (leg, name, queue) in (of(any::<u128>()), "\\PC{1,20}", of("[A-Z][a-z]{1,9}")),
        reason in of("the callee declined|the call is over|\\PC{0,20}"),
    ) {
        let leg = leg.map(CallSid::from_number);
        let value = json!({
            "sid": ReservationSid::from_number(1), "taskSid": TaskSid::from_number(2), "status": word,
            "created": 1_000_000 + waited * 1000, "taskCreated": 1_000_000, "taskAge": age,
            "timeout": timeout, "channel": "voice", "reason": reason,
            "attributes": {
                "client_call": true, "from": "client:alice", "name": name, "callToQueue": queue,
                "worker_call_sid": leg, "internal_call": call, "more": {"of": ["others"]},
            },
        });
        let raw: RawReservation = read(&value).unwrap();
        prop_assert!(raw.is_voice() && raw.is_internal());
        prop_assert_eq!(raw.worker_leg(), leg.clone());
        let held = match &call.parties {
            Some(_) => call.holds_others(&TaskSid::from_number(2)),
            None => call.on_hold.unwrap_or_default().is(call.role.other()),
        };
        prop_assert_eq!(raw.other_on_hold(), Some(held));
        let expected = InternalReservation {
            strategy: StrategyName::Conference,
            to_application: false,
            sid: ReservationSid::from_number(1),
            task: TaskSid::from_number(2),
            status,
            from: Pii::from("client:alice"),
            name: Pii(name),
            timeout: timeout.map(|seconds| Millis::from_secs(u64::from(seconds))),
            offered_for: Millis::from_secs(
                age.map_or(0, |age| u64::from(age).saturating_sub(waited)),
            ),
            to_queue: queue.is_some(),
            transferred: false,
            outgoing: None,
            declined: call.progress == Some(Progress::Declined)
                || reason.as_deref() == Some("the callee declined"),
            leg,
            call,
        };
        prop_assert_eq!(InternalReservation::parse(&raw), Some(expected));
    }

    #[test]
    fn a_row_of_the_index_is_the_person_that_it_describes(
        worker in worker_sid(),
        uri in contact_uri(),
        (name, login, email) in ("[A-Z][a-z]{1,9}", "[a-z]{1,9}", of("[a-z]{1,9}@example.com")),
        (team, extension) in (of("[A-Z][a-z]{1,9}"), of("[0-9]{3,5}")),
        skills in prop::collection::vec("[a-z]{1,9}", 0..3),
        activity in of(any::<u128>()),
    ) {
        let activity = activity.map(ActivitySid::from_number);
        let row: RawPerson = read(&json!({
            "worker_sid": worker, "friendly_name": login, "activity_name": "Available",
            "worker_activity_sid": activity,
            "attributes": {"contact_uri": uri, "full_name": name, "email": email, "team_name": team,
                "routing": {"skills": skills}, "extension": extension},
        })).unwrap();
        let expected = Person {
            worker,
            name: Pii(name),
            login: Pii(login),
            email: Pii(email.unwrap_or_default()),
            contact_uri: uri,
            team: team.unwrap_or_default(),
            skills,
            extension: Pii(extension.unwrap_or_default()),
            activity,
            activity_name: "Available".to_owned(),
        };
        prop_assert_eq!(Person::parse(&row), Some(expected));
    }

    #[test]
    fn a_configuration_is_read_as_it_was_written(
        (protocol, port, as_text) in ("https?", of(1u16..), any::<bool>()),
        (domain, workflow, queue) in ("[a-z]{1,9}(\\.[a-z]{2,9}){1,2}", any::<u128>(), any::<u128>()),
        (on, agent, queues) in any::<(bool, Option<bool>, Option<bool>)>(),
        (complete, wrap_up, ring) in any::<(Option<bool>, Option<u32>, Option<u32>)>(),
    ) {
        let written_port = port.map(|port| if as_text { json!(port.to_string()) } else { json!(port) });
        let raw: RawConfiguration = read(&json!({
            "outbound_call_flows": {"default": {
                "workflow_sid": WorkflowSid::from_number(workflow), "queue_sid": QueueSid::from_number(queue),
                "caller_id": "+15550100",
            }},
            "ui_attributes": {"custom_data": {
                "serverless_functions_domain": domain, "serverless_functions_protocol": protocol,
                "serverless_functions_port": written_port,
                "features": {"internal_call": {
                    "enabled": on, "enable_call_agent": agent, "enable_call_queue": queues,
                    "auto_complete": complete, "auto_complete_seconds": wrap_up, "ring_seconds": ring,
                }},
            }},
        })).unwrap();
        let parsed = Configuration::parse(&raw, &read::<RawMe>(&me()).unwrap());
        prop_assert_eq!(parsed.call_agent, on && agent != Some(false));
        prop_assert_eq!(parsed.call_queue, on && queues == Some(true));
        let seconds = (complete != Some(false)).then_some(wrap_up.unwrap_or(2));
        prop_assert_eq!(parsed.wrap_up, seconds.map(|s| Millis::from_secs(u64::from(s))));
        prop_assert_eq!(parsed.ring_seconds, ring.unwrap_or(25).clamp(5, 60));
        let outbound = parsed.outbound.unwrap();
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        prop_assert_eq!(outbound.functions, format!("{protocol}://{domain}{port}"));
        prop_assert_eq!(outbound.workflow, WorkflowSid::from_number(workflow));
        prop_assert_eq!(outbound.queue, QueueSid::from_number(queue));
    }

    #[test]
    fn a_participant_is_read_back(
        (target, kind) in any::<(String, String)>(), call in of(any::<String>()),
        (me, joined, on_hold) in any::<(bool, bool, bool)>(),
    ) {
        let written = RawParticipant { target, call, kind, me, joined, on_hold };
        prop_assert_eq!(read::<RawParticipant>(&serde_json::to_value(&written).unwrap()).unwrap(), written);
    }
}
