//! A certificate that signs itself: the servers get it as PEM in their environment, the client trusts it.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig, version};

use crate::Result;

/// The variable with the certificate.
pub(super) const CERTIFICATE: &str = "CERTIFICATE";
/// The variable with its key.
pub(super) const KEY: &str = "KEY";
/// Whom it is for.
pub(super) const NAME: &str = "localhost";

const HTTP: &[u8] = b"http/1.1";

/// In PEM.
pub(super) struct Certificate {
    pub(super) chain: String,
    pub(super) key: String,
}

impl Certificate {
    pub(super) fn generate() -> Result<Self> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new([NAME.to_owned()])?.self_signed(&key)?;
        Ok(Self { chain: certificate.pem(), key: key.serialize_pem() })
    }

    pub(super) fn from_environment() -> Result<Self> {
        Ok(Self { chain: std::env::var(CERTIFICATE)?, key: std::env::var(KEY)? })
    }

    /// TLS 1.3, and each handshake a whole one.
    pub(super) fn client(&self) -> Result<Arc<ClientConfig>> {
        let mut authorities = RootCertStore::empty();
        authorities.add(CertificateDer::from_pem_slice(self.chain.as_bytes())?)?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&version::TLS13])?
            .with_root_certificates(authorities)
            .with_no_client_auth();
        config.alpn_protocols = vec![HTTP.to_vec()];
        config.resumption = Resumption::disabled();
        Ok(Arc::new(config))
    }

    /// rustls as it is configured without further wishes.
    pub(super) fn server(&self) -> Result<Arc<ServerConfig>> {
        let chain = vec![CertificateDer::from_pem_slice(self.chain.as_bytes())?];
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes())?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![HTTP.to_vec()];
        Ok(Arc::new(config))
    }
}
