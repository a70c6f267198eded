//! Backline's core.
pub mod ids;
pub mod time;
