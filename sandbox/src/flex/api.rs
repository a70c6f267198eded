//! Flex's own HTTP API: `flex-api.twilio.com` and `flex.twilio.com`.

use super::{agent, error, not_found};
use crate::sandbox::Sandbox;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use backline_world::{account, setup};
use serde::Deserialize;
use serde_json::{json, Value};
use std::time::SystemTime;

use super::pages::LOGIN_LASTS;

/// The caller id of outbound calls, from the range that is reserved for fiction.
const CALLER_ID: &str = "+15005550006";
const DATE: &str = "2026-01-01T00:00:00Z";

pub fn routes(sandbox: &Sandbox) -> Router {
    Router::new()
        .route(
            "/t/flex-api.twilio.com/v1/Configuration",
            get(configuration),
        )
        .route(
            "/t/flex-api.twilio.com/v1/Accounts/{account}/Tokens/Info",
            post(token_info),
        )
        .route(
            "/t/flex-api.twilio.com/v1/account/provision/status",
            get(provisioned),
        )
        .route(
            "/t/flex-api.twilio.com/v1/Instances/{instance}/Teams/Context",
            get(teams),
        )
        .route("/t/flex.twilio.com/api/v1/Session", get(session))
        .route("/t/flex.twilio.com/api/v1/Features/{feature}", get(feature))
        .route("/t/status.twilio.com/api/v2/summary.json", get(status))
        .with_state(sandbox.clone())
}

/// <https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api>
async fn configuration(State(sandbox): State<Sandbox>) -> Json<Value> {
    let workflow = account::anyone_workflow_sid();
    Json(sandbox.overlaid(json!({
        "account_sid": account::account_sid().as_str(),
        "date_created": DATE,
        "date_updated": DATE,
        "flex_service_instance_sid": format!("IS{:032x}", 1),
        "chat_service_instance_sid": format!("IS{:032x}", 1),
        "flex_instance_sid": instance_sid(),
        "service_version": "1.0",
        "status": "ok",
        "runtime_domain": format!("http://functions.localhost:{}", sandbox.options().port),
        "taskrouter_workspace_sid": account::workspace_sid().as_str(),
        "taskrouter_target_workflow_sid": workflow.as_str(),
        "taskrouter_target_taskqueue_sid": account::everyone_queue_sid().as_str(),
        "taskrouter_offline_activity_sid": setup::offline_activity_sid().as_str(),
        "taskrouter_skills": [],
        "taskrouter_worker_channels": {},
        "taskrouter_worker_attributes": {},
        "ui_language": "en-US",
        "ui_version": "2.17.1",
        "messaging_service_instance_sid": null,
        "notifications": {"enabled": true, "mode": "whenNotInFocus"},
        "outbound_call_flows": {"default": {
            "enabled": true,
            "caller_id": CALLER_ID,
            "queue_sid": account::everyone_queue_sid().as_str(),
            "workflow_sid": workflow.as_str(),
            "location": "US1",
        }},
        "call_recording_enabled": false,
        "crm_enabled": false,
        "plugin_service_enabled": true,
        "queue_stats_configuration": {},
        "flex_insights_hr": null,
        "flex_insights_drilldown": false,
        "public_attributes": {},
        "ui_attributes": {
            // Without it Flex refuses the page for its version.
            "version_compatibility": "yes",
            "custom_data": {
                "serverless_functions_protocol": "http",
                "serverless_functions_domain": "functions.localhost",
                "serverless_functions_port": sandbox.options().port.to_string(),
                "features": sandbox.features(),
            },
        },
    })))
}

#[derive(Deserialize)]
struct TokenForm {
    #[serde(rename = "Token")]
    token: String,
}

/// Judges a login token (observed: flex-ui 2.17.1 asks before anything else).
async fn token_info(
    State(sandbox): State<Sandbox>,
    Path(account_sid): Path<String>,
    Form(form): Form<TokenForm>,
) -> Response {
    if account_sid != account::account_sid().as_str() {
        return not_found(&format!("/v1/Accounts/{account_sid}/Tokens/Info"));
    }
    let known = account::identity_of(&form.token).and_then(|identity| agent(&sandbox, identity));
    match known {
        Some(agent) => Json(json!({
            "valid": true,
            "code": 0,
            "identity": agent.identity,
            "roles": agent.roles,
            "realm_user_id": agent.identity,
            "flex_user_sid": format!("FU{:032x}", 0xf1),
            "expiration": humantime::format_rfc3339_millis(SystemTime::now() + LOGIN_LASTS).to_string(),
        }))
        .into_response(),
        // <https://www.twilio.com/docs/api/errors/20003>
        None => error(StatusCode::UNAUTHORIZED, 20003, "Authenticate"),
    }
}

/// Twilio's status page: everything works.
async fn status() -> Json<Value> {
    Json(json!({
        "page": {"id": "sandbox", "name": "Twilio", "url": "https://status.twilio.com"},
        "status": {"indicator": "none", "description": "All Systems Operational"},
        "components": [{"id": "flex", "name": "FLEX", "status": "operational"}],
        "incidents": [],
        "scheduled_maintenances": [],
    }))
}

async fn provisioned() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

async fn teams(Path(_): Path<String>) -> Json<Value> {
    Json(json!({"teams": [], "meta": {"key": "teams", "next_token": null, "previous_token": null}}))
}

/// Flex's own features: of those that can be switched off, consults (observed: flex-ui 2.17.1, `FeatureFlag`).
async fn session() -> Json<Value> {
    let warm = json!({"id": "flex-warm-transfers", "name": "Warm Transfer", "enabled": true});
    Json(json!({"insightsActive": false, "features": [warm]}))
}

async fn feature(Path(_): Path<String>) -> Json<Value> {
    Json(json!({"enabled": false}))
}

fn instance_sid() -> String {
    format!("GO{:032x}", 1)
}
