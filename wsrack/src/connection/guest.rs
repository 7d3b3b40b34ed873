//! What is kept with a connection until it ends, though it is none of its own affairs.

use std::fmt;

use super::admission::Permit;

/// What a server keeps with a connection: a place that it takes up is given back when this is dropped.
pub(crate) trait Guest: fmt::Debug + Send {}

/// The places that a connection takes up. Few have any, so it is boxed.
#[derive(Debug)]
pub(super) struct Kept {
    /// Among those that its mount takes.
    pub(super) _permit: Option<Permit>,
    /// With its server.
    pub(super) _guest: Option<Box<dyn Guest>>,
}

impl Kept {
    pub(super) fn new(permit: Option<Permit>, guest: Option<Box<dyn Guest>>) -> Option<Box<Self>> {
        let any = permit.is_some() || guest.is_some();
        any.then(|| Box::new(Self { _permit: permit, _guest: guest }))
    }
}
