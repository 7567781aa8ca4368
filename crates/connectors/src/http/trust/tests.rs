//! A test certificate, OpenSSL's server using it, and an environment that names a missing certificate
//! file.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use url::Url;

use super::super::{Call, Http, HttpOptions};
use crate::error::NetError;

/// Environment variables for the test process that is started with another environment.
const FOLDER: &str = "HONGYAN_TEST_CERTIFICATES";
const PORT: &str = "HONGYAN_TEST_PORT";

/// Runs one test of this binary with `SSL_CERT_FILE` naming a missing file, as conda leaves it.
fn elsewhere(test: &str, folder: &Path, port: u16) {
    let own = std::env::current_exe().unwrap();
    let done = Command::new(own)
        .args(["--exact", &format!("http::trust::tests::{test}"), "--ignored"])
        .env("SSL_CERT_FILE", "/opt/anaconda3/ssl/没有.pem")
        .env_remove("SSL_CERT_DIR")
        .env(FOLDER, folder)
        .env(PORT, port.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// OpenSSL's server, with a certificate that only the directory contains.
fn server(folder: &Path) -> (Server, u16) {
    let run = |arguments: &[&str]| {
        let done = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let ca = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Hongyan test"];
    run(&[&["req"], &ca[..], &["-keyout", "ca.key", "-out", "ca.pem"]].concat());
    run(&["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "key", "-out", "csr"]);
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    let signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
    run(&[&["x509", "-req", "-in", "csr", "-out", "cert"], &signed[..]].concat());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = Command::new("openssl")
        .current_dir(folder)
        .args(["s_server", "-www", "-cert", "cert", "-key", "key", "-accept", &format!("127.0.0.1:{port}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Server(server);
    let until = std::time::Instant::now() + Duration::from_secs(20);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(std::time::Instant::now() < until, "OpenSSL's server does not listen");
        std::thread::yield_now();
    }
    (server, port)
}

async fn ask(folders: Vec<PathBuf>, port: u16) -> Result<u16, NetError> {
    let http = Http::with_folders(HttpOptions::default(), folders)?;
    let url = Url::parse(&format!("https://localhost:{port}/馆藏")).unwrap();
    http.send(Call::get(url, Duration::from_secs(20)), None).await.map(|answer| answer.status)
}

#[test]
fn a_certificate_file_that_is_gone_is_looked_for_where_the_system_keeps_its_own() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("certs");
    std::fs::create_dir(&folder).unwrap();
    let (_server, port) = server(work.path());
    std::fs::copy(work.path().join("ca.pem"), folder.join("ca.pem")).unwrap();
    // an invalid certificate beside it
    std::fs::write(folder.join("坏.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .unwrap();
    elsewhere("gone_but_kept_by_the_system", &folder, port);
    elsewhere("gone_and_nowhere_else", Path::new("/没有"), port);
}

fn given() -> (PathBuf, u16) {
    let folder = std::env::var_os(FOLDER).expect("started by the test above");
    (folder.into(), std::env::var(PORT).unwrap().parse().unwrap())
}

#[tokio::test]
#[ignore = "started by another test, with another environment"]
async fn gone_but_kept_by_the_system() {
    let (folder, port) = given();
    assert_eq!(ask(vec![folder], port).await, Ok(200));
    // the certificate of another server is not accepted because of it
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(ask(vec![empty.path().to_owned()], port).await, Err(NetError::NoCertificates));
    let others = Path::new("/etc/ssl/certs");
    if others.is_dir() {
        assert!(matches!(ask(vec![others.to_owned()], port).await, Err(NetError::Unreachable(_))));
    }
}

#[tokio::test]
#[ignore = "started by another test, with another environment"]
async fn gone_and_nowhere_else() {
    let (_, port) = given();
    let store = tempfile::tempdir().unwrap();
    let http = Http::with_folders(HttpOptions::default(), vec![store.path().to_owned()]).unwrap();
    let secure = Url::parse(&format!("https://localhost:{port}/")).unwrap();
    let call = || Call::get(secure.clone(), Duration::from_secs(20));
    assert_eq!(http.send(call(), None).await.err(), Some(NetError::NoCertificates));
    // plain HTTP needs no certificates
    let server = wiremock::MockServer::start().await;
    let plain = Url::parse(&server.uri()).unwrap();
    assert_eq!(http.send(Call::get(plain, Duration::from_secs(20)), None).await.unwrap().status, 404);
    // they are installed while the program runs
    let system = Path::new("/etc/ssl/certs/ca-certificates.crt");
    if system.exists() {
        std::fs::copy(system, store.path().join("ca-certificates.crt")).unwrap();
        assert!(
            matches!(http.send(call(), None).await, Err(NetError::Unreachable(_))),
            "asked, not believed"
        );
    }
}
