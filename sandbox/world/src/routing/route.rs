//! Which way a new task goes: by its `RoutingTarget` or its workflow.

use super::model::{Attributes, Channel, Route};
use super::names::TaskNames;
use super::workflow::Step;
use super::{NewTask, Routing, RoutingError};
use backline::ids::{ChannelSid, QueueSid, WorkerSid, WorkflowSid};
use std::collections::VecDeque;

impl Routing {
    pub(super) fn route(
        &self,
        new: &NewTask,
    ) -> Result<(Route, Option<WorkflowSid>), RoutingError> {
        let named = new
            .workflow
            .as_deref()
            .map(|sid| self.find_workflow(sid))
            .transpose()?;
        let only = || match self.workflows.len() {
            1 => self.workflows.keys().next().cloned(),
            _ => None,
        };
        let target = new.routing_target.as_deref().unwrap_or_default();
        if let Ok(worker) = WorkerSid::parse(target) {
            self.worker(&worker)
                .map_err(|error| RoutingError::invalid("RoutingTarget", error.to_string()))?;
            return Ok((Route::ToWorker(worker), named.or_else(only)));
        }
        if QueueSid::parse(target).is_ok() {
            return Ok((
                Route::ToQueue(self.find_queue(target)?),
                named.or_else(only),
            ));
        }
        let targeted = !target.is_empty();
        let workflow = match (targeted, named) {
            (true, _) => self.find_workflow(target)?,
            (false, Some(workflow)) => workflow,
            (false, None) => only().ok_or_else(|| {
                RoutingError::invalid("WorkflowSid", "is required: there are several workflows")
            })?,
        };
        let ahead = self.steps(Some(&workflow), &new.attributes);
        Ok((Route::Steps { ahead, targeted }, Some(workflow)))
    }

    /// The queue that a task names or, with a worker as its target, the one that its workflow would put it in.
    pub(super) fn queue_of(
        &self,
        route: &Route,
        workflow: Option<&WorkflowSid>,
        attributes: &Attributes,
    ) -> Option<QueueSid> {
        match route {
            Route::ToQueue(queue) => Some(queue.clone()),
            Route::Steps { ahead, .. } => ahead.front().and_then(|step| step.queue.clone()),
            Route::ToWorker(_) => self
                .steps(workflow, attributes)
                .front()
                .and_then(|step| step.queue.clone())
                .or_else(|| self.queues.keys().next().cloned()),
        }
    }

    pub(super) fn steps(
        &self,
        workflow: Option<&WorkflowSid>,
        attributes: &Attributes,
    ) -> VecDeque<Step> {
        workflow
            .and_then(|sid| self.workflows.get(sid))
            .map(|workflow| workflow.configuration.steps(&TaskNames(attributes)))
            .unwrap_or_default()
    }

    fn find_workflow(&self, sid: &str) -> Result<WorkflowSid, RoutingError> {
        WorkflowSid::parse(sid)
            .ok()
            .filter(|sid| self.workflows.contains_key(sid))
            .ok_or_else(|| RoutingError::invalid("WorkflowSid", format!("'{sid}' is no workflow")))
    }

    pub(super) fn find_queue(&self, sid: &str) -> Result<QueueSid, RoutingError> {
        QueueSid::parse(sid)
            .ok()
            .filter(|sid| self.queues.contains_key(sid))
            .ok_or_else(|| {
                RoutingError::invalid("TaskQueueSid", format!("'{sid}' is no task queue"))
            })
    }

    pub(super) fn find_channel(&self, name: &str) -> Result<&Channel, RoutingError> {
        ChannelSid::parse(name)
            .ok()
            .and_then(|sid| self.channels.get(&sid))
            .or_else(|| self.channel_by_name(name))
            .ok_or_else(|| {
                RoutingError::invalid("TaskChannel", format!("'{name}' is no task channel"))
            })
    }

    pub(super) fn channel_by_name(&self, name: &str) -> Option<&Channel> {
        self.channels
            .values()
            .find(|channel| channel.unique_name == name)
    }
}
