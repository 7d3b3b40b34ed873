//! JSON back and forth, compressed: what comes is inflated and compared with what was sent.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use flate2::{Decompress, FlushDecompress};
use tokio::task::{JoinSet, LocalSet};

use super::Done;
use super::connection::Connection;
use crate::{Result, wire};

/// Different messages.
const VARIETY: usize = 16;

pub(super) struct Load {
    peers: Vec<Peer>,
    messages: Rc<[Message]>,
    in_flight: usize,
}

struct Message {
    text: Vec<u8>,
    frame: Vec<u8>,
}

/// A connection with what its replies are inflated by.
struct Peer {
    connection: Connection,
    state: Decompress,
    forgets: bool,
    /// What has come and is no whole frame.
    buffer: Vec<u8>,
    inflated: Vec<u8>,
}

#[derive(Default)]
struct Count {
    messages: Cell<usize>,
    bytes: Cell<usize>,
}

impl Load {
    pub(super) async fn open(
        server: SocketAddr,
        takeover: bool,
        connections: usize,
        in_flight: usize,
    ) -> Result<Self> {
        let message = |number| -> Result<Message> {
            let text = wire::json(number);
            Ok(Message { frame: wire::packed(&text)?, text })
        };
        let messages: Rc<[Message]> = (0..VARIETY).map(message).collect::<Result<_>>()?;
        let path = if takeover { "/packed-takeover" } else { "/packed" };
        let mut peers = Vec::with_capacity(connections);
        for _ in 0..connections {
            let mut peer = Peer::open(server, path, takeover).await?;
            // Once, so that both sides are warm.
            peer.exchange(&messages, 1, &Count::default(), VARIETY).await?;
            peers.push(peer);
        }
        Ok(Self { peers, messages, in_flight })
    }

    /// Sends until all connections together have got `count` replies.
    pub(super) async fn run(self, count: usize) -> Result<Done> {
        let done = Rc::new(Count::default());
        let mut tasks = JoinSet::new();
        let local = LocalSet::new();
        for mut peer in self.peers {
            let (messages, done) = (self.messages.clone(), done.clone());
            let work = async move { peer.exchange(&messages, self.in_flight, &done, count).await };
            tasks.spawn_local_on(work, &local);
        }
        local.run_until(super::all(tasks)).await?;
        Ok(Done { count: done.messages.get(), bytes: Some(done.bytes.get()) })
    }
}

impl Peer {
    async fn open(server: SocketAddr, path: &str, takeover: bool) -> Result<Self> {
        let connection = Connection::open(server, path).await?;
        let agreed = &connection.extensions;
        let forgets = agreed.contains("server_no_context_takeover");
        if !agreed.starts_with("permessage-deflate") || forgets == takeover {
            return Err(format!("the server does not compress like that: {agreed:?}").into());
        }
        let (state, buffer, inflated) = (Decompress::new(false), Vec::new(), Vec::with_capacity(4096));
        Ok(Self { connection, state, forgets, buffer, inflated })
    }

    async fn exchange(
        &mut self,
        messages: &[Message],
        in_flight: usize,
        done: &Count,
        count: usize,
    ) -> Result {
        let (mut sent, mut received) = (0, 0);
        while received < sent || done.messages.get() < count {
            while sent < received + in_flight && done.messages.get() < count {
                self.connection.send(&messages[sent % VARIETY].frame).await?;
                sent += 1;
            }
            self.connection.read(&mut self.buffer).await?;
            while let Some(len) = self.take(&messages[received % VARIETY].text)? {
                received += 1;
                done.messages.set(done.messages.get() + 1);
                done.bytes.set(done.bytes.get() + len);
            }
        }
        Ok(())
    }

    /// Takes a frame off the buffer, if it is whole; its length.
    fn take(&mut self, expected: &[u8]) -> Result<Option<usize>> {
        let (head, len) = match self.buffer[..] {
            [_, 126, high, low, ..] => (4, usize::from(u16::from_be_bytes([high, low]))),
            [_, len @ 0..=125, ..] => (2, usize::from(len)),
            [_, 127..=255, ..] => return Err("a frame that long was not awaited".into()),
            _ => return Ok(None),
        };
        let whole = head + len;
        if self.buffer.len() < whole {
            return Ok(None);
        }
        if self.buffer[0] != 0x80 | wire::TEXT | wire::PACKED {
            return Err("the reply is not compressed".into());
        }
        if self.forgets {
            self.state.reset(false);
        }
        self.inflated.clear();
        for part in [&self.buffer[head..whole], &wire::TAIL] {
            self.state.decompress_vec(part, &mut self.inflated, FlushDecompress::Sync)?;
        }
        if self.inflated != expected {
            return Err("the server answered something else".into());
        }
        self.buffer.drain(..whole);
        Ok(Some(whole))
    }
}
