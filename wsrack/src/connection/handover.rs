//! How our own server hands the stream over after the 101, past hyper's upgrade machinery.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::io::Io;

/// Left in each request's extensions by a server that owns the stream; an application claims it when it
/// answers with a 101.
#[derive(Clone, Default)]
pub(crate) struct Handover(Arc<Mutex<Option<Start>>>);

/// Starts the connection, with what was read behind the request's head.
type Start = Box<dyn FnOnce(Io, Bytes) + Send>;

impl Handover {
    /// Says what is to run on the stream.
    pub(super) fn claim(&self, start: impl FnOnce(Io, Bytes) + Send + 'static) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(start));
    }

    /// Whether an application awaits the stream.
    pub(crate) fn is_claimed(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// What was claimed, for the server, when hyper is done with the stream.
    pub(crate) fn take(&self) -> Option<impl FnOnce(Io, Bytes) + Send> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handover")
    }
}
