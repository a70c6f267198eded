//! What the control API asks of the world and of the voice product, in one place.

use super::ControlError;
use crate::sandbox::Sandbox;
use backline_world::World;
use serde_json::{json, Map, Value};

pub fn routing(_world: &World) -> Value {
    json!({})
}

pub fn telephony(_world: &World) -> Value {
    json!({})
}

pub fn at_rest(_world: &World) -> bool {
    true
}

pub fn levels(sandbox: &Sandbox) -> Value {
    json!({"legs": crate::voice::levels(sandbox)})
}

pub fn customer_calls(
    _world: &mut World,
    _from: &str,
    _attributes: &Map<String, Value>,
) -> Result<String, ControlError> {
    Err(ControlError::Senseless(
        "no customer can call in yet".to_owned(),
    ))
}

pub fn customer_hangs_up(_world: &mut World, call: &str) -> Result<(), ControlError> {
    Err(ControlError::NotFound(format!("no customer's call {call}")))
}

pub fn set_activity(
    _world: &mut World,
    identity: &str,
    _activity: &str,
) -> Result<(), ControlError> {
    Err(ControlError::NotFound(format!("no worker {identity}")))
}
