//! The Autobahn suite against a server: which cases there are, one run, the verdicts.

mod cases;
mod report;

use std::{fs, path::Path, process::Stdio, time::Duration};

use serde_json::json;
use tokio::{process::Command, time::timeout};

pub use cases::{EVERY, EVERY_UNCOMPRESSED, QUICK, matching};
pub use report::Report;

use crate::{Failure, Result, target_dir, workspace};

/// What `echo` must be told to take the largest messages of section 9: 16 MiB, and 4 MiB in fragments of 64 bytes.
pub const ECHO_OPTIONS: [&str; 6] = [
    "--option",
    "max_message_size=16 MiB",
    "--option",
    "max_frame_size=16 MiB",
    "--option",
    "max_fragments=100000",
];

/// How long all cases of a run may take together; compressed ones take about ten minutes of an idle core.
const PATIENCE: Duration = Duration::from_hours(1);

/// Runs the cases that `patterns` name against the server at `url`, with the suite's `program`: `wstest`, or `kosoku`.
///
/// The suite's pages stay in `autobahn-report/NAME` in the build folder.
///
/// # Errors
/// Where no case fits a pattern, or the suite does not run to its end. Cases that fail are no error: see
/// [`Report::is_good`].
pub async fn run(program: &Path, url: &str, name: &str, patterns: &[&str]) -> Result<Report> {
    let cases = matching(patterns)?;
    let folder = target_dir()?.join("autobahn-report").join(name);
    if folder.exists() {
        // The verdicts of an earlier run must not stand in for missing ones.
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;

    let mut suite = if program.ends_with("wstest") {
        wstest(program, url, &folder, patterns)?
    } else {
        kosoku(program, url, &folder, patterns)
    };
    let output = suite.current_dir(&folder).stdin(Stdio::null()).kill_on_drop(true).output();
    let Ok(output) = timeout(PATIENCE, output).await else {
        return Err(Failure::new(format!("{} took more than {PATIENCE:?}", program.display())));
    };
    let output = output?;
    let index = folder.join("index.json");
    let Ok(text) = fs::read_to_string(&index) else {
        let (printed, errors) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        return Err(Failure::new(format!("no {}: {}\n{printed}\n{errors}", index.display(), output.status)));
    };
    Report::read(&text, cases, folder)
}

/// Its exit status says nothing: it is 0 whatever the verdicts.
fn wstest(program: &Path, url: &str, folder: &Path, patterns: &[&str]) -> Result<Command> {
    let specification = folder.join("specification.json");
    let settings = json!({
        "outdir": folder,
        "servers": [{ "agent": "wsrack", "url": url }],
        "cases": patterns,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    });
    fs::write(&specification, settings.to_string())?;
    // Not by its first line: the path of a deep folder does not fit into one.
    let mut command = Command::new(program.with_file_name("python"));
    command.arg(program).args(["--mode", "fuzzingclient", "--spec"]).arg(specification);
    Ok(command)
}

fn kosoku(program: &Path, url: &str, folder: &Path, patterns: &[&str]) -> Command {
    let mut command = Command::new(program.with_file_name("python"));
    command.arg(workspace().join("tests/clients/autobahn.py"));
    command.args(["--parallelism", "2", "--outdir"]).arg(folder);
    command.args(patterns.iter().flat_map(|pattern| ["--include", pattern])).arg(url);
    command
}
