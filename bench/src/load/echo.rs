//! Text back and forth.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::task::{JoinSet, LocalSet};

use super::connection::Connection;
use super::ring::Ring;
use crate::{Result, wire};

/// Different messages on a connection, at least.
const VARIETY: usize = 7;

pub(super) struct Load {
    connections: Vec<Connection>,
    frames: Rc<Frames>,
    in_flight: usize,
}

struct Frames {
    sent: Ring,
    expected: Ring,
}

impl Load {
    pub(super) async fn open(
        server: SocketAddr,
        size: usize,
        connections: usize,
        in_flight: usize,
    ) -> Result<Self> {
        let texts: Vec<_> = (0..VARIETY.max(in_flight)).map(|number| wire::text(number, size)).collect();
        let ring = |frame: fn(u8, &[u8]) -> Vec<u8>| {
            Ring::new(&texts.iter().map(|text| frame(wire::TEXT, text)).collect::<Vec<_>>())
        };
        let frames = Rc::new(Frames { sent: ring(wire::masked), expected: ring(wire::plain) });
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            let mut connection = Connection::open(server, "/").await?;
            // Once, so that both sides are warm.
            connection.send(frames.sent.run(0, VARIETY)).await?;
            while connection.receive(&frames.expected).await? < VARIETY {}
            open.push(connection);
        }
        Ok(Self { connections: open, frames, in_flight })
    }

    pub(super) async fn run(self, count: usize) -> Result<usize> {
        let done = Rc::new(Cell::new(0));
        let mut tasks = JoinSet::new();
        let local = LocalSet::new();
        for connection in self.connections {
            let (frames, done) = (self.frames.clone(), done.clone());
            tasks.spawn_local_on(work(connection, frames, self.in_flight, done, count), &local);
        }
        local.run_until(super::all(tasks)).await.map(|()| done.get())
    }
}

/// Sends as many as have come back, until all connections together have done `count`.
async fn work(
    mut connection: Connection,
    frames: Rc<Frames>,
    in_flight: usize,
    done: Rc<Cell<usize>>,
    count: usize,
) -> Result {
    let (mut sent, mut received) = (VARIETY + in_flight, VARIETY);
    connection.send(frames.sent.run(VARIETY, in_flight)).await?;
    while received < sent {
        let now = connection.receive(&frames.expected).await?;
        let fresh = now - received;
        received = now;
        done.set(done.get() + fresh);
        if fresh > 0 && done.get() < count {
            connection.send(frames.sent.run(sent, fresh)).await?;
            sent += fresh;
        }
    }
    Ok(())
}
