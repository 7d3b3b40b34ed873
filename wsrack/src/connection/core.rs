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
use crate::app::{Delivery, Feed, Handlers};
use crate::close::{Cause, CloseCode};
use crate::outbox::{Notice, Outbox, Queue};
use crate::protocol::{Codec, ProtocolError};

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
            let is_calm = self.is_calm();
            let turn = if is_calm { self.calm_turn() } else { ready!(self.poll_other_turn(task)) };
            if let Some(turn) = turn {
                self.turns += 1;
                return Poll::Ready(turn);
            }
            let has_ended = is_calm && self.ending.is_some();
            if !has_ended && self.poll_transport(task, is_calm).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Whether there is nothing but messages that come and are answered: so it is mostly, and then there is little to
    /// look at.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    fn is_calm(&self) -> bool {
        let nothing_waits = self.ending.is_none() & self.inbox.is_none() & self.writing.is_none();
        let is_told = self.noticed | self.clock.may_be_due() | self.paused | self.killed;
        nothing_waits && self.feed.is_none() && !is_told && self.outbox.is_calm()
    }

    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    fn calm_turn(&mut self) -> Option<Turn> {
        if self.input.is_empty() { None } else { self.decode().inspect(|_| self.messages_turn = true) }
    }

    /// The next thing for a handler to do, of whatever kind. Pending while an end that is due is not reached.
    #[inline(never)]
    fn poll_other_turn(&mut self, task: &mut Context<'_>) -> Poll<Option<Turn>> {
        loop {
            // Before the turn: a handler that has closed gets no further message.
            self.heed_signals();
            if self.may_take_turn()
                && let Some(turn) = self.next_turn()
            {
                return Poll::Ready(Some(turn));
            }
            if self.ending.is_some() && (!self.lets_messages_through() || self.may_take_turn()) {
                return Poll::Ready(Some(Turn::End));
            }
            if !self.end_is_due() || self.may_take_turn() {
                return Poll::Ready(None);
            }
            // Its peer takes nothing: the messages that are left are handled once the stream is given up.
            ready!(self.poll_end(task));
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
            if !self.end_is_due() && self.poll_transport(task, false).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Whether a handler may be given work: its replies have room, and what is gathered is not much yet.
    #[inline]
    pub(super) fn may_take_turn(&self) -> bool {
        let gone = self.ending.as_ref().is_some_and(|ending| ending.stage == Stage::Done);
        gone || self.outbox.gathers() || (self.writing.is_some() && self.outbox.has_room())
    }

    /// Asked between turns, where a reply in parts that has no end will have none.
    fn lets_messages_through(&self) -> bool {
        !self.killed
            && self
                .ending
                .as_ref()
                .is_none_or(|ending| ending.lets_messages_through(self.outbox.is_within_message()))
    }

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

    fn next_message(&mut self) -> Option<Turn> {
        if let Some(inbox) = &mut self.inbox {
            match inbox.pop() {
                Some(turn) => return Some(turn),
                None => self.inbox = None,
            }
        }
        // A stream's end shows when its last piece has been taken, and the input is empty then.
        if self.input.is_empty() && self.feed.is_none() { None } else { self.decode_any() }
    }

    /// What the application asked for itself.
    fn own_work(&mut self) -> Option<Turn> {
        if self.noticed || self.clock.may_be_due() { self.own_turn() } else { None }
    }

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
