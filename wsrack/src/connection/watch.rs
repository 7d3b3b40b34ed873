//! What is seen of handlers at work, where somebody asked for it: how long they take, and their spans.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::Instant;
use tracing::Span;

use super::supervised::poll_caught;
use crate::error::Error;
use crate::options::Settings;
use crate::stats::RouteCounts;
use crate::trace::handler_span;

/// Looks at the handlers of one connection.
#[derive(Debug)]
pub(super) struct Watch {
    counts: Option<Arc<RouteCounts>>,
    spans: bool,
    at_work: Option<AtWork>,
}

/// The handler that is at work.
#[derive(Debug)]
struct AtWork {
    since: Option<Instant>,
    span: Span,
}

/// Which handler it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handler {
    Open,
    Message,
    Notify,
    Every,
    Error,
    Close,
}

impl Watch {
    pub(super) fn new(settings: &Settings, counts: Option<&Arc<RouteCounts>>) -> Self {
        Self { counts: counts.cloned(), spans: settings.trace, at_work: None }
    }

    /// Polls a handler, within its span.
    #[cold]
    pub(super) fn poll<T, F>(
        &mut self,
        which: Handler,
        handler: Pin<&mut F>,
        task: &mut Context<'_>,
    ) -> Poll<Result<T, Error>>
    where
        F: Future<Output = Result<T, Error>> + ?Sized,
    {
        let is_timed = which.is_timed() && self.counts.is_some();
        let at_work = self.at_work.get_or_insert_with(|| AtWork {
            since: is_timed.then(Instant::now),
            span: if self.spans { handler_span(which.name()) } else { Span::none() },
        });
        let polled = at_work.span.in_scope(|| poll_caught(handler, task));
        if polled.is_ready()
            && let Some(since) = self.at_work.take().and_then(|at_work| at_work.since)
            && let Some(counts) = &self.counts
        {
            counts.handled(since.elapsed());
        }
        polled
    }

    /// The handler is dropped before its end.
    pub(super) fn give_up(&mut self) {
        self.at_work = None;
    }
}

impl Handler {
    /// Not what follows on an error or a close, which says nothing of the application's work.
    fn is_timed(self) -> bool {
        matches!(self, Self::Open | Self::Message | Self::Notify | Self::Every)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Open => "on_open",
            Self::Message => "on_message",
            Self::Notify => "on_notify",
            Self::Every => "every",
            Self::Error => "on_error",
            Self::Close => "on_close",
        }
    }
}
