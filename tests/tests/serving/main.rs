//! From an address to connections until the server stops, as a client sees it.

#![cfg(test)]

#[cfg(unix)]
mod access_log;
#[cfg(unix)]
mod door;
#[cfg(unix)]
mod drain;
mod env;
mod http1;
#[cfg(unix)]
mod inherited;
mod limits;
#[cfg(unix)]
mod listen;
mod start;
mod stop;
mod topics;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
mod workers;

use std::{
    fmt::Display,
    sync::{Arc, Mutex},
};

use wsrack::prelude::*;
use wsrack_tests::{Failure, Result};

/// What has happened, in order.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn note(&self, what: impl Display) {
        self.0.lock().unwrap().push(what.to_string());
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// For a `wsrack::Result` where the harness's is asked for.
fn ours<T>(result: wsrack::Result<T>) -> Result<T> {
    result.map_err(|error| Failure::of(&error))
}

/// Sends back what comes.
struct Echo;

#[websocket_app]
impl Echo {
    #[on_message]
    fn echo(&self, message: Message) -> Message {
        message
    }
}
