use super::*;
use crate::orders::{CallFact, Cause, Instruction, Part, ParticipantChange, ParticipantSnapshot};
use backline::ids::ConferenceSid;

pub(super) fn learn(world: &mut World, fact: CallFact) {
    let now = world.now();
    world.routing.learn(now, fact);
}

fn call(number: u128) -> CallSid {
    CallSid::from_number(number)
}

fn instruct_call() -> ReservationUpdate {
    ReservationUpdate::Call {
        url: "http://localhost/join".to_owned(),
        accept: true,
        status_callback: None,
        dial: Dial {
            from: Some("client:alice".to_owned()),
            ..Dial::default()
        },
    }
}

fn instruct_conference() -> ReservationUpdate {
    ReservationUpdate::Conference {
        end_on_exit: false,
        end_on_customer_exit: true,
        status_callback: None,
        dial: Dial::default(),
    }
}

/// Applies an instruction without carrying its order to telephony, and returns the order.
fn order(world: &mut World, reservation: &ReservationSid, update: ReservationUpdate) -> DialOrder {
    let now = world.now();
    world
        .routing
        .update_reservation(now, reservation, update, None)
        .unwrap();
    world.routing.drain_orders().remove(0)
}

/// A customer waits, Alice is offered him; his task and her reservation.
pub(super) fn customer(world: &mut World) -> (TaskSid, ReservationSid) {
    let fact = CallFact::Enqueued {
        call: call(0xc),
        workflow: account::anyone_workflow_sid().to_string(),
        attributes: r#"{"from":"+15550100","name":"+15550100"}"#.to_owned(),
        priority: None,
        timeout_s: None,
    };
    learn(world, fact);
    let task = world.routing.tasks().last().unwrap().sid.clone();
    let (reservation, _) = offer(world, &task).unwrap();
    (task, reservation)
}

#[test]
fn the_call_instruction_accepts_when_the_leg_is_answered_and_not_before() {
    let mut world = world(0);
    let task = create(&mut world, for_worker(0));
    let (reservation, _) = offer(&world, &task).unwrap();
    let order = order(&mut world, &reservation, instruct_call());
    assert_eq!(order.to.as_str(), "client:alice");
    assert!(matches!(
        order.instruction,
        Instruction::Call { accept: true, .. }
    ));
    learn(
        &mut world,
        CallFact::Dialled {
            reservation: reservation.clone(),
            call: call(1),
        },
    );
    assert_eq!(status(&world, &task), "reserved");
    let noted = world.routing.task(&task).unwrap().attributes["worker_call_sid"].clone();
    assert_eq!(noted, call(1).as_str());
    learn(
        &mut world,
        CallFact::Answered {
            reservation: reservation.clone(),
            call: call(1),
        },
    );
    assert_eq!(status(&world, &task), "assigned");
    learn(
        &mut world,
        CallFact::WorkerLegEnded {
            reservation,
            call: call(1),
        },
    );
    assert_eq!(status(&world, &task), "assigned", "REST ends it");
}

#[test]
fn a_call_that_is_not_answered_leaves_the_offer_to_be_taken_again() {
    let mut world = world(0);
    let task = create(&mut world, for_worker(0));
    let (reservation, _) = offer(&world, &task).unwrap();
    order(&mut world, &reservation, instruct_call());
    let now = world.now();
    let twice = world
        .routing
        .update_reservation(now, &reservation, instruct_call(), None);
    assert_eq!(twice.unwrap_err().code(), 20001);
    let unanswered = CallFact::NotAnswered {
        reservation: reservation.clone(),
        call: call(1),
        cause: Cause::NoAnswer,
    };
    learn(&mut world, unanswered);
    assert_eq!(status(&world, &task), "reserved");
    order(&mut world, &reservation, instruct_call());
}

#[test]
fn a_leg_that_rings_for_a_canceled_offer_is_taken_back() {
    let mut world = world(0);
    let task = create(&mut world, for_worker(0));
    let (reservation, _) = offer(&world, &task).unwrap();
    order(&mut world, &reservation, instruct_call());
    learn(
        &mut world,
        CallFact::Dialled {
            reservation,
            call: call(1),
        },
    );
    let now = world.now();
    let cancel = TaskUpdate {
        status: Some(Status::Canceled),
        ..TaskUpdate::default()
    };
    world.routing.update_task(now, &task, cancel, None).unwrap();
    assert_eq!(world.routing.drain_endings(), [call(1)]);
}

#[test]
fn a_relative_url_is_no_call_url() {
    let mut world = world(0);
    let task = create(&mut world, for_worker(0));
    let (reservation, _) = offer(&world, &task).unwrap();
    let relative = ReservationUpdate::Call {
        url: "/join".to_owned(),
        accept: true,
        status_callback: None,
        dial: Dial::default(),
    };
    let error = update(&mut world, &reservation, relative).unwrap_err();
    assert!(
        error.to_string().contains("is not a valid CallUrl"),
        "{error}"
    );
}

#[test]
fn a_customer_is_conferenced_and_his_exit_wraps_up() {
    let mut world = world(1);
    let (task, reservation) = customer(&mut world);
    let order = order(&mut world, &reservation, instruct_conference());
    assert_eq!(
        order.instruction,
        Instruction::Conference {
            customer: Some(call(0xc)),
            outbound_to: None,
            end_on_exit: false,
            end_on_customer_exit: true,
            status_callback: None,
        }
    );
    learn(
        &mut world,
        CallFact::Dialled {
            reservation: reservation.clone(),
            call: call(1),
        },
    );
    learn(
        &mut world,
        CallFact::Answered {
            reservation: reservation.clone(),
            call: call(1),
        },
    );
    let conference = ConferenceSid::from_number(5);
    for (worker, leg) in [(Some(account::worker_sid(0)), call(1)), (None, call(0xc))] {
        let participant = ParticipantSnapshot {
            call: leg,
            conference: conference.clone(),
            part: match worker {
                Some(_) => Part::Agent,
                None => Part::Customer,
            },
            reservation: worker.as_ref().map(|_| reservation.clone()),
            worker,
            hold: false,
            muted: false,
            sequence: 1,
        };
        let change = ParticipantChange::Added;
        learn(
            &mut world,
            CallFact::Participant {
                task: task.clone(),
                change,
                participant,
            },
        );
    }
    let noted = &world.routing.task(&task).unwrap().attributes["conference"];
    assert_eq!(
        *noted,
        json!({"sid": conference, "participants": {"worker": call(1), "customer": call(0xc)}})
    );
    let added = events(&mut world);
    let added = added
        .iter()
        .filter(|(_, event)| event == "participant.added");
    assert_eq!(added.count(), 2);
    learn(
        &mut world,
        CallFact::CustomerLegEnded {
            call: call(0xc),
            task: Some(task.clone()),
        },
    );
    assert_eq!(status(&world, &task), "wrapping");
    learn(
        &mut world,
        CallFact::WorkerLegEnded {
            reservation,
            call: call(1),
        },
    );
    assert_eq!(status(&world, &task), "wrapping");
}

#[test]
fn a_customer_who_hangs_up_while_he_waits_is_gone() {
    let mut world = world(1);
    let (task, _) = customer(&mut world);
    learn(
        &mut world,
        CallFact::CustomerLegEnded {
            call: call(0xc),
            task: None,
        },
    );
    assert_eq!(status(&world, &task), "canceled");
    assert!(world.routing.is_at_rest());
}

#[test]
fn an_agent_whose_phone_does_not_answer_loses_the_customer_to_the_next() {
    let mut world = world(2);
    let (task, reservation) = customer(&mut world);
    let (_, first) = offer(&world, &task).unwrap();
    order(&mut world, &reservation, instruct_conference());
    let cause = Cause::NoAnswer;
    learn(
        &mut world,
        CallFact::NotAnswered {
            reservation,
            call: call(1),
            cause,
        },
    );
    assert_eq!(offered_to(&world, &task), Some(1 - first));
}

#[test]
fn an_outbound_call_dials_its_number_and_is_never_offered_again() {
    let mut world = world(0);
    let new = NewTask {
        attributes: attributes(
            json!({"direction": "outbound", "outbound_to": "+15550199", "from": "+1"}),
        ),
        ..for_worker(0)
    };
    let task = create(&mut world, new);
    let (reservation, _) = offer(&world, &task).unwrap();
    let order = order(&mut world, &reservation, instruct_conference());
    assert_eq!(order.from, "+1");
    assert!(matches!(
        order.instruction,
        Instruction::Conference { customer: None, outbound_to: Some(number), .. } if number == "+15550199"
    ));
    let cause = Cause::Busy;
    learn(
        &mut world,
        CallFact::NotAnswered {
            reservation,
            call: call(1),
            cause,
        },
    );
    assert_eq!(status(&world, &task), "canceled");
}

#[test]
fn facts_about_nothing_change_nothing() {
    let mut world = world(1);
    let nothing = ReservationSid::from_number(0xff);
    let reservation = nothing.clone();
    learn(
        &mut world,
        CallFact::Dialled {
            reservation,
            call: call(1),
        },
    );
    assert!(
        world.routing.drain_endings().is_empty(),
        "legs of others are left alone"
    );
    learn(
        &mut world,
        CallFact::Answered {
            reservation: nothing.clone(),
            call: call(1),
        },
    );
    learn(
        &mut world,
        CallFact::WorkerLegEnded {
            reservation: nothing,
            call: call(1),
        },
    );
    learn(
        &mut world,
        CallFact::CustomerLegEnded {
            call: call(1),
            task: None,
        },
    );
    let enqueued = CallFact::Enqueued {
        call: call(2),
        workflow: "WWnone".to_owned(),
        attributes: "{".to_owned(),
        priority: None,
        timeout_s: None,
    };
    learn(&mut world, enqueued);
    assert!(world.routing.is_at_rest());
    assert!(events(&mut world).is_empty());
}
