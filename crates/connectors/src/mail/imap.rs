//! Opens mailboxes by IMAP.

use std::time::Duration;

use async_imap::Client;
use async_imap::error::Error;
use async_imap::imap_proto::{Capability, Response, Status};
use async_trait::async_trait;
use tokio::time::timeout;

use super::error::{MailError, at_login, sentence};
use super::guard::Guarded;
use super::session::{Connection, SMALL};
use super::{MailServer, Mailbox, Mailboxes, tls};

/// Settings that tests change.
#[derive(Debug, Clone)]
pub struct ImapOptions {
    /// further root certificates as PEM; empty but in tests, nothing in the program sets it
    pub roots: Vec<u8>,
    /// how long a server without IDLE is left alone, at least; a tenth of it is added at random
    pub poll: Duration,
    /// after how long IDLE is renewed; below 29 min (RFC 2177 §3)
    pub renew: Duration,
    /// deadline of a short answer; LOGIN has twice that, because some providers let a refused code wait on
    /// purpose, and a page of heads four times
    pub answer: Duration,
}

impl Default for ImapOptions {
    fn default() -> ImapOptions {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        ImapOptions {
            roots: Vec::new(),
            poll: minutes(10),
            renew: minutes(9),
            answer: Duration::from_secs(30),
        }
    }
}

/// Opens mailboxes by IMAP over TLS.
#[derive(Debug, Clone, Default)]
pub struct Imap(ImapOptions);

impl Imap {
    /// With these settings.
    pub fn new(options: ImapOptions) -> Imap {
        Imap(options)
    }
}

#[async_trait]
impl Mailboxes for Imap {
    async fn open(&self, server: &MailServer, secret: &str) -> Result<Box<dyn Mailbox>, MailError> {
        let client = timeout(self.0.answer, greeted(server, &self.0.roots)).await.map_err(|_| lost())??;
        let session =
            timeout(self.0.answer * 2, login(client, server, secret)).await.map_err(|_| lost())??;
        let mut connection = Connection::new(session, self.0.clone());
        connection.examine_first().await?;
        Ok(Box::new(connection))
    }
}

/// The stream below async-imap.
pub(super) type Stream = Guarded<tokio_rustls::client::TlsStream<tokio::net::TcpStream>>;

/// A connection that gave no answer in time.
pub(super) fn lost() -> MailError {
    MailError::Dropped { said: String::new() }
}

async fn greeted(server: &MailServer, roots: &[u8]) -> Result<Client<Stream>, MailError> {
    let stream = tls::connect(&server.host, server.port, roots).await?;
    let mut client = Client::new(Guarded::new(stream, SMALL));
    let greeting = super::session::caught(client.read_response()).await?;
    let answer = match greeting {
        Ok(Some(answer)) => answer,
        Ok(None) => return Err(lost()),
        Err(error) => return Err(super::session::classify(&error, client.get_ref().broken())),
    };
    match answer.parsed() {
        Response::Data { status: Status::Ok, outcome } => {
            if let Some(async_imap::imap_proto::ResponseCode::Capabilities(names)) = &outcome.code
                && names.iter().any(|name| matches!(name, Capability::Atom(atom) if atom.eq_ignore_ascii_case("LOGINDISABLED")))
            {
                return Err(MailError::OauthOnly { said: String::new() });
            }
            Ok(())
        }
        Response::Data { status: Status::Bye, outcome } => Err(MailError::Dropped {
            said: sentence(outcome.information.as_deref().unwrap_or_default().as_bytes()),
        }),
        _ => Err(MailError::NotMail),
    }?;
    Ok(client)
}

async fn login(
    mut client: Client<Stream>,
    server: &MailServer,
    secret: &str,
) -> Result<async_imap::Session<Stream>, MailError> {
    client.get_mut().allow(SMALL);
    // LOGIN and not AUTHENTICATE: 163 announces SASL-IR and refuses it
    let (error, client) = match super::session::caught(client.login(&server.user, secret)).await? {
        Ok(session) => return Ok(session),
        Err(refused) => refused,
    };
    let said = |words: &[&str]| client.get_ref().said(words).map(sentence).unwrap_or_default();
    Err(match error {
        Error::No(_) => at_login(said(&["NO"]), false),
        Error::Bad(_) => at_login(said(&["BAD"]), true),
        Error::ConnectionLost => MailError::Dropped { said: said(&["BYE"]) },
        Error::Io(error) => match super::session::classify(&error, client.get_ref().broken()) {
            MailError::Dropped { .. } => MailError::Dropped { said: said(&["BYE"]) },
            other => other,
        },
        // a line break in the code: it was not sent
        Error::Validate(_) => MailError::CodeRefused { said: String::new() },
        _ => MailError::NotMail,
    })
}
