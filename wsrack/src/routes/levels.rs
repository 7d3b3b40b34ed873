//! What the server says about the applications in routes: the levels of options around their own.

use super::builder::Routes;
use super::key::Key;
use super::mount::Mounted;
use crate::error::Error;
use crate::options::Options;

/// What the server says about one application.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerOptions {
    /// Under what `#[websocket_app(…)]` sets.
    pub(crate) under: Options,
    /// Over that, and under those of the instance.
    pub(crate) over: Options,
}

impl Routes {
    /// The keys of all applications, as a file of settings names them: the whole of it, from the outermost block in.
    pub(crate) fn apps(&self) -> Vec<String> {
        let mut apps = Vec::new();
        self.list_apps(&Key::ROOT, &mut apps);
        apps
    }

    /// Gives each application the server's options, which are asked for by its key.
    ///
    /// # Errors
    ///
    /// Options that contradict each other, with the key of their application.
    pub(crate) fn configure(mut self, server: &dyn Fn(&str) -> ServerOptions) -> Result<Self, Error> {
        self.configure_at(&Key::ROOT, server)?;
        Ok(self)
    }

    fn list_apps(&self, at: &Key, apps: &mut Vec<String>) {
        for (key, node) in &self.mounts {
            let key = key.below(at);
            match &node.0 {
                Mounted::App(_) => apps.push(key.to_string()),
                Mounted::Nested(routes) => routes.list_apps(&key, apps),
                Mounted::Http(_) => {}
            }
        }
    }

    fn configure_at(&mut self, at: &Key, server: &dyn Fn(&str) -> ServerOptions) -> Result<(), Error> {
        for (key, node) in &mut self.mounts {
            let key = key.below(at);
            match &mut node.0 {
                Mounted::App(app) => app.configure(&key, server(&key.to_string()))?,
                Mounted::Nested(routes) => routes.configure_at(&key, server)?,
                Mounted::Http(_) => {}
            }
        }
        Ok(())
    }
}
