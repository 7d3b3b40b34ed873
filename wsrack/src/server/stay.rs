//! How long a connection may speak HTTP, and whether it may stay between two requests.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use http::header::{CONNECTION, HeaderMap, HeaderValue};
use tokio::sync::OwnedSemaphorePermit;

use super::census::{Census, Persistent};

/// The places that an HTTP connection takes up.
#[derive(Debug)]
pub(super) struct Stay {
    census: Arc<Census>,
    /// Its handshake, until the first answer.
    handshake: Mutex<Option<OwnedSemaphorePermit>>,
    /// Whether it may stay, once that is decided.
    persistent: OnceLock<Option<Persistent>>,
}

impl Stay {
    pub(super) fn new(census: Arc<Census>, handshake: Option<OwnedSemaphorePermit>) -> Self {
        Self { census, handshake: Mutex::new(handshake), persistent: OnceLock::new() }
    }

    /// A request is answered: another may have its handshake.
    pub(super) fn answered(&self) {
        drop(self.handshake.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Says in an answer that no other will follow, where there are too many who wait for one.
    pub(super) fn decide(&self, headers: &mut HeaderMap) {
        if !headers.contains_key(CONNECTION) && self.persistent.get_or_init(|| self.census.stay()).is_none() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}
