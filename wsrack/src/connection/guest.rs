//! What is kept with a connection until it ends, though it is none of its own affairs.

use std::fmt;

use super::admission::Permit;
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

/// The places that a connection takes up, and what it counts where it does. Boxed: a connection without any holds but a
/// word.
#[derive(Debug)]
pub(super) struct Kept {
    /// Among those that its mount takes.
    pub(super) _permit: Option<Permit>,
    /// Less the messages that went out: the outbox counts those.
    pub(super) traffic: Traffic,
    /// With its server.
    pub(super) guest: Option<Box<dyn Guest>>,
}

impl Kept {
    /// `read` bytes came with the handshake.
    pub(super) fn new(
        permit: Option<Permit>,
        guest: Option<Box<dyn Guest>>,
        read: usize,
    ) -> Option<Box<Self>> {
        let any = permit.is_some() || guest.is_some();
        let traffic = Traffic { bytes_in: read as u64, ..Traffic::default() };
        any.then(|| Box::new(Self { _permit: permit, traffic, guest }))
    }
}
