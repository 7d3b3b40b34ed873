//! The service.

use std::fmt::Write as _;

use super::{Unit, path, word};

pub(super) fn text(unit: &Unit<'_>) -> String {
    let Unit { settings, name, .. } = unit;
    let mut text = format!(
        "[Unit]\n\
         Description={name}\n\
         Requires={name}.socket\n\
         After=network.target {name}.socket\n\
         \n\
         [Service]\n\
         # Ready once the sockets are bound and each `#[on_start]` has run; a restart names the new main process.\n\
         Type=notify\n\
         NotifyAccess=all\n\
         WorkingDirectory={directory}\n\
         ExecStart={command}\n\
         # The sockets go to a new process; this one closes its connections and ends. Nobody is refused meanwhile.\n\
         ExecReload=/bin/kill -HUP $MAINPID\n\
         WatchdogSec=30s\n\
         # What is wrong with a command line, a file or a user does not mend by itself.\n\
         Restart=on-failure\n\
         RestartPreventExitStatus=2 66 67 72 73 77 78\n\
         # The main process sees to the others.\n\
         KillMode=mixed\n\
         TimeoutStopSec={stop}\n\
         LimitNOFILE={files}\n",
        directory = path(&unit.directory),
        command = command(unit),
        stop = format_args!("{}s", settings.stop_time().as_secs()),
        files = settings.max_conns.map_or(524_288, |most| most.get().saturating_add(1024)),
    );
    for (setting, account) in [("User", &settings.user), ("Group", &settings.group)] {
        if let Some(account) = account {
            line(&mut text, format_args!("{setting}={}", account.replace('%', "%%")));
        }
    }
    if settings.user.is_some() {
        line(
            &mut text,
            format_args!(
                "# The sockets are bound already, so nothing of root's is needed.\nCapabilityBoundingSet="
            ),
        );
    }
    text.push_str(HARDENING);
    if !["/root", "/home", "/run/user"].iter().any(|home| is_below(unit, home)) {
        line(&mut text, format_args!("ProtectHome=true"));
    }
    let _ = write!(text, "\n[Install]\nWantedBy=multi-user.target\nAlso={name}.socket\n");
    text
}

/// The directories of the system are read-only, and the system itself out of reach.
const HARDENING: &str = "\
NoNewPrivileges=true
ProtectSystem=full
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectKernelLogs=true
ProtectControlGroups=true
ProtectClock=true
ProtectHostname=true
PrivateDevices=true
LockPersonality=true
RestrictRealtime=true
RestrictNamespaces=true
RestrictSUIDSGID=true
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
";

/// In the foreground, whatever the file says.
fn command(unit: &Unit<'_>) -> String {
    let program = unit.program.display().to_string();
    let arguments = unit.arguments.iter().map(String::as_str);
    let words = [program.as_str()].into_iter().chain(arguments).chain(["--no-daemonize", "start"]);
    words.map(word).collect::<Vec<_>>().join(" ")
}

fn is_below(unit: &Unit<'_>, home: &str) -> bool {
    unit.directory.starts_with(home) || unit.program.starts_with(home)
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // A String takes all.
    let _ = writeln!(text, "{line}");
}
