//! Names for the sandbox's own requests: `*.localhost` is this machine (RFC 6761), whatever its resolver knows.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_ascii_lowercase();
            // Port 0: the one that the URL says.
            let found: Vec<SocketAddr> = if host == "localhost" || host.ends_with(".localhost") {
                vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))]
            } else {
                tokio::net::lookup_host((host.as_str(), 0)).await?.collect()
            };
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A client for requests of the account's side: to its functions, and from them to Twilio.
#[must_use]
pub fn client(timeout: Duration) -> reqwest::Client {
    reqwest::Client::builder()
        .timeout(timeout)
        // Our own port only: a proxy of the machine's has no business here.
        .no_proxy()
        .dns_resolver(Arc::new(Loopback))
        .build()
        .unwrap_or_default()
}
