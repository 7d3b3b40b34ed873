//! What few connections have, so that the others keep no room for it.

use std::sync::Arc;

use super::admission::Permit;
use super::watch::Watch;
use crate::options::Settings;
use crate::stats::RouteCounts;

/// What few connections have.
#[derive(Debug)]
pub(super) struct Extras {
    /// The connection's place among those that its mount takes.
    _permit: Option<Permit>,
    /// Looks at handlers.
    pub(super) watch: Watch,
}

impl Extras {
    /// `None` where there is nothing of it.
    pub(super) fn new(
        permit: Option<Permit>,
        settings: &Settings,
        counts: Option<&Arc<RouteCounts>>,
    ) -> Option<Box<Self>> {
        if permit.is_none() && counts.is_none() && !settings.trace {
            return None;
        }
        Some(Box::new(Self { _permit: permit, watch: Watch::new(settings, counts) }))
    }
}
