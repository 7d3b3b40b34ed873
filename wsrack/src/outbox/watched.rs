//! What is done with messages that somebody looks at, for a log or for statistics. Of the others none pays for it.

use std::sync::Arc;

use bytes::Bytes;

use super::{Encoded, Full, Outbox};
use crate::error::SendError;
use crate::message::Outgoing;
use crate::protocol::Kind;
use crate::stats::RouteCounts;

impl Outbox {
    /// Where it is counted what happens on the connection, if it is.
    pub(crate) fn counts(&self) -> Option<&Arc<RouteCounts>> {
        self.policy.counts.as_ref()
    }

    /// A message came.
    #[inline]
    pub(crate) fn received(&self, kind: Kind, payload: &[u8]) {
        if self.policy.watched {
            self.look_at_received(kind, payload);
        }
    }

    #[cold]
    fn look_at_received(&self, kind: Kind, payload: &[u8]) {
        self.debug_message("received", kind, payload);
        if let Some(counts) = self.counts() {
            counts.received(1, payload.len());
        }
    }

    #[cold]
    pub(super) fn message_watched(
        &self,
        message: Outgoing<'_>,
        received: Option<&Bytes>,
        full: Full<'_>,
    ) -> Result<(), SendError> {
        let (kind, payload) = message.parts();
        let len = payload.len();
        self.debug_message("sends", kind, payload);
        self.push_message(message, received, full).inspect(|()| self.count_sent(1, len))
    }

    #[cold]
    pub(super) fn encoded_watched(
        &self,
        kind: Kind,
        payload: &[u8],
        encoded: &mut Encoded<'_>,
    ) -> Result<(), SendError> {
        self.debug_message("sends", kind, payload);
        self.push_encoded(kind, payload, encoded).inspect(|()| self.count_sent(1, payload.len()))
    }

    /// So many messages were queued, or parts of one that has been counted, of so many bytes.
    pub(super) fn count_sent(&self, messages: u64, bytes: usize) {
        if let Some(counts) = self.counts() {
            counts.sent(messages, bytes);
        }
    }

    pub(super) fn overflowed(&self) {
        if let Some(counts) = self.counts() {
            counts.overflowed();
        }
    }
}
