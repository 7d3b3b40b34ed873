//! The tables of options in the documentation have every option, and each with its default.

use std::fs;

use wsrack::Options;
use wsrack_tests::{Client, Example, Failure, Result, ask, workspace};

#[test]
fn the_guide_has_every_option_with_its_default() -> Result {
    let rows = rows("wsrack/src/docs/options.md")?;
    let names: Vec<_> = rows.iter().map(|(name, _)| name.as_str()).collect();
    // The error for a name that is none tells all that are.
    let told = Options::new().set("no such option", "1").unwrap_err().to_string();
    let known: Vec<_> = told.rsplit(": ").next().unwrap_or_default().split(", ").collect();
    assert_eq!(names, known, "from: {told}");
    assert_defaults(&rows)
}

#[tokio::test]
async fn echo_takes_each_of_them_on_its_command_line() -> Result {
    let rows = rows("wsrack/src/docs/options.md")?;
    let options: Vec<_> = rows.iter().map(|(name, default)| format!("{name}={}", value(default))).collect();
    let arguments: Vec<_> = options.iter().flat_map(|option| ["--option", option.as_str()]).collect();
    let echo = Example::start("echo", &arguments).await?;
    let mut client = Client::connect(echo.ws("/")).await?;
    assert_eq!(ask(&mut client, "hello").await?, "hello");
    client.leave().await
}

#[test]
fn what_is_said_of_security_is_so() -> Result {
    let rows = rows("SECURITY.md")?;
    assert!(rows.len() > 10, "the table of limits: {rows:?}");
    assert_defaults(&rows)
}

/// Setting an option to what the table says is its default changes nothing.
fn assert_defaults(rows: &[(String, String)]) -> Result {
    for (name, default) in rows {
        let mut options = Options::new();
        options.set(name, value(default)).map_err(|error| Failure::new(format!("{name}: {error}")))?;
        assert_eq!(options.effective(), Options::new().effective(), "the default of {name} is not {default}");
    }
    Ok(())
}

/// As it is set where the table says `none`.
fn value(default: &str) -> &str {
    if default == "none" { "" } else { default }
}

/// Name and default of each row like ``| [`name`](…) | `default` | …``.
fn rows(file: &str) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(workspace().join(file))?;
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let name = cells.next()?.trim_start_matches('[').strip_prefix('`')?.split('`').next()?;
        let default = cells.next()?.trim_matches('`');
        Some((name.to_owned(), default.to_owned()))
    };
    Ok(text.lines().filter_map(row).collect())
}
