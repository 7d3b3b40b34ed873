//! A client that speaks in messages.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::header::SEC_WEBSOCKET_PROTOCOL;
use http::{HeaderMap, Response};
use serde::de::DeserializeOwned;
use tokio::io::DuplexStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::error::within;
use super::{Line, TestError};
use crate::close::CloseCode;
use crate::message::{IntoMessage, Message, Text};

/// A client of a [`TestServer`](super::TestServer), from [`TestServer::connect`](super::TestServer::connect).
///
/// It answers pings and the close frame while it receives, as clients do; one that must not is a
/// [`RawClient`](super::RawClient). Dropped, its stream ends without a close frame.
///
/// # Examples
///
/// ```
/// # use wsrack::prelude::*;
/// # struct Chat;
/// # #[websocket_app] impl Chat { #[on_message] fn echo<'m>(&self, text: &'m str) -> &'m str { text } }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> wsrack::Result {
/// # let server = wsrack::routes! { "/" => Chat }.test().await?;
/// let mut client = server.connect("/").await?;
/// client.send(Json([1, 2, 3])).await?;
/// assert_eq!(client.next_json::<Vec<u8>>().await?, [1, 2, 3]);
/// client.close(1000, "thanks").await?;
/// # Ok(())
/// # }
/// ```
pub struct TestClient {
    stream: WebSocketStream<DuplexStream>,
    head: Response<()>,
    line: Line,
    patience: Duration,
    closed: Option<(CloseCode, String)>,
}

/// What the server sent.
///
/// # Examples
///
/// ```
/// # use wsrack::prelude::*;
/// # struct Chat;
/// # #[websocket_app] impl Chat { #[on_message] fn echo<'m>(&self, text: &'m str) -> &'m str { text } }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> wsrack::Result {
/// use wsrack::testing::Received;
///
/// # let server = wsrack::routes! { "/" => Chat }.test().await?;
/// let mut client = server.connect("/").await?;
/// client.ping("are you there?").await?;
/// assert_eq!(client.receive().await?, Received::Pong("are you there?".into()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Received {
    /// A message.
    Message(Message),
    /// A ping, which has been answered.
    Ping(Bytes),
    /// A pong.
    Pong(Bytes),
    /// A close frame, which has been answered; [`CloseCode::NO_STATUS`] where it had no code.
    Close(CloseCode, String),
}

impl TestClient {
    pub(super) fn new(
        stream: WebSocketStream<DuplexStream>,
        head: Response<()>,
        line: Line,
        patience: Duration,
    ) -> Self {
        Self { stream, head, line, patience, closed: None }
    }

    /// Sends a message: text as `&str` or `String`, binary as `&[u8]`, `Vec<u8>` or `Bytes`, JSON as
    /// `Json(value)`.
    ///
    /// # Errors
    ///
    /// [`TestError::Lost`] where the server takes nothing any more, [`TestError::TimedOut`] where it does not
    /// read, [`TestError::Encode`].
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, the message leaves whole with the next call, or not at all.
    pub async fn send(&mut self, message: impl IntoMessage) -> Result<(), TestError> {
        let frame = match message.into_message()? {
            Message::Text(text) => Frame::text(text.as_str()),
            Message::Binary(bytes) => Frame::Binary(bytes),
        };
        within(self.patience, self.stream.send(frame)).await
    }

    /// Sends a ping; the payload has at most 125 bytes.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    ///
    /// As [`send`](Self::send).
    pub async fn ping(&mut self, payload: impl Into<Bytes>) -> Result<(), TestError> {
        within(self.patience, self.stream.send(Frame::Ping(payload.into()))).await
    }

    /// The next message. Pings and pongs are passed over.
    ///
    /// # Errors
    ///
    /// [`TestError::Closed`] with the code and the reason after a close frame, [`TestError::Lost`] at the end
    /// without one, [`TestError::Protocol`], [`TestError::TimedOut`].
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, no message is lost.
    pub async fn next(&mut self) -> Result<Message, TestError> {
        loop {
            match self.receive().await? {
                Received::Message(message) => return Ok(message),
                Received::Ping(_) | Received::Pong(_) => {}
                Received::Close(code, reason) => return Err(TestError::Closed(code, reason)),
            }
        }
    }

    /// The next message, which is text.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next), and [`TestError::Unexpected`] where it is binary.
    ///
    /// # Cancel safety
    ///
    /// As [`next`](Self::next).
    pub async fn next_text(&mut self) -> Result<String, TestError> {
        match self.next().await? {
            Message::Text(text) => Ok(text.as_str().to_owned()),
            Message::Binary(bytes) => Err(unexpected("text", &bytes)),
        }
    }

    /// The next message, which is binary.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next), and [`TestError::Unexpected`] where it is text.
    ///
    /// # Cancel safety
    ///
    /// As [`next`](Self::next).
    pub async fn next_binary(&mut self) -> Result<Bytes, TestError> {
        match self.next().await? {
            Message::Binary(bytes) => Ok(bytes),
            Message::Text(text) => Err(unexpected("a binary message", &text)),
        }
    }

    /// The next message, which is JSON text.
    ///
    /// # Errors
    ///
    /// As [`next_text`](Self::next_text), and [`TestError::Unexpected`] where it is no JSON for a `T`.
    ///
    /// # Cancel safety
    ///
    /// As [`next`](Self::next).
    pub async fn next_json<T: DeserializeOwned>(&mut self) -> Result<T, TestError> {
        let text = self.next_text().await?;
        serde_json::from_str(&text).map_err(|error| unexpected("JSON", &format_args!("{text:?} ({error})")))
    }

    /// The next thing of any kind.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next); [`TestError::Closed`] only after the close frame was given.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, nothing is lost.
    pub async fn receive(&mut self) -> Result<Received, TestError> {
        if let Some((code, reason)) = &self.closed {
            return Err(TestError::Closed(*code, reason.clone()));
        }
        loop {
            let received = within(self.patience, async {
                self.stream
                    .next()
                    .await
                    .unwrap_or(Err(tokio_tungstenite::tungstenite::Error::ConnectionClosed))
            });
            let received = match received.await? {
                Frame::Text(text) => Received::Message(Message::Text(Text::from_utf8_bytes(text))),
                Frame::Binary(bytes) => Received::Message(Message::Binary(bytes)),
                Frame::Ping(payload) => Received::Ping(payload),
                Frame::Pong(payload) => Received::Pong(payload),
                Frame::Close(frame) => self.closed_by(frame),
                Frame::Frame(_) => continue,
            };
            if matches!(received, Received::Ping(_) | Received::Close(..)) {
                // The answer leaves now; where the server takes it no more, the next call says so.
                let _gone = within(self.patience, self.stream.flush()).await;
            }
            return Ok(received);
        }
    }

    /// Waits for the server's close frame, and gives its code and reason. Messages before it are dropped.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next), but for [`TestError::Closed`].
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, only the messages that it has passed over are lost.
    pub async fn closed(&mut self) -> Result<(CloseCode, String), TestError> {
        loop {
            match self.next().await {
                Ok(_) => {}
                Err(TestError::Closed(code, reason)) => return Ok((code, reason)),
                Err(other) => return Err(other),
            }
        }
    }

    /// Closes with a code and a reason, and gives those of the server's answer.
    ///
    /// # Errors
    ///
    /// As [`closed`](Self::closed).
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, the close frame may be sent or not; [`closed`](Self::closed) waits for the answer.
    pub async fn close(
        &mut self,
        code: impl Into<CloseCode>,
        reason: &str,
    ) -> Result<(CloseCode, String), TestError> {
        let frame = CloseFrame { code: u16::from(code.into()).into(), reason: reason.into() };
        self.send_close(Some(frame)).await
    }

    /// Closes without a code.
    ///
    /// # Errors
    ///
    /// As [`closed`](Self::closed).
    ///
    /// # Cancel safety
    ///
    /// As [`close`](Self::close).
    pub async fn close_without_code(&mut self) -> Result<(CloseCode, String), TestError> {
        self.send_close(None).await
    }

    /// The subprotocol that the server chose.
    pub fn subprotocol(&self) -> Option<&str> {
        self.head.headers().get(SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()
    }

    /// The headers of the 101.
    pub fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// The hand on the server's end of the stream.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Sets how long each call waits: 30 seconds unless set.
    pub fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    async fn send_close(&mut self, frame: Option<CloseFrame>) -> Result<(CloseCode, String), TestError> {
        within(self.patience, self.stream.send(Frame::Close(frame))).await?;
        self.closed().await
    }

    fn closed_by(&mut self, frame: Option<CloseFrame>) -> Received {
        let (code, reason) = frame.map_or((CloseCode::NO_STATUS, String::new()), |frame| {
            (u16::from(frame.code).into(), frame.reason.as_str().to_owned())
        });
        self.closed = Some((code, reason.clone()));
        Received::Close(code, reason)
    }
}

impl fmt::Debug for TestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient")
            .field("line", &self.line)
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}

fn unexpected(wanted: &'static str, came: &dyn fmt::Debug) -> TestError {
    TestError::Unexpected { wanted, came: format!("{came:?}") }
}
