//! TLS as the settings want it: certificates that are read, or made.

#[cfg(feature = "tls")]
use std::time::Duration;

use super::failure::Failure;
use super::settings::Settings;
#[cfg(feature = "tls")]
use super::settings::{Certificate, Listen, Tls};
use crate::server::ServerBuilder;
#[cfg(feature = "tls")]
use crate::server::Tls as Certificates;

/// Has the server speak TLS, and HTTP/2 where that is in the program, if the settings say so.
///
/// # Errors
///
/// A file that cannot be read or is not right.
#[cfg(feature = "tls")]
pub(super) fn secure(builder: ServerBuilder, settings: &Settings) -> Result<ServerBuilder, Failure> {
    let Some(Tls { certificate, client_ca, client_optional }) = &settings.tls else { return Ok(builder) };
    let mut tls = match certificate {
        Certificate::Files { key, cert } => Certificates::from_pem_files(cert, key).map_err(Failure::Tls)?,
        Certificate::SelfSigned => self_signed(&settings.listen)?,
    };
    if let Some(authorities) = client_ca {
        tls = tls.client_ca(authorities).map_err(Failure::Tls)?.client_optional(*client_optional);
    }
    let builder = builder.tls(tls.watch(GLANCE));
    #[cfg(feature = "http2")]
    let builder = builder.http2(crate::server::Http2::new());
    Ok(builder)
}

/// There is nothing that could speak it.
///
/// # Errors
///
/// Where the settings ask for it.
#[cfg(not(feature = "tls"))]
pub(super) fn secure(builder: ServerBuilder, settings: &Settings) -> Result<ServerBuilder, Failure> {
    if settings.tls.is_some() {
        return Err(Failure::Usage("--ssl: this program was built without wsrack's feature `tls`".into()));
    }
    Ok(builder)
}

/// How often is looked for renewed files.
#[cfg(feature = "tls")]
const GLANCE: Duration = Duration::from_mins(1);

/// For this machine, by whichever name it is called here.
#[cfg(feature = "self-signed")]
fn self_signed(listen: &[Listen]) -> Result<Certificates, Failure> {
    let mut names = vec!["localhost", "127.0.0.1", "::1"];
    for place in listen {
        if let Listen::Tcp { host, .. } = place
            && !names.contains(&&**host)
        {
            names.push(host);
        }
    }
    Certificates::self_signed(names).map_err(|wrong| Failure::Usage(format!("--ssl-self-signed: {wrong}")))
}

#[cfg(all(feature = "tls", not(feature = "self-signed")))]
fn self_signed(_listen: &[Listen]) -> Result<Certificates, Failure> {
    let problem = "--ssl-self-signed: this program was built without wsrack's feature `self-signed`";
    Err(Failure::Usage(problem.into()))
}
