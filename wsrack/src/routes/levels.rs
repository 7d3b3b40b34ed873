//! What the server says about the applications in routes: the levels of options around their own.

use super::builder::Routes;
use super::key::Key;
use super::mount::Mounted;
use crate::error::Error;
use crate::options::{Options, Settings};

/// What the server says about one application.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerOptions {
    /// Under what `#[websocket_app(…)]` sets.
    pub(crate) under: Options,
    /// Over that, and under those of the instance.
    pub(crate) over: Options,
}

impl Routes {
    /// The keys of all applications, as a file of settings names them: the whole of it, from the outermost block in. With
    /// each what its options mean.
    pub(crate) fn apps(&self) -> Vec<(String, Settings)> {
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

    fn list_apps(&self, at: &Key, apps: &mut Vec<(String, Settings)>) {
        for (key, node) in &self.mounts {
            let key = key.below(at);
            match &node.0 {
                Mounted::App(app) => apps.push((key.to_string(), app.settings())),
                Mounted::Nested(routes) => routes.list_apps(&key, apps),
                Mounted::Http(_) | Mounted::Observer(_) => {}
            }
        }
    }

    fn configure_at(&mut self, at: &Key, server: &dyn Fn(&str) -> ServerOptions) -> Result<(), Error> {
        for (key, node) in &mut self.mounts {
            let key = key.below(at);
            match &mut node.0 {
                Mounted::App(app) => app.configure(&key, server(&key.to_string()))?,
                Mounted::Nested(routes) => routes.configure_at(&key, server)?,
                Mounted::Http(_) | Mounted::Observer(_) => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::ServerOptions;
    use crate::app::App as _;
    use crate::options::Options;
    use crate::routes::{Routes, app};
    use crate::websocket_app;

    struct Plain;

    #[websocket_app]
    impl Plain {}

    struct Narrow;

    #[websocket_app(send_queue = "1 KiB")]
    impl Narrow {}

    fn routes() -> Routes {
        let own = Options::new().send_queue(1);
        let block = Routes::new().map("/", Plain).unwrap().map("/{room}", Plain.with(own)).unwrap();
        Routes::new()
            .map("/x", block)
            .unwrap()
            .map("/narrow", Narrow)
            .unwrap()
            .host("A.org", app(Plain))
            .unwrap()
    }

    /// The first application, by its whole key, whose options do not fit with these around them.
    fn unfit(under: &Options, over: &Options) -> Option<String> {
        let around = |_: &str| ServerOptions { under: under.clone(), over: over.clone() };
        let error = routes().configure(&around).err()?.to_string();
        error.split('`').nth(1).map(str::to_owned)
    }

    #[test]
    fn applications_are_named_by_the_whole_of_their_keys() {
        let all = ["/x", "/x/{room}", "/narrow", "http://a.org/"];
        assert_eq!(routes().apps().iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), all);
        let asked = std::cell::RefCell::new(Vec::new());
        let around = |key: &str| {
            asked.borrow_mut().push(key.to_owned());
            ServerOptions::default()
        };
        let _ = routes().configure(&around).unwrap();
        assert_eq!(*asked.borrow(), all);
    }

    #[test]
    fn under_the_attribute_over_it_and_under_those_of_the_instance() {
        let (nothing, zero) = (Options::new(), Options::new().send_queue(0));
        assert_eq!(unfit(&nothing, &nothing), None);
        assert_eq!(unfit(&nothing, &zero).as_deref(), Some("/x"), "over the default");
        assert_eq!(unfit(&zero, &nothing).as_deref(), Some("/x"), "over the default");
        let only = |key: &'static str, server: ServerOptions| {
            let around =
                move |asked: &str| if asked == key { server.clone() } else { ServerOptions::default() };
            routes().configure(&around).is_ok()
        };
        let (under, over) = (Options::new(), zero.clone());
        assert!(
            !only("/narrow", ServerOptions { under: under.clone(), over: over.clone() }),
            "over the attribute"
        );
        assert!(
            only("/narrow", ServerOptions { under: over.clone(), over: under.clone() }),
            "under the attribute"
        );
        assert!(only("/x/{room}", ServerOptions { under: zero, over }), "under those of the instance");
    }
}
