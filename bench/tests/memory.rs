//! Allocations and live bytes, counted by the allocator: the server's, for the client here makes none.

use std::net::SocketAddr;
use std::sync::Mutex;

use wsrack_bench::client::Client;
use wsrack_bench::{Result, apps, wire};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// The counter is the process's: one test at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[test]
fn probe() -> Result {
    let _turn = ONE_AT_A_TIME.lock();
    let _counting = dhat::Profiler::builder().build();
    let server = serve();
    let request = wire::request("/");
    let (sent, back) = frames(wire::TEXT, 1024);
    let open = || -> Result<Client> {
        let mut client = Client::connect(server, &request)?;
        client.send(&sent)?;
        client.expect(&back)?;
        Ok(client)
    };
    let mut clients = Vec::with_capacity(3000);
    clients.push(open()?);
    let before = dhat::HeapStats::get();
    for _ in 0..1000 {
        clients.push(open()?);
    }
    let after = dhat::HeapStats::get();
    println!(
        "bytes {} blocks {} total {}",
        (after.curr_bytes - before.curr_bytes) / 1000 - 1028,
        after.curr_blocks - before.curr_blocks,
        after.total_blocks - before.total_blocks
    );
    Ok(())
}

fn frames(opcode: u8, len: usize) -> (Vec<u8>, Vec<u8>) {
    let payload = wire::text(1, len);
    (wire::masked(opcode, &payload), wire::plain(opcode, &payload))
}

/// A server on a thread of its own.
fn serve() -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = apps::routes().bind("127.0.0.1:0").await.unwrap();
            tell.send(server.local_addr().unwrap()).unwrap();
            server.serve().await.unwrap();
        });
    });
    told.recv().unwrap()
}
