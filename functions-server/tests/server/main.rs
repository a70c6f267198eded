//! The server as others meet it.
