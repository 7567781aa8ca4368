//! A connection to a server: exchange of messages, with a deadline and a size limit.

use std::time::Duration;

use hongyan_formats::Budget;
use hongyan_model::text::{clean, clip};
use hongyan_readers::Turn;
use rasn::types::{Any, BitString, Integer, OctetString};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::apdu::{
    Apdu, Authentication, CharsetProposal, Close, DatabaseName, Diagnostic, DiagnosticRecord, Elements,
    Encoding, External, IdPass, Information, InitRequest, Iso10646, Language, MoreInformation,
    OtherInformation, PresentRequest, PresentResponse, ProposedCharset, Query, RpnQuery, SearchRequest,
    SearchResponse,
};
use super::frame::{Frame, Framing, frame, is_modest};
use super::oid;
use super::syntax::Syntax;
use crate::error::NetError;
use crate::reading::reading;
use crate::source::Credentials;

/// Message size in bytes that servers are asked to respect; up to twice as much is accepted.
const MESSAGE: u32 = 2 * 1024 * 1024;
/// Maximum number of values in a message; a page of a thousand records with some copies each has fewer.
const VALUES: usize = 200_000;
/// Time limit for connecting.
const CONNECT: Duration = Duration::from_secs(6);

/// A connection after its Init. Dropping it closes the connection.
#[derive(Debug)]
pub(super) struct Session {
    stream: TcpStream,
    buffer: Vec<u8>,
    deadline: Duration,
    /// name of the server software, cleaned
    pub software: String,
}

impl Session {
    /// Connects and sends Init; `negotiate` proposes UTF-8, which breaks some servers.
    ///
    /// # Errors
    /// `Unreachable`, `Timeout`, `Lost`; `SignIn` when the server rejects the credentials.
    pub async fn open(
        host: &str,
        port: u16,
        deadline: Duration,
        credentials: Option<&Credentials>,
        negotiate: bool,
    ) -> Result<Session, NetError> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let stream = match tokio::time::timeout(deadline.min(CONNECT), TcpStream::connect((host, port))).await
        {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(NetError::Unreachable(error.kind().to_string())),
            Err(_) if deadline < CONNECT => return Err(NetError::Timeout),
            Err(_) => return Err(NetError::Unreachable("no connection in time".to_owned())),
        };
        // only a latency optimisation, so failure is harmless
        let _ = stream.set_nodelay(true);
        let mut session = Session { stream, buffer: Vec::new(), deadline, software: String::new() };
        let request = Apdu::InitRequest(Box::new(init(credentials, negotiate)?));
        match session.exchange(&request, as_it_is).await? {
            Apdu::InitResponse(response) if response.accepted => {
                let part = |text: &Option<OctetString>| text.as_ref().map(plain).unwrap_or_default();
                let named = [part(&response.implementation_name), part(&response.implementation_version)];
                session.software = clip(clean(&named.join(" ")).trim(), 200);
                Ok(session)
            }
            Apdu::InitResponse(_) if credentials.is_some() => Err(NetError::SignIn),
            Apdu::InitResponse(_) => Err(NetError::NeedsKey),
            other => Err(unexpected(&other)),
        }
    }

    /// Searches; returns the number of hits. [`Session::present`] fetches the records.
    ///
    /// # Errors
    /// `Refused` with the server's diagnostic, and the errors of [`Session::open`].
    pub async fn search(&mut self, database: &str, query: RpnQuery) -> Result<u64, NetError> {
        let request = SearchRequest {
            reference: None,
            small_set: 0,
            large_set: 1,
            medium_set: 0,
            replace: true,
            result_set: text("default"),
            databases: database.split('+').map(|name| DatabaseName(text(name))).collect(),
            syntax: None,
            query: Query::Type1(query),
        };
        match self.exchange(&Apdu::SearchRequest(Box::new(request)), as_it_is).await? {
            Apdu::SearchResponse(response) => found(&response),
            other => Err(unexpected(&other)),
        }
    }

    /// Fetches `count` records from position `start`, counted from 1, and gives the answer to `read` on the parser
    /// pool.
    ///
    /// # Errors
    /// As [`Session::search`].
    pub async fn present<T, F>(
        &mut self,
        start: u32,
        count: u32,
        syntax: Syntax,
        read: F,
    ) -> Result<T, NetError>
    where
        T: Send + 'static,
        F: FnOnce(PresentResponse, &Budget) -> T + Send + 'static,
    {
        let request = PresentRequest {
            reference: None,
            result_set: text("default"),
            start,
            count,
            elements: Some(Elements::Named(text("F"))),
            syntax: Some(syntax.oid()?),
        };
        let convert = move |answer, budget: &Budget| match answer {
            Apdu::PresentResponse(response) => {
                match refusal(response.diagnostic.as_ref(), response.diagnostics.as_deref()) {
                    Some(refused) => Err(refused),
                    None => Ok(read(*response, budget)),
                }
            }
            other => Err(unexpected(&other)),
        };
        self.exchange(&Apdu::PresentRequest(Box::new(request)), convert).await
    }

    /// Sends Close and does not wait for the response.
    pub async fn close(mut self) {
        let close = Close {
            reference: None,
            reason: Integer::from(0),
            information: None,
            resource_report_format: None,
            resource_report: None,
            other: None,
        };
        if let Ok(bytes) = rasn::ber::encode(&Apdu::Close(Box::new(close))) {
            let farewell = async {
                // the server notices the closed connection anyway
                let _ = self.stream.write_all(&bytes).await;
                let _ = self.stream.shutdown().await;
            };
            let _ = tokio::time::timeout(Duration::from_millis(200), farewell).await;
        }
    }

    /// Sends a request, and decodes and converts the answer in one job of the parser pool: a decoded message is
    /// several times its bytes, and of many servers that answer at once all would wait for a second job.
    async fn exchange<T, F>(&mut self, request: &Apdu, convert: F) -> Result<T, NetError>
    where
        T: Send + 'static,
        F: FnOnce(Apdu, &Budget) -> Result<T, NetError> + Send + 'static,
    {
        let bytes = rasn::ber::encode(request)
            .map_err(|_| NetError::Unsupported("the request cannot be encoded".to_owned()))?;
        let deadline = self.deadline;
        let answer = async {
            self.stream.write_all(&bytes).await.map_err(lost)?;
            let (message, turn) = self.receive().await?;
            reading(move |budget| {
                drop(turn);
                let answer = decode(&message)?;
                drop(message);
                convert(answer, budget)
            })
            .await
        };
        tokio::time::timeout(deadline, answer).await.unwrap_or(Err(NetError::Timeout))
    }

    /// Receives a message, with the turn to parse it. Bytes stay in the system's buffers until it is this session's
    /// turn: of a hundred servers that answer at once, only a few answers are in memory. While the server sends
    /// nothing the turn is given back.
    async fn receive(&mut self) -> Result<(Vec<u8>, Option<Turn>), NetError> {
        let most = 2 * MESSAGE as usize;
        let mut framing = Framing::default();
        let mut turn = None;
        loop {
            // every message is constructed with a tag of the context class
            if self.buffer.first().is_some_and(|first| first & 0xE0 != 0xA0) {
                return Err(NetError::WrongKind("not Z39.50".to_owned()));
            }
            match framing.frame(&self.buffer, most) {
                Frame::Whole(length) => {
                    let rest = self.buffer.split_off(length);
                    return Ok((std::mem::replace(&mut self.buffer, rest), turn));
                }
                Frame::Broken if self.buffer.len() >= most => return Err(NetError::TooLarge),
                Frame::Broken => return Err(too_large_or_broken(&self.buffer)),
                Frame::Partial => {}
            }
            if turn.is_none() {
                self.stream.readable().await.map_err(lost)?;
                turn = Some(hongyan_readers::turn().await);
            }
            self.buffer.reserve(16 * 1024);
            match self.stream.try_read_buf(&mut self.buffer) {
                Ok(0) => return Err(NetError::Lost("the server closed the connection".to_owned())),
                // reading does not yield by itself, and a server may flood
                Ok(_) => tokio::task::consume_budget().await,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => turn = None,
                Err(error) => return Err(lost(error)),
            }
        }
    }
}

fn as_it_is(answer: Apdu, _: &Budget) -> Result<Apdu, NetError> {
    Ok(answer)
}

fn decode(message: &[u8]) -> Result<Apdu, NetError> {
    if !is_modest(message, VALUES) {
        return Err(NetError::TooLarge);
    }
    rasn::ber::decode(message).map_err(|_| NetError::Malformed("not a message of Z39.50".to_owned()))
}

/// Tells a message over the size limit from invalid bytes.
fn too_large_or_broken(bytes: &[u8]) -> NetError {
    match frame(bytes, usize::MAX / 2) {
        Frame::Broken => NetError::WrongKind("not BER, so not Z39.50".to_owned()),
        _ => NetError::TooLarge,
    }
}

fn lost(error: std::io::Error) -> NetError {
    NetError::Lost(error.kind().to_string())
}

fn text(text: &str) -> OctetString {
    OctetString::from(text.as_bytes().to_vec())
}

/// Octets as text in an unknown encoding, for display.
pub(super) fn plain(octets: &OctetString) -> String {
    let bytes: &[u8] = octets;
    clean(&String::from_utf8_lossy(bytes))
}

fn init(credentials: Option<&Credentials>, negotiate: bool) -> Result<InitRequest, NetError> {
    let authentication = credentials.filter(|c| !c.user.is_empty() || !c.secret.is_empty()).map(|c| {
        let part = |value: &str| (!value.is_empty()).then(|| text(value));
        Authentication::IdPass(IdPass {
            group: part(&c.group),
            user: part(&c.user),
            password: part(&c.secret),
        })
    });
    // bits 0 to 2: versions 1 to 3
    let version = BitString::repeat(true, 3);
    // search 0, present 1, named result sets 14, negotiation 17
    let mut options = BitString::repeat(false, 18);
    for bit in [0, 1, 14].into_iter().chain(negotiate.then_some(17)) {
        options.set(bit, true);
    }
    Ok(InitRequest {
        reference: None,
        version,
        options,
        preferred_message_size: MESSAGE,
        exceptional_record_size: MESSAGE,
        authentication,
        implementation_id: None,
        implementation_name: Some(text("Hongyan")),
        implementation_version: Some(text(env!("CARGO_PKG_VERSION"))),
        user_information: None,
        other: if negotiate { Some(vec![proposal()?]) } else { None },
    })
}

/// Proposes UTF-8, for records too: CharSetandLanguageNegotiation-3, 1.2.840.10003.15.3.
fn proposal() -> Result<OtherInformation, NetError> {
    let proposal = CharsetProposal {
        charsets: Some(vec![ProposedCharset::Iso10646(Iso10646 {
            collections: None,
            level: oid(&[1, 0, 10646, 1, 0, 8])?,
        })]),
        languages: Some(vec![Language(text("chi")), Language(text("eng"))]),
        records_too: Some(true),
    };
    let bytes = rasn::ber::encode(&proposal)
        .map_err(|_| NetError::Unsupported("the proposal cannot be encoded".to_owned()))?;
    let external = External {
        direct: Some(oid(&[1, 2, 840, 10003, 15, 3])?),
        indirect: None,
        descriptor: None,
        encoding: Encoding::Single(Any::new(bytes)),
    };
    Ok(OtherInformation { category: None, information: Information::External(external) })
}

fn found(response: &SearchResponse) -> Result<u64, NetError> {
    if let Some(refused) = refusal(response.diagnostic.as_ref(), response.diagnostics.as_deref()) {
        return Err(refused);
    }
    if !response.succeeded {
        return Err(diagnosed(0, "the search failed"));
    }
    u64::try_from(&response.hits).map_err(|_| NetError::Malformed("a negative number of hits".to_owned()))
}

/// The diagnostic in place of records.
fn refusal(one: Option<&Diagnostic>, several: Option<&[DiagnosticRecord]>) -> Option<NetError> {
    one.map(refused).or_else(|| several?.iter().find_map(of_record))
}

/// Parses a diagnostic in the default format; others are not supported.
pub(super) fn of_record(record: &DiagnosticRecord) -> Option<NetError> {
    match record {
        DiagnosticRecord::Default(diagnostic) => Some(refused(diagnostic)),
        DiagnosticRecord::External(_) => None,
    }
}

fn refused(diagnostic: &Diagnostic) -> NetError {
    let (MoreInformation::Version2(more) | MoreInformation::Version3(more)) = &diagnostic.more;
    diagnosed(u32::try_from(&diagnostic.condition).unwrap_or_default(), &plain(more))
}

/// A refusal with a diagnostic of Bib-1.
fn diagnosed(condition: u32, more: &str) -> NetError {
    let message = match (meaning(condition), more) {
        ("", more) => more.to_owned(),
        (meaning, "") => meaning.to_owned(),
        (meaning, more) => format!("{meaning} ({more})"),
    };
    NetError::Refused {
        status: 0,
        code: format!("bib-1:{condition}"),
        message: clip(&message, 300),
        params: Vec::new(),
    }
}

/// The texts of the Bib-1 diagnostics that a search may get.
fn meaning(condition: u32) -> &'static str {
    match condition {
        1 => "permanent system error",
        2 => "temporary system error",
        3 => "unsupported search",
        11 => "too many characters in search statement",
        13 => "present request out of range",
        14 => "system error in presenting records",
        31 => "resources exhausted - no results available",
        100 => "unspecified error",
        101 => "access-control failure",
        107 => "query type not supported",
        108 => "malformed query",
        109 => "database unavailable",
        113 => "unsupported attribute type",
        114 => "unsupported use attribute",
        117 => "unsupported relation attribute",
        118 => "unsupported structure attribute",
        121 => "unsupported attribute set",
        123 => "unsupported attribute combination",
        227 => "no data available in requested record syntax",
        235 => "database does not exist",
        236 => "access to specified database denied",
        238 => "record not available in requested syntax",
        239 => "record syntax not supported",
        _ => "",
    }
}

fn unexpected(apdu: &Apdu) -> NetError {
    match apdu {
        Apdu::Close(close) => {
            let said = close.information.as_ref().map(plain).unwrap_or_default();
            NetError::Lost(format!("the server closed: {}", clip(&said, 120)))
        }
        _ => NetError::Malformed("another message than expected".to_owned()),
    }
}
