//! Threads with a runtime each, whose connections stay where they were accepted.

use std::any::Any;
use std::fmt::Display;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::log::log;

/// How long threads may take to end when all is done.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Running threads. When this is dropped they end, and what still runs on them is dropped.
#[derive(Debug)]
pub(super) struct Workers {
    /// Ends the threads, when it is dropped.
    release: watch::Sender<()>,
    ended: mpsc::Receiver<Ended>,
}

/// A thread is over, and how that came.
#[derive(Debug)]
struct Ended {
    index: usize,
    result: Result<(), String>,
}

impl Workers {
    /// Starts `count` threads, each with a runtime of its own that runs `work`, and then what that has spawned. `work`
    /// is called inside of the runtime.
    ///
    /// # Errors
    ///
    /// Where the system has no more threads or descriptors, and what `work` ends in; threads that had started end.
    pub(super) fn spawn<F>(
        count: usize,
        blocking_threads: Option<usize>,
        work: impl Fn(usize) -> io::Result<F>,
    ) -> io::Result<Self>
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let release = watch::Sender::new(());
        let (sender, ended) = mpsc::channel(count);
        for index in 0..count {
            // The pool is that of all.
            let blocking = blocking_threads.map(|threads| threads.div_ceil(count));
            let runtime = runtime(blocking)?;
            let entered = runtime.enter();
            let work = work(index);
            drop(entered);
            let work = match work {
                Ok(work) => work,
                Err(error) => {
                    // Its drop would block.
                    runtime.shutdown_background();
                    return Err(error);
                }
            };
            let (released, sender) = (release.subscribe(), sender.clone());
            thread::Builder::new().name(format!("wsrack-{index}")).spawn(move || {
                let result = run(runtime, work, released);
                // There is room for one of each; who does not hear it has been dropped.
                let _gone = sender.try_send(Ended { index, result });
            })?;
        }
        Ok(Self { release, ended })
    }

    /// Waits until a thread ends, which it does not while all is well.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, no end is lost.
    pub(super) async fn failed(&mut self) -> String {
        match self.ended.recv().await {
            Some(Ended { index, result: Err(why) }) => format!("worker {index} has failed: {why}"),
            Some(Ended { index, result: Ok(()) }) => format!("worker {index} has ended"),
            None => "the workers have ended".to_owned(),
        }
    }

    /// Ends the threads and waits for them, but not for ever: one may be stuck in a handler that blocks.
    pub(super) async fn end(self) {
        let Self { release, mut ended } = self;
        drop(release);
        let all = async {
            while let Some(Ended { index, result }) = ended.recv().await {
                if let Err(why) = result {
                    log!(error, "worker {index} has failed: {why}");
                }
            }
        };
        if timeout(LAST_WORDS, all).await.is_err() {
            log!(error, "a worker does not end; it is left behind");
        }
    }
}

fn runtime(blocking_threads: Option<usize>) -> io::Result<Runtime> {
    let mut builder = Builder::new_current_thread();
    if let Some(threads) = blocking_threads {
        builder.max_blocking_threads(threads.max(1));
    }
    builder.enable_all().build()
}

fn run(
    runtime: Runtime,
    work: impl Future<Output = io::Result<()>>,
    mut released: watch::Receiver<()>,
) -> Result<(), String> {
    let work = async {
        work.await?;
        // Connections live on. It ends with the sender, nothing is ever sent.
        let _dropped = released.changed().await;
        Ok::<(), io::Error>(())
    };
    // What the thread leaves half done is its own.
    let result = catch_unwind(AssertUnwindSafe(|| runtime.block_on(work)));
    // Nobody waits for a blocking handler that does not end.
    runtime.shutdown_background();
    match result {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(panic) => Err(message(&*panic).to_string()),
    }
}

fn message(panic: &(dyn Any + Send)) -> &dyn Display {
    panic
        .downcast_ref::<String>()
        .map(|text| text as &dyn Display)
        .or_else(|| panic.downcast_ref::<&'static str>().map(|text| text as &dyn Display))
        .unwrap_or(&"a panic")
}

#[cfg(test)]
mod tests;
