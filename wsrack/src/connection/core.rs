//! The connection's state and its turns: what is read becomes work for the handlers, what they say is
//! written, until an ending is reached.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::BytesMut;

use super::admission::Permit;
use super::clock::Clock;
use super::ending::{Ending, Stage};
use super::inbox::Inbox;
use super::io::Io;
use super::registry::Registration;
use crate::app::{Delivery, Handlers, Scope};
use crate::error::Error;
use crate::limits::Limits;
use crate::message::{Message, Text};
use crate::outbox::{Notice, Outbox, Queue};
use crate::protocol::{Codec, Event};

/// Replies of one read are gathered up to this many bytes before they are written.
const GATHER: usize = 64 << 10;

/// One connection, less its application.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that is so or not; a set of flags says no more"
)]
pub(super) struct Core {
    pub(super) io: Io,
    pub(super) outbox: Arc<Outbox>,
    pub(super) scope: Arc<Scope>,
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
    /// Reading would find nothing, as far as one can tell without a system call.
    pub(super) drained: bool,
    /// Notices may wait in the outbox.
    pub(super) noticed: bool,
    /// Reading pauses: the inbox is full, or the queue is.
    pub(super) paused: bool,
    /// The graceful period is over.
    pub(super) killed: bool,
    /// The connection's place among those that its mount takes.
    pub(super) permit: Option<Box<Permit>>,
    /// The application has message handlers; without any, messages are dropped.
    pub(super) takes_messages: bool,
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
    Failed(Error),
    /// Nothing more.
    End,
}

impl Core {
    pub(super) fn new(
        io: Io,
        outbox: Arc<Outbox>,
        scope: Arc<Scope>,
        registration: Registration,
        handlers: &Handlers,
    ) -> Self {
        let clock = Clock::start(&scope.settings, handlers.every);
        Self {
            io,
            outbox,
            scope,
            registration,
            codec: Codec::rfc6455(),
            input: BytesMut::new(),
            writing: None,
            inbox: None,
            ending: None,
            clock,
            reads: 0,
            drained: false,
            noticed: false,
            paused: false,
            killed: false,
            permit: None,
            takes_messages: handlers.message,
        }
    }

    /// The next thing for a handler to do.
    pub(super) fn poll_turn(&mut self, task: &mut Context<'_>) -> Poll<Turn> {
        self.outbox.running();
        loop {
            if self.may_take_turn()
                && let Some(turn) = self.next_turn()
            {
                return Poll::Ready(turn);
            }
            if self.ending.is_some() && (!self.lets_messages_through() || self.may_take_turn()) {
                return Poll::Ready(Turn::End);
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
    fn may_take_turn(&self) -> bool {
        let gathered = self.outbox.queued();
        let gone = self.ending.as_ref().is_some_and(|ending| ending.stage == Stage::Done);
        gone || (self.outbox.has_room() && (gathered < GATHER || self.writing.is_some()))
    }

    fn lets_messages_through(&self) -> bool {
        self.ending.as_ref().is_none_or(|ending| ending.lets_messages_through())
    }

    #[inline]
    fn next_turn(&mut self) -> Option<Turn> {
        if !self.lets_messages_through() {
            return None;
        }
        if let Some(inbox) = &mut self.inbox {
            match inbox.pop() {
                Some(turn) => return Some(turn),
                None => self.inbox = None,
            }
        }
        if self.ending.is_none() {
            if self.noticed {
                match self.outbox.take_notice() {
                    Some(notice) => return Some(Turn::Notice(notice)),
                    None => self.noticed = false,
                }
            }
            if let Some(index) = self.clock.due_every() {
                return Some(Turn::Every(index));
            }
        }
        if self.input.is_empty() { None } else { self.decode() }
    }

    /// Decodes up to the next message, or to a failure.
    fn decode(&mut self) -> Option<Turn> {
        let limits = self.limits();
        loop {
            let message = match self.codec.decode(&mut self.input, &limits) {
                Ok(Some(Event::Text(text))) => Message::Text(Text::from_utf8_bytes(text)),
                Ok(Some(Event::Binary(bytes))) => Message::Binary(bytes),
                Ok(Some(other)) => {
                    self.control(other);
                    continue;
                }
                Ok(None) => return None,
                Err(error) => {
                    self.end(Ending::protocol(error, self.clock.now()));
                    return Some(Turn::Failed(Error::protocol(error)));
                }
            };
            super::debug::received(&self.outbox, &self.scope, &message);
            if !self.within_rate() {
                return None;
            }
            if self.takes_messages {
                return Some(Turn::Message(Delivery::Message(message)));
            }
        }
    }

    /// Decodes while a handler is at work, as far as the inbox takes it.
    fn decode_ahead(&mut self) {
        while self.ending.is_none()
            && !self.input.is_empty()
            && !self.inbox_is_full()
            && self.outbox.has_room()
        {
            let Some(turn) = self.decode() else { return };
            self.inbox.get_or_insert_default().push(turn);
        }
    }

    pub(super) fn inbox_is_full(&self) -> bool {
        let inbox = self.inbox.as_ref();
        inbox.is_some_and(|inbox| inbox.is_full())
            || (inbox.is_some() && self.codec.buffered() > Inbox::BYTES)
    }

    fn control(&mut self, event: Event) {
        match event {
            Event::Ping(payload) => {
                self.outbox.control(payload.len(), |wire, queue| wire.pong(&payload, queue.tail()));
            }
            Event::Pong(payload) => self.clock.pong(&payload, &self.outbox),
            Event::Close(frame) => self.end(Ending::client(frame, self.clock.now())),
            Event::Text(_) | Event::Binary(_) => {}
        }
    }

    fn within_rate(&mut self) -> bool {
        let within = self.clock.count_message(self.scope.settings.message_rate);
        if !within {
            self.end(Ending::too_many_messages(self.clock.now()));
        }
        within
    }

    pub(super) fn limits(&self) -> Limits {
        let settings = &self.scope.settings;
        Limits {
            max_message_size: settings.max_message_size,
            max_frame_size: settings.max_frame_size,
            max_fragments: u32::try_from(settings.max_fragments).unwrap_or(u32::MAX),
        }
    }

    /// Begins to end. Only the first reason counts, but a stream that is gone stays gone.
    pub(super) fn end(&mut self, ending: Ending) {
        let cut = ending.stage == Stage::Done;
        if cut {
            self.outbox.shut(ending.close.cause == crate::close::Cause::SendTimeout);
            self.writing = None;
        }
        match &mut self.ending {
            None => self.ending = Some(Box::new(ending)),
            Some(known) if cut => known.stage = Stage::Done,
            Some(_) => {}
        }
        self.clock.changed();
    }
}

impl Drop for Core {
    /// However the connection went, also with its runtime: it leaves its topics, and nobody waits for it.
    fn drop(&mut self) {
        super::buffers::give_back(std::mem::take(&mut self.input));
        self.outbox.shut(false);
        for topic in self.outbox.with_cold(crate::outbox::Cold::take_topics) {
            self.outbox.topics().unsubscribe(&topic, self.outbox.id());
        }
    }
}
