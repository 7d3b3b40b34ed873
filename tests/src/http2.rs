//! A client of HTTP/2, whose WebSockets are streams of bytes for [`Raw`].

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf as _, Bytes};
use h2::{
    RecvStream, SendStream,
    client::{Builder, SendRequest},
    ext::Protocol,
};
use http::{Request, Response};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, ToSocketAddrs},
    task::JoinHandle,
    time::timeout,
};

use crate::{Failure, Raw, Result};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a connection ended.
pub type Ended = std::result::Result<(), h2::Error>;

/// A connection of many streams.
#[derive(Debug)]
pub struct Http2Client {
    requests: SendRequest<Bytes>,
    connection: JoinHandle<Ended>,
}

/// A WebSocket's stream.
#[derive(Debug)]
pub struct Stream {
    /// The answer that opened it.
    pub response: Response<()>,
    sending: SendStream<Bytes>,
    receiving: RecvStream,
    received: Bytes,
}

impl Http2Client {
    /// Connects over TCP, with prior knowledge.
    ///
    /// # Errors
    /// Where nobody listens, or speaks no HTTP/2.
    pub async fn connect(addr: impl ToSocketAddrs) -> Result<Self> {
        Self::over(timeout(PATIENCE, TcpStream::connect(addr)).await??).await
    }

    /// Talks over a stream that is connected.
    ///
    /// # Errors
    /// Where the server speaks no HTTP/2.
    pub async fn over(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Result<Self> {
        let mut settings = Builder::new();
        // One stream that is not read holds up no other.
        settings.initial_connection_window_size(1 << 20);
        let (requests, connection) = timeout(PATIENCE, settings.handshake(stream)).await??;
        Ok(Self { requests, connection: tokio::spawn(connection) })
    }

    /// Whether the server has said that it takes extended CONNECTs. It says so before its first answer.
    pub fn knows_extended_connect(&self) -> bool {
        self.requests.is_extended_connect_protocol_enabled()
    }

    /// The answer to any request without a body.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn ask(&mut self, request: Request<()>) -> Result<Response<String>> {
        let mut requests = timeout(PATIENCE, self.requests.clone().ready()).await??;
        let (response, _) = requests.send_request(request, true)?;
        let (head, mut body) = timeout(PATIENCE, response).await??.into_parts();
        let mut bytes = Vec::new();
        while let Some(data) = timeout(PATIENCE, body.data()).await? {
            let data = data?;
            body.flow_control().release_capacity(data.len())?;
            bytes.extend_from_slice(&data);
        }
        Ok(Response::from_parts(head, String::from_utf8(bytes)?))
    }

    /// Opens a WebSocket, with these headers beside its version.
    ///
    /// # Errors
    /// Where the server refuses; the text begins with the status.
    pub async fn open(&mut self, path: &str, headers: &[(&str, &str)]) -> Result<Raw<Stream>> {
        let mut request = connect(path);
        for (name, value) in headers {
            request
                .headers_mut()
                .append(http::HeaderName::try_from(*name)?, http::HeaderValue::try_from(*value)?);
        }
        self.open_by(request).await
    }

    /// Opens a WebSocket by this request.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_by(&mut self, request: Request<()>) -> Result<Raw<Stream>> {
        let mut requests = timeout(PATIENCE, self.requests.clone().ready()).await??;
        let (response, sending) = requests.send_request(request, false)?;
        let (head, mut receiving) = timeout(PATIENCE, response).await??.into_parts();
        if !head.status.is_success() {
            let text = timeout(PATIENCE, receiving.data()).await?.transpose()?.unwrap_or_default();
            return Err(Failure::new(format!("{} {}", head.status.as_u16(), text.escape_ascii())));
        }
        let response = Response::from_parts(head, ());
        Ok(Raw::over(Stream { response, sending, receiving, received: Bytes::new() }))
    }

    /// How the connection ended: in an error, or well.
    ///
    /// # Errors
    /// Where it does not end.
    pub async fn ended(self) -> Result<Ended> {
        // A client without requests ends of itself.
        let _requests = self.requests;
        Ok(timeout(PATIENCE, self.connection).await??)
    }
}

/// The right request for a WebSocket.
pub fn connect(path: &str) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = http::Method::CONNECT;
    *request.version_mut() = http::Version::HTTP_2;
    if let Ok(uri) = format!("http://example.org{path}").parse() {
        *request.uri_mut() = uri;
    }
    request.headers_mut().insert("sec-websocket-version", http::HeaderValue::from_static("13"));
    request.extensions_mut().insert(Protocol::from_static("websocket"));
    request
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.received.is_empty() {
            match ready!(self.receiving.poll_data(task)) {
                Some(data) => self.received = data.map_err(io::Error::other)?,
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = self.received.len().min(buf.remaining());
        buf.put_slice(&self.received[..length]);
        self.received.advance(length);
        Poll::Ready(self.receiving.flow_control().release_capacity(length).map_err(io::Error::other))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.sending.reserve_capacity(bytes.len());
        let length = match ready!(self.sending.poll_capacity(task)) {
            Some(capacity) => capacity.map_err(io::Error::other)?.min(bytes.len()),
            None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        };
        let data = Bytes::copy_from_slice(&bytes[..length]);
        Poll::Ready(self.sending.send_data(data, false).map(|()| length).map_err(io::Error::other))
    }

    fn poll_flush(self: Pin<&mut Self>, _task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.sending.send_data(Bytes::new(), true).map_err(io::Error::other))
    }
}
