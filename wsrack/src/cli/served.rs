//! From settings to a server.

use std::io::{self, Write as _};

use super::access_file::{AccessFile, Opener, access_log};
use super::failure::Failure;
use super::prepare::prepare;
use super::settings::{Drain, Level, Listen, Settings};
use super::tls;
use crate::error::Error;
use crate::log::log;
use crate::routes::Routes;
use crate::server::{self, Bound, ServerBuilder, ServerHandle};

/// A server before it listens.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) builder: ServerBuilder,
    /// Where the access log has a file of its own.
    pub(super) access_file: Option<AccessFile>,
}

/// What a server is to be. `open` is how its access log is opened.
///
/// # Errors
///
/// Settings that contradict each other; a certificate that is not right; an access log that cannot be written.
pub(super) fn plan(settings: &Settings, routes: Routes, open: Opener<'_>) -> Result<Plan, Failure> {
    let Drain { period, rate } = settings.drain;
    let mut builder = prepare(settings, routes)?
        .grace(settings.timeout)
        .drain(server::Drain::over(period).rate(rate))
        .probes(true)
        .backlog(settings.backlog)
        .workers(settings.workers.map_or(0, Into::into))
        .trusted_proxies(settings.trusted_proxies.clone())
        .max_keep_alive(settings.max_persistent_conns);
    if let Some(count) = settings.max_conns {
        builder = builder.max_connections(count.get());
    }
    if let Some(count) = settings.max_conns_per_ip {
        builder = builder.max_connections_per_ip(count.get());
    }
    if let Some(threads) = settings.blocking_threads {
        builder = builder.blocking_threads(threads.get());
    }
    builder = tls::secure(builder, settings)?;
    let (access_log, access_file) = access_log(settings, open)?;
    if let Some(log) = access_log {
        builder = builder.access_log(log);
    }
    Ok(Plan { builder, access_file })
}

/// Binds all places.
///
/// # Errors
///
/// The first that cannot be bound; none is bound then.
pub(super) fn bind(
    mut builder: ServerBuilder,
    settings: &Settings,
    places: &[Listen],
) -> Result<Bound, Failure> {
    for place in places {
        builder = builder.listen(address(place, settings));
    }
    builder.bind_all().map_err(|error| unbound(error, places))
}

/// Runs a server's life on a runtime of its own, and waits for nothing that an application has left behind on it: work
/// that blocks may never end.
///
/// # Errors
///
/// Where there is no runtime, and what it ends with.
pub(super) fn block_on<T>(life: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::System { what: "there is no runtime".into(), error })?;
    let ended = runtime.block_on(life);
    runtime.shutdown_background();
    ended
}

/// Tells where to go to; a test and a person with port 0 read it there.
pub(super) fn announce(settings: &Settings, server: &ServerHandle) {
    if settings.level == Level::Quiet {
        return;
    }
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    for address in server.addresses() {
        let place = match address {
            server::Listen::Tcp { .. } => format!("{scheme}://{address}/"),
            _ => address.to_string(),
        };
        if let Err(error) = writeln!(io::stdout(), "listening on {place} (Ctrl-C ends)") {
            log!(warn, "stdout cannot be written: {error}");
        }
    }
}

fn address(place: &Listen, settings: &Settings) -> server::Listen {
    match place {
        Listen::Tcp { host, port } => server::Listen::tcp(host, *port),
        Listen::Unix(path) => {
            let address = server::Listen::unix(path);
            settings.socket_mode.map_or(address.clone(), |mode| address.with_mode(mode))
        }
    }
}

/// The error names its address; where a name was looked up, that is another one than the settings have.
fn unbound(error: Error, places: &[Listen]) -> Failure {
    let Some(refused) = error.downcast_ref::<io::Error>() else { return Failure::App(error) };
    let text = refused.to_string();
    let is_meant = |place: &&Listen| match place {
        Listen::Tcp { port, .. } => text.contains(&place.to_string()) || text.contains(&format!(":{port}:")),
        Listen::Unix(path) => text.contains(&*path.to_string_lossy()),
    };
    match places.iter().find(is_meant).or(places.first()) {
        Some(place) => {
            let why = text.rsplit_once(": ").map_or(&*text, |(_, why)| why).to_owned();
            Failure::of_listen(place, io::Error::new(refused.kind(), why))
        }
        None => Failure::System {
            what: "cannot listen on what was passed".to_owned(),
            error: io::Error::other(text),
        },
    }
}
