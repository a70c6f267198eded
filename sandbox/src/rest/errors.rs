//! Twilio's errors (<https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions>):
//! `{"code", "message", "more_info", "status"}`.

use axum::http::{header, StatusCode};
use axum::response::{IntoResponse, Response};
use backline_world::telephony::{CreateError, UpdateError};

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    code: u32,
    message: String,
}

impl ApiError {
    /// 400 with one of Twilio's codes.
    #[must_use]
    pub fn bad_request(code: u32, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
        }
    }

    /// 20404 (<https://www.twilio.com/docs/api/errors/20404>).
    #[must_use]
    pub fn not_found(path: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: 20404,
            message: format!("The requested resource {path} was not found"),
        }
    }

    /// 20003 (<https://www.twilio.com/docs/api/errors/20003>).
    #[must_use]
    pub fn unauthorized() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: 20003,
            message: "Authenticate".to_owned(),
        }
    }

    /// 20004 (<https://www.twilio.com/docs/api/errors/20004>).
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            code: 20004,
            message: "Method not allowed".to_owned(),
        }
    }

    /// Why nothing was made at `path`.
    #[must_use]
    pub fn of_create(error: &CreateError, path: &str) -> Self {
        match error {
            CreateError::InvalidUrl(_) => Self::bad_request(21205, error.to_string()),
            CreateError::InvalidTwiml(_) => Self::bad_request(12100, error.to_string()),
            CreateError::NoConference => Self::not_found(path),
            CreateError::NoApplication => Self::bad_request(21218, error.to_string()),
            CreateError::InvalidTo(_) => Self::bad_request(21211, error.to_string()),
        }
    }

    /// Why nothing was changed at `path`.
    #[must_use]
    pub fn of_update(error: &UpdateError, path: &str) -> Self {
        match error {
            UpdateError::NotFound => Self::not_found(path),
            UpdateError::NotInProgress => Self::bad_request(21220, error.to_string()),
            UpdateError::Twiml(error) => Self::of_create(error, path),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status.as_u16(),
        });
        let mut response = (self.status, axum::Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                header::HeaderValue::from_static("Basic realm=\"Twilio API\""),
            );
        }
        response
    }
}
