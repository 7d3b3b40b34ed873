//! What a server says when it is asked what it has counted.

use std::ops::AddAssign;
use std::time::Duration;

use serde::Serialize;

use super::counts::{Refusal, Unserved};
use crate::close::Cause;

/// What a server has counted since it started, and what waits in it now.
///
/// A server counts where it is asked to, before it starts: [`Routes::counted`](crate::Routes::counted). Then this is
/// what [`ServerHandle::stats`](crate::ServerHandle::stats) says.
///
/// Numbers of different fields are read one after the other while others count on.
///
/// # Examples
///
/// ```
/// # async fn run() -> wsrack::Result {
/// let server = wsrack::Routes::new().counted().bind("127.0.0.1:0").await?;
/// let stats = server.handle().stats().unwrap_or_default();
/// assert_eq!((stats.total.open, stats.total.messages_in), (0, 0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Seconds since the applications were started.
    pub uptime: f64,
    /// All routes together.
    pub total: Figures,
    /// Who came to the server and to no route.
    pub turned_away: TurnedAway,
    /// Each mounted application, in the order in which they were started.
    pub routes: Vec<RouteStats>,
}

/// The figures of one mounted application.
///
/// # Examples
///
/// ```
/// use wsrack::{RouteStats, Stats};
///
/// /// The mount that most clients are connected to.
/// fn busiest(stats: &Stats) -> Option<&RouteStats> {
///     stats.routes.iter().max_by_key(|route| route.figures.open)
/// }
///
/// assert_eq!(busiest(&Stats::default()), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RouteStats {
    /// Its mount as it is written in the routes: `/rooms/{room}`, `http://chat.example.com/`.
    pub route: String,
    /// What was counted there.
    #[serde(flatten)]
    pub figures: Figures,
}

/// What is counted for each application.
///
/// Bytes are those of messages as handlers see them: less headers, not compressed.
///
/// All but `open`, `queued` and `queued_most` only grow, so what has happened meanwhile is the difference of two looks.
///
/// # Examples
///
/// ```
/// use wsrack::Stats;
///
/// /// How many messages have come in, each second since an earlier look.
/// fn rate(before: &Stats, now: &Stats) -> f64 {
///     let messages = now.total.messages_in - before.total.messages_in;
///     messages as f64 / (now.uptime - before.uptime)
/// }
///
/// let before = Stats::default();
/// let mut now = before.clone();
/// (now.uptime, now.total.messages_in) = (10.0, 250);
/// assert_eq!(rate(&before, &now), 25.0);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// Connections that are open now.
    pub open: u64,
    /// Connections that were ever accepted, also those that `#[on_upgrade]` closed at once with a code.
    pub accepted: u64,
    /// Requests that were answered with something else than a 101.
    pub refused: Refused,
    /// Connections that have ended.
    pub closed: Closed,
    /// Messages that came in.
    pub messages_in: u64,
    /// Their bytes.
    pub bytes_in: u64,
    /// Messages that went to a connection's queue, for each connection that a published one reached.
    pub messages_out: u64,
    /// Their bytes.
    pub bytes_out: u64,
    /// What went wrong.
    pub errors: Errors,
    /// Messages that found no room in the queue of their connection, for its client reads too slowly.
    pub overflows: u64,
    /// Bytes that wait now for clients to take them.
    pub queued: u64,
    /// The most that wait for one client.
    pub queued_most: u64,
    /// How long handlers take.
    pub handlers: HandlerTimes,
}

impl Figures {
    pub(super) fn add(&mut self, other: &Self) {
        self.open += other.open;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.closed += other.closed;
        self.messages_in += other.messages_in;
        self.bytes_in += other.bytes_in;
        self.messages_out += other.messages_out;
        self.bytes_out += other.bytes_out;
        self.errors += other.errors;
        self.overflows += other.overflows;
        self.queued += other.queued;
        self.queued_most = self.queued_most.max(other.queued_most);
        self.handlers.add(&other.handlers);
    }
}

/// Defines numbers that belong together, each with its name.
macro_rules! numbers {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $field:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$what])* pub $field: u64,)+
        }

        impl $name {
            pub(super) const COUNT: usize = [$(stringify!($field)),+].len();

            /// Each number with its name, in the order of the fields.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + use<> {
                [$((stringify!($field), self.$field)),+].into_iter()
            }

            /// All of them together.
            pub fn total(&self) -> u64 {
                self.iter().map(|(_, count)| count).sum()
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                $(self.$field += other.$field;)+
            }
        }

        /// In the order of the fields.
        impl From<[u64; Self::COUNT]> for $name {
            fn from([$($field),+]: [u64; Self::COUNT]) -> Self {
                Self { $($field),+ }
            }
        }
    };
}

numbers! {
    /// Why requests did not become connections.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use tower::ServiceExt;
    /// use wsrack::prelude::*;
    ///
    /// struct Chat;
    ///
    /// #[websocket_app]
    /// impl Chat {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> wsrack::Result {
    /// let running = wsrack::routes! { "/chat" => Chat }.counted().start().await?;
    /// let no_handshake = Request::get("/chat").body(String::new())?;
    /// assert_eq!(running.service().oneshot(no_handshake).await?.status(), 426);
    ///
    /// let refused = running.stats().unwrap_or_default().total.refused;
    /// assert_eq!((refused.handshake, refused.total()), (1, 1));
    /// # Ok(())
    /// # }
    /// ```
    Refused {
        /// No handshake, a broken one, or one in a draft that is not taken.
        handshake,
        /// A page of an origin that may not connect.
        origin,
        /// As many connections as there may be.
        limit,
        /// `#[on_upgrade]`, or a parameter of a handler that cannot be had.
        application,
        /// Something failed that should not have.
        internal,
    }
}

impl Refused {
    pub(super) fn index(why: Refusal) -> usize {
        match why {
            Refusal::Handshake => 0,
            Refusal::Origin => 1,
            Refusal::Limit => 2,
            Refusal::Application => 3,
            Refusal::Internal => 4,
        }
    }
}

numbers! {
    /// Why the server itself turned clients away, before any route: connections, or requests on them.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut turned_away = wsrack::TurnedAway::default();
    /// (turned_away.timeout, turned_away.limit) = (3, 4);
    /// assert_eq!(turned_away.total(), 7);
    /// ```
    TurnedAway {
        /// What came is no request, or only a part of one: answered with 400, 414 or 431 where there is somebody to
        /// answer.
        bad_request,
        /// A request's head that has begun and was not whole within `handshake_timeout`.
        timeout,
        /// As many connections as the server may have, in all or from one address: 503.
        limit,
        /// The server stops: 503.
        stopping,
    }
}

impl TurnedAway {
    pub(super) fn index(why: Unserved) -> usize {
        match why {
            Unserved::BadRequest => 0,
            Unserved::Timeout => 1,
            Unserved::Limit => 2,
            Unserved::Stopping => 3,
        }
    }
}

numbers! {
    /// What ended connections: a number for each [`Cause`].
    ///
    /// # Examples
    ///
    /// ```
    /// let mut closed = wsrack::Closed::default();
    /// (closed.client, closed.lost) = (40, 2);
    ///
    /// assert_eq!(closed.total(), 42);
    /// let told: Vec<_> = closed.iter().filter(|(_, count)| *count > 0).collect();
    /// assert_eq!(told, [("client", 40), ("lost", 2)]);
    /// ```
    Closed {
        /// [`Cause::Client`].
        client,
        /// [`Cause::Server`].
        server,
        /// [`Cause::Lost`].
        lost,
        /// [`Cause::PingTimeout`].
        ping_timeout,
        /// [`Cause::SlowClient`].
        slow_client,
        /// [`Cause::SendTimeout`].
        send_timeout,
        /// [`Cause::Shutdown`].
        shutdown,
        /// [`Cause::Protocol`].
        protocol,
        /// [`Cause::Error`].
        error,
        /// [`Cause::Panic`].
        panic,
    }
}

impl Closed {
    pub(super) fn index(cause: Cause) -> usize {
        match cause {
            Cause::Client => 0,
            Cause::Server => 1,
            Cause::Lost => 2,
            Cause::PingTimeout => 3,
            Cause::SlowClient => 4,
            Cause::SendTimeout => 5,
            Cause::Shutdown => 6,
            Cause::Protocol => 7,
            Cause::Error => 8,
            Cause::Panic => 9,
        }
    }
}

numbers! {
    /// What went wrong on connections.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut errors = wsrack::Errors::default();
    /// errors.panic = 1;
    /// assert_eq!(errors.iter().find(|(_, count)| *count > 0), Some(("panic", 1)));
    /// ```
    Errors {
        /// Errors that handlers returned.
        handler,
        /// Panics of handlers.
        panic,
        /// Clients that broke a rule of the protocol or a limit, or sent what no handler takes.
        protocol,
    }
}

impl Errors {
    pub(super) const HANDLER: usize = 0;
    pub(super) const PANIC: usize = 1;
    pub(super) const PROTOCOL: usize = 2;
}

/// How long handlers took, from their start to their end, with all that they waited for: those for messages, values and
/// `#[every]`, and `#[on_open]`.
///
/// # Examples
///
/// ```
/// use wsrack::HandlerTimes;
///
/// /// How many of a hundred took at most the time of a bound.
/// fn percent_within(times: &HandlerTimes, bound: f64) -> u64 {
///     let buckets = HandlerTimes::BOUNDS.iter().zip(times.buckets);
///     let within: u64 = buckets.take_while(|(upper, _)| **upper <= bound).map(|(_, count)| count).sum();
///     within * 100 / times.count.max(1)
/// }
///
/// let mut times = HandlerTimes::default();
/// (times.count, times.buckets[4], times.buckets[9]) = (4, 3, 1); // up to a millisecond, up to half a second
/// assert_eq!(percent_within(&times, 0.001), 75);
/// assert_eq!(percent_within(&times, 1.0), 100);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HandlerTimes {
    /// How many there were.
    pub count: u64,
    /// How long they took together, in seconds.
    pub seconds: f64,
    /// How many took at most the time of [`BOUNDS`](Self::BOUNDS) in the same place and more than that before; the last
    /// number is of those that took longer.
    pub buckets: [u64; HandlerTimes::BUCKETS],
}

impl HandlerTimes {
    /// Upper bounds of the buckets, in seconds. The last bucket has none.
    pub const BOUNDS: [f64; 12] =
        [0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

    pub(super) const BUCKETS: usize = Self::BOUNDS.len() + 1;

    pub(super) fn new(buckets: [u64; Self::BUCKETS], took: Duration) -> Self {
        Self { count: buckets.iter().sum(), seconds: took.as_secs_f64(), buckets }
    }

    pub(super) fn bucket_of(took: Duration) -> usize {
        let seconds = took.as_secs_f64();
        Self::BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(Self::BOUNDS.len())
    }

    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.seconds += other.seconds;
        for (own, other) in self.buckets.iter_mut().zip(other.buckets) {
            *own += other;
        }
    }
}
