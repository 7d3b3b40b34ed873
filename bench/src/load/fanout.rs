//! One speaks, all hear.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::sync::Notify;
use tokio::task::{JoinSet, LocalSet};

use super::connection::Connection;
use super::ring::Ring;
use crate::{Result, wire};

/// Different messages.
const VARIETY: usize = 16;

pub(super) struct Load {
    speaker: Connection,
    hearers: Vec<Connection>,
    sent: Ring,
    expected: Rc<Ring>,
    in_flight: usize,
}

/// How far the messages under way have come.
struct Progress {
    /// How many have not got each, by its number modulo [`VARIETY`].
    missing: RefCell<[usize; VARIETY]>,
    hearers: usize,
    arrived: Notify,
}

impl Load {
    pub(super) async fn open(
        server: SocketAddr,
        size: usize,
        connections: usize,
        in_flight: usize,
    ) -> Result<Self> {
        let texts: Vec<_> = (0..VARIETY).map(|number| wire::text(number, size)).collect();
        let ring = |frame: fn(u8, &[u8]) -> Vec<u8>| {
            Ring::new(&texts.iter().map(|text| frame(wire::TEXT, text)).collect::<Vec<_>>())
        };
        let mut hearers = Vec::with_capacity(connections);
        for _ in 0..connections {
            hearers.push(Connection::open(server, "/fanout").await?);
        }
        // It speaks over a connection that hears nothing back before all are there.
        let speaker = Connection::open(server, "/say").await?;
        Ok(Self {
            speaker,
            hearers,
            sent: ring(wire::masked),
            expected: Rc::new(ring(wire::plain)),
            in_flight,
        })
    }

    pub(super) async fn run(mut self, count: usize) -> Result<usize> {
        let progress = Rc::new(Progress {
            missing: RefCell::new([self.hearers.len(); VARIETY]),
            hearers: self.hearers.len(),
            arrived: Notify::new(),
        });
        let local = LocalSet::new();
        let mut tasks = JoinSet::new();
        for hearer in self.hearers {
            tasks.spawn_local_on(hear(hearer, self.expected.clone(), progress.clone(), count), &local);
        }
        let speak = async {
            let (mut sent, mut done) = (0, 0);
            while done < count {
                let more = (done + self.in_flight).min(count) - sent;
                self.speaker.send(self.sent.run(sent, more)).await?;
                sent += more;
                progress.arrived.notified().await;
                done += progress.take_arrived(done, sent);
            }
            Ok(())
        };
        // Where one that hears fails, so does all.
        local.run_until(async { tokio::try_join!(super::all(tasks), speak) }).await.map(|_| count)
    }
}

async fn hear(mut hearer: Connection, expected: Rc<Ring>, progress: Rc<Progress>, count: usize) -> Result {
    let mut received = 0;
    while received < count {
        let now = hearer.receive(&expected).await?;
        progress.heard(received, now);
        received = now;
    }
    Ok(())
}

impl Progress {
    fn heard(&self, from: usize, to: usize) {
        let mut missing = self.missing.borrow_mut();
        for number in from..to {
            missing[number % VARIETY] -= 1;
            if missing[number % VARIETY] == 0 {
                self.arrived.notify_one();
            }
        }
    }

    /// How many of the messages from `from` on have come to all.
    fn take_arrived(&self, from: usize, to: usize) -> usize {
        let mut missing = self.missing.borrow_mut();
        let arrived = (from..to).take_while(|number| missing[number % VARIETY] == 0).count();
        for number in from..from + arrived {
            missing[number % VARIETY] = self.hearers;
        }
        arrived
    }
}
