//! The check in words that can be handed to others: no key, no user, no host but those that come along with
//! the program, no error text as it came.

use hongyan_model::Record;
use hongyan_model::text::{clean, clip};

use super::check::{Asked, Checked, Finding, Kept};
use super::judge::Case;
use super::plan::{Exchange, Sense, word};
use super::{Said, judge_target};
use crate::error::NetError;
use crate::source::{Credentials, Protocol, SourceConfig};
use crate::sources;

/// Puts a check together.
pub(super) fn checked(
    config: &SourceConfig,
    credentials: Option<&Credentials>,
    done: Vec<Exchange>,
    findings: Vec<Finding>,
) -> Checked {
    let hidden = Hidden::of(config, credentials);
    let case = Case { config, done: &done };
    let known = sources::default_file().source.into_iter().find(|known| known.id == config.id);
    let host =
        known.filter(|known| known.address == config.address).and_then(|known| host_of(&known.address));
    let mut notes = Vec::new();
    if let Some(said) = done.iter().find_map(|done| done.answered.said.as_ref()) {
        let parts = [&said.version, &said.schemas.join(", ")].map(|part| hidden.masked(part));
        let parts = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
        if !parts.is_empty() {
            notes.push(Said::new(format!("它自称：{parts}"), format!("it says of itself: {parts}")));
        }
    }
    let names = case.unknown_names().join(", ");
    if !names.is_empty() {
        notes.push(Said::new(
            format!("记录里没有读的名称：{names}"),
            format!("names in the records that are not read: {names}"),
        ));
    }
    let findings = findings.into_iter().map(|finding| hidden.finding(finding)).collect();
    let kept = done.iter().filter(|done| !done.answered.body.is_empty()).map(|done| hidden.kept(done));
    Checked {
        id: if config.id.starts_with("own-") { "own".to_owned() } else { config.id.clone() },
        protocol: format!("{:?}", config.protocol).to_lowercase(),
        host: host.unwrap_or_default(),
        well: judge_target::is_well(&done),
        asked: done.iter().map(|done| asked(config, done, &hidden)).collect(),
        findings,
        notes,
        kept: kept.collect(),
        problem: done.last().and_then(|last| last.answered.outcome.as_ref().err().cloned()),
    }
}

fn host_of(address: &str) -> Option<String> {
    url::Url::parse(address).ok()?.host_str().map(str::to_owned)
}

fn asked(config: &SourceConfig, done: &Exchange, hidden: &Hidden) -> Asked {
    let word = word(config);
    let what = match &done.question.sense {
        Sense::Explain => Said::new("它的自述（explain）", "its explain record"),
        Sense::Word => Said::new(format!("“{word}”，全部字段"), format!("“{word}” anywhere")),
        Sense::Offset(offset) => {
            Said::new(format!("“{word}”，offset = {offset}"), format!("“{word}”, offset = {offset}"))
        }
        Sense::OtherSegment => {
            let segment = &done.question.config.segment;
            Said::new(
                format!("“{word}”，地址里用 {segment}"),
                format!("“{word}”, with {segment} in the path"),
            )
        }
        Sense::WithoutOr => {
            Said::new(format!("“{word}”，只查题名，不带“或”"), format!("“{word}” in titles, without `or`"))
        }
        Sense::Title => Said::new(format!("“{word}”，题名"), format!("“{word}” in titles")),
        Sense::Second => Said::new(format!("“{word}”，第二页"), format!("“{word}”, second page")),
        Sense::Number(number, came) => {
            let kind = format!("{:?}", number.kind).to_uppercase();
            let number = format!("{kind} {}", number.value);
            if *came {
                Said::new(format!("{number}（前面的回答里有）"), format!("{number} (from an answer before)"))
            } else {
                Said::new(number.clone(), number)
            }
        }
    };
    Asked { what, came: came(done), read: read(done, hidden) }
}

fn came(done: &Exchange) -> Said {
    let answered = &done.answered;
    if !answered.sent {
        return Said::new("没有发出", "not sent");
    }
    let seconds = f64::from(done.ms) / 1000.0;
    let bytes = answered.body.len();
    if answered.status == 0 && answered.body.is_empty() {
        return Said::new(format!("{seconds:.1} 秒"), format!("{seconds:.1} s"));
    }
    let media: String = answered.media.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
    let status = answered.status;
    Said::new(
        format!("HTTP {status}，{media}，{bytes} 字节，{seconds:.1} 秒"),
        format!("HTTP {status}, {media}, {bytes} bytes, {seconds:.1} s"),
    )
}

fn read(done: &Exchange, hidden: &Hidden) -> Said {
    let page = match &done.answered.outcome {
        Ok(_) if done.question.sense == Sense::Explain => return explained(done),
        Ok(page) => page,
        Err(error) => return hidden.error(error),
    };
    let records = &page.records;
    let with = |has: fn(&Record) -> bool| records.iter().filter(|record| has(record)).count();
    let titles = with(|record| !record.title.is_empty());
    let creators = with(|record| !record.creators.is_empty());
    let years = with(|record| record.year.is_some());
    let numbers = with(|record| !record.identifiers.is_empty());
    let holdings = with(|record| !record.holdings.is_empty());
    let hits = page.hits;
    let count = records.len();
    let mut zh = format!(
        "{}读到 {count} 条：题名 {titles}，责任者 {creators}，年份 {years}，号码 {numbers}，馆藏 {holdings}",
        hits.map_or("命中数不明，".to_owned(), |hits| format!("命中 {hits}，"))
    );
    let mut en = format!(
        "{}{count} records: titles {titles}, creators {creators}, years {years}, numbers {numbers}, holdings {holdings}",
        hits.map_or("hits not known, ".to_owned(), |hits| format!("{hits} hits, "))
    );
    let unread = page.unread.records.max(page.taken.saturating_sub(count as u64));
    if unread > 0 {
        let why = hidden.masked(&format!("{} {}", page.unread.schema, page.unread.said));
        zh.push_str(&format!("；{unread} 条没有读成 {why}"));
        en.push_str(&format!("; {unread} not read {why}"));
    }
    if !page.warnings.is_empty() {
        let warnings = hidden.masked(&page.warnings.join(", "));
        zh.push_str(&format!("；注意：{warnings}"));
        en.push_str(&format!("; warnings: {warnings}"));
    }
    if let Some(first) = records.iter().find(|record| !record.title.is_empty()) {
        let title = hidden.masked(&clip(&first.title, 60));
        zh.push_str(&format!("；第一条：{title}"));
        en.push_str(&format!("; the first: {title}"));
    }
    Said { zh: zh.trim_end().to_owned(), en: en.trim_end().to_owned() }
}

fn explained(done: &Exchange) -> Said {
    match &done.answered.said {
        None => Said::new("没有可用的内容", "nothing of use"),
        Some(said) => {
            let (schemas, indexes) = (said.schemas.len(), said.indexes.len());
            Said::new(
                format!("格式 {schemas} 种，索引 {indexes} 个"),
                format!("{schemas} schemas, {indexes} indexes"),
            )
        }
    }
}

/// What must not stand in a report.
struct Hidden {
    words: Vec<String>,
}

impl Hidden {
    fn of(config: &SourceConfig, credentials: Option<&Credentials>) -> Hidden {
        let mut words: Vec<String> = Vec::new();
        if let Some(Credentials { user, secret, group }) = credentials {
            words.extend([user, secret, group].map(|word| word.trim().to_owned()));
        }
        let known = sources::default_file().source.into_iter().any(|known| known.address == config.address);
        if !known {
            words.extend(host_of(&config.address));
            let port = url::Url::parse(&config.address).ok().and_then(|url| url.port());
            words.extend(host_of(&config.address).zip(port).map(|(host, port)| format!("{host}:{port}")));
        }
        // a word of one letter would hide everything
        words.retain(|word| word.chars().count() > 1);
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Hidden { words }
    }

    /// A text from outside: cleaned, and without what must not stand there. Addresses, numbers of networks and
    /// long numbers are left out, too: a source may name the patron's.
    fn masked(&self, text: &str) -> String {
        let mut text = clip(&clean(text), 300);
        for word in &self.words {
            text = replaced(&text, word);
        }
        let hides = |part: &str| {
            let digits = part.chars().filter(char::is_ascii_digit).count();
            let dotted = part.split('.').filter(|part| !part.is_empty()).count() >= 4
                && part.chars().all(|c| c.is_ascii_digit() || ".:,;，。；：()（）[]".contains(c));
            part.contains('@') || part.contains("://") || dotted || digits >= 8
        };
        let kept = text.split(' ').map(|part| if hides(part) { "…" } else { part });
        kept.collect::<Vec<_>>().join(" ").trim().to_owned()
    }

    fn finding(&self, mut finding: Finding) -> Finding {
        for word in &self.words {
            finding.seen.zh = replaced(&finding.seen.zh, word);
            finding.seen.en = replaced(&finding.seen.en, word);
        }
        finding
    }

    fn error(&self, error: &NetError) -> Said {
        let (zh, en) = match error {
            NetError::Unreachable(_) => ("连接不上", "cannot connect"),
            NetError::Timeout => ("没有及时回答", "no answer in time"),
            NetError::Lost(_) => ("连接中断", "the connection broke"),
            NetError::Server(_) => ("它出了故障", "it failed"),
            NetError::Throttled { .. } => ("它要求慢一些", "it asked to slow down"),
            NetError::Blocked(_) => (
                "它拒绝了（403 或验证码），请在浏览器里打开",
                "it refused (403 or a captcha): open it in a browser",
            ),
            NetError::SignIn => ("要先登录", "it wants a sign-in"),
            NetError::WrongKind(_) => (
                "来的是网页，不是数据（校园网登录页、维护页）",
                "a web page in place of data (campus sign-in, maintenance)",
            ),
            NetError::Malformed(_) => ("答案读不懂", "the answer cannot be read"),
            NetError::TooLarge => ("答案太大", "the answer is too large"),
            NetError::Refused { .. } => ("它不接受", "it does not accept"),
            NetError::Unsupported(_) => ("这一问它不支持", "this cannot be asked there"),
            NetError::NoCertificates => ("系统里没有根证书", "no root certificates on this system"),
            NetError::NeedsKey => ("要密钥", "it wants a key"),
            NetError::NoPlatform => ("没有接口", "no interface"),
        };
        let said = match error {
            NetError::Refused { message, .. } => self.masked(message),
            _ => String::new(),
        };
        let code = match error {
            NetError::Refused { status: 0, code, .. } => format!("（{}）", self.masked(code)),
            NetError::Refused { status, code, .. } => format!("（HTTP {status}: {}）", self.masked(code)),
            NetError::Server(status) => format!("（HTTP {status}）"),
            _ => String::new(),
        };
        let colon = |mark: &str| if said.is_empty() { String::new() } else { format!("{mark}{said}") };
        let plain = code.replace('（', " (").replace('）', ")");
        Said::new(format!("{zh}{code}{}", colon("：")), format!("{en}{plain}{}", colon(": ")))
    }

    fn kept(&self, done: &Exchange) -> Kept {
        let answered = &done.answered;
        let ending = match answered.body.trim_ascii_start().first() {
            Some(b'{' | b'[') => "json",
            Some(b'<') if answered.media.contains("html") => "html",
            Some(b'<') => "xml",
            _ => "txt",
        };
        let mut body = answered.body.clone();
        for word in &self.words {
            for form in [word.clone(), encoded(word)] {
                body = without(&body, form.as_bytes());
            }
        }
        Kept { ending, body }
    }
}

fn encoded(word: &str) -> String {
    url::form_urlencoded::byte_serialize(word.as_bytes()).collect()
}

/// The text with a word replaced, whatever its case.
fn replaced(text: &str, word: &str) -> String {
    let mut out = text.replace(word, "…");
    let lower = word.to_lowercase();
    if lower != *word {
        out = out.replace(&lower, "…");
    }
    out
}

/// The bytes with a word replaced.
fn without(body: &[u8], word: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        if !word.is_empty()
            && let Some(after) = rest.strip_prefix(word)
        {
            out.extend_from_slice("…".as_bytes());
            rest = after;
        } else if let Some((first, after)) = rest.split_first() {
            out.push(*first);
            rest = after;
        }
    }
    out
}

/// Whether a protocol is asked at all.
pub fn is_checked(protocol: Protocol) -> bool {
    protocol != Protocol::Page
}
