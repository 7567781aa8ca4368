//! Which three questions a source is asked. What an earlier answer leaves unclear decides what is asked next.

use hongyan_model::Query;
use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::query::Field;

use super::ask::Answered;
use crate::error::NetError;
use crate::paging::PagePosition;
use crate::source::{Protocol, SourceConfig};

/// Number of questions that a source is asked.
pub(super) const QUESTIONS: usize = 3;
/// Number of records that are asked for.
pub(super) const SIZE: u32 = 5;

/// The sense of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sense {
    /// what the source says of itself
    Explain,
    /// a common word anywhere
    Word,
    /// the same with this value of `offset`
    Offset(u64),
    /// the same with another part of the path
    OtherSegment,
    /// the same in titles only, in one script: without `or`
    WithoutOr,
    /// the same in titles
    Title,
    /// its second page
    Second,
    /// an exact number; whether it came in an earlier answer
    Number(Identifier, bool),
}

/// A question.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub sense: Sense,
    /// configuration with which it is asked
    pub config: SourceConfig,
    pub query: Query,
    pub place: PagePosition,
}

/// A question with its answer.
#[derive(Debug)]
pub(super) struct Exchange {
    pub question: Question,
    pub answered: Answered,
    /// what stands in a JSON answer
    pub look: Option<hongyan_formats::envelope::Look>,
    /// encoding of the answer when it is not UTF-8; empty when none fits
    pub charset: Option<&'static str>,
    /// milliseconds from the question to the answer, with the wait for a turn
    pub ms: u32,
}

impl Exchange {
    /// Ids of the records that were read, or their titles.
    pub fn ids(&self) -> Option<Vec<&str>> {
        let page = self.answered.outcome.as_ref().ok()?;
        let id = |record: &hongyan_model::Record| record.id.is_empty();
        Some(page.records.iter().map(|r| if id(r) { r.title.as_str() } else { r.id.as_str() }).collect())
    }

    /// Number of hits; none when it is not known.
    pub fn hits(&self) -> Option<u64> {
        self.answered.outcome.as_ref().ok()?.hits
    }

    /// Whether at least one record was read.
    pub fn has_records(&self) -> bool {
        self.answered.outcome.as_ref().is_ok_and(|page| !page.records.is_empty())
    }

    /// Whether the source answered, and not with success.
    pub fn is_refused(&self) -> bool {
        matches!(self.answered.outcome, Err(NetError::Refused { .. } | NetError::Server(_)))
    }

    /// Whether nothing more should be sent.
    fn is_last(&self) -> bool {
        use NetError::{
            Blocked, Lost, NeedsKey, NoCertificates, SignIn, Throttled, Timeout, Unreachable, WrongKind,
        };
        matches!(
            self.answered.outcome,
            Err(Unreachable(_)
                | Timeout
                | Lost(_)
                | Throttled { .. }
                | Blocked(_)
                | SignIn
                | WrongKind(_)
                | NoCertificates
                | NeedsKey)
        )
    }
}

/// A word that the catalogues of a protocol have.
pub(super) fn word(config: &SourceConfig) -> &'static str {
    match config.protocol {
        Protocol::Opac2 | Protocol::Yidu | Protocol::Nstl | Protocol::Reader | Protocol::Shanghai => "中国",
        Protocol::Riss => "한국",
        _ if config.home => "中国",
        _ => "history",
    }
}

/// The next question; none when there is no more to ask.
pub(super) fn next(config: &SourceConfig, done: &[Exchange]) -> Option<Question> {
    if done.len() >= QUESTIONS || done.last().is_some_and(Exchange::is_last) {
        return None;
    }
    let plan = Plan { config, done };
    match config.protocol {
        Protocol::Page => None,
        Protocol::Opac2 => plan.opac2(),
        // its searches know no numbers
        Protocol::Yidu => Some(plan.offset(done.len() as u64)),
        Protocol::Nstl => match done.len() {
            0 => Some(plan.word(Sense::Word, Field::Any)),
            1 => Some(plan.word(Sense::Title, Field::Title)),
            _ => Some(plan.number(config)),
        },
        Protocol::Sru => match done.len() {
            0 => Some(plan.word(Sense::Explain, Field::Any)),
            1 => Some(plan.word(Sense::Word, Field::Any)),
            _ => Some(plan.number(config)),
        },
        Protocol::Z3950 => match done.len() {
            0 => Some(plan.word(Sense::Word, Field::Any)),
            1 => Some(plan.number(config)),
            _ => None,
        },
        _ => match done.len() {
            0 => Some(plan.word(Sense::Word, Field::Any)),
            1 => Some(plan.second()),
            _ if !takes_numbers(config.protocol) => None,
            _ => Some(plan.number(config)),
        },
    }
}

/// Whether the connector can ask for a number.
fn takes_numbers(protocol: Protocol) -> bool {
    !matches!(protocol, Protocol::Riss | Protocol::Shanghai | Protocol::Yidu)
}

struct Plan<'a> {
    config: &'a SourceConfig,
    done: &'a [Exchange],
}

impl Plan<'_> {
    fn opac2(&self) -> Option<Question> {
        match self.done {
            [] => Some(self.offset(0)),
            // an unknown path fails, and so may an unknown operator
            [first] if first.is_refused() && first.answered.status != 200 => Some(self.other_segment()),
            [first] if first.answered.outcome.is_ok() && !first.has_records() => Some(self.without_or()),
            // where its question is refused, too, the word of success may be another one
            [_] => Some(self.offset(1)),
            [_, second] if second.is_refused() && second.question.sense == Sense::OtherSegment => {
                Some(self.without_or())
            }
            [.., last] => Some(self.number(&last.question.config)),
        }
    }

    /// The configuration for a few records, with `offset` as it is sent.
    fn bare(&self) -> SourceConfig {
        let mut config = SourceConfig { page_size: SIZE, ..self.config.clone() };
        if matches!(config.protocol, Protocol::Opac2 | Protocol::Yidu) {
            config.offset_base = 0;
        }
        config
    }

    fn word(&self, sense: Sense, field: Field) -> Question {
        let query = Query::words(field, word(self.config));
        Question { sense, config: self.bare(), query, place: at(0, 0) }
    }

    fn offset(&self, offset: u64) -> Question {
        let question = self.word(Sense::Offset(offset), Field::Any);
        Question { place: at(offset, offset), ..question }
    }

    fn second(&self) -> Question {
        Question { place: at(u64::from(SIZE), 1), ..self.word(Sense::Second, Field::Any) }
    }

    fn other_segment(&self) -> Question {
        let mut question = self.word(Sense::OtherSegment, Field::Any);
        question.config.segment = other(&self.config.segment).to_owned();
        question
    }

    fn without_or(&self) -> Question {
        let mut question = self.word(Sense::WithoutOr, Field::Title);
        question.config.without_or = true;
        question
    }

    fn number(&self, config: &SourceConfig) -> Question {
        let kinds: &[IdentifierKind] = match self.config.protocol {
            Protocol::Opac2 | Protocol::Sru | Protocol::Z3950 => &[IdentifierKind::Isbn],
            Protocol::Arxiv => &[IdentifierKind::Arxiv],
            Protocol::Nstl | Protocol::Reader | Protocol::Librarycloud => {
                &[IdentifierKind::Doi, IdentifierKind::Isbn]
            }
            _ => &[IdentifierKind::Doi],
        };
        let records = self.done.iter().filter_map(|done| done.answered.outcome.as_ref().ok());
        let came = records.flat_map(|page| &page.records).flat_map(|record| &record.identifiers);
        let came = came
            .filter(|number| kinds.contains(&number.kind))
            .min_by_key(|number| kinds.iter().position(|kind| *kind == number.kind).unwrap_or(kinds.len()));
        let number = match came {
            Some(number) => number.clone(),
            None => known(kinds.first().copied().unwrap_or(IdentifierKind::Isbn)),
        };
        let query = Query { identifier: Some(number.clone()), ..Query::default() };
        let config = SourceConfig { page_size: SIZE, ..config.clone() };
        let sense = Sense::Number(number, came.is_some());
        Question { sense, config, query, place: at(0, 0) }
    }
}

/// The other part of the path of opac2.
pub(super) fn other(segment: &str) -> &'static str {
    if segment == "simple" { "true" } else { "simple" }
}

fn at(start: u64, page: u64) -> PagePosition {
    PagePosition { start, page, wanted: SIZE }
}

/// A number of a work that most catalogues of its kind have: 红楼梦 of 人民文学出版社, and two papers that are
/// often cited.
fn known(kind: IdentifierKind) -> Identifier {
    let value = match kind {
        IdentifierKind::Doi => "10.1038/nature14539",
        IdentifierKind::Arxiv => "1706.03762",
        _ => "9787020002207",
    };
    Identifier { kind, value: value.to_owned() }
}
