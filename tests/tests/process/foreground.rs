//! A server in the foreground, and its signals.

use std::{
    fs,
    time::{Duration, Instant},
};

use rustix::process::{Resource, Signal, getrlimit};
use tokio::time::timeout;
use wsrack_tests::{Client, Example, Failure, Result, Site, signal};

use crate::{TALLIED, served};

async fn tallied(options: &[&str]) -> Result<Example> {
    Example::run("tallied", TALLIED.as_ref(), options).await
}

/// With `variable` in its environment.
async fn tallied_with(site: &Site, variable: &str) -> Result<Example> {
    let script = site.path("script");
    site.script(&script, &format!("{variable} exec {TALLIED} \"$@\""))?;
    Example::run("tallied", &script, &[]).await
}

/// Has the server start anew, which the client of the old process is told; one of the new process.
async fn started_anew(server: &Example, mut client: Client) -> Result<Client> {
    signal(server.process(), Signal::HUP)?;
    assert_eq!(client.close().await?.code, 1012);
    drop(client);
    served(server.authority()).await
}

#[tokio::test]
async fn int_ends_it_at_once_and_says_so() -> Result {
    let mut server = tallied(&[]).await?;
    let mut quiet = Client::connect(server.ws("/")).await?;
    let mut busy = Client::connect(server.ws("/slow")).await?;
    quiet.send("there").await?;
    quiet.text().await?;
    busy.send("600000").await?;
    assert_eq!(busy.text().await?, "begun");
    let before = Instant::now();
    signal(server.process(), Signal::INT)?;
    assert_eq!(quiet.close().await?.code, 1001);
    assert!(server.exit().await?.success());
    assert!(before.elapsed() < Duration::from_secs(20), "it does not wait for the graceful period");
    Ok(())
}

#[tokio::test]
async fn term_and_quit_let_handlers_finish() -> Result {
    for stop in [Signal::TERM, Signal::QUIT] {
        let mut server = tallied(&[]).await?;
        let mut busy = Client::connect(server.ws("/slow")).await?;
        let mut other = Client::connect(server.ws("/")).await?;
        busy.send("500").await?;
        assert_eq!(busy.text().await?, "begun");
        other.send("there").await?;
        other.text().await?;
        signal(server.process(), stop)?;
        assert_eq!(busy.text().await?, "500");
        assert_eq!(busy.close().await?.code, 1001);
        assert_eq!(other.close().await?.code, 1001);
        assert!(server.exit().await?.success());
    }
    Ok(())
}

#[tokio::test]
async fn a_second_one_forces() -> Result {
    let mut server = tallied(&["-t", "50"]).await?;
    let mut busy = Client::connect(server.ws("/slow")).await?;
    busy.send("600000").await?;
    assert_eq!(busy.text().await?, "begun");
    let before = Instant::now();
    signal(server.process(), Signal::TERM)?;
    server.refuses().await?;
    signal(server.process(), Signal::TERM)?;
    assert!(server.exit().await?.success());
    assert!(before.elapsed() < Duration::from_secs(25));
    Ok(())
}

#[tokio::test]
async fn hup_starts_anew_and_the_shell_waits_on() -> Result {
    let mut server = tallied(&["--tag", "green"]).await?;
    let mut old = Client::connect(server.ws("/")).await?;
    old.send("there").await?;
    old.text().await?;
    let mut new = started_anew(&server, old).await?;
    // The first process passes it on, and ends with the second.
    signal(server.process(), Signal::TERM)?;
    assert_eq!(new.close().await?.code, 1001);
    drop(new);
    assert!(server.exit().await?.success());
    Ok(())
}

#[tokio::test]
async fn what_it_is_told_while_it_closes_is_for_both() -> Result {
    let mut server = tallied(&["-t", "50"]).await?;
    let mut busy = Client::connect(server.ws("/slow")).await?;
    let old = Client::connect(server.ws("/")).await?;
    busy.send("600000").await?;
    assert_eq!(busy.text().await?, "begun");
    let mut new = started_anew(&server, old).await?;
    let before = Instant::now();
    signal(server.process(), Signal::TERM)?;
    assert_eq!(new.close().await?.code, 1001);
    drop(new);
    // The first process is still at its handler; the second time is without grace.
    server.refuses().await?;
    signal(server.process(), Signal::TERM)?;
    assert!(server.exit().await?.success());
    assert!(before.elapsed() < Duration::from_secs(25));
    Ok(())
}

#[tokio::test]
async fn an_old_one_that_ends_badly_stays_with_the_new_one() -> Result {
    let site = Site::new(TALLIED)?;
    let mut server = tallied_with(&site, "TALLY=/no/such/place").await?;
    let old = Client::connect(server.ws("/")).await?;
    let mut new = started_anew(&server, old).await?;
    server.line("what is wrong", |line| line.contains("No such file")).await?;
    signal(server.process(), Signal::TERM)?;
    assert_eq!(new.close().await?.code, 1001);
    drop(new);
    assert!(!server.exit().await?.success(), "the new one cannot write it down either");
    Ok(())
}

#[tokio::test]
async fn the_work_of_an_old_one_ends_with_its_server() -> Result {
    let site = Site::new(TALLIED)?;
    let mut server = tallied_with(&site, "BEATS=1").await?;
    signal(server.process(), Signal::HUP)?;
    let of_the_old_one = format!("beat of {}", server.process());
    let only_the_new_one_beats = async {
        let mut alone = 0;
        while alone < 25 {
            let beat = server.line("a beat", |line| line.starts_with("beat of ")).await?;
            alone = if beat == of_the_old_one { 0 } else { alone + 1 };
        }
        Ok::<_, Failure>(())
    };
    timeout(Duration::from_mins(1), only_the_new_one_beats).await??;
    signal(server.process(), Signal::TERM)?;
    assert!(server.exit().await?.success());
    Ok(())
}

#[tokio::test]
async fn many_connections_need_many_descriptors() -> Result {
    let limit = |process: u32| -> Result<u64> {
        let limits = fs::read_to_string(format!("/proc/{process}/limits"))?;
        let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
        Ok(line.and_then(|line| line.split_whitespace().next()).unwrap_or_default().parse()?)
    };
    let plain = limit(tallied(&[]).await?.process())?;
    let wanted = plain + 1000;
    let said = tallied(&["--max-conns", &wanted.to_string()]).await;
    let allowed = getrlimit(Resource::Nofile).maximum.is_none_or(|maximum| maximum >= wanted + 256);
    match said {
        Ok(server) => assert!(limit(server.process())? >= wanted),
        // Without root's rights there is an end to it, and it is told.
        Err(failure) => {
            assert!(!allowed && format!("{failure:?}").contains("files open"), "{failure:?}");
        }
    }
    Ok(())
}
