//! What the control API asks of the world and of the voice product, in one place.

use super::ControlError;
use crate::sandbox::Sandbox;
use backline::ids::{CallSid, WorkerSid};
use backline_world::routing::{Routing, WorkerUpdate};
use backline_world::World;
use serde_json::{json, Map, Value};

/// The account's number that customers call.
const NUMBER: &str = "+15550000000";

pub fn state(world: &World) -> Value {
    json!({
        "routing": world.routing.snapshot(),
        "telephony": world.telephony.snapshot(),
        "at_rest": world.routing.is_at_rest() && world.telephony.is_at_rest(),
    })
}

pub fn levels(sandbox: &Sandbox) -> Value {
    json!({
        "legs": crate::voice::levels(sandbox),
        "voices": crate::voice::voices(sandbox),
        "frame": crate::voice::frame(sandbox),
    })
}

pub fn customer_calls(
    world: &mut World,
    from: &str,
    name: &str,
    attributes: Map<String, Value>,
) -> CallSid {
    let now = world.now();
    world
        .telephony
        .customer_calls(now, from, NUMBER, name, attributes)
}

pub fn customer_hangs_up(world: &mut World, call: &str) -> Result<(), ControlError> {
    let now = world.now();
    let hung_up =
        CallSid::parse(call).is_ok_and(|call| world.telephony.customer_hangs_up(now, &call));
    if hung_up {
        Ok(())
    } else {
        Err(ControlError::NotFound(format!(
            "{call} is no customer's live call"
        )))
    }
}

pub fn set_activity(
    world: &mut World,
    identity: &str,
    activity: &str,
    reject_pending: bool,
) -> Result<(), ControlError> {
    let now = world.now();
    let routing = &mut world.routing;
    let worker = worker(routing, identity)?;
    let activity = routing
        .activities()
        .find(|known| known.name == activity)
        .map(|known| known.sid.clone())
        .ok_or_else(|| ControlError::NotFound(format!("no activity {activity}")))?;
    let update = WorkerUpdate {
        activity: Some(activity),
        reject_pending,
        ..WorkerUpdate::default()
    };
    routing
        .update_worker(now, &worker, update)
        .map_err(|error| ControlError::Senseless(error.to_string()))
}

/// Those that are null are taken away, all that are not named stay.
pub fn set_attributes(
    world: &mut World,
    identity: &str,
    new: Map<String, Value>,
) -> Result<(), ControlError> {
    let now = world.now();
    let routing = &mut world.routing;
    let sid = worker(routing, identity)?;
    let known = routing.worker(&sid).map(|worker| worker.attributes.clone());
    let mut attributes = known.unwrap_or_default();
    attributes.extend(new);
    attributes.retain(|_, value| !value.is_null());
    let update = WorkerUpdate {
        attributes: Some(attributes),
        ..WorkerUpdate::default()
    };
    routing
        .update_worker(now, &sid, update)
        .map_err(|error| ControlError::Senseless(error.to_string()))
}

pub fn set_channel(
    world: &mut World,
    identity: &str,
    channel: &str,
    capacity: Option<u64>,
    available: Option<bool>,
) -> Result<(), ControlError> {
    let now = world.now();
    let routing = &mut world.routing;
    let worker = worker(routing, identity)?;
    let channel = routing
        .channels()
        .find(|known| known.unique_name == channel)
        .map(|known| known.sid.clone())
        .ok_or_else(|| ControlError::NotFound(format!("no channel {channel}")))?;
    routing
        .update_worker_channel(now, &worker, &channel, capacity, available)
        .map_err(|error| ControlError::NotFound(error.to_string()))
}

fn worker(routing: &Routing, identity: &str) -> Result<WorkerSid, ControlError> {
    routing
        .worker_by_identity(identity)
        .map(|worker| worker.sid.clone())
        .ok_or_else(|| ControlError::NotFound(format!("no worker {identity}")))
}
