//! Which of the sockets that a process was born with it still needs.

use std::net::{SocketAddr, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::net::{SocketAddrUnix, getsockname};

use crate::cli::settings::Listen;

/// What a process goes on listening on, and what it has to bind itself.
#[derive(Debug, Default)]
pub(super) struct Inherited {
    pub(super) sockets: Vec<OwnedFd>,
    /// The places of the settings that are not among them for sure.
    pub(super) listen: Vec<Listen>,
}

impl Inherited {
    /// Of the sockets that were handed on keeps those that the settings still name. `before` is what the settings of the other process named.
    pub(super) fn handed_on(sockets: Vec<OwnedFd>, before: &[String], listen: &[Listen]) -> Self {
        let is_named = |text: &String| listen.iter().any(|listen| listen.to_string() == *text);
        let dropped: Vec<_> =
            before.iter().filter(|text| !is_named(text)).flat_map(|text| places(text)).collect();
        let kept = sockets.into_iter().filter(|socket| !dropped.iter().any(|place| place.is_of(socket)));
        // Any free port is one that the other process has found.
        let is_known = |listen: &&Listen| {
            matches!(listen, Listen::Tcp { port: 0, .. }) && before.contains(&listen.to_string())
        };
        let listen = listen.iter().filter(|listen| !is_known(listen)).cloned().collect();
        Self { sockets: kept.collect(), listen }
    }

    /// Sockets that systemd has passed: they are what there is to listen on. Where there are none, the settings say.
    pub(super) fn passed(sockets: Vec<OwnedFd>, listen: &[Listen]) -> Self {
        let listen = if sockets.is_empty() { listen.to_vec() } else { Vec::new() };
        Self { sockets, listen }
    }
}

/// Where a socket may be bound.
#[derive(Debug)]
enum Place {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Place {
    fn is_of(&self, socket: &OwnedFd) -> bool {
        let Ok(address) = getsockname(socket) else { return false };
        match self {
            Self::Tcp(place) => SocketAddr::try_from(address).is_ok_and(|address| address == *place),
            Self::Unix(place) => SocketAddrUnix::try_from(address)
                .is_ok_and(|address| address.path_bytes() == Some(place.as_os_str().as_encoded_bytes())),
        }
    }
}

/// What a text of the settings may be bound to; nothing where it has no address any more.
fn places(text: &str) -> Vec<Place> {
    match text.strip_prefix("unix:") {
        Some(path) => vec![Place::Unix(path.into())],
        None => text.to_socket_addrs().map(|found| found.map(Place::Tcp).collect()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixListener;

    use super::Inherited;
    use crate::cli::process::scratch::Scratch;
    use crate::cli::settings::Listen;

    fn tcp(port: u16) -> Listen {
        Listen::Tcp { host: "127.0.0.1".to_owned(), port }
    }

    #[test]
    fn what_the_settings_name_no_more_is_let_go() {
        let folder = Scratch::new();
        let path = folder.path("x.sock");
        let (one, two) =
            (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
        let unix = UnixListener::bind(&path).unwrap();
        let [one_port, two_port] = [&one, &two].map(|socket| socket.local_addr().unwrap().port());
        let before =
            [tcp(one_port), tcp(two_port), Listen::Unix(path.clone())].map(|listen| listen.to_string());
        let sockets: Vec<OwnedFd> = vec![one.into(), two.into(), unix.into()];
        let kept = Inherited::handed_on(sockets, &before, &[tcp(two_port)]);
        assert_eq!(kept.listen, [tcp(two_port)]);
        let [kept] = <[OwnedFd; 1]>::try_from(kept.sockets).unwrap();
        assert_eq!(TcpListener::from(kept).local_addr().unwrap().port(), two_port);
    }

    #[test]
    fn a_free_port_stays_the_one_that_was_found() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let before = [tcp(0).to_string()];
        let kept = Inherited::handed_on(vec![socket.into()], &before, &[tcp(0)]);
        assert_eq!((kept.sockets.len(), kept.listen.len()), (1, 0));
    }

    #[test]
    fn what_systemd_passes_is_in_the_place_of_the_settings() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let passed = Inherited::passed(vec![socket.into()], &[tcp(3000)]);
        assert_eq!((passed.sockets.len(), passed.listen), (1, vec![]));
        assert_eq!(Inherited::passed(Vec::new(), &[tcp(3000)]).listen, [tcp(3000)]);
    }
}
