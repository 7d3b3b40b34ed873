//! What is seen of handlers at work, where somebody asked for it: how long they take, and their spans.

use std::sync::Arc;

use tokio::time::Instant;
use tracing::Span;

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
    /// `None` where nobody asked for it.
    pub(super) fn new(settings: &Settings, counts: Option<&Arc<RouteCounts>>) -> Option<Self> {
        let any = settings.trace || counts.is_some();
        any.then(|| Self { counts: counts.cloned(), spans: settings.trace, at_work: None })
    }

    /// A handler is about to be polled.
    #[cold]
    pub(super) fn enter(&mut self, which: Handler) {
        let is_timed = which.is_timed() && self.counts.is_some();
        let at_work = self.at_work.get_or_insert_with(|| AtWork {
            since: is_timed.then(Instant::now),
            span: if self.spans { handler_span(which.name()) } else { Span::none() },
        });
        at_work.span.with_subscriber(|(id, subscriber)| subscriber.enter(id));
    }

    /// It was, without a panic that went on.
    #[cold]
    pub(super) fn leave(&mut self, has_ended: bool) {
        let Some(at_work) = &self.at_work else { return };
        at_work.span.with_subscriber(|(id, subscriber)| subscriber.exit(id));
        if has_ended {
            if let (Some(since), Some(counts)) = (at_work.since, &self.counts) {
                counts.handled(since.elapsed());
            }
            self.at_work = None;
        }
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
