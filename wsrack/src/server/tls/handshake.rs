//! From bytes to a secured stream.

use std::time::Duration;

use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::Keeper;
use crate::connection::{Io, TlsStream};
use crate::env::PeerCertificates;

/// A client whose handshake is done.
pub(crate) struct Secured {
    pub(crate) stream: TlsStream,
    /// What the client has shown.
    pub(crate) certificates: Option<PeerCertificates>,
    /// It has chosen HTTP/2.
    #[cfg(feature = "http2")]
    pub(crate) is_http2: bool,
}

/// Shakes hands within the time; `None` where that fails, of which the client has been told by an alert.
pub(crate) async fn secure(io: Io, keeper: &Keeper, within: Duration) -> Option<Secured> {
    let accepted = timeout(within, TlsAcceptor::from(keeper.current()).accept(io)).await;
    let stream = match accepted {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            tracing::debug!(%error, "a TLS handshake failed");
            return None;
        }
        Err(_) => {
            tracing::debug!("a TLS handshake took too long");
            return None;
        }
    };
    let (_, session) = stream.get_ref();
    let shown = session.peer_certificates().filter(|shown| !shown.is_empty());
    let certificates = shown.map(|shown| PeerCertificates::new(shown.iter().map(|der| &**der)));
    #[cfg(feature = "http2")]
    let is_http2 = session.alpn_protocol() == Some(b"h2");
    Some(Secured {
        stream: Box::new(stream),
        certificates,
        #[cfg(feature = "http2")]
        is_http2,
    })
}
