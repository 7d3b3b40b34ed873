//! What the peer sends: decoded, and made turns of.

use super::core::{Core, Turn};
use super::ending::Ending;
use super::inbox::Inbox;
use crate::app::{Delivery, Feed, Incoming};
use crate::message::{Message, Text};
use crate::outbox::Socket;
use crate::protocol::{Event, Kind, ProtocolError};

impl Core {
    /// Decodes up to the next message, or to a failure.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    pub(super) fn decode(&mut self) -> Option<Turn> {
        let message = match self.codec.decode_whole(&mut self.input, &self.outbox.policy().limits) {
            Some(Ok(Event::Text(text))) => Message::Text(Text::from_utf8_bytes(text)),
            Some(Ok(Event::Binary(bytes))) => Message::Binary(bytes),
            Some(Err(error)) => return Some(self.failed(error)),
            _ => return self.decode_any(),
        };
        if !self.note(&message) {
            return None;
        }
        if self.takes_messages { Some(Turn::Message(Delivery::Message(message))) } else { self.decode_any() }
    }

    /// As [`decode`](Self::decode), whatever comes.
    #[inline(never)]
    pub(super) fn decode_any(&mut self) -> Option<Turn> {
        while !self.feed_is_full() {
            let message = match self.codec.decode(&mut self.input, &self.outbox.policy().limits) {
                Ok(Some(Event::Text(text))) => Message::Text(Text::from_utf8_bytes(text)),
                Ok(Some(Event::Binary(bytes))) => Message::Binary(bytes),
                Ok(Some(Event::Start(kind))) if self.within_rate() => return Some(self.begin_stream(kind)),
                Ok(Some(other)) => {
                    self.control(other);
                    continue;
                }
                Ok(None) => return None,
                Err(error) => return Some(self.failed(error)),
            };
            if !self.note(&message) {
                return None;
            }
            if self.takes_messages {
                return Some(Turn::Message(Delivery::Message(message)));
            }
        }
        None
    }

    /// Notes that a message came; `false` where the client sends too many.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    fn note(&mut self, message: &Message) -> bool {
        self.outbox.received(message.kind(), message.as_bytes());
        self.count(|traffic| traffic.messages_in = traffic.messages_in.wrapping_add(1));
        self.within_rate()
    }

    #[cold]
    fn failed(&mut self, error: ProtocolError) -> Turn {
        self.end(Ending::protocol(error, self.clock.now()));
        Turn::Failed(error)
    }

    /// Begins to hand on a message as it arrives.
    fn begin_stream(&mut self, kind: Kind) -> Turn {
        self.count(|traffic| traffic.messages_in = traffic.messages_in.wrapping_add(1));
        let (incoming, feed) = Incoming::new(kind, Socket::new(&self.outbox));
        self.feed = Some(feed);
        if let Some(counts) = self.outbox.counts() {
            counts.received(1, 0);
        }
        Turn::Message(Delivery::stream(incoming))
    }

    #[inline]
    fn feed_is_full(&self) -> bool {
        self.feed.as_ref().is_some_and(Feed::is_full)
    }

    /// Decodes while a handler is at work, as far as the inbox takes it.
    pub(super) fn decode_ahead(&mut self) {
        // A stream's end shows when its last piece has been taken, and the input is empty then.
        while (!self.input.is_empty() || self.feed.is_some())
            && self.ending.is_none()
            && !self.inbox_is_full()
            && self.outbox.has_room()
        {
            let Some(turn) = self.decode_any() else { return };
            self.inbox.get_or_insert_default().push(turn);
        }
    }

    pub(super) fn inbox_is_full(&self) -> bool {
        let inbox = self.inbox.as_ref();
        inbox.is_some_and(|inbox| inbox.is_full() || self.codec.buffered() > Inbox::BYTES)
            || self.feed_is_full()
    }

    fn control(&mut self, event: Event) {
        if !matches!(event, Event::Piece(_)) {
            self.outbox.debug(format_args!("received {event:?}"));
        }
        match event {
            Event::Ping(payload) => {
                self.outbox.control(payload.len(), |wire, queue| wire.pong(&payload, queue.tail()));
            }
            Event::Pong(payload) => self.clock.pong(&payload, &self.outbox),
            Event::Close(frame) => self.end(Ending::client(frame, self.clock.now())),
            Event::Piece(piece) => {
                if let Some(counts) = self.outbox.counts() {
                    counts.received(0, piece.len());
                }
                if let Some(feed) = &self.feed {
                    feed.push(piece);
                }
            }
            Event::End => {
                if let Some(feed) = self.feed.take() {
                    feed.finish();
                }
            }
            Event::Text(_) | Event::Binary(_) | Event::Start(_) => {}
        }
    }

    #[inline]
    fn within_rate(&mut self) -> bool {
        let Some(rate) = self.outbox.policy().settings.message_rate else { return true };
        let within = self.clock.count_message(rate);
        if !within {
            self.end(Ending::too_many_messages(self.clock.now()));
        }
        within
    }
}
