//! Counts what a connection and a message cost, and fails where one costs more than its bound.
//!
//! With an argument only the guards whose name contains it.

use std::process::ExitCode;

use wsrack_bench::Result;
use wsrack_bench::guards::GUARDS;

#[expect(clippy::print_stdout, reason = "the table is what this is for")]
fn main() -> Result<ExitCode> {
    let only = std::env::args().nth(1).unwrap_or_default();
    let mut all_hold = true;
    println!("{:<62} {:>9} {:>9}", "", "counted", "bound");
    for guard in GUARDS.iter().filter(|guard| guard.name.contains(&only)) {
        let counted = guard.count()?;
        let holds = counted <= guard.bound;
        all_hold &= holds;
        let verdict = if holds { "" } else { "  TOO MUCH" };
        println!("{:<62} {counted:>9.3} {:>9.3}{verdict}", guard.name, guard.bound);
    }
    Ok(if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
