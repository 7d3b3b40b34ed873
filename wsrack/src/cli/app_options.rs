//! The options of the applications that the server level sets.

use std::collections::BTreeMap;

use crate::options::{OptionError, Options};

/// Options as they were said, and what they mean.
///
/// For one application: those for all from file and environment, then its own from the file, then those of the command
/// line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AppOptions {
    /// Of `[options]` in the file, `WSRACK_OPTION_…` over it.
    pub(super) all: Said,
    /// Of `[apps."/path"]` in the file, by that path.
    pub(super) by_mount: BTreeMap<String, Said>,
    /// Of `--option`.
    pub(super) line: Said,
}

/// Names with values, as text and as options.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Said {
    text: BTreeMap<String, String>,
    options: Options,
}

impl AppOptions {
    /// What is said about the application at a mount path.
    pub(crate) fn at(&self, mount: &str) -> Options {
        let own = self.by_mount.get(mount).map(|said| said.options.clone()).unwrap_or_default();
        self.all.options.clone().merge(own).merge(self.line.options.clone())
    }
}

impl Said {
    /// Says it; what was said of this option before is forgotten.
    ///
    /// # Errors
    ///
    /// An option that there is not, or a value that cannot be read.
    pub(super) fn say(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
        self.options.set(name, value)?;
        self.text.insert(name.trim().replace('-', "_"), value.trim().to_owned());
        Ok(())
    }

    /// In the order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
