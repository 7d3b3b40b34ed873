//! Whether TCP asks a quiet peer, as Linux tells of its timers.

use std::fs;
use std::net::SocketAddr;

use wsrack::Draft;

use super::{PATIENCE, Server};

#[tokio::test]
async fn tcp_asks_where_a_draft_has_no_ping() {
    let server = Server::start().await;
    for &draft in Draft::ALL {
        let mut client = server.connect(draft).await;
        client.next_text().await;
        let asks = tokio::time::timeout(PATIENCE, asks(server.addr, client.local_addr())).await.unwrap();
        assert_eq!(asks, !draft.has_ping(), "{draft}");
    }
    server.stop().await;
}

/// Whether the server's end of a connection has a timer for keepalive.
async fn asks(server: SocketAddr, client: SocketAddr) -> bool {
    let ends = [server, client].map(|end| format!(":{:04X}", end.port()));
    loop {
        let table = fs::read_to_string("/proc/self/net/tcp").unwrap();
        let timer = table.lines().find_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let [_, local, remote, _, _, timer, ..] = fields[..] else { return None };
            (local.ends_with(&ends[0]) && remote.ends_with(&ends[1])).then(|| timer[..2].to_owned())
        });
        match timer.as_deref() {
            Some("00") => return false,
            Some("02") => return true,
            // What was sent is not acknowledged yet, which has the same place.
            _ => tokio::task::yield_now().await,
        }
    }
}
