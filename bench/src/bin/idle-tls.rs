//! Memory of an idle TLS connection, beside peers: see `bench/run --memory-tls`.
//!
//! `idle-tls --serve NAME` is the server that is measured, in a process of its own.

use wsrack_bench::idle_tls::{Plan, serve};
use wsrack_bench::{Result, process};

fn main() -> Result {
    let mut given = std::env::args().skip(1).peekable();
    if given.next_if_eq("--serve").is_none() {
        return measure(&Plan::from_arguments(given)?);
    }
    let name = given.next().ok_or("which server?")?;
    process::run_until_input_ends(serve(&name))
}

#[expect(clippy::print_stdout, reason = "the table is what this is for")]
fn measure(plan: &Plan) -> Result {
    println!(
        "resident bytes of one of {} idle TLS 1.3 connections (median of {} rounds)\n\n{:<8} {:>18} {:>18}",
        plan.connections, plan.rounds, "", "after handshakes", "after 1 KiB echoed"
    );
    plan.run(|line| println!("{line}"))
}
