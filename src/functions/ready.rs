//! Whether these functions can do their work: asked by each plugin at its start, so that what is wanting is told then and
//! not at the first call.

use super::order::{Answer, Order};
use super::party::signed_in;
use super::{refused, Response, Settings, Step};

use crate::ids::WorkflowSid;
use crate::twilio::configuration::WORKFLOW_KEY;

/// The functions' setting that names the workflow of the callee's task.
const WORKFLOW: &str = "TWILIO_FLEX_INTERNAL_CALL_WORKFLOW_SID";

/// `callers`: the workflow of the caller's task, which the plugin makes.
pub(super) fn ask(settings: &Settings, token: String, callers: Option<WorkflowSid>) -> Step {
    let fetch = |workflow| Order::FetchWorkflow { workflow };
    let mut orders = vec![
        Order::ValidateToken { token },
        fetch(settings.workflow.clone()),
    ];
    orders.extend(callers.map(fetch));
    Step::Orders(orders)
}

pub(super) fn answer(answers: Vec<Answer>) -> Step {
    let mut answers = answers.into_iter();
    if let Err(step) = signed_in(answers.next()) {
        return step;
    }
    for (key, answer) in [WORKFLOW, WORKFLOW_KEY].into_iter().zip(answers) {
        match answer {
            Answer::Workflow { .. } => {}
            Answer::Failed { status: 404, .. } => {
                let message = format!("{key} names no workflow of this workspace.");
                return Step::Respond(Response::coded(500, key, &message));
            }
            other => return refused(Some(other)),
        }
    }
    Step::Respond(Response::done(None))
}
