//! What goes wrong on the client's side of a test.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error as ClientError;
use tokio_tungstenite::tungstenite::error::ProtocolError;

use super::Answer;
use crate::close::CloseCode;
use crate::error::SendError;

/// How long a client waits for anything, unless it is told otherwise.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Why a test's client could not go on.
///
/// # Examples
///
/// ```
/// # use wsrack::prelude::*;
/// # struct Chat;
/// # #[websocket_app] impl Chat { #[on_message] fn echo<'m>(&self, text: &'m str) -> &'m str { text } }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> wsrack::Result {
/// use std::time::Duration;
/// use wsrack::testing::TestError;
///
/// # let server = wsrack::routes! { "/" => Chat }.test().await?;
/// let mut client = server.connect("/").await?;
/// client.set_patience(Duration::from_secs(1));
/// let error = client.next().await.unwrap_err();
/// assert!(matches!(error, TestError::TimedOut(_)));
/// assert_eq!(error.to_string(), "nothing came within 1s");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestError {
    /// The handshake was answered in HTTP, and not with a 101.
    #[error("the server refused the handshake: {0}")]
    Refused(Answer),
    /// The 101 is not the answer to the request.
    #[error("the server's 101 is wrong: {0}")]
    Handshake(&'static str),
    /// The server answered no HTTP at all, or broke off.
    #[error("no answer in HTTP: {0}")]
    Http(String),
    /// The connection was closed with this code and reason; nothing more comes.
    #[error("the connection is closed: {0} {1:?}")]
    Closed(CloseCode, String),
    /// The connection ended without a close frame, or another error of the stream.
    #[error("the connection broke: {0}")]
    Lost(#[from] io::Error),
    /// The server broke the protocol.
    #[error("the server broke the protocol: {0}")]
    Protocol(String),
    /// Something else came than was asked for.
    #[error("{wanted} was awaited, but this came: {came}")]
    Unexpected {
        /// What was asked for.
        wanted: &'static str,
        /// What came, for the reader of the test's output.
        came: String,
    },
    /// Nothing came for so long.
    #[error("nothing came within {0:?}")]
    TimedOut(Duration),
    /// The value has no form as a message.
    #[error(transparent)]
    Encode(#[from] SendError),
}

impl From<ClientError> for TestError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Io(error) => Self::Lost(error),
            ClientError::ConnectionClosed
            | ClientError::AlreadyClosed
            | ClientError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                Self::Lost(io::ErrorKind::UnexpectedEof.into())
            }
            ClientError::Protocol(ProtocolError::SendAfterClosing) => {
                Self::Lost(io::ErrorKind::BrokenPipe.into())
            }
            other => Self::Protocol(other.to_string()),
        }
    }
}

/// Waits with a bound.
pub(super) async fn within<T, E: Into<TestError>>(
    patience: Duration,
    wait: impl Future<Output = Result<T, E>>,
) -> Result<T, TestError> {
    match timeout(patience, wait).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(TestError::TimedOut(patience)),
    }
}
