//! A server in the test's own process, on a free port.

use std::{net::SocketAddr, time::Duration};

use tokio::{task::JoinHandle, time::timeout};
use wsrack::{Hub, Routes, Server, ServerHandle};

use crate::{Failure, Result};

/// How long a server may take to stop, beyond what a test lets its handlers take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that serves until it is stopped or dropped.
#[derive(Debug)]
pub struct Served {
    addr: SocketAddr,
    hub: Hub,
    handle: ServerHandle,
    serving: JoinHandle<wsrack::Result>,
}

impl Served {
    /// Serves the routes as they are on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Where the routes do not start.
    pub async fn start(routes: Routes) -> Result<Self> {
        let hub = routes.hub();
        Self::bound(routes.bind("127.0.0.1:0").await.map_err(|error| Failure::of(&error))?, hub)
    }

    /// Serves what a test has bound; `hub` is that of its routes.
    ///
    /// # Errors
    /// Where it is not bound to TCP.
    pub fn bound(server: Server, hub: Hub) -> Result<Self> {
        let addr = server.local_addr().ok_or_else(|| Failure::new("not bound to TCP"))?;
        let handle = server.handle();
        Ok(Self { addr, hub, handle, serving: tokio::spawn(server.serve()) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `ws://127.0.0.1:PORT` and `path`.
    pub fn ws(&self, path: &str) -> String {
        format!("ws://{}{path}", self.addr)
    }

    /// The topics of its routes.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// To stop it while something else is waited for.
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }

    /// Stops it and waits until it has.
    ///
    /// # Errors
    /// What serving ended in, or that it did not end within 20 seconds.
    pub async fn stop(mut self) -> Result {
        self.handle.stop();
        match timeout(PATIENCE, &mut self.serving).await?? {
            Ok(()) => Ok(()),
            Err(error) => Err(Failure::of(&error)),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
