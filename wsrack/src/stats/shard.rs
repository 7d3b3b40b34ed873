//! The counters of one thread.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::figures::{Closed, Errors, Figures, HandlerTimes, Refused};

/// One thread's counters of one route, on cache lines of their own: processors fetch two at a time.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(super) struct Shard {
    pub(super) accepted: Counter,
    pub(super) messages_in: Counter,
    pub(super) bytes_in: Counter,
    pub(super) messages_out: Counter,
    pub(super) bytes_out: Counter,
    pub(super) overflows: Counter,
    pub(super) refused: [Counter; Refused::COUNT],
    pub(super) closed: [Counter; Closed::COUNT],
    pub(super) errors: [Counter; Errors::COUNT],
    times: [Counter; HandlerTimes::BUCKETS],
    nanos: Counter,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    /// Adds; where nobody else writes the line, that costs next to nothing.
    #[inline]
    pub(super) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Shard {
    pub(super) fn handled(&self, took: Duration) {
        self.times[HandlerTimes::bucket_of(took)].add(1);
        self.nanos.add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    /// All of it so far. Meanwhile others count on: what belongs together may be one apart.
    pub(super) fn figures(&self) -> Figures {
        // Before what was opened: a connection that closes meanwhile has opened before.
        let closed = Closed::from(self.closed.each_ref().map(Counter::get));
        Figures {
            open: 0,
            accepted: self.accepted.get(),
            refused: Refused::from(self.refused.each_ref().map(Counter::get)),
            closed,
            messages_in: self.messages_in.get(),
            bytes_in: self.bytes_in.get(),
            messages_out: self.messages_out.get(),
            bytes_out: self.bytes_out.get(),
            errors: Errors::from(self.errors.each_ref().map(Counter::get)),
            overflows: self.overflows.get(),
            queued: 0,
            queued_most: 0,
            handlers: HandlerTimes::new(
                self.times.each_ref().map(Counter::get),
                Duration::from_nanos(self.nanos.get()),
            ),
        }
    }
}
