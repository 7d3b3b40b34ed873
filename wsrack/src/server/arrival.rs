//! The way of a connection from the accept loop to its requests, on a task of its own.

use std::time::Duration;

use tokio::sync::watch;

use super::http::serve_http;
use super::proxy;
use super::refuse::{Refused, refuse};
use super::stop::Stop;
use crate::connection::Io;
use crate::env::Peer;
use crate::options::TrustedProxies;
use crate::routes::RoutesService;

/// What every connection is served with.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) routes: RoutesService,
    /// How long a request head may take.
    pub(crate) handshake_timeout: Duration,
    /// Whether health and readiness are answered here.
    pub(crate) probes: bool,
    /// Who is believed when it tells who the client is.
    pub(crate) trusted_proxies: TrustedProxies,
}

#[cfg(any(test, feature = "testing"))]
impl Door {
    /// With nothing but the routes behind it.
    pub(crate) fn new(routes: RoutesService, handshake_timeout: Duration) -> Self {
        Self { routes, handshake_timeout, probes: false, trusted_proxies: TrustedProxies::none() }
    }
}

/// One connection on its way: who comes, and to what.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) peer: Peer,
    pub(crate) door: Door,
    pub(crate) stop: watch::Receiver<Stop>,
}

/// Serves a connection that was accepted. Each step is a function that takes the stream and the visit and hands both
/// on, within a deadline of its own: what a proxy says of the client, and encryption, come before HTTP.
pub(crate) async fn arrive(io: Io, visit: Visit) {
    let is_late = *visit.stop.borrow() >= Stop::Draining;
    if is_late && !visit.door.probes {
        // The answer is the same whatever is asked.
        drop(visit);
        return refuse(io, Refused::Stopping).await;
    }
    let Some((io, visit)) = proxy::unveil(io, visit).await else { return };
    serve_http(io, visit).await;
}
