//! Turned down, taken back, or not begun.

use super::*;

#[test]
fn a_consult_that_is_turned_down_or_passes_leaves_the_task_with_its_agent() {
    type Refuse = fn(&mut Scene, &ReservationSid);
    let ways: [(Refuse, &str); 3] = [
        (
            |scene, bob| update(&mut scene.world, bob, REJECT).unwrap(),
            "the reservation was rejected",
        ),
        (
            |scene, _| scene.world.advance(scene.world.now() + RESERVATION_TIMEOUT),
            "the reservation timed out",
        ),
        (
            |scene, bob| {
                let conference = ReservationUpdate::Conference {
                    end_on_exit: false,
                    end_on_customer_exit: true,
                    status_callback: None,
                    dial: Dial::default(),
                };
                update(&mut scene.world, bob, conference).unwrap();
                let (now, leg) = (scene.world.now(), leg(&scene.world, "bob").unwrap());
                scene
                    .world
                    .change(now, |world| world.telephony.leg_rejected(now, &leg));
            },
            "the reservation was canceled",
        ),
    ];
    for (refuse, why) in ways {
        let mut scene = talking();
        scene.transfer(&sid(BOB), Mode::Warm).unwrap();
        let bob = scene.offered();
        refuse(&mut scene, &bob);
        assert!(
            matches!(scene.state(), TransferState::Failed { reason } if reason.ends_with(why)),
            "{why}"
        );
        assert_eq!(status(&scene.world, &scene.task), "assigned");
        assert_eq!(
            scene.told(ALICE),
            ["task.transfer-initiated", "task.transfer-failed"]
        );
        assert_eq!(hears(&scene.world, &scene.dana), Hears::Music);
        set_activity(&mut scene.world, BOB, available_activity_sid());
        scene.transfer(&sid(BOB), Mode::Warm).unwrap();
    }
}

#[test]
fn a_consult_can_be_taken_back_once_and_a_cold_transfer_cannot() {
    let mut scene = talking();
    let transfer = scene.transfer(&sid(BOB), Mode::Warm).unwrap();
    scene.cancel(transfer).unwrap();
    assert_eq!(scene.statuses(), ("assigned", vec!["accepted", "canceled"]));
    assert_eq!(scene.state(), TransferState::Canceled);
    let twice = scene.cancel(transfer).unwrap_err();
    assert_eq!(twice.code(), 20001);
    assert!(twice
        .to_string()
        .contains("is already canceled . Cannot cancel transfer."));
    let cold = scene.transfer(&sid(BOB), Mode::Cold).unwrap();
    assert_eq!(scene.cancel(cold).unwrap_err().code(), 20001);
    let unknown = TransferSid::parse(&format!("TT{:032x}", 99)).unwrap();
    assert_eq!(scene.cancel(unknown).unwrap_err().code(), 20404);
}

#[test]
fn a_cold_transfer_that_is_turned_down_goes_through_its_workflow() {
    let mut scene = talking();
    scene.transfer(&sid(BOB), Mode::Cold).unwrap();
    let bob = scene.offered();
    update(&mut scene.world, &bob, REJECT).unwrap();
    assert!(matches!(scene.state(), TransferState::Failed { .. }));
    // Carol is free; Alice wraps up, and the workflow wants somebody who does nothing else.
    assert_eq!(offered_to(&scene.world, &scene.task), Some(CAROL));
    assert_eq!(hears(&scene.world, &scene.dana), Hears::Music);
    let carol = scene.offered();
    assert!(scene
        .world
        .routing
        .reservation(&carol)
        .unwrap()
        .transfer
        .is_none());
}

#[test]
fn what_cannot_be_transferred_is_refused() {
    let mut scene = talking();
    let refused = |scene: &mut Scene, to: &str| scene.transfer(to, Mode::Warm).unwrap_err().code();
    for to in [
        sid(ALICE),
        sid(9),
        "WQ".to_owned(),
        account::anyone_workflow_sid().to_string(),
    ] {
        assert_eq!(refused(&mut scene, &to), 20001, "{to}");
    }
    set_activity(&mut scene.world, BOB, offline_activity_sid());
    assert_eq!(refused(&mut scene, &sid(BOB)), 20001, "he is not there");
    set_activity(&mut scene.world, BOB, available_activity_sid());
    customer_calls(&mut scene.world, "Erin", json!({}));
    let busy = scene.world.routing.tasks().last().unwrap().sid.clone();
    let (_, busy) = offer(&scene.world, &busy).unwrap();
    assert_eq!(
        refused(&mut scene, &sid(busy)),
        20001,
        "he has no capacity left"
    );
    let other = 3 - busy;
    scene.transfer(&sid(other), Mode::Warm).unwrap();
    assert_eq!(refused(&mut scene, &sid(other)), 20001, "it is on its way");
    let task = scene.task.clone();
    let wrapping = set_status(&mut scene.world, &task, Status::Wrapping);
    assert_eq!(wrapping.unwrap_err().code(), 20001, "it is not assigned");
    assert_eq!(Mode::parse(Some("LUKEWARM")).unwrap_err().code(), 20001);
}
