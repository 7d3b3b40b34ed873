//! A folder where a program of ours runs in the background: its pid files, its logs, and an end to whatever runs there.

use std::{
    env, fs, io,
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{self, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::Command,
    time::{sleep, timeout},
};

use crate::{Failure, Result};

/// How long a command may take, and whatever a test waits for.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often is looked for what a test waits for.
const GLANCE: Duration = Duration::from_millis(10);

/// A folder of its own. Dropped, all processes that run in it are killed, and it is removed.
#[derive(Debug)]
pub struct Site {
    folder: PathBuf,
    program: PathBuf,
}

/// What a command said, and what it ended with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The exit status; −1 for a signal.
    pub status: i32,
    /// What stood on stdout.
    pub out: String,
    /// What stood on stderr.
    pub err: String,
}

impl Site {
    /// An empty folder for a program.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn new(program: impl Into<PathBuf>) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = env::temp_dir().join(format!("wsrack-site-{}-{number}", process::id()));
            match fs::create_dir(&folder) {
                Ok(()) => break folder,
                // Left behind by one that was killed, and had the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.into()),
            }
        };
        // As the system names it, where a link leads there.
        Ok(Self { folder: folder.canonicalize()?, program: program.into() })
    }

    /// The same folder with another program.
    #[must_use]
    pub fn with_program(mut self, program: PathBuf) -> Self {
        self.program = program;
        self
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Copies a program to a path, to be run from there.
    ///
    /// Another process writes it: had this one a descriptor to write it with, a child that another thread starts at that
    /// moment would hold it as well, and nobody could run the program yet.
    ///
    /// # Errors
    /// Where it cannot be copied.
    pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result {
        let (from, to) = (from.as_ref(), to.as_ref());
        let status =
            process::Command::new("cp").arg("--preserve=mode").arg("--").args([from, to]).status()?;
        let failed = || Failure::new(format!("cp {} {}: {status}", from.display(), to.display()));
        status.success().then_some(()).ok_or_else(failed)
    }

    /// Puts a script of the shell to a path of the folder, in the place of what is there.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn script(&self, path: &Path, lines: &str) -> Result {
        let (text, script) = (self.path("script.txt"), self.path("script"));
        fs::write(&text, format!("#!/bin/sh\n{lines}\n"))?;
        fs::set_permissions(&text, fs::Permissions::from_mode(0o755))?;
        Self::copy(text, &script)?;
        Ok(fs::rename(script, path)?)
    }

    /// A path in the folder.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.join(name)
    }

    /// A command of the program, in the folder; its stdin is empty.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Runs the program to its end.
    ///
    /// # Errors
    /// Where it cannot be started, or does not end within a minute.
    pub async fn run(&self, arguments: &[&str]) -> Result<Said> {
        self.finish(self.command(arguments)).await
    }

    /// As [`run`](Self::run), and it must end well.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn ok(&self, arguments: &[&str]) -> Result<Said> {
        let said = self.run(arguments).await?;
        if said.status == 0 {
            Ok(said)
        } else {
            Err(Failure::new(format!("{arguments:?}: {said:?}\n{}", self.logs())))
        }
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// Where it cannot be started, or does not end within a minute.
    pub async fn finish(&self, mut command: Command) -> Result<Said> {
        // A daemon that keeps them would keep a pipe open.
        let (out, err) = (self.path(".out"), self.path(".err"));
        let status = command.stdout(fs::File::create(&out)?).stderr(fs::File::create(&err)?).status();
        let status = timeout(PATIENCE, status).await??;
        Ok(Said {
            status: status.code().unwrap_or(-1),
            out: fs::read_to_string(out)?,
            err: fs::read_to_string(err)?,
        })
    }

    /// The number in a pid file.
    ///
    /// # Errors
    /// Where there is none.
    pub fn pid(&self, file: &str) -> Result<u32> {
        let text = fs::read_to_string(self.path(file))?;
        Ok(text.trim().parse()?)
    }

    /// What stands in a file; nothing where there is none.
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_default()
    }

    /// Waits until `seen`.
    ///
    /// # Errors
    /// Where it is not within a minute; the text has `what`, and all logs.
    pub async fn until(&self, what: &str, mut seen: impl FnMut() -> bool) -> Result {
        let end = Instant::now() + PATIENCE;
        while !seen() {
            if Instant::now() > end {
                return Err(Failure::new(format!("waited in vain: {what}\n{}", self.logs())));
            }
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// The processes that run in the folder.
    pub fn processes(&self) -> Vec<u32> {
        let Ok(all) = fs::read_dir("/proc") else { return Vec::new() };
        let pids = all.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter(|pid| {
            fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder.starts_with(&self.folder))
        })
        .collect()
    }

    /// Whether one of them listens at an address of IPv4. (By asking there a test would ask whoever has got the port since.)
    ///
    /// # Errors
    /// Where it is no such address, or the system does not tell.
    pub fn listens(&self, authority: &str) -> Result<bool> {
        /// `TCP_LISTEN`, as the kernel writes it.
        const LISTENS: &str = "0A";

        let addr: SocketAddr = authority.parse()?;
        let port = format!(":{:04X}", addr.port());
        let table = fs::read_to_string("/proc/net/tcp")?;
        let rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let rows = rows.filter(|row| row.len() > 9 && row[1].ends_with(&port) && row[3] == LISTENS);
        let sockets: Vec<_> = rows.map(|row| PathBuf::from(format!("socket:[{}]", row[9]))).collect();
        let files =
            self.processes().into_iter().filter_map(|pid| fs::read_dir(format!("/proc/{pid}/fd")).ok());
        let mut open = files.flatten().flatten().filter_map(|file| fs::read_link(file.path()).ok());
        Ok(open.any(|file| sockets.contains(&file)))
    }

    /// All logs of the folder, for a failure's text.
    pub fn logs(&self) -> String {
        let logs = [fs::read_dir(&self.folder), fs::read_dir(self.path("log"))];
        let paths = logs.into_iter().flatten().flatten().flatten().map(|entry| entry.path());
        let logs = paths.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
        let text =
            |path: PathBuf| [path.display().to_string(), fs::read_to_string(&path).unwrap_or_default()];
        logs.flat_map(text).collect::<Vec<_>>().join("\n")
    }
}

/// Sends a signal to a process.
///
/// # Errors
/// Where there is no such process.
pub fn signal(pid: u32, signal: Signal) -> Result {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    Ok(kill_process(pid.ok_or_else(|| Failure::new("no process has this number"))?, signal)?)
}

impl Drop for Site {
    fn drop(&mut self) {
        for pid in self.processes() {
            // It may have ended meanwhile.
            let _gone = signal(pid, Signal::KILL);
        }
        let _removed = fs::remove_dir_all(&self.folder);
    }
}
