//! Days as letters write them, in Chinese and English.

use hongyan_model::text::{fold_han, half_width};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Most days that are looked at in a text.
const MOST: usize = 200;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A text for looking for words in: ordinary width, lower case, Han folded; punctuation stays.
pub(super) fn folded(text: &str) -> String {
    text.chars().map(half_width).flat_map(char::to_lowercase).map(fold_han).collect()
}

/// The days that a folded text names, each with the byte offset behind it. A day without a year is the first
/// one that is not more than half a year before `sent`; without `sent` it is none.
pub(super) fn dates_in(text: &str, sent: Option<Date>) -> Vec<(usize, Date)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() && found.len() < MOST {
        let rest = tokens.get(at..).unwrap_or_default();
        match read(rest, sent) {
            Some((used, day)) => {
                let end = rest.get(used - 1).map_or(text.len(), |token| token.end);
                found.push((end, day));
                at += used;
            }
            None => at += 1,
        }
    }
    found
}

#[derive(Debug, PartialEq)]
enum What {
    /// its value, and how many digits it has
    Number(i16, usize),
    Month(i8),
    /// 年 月 日 号 - / .
    Sign(char),
    Other,
}

struct Token {
    what: What,
    end: usize,
}

/// Numbers, names of months and signs; spaces and commas are skipped.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut word = String::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let mut end = at + c.len_utf8();
        let what = if c.is_ascii_digit() || c.is_ascii_alphabetic() {
            let digits = c.is_ascii_digit();
            word.clear();
            word.push(c);
            while let Some((at, next)) = rest
                .next_if(|(_, next)| if digits { next.is_ascii_digit() } else { next.is_ascii_alphabetic() })
            {
                word.push(next);
                end = at + 1;
            }
            if digits {
                word.parse().map_or(What::Other, |value| What::Number(value, word.len()))
            } else {
                match MONTHS.iter().position(|month| word.starts_with(month)) {
                    Some(month) if word.len() == 3 || is_month(&word) => {
                        What::Month(i8::try_from(month + 1).unwrap_or(1))
                    }
                    // 15th December
                    _ if matches!(word.as_str(), "st" | "nd" | "rd" | "th" | "of") => continue,
                    _ => What::Other,
                }
            }
        } else if c.is_whitespace() || c == ',' {
            continue;
        } else if matches!(c, '年' | '月' | '日' | '号' | '-' | '/' | '.') {
            What::Sign(c)
        } else {
            What::Other
        };
        tokens.push(Token { what, end });
    }
    tokens
}

fn is_month(word: &str) -> bool {
    matches!(
        word,
        "january"
            | "february"
            | "march"
            | "april"
            | "june"
            | "july"
            | "august"
            | "september"
            | "sept"
            | "october"
            | "november"
            | "december"
    )
}

/// A day at the beginning of the tokens, and how many of them it takes.
fn read(tokens: &[Token], sent: Option<Date>) -> Option<(usize, Date)> {
    use What::{Month, Number, Sign};
    let what = |at: usize| tokens.get(at).map(|token| &token.what);
    let full = |year: i16, month: i16, day: i16| -> Option<Date> {
        (2000..2100).contains(&year).then_some(())?;
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    match (what(0)?, what(1), what(2), what(3), what(4)) {
        // 2026年12月30日, 2026-12-30, 2026/12/30, 2026.12.30
        (
            Number(year, 4),
            Some(Sign(one)),
            Some(Number(month, 1..=2)),
            Some(Sign(two)),
            Some(Number(day, 1..=2)),
        ) if *one == '年' && *two == '月' || one == two && matches!(one, '-' | '/' | '.') => {
            let day = full(*year, *month, *day)?;
            let ends = matches!(what(5), Some(Sign('日' | '号')));
            Some((5 + usize::from(ends), day))
        }
        // 12月30日
        (Number(month, 1..=2), Some(Sign('月')), Some(Number(day, 1..=2)), Some(Sign('日' | '号')), _) => {
            Some((4, near(sent?, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?)?))
        }
        // 30 December 2026
        (Number(day, 1..=2), Some(Month(month)), Some(Number(year, 4)), ..) => {
            Some((3, full(*year, i16::from(*month), *day)?))
        }
        // December 30, 2026
        (Month(month), Some(Number(day, 1..=2)), Some(Number(year, 4)), ..) => {
            Some((3, full(*year, i16::from(*month), *day)?))
        }
        (Number(day, 1..=2), Some(Month(month)), ..) | (Month(month), Some(Number(day, 1..=2)), ..) => {
            Some((2, near(sent?, *month, i8::try_from(*day).ok()?)?))
        }
        _ => None,
    }
}

fn near(sent: Date, month: i8, day: i8) -> Option<Date> {
    let earliest = sent.checked_sub(183.days()).ok()?;
    [sent.year() - 1, sent.year(), sent.year() + 1]
        .into_iter()
        .filter_map(|year| Date::new(year, month, day).ok())
        .find(|day| *day >= earliest)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{dates_in, folded};

    #[test]
    fn days_are_found_where_they_stand() {
        let sent = Some(date(2026, 12, 20));
        for (text, days) in [
            ("请于2026年12月30日前领取", vec![date(2026, 12, 30)]),
            ("請於 ２０２６年１２月３０日 前", vec![date(2026, 12, 30)]),
            ("应还日期：2027-01-05 08:00", vec![date(2027, 1, 5)]),
            ("1月8日前、12月28号", vec![date(2027, 1, 8), date(2026, 12, 28)]),
            ("until 30 December 2026 or Jan 5, 2027", vec![date(2026, 12, 30), date(2027, 1, 5)]),
            ("by December 30th", vec![date(2026, 12, 30)]),
            ("2026年13月40日、10.1000/2026.1.x、第12期30页", vec![]),
            ("电话 0771-3265392，32卷12期", vec![]),
        ] {
            let found: Vec<_> = dates_in(&folded(text), sent).into_iter().map(|(_, day)| day).collect();
            assert_eq!(found, days, "{text}");
        }
        assert!(dates_in("12月30日", None).is_empty());
    }
}
