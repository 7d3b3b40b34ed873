//! The option `debug`: each handshake and frame of an app in the log, or on stderr where there is none.

use std::fmt;

use super::{Outbox, Policy};
use crate::log::log;
use crate::protocol::Kind;

/// Payload bytes that a line shows.
const SHOWN: usize = 64;

impl Policy {
    /// Logs what happens to a request or on a connection, if its application has the option.
    pub(crate) fn debug(&self, what: fmt::Arguments<'_>) {
        if !self.settings.debug {
            return;
        }
        log!(debug, "{what}");
    }
}

impl Outbox {
    pub(crate) fn debug(&self, what: fmt::Arguments<'_>) {
        self.policy.debug(format_args!("connection {} {what}", self.id));
    }

    #[inline]
    pub(super) fn debug_sent(&self, kind: Kind, payload: &[u8]) {
        if self.policy.settings.debug {
            self.debug_message("sends", kind, payload);
        }
    }

    #[inline]
    pub(crate) fn debug_received(&self, kind: Kind, payload: &[u8]) {
        if self.policy.settings.debug {
            self.debug_message("received", kind, payload);
        }
    }

    #[cold]
    fn debug_message(&self, what: &str, kind: Kind, payload: &[u8]) {
        self.debug(format_args!("{what} {} bytes: {}", payload.len(), Shown(kind, payload)));
    }
}

/// The beginning of a payload, on one line.
struct Shown<'a>(Kind, &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(kind, bytes) = *self;
        let shown = &bytes[..bytes.len().min(SHOWN)];
        match kind {
            Kind::Text => write!(f, "{:?}", String::from_utf8_lossy(shown))?,
            Kind::Binary => write!(f, "{shown:02x?}")?,
        }
        if bytes.len() > SHOWN { f.write_str(" …") } else { Ok(()) }
    }
}
