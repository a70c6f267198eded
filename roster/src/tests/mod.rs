#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)] // helpers of tests

mod equal;
#[path = "../../../tests/roster/generator.rs"]
mod generator;
mod relevance;
mod snapshots;
mod values;
mod work;

use crate::oracle;
use crate::tally;
