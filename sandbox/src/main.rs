//! A local Twilio: one process, one port, plain http on the loopback interface.

#[cfg(test)]
mod arbitrary_tests;
mod control;
mod flex;
mod functions;
#[cfg(test)]
mod openapi_tests;
mod rest;
mod sandbox;
mod taskrouter;
mod twilsock;
mod voice;

use axum::Router;
use backline::time::Millis;
use backline_world::{colleagues, setup};
use clap::Parser;
use sandbox::{Options, Sandbox};
use std::net::Ipv4Addr;
use std::path::PathBuf;

/// A local Twilio: the real Flex UI, without an account.
#[derive(Debug, Parser)]
struct Arguments {
    /// Port on the loopback interface.
    #[arg(long, default_value_t = 8800)]
    port: u16,
    /// Ends when standard input does: whoever started it never leaves it behind.
    #[arg(long)]
    with_parent: bool,
    /// The built plugin: a script, or the directory that it is in.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugin-shell/build"))]
    plugin: PathBuf,
    /// Serves Flex without the plugin.
    #[arg(long)]
    no_plugin: bool,
    /// The directory with the bundled Flex UI.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/flex-host/dist"))]
    flex_bundle: PathBuf,
    /// How many agents work here: Alice, Bob, Carol and more.
    #[arg(long, default_value_t = 3)]
    agents: usize,
    /// How many more there are in the directory, whom nobody plays: most Offline, some Available.
    #[arg(long, default_value_t = 0)]
    colleagues: usize,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let options = Options {
        port: arguments.port,
        auth_token: "sandbox-auth-token".to_owned(),
        flex_bundle: arguments.flex_bundle,
        plugin: (!arguments.no_plugin).then_some(arguments.plugin),
    };
    let mut world = setup::demo(arguments.agents, unix_now());
    let voice_url = functions::enqueue_url(arguments.port);
    setup::answer_application(&mut world, voice_url);
    setup::answer_number(&mut world, functions::silence_url(arguments.port));
    colleagues::add(&mut world.routing, arguments.colleagues);
    let sandbox = Sandbox::new(world, options);
    let clock = sandbox.clone();
    tokio::spawn(async move { clock.run_clock().await });
    let app = Router::new()
        .merge(flex::routes(&sandbox))
        .merge(twilsock::routes(&sandbox))
        .merge(taskrouter::routes(&sandbox))
        .merge(voice::routes(&sandbox))
        .merge(rest::routes(&sandbox))
        .merge(functions::routes(&sandbox))
        .merge(control::routes(&sandbox))
        .layer(axum::middleware::from_fn_with_state(
            sandbox.clone(),
            control::requests::intercept,
        ));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    println!("sandbox: http://localhost:{}/", arguments.port);
    if arguments.with_parent {
        std::thread::spawn(|| {
            // Whatever comes is thrown away; its end, however it comes, is ours.
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            std::process::exit(0);
        });
    }
    axum::serve(listener, app).await
}

/// The Unix time at which the world begins.
fn unix_now() -> Millis {
    let since_1970 = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    Millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}
