//! Certificates for development.

use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::error::TlsError;
use super::provider;

const DAY: Duration = Duration::from_hours(24);

pub(super) fn certificate(names: Vec<String>) -> Result<CertifiedKey, TlsError> {
    let now = SystemTime::now();
    let mut params = CertificateParams::new(names).map_err(TlsError::SelfSigned)?;
    // The clock of another machine may be a little late.
    params.not_before = (now - DAY).into();
    params.not_after = (now + 365 * DAY).into();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "wsrack, for development");
    let key = KeyPair::generate().map_err(TlsError::SelfSigned)?;
    let certificate = params.self_signed(&key).map_err(TlsError::SelfSigned)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    CertifiedKey::from_der(vec![certificate.der().clone()], key, &provider()).map_err(TlsError::Rustls)
}
