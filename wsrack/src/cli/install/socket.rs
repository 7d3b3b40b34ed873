//! The sockets, which systemd binds: they are there before the service, and while it starts anew.

use std::fmt::Write as _;

use super::{Address, Unit, path};

pub(super) fn text(unit: &Unit<'_>) -> String {
    let Unit { settings, name, .. } = unit;
    let mut text = format!("[Unit]\nDescription=Sockets of {name}\n\n[Socket]\n");
    for address in &unit.addresses {
        // A String takes all.
        let _ = match address {
            Address::Tcp(address) => writeln!(text, "ListenStream={address}"),
            Address::Unix(file) => writeln!(text, "ListenStream={}", path(file)),
        };
    }
    let is_unix = unit.addresses.iter().any(|address| matches!(address, Address::Unix(_)));
    if let Some(mode) = settings.socket_mode.filter(|_| is_unix) {
        let _ = writeln!(text, "SocketMode={mode:04o}");
    }
    let _ = write!(
        text,
        "Backlog={}\n\
         BindIPv6Only=ipv6-only\n\
         NoDelay=true\n\
         \n\
         [Install]\n\
         WantedBy=sockets.target\n",
        settings.backlog
    );
    text
}
