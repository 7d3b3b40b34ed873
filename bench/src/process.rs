//! A server in a process of its own, and what it costs.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use crate::Result;

/// A server process. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    address: SocketAddr,
}

impl Server {
    /// Starts `command`, which says where it listens on its first line and ends when its input ends.
    ///
    /// # Errors
    ///
    /// Where it cannot be started, or says something else.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let address = line.trim().parse().map_err(|_| format!("no address: {line:?}"))?;
        Ok(Self { stdin: child.stdin.take(), child, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// CPU time of all its threads, user and kernel, by the scheduler's clock.
    ///
    /// # Errors
    ///
    /// Where the kernel does not tell.
    pub fn cpu_time(&self) -> Result<Duration> {
        let mut sum = 0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            sum += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(Duration::from_nanos(sum))
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    ///
    /// Where the kernel does not tell.
    pub fn resident(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
    }

    /// Ends it and waits for that, so that what counts has written its report.
    ///
    /// # Errors
    ///
    /// Where it failed.
    pub fn stop(mut self) -> Result {
        drop(self.stdin.take());
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}").into()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.stdin.take().is_some() {
            // It may have ended by itself.
            let _ended = self.child.kill();
            let _ended = self.child.wait();
        }
    }
}

/// Ends the calling process when its input ends: that is how [`Server::stop`] stops it.
pub fn end_with_input() {
    std::thread::spawn(|| {
        // However the input ends, so does the server.
        let _ended = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
}
