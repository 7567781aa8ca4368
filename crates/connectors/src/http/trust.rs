//! Root certificates: those of the system. If they cannot be loaded the program starts all the same:
//! plain HTTP works, and the store is tried again at the next call that needs it.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::{HttpOptions, fault, same_host_only, user_agent};
use crate::error::NetError;
use hongyan_model::log::Logged as _;

/// Two HTTP clients, with or without root certificates.
#[derive(Clone)]
pub(super) struct Clients {
    /// uses the system's proxy, if there is one
    outside: reqwest::Client,
    /// never uses a proxy; for loopback, which a proxy would resolve to its own machine
    loopback: reqwest::Client,
    /// whether root certificates were found
    trusts: bool,
}

/// Creates the clients, and creates them again while no root certificates have been found.
pub(super) struct Trust {
    options: HttpOptions,
    /// the system's certificate directories, independent of the environment
    folders: Vec<PathBuf>,
    clients: RwLock<Arc<Clients>>,
}

impl Trust {
    /// Creates both clients.
    ///
    /// # Errors
    /// `Unreachable` when no client can be created at all.
    pub(super) fn new(options: HttpOptions, folders: Vec<PathBuf>) -> Result<Trust, NetError> {
        let clients = RwLock::new(Arc::new(Clients::make(&options, &folders)?));
        Ok(Trust { options, folders, clients })
    }

    /// The client for an address.
    ///
    /// # Errors
    /// `NoCertificates` for https without root certificates.
    pub(super) fn client(&self, secure: bool, loopback: bool) -> Result<reqwest::Client, NetError> {
        let mut clients = Arc::clone(&self.clients.read().unwrap_or_else(PoisonError::into_inner));
        if secure && !clients.trusts {
            clients = Arc::new(Clients::make(&self.options, &self.folders)?);
            if !clients.trusts {
                return Err(NetError::NoCertificates);
            }
            *self.clients.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&clients);
        }
        Ok(if loopback { clients.loopback.clone() } else { clients.outside.clone() })
    }
}

impl Clients {
    fn make(options: &HttpOptions, folders: &[PathBuf]) -> Result<Clients, NetError> {
        // first the standard way, which obeys SSL_CERT_FILE and SSL_CERT_DIR
        match Clients::with(options, None) {
            Ok(clients) => Ok(clients),
            Err(error) => {
                tracing::warn!(error = %error.logged(), "The certificates that the environment names cannot be used.");
                let own = certificates(folders);
                if own.is_empty() {
                    tracing::warn!("This system has no certificates: no secure address can be reached.");
                }
                Clients::with(options, Some(own))
            }
        }
    }

    fn with(options: &HttpOptions, only: Option<Vec<reqwest::Certificate>>) -> Result<Clients, NetError> {
        let trusts = only.as_ref().is_none_or(|only| !only.is_empty());
        let agent = user_agent(options.contact.as_deref());
        let builder = || {
            let builder = reqwest::Client::builder()
                .user_agent(agent.clone())
                .connect_timeout(options.connect_timeout)
                .pool_idle_timeout(Duration::from_secs(30))
                .redirect(same_host_only())
                .referer(false);
            match &only {
                Some(only) => builder.tls_certs_only(only.iter().cloned()),
                None => builder,
            }
        };
        let build = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| NetError::Unreachable(fault::detail(&error)))
        };
        let outside = if options.system_proxy { builder() } else { builder().no_proxy() };
        Ok(Clients { outside: build(outside)?, loopback: build(builder().no_proxy())?, trusts })
    }
}

/// The system's certificate directories. Empty on Windows and macOS, which have APIs instead.
pub(super) fn system_folders() -> Vec<PathBuf> {
    #[cfg(all(unix, not(target_vendor = "apple")))]
    {
        openssl_probe::candidate_cert_dirs().map(PathBuf::from).collect()
    }
    #[cfg(not(all(unix, not(target_vendor = "apple"))))]
    {
        Vec::new()
    }
}

/// The valid certificates in these directories; invalid ones are skipped.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn certificates(folders: &[PathBuf]) -> Vec<reqwest::Certificate> {
    valid(folders).iter().filter_map(|one| reqwest::Certificate::from_der(one).ok()).collect()
}

#[cfg(all(unix, not(target_vendor = "apple")))]
fn valid(folders: &[PathBuf]) -> Vec<rustls::pki_types::CertificateDer<'static>> {
    let mut usable = rustls::RootCertStore::empty();
    folders
        .iter()
        .flat_map(|folder| rustls_native_certs::load_certs_from_paths(None, Some(folder)).certs)
        .filter(|one| usable.add(one.clone()).is_ok())
        .collect()
}

/// The valid certificates of the system's own directories, for a connection that is not HTTP. Empty on Windows and
/// macOS.
pub(crate) fn system_certificates() -> Vec<rustls::pki_types::CertificateDer<'static>> {
    #[cfg(all(unix, not(target_vendor = "apple")))]
    {
        valid(&system_folders())
    }
    #[cfg(not(all(unix, not(target_vendor = "apple"))))]
    {
        Vec::new()
    }
}

#[cfg(not(all(unix, not(target_vendor = "apple"))))]
fn certificates(_: &[PathBuf]) -> Vec<reqwest::Certificate> {
    Vec::new()
}

#[cfg(all(test, unix, not(target_vendor = "apple")))]
mod tests;
