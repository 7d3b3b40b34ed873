//! What can be wrong with a certificate, and what would be right.

use std::io;
use std::path::PathBuf;

use tokio_rustls::rustls::{self, pki_types::pem, server::VerifierBuilderError};

/// Where a certificate or key was read from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Place {
    #[error("{}", .0.display())]
    File(PathBuf),
    #[error("the given text")]
    Memory,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    #[error("cannot read {0}: {1}")]
    Read(Place, #[source] io::Error),
    #[error("{0} is not PEM: {1}")]
    Pem(Place, String),
    #[error("{0} holds no certificate; it begins with `-----BEGIN CERTIFICATE-----`")]
    NoCertificate(Place),
    #[error("{0} holds no private key; it begins with `-----BEGIN PRIVATE KEY-----`")]
    NoKey(Place),
    #[error("the private key in {0} is encrypted; `openssl pkey` writes one that is not")]
    EncryptedKey(Place),
    #[error("the private key in {0} is of no kind that is known here; RSA, ECDSA and Ed25519 keys are: {1}")]
    Key(Place, #[source] rustls::Error),
    #[error("the certificate in {0} is broken")]
    Certificate(Place),
    #[error(
        "the private key in {key} is not that of the certificate in {chain}; the server's own certificate comes \
         first there"
    )]
    KeyMismatch { chain: Place, key: Place },
    #[error("the certificate in {0} has expired, {1}")]
    Expired(Place, Days),
    #[error("the certificate in {0} is not valid yet; it is in {1}, if the clock is right")]
    NotYetValid(Place, Days),
    #[error("no client can be checked by the authorities in {0}: {1}")]
    Authorities(Place, #[source] VerifierBuilderError),
    #[cfg(feature = "self-signed")]
    #[error("no certificate can be made for these names: {0}")]
    SelfSigned(#[source] rcgen::Error),
    #[error("TLS cannot be set up: {0}")]
    Rustls(#[source] rustls::Error),
}

/// A time in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} days")]
pub(super) struct Days(pub(super) u64);

impl Place {
    pub(super) fn at(self, error: pem::Error) -> TlsError {
        match error {
            pem::Error::Io(error) => TlsError::Read(self, error),
            pem::Error::MissingSectionEnd { end_marker } => {
                let marker = String::from_utf8_lossy(&end_marker).into_owned();
                TlsError::Pem(self, format!("its end, {marker}, is missing"))
            }
            other => TlsError::Pem(self, other.to_string()),
        }
    }
}
