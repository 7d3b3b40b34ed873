//! The handle to a connection.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::{Cold, FragmentWriter, Full, Notice, Outbox, Phase, Signals};
use crate::close::CloseCode;
use crate::draft::Draft;
use crate::error::{Result, SendError};
use crate::log::log;
use crate::message::{IntoMessage, Outgoing};

/// Values that may wait for `#[on_notify]`.
const NOTICES_MAX: usize = 1024;

/// A handle to one connection: send, close, subscribe, and ask for its state.
///
/// Handlers take it as `&Socket` or `Socket`. Clones are cheap and weak: one that is kept keeps neither the
/// connection alive nor its memory, and says [`SendError::Closed`] when the connection is gone.
///
/// ```
/// use std::time::Duration;
/// use wsrack::prelude::*;
///
/// struct Quiz;
///
/// #[websocket_app]
/// impl Quiz {
///     #[on_open]
///     fn open(&self, ws: Socket) -> wsrack::Result {
///         ws.subscribe("players")?;
///         ws.send_data("Which planet is the largest?")?;
///         // Kept, it reaches this connection for as long as there is one.
///         ws.clone().spawn(async move {
///             tokio::time::sleep(Duration::from_secs(20)).await;
///             ws.close_with(4408, "time is up");
///         });
///         Ok(())
///     }
///
///     #[on_message]
///     async fn answer(&self, ws: &Socket, text: &str) -> wsrack::Result {
///         if text == "Jupiter" {
///             ws.publish("players", "somebody knows it")?;
///             ws.send("right").await?;
///             ws.close_websocket();
///         }
///         Ok(())
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Socket {
    outbox: Weak<Outbox>,
}

impl Socket {
    pub(crate) fn new(outbox: &Arc<Outbox>) -> Self {
        Self { outbox: Arc::downgrade(outbox) }
    }

    /// Queues a message and returns at once.
    ///
    /// # Errors
    ///
    /// [`SendError::Full`] where the queue (`send_queue` bytes) has no room: nothing was queued, and nothing
    /// closes, unless the peer takes no more bytes and the app's `slow_client` is `close`. A message larger
    /// than the whole queue is taken when the queue is empty. [`SendError::Closed`] after close;
    /// [`SendError::Unsupported`] for binary to a peer whose draft has none.
    pub fn send_data(&self, message: impl IntoMessage) -> Result<(), SendError> {
        let message = message.into_outgoing()?;
        self.upgrade()?.send(message, Full::Refuse)
    }

    /// Queues a message when there is room for it.
    ///
    /// # Errors
    ///
    /// As [`send_data`](Self::send_data), but it waits instead of [`SendError::Full`], and ends in
    /// [`SendError::Timeout`] where the peer takes no byte for `send_timeout`; the connection closes then.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, nothing was queued.
    pub async fn send(&self, message: impl IntoMessage) -> Result<(), SendError> {
        let message = message.into_message()?;
        // Held while it waits, so that it learns how the connection ended.
        let outbox = self.upgrade()?;
        outbox.supports(message.kind())?;
        loop {
            let mut room = None;
            let sent = outbox.send(Outgoing::Shared(message.clone()), Full::Wait(&mut room));
            let Some(room) = room else { return sent };
            room.await;
        }
    }

    /// Closes with 1000. What is queued is still sent; later sends say [`SendError::Closed`].
    pub fn close_websocket(&self) {
        self.close_with(CloseCode::NORMAL, "");
    }

    /// Closes with a code that an application may send (1000–1003, 1007–1014, 3000–4999) and a reason, of
    /// which at most 123 bytes are sent. Only the first call counts.
    ///
    /// Any other code would break the protocol: it is logged as an error, and 1011 is sent instead. A client whose
    /// draft has no such code is sent a close without one: see [`Close`](crate::Close).
    pub fn close_with(&self, code: impl Into<CloseCode>, reason: &str) {
        if let Some(outbox) = self.outbox.upgrade() {
            outbox.close(sendable(code.into()), &reason[..reason.floor_char_boundary(123)]);
        }
    }

    /// Closes with `code` at `at`, unless a later call moves it. The past closes at once. The instant is tokio's, or the
    /// standard library's; the code is one that an application may send, as for [`close_with`](Self::close_with).
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use wsrack::Socket;
    ///
    /// /// Called again when the client has shown a newer token.
    /// fn let_in(ws: &Socket, valid_for: Duration) {
    ///     ws.expires_at(Instant::now() + valid_for, 4401);
    /// }
    /// ```
    pub fn expires_at(&self, at: impl Into<Instant>, code: impl Into<CloseCode>) {
        let at = at.into();
        if let Some(outbox) = self.outbox.upgrade() {
            outbox.with_cold(|cold| cold.expires = Some((at, sendable(code.into()))));
            outbox.signal(Signals::TIMER);
        }
    }

    /// Sends a ping; of the payload the first 125 bytes.
    ///
    /// # Errors
    ///
    /// [`SendError::Unsupported`] on drafts that have none, [`SendError::Closed`] after close,
    /// [`SendError::Full`] where the queue has no room.
    pub fn ping(&self, payload: impl AsRef<[u8]>) -> Result<(), SendError> {
        let outbox = self.upgrade()?;
        if !outbox.wire.supports_ping() {
            return Err(SendError::Unsupported);
        }
        let payload = payload.as_ref();
        outbox.push(payload.len().min(125), Full::Refuse, |state, wire| {
            wire.ping(payload, state.queue().tail());
        })
    }

    /// The round trip of the last keepalive ping; `None` where there was none yet.
    pub fn rtt(&self) -> Option<Duration> {
        let micros = self.outbox.upgrade()?.rtt.load(Ordering::Relaxed);
        (micros != u32::MAX).then(|| Duration::from_micros(micros.into()))
    }

    /// Subscribes the connection to a topic; twice is once. It ends with the connection.
    ///
    /// Nothing bounds how many topics a connection has: where clients name them, the application does.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`] after close.
    pub fn subscribe(&self, topic: impl AsRef<str>) -> Result<(), SendError> {
        let outbox = self.upgrade()?;
        let topic = outbox.policy.topics.subscribe(topic.as_ref(), &outbox);
        let mut state = outbox.lock();
        if state.phase != Phase::Open {
            // The connection has left its topics already; nobody else would take it out of this one.
            drop(state);
            outbox.policy.topics.unsubscribe(&topic, outbox.id);
            return Err(SendError::Closed);
        }
        if !state.cold().topics.contains(&topic) {
            state.cold().topics.push(topic);
        }
        Ok(())
    }

    /// Ends a subscription; one that is not there is no error.
    pub fn unsubscribe(&self, topic: impl AsRef<str>) {
        let Some(outbox) = self.outbox.upgrade() else { return };
        let topic = topic.as_ref();
        outbox.with_cold(|cold| cold.topics.retain(|known| **known != *topic));
        outbox.policy.topics.unsubscribe(topic, outbox.id);
    }

    /// Sends to every subscriber of the topic but this one; how many took it.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`] after close; [`SendError::Encode`] where the value has no form as a message.
    pub fn publish(&self, topic: impl AsRef<str>, message: impl IntoMessage) -> Result<usize, SendError> {
        let message = message.into_message()?;
        let outbox = self.upgrade()?;
        Ok(outbox.policy.topics.publish(topic.as_ref(), &message, Some(outbox.id)))
    }

    /// Hands a value to the `#[on_notify]` handler for its type, in turn with the messages.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`] after close; [`SendError::Full`] where 1,024 values wait already.
    ///
    /// [`on_notify`](macro@crate::on_notify) has an example.
    pub fn notify<T: Send + 'static>(&self, value: T) -> Result<(), SendError> {
        let outbox = self.upgrade()?;
        let mut state = outbox.lock();
        if state.phase != Phase::Open {
            return Err(SendError::Closed);
        }
        if state.cold().notices.len() >= NOTICES_MAX {
            return Err(SendError::Full);
        }
        state.cold().notices.push_back(Notice::new(value));
        outbox.raise(&state, Signals::NOTICE);
        Ok(())
    }

    /// Runs work beside the handlers; it is dropped when the connection closes.
    ///
    /// It runs on the current runtime, or outside of any on the one that the server was started on. After
    /// close nothing runs. A panic of it ends this work alone, and goes to nobody.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let Some(outbox) = self.outbox.upgrade() else { return };
        let Some(runtime) = Handle::try_current().ok().or_else(|| outbox.policy.runtime.clone()) else {
            return;
        };
        drop(outbox);
        let socket = self.clone();
        runtime.spawn(async move {
            let mut closed = pin!(socket.closed());
            let mut work = pin!(work);
            poll_fn(|task| match closed.as_mut().poll(task) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => work.as_mut().poll(task),
            })
            .await;
        });
    }

    /// The connection's number, unique within the process; 0 when the connection is gone.
    pub fn id(&self) -> u64 {
        self.outbox.upgrade().map_or(0, |outbox| outbox.id)
    }

    /// Which protocol draft the peer speaks; `None` when the connection is gone.
    pub fn draft(&self) -> Option<Draft> {
        self.outbox.upgrade().map(|outbox| outbox.draft)
    }

    /// Whether the connection is closed or closing.
    pub fn is_closed(&self) -> bool {
        self.outbox.upgrade().is_none_or(|outbox| outbox.is_closed())
    }

    /// Ends when the connection begins to close, and at once where it is closed.
    ///
    /// # Cancel safety
    ///
    /// Dropped and asked again, nothing is missed.
    ///
    /// ```
    /// use wsrack::Socket;
    ///
    /// /// Removes what was kept for a client.
    /// async fn forget(ws: Socket, kept: tokio::task::AbortHandle) {
    ///     ws.closed().await;
    ///     kept.abort();
    /// }
    /// ```
    pub async fn closed(&self) {
        let closed = {
            let Some(outbox) = self.outbox.upgrade() else { return };
            let mut state = outbox.lock();
            if state.phase != Phase::Open {
                return;
            }
            state.cold().wait_for_close()
        };
        closed.await;
    }

    /// Bytes that wait to be sent.
    pub fn queued(&self) -> usize {
        self.outbox.upgrade().map_or(0, |outbox| outbox.queued())
    }

    pub(crate) fn fragments(&self) -> FragmentWriter {
        FragmentWriter::new(self.clone())
    }

    /// Waits until the queue has room.
    pub(crate) async fn room(&self) -> Result<(), SendError> {
        self.room_beside(|_| 0).await
    }

    /// The same, where some of what is queued does not count.
    pub(super) async fn room_beside(&self, apart: fn(&Cold) -> usize) -> Result<(), SendError> {
        loop {
            let room = {
                let outbox = self.upgrade()?;
                let mut state = outbox.lock();
                if state.phase != Phase::Open {
                    return Err(SendError::Closed);
                }
                let apart = state.cold.as_deref().map_or(0, apart);
                if outbox.queued() < outbox.policy.settings.send_queue.saturating_add(apart) {
                    return Ok(());
                }
                state.cold().wait_for_room()
            };
            room.await;
        }
    }

    /// Has the connection's task look what it can do now.
    pub(crate) fn nudge(&self) {
        if let Some(outbox) = self.outbox.upgrade() {
            outbox.signal(Signals::LOOK);
        }
    }

    pub(super) fn upgrade(&self) -> Result<Arc<Outbox>, SendError> {
        self.outbox.upgrade().ok_or(SendError::Closed)
    }
}

fn sendable(code: CloseCode) -> CloseCode {
    if code.is_sendable_by_app() {
        return code;
    }
    log!(error, "an application cannot close with {code}; 1011 is sent instead");
    CloseCode::ERROR
}

impl PartialEq for Socket {
    /// Whether both are handles to the same connection.
    fn eq(&self, other: &Self) -> bool {
        self.outbox.ptr_eq(&other.outbox)
    }
}

impl Eq for Socket {}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("id", &self.id()).field("closed", &self.is_closed()).finish()
    }
}
