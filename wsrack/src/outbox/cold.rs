//! What most connections never use, made on the first use.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;
use tokio::time::Instant;

use super::notice::Notice;
use super::queue::Queue;
use crate::close::CloseCode;
use crate::protocol::Compressor;

/// The rarely used part of an outbox.
#[derive(Debug, Default)]
pub(crate) struct Cold {
    /// Where senders wait for room.
    room: Option<Arc<Notify>>,
    /// Where others wait for the end: `closed().await` and spawned work.
    closed: Option<Arc<Notify>>,
    /// Messages that wait for the end of a fragmented one.
    pub(super) deferred: Option<Box<Queue>>,
    /// What was sent before, where compressed messages refer to it.
    pub(super) compressor: Option<Box<Compressor>>,
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
    /// Ends when there is room, or the connection closes. Given up, it leaves nothing behind.
    pub(super) fn wait_for_room(&mut self) -> OwnedNotified {
        self.room.get_or_insert_default().clone().notified_owned()
    }

    /// Ends when the connection closes. Given up, it leaves nothing behind.
    pub(super) fn wait_for_close(&mut self) -> OwnedNotified {
        self.closed.get_or_insert_default().clone().notified_owned()
    }

    pub(super) fn wake_senders(&self) {
        self.room.iter().for_each(|room| room.notify_waiters());
    }

    pub(super) fn wake_all(&self) {
        self.wake_senders();
        self.closed.iter().for_each(|closed| closed.notify_waiters());
    }

    pub(super) fn deferred_len(&self) -> usize {
        self.deferred.as_ref().map_or(0, |queue| queue.len())
    }
}
