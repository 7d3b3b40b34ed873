//! All open connections of one server: who is there, whose alarm rings when, and how they are all closed.

mod schedule;
mod wheel;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use slab::Slab;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until, timeout};

use self::schedule::schedule;
use self::wheel::Wheel;
use crate::close::CloseCode;
use crate::log::log;
use crate::outbox::{Outbox, Signals};
use crate::stats::{Counts, Depth, RouteCounts, Stats};

/// How long `on_close` may take once the graceful period is over.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The open connections of one server. Clones are handles to the same.
#[derive(Clone, Debug)]
pub(crate) struct Registry(Arc<Running>);

/// What handles and open connections hold: alarms ring as long as there is one of them.
#[derive(Debug)]
struct Running {
    shared: Arc<Shared>,
    /// Where the applications count, if they do.
    counts: Option<Counts>,
    _ticker: Ticker,
}

#[derive(Debug)]
struct Shared {
    /// The code that connections are closed with when the server stops.
    farewell: AtomicU16,
    state: Mutex<State>,
    /// An alarm was set that rings before all others.
    earlier: Notify,
    /// A connection has ended.
    ended: Notify,
}

#[derive(Debug)]
struct State {
    open: Slab<Weak<Outbox>>,
    wheel: Wheel,
    /// New connections are told so at once.
    stopping: bool,
}

/// The one task that rings the alarms; it ends with the last handle and the last connection.
#[derive(Debug)]
struct Ticker(AbortHandle);

/// A connection's place in the registry, until it is dropped.
#[derive(Debug)]
pub(crate) struct Registration {
    registry: Registry,
    key: usize,
}

impl Registry {
    /// An empty registry, whose alarms ring on the current runtime.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub(crate) fn new(counts: Option<Counts>) -> Self {
        let shared = Arc::new(Shared {
            farewell: AtomicU16::new(CloseCode::GOING_AWAY.0),
            state: Mutex::new(State {
                open: Slab::new(),
                wheel: Wheel::new(Instant::now()),
                stopping: false,
            }),
            earlier: Notify::new(),
            ended: Notify::new(),
        });
        let ticker = tokio::spawn(ring(shared.clone())).abort_handle();
        Self(Arc::new(Running { shared, counts, _ticker: Ticker(ticker) }))
    }

    /// A number for the next connection: no other of this process has it, whichever server it is at. Servers may share
    /// a hub, to which a connection is its number.
    pub(crate) fn next_id() -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }

    /// Enters a connection. Where the server is stopping, it hears so at once.
    pub(crate) fn enter(&self, outbox: &Arc<Outbox>) -> Registration {
        let mut state = self.0.shared.lock();
        let key = state.open.insert(Arc::downgrade(outbox));
        if state.stopping {
            outbox.signal(Signals::STOP);
        }
        Registration { registry: self.clone(), key }
    }

    /// How many connections are open.
    pub(crate) fn len(&self) -> usize {
        self.0.shared.lock().open.len()
    }

    /// Where the applications count, if they do.
    pub(crate) fn counts(&self) -> Option<&Counts> {
        self.0.counts.as_ref()
    }

    /// What was counted, and what waits in the queues now.
    pub(crate) fn stats(&self) -> Option<Stats> {
        let counts = self.counts()?;
        let mut depths: HashMap<*const RouteCounts, Depth> = HashMap::new();
        for outbox in self.open().iter().filter_map(Weak::upgrade) {
            if let Some(route) = outbox.counts() {
                depths.entry(Arc::as_ptr(route)).or_default().add(outbox.queued());
            }
        }
        Some(counts.sum(|route| depths.get(&Arc::as_ptr(route)).copied().unwrap_or_default()))
    }

    /// Asks all connections to close, present and future ones.
    pub(crate) fn stop(&self, code: CloseCode) {
        self.close_new_ones(code);
        self.signal_all(Signals::STOP);
    }

    /// Asks the connections that are open to close, each at a moment of its own within `over`, and future ones at
    /// once. Ends when all have been asked, or none is left.
    pub(crate) async fn drain(&self, over: Duration, code: CloseCode) {
        self.close_new_ones(code);
        tokio::select! {
            () = self.ask_one_by_one(over) => {}
            () = self.drained() => {}
        }
    }

    async fn ask_one_by_one(&self, over: Duration) {
        let start = Instant::now();
        for batch in schedule(self.open(), over) {
            if !batch.after.is_zero() {
                sleep_until(start + batch.after).await;
            }
            for outbox in batch.connections.iter().filter_map(Weak::upgrade) {
                outbox.signal(Signals::STOP);
            }
        }
    }

    /// Closes all connections and waits for them. Handlers at work have `grace` to finish; then they are dropped, and
    /// `on_close` has as long as [`LAST_WORDS`].
    pub(crate) async fn shutdown(&self, grace: Duration) {
        // With the code that was given, where one was.
        self.stop(self.0.shared.farewell());
        if timeout(grace, self.drained()).await.is_ok() {
            return;
        }
        log!(warn, "the graceful period is over; the handlers of {} connections are dropped", self.len());
        for _ in 0..2 {
            self.signal_all(Signals::KILL);
            if timeout(LAST_WORDS, self.drained()).await.is_ok() {
                return;
            }
        }
    }

    fn close_new_ones(&self, code: CloseCode) {
        self.0.shared.farewell.store(code.0, Ordering::Relaxed);
        self.0.shared.lock().stopping = true;
    }

    fn open(&self) -> Vec<Weak<Outbox>> {
        self.0.shared.lock().open.iter().map(|(_, outbox)| outbox.clone()).collect()
    }

    /// Waits until no connection is open.
    async fn drained(&self) {
        loop {
            let ended = self.0.shared.ended.notified();
            if self.len() == 0 {
                return;
            }
            ended.await;
        }
    }

    fn signal_all(&self, signals: Signals) {
        // Outside of the lock: a connection that is woken may end at once, and then it takes the lock.
        for outbox in self.open().iter().filter_map(Weak::upgrade) {
            outbox.signal(signals);
        }
    }
}

impl Registration {
    /// Raises [`Signals::TIMER`] at `at` or up to [`wheel::TICK`] later. Alarms that were set before ring too.
    pub(super) fn arm(&self, at: Instant) {
        if self.registry.0.shared.lock().wheel.insert(at, self.key) {
            self.registry.0.shared.earlier.notify_one();
        }
    }
}

impl Registration {
    /// What a connection is told when the server stops.
    pub(super) fn farewell(&self) -> (CloseCode, &'static str) {
        let code = self.registry.0.shared.farewell();
        let reason = match code {
            CloseCode::GOING_AWAY => "the server stops",
            CloseCode::SERVICE_RESTART => "the server restarts",
            _ => "",
        };
        (code, reason)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.registry.0.shared.lock().open.try_remove(self.key);
        self.registry.0.shared.ended.notify_waiters();
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn farewell(&self) -> CloseCode {
        CloseCode(self.farewell.load(Ordering::Relaxed))
    }

    /// The connections whose alarm is due. A key that has gone to another connection meanwhile rings there:
    /// it looks at its own deadlines and finds nothing due.
    fn due(&self, now: Instant) -> Vec<Arc<Outbox>> {
        let mut state = self.lock();
        let keys = state.wheel.take_due(now);
        keys.into_iter().filter_map(|key| state.open.get(key)?.upgrade()).collect()
    }
}

async fn ring(shared: Arc<Shared>) {
    loop {
        let earlier = shared.earlier.notified();
        let next = shared.lock().wheel.next();
        match next {
            Some(at) => tokio::select! {
                () = sleep_until(at) => {}
                () = earlier => continue,
            },
            None => {
                earlier.await;
                continue;
            }
        }
        for outbox in shared.due(Instant::now()) {
            outbox.signal(Signals::TIMER);
        }
    }
}
