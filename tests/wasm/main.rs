//! The exported surface, as JavaScript sees it: in a browser, by values and calls of JavaScript only.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod bad_input;
mod conversation;
mod favourites;
mod http;
mod recording;
mod tab;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
