//! What the process is asked to do: every level merged, every value read, nothing left to parse.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::app_options::AppOptions;
use crate::options::TrustedProxies;

/// What a stop does beside to wait: those who come too late are answered, what does not end is dropped, `#[on_stop]`
/// runs, and the access log is written.
const BESIDE_THE_WAIT: Duration = Duration::from_secs(10);

/// What the command line, the environment, the file and the code say together.
///
/// Paths are as they were given: relative ones count from [`chdir`](Self::chdir), where it is set, and those of
/// [`file`](Self::file), [`all`](Self::all) and `chdir` itself from the directory that the process was started in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) command: Command,
    /// How the command goes about it: said on the command line only, and in no file.
    pub(crate) how: How,

    /// Where connections come from: at least one, in the order in which they were named. In a cluster, those of the
    /// first member; the others count up from them.
    pub(crate) listen: Vec<Listen>,
    /// How many connections may wait in the kernel's queue to be accepted.
    pub(crate) backlog: u32,
    /// The mode of the files of unix sockets; `None` leaves it to the umask.
    pub(crate) socket_mode: Option<u32>,
    /// Changed to before anything relative.
    pub(crate) chdir: Option<PathBuf>,
    /// Where the page of statistics is: `/stats`.
    pub(crate) stats: Option<String>,
    /// TLS on all listeners.
    pub(crate) tls: Option<Tls>,
    /// Who is believed when it tells who the client is.
    pub(crate) trusted_proxies: TrustedProxies,
    /// What `WSRACK_ENV` is set to; `development` where nothing was said.
    pub(crate) environment: String,
    /// All mounts stand below it: `/api`. Never ends with `/`.
    pub(crate) prefix: Option<String>,

    pub(crate) daemonize: bool,
    /// As given; [`log_file`](Self::log_file) has the default.
    pub(crate) log: Option<PathBuf>,
    /// As given; [`pid_file`](Self::pid_file) has the default.
    pub(crate) pid: Option<PathBuf>,
    pub(crate) user: Option<String>,
    pub(crate) group: Option<String>,
    /// Shown in the title of the process.
    pub(crate) tag: Option<String>,

    /// How many daemons, each with listeners, pid file and log of its own; `None` is one that is no cluster's member.
    pub(crate) servers: Option<NonZeroUsize>,
    /// Restart a cluster one member after the other.
    pub(crate) one_by_one: bool,
    /// How long a member may take to accept a connection while `one_by_one` is at work.
    pub(crate) wait: Duration,

    /// The graceful period: how long connections and handlers have to finish.
    pub(crate) timeout: Duration,
    pub(crate) drain: Drain,
    /// The most connections at a time, and the limit of file descriptors that goes with it.
    pub(crate) max_conns: Option<NonZeroUsize>,
    /// The most connections from one address at a time.
    pub(crate) max_conns_per_ip: Option<NonZeroUsize>,
    /// The most HTTP connections that are kept alive between two requests.
    pub(crate) max_persistent_conns: usize,
    /// Threads for `#[on_message(blocking)]`, in all; `None` leaves it to tokio.
    pub(crate) blocking_threads: Option<NonZeroUsize>,
    /// Runtimes, each with a listener; `None` is one a core.
    pub(crate) workers: Option<NonZeroUsize>,

    pub(crate) access_log: Option<AccessLog>,
    pub(crate) level: Level,

    /// The options of the applications.
    pub(crate) options: AppOptions,
}

/// The first word of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Start,
    Stop,
    Restart,
    /// Print the settings as a file.
    Config,
    /// Write units for systemd into a directory; `-` prints them.
    Install {
        dir: PathBuf,
    },
}

/// How a command goes about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct How {
    /// The file of `-C`, which has been read.
    pub(crate) file: Option<PathBuf>,
    /// Run the command once for each file in this directory; every other setting is the file's.
    pub(crate) all: Option<PathBuf>,
    /// Act on one member of the cluster.
    pub(crate) only: Option<Only>,
    /// Stop with INT at once, then KILL.
    pub(crate) force: bool,
}

/// Which member of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Only {
    /// Counted from 0, as its number: the member on `port + index`.
    Index(u16),
    /// The member that listens on this port.
    Port(u16),
}

/// One place where connections come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Listen {
    /// A name is looked up when the socket is bound. IPv6 addresses stand without brackets.
    Tcp {
        host: String,
        port: u16,
    },
    Unix(PathBuf),
}

/// What `--ssl` needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tls {
    pub(crate) certificate: Certificate,
    /// Clients are asked for a certificate, and it must be signed by one of these.
    pub(crate) client_ca: Option<PathBuf>,
    /// A client without a certificate is let in all the same.
    pub(crate) client_optional: bool,
}

/// Where the server's certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Certificate {
    /// PEM.
    Files { key: PathBuf, cert: PathBuf },
    /// Made at each start; nobody vouches for it.
    SelfSigned,
}

/// How fast connections are closed when the server stops, so that clients do not all come back at once.
///
/// Each second `rate` of them are closed, at moments that differ at random; where that would take longer than `period`,
/// more are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Drain {
    pub(crate) period: Duration,
    pub(crate) rate: u32,
}

/// One line for each connection that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccessLog {
    pub(crate) format: AccessFormat,
    /// `None`: with the log.
    pub(crate) file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccessFormat {
    Text,
    Json,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Nothing.
    Quiet,
    #[default]
    Normal,
    /// Also what helps to find mistakes, and an access log.
    Debug,
    /// Also raw bytes.
    Trace,
}

impl Settings {
    /// Where a daemon's log goes: Thin's place where none was named.
    pub(crate) fn log_file(&self) -> &Path {
        self.log.as_deref().unwrap_or(Path::new("log/wsrack.log"))
    }

    /// Where a daemon's pid is: Thin's place where none was named.
    pub(crate) fn pid_file(&self) -> &Path {
        self.pid.as_deref().unwrap_or(Path::new("tmp/pids/wsrack.pid"))
    }

    /// How long a graceful stop may take in all: connections are closed at their pace, what is under way has its time,
    /// and something comes before, between and after.
    pub(crate) fn stop_time(&self) -> Duration {
        self.drain.period.saturating_add(self.timeout).saturating_add(BESIDE_THE_WAIT)
    }

    /// Whether this is a place where mistakes are looked for.
    pub(crate) fn is_development(&self) -> bool {
        self.environment == "development"
    }
}

impl fmt::Display for Listen {
    /// As `--listen` takes it: `127.0.0.1:3000`, `[::1]:3000`, `unix:/run/x.sock`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}
