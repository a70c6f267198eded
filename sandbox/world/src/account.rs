//! The one account of the sandbox: fixed names, so that logs, tests and documentation can speak of them.

use backline::ids::{AccountSid, QueueSid, WorkerSid, WorkflowSid, WorkspaceSid};

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

/// The worker number `index` of the set-up (0 is Alice, 1 is Bob, 2 is Carol).
#[must_use]
pub fn worker_sid(index: usize) -> WorkerSid {
    WorkerSid::from_number(0xa0 + u128::try_from(index).unwrap_or(0))
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
