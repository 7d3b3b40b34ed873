//! How a server comes to its end, in this order: it says that it is not ready, connections are closed at a pace,
//! nothing more is accepted, what is under way is finished, and then it is dropped.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::arrival::{Door, Visit, tell_of_stop};
use super::control::Control;
use super::drain::Drain;
use crate::connection::{Io, Registry};
use crate::log::log;

/// How long all may take where there is to be no waiting: close frames get out, and their answers back.
const AT_ONCE: Duration = Duration::from_millis(250);

/// How long a client that is connected may take for the first byte when the server stops.
pub(super) const FIRST_WORD: Duration = Duration::from_secs(1);

/// How long those who have not been accepted may take to be told so: with a second each for their handshake, for the
/// answer and for its way.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// How long what is dropped may take to be gone. A worker whose thread is blocked drops nothing.
const LEFT_BEHIND: Duration = Duration::from_secs(1);

/// How far a server has come with its stop, as its accept loops and HTTP connections have to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stop {
    No,
    /// All is as before, but who asks hears that the server is not ready.
    Announced,
    /// Requests under way are answered, and no more are taken. New connections are turned away.
    Draining,
    /// Nothing is accepted any more.
    Closing,
    /// The graceful period is over: what is under way is dropped.
    Now,
}

/// Stops a server as it was asked to, and hurries where that changes.
pub(super) async fn stop(
    stop: &watch::Sender<Stop>,
    control: &Control,
    registry: &Registry,
    drain: Drain,
    grace: Duration,
    door: &Arc<Door>,
) {
    let patiently = async {
        let order = control.order();
        if !order.has_successor() && !drain.notice_time().is_zero() {
            stop.send_replace(Stop::Announced);
            sleep(drain.notice_time()).await;
        }
        // Who has a successor leaves it what comes, and what waits.
        stop.send_replace(if order.has_successor() { Stop::Closing } else { Stop::Draining });
        registry.drain(drain.time_for(registry.len()), order.code()).await;
        stop.send_replace(Stop::Closing);
        if !order.has_successor() {
            let visits = control
                .waiting()
                .into_iter()
                .map(|(io, peer)| (io, Visit::new(peer, door, stop.subscribe())));
            turn_away(visits.collect()).await;
        }
        control.close();
        finish(stop, registry, Instant::now() + grace).await;
    };
    tokio::select! {
        () = patiently => return,
        () = control.asked_to_end() => {}
    }
    stop.send_replace(Stop::Closing);
    registry.stop(control.order().code());
    control.close();
    finish(stop, registry, Instant::now() + AT_ONCE).await;
}

/// Waits until the stop has come so far. A server that is dropped stops gracefully and takes its time.
pub(super) async fn reached(stop: &mut watch::Receiver<Stop>, awaited: Stop) {
    let gone = stop.wait_for(|stop| *stop >= awaited).await.is_err();
    if gone && awaited == Stop::Now {
        pending::<()>().await;
    }
}

/// Waits until a connection without a request is to end: a moment after nothing is accepted any more.
#[cfg(any(feature = "tls", feature = "http2"))]
pub(super) async fn hurried(stop: &mut watch::Receiver<Stop>) {
    reached(stop, Stop::Closing).await;
    tokio::select! {
        () = sleep(FIRST_WORD) => {}
        () = reached(stop, Stop::Now) => {}
    }
}

/// Answers those who came too late to be accepted; whom that takes too long is left alone.
async fn turn_away(waiting: Vec<(Io, Visit)>) {
    let mut answers: JoinSet<()> = waiting.into_iter().map(|(io, visit)| tell_of_stop(io, visit)).collect();
    let all_are_told = async { while answers.join_next().await.is_some() {} };
    let _left = timeout(LAST_ANSWERS, all_are_told).await;
}

/// Ends what is under way, in this order: requests may still become connections.
pub(crate) async fn finish(stop: &watch::Sender<Stop>, registry: &Registry, end: Instant) {
    stop.send_replace(Stop::Closing);
    // Each accept loop and each HTTP connection holds a receiver: they are gone when the sender is alone.
    if timeout_at(end, stop.closed()).await.is_err() {
        log!(warn, "the graceful period is over; requests under way are dropped");
        stop.send_replace(Stop::Now);
        if timeout(LEFT_BEHIND, stop.closed()).await.is_err() {
            log!(error, "a handler or service blocks its thread: what is under way there is left behind");
        }
    }
    registry.shutdown(end.saturating_duration_since(Instant::now())).await;
}
