//! The Autobahn suite against the example `echo`; `.ci/autobahn` runs it in release.
//!
//! `autobahn [--kosoku] [PATTERN…] [-- OPTION…]`: the cases (all but the compressed ones where none is named), and what
//! else to give to `echo`. `autobahn --all [--kosoku]`: every case, with every draft switched on, once for each way to
//! compress; each run must end with 514 OK and 3 INFORMATIONAL.

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use wsrack_tests::{
    Example, Result, Tool,
    autobahn::{self, ECHO_OPTIONS, EVERY, EVERY_UNCOMPRESSED, Report},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let mut flag = |name| {
        let count = arguments.len();
        arguments.retain(|argument| argument != name);
        arguments.len() < count
    };
    let tool = if flag("--kosoku") { Tool::Kosoku } else { Tool::Autobahn };
    let passed = if flag("--all") { every(tool).await? } else { chosen(tool, &arguments).await? };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Both ways to compress, even if the first fails.
async fn every(tool: Tool) -> Result<bool> {
    let mut passed = true;
    for mode in ["shared", "dedicated"] {
        let compression = format!("compression={mode}");
        let options = ["--option", "drafts=all", "--option", &compression];
        let Some(report) = run(tool, &format!("all-{mode}"), &EVERY, &options).await? else {
            return Ok(false);
        };
        let verdict = if report.is_complete() { "as it must be" } else { "WRONG" };
        writeln!(io::stdout(), "compression={mode}, drafts=all: {verdict}\n{report}\n")?;
        passed &= report.is_complete();
    }
    Ok(passed)
}

async fn chosen(tool: Tool, arguments: &[String]) -> Result<bool> {
    let mut halves = arguments.splitn(2, |argument| argument == "--");
    let patterns = words(halves.next());
    let patterns = if patterns.is_empty() { EVERY_UNCOMPRESSED.to_vec() } else { patterns };
    let Some(report) = run(tool, "by-hand", &patterns, &words(halves.next())).await? else {
        return Ok(false);
    };
    writeln!(io::stdout(), "{report}")?;
    Ok(report.is_good())
}

/// `None` where the suite is missing, which has been said.
async fn run(tool: Tool, name: &str, patterns: &[&str], options: &[&str]) -> Result<Option<Report>> {
    let Some(suite) = tool.find("the conformance run")? else { return Ok(None) };
    let echo = Example::start("echo", &[&ECHO_OPTIONS, options].concat()).await?;
    autobahn::run(&suite, &echo.ws("/"), name, patterns).await.map(Some)
}

fn words(half: Option<&[String]>) -> Vec<&str> {
    half.unwrap_or_default().iter().map(String::as_str).collect()
}
