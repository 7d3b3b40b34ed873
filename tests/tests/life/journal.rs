//! What handlers did, in the order in which they did it.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;
use wsrack::testing::TestServer;

/// Long beside every time-out of a connection, and over at once on the paused clock.
const PATIENCE: Duration = Duration::from_hours(1);

/// What handlers write with.
#[derive(Clone, Debug)]
pub(crate) struct Pen(mpsc::UnboundedSender<String>);

/// What was written.
#[derive(Debug)]
pub(crate) struct Journal(mpsc::UnboundedReceiver<String>);

pub(crate) fn journal() -> (Pen, Journal) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (Pen(sender), Journal(receiver))
}

impl Pen {
    pub(crate) fn write(&self, line: impl Into<String>) {
        // A test that has ended reads no more.
        let _ended = self.0.send(line.into());
    }
}

impl Journal {
    /// Waits for the next line.
    pub(crate) async fn next(&mut self) -> String {
        match timeout(PATIENCE, self.0.recv()).await {
            Ok(Some(line)) => line,
            Ok(None) => "(nobody writes any more)".to_owned(),
            Err(_) => format!("(nothing for {PATIENCE:?})"),
        }
    }

    /// The lines that are there already.
    pub(crate) fn written(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.0.try_recv().ok()).collect()
    }

    /// Stops the server, and gives all lines that nobody has read; nothing can follow them.
    pub(crate) async fn rest(mut self, server: TestServer) -> wsrack::Result<Vec<String>> {
        server.shutdown().await?;
        let mut lines = Vec::new();
        while let Some(line) = timeout(PATIENCE, self.0.recv()).await? {
            lines.push(line);
        }
        Ok(lines)
    }

    /// Waits for these lines, then stops the server and sees that nothing followed.
    #[track_caller]
    pub(crate) fn is(
        mut self,
        server: TestServer,
        expected: &[&str],
    ) -> impl Future<Output = wsrack::Result> {
        let place = std::panic::Location::caller();
        async move {
            let mut lines = Vec::new();
            for _ in expected {
                lines.push(self.next().await);
            }
            lines.extend(self.rest(server).await?);
            assert_eq!(lines, expected, "at {place}");
            Ok(())
        }
    }
}
