//! Backline's core: what happens between agents, decided.
pub mod effect;
pub mod error;
pub mod event;
pub mod ids;
pub mod pii;
pub mod time;
pub mod twilio;
pub mod view;
