//! How a source counts: what its answers to different positions have in common.

use super::judge::{Case, Verdict};
use super::plan::{Exchange, Sense};
use crate::source::{Protocol, SourceConfig};

/// How an answer relates to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// the same records
    None,
    /// one record further
    Record,
    /// records that have nothing in common
    Page,
}

fn step(before: &[&str], after: &[&str]) -> Option<Step> {
    if before.is_empty() || after.is_empty() {
        return None;
    }
    if before == after {
        return Some(Step::None);
    }
    let rest = before.get(1..).unwrap_or_default();
    if !rest.is_empty() && after.starts_with(rest) {
        return Some(Step::Record);
    }
    // a step of one record leaves records in common
    (before.len() > 1 && !after.iter().any(|id| before.contains(id))).then_some(Step::Page)
}

/// The records at this value of `offset`.
fn at<'a>(case: &Case<'a>, offset: u64) -> Option<Vec<&'a str>> {
    case.of(&Sense::Offset(offset)).and_then(Exchange::ids)
}

/// The value of `offset` for the first record.
fn first(case: &Case<'_>) -> Option<u32> {
    let zero = case.of(&Sense::Offset(0))?;
    let one = at(case, 1).filter(|ids| !ids.is_empty())?;
    match zero.ids().filter(|ids| !ids.is_empty()) {
        // a word of success that is not known would look like a refusal
        None if zero.answered.outcome.is_ok() || zero.is_refused() => Some(1),
        None => None,
        Some(zero) => step(&zero, &one).map(|step| u32::from(step == Step::None)),
    }
}

/// Whether `offset` counts from 0 or from 1.
pub(super) fn base(case: &Case<'_>) -> Option<Verdict> {
    let base = first(case)?;
    let (zh, en) = if base == 1 {
        (
            "offset 为 1 时是第一条，为 0 时相同或没有",
            "offset 1 is the first, offset 0 is the same or nothing",
        )
    } else {
        ("offset 为 0 时是第一条", "offset 0 is the first")
    };
    if base == case.config.offset_base {
        return Verdict::holds(zh, en);
    }
    Verdict::differs(zh, en, Some(("offsetBase", base.to_string())))
}

/// Whether `offset` counts records or pages.
pub(super) fn counts(case: &Case<'_>) -> Option<Verdict> {
    let base = u64::from(first(case)?);
    let step = step(&at(case, base)?, &at(case, base + 1)?)?;
    let (seen, zh, en) = match step {
        Step::None => return None,
        Step::Record => ("records", "offset 加 1，前进一条", "offset plus 1 is one record further"),
        Step::Page => ("pages", "offset 加 1，前进一页", "offset plus 1 is one page further"),
    };
    if seen == counted(case.config) {
        return Verdict::holds(zh, en);
    }
    Verdict::differs(zh, en, Some(("offsetCounts", format!("\"{seen}\""))))
}

fn counted(config: &SourceConfig) -> &str {
    match (config.offset_counts.as_str(), config.protocol) {
        ("", Protocol::Yidu) => "pages",
        ("", _) => "records",
        (counts, _) => counts,
    }
}

/// Whether the second page follows the first.
pub(super) fn second(case: &Case<'_>) -> Option<Verdict> {
    let first = case.of(&Sense::Word)?;
    let second = case.of(&Sense::Second)?;
    let (before, after) = (first.ids()?, second.ids()?);
    let more = first.hits().is_none_or(|hits| hits > before.len() as u64);
    if before.is_empty() || !more {
        return None;
    }
    if after.is_empty() {
        return Verdict::differs("第二页是空的", "the second page is empty", None);
    }
    match step(&before, &after) {
        Some(Step::Page) => Verdict::holds("第二页接着第一页", "the second page follows the first"),
        Some(Step::None) => {
            Verdict::differs("第二页与第一页相同", "the second page is the first again", None)
        }
        _ => Verdict::differs("第二页与第一页有相同的记录", "the second page has records of the first", None),
    }
}
