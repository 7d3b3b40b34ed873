//! What handlers return.

use std::error::Error as StdError;
use std::future::{Future, poll_fn, ready};
use std::pin::pin;

use futures_core::Stream;
use http::Extensions;

use super::context::Context;
use super::stream::Delivery;
use crate::error::Error;
use crate::handshake::Rejection;
use crate::message::{IntoMessage, Json, Message, Text};

/// What a handler may return, to be sent: a message, nothing as `()`, an `Option` or a `Result` of these, or
/// [`Replies`].
///
/// The next message is handled when there is room in the send queue again.
///
/// A type of your own is returned as what its [`into_message`](IntoMessage::into_message) gives.
///
/// # Examples
///
/// ```
/// use std::num::ParseIntError;
/// use wsrack::prelude::*;
///
/// struct Halves;
///
/// #[websocket_app]
/// impl Halves {
///     /// An odd number has no answer.
///     #[on_message]
///     fn half(&self, text: &str) -> Result<Option<String>, ParseIntError> {
///         let number: u32 = text.parse()?;
///         Ok(number.is_multiple_of(2).then(|| (number / 2).to_string()))
///     }
/// }
///
/// assert_eq!(Halves.half("8"), Ok(Some("4".to_owned())));
/// assert_eq!(Halves.half("7"), Ok(None));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned by this handler",
    label = "not a reply",
    note = "a handler returns `()`, text (`&str`, `String`, `Text`), binary (`&[u8]`, `Vec<u8>`, `Bytes`), `Message`, `Json<T>`, `Replies(stream)`, or an `Option` or a `Result` of one of these",
    note = "one that waits is an `async fn`, and returns no future"
)]
pub trait IntoReply: Sized {
    /// Queues the reply.
    #[doc(hidden)]
    fn reply(self, to: ReplyTo<'_>) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Where a reply goes, and the message that it answers.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct ReplyTo<'a> {
    cx: &'a Context,
    delivery: Option<&'a Delivery>,
}

impl<'a> ReplyTo<'a> {
    pub fn new(cx: &'a Context, delivery: Option<&'a Delivery>) -> Self {
        Self { cx, delivery }
    }

    #[inline]
    fn send(self, message: impl IntoMessage) -> Result<(), Error> {
        let received = self.delivery.and_then(Delivery::payload);
        Ok(self.cx.outbox.reply(message.into_outgoing()?, received)?)
    }
}

impl IntoReply for () {
    fn reply(self, _to: ReplyTo<'_>) -> impl Future<Output = Result<(), Error>> + Send {
        ready(Ok(()))
    }
}

macro_rules! into_reply {
    ($($type:ty),*) => {$(
        impl IntoReply for $type {
            #[inline]
            fn reply(self, to: ReplyTo<'_>) -> impl Future<Output = Result<(), Error>> + Send {
                ready(to.send(self))
            }
        }
    )*};
}

into_reply!(&str, &String, String, Text, &Text, &[u8], Vec<u8>, bytes::Bytes, Message, &Message);

impl<const N: usize> IntoReply for &[u8; N] {
    fn reply(self, to: ReplyTo<'_>) -> impl Future<Output = Result<(), Error>> + Send {
        ready(to.send(self))
    }
}

impl<T: serde::Serialize> IntoReply for Json<T> {
    fn reply(self, to: ReplyTo<'_>) -> impl Future<Output = Result<(), Error>> + Send {
        ready(to.send(self))
    }
}

impl<R: IntoReply + Send> IntoReply for Option<R> {
    async fn reply(self, to: ReplyTo<'_>) -> Result<(), Error> {
        match self {
            Some(reply) => reply.reply(to).await,
            None => Ok(()),
        }
    }
}

impl<R: IntoReply + Send, E: IntoError> IntoReply for Result<R, E> {
    fn reply(self, to: ReplyTo<'_>) -> impl Future<Output = Result<(), Error>> + Send {
        let result = self.map_err(IntoError::into_error);
        async move { result?.reply(to).await }
    }
}

/// A stream of replies, each sent when the one before has found room.
///
/// It holds the connection's turn until it ends: no further message is handled before. It is dropped when the
/// connection closes.
///
/// # Examples
///
/// ```
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
/// use futures_core::Stream;
/// use tokio::sync::mpsc;
/// use wsrack::prelude::*;
///
/// /// How far the work is, as it is told.
/// struct Progress(mpsc::Receiver<u8>);
///
/// impl Stream for Progress {
///     type Item = String;
///
///     fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<String>> {
///         self.0.poll_recv(task).map(|told| told.map(|percent| format!("{percent} %")))
///     }
/// }
///
/// struct Convert;
///
/// #[websocket_app]
/// impl Convert {
///     #[on_message]
///     fn convert(&self, ws: &Socket, _picture: &[u8]) -> Replies<Progress> {
///         let (tell, progress) = mpsc::channel(1);
///         ws.spawn(async move {
///             for percent in [25, 50, 75, 100] {
///                 let _nobody_listens = tell.send(percent).await;
///             }
///         });
///         Replies(Progress(progress))
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Replies<S>(pub S);

impl<S> Replies<S> {
    /// One message made of the stream's items, each sent as a fragment when it is there.
    ///
    /// The items' kind, text or binary, is that of the first; one of the other kind is an error.
    ///
    /// Where an item is an error, as one that has no form as a message, or the stream panics, the message cannot be
    /// completed. No client takes what it has of it for the whole: no last fragment is sent. The error goes to
    /// `#[on_error]`, and the connection closes with 1011, since nothing else may follow. Nor is there a last fragment
    /// where the connection closes meanwhile. (To a client of hixie-75 or hixie-76 any byte would end the message: there
    /// the stream ends without a close frame.)
    pub fn fragments(stream: S) -> Fragments<S> {
        Fragments(stream)
    }
}

/// One fragmented message: see [`Replies::fragments`].
///
/// # Examples
///
/// ```
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
/// use futures_core::Stream;
/// use wsrack::prelude::*;
/// use wsrack::Fragments;
///
/// /// The rows of a large table, in earnest from a database.
/// struct Rows(u32);
///
/// impl Stream for Rows {
///     type Item = String;
///
///     fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<String>> {
///         self.0 += 1;
///         Poll::Ready((self.0 <= 1000).then(|| format!("row {}\n", self.0)))
///     }
/// }
///
/// struct Report;
///
/// #[websocket_app]
/// impl Report {
///     #[on_message]
///     fn report(&self, _ask: &str) -> Fragments<Rows> {
///         Replies::fragments(Rows(0))
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Fragments<S>(S);

impl<S> IntoReply for Replies<S>
where
    S: Stream + Send,
    S::Item: IntoReply + Send,
{
    async fn reply(self, to: ReplyTo<'_>) -> Result<(), Error> {
        let mut stream = pin!(self.0);
        while let Some(item) = to.next(stream.as_mut()).await {
            item.reply(to).await?;
            to.cx.socket.room().await?;
        }
        Ok(())
    }
}

impl<S> IntoReply for Fragments<S>
where
    S: Stream + Send,
    S::Item: IntoMessage + Send,
{
    async fn reply(self, to: ReplyTo<'_>) -> Result<(), Error> {
        let mut stream = pin!(self.0);
        let mut message = to.cx.socket.fragments();
        while let Some(item) = to.next(stream.as_mut()).await {
            message.push(&item.into_message()?)?;
            message.room().await?;
        }
        Ok(message.finish()?)
    }
}

impl ReplyTo<'_> {
    /// The stream's next item, or `None` when the connection closes first.
    async fn next<S: Stream>(self, mut stream: std::pin::Pin<&mut S>) -> Option<S::Item> {
        let mut closed = pin!(self.cx.socket.closed());
        poll_fn(|task| {
            if closed.as_mut().poll(task).is_ready() {
                return std::task::Poll::Ready(None);
            }
            stream.as_mut().poll_next(task)
        })
        .await
    }
}

/// The error of a handler.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a handler",
    label = "not an error that is `Send` and `Sync`",
    note = "a handler's error is `wsrack::Error`, as in `wsrack::Result<T>`, or what becomes a `Box<dyn Error + Send + Sync>`: a `String`, `anyhow::Error`, any type that implements `std::error::Error` and is `Send + Sync`",
    note = "a `Rejection` is the error of `#[on_upgrade]` alone: later, `ws.close_with(code, reason)` sends the client away"
)]
pub trait IntoError {
    fn into_error(self) -> Error;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Box<dyn StdError + Send + Sync>>> IntoError for E {
    fn into_error(self) -> Error {
        Error::from_boxed(self.into())
    }
}

/// What `#[on_start]`, `#[on_close]` and `#[on_stop]` return: `()` or a `Result<(), E>`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned by this handler",
    label = "nothing can be sent in this phase",
    note = "`#[on_start]`, `#[on_close]` and `#[on_stop]` return `()` or a `Result<(), E>`, such as `wsrack::Result`"
)]
pub trait IntoUnit {
    fn into_unit(self) -> Result<(), Error>;
}

impl IntoUnit for () {
    fn into_unit(self) -> Result<(), Error> {
        Ok(())
    }
}

impl<E: IntoError> IntoUnit for Result<(), E> {
    fn into_unit(self) -> Result<(), Error> {
        self.map_err(IntoError::into_error)
    }
}

/// What `#[on_upgrade]` returns: `()`, or `Result<T, Rejection>`; the `T` is there for `Extension<T>`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned by `#[on_upgrade]`",
    label = "not a decision about the request",
    note = "`#[on_upgrade]` returns `()` or `Result<T, Rejection>`: the `T` is what later handlers take as `Extension<T>`"
)]
pub trait IntoUpgrade {
    fn into_upgrade(self) -> Result<Extensions, Rejection>;
}

impl IntoUpgrade for () {
    fn into_upgrade(self) -> Result<Extensions, Rejection> {
        Ok(Extensions::new())
    }
}

impl<T: Clone + Send + Sync + 'static, E: IntoRejection> IntoUpgrade for Result<T, E> {
    fn into_upgrade(self) -> Result<Extensions, Rejection> {
        let mut extensions = Extensions::new();
        extensions.insert(self.map_err(IntoRejection::into_rejection)?);
        Ok(extensions)
    }
}

/// The error of `#[on_upgrade]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of `#[on_upgrade]`",
    label = "not how a request is refused",
    note = "return `Result<T, Rejection>`, with `Rejection::http(401)` for an HTTP answer, or `Rejection::close(4401, \"expired\")` for what a browser's page can read",
    note = "an error of your own becomes one by `impl From<…> for Rejection`"
)]
pub trait IntoRejection {
    fn into_rejection(self) -> Rejection;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Rejection>> IntoRejection for E {
    fn into_rejection(self) -> Rejection {
        self.into()
    }
}
