//! Servers side by side: CPU time per message, as a ratio to one of them in the same round.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Result;
use crate::load::Scenario;
use crate::peers::PEERS;
use crate::process::Server;

/// What is compared, and how much of it is one slice.
const SCENARIOS: &[(Scenario, usize)] = &[
    (Scenario::Echo { size: 20, connections: 64, in_flight: 1 }, 60_000),
    (Scenario::Echo { size: 1024, connections: 16, in_flight: 1 }, 60_000),
    (Scenario::Echo { size: 1024, connections: 16, in_flight: 16 }, 300_000),
    (Scenario::Echo { size: 16 << 10, connections: 16, in_flight: 4 }, 20_000),
    (Scenario::Packed { takeover: false, connections: 16, in_flight: 1 }, 20_000),
    (Scenario::Packed { takeover: true, connections: 16, in_flight: 1 }, 20_000),
    (Scenario::Churn { connections: 16 }, 2_000),
    (Scenario::Fanout { size: 100, connections: 500, in_flight: 4 }, 300_000),
];

/// How the measurement is made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How often all is done.
    pub rounds: usize,
    /// To which server the others are compared.
    pub base: String,
    /// Only scenarios whose name contains this.
    pub only: String,
    /// The servers, by name; `ws` is Node's, and `bun` Bun's.
    pub servers: Vec<String>,
}

impl Plan {
    /// Reads `[--rounds N] [--base NAME] [--only TEXT] [SERVER…]`.
    ///
    /// # Errors
    ///
    /// Where a value is missing or no number.
    pub fn from_arguments(mut given: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self { rounds: 7, base: "floor".into(), only: String::new(), servers: Vec::new() };
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or_else(|| format!("`{argument}` needs a value"));
            match &*argument {
                "--rounds" => plan.rounds = value()?.parse::<usize>()?.max(1),
                "--base" => plan.base = value()?,
                "--only" => plan.only = value()?,
                _ => plan.servers.push(argument),
            }
        }
        if plan.servers.is_empty() {
            plan.servers = PEERS.iter().map(|peer| peer.name.to_owned()).collect();
        }
        if !plan.servers.contains(&plan.base) {
            plan.servers.push(plan.base.clone());
        }
        Ok(plan)
    }

    /// Measures one scenario after the other; `report` gets each table.
    ///
    /// # Errors
    ///
    /// Where a server cannot be started, or the base fails. A server that fails at a scenario is left out of it.
    pub fn run(&self, mut report: impl FnMut(&str)) -> Result {
        for (scenario, count) in SCENARIOS {
            if !scenario.to_string().contains(&self.only) {
                continue;
            }
            let mut rounds = Vec::new();
            for _ in 0..self.rounds {
                let slices: Vec<_> =
                    self.servers.iter().map(|name| slice(name, *scenario, *count).ok()).collect();
                rounds.push(slices);
            }
            report(&self.table(*scenario, &rounds)?);
        }
        Ok(())
    }

    /// The server that the others are compared to: another one where that cannot do it.
    fn base(&self, rounds: &[Vec<Option<Slice>>]) -> Option<usize> {
        let measured = |at: usize| rounds.iter().any(|round| round[at].is_some());
        let asked = self.servers.iter().position(|name| *name == self.base);
        asked.filter(|at| measured(*at)).or_else(|| (0..self.servers.len()).find(|at| measured(*at)))
    }

    /// One line a server: CPU time of a message, the ratio's median with the middle half of its values, and bytes on
    /// the wire where they are counted.
    fn table(&self, scenario: Scenario, rounds: &[Vec<Option<Slice>>]) -> Result<String> {
        let base = self.base(rounds).ok_or("no server was measured")?;
        let mut table = format!("{scenario}\n");
        for (at, name) in self.servers.iter().enumerate() {
            let mut times: Vec<f64> = rounds.iter().filter_map(|round| Some(round[at]?.micros())).collect();
            let mut ratios: Vec<f64> =
                rounds.iter().filter_map(|round| Some(round[at]?.micros() / round[base]?.micros())).collect();
            let bytes = rounds.iter().find_map(|round| round[at]?.bytes);
            let bytes = bytes.map_or_else(String::new, |bytes| format!("   {bytes:>5} B"));
            times.sort_by(f64::total_cmp);
            ratios.sort_by(f64::total_cmp);
            match (times.get(times.len() / 2), ratios.get(ratios.len() / 2)) {
                (Some(time), Some(ratio)) => {
                    let (low, high) = (ratios[ratios.len() / 4], ratios[ratios.len() * 3 / 4]);
                    writeln!(
                        table,
                        "  {name:<16} {time:>9.2} us   {ratio:>6.2}   ({low:.2} to {high:.2}){bytes}"
                    )?;
                }
                _ => writeln!(table, "  {name:<16}         -")?,
            }
        }
        Ok(table)
    }
}

/// What one message costs.
#[derive(Clone, Copy, Debug)]
struct Slice {
    /// CPU time of the server.
    time: Duration,
    /// Bytes that it sends, where they are counted.
    bytes: Option<usize>,
}

impl Slice {
    fn micros(self) -> f64 {
        self.time.as_secs_f64() * 1e6
    }
}

fn slice(name: &str, scenario: Scenario, count: usize) -> Result<Slice> {
    let peer = PEERS.iter().find(|peer| peer.name == name);
    let mode = match scenario {
        Scenario::Fanout { .. } if peer.is_some_and(|peer| !peer.fans_out) => {
            return Err("it only echoes".into());
        }
        Scenario::Packed { .. } if peer.is_some_and(|peer| !peer.compresses) => {
            return Err("it does not compress".into());
        }
        Scenario::Packed { takeover: false, .. } => Some("packed"),
        Scenario::Packed { takeover: true, .. } => Some("packed-takeover"),
        _ => None,
    };
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]);
    let scripts = [("ws", "node", "ws.cjs"), ("bun", "bun", "bun.cjs")];
    if let Some((_, program, script)) = scripts.into_iter().find(|(script, ..)| *script == name) {
        // It says at length that it is not there, where it is not.
        command.stderr(Stdio::null()).arg(program);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script)).args(mode);
    } else {
        command.arg(std::env::current_exe()?.with_file_name("server")).arg(name);
    }
    let server = Server::start(&mut command)?;
    let (mut before, mut after) = (Ok(Duration::ZERO), Ok(Duration::ZERO));
    let begin = || before = server.cpu_time();
    let done = scenario.run(server.address(), count, begin, || after = server.cpu_time())?;
    let spent = after?.saturating_sub(before?);
    server.stop()?;
    Ok(Slice { time: spent / u32::try_from(done.count)?, bytes: done.bytes.map(|bytes| bytes / done.count) })
}
