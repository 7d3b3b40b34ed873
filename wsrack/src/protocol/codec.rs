//! One decoder over the protocol families.

use bytes::BytesMut;

use crate::{draft::Draft, limits::Limits};

use super::{Event, ProtocolError, Secret, Unpacking, hixie, hybi, rfc6455};

/// Reads what one client sends. See the [module](super) for the contract.
///
/// Small while nothing is under way: what a message in pieces needs is allocated when it begins and
/// freed when it ends.
///
/// # Examples
///
/// What has not arrived yet:
///
/// ```
/// use bytes::BytesMut;
/// use wsrack::Limits;
/// use wsrack::protocol::{Codec, Event};
///
/// let (mut codec, limits) = (Codec::rfc6455(), Limits::default());
/// let mut input = BytesMut::from(&b"\x81\x85\x37\xfa\x21\x3d\x7f"[..]);
/// assert_eq!(codec.decode(&mut input, &limits)?, None);
/// assert_eq!(codec.needed(&input), Some(4));
///
/// input.extend_from_slice(b"\x9f\x4d\x51\x58");
/// assert_eq!(codec.decode(&mut input, &limits)?, Some(Event::Text("Hello".into())));
/// assert!(codec.is_idle());
/// # Ok::<(), wsrack::protocol::ProtocolError>(())
/// ```
#[derive(Debug)]
pub struct Codec(Family);

#[derive(Debug)]
enum Family {
    Rfc6455(rfc6455::Decoder),
    // Boxed, so that a connection of today pays nothing for those of old.
    Hybi(Box<hybi::Decoder>),
    Hixie(Box<hixie::Decoder>),
}

impl Codec {
    /// For a draft; `secret` is that of hybi-04's handshake, and nothing to any other.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use wsrack::protocol::{Codec, Event, Secret};
    /// use wsrack::{Draft, Limits};
    ///
    /// let mut codec = Codec::new(Draft::Hixie76, Secret::default());
    /// let mut input = BytesMut::from(&b"\x00Hello\xff"[..]);
    /// assert_eq!(codec.decode(&mut input, &Limits::default())?, Some(Event::Text("Hello".into())));
    /// # Ok::<(), wsrack::protocol::ProtocolError>(())
    /// ```
    pub fn new(draft: Draft, secret: Secret) -> Self {
        Self(match draft {
            Draft::Rfc6455 => Family::Rfc6455(rfc6455::Decoder::new()),
            Draft::Hixie75 => Family::Hixie(Box::new(hixie::Decoder::new(false))),
            Draft::Hixie76 => Family::Hixie(Box::new(hixie::Decoder::new(true))),
            hybi => Family::Hybi(Box::new(hybi::Decoder::new(hybi, secret))),
        })
    }

    /// For RFC 6455, which is version 13.
    pub const fn rfc6455() -> Self {
        Self(Family::Rfc6455(rfc6455::Decoder::new()))
    }

    /// The same for a client that may compress its messages (RFC 7692).
    pub const fn rfc6455_deflate(unpacking: Unpacking) -> Self {
        Self(Family::Rfc6455(rfc6455::Decoder::with_deflate(unpacking)))
    }

    /// Takes at most one event off the front of `input`.
    ///
    /// `Ok(None)` asks for more bytes behind those that are left. Call again after every event: more may
    /// be there. After [`Event::Close`] or an error `input` is emptied and `Ok(None)` is all that comes.
    ///
    /// `limits` may change between messages.
    ///
    /// # Errors
    ///
    /// The first rule that the client broke, as soon as the bytes show it.
    pub fn decode(&mut self, input: &mut BytesMut, limits: &Limits) -> Result<Option<Event>, ProtocolError> {
        if let Some(event) = self.decode_whole(input, limits) {
            return event.map(Some);
        }
        match &mut self.0 {
            Family::Rfc6455(decoder) => decoder.decode(input, limits),
            Family::Hybi(decoder) => decoder.decode(input, limits),
            Family::Hixie(decoder) => decoder.decode(input, limits),
        }
    }

    /// As [`decode`](Self::decode), for what comes most: a message of RFC 6455 in one frame that lies whole in `input`.
    /// `None` for all else: then nothing has been taken, and `decode` tells.
    ///
    /// # Errors
    ///
    /// As those of `decode`.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    pub(crate) fn decode_whole(
        &mut self,
        input: &mut BytesMut,
        limits: &Limits,
    ) -> Option<Result<Event, ProtocolError>> {
        match &mut self.0 {
            Family::Rfc6455(decoder) => decoder.decode_whole(input, limits),
            Family::Hybi(_) | Family::Hixie(_) => None,
        }
    }

    /// Memory that holds parts of a message outside the input buffer, in bytes. The state of compression does not count.
    pub fn buffered(&self) -> usize {
        match &self.0 {
            Family::Rfc6455(decoder) => decoder.buffered(),
            Family::Hybi(decoder) => decoder.buffered(),
            Family::Hixie(decoder) => decoder.buffered(),
        }
    }

    /// How many bytes have to follow `input` to complete the frame in progress.
    ///
    /// `input` is what [`decode`](Self::decode) left after its last `Ok(None)`. `None` while the header has
    /// not arrived. Good for the size of the next read; a client may announce what it never sends, so not
    /// for an allocation without a bound.
    pub fn needed(&self, input: &[u8]) -> Option<u64> {
        match &self.0 {
            Family::Rfc6455(decoder) => decoder.needed(input),
            Family::Hybi(decoder) => decoder.needed(input),
            Family::Hixie(decoder) => decoder.needed(input),
        }
    }

    /// After [`Event::Close`]: the body of the answer, where the draft has the answer repeat what the client sent
    /// and a [`CloseFrame`](super::CloseFrame) does not say it. For [`Wire::close_answer`](super::Wire::close_answer).
    pub fn close_answer(&self) -> Option<&[u8]> {
        match &self.0 {
            Family::Hybi(decoder) => decoder.close_answer(),
            Family::Rfc6455(_) | Family::Hixie(_) => None,
        }
    }

    /// Whether nothing is in progress: no frame begun, no fragmented message open, nothing held.
    /// After `Ok(None)` this also says that the input buffer is empty.
    pub fn is_idle(&self) -> bool {
        match &self.0 {
            Family::Rfc6455(decoder) => decoder.is_idle(),
            Family::Hybi(decoder) => decoder.is_idle(),
            Family::Hixie(decoder) => decoder.is_idle(),
        }
    }
}
