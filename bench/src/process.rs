//! A server in a process of its own, and what it costs.

use std::fs::File;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;

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

/// Runs a server until the input of its process ends: that is how [`Server::stop`] stops it.
///
/// On the one thread that there is: with a second one, even one that sleeps, the C library makes each system call a
/// point where a thread may be cancelled, and that would be counted.
///
/// # Errors
///
/// The server's own, and where the input is no pipe.
pub fn run_until_input_ends(server: impl Future<Output = Result>) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let input = std::io::stdin().as_fd().try_clone_to_owned()?;
        let mut input = Receiver::from_file(File::from(input))?;
        let mut nothing = Vec::new();
        tokio::select! {
            ended = server => ended,
            read = input.read_to_end(&mut nothing) => Ok(read.map(drop)?),
        }
    })
}
