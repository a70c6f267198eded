//! A task as Twilio's REST API shows it, and what Backline has written on it.

use super::label::Label;
use super::order::Closing;
use crate::ids::{TaskSid, WorkerSid, WorkflowSid};
use crate::time::Millis;
use crate::twilio::attributes::{CallParty, OnHold, Progress, Role};
use crate::twilio::busy_policy::BusyPolicy;
use crate::twilio::strategy::StrategyName;
use serde_json::Value;

/// A task as REST shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Its SID.
    pub sid: TaskSid,
    /// Its version, for `If-Match`.
    pub version: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// Its attributes, all of them: what others wrote is carried through.
    pub attributes: Value,
    /// Its workflow, if REST names one.
    pub workflow: Option<WorkflowSid>,
}

/// <https://www.twilio.com/docs/taskrouter/lifecycle-task-state>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskStatus {
    /// Waits for a worker.
    Pending,
    /// On offer.
    Reserved,
    /// Taken.
    Assigned,
    /// In wrap-up.
    Wrapping,
    /// Done.
    Completed,
    /// Given up.
    Canceled,
}

impl Task {
    /// Whether a call may still come of it, or is on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closing().is_some()
    }

    /// How it is closed, if it is open.
    #[must_use]
    pub fn closing(&self) -> Option<Closing> {
        match self.status {
            TaskStatus::Pending | TaskStatus::Reserved => Some(Closing::Cancel),
            TaskStatus::Assigned => Some(Closing::Wrap),
            TaskStatus::Wrapping | TaskStatus::Completed | TaskStatus::Canceled => None,
        }
    }

    /// The text at `internal_call.<key>`.
    #[must_use]
    pub fn link(&self, key: &str) -> Option<&str> {
        self.attributes.get("internal_call")?.get(key)?.as_str()
    }

    /// The text at `<key>`.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.attributes.get(key)?.as_str()
    }

    /// Which conversation it is part of, if that is said.
    #[must_use]
    pub fn conversation(&self) -> Option<&str> {
        let conversations = self.attributes.get("conversations")?;
        conversations.get("conversation_id")?.as_str()
    }

    /// Whether the two are connected by Flex, through a TwiML application.
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.link("strategy") == Some(StrategyName::Application.as_str())
    }

    /// Whether the caller handed it over: both have this one task.
    #[must_use]
    pub fn is_handed_over(&self) -> bool {
        self.link("strategy") == Some(StrategyName::WarmTransfer.as_str())
    }

    /// The leg that Flex calls, once it is in the conference; on the caller's task.
    #[must_use]
    pub fn called_leg(&self) -> Option<&str> {
        let conference = self.attributes.get("conference")?;
        conference.get("participants")?.get("customer")?.as_str()
    }

    /// How far the call got; on the caller's task.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let written = self.attributes.get("internal_call")?.get("progress")?;
        serde_json::from_value(written.clone()).ok()
    }

    /// What is configured for a callee who is on a call; on the caller's task.
    #[must_use]
    pub fn busy_policy(&self) -> Option<BusyPolicy> {
        BusyPolicy::parse(self.link("busy_policy")?)
    }

    /// When somebody claimed to ring the callee; on the caller's task.
    #[must_use]
    pub fn claimed_at(&self) -> Option<Millis> {
        self.link("claim")?.parse().ok().map(Millis)
    }

    /// For how long a party whose page went is waited for, if the call outlives it.
    #[must_use]
    pub fn rejoin_wait(&self) -> Option<Millis> {
        let own = self.attributes.get("internal_call")?;
        own.get("rejoin_seconds")?.as_u64().map(Millis::from_secs)
    }

    /// Since when the other party has been lost.
    #[must_use]
    pub fn lost_at(&self) -> Option<Millis> {
        self.link("lost")?.parse().ok().map(Millis)
    }

    /// When somebody began to ring the other party's phone again.
    #[must_use]
    pub fn rejoining_at(&self) -> Option<Millis> {
        self.link("rejoining")?.parse().ok().map(Millis)
    }

    /// Who of the two is on hold, as it is noted here.
    #[must_use]
    pub fn on_hold(&self) -> OnHold {
        let written = self
            .attributes
            .get("internal_call")
            .and_then(|own| own.get("on_hold"))
            .and_then(|on_hold| serde_json::from_value(on_hold.clone()).ok());
        written.unwrap_or_default()
    }

    /// Whether the call's outcome is still open: written once, it stays.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        matches!(self.progress(), None | Some(Progress::Ringing))
    }

    /// Whose task of a call between agents it is.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self.link("role") {
            Some("caller") => Some(Role::Caller),
            Some("callee") => Some(Role::Callee),
            Some(_) | None => None,
        }
    }

    /// The attributes with texts set at `internal_call.<key>`; everything else stays.
    #[must_use]
    pub fn with_links(&self, links: &[(&str, &str)]) -> Value {
        let links: Vec<(&str, Value)> = links
            .iter()
            .map(|(key, text)| (*key, Value::String((*text).to_owned())))
            .collect();
        self.with(&links)
    }

    /// The attributes with values set at `internal_call.<key>`; everything else stays.
    #[must_use]
    pub fn with(&self, links: &[(&str, Value)]) -> Value {
        with(self.attributes.clone(), "internal_call", links)
    }

    /// The caller's task of the call: this one, or the one that the callee's names.
    #[must_use]
    pub fn caller_task(&self) -> Option<TaskSid> {
        match self.role()? {
            Role::Caller => Some(self.sid.clone()),
            Role::Callee => self
                .link("caller_task")
                .and_then(|sid| TaskSid::parse(sid).ok()),
        }
    }

    /// Whether its agent was added to a call in which two talked already.
    #[must_use]
    pub fn is_added(&self) -> bool {
        self.role() == Some(Role::Callee) && self.link("added_by").is_some()
    }

    /// Its agent, among the parties of the call.
    #[must_use]
    pub fn label(&self) -> Option<Label> {
        match self.role()? {
            Role::Callee if self.is_added() => Some(Label::Added(self.sid.clone())),
            role => Some(Label::Of(role)),
        }
    }

    /// The tasks of those who were added, as the caller's names them.
    #[must_use]
    pub fn added(&self) -> Vec<TaskSid> {
        let own = self.attributes.get("internal_call");
        let added = own.and_then(|own| own.get("added")?.as_array());
        let sid = |one: &Value| TaskSid::parse(one.as_str()?).ok();
        added.into_iter().flatten().filter_map(sid).collect()
    }

    /// When somebody began to add a party, whose task is not among those yet; on the caller's task.
    #[must_use]
    pub fn adding_at(&self) -> Option<Millis> {
        self.link("adding")?.parse().ok().map(Millis)
    }

    /// Who is, was or may come to be in the call, where it is one of more than two.
    #[must_use]
    pub fn parties(&self) -> Vec<CallParty> {
        let own = self.attributes.get("internal_call");
        let parties = own.and_then(|own| own.get("parties"));
        let read = parties.and_then(|parties| serde_json::from_value(parties.clone()).ok());
        read.unwrap_or_default()
    }

    /// The callee's task, where the caller's names it.
    #[must_use]
    pub fn callee_task(&self) -> Option<TaskSid> {
        self.link("callee_task")
            .and_then(|sid| TaskSid::parse(sid).ok())
    }

    /// Whether it says that it is the callee's task of this caller's.
    #[must_use]
    pub fn is_callee_of(&self, caller: &TaskSid) -> bool {
        self.role() == Some(Role::Callee) && self.caller_task().as_ref() == Some(caller)
    }

    /// Whether it is the caller's task of the call of which another says that it is the callee's.
    #[must_use]
    pub fn calls(&self, callee: &Self, worker: &WorkerSid) -> bool {
        // Only Flex's own dialling gives it a name that nobody can guess.
        let conversation = self.conversation().filter(|_| self.is_native());
        self.role() == Some(Role::Caller)
            && (self.callee_task().as_ref() == Some(&callee.sid)
                || self.added().contains(&callee.sid)
                || self.link("callee_worker") == Some(worker.as_str())
                || (conversation.is_some() && conversation == callee.conversation()))
    }

    /// Whether this worker is the party whose task it is, or the other one named on it.
    #[must_use]
    pub fn is_party(&self, worker: &WorkerSid) -> bool {
        [self.link("caller_worker"), self.link("callee_worker")].contains(&Some(worker.as_str()))
    }
}

/// The attributes with values set at `<of>.<key>`; everything else stays.
pub(super) fn with(mut attributes: Value, of: &str, values: &[(&str, Value)]) -> Value {
    if !attributes.is_object() {
        attributes = Value::Object(serde_json::Map::new());
    }
    if let Some(all) = attributes.as_object_mut() {
        let own = all
            .entry(of)
            .or_insert_with(|| Value::Object(serde_json::Map::new()));
        if !own.is_object() {
            *own = Value::Object(serde_json::Map::new());
        }
        if let Some(own) = own.as_object_mut() {
            for (key, value) in values {
                own.insert((*key).to_owned(), value.clone());
            }
        }
    }
    attributes
}
