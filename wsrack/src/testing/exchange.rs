//! One request and its answer, over hyper's client.

use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{Answer, TestError};
use crate::body::Body;

/// The key of the handshake: that of RFC 6455, section 1.3, for its randomness protects nobody here.
pub(super) const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// The stream after a 101, with what was read behind its head.
pub(super) struct Upgraded {
    pub(super) stream: DuplexStream,
    pub(super) rest: BytesMut,
    pub(super) head: Response<()>,
}

/// Sends a request and reads its answer to the end.
pub(super) async fn ask(stream: DuplexStream, request: Request<Body>) -> Result<Answer, TestError> {
    read(send(stream, request).await?).await
}

/// Sends a handshake.
pub(super) async fn upgrade(stream: DuplexStream, request: Request<Body>) -> Result<Upgraded, TestError> {
    let response = send(stream, request).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(TestError::Refused(read(response).await?));
    }
    verify(response.headers())?;
    let mut head = Response::new(());
    *head.headers_mut() = response.headers().clone();
    let upgraded = hyper::upgrade::on(response).await.map_err(http)?;
    let Ok(parts) = upgraded.downcast::<TokioIo<DuplexStream>>() else {
        return Err(TestError::Handshake("it came over another stream than the request"));
    };
    Ok(Upgraded { stream: parts.io.into_inner(), rest: parts.read_buf.into(), head })
}

async fn send(stream: DuplexStream, request: Request<Body>) -> Result<Response<Incoming>, TestError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(http)?;
    // It ends with the stream, or with the answer; what it has to say the answer says as well.
    tokio::spawn(connection.with_upgrades());
    sender.send_request(request).await.map_err(http)
}

async fn read(response: Response<Incoming>) -> Result<Answer, TestError> {
    let (parts, body) = response.into_parts();
    let bytes: Bytes = body.collect().await.map_err(http)?.to_bytes();
    Ok(Answer::new(Response::from_parts(parts, bytes)))
}

/// What a client must see in a 101 (RFC 6455, section 4.1).
fn verify(headers: &HeaderMap) -> Result<(), TestError> {
    let has = |name, token: &str| {
        let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
    };
    if !has(UPGRADE, "websocket") {
        return Err(TestError::Handshake("there is no `Upgrade: websocket`"));
    }
    if !has(CONNECTION, "upgrade") {
        return Err(TestError::Handshake("there is no `Connection: Upgrade`"));
    }
    let accept = headers.get(SEC_WEBSOCKET_ACCEPT).map(|accept| accept.as_bytes().to_vec());
    if accept != Some(derive_accept_key(KEY.as_bytes()).into_bytes()) {
        return Err(TestError::Handshake("`Sec-WebSocket-Accept` does not fit the key"));
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` has it")]
fn http(error: hyper::Error) -> TestError {
    TestError::Http(error.to_string())
}
