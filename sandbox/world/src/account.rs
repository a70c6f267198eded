//! The one account of the sandbox: fixed names, so that logs, tests and documentation can speak of them.

use backline::ids::{AccountSid, ApplicationSid, QueueSid, WorkerSid, WorkflowSid, WorkspaceSid};

/// The account.
#[must_use]
pub fn account_sid() -> AccountSid {
    AccountSid::from_number(0xac)
}

/// Its Flex workspace.
#[must_use]
pub fn workspace_sid() -> WorkspaceSid {
    WorkspaceSid::from_number(0x35)
}

/// The queue that everybody is in ("Everyone").
#[must_use]
pub fn everyone_queue_sid() -> QueueSid {
    QueueSid::from_number(0x0)
}

/// The workflow that Flex and Backline make tasks in ("Assign to Anyone").
#[must_use]
pub fn anyone_workflow_sid() -> WorkflowSid {
    WorkflowSid::from_number(0x0)
}

/// The workflow of S0 for calls between agents ("Internal Call").
#[must_use]
pub fn internal_call_workflow_sid() -> WorkflowSid {
    WorkflowSid::from_number(0x1)
}

/// The TwiML application that a call between agents dials ("Internal Call").
#[must_use]
pub fn application_sid() -> ApplicationSid {
    ApplicationSid::from_number(0x1)
}

/// The number of the account that a call between agents dials, to be handed over.
pub const SILENT_NUMBER: &str = "+15005550009";

/// The worker number `index` of the set-up (0 is Alice, 1 is Bob, 2 is Carol).
#[must_use]
pub fn worker_sid(index: usize) -> WorkerSid {
    WorkerSid::from_number(0xa0 + u128::try_from(index).unwrap_or(0))
}

/// The SIDs of colleagues whom nobody plays come after all others.
const COLLEAGUES: u128 = 1 << 127;

/// The colleague number `index` of the crowd. As at Twilio, the order of SIDs says nothing of the names.
#[must_use]
pub fn colleague_sid(index: usize) -> WorkerSid {
    let unique = u128::try_from(index).unwrap_or(0);
    WorkerSid::from_number(COLLEAGUES | u128::from(mixed(index)) << 32 | unique)
}

/// Whether nobody plays that worker.
#[must_use]
pub fn is_colleague(sid: &WorkerSid) -> bool {
    sid.number() & COLLEAGUES != 0
}

/// A number that looks random (splitmix64: <https://prng.di.unimi.it/splitmix64.c>).
pub(crate) fn mixed(index: usize) -> u64 {
    let seed = u64::try_from(index).unwrap_or(0).wrapping_add(1);
    let mut mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// The Flex token of an identity: opaque to Flex, judged by `Tokens/Info` and `Tokens/validate` alone.
#[must_use]
pub fn flex_token(identity: &str) -> String {
    format!("sandbox-token-{identity}")
}

/// Whose Flex token this is.
#[must_use]
pub fn identity_of(token: &str) -> Option<&str> {
    token
        .strip_prefix("sandbox-token-")
        .filter(|identity| !identity.is_empty())
}
