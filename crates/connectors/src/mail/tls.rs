//! TLS to a mail server: the system's roots as for HTTP, no override, no STARTTLS.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, ClientConfig};
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::MailError;

/// Deadline for one address of a host: one that is not reachable must not cost the time of the others.
const ADDRESS: Duration = Duration::from_secs(5);
/// Most addresses of a host that are tried.
const ADDRESSES: usize = 6;

/// Connects and shakes hands.
///
/// # Errors
/// `Unreachable`, `Certificate`, `NoCertificates`, `OldTls`, `NotMail` where no TLS is spoken, `Dropped`.
pub(super) async fn connect(host: &str, port: u16, roots: &[u8]) -> Result<TlsStream<TcpStream>, MailError> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| MailError::Unreachable)?;
    let stream = reach(host, port).await?;
    // only a latency optimisation, so failure is harmless
    let _ = stream.set_nodelay(true);
    let roots = roots.to_vec();
    // reads the system's certificates anew, so that one that was installed meanwhile counts
    let config = tokio::task::spawn_blocking(move || config(&roots))
        .await
        .map_err(|_| MailError::NoCertificates)??;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| classify(&error))
}

/// Tries the addresses of a host one after the other.
async fn reach(host: &str, port: u16) -> Result<TcpStream, MailError> {
    let addresses: Vec<SocketAddr> = match tokio::net::lookup_host((host, port)).await {
        Ok(found) => found.take(ADDRESSES).collect(),
        Err(_) => return Err(MailError::Unreachable),
    };
    for address in addresses {
        if let Ok(Ok(stream)) = timeout(ADDRESS, TcpStream::connect(address)).await {
            return Ok(stream);
        }
    }
    Err(MailError::Unreachable)
}

/// `roots`: further root certificates as PEM, empty but in tests.
fn config(roots: &[u8]) -> Result<ClientConfig, MailError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let extra: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(roots).filter_map(Result::ok).collect();
    let verifier = match Verifier::new_with_extra_roots(extra, Arc::clone(&provider)) {
        Ok(verifier) => verifier,
        // an environment that names a missing file: as for HTTP, the system's own folders
        Err(_) => Verifier::new_with_extra_roots(crate::http::system_certificates(), Arc::clone(&provider))
            .map_err(|_| MailError::NoCertificates)?,
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| MailError::NotMail)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

fn classify(error: &io::Error) -> MailError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            MailError::Certificate
        }
        Some(rustls::Error::PeerIncompatible(_)) => MailError::OldTls,
        Some(rustls::Error::AlertReceived(
            AlertDescription::ProtocolVersion
            | AlertDescription::HandshakeFailure
            | AlertDescription::InsufficientSecurity,
        )) => MailError::OldTls,
        Some(_) => MailError::NotMail,
        None => MailError::Dropped { said: String::new() },
    }
}
