//! Where this process comes from: which program, called how, and by whom.

use std::process::ExitCode;

use super::birth::Parent;
use super::program::Program;
use super::title::called;
use crate::cli::failure::Failure;

/// Where this process comes from.
#[derive(Debug)]
pub(in crate::cli) struct Origin {
    pub(super) program: Program,
    /// Another process of this program, until it was told how it went.
    pub(super) parent: Option<Parent>,
}

impl Origin {
    /// Finds out. Called first of all: before anything reads stdin, and before the working directory changes.
    ///
    /// # Errors
    ///
    /// Where the system does not tell.
    pub(in crate::cli) fn of_this_process() -> Result<Self, Failure> {
        let find = || {
            let mut program = Program::of_this_process()?;
            if let Some(path) = called() {
                program.path = path;
            }
            Ok(Self { program, parent: Parent::of_this_process()? })
        };
        find().map_err(|error| Failure::System { what: "this program cannot be found".to_owned(), error })
    }

    /// What the program is called.
    pub(in crate::cli) fn name(&self) -> String {
        self.program.name()
    }

    /// Tells what went wrong, on stderr or to the process that has started this one, and gives what to exit with.
    pub(in crate::cli) fn report(self, failure: &Failure) -> ExitCode {
        match self.parent {
            Some(parent) => {
                parent.failed(failure);
                ExitCode::from(failure.status())
            }
            None => failure.report(&self.program.name()),
        }
    }
}
