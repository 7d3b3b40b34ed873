//! Unix sockets.

use std::{
    fs, io,
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use tokio::{
    net::{UnixListener, UnixStream},
    task::JoinHandle,
};
use wsrack::ServerHandle;
use wsrack::prelude::*;
use wsrack_tests::{
    Logged, Raw, Result,
    raw::{frame, handshake},
    target_dir,
};

use super::{Echo, ours};

struct Addressed;

#[websocket_app]
impl Addressed {
    #[on_open]
    fn open(&self, peer: SocketAddr) -> String {
        peer.to_string()
    }
}

struct PerhapsAddressed;

#[websocket_app]
impl PerhapsAddressed {
    #[on_open]
    fn open(&self, peer: Option<SocketAddr>, env: &Env) -> String {
        format!("{peer:?} {:?} {:?}", env.remote_addr(), env.get("REMOTE_ADDR").is_none())
    }
}

/// A path for a socket: of this process and this call, and short enough.
pub(crate) fn path() -> Result<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("{}-{}.sock", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = target_dir()?;
    // The system's limit is some hundred bytes.
    let path = if folder.as_os_str().len() < 70 { folder } else { std::env::temp_dir() }.join(name);
    // Left behind by one that was killed, and had the same number.
    let _none = fs::remove_file(&path);
    Ok(path)
}

struct OnUnix {
    path: PathBuf,
    handle: ServerHandle,
    serving: JoinHandle<wsrack::Result>,
}

impl OnUnix {
    async fn start(path: PathBuf) -> Result<Self> {
        let routes = wsrack::routes! { "/" => Echo, "/addr" => Addressed, "/perhaps" => PerhapsAddressed };
        let server = ours(routes.server().bind_unix(&path).await)?;
        assert_eq!(server.local_addr(), None);
        Ok(Self { path, handle: server.handle(), serving: tokio::spawn(server.serve()) })
    }

    async fn connect(&self) -> Result<Raw<UnixStream>> {
        Ok(Raw::over(UnixStream::connect(&self.path).await?))
    }

    async fn stop(self) -> Result {
        self.handle.stop();
        ours(self.serving.await?)
    }
}

async fn assert_echoes(server: &OnUnix) -> Result {
    let mut raw = server.connect().await?;
    raw.upgrade("/").await?;
    raw.send(frame(0x81, b"over unix")).await?;
    assert_eq!(raw.frame().await?, (0x81, b"over unix".to_vec()));
    raw.send(frame(0x88, b"")).await?;
    assert_eq!(raw.rest().await?, [0x88, 0]);
    Ok(())
}

#[tokio::test]
async fn a_unix_socket_serves_and_its_file_is_removed() -> Result {
    let path = path()?;
    let server = OnUnix::start(path.clone()).await?;
    assert_echoes(&server).await?;
    server.stop().await?;
    assert!(!path.exists());
    Ok(())
}

#[tokio::test]
async fn there_is_no_address_and_who_needs_one_gets_a_500() -> Result {
    let server = OnUnix::start(path()?).await?;
    let mut raw = server.connect().await?;
    let logged = Logged::default();
    let guard = tracing::subscriber::set_default(logged.clone());
    raw.send(handshake("/addr")).await?;
    let answer = raw.answer().await?;
    drop(guard);
    assert_eq!((answer.status(), answer.body.as_str()), (500, "500 Internal Server Error"));
    let log = logged.take();
    assert!(log.iter().any(|line| line.contains("a unix socket has none: ask for an `Option`")), "{log:?}");

    raw.upgrade("/perhaps").await?;
    assert_eq!(raw.frame().await?, (0x81, b"None None true".to_vec()));
    drop(raw);
    server.stop().await
}

#[tokio::test]
async fn a_file_that_was_left_over_is_replaced() -> Result {
    let path = path()?;
    drop(UnixListener::bind(&path)?);
    assert!(path.exists());
    let server = OnUnix::start(path.clone()).await?;
    assert_echoes(&server).await?;
    server.stop().await
}

#[tokio::test]
async fn a_socket_that_is_served_and_a_file_that_is_none_stay() -> Result {
    let path = path()?;
    let server = OnUnix::start(path.clone()).await?;
    let error = wsrack::routes! { "/" => Echo }.server().bind_unix(&path).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on {}: ", path.display())), "{error}");
    assert_eq!(error.downcast_ref::<io::Error>().map(io::Error::kind), Some(io::ErrorKind::AddrInUse));
    assert_echoes(&server).await?;
    server.stop().await?;

    fs::write(&path, "precious")?;
    assert!(wsrack::routes! { "/" => Echo }.server().bind_unix(&path).await.is_err());
    assert_eq!(fs::read_to_string(&path)?, "precious");
    Ok(fs::remove_file(&path)?)
}
