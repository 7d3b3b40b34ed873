//! Runs one scenario against a running server: `load ADDRESS COUNT echo|churn|fanout SIZE CONNECTIONS IN_FLIGHT`.
use wsrack_bench::Result;
use wsrack_bench::load::Scenario;
fn main() -> Result {
    let a: Vec<String> = std::env::args().collect();
    let n = |i: usize| a[i].parse::<usize>();
    let s = match &*a[3] {
        "echo" => Scenario::Echo { size: n(4)?, connections: n(5)?, in_flight: n(6)? },
        "churn" => Scenario::Churn { connections: n(5)? },
        _ => Scenario::Fanout { size: n(4)?, connections: n(5)?, in_flight: n(6)? },
    };
    let mut at = None;
    let done = s.run(a[1].parse()?, n(2)?, || at = Some(std::time::Instant::now()), || {})?;
    eprintln!("{s}: {done} in {:?}", at.map(|at| at.elapsed()));
    Ok(())
}
