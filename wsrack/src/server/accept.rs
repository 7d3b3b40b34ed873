//! The accept loop: it takes connections and does nothing else with them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::arrival::{Door, Visit, arrive};
use super::listener::Listener;
use super::stop::Stop;
use crate::flood::Flood;
use crate::log::log;

/// How long accepting pauses while the process has no descriptor or memory left for a connection.
const BACK_OFF: Duration = Duration::from_millis(100);

/// After so many errors in a row it is no matter of single connections.
const FAILURES: u32 = 100;

/// Begins to accept on all listeners; the future waits until nothing is to be accepted any more. Dropped, it accepts
/// no more; connections go on.
///
/// # Errors
///
/// Where a loop panics.
///
/// # Panics
///
/// Outside of a tokio runtime.
pub(super) fn accept_all(
    listeners: Vec<Listener>,
    door: &Arc<Door>,
    stop: &watch::Receiver<Stop>,
) -> impl Future<Output = io::Result<()>> + Send + use<> {
    let mut loops = JoinSet::new();
    for listener in listeners {
        loops.spawn(accept(listener, door.clone(), stop.clone()));
    }
    async move {
        while let Some(ended) = loops.join_next().await {
            ended.map_err(io::Error::other)?;
        }
        Ok(())
    }
}

/// Each connection is served on a task of its own, so a slow one holds up nobody.
async fn accept(listener: Listener, door: Arc<Door>, mut stop: watch::Receiver<Stop>) {
    let flood = Flood::default();
    let mut failures = 0;
    loop {
        let accepted = tokio::select! {
            // Who comes now is another process' to serve, where there is one.
            biased;
            _ = stop.wait_for(|stop| *stop >= Stop::Closing) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((io, peer)) => {
                failures = 0;
                let mut visit = Visit::new(peer, &door, stop.clone());
                visit.handshake = tokio::select! {
                    place = door.census.handshake() => place,
                    // It is told that the server stops.
                    _ = stop.wait_for(|stop| *stop >= Stop::Draining) => None,
                };
                tokio::spawn(arrive(io, visit));
            }
            Err(error) => {
                failures += 1;
                let pauses = is_shortage(&error) || failures > FAILURES;
                if let Some(left_out) = flood.passes() {
                    let pause = if pauses { "; accepting pauses" } else { "" };
                    log!(error, "a connection cannot be accepted: {error}{pause}{left_out}");
                }
                if pauses {
                    sleep(BACK_OFF).await;
                }
            }
        }
    }
}

/// Whether the process or the system has no descriptor or no memory left for a connection: it stays in the queue, and
/// is there again at once. All other errors are of one connection, which is out of the queue with them.
fn is_shortage(error: &io::Error) -> bool {
    /// `ENFILE` and `EMFILE`, on every unix.
    const NO_DESCRIPTORS: [i32; 2] = [23, 24];
    /// `ENOBUFS` on Linux, and elsewhere.
    const NO_BUFFERS: i32 = if cfg!(target_os = "linux") { 105 } else { 55 };

    let code = error.raw_os_error().unwrap_or_default();
    NO_DESCRIPTORS.contains(&code) || code == NO_BUFFERS || error.kind() == io::ErrorKind::OutOfMemory
}
