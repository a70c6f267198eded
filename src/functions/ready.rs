//! Whether these functions can do their work: asked by each plugin at its start, so that what is wanting is told then and
//! not at the first call.

use super::order::{Answer, Order};
use super::party::no_session;
use super::{refused, Response, Settings, Step};

/// The name of the setting that names the callee's workflow.
const WORKFLOW: &str = "TWILIO_FLEX_INTERNAL_CALL_WORKFLOW_SID";

pub(super) fn ask(settings: &Settings, token: String) -> Step {
    Step::Orders(vec![
        Order::ValidateToken { token },
        Order::FetchWorkflow {
            workflow: settings.workflow.clone(),
        },
    ])
}

pub(super) fn answer(answers: Vec<Answer>) -> Step {
    let mut answers = answers.into_iter();
    match (answers.next(), answers.next()) {
        (Some(Answer::Token(None)), _) => no_session(),
        (Some(Answer::Token(Some(_))), Some(Answer::Workflow { .. })) => {
            Step::Respond(Response::done(None))
        }
        (Some(Answer::Token(Some(_))), Some(Answer::Failed { status: 404, .. })) => {
            let message = format!("{WORKFLOW} names no workflow of this workspace.");
            Step::Respond(Response::coded(500, WORKFLOW, &message))
        }
        (Some(Answer::Token(Some(_))), other) | (other, _) => refused(other),
    }
}
