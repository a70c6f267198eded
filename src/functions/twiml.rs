//! The TwiML of an answered leg (<https://www.twilio.com/docs/voice/twiml/conference>).

use crate::ids::TaskSid;
use crate::twilio::attributes::Role;

/// Joins the conference named after the caller's task.
///
/// Both legs carry the same absolute status callback, because Twilio keeps only that of whoever joins first. Either leg's
/// end is the end of the call. No music while one waits: the callee may be first.
pub(super) fn join(base: &str, conference: &TaskSid, role: Role) -> String {
    let label = match role {
        Role::Caller => "caller",
        Role::Callee => "callee",
    };
    let callback = escape(&format!("{base}/internal-call/common/call-outbound-join"));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Dial><Conference \
         participantLabel=\"{label}\" beep=\"false\" waitUrl=\"\" startConferenceOnEnter=\"true\" \
         endConferenceOnExit=\"true\" statusCallback=\"{callback}\" statusCallbackEvent=\"join end\" \
         statusCallbackMethod=\"POST\">{conference}</Conference></Dial></Response>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
