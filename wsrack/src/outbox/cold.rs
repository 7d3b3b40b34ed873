//! What most connections never use, made on the first use.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::time::Instant;

use super::notice::Notice;
use super::queue::Queue;
use super::waiting::Waiters;
use crate::close::CloseCode;

/// The rarely used part of an outbox.
#[derive(Debug, Default)]
pub(crate) struct Cold {
    /// Senders that wait for room.
    pub(super) senders: Waiters,
    /// Those who wait for the end: `closed().await` and spawned work.
    pub(super) closed: Waiters,
    /// Messages that wait for the end of a fragmented one.
    pub(super) deferred: Option<Box<Queue>>,
    pub(super) notices: VecDeque<Notice>,
    pub(super) topics: Vec<Arc<str>>,
    pub(super) close: Option<(CloseCode, Box<str>)>,
    pub(super) expires: Option<(Instant, CloseCode)>,
    /// Messages that found no room.
    pub(super) refused: u64,
}

impl Cold {
    pub(super) fn wake_all(&self) {
        self.senders.wake();
        self.closed.wake();
    }

    pub(super) fn deferred_len(&self) -> usize {
        self.deferred.as_ref().map_or(0, |queue| queue.len())
    }
}
