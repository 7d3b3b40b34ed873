//! The options of the applications that the server level sets.

use std::collections::BTreeMap;

use crate::options::{OptionError, Options};

/// Options for the applications: what the file, the environment and the command line say together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AppOptions {
    /// For those that are not named.
    all: Said,
    /// By the path of the mount, and over those for all.
    by_mount: BTreeMap<String, Said>,
    /// Under what the applications say themselves.
    under: Options,
}

/// Names with values, as text and as options.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Said {
    text: BTreeMap<String, String>,
    options: Options,
}

impl AppOptions {
    /// The file's, for all and by mount, with what `over` says in their place.
    pub(super) fn new(all: &Said, by_mount: &BTreeMap<String, Said>, over: &Said) -> Self {
        let said = by_mount.iter().filter(|(_, said)| !said.is_empty());
        let by_mount = said.map(|(mount, said)| (mount.clone(), said.over(over))).collect();
        Self { all: all.over(over), by_mount, under: Options::new() }
    }

    /// With options that stand even under the applications' own.
    pub(super) fn with_defaults(mut self, under: Options) -> Self {
        self.under = under;
        self
    }

    /// What is said about the application at a mount path, over what it says itself.
    pub(crate) fn at(&self, mount: &str) -> Options {
        let own = self.by_mount.get(mount).map(|said| said.options.clone()).unwrap_or_default();
        self.all.options.clone().merge(own)
    }

    /// What stands under each application's own options.
    pub(crate) fn defaults(&self) -> Options {
        self.under.clone()
    }

    /// Whether nothing is said over what the applications say themselves.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.by_mount.values().all(Said::is_empty)
    }

    pub(super) fn all(&self) -> &Said {
        &self.all
    }

    pub(super) fn by_mount(&self) -> impl Iterator<Item = (&str, &Said)> {
        self.by_mount.iter().map(|(mount, said)| (mount.as_str(), said))
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

    /// This, with what `over` says in its place.
    pub(super) fn over(&self, over: &Self) -> Self {
        let mut text = self.text.clone();
        text.extend(over.text.clone());
        Self { text, options: self.options.clone().merge(over.options.clone()) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.text.get(name).map(String::as_str)
    }

    /// In the order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
