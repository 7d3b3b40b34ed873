//! Connections that come and go.

use std::net::SocketAddr;
use std::rc::Rc;

use tokio::task::{JoinSet, LocalSet};

use super::connection::Connection;
use super::ring::Ring;
use crate::{Result, wire};

const NORMAL: [u8; 2] = 1000_u16.to_be_bytes();

pub(super) async fn run(server: SocketAddr, connections: usize, count: usize) -> Result<usize> {
    let each = count.div_ceil(connections);
    let text = wire::text(0, 20);
    let echoed = Rc::new(Ring::new(&[wire::plain(wire::TEXT, &text)]));
    let closed = Rc::new(Ring::new(&[wire::plain(wire::CLOSE, &NORMAL)]));
    let sent: Rc<[u8]> = wire::masked(wire::TEXT, &text).into();
    let local = LocalSet::new();
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let (echoed, closed, sent) = (echoed.clone(), closed.clone(), sent.clone());
        tasks.spawn_local_on(
            async move {
                for _ in 0..each {
                    visit(server, &sent, &echoed, &closed).await?;
                }
                Ok::<_, crate::Error>(())
            },
            &local,
        );
    }
    local.run_until(super::all(tasks)).await.map(|()| each * connections)
}

async fn visit(server: SocketAddr, sent: &[u8], echoed: &Ring, closed: &Ring) -> Result {
    let mut connection = Connection::open(server, "/").await?;
    connection.send(sent).await?;
    while connection.receive(echoed).await? == 0 {}
    connection.restart();
    connection.send(&wire::masked(wire::CLOSE, &NORMAL)).await?;
    while connection.receive(closed).await? == 0 {}
    connection.ended().await
}
