//! The TwiML of an answered leg (<https://www.twilio.com/docs/voice/twiml/conference>).

use super::callee::CalleesTask;
use super::label::Label;
use crate::ids::{TaskSid, WorkflowSid};
use crate::twilio::attributes::Role;
use serde_json::Value;

/// Joins the conference named after the caller's task.
///
/// Both legs carry the same absolute status callback, because Twilio keeps only that of whoever joins first. Either leg's
/// end is the end of the call, unless it `outlives` them; that of one who was added is not. While he waits alone the caller hears ringback; the callee, if he is first, hears nothing.
pub(super) fn join(base: &str, conference: &TaskSid, label: &Label, outlives: bool) -> String {
    let name = label.as_str();
    let callback = escape(&format!("{base}/internal-call/common/call-outbound-join"));
    let wait = match label {
        Label::Of(Role::Caller) => {
            let ringback = escape(&format!("{base}/internal-call/common/ringback"));
            format!("waitUrl=\"{ringback}\" waitMethod=\"GET\"")
        }
        Label::Of(Role::Callee) | Label::Added(_) => "waitUrl=\"\"".to_owned(),
    };
    let ends = !outlives && matches!(label, Label::Of(_));
    let events = match outlives {
        true => "join leave end",
        false => "join end",
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Dial><Conference \
         participantLabel=\"{name}\" beep=\"false\" {wait} startConferenceOnEnter=\"true\" \
         endConferenceOnExit=\"{ends}\" statusCallback=\"{callback}\" statusCallbackEvent=\"{events}\" \
         statusCallbackMethod=\"POST\">{conference}</Conference></Dial></Response>"
    )
}

/// In line for a colleague; hears ringback, and is hung up on when the line is left without him
/// (<https://www.twilio.com/docs/voice/twiml/enqueue>, <https://www.twilio.com/docs/voice/twiml/task>).
pub(super) fn enqueue_for(base: &str, workflow: &WorkflowSid, task: &CalleesTask) -> String {
    let ringback = escape(&format!("{base}/internal-call/common/ringback"));
    let attributes = escape(&task.attributes.to_string());
    let (priority, timeout) = (task.priority, task.timeout_s);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Enqueue workflowSid=\"{workflow}\" \
         waitUrl=\"{ringback}\" waitUrlMethod=\"GET\">\
         <Task priority=\"{priority}\" timeout=\"{timeout}\">{attributes}</Task></Enqueue><Hangup/></Response>"
    )
}

/// Asks there again in a moment (<https://www.twilio.com/docs/voice/twiml/redirect>).
pub(super) fn ask_again(url: &str) -> String {
    let url = escape(url);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Pause length=\"1\"/>\
         <Redirect method=\"POST\">{url}</Redirect></Response>"
    )
}

/// Says nothing until it is sent away, or for as long as a queue is rung with all that goes before
/// (<https://www.twilio.com/docs/voice/twiml/pause>).
pub(super) fn silence() -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Pause length=\"240\"/><Hangup/></Response>".to_owned()
}

/// The leg is over.
pub(super) fn hang_up() -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Hangup/></Response>".to_owned()
}

/// Back into a workflow, with these attributes (<https://www.twilio.com/docs/voice/twiml/enqueue#attributes-workflowsid>).
pub(super) fn enqueue(workflow: &WorkflowSid, attributes: &Value) -> String {
    let task = escape(&attributes.to_string());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Enqueue workflowSid=\"{workflow}\">\
         <Task>{task}</Task></Enqueue></Response>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
