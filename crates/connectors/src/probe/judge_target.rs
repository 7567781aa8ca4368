//! SRU and Z39.50: what the target says of itself against what is configured.

use super::Probe;
use super::judge::{Case, Verdict};
use super::plan::{Exchange, Sense};
use crate::error::NetError;
use crate::source::Indexes;

fn said<'a>(case: &Case<'a>) -> Option<&'a Probe> {
    case.done.iter().find_map(|done| done.answered.said.as_ref())
}

/// SRU: the version of the protocol.
pub(super) fn version(case: &Case<'_>) -> Option<Verdict> {
    let word = case.of(&Sense::Word)?;
    let own = Some(case.config.version.as_str()).filter(|own| !own.is_empty()).unwrap_or("1.2");
    if let Err(NetError::Refused { code, message, .. }) = &word.answered.outcome
        && code.ends_with("/1/5")
    {
        let offered = said(case).map(|said| said.version.as_str()).filter(|version| !version.is_empty());
        let named = ["2.0", "1.1", "1.2"].into_iter().find(|version| message.contains(version));
        let value = named.or(offered).unwrap_or_default();
        return Verdict::differs(
            format!("不支持 {own}"),
            format!("{own} is not supported"),
            Some(("version", if value.is_empty() { String::new() } else { format!("\"{value}\"") })),
        );
    }
    word.has_records()
        .then(|| Verdict::holds(format!("{own} 有回答"), format!("{own} is answered")))
        .flatten()
}

/// SRU: the record schema.
pub(super) fn schema(case: &Case<'_>) -> Option<Verdict> {
    let word = case.of(&Sense::Word)?;
    let offered = said(case).map(|said| said.schemas.as_slice()).unwrap_or_default();
    let change = || {
        let is_marc = |name: &&String| name.to_ascii_lowercase().contains("marc");
        let best = offered.iter().find(is_marc).or_else(|| {
            let others = ["mods", "dc"];
            offered.iter().find(|name| others.iter().any(|other| name.to_ascii_lowercase().contains(other)))
        });
        Some(("schema", best.map(|name| format!("\"{name}\"")).unwrap_or_default()))
    };
    let unread = match &word.answered.outcome {
        Err(NetError::Refused { code, .. }) if code.ends_with("/1/66") || code.ends_with("/1/67") => {
            let own = &case.config.schema;
            return Verdict::differs(
                format!("没有格式 {own}"),
                format!("there is no schema {own}"),
                change(),
            );
        }
        Ok(page) => &page.unread,
        Err(_) => return None,
    };
    if !unread.schema.is_empty() {
        let schema = &unread.schema;
        return Verdict::differs(
            format!("{} 条记录是 {schema}，不会读", unread.records),
            format!("{} records are in {schema}, which is not read", unread.records),
            change(),
        );
    }
    word.has_records().then(|| Verdict::holds("记录读得懂", "the records are read")).flatten()
}

/// SRU: the names of the indexes.
pub(super) fn indexes(case: &Case<'_>) -> Option<Verdict> {
    let offered = &said(case)?.indexes;
    let own = &case.config.indexes;
    if offered.is_empty() {
        return Verdict::open("它没有列出索引名", "it lists no indexes");
    }
    let has = |name: &str| {
        let local = |name: &str| name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        let plain = name.to_ascii_lowercase();
        offered.iter().any(|offered| {
            let lower = offered.to_ascii_lowercase();
            lower == plain || !plain.contains('.') && local(&lower) == plain
        })
    };
    let Indexes { any, title, creator, subject, isbn, issn, date, publisher, container } = own;
    let fields = [
        ("indexes.any", any),
        ("indexes.title", title),
        ("indexes.creator", creator),
        ("indexes.subject", subject),
        ("indexes.isbn", isbn),
        ("indexes.issn", issn),
        ("indexes.date", date),
        ("indexes.publisher", publisher),
        ("indexes.container", container),
    ];
    let missing: Vec<(&str, &str)> = fields
        .iter()
        .flat_map(|(key, names)| names.split_whitespace().map(move |name| (*key, name)))
        .filter(|(_, name)| !name.starts_with("cql.") && !has(name))
        .collect();
    let Some((key, _)) = missing.first() else {
        return Verdict::holds("所设的索引名它都有", "it has all the indexes that are configured");
    };
    let names = missing.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    let like: Vec<&str> = offered.iter().map(String::as_str).take(30).collect();
    Verdict::differs(
        format!("没有 {names}；它有：{}", like.join(", ")),
        format!("it has no {names}; it has: {}", like.join(", ")),
        Some((key, String::new())),
    )
}

/// Z39.50: the record syntax.
pub(super) fn syntax(case: &Case<'_>) -> Option<Verdict> {
    let word = case.of(&Sense::Word)?;
    let given = said(case).and_then(|said| said.schemas.first());
    let page = word.answered.outcome.as_ref().ok()?;
    if !page.unread.schema.is_empty() {
        let schema = &page.unread.schema;
        return Verdict::differs(
            format!("{} 条记录是 {schema}，不会读", page.unread.records),
            format!("{} records are in {schema}, which is not read", page.unread.records),
            Some(("syntax", String::new())),
        );
    }
    let own = &case.config.syntax;
    match given {
        Some(given) if !own.is_empty() && own != given => Verdict::differs(
            format!("给的是 {given}"),
            format!("it gives {given}"),
            Some(("syntax", format!("\"{given}\""))),
        ),
        Some(given) if word.has_records() => {
            Verdict::holds(format!("给的是 {given}"), format!("it gives {given}"))
        }
        _ => None,
    }
}

/// Whether anything came.
pub(super) fn is_well(done: &[Exchange]) -> bool {
    done.iter().any(Exchange::has_records)
}
