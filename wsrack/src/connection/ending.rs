//! How a connection ends: for which reason, with which frame, and what is waited for.

use std::task::{Context, Poll, ready};

use super::core::Core;
use crate::close::{Cause, Close, CloseCode};
use crate::error::Error;
use crate::outbox::Queue;
use crate::protocol::{CloseFrame, Event, ProtocolError};

/// Why the connection ends, and how far that has come.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) close: Close,
    /// What the close frame says; none is sent where `cut`.
    pub(super) frame: Option<(CloseCode, Box<str>)>,
    pub(super) manner: Manner,
    pub(super) stage: Stage,
    /// When this began, or last made progress, in milliseconds of the connection's clock.
    pub(super) since: u32,
}

/// What a close asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// The peer closes: messages that came before are handled, then its frame is answered.
    Answer,
    /// This side closes: the peer's answer is awaited.
    Ask,
    /// As [`Ask`](Self::Ask), but a handler that is at work answers first.
    AskInTurn,
    /// The peer broke a rule: it is told, and nothing more is understood.
    Fail,
    /// The stream is gone or stuck, or the connection has to be.
    Cut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Handlers may still be at work, nothing has been sent.
    Begun,
    /// The close frame is queued, with all that came before it.
    Sending,
    /// The peer's close frame is awaited.
    Waiting,
    /// This side of the stream is being shut.
    Shutting,
    /// What the peer still sends is read and dropped, so that no reset overtakes the close frame.
    Draining,
    Done,
}

impl Ending {
    fn new(manner: Manner, cause: Cause, code: CloseCode, reason: &str, since: u32) -> Self {
        let close = Close { code, reason: reason.to_owned(), was_clean: false, cause };
        let stage = if manner == Manner::Cut { Stage::Done } else { Stage::Begun };
        Self { close, frame: None, manner, stage, since }
    }

    /// The peer sent a close frame.
    pub(super) fn client(frame: Option<CloseFrame>, since: u32) -> Self {
        let (code, reason) = match &frame {
            Some(frame) => (frame.code, frame.reason.as_str()),
            None => (CloseCode::NO_STATUS, ""),
        };
        let mut ending = Self::new(Manner::Answer, Cause::Client, code, reason, since);
        ending.close.was_clean = true;
        ending.frame = frame.map(|frame| (frame.code, frame.reason.as_str().into()));
        ending
    }

    /// This side closes with a code and a reason.
    pub(super) fn server(cause: Cause, code: CloseCode, reason: &str, since: u32) -> Self {
        let manner = if cause == Cause::Shutdown { Manner::AskInTurn } else { Manner::Ask };
        let mut ending = Self::new(manner, cause, code, reason, since);
        ending.frame = Some((code, reason.into()));
        ending
    }

    /// The peer broke the protocol.
    pub(super) fn protocol(error: ProtocolError, since: u32) -> Self {
        let code = error.close_code();
        let mut ending = Self::new(Manner::Fail, Cause::Protocol, code, &error.to_string(), since);
        ending.frame = Some((code, "".into()));
        ending
    }

    /// The peer sends more messages than `message_rate` allows.
    pub(super) fn too_many_messages(since: u32) -> Self {
        Self::server(Cause::Protocol, CloseCode::POLICY, "too many messages", since)
    }

    /// A handler failed.
    pub(super) fn error(error: &Error, since: u32) -> Self {
        let (cause, code, reason) = if error.is_unhandled() {
            (Cause::Protocol, CloseCode::UNSUPPORTED, error.to_string())
        } else if error.is_decode() {
            (Cause::Protocol, CloseCode::INVALID, String::new())
        } else if error.is_panic() {
            (Cause::Panic, CloseCode::ERROR, String::new())
        } else {
            (Cause::Error, CloseCode::ERROR, String::new())
        };
        Self::server(cause, code, &reason, since)
    }

    /// `on_error` itself failed: whatever it is, it is the server's.
    pub(super) fn of_on_error(error: &Error, since: u32) -> Self {
        let cause = if error.is_panic() { Cause::Panic } else { Cause::Error };
        Self::server(cause, CloseCode::ERROR, "", since)
    }

    /// The stream is no longer of use.
    pub(super) fn cut(cause: Cause, code: CloseCode, since: u32) -> Self {
        Self::new(Manner::Cut, cause, code, "", since)
    }

    /// Whether messages that came before are still handled. Not where the last reply `is_cut`: nothing may follow it.
    pub(super) fn lets_messages_through(&self, is_cut: bool) -> bool {
        match self.manner {
            Manner::Answer | Manner::Fail => !is_cut,
            Manner::Ask | Manner::AskInTurn => false,
            Manner::Cut => self.close.cause == Cause::Lost,
        }
    }

    /// Nothing more is sent or awaited.
    pub(super) fn break_off(&mut self) {
        if self.stage <= Stage::Sending {
            // The peer may have closed, but it has not been answered.
            self.close.was_clean = false;
        }
        self.stage = Stage::Done;
    }

    /// Whether the close frame is sent though a handler is at work, which the peer's `close_timeout` may have
    /// `passed`.
    fn is_due(&self, passed: bool) -> bool {
        match self.manner {
            Manner::Ask | Manner::Cut => true,
            // The peer waits for the answer, and not for ever.
            Manner::Answer | Manner::Fail => self.stage > Stage::Begun || passed,
            // What the handler received is answered first; the graceful period is its bound.
            Manner::AskInTurn => self.stage > Stage::Begun,
        }
    }
}

impl Core {
    /// Whether the end goes on beside a handler that is still at work.
    pub(super) fn end_is_due(&self) -> bool {
        let timeout = self.outbox.policy().settings.close_timeout;
        self.ending
            .as_ref()
            .is_some_and(|ending| ending.is_due(self.clock.passed_since(ending.since, timeout)))
    }

    /// Closes: sends what is queued and the close frame, awaits the peer's, shuts the stream. Ready when all is
    /// done, or when the peer has taken nothing, or has not answered, for `close_timeout`.
    pub(super) fn poll_end(&mut self, task: &mut Context<'_>) -> Poll<()> {
        self.outbox.running();
        loop {
            if self.poll_stages(task).is_ready() {
                return Poll::Ready(());
            }
            if !self.heed_signals() && self.poll_sleep(task).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Waits for the end of the server's graceful period, all else being done.
    pub(super) fn poll_killed(&mut self, task: &mut Context<'_>) -> Poll<()> {
        while !self.killed {
            if !self.heed_signals() && self.poll_sleep(task).is_pending() {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }

    fn poll_stages(&mut self, task: &mut Context<'_>) -> Poll<()> {
        while let Some(stage) = self.ending.as_ref().map(|ending| ending.stage) {
            let next = match stage {
                Stage::Begun => self.queue_close_frame(),
                Stage::Sending => match ready!(self.poll_write(task)) {
                    Ok(()) if !self.outbox.wire().has_close() => Stage::Shutting,
                    Ok(()) if matches!(self.manner(), Some(Manner::Ask | Manner::AskInTurn)) => {
                        Stage::Waiting
                    }
                    Ok(()) => Stage::Shutting,
                    Err(_) => {
                        if let Some(ending) = &mut self.ending {
                            ending.break_off();
                        }
                        Stage::Done
                    }
                },
                Stage::Waiting => ready!(self.poll_peers_close(task)),
                Stage::Shutting if self.io.is_plain_socket() && !self.may_hear_more() => Stage::Done,
                Stage::Shutting => match ready!(self.io.poll_shutdown(task)) {
                    Ok(()) if self.may_hear_more() => Stage::Draining,
                    _ => Stage::Done,
                },
                Stage::Draining => match ready!(self.poll_read(task)) {
                    Ok(1..) => {
                        self.input.clear();
                        Stage::Draining
                    }
                    _ => Stage::Done,
                },
                Stage::Done => {
                    // The handlers that are still to run need no descriptor.
                    self.io.close();
                    return Poll::Ready(());
                }
            };
            if let Some(ending) = &mut self.ending {
                ending.stage = next;
            }
        }
        Poll::Ready(())
    }

    /// The peer takes what was queued before the close frame: its time begins anew.
    pub(super) fn end_makes_progress(&mut self) {
        if let Some(ending) = &mut self.ending
            && ending.stage == Stage::Sending
        {
            ending.since = self.clock.now();
        }
    }

    fn manner(&self) -> Option<Manner> {
        self.ending.as_ref().map(|ending| ending.manner)
    }

    /// Whether the peer may still be sending, not having said that it is done.
    fn may_hear_more(&self) -> bool {
        self.manner() == Some(Manner::Fail) || !self.outbox.wire().has_close() || self.cannot_go_on()
    }

    /// A message is cut in the midst where any byte behind it, also that of a close frame, would be its end.
    fn cannot_go_on(&self) -> bool {
        self.outbox.is_within_message() && !self.outbox.wire().trailer().is_empty()
    }

    /// All that was queued before, then the close frame; from now on nothing can be sent.
    fn queue_close_frame(&mut self) -> Stage {
        self.outbox.shut(false);
        let left = self.writing.as_ref().map_or(0, |queue| queue.len());
        let queued = self.outbox.take(left);
        let cannot_go_on = self.cannot_go_on();
        let Some(ending) = &mut self.ending else { return Stage::Done };
        ending.since = self.clock.now();
        let writing = self.writing.get_or_insert_with(Queue::pooled);
        if let Some(queued) = queued {
            writing.append(queued);
        }
        let (wire, frame) = (self.outbox.wire(), ending.frame.take());
        if cannot_go_on {
            (ending.manner, ending.close.was_clean) = (Manner::Cut, false);
            self.clock.changed();
            return Stage::Sending;
        }
        match self.codec.close_answer() {
            Some(body) if ending.manner == Manner::Answer => wire.close_answer(body, writing.tail()),
            _ => wire.close(frame.as_ref().map(|(code, reason)| (*code, &**reason)), writing.tail()),
        }
        self.clock.changed();
        Stage::Sending
    }

    /// Reads on to the peer's close frame. Messages before it come too late for the application.
    fn poll_peers_close(&mut self, task: &mut Context<'_>) -> Poll<Stage> {
        loop {
            loop {
                match self.codec.decode(&mut self.input, &self.outbox.policy().limits) {
                    Ok(Some(Event::Close(_))) => {
                        if let Some(ending) = &mut self.ending {
                            ending.close.was_clean = true;
                        }
                        return Poll::Ready(Stage::Shutting);
                    }
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(_) => return Poll::Ready(Stage::Done),
                }
            }
            match ready!(self.poll_read(task)) {
                Ok(1..) => {}
                _ => return Poll::Ready(Stage::Done),
            }
        }
    }

    /// What `on_close` is told; a code of ours that the peer's draft does not have has not been sent. The end stays
    /// reached: beside `on_close` nothing is read any more.
    pub(super) fn close(&mut self) -> Close {
        self.inbox = None;
        super::buffers::give_back(std::mem::take(&mut self.input));
        let cut = || Box::new(Ending::cut(Cause::Lost, CloseCode::ABNORMAL, 0));
        let ending = self.ending.get_or_insert_with(cut);
        let mut close = ending.close.clone();
        if ending.manner != Manner::Answer && !self.outbox.wire().has_code(close.code) {
            close.code = if close.was_clean { CloseCode::NO_STATUS } else { CloseCode::ABNORMAL };
        }
        close
    }
}
