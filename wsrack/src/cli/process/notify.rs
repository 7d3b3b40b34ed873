//! What systemd hears of the service: the protocol of `sd_notify(3)`.

use std::env;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Where the service manager listens; nowhere, and nothing is sent.
#[derive(Debug)]
pub(super) struct Notifier {
    to: Option<(UnixDatagram, SocketAddr)>,
    /// How often the service manager has to hear of the service.
    watchdog: Option<Duration>,
}

impl Notifier {
    /// The service manager that has started this process, by its environment.
    pub(super) fn from_env() -> Self {
        let to = env::var_os("NOTIFY_SOCKET").and_then(|name| {
            let socket = UnixDatagram::unbound().ok()?;
            // A manager that does not read is no reason to wait.
            socket.set_nonblocking(true).ok()?;
            Some((socket, address(name.as_bytes()).ok()?))
        });
        let variable = |name| env::var(name).ok();
        let watchdog = watchdog(variable("WATCHDOG_USEC"), variable("WATCHDOG_PID"));
        Self { watchdog: watchdog.filter(|_| to.is_some()), to }
    }

    pub(super) fn ready(&self, status: &str) {
        self.send(&format!("READY=1\nMAINPID={}\nSTATUS={status}", std::process::id()));
    }

    /// A restart has begun. [`ready`](Self::ready) ends it, whether it came to something or not.
    pub(super) fn reloading(&self) {
        let now = clock_gettime(ClockId::Monotonic);
        let now = i128::from(now.tv_sec) * 1_000_000 + i128::from(now.tv_nsec) / 1_000;
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={now}\nSTATUS=Restarting"));
    }

    /// Another process is the service from now on.
    pub(super) fn main_pid(&self, pid: u32) {
        self.send(&format!("MAINPID={pid}"));
    }

    pub(super) fn stopping(&self) {
        self.send("STOPPING=1\nSTATUS=Closing connections");
    }

    pub(super) fn alive(&self) {
        self.send("WATCHDOG=1");
    }

    /// Whether there is somebody to hear it.
    pub(super) fn is_heard(&self) -> bool {
        self.to.is_some()
    }

    /// How often to say that the service is [`alive`](Self::alive): twice in the time that it has for it.
    pub(super) fn beat(&self) -> Option<Duration> {
        self.watchdog.map(|time| time / 2)
    }

    fn send(&self, message: &str) {
        if let Some((socket, address)) = &self.to
            && let Err(error) = socket.send_to_addr(message.as_bytes(), address)
        {
            tracing::debug!(%error, "the service manager does not listen");
        }
    }
}

/// A path, or behind an `@` a name that is in no file system.
fn address(name: &[u8]) -> io::Result<SocketAddr> {
    match name {
        #[cfg(target_os = "linux")]
        [b'@', name @ ..] => <SocketAddr as std::os::linux::net::SocketAddrExt>::from_abstract_name(name),
        _ => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(name)),
    }
}

/// The time of the watchdog, where it watches this process.
fn watchdog(microseconds: Option<String>, pid: Option<String>) -> Option<Duration> {
    if pid.is_some_and(|pid| pid.parse() != Ok(std::process::id())) {
        return None;
    }
    let microseconds = microseconds?.parse().ok().filter(|time| *time > 0)?;
    Some(Duration::from_micros(microseconds))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixDatagram;
    use std::time::Duration;

    use super::{Notifier, address, watchdog};
    use crate::cli::process::scratch::Scratch;

    fn heard(name: &[u8], said: impl Fn(&Notifier)) -> String {
        let address = address(name).unwrap();
        let manager = UnixDatagram::bind_addr(&address).unwrap();
        manager.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let notifier = Notifier { to: Some((UnixDatagram::unbound().unwrap(), address)), watchdog: None };
        said(&notifier);
        let mut message = [0; 512];
        let size = manager.recv(&mut message).unwrap();
        String::from_utf8(message[..size].to_vec()).unwrap()
    }

    #[test]
    fn a_manager_with_a_path_and_one_with_a_name_hear_it() {
        let folder = Scratch::new();
        let pid = std::process::id();
        let path = folder.path("notify");
        let ready = heard(path.as_os_str().as_encoded_bytes(), |notifier| notifier.ready("Serving"));
        assert_eq!(ready, format!("READY=1\nMAINPID={pid}\nSTATUS=Serving"));
        let name = format!("@wsrack-test-{pid}");
        assert_eq!(heard(name.as_bytes(), Notifier::alive), "WATCHDOG=1");
    }

    #[test]
    fn a_reload_has_its_time() {
        let name = format!("@wsrack-test-reload-{}", std::process::id());
        let message = heard(name.as_bytes(), Notifier::reloading);
        let time = message.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
        assert!(time.split('\n').next().unwrap().parse::<u64>().unwrap() > 0, "{message}");
    }

    #[test]
    fn the_watchdog_of_another_process_is_none() {
        let own = std::process::id().to_string();
        let time = || Some("3000000".to_owned());
        assert_eq!(watchdog(time(), None), Some(Duration::from_secs(3)));
        assert_eq!(watchdog(time(), Some(own)), Some(Duration::from_secs(3)));
        assert_eq!(watchdog(time(), Some("1".to_owned())), None);
        assert_eq!(watchdog(Some("0".to_owned()), None), None);
        assert_eq!(watchdog(None, None), None);
    }
}
