//! An authority of the test's own, the certificates that it gives, and clients that trust it.

mod anybody;

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName},
    },
};

use crate::{Failure, Raw, Result};

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who vouches for certificates.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    folder: Folder,
}

/// A certificate with its key.
#[derive(Debug)]
pub struct Certified {
    /// What it says.
    pub der: CertificateDer<'static>,
    key: KeyPair,
    pem: String,
}

/// What a client begins with.
#[derive(Clone, Debug)]
pub struct TlsClient(pub Arc<ClientConfig>);

/// A folder for files, which goes with the test.
#[derive(Debug)]
struct Folder(PathBuf);

impl Authority {
    /// A new one, with a folder for its files.
    ///
    /// # Errors
    /// Where there is no such folder.
    pub fn new() -> Result<Self> {
        let mut params = CertificateParams::new([])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "the test's authority");
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        let folder = Folder::new()?;
        fs::write(folder.0.join("ca.pem"), certificate.pem())?;
        Ok(Self { issuer: Issuer::new(params, key), certificate: certificate.der().clone(), folder })
    }

    /// The file of its own certificate.
    pub fn file(&self) -> PathBuf {
        self.folder.0.join("ca.pem")
    }

    /// A certificate for a server with these names, or for a client.
    ///
    /// # Errors
    /// Where a name is none.
    pub fn certify(&self, names: &[&str]) -> Result<Certified> {
        self.certify_as(names, |_| ())
    }

    /// The same, changed before it is signed.
    ///
    /// # Errors
    /// Where a name is none.
    pub fn certify_as(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Result<Certified> {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names)?;
        params.use_authority_key_identifier_extension = true;
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Certified { der: certificate.der().clone(), key, pem: certificate.pem() })
    }

    /// Writes a certificate and its key into files, whose paths it gives.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write(&self, name: &str, certified: &Certified) -> Result<(PathBuf, PathBuf)> {
        let (certificate, key) = (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key")));
        fs::write(&certificate, &certified.pem)?;
        fs::write(&key, certified.key.serialize_pem())?;
        Ok((certificate, key))
    }

    /// A path in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    /// A client that trusts it, and offers these protocols.
    ///
    /// # Errors
    /// Where rustls cannot be set up.
    pub fn client(&self, protocols: &[&[u8]]) -> Result<TlsClient> {
        self.client_with(protocols, None)
    }

    /// The same, with a certificate to show.
    ///
    /// # Errors
    /// Where rustls cannot be set up.
    pub fn client_with(&self, protocols: &[&[u8]], certified: Option<&Certified>) -> Result<TlsClient> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone())?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        let mut config = match certified {
            None => config.with_no_client_auth(),
            Some(certified) => {
                config.with_client_auth_cert(vec![certified.der.clone()], certified.private_key())?
            }
        };
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(TlsClient(Arc::new(config)))
    }
}

impl Certified {
    /// The certificate as text.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The key as text.
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }
}

impl TlsClient {
    /// Connects, and asks for the certificate of `name`.
    ///
    /// # Errors
    /// Where the handshake fails, or takes too long.
    pub async fn connect(&self, addr: SocketAddr, name: &str) -> Result<TlsStream<TcpStream>> {
        self.over(timeout(PATIENCE, TcpStream::connect(addr)).await??, name).await
    }

    /// Asks over a stream that is connected for the certificate of `name`.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn over(&self, stream: TcpStream, name: &str) -> Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(name.to_owned())?;
        let secured = TlsConnector::from(self.0.clone()).connect(name, stream);
        Ok(timeout(PATIENCE, secured).await??)
    }

    /// Connects to `localhost`, and goes through a right handshake for `path`.
    ///
    /// # Errors
    /// Where the answer is no 101.
    pub async fn open(&self, addr: SocketAddr, path: &str) -> Result<Raw<TlsStream<TcpStream>>> {
        let mut raw = Raw::over(self.connect(addr, "localhost").await?);
        raw.upgrade(path).await?;
        Ok(raw)
    }
}

impl Folder {
    fn new() -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("wsrack-tls-{}-{count}", process::id()));
        // One that was left behind is no obstacle.
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left over is a few lines in the system's own folder for such.
        let _left = fs::remove_dir_all(&self.0);
    }
}

/// The path as an argument.
///
/// # Errors
/// Where it is not UTF-8.
pub fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| Failure::new("not UTF-8"))
}
