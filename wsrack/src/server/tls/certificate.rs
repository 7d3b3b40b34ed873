//! A certificate with its key, from wherever it comes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error, RootCertStore};

use super::error::{Days, Place, TlsError};
use super::pem::Pem;
use super::provider;
use super::validity::{Validity, validity};

/// Where a certificate comes from, now and when it is asked for again.
#[derive(Clone)]
pub(super) enum Source {
    Files { chain: PathBuf, key: PathBuf },
    Loaded(Arc<CertifiedKey>),
}

impl Source {
    pub(super) fn load(&self) -> Result<Arc<CertifiedKey>, TlsError> {
        match self {
            Self::Files { chain, key } => certified(&Pem::read(chain)?, &Pem::read(key)?).map(Arc::new),
            Self::Loaded(certificate) => Ok(certificate.clone()),
        }
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let files = match self {
            Self::Files { chain, key } => [Some(chain), Some(key)],
            Self::Loaded(_) => [None, None],
        };
        files.into_iter().flatten().map(PathBuf::as_path)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files { chain, .. } => write!(f, "{}", chain.display()),
            Self::Loaded(_) => f.write_str("in memory"),
        }
    }
}

pub(super) fn from_pem(chain: &[u8], key: &[u8]) -> Result<CertifiedKey, TlsError> {
    certified(&Pem::from_memory(chain), &Pem::from_memory(key))
}

/// Who vouches for clients.
pub(super) fn authorities(path: &Path) -> Result<RootCertStore, TlsError> {
    let pem = Pem::read(path)?;
    let mut store = RootCertStore::empty();
    for certificate in pem.certificates()? {
        store.add(certificate).map_err(|_| TlsError::Certificate(pem.place.clone()))?;
    }
    Ok(store)
}

fn certified(chain: &Pem, key: &Pem) -> Result<CertifiedKey, TlsError> {
    let certificates = chain.certificates()?;
    if let Some(own) = certificates.first() {
        check_validity(own, &chain.place)?;
    }
    let certified = CertifiedKey::from_der(certificates, key.key()?, &provider());
    certified.map_err(|error| match error {
        Error::InconsistentKeys(_) => {
            TlsError::KeyMismatch { chain: chain.place.clone(), key: key.place.clone() }
        }
        Error::InvalidCertificate(_) => TlsError::Certificate(chain.place.clone()),
        other => TlsError::Key(key.place.clone(), other),
    })
}

/// No client takes a certificate outside of its time: better told when it is read.
fn check_validity(certificate: &CertificateDer<'_>, place: &Place) -> Result<(), TlsError> {
    let Some(Validity { from, until }) = validity(certificate) else {
        return Err(TlsError::Certificate(place.clone()));
    };
    let now = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |now| now.as_secs());
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    let days = |seconds: i64| Days(seconds.unsigned_abs().div_ceil(24 * 60 * 60));
    if now > until {
        return Err(TlsError::Expired(place.clone(), days(now - until)));
    }
    if now < from {
        return Err(TlsError::NotYetValid(place.clone(), days(from - now)));
    }
    Ok(())
}
