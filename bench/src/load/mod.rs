//! The load generator: one thread, every reply checked, every wait bounded.

mod churn;
mod connection;
mod echo;
mod fanout;
mod packed;
mod ring;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::Result;

/// What is done to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Text goes back and forth on some connections, each with so many messages under way.
    Echo {
        /// Bytes of a message.
        size: usize,
        /// Connections.
        connections: usize,
        /// Messages under way on each.
        in_flight: usize,
    },
    /// The same with 1 KiB of JSON, compressed both ways (RFC 7692).
    Packed {
        /// What the server sends may refer to what it sent before.
        takeover: bool,
        /// Connections.
        connections: usize,
        /// Messages under way on each.
        in_flight: usize,
    },
    /// Connect, echo once, close; so many at a time.
    Churn {
        /// Connections at a time.
        connections: usize,
    },
    /// One connection sends text to all.
    Fanout {
        /// Bytes of a message.
        size: usize,
        /// Who gets each message.
        connections: usize,
        /// Messages that not all have got.
        in_flight: usize,
    },
}

/// What a run has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Messages, connections or deliveries.
    pub count: usize,
    /// Bytes of the frames that the server sent, where they are counted.
    pub bytes: Option<usize>,
}

impl Scenario {
    /// Runs it in the calling thread: `count` messages, connections or deliveries, in all or a few more.
    ///
    /// Opening the connections comes before; `begin` and `end` are called around what counts.
    ///
    /// # Errors
    ///
    /// Where a reply is wrong, or none comes for a minute.
    pub fn run(
        self,
        server: SocketAddr,
        count: usize,
        begin: impl FnOnce(),
        end: impl FnOnce(),
    ) -> Result<Done> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            match self {
                Self::Echo { size, connections, in_flight } => {
                    let load = echo::Load::open(server, size, connections, in_flight).await?;
                    begin();
                    let done = bounded(load.run(count)).await?;
                    end();
                    Ok(done.into())
                }
                Self::Packed { takeover, connections, in_flight } => {
                    let load = packed::Load::open(server, takeover, connections, in_flight).await?;
                    begin();
                    let done = bounded(load.run(count)).await?;
                    end();
                    Ok(done)
                }
                Self::Churn { connections } => {
                    begin();
                    let done = bounded(churn::run(server, connections, count)).await?;
                    end();
                    Ok(done.into())
                }
                Self::Fanout { size, connections, in_flight } => {
                    let load = fanout::Load::open(server, size, connections, in_flight).await?;
                    begin();
                    let done = bounded(load.run(count / connections)).await?;
                    end();
                    Ok((done * connections).into())
                }
            }
        })
    }
}

impl From<usize> for Done {
    fn from(count: usize) -> Self {
        Self { count, bytes: None }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Echo { size, connections, in_flight } => {
                write!(f, "echo {size} B x {connections} x {in_flight}")
            }
            Self::Packed { takeover, connections, in_flight } => {
                let takeover = if *takeover { "with" } else { "no" };
                write!(f, "1 KiB of JSON deflate, {takeover} takeover x {connections} x {in_flight}")
            }
            Self::Churn { .. } => f.write_str("connect + echo + close"),
            Self::Fanout { size, connections, in_flight } => {
                write!(f, "fan-out {size} B to {connections} x {in_flight}")
            }
        }
    }
}

async fn bounded<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(Duration::from_mins(5), work).await.map_err(|_| "no end after five minutes")?
}

/// Awaits all tasks; the first error ends it.
async fn all(mut tasks: JoinSet<Result>) -> Result {
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}
