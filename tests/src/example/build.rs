//! Finds an example's program beside the running test, and lets cargo build it where that is missing or old.
//!
//! `cargo test --workspace` builds all examples before the tests run; a single test (`cargo test -p wsrack-tests`)
//! does not.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use tokio::{process::Command, sync::Mutex};

use crate::{Failure, Result, target_dir, workspace};

/// The examples that a feature of their own name switches on: `cargo test --workspace` does not build them.
const WITH_FEATURE: [&str; 1] = ["axum"];

/// The tests of one program run in parallel: the first of them builds.
static BUILDING: Mutex<()> = Mutex::const_new(());

/// The path of an example's program that is no older than its sources.
pub(super) async fn program(name: &str) -> Result<PathBuf> {
    let folder = target_dir()?;
    let program = folder.join("examples").join(name);
    let _one_at_a_time = BUILDING.lock().await;
    if !is_current(&program) {
        build(name, &folder).await?;
    }
    Ok(program)
}

/// Whether none of the sources that cargo lists beside the program is newer.
fn is_current(program: &Path) -> bool {
    let modified = |path: &Path| -> Option<SystemTime> { fs::metadata(path).ok()?.modified().ok() };
    let (Some(built), Ok(list)) = (modified(program), fs::read_to_string(program.with_extension("d"))) else {
        return false;
    };
    let sources = list.split_once(": ").map_or("", |(_, sources)| sources);
    // A space inside a path is written as `\ `.
    let sources = sources.replace("\\ ", "\0");
    sources
        .split_whitespace()
        .all(|source| modified(Path::new(&source.replace('\0', " "))).is_some_and(|changed| changed <= built))
}

async fn build(name: &str, folder: &Path) -> Result {
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let feature = WITH_FEATURE.contains(&name).then(|| format!("--features=wsrack-examples/{name}"));
    // With `--workspace` its dependencies have the features that they have in `cargo test --workspace`: no second build.
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--workspace", "--example", name, "--profile", profile])
        .args(feature)
        .arg("--target-dir")
        .arg(folder.parent().unwrap_or(folder))
        .current_dir(workspace())
        .output()
        .await?;
    if output.status.success() {
        Ok(())
    } else {
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(Failure::new(format!("the example `{name}` does not build:\n{errors}")))
    }
}
