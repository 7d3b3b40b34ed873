//! The accept loop: it takes connections and does nothing else with them.

use std::io;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::arrival::{Door, Visit, arrive};
use super::listener::Listener;
use super::stop::Stop;
use crate::log::log;

/// How long accepting pauses while the process has no descriptor or memory left for a connection.
const BACK_OFF: Duration = Duration::from_millis(100);

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
    door: &Door,
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
async fn accept(listener: Listener, door: Door, mut stop: watch::Receiver<Stop>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop >= Stop::Closing) => return,
        };
        match accepted {
            Ok((io, peer)) => {
                tokio::spawn(arrive(io, Visit { peer, door: door.clone(), stop: stop.clone() }));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                log!(error, "no connection can be accepted; trying again: {error}");
                sleep(BACK_OFF).await;
            }
        }
    }
}

/// An error of a connection that was gone before it was accepted, and none of the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
