//! The quick cases of the Autobahn suite against the example `echo`; `.ci/autobahn` runs the others.

use wsrack_tests::{
    Example, Result, Tool,
    autobahn::{self, ECHO_OPTIONS, QUICK},
};

#[tokio::test]
async fn echo_passes_the_quick_cases() -> Result {
    let Some(suite) = Tool::Autobahn.find("the run of Autobahn's cases")? else { return Ok(()) };
    let echo = Example::start("echo", &ECHO_OPTIONS).await?;
    let report = autobahn::run(&suite, &echo.ws("/"), "quick", &QUICK).await?;
    assert!(report.is_good(), "{report}");
    Ok(())
}
