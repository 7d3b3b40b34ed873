//! A handshake before it is sent.

use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use http::header::{COOKIE, HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::error::{PATIENCE, within};
use super::exchange::{self, KEY, Upgraded};
use super::server::{Dial, TestServer};
use super::{Faults, RawClient, TestClient, TestError};
use crate::body::Body;
use crate::env::Scheme;

/// A handshake of a test's client; `.await` sends it. From [`TestServer::connect`].
///
/// # Errors
///
/// Awaited: [`TestError::Refused`] with the server's answer where it is no 101, [`TestError::Handshake`] where
/// the 101 is wrong, [`TestError::Http`] where there is no answer, [`TestError::TimedOut`].
///
/// # Cancel safety
///
/// Dropped before it is ready, the stream is cut.
///
/// # Examples
///
/// ```
/// # use wsrack::prelude::*;
/// # struct Chat;
/// # #[websocket_app] impl Chat { #[on_message] fn echo<'m>(&self, text: &'m str) -> &'m str { text } }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> wsrack::Result {
/// use wsrack::testing::TestError;
///
/// # let server = wsrack::routes! { "/" => Chat }.test().await?;
/// let stranger = server.connect("/").origin("https://evil.example").await;
/// assert!(matches!(stranger, Err(TestError::Refused(answer)) if answer.status() == 403));
///
/// let client = server.connect("/").origin("http://localhost").cookie("session=abc").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a handshake is sent when it is awaited"]
pub struct Connect<'s> {
    server: &'s TestServer,
    uri: Uri,
    headers: HeaderMap,
    dial: Dial,
    patience: Duration,
}

impl<'s> Connect<'s> {
    #[track_caller]
    pub(super) fn new(server: &'s TestServer, target: &str) -> Self {
        let Ok(uri) = target.parse::<Uri>() else {
            panic!("{target:?} is no target, such as \"/chat?room=7\" or \"ws://chat.example.com/\"");
        };
        let secure = matches!(uri.scheme_str(), Some("wss" | "https"));
        let dial = Dial { scheme: if secure { Scheme::Https } else { Scheme::Http }, ..Dial::default() };
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", KEY),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let host = uri.authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
        headers.insert(HOST, host.unwrap_or(HeaderValue::from_static("localhost")));
        Self { server, uri, headers, dial, patience: PATIENCE }
    }

    /// Sets a header, in place of one that the handshake has anyway.
    ///
    /// # Panics
    ///
    /// If the name or the value cannot stand in an HTTP head.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let (Ok(parsed), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) else {
            panic!("`{name}: {value}` cannot stand in an HTTP head");
        };
        self.headers.insert(parsed, value);
        self
    }

    /// Leaves a header out, so that the handshake is broken.
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// Sets the page that the connection is said to come from, as browsers do: `https://example.com`.
    ///
    /// # Panics
    ///
    /// As [`header`](Self::header).
    #[track_caller]
    pub fn origin(self, origin: &str) -> Self {
        self.header(ORIGIN.as_str(), origin)
    }

    /// Sets the cookies: `session=abc; theme=dark`.
    ///
    /// # Panics
    ///
    /// As [`header`](Self::header).
    #[track_caller]
    pub fn cookie(self, cookies: &str) -> Self {
        self.header(COOKIE.as_str(), cookies)
    }

    /// Offers subprotocols, the best first.
    ///
    /// # Panics
    ///
    /// As [`header`](Self::header).
    #[track_caller]
    pub fn subprotocols<'p>(self, names: impl IntoIterator<Item = &'p str>) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        self.header(SEC_WEBSOCKET_PROTOCOL.as_str(), &names.join(", "))
    }

    /// Sets the client's address; 127.0.0.1 and some port unless set.
    pub fn remote_addr(mut self, address: impl Into<SocketAddr>) -> Self {
        self.dial.remote = Some(address.into());
        self
    }

    /// Connects over a line with faults.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.dial.faults = faults;
        self
    }

    /// Sets how many bytes lie between the two sides, in each direction, while nobody reads them: 64 KiB
    /// unless set.
    pub fn buffer(mut self, bytes: usize) -> Self {
        self.dial.buffer = bytes.max(1);
        self
    }

    /// Sets how long the client waits for anything, the handshake included: 30 seconds unless set.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Connects, and gives the bytes instead of messages.
    ///
    /// # Errors
    ///
    /// As for the handshake itself.
    ///
    /// # Cancel safety
    ///
    /// As for the handshake itself.
    pub async fn raw(self) -> Result<RawClient, TestError> {
        let patience = self.patience;
        let (upgraded, line) = self.upgrade().await?;
        Ok(RawClient::new(upgraded.stream, upgraded.rest, line, patience))
    }

    async fn connect(self) -> Result<TestClient, TestError> {
        let patience = self.patience;
        let (Upgraded { stream, rest, head }, line) = self.upgrade().await?;
        let stream = WebSocketStream::from_partially_read(stream, rest.into(), Role::Client, None).await;
        Ok(TestClient::new(stream, head, line, patience))
    }

    async fn upgrade(self) -> Result<(Upgraded, super::Line), TestError> {
        let Self { server, uri, headers, dial, patience } = self;
        let mut request = Request::new(Body::empty());
        let path = uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        *request.uri_mut() = path.into();
        *request.headers_mut() = headers;
        let (stream, line) = server.dial(dial);
        Ok((within(patience, exchange::upgrade(stream, request)).await?, line))
    }
}

impl<'s> IntoFuture for Connect<'s> {
    type Output = Result<TestClient, TestError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 's>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.connect())
    }
}

impl Default for Dial {
    fn default() -> Self {
        Self { scheme: Scheme::Http, remote: None, faults: Faults::default(), buffer: 64 << 10 }
    }
}
