//! What is kept with a connection until it ends, though it is none of its own affairs.

use std::fmt;
#[cfg(feature = "http2")]
use std::sync::{Arc, Mutex, PoisonError};

use super::admission::Permit;
use super::watch::Watch;
use crate::close::{Cause, CloseCode};

/// What a server keeps with a connection: a place that it takes up is given back when this is dropped.
pub(crate) trait Guest: fmt::Debug + Send {
    /// Hears how the connection went, once.
    fn left(&mut self, traffic: Traffic, code: CloseCode, cause: Cause);
}

/// What went over a connection after its 101. The connection's own: no two threads write it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// As the socket has them, frame headers and control frames included.
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) messages_in: u32,
    pub(crate) messages_out: u32,
}

/// Where a server of many streams leaves what is kept with one of them: an extension of its request.
#[cfg(feature = "http2")]
#[derive(Clone, Debug)]
pub(crate) struct Seat(Arc<Mutex<Option<Box<dyn Guest>>>>);

#[cfg(feature = "http2")]
impl Seat {
    pub(crate) fn new(guest: impl Guest + 'static) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(guest)))))
    }

    pub(super) fn take(&self) -> Option<Box<dyn Guest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The places that a connection takes up, what it counts where it does, and who looks at its handlers. Boxed: a
/// connection without any holds but a word.
#[derive(Debug)]
pub(super) struct Kept {
    /// Among those that its mount takes.
    pub(super) _permit: Option<Permit>,
    /// Less the messages that went out: the outbox counts those.
    pub(super) traffic: Traffic,
    /// With its server.
    pub(super) guest: Option<Box<dyn Guest>>,
    /// Looks at handlers.
    pub(super) watch: Option<Watch>,
}

impl Kept {
    /// `read` bytes came with the handshake.
    pub(super) fn new(
        permit: Option<Permit>,
        guest: Option<Box<dyn Guest>>,
        watch: Option<Watch>,
        read: usize,
    ) -> Option<Box<Self>> {
        let any = permit.is_some() || guest.is_some() || watch.is_some();
        let traffic = Traffic { bytes_in: read as u64, ..Traffic::default() };
        any.then(|| Box::new(Self { _permit: permit, traffic, guest, watch }))
    }
}
