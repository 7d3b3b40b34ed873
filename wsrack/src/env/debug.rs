//! `Debug` without secrets: an environment ends up in logs.

use std::fmt;

use super::{Env, names};

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env")
            .field("method", &self.method())
            .field("script_name", &self.script_name())
            .field("path_info", &self.path_info())
            .field("query", &Hidden(self.query().len()))
            .field("scheme", &self.scheme())
            .field("remote_addr", &self.remote_addr())
            .field("local_addr", &self.local_addr())
            .field("draft", &self.draft())
            .field("subprotocol", &self.subprotocol())
            .field("headers", &Headers(self))
            .finish_non_exhaustive()
    }
}

struct Headers<'a>(&'a Env);

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.0.raw_headers() {
            if names::is_loggable(name) {
                map.entry(&name, &String::from_utf8_lossy(value));
            } else {
                map.entry(&name, &Hidden(value.len()));
            }
        }
        map.finish()
    }
}

/// The length of what is not shown.
struct Hidden(usize);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0)
    }
}
