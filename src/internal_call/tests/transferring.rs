//! Cold transfer of a call by conference.

use super::*;
use crate::view::OrderView;

fn carol() -> Callee {
    Callee {
        worker: WorkerSid::from_number(3),
        contact_uri: ContactUri::parse("client:carol").unwrap(),
        name: "Carol Clark".into(),
    }
}

fn told_of(role: &str, status: &str, change: impl FnOnce(&mut Value)) -> Event {
    offer(role, status, |r| {
        let own = &mut r["attributes"]["internal_call"];
        own["progress"] = json!("answered");
        change(own);
    })
}

/// Alice talks to Bob, who called her, or whom she called.
fn talking(role: &str) -> Core {
    let mut core = match role {
        "caller" => rung().0,
        _ => desk(),
    };
    core.told(NOW, &told_of(role, "pending", |_| {}));
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    core.told(NOW, &told_of(role, "accepted", |_| {}));
    core
}

fn chosen(core: &mut Core, callee: Callee) -> Vec<Effect> {
    core.told(NOW, &Event::PersonChosen { callee });
    let reservation = reservation();
    core.told(NOW, &Event::TransferPressed { reservation })
}

fn view(core: &Core) -> Option<OrderView> {
    core.call_view(reservation().as_str()).unwrap().transfer
}

fn order(effects: &[Effect]) -> (EffectId, HttpRequest) {
    let mut posts = posts(effects);
    assert_eq!(paths(effects), ["transfer"]);
    posts.remove(0)
}

/// As the functions note it.
fn transferred(own: &mut Value) {
    own["transfer"] = json!({"agent": carol()});
}

#[test]
fn either_party_transfers_the_other_to_whoever_is_chosen() {
    for role in ["caller", "callee"] {
        let mut core = talking(role);
        assert_eq!(view(&core), Some(OrderView::Able));
        let (id, request) = order(&chosen(&mut core, carol()));
        let form = [
            ("taskSid".to_owned(), task().to_string()),
            ("workerSid".to_owned(), carol().worker.to_string()),
        ];
        assert_eq!(request.form, form);
        assert_eq!(view(&core), Some(OrderView::Ordered));
        assert!(paths(&chosen(&mut core, carol())).is_empty(), "once");
        let told = notices(&settle(&mut core, id, ok()));
        let (name, to) = ("Bob Brown".into(), "Carol Clark".into());
        assert_eq!(told, [Notice::HandedOn { name, to }]);
        // His own leg's end places nothing.
        let effects = core.told(NOW, &told_of(role, "wrapping", |_| {}));
        assert_eq!(paths(&effects), ["end"]);
        assert!(notices(&effects).is_empty());
    }
}

#[test]
fn nobody_is_transferred_to_himself_nor_by_whoever_is_to_take_him() {
    let mut core = talking("caller");
    assert!(paths(&chosen(&mut core, bob())).is_empty());
    assert_eq!(view(&core), Some(OrderView::Able));
}

#[test]
fn a_call_that_nobody_answered_or_that_is_hung_up_cannot_be_transferred() {
    let (core, _) = ringing();
    assert_eq!(view(&core), None);
    let mut core = talking("callee");
    action(&mut core, FlexAction::HangupCall, reservation().as_str());
    assert_eq!(view(&core), None);
    assert!(paths(&chosen(&mut core, carol())).is_empty());
}

#[test]
fn whoever_cannot_be_reached_is_named_and_the_call_goes_on() {
    let to = || "Carol Clark".into();
    let cases = [
        (Some("busy"), Notice::TransferBusy { to: to() }),
        (Some("busy_notify"), Notice::TransferBusy { to: to() }),
        (
            Some("unavailable"),
            Notice::TransferUnavailable { to: to() },
        ),
        (
            Some("over"),
            Notice::NotTransferred {
                to: to(),
                detail: "HTTP 409 said".to_owned(),
            },
        ),
    ];
    for (code, notice) in cases {
        let mut core = talking("callee");
        let (id, _) = order(&chosen(&mut core, carol()));
        let effects = settle(&mut core, id, answered(409, code));
        assert_eq!(notices(&effects), [notice]);
        assert_eq!(view(&core), Some(OrderView::Able));
    }
}

#[test]
fn what_is_not_heard_is_asked_again_and_told_in_the_end() {
    let mut core = talking("callee");
    let (mut id, _) = order(&chosen(&mut core, carol()));
    for pause in [1, 4] {
        assert!(notices(&settle(&mut core, id, failed())).is_empty());
        assert_eq!(view(&core), Some(OrderView::Ordered));
        let mut at = NOW;
        loop {
            let (due, effects) = wait(&mut core);
            at = due.max(at);
            if paths(&effects) == ["transfer"] {
                id = order(&effects).0;
                break;
            }
        }
        assert_eq!(at, NOW + Millis::from_secs(pause), "one after the other");
    }
    let told = notices(&settle(&mut core, id, failed()));
    assert!(
        matches!(told[..], [Notice::NotTransferred { .. }]),
        "{told:?}"
    );
    assert_eq!(view(&core), Some(OrderView::Able));
}

#[test]
fn whoever_stays_calls_the_third_as_soon_as_his_own_leg_is_over() {
    for role in ["caller", "callee"] {
        let mut core = talking(role);
        let effects = core.told(NOW, &told_of(role, "accepted", transferred));
        assert_eq!(paths(&effects), ["end"], "nobody else may");
        assert!(notices(&effects).is_empty());
        let effects = core.told(NOW, &told_of(role, "wrapping", transferred));
        let (name, to) = ("Bob Brown".into(), "Carol Clark".into());
        assert_eq!(notices(&effects), [Notice::TransferredTo { name, to }]);
        let order = effects.iter().find_map(|effect| match effect {
            Effect::CreateTask { order, .. } => Some(order.attributes.clone()),
            _ => None,
        });
        let order = order.expect("a call is placed");
        assert_eq!(order.internal_call.callee_worker, Some(carol().worker));
        assert_eq!(order.internal_call.transferred_by, Some("Bob Brown".into()));
        let calling = CallLine::Calling {
            name: "Carol Clark".into(),
        };
        assert_eq!(line(&core), calling);
        // However often it is said that the former one is over.
        for status in ["wrapping", "completed"] {
            let effects = core.told(NOW, &told_of(role, status, transferred));
            assert!(notices(&effects).is_empty());
            assert_eq!(line(&core), calling);
        }
    }
}

#[test]
fn to_a_queue_as_well() {
    let mut core = talking("callee");
    let to_queue = |own: &mut Value| own["transfer"] = json!({"queue": "Sales"});
    core.told(NOW, &told_of("callee", "wrapping", to_queue));
    let name = "Sales".into();
    assert_eq!(line(&core), CallLine::Calling { name });
}

#[test]
fn whose_reservation_is_only_found_to_be_gone_goes_on_all_the_same() {
    let mut core = talking("callee");
    core.told(NOW, &told_of("callee", "accepted", transferred));
    core.told(NOW, &told_of("callee", "gone", transferred));
    let name = "Carol Clark".into();
    assert_eq!(line(&core), CallLine::Calling { name });
}

#[test]
fn whose_phone_is_in_another_tab_reads_whom_to_call() {
    for role in ["caller", "callee"] {
        let elsewhere = |own: &mut Value| own["tab"] = json!("tab-2");
        let mut core = desk();
        core.told(NOW, &told_of(role, "pending", elsewhere));
        core.told(NOW, &told_of(role, "accepted", elsewhere));
        let effects = core.told(
            NOW,
            &told_of(role, "wrapping", |own| {
                elsewhere(own);
                transferred(own);
            }),
        );
        let told = Notice::TransferredNotCalling {
            name: "Bob Brown".into(),
            to: "Carol Clark".into(),
            callee: Some(carol()),
        };
        assert_eq!(notices(&effects), [told]);
        assert_eq!(line(&core), CallLine::Idle);
    }
}

#[test]
fn whoever_hung_up_or_transfers_himself_does_not_go_on() {
    let mut core = talking("callee");
    action(&mut core, FlexAction::HangupCall, reservation().as_str());
    let effects = core.told(NOW, &told_of("callee", "wrapping", transferred));
    assert!(notices(&effects).is_empty());
    let mut core = talking("callee");
    chosen(&mut core, carol());
    let effects = core.told(NOW, &told_of("callee", "wrapping", transferred));
    assert!(notices(&effects).is_empty());
    assert_eq!(line(&core), CallLine::Idle);
}

#[test]
fn whoever_is_in_another_call_reads_whom_to_call() {
    let mut core = started("client:alice", |event| {
        event["configuration"]["ui_attributes"]["custom_data"]["features"]["multi_call"] =
            json!({"enabled": true});
    });
    let leg = |number| crate::ids::CallSid::from_number(number);
    let with_leg = |number: u128, event: Event| {
        let Event::ReservationChanged { mut reservation } = event else {
            panic!("no reservation");
        };
        reservation.channel = Some("voice".to_owned());
        if let Some(attributes) = reservation.attributes.as_mut() {
            attributes.worker_call_sid = Some(leg(number).to_string());
        }
        Event::ReservationChanged { reservation }
    };
    core.told(NOW, &with_leg(1, told_of("callee", "pending", |_| {})));
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    core.told(NOW, &with_leg(1, told_of("callee", "accepted", |_| {})));
    core.told(NOW, &Event::LegOpened { leg: leg(1) });
    core.told(NOW, &Event::LegAudible { leg: leg(1) });
    let customer = ReservationSid::from_number(21);
    let of_customer = |status: &str| {
        let raw = json!({"kind": "reservationChanged", "reservation": {
            "sid": customer, "taskSid": TaskSid::from_number(11), "status": status, "channel": "voice",
            "attributes": {"worker_call_sid": leg(2)}}});
        serde_json::from_value::<Event>(raw).unwrap()
    };
    core.told(NOW, &of_customer("pending"));
    action(&mut core, FlexAction::AcceptTask, customer.as_str());
    core.told(NOW, &of_customer("accepted"));
    core.told(NOW, &Event::LegOpened { leg: leg(2) });
    core.told(NOW, &Event::LegAudible { leg: leg(2) });
    let effects = core.told(
        NOW,
        &with_leg(1, told_of("callee", "wrapping", transferred)),
    );
    let told = notices(&effects);
    assert!(
        matches!(told[..], [Notice::TransferredNotCalling { .. }]),
        "{told:?}"
    );
}

#[test]
fn the_third_reads_who_transferred_his_caller() {
    let mut core = desk();
    let by = |own: &mut Value| own["transferred_by"] = json!("Dana");
    core.told(NOW, &told_of("callee", "pending", by));
    let view = core.call_view(reservation().as_str()).unwrap();
    assert_eq!(view.transferred_by, Some("Dana".into()));
}
