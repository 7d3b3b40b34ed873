//! The connection's state and its turns: what is read becomes work for the handlers, what they say is
//! written, until an ending is reached.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;

use super::clock::Clock;
use super::ending::{Ending, Stage};
use super::guest::{Kept, Traffic};
use super::inbox::Inbox;
use super::io::Io;
use super::registry::Registration;
use super::watch::Handler;
use crate::app::{Delivery, Feed, Handlers, Incoming};
use crate::close::{Cause, CloseCode};
use crate::message::{Message, Text};
use crate::outbox::{Notice, Outbox, Queue, Socket};
use crate::protocol::{Codec, Event, Kind, ProtocolError};

/// Replies of one read are gathered up to this many bytes before they are written.
const GATHER: usize = 64 << 10;

/// Turns in a row before other connections of the worker have theirs.
const TURNS: u16 = 1024;

/// One connection, less its application.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that is so or not; a set of flags says no more"
)]
pub(super) struct Core {
    pub(super) io: Io,
    pub(super) outbox: Arc<Outbox>,
    pub(super) registration: Registration,
    pub(super) codec: Codec,
    /// What was read and is not decoded. Holds no memory while the connection is idle.
    pub(super) input: BytesMut,
    /// What the socket has not taken yet.
    pub(super) writing: Option<Box<Queue>>,
    /// What was decoded while a handler was at work.
    pub(super) inbox: Option<Box<Inbox>>,
    pub(super) ending: Option<Box<Ending>>,
    pub(super) clock: Clock,
    /// Reads since the task last gave way.
    pub(super) reads: u8,
    /// Turns since the task last gave way.
    pub(super) turns: u16,
    /// Reading would find nothing, as far as one can tell without a system call.
    pub(super) drained: bool,
    /// Notices may wait in the outbox.
    pub(super) noticed: bool,
    /// A message had the last turn: now notices and ticks go first.
    messages_turn: bool,
    /// Reading pauses: the inbox is full, or the queue is.
    pub(super) paused: bool,
    /// The graceful period is over.
    pub(super) killed: bool,
    /// What few connections have: places that they take up, and who looks at them.
    pub(super) kept: Option<Box<Kept>>,
    /// The application has message handlers; without any, messages are dropped.
    pub(super) takes_messages: bool,
    /// The message that is being handed on.
    pub(super) feed: Option<Feed>,
    /// The handler that is at work, or was last.
    pub(super) at_work: Handler,
}

/// What the application is to do next.
#[derive(Debug)]
pub(super) enum Turn {
    /// The connection is new.
    Open,
    Message(Delivery),
    Notice(Notice),
    /// The `#[every]` handler with this index is due.
    Every(usize),
    /// The peer broke the protocol.
    Failed(ProtocolError),
    /// Nothing more.
    End,
}

impl Core {
    pub(super) fn new(io: Io, outbox: Arc<Outbox>, registration: Registration, handlers: &Handlers) -> Self {
        let clock = Clock::start(&outbox.policy().settings, handlers.every);
        Self {
            io,
            outbox,
            registration,
            codec: Codec::rfc6455(),
            input: BytesMut::new(),
            writing: None,
            inbox: None,
            ending: None,
            clock,
            reads: 0,
            turns: 0,
            drained: false,
            noticed: false,
            messages_turn: false,
            paused: false,
            killed: false,
            kept: None,
            takes_messages: handlers.message,
            feed: None,
            at_work: Handler::Open,
        }
    }

    /// The next thing for a handler to do.
    pub(super) fn poll_turn(&mut self, task: &mut Context<'_>) -> Poll<Turn> {
        self.outbox.running();
        loop {
            if self.turns == TURNS {
                return self.poll_give_way(task);
            }
            // Before the turn: a handler that has closed gets no further message.
            self.heed_signals();
            if self.may_take_turn()
                && let Some(turn) = self.next_turn()
            {
                self.turns += 1;
                return Poll::Ready(turn);
            }
            if self.ending.is_some() && (!self.lets_messages_through() || self.may_take_turn()) {
                return Poll::Ready(Turn::End);
            }
            if self.end_is_due() && !self.may_take_turn() {
                // Its peer takes nothing: the messages that are left are handled once the stream is given up.
                ready!(self.poll_end(task));
                continue;
            }
            if self.poll_transport(task).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Keeps the connection going while a handler is at work. Ready when the handler has to be given up.
    pub(super) fn poll_beside_handler(&mut self, task: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.killed {
                return Poll::Ready(());
            }
            if self.end_is_due() {
                if self.poll_end(task).is_pending() || self.poll_killed(task).is_pending() {
                    return Poll::Pending;
                }
                continue;
            }
            self.decode_ahead();
            if !self.end_is_due() && self.poll_transport(task).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Whether a handler may be given work: its replies have room, and what is gathered is not much yet.
    #[inline]
    pub(super) fn may_take_turn(&self) -> bool {
        let gathered = self.outbox.queued();
        let gone = self.ending.as_ref().is_some_and(|ending| ending.stage == Stage::Done);
        gone || (self.outbox.has_room() && (gathered < GATHER || self.writing.is_some()))
    }

    fn lets_messages_through(&self) -> bool {
        !self.killed && self.ending.as_ref().is_none_or(|ending| ending.lets_messages_through())
    }

    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    fn next_turn(&mut self) -> Option<Turn> {
        if !self.lets_messages_through() {
            return None;
        }
        // By turns: neither a flood of messages nor one of notices keeps the other waiting.
        if std::mem::take(&mut self.messages_turn)
            && let Some(turn) = self.own_work()
        {
            return Some(turn);
        }
        let message = self.next_message();
        self.messages_turn = message.is_some();
        message.or_else(|| self.own_work())
    }

    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    fn next_message(&mut self) -> Option<Turn> {
        if let Some(inbox) = &mut self.inbox {
            match inbox.pop() {
                Some(turn) => return Some(turn),
                None => self.inbox = None,
            }
        }
        // A stream's end shows when its last piece has been taken, and the input is empty then.
        if self.input.is_empty() && self.feed.is_none() { None } else { self.decode() }
    }

    /// What the application asked for itself.
    #[inline]
    fn own_work(&mut self) -> Option<Turn> {
        if self.noticed || self.clock.may_be_due() { self.own_turn() } else { None }
    }

    #[inline(never)]
    fn own_turn(&mut self) -> Option<Turn> {
        if self.ending.is_some() {
            return None;
        }
        if self.noticed {
            match self.outbox.take_notice() {
                Some(notice) => return Some(Turn::Notice(notice)),
                None => self.noticed = false,
            }
        }
        self.clock.due_every().map(Turn::Every)
    }

    /// Decodes up to the next message, or to a failure.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    fn decode(&mut self) -> Option<Turn> {
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
                Err(error) => {
                    self.end(Ending::protocol(error, self.clock.now()));
                    return Some(Turn::Failed(error));
                }
            };
            self.outbox.received(message.kind(), message.as_bytes());
            self.count(|traffic| traffic.messages_in = traffic.messages_in.wrapping_add(1));
            if !self.within_rate() {
                return None;
            }
            if self.takes_messages {
                return Some(Turn::Message(Delivery::Message(message)));
            }
        }
        None
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
    fn decode_ahead(&mut self) {
        // A stream's end shows when its last piece has been taken, and the input is empty then.
        while (!self.input.is_empty() || self.feed.is_some())
            && self.ending.is_none()
            && !self.inbox_is_full()
            && self.outbox.has_room()
        {
            let Some(turn) = self.decode() else { return };
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

    /// Nothing more is written.
    pub(super) fn discard_queued(&mut self) {
        self.outbox.discard();
        self.writing = None;
    }

    /// Nobody reaches the connection any more: neither topics nor those who hold its socket.
    pub(super) fn leave(&self) {
        for topic in self.outbox.leave() {
            self.outbox.topics().unsubscribe(&topic, self.outbox.id());
        }
    }

    /// Counts, where somebody will ask.
    #[inline]
    pub(super) fn count(&mut self, count: impl FnOnce(&mut Traffic)) {
        if let Some(kept) = &mut self.kept {
            count(&mut kept.traffic);
        }
    }

    /// Tells the server how it went.
    #[cold]
    fn tell(&self, kept: Kept) {
        let Some(mut guest) = kept.guest else { return };
        let traffic = Traffic { messages_out: self.outbox.sent(), ..kept.traffic };
        let close = self.ending.as_ref().map(|ending| (ending.close.code, ending.close.cause));
        // Without an ending it was dropped, with its runtime or in a panic.
        let (code, cause) = close.unwrap_or((CloseCode::ABNORMAL, Cause::Lost));
        guest.left(traffic, code, cause);
    }

    /// Begins to end. Only the first reason counts, but a stream that is gone stays gone.
    pub(super) fn end(&mut self, ending: Ending) {
        let cut = ending.stage == Stage::Done;
        // What is handed on will not be completed.
        self.feed = None;
        if cut {
            self.outbox.shut(ending.close.cause == Cause::SendTimeout);
            self.discard_queued();
        }
        match &mut self.ending {
            None => self.ending = Some(Box::new(ending)),
            Some(known) if cut => known.break_off(),
            Some(_) => {}
        }
        self.clock.changed();
    }
}

impl Drop for Core {
    /// However the connection went, also with its runtime: it leaves its topics, and nobody waits for it.
    fn drop(&mut self) {
        super::buffers::give_back(std::mem::take(&mut self.input));
        self.leave();
        if let Some(counts) = self.outbox.counts() {
            counts.closed(self.ending.as_ref().map_or(Cause::Lost, |ending| ending.close.cause));
        }
        if let Some(kept) = self.kept.take() {
            self.tell(*kept);
        }
    }
}
