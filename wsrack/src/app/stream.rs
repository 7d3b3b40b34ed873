//! What a message handler is handed: a whole message, or one that is still arriving.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, ReadBuf};

use crate::message::Message;
use crate::outbox::Socket;
use crate::protocol::Kind;

/// What the connection hands to `on_message`.
#[doc(hidden)]
#[derive(Debug)]
pub enum Delivery {
    Message(Message),
    Stream(Kind, Mutex<Option<Incoming>>),
}

impl Delivery {
    pub(crate) fn stream(incoming: Incoming) -> Self {
        Self::Stream(incoming.kind, Mutex::new(Some(incoming)))
    }

    /// Which kind of message it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Message(message) => message.kind(),
            Self::Stream(kind, _) => *kind,
        }
    }

    /// The same for another thread, to which a message that is still arriving moves.
    pub(crate) fn hand_over(&self) -> Self {
        match self {
            Self::Message(message) => Self::Message(message.clone()),
            Self::Stream(kind, _) => Self::Stream(*kind, Mutex::new(self.take_stream())),
        }
    }

    pub(crate) fn payload(&self) -> Option<&Bytes> {
        match self {
            Self::Message(message) => Some(message.shared()),
            Self::Stream(..) => None,
        }
    }

    pub(crate) fn take_stream(&self) -> Option<Incoming> {
        match self {
            Self::Message(_) => None,
            Self::Stream(_, incoming) => incoming.lock().unwrap_or_else(PoisonError::into_inner).take(),
        }
    }
}

/// A message as it arrives: an [`AsyncRead`] over its payload, for messages too large to collect.
///
/// Its length may go beyond `max_message_size`, up to `max_stream_size`. At most 64 KiB wait in memory: while
/// the handler does not read, the peer is held back. What the handler leaves unread is skipped. A message
/// that breaks off, or turns out to be wrong (broken UTF-8 in a text message, for instance), ends in an
/// [`io::Error`].
///
/// # Examples
///
/// ```
/// use wsrack::prelude::*;
///
/// struct Upload;
///
/// #[websocket_app(max_stream_size = "1 GiB")]
/// impl Upload {
///     #[on_message]
///     async fn store(&self, mut incoming: Incoming) -> wsrack::Result<String> {
///         let mut file = tokio::io::sink(); // in earnest a `tokio::fs::File`
///         let length = tokio::io::copy(&mut incoming, &mut file).await?;
///         Ok(format!("{length} bytes"))
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Incoming {
    kind: Kind,
    shared: Arc<Mutex<State>>,
}

/// The connection's end of an [`Incoming`].
#[derive(Debug)]
pub(crate) struct Feed {
    shared: Arc<Mutex<State>>,
}

/// When so many bytes wait for the reader, the peer is held back.
const WAITING_MAX: usize = 64 << 10;

/// A piece smaller than this, half of a read buffer, is copied, so that it does not hold one while it waits.
const SHARE_MIN: usize = 32 << 10;

/// Nor do more pieces than this wait, however small.
const PIECES_MAX: usize = 1024;

#[derive(Debug)]
struct State {
    /// The connection, which reads on when there is room.
    socket: Socket,
    chunks: VecDeque<Bytes>,
    waiting: usize,
    end: Option<End>,
    reader_gone: bool,
    waker: Option<Waker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    Broken,
}

impl Incoming {
    pub(crate) fn new(kind: Kind, socket: Socket) -> (Self, Feed) {
        let state =
            State { socket, chunks: VecDeque::new(), waiting: 0, end: None, reader_gone: false, waker: None };
        let shared = Arc::new(Mutex::new(state));
        (Self { kind, shared: shared.clone() }, Feed { shared })
    }

    /// Whether text or binary arrives.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl AsyncRead for Incoming {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut state = lock(&self.shared);
        let was_full = state.is_full();
        if let Some(chunk) = state.chunks.front_mut() {
            let taken = chunk.len().min(buf.remaining());
            buf.put_slice(&chunk[..taken]);
            chunk.advance(taken);
            if chunk.is_empty() {
                state.chunks.pop_front();
            }
            state.waiting -= taken;
            state.has_room(was_full);
            return Poll::Ready(Ok(()));
        }
        match state.end {
            Some(End::Whole) => Poll::Ready(Ok(())),
            Some(End::Broken) => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            None => {
                state.waker = Some(task.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        let mut state = lock(&self.shared);
        let was_full = state.is_full();
        state.reader_gone = true;
        state.chunks.clear();
        state.waiting = 0;
        state.has_room(was_full);
    }
}

impl State {
    fn is_full(&self) -> bool {
        self.waiting >= WAITING_MAX || self.chunks.len() >= PIECES_MAX
    }

    /// The reader took some bytes. A connection that waited for room is told.
    fn has_room(&self, was_full: bool) {
        if was_full && !self.is_full() {
            self.socket.nudge();
        }
    }
}

impl Feed {
    /// Hands a piece to the reader; one that no reader waits for is dropped.
    pub(crate) fn push(&self, chunk: Bytes) {
        let mut state = lock(&self.shared);
        if !state.reader_gone && !chunk.is_empty() {
            state.waiting += chunk.len();
            let is_large = chunk.len() >= SHARE_MIN;
            state.chunks.push_back(if is_large { chunk } else { Bytes::copy_from_slice(&chunk) });
            wake(&mut state);
        }
    }

    /// Whether the reader has to read before more is pushed.
    pub(crate) fn is_full(&self) -> bool {
        lock(&self.shared).is_full()
    }

    /// Says that the message is whole.
    pub(crate) fn finish(&self) {
        self.end(End::Whole);
    }

    fn end(&self, end: End) {
        let mut state = lock(&self.shared);
        if state.end.is_none() {
            state.end = Some(end);
            wake(&mut state);
        }
    }
}

impl Drop for Feed {
    /// A feed that goes before [`Feed::finish`] leaves a broken message behind.
    fn drop(&mut self) {
        self.end(End::Broken);
    }
}

fn wake(state: &mut State) {
    if let Some(waker) = state.waker.take() {
        waker.wake();
    }
}

fn lock(shared: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
