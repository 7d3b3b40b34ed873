//! The servers in Rust; each echoes.

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::routing::any;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::certificate::Certificate;
use crate::peers::{announce, axum::echo};
use crate::{Result, apps};

/// Says where the server of this name listens, and serves with the certificate in the environment until the process
/// ends.
///
/// # Errors
///
/// Where there is no such server, or no certificate, or it cannot start.
pub async fn serve(name: &str) -> Result {
    let certificate = Certificate::from_environment()?;
    match name {
        "wsrack" => wsrack(&certificate).await,
        "axum" => axum(&certificate).await,
        _ => Err(format!("there is no server `{name}`").into()),
    }
}

async fn wsrack(certificate: &Certificate) -> Result {
    let tls =
        wsrack::Tls::from_pem(&certificate.chain, &certificate.key).map_err(|error| error.to_string())?;
    let bound = apps::routes().server().tls(tls).bind("127.0.0.1:0").await;
    let server = bound.map_err(|error| error.to_string())?;
    announce(server.local_addr().ok_or("no address")?);
    server.serve().await.map_err(|error| error.to_string().into())
}

/// As in its example of TLS with rustls and hyper.
async fn axum(certificate: &Certificate) -> Result {
    let app = Router::new().route("/", any(async |upgrade: WebSocketUpgrade| upgrade.on_upgrade(echo)));
    let acceptor = TlsAcceptor::from(certificate.server()?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (acceptor, app) = (acceptor.clone(), app.clone());
        tokio::spawn(async move {
            // A client that goes away is no matter here.
            let _ended = answer(stream, acceptor, app).await;
        });
    }
}

async fn answer(stream: TcpStream, acceptor: TlsAcceptor, app: Router) -> Result {
    let stream = TokioIo::new(acceptor.accept(stream).await?);
    let service = TowerToHyperService::new(app);
    Builder::new(TokioExecutor::new()).serve_connection_with_upgrades(stream, service).await
}
