//! Dates as files of references write them.

use hongyan_model::record::year_of;

/// The date and the year of what a file says in its fields for year, date, and month. The date is in
/// ISO 8601 (`2009-05-01`, `2009-05`, `2009`) as far as it is one, else as written.
pub(crate) fn dated(year: &str, date: &str, month: &str) -> (String, Option<i32>) {
    let (year, date, month) = (tidy(year), tidy(date), tidy(month));
    let said = year_of(&year).or_else(|| year_of(&date));
    // the finest of those that are of the year
    let joined = if month.is_empty() { String::new() } else { format!("{year} {month}") };
    let candidates = [&date, &joined, &year];
    let exact = candidates.iter().filter_map(|text| iso(text)).filter(|iso| year_of(iso) == said);
    let best = exact.max_by_key(String::len);
    let written = [year, date].into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    (best.unwrap_or(written), said)
}

/// Without the empty parts of `2012///`.
fn tidy(text: &str) -> String {
    let text = text.trim();
    let end = text.trim_end_matches(['/', ' ', ';', '.']);
    // EndNote and RefMan append words: `1996/01/02/Winter`
    let parts: Vec<&str> = end.split('/').collect();
    let kept = parts.iter().take(3).take_while(|part| !part.trim().is_empty() && part.trim() != "00");
    let kept: Vec<&str> = kept.copied().collect();
    if parts.len() > 1 && kept.len() < parts.len() { kept.join("/") } else { end.to_owned() }
}

/// A date in ISO 8601, if the text is one: `2009/5/1`, `20090501`, `2009年5月1日`, `2014 Apr 8`,
/// `8 April 2014`, `April 8, 2014`.
fn iso(text: &str) -> Option<String> {
    let year = year_of(text)?;
    let half: String = text.chars().map(hongyan_model::text::half_width).collect();
    if half.len() == 8 && half.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range| half.get(range).and_then(|part: &str| part.parse::<u32>().ok());
        return Some(written(year, part(4..6), part(6..8)));
    }
    // a time of day is no part of the date
    let day_only =
        half.split_once('T').filter(|(day, _)| day.len() == 10).map_or(half.as_str(), |(day, _)| day);
    let mut numbers: Vec<u32> = Vec::new();
    let mut month = None;
    for part in day_only.split(|c: char| !c.is_alphanumeric()).flat_map(digits_and_letters) {
        if part.contains(':') {
            break;
        }
        if let Ok(number) = part.parse::<u32>() {
            numbers.push(number);
        } else if let Some(found) = named_month(part) {
            // `May-Jun`: the month in which it begins
            month = month.or(Some(found));
        } else if !matches!(part, "年" | "月" | "日" | "号" | "st" | "nd" | "rd" | "th") && !part.is_empty()
        {
            return None;
        }
    }
    let first = numbers.first().copied();
    let is_year = |n: &u32| i32::try_from(*n).is_ok_and(|n| n == year);
    let rest: Vec<u32> = match month {
        Some(_) => {
            let mut rest = numbers;
            let at = rest.iter().position(is_year)?;
            rest.remove(at);
            rest
        }
        None if first.as_ref().is_some_and(is_year) => numbers.into_iter().skip(1).collect(),
        None => return None,
    };
    match (month, rest.as_slice()) {
        (Some(month), [day]) => Some(written(year, Some(month), Some(*day))),
        (Some(month), []) => Some(written(year, Some(month), None)),
        // two days of one month, or two years
        (Some(month), _) => Some(written(year, Some(month), None)),
        (None, [month, day, ..]) => Some(written(year, Some(*month), Some(*day))),
        (None, [month]) => Some(written(year, Some(*month), None)),
        (None, []) => Some(written(year, None, None)),
    }
}

/// `5月1日` as `5`, `月`, `1`, `日`.
fn digits_and_letters(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|c: char| c.is_ascii_digit() != first.is_ascii_digit()).unwrap_or(rest.len());
        let (head, tail) = rest.split_at_checked(end)?;
        rest = tail;
        Some(head)
    })
}

fn written(year: i32, month: Option<u32>, day: Option<u32>) -> String {
    let month = month.filter(|month| (1..=12).contains(month));
    match (month, day.filter(|day| (1..=31).contains(day))) {
        (Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year}-{month:02}"),
        (None, _) => year.to_string(),
    }
}

fn named_month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let head: String = word.chars().take(3).collect::<String>().to_lowercase();
    let full = word.chars().all(char::is_alphabetic) && word.is_ascii() && word.len() <= 9;
    let at = MONTHS.iter().position(|month| *month == head).filter(|_| full)?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::dated;

    #[test]
    fn dates_as_files_write_them() {
        for (year, date, month, expected) in [
            ("2012///", "", "", "2012"),
            ("2001/09/01/", "", "", "2001-09-01"),
            ("2009", "2009-05-01", "", "2009-05-01"),
            ("2009", "2009年5月1日", "", "2009-05-01"),
            ("", "2014 Apr 8", "", "2014-04-08"),
            ("", "2006 May-Jun", "", "2006-05"),
            ("2004", "", "AUG 2", "2004-08-02"),
            ("2004", "", "AUG", "2004-08"),
            ("2023-09-07", "", "", "2023-09-07"),
            ("1998", "1999-01-02", "", "1998"),
            ("民国三十六年", "", "", "民国三十六年"),
            ("清光绪三年 [1877]", "", "", "清光绪三年 [1877]"),
            ("2003", "2003 Summer", "", "2003"),
            ("2019/03", "", "", "2019-03"),
            ("2020", "20200401", "", "2020-04-01"),
            ("1996/01/02/Winter", "", "", "1996-01-02"),
            ("", "", "", ""),
        ] {
            assert_eq!(dated(year, date, month).0, expected, "{year} {date} {month}");
        }
    }
}
