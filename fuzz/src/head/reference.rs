//! hyper alone: where a request ends for it.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::io::{self, Cursor};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The first request in `bytes`, and what is behind its head.
pub(super) fn first_request(bytes: &[u8]) -> Option<(Parts, Vec<u8>)> {
    let head = Arc::new(Mutex::new(None));
    let seen = head.clone();
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        // With its body: without it hyper would read that away.
        *seen.lock().expect("one thread") = Some(request);
        pending::<Result<Response<Empty<&[u8]>>, Infallible>>()
    });
    let stream = TokioIo::new(Stream(Cursor::new(bytes.to_vec())));
    let mut connection =
        http1::Builder::new().half_close(true).max_buf_size(64 << 10).serve_connection(stream, service);
    let mut task = Context::from_waker(Waker::noop());
    // All bytes are there: a few turns are enough.
    for _ in 0..3 {
        if pin!(poll_fn(|task| connection.poll_without_shutdown(task))).poll(&mut task).is_ready() {
            break;
        }
    }
    let (head, mut body) = head.lock().expect("one thread").take()?.into_parts();
    let parts = connection.into_parts();
    let mut behind = Vec::new();
    // hyper has read ahead, where there is a body.
    while let Poll::Ready(Some(Ok(frame))) = pin!(body.frame()).poll(&mut task) {
        behind.extend_from_slice(&frame.into_data().unwrap_or_default());
    }
    behind.extend_from_slice(&parts.read_buf);
    let Stream(stream) = parts.io.into_inner();
    let position = usize::try_from(stream.position()).expect("a position");
    behind.extend_from_slice(&stream.get_ref()[position..]);
    Some((head, behind))
}

/// A stream that waits behind its bytes and swallows what is written.
struct Stream(Cursor<Vec<u8>>);

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.0.position() == self.0.get_ref().len() as u64 {
            return Poll::Pending;
        }
        Pin::new(&mut self.0).poll_read(task, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
