//! What is known of a request on its way from the server to an application.

use http::Request;

use super::handover::{Handover, LeftHandover};
use crate::mount_point::MountPoint;

/// What the server and the routes know of a request. They hand it on beside the request; where a service of somebody
/// else's stands between them, it travels among the request's extensions.
#[derive(Debug, Default)]
pub(crate) struct Passage {
    /// The stream that it came on, where the server is ours.
    pub(crate) handover: Option<Handover>,
    /// Where in the routes it is. Before it meets any, its URI is the target as received; from then on this tells it.
    pub(crate) mount: Option<MountPoint>,
    /// Somebody else has handed the request on, and will see the answer.
    pub(crate) is_seen: bool,
}

impl Passage {
    /// Of a request that no route has seen yet.
    pub(crate) fn new(handover: Handover) -> Self {
        Self { handover: Some(handover), mount: None, is_seen: false }
    }

    /// Of a request that comes from somebody else, who may have written another path.
    pub(crate) fn take_from<B>(request: &mut Request<B>) -> Self {
        let left = request.extensions_mut().remove::<LeftHandover>();
        let handover = left.and_then(|left| left.take_up());
        let mount = request.extensions_mut().remove::<MountPoint>();
        Self { handover, mount: mount.map(|mount| mount.below(request.uri())), is_seen: true }
    }

    /// Leaves it to somebody else, whose path is the rest below the mount.
    pub(crate) fn leave_in<B>(self, request: &mut Request<B>) {
        if let Some(handover) = self.handover {
            request.extensions_mut().insert(handover.leave());
        }
        if let Some(mount) = self.mount {
            *request.uri_mut() = mount.inner_uri();
            request.extensions_mut().insert(mount);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Uri;

    use super::*;

    #[test]
    fn what_somebody_else_writes_is_the_rest_of_the_path() {
        let target = Uri::from_static("http://example.org/chat/x?a=1");
        let mount = MountPoint::root(target.clone()).descend("/chat", 5, Vec::new());
        let mut request = Request::new(());
        Passage { mount: Some(mount), ..Passage::default() }.leave_in(&mut request);
        assert_eq!(*request.uri(), "http://example.org/x?a=1");

        let mut seen = request.clone();
        assert_eq!(*Passage::take_from(&mut seen).mount.unwrap().uri(), target);
        *request.uri_mut() = Uri::from_static("/y");
        assert_eq!(*Passage::take_from(&mut request).mount.unwrap().uri(), "/chat/y");
    }
}
