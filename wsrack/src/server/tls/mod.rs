//! TLS: certificates, who may connect, and what changes while a server runs.

mod certificate;
mod error;
mod handshake;
mod keeper;
mod names;
mod pem;
#[cfg(feature = "self-signed")]
mod self_signed;
mod validity;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::server::{ServerConfig, WebPkiClientVerifier};
use tokio_rustls::rustls::{RootCertStore, sign::CertifiedKey};

use self::certificate::Source;
use self::error::{Place, TlsError};
pub(super) use self::handshake::secure;
pub(crate) use self::keeper::{Keeper, Watch};
use self::names::ByName;
use crate::error::Result;

/// The certificates that a server has, and those that it asks of its clients. Feature `tls`.
///
/// Given to [`ServerBuilder::tls`](crate::ServerBuilder::tls), it makes `wss://` and `https://` of the server's port.
/// TLS 1.2 and 1.3 are spoken, by rustls; sessions are resumed by tickets, whose keys live and change with the server.
///
/// Files are read when they are named, so that a mistake is told before anything listens, and again by
/// [`ServerHandle::reload_tls`](crate::ServerHandle::reload_tls) and [`watch`](Self::watch).
///
/// # Examples
///
/// ```no_run
/// # async fn run(routes: wsrack::Routes) -> wsrack::Result {
/// use wsrack::Tls;
///
/// let tls = Tls::from_pem_files("example.org.pem", "example.org.key")?
///     .and_pem_files("example.net.pem", "example.net.key")?;
/// routes.server().tls(tls).bind("0.0.0.0:443").await?.serve_until_signal().await
/// # }
/// ```
#[derive(Clone)]
#[must_use = "it is for `ServerBuilder::tls`"]
pub struct Tls {
    sources: Vec<Source>,
    clients: Option<PathBuf>,
    clients_optional: bool,
    watch: Option<Duration>,
}

impl Tls {
    /// A certificate and its private key, from two PEM files, which may be one and the same.
    ///
    /// The first holds the server's own certificate and then those between it and the authority's; the key is in one
    /// of the forms PKCS #8, PKCS #1 (RSA) and SEC 1 (EC), and not encrypted.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read, holds no such thing, or one that is broken; where the key is not that of the
    /// certificate; where the certificate has expired or is not valid yet. The message names the file.
    pub fn from_pem_files(certificates: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Result<Self> {
        Self::of(Source::Files { chain: certificates.into(), key: key.into() })
    }

    /// As [`from_pem_files`](Self::from_pem_files), from the content of such files.
    ///
    /// # Errors
    ///
    /// As [`from_pem_files`](Self::from_pem_files).
    pub fn from_pem(certificates: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self> {
        let loaded = certificate::from_pem(certificates.as_ref(), key.as_ref())?;
        Ok(Self::new(Source::Loaded(Arc::new(loaded))))
    }

    /// A certificate that nobody vouches for, for these names and addresses: for development. It is another one at
    /// each call, and valid for a year. Feature `self-signed`.
    ///
    /// Clients refuse it unless they are told not to look: `wscat --no-check`, `curl --insecure`, a click in a
    /// browser.
    ///
    /// # Errors
    ///
    /// Where a name is none.
    ///
    /// # Examples
    ///
    /// ```
    /// let tls = wsrack::Tls::self_signed(["localhost", "127.0.0.1", "::1"])?;
    /// # Ok::<(), wsrack::Error>(())
    /// ```
    #[cfg(feature = "self-signed")]
    pub fn self_signed(names: impl IntoIterator<Item = impl Into<String>>) -> Result<Self> {
        let names = names.into_iter().map(Into::into).collect();
        Ok(Self::new(Source::Loaded(Arc::new(self_signed::certificate(names)?))))
    }

    /// Adds a further certificate. A client gets the first that is valid for the name that it asks for and of a kind
    /// that it knows; one that asks for no name, or for one that none is for, gets the first of all.
    ///
    /// # Errors
    ///
    /// As [`from_pem_files`](Self::from_pem_files).
    pub fn and_pem_files(
        mut self,
        certificates: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Result<Self> {
        let source = Source::Files { chain: certificates.into(), key: key.into() };
        source.load()?;
        self.sources.push(source);
        Ok(self)
    }

    /// Asks clients for a certificate that one of the authorities in this PEM file vouches for, and has no other
    /// clients. Handlers find it at [`Env::peer_certificates`](crate::Env::peer_certificates).
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or holds no authority's certificate.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use wsrack::Tls;
    ///
    /// // Who has a certificate of ours says who he is; the others may come as well.
    /// let tls = Tls::from_pem_files("example.org.pem", "example.org.key")?
    ///     .client_ca("staff.pem")?
    ///     .client_optional(true);
    /// # Ok::<(), wsrack::Error>(())
    /// ```
    pub fn client_ca(mut self, authorities: impl Into<PathBuf>) -> Result<Self> {
        let authorities = authorities.into();
        certificate::authorities(&authorities)?;
        self.clients = Some(authorities);
        Ok(self)
    }

    /// Whether clients without a certificate may come as well, where [`client_ca`](Self::client_ca) asks for one: a
    /// bad one is still refused. Default: they may not.
    pub fn client_optional(mut self, optional: bool) -> Self {
        self.clients_optional = optional;
        self
    }

    /// Looks so often whether a file has changed, and reads them all again where one has: renewed certificates come
    /// into use without a restart. Files that are broken change nothing, and the log says what is wrong with them.
    /// Default: never.
    pub fn watch(mut self, every: Duration) -> Self {
        self.watch = Some(every);
        self
    }

    fn new(source: Source) -> Self {
        Self { sources: vec![source], clients: None, clients_optional: false, watch: None }
    }

    fn of(source: Source) -> Result<Self> {
        source.load()?;
        Ok(Self::new(source))
    }

    /// What rustls is configured with, from the files as they are now.
    fn configure(&self, protocols: &[&[u8]]) -> Result<ServerConfig, TlsError> {
        let provider = provider();
        let certificates: Vec<Arc<CertifiedKey>> =
            self.sources.iter().map(Source::load).collect::<Result<_, _>>()?;
        let config = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Rustls)?;
        let config = match &self.clients {
            None => config.with_no_client_auth(),
            Some(path) => {
                let authorities = Arc::new(certificate::authorities(path)?);
                config.with_client_cert_verifier(self.client_verifier(authorities, provider, path)?)
            }
        };
        let mut config = config.with_cert_resolver(Arc::new(ByName::new(certificates)));
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        // New with the certificates: nobody comes back with a session that other authorities have granted.
        config.ticketer = ring::Ticketer::new().map_err(TlsError::Rustls)?;
        Ok(config)
    }

    fn client_verifier(
        &self,
        authorities: Arc<RootCertStore>,
        provider: Arc<CryptoProvider>,
        path: &Path,
    ) -> Result<Arc<dyn tokio_rustls::rustls::server::danger::ClientCertVerifier>, TlsError> {
        let verifier = WebPkiClientVerifier::builder_with_provider(authorities, provider);
        let verifier = if self.clients_optional { verifier.allow_unauthenticated() } else { verifier };
        verifier.build().map_err(|error| TlsError::Authorities(Place::File(path.to_owned()), error))
    }

    /// The files to be watched.
    fn files(&self) -> impl Iterator<Item = &Path> {
        let files = self.sources.iter().flat_map(Source::files);
        files.chain(self.clients.as_deref())
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("certificates", &self.sources)
            .field("client_ca", &self.clients)
            .field("client_optional", &self.clients_optional)
            .field("watch", &self.watch)
            .finish()
    }
}

/// A value as any other: none is installed for the whole process.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
