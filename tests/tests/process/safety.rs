//! What the user of a service puts into root's way. As any other user than root there is nothing to see.

use std::{
    fs,
    os::unix::fs::{MetadataExt, chown, symlink},
    path::Path,
};

use tokio::process::Command;
use wsrack_tests::{Result, Site};

use crate::{LOG, PID, privileges::as_root};

const NOBODY: u32 = 65534;

const AS_NOBODY: [&str; 4] = ["-u", "nobody", "-g", "nogroup"];

/// A site where `logs` is nobody's folder, and `precious` root's file.
fn site() -> Result<Option<Site>> {
    let Some(site) = as_root()? else { return Ok(None) };
    fs::create_dir(site.path("logs"))?;
    chown(site.path("logs"), Some(NOBODY), Some(NOBODY))?;
    fs::create_dir(site.path("roots"))?;
    fs::write(site.path("roots/precious"), "data")?;
    Ok(Some(site))
}

async fn is_refused(site: &Site, arguments: &[&str], why: &str) -> Result {
    let said = site.run(&[&["start", "-p", "0"], &AS_NOBODY[..], arguments].concat()).await?;
    assert_eq!(said.status, 73, "{said:?}");
    assert!(said.err.contains(why), "{said:?}");
    let precious = site.path("roots/precious");
    assert_eq!(fs::metadata(&precious)?.uid(), 0, "given away by {arguments:?}");
    assert_eq!(fs::read_to_string(&precious)?, "data");
    assert!(site.processes().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_log_that_was_made_a_link_is_not_given_away() -> Result {
    let Some(site) = site()? else { return Ok(()) };
    let (precious, log) = (site.path("roots/precious"), site.path("logs/app.log"));
    let why = format!(
        "logs/app.log: nobody:nogroup may not, and root opens nothing by way of {}, which is not root's alone",
        site.path("logs").display()
    );
    symlink(&precious, &log)?;
    is_refused(&site, &["-d", "-l", "logs/app.log"], &why).await?;
    is_refused(&site, &["--access-log-file", "logs/app.log"], &why).await?;
    fs::remove_file(&log)?;
    fs::hard_link(&precious, &log)?;
    is_refused(&site, &["-d", "-l", "logs/app.log"], &why).await?;
    fs::remove_file(&log)?;

    // A folder that leads to root's.
    symlink(site.path("roots"), site.path("logs/deep"))?;
    let by_folder = "root opens nothing by way of";
    is_refused(&site, &["-d", "-l", "logs/deep/precious"], by_folder).await?;
    is_refused(&site, &["-d", "-l", "logs/deep/new"], by_folder).await?;
    assert!(!site.path("roots/new").exists());
    Ok(())
}

#[tokio::test]
async fn what_is_no_file_of_its_own_is_not_given_away_in_roots_folder_either() -> Result {
    let Some(site) = site()? else { return Ok(()) };
    let (precious, log) = (site.path("roots/precious"), site.path("roots/app.log"));
    symlink(&precious, &log)?;
    is_refused(&site, &["-d", "-l", "roots/app.log"], "follows no link").await?;
    fs::remove_file(&log)?;
    fs::hard_link(&precious, &log)?;
    is_refused(&site, &["-d", "-l", "roots/app.log"], "other names").await
}

#[tokio::test]
async fn logs_are_the_users_wherever_they_lie() -> Result {
    let Some(site) = site()? else { return Ok(()) };
    // Made by root before anybody thought of another user, and reached by root's own link.
    fs::create_dir(site.path("log"))?;
    fs::write(site.path(LOG), "before\n")?;
    symlink(site.path("roots"), site.path("linked"))?;
    for log in [LOG, "new/deep/app.log", "linked/app.log", "logs/app.log", "logs/new/app.log"] {
        let files = ["-l", log, "--access-log-file", &format!("{log}.access")];
        site.ok(&[&["start", "-d", "-p", "0"], &AS_NOBODY[..], &files].concat()).await?;
        for file in [log, &format!("{log}.access")] {
            assert_eq!(fs::metadata(site.path(file))?.uid(), NOBODY, "{file}");
        }
        site.ok(&["stop"]).await?;
        assert!(site.read(log).contains("listening on"), "{log}");
    }
    assert!(site.read(LOG).starts_with("before\n"));
    let nowhere = ["-l", "/dev/null"];
    site.ok(&[&["start", "-d", "-p", "0"], &AS_NOBODY[..], &nowhere].concat()).await?;
    assert_eq!(fs::metadata(Path::new("/dev/null"))?.uid(), 0);
    site.ok(&["stop"]).await?;
    assert!(!site.path(PID).exists());
    Ok(())
}

/// Where the file system has such folders.
#[tokio::test]
async fn an_immutable_folder_is_in_nobodys_way() -> Result {
    let Some(site) = site()? else { return Ok(()) };
    fs::create_dir_all(site.path("fixed/log"))?;
    let change =
        async |how| Command::new("chattr").args([how, "fixed"]).current_dir(site.path("")).status().await;
    if !change("+i").await.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let said =
        site.run(&[&["start", "-d", "-p", "0"], &AS_NOBODY[..], &["-l", "fixed/log/app.log"]].concat()).await;
    change("-i").await?;
    assert_eq!(said?.status, 0);
    site.ok(&["stop"]).await?;
    assert!(site.read("fixed/log/app.log").contains("listening on"));
    Ok(())
}

#[tokio::test]
async fn root_signals_no_process_that_does_not_hold_the_pid_file() -> Result {
    let Some(site) = site()? else { return Ok(()) };
    site.ok(&[&["start", "-d", "-p", "0"], &AS_NOBODY[..]].concat()).await?;
    let pid = site.pid(PID)?;
    let mut bystander = Command::new("sleep").arg("600").kill_on_drop(true).spawn()?;
    // As the server could, which has it open.
    fs::write(site.path(PID), format!("{}\n", bystander.id().unwrap_or_default()))?;
    for command in [&["stop"][..], &["stop", "-f"], &["restart"]] {
        let said = site.run(command).await?;
        assert_eq!(said.status, 7, "{said:?}");
        assert!(said.err.contains("and does not hold it"), "{said:?}");
    }
    assert_eq!(bystander.try_wait()?, None);
    fs::write(site.path(PID), format!("{pid}\n"))?;
    site.ok(&["restart"]).await?;
    site.ok(&["stop"]).await?;
    bystander.kill().await?;
    Ok(())
}
