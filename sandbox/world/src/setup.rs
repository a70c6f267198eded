//! The demo set-up: who works here, in which queues, by which workflows.

use crate::routing::expression::Expression;
use crate::routing::model::{
    Activity, Attributes, Channel, Queue, TaskOrder, Worker, WorkerChannel,
};
use crate::routing::workflow::{Configuration, Workflow};
use crate::routing::{Routing, RESERVATION_TIMEOUT};
use crate::{account, telephony, World};
use backline::ids::{ActivitySid, ChannelSid, QueueSid};
use backline::time::Millis;
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// The first three agents; the others are made of [`FIRST_NAMES`] and [`LAST_NAMES`].
const AGENTS: [(&str, &str); 3] = [("Alice", "Anderson"), ("Bob", "Brown"), ("Carol", "Clark")];
const FIRST_NAMES: [&str; 20] = [
    "Dave", "Erin", "Frank", "Grace", "Heidi", "Ivan", "Judy", "Kofi", "Lena", "Mallory", "Nadia",
    "Oscar", "Peggy", "Quentin", "Ruth", "Sybil", "Trent", "Uma", "Victor", "Wendy",
];
const LAST_NAMES: [&str; 20] = [
    "Davis", "Evans", "Fischer", "García", "Hughes", "Ito", "Jensen", "Kowalski", "Lopes",
    "Moreau", "Nguyen", "Okafor", "Pereira", "Quinn", "Rossi", "Schmidt", "Tanaka", "Ueda", "Vega",
    "Wong",
];

/// Channels of a new Flex workspace and the tasks that a worker takes of each.
const CHANNELS: [(&str, u64); 6] = [
    ("default", 1),
    ("voice", 1),
    ("chat", 3),
    ("sms", 3),
    ("video", 1),
    ("email", 1),
];

/// The activities of a new Flex workspace.
const ACTIVITIES: [(&str, bool); 4] = [
    ("Offline", false),
    ("Available", true),
    ("Unavailable", false),
    ("Break", false),
];

/// A workspace with `agents` workers, all Offline.
///
/// `epoch` is the Unix time (milliseconds) at world time 0.
#[must_use]
pub fn demo(agents: usize, epoch: Millis) -> World {
    let mut world = World::default();
    world.telephony.set_up(telephony::Setup {
        epoch_ms: epoch.0,
        ..telephony::Setup::default()
    });
    world.telephony.add_application(telephony::Application {
        sid: account::application_sid(),
        name: "Internal Call".to_owned(),
        voice_url: None,
        voice_fallback_url: None,
        created: Millis(0),
        updated: Millis(0),
    });
    let routing = &mut world.routing;
    routing.epoch = epoch;
    routing.timeout_activity = Some(offline_activity_sid());
    for (index, (name, available)) in ACTIVITIES.iter().enumerate() {
        routing.add_activity(Activity {
            sid: activity_sid(index),
            name: (*name).to_owned(),
            available: *available,
        });
    }
    for (index, (name, _)) in CHANNELS.iter().enumerate() {
        routing.add_channel(Channel {
            sid: channel_sid(index),
            unique_name: (*name).to_owned(),
            name: (*name).to_owned(),
        });
    }
    add_queues(routing);
    add_workflows(routing);
    for index in 0..agents {
        routing.add_worker(agent(index));
    }
    world
}

/// The application's calls are answered by the TwiML at that URL.
pub fn answer_application(world: &mut World, voice_url: String) {
    let changes = telephony::ApplicationChanges {
        voice_url: Some(voice_url),
        ..telephony::ApplicationChanges::default()
    };
    let (now, sid) = (world.now(), account::application_sid());
    world.telephony.update_application(now, &sid, changes);
}

/// The number that is called to be handed over (`call_target`) is answered by the TwiML at that URL.
pub fn answer_number(world: &mut World, voice_url: String) {
    let number = account::SILENT_NUMBER.to_owned();
    world.telephony.add_number(number, voice_url);
}

/// What a worker is in when he is not there.
#[must_use]
pub fn offline_activity_sid() -> ActivitySid {
    activity_sid(0)
}

/// What a worker is in when he takes tasks.
#[must_use]
pub fn available_activity_sid() -> ActivitySid {
    activity_sid(1)
}

/// What a worker is in who takes a break.
#[must_use]
pub fn break_activity_sid() -> ActivitySid {
    activity_sid(3)
}

/// The queue of direct calls between agents.
#[must_use]
pub fn internal_calls_queue_sid() -> QueueSid {
    QueueSid::from_number(3)
}

fn activity_sid(index: usize) -> ActivitySid {
    ActivitySid::from_number(u128::try_from(index).unwrap_or(0))
}

fn channel_sid(index: usize) -> ChannelSid {
    ChannelSid::from_number(u128::try_from(index).unwrap_or(0))
}

/// The queues, and the members of each: name and `TargetWorkers`.
fn queues() -> [(QueueSid, &'static str, &'static str); 4] {
    [
        (account::everyone_queue_sid(), "Everyone", "1==1"),
        (
            QueueSid::from_number(1),
            "Sales",
            "routing.skills HAS 'sales'",
        ),
        (
            QueueSid::from_number(2),
            "Support",
            "routing.skills HAS 'support'",
        ),
        (internal_calls_queue_sid(), "Internal Calls", "1==1"),
    ]
}

fn add_queues(routing: &mut Routing) {
    for (sid, name, target_workers) in queues() {
        // A literal that does not parse would leave its queue out; `every_queue_and_workflow_is_there` tests it.
        let Ok(target_workers) = Expression::parse(target_workers) else {
            continue;
        };
        routing.add_queue(Queue {
            sid,
            name: name.to_owned(),
            target_workers,
            max_reserved_workers: 1,
            order: TaskOrder::Fifo,
        });
    }
}

fn add_workflows(routing: &mut Routing) {
    let workflows = [
        (account::anyone_workflow_sid(), "Assign to Anyone", anyone()),
        (
            account::internal_call_workflow_sid(),
            "Internal Call",
            internal_calls(),
        ),
    ];
    for (sid, name, configuration) in workflows {
        let Ok(configuration) = Configuration::parse(configuration) else {
            continue;
        };
        routing.add_workflow(Workflow {
            sid,
            name: name.to_owned(),
            configuration,
            reservation_timeout: RESERVATION_TIMEOUT,
        });
    }
}

/// The workflow for customers. One who wants somebody free (`free_agents_only`) is never offered to an agent in a call,
/// whatever his capacity; one whose agent vanished (`recovered_worker_sid`) goes to the same agent first.
fn anyone() -> Value {
    let everyone = account::everyone_queue_sid();
    json!({ "task_routing": {
        "filters": [{
            "filter_friendly_name": "Whoever is free",
            "expression": "free_agents_only == true",
            "targets": [{
                "queue": everyone,
                "expression": "worker.channel.voice.available_capacity_percentage == 100",
            }],
        }, {
            "filter_friendly_name": "The same agent first",
            "expression": "recovered_worker_sid != null",
            "targets": [
                { "queue": everyone, "expression": "worker.sid == task.recovered_worker_sid", "timeout": 30 },
                { "queue": everyone },
            ],
        }],
        "default_filter": { "queue": everyone },
    }})
}

/// The workflow for calls between agents: to one agent by his phone or his SID, or to a queue by its name, never to the
/// caller.
fn internal_calls() -> Value {
    let to_agent = json!({
        "filter_friendly_name": "Assign to Agent",
        "expression": "targetWorker != null AND callToQueue == null",
        "targets": [{
            "queue": internal_calls_queue_sid(),
            "expression": "task.targetWorker == worker.contact_uri",
            "priority": 1000,
        }],
    });
    let not_the_caller = "worker.sid != task.internal_call.caller_worker";
    let to_worker = json!({
        "filter_friendly_name": "Assign to Agent by SID",
        "expression": "worker_sid != null AND callToQueue == null",
        "targets": [{
            "queue": internal_calls_queue_sid(),
            "known_worker_sid": "worker_sid",
            "expression": not_the_caller,
            "priority": 1000,
        }],
    });
    let to_queue = |(sid, name, _): &(QueueSid, &str, &str)| {
        json!({
            "filter_friendly_name": format!("Assign to Queue - {name}"),
            "expression": format!("callToQueue == '{name}'"),
            "targets": [{
                "queue": sid,
                "expression": format!("worker.contact_uri != task.from AND {not_the_caller}"),
                "priority": 1000,
            }],
        })
    };
    let queues = queues();
    let callable = queues
        .iter()
        .filter(|(sid, _, _)| *sid != internal_calls_queue_sid());
    let filters: Vec<Value> = [to_agent, to_worker]
        .into_iter()
        .chain(callable.map(to_queue))
        .collect();
    json!({ "task_routing": { "filters": filters } })
}

/// Carol sees the Teams view.
const SUPERVISOR: usize = 2;

fn agent(index: usize) -> Worker {
    let (identity, full_name) = name_of(index);
    let skills: &[&str] = match index % 3 {
        0 => &["sales", "support"],
        1 => &["support"],
        _ => &["sales"],
    };
    let roles: &[&str] = match index {
        SUPERVISOR => &["agent", "supervisor"],
        _ => &["agent"],
    };
    let levels: Attributes = skills
        .iter()
        .map(|skill| ((*skill).to_owned(), json!(5)))
        .collect();
    let attributes = json!({
        "contact_uri": format!("client:{identity}"),
        "full_name": full_name,
        "email": format!("{identity}@example.com"),
        "image_url": "",
        "roles": roles,
        "routing": { "skills": skills, "levels": levels },
    });
    let channels = channels().map(|(sid, capacity)| {
        let share = WorkerChannel {
            capacity,
            available: true,
        };
        (sid, share)
    });
    Worker {
        sid: account::worker_sid(index),
        name: identity,
        activity: offline_activity_sid(),
        attributes: attributes.as_object().cloned().unwrap_or_default(),
        channels: channels.collect::<BTreeMap<_, _>>(),
        version: 0,
        updated: Millis(0),
        activity_changed: Millis(0),
        idle_since: Millis(0),
    }
}

/// The channels, and what a new worker takes of each.
pub(crate) fn channels() -> impl Iterator<Item = (ChannelSid, u64)> {
    let channels = CHANNELS.iter().enumerate();
    channels.map(|(index, (_, capacity))| (channel_sid(index), *capacity))
}

/// Login and full name of an agent. Logins are plain, unique and good as a host's first label.
fn name_of(index: usize) -> (String, String) {
    if let Some((first, last)) = AGENTS.get(index) {
        return (first.to_lowercase(), format!("{first} {last}"));
    }
    let number = index - AGENTS.len();
    let first = FIRST_NAMES
        .get(number % FIRST_NAMES.len())
        .unwrap_or(&"Agent");
    let round = number / FIRST_NAMES.len();
    let last = LAST_NAMES
        .get((number + round) % LAST_NAMES.len())
        .unwrap_or(&"Agent");
    let identity = match round {
        0 => first.to_lowercase(),
        _ => format!("{}{}", first.to_lowercase(), round + 1),
    };
    (identity, format!("{first} {last}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::{NewTask, ReservationUpdate, WorkerUpdate};
    use backline::ids::WorkerSid;
    use std::collections::BTreeSet;

    #[test]
    fn every_queue_and_workflow_is_there() {
        let world = demo(3, Millis(0));
        assert_eq!(world.routing.queues().count(), 4);
        assert_eq!(world.routing.workflows().count(), 2);
        let full_names: Vec<_> = world
            .routing
            .workers()
            .map(|worker| worker.attributes["full_name"].as_str().unwrap())
            .collect();
        assert_eq!(full_names, ["Alice Anderson", "Bob Brown", "Carol Clark"]);
    }

    /// Alice and Bob, two calls each.
    fn two_who_take_two() -> World {
        let mut world = demo(2, Millis(0));
        let voice = CHANNELS.iter().position(|(name, _)| *name == "voice");
        let voice = channel_sid(voice.unwrap());
        for number in 0..2 {
            let worker = account::worker_sid(number);
            let update = WorkerUpdate {
                activity: Some(available_activity_sid()),
                ..WorkerUpdate::default()
            };
            let routing = &mut world.routing;
            routing.update_worker(Millis(0), &worker, update).unwrap();
            routing
                .update_worker_channel(Millis(0), &worker, &voice, Some(2), None)
                .unwrap();
        }
        world
    }

    /// A customer of whom that is known, and whom he is offered to.
    fn offered_to(world: &mut World, attributes: Value) -> Option<WorkerSid> {
        let new = NewTask {
            workflow: Some(account::anyone_workflow_sid().to_string()),
            channel: Some("voice".to_owned()),
            attributes: attributes.as_object().cloned().unwrap(),
            ..NewTask::default()
        };
        let task = world.routing.create_task(Millis(0), new).unwrap();
        let offers = || world.routing.reservations();
        let offer = offers().find(|offer| offer.task == task)?;
        let (sid, worker) = (offer.sid.clone(), offer.worker.clone());
        world
            .routing
            .update_reservation(Millis(0), &sid, ReservationUpdate::Accept, None)
            .unwrap();
        Some(worker)
    }

    #[test]
    fn who_wants_a_free_agent_gets_none_with_a_call_and_others_do() {
        let mut world = two_who_take_two();
        let free = || json!({"free_agents_only": true});
        let first = offered_to(&mut world, free()).unwrap();
        let second = offered_to(&mut world, free()).unwrap();
        assert_ne!(first, second);
        assert_eq!(offered_to(&mut world, free()), None);
        assert!(offered_to(&mut world, json!({})).is_some());
    }

    #[test]
    fn a_recovered_customer_goes_to_the_agent_whom_he_had() {
        for number in 0..2 {
            let agent = account::worker_sid(number);
            let mut world = two_who_take_two();
            let recovered = json!({"recovered_worker_sid": agent});
            assert_eq!(offered_to(&mut world, recovered), Some(agent));
        }
    }

    #[test]
    fn a_thousand_agents_have_a_login_each() {
        let world = demo(1000, Millis(0));
        let logins: BTreeSet<_> = world
            .routing
            .workers()
            .map(|worker| worker.name.clone())
            .collect();
        assert_eq!(logins.len(), 1000);
    }
}
