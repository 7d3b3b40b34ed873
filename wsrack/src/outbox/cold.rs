//! What most connections never use, made on the first use.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;

use tokio::time::Instant;

use super::notice::Notice;
use super::queue::Queue;
use crate::close::CloseCode;

/// The rarely used part of an outbox.
#[derive(Debug, Default)]
pub(crate) struct Cold {
    /// Senders that wait for room.
    senders: Vec<Waker>,
    /// Those who wait for the end: `closed().await` and spawned work.
    closed: Vec<Waker>,
    /// Messages that wait for the end of a fragmented one.
    pub(super) deferred: Option<Box<Queue>>,
    /// A fragmented message has begun and not ended.
    pub(super) within_message: bool,
    pub(super) notices: VecDeque<Notice>,
    pub(super) topics: Vec<Arc<str>>,
    pub(super) close: Option<(CloseCode, Box<str>)>,
    pub(super) expires: Option<(Instant, CloseCode)>,
    /// Messages that found no room.
    pub(super) refused: u64,
}

impl Cold {
    pub(super) fn wait_for_room(&mut self, waker: &Waker) {
        remember(&mut self.senders, waker);
    }

    pub(super) fn wait_for_close(&mut self, waker: &Waker) {
        remember(&mut self.closed, waker);
    }

    pub(super) fn wake_senders(&mut self) {
        self.senders.drain(..).for_each(Waker::wake);
    }

    pub(super) fn wake_all(&mut self) {
        self.wake_senders();
        self.closed.drain(..).for_each(Waker::wake);
    }

    pub(super) fn deferred_len(&self) -> usize {
        self.deferred.as_ref().map_or(0, |queue| queue.len())
    }

    /// The topics of the connection, which is leaving them.
    pub(crate) fn take_topics(&mut self) -> Vec<Arc<str>> {
        std::mem::take(&mut self.topics)
    }
}

/// A task that is polled often, for whatever reason, is remembered once.
fn remember(wakers: &mut Vec<Waker>, waker: &Waker) {
    if !wakers.iter().any(|known| known.will_wake(waker)) {
        wakers.push(waker.clone());
    }
}
