//! What is counted, and where.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::figures::{Closed, Errors, Figures, Refused, RouteStats, Stats, TurnedAway};
use super::shard::{Counter, Shard};
use super::thread;
use crate::close::Cause;

/// So many threads have counters of their own; further ones share theirs.
const SHARDS: usize = 64;

/// All counters of one server.
#[derive(Debug)]
pub(crate) struct Counts {
    started: Instant,
    routes: Mutex<Vec<Arc<RouteCounts>>>,
    /// All threads' together: what is counted here costs a connection.
    turned_away: [Counter; TurnedAway::COUNT],
}

/// The counters of one mount.
#[derive(Debug)]
pub(crate) struct RouteCounts {
    route: Box<str>,
    shards: Box<[OnceLock<Box<Shard>>; SHARDS]>,
}

/// Why a request did not become a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    /// It is no handshake, or a broken one, or one in a draft that is not taken.
    Handshake,
    /// A page of this origin may not connect.
    Origin,
    /// There are as many connections as may be.
    Limit,
    /// `#[on_upgrade]` or a parameter of a handler said no.
    Application,
    /// Something failed that should not have.
    Internal,
}

/// Why a client came to no route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unserved {
    /// What came is no request.
    BadRequest,
    /// It did not come in time.
    Timeout,
    /// There are as many connections as may be.
    Limit,
    /// The server stops.
    Stopping,
}

/// What waits in the queues of a mount's connections.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Depth {
    /// Bytes in all queues.
    pub(crate) all: u64,
    /// Bytes in the fullest.
    pub(crate) most: u64,
}

impl Depth {
    /// One more queue, with so many bytes.
    pub(crate) fn add(&mut self, queued: usize) {
        let queued = queued as u64;
        self.all += queued;
        self.most = self.most.max(queued);
    }
}

impl Counts {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), routes: Mutex::default(), turned_away: Default::default() }
    }

    /// The counters of what is mounted as `route`. Blocks may mount two applications at one path; they count together,
    /// for who reads the figures knows them by the path.
    pub(crate) fn route(&self, route: &str) -> Arc<RouteCounts> {
        let mut routes = self.routes();
        if let Some(counts) = routes.iter().find(|counts| *counts.route == *route) {
            return counts.clone();
        }
        let counts = Arc::new(RouteCounts::new(route));
        routes.push(counts.clone());
        counts
    }

    /// A client came to no route.
    pub(crate) fn turned_away(&self, why: Unserved) {
        self.turned_away[TurnedAway::index(why)].add(1);
    }

    /// Everything so far; `depth` looks into the queues.
    pub(crate) fn sum(&self, depth: impl Fn(&Arc<RouteCounts>) -> Depth) -> Stats {
        let routes: Vec<_> = self.routes().iter().map(|route| route.sum(depth(route))).collect();
        let mut total = Figures::default();
        for route in &routes {
            total.add(&route.figures);
        }
        let turned_away = TurnedAway::from(self.turned_away.each_ref().map(Counter::get));
        Stats { uptime: self.started.elapsed().as_secs_f64(), total, turned_away, routes }
    }

    fn routes(&self) -> MutexGuard<'_, Vec<Arc<RouteCounts>>> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RouteCounts {
    fn new(route: &str) -> Self {
        Self { route: route.into(), shards: Box::new([const { OnceLock::new() }; SHARDS]) }
    }

    /// A request became a connection.
    pub(crate) fn accepted(&self) {
        self.shard().accepted.add(1);
    }

    /// A request did not.
    pub(crate) fn refused(&self, why: Refusal) {
        self.shard().refused[Refused::index(why)].add(1);
    }

    /// A connection has ended.
    pub(crate) fn closed(&self, cause: Cause) {
        self.shard().closed[Closed::index(cause)].add(1);
    }

    /// So many messages came, or parts of one that has been counted, of so many bytes.
    pub(crate) fn received(&self, messages: u64, bytes: usize) {
        let shard = self.shard();
        shard.messages_in.add(messages);
        shard.bytes_in.add(bytes as u64);
    }

    /// So many messages were queued, or parts of one that has been counted, of so many bytes.
    pub(crate) fn sent(&self, messages: u64, bytes: usize) {
        let shard = self.shard();
        shard.messages_out.add(messages);
        shard.bytes_out.add(bytes as u64);
    }

    /// A message found no room in its connection's queue.
    pub(crate) fn overflowed(&self) {
        self.shard().overflows.add(1);
    }

    /// A handler took so long.
    pub(crate) fn handled(&self, took: Duration) {
        self.shard().handled(took);
    }

    /// A handler returned an error.
    pub(crate) fn failed(&self) {
        self.shard().errors[Errors::HANDLER].add(1);
    }

    /// A handler panicked.
    pub(crate) fn panicked(&self) {
        self.shard().errors[Errors::PANIC].add(1);
    }

    /// A client broke the protocol or a limit.
    pub(crate) fn broke_protocol(&self) {
        self.shard().errors[Errors::PROTOCOL].add(1);
    }

    fn shard(&self) -> &Shard {
        self.shards[thread::number() % SHARDS].get_or_init(Box::default)
    }

    fn sum(&self, depth: Depth) -> RouteStats {
        let mut figures = Figures { queued: depth.all, queued_most: depth.most, ..Figures::default() };
        for shard in self.shards.iter().filter_map(OnceLock::get) {
            figures.add(&shard.figures());
        }
        // A connection may be accepted on one thread and end on another.
        figures.open = figures.accepted.saturating_sub(figures.closed.total());
        RouteStats { route: self.route.to_string(), figures }
    }
}
