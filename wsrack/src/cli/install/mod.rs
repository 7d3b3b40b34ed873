//! The command `install`: units for systemd.

mod service;
mod socket;

use std::fmt::Write as _;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::settings::{Listen, Settings};

/// Writes a service and a socket unit into a directory, and gives what to tell; `-` as directory gives both instead.
///
/// `arguments` are the command line's settings, as the service is to be started with.
///
/// # Errors
///
/// Where a unit cannot be written, or cannot be made: for a cluster, or an address that is not known.
pub(super) fn install(
    settings: &Settings,
    name: &str,
    arguments: &[String],
    dir: &Path,
) -> Result<String, Failure> {
    if let Some(servers) = settings.servers {
        let problem = format!(
            "install writes units for one server: in the place of `--servers {servers}` say `--workers {servers}`"
        );
        return Err(Failure::Usage(problem));
    }
    let unit = Unit::new(settings, name, arguments)?;
    let units = [(unit.file("service"), service::text(&unit)), (unit.file("socket"), socket::text(&unit))];
    let mut told = String::new();
    for (file, text) in units {
        if dir == Path::new("-") {
            let _ = writeln!(told, "# {file}\n{text}");
            continue;
        }
        let path = dir.join(file);
        std::fs::write(&path, text).map_err(|error| Failure::unwritable("the unit", &path, error))?;
        let _ = writeln!(told, "wrote {}", path.display());
    }
    if dir != Path::new("-") {
        let _ = writeln!(
            told,
            "now: systemctl daemon-reload && systemctl enable --now {0}.socket {0}.service",
            unit.name
        );
    }
    Ok(told)
}

/// What both units are made of.
struct Unit<'a> {
    settings: &'a Settings,
    /// What systemd calls it.
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    directory: PathBuf,
    /// Looked up, for systemd knows no names.
    addresses: Vec<Address>,
}

enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl<'a> Unit<'a> {
    fn new(settings: &'a Settings, name: &str, arguments: &[String]) -> Result<Self, Failure> {
        let system =
            |error| Failure::System { what: "the system does not tell where this program is".into(), error };
        let directory = std::env::current_dir().map_err(system)?;
        let relative_to =
            settings.chdir.as_ref().map_or_else(|| directory.clone(), |dir| directory.join(dir));
        let mut addresses = Vec::new();
        for listen in &settings.listen {
            match listen {
                Listen::Unix(path) => addresses.push(Address::Unix(relative_to.join(path))),
                Listen::Tcp { host, port } => {
                    let found = (host.as_str(), *port).to_socket_addrs();
                    let found = found.map_err(|error| Failure::Listen { listen: listen.clone(), error })?;
                    addresses.extend(found.map(Address::Tcp));
                }
            }
        }
        let file = settings
            .how
            .file
            .iter()
            .flat_map(|file| ["--config".into(), directory.join(file).display().to_string()]);
        Ok(Self {
            settings,
            name: unit_name(name),
            program: std::env::current_exe().map_err(system)?,
            arguments: file.chain(arguments.iter().cloned()).collect(),
            directory,
            addresses,
        })
    }

    fn file(&self, kind: &str) -> String {
        format!("{}.{kind}", self.name)
    }
}

/// Of the characters that a unit's name may have.
fn unit_name(name: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    name.chars().map(allowed).collect()
}

/// A path or an argument as systemd reads it: quoted where it has to be, and nothing of it replaced.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=+@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut word = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => word.extend(['\\', c]),
            '%' | '$' => word.extend([c, c]),
            '\n' => word.push_str("\\n"),
            c => word.push(c),
        }
    }
    word.push('"');
    word
}

/// A path in a setting that takes one alone: there only `%` means something.
fn path(path: &Path) -> String {
    path.display().to_string().replace('%', "%%")
}
