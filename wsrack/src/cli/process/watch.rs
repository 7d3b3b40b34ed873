//! A server at work: what it is told, what it restarts with, and how it ends.

use std::future::pending;
use std::pin::pin;
use std::process::Child;

use rustix::process::Pid;
use tokio::task::JoinHandle;
use tokio::time::{Interval, interval};

use super::hold::Hold;
use super::launch::{Canceller, Launched};
use super::signals::{Signal, Signals};
use super::stay::pass_on;
use crate::cli::failure::Failure;
use crate::log::log;
use crate::server::{Server, ServerHandle};

/// How a server has ended.
#[derive(Debug)]
pub(super) enum End {
    Stopped,
    /// Another process serves, and this one was the only one that whoever has started it knows.
    Replaced(Child),
}

/// A new process that is not ready yet.
#[derive(Debug)]
struct Attempt {
    waiting: JoinHandle<Result<Launched, Failure>>,
    canceller: Canceller,
}

/// What happens to a server at work.
enum Event {
    Signal(Signal),
    Attempt(Result<Launched, Failure>),
    Beat,
}

/// Serves, until a signal ends it.
///
/// # Errors
///
/// What the applications end with.
pub(super) async fn watch(server: Server, hold: Hold, signals: &mut Signals) -> Result<End, Failure> {
    let mut beat = hold.notifier.beat().map(interval);
    let mut watched =
        Watched { server: server.handle(), hold, attempt: None, successor: None, was_told_to_stop: false };
    let mut serving = pin!(server.serve());
    let served = loop {
        let event = tokio::select! {
            served = &mut serving => break served,
            signal = signals.next() => Event::Signal(signal),
            outcome = outcome(&mut watched.attempt) => Event::Attempt(outcome),
            () = tick(&mut beat) => Event::Beat,
        };
        match event {
            Event::Signal(signal) => watched.hear(signal),
            Event::Attempt(outcome) => {
                watched.attempt = None;
                watched.decide(outcome);
            }
            Event::Beat => watched.hold.notifier.alive(),
        }
    };
    if let Some(Attempt { waiting, canceller }) = watched.attempt.take() {
        // Who is not to take over any more is gone before this process is.
        canceller.cancel();
        drop(waiting.await);
    }
    match (served.map_err(Failure::App), watched.end()) {
        (Err(failure), End::Stopped) => Err(failure),
        (Err(failure), replaced) => {
            // The service goes on, and who waits for this process waits for that.
            log!(error, "{failure}");
            Ok(replaced)
        }
        (Ok(()), end) => Ok(end),
    }
}

/// A server and what becomes of it.
struct Watched {
    server: ServerHandle,
    hold: Hold,
    attempt: Option<Attempt>,
    successor: Option<Child>,
    was_told_to_stop: bool,
}

impl Watched {
    fn hear(&mut self, signal: Signal) {
        let successor = self.successor_in_its_shadow().map(Pid::from_child);
        if let Some(pid) = successor {
            pass_on(signal, pid);
        }
        match signal {
            // Where another one has taken over this one ends already, but nobody has told it to hurry.
            Signal::Stop if !self.server.is_stopping() || (successor.is_some() && !self.was_told_to_stop) => {
                self.was_told_to_stop = true;
                self.stopping();
                self.server.stop();
            }
            Signal::Interrupt | Signal::Stop => {
                self.stopping();
                self.server.stop_now();
            }
            Signal::Restart => self.restart(),
            Signal::ReopenLog => self.hold.reopen_logs(),
        }
    }

    fn stopping(&self) {
        if let Some(attempt) = &self.attempt {
            attempt.canceller.cancel();
        }
        if self.successor.is_none() {
            self.hold.notifier.stopping();
        }
    }

    /// Starts another process and goes on as before, until it is ready.
    fn restart(&mut self) {
        if self.server.is_stopping() || self.attempt.is_some() {
            log!(debug, "no restart: the server is at it, or it stops");
            return;
        }
        self.hold.notifier.reloading();
        let attempt = self.hold.launch_successor(&self.server).and_then(|launched| {
            let canceller = launched.canceller();
            let canceller = canceller.map_err(|error| Failure::System {
                what: "the new process cannot be heard".to_owned(),
                error,
            })?;
            Ok((launched, canceller))
        });
        match attempt {
            Ok((mut launched, canceller)) => {
                let within = self.hold.settings.wait;
                let waiting =
                    tokio::task::spawn_blocking(move || launched.ready(within).map(|_places| launched));
                self.attempt = Some(Attempt { waiting, canceller });
            }
            Err(failure) => self.hold.restart_failed(&failure),
        }
    }

    /// Has the new process take over, where it is ready.
    fn decide(&mut self, outcome: Result<Launched, Failure>) {
        if self.server.is_stopping() {
            // Nobody is to take over any more; dropped, the new one ends.
            return;
        }
        let launched = match outcome {
            Ok(launched) => launched,
            Err(failure) => return self.hold.restart_failed(&failure),
        };
        let pid = launched.pid();
        // Before it says itself that it is ready: so long it is not heard.
        self.hold.notifier.main_pid(pid);
        match launched.release() {
            Ok(child) => {
                log!(
                    debug,
                    "process {pid} has taken over; closing {} connections",
                    self.server.connections()
                );
                self.hold.hand_on();
                self.server.restart();
                self.successor = Some(child);
            }
            Err(error) => {
                let what = "the new process ended when it was to take over".to_owned();
                self.hold.restart_failed(&Failure::System { what, error });
            }
        }
    }

    fn end(mut self) -> End {
        if self.successor_in_its_shadow().is_none() {
            return End::Stopped;
        }
        self.successor.take().map_or(End::Stopped, End::Replaced)
    }

    /// The successor that only this process knows. A daemon and a service are known by their own pid; one in the
    /// foreground is known to whoever waits for this process.
    fn successor_in_its_shadow(&self) -> Option<&Child> {
        let is_known = self.hold.settings.daemonize || self.hold.notifier.is_heard();
        self.successor.as_ref().filter(|_| !is_known)
    }
}

async fn outcome(attempt: &mut Option<Attempt>) -> Result<Launched, Failure> {
    match attempt {
        Some(attempt) => (&mut attempt.waiting).await.unwrap_or_else(|panic| {
            let what = "the new process cannot be waited for".to_owned();
            Err(Failure::System { what, error: std::io::Error::other(panic) })
        }),
        None => pending().await,
    }
}

async fn tick(beat: &mut Option<Interval>) {
    match beat {
        Some(beat) => drop(beat.tick().await),
        None => pending().await,
    }
}
