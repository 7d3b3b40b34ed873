//! The accept loop: it takes connections and does nothing else with them.

use std::io;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::entrance::{Door, Stop, serve_connection};
use super::listener::Listener;

use crate::log::log;

/// How long accepting pauses while the process has no descriptor or memory left for a connection.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Accepts until `stop` says so. Each connection is served on a task of its own, so a slow one holds up
/// nobody.
pub(super) async fn accept(listener: Listener, door: Door, mut stop: watch::Receiver<Stop>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop != Stop::No) => return,
        };
        match accepted {
            Ok((io, peer)) => {
                tokio::spawn(serve_connection(io, peer, door.clone(), stop.clone()));
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
