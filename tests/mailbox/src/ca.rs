//! A certificate authority for one test, made by OpenSSL.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// An authority, and the files of a server `localhost` that it signed.
#[derive(Debug)]
pub struct Ca {
    /// the authority's certificate, PEM
    pub pem: Vec<u8>,
    /// the server's certificate, PEM
    pub cert: PathBuf,
    /// its key, PEM
    pub key: PathBuf,
}

impl Ca {
    /// Makes one in this folder.
    pub fn new(folder: &Path) -> Ca {
        Ca::named(folder, "localhost")
    }

    /// The same for a server of another name.
    pub fn named(folder: &Path, name: &str) -> Ca {
        let run = |arguments: &[&str]| {
            let done = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let ca = ["-x509", "-days", "2", "-subj", "/CN=Hongyan test", "-keyout", "ca.key", "-out", "ca.pem"];
        run(&[&["req"], &key[..], &ca[..]].concat());
        let request = ["-subj", &format!("/CN={name}"), "-keyout", "key.pem", "-out", "csr"];
        run(&[&["req"], &key[..], &request[..]].concat());
        std::fs::write(folder.join("names"), format!("subjectAltName=DNS:{name}\n")).unwrap();
        let signed =
            ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
        run(&[&["x509", "-req", "-in", "csr", "-out", "cert.pem"], &signed[..]].concat());
        Ca {
            pem: std::fs::read(folder.join("ca.pem")).unwrap(),
            cert: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        }
    }

    /// For a server of ours.
    pub fn acceptor(&self) -> tokio_rustls::TlsAcceptor {
        let chain = CertificateDer::pem_file_iter(&self.cert).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(&self.key).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap()).into()
    }
}
