//! Twilio's documented behaviour as one pure state machine, in simulated or real time.
//!
//! [`World`] has two machines: `routing` (workers, activities, channels, queues, workflows, tasks, reservations)
//! and `telephony` (calls, conferences, participants, TwiML, webhooks). They never call each other: routing leaves
//! [`orders::DialOrder`]s, telephony leaves [`orders::CallFact`]s, and the world carries them across.
//! What the outside must do (push an event, ring a phone, fetch a page) is an [`output::Output`].
//!
//! No clock, no randomness, no I/O: SIDs are counted, time is told.

pub mod account;
pub mod audio;
pub mod colleagues;
pub mod orders;
pub mod output;
pub mod routing;
pub mod setup;
pub mod telephony;
mod world;

pub use world::World;
