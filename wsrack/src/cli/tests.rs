//! From words to settings, and back.

mod docs;
mod install;
mod levels;
mod line;
mod round_trip;

use std::ffi::OsString;
use std::path::PathBuf;

use super::failure::Failure;
use super::levels::{Ground, Request, read};
use super::line::Names;
use super::settings::Settings;

/// A program `chat` with two applications.
fn ground() -> Ground {
    let names = Names { program: "chat".into(), ..Names::default() };
    Ground { names, mounts: vec!["/chat".into(), "/rooms/{room}".into()], ..Ground::default() }
}

fn ask(line: &[&str], variables: &[(&str, &str)]) -> Result<Request, Failure> {
    let line = ["chat"].iter().chain(line).map(OsString::from);
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    read(&ground(), line, variables)
}

#[track_caller]
fn settings(line: &[&str], variables: &[(&str, &str)]) -> Settings {
    match ask(line, variables) {
        Ok(Request::Run { settings, .. }) => *settings,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn failure(line: &[&str], variables: &[(&str, &str)]) -> Failure {
    ask(line, variables).expect_err("it should not be so")
}

/// A file that is there as long as this.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("wsrack-cli-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}
