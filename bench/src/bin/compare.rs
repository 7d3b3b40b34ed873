//! Servers side by side: see `bench/run`.

use wsrack_bench::Result;
use wsrack_bench::compare::Plan;

#[expect(clippy::print_stdout, reason = "the tables are what this is for")]
fn main() -> Result {
    let plan = Plan::from_arguments(std::env::args().skip(1))?;
    println!(
        "CPU time per message, its ratio to {} (median of {} rounds, middle half)\n",
        plan.base, plan.rounds
    );
    plan.run(|table| println!("{table}"))
}
