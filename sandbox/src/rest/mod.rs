//! REST 2010-04-01: calls, conferences, participants; and the sending of signed webhooks.

use crate::sandbox::Sandbox;
use axum::Router;

/// The routes of this product, absolute (`/t/<host>/…` for what the SDKs believe to be `<host>`).
pub fn routes(_sandbox: &Sandbox) -> Router {
    Router::new()
}
