//! Backline's webhooks, alone: see README.md.

mod config;

use backline_functions::app;
use clap::Parser;
use config::{Arguments, Config};
use std::io::IsTerminal;
use std::process::ExitCode;

/// What a wrong or missing setting ends with: as for any wrong command line.
const MISUSED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let config = match Config::of(Arguments::parse()) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(MISUSED);
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match serve(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> Result<(), String> {
    let listen = config.listen;
    let public = config.public.clone();
    let hosting = config
        .hosting()
        .map_err(|error| format!("Requests cannot be sent to Twilio: {error}."))?;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|error| {
            format!(
                "{} {listen} cannot be listened at: {error}.",
                config::LISTEN
            )
        })?;
    let address = listener.local_addr().map_or(listen, |address| address);
    tracing::info!(%address, %public, "listening");
    axum::serve(listener, app(hosting))
        .with_graceful_shutdown(told_to_end())
        .await
        .map_err(|error| format!("The server failed: {error}."))
}

/// Ctrl-C, or what a container's host sends: requests that were begun are answered first.
async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{signal, SignalKind};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => return,
                result = tokio::signal::ctrl_c() => if result.is_ok() { return },
            }
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
