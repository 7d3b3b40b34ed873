//! `server NAME`: listens on a free port, says which, and ends when its input does.

use wsrack_bench::peers::Peer;
use wsrack_bench::{Result, process};

fn main() -> Result {
    let name = std::env::args().nth(1).ok_or("which server?")?;
    let peer = Peer::named(&name)?;
    process::end_with_input();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(peer.serve())
}
