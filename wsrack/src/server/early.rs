//! Answers past hyper. What it cannot do for hixie-75 to hybi-03: an answer of exact bytes, and eight bytes behind the
//! request's head that no header announces. And what it need not do for the others: a 101 that nobody looks at on its
//! way is written as it is, and no map of headers made of it first.
//!
//! hyper reads the request, so that there is one reader of heads and nothing to smuggle between two. When the
//! application has accepted, the connection leaves hyper with whatever was read behind the head, before a byte of
//! an answer is written.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use crate::body::Body;
use crate::handshake::{EarlyAnswer, KEY_SIZE, has_challenge};

/// How long, and for how many bytes, a client that was refused may go on: closed at once, a stream with bytes that
/// nobody has read is reset, and the reset may overtake the answer.
const LINGER: (Duration, usize) = (Duration::from_secs(1), 4 << 10);

/// What a connection leaves hyper for.
#[derive(Debug, Default)]
pub(super) struct Exit {
    /// A service that is none of ours answered with a 101, and awaits hyper's upgrade.
    foreign: AtomicBool,
    /// A handshake is accepted, and answered here; the headers that layers have put on the answer.
    accepted: OnceLock<HeaderMap>,
    /// An early handshake is refused.
    refused: AtomicBool,
    /// The key of such a handshake, where its client did announce it.
    key: OnceLock<[u8; KEY_SIZE]>,
}

impl Exit {
    pub(super) fn leave_for_foreign(&self) {
        self.foreign.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_foreign(&self) -> bool {
        self.foreign.load(Ordering::Relaxed)
    }

    /// Whether hyper is to be left, though the answer is pending.
    pub(super) fn is_due(&self) -> bool {
        self.is_foreign() || self.is_accepted()
    }

    pub(super) fn accept(&self, added: HeaderMap) {
        // Set once: the future of the answer is not polled again.
        let _known = self.accepted.set(added);
    }

    pub(super) fn is_accepted(&self) -> bool {
        self.accepted.get().is_some()
    }

    /// Has the connection end behind an answer that is no 101: what follows the request's head is no request.
    pub(super) fn refuse(&self, response: &mut Response<Body>) {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        self.refused.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Takes the key out of a body. `false` where it does not come.
    pub(super) async fn read_key(&self, body: Incoming) -> bool {
        let body = Limited::new(body, KEY_SIZE).collect().await;
        let key = body.ok().and_then(|body| <[u8; KEY_SIZE]>::try_from(&*body.to_bytes()).ok());
        key.is_some_and(|key| self.key.set(key).is_ok())
    }

    /// Writes the answer to an accepted handshake. What was read behind the request's head is the first `rest` bytes of
    /// `read`, and the answer the others, unless it is an early one.
    pub(super) async fn answer<T: AsyncRead + AsyncWrite + Unpin>(
        &self,
        early: Option<Box<EarlyAnswer>>,
        rest: usize,
        stream: &mut T,
        read: &mut BytesMut,
    ) -> io::Result<()> {
        if let Some(early) = early {
            // Boxed, as is all that is rare.
            let bytes = Box::pin(self.early_answer(*early, stream, read)).await?;
            stream.write_all(&bytes).await?;
        } else {
            stream.write_all(&read[rest..]).await?;
            read.truncate(rest);
        }
        stream.flush().await
    }

    /// All bytes of an early answer; `read` is then what was read behind the key.
    async fn early_answer<T: AsyncRead + Unpin>(
        &self,
        answer: EarlyAnswer,
        stream: &mut T,
        read: &mut BytesMut,
    ) -> io::Result<Vec<u8>> {
        let mut key = self.key.get().copied().unwrap_or_default();
        if answer.awaits_key() && self.key.get().is_none() {
            while read.len() < KEY_SIZE {
                if stream.read_buf(read).await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            read.copy_to_slice(&mut key);
        }
        let added = self.accepted.get().cloned().unwrap_or_default();
        Ok(answer.into_bytes(&added, key))
    }
}

/// Whether a body of eight bytes holds the key.
pub(super) fn announces_key(headers: &HeaderMap) -> bool {
    has_challenge(headers) && headers.get(CONTENT_LENGTH).is_some_and(|length| length == "8")
}

pub(super) fn no_key() -> Response<Body> {
    let mut response = Response::new(Body::from("the eight bytes behind the head did not come"));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// Ends the stream, and reads what the client has still sent.
pub(super) async fn linger<T: AsyncRead + AsyncWrite + Unpin>(mut stream: T) {
    let (time, bytes) = LINGER;
    let read = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(bytes as u64), &mut tokio::io::sink()).await
    };
    // Whatever becomes of it, the connection is over.
    let _over = timeout(time, read).await;
}
