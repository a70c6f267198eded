//! To a queue.

use super::*;

#[test]
fn a_transfer_to_a_queue_asks_no_workflow() {
    for mode in [Mode::Cold, Mode::Warm] {
        let mut scene = talking();
        let voice = scene
            .world
            .routing
            .task(&scene.task)
            .unwrap()
            .channel
            .clone();
        let now = scene.world.now();
        scene.world.change(now, |world| {
            world
                .routing
                .update_worker_channel(now, &account::worker_sid(BOB), &voice, Some(2), None)
                .unwrap();
        });
        // Bob is in a call: the workflow's own target expression spares him, and nobody else is of that queue.
        set_activity(&mut scene.world, CAROL, offline_activity_sid());
        customer_calls(&mut scene.world, "Erin", json!({}));
        let erin = scene.world.routing.tasks().last().unwrap().sid.clone();
        let (reservation, first) = offer(&scene.world, &erin).unwrap();
        assert_eq!(first, BOB);
        accept(&mut scene.world, &reservation);
        customer_calls(&mut scene.world, "Frank", json!({"free_agents_only": true}));
        let frank = scene.world.routing.tasks().last().unwrap().sid.clone();
        assert_eq!(offered_to(&scene.world, &frank), None);
        scene.transfer(&support(), mode).unwrap();
        assert_eq!(offered_to(&scene.world, &scene.task), Some(BOB));
        let queue = scene.world.routing.task(&scene.task).unwrap().queue.clone();
        assert_eq!(queue, Some(QueueSid::from_number(2)));
    }
}

#[test]
fn in_a_queue_the_next_is_asked_and_a_consult_waits_for_him() {
    let mut scene = talking();
    scene.transfer(&support(), Mode::Warm).unwrap();
    let bob = scene.offered();
    update(&mut scene.world, &bob, REJECT).unwrap();
    assert_eq!(scene.state(), TransferState::Initiated);
    let told = scene.told(ALICE);
    assert!(
        told.contains(&"task.transfer-attempt-failed".to_owned()),
        "{told:?}"
    );
    // Nobody else is of that queue: Bob again, and never Alice.
    assert_eq!(offered_to(&scene.world, &scene.task), Some(BOB));
    set_activity(&mut scene.world, BOB, offline_activity_sid());
    let again = scene.offered();
    update(&mut scene.world, &again, REJECT).unwrap();
    assert_eq!(status(&scene.world, &scene.task), "pending");
    set_activity(&mut scene.world, BOB, available_activity_sid());
    assert_eq!(offered_to(&scene.world, &scene.task), Some(BOB));
}

#[test]
fn a_cold_transfer_to_a_queue_of_ones_own_comes_back() {
    let mut scene = talking();
    set_activity(&mut scene.world, BOB, offline_activity_sid());
    scene.transfer(&support(), Mode::Cold).unwrap();
    assert_eq!(status(&scene.world, &scene.task), "pending");
    let alice = scene.alice.clone();
    update(&mut scene.world, &alice, ReservationUpdate::Complete).unwrap();
    assert_eq!(offered_to(&scene.world, &scene.task), Some(ALICE));
}
