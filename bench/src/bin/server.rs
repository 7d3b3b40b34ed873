//! `server NAME`: listens on a free port, says which, and ends when its input does.

use wsrack_bench::peers::Peer;
use wsrack_bench::{Result, process};

fn main() -> Result {
    let name = std::env::args().nth(1).ok_or("which server?")?;
    process::run_until_input_ends(Peer::named(&name)?.serve())
}
