//! HTTP/1.1 or HTTP/2 with prior knowledge (RFC 9113, 3.3)? The first bytes tell, and are given back.

use std::io;

use bytes::BytesMut;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::time::timeout;

use super::rewound::Rewound;
use super::serve;
use crate::connection::Io;
use crate::server::arrival::Visit;
use crate::server::http;
use crate::server::stop::hurried;

/// What a client of HTTP/2 begins with (RFC 9113, 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A head of HTTP/1.1 that is not longer is read at once.
const READ: usize = 4 << 10;

/// Serves the version of HTTP that the client speaks.
pub(in crate::server) async fn tell_apart<T>(mut stream: T, into_io: fn(T) -> Io, mut visit: Visit)
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut read = BytesMut::with_capacity(READ);
    let first = tokio::select! {
        first = timeout(visit.door.handshake_timeout, begins_with_preface(&mut stream, &mut read)) => first,
        // No request has come yet.
        () = hurried(&mut visit.stop) => return,
    };
    // An error, or a client that says nothing: there is nobody to answer.
    let Ok(Ok(is_http2)) = first else { return };
    let stream = Rewound::new(read.freeze(), stream);
    if is_http2 {
        serve(stream, visit).await;
    } else {
        let into_io = move |stream: Rewound<T>| stream.into_io(into_io);
        http::serve(TokioIo::new(stream), into_io, visit).await;
    }
}

async fn begins_with_preface(stream: &mut (impl AsyncRead + Unpin), read: &mut BytesMut) -> io::Result<bool> {
    loop {
        let known = read.len().min(PREFACE.len());
        if read[..known] != PREFACE[..known] {
            return Ok(false);
        }
        if known == PREFACE.len() {
            return Ok(true);
        }
        if stream.read_buf(read).await? == 0 {
            return Ok(false);
        }
    }
}
