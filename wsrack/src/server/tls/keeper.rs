//! What TLS is spoken with now, while certificates change.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::SystemTime;

use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};
use tokio_rustls::rustls::server::ServerConfig;

use super::Tls;
use crate::error::Result;
use crate::log::log;

/// The TLS of one server.
pub(crate) struct Keeper {
    tls: Tls,
    protocols: &'static [&'static [u8]],
    current: RwLock<Arc<ServerConfig>>,
    /// The files as they were when they were last read.
    seen: Mutex<Vec<Stamp>>,
}

/// When a file was written, how long it is, and which it is; `None` where it is gone.
type Stamp = Option<(SystemTime, u64, u64)>;

impl Keeper {
    /// `protocols` are those that clients may choose from (RFC 7301), the best first.
    ///
    /// # Errors
    ///
    /// As [`Tls::from_pem_files`].
    pub(crate) fn new(tls: Tls, protocols: &'static [&'static [u8]]) -> Result<Self> {
        let seen = Mutex::new(stamps(&tls));
        let current = RwLock::new(Arc::new(tls.configure(protocols)?));
        Ok(Self { tls, protocols, current, seen })
    }

    pub(super) fn current(&self) -> Arc<ServerConfig> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the files again. New connections have what they hold; those that are open go on as they are.
    ///
    /// # Errors
    ///
    /// As [`Tls::from_pem_files`]; all stays as it was.
    pub(crate) fn reload(&self) -> Result<()> {
        // Before the files are read: what is written meanwhile is seen the next time.
        *self.seen() = stamps(&self.tls);
        let fresh = Arc::new(self.tls.configure(self.protocols)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Reloads when a file has changed, if that is asked for.
    async fn watch(self: Arc<Self>) {
        let Some(every) = self.tls.watch.filter(|every| !every.is_zero()) else { return };
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let keeper = self.clone();
            // Files may lie on a disk that is slow.
            let _done = spawn_blocking(move || keeper.reload_if_changed()).await;
        }
    }

    fn reload_if_changed(&self) {
        if stamps(&self.tls) == *self.seen() {
            return;
        }
        match self.reload() {
            Ok(()) => tracing::info!(target: "wsrack", "the certificates have changed and are read again"),
            Err(error) => log!(error, "the certificates have changed, and the old ones stay in use: {error}"),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Vec<Stamp>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks after the files until it is dropped.
pub(crate) struct Watch(JoinHandle<()>);

impl Watch {
    pub(crate) fn begin(keeper: Arc<Keeper>) -> Self {
        Self(tokio::spawn(keeper.watch()))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tls.fmt(f)
    }
}

fn stamps(tls: &Tls) -> Vec<Stamp> {
    tls.files().map(stamp).collect()
}

fn stamp(path: &Path) -> Stamp {
    let file = std::fs::metadata(path).ok()?;
    Some((file.modified().ok()?, file.len(), number(&file)))
}

#[cfg(unix)]
fn number(file: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(file)
}

#[cfg(not(unix))]
fn number(_file: &std::fs::Metadata) -> u64 {
    0
}
