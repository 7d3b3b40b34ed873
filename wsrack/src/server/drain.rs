//! How fast a server that stops closes its connections.

use std::time::Duration;

/// How connections are closed when a server stops: each at a moment of its own, so that clients do not all come back
/// at once.
///
/// By default within ten seconds, and sooner where they are few: 500 a second. That is
/// `Drain::over(Duration::from_secs(10)).rate(500)`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use wsrack::{Drain, Routes};
///
/// // A load balancer asks for `/readyz` every second; 100 clients a second may come back to another server.
/// let drain = Drain::over(Duration::from_secs(20)).rate(100).notice(Duration::from_secs(2));
/// let server = Routes::new().server().probes(true).drain(drain);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it is given to `ServerBuilder::drain`"]
pub struct Drain {
    period: Duration,
    rate: Option<u32>,
    notice: Duration,
}

impl Drain {
    /// Closes all connections within `period`, evenly.
    pub const fn over(period: Duration) -> Self {
        Self { period, rate: None, notice: Duration::ZERO }
    }

    /// Closes all connections at once.
    pub const fn at_once() -> Self {
        Self::over(Duration::ZERO)
    }

    /// Takes less than the period where the connections are so few that `per_second` of them need less.
    pub const fn rate(mut self, per_second: u32) -> Self {
        self.rate = Some(per_second);
        self
    }

    /// Says at `/readyz` for so long that the server is not ready, and serves on as before. Default: not at all. A
    /// server whose sockets have gone over to another process ([`restart`](crate::ServerHandle::restart)) skips it.
    pub const fn notice(mut self, notice: Duration) -> Self {
        self.notice = notice;
        self
    }

    pub(super) fn notice_time(self) -> Duration {
        self.notice
    }

    /// How long so many connections take.
    pub(super) fn time_for(self, connections: usize) -> Duration {
        let count = u32::try_from(connections).unwrap_or(u32::MAX);
        match self.rate {
            Some(0) | None => self.period,
            Some(rate) => self.period.min(Duration::from_secs(count.into()) / rate),
        }
    }
}

impl Default for Drain {
    fn default() -> Self {
        Self::over(Duration::from_secs(10)).rate(500)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_connections_take_less_than_the_period() {
        let drain = Drain::default();
        assert_eq!(drain.time_for(0), Duration::ZERO);
        assert_eq!(drain.time_for(50), Duration::from_millis(100));
        assert_eq!(drain.time_for(1_000_000), Duration::from_secs(10));
        assert_eq!(Drain::over(Duration::from_secs(3)).time_for(1), Duration::from_secs(3));
    }
}
