//! The way of a connection from the accept loop to its requests, on a task of its own.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, watch};

use super::access_log::Lines;
use super::census::{Census, Pass};
use super::flood::Flood;
use super::http::serve_http;
use super::refuse::{Refused, refuse};
use super::stop::Stop;
use crate::connection::Io;
use crate::env::Peer;
use crate::log::log;
use crate::routes::RoutesService;

/// What every connection is served with.
#[derive(Debug)]
pub(crate) struct Door {
    pub(super) routes: RoutesService,
    /// How long a request head may take.
    pub(super) handshake_timeout: Duration,
    /// Whether health and readiness are answered here.
    pub(super) probes: bool,
    pub(super) census: Arc<Census>,
    /// Lines about those who are turned away.
    pub(super) refused: Arc<Flood>,
    pub(super) access: Option<Arc<Lines>>,
}

/// One connection on its way: who comes, and to what.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(super) peer: Peer,
    pub(super) door: Arc<Door>,
    pub(super) stop: watch::Receiver<Stop>,
    /// The place that it takes up until its first answer.
    pub(super) handshake: Option<OwnedSemaphorePermit>,
    /// The place that it takes up until its end, where that counts.
    pub(super) pass: Option<Pass>,
}

impl Door {
    /// A door without limits.
    pub(crate) fn new(routes: RoutesService, handshake_timeout: Duration) -> Self {
        Self {
            routes,
            handshake_timeout,
            probes: false,
            census: Arc::default(),
            refused: Arc::default(),
            access: None,
        }
    }
}

impl Visit {
    pub(crate) fn new(peer: Peer, door: &Arc<Door>, stop: watch::Receiver<Stop>) -> Self {
        Self { peer, door: door.clone(), stop, handshake: None, pass: None }
    }
}

/// Serves a connection that was accepted. Each step is a function that takes the stream and the visit and hands both
/// on, within a deadline of its own: what a proxy says of the client, and encryption, come before HTTP.
pub(crate) async fn arrive(io: Io, visit: Visit) {
    match admit(visit) {
        Ok(visit) => serve_http(io, visit).await,
        Err((why, census)) => Box::pin(refuse(io, why, &census)).await,
    }
}

/// Lets in whom the limits let in, by the address that is known by now.
fn admit(mut visit: Visit) -> Result<Visit, (Refused, Arc<Census>)> {
    let Door { census, probes, refused, .. } = &*visit.door;
    if *visit.stop.borrow() == Stop::Draining && !probes {
        // The answer is the same whatever is asked.
        return Err((Refused::Stopping, census.clone()));
    }
    match census.enter(visit.peer.remote) {
        Ok(pass) => {
            visit.pass = pass;
            Ok(visit)
        }
        Err(why) => {
            if let Some(left_out) = refused.passes() {
                let who = visit.peer.remote.map_or_else(|| "a client".to_owned(), |addr| addr.to_string());
                log!(warn, "{who} is turned away: {}{left_out}", why.text().trim_end());
            }
            Err((why, census.clone()))
        }
    }
}
