//! The settings: from the environment, or the command line.

use backline::functions::http::Api;
use backline::functions::Settings;
use backline::ids::{AccountSid, WorkflowSid, WorkspaceSid};
use backline_functions::hosting::WHOLE;
use backline_functions::{Hosting, Secret};
use clap::Parser;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::time::Duration;
use thiserror::Error;
use url::Url;

const ACCOUNT: &str = "TWILIO_ACCOUNT_SID";
const TOKEN: &str = "TWILIO_AUTH_TOKEN";
const WORKSPACE: &str = "TWILIO_FLEX_WORKSPACE_SID";
const WORKFLOW: &str = "TWILIO_FLEX_INTERNAL_CALL_WORKFLOW_SID";
const PUBLIC: &str = "BACKLINE_PUBLIC_URL";
/// Where it listens.
pub const LISTEN: &str = "BACKLINE_LISTEN";
const TASKROUTER: &str = "BACKLINE_TASKROUTER_URL";
const API: &str = "BACKLINE_API_URL";
const IAM: &str = "BACKLINE_IAM_URL";
const TIMEOUT: &str = "BACKLINE_REQUEST_TIMEOUT_MS";

/// A request to Twilio's REST that takes longer is given up, or sent again: two of them fit into a whole request.
const DEFAULT_TIMEOUT: &str = "3000";

/// Backline's webhooks as a small server: calls between agents in Twilio Flex.
///
/// Every setting is an environment variable, or the option of the same meaning. Put a proxy that speaks https before it.
#[derive(Parser)]
#[command(name = "backline-functions", version)]
pub struct Arguments {
    /// The Twilio account's SID, as on the console's first page; it begins with AC.
    #[arg(long, value_name = "SID", env = ACCOUNT, hide_env_values = true)]
    account_sid: Option<OsString>,
    /// The account's auth token, which checks Twilio's signatures and signs in at its REST; better not on the command line,
    /// where others may see it.
    #[arg(long, value_name = "TOKEN", env = TOKEN, hide_env_values = true)]
    auth_token: Option<OsString>,
    /// The SID of Flex's TaskRouter workspace ("Flex Task Assignment"); it begins with WS.
    #[arg(long, value_name = "SID", env = WORKSPACE, hide_env_values = true)]
    workspace_sid: Option<OsString>,
    /// The SID of the workflow through which the called agent's task goes; it begins with WW.
    #[arg(long, value_name = "SID", env = WORKFLOW, hide_env_values = true)]
    workflow_sid: Option<OsString>,
    /// The URL by which Twilio and the agents' browsers reach this server, such as https://calls.example.com: Twilio's
    /// signatures are checked against it, whatever a proxy does to the Host header.
    #[arg(long, value_name = "URL", env = PUBLIC, hide_env_values = true)]
    public_url: Option<OsString>,
    /// The address and port to listen at.
    #[arg(long, value_name = "ADDRESS", env = LISTEN, hide_env_values = true, default_value = "127.0.0.1:8080")]
    listen: OsString,
    /// Base URL of TaskRouter's REST.
    #[arg(long, value_name = "URL", env = TASKROUTER, hide_env_values = true, default_value = "https://taskrouter.twilio.com")]
    taskrouter_url: OsString,
    /// Base URL of the REST for calls and conferences.
    #[arg(long, value_name = "URL", env = API, hide_env_values = true, default_value = "https://api.twilio.com")]
    api_url: OsString,
    /// Base URL of the REST that checks Flex tokens.
    #[arg(long, value_name = "URL", env = IAM, hide_env_values = true, default_value = "https://iam.twilio.com")]
    iam_url: OsString,
    /// How long one request to Twilio's REST may take, milliseconds, 100 to 8000; a whole webhook is answered within 9 s.
    #[arg(long, value_name = "MS", env = TIMEOUT, hide_env_values = true, default_value = DEFAULT_TIMEOUT)]
    request_timeout_ms: OsString,
}

/// Why it cannot start. The value is never shown: it may be a secret in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// Not set, or empty.
    #[error("{name} is missing: set it to {what}.")]
    Missing {
        /// The variable.
        name: &'static str,
        /// What it should be.
        what: &'static str,
    },
    /// Set to something else.
    #[error("{name} is not valid: it must be {what}.")]
    Malformed {
        /// The variable.
        name: &'static str,
        /// What it should be.
        what: &'static str,
    },
}

/// Settings that are understood.
#[derive(Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// By which URL it is reached.
    pub public: String,
    workflow: WorkflowSid,
    api: Api,
    auth_token: Secret,
    timeout: Duration,
}

impl Config {
    /// Understands the settings.
    ///
    /// # Errors
    /// [`ConfigError`], naming the first variable that is missing or wrong.
    pub fn of(arguments: Arguments) -> Result<Self, ConfigError> {
        let url = "an absolute http or https URL without user, query or fragment";
        let account = Setting(ACCOUNT, "the account's SID, AC and 32 hexadecimal digits");
        let token = Setting(TOKEN, "the account's auth token, without spaces");
        let workspace = Setting(
            WORKSPACE,
            "the Flex workspace's SID, WS and 32 hexadecimal digits",
        );
        let workflow = Setting(WORKFLOW, "a workflow's SID, WW and 32 hexadecimal digits");
        let public = Setting(
            PUBLIC,
            "this server's own public URL, such as https://calls.example.com",
        );
        let listen = Setting(LISTEN, "an IP address and a port, such as 127.0.0.1:8080");
        let timeout = Setting(TIMEOUT, "a number of milliseconds from 100 to 8000");
        let base = |name, given| Setting(name, url).of(Some(given), base_url);
        Ok(Self {
            api: Api {
                account: account.of(arguments.account_sid, |text| AccountSid::parse(text).ok())?,
                workspace: workspace.of(arguments.workspace_sid, |text| {
                    WorkspaceSid::parse(text).ok()
                })?,
                taskrouter: base(TASKROUTER, arguments.taskrouter_url)?,
                voice: base(API, arguments.api_url)?,
                iam: base(IAM, arguments.iam_url)?,
            },
            auth_token: token.of(arguments.auth_token, auth_token)?,
            workflow: workflow.of(arguments.workflow_sid, |text| WorkflowSid::parse(text).ok())?,
            public: public.of(arguments.public_url, base_url)?,
            listen: listen.of(Some(arguments.listen), |text| text.parse().ok())?,
            timeout: timeout.of(Some(arguments.request_timeout_ms), request_timeout)?,
        })
    }

    /// The same, with a client for Twilio's REST.
    ///
    /// # Errors
    /// If the client cannot be made.
    pub fn hosting(self) -> Result<Hosting, reqwest::Error> {
        let client = reqwest::Client::builder()
            // REST redirects nothing that is ordered here; a POST that is repeated elsewhere would be a second one.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Hosting {
            settings: Settings {
                workflow: self.workflow,
                base: self.public.clone(),
            },
            public: vec![self.public],
            api: self.api,
            auth_token: self.auth_token,
            client,
            timeout: self.timeout,
        })
    }
}

/// A variable, and what it must be.
struct Setting(&'static str, &'static str);

impl Setting {
    fn of<T>(
        &self,
        given: Option<OsString>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        let Self(name, what) = *self;
        match given {
            Some(given) if !given.is_empty() => given
                .to_str()
                .and_then(parse)
                .ok_or(ConfigError::Malformed { name, what }),
            Some(_) | None => Err(ConfigError::Missing { name, what }),
        }
    }
}

/// As it is to be joined with paths: no slash at its end.
fn base_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    plain.then(|| url.as_str().trim_end_matches('/').to_owned())
}

fn auth_token(text: &str) -> Option<Secret> {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    printable.then(|| Secret::new(text.to_owned()))
}

fn request_timeout(text: &str) -> Option<Duration> {
    let milliseconds: u64 = text.parse().ok()?;
    let timeout = Duration::from_millis(milliseconds);
    ((100..=8000).contains(&milliseconds) && timeout < WHOLE).then_some(timeout)
}
