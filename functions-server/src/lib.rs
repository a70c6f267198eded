//! Backline's webhooks as a small native server: HTTP around [`backline::functions`], which decides.
//!
//! The same code runs alone (`backline-functions`), inside the sandbox, and in tests. What it adds to the core's decisions:
//! which requests are understood ([`server`]), whether Twilio signed them ([`signature`]), and how orders are carried out
//! ([`hosting`]): each with a time-out of its own, repeated where Twilio says so, all of them within one request's time.
//!
//! Invariants: nothing is ordered for a request that is malformed, or whose proof is missing or wrong; a request that was
//! begun is finished even if whoever asked went away; neither the auth token nor a Flex token is ever logged.

mod body;
pub mod hosting;
mod rest;
pub mod server;
pub mod signature;

pub use hosting::{Hosting, Secret};
pub use server::{app, routes};
