//! What an operator tells a running server.

use std::io;

use tokio::signal::unix::{self, SignalKind};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// INT: stop at once.
    Interrupt,
    /// TERM, QUIT: stop gracefully; a second one forces.
    Stop,
    /// HUP: start anew.
    Restart,
    /// USR1: open the log file anew.
    ReopenLog,
}

/// The signals of this process, from [`listen`](Self::listen) on.
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    quit: unix::Signal,
    hangup: unix::Signal,
    user: unix::Signal,
}

impl Signals {
    /// From now on signals end no process, but are told by [`next`](Self::next).
    ///
    /// # Errors
    ///
    /// Where the system has no room for it.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: unix::signal(SignalKind::interrupt())?,
            terminate: unix::signal(SignalKind::terminate())?,
            quit: unix::signal(SignalKind::quit())?,
            hangup: unix::signal(SignalKind::hangup())?,
            user: unix::signal(SignalKind::user_defined1())?,
        })
    }

    /// The next signal.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, no signal is lost.
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.quit.recv() => Signal::Stop,
            _ = self.user.recv() => Signal::ReopenLog,
            _ = self.hangup.recv() => Signal::Restart,
        }
    }
}
