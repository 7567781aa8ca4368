//! The check of a source: three questions, one after another, and what their answers settle.

use std::time::{Duration, Instant};

use hongyan_formats::envelope;
use hongyan_formats::marc::Charset;

use super::ask::Answered;
use super::plan::{self, Exchange, Question, Sense};
use super::{Said, judge, tell};
use crate::error::NetError;
use crate::http::Http;
use crate::reading::reading;
use crate::source::{Credentials, Protocol, SourceConfig};
use crate::sources::{self, Connector};

/// How a source is treated beyond its own limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// pause between two questions to a source
    pub pause: Duration,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners { pause: Duration::from_secs(1) }
    }
}

/// What an answer says about an open question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// another answer than the configuration assumes
    Differs,
    /// as the configuration assumes
    AsAssumed,
    /// not settled
    Open,
}

/// A key of sources.toml to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// the key
    pub key: &'static str,
    /// its new value as TOML; empty when the answers do not tell it
    pub value: String,
}

/// An open question after the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// short name of the question, as in docs/SOURCES.md
    pub id: &'static str,
    /// the question
    pub question: Said,
    /// how it stands
    pub standing: Standing,
    /// what was seen
    pub seen: Said,
    /// what to change in sources.toml, if a setting settles it
    pub change: Option<Change>,
}

/// A question that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// the question
    pub what: Said,
    /// what came
    pub came: Said,
    /// what was read; empty when nothing was
    pub read: Said,
}

/// The answer to a question, as it came. `Debug` hides the body.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// ending of a file name: `json`, `xml`, `html`, `txt`
    pub ending: &'static str,
    /// the body; the patron's key and user name are replaced by `…`
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("ending", &self.ending).field("bytes", &self.body.len()).finish()
    }
}

/// Result of the check of a source. Nothing in it but `kept` quotes an answer at length, and nothing names
/// the patron, a key, or a host that does not come along with the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// id of the source; for one that the patron added, only its protocol
    pub id: String,
    /// connector, as in sources.toml
    pub protocol: String,
    /// host, where it is the one that comes along with the program; else empty
    pub host: String,
    /// whether any question was answered with records
    pub well: bool,
    /// the questions, in order
    pub asked: Vec<Asked>,
    /// the open questions
    pub findings: Vec<Finding>,
    /// what the source says of itself, and the names in its records that are not read
    pub notes: Vec<Said>,
    /// the answers as they came, one for each question that was answered
    pub kept: Vec<Kept>,
    /// the error with which the check ended early
    pub problem: Option<NetError>,
}

impl Checked {
    /// Number of open questions whose answer differs from the configuration.
    pub fn differences(&self) -> usize {
        self.findings.iter().filter(|finding| finding.standing == Standing::Differs).count()
    }
}

/// Checks a source: at most three questions, with the limits of its configuration and a pause. Dropping the
/// future ends it.
///
/// # Errors
/// `Unsupported` for an invalid configuration and for a page.
pub async fn check(
    config: &SourceConfig,
    credentials: Option<&Credentials>,
    http: &Http,
    manners: Manners,
) -> Result<Checked, NetError> {
    if config.protocol == Protocol::Page {
        return Err(NetError::Unsupported("a page is not asked".to_owned()));
    }
    let mut done: Vec<Exchange> = Vec::new();
    let mut open: Option<(SourceConfig, Box<dyn Connector>)> = None;
    while let Some(question) = plan::next(config, &done) {
        if !done.is_empty() && !manners.pause.is_zero() {
            tokio::time::sleep(manners.pause).await;
        }
        // what a target says of itself counts for the next question
        if !open.as_ref().is_some_and(|(with, _)| *with == question.config) {
            let source = sources::connector(&question.config, http, credentials)?;
            open = Some((question.config.clone(), source));
        }
        let Some((_, source)) = &open else { break };
        let began = Instant::now();
        let answered = answer(source.as_ref(), &question).await;
        let ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        done.push(seen(question, answered, ms).await);
    }
    let findings = judge::findings(config, &done);
    Ok(tell::checked(config, credentials, done, findings))
}

async fn answer(source: &dyn Connector, question: &Question) -> Answered {
    if question.sense == Sense::Explain {
        let explained = source.ask_for_explain().await;
        return explained.unwrap_or_default();
    }
    source.ask(&question.query, question.place).await
}

/// Looks at the answer apart from its connector, which reads what it expects.
async fn seen(question: Question, answered: Answered, ms: u32) -> Exchange {
    let body = &answered.body;
    let utf8 = std::str::from_utf8(body).is_ok();
    let is_json = body.trim_ascii_start().first().is_some_and(|first| matches!(first, b'{' | b'[' | 0xEF));
    let charset = (!utf8 && is_json).then(|| {
        let fits = |charset: &Charset| charset.decode(body).1.is_none();
        [Charset::GB18030, Charset::BIG5].into_iter().find(fits).map_or("", Charset::name)
    });
    let mut look = None;
    if is_json {
        let text = match charset.and_then(Charset::named) {
            Some(charset) => charset.decode(body).0.into_owned().into_bytes(),
            None => body.clone(),
        };
        let looking = move |budget: &hongyan_formats::Budget| {
            envelope::look(&text, budget).map_err(crate::reading::unreadable)
        };
        look = reading(looking).await.ok();
    }
    Exchange { question, answered, look, charset, ms }
}
