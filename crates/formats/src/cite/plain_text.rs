//! Works as sentences, for reading and for mail.

use super::item::{CslItem, Day, Name, spaced};
use super::text::{is_cjk, plain, sentences};

/// One work: people, title, place, date, identifiers.
pub fn plain_text(item: &CslItem) -> String {
    let say = |variable: &str| plain(item.text(variable));
    let people = |variable: &str| item.people(variable).iter().map(natural).collect::<Vec<_>>().join("; ");
    let mut who = people("author");
    if who.is_empty() {
        who = people("editor");
    }
    let issue = say("issue");
    let numbers = format!("{}{}", say("volume"), if issue.is_empty() { issue } else { format!("({issue})") });
    let host = joined(&[say("container-title"), numbers, say("page").replace('–', "-")], ", ");
    let date = item.day("issued").map(Day::iso);
    let date = date.or_else(|| item.date("issued").map(|date| plain(&date.literal))).unwrap_or_default();
    let imprint = joined(&[joined(&[say("publisher-place"), say("publisher")], ": "), date], ", ");
    let named = |variable: &str| {
        if item.has(variable) { format!("{variable} {}", say(variable)) } else { String::new() }
    };
    let parts = [
        who,
        say("title"),
        people("translator"),
        say("edition"),
        host,
        imprint,
        named("ISBN"),
        named("ISSN"),
        named("DOI"),
        say("URL"),
    ];
    sentences(parts.iter().map(String::as_str))
}

/// `Donald E. Knuth`
fn natural(name: &Name) -> String {
    if name.is_literal() {
        return plain(&name.literal);
    }
    let whole = spaced(&[&name.given, &name.dropping, &name.particle, &name.family]);
    let whole = if whole.chars().any(is_cjk) { whole.replace(' ', "") } else { whole };
    joined(&[whole, name.suffix.clone()], ", ")
}

fn joined(parts: &[String], between: &str) -> String {
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::plain_text;
    use crate::cite::CslItem;

    #[test]
    fn a_work_in_sentences() {
        let text = |value| plain_text(&CslItem::from_json(&value).unwrap());
        assert_eq!(
            text(
                json!({"type": "article-journal", "title": "雁的迁徙", "author": [{"literal": "林一舟"}, {"family": "Berg", "given": "Ola"}],
                "container-title": "候鸟", "volume": "7", "issue": "2", "page": "12–19", "issued": {"date-parts": [[2020, 4]]}, "DOI": "10.5555/a"})
            ),
            "林一舟; Ola Berg. 雁的迁徙. 候鸟, 7(2), 12-19. 2020-04. DOI 10.5555/a."
        );
        assert_eq!(
            text(
                json!({"type": "book", "title": "雁行集", "publisher": "远山书社", "publisher-place": "杭州", "issued": {"literal": "民国三十六年"}})
            ),
            "雁行集. 杭州: 远山书社, 民国三十六年."
        );
        assert_eq!(text(json!({"type": "book"})), "");
    }
}
