//! The thread that writes lines, and the way to it.

use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Format;
use super::line::{Line, Times};
use crate::flood::Flood;
use crate::log::log;

/// Lines that may wait to be written.
const WAITING_MAX: usize = 8192;

/// How long the last lines may take when the server has stopped.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The way to the thread that writes. It ends with this.
#[derive(Debug)]
pub(in crate::server) struct Lines {
    format: Format,
    sender: Mutex<Option<SyncSender<String>>>,
    left_out: Arc<AtomicU64>,
    done: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Lines {
    /// # Errors
    ///
    /// Where the system has no more threads.
    pub(super) fn start(format: Format, writer: Box<dyn Write + Send>) -> io::Result<Self> {
        let (sender, lines) = sync_channel(WAITING_MAX);
        let (ended, done) = oneshot::channel();
        let left_out = Arc::new(AtomicU64::new(0));
        let lost = left_out.clone();
        thread::Builder::new().name("wsrack-access".to_owned()).spawn(move || {
            write_all(&lines, writer, &lost);
            drop(ended);
        })?;
        let (sender, done) = (Mutex::new(Some(sender)), Mutex::new(Some(done)));
        Ok(Self { format, sender, left_out, done })
    }

    /// Hands a line to the thread, or leaves it out where too many wait. Does not block.
    pub(super) fn write(&self, line: &Line<'_>, times: Times) {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(sender) = sender else { return };
        if let Err(TrySendError::Full(_)) = sender.try_send(line.format(times, self.format)) {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all is written, but not for ever: a disk may hang.
    pub(in crate::server) async fn end(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(done) = done
            && timeout(LAST_WORDS, done).await.is_err()
        {
            log!(error, "the access log takes too long; its last lines may be lost");
        }
    }
}

fn write_all(lines: &Receiver<String>, writer: Box<dyn Write + Send>, left_out: &AtomicU64) {
    let mut writer = BufWriter::new(writer);
    let flood = Flood::default();
    while let Ok(line) = lines.recv() {
        let mut result = writer.write_all(line.as_bytes());
        // What has gathered meanwhile goes out with it.
        for line in lines.try_iter().take(WAITING_MAX) {
            result = result.and_then(|()| writer.write_all(line.as_bytes()));
        }
        result = result.and_then(|()| writer.flush());
        if let Err(error) = result
            && let Some(more) = flood.passes()
        {
            log!(error, "the access log cannot be written: {error}{more}");
        }
        let count = left_out.swap(0, Ordering::Relaxed);
        if count > 0 {
            log!(warn, "{count} lines were left out of the access log, which is too slow");
        }
    }
}

#[cfg(test)]
mod tests;
