//! Backline's functions: `backline-functions`, the same server as everywhere else, mounted.
//!
//! At `/internal-call/…` and `/multi-call/…` (host `functions.localhost`), and the same below `/functions`. What the core orders goes over
//! real HTTP to Twilio's REST on our own port, where faults can meet it.

#[cfg(test)]
mod refused_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod whole_tests;

use crate::rest::resolver;
use crate::sandbox::Sandbox;
use axum::Router;
use backline::functions::http::Api;
use backline::functions::Settings;
use backline_functions::hosting::WHOLE;
use backline_functions::{Hosting, Secret};
use backline_world::account::{account_sid, internal_call_workflow_sid, workspace_sid};
use std::time::Duration;

/// How long a request to our own port may take: longer than the faults that tests put into its way, and less than a
/// function has.
const TIMEOUT: Duration = Duration::from_secs(8);

/// What answers calls to the application: the `VoiceUrl` of "Internal Call".
pub fn enqueue_url(port: u16) -> String {
    format!("http://functions.localhost:{port}/internal-call/common/enqueue")
}

/// What answers calls to the number that keeps silent: its `VoiceUrl`.
pub fn silence_url(port: u16) -> String {
    format!("http://functions.localhost:{port}/internal-call/common/call-silence")
}

/// The routes of this product, absolute.
pub fn routes(sandbox: &Sandbox) -> Router {
    let port = sandbox.options().port;
    let own = format!("http://localhost:{port}");
    let base = format!("http://functions.localhost:{port}");
    backline_functions::routes(Hosting {
        public: vec![
            base.clone(),
            own.clone(),
            format!("{base}/functions"),
            format!("{own}/functions"),
        ],
        settings: Settings {
            workflow: internal_call_workflow_sid(),
            base,
        },
        api: Api {
            taskrouter: format!("{own}/t/taskrouter.twilio.com"),
            voice: format!("{own}/t/api.twilio.com"),
            iam: format!("{own}/t/iam.twilio.com"),
            account: account_sid(),
            workspace: workspace_sid(),
        },
        auth_token: Secret::new(sandbox.options().auth_token.clone()),
        client: resolver::client(WHOLE),
        timeout: TIMEOUT,
    })
}
