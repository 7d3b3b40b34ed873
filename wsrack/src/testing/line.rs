//! The hand on a line: what happens to it while it is in use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// A hand on the stream of one connection: it holds bytes up, ends the stream, breaks it.
///
/// All is said from the side that the line was put around: the server's, for the clients of a
/// [`TestServer`](super::TestServer). Clones are hands on the same line.
///
/// ```
/// # use wsrack::prelude::*;
/// # struct Chat;
/// # #[websocket_app] impl Chat { #[on_message] fn echo<'m>(&self, text: &'m str) -> &'m str { text } }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> wsrack::Result {
/// # let server = wsrack::routes! { "/" => Chat }.test().await?;
/// let mut client = server.connect("/").await?;
/// client.line().hold_reads();
/// client.send("on its way").await?;
/// client.line().release();
/// assert_eq!(client.next_text().await?, "on its way");
/// client.line().reset();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Line(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    health: Health,
    reads_held: bool,
    writes_held: bool,
    /// Bytes that may still be read before the line breaks.
    cut_after: Option<usize>,
    read: u64,
    written: u64,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Health {
    #[default]
    Good,
    /// The peer has shut its side.
    Ended,
    Reset,
}

/// What a read or a write finds.
pub(super) enum Gate {
    /// At most so many bytes may pass.
    Open(usize),
    /// The stream has ended.
    Ended,
    /// The stream is broken.
    Reset,
}

impl Line {
    /// Reads find nothing until [`release`](Self::release): the network holds up what the peer sends.
    pub fn hold_reads(&self) {
        self.change(|state| state.reads_held = true);
    }

    /// Writes are refused until [`release`](Self::release): the peer does not read, and the buffers between
    /// are full.
    pub fn hold_writes(&self) {
        self.change(|state| state.writes_held = true);
    }

    /// Ends what was held up.
    pub fn release(&self) {
        self.change(|state| (state.reads_held, state.writes_held) = (false, false));
    }

    /// Reads find the end of the stream, writes still pass: the peer has shut its side. Bytes on their way
    /// are lost.
    pub fn half_close(&self) {
        self.change(|state| state.health = Health::Ended);
    }

    /// Reads and writes fail from now on, as after a TCP reset. Bytes on their way are lost.
    pub fn reset(&self) {
        self.change(|state| state.health = Health::Reset);
    }

    /// The same after `bytes` more have been read, so that the line dies inside a frame.
    pub fn cut_after(&self, bytes: usize) {
        self.change(|state| state.cut_after = Some(bytes));
    }

    /// How many bytes have been read so far.
    pub fn read(&self) -> u64 {
        self.lock().read
    }

    /// How many bytes have been written so far.
    pub fn written(&self) -> u64 {
        self.lock().written
    }

    pub(super) fn poll_read(&self, task: &Context<'_>) -> Poll<Gate> {
        let mut state = self.lock();
        if state.cut_after == Some(0) {
            state.health = Health::Reset;
        }
        match state.health {
            Health::Good => {}
            Health::Ended => return Poll::Ready(Gate::Ended),
            Health::Reset => return Poll::Ready(Gate::Reset),
        }
        state.reader = Some(task.waker().clone());
        if state.reads_held {
            Poll::Pending
        } else {
            Poll::Ready(Gate::Open(state.cut_after.unwrap_or(usize::MAX)))
        }
    }

    pub(super) fn poll_write(&self, task: &Context<'_>) -> Poll<Gate> {
        let mut state = self.lock();
        if state.health == Health::Reset {
            return Poll::Ready(Gate::Reset);
        }
        state.writer = Some(task.waker().clone());
        if state.writes_held { Poll::Pending } else { Poll::Ready(Gate::Open(usize::MAX)) }
    }

    pub(super) fn has_read(&self, bytes: usize) {
        let mut state = self.lock();
        state.read += wide(bytes);
        if let Some(left) = &mut state.cut_after {
            *left = left.saturating_sub(bytes);
        }
    }

    pub(super) fn has_written(&self, bytes: usize) {
        self.lock().written += wide(bytes);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        let waiting = [state.reader.take(), state.writer.take()];
        drop(state);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wide(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
