//! Conversations (`aim.*.twilio.com`), as far as Flex needs it to start: who one is, and no conversations.
//!
//! Every URL but that of the configuration is the server's to choose (observed in @twilio/conversations 2.5.0); each
//! resource has one arm in [`serve`], which is where conversations, participants and messages will go.

use super::sync::Sync;
use super::tunnel::{Answer, Request};
use serde_json::{json, Value};

const BASE: &str = "https://aim.us1.twilio.com/Client/v2";
const MEDIA: &str = "https://mcs.us1.twilio.com/v1";

/// Serves a request to `aim` by `identity`.
pub fn serve(sync: &mut Sync, identity: &str, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    match (request.method.as_str(), &path[..]) {
        ("GET", ["Client", "v2", "Configuration"]) => Answer::ok(configuration(sync, identity)),
        ("GET" | "POST", ["Client", "v2", "Users", user]) => Answer::ok(user_resource(sync, user)),
        ("GET", ["Client", "v2", "Users", _, "Conversations"]) => Answer::ok(json!({
            "conversations": [],
            "meta": {"previous_token": null, "next_token": null, "key": "conversations"},
        })),
        ("POST", ["Client", "v2", "Typing"]) => Answer::ok(json!({"typing_timeout": 5})),
        (_, ["Client", "v2", "Configuration" | "Users" | "Typing", ..]) => Answer::wrong_method(),
        _ => Answer::not_found(request),
    }
}

fn configuration(sync: &mut Sync, identity: &str) -> Value {
    let (info, conversations) = (
        info_map(sync, identity),
        format!("{identity}.conversations"),
    );
    sync.ensure_map(&conversations, &[]);
    let user = format!("{BASE}/Users/{identity}");
    json!({
        "identity": identity,
        "links": {
            "my_conversations": format!("{user}/Conversations"),
            "conversations": format!("{BASE}/Conversations"),
            "users": format!("{BASE}/Users"),
            "current_user": user,
            "typing": format!("{BASE}/Typing"),
            "media_service": format!("{MEDIA}/Services/Media"),
            "media_set_service": format!("{MEDIA}/Services/MediaSet"),
            "messages_receipts": format!("{BASE}/Conversations/%s/Messages/%s/Receipts"),
        },
        "options": {
            "reachability_enabled": false,
            "typing_indicator_timeout": 5,
            "user_infos_to_subscribe": 100,
            "http_cache_interval": "PT5S",
            "consumption_report_interval": "PT5S",
            "media_attachments_count_limit": 10,
            "media_attachment_size_limit_in_mb": 50,
            "media_attachments_total_size_limit_in_mb": 50,
            "email_histories_allowed_mime_types": ["text/plain", "text/html"],
            "email_bodies_allowed_mime_types": ["text/plain", "text/html"],
        },
        "sync_objects": {"my_user_info": info, "my_conversations": conversations},
    })
}

fn user_resource(sync: &mut Sync, identity: &str) -> Value {
    json!({
        "identity": identity,
        "friendly_name": identity,
        "attributes": "{}",
        "is_online": null,
        "is_notifiable": null,
        "sync_objects": {"user_info_map": info_map(sync, identity)},
    })
}

fn info_map(sync: &mut Sync, identity: &str) -> String {
    let name = format!("{identity}.info");
    sync.ensure_map(
        &name,
        &[
            ("friendlyName", json!({"value": identity})),
            ("attributes", json!({"value": "{}"})),
        ],
    );
    name
}
