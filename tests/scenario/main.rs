//! Core, functions and world together, in simulated time, with no I/O: what happens between agents, whole.
//!
//! The random schedules run 300 times; `SCHEDULES=10000 cargo test --profile exhaustive --features functions --test scenario`
//! runs more, as `cargo xtask test` does.
//! A schedule that fails prints its seed; `SEED=… cargo test …` runs that one alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod calls;
mod glare;
mod harness;
mod losses;
mod outcomes;
mod parties;
mod reloads;
mod schedules;
mod transfers;
