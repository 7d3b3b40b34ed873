//! Tasks that wait for a connection: for room in its queue, or for its end.

use std::task::Waker;

use slab::Slab;

use super::{Cold, Socket};

/// Those who wait for one thing.
///
/// Each keeps its [`Place`] until it waits no longer, however that came: a waker that stayed behind would keep
/// the memory of a task that is gone, for as long as the connection lives.
#[derive(Debug, Default)]
pub(super) struct Waiters(Slab<Waker>);

/// A place among the [`Waiters`], left when it is dropped.
pub(super) struct Place<'a> {
    socket: &'a Socket,
    waiters: fn(&mut Cold) -> &mut Waiters,
    key: Option<usize>,
}

impl Waiters {
    pub(super) fn wake(&self) {
        self.0.iter().for_each(|(_, waker)| waker.wake_by_ref());
    }
}

impl<'a> Place<'a> {
    /// A place that is not taken yet.
    pub(super) fn new(socket: &'a Socket, waiters: fn(&mut Cold) -> &mut Waiters) -> Self {
        Self { socket, waiters, key: None }
    }

    /// Waits on.
    pub(super) fn take(&mut self, cold: &mut Cold, waker: &Waker) {
        let Waiters(waiters) = (self.waiters)(cold);
        match self.key.and_then(|key| waiters.get_mut(key)) {
            Some(known) => known.clone_from(waker),
            None => self.key = Some(waiters.insert(waker.clone())),
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key
            && let Some(outbox) = self.socket.outbox.upgrade()
        {
            // Dropped outside of the lock: it may be the last that its task is known by.
            let _waker = outbox.with_cold(|cold| (self.waiters)(cold).0.try_remove(key));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Wake};

    use super::super::tests::outbox;
    use super::*;
    use crate::error::SendError;

    struct Task;

    impl Wake for Task {
        fn wake(self: Arc<Self>) {}
    }

    #[test]
    fn a_task_that_waits_no_longer_is_forgotten() {
        let outbox = outbox(1);
        let socket = Socket::new(&outbox);
        let task = Arc::new(Task);
        let waker = task.clone().into();
        let mut context = Context::from_waker(&waker);
        let known = Arc::strong_count(&task);
        assert!(pin!(socket.closed()).poll(&mut context).is_pending());
        assert!(matches!(socket.send_data("x"), Ok(())));
        assert!(matches!(socket.send_data("x"), Err(SendError::Full)));
        assert!(pin!(socket.send("x")).poll(&mut context).is_pending());
        assert!(pin!(socket.room()).poll(&mut context).is_pending());
        assert_eq!(Arc::strong_count(&task), known);
    }
}
