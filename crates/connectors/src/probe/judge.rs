//! What the answers say about the open questions.

use hongyan_formats::envelope::Look;
use hongyan_formats::{nstl, opac2, shanghai, yidu};
use hongyan_model::Record;

use super::check::{Change, Finding, Standing};
use super::plan::{Exchange, Sense, word};
use super::questions::{self, OpenQuestion};
use super::{Said, judge_paging, judge_target};
use crate::error::NetError;
use crate::source::{Protocol, SourceConfig};

/// A verdict: how the question stands, what was seen, and the new value of its setting.
pub(super) struct Verdict {
    pub standing: Standing,
    pub seen: Said,
    /// key and value as TOML
    pub change: Option<(&'static str, String)>,
}

impl Verdict {
    pub fn holds(zh: impl Into<String>, en: impl Into<String>) -> Option<Verdict> {
        Some(Verdict { standing: Standing::AsAssumed, seen: Said::new(zh, en), change: None })
    }

    pub fn differs(
        zh: impl Into<String>,
        en: impl Into<String>,
        change: Option<(&'static str, String)>,
    ) -> Option<Verdict> {
        Some(Verdict { standing: Standing::Differs, seen: Said::new(zh, en), change })
    }

    pub fn open(zh: impl Into<String>, en: impl Into<String>) -> Option<Verdict> {
        Some(Verdict { standing: Standing::Open, seen: Said::new(zh, en), change: None })
    }
}

/// The open questions of the source with what the answers say about them; differences first.
pub(super) fn findings(config: &SourceConfig, done: &[Exchange]) -> Vec<Finding> {
    let case = Case { config, done };
    let mut findings: Vec<Finding> = questions::of(config.protocol)
        .map(|question| {
            let unasked = || Verdict {
                standing: Standing::Open,
                seen: if question.asked {
                    Said::new("这几个回答说明不了", "these answers do not tell")
                } else {
                    Said::new("检查不问这一项", "the check does not ask it")
                },
                change: None,
            };
            let verdict = case.verdict(question).unwrap_or_else(unasked);
            Finding {
                id: question.id,
                question: question.said(),
                standing: verdict.standing,
                seen: verdict.seen,
                change: verdict.change.map(|(key, value)| Change { key, value }),
            }
        })
        .collect();
    findings.sort_by_key(|finding| finding.standing != Standing::Differs);
    findings
}

/// A source with its answers.
pub(super) struct Case<'a> {
    pub config: &'a SourceConfig,
    pub done: &'a [Exchange],
}

impl<'a> Case<'a> {
    fn verdict(&self, question: &OpenQuestion) -> Option<Verdict> {
        match question.id {
            "segment" => self.segment(),
            "or" => self.or(),
            "offset-base" => judge_paging::base(self),
            "offset-counts" => judge_paging::counts(self),
            "paging" => judge_paging::second(self),
            "isbn" => self.number(Some("indexes.isbn")),
            "number" => self.number(None),
            "status" => self.status(),
            "records" => self.records(),
            "total" => self.total(),
            "charset" => self.charset(),
            "members" => self.members(),
            "numbers" => self.numbers(),
            "title-code" => self.title_code(),
            "key" => self.key(),
            "version" => judge_target::version(self),
            "schema" => judge_target::schema(self),
            "indexes" => judge_target::indexes(self),
            "syntax" => judge_target::syntax(self),
            _ => None,
        }
    }

    pub fn of(&self, sense: &Sense) -> Option<&'a Exchange> {
        self.done.iter().find(|done| done.question.sense == *sense)
    }

    pub fn all_records(&self) -> impl Iterator<Item = &'a Record> {
        self.done.iter().filter_map(|done| done.answered.outcome.as_ref().ok()).flat_map(|page| &page.records)
    }

    fn segment(&self) -> Option<Verdict> {
        let own = if self.config.segment.is_empty() { "true" } else { &self.config.segment };
        if let Some(other) = self.of(&Sense::OtherSegment).filter(|other| other.answered.outcome.is_ok()) {
            let segment = &other.question.config.segment;
            return Verdict::differs(
                format!("{own} 被拒绝，{segment} 有回答"),
                format!("{own} is refused, {segment} is answered"),
                Some(("segment", format!("\"{segment}\""))),
            );
        }
        let first = self.done.first()?;
        let answered = first.answered.outcome.is_ok() || first.answered.status == 200;
        if answered { Verdict::holds(format!("{own} 有回答"), format!("{own} is answered")) } else { None }
    }

    fn or(&self) -> Option<Verdict> {
        if self.of(&Sense::WithoutOr).is_some_and(Exchange::has_records) {
            return Verdict::differs(
                "带“或”的检索一无所获，不带“或”的有结果",
                "a query with `or` finds nothing, one without it does",
                Some(("withoutOr", "true".to_owned())),
            );
        }
        let first = self.of(&Sense::Offset(0)).or(self.of(&Sense::OtherSegment))?;
        if !first.has_records() {
            return None;
        }
        if self.config.without_or {
            return Verdict::holds("不带“或”的检索有结果", "a query without `or` finds works");
        }
        Verdict::holds("带“或”的检索有结果", "a query with `or` finds works")
    }

    fn number(&self, setting: Option<&'static str>) -> Option<Verdict> {
        let asked = self.done.iter().find(|done| matches!(done.question.sense, Sense::Number(..)))?;
        let Sense::Number(number, came) = &asked.question.sense else { return None };
        let found = asked.answered.outcome.as_ref();
        let page = match found {
            Ok(page) => page,
            Err(NetError::Unsupported(_)) => {
                return Verdict::open("这种号码在此无法检索", "numbers of this kind cannot be asked here");
            }
            Err(_) if *came => {
                let change = setting.map(|key| (key, String::new()));
                return Verdict::differs("按号码检索被拒绝", "a query for a number is refused", change);
            }
            Err(_) => return None,
        };
        let same = page.records.iter().any(|record| record.identifiers.contains(number));
        match (same, *came) {
            (true, _) => Verdict::holds("按号码查到了该文献", "the work is found by its number"),
            (false, _) if !page.records.is_empty() => Verdict::differs(
                "按号码查到的是别的文献，号码没有起作用",
                "other works came: the number had no effect",
                setting.map(|key| (key, String::new())),
            ),
            (false, true) => Verdict::differs(
                "回答里出现过的号码，按号码却查不到",
                "a number that came in an answer is not found",
                setting.map(|key| (key, String::new())),
            ),
            (false, false) => None,
        }
    }

    fn status(&self) -> Option<Verdict> {
        let refused = self.done.iter().find_map(|done| match (&done.answered.outcome, &done.look) {
            (Err(NetError::Refused { code, .. }), Some(look))
                if done.answered.status == 200 && !code.is_empty() =>
            {
                self.list(look).map(|_| code)
            }
            _ => None,
        });
        if let Some(code) = refused.filter(|code| is_word(code)) {
            return Verdict::differs(
                format!("状态词是 {code}，同时有记录"),
                format!("the status word is {code}, and there are records"),
                Some(("success", format!("\"{code}\""))),
            );
        }
        let read = self.done.iter().any(Exchange::has_records);
        if read { Verdict::holds("状态词认得", "the status word is known") } else { None }
    }

    fn records(&self) -> Option<Verdict> {
        if self.done.iter().any(Exchange::has_records) {
            return Verdict::holds("读到了记录", "records are read");
        }
        let list = self.done.iter().filter_map(|done| done.look.as_ref()).find_map(|look| self.list(look))?;
        if list.place == self.usual_list() {
            return None;
        }
        Verdict::differs(
            format!("没有读到记录，{} 有 {} 项", list.place, list.items),
            format!("no record is read, {} has {} items", list.place, list.items),
            Some(("records", format!("\"{}\"", list.place))),
        )
    }

    /// The list that has records: one with names that the reader knows, else the longest.
    fn list<'b>(&self, look: &'b Look) -> Option<&'b hongyan_formats::envelope::List> {
        let known = self.known();
        let knows = |list: &&hongyan_formats::envelope::List| {
            list.names.iter().any(|(name, _)| known.contains(&name.as_str()))
        };
        look.lists.iter().find(knows).or_else(|| {
            // facets and messages are lists, too
            look.lists.first().filter(|list| list.names.len() > 3 && !list.place.is_empty())
        })
    }

    fn usual_list(&self) -> &str {
        if !self.config.records.is_empty() {
            return &self.config.records;
        }
        match self.config.protocol {
            Protocol::Opac2 => "/data/instances",
            Protocol::Yidu => "/data/content",
            _ => "/data",
        }
    }

    /// Names in records that the reader knows.
    fn known(&self) -> &'static [&'static str] {
        match self.config.protocol {
            Protocol::Opac2 => opac2::NAMES,
            Protocol::Yidu => yidu::NAMES,
            Protocol::Nstl => nstl::NAMES,
            Protocol::Shanghai => shanghai::NAMES,
            _ => &[],
        }
    }

    fn total(&self) -> Option<Verdict> {
        let done = self.done.iter().find(|done| done.has_records())?;
        if let Some(hits) = done.hits() {
            return Verdict::holds(format!("命中 {hits}"), format!("{hits} hits"));
        }
        let least = done.answered.outcome.as_ref().map_or(0, |page| page.records.len()) as u64;
        let counts = done.look.iter().flat_map(|look| &look.counts);
        match counts.into_iter().find(|(_, count)| *count >= least) {
            Some((place, count)) => Verdict::differs(
                format!("没有读到命中数，{place} 是 {count}"),
                format!("no number of hits is read, {place} is {count}"),
                Some(("total", format!("\"{place}\""))),
            ),
            None => Verdict::open("答案里没有像命中数的数", "the answer has no number like a number of hits"),
        }
    }

    fn charset(&self) -> Option<Verdict> {
        match self.done.iter().find_map(|done| done.charset) {
            Some(charset) if !charset.is_empty() && charset == self.config.charset => {
                Verdict::holds(format!("是 {charset}"), format!("it is {charset}"))
            }
            Some("") => Verdict::differs(
                "不是 UTF-8，也不是 GB 18030 或 Big5",
                "it is neither UTF-8 nor GB 18030 nor Big5",
                Some(("charset", String::new())),
            ),
            Some(charset) => Verdict::differs(
                format!("不是 UTF-8，像是 {charset}"),
                format!("it is not UTF-8, it looks like {charset}"),
                Some(("charset", format!("\"{charset}\""))),
            ),
            None if self.done.iter().any(|done| done.look.is_some()) => {
                Verdict::holds("是 UTF-8", "it is UTF-8")
            }
            None => None,
        }
    }

    fn members(&self) -> Option<Verdict> {
        let (all, titled) = self
            .all_records()
            .fold((0, 0), |(all, titled), record| (all + 1, titled + usize::from(!record.title.is_empty())));
        if all == 0 {
            return None;
        }
        let unknown = self.unknown_names().join(", ");
        if titled == 0 {
            return Verdict::differs(
                format!("{all} 条记录都没有读到题名；没有读的名称：{unknown}"),
                format!("none of {all} records has a title that is read; names that are not read: {unknown}"),
                None,
            );
        }
        Verdict::holds(
            format!("{all} 条记录中 {titled} 条读到题名"),
            format!("{titled} of {all} records have a title that is read"),
        )
    }

    /// Names in the records that are not read.
    pub fn unknown_names(&self) -> Vec<&'a str> {
        let known = self.known();
        let looks = self.done.iter().filter_map(|done| done.look.as_ref());
        let mut names: Vec<&str> = Vec::new();
        if known.is_empty() {
            return names;
        }
        for list in looks.filter_map(|look| self.list(look)) {
            names.extend(list.names.iter().map(|(name, _)| name.as_str()));
        }
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !known.contains(name));
        names.truncate(40);
        names
    }

    fn numbers(&self) -> Option<Verdict> {
        let all = self.all_records().count();
        let with = self.all_records().filter(|record| !record.identifiers.is_empty()).count();
        if all == 0 {
            return None;
        }
        let (zh, en) =
            (format!("{all} 条记录中 {with} 条带号码"), format!("{with} of {all} records bring a number"));
        if with == 0 { Verdict::open(zh, en) } else { Verdict::holds(zh, en) }
    }

    fn title_code(&self) -> Option<Verdict> {
        let any = self.of(&Sense::Word).filter(|any| any.has_records())?;
        let title = self.of(&Sense::Title)?;
        let code = Some(self.config.indexes.title.as_str()).filter(|code| !code.is_empty()).unwrap_or("tit");
        let change = || Some(("indexes.title", String::new()));
        let page = match &title.answered.outcome {
            Ok(page) if !page.records.is_empty() => page,
            _ => {
                return Verdict::differs(
                    format!("代码 {code} 一无所获，按全部字段则有结果"),
                    format!("the code {code} finds nothing, all fields do"),
                    change(),
                );
            }
        };
        let has = |record: &Record| {
            let titles = std::iter::once(&record.title).chain(&record.variant_titles);
            titles.into_iter().any(|title| title.contains(word(self.config)))
        };
        if title.hits().is_some() && title.hits() == any.hits() && !page.records.iter().all(has) {
            return Verdict::differs(
                format!("代码 {code} 没有起作用：查到的题名里没有该词"),
                format!("the code {code} has no effect: the word is not in the titles that came"),
                change(),
            );
        }
        Verdict::holds(format!("代码 {code} 有结果"), format!("the code {code} finds works"))
    }

    fn key(&self) -> Option<Verdict> {
        let last = self.done.last()?;
        match &last.answered.outcome {
            Err(NetError::NeedsKey | NetError::SignIn) if last.answered.sent => Verdict::differs(
                "要密钥才回答，或密钥被拒绝",
                "it answers with a key only, or the key is refused",
                Some(("access", "\"key\"".to_owned())),
            ),
            Err(NetError::NeedsKey) => {
                Verdict::open("没有填密钥，所以没有问", "there is no key, so nothing was asked")
            }
            _ if self.done.iter().any(Exchange::has_records) => Verdict::holds("有回答", "it answers"),
            _ => None,
        }
    }
}

/// Whether a status word can stand in a report: it is outside text.
fn is_word(code: &str) -> bool {
    code.chars().count() <= 20 && code.chars().all(|c| c.is_alphanumeric() || "_-".contains(c))
}
