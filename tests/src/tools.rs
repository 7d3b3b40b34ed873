//! Where the tools stand that `.ci/install-tools` installs.

use std::{
    env,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Failure, Result};

/// Where the two programs that run Autobahn's cases are installed.
const WSTEST: &str = "autobahn/bin/wstest";
const KOSOKU: &str = "python/bin/kosoku";

/// A program or package that a test needs beside cargo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Node.js with a package from npm.
    Node(&'static str),
    /// Python 3 with a package from `PyPI`.
    Python(&'static str),
    /// Ruby with a library from Debian.
    Ruby(&'static str),
    /// Perl with a module from Debian.
    Perl(&'static str),
    /// The Chromium browser.
    Chromium,
    /// Prometheus' tool that checks metrics.
    Promtool,
    /// Any other program: its package in Debian has its name.
    Program(&'static str),
    /// nginx with its module for streams, from Debian.
    Nginx,
    /// The Autobahn suite, or `kosoku` in its place.
    Autobahn,
    /// `kosoku`, which runs Autobahn's cases in a third of the time.
    Kosoku,
    /// systemd's `systemd-socket-activate`; systemd need not run.
    Systemd,
}

impl Tool {
    /// nginx's module for streams, where Debian has it.
    pub const NGINX_STREAM: &str = "/usr/lib/nginx/modules/ngx_stream_module.so";

    /// The path of the program to start; `None` where the tool is missing, after one line on stderr that says what is
    /// skipped.
    ///
    /// # Errors
    /// Where the tool is missing and the variable `CI` is set: there nothing may be skipped.
    pub fn find(self, purpose: &str) -> Result<Option<PathBuf>> {
        if let Some(path) = self.locate() {
            return Ok(Some(path));
        }
        if in_ci() {
            return Err(Failure::new(format!("{purpose} needs {}: run .ci/install-tools", self.name())));
        }
        // Straight to stderr: the test runner would keep the output of a test that passes.
        writeln!(io::stderr(), "skipped: {purpose} needs {}; run .ci/install-tools", self.name())?;
        Ok(None)
    }

    fn name(self) -> String {
        match self {
            Self::Node(package) => format!("node with {package}"),
            Self::Python(package) => format!("python with {package}"),
            Self::Ruby(library) => format!("ruby with {library}"),
            Self::Perl(module) => format!("perl with {module}"),
            Self::Chromium => "chromium".to_owned(),
            Self::Promtool => "promtool".to_owned(),
            Self::Program(name) => name.to_owned(),
            Self::Nginx => "nginx with its stream module".to_owned(),
            Self::Autobahn => "the Autobahn suite or kosoku".to_owned(),
            Self::Kosoku => "kosoku".to_owned(),
            Self::Systemd => "systemd-socket-activate".to_owned(),
        }
    }

    fn locate(self) -> Option<PathBuf> {
        match self {
            Self::Node(package) => node_modules().join(package).exists().then(|| on_path("node"))?,
            Self::Python(package) => {
                let environment = installed("python");
                // The package's folder lies under `lib/python3.N/site-packages`.
                let versions = environment.join("lib").read_dir().ok()?;
                let mut folders =
                    versions.flatten().map(|version| version.path().join("site-packages").join(package));
                folders.any(|folder| folder.exists()).then(|| environment.join("bin/python"))
            }
            Self::Ruby(library) => on_path("ruby").filter(|ruby| runs(ruby, &["-r", library, "-e", ""])),
            Self::Perl(module) => {
                on_path("perl").filter(|perl| runs(perl, &[&format!("-M{module}"), "-MJSON::PP", "-e", ""]))
            }
            Self::Chromium => on_path("chromium"),
            Self::Promtool => on_path("promtool"),
            Self::Autobahn => [WSTEST, KOSOKU].into_iter().map(installed).find(|program| program.exists()),
            Self::Kosoku => Some(installed(KOSOKU)).filter(|program| program.exists()),
            Self::Systemd => on_path("systemd-socket-activate"),
            // Where servers stand, which not everybody has on the path.
            Self::Program(name) => on_path(name).or_else(|| {
                let path = Path::new("/usr/sbin").join(name);
                path.is_file().then_some(path)
            }),
            Self::Nginx => on_path("nginx").filter(|_| Path::new(Self::NGINX_STREAM).exists()),
        }
    }
}

/// The folder of the workspace.
pub fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The folder of this build, such as `target/debug`: two above a test, one above a program.
///
/// # Errors
/// Where the running program's own path is unknown.
pub fn target_dir() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let folder = program.parent().unwrap_or(&program);
    Ok(if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder }.to_owned())
}

/// Where Node finds the packages that `.ci/install-tools` installed.
pub(crate) fn node_modules() -> PathBuf {
    installed("node").join("node_modules")
}

fn installed(path: &str) -> PathBuf {
    workspace().join(".ci/tools").join(path)
}

fn on_path(program: &str) -> Option<PathBuf> {
    // Where Debian has what is a service, and not every user looks.
    let services = PathBuf::from("/usr/sbin");
    let path = env::var_os("PATH")?;
    let mut programs = env::split_paths(&path).chain([services]).map(|folder| folder.join(program));
    programs.find(|path| path.is_file())
}

/// Whether the program ends well.
fn runs(program: &Path, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success())
}

fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty())
}
