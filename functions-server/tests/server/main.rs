//! The server as others meet it: with a Twilio REST that counts what is ordered.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod arbitrary;
mod asked;
mod command_line;
mod hostile;
mod patience;
mod twilio;
