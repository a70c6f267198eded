//! A call between agents by an application: two tasks, two conferences, from the caller's task to the last leg.

use super::transfer::{set_end_on_exit, transfer};
use super::*;
use crate::audio::Hears;
use crate::routing::transfer::model::Mode;
use crate::telephony::{CallChange, CallStatus, Direction, Twiml};

const TASK: &str = r#"{"name":"Alice Anderson","worker_sid":"{callee}","internal_call":{"caller_worker":"{caller}"}}"#;

/// Alice has called Bob: her own task and leg, and the two legs of the application.
struct Placed {
    world: World,
    caller: TaskSid,
    alice: CallSid,
    near: CallSid,
    far: CallSid,
}

fn now_in<T>(world: &mut World, change: impl FnOnce(&mut World, Millis) -> T) -> T {
    let now = world.now();
    world.change(now, |world| change(world, now))
}

/// Accepts natively: the call that rings the worker, answered.
fn accept(world: &mut World, reservation: &ReservationSid, from: Option<&str>) -> CallSid {
    let dial = Dial {
        from: from.map(str::to_owned),
        ..Dial::default()
    };
    let conference = ReservationUpdate::Conference {
        end_on_exit: true,
        end_on_customer_exit: true,
        status_callback: None,
        dial,
    };
    update(world, reservation, conference).unwrap();
    let calls = world.telephony.calls();
    let of = |call: &&crate::telephony::CallView| call.reservation.as_ref() == Some(reservation);
    let call = calls.iter().find(of).unwrap().sid.clone();
    now_in(world, |world, now| world.telephony.leg_answered(now, &call));
    call
}

/// The task of one who calls a colleague: the application is its customer.
pub(super) fn outbound(caller: usize) -> NewTask {
    NewTask {
        attributes: attributes(json!({
            "direction": "outbound", "from": "+15005550006",
            "outbound_to": format!("app:{}?callee=bob", account::application_sid()),
        })),
        ..for_worker(caller)
    }
}

/// What the application answers.
pub(super) fn enqueue(caller: usize, callee: usize, more: &str) -> String {
    let task = TASK
        .replace("{callee}", account::worker_sid(callee).as_str())
        .replace("{caller}", account::worker_sid(caller).as_str());
    let workflow = account::internal_call_workflow_sid();
    format!("<Response><Enqueue workflowSid=\"{workflow}\" {more}><Task priority=\"3\" timeout=\"40\">{task}</Task></Enqueue></Response>")
}

/// The latest request for TwiML is answered, if there is one.
pub(super) fn answer_application(world: &mut World, body: &str) {
    let mut outputs = world.drain().into_iter().rev();
    let asked = outputs.find_map(|output| match output {
        Output::Webhook(webhook) if webhook.purpose == "twiml" => Some(webhook.id),
        _ => None,
    });
    if let Some(id) = asked {
        now_in(world, |world, now| {
            world.telephony.webhook_answered(now, id, 200, body);
        });
    }
}

impl Placed {
    /// The application answers with `<Enqueue>`, of those attributes.
    fn new(more: &str) -> Self {
        let mut world = world(3);
        crate::setup::answer_application(&mut world, "http://functions/enqueue".to_owned());
        let caller = create(&mut world, outbound(0));
        let (reservation, _) = offer(&world, &caller).unwrap();
        let alice = accept(&mut world, &reservation, None);
        answer_application(&mut world, &enqueue(0, 1, more));
        let calls = world.telephony.calls();
        let inbound = calls
            .into_iter()
            .find(|call| call.direction == Direction::Inbound);
        let far = inbound.unwrap();
        Self {
            world,
            caller,
            alice,
            near: far.parent.unwrap(),
            far: far.sid,
        }
    }

    /// The callee's task.
    fn callee(&self) -> TaskSid {
        self.world.routing.tasks().last().unwrap().sid.clone()
    }

    /// Bob accepts; his leg.
    fn accepted(&mut self) -> CallSid {
        let callee = self.callee();
        let (reservation, worker) = offer(&self.world, &callee).unwrap();
        assert_eq!(worker, 1);
        accept(&mut self.world, &reservation, Some("+15005550006"))
    }

    fn hears(&self, call: &CallSid) -> Hears {
        let graph = self.world.telephony.audio();
        let leg = graph.legs.into_iter().find(|leg| leg.call == *call);
        leg.unwrap().hears
    }

    fn status(&self, call: &CallSid) -> CallStatus {
        self.world.telephony.call(call).unwrap().status
    }
}

#[test]
fn the_callee_s_task_is_the_application_s_leg_and_is_offered_to_him() {
    let placed = Placed::new("");
    let callee = placed.world.routing.task(&placed.callee()).unwrap();
    let known = |name: &str| callee.attributes[name].as_str().unwrap().to_owned();
    assert_eq!(known("call_sid"), placed.far.as_str());
    assert_eq!(known("to"), account::application_sid().as_str());
    assert_eq!(known("from"), "+15005550006");
    assert_eq!(known("direction"), "inbound");
    assert_eq!(known("name"), "Alice Anderson");
    assert_eq!(callee.timeout, at(40));
    assert_eq!(offered_to(&placed.world, &callee.sid), Some(1));
    // What Flex reads of the caller's task.
    let caller = placed.world.routing.task(&placed.caller).unwrap();
    let participants = &caller.attributes["conference"]["participants"];
    assert_eq!(participants["customer"], placed.near.as_str());
    assert_eq!(participants["worker"], placed.alice.as_str());
    // She hears the queue through the application's two legs.
    assert_eq!(
        placed.hears(&placed.alice),
        Hears::Legs(vec![placed.near.clone()])
    );
    assert_eq!(placed.hears(&placed.far), Hears::Music);
}

#[test]
fn a_native_accept_bridges_the_two_conferences() {
    let mut placed = Placed::new("");
    let bob = placed.accepted();
    assert_eq!(status(&placed.world, &placed.callee()), "assigned");
    assert_eq!(placed.hears(&bob), Hears::Legs(vec![placed.far.clone()]));
    assert_eq!(placed.hears(&placed.far), Hears::Legs(vec![bob.clone()]));
    assert_eq!(
        placed.hears(&placed.near),
        Hears::Legs(vec![placed.alice.clone()])
    );
    let rooms = placed.world.telephony.conferences();
    assert_eq!(rooms.len(), 2);
    assert!(rooms.iter().all(|room| room.participants.len() == 2));
}

#[test]
fn whoever_hangs_up_both_conferences_end_and_both_tasks_wrap_up() {
    for who in 0..4 {
        let mut placed = Placed::new("");
        let bob = placed.accepted();
        let legs = [&placed.alice, &placed.near, &placed.far, &bob];
        let who = legs[who].clone();
        now_in(&mut placed.world, |world, now| {
            world.telephony.leg_hung_up(now, &who);
        });
        assert!(placed.world.telephony.is_at_rest());
        assert_eq!(status(&placed.world, &placed.caller), "wrapping");
        assert_eq!(status(&placed.world, &placed.callee()), "wrapping");
    }
}

#[test]
fn a_caller_who_gives_up_takes_the_offer_back() {
    let mut placed = Placed::new("");
    let alice = placed.alice.clone();
    now_in(&mut placed.world, |world, now| {
        world.telephony.leg_hung_up(now, &alice);
    });
    assert_eq!(status(&placed.world, &placed.callee()), "canceled");
    assert_eq!(offered_to(&placed.world, &placed.callee()), None);
    assert!(placed.world.telephony.is_at_rest());
}

#[test]
fn an_accept_without_a_caller_id_is_not_set_up() {
    let mut placed = Placed::new("");
    let callee = placed.callee();
    let (reservation, _) = offer(&placed.world, &callee).unwrap();
    let bob = accept(&mut placed.world, &reservation, None);
    let now = placed.world.now();
    placed.world.advance(now + Millis(1));
    assert_eq!(placed.status(&bob), CallStatus::Failed);
    let reservation = placed.world.routing.reservation(&reservation).unwrap();
    assert_eq!(reservation.state, ReservationState::Canceled);
    assert_eq!(placed.status(&placed.far), CallStatus::InProgress);
}

#[test]
fn a_task_that_is_canceled_leaves_the_caller_in_the_queue() {
    let mut placed = Placed::new("");
    let callee = placed.callee();
    set_status(&mut placed.world, &callee, Status::Canceled).unwrap();
    assert_eq!(offered_to(&placed.world, &callee), None);
    assert_eq!(placed.hears(&placed.far), Hears::Music);
    assert_eq!(placed.status(&placed.alice), CallStatus::InProgress);
}

#[test]
fn an_announcement_instead_of_the_queue_takes_the_offer_back_and_then_the_call_is_over() {
    let mut placed = Placed::new("");
    let sorry = Twiml::Text("<Response><Say>Nobody is there.</Say></Response>".to_owned());
    let far = placed.far.clone();
    now_in(&mut placed.world, |world, now| {
        let redirect = CallChange::Redirect(sorry);
        world.telephony.update_call(now, &far, redirect)
    })
    .unwrap();
    assert_eq!(status(&placed.world, &placed.callee()), "canceled");
    assert_eq!(placed.status(&placed.alice), CallStatus::InProgress);
    let now = placed.world.now();
    placed.world.advance(now + at(5));
    assert!(placed.world.telephony.is_at_rest());
    assert_eq!(status(&placed.world, &placed.caller), "wrapping");
}

#[test]
fn hold_on_either_side_is_heard_on_the_other() {
    for callee_holds in [false, true] {
        let mut placed = Placed::new("");
        let bob = placed.accepted();
        let (task, held, beyond) = if callee_holds {
            (placed.callee(), placed.far.clone(), placed.near.clone())
        } else {
            (
                placed.caller.clone(),
                placed.near.clone(),
                placed.far.clone(),
            )
        };
        now_in(&mut placed.world, |world, now| {
            world.telephony.hold_customer(now, &task);
        });
        assert_eq!(placed.hears(&held), Hears::Music);
        let (holds, other) = if callee_holds {
            (bob, placed.alice.clone())
        } else {
            (placed.alice.clone(), bob)
        };
        assert_eq!(placed.hears(&holds), Hears::Silence);
        assert_eq!(placed.hears(&other), Hears::Legs(vec![beyond]));
    }
}

#[test]
fn a_workflow_that_does_not_exist_ends_the_call() {
    let mut placed = Placed::new("");
    // Again, into nowhere.
    let nowhere = "<Response><Enqueue workflowSid=\"WWnone\"/></Response>".to_owned();
    let far = placed.far.clone();
    now_in(&mut placed.world, |world, now| {
        let redirect = CallChange::Redirect(Twiml::Text(nowhere));
        world.telephony.update_call(now, &far, redirect)
    })
    .unwrap();
    assert!(placed.world.telephony.is_at_rest());
    assert_eq!(status(&placed.world, &placed.caller), "wrapping");
}

#[test]
fn a_customer_who_is_offered_again_and_hangs_up_leaves_no_task_that_waits() {
    let mut world = world(1);
    let customer = now_in(&mut world, |world, now| {
        let nothing = serde_json::Map::new();
        world
            .telephony
            .customer_calls(now, "+15550111", "+15550100", "Dora", nothing)
    });
    let first = world.routing.tasks().last().unwrap().sid.clone();
    let (reservation, _) = offer(&world, &first).unwrap();
    accept(&mut world, &reservation, None);
    let workflow = account::anyone_workflow_sid();
    let again = format!("<Response><Enqueue workflowSid=\"{workflow}\"/></Response>");
    now_in(&mut world, |world, now| {
        let redirect = CallChange::Redirect(Twiml::Text(again));
        world.telephony.update_call(now, &customer, redirect)
    })
    .unwrap();
    let second = world.routing.tasks().last().unwrap().sid.clone();
    assert_ne!(first, second);
    now_in(&mut world, |world, now| {
        world.telephony.customer_hangs_up(now, &customer);
    });
    assert_eq!(status(&world, &second), "canceled");
}

/// His accepted reservation.
fn accepted_by(world: &World, worker: usize) -> ReservationSid {
    let mut all = world.routing.reservations();
    let own = all.find(|one| {
        one.worker == account::worker_sid(worker) && one.state == ReservationState::Accepted
    });
    own.unwrap().sid.clone()
}

#[test]
fn either_agent_hands_his_side_of_the_call_on_and_the_other_talks_to_the_third() {
    for (who, other) in [(0, 1), (1, 0)] {
        for mode in [Mode::Cold, Mode::Warm] {
            let mut placed = Placed::new("");
            let bob = placed.accepted();
            let legs = [placed.alice.clone(), bob];
            let [near, far] = [placed.near.clone(), placed.far.clone()];
            let sides = [(&near, &far), (&far, &near)];
            let (own, theirs) = sides[who];
            let reservation = accepted_by(&placed.world, who);
            let carol = account::worker_sid(2).to_string();
            transfer(&mut placed.world, who, &reservation, &carol, mode).unwrap();
            // Whoever waits hears music through the application.
            assert_eq!(placed.hears(own), Hears::Music);
            assert_eq!(
                placed.hears(&legs[other]),
                Hears::Legs(vec![theirs.clone()])
            );
            let offered = placed.world.routing.reservations().last().unwrap().clone();
            assert_eq!(offered.worker, account::worker_sid(2));
            set_end_on_exit(&mut placed.world, &offered.task, false);
            let carols = accept(&mut placed.world, &offered.sid, Some("+15005550006"));
            if mode == Mode::Warm {
                assert_eq!(placed.hears(&carols), Hears::Legs(vec![legs[who].clone()]));
                let leg = legs[who].clone();
                now_in(&mut placed.world, |world, now| {
                    world.telephony.leg_hung_up(now, &leg);
                });
            }
            let room = placed
                .world
                .telephony
                .call(own)
                .unwrap()
                .conference
                .unwrap();
            now_in(&mut placed.world, |world, now| {
                world.telephony.hold_participant(now, &room, own, false)
            })
            .unwrap();
            assert_eq!(placed.hears(&carols), Hears::Legs(vec![own.clone()]));
            assert_eq!(placed.hears(own), Hears::Legs(vec![carols.clone()]));
            now_in(&mut placed.world, |world, now| {
                world.telephony.leg_hung_up(now, &legs[other]);
            });
            assert!(placed.world.telephony.is_at_rest());
        }
    }
}
