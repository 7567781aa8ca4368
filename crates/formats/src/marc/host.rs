//! Parses the position of an article in a journal: `Vol. 24, no. 9 (Sept. 1993), p. 235-48`, `24:9<235`,
//! `第3卷第2期 (2005), 1-10页`.

/// The parts that were recognised; others are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HostParts {
    /// volume
    pub volume: String,
    /// issue
    pub issue: String,
    /// pages
    pub pages: String,
    /// bracketed text that looks like a date
    pub date: String,
}

impl HostParts {
    /// Whether nothing was recognised.
    pub fn is_empty(&self) -> bool {
        self.volume.is_empty() && self.issue.is_empty() && self.pages.is_empty()
    }

    /// Adds what another statement about the same part says; what is known stays.
    pub fn add(&mut self, other: HostParts) {
        let HostParts { volume, issue, pages, date } = other;
        for (slot, text) in [
            (&mut self.volume, volume),
            (&mut self.issue, issue),
            (&mut self.pages, pages),
            (&mut self.date, date),
        ] {
            if slot.is_empty() {
                *slot = text;
            }
        }
    }
}

const VOLUME: &[&str] = &["volume", "vol.", "vol", "v.", "bd.", "bd", "band", "jg.", "jahrgang", "t.", "卷"];
const ISSUE: &[&str] =
    &["issue", "iss.", "iss", "number", "no.", "no", "nr.", "nr", "heft", "h.", "n°", "期", "号", "號"];
const PAGES: &[&str] = &["pages", "page", "pp.", "pp", "p.", "p", "s.", "seite", "seiten", "页", "頁"];

/// Parses a statement.
pub(crate) fn host_parts(statement: &str) -> HostParts {
    let mut parts = HostParts::default();
    let statement: String = statement.chars().take(400).map(hongyan_model::text::half_width).collect();
    // MARC 21 773 $q: volume:issue<first page
    if let Some((numbers, page)) = statement.split_once('<')
        && numbers.chars().all(|c| c.is_ascii_digit() || c == ':')
    {
        let mut levels = numbers.split(':').map(str::to_owned);
        parts.volume = levels.next().unwrap_or_default();
        parts.issue = levels.next().unwrap_or_default();
        page.trim().clone_into(&mut parts.pages);
        return parts;
    }
    let mut word = "";
    let lower = statement.to_lowercase();
    // `17(2013), 1, 185-193`: volume, issue and pages in this order, without words
    let behind = lower.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let mut bare = behind.len() < lower.trim_start().len()
        && (behind.is_empty() || behind.trim_start().starts_with([',', '(', ';', ':', '/']));
    let mut depth = 0u32;
    for token in tokens(&lower) {
        match token {
            Token::Word(next) => word = next,
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Number(number) if word.is_empty() && depth == 0 && bare && !is_year(number) => {
                let range = number.contains(['-', '–']);
                let slot = match (range, parts.volume.is_empty(), parts.issue.is_empty()) {
                    (true, ..) => &mut parts.pages,
                    (false, true, _) => &mut parts.volume,
                    (false, false, true) => &mut parts.issue,
                    _ => &mut parts.pages,
                };
                if slot.is_empty() {
                    number.clone_into(slot);
                }
            }
            // a range behind volume or issue is pages, unless it is of years
            Token::Number(number)
                if word.is_empty()
                    && depth == 0
                    && parts.pages.is_empty()
                    && !(parts.volume.is_empty() && parts.issue.is_empty())
                    && number.split_once('-').is_some_and(|(first, _)| !is_year(first)) =>
            {
                number.clone_into(&mut parts.pages);
            }
            Token::Number(number) => {
                // a year at the beginning is not a volume, and what follows has no fixed order
                bare &= depth > 0 || !word.is_empty();
                let slot = if VOLUME.contains(&word) {
                    &mut parts.volume
                } else if ISSUE.contains(&word) {
                    &mut parts.issue
                } else if PAGES.contains(&word) {
                    &mut parts.pages
                } else {
                    if let Some(date) = hongyan_model::record::year_of(number)
                        && parts.date.is_empty()
                    {
                        parts.date = date.to_string();
                    }
                    &mut String::new()
                };
                if slot.is_empty() {
                    number.clone_into(slot);
                }
                word = "";
            }
            // 第3卷: the unit follows its number
            Token::Unit(number, unit) => {
                let slot = match unit {
                    '卷' => &mut parts.volume,
                    '期' | '号' | '號' => &mut parts.issue,
                    _ => &mut parts.pages,
                };
                if slot.is_empty() {
                    number.clone_into(slot);
                }
            }
        }
    }
    parts
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && hongyan_model::record::year_of(number).is_some()
}

enum Token<'a> {
    Word(&'a str),
    Open,
    Close,
    Number(&'a str),
    Unit(&'a str, char),
}

/// Words (letters with a full stop) and numbers (including ranges); everything else is skipped.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let number = c.is_ascii_digit();
        let take = if number {
            rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '–' | '/' | '+')))
        } else if c.is_alphabetic() {
            rest.find(|c: char| !(c.is_alphabetic() || matches!(c, '.' | '°')))
        } else {
            Some(c.len_utf8())
        };
        let (token, after) = rest.split_at(take.unwrap_or(rest.len()));
        rest = after;
        if number {
            let token = token.trim_end_matches(['-', '–', '/', '+']);
            match after.chars().next() {
                Some(unit @ ('卷' | '期' | '号' | '號' | '页' | '頁')) => {
                    rest = after.strip_prefix(unit).unwrap_or(after);
                    tokens.push(Token::Unit(token, unit));
                }
                _ => tokens.push(Token::Number(token)),
            }
        } else if c.is_alphabetic() {
            tokens.push(Token::Word(token));
        } else if matches!(c, '(' | '[') {
            tokens.push(Token::Open);
        } else if matches!(c, ')' | ']') {
            tokens.push(Token::Close);
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::host_parts;

    #[test]
    fn statements_of_many_countries() {
        for (text, volume, issue, pages) in [
            ("Vol. 24, pt. B no. 9 (Sept. 1993), p. 235-48", "24", "9", "235-48"),
            ("24:9<235", "24", "9", "235"),
            ("第3卷第2期（2005年），1-10页", "3", "2", "1-10"),
            ("Journal of X, Vol 3, Iss 2, Pp 1-10 (2005)", "3", "2", "1-10"),
            ("Bd. 12 (1999), Heft 3, S. 77", "12", "3", "77"),
            ("２０１２年第４期", "", "4", ""),
            ("红楼梦学刊", "", "", ""),
            ("17, Heft 1 (2013), 185-193", "17", "1", "185-193"),
            ("44(2001), 2, Seite 11-25", "44", "2", "11-25"),
            ("volume:17", "17", "", ""),
            ("pages:185-193", "", "", "185-193"),
            ("Vol. 3 (1999-2000)", "3", "", ""),
            ("2013, 3, 12-15", "", "", ""),
        ] {
            let parts = host_parts(text);
            assert_eq!(
                (parts.volume.as_str(), parts.issue.as_str(), parts.pages.as_str()),
                (volume, issue, pages),
                "{text}"
            );
        }
    }
}
