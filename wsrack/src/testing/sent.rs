//! A socket without a connection, for unit tests of handlers.

use std::collections::VecDeque;
use std::io::Cursor;
use std::sync::Arc;

use bytes::{Buf, Bytes, BytesMut};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use crate::close::CloseCode;
use crate::draft::Draft;
use crate::hub::Hub;
use crate::limits::Streams;
use crate::message::{Message, Text};
use crate::options::Settings;
use crate::outbox::{Outbox, Policy, Socket};
use crate::protocol::Wire;

impl Socket {
    /// A socket without a connection, and what is sent over it: handlers are plain methods, and a unit test
    /// calls them as such. Feature `testing`.
    ///
    /// Its queue is that of the default options. What the test has not taken from [`Sent`] waits in it, so
    /// that a test can fill it. Everything works but [`expires_at`](Socket::expires_at), for there is no
    /// connection that could expire, and [`spawn`](Socket::spawn) outside of a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use wsrack::prelude::*;
    ///
    /// struct Door;
    ///
    /// #[websocket_app]
    /// impl Door {
    ///     #[on_open]
    ///     fn welcome(&self, env: &Env, ws: &Socket) -> wsrack::Result {
    ///         match env.param("name") {
    ///             Some(name) => ws.send_data(format!("Hello, {name}!"))?,
    ///             None => ws.close_with(4400, "no name"),
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let (ws, mut sent) = Socket::test();
    /// Door.welcome(&Env::builder().param("name", "Ann").build(), &ws)?;
    /// assert_eq!(sent.next(), Some(Message::from("Hello, Ann!")));
    ///
    /// Door.welcome(&Env::builder().build(), &ws)?;
    /// assert_eq!(sent.closed_with(), Some((CloseCode(4400), "no name".to_owned())));
    /// # wsrack::Result::<()>::Ok(())
    /// ```
    pub fn test() -> (Self, Sent) {
        let (settings, hub) = (Settings::default(), Hub::default());
        let policy = Policy::new(&settings, Streams::NONE, hub.topics(), Handle::try_current().ok());
        let outbox = Outbox::new(1, Draft::Rfc6455, Wire::RFC6455, Arc::new(policy));
        let socket = Self::new(&outbox);
        let sent =
            Sent { outbox, hub, bytes: BytesMut::new(), parts: None, pings: VecDeque::new(), close: None };
        (socket, sent)
    }
}

/// What was sent over a socket from [`Socket::test`]. Dropped, the socket is closed.
///
/// # Examples
///
/// ```
/// use wsrack::prelude::*;
///
/// let (ws, mut sent) = Socket::test();
/// ws.send_data("hello")?;
/// ws.subscribe("weather")?;
/// sent.hub().publish("weather", "rain")?;
/// ws.notify(42_u32)?;
///
/// assert_eq!(sent.all(), ["hello".into(), "rain".into()]);
/// assert_eq!(sent.next_notice::<u32>(), Some(42));
/// # wsrack::Result::<()>::Ok(())
/// ```
#[derive(Debug)]
pub struct Sent {
    outbox: Arc<Outbox>,
    hub: Hub,
    bytes: BytesMut,
    /// A fragmented message so far.
    parts: Option<(Data, BytesMut)>,
    pings: VecDeque<Bytes>,
    close: Option<(CloseCode, String)>,
}

impl Sent {
    /// The next message, if there is one. It does not wait: after `send(…).await` the message is there.
    #[expect(clippy::should_implement_trait, reason = "`None` is not the end: more may be sent")]
    pub fn next(&mut self) -> Option<Message> {
        self.drain();
        loop {
            let (header, payload) = self.frame()?;
            match header.opcode {
                OpCode::Data(kind) => {
                    let (_, whole) = self.parts.get_or_insert((kind, BytesMut::new()));
                    whole.extend_from_slice(&payload);
                    if header.is_final {
                        return self.parts.take().map(|(kind, bytes)| message(kind, bytes));
                    }
                }
                OpCode::Control(Control::Ping) => self.pings.push_back(payload),
                OpCode::Control(_) => {}
            }
        }
    }

    /// All messages that wait.
    pub fn all(&mut self) -> Vec<Message> {
        std::iter::from_fn(|| self.next()).collect()
    }

    /// The payload of the next ping. Pings come in with [`next`](Self::next) and [`all`](Self::all), up to the message
    /// that was taken.
    pub fn next_ping(&mut self) -> Option<Bytes> {
        self.pings.pop_front()
    }

    /// The code and the reason that the handler closed with, if it did.
    pub fn closed_with(&mut self) -> Option<(CloseCode, String)> {
        if let Some((code, reason)) = self.outbox.close_requested() {
            self.close = Some((code, reason.into()));
        }
        self.close.clone()
    }

    /// The next value for `#[on_notify]`, if it is a `T`; another is dropped.
    pub fn next_notice<T: Send + 'static>(&mut self) -> Option<T> {
        self.outbox.take_notice()?.downcast().ok()
    }

    /// When the handler lets the connection expire, and with which code.
    pub fn expires(&self) -> Option<(Instant, CloseCode)> {
        self.outbox.expires()
    }

    /// The topics that the socket subscribes to.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Takes what is queued, which makes room.
    fn drain(&mut self) {
        while let Some(mut queue) = self.outbox.take(0) {
            while let Some(part) = queue.front() {
                let length = part.len();
                self.bytes.extend_from_slice(part);
                queue.advance(length);
            }
            queue.recycle();
        }
    }

    fn frame(&mut self) -> Option<(FrameHeader, Bytes)> {
        let mut cursor = Cursor::new(&self.bytes[..]);
        let (header, length) = FrameHeader::parse(&mut cursor).ok()??;
        let start = usize::try_from(cursor.position()).ok()?;
        let length = usize::try_from(length).ok()?;
        self.bytes.advance(start);
        Some((header, self.bytes.split_to(length).freeze()))
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.outbox.shut(false);
    }
}

fn message(kind: Data, bytes: BytesMut) -> Message {
    match kind {
        Data::Text => Message::Text(Text::from(String::from_utf8_lossy(&bytes).as_ref())),
        _ => Message::Binary(bytes.freeze()),
    }
}
