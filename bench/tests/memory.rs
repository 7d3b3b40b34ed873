//! Allocations and live bytes, counted by the allocator: the server's, for the client here makes none.
//!
//! One test, since the counter is the process's.

use std::net::SocketAddr;
use std::sync::mpsc;

use wsrack_bench::client::{Client, PATIENCE};
use wsrack_bench::{Result, apps, wire};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const IDLE_BYTES_MAX: usize = 1_250;
/// hyper makes 13 of them, tokio 4. (It is 25 but where all features are built without optimisation: there the task
/// before the 101 is larger than tokio takes unboxed.)
const CONNECTION_ALLOCATIONS_MAX: usize = 26;
const CONNECTIONS: usize = 200;
const MESSAGES: usize = 1_000;

#[test]
fn connections_and_messages_cost_no_more_than_their_bounds() -> Result {
    let _counting = dhat::Profiler::builder().testing().build();
    let server = serve()?;

    for path in ["/", "/shared"] {
        for (opcode, len) in
            [(wire::TEXT, 20), (wire::TEXT, 1024), (wire::BINARY, 20), (wire::BINARY, 16 << 10)]
        {
            let count = allocations_of_messages(server, path, opcode, len)?;
            assert_eq!(
                count, 0,
                "allocations of {MESSAGES} echoes of {len} bytes by {path}, opcode {opcode}"
            );
        }
    }
    let bytes = live_bytes_of_idle_connections(server)? / CONNECTIONS;
    assert!(bytes <= IDLE_BYTES_MAX, "an idle connection holds {bytes} bytes");
    let count = allocations_of_visits(server)? / CONNECTIONS as u64;
    assert!(count <= CONNECTION_ALLOCATIONS_MAX as u64, "a connection makes {count} allocations");
    Ok(())
}

fn allocations_of_messages(server: SocketAddr, path: &str, opcode: u8, len: usize) -> Result<u64> {
    let mut client = Client::connect(server, &wire::request(path))?;
    let (sent, echoed) = frames(opcode, len);
    let mut echo = || -> Result { client.send(&sent).and_then(|()| client.expect(&echoed)) };
    for _ in 0..10 {
        echo()?;
    }
    let before = allocations();
    for _ in 0..MESSAGES {
        echo()?;
    }
    Ok(allocations() - before)
}

/// With a browser's twelve headers, after one echo of 1 KiB each.
fn live_bytes_of_idle_connections(server: SocketAddr) -> Result<usize> {
    let request = wire::request("/");
    let (sent, echoed) = frames(wire::TEXT, 1024);
    let mut clients = Vec::with_capacity(CONNECTIONS + 1);
    let mut open = || -> Result {
        let mut client = Client::connect(server, &request)?;
        client.send(&sent)?;
        client.expect(&echoed)?;
        clients.push(client);
        Ok(())
    };
    open()?;
    let before = dhat::HeapStats::get().curr_bytes;
    for _ in 0..CONNECTIONS {
        open()?;
    }
    Ok(dhat::HeapStats::get().curr_bytes - before)
}

/// Connect, echo, close.
fn allocations_of_visits(server: SocketAddr) -> Result<u64> {
    let request = wire::request("/");
    let (sent, echoed) = frames(wire::TEXT, 20);
    let visit = || -> Result {
        let mut client = Client::connect(server, &request)?;
        client.send(&sent)?;
        client.expect(&echoed)?;
        client.close()
    };
    for _ in 0..10 {
        visit()?;
    }
    let before = allocations();
    for _ in 0..CONNECTIONS {
        visit()?;
    }
    Ok(allocations() - before)
}

fn allocations() -> u64 {
    dhat::HeapStats::get().total_blocks
}

fn frames(opcode: u8, len: usize) -> (Vec<u8>, Vec<u8>) {
    let payload = wire::text(1, len);
    (wire::masked(opcode, &payload), wire::plain(opcode, &payload))
}

/// A server on a thread of its own.
fn serve() -> Result<SocketAddr> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || -> Result {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let server = apps::routes().bind("127.0.0.1:0").await?;
            tell.send(server.local_addr().ok_or("no address")?)?;
            Ok(server.serve().await?)
        })
    });
    Ok(told.recv_timeout(PATIENCE)?)
}
