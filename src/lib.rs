//! Backline's core: what happens between agents, decided.
pub mod core;
pub mod desk;
pub mod dialpad;
pub mod effect;
pub mod error;
pub mod event;
#[cfg(feature = "functions")]
pub mod functions;
pub mod ids;
pub mod internal_call;
pub mod ledger;
pub mod pii;
pub mod roster;
pub mod time;
pub mod twilio;
pub mod view;
#[cfg(target_arch = "wasm32")]
mod wasm;
