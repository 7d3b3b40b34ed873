//! A handler at work: its panics are caught, and while it waits the connection goes on.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::core::Core;
use super::guest::Kept;
use super::watch::{Handler, Watch};
use crate::error::Error;

pin_project! {
    /// Runs a handler's future. While it waits, queued messages are written, pings answered, deadlines kept.
    ///
    /// Ends in the handler's result or its panic. A disconnect does not end it; the end of the server's
    /// graceful period does, and then the result is that the connection is closed.
    pub(super) struct Supervised<'a, F> {
        core: &'a mut Core,
        #[pin]
        handler: F,
    }
}

impl<'a, F> Supervised<'a, F> {
    pub(super) fn new(core: &'a mut Core, which: Handler, handler: F) -> Self {
        core.at_work = which;
        Self { core, handler }
    }
}

impl<T, F: Future<Output = Result<T, Error>>> Future for Supervised<'_, F> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.core.outbox.running();
        if let Some(watch) = watch(&mut this.core.kept) {
            watch.enter(this.core.at_work);
        }
        // The only place: the handler is inlined here.
        let polled = poll_caught(this.handler, task);
        if let Some(watch) = watch(&mut this.core.kept) {
            watch.leave(polled.is_ready());
        }
        match polled {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => {
                ready!(this.core.poll_beside_handler(task));
                if let Some(watch) = watch(&mut this.core.kept) {
                    watch.give_up();
                }
                Poll::Ready(Err(crate::error::SendError::Closed.into()))
            }
        }
    }
}

/// Who looks at the handlers, if somebody does.
#[inline]
fn watch(kept: &mut Option<Box<Kept>>) -> Option<&mut Watch> {
    kept.as_mut()?.watch.as_mut()
}

/// Polls a future of the user's. A panic becomes an error; the future is not polled again after one.
pub(crate) fn poll_caught<T, F>(future: Pin<&mut F>, task: &mut Context<'_>) -> Poll<Result<T, Error>>
where
    F: Future<Output = Result<T, Error>> + ?Sized,
{
    // What the handler left half done is its own: the connection sees nothing of it but the error.
    catch_unwind(AssertUnwindSafe(|| future.poll(task)))
        .unwrap_or_else(|panic| Poll::Ready(Err(Error::panic(&*panic))))
}
