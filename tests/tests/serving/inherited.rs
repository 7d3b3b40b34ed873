//! Unix sockets that are handed on: whose file it is.

use wsrack::prelude::*;
use wsrack::{Listen, ServerHandle};
use wsrack_tests::{Failure, Result};

use super::{Echo, ours, unix::path};

struct Broken;

#[websocket_app]
impl Broken {
    #[on_start]
    fn start(&self) -> wsrack::Result {
        Err(Error::msg("this one is broken"))
    }
}

/// A server that is to take over, with what another one listens on.
fn inherits(routes: Routes, from: &ServerHandle, path: &std::path::Path) -> Result<wsrack::Bound> {
    let builder = routes.server().listen(Listen::unix(path));
    ours(from.sockets()?.into_iter().fold(builder, wsrack::ServerBuilder::inherit).bind_all())
}

#[tokio::test]
async fn a_successor_that_does_not_come_to_serve_leaves_the_file() -> Result {
    let path = path()?;
    let server = ours(wsrack::routes! { "/" => Echo }.server().bind_unix(&path).await)?;
    let handle = server.handle();
    let serving = tokio::spawn(server.serve());

    drop(inherits(wsrack::routes! { "/" => Echo }, &handle, &path)?);
    assert!(path.exists(), "bound and dropped");
    let failed = inherits(wsrack::routes! { "/" => Broken }, &handle, &path)?.start().await;
    assert!(failed.is_err() && path.exists(), "an application did not start");
    drop(ours(inherits(wsrack::routes! { "/" => Echo }, &handle, &path)?.start().await)?);
    assert!(path.exists(), "started and dropped");
    tokio::net::UnixStream::connect(&path).await?;

    let successor = ours(inherits(wsrack::routes! { "/" => Echo }, &handle, &path)?.start().await)?;
    let next = successor.handle();
    let served = tokio::spawn(successor.serve());
    handle.restart();
    ours(serving.await?)?;
    tokio::net::UnixStream::connect(&path).await?;
    next.stop();
    ours(served.await?)?;
    if path.exists() { Err(Failure::new("its own file stays behind")) } else { Ok(()) }
}
