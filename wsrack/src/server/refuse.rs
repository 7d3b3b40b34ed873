//! Turning connections away in one line, whatever they ask.

use std::time::Duration;

use http::header::{CONNECTION, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::early::linger;
use crate::body::{Body, plain};
use crate::connection::Io;
use crate::stats::Unserved;

/// How long the few bytes of an answer may take to get into the socket, which is empty.
const WRITE: Duration = Duration::from_secs(1);

/// Seconds after which a client may try again.
const RETRY: u16 = 5;

/// Why nobody is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Stopping,
    Full,
    FullForAddress,
}

impl Refused {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Stopping => "the server stops\n",
            Self::Full => "the server has as many connections as it may have\n",
            Self::FullForAddress => "your address has as many connections as it may have\n",
        }
    }

    /// As what it is counted.
    pub(super) fn counted(self) -> Unserved {
        match self {
            Self::Stopping => Unserved::Stopping,
            Self::Full | Self::FullForAddress => Unserved::Limit,
        }
    }

    /// The answer, where HTTP is spoken.
    pub(super) fn response(self) -> Response<Body> {
        let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, self.text());
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, RETRY.into());
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }

    fn bytes(self) -> String {
        let text = self.text();
        format!(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Retry-After: {RETRY}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        )
    }
}

/// Answers before a byte is read, and closes. How long the answer was, where it could be sent.
pub(super) async fn refuse(io: Io, why: Refused) -> Option<usize> {
    match io {
        Io::Tcp(stream) => answer(stream, why).await,
        #[cfg(unix)]
        Io::Unix(stream) => answer(stream, why).await,
        #[cfg(feature = "tls")]
        Io::Tls(stream) => answer(stream, why).await,
        Io::Other(stream) => answer(stream, why).await,
    }
}

async fn answer<T: AsyncRead + AsyncWrite + Unpin>(mut stream: T, why: Refused) -> Option<usize> {
    let bytes = why.bytes();
    timeout(WRITE, stream.write_all(bytes.as_bytes())).await.ok()?.ok()?;
    linger(stream).await;
    Some(why.text().len())
}
