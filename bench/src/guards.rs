//! What is counted in a server process of its own: memory, system calls, instructions.
//!
//! A count is the difference between a long run and a short one, so that starting and connecting fall out.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::client::Client;
use crate::load::Scenario;
use crate::process::Server;
use crate::{Result, wire};

/// One figure and its bound.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// What is counted.
    pub name: &'static str,
    /// What it may be at the most.
    pub bound: f64,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// Bytes of `VmRSS` for each of so many idle connections.
    Resident { connections: u32 },
    /// System calls for each message or delivery, of so many.
    SystemCalls { scenario: Scenario, count: usize },
    /// Instructions in user mode, likewise.
    Instructions { scenario: Scenario, count: usize },
}

const SMALL: Scenario = Scenario::Echo { size: 20, connections: 64, in_flight: 1 };
const BATCH: Scenario = Scenario::Echo { size: 1024, connections: 16, in_flight: 16 };
const LARGE: Scenario = Scenario::Echo { size: 16 << 10, connections: 16, in_flight: 4 };
const FANOUT: Scenario = Scenario::Fanout { size: 100, connections: 500, in_flight: 4 };

/// All guards.
pub const GUARDS: &[Guard] = &[
    Guard {
        name: "resident bytes of an idle connection after 1 KiB echoed",
        bound: 1_500.0,
        what: What::Resident { connections: 5_000 },
    },
    Guard {
        name: "system calls a message, 20 B x 64 connections, 1 in flight",
        bound: 2.1,
        what: What::SystemCalls { scenario: SMALL, count: 20_000 },
    },
    Guard {
        name: "system calls a message, 1 KiB x 16 connections, 16 in flight",
        bound: 0.135,
        what: What::SystemCalls { scenario: BATCH, count: 200_000 },
    },
    Guard {
        name: "system calls a message, 16 KiB x 16 connections, 4 in flight",
        bound: 0.62,
        what: What::SystemCalls { scenario: LARGE, count: 20_000 },
    },
    Guard {
        name: "system calls a delivery, 100 B to 500 connections, 4 in flight",
        bound: 0.265,
        what: What::SystemCalls { scenario: FANOUT, count: 100_000 },
    },
    Guard {
        name: "instructions a message, 20 B x 64 connections, 1 in flight",
        bound: 1_900.0,
        what: What::Instructions { scenario: SMALL, count: 20_000 },
    },
    Guard {
        name: "instructions a message, 1 KiB x 16 connections, 16 in flight",
        // 180 more where there is no AVX2.
        bound: 960.0,
        what: What::Instructions { scenario: BATCH, count: 40_000 },
    },
];

impl Guard {
    /// Counts, and where that is beyond the bound, up to twice more: whoever else wants the processor makes a server do
    /// less at a time, and so more in all, but never less. The least is what it costs.
    ///
    /// # Errors
    ///
    /// Where the server fails, or what counts is not there.
    pub fn count(&self) -> Result<f64> {
        let mut least = self.count_once()?;
        for _ in 0..2 {
            if least <= self.bound {
                break;
            }
            least = least.min(self.count_once()?);
        }
        Ok(least)
    }

    fn count_once(&self) -> Result<f64> {
        match self.what {
            What::Resident { connections } => resident(connections),
            What::SystemCalls { scenario, count } => slope(scenario, count, system_calls),
            What::Instructions { scenario, count } => slope(scenario, count, instructions),
        }
    }
}

fn resident(connections: u32) -> Result<f64> {
    let server = Server::start(&mut server()?)?;
    let (sent, echoed) = (wire::masked(wire::TEXT, &text()), wire::plain(wire::TEXT, &text()));
    let request = wire::request("/");
    let open = || -> Result<Client> {
        let mut client = Client::connect(server.address(), &request)?;
        client.send(&sent)?;
        client.expect(&echoed)?;
        Ok(client)
    };
    let mut clients = Vec::new();
    for _ in 0..100 {
        clients.push(open()?);
    }
    let before = server.resident()?;
    for _ in 0..connections {
        clients.push(open()?);
    }
    let grown = server.resident()?.saturating_sub(before);
    server.stop()?;
    Ok(as_f64(grown) / f64::from(connections))
}

/// How much more a run of `3 * count` takes than one of `count`, for each.
fn slope(scenario: Scenario, count: usize, cost: fn(Scenario, usize) -> Result<(usize, u64)>) -> Result<f64> {
    let (few, little) = cost(scenario, count)?;
    let (many, much) = cost(scenario, 3 * count)?;
    Ok(as_f64(much.saturating_sub(little)) / as_f64((many - few) as u64))
}

/// How much was done, and how many system calls the server made meanwhile and before.
fn system_calls(scenario: Scenario, count: usize) -> Result<(usize, u64)> {
    let report = Report::new("strace")?;
    let mut strace = Command::new("strace");
    strace.args(["-f", "-c", "-o"]).arg(&report.0).arg(server()?.get_program()).arg("wsrack");
    let done = run(&mut strace, scenario, count)?;
    let text = report.read()?;
    let total = text.lines().rfind(|line| line.ends_with("total")).ok_or("no total")?;
    let calls = total.split_whitespace().nth(3).ok_or("no column for calls")?;
    Ok((done, calls.parse()?))
}

/// How much was done, and how many instructions the server took for that and before.
fn instructions(scenario: Scenario, count: usize) -> Result<(usize, u64)> {
    let report = Report::new("callgrind")?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--quiet", "--tool=callgrind"]);
    valgrind.arg(format!("--callgrind-out-file={}", report.0.display()));
    valgrind.arg(server()?.get_program()).arg("wsrack");
    let done = run(&mut valgrind, scenario, count)?;
    let text = report.read()?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: ")).ok_or("no totals")?;
    Ok((done, total.trim().parse()?))
}

fn run(command: &mut Command, scenario: Scenario, count: usize) -> Result<usize> {
    let server = Server::start(command)?;
    let done = scenario.run(server.address(), count, || {}, || {})?;
    server.stop()?;
    Ok(done.count)
}

/// The server's program stands beside the one that runs.
fn server() -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?.with_file_name("server"));
    command.arg("wsrack");
    Ok(command)
}

/// A file that goes when it has been read.
struct Report(PathBuf);

impl Report {
    fn new(tool: &str) -> Result<Self> {
        let name = format!("{}.{tool}.{}", env!("CARGO_PKG_NAME"), std::process::id());
        let beside = std::env::current_exe()?;
        Ok(Self(beside.parent().unwrap_or(Path::new(".")).join(name)))
    }

    fn read(&self) -> Result<String> {
        Ok(std::fs::read_to_string(&self.0)?)
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        // It may not be there: then what should have written it has failed.
        let _gone = std::fs::remove_file(&self.0);
    }
}

fn text() -> Vec<u8> {
    wire::text(1, 1024)
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
