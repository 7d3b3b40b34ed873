//! The connection's work on its socket: write what waits, heed signals, read, and go to sleep.

use std::io::{self, IoSlice};
use std::task::{Context, Poll, ready};

use bytes::BytesMut;

use super::buffers;
use super::core::Core;
use super::ending::Ending;
use crate::close::{Cause, CloseCode};
use crate::outbox::{Queue, SLICES, Signals};

/// Reads in a row before other connections of the worker have their turn.
const READS: u8 = 16;

/// What is left of a buffer moves to a smaller one where it takes less than this share of it.
const SHRINK: usize = 2;

impl Core {
    /// Writes, heeds signals and reads, once. Ready when something has changed; pending when the task may
    /// sleep. Where all `is_calm`, nothing keeps it from reading.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    pub(super) fn poll_transport(&mut self, task: &mut Context<'_>, is_calm: bool) -> Poll<()> {
        let held_back = !is_calm && !self.may_take_turn();
        if self.may_write()
            && !(is_calm && self.write_at_once())
            && let Poll::Ready(Err(error)) = self.poll_write(task)
        {
            self.deafened(&error);
        }
        if self.heed_signals() || (held_back && self.may_take_turn()) {
            return Poll::Ready(());
        }
        let reads = is_calm || (self.ending.is_none() && !self.pauses());
        if reads && self.poll_fill(task).is_ready() {
            return Poll::Ready(());
        }
        self.poll_sleep(task)
    }

    /// Lets other connections of the worker have their turn, but not before what was said is written, what was
    /// told is heard, and the peer is.
    pub(super) fn poll_give_way<T>(&mut self, task: &mut Context<'_>) -> Poll<T> {
        self.turns = 0;
        if let Poll::Ready(Err(error)) = self.poll_write(task) {
            self.deafened(&error);
        }
        self.heed_signals();
        let reads = self.input.is_empty() && self.ending.is_none() && !self.pauses();
        if reads {
            // Whether or not something came: there are turns to take anyway.
            let _came = self.poll_fill(task);
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }

    /// Pauses reading while there is no room for what would be read, and lets the idle clock stand still.
    #[inline]
    fn pauses(&mut self) -> bool {
        let waits = self.inbox.is_some() || self.feed.is_some();
        let pauses = (waits && self.inbox_is_full()) || !self.outbox.has_room();
        if pauses != self.paused {
            self.paused = pauses;
            self.clock.received();
            self.clock.changed();
        }
        pauses
    }

    /// Reads once. Ready when there is something new to decode, or the stream has ended.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    fn poll_fill(&mut self, task: &mut Context<'_>) -> Poll<()> {
        match ready!(self.poll_read(task)) {
            Ok(0) => self.lost(&io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => {
                self.clock.received();
                if !self.outbox.wire().supports_ping() {
                    // Whether a frame is under way decides whether there is a deadline.
                    self.clock.changed();
                }
            }
            Err(error) => self.lost(&error),
        }
        Poll::Ready(())
    }

    /// Reads behind what is left in `input`, into a buffer that is only kept while there are bytes in it. Pending too where
    /// others are to have their turn.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    pub(super) fn poll_read(&mut self, task: &mut Context<'_>) -> Poll<io::Result<usize>> {
        // What comes when the connection ends is thrown away, and that is in no hurry.
        let reads_max = if self.ending.is_some() { 1 } else { READS };
        if self.reads >= reads_max {
            self.reads = 0;
            task.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.drained {
            // What is most likely is found out without a buffer.
            if self.io.poll_readable(task).is_pending() {
                self.reads = 0;
                if self.input.capacity() > 0 {
                    self.input = shrunk(std::mem::take(&mut self.input));
                }
                return Poll::Pending;
            }
            self.drained = false;
        }
        if self.input.capacity() == 0 {
            self.input = buffers::take();
        } else {
            self.input = buffers::renewed(std::mem::take(&mut self.input));
        }
        let read = self.io.poll_read(task, &mut self.input);
        self.reads = if read.is_pending() { 0 } else { self.reads + 1 };
        if let Poll::Ready(Ok(count)) = &read {
            self.count(|traffic| traffic.bytes_in += *count as u64);
        }
        self.drained = self.input.len() < self.input.capacity();
        if read.is_pending() || self.input.is_empty() {
            self.input = shrunk(std::mem::take(&mut self.input));
        }
        read
    }

    /// Whether there may be something to write or, where the stream holds something back, to flush.
    #[inline]
    fn may_write(&self) -> bool {
        self.writing.is_some() || self.outbox.queued() > 0 || self.io.holds_back()
    }

    /// Where all is calm, what waits is mostly one slice, and the socket takes it whole. If not, the rest waits for
    /// [`poll_write`](Self::poll_write).
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    fn write_at_once(&mut self) -> bool {
        let Some(mut queue) = self.outbox.take(0) else { return false };
        if let Some(bytes) = queue.as_single()
            && let Ok(written) = self.io.try_write(bytes)
        {
            self.count(|traffic| traffic.bytes_out += written as u64);
            queue.advance(written);
            if queue.is_empty() {
                queue.recycle();
                // Who is woken to write has nothing to read, mostly.
                self.drained = true;
                return true;
            }
        }
        self.writing = Some(queue);
        false
    }

    /// Writes what waits. Pending where the socket takes no more.
    pub(super) fn poll_write(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.writing.is_none() {
                self.writing = self.outbox.take(0);
            }
            let Some(queue) = &mut self.writing else { break };
            let mut bytes = 0;
            let written = poll_write_queue(&mut self.io, task, queue, &mut bytes);
            if bytes > 0 {
                self.count(|traffic| traffic.bytes_out += bytes);
                self.clock.sent();
                self.end_makes_progress();
            }
            // Who is woken to write has nothing to read, mostly.
            self.drained = true;
            if written.is_pending() {
                self.clock.blocked();
            }
            ready!(written)?;
            self.clock.unblocked();
            if let Some(queue) = self.writing.take() {
                queue.recycle();
            }
            // What held turns back is only known to be written when the queue is asked again.
            if self.may_take_turn() {
                break;
            }
        }
        self.io.poll_flush(task)
    }

    /// What was told from outside. Whether there was anything.
    #[inline]
    pub(super) fn heed_signals(&mut self) -> bool {
        let signals = self.outbox.take_signals();
        if !signals.is_empty() {
            self.heed(signals);
        }
        !signals.is_empty()
    }

    #[cold]
    fn heed(&mut self, signals: Signals) {
        self.noticed |= signals.contains(Signals::NOTICE);
        let now = self.clock.now();
        if signals.contains(Signals::KILL) {
            self.killed = true;
            self.end(Ending::cut(Cause::Shutdown, self.registration.farewell().0, now));
        }
        if signals.contains(Signals::CLOSE)
            && let Some((code, reason)) = self.outbox.close_requested()
        {
            self.end(Ending::server(Cause::Server, code, &reason, now));
        }
        if signals.contains(Signals::SLOW) {
            self.end(Ending::cut(Cause::SlowClient, CloseCode::POLICY, now));
        }
        if signals.contains(Signals::STOP) {
            let (code, reason) = self.registration.farewell();
            self.end(Ending::server(Cause::Shutdown, code, reason, now));
        }
        if signals.contains(Signals::TIMER) {
            self.check_deadlines();
        }
    }

    /// Sleeps until the socket, a sender or the clock has something. Ready where something has come already.
    #[expect(clippy::inline_always, reason = "on the way of every message; see `bench/src/guards.rs`")]
    #[inline(always)]
    pub(super) fn poll_sleep(&mut self, task: &mut Context<'_>) -> Poll<()> {
        self.turns = 0;
        if self.clock.take_changed() {
            self.set_alarm();
        }
        let left = self.writing.as_ref().map_or(0, |queue| queue.len());
        if !self.outbox.park(task.waker(), left) {
            return Poll::Ready(());
        }
        // Most connections are woken by what has come to be read.
        self.drained = false;
        Poll::Pending
    }

    /// The peer takes no bytes any more. What it sent before is still there to be read, up to the end of the
    /// stream or its error.
    fn deafened(&mut self, error: &io::Error) {
        self.outbox.debug(format_args!("cannot be written to: {error}"));
        self.outbox.shut(false);
        self.discard_queued();
        self.clock.unblocked();
    }

    pub(super) fn lost(&mut self, error: &io::Error) {
        self.outbox.debug(format_args!("lost: {error}"));
        self.end(Ending::cut(Cause::Lost, CloseCode::ABNORMAL, self.clock.now()));
    }
}

/// Writes a queue, and counts what has been written.
#[inline]
fn poll_write_queue(
    io: &mut super::io::Io,
    task: &mut Context<'_>,
    queue: &mut Queue,
    bytes_out: &mut u64,
) -> Poll<io::Result<()>> {
    while !queue.is_empty() {
        let written = match queue.as_single() {
            Some(bytes) => ready!(io.poll_write(task, bytes))?,
            None => {
                let mut slices = [IoSlice::new(&[]); SLICES];
                let filled = queue.slices(&mut slices);
                ready!(io.poll_write_vectored(task, &slices[..filled]))?
            }
        };
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        queue.advance(written);
        *bytes_out += written as u64;
    }
    Poll::Ready(Ok(()))
}

/// A waiting connection keeps the part of a frame that it has, in a block of that size, and else nothing.
#[inline]
fn shrunk(mut buffer: BytesMut) -> BytesMut {
    if !buffer.is_empty() && buffer.len() * SHRINK >= buffer.capacity() {
        return buffer;
    }
    let part = if buffer.is_empty() { BytesMut::new() } else { BytesMut::from(&buffer[..]) };
    buffer.clear();
    buffers::give(buffer);
    part
}
