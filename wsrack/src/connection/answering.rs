//! The answer to a request: most are known at once.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;

use crate::body::Body;

/// An answer that is there, or is to come. What is there needs no box.
pub struct Answering(Kind);

enum Kind {
    /// Until it is taken.
    Now(Option<Response<Body>>),
    Later(Boxed),
}

pub(crate) type Boxed = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

impl Answering {
    pub(crate) fn now(response: Response<Body>) -> Self {
        Self(Kind::Now(Some(response)))
    }

    pub(crate) fn later(
        response: impl Future<Output = Result<Response<Body>, Infallible>> + Send + 'static,
    ) -> Self {
        Self(Kind::Later(Box::pin(response)))
    }

    /// For those who box all answers.
    #[cfg(feature = "http2")]
    pub(crate) fn boxed(self) -> Boxed {
        match self.0 {
            Kind::Later(response) => response,
            now @ Kind::Now(_) => Box::pin(Self(now)),
        }
    }
}

impl Future for Answering {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Kind::Now(response) => {
                response.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response)))
            }
            Kind::Later(response) => response.as_mut().poll(task),
        }
    }
}

impl fmt::Debug for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Now(_) => "Now",
            Kind::Later(_) => "Later",
        })
    }
}
