//! An answer in plain HTTP.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Response};

/// An answer in plain HTTP, read to its end.
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
/// let answer = server.get("/").await?;
/// assert_eq!((answer.status(), answer.header("upgrade")), (426, Some("websocket")));
/// println!("{}", answer.text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Answer(Box<Response<Bytes>>);

impl Answer {
    pub(super) fn new(response: Response<Bytes>) -> Self {
        Self(Box::new(response))
    }

    /// The status, as 404.
    pub fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The first value of a header, where it is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        self.0.body()
    }

    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.0.body()).into_owned()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.0.status(), self.text())
    }
}
