//! The Autobahn suite against the example `echo`; `.ci/autobahn` runs it in release.
//!
//! `autobahn [PATTERN…] [-- OPTION…]`: the cases (all but the compressed ones where none is named), and what else to give
//! to `echo`.

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use wsrack_tests::{
    Example, Result, Tool,
    autobahn::{self, ECHO_OPTIONS, EVERY_UNCOMPRESSED},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut halves = arguments.splitn(2, |argument| argument == "--");
    let patterns = words(halves.next());
    let patterns = if patterns.is_empty() { EVERY_UNCOMPRESSED.to_vec() } else { patterns };
    let options = [ECHO_OPTIONS.to_vec(), words(halves.next())].concat();

    let Some(suite) = Tool::Autobahn.find("the conformance run")? else { return Ok(ExitCode::FAILURE) };
    let echo = Example::start("echo", &options).await?;
    let report = autobahn::run(&suite, &echo.ws("/"), "by-hand", &patterns).await?;
    writeln!(io::stdout(), "{report}")?;
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn words(half: Option<&[String]>) -> Vec<&str> {
    half.unwrap_or_default().iter().map(String::as_str).collect()
}
