//! A client written in another language, from `tests/clients/`, that prints what it saw as one JSON value.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde::de::DeserializeOwned;
use tokio::{process::Command, time::timeout};

use crate::{
    Failure, Result, Tool,
    tools::{node_modules, workspace},
};

/// How long a client may run.
const PATIENCE: Duration = Duration::from_mins(5);

/// A client that can be run: its interpreter is there.
#[derive(Debug)]
pub struct Script {
    interpreter: PathBuf,
    file: &'static str,
}

impl Script {
    /// The client `file` for the interpreter of `tool`; `None`, after a line that says so, where that is missing.
    ///
    /// # Errors
    /// As [`Tool::find`].
    pub fn find(tool: Tool, file: &'static str) -> Result<Option<Self>> {
        let interpreter = tool.find(&format!("tests/clients/{file}"))?;
        Ok(interpreter.map(|interpreter| Self { interpreter, file }))
    }

    /// Runs the client, which gets `arguments`, and reads what it printed.
    ///
    /// # Errors
    /// Where it fails, prints no such value, or takes more than five minutes; the text has its stderr.
    pub async fn run<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T> {
        self.run_in(&[], arguments).await
    }

    /// The same, with these variables in its environment.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_in<T: DeserializeOwned>(
        &self,
        environment: &[(&str, &Path)],
        arguments: &[&str],
    ) -> Result<T> {
        let running = Command::new(&self.interpreter)
            .arg(workspace().join("tests/clients").join(self.file))
            .args(arguments)
            .env("NODE_PATH", node_modules())
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let Ok(output) = timeout(PATIENCE, running).await else {
            return Err(Failure::new(format!("{} took more than {PATIENCE:?}", self.file)));
        };
        let output = output?;
        let (printed, errors) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            return Err(Failure::new(format!("{}: {}\n{printed}\n{errors}", self.file, output.status)));
        }
        serde_json::from_str(&printed)
            .map_err(|error| Failure::new(format!("{} printed `{printed}`: {error}\n{errors}", self.file)))
    }
}
