//! The option `debug`: each handshake and message of an app in the log, or on stderr where there is none.

use std::fmt;
use std::io;

use crate::app::Scope;
use crate::message::Message;
use crate::outbox::Outbox;

/// Payload bytes that a line shows.
const SHOWN: usize = 64;

pub(super) fn received(outbox: &Outbox, scope: &Scope, message: &Message) {
    if scope.settings.debug {
        log(outbox.id(), format_args!("received {} bytes: {}", message.len(), Shown(message)));
    }
}

pub(super) fn lost(outbox: &Outbox, scope: &Scope, error: &io::Error) {
    if scope.settings.debug {
        log(outbox.id(), format_args!("lost: {error}"));
    }
}

pub(super) fn opened(outbox: &Outbox, scope: &Scope, path: &str) {
    if scope.settings.debug {
        log(outbox.id(), format_args!("opened at {path}"));
    }
}

pub(super) fn closed(outbox: &Outbox, scope: &Scope, close: &crate::close::Close) {
    if scope.settings.debug {
        log(outbox.id(), format_args!("closed: {close:?}"));
    }
}

fn log(id: u64, what: fmt::Arguments<'_>) {
    if tracing::dispatcher::has_been_set() {
        tracing::debug!(target: "wsrack", connection = id, "{what}");
    } else {
        eprintln!("wsrack: connection {id} {what}");
    }
}

struct Shown<'a>(&'a Message);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_bytes();
        let shown = &bytes[..bytes.len().min(SHOWN)];
        match self.0 {
            Message::Text(_) => write!(f, "{:?}", String::from_utf8_lossy(shown))?,
            Message::Binary(_) => write!(f, "{shown:02x?}")?,
        }
        if bytes.len() > SHOWN { f.write_str(" …") } else { Ok(()) }
    }
}
