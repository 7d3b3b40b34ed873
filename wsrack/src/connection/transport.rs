//! The connection's work on its socket: write what waits, heed signals, read, and go to sleep.

use std::io::{self, IoSlice};
use std::task::{Context, Poll, ready};

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
    /// sleep.
    pub(super) fn poll_transport(&mut self, task: &mut Context<'_>) -> Poll<()> {
        let held_back = !self.may_take_turn();
        if let Poll::Ready(Err(error)) = self.poll_write(task) {
            self.lost(&error);
            return Poll::Ready(());
        }
        if self.heed_signals() || (held_back && self.may_take_turn()) {
            return Poll::Ready(());
        }
        let reads = self.ending.is_none() && !self.pauses();
        if reads && self.poll_fill(task).is_ready() {
            return Poll::Ready(());
        }
        self.poll_sleep(task)
    }

    /// Pauses reading while there is no room for what would be read, and lets the idle clock stand still.
    fn pauses(&mut self) -> bool {
        let pauses = self.inbox_is_full() || !self.outbox.has_room();
        if pauses != self.paused {
            self.paused = pauses;
            self.clock.received();
            self.clock.changed();
        }
        pauses
    }

    /// Reads once. Ready when there is something new to decode, or the stream has ended.
    fn poll_fill(&mut self, task: &mut Context<'_>) -> Poll<()> {
        if self.reads == READS {
            self.reads = 0;
            task.waker().wake_by_ref();
            return Poll::Pending;
        }
        match self.poll_read(task) {
            Poll::Ready(Ok(0)) => self.lost(&io::ErrorKind::UnexpectedEof.into()),
            Poll::Ready(Ok(_)) => {
                self.reads += 1;
                self.clock.received();
                if !self.outbox.wire().supports_ping() {
                    // Whether a frame is under way decides whether there is a deadline.
                    self.clock.changed();
                }
            }
            Poll::Ready(Err(error)) => self.lost(&error),
            Poll::Pending => {
                self.reads = 0;
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }

    /// Reads behind what is left in `input`, into a buffer that is only kept while there are bytes in it.
    pub(super) fn poll_read(&mut self, task: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let held = std::mem::take(&mut self.input);
        let mut buffer = if !held.is_empty() {
            buffers::take_for(&held)
        } else if held.capacity() > 0 {
            buffers::with_room(held)
        } else {
            buffers::take()
        };
        let read = self.io.poll_read(task, &mut buffer);
        if buffer.is_empty() {
            buffers::give(buffer);
        } else if read.is_pending() {
            self.input = shrunk(buffer);
        } else {
            self.input = buffer;
        }
        read
    }

    /// Writes what waits. Pending where the socket takes no more.
    pub(super) fn poll_write(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.writing.is_none() {
                self.writing = self.outbox.take(0);
            }
            let Some(queue) = &mut self.writing else { break };
            let before = queue.len();
            let written = poll_write_queue(&mut self.io, task, queue);
            if queue.len() < before {
                self.clock.sent();
            }
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
    pub(super) fn heed_signals(&mut self) -> bool {
        let signals = self.outbox.take_signals();
        if signals.is_empty() {
            return false;
        }
        self.noticed |= signals.contains(Signals::NOTICE);
        let now = self.clock.now();
        if signals.contains(Signals::KILL) {
            self.killed = true;
            self.end(Ending::cut(Cause::Shutdown, CloseCode::GOING_AWAY, now));
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
            self.end(Ending::server(Cause::Shutdown, CloseCode::GOING_AWAY, "the server stops", now));
        }
        if signals.contains(Signals::TIMER) {
            self.check_deadlines();
        }
        true
    }

    /// Sleeps until the socket, a sender or the clock has something. Ready where something has come already.
    pub(super) fn poll_sleep(&mut self, task: &mut Context<'_>) -> Poll<()> {
        self.set_alarm();
        let left = self.writing.as_ref().map_or(0, |queue| queue.len());
        if self.outbox.park(task.waker(), left) { Poll::Pending } else { Poll::Ready(()) }
    }

    pub(super) fn lost(&mut self, error: &io::Error) {
        self.outbox.debug(format_args!("lost: {error}"));
        self.end(Ending::cut(Cause::Lost, CloseCode::ABNORMAL, self.clock.now()));
    }
}

fn poll_write_queue(
    io: &mut super::io::Io,
    task: &mut Context<'_>,
    queue: &mut Queue,
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
    }
    Poll::Ready(Ok(()))
}

/// A waiting connection keeps the part of a frame that it has, in a block of that size.
fn shrunk(buffer: bytes::BytesMut) -> bytes::BytesMut {
    if buffer.len() * SHRINK >= buffer.capacity() {
        return buffer;
    }
    let part = bytes::BytesMut::from(&buffer[..]);
    let mut buffer = buffer;
    buffer.clear();
    buffers::give(buffer);
    part
}
