//! A client that gives up: each step is bounded in time.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Bytes, Error, Message, client::IntoClientRequest, http::Response},
};

use crate::{Close, Failure, Result};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection of tungstenite.
#[derive(Debug)]
pub struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    /// Connects by an URL, or by a request with headers of its own.
    ///
    /// # Errors
    /// Where the server does not answer with a 101.
    pub async fn connect(request: impl IntoClientRequest + Unpin) -> Result<Self> {
        let (socket, _) = timeout(PATIENCE, connect_async(request)).await??;
        Ok(Self(socket))
    }

    /// The answer of a server that refuses to upgrade.
    ///
    /// # Errors
    /// Where it does not refuse.
    pub async fn refused(request: impl IntoClientRequest + Unpin) -> Result<Response<Option<Vec<u8>>>> {
        match timeout(PATIENCE, connect_async(request)).await? {
            Err(Error::Http(response)) => Ok(*response),
            Err(other) => Err(other.into()),
            Ok(_) => Err(Failure::new("the server has accepted the connection")),
        }
    }

    /// Sends a message.
    ///
    /// # Errors
    /// Where the connection does not take it.
    pub async fn send(&mut self, message: impl Into<Message>) -> Result {
        Ok(timeout(PATIENCE, self.0.send(message.into())).await??)
    }

    /// The next message, of any kind.
    ///
    /// # Errors
    /// Where there is none.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, no message is lost.
    pub async fn next(&mut self) -> Result<Message> {
        let message = timeout(PATIENCE, self.0.next()).await?;
        Ok(message.ok_or_else(|| Failure::new("the connection ended"))??)
    }

    /// The next message, a text.
    ///
    /// # Errors
    /// Where it is none.
    pub async fn text(&mut self) -> Result<String> {
        match self.next().await? {
            Message::Text(text) => Ok(text.to_string()),
            other => Err(Failure::unexpected(&other)),
        }
    }

    /// The next message, a text that is JSON.
    ///
    /// # Errors
    /// Where it is none.
    pub async fn json(&mut self) -> Result<Value> {
        Ok(serde_json::from_str(&self.text().await?)?)
    }

    /// The next message, a binary one.
    ///
    /// # Errors
    /// Where it is none.
    pub async fn binary(&mut self) -> Result<Bytes> {
        match self.next().await? {
            Message::Binary(bytes) => Ok(bytes),
            other => Err(Failure::unexpected(&other)),
        }
    }

    /// The server's close frame, where nothing else comes before it.
    ///
    /// # Errors
    /// Where something does, or the frame has no code.
    pub async fn close(&mut self) -> Result<Close> {
        match self.next().await? {
            Message::Close(Some(close)) => {
                Ok(Close { code: close.code.into(), reason: close.reason.to_string() })
            }
            other => Err(Failure::unexpected(&other)),
        }
    }

    /// Closes, and waits until the server has as well.
    ///
    /// # Errors
    /// Where it sends something else.
    pub async fn leave(mut self) -> Result {
        timeout(PATIENCE, self.0.close(None)).await??;
        match timeout(PATIENCE, self.0.next()).await? {
            Some(Ok(Message::Close(_))) | None => Ok(()),
            Some(Ok(other)) => Err(Failure::unexpected(&other)),
            Some(Err(error)) => Err(error.into()),
        }
    }
}
