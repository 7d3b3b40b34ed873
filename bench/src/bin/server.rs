//! `server NAME`: listens on a free port, says which, and ends when its input does.

use std::io::Read;

use wsrack_bench::Result;
use wsrack_bench::peers::Peer;

fn main() -> Result {
    let name = std::env::args().nth(1).ok_or("which server?")?;
    let peer = Peer::named(&name)?;
    std::thread::spawn(|| {
        // However the input ends, so does the server.
        let _ended = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(peer.serve())
}
