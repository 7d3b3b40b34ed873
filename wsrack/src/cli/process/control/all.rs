//! `--all DIR`: a command for each file of a directory.

use std::path::{Path, PathBuf};

use super::say;
use crate::cli::failure::Failure;
use crate::cli::process::program::Program;

/// Runs this program once for each file: `command -C FILE`, one after the other.
///
/// # Errors
///
/// Where the directory cannot be read, and the first that a command fails with. The others run all the same.
pub(in crate::cli::process) fn run_for_all(
    program: &Program,
    command: &str,
    force: bool,
    folder: &Path,
) -> Result<(), Failure> {
    let unreadable = |error| Failure::unreadable("the directory", folder, error);
    let mut first = Ok(());
    for file in files(folder).map_err(unreadable)? {
        let mut run = program.command();
        run.arg(command).arg("--config").arg(&file);
        if force {
            run.arg("--force");
        }
        let status = run.status();
        let failure = match status {
            Ok(status) if status.success() => continue,
            Ok(status) => Failure::Child {
                status: status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(70),
                sentence: format!("{command} failed for {}", file.display()),
            },
            Err(error) => Failure::System { what: "the program cannot be started".to_owned(), error },
        };
        match first {
            Ok(()) => first = Err(failure),
            Err(_) => say(&failure.to_string()),
        }
    }
    first
}

/// The files of a directory in the order of their names, less what an editor has left behind.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let folder = std::path::absolute(folder)?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_left = path.file_name().is_some_and(|name| name.as_encoded_bytes().ends_with(b"~"));
        if path.is_file() && !is_left {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::files;
    use crate::cli::process::scratch::Scratch;

    #[test]
    fn what_an_editor_left_behind_is_no_file() {
        let folder = Scratch::new();
        for name in ["b.toml", "a.yml", "a.yml~"] {
            fs::write(folder.path(name), "").unwrap();
        }
        fs::create_dir(folder.path("old")).unwrap();
        let found = files(&folder.path("")).unwrap();
        assert_eq!(found, [folder.path("a.yml"), folder.path("b.toml")]);
    }
}
