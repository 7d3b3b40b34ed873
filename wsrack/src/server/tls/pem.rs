//! Reading PEM files (RFC 7468).

use std::path::Path;

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::error::{Place, TlsError};

/// What a file is read as.
pub(super) struct Pem {
    pub(super) place: Place,
    bytes: Vec<u8>,
}

impl Pem {
    pub(super) fn read(path: &Path) -> Result<Self, TlsError> {
        let place = Place::File(path.to_owned());
        match std::fs::read(path) {
            Ok(bytes) => Ok(Self { place, bytes }),
            Err(error) => Err(TlsError::Read(place, error)),
        }
    }

    pub(super) fn from_memory(bytes: &[u8]) -> Self {
        Self { place: Place::Memory, bytes: bytes.to_vec() }
    }

    /// All certificates, at least one.
    pub(super) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.bytes).collect();
        match found {
            Ok(found) if found.is_empty() => Err(TlsError::NoCertificate(self.place.clone())),
            Ok(found) => Ok(found),
            Err(error) => Err(self.place.clone().at(error)),
        }
    }

    /// The first private key.
    pub(super) fn key(&self) -> Result<PrivateKeyDer<'static>, TlsError> {
        match PrivateKeyDer::pem_slice_iter(&self.bytes).next() {
            Some(Ok(key)) => Ok(key),
            Some(Err(error)) => Err(self.place.clone().at(error)),
            None if self.has_encrypted_key() => Err(TlsError::EncryptedKey(self.place.clone())),
            None => Err(TlsError::NoKey(self.place.clone())),
        }
    }

    fn has_encrypted_key(&self) -> bool {
        let begin = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
        self.bytes.windows(begin.len()).any(|window| window == begin)
    }
}
