//! The server as others meet it: with a Twilio REST that counts what is ordered.

mod arbitrary;
mod asked;
mod command_line;
mod hostile;
mod patience;
mod twilio;
