//! Where in the routes a request arrived: handed down as a request extension.

use std::sync::Arc;

use http::uri::{PathAndQuery, Uri};

use crate::env::Mount;

/// Where in the routes a request arrived, as HTTP services find it among the request's extensions.
///
/// An HTTP service sees the path below its mount as the path of the request; this tells the rest.
/// Websocket applications read it all from [`Env`](crate::Env).
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use tower::ServiceExt;
/// use wsrack::{Body, MountPoint, Routes, http};
///
/// /// Sends from `/rooms/blue` to `/rooms/blue/`.
/// async fn room(request: Request<Body>) -> http::Result<Response<Body>> {
///     match request.extensions().get::<MountPoint>() {
///         Some(mount) if mount.path_info().is_empty() => {
///             let target = format!("{}/", mount.script_name());
///             Response::builder().status(308).header("location", target).body(Body::empty())
///         }
///         _ => Ok(Response::new(Body::from("the room's page"))),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> wsrack::Result {
/// let routes = Routes::new().map("/rooms/{room}", http(room))?;
/// let request = Request::get("/rooms/blue").body(Body::empty())?;
/// let answer = routes.into_service().oneshot(request).await?;
/// assert_eq!(answer.headers()["location"], "/rooms/blue/");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MountPoint {
    target: Uri,
    script_name: String,
    /// In bytes of the target's path.
    path_info: usize,
    params: Vec<(Arc<str>, String)>,
}

impl MountPoint {
    /// Of a request that no route has seen yet.
    pub(crate) fn root(target: Uri) -> Self {
        Self { target, script_name: String::new(), path_info: 0, params: Vec::new() }
    }

    /// Of a request whose path is `uri`'s by now: routes above left `self`, but a layer between may have
    /// written another path or query since, as Rack's layers write `PATH_INFO`.
    pub(crate) fn below(self, uri: &Uri) -> Self {
        if self.inner_uri().path_and_query() == uri.path_and_query() {
            return self;
        }
        let target = with_path_and_query(uri, format!("{}{}", self.script_name, path_and_query(uri)));
        Self { path_info: self.script_name.len(), target, ..self }
    }

    /// One mount further down; `taken` counts bytes of `path_info`.
    pub(crate) fn descend(
        mut self,
        script_name: &str,
        taken: usize,
        params: Vec<(Arc<str>, String)>,
    ) -> Self {
        self.script_name.push_str(script_name);
        self.path_info += taken;
        self.params.extend(params);
        self
    }

    /// The path of the mount: what matched, as written in the routes, with the request's own segments in
    /// place of `{name}`. Empty at the root.
    pub fn script_name(&self) -> &str {
        &self.script_name
    }

    /// The rest of the path, not decoded; it may be empty.
    pub fn path_info(&self) -> &str {
        self.target.path().get(self.path_info..).unwrap_or_default()
    }

    /// The request target as the outermost routes received it.
    pub fn uri(&self) -> &Uri {
        &self.target
    }

    /// The value of a `{name}` segment, decoded. Where nested routes use a name twice, the innermost counts.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().rev().find(|(known, _)| **known == *name).map(|(_, value)| &**value)
    }

    /// The same for an [`Env`](crate::Env) of a request whose URI is [`uri`](Self::uri) again.
    pub(crate) fn as_mount(&self) -> Mount<'_> {
        Mount { script_name: &self.script_name, path_info: self.path_info, params: &self.params }
    }

    /// The target with `path_info` as its path, `/` where that is empty: what an HTTP service sees.
    pub(crate) fn inner_uri(&self) -> Uri {
        // At the root that is the target itself.
        if self.path_info == 0 && !self.path_info().is_empty() {
            return self.target.clone();
        }
        let path = match self.path_info() {
            "" => "/",
            path => path,
        };
        let text = match self.target.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        with_path_and_query(&self.target, text)
    }
}

fn path_and_query(uri: &Uri) -> &str {
    uri.path_and_query().map_or("", PathAndQuery::as_str)
}

/// The same scheme and authority with another path. Parts of a valid path are one; if not, nothing changes.
fn with_path_and_query(uri: &Uri, text: String) -> Uri {
    let mut parts = uri.clone().into_parts();
    match PathAndQuery::from_maybe_shared(text) {
        Ok(text) => parts.path_and_query = Some(text),
        Err(_) => return uri.clone(),
    }
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::env::{Env, Peer, Scheme};

    fn env(mount: &MountPoint) -> Env {
        let (parts, ()) = Request::get(mount.uri()).body(()).unwrap().into_parts();
        Env::new(&parts, &Peer::new(Scheme::Http, None, None), &mount.as_mount())
    }

    #[test]
    fn an_env_has_the_target_as_received_in_its_parts() {
        let mount = MountPoint::root(Uri::from_static("//rooms//7/x?a=1"))
            .descend("/rooms", 7, Vec::new())
            .descend("/7", 3, vec![("room".into(), "7".into())]);
        assert_eq!(mount.inner_uri(), "/x?a=1");
        let env = env(&mount);
        assert_eq!((env.uri(), env.path()), ("//rooms//7/x?a=1", "//rooms//7/x"));
        assert_eq!((env.script_name(), env.path_info()), ("/rooms/7", "/x"));
        assert_eq!(env.param("room"), Some("7"));
    }

    #[test]
    fn nothing_left_is_a_slash_for_http_and_nothing_for_an_env() {
        let mount = MountPoint::root(Uri::from_static("/chat?a")).descend("/chat", 5, Vec::new());
        assert_eq!(mount.inner_uri(), "/?a");
        assert_eq!(env(&mount).path_info(), "");
        // The routes below see the `/` of the URI and know that it is none.
        assert_eq!(mount.clone().below(&mount.inner_uri()).path_info(), "");
    }

    #[test]
    fn what_a_layer_wrote_since_is_the_rest() {
        let mount = MountPoint::root(Uri::from_static("//old//x?a=1")).descend("/old", 5, Vec::new());
        let mount = mount.below(&Uri::from_static("/new/y?b=2"));
        assert_eq!((mount.script_name(), mount.path_info()), ("/old", "/new/y"));
        assert_eq!(env(&mount).uri(), "/old/new/y?b=2");
        assert_eq!(env(&mount).path_info(), "/new/y");
    }

    #[test]
    fn of_two_parameters_of_one_name_the_innermost_counts() {
        let param = |value: &str| vec![("a".into(), value.to_owned())];
        let mount = MountPoint::root(Uri::from_static("/1/2")).descend("/1", 2, param("1"));
        let mount = mount.descend("/2", 2, param("2"));
        assert_eq!(mount.param("a"), Some("2"));
        assert_eq!(mount.param("b"), None);
    }
}
