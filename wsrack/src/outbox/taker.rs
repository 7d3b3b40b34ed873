//! The connection's side of its outbox: what it takes out, and what it tells.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use tokio::time::Instant;

use super::{Notice, Outbox, Phase, Queue, Signals, State, Topics};
use crate::close::CloseCode;

impl Outbox {
    /// Says that the connection's task runs: senders need not wake it.
    #[inline]
    pub(crate) fn running(&self) {
        self.awake.store(true, Ordering::Relaxed);
    }

    /// Whether what waits is not yet so much that it is to be written before there is more.
    #[inline]
    pub(crate) fn gathers(&self) -> bool {
        self.queued() < self.policy.gather
    }

    /// Whether it [gathers](Self::gathers), and nothing is told.
    #[inline]
    pub(crate) fn is_calm(&self) -> bool {
        self.gathers() && self.signals.load(Ordering::Relaxed) == 0
    }

    /// Takes all that waits. It counts as queued until the next call says how much of it is `left`.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    pub(crate) fn take(&self, left: usize) -> Option<Box<Queue>> {
        if self.queued() == 0 {
            return None;
        }
        let mut state = self.lock();
        self.settle(&mut state, left);
        state.queue.take()
    }

    /// Takes the signals. Mostly there are none, which takes no more than a look.
    #[inline]
    pub(crate) fn take_signals(&self) -> Signals {
        match self.signals.load(Ordering::Relaxed) {
            0 => Signals::default(),
            // What was written before a signal was raised is under the lock, and read under it.
            _ => Signals::from_bits(self.signals.swap(0, Ordering::Relaxed)),
        }
    }

    /// Goes to sleep, unless something has come meanwhile: then `false`. While the peer's socket refuses
    /// bytes (some are `left`), more of them are nothing to wake up for.
    #[inline]
    pub(crate) fn park(&self, waker: &Waker, left: usize) -> bool {
        let mut state = self.lock();
        self.settle(&mut state, left);
        let waits = state.queue.as_ref().is_some_and(|queue| !queue.is_empty());
        if self.signals.load(Ordering::Relaxed) != 0 || (waits && left == 0) {
            return false;
        }
        if !state.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            state.waker = Some(waker.clone());
        }
        self.awake.store(false, Ordering::Release);
        true
    }

    /// Of what was taken before, `left` bytes are not written.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    fn settle(&self, state: &mut State, left: usize) {
        let waiting = state.queue.as_ref().map_or(0, |queue| queue.len());
        state.blocked = left > 0;
        let Some(cold) = &state.cold else {
            self.queued.store(left + waiting, Ordering::Relaxed);
            return;
        };
        let (before, queued) = (self.queued(), left + waiting + cold.deferred_len());
        self.queued.store(queued, Ordering::Relaxed);
        // Only then: a sender that found too little room, and may run on this very task, finds no more of it.
        if queued < before {
            cold.wake_senders();
        }
    }

    /// Ends sending and tells whoever waits. What is queued stays.
    pub(crate) fn shut(&self, timed_out: bool) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.end(if timed_out { Phase::TimedOut } else { Phase::Closed });
        }
        if let Some(cold) = &state.cold {
            cold.wake_all();
        }
    }

    /// Drops what is queued, for nobody takes it any more.
    pub(crate) fn discard(&self) {
        let mut state = self.lock();
        let dropped = (state.queue.take(), state.cold.as_mut().and_then(|cold| cold.deferred.take()));
        self.queued.store(0, Ordering::Relaxed);
        drop(state);
        drop(dropped);
    }

    /// The connection is gone, however that came: nobody waits for it any more, and what waits for it is
    /// dropped. The topics that it has to leave.
    pub(crate) fn leave(&self) -> Vec<Arc<str>> {
        self.shut(false);
        self.discard();
        // The values that wait for `#[on_notify]` are the user's, and so is what they do when they are
        // dropped: they are, here, outside of all locks, and not where somebody else holds the outbox last.
        let cold = self.lock().cold.take();
        cold.map_or_else(Vec::new, |cold| cold.topics)
    }

    /// The code and reason that the application asked to close with.
    pub(crate) fn close_requested(&self) -> Option<(CloseCode, Box<str>)> {
        self.lock().cold.as_mut().and_then(|cold| cold.close.take())
    }

    /// When the application lets the connection expire.
    pub(crate) fn expires(&self) -> Option<(Instant, CloseCode)> {
        self.lock().cold.as_ref().and_then(|cold| cold.expires)
    }

    /// A ping has been answered after so many microseconds.
    pub(crate) fn round_trip(&self, micros: u32) {
        self.rtt.store(micros, Ordering::Relaxed);
    }

    /// The next value for `#[on_notify]`.
    pub(crate) fn take_notice(&self) -> Option<Notice> {
        self.lock().cold.as_mut().and_then(|cold| cold.notices.pop_front())
    }

    pub(crate) fn topics(&self) -> &Arc<dyn Topics> {
        &self.policy.topics
    }
}
