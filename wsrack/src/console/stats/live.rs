//! What feeds the page, over wsrack itself.

use std::fmt;

use wsrack_macros::websocket_app;

use super::Source;
use crate::message::Json;
use crate::stats::Stats;

/// Sends the statistics each second.
pub(super) struct Live {
    source: Source,
}

impl Live {
    pub(super) fn new(source: Source) -> Self {
        Self { source }
    }
}

/// A viewer says nothing, and each of them costs a look into all queues.
#[websocket_app(max_message_size = "1 KiB", max_connections = 64)]
impl Live {
    #[on_open]
    fn first(&self) -> Json<Stats> {
        Json((self.source)())
    }

    #[every("1s")]
    fn next(&self) -> Json<Stats> {
        Json((self.source)())
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").finish_non_exhaustive()
    }
}
