//! The line of a request in the access log, which becomes a WebSocket's line where the request becomes one.

use std::sync::{Arc, Mutex, PoisonError};

use http::Response;

use crate::body::Body;
use crate::close::{Cause, CloseCode};
use crate::connection::{Guest, Traffic};
use crate::server::access_log::Entry;

/// Shared by the answer and the WebSocket that may come of it: one of them writes the line.
#[derive(Clone, Debug)]
pub(super) struct SharedEntry(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    entry: Option<Box<Entry>>,
    is_websocket: bool,
}

/// The WebSocket's part in it.
#[derive(Debug)]
pub(super) struct Visitor(SharedEntry);

impl SharedEntry {
    pub(super) fn new(entry: Box<Entry>) -> Self {
        Self(Arc::new(Mutex::new(State { entry: Some(entry), is_websocket: false })))
    }

    pub(super) fn visitor(&self) -> Visitor {
        Visitor(self.clone())
    }

    /// The request is answered.
    pub(super) fn answered(self, response: &Response<Body>) {
        let entry = self.with(|state| state.entry.take_if(|_| !state.is_websocket));
        if let Some(entry) = entry {
            entry.answered(response);
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Visitor {
    fn over(&self, end: Option<(Traffic, CloseCode, Cause)>) {
        let entry = self.0.with(|state| state.entry.take_if(|_| state.is_websocket));
        if let Some(entry) = entry {
            entry.over(end);
        }
    }
}

impl Guest for Visitor {
    fn enters(&mut self) {
        self.0.with(|state| state.is_websocket = true);
    }

    fn left(&mut self, traffic: Traffic, code: CloseCode, cause: Cause) {
        self.over(Some((traffic, code, cause)));
    }
}

impl Drop for Visitor {
    /// The WebSocket did not come about.
    fn drop(&mut self) {
        self.over(None);
    }
}
