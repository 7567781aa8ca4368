//! Whom the client believes: the certificates of this system. That they cannot be read keeps nobody from
//! starting: plain addresses are reached all the same, and the store is looked for again at the next call
//! that needs it.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::{HttpOptions, fault, same_host_only, user_agent};
use crate::error::NetError;
use hongyan_model::log::Logged as _;

/// The two clients, with or without certificates to judge by.
#[derive(Clone)]
pub(super) struct Clients {
    /// through the system's proxy, if there is one
    outside: reqwest::Client,
    /// never through a proxy: for loopback, which a proxy would look for on its own machine
    loopback: reqwest::Client,
    /// certificates were found
    trusts: bool,
}

/// Makes the clients, and makes them again while there is nothing to judge certificates by.
pub(super) struct Trust {
    options: HttpOptions,
    /// where this system keeps its certificates, whatever the environment says
    folders: Vec<PathBuf>,
    clients: RwLock<Arc<Clients>>,
}

impl Trust {
    /// # Errors
    /// `Unreachable` when no client can be made at all.
    pub(super) fn new(options: HttpOptions, folders: Vec<PathBuf>) -> Result<Trust, NetError> {
        let clients = RwLock::new(Arc::new(Clients::make(&options, &folders)?));
        Ok(Trust { options, folders, clients })
    }

    /// The client for an address.
    ///
    /// # Errors
    /// `NoCertificates` for an address that needs them where there are none.
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
        // first as everybody does it, which heeds SSL_CERT_FILE and SSL_CERT_DIR
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

/// Where this system keeps its certificates. None on Windows and macOS, which are asked by their own calls.
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

/// The certificates in these folders that can be used; one that cannot does not spoil the others.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn certificates(folders: &[PathBuf]) -> Vec<reqwest::Certificate> {
    let mut usable = rustls::RootCertStore::empty();
    folders
        .iter()
        .flat_map(|folder| rustls_native_certs::load_certs_from_paths(None, Some(folder)).certs)
        .filter(|one| usable.add(one.clone()).is_ok())
        .filter_map(|one| reqwest::Certificate::from_der(&one).ok())
        .collect()
}

#[cfg(not(all(unix, not(target_vendor = "apple"))))]
fn certificates(_: &[PathBuf]) -> Vec<reqwest::Certificate> {
    Vec::new()
}

#[cfg(all(test, unix, not(target_vendor = "apple")))]
mod tests;
