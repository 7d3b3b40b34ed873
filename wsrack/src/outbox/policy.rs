//! What all connections of one mount share.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::topics::Topics;
use crate::flood::Flood;
use crate::limits::{Limits, Streams};
use crate::options::Settings;
use crate::stats::RouteCounts;

/// As much is written at once, even where the queue takes more.
const GATHER: usize = 64 << 10;

/// What all connections of one mount share.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) settings: Settings,
    /// What one client may send.
    pub(crate) limits: Limits,
    /// Replies of one read are gathered up to this many bytes before they are written.
    pub(super) gather: usize,
    /// Messages of fewer bytes are not compressed, also where the client takes that.
    pub(super) compress_min: usize,
    pub(super) topics: Arc<dyn Topics>,
    /// Where [`Socket::spawn`](super::Socket::spawn) runs what is spawned outside of a runtime; `None` for a socket of a
    /// unit test.
    pub(super) runtime: Option<Handle>,
    /// Lines of the log that clients cause by what breaks the protocol, or is no message for the application.
    pub(crate) strangers: Flood,
    /// Where messages are counted, if they are.
    pub(super) counts: Option<Arc<RouteCounts>>,
    /// Somebody looks at each message: the log, or who counts.
    pub(super) watched: bool,
}

impl Policy {
    pub(crate) fn new(
        settings: &Settings,
        streams: Streams,
        topics: Arc<dyn Topics>,
        runtime: Option<Handle>,
    ) -> Self {
        let limits = Limits {
            streams,
            max_message_size: settings.max_message_size,
            max_frame_size: settings.max_frame_size,
            max_fragments: u32::try_from(settings.max_fragments).unwrap_or(u32::MAX),
        };
        Self {
            limits,
            gather: GATHER.min(settings.send_queue),
            compress_min: settings.compression.map_or(0, |compression| compression.min_size),
            topics,
            runtime,
            strangers: Flood::default(),
            counts: None,
            watched: settings.debug,
            settings: settings.clone(),
        }
    }

    /// Messages are counted there.
    pub(crate) fn counted(mut self, counts: Option<Arc<RouteCounts>>) -> Self {
        self.watched |= counts.is_some();
        self.counts = counts;
        self
    }
}
