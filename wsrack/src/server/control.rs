//! What is asked of a server from outside, and its sockets as others see them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::site::Site;
use crate::close::CloseCode;
use crate::connection::Io;
use crate::env::Peer;

/// What a server shares with its handles.
#[derive(Debug)]
pub(super) struct Control {
    order: watch::Sender<Order>,
    /// Empty when nobody listens any more.
    sites: Mutex<Vec<Site>>,
}

/// What a server is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Serve,
    /// To let go of its connections, in its own time.
    Drain {
        code: CloseCode,
        successor: bool,
    },
    /// To let go of all at once.
    End {
        code: CloseCode,
        successor: bool,
    },
}

impl Control {
    pub(super) fn new(sites: Vec<Site>) -> Self {
        Self { order: watch::Sender::new(Order::Serve), sites: Mutex::new(sites) }
    }

    /// Asks to drain. The first who asks says how.
    pub(super) fn drain(&self, code: CloseCode, successor: bool) {
        self.order.send_if_modified(|order| {
            let first = *order == Order::Serve;
            if first {
                *order = Order::Drain { code, successor };
            }
            first
        });
    }

    /// Asks to end, however far it has come.
    pub(super) fn end(&self) {
        self.order.send_if_modified(|order| {
            let (code, successor) = match *order {
                Order::Serve => (CloseCode::GOING_AWAY, false),
                Order::Drain { code, successor } => (code, successor),
                Order::End { .. } => return false,
            };
            *order = Order::End { code, successor };
            true
        });
    }

    pub(super) fn order(&self) -> Order {
        *self.order.borrow()
    }

    /// Waits until anything is asked.
    pub(super) async fn asked(&self) {
        self.reaches(|order| *order != Order::Serve).await;
    }

    /// Waits until the end is asked for.
    pub(super) async fn asked_to_end(&self) {
        self.reaches(|order| matches!(order, Order::End { .. })).await;
    }

    async fn reaches(&self, wanted: impl FnMut(&Order) -> bool) {
        let mut orders = self.order.subscribe();
        // The sender is ours: it is not gone before.
        let _there = orders.wait_for(wanted).await;
    }

    pub(super) fn sites(&self) -> MutexGuard<'_, Vec<Site>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Accepts what the kernel still has for us. Nobody else does any more.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub(super) fn waiting(&self) -> Vec<(Io, Peer)> {
        self.sites().iter().flat_map(Site::waiting).collect()
    }

    /// Gives the sockets up.
    pub(super) fn close(&self) {
        let sites = std::mem::take(&mut *self.sites());
        #[cfg(unix)]
        if !self.order().has_successor() {
            sites.iter().for_each(Site::clean_up);
        }
        drop(sites);
    }
}

impl Order {
    /// Whether another process has the sockets.
    pub(super) fn has_successor(self) -> bool {
        matches!(self, Self::Drain { successor: true, .. } | Self::End { successor: true, .. })
    }

    /// What open connections are told.
    pub(super) fn code(self) -> CloseCode {
        match self {
            Self::Serve => CloseCode::GOING_AWAY,
            Self::Drain { code, .. } | Self::End { code, .. } => code,
        }
    }
}
