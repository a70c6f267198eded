//! The only place that knows Twilio's wire shapes: what comes in is parsed here, once, into the core's own terms.
//!
//! A `Raw…` type accepts whatever a Flex account may hold (missing keys, keys of another type) and says by its
//! `parse` what is wanting.

pub mod attributes;
pub mod busy_policy;
pub mod colleague;
pub mod configuration;
pub mod lenient;
pub mod multi_call;
mod outbound;
pub mod participant;
mod progress;
pub mod reservation;
pub mod reservation_index;
pub mod strategy;
pub mod worker_index;

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod tests;
