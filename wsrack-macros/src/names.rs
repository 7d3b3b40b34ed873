//! The names that users write.

use std::fmt;

use syn::Path;

/// What a method of an application handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Start,
    Upgrade,
    Open,
    Message,
    Notify,
    Every,
    Error,
    Close,
    Stop,
}

impl Marker {
    pub(crate) const ALL: [Self; 9] = [
        Self::Start,
        Self::Upgrade,
        Self::Open,
        Self::Message,
        Self::Notify,
        Self::Every,
        Self::Error,
        Self::Close,
        Self::Stop,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Start => "on_start",
            Self::Upgrade => "on_upgrade",
            Self::Open => "on_open",
            Self::Message => "on_message",
            Self::Notify => "on_notify",
            Self::Every => "every",
            Self::Error => "on_error",
            Self::Close => "on_close",
            Self::Stop => "on_stop",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|marker| marker.name() == name)
    }
}

impl fmt::Display for Marker {
    /// As it is written above a method.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`#[{}]`", self.name())
    }
}

/// The last part of `name` or `wsrack::name`: the paths by which our attributes are written.
pub(crate) fn our_name(path: &Path, krate: Option<&Path>) -> Option<String> {
    let name = path.segments.last()?.ident.to_string();
    let front = path.segments.iter().rev().skip(1);
    let is_ours = match path.segments.len() {
        1 => path.leading_colon.is_none(),
        2 if path.segments[0].ident == "wsrack" => true,
        _ => krate.is_some_and(|krate| {
            front.map(|segment| &segment.ident).eq(krate.segments.iter().rev().map(|segment| &segment.ident))
        }),
    };
    is_ours.then_some(name)
}
