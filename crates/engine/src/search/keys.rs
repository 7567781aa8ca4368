//! What a record is compared by: made once when it arrives, so that merging and ranking never fold
//! a text again.

use std::sync::Arc;

use hongyan_model::text::fold;
use hongyan_model::{IdentifierKind, Kind, Record};

use super::guard::{Class, Guard};

/// A record with everything that merging and ranking ask of it.
#[derive(Debug, Clone)]
pub(crate) struct Keyed {
    /// as its source gave it
    pub record: Arc<Record>,
    /// names the record within a search, the same in every run
    pub key: u64,
    /// folded: title, title with subtitle and part, then variants
    pub titles: Vec<String>,
    /// folded names
    pub creators: Vec<String>,
    /// what it shares with records of the same work; strong ones first
    pub links: Vec<LinkKey>,
    /// what keeps it apart from others
    pub guard: Guard,
}

/// A reason for two records to be the same work, as a hash of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LinkKey {
    /// false for identifiers, true for title + creator + year
    pub weak: bool,
    /// hash of kind and value
    pub hash: u64,
}

impl Keyed {
    /// Folds what has to be folded. Pure; the costly part of taking a record in.
    pub(crate) fn new(record: Record) -> Keyed {
        let title = fold(&record.title);
        let full = full_title(&record);
        let mut titles = vec![title];
        for text in std::iter::once(full).chain(record.variant_titles.iter().take(20).map(|t| fold(t))) {
            if !text.is_empty() && !titles.contains(&text) {
                titles.push(text);
            }
        }
        let creators: Vec<String> = record.creators.iter().take(50).map(|c| fold(&c.name)).collect();
        let guard = Guard::of(&record, titles.first().map(String::as_str).unwrap_or_default());
        let links = links(&record, &titles, guard.class);
        let key = hash(&[&record.source, &record.id, &record.title, &record.part, &record.date]);
        Keyed { record: Arc::new(record), key, titles, creators, links, guard }
    }

    /// The folded title proper.
    pub(crate) fn title(&self) -> &str {
        self.titles.first().map(String::as_str).unwrap_or_default()
    }
}

fn full_title(record: &Record) -> String {
    if record.subtitle.is_empty() && record.part.is_empty() {
        return String::new();
    }
    fold(&format!("{} {} {}", record.title, record.subtitle, record.part))
}

/// Identifiers that mean "the same work" for this kind of record; without any, title + creator +
/// year. Records that have identifiers are never joined by their titles alone.
fn links(record: &Record, titles: &[String], class: Class) -> Vec<LinkKey> {
    use IdentifierKind::{Arxiv, Calis, Cn, Csbn, Doi, Isbn, Issn, Lccn, Local, Oclc, Pmid};
    let mut links = Vec::new();
    for id in record.identifiers.iter().take(100) {
        let counts = match id.kind {
            // the number of the book that a chapter or paper stands in is not the chapter's
            Isbn => class == Class::Monograph && !part_of_host(record),
            Csbn => class == Class::Monograph && !part_of_host(record),
            Issn | Cn => class == Class::Serial,
            Doi | Pmid | Arxiv | Lccn | Oclc | Calis => true,
            Local => false,
        };
        if counts {
            let value = if id.kind == Lccn { lccn(&id.value) } else { id.value.clone() };
            links.push(LinkKey { weak: false, hash: hash(&[id.kind.code(), &value]) });
        }
    }
    if links.is_empty()
        && let Some(key) = weak_key(record, titles, class)
    {
        links.push(LinkKey { weak: true, hash: key });
    }
    links.sort_unstable();
    links.dedup();
    links
}

fn part_of_host(record: &Record) -> bool {
    !record.container.is_empty() && record.kind != Kind::Thesis
}

/// `2001-000002`, `2001000002` and `2001000002//r98` are one number (the LCCN's normal form).
fn lccn(value: &str) -> String {
    let value = value.split('/').next().unwrap_or_default().to_lowercase();
    match value.split_once('-') {
        Some((prefix, serial)) => format!("{prefix}{serial:0>6}"),
        None => value,
    }
}

/// Title, first creator (or who published it), year and class, when all are known.
fn weak_key(record: &Record, titles: &[String], class: Class) -> Option<u64> {
    let year = record.year?;
    // the fullest form of the title proper: the second is title + subtitle + part where there are any
    let whole = full_title(record);
    let title = if whole.is_empty() { titles.first()?.as_str() } else { whole.as_str() };
    if title.chars().count() < 2 {
        return None;
    }
    let by = match record.creators.first() {
        Some(creator) => name_key(&creator.name),
        None => fold(if record.publisher.is_empty() { &record.container } else { &record.publisher }),
    };
    if by.is_empty() {
        return None;
    }
    let container = if class == Class::Article { fold(&record.container) } else { String::new() };
    Some(hash(&["weak", class.code(), title, &by, &year.to_string(), &container]))
}

/// A name whatever its order: `Knuth, Donald E.` is `Donald E. Knuth`; `(清) 曹雪芹` is `曹雪芹`.
fn name_key(name: &str) -> String {
    let mut depth = 0u32;
    let bare: String = name
        .chars()
        .filter(|c| match c {
            '(' | '（' | '[' | '［' | '〔' => {
                depth += 1;
                false
            }
            ')' | '）' | ']' | '］' | '〕' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect();
    let folded = fold(&bare);
    let mut words: Vec<&str> = folded.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// FNV-1a over the parts with a separator: small, and the same in every build, as cached work ids need.
fn hash(parts: &[&str]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain(Some(0x1f)) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use hongyan_model::{Creator, IdentifierKind, Kind, Record};

    use super::{Keyed, lccn, name_key};

    #[test]
    fn names_whatever_their_order() {
        assert_eq!(name_key("Knuth, Donald E."), name_key("Donald E. Knuth"));
        assert_eq!(name_key("（清）曹雪芹"), name_key("曹雪芹"));
        assert_eq!(name_key("魯迅"), name_key("鲁迅"));
        assert_ne!(name_key("鲁迅"), name_key("周作人"));
    }

    #[test]
    fn an_lccn_in_every_dress() {
        assert_eq!(lccn("2001-2"), lccn("2001000002"));
        assert_eq!(lccn("85153773//r98"), lccn("85153773"));
    }

    #[test]
    fn an_issn_is_the_journals_and_an_isbn_the_books() {
        let mut article = Record { kind: Kind::Article, title: "论红楼梦".into(), ..Record::default() };
        article.container = "文学评论".into();
        article.add_identifier(IdentifierKind::Issn, "0378-5955");
        article.add_identifier(IdentifierKind::Isbn, "9787020008728");
        assert!(Keyed::new(article.clone()).links.is_empty());
        article.kind = Kind::Journal;
        assert_eq!(Keyed::new(article.clone()).links.len(), 1);
        article.kind = Kind::Book; // a chapter: the host's number is not its own
        assert!(Keyed::new(article.clone()).links.is_empty());
        article.container.clear();
        assert_eq!(Keyed::new(article).links.len(), 1);
    }

    #[test]
    fn titles_link_only_where_nothing_better_is_known() {
        let mut book = Record {
            kind: Kind::Book,
            title: "紅樓夢".into(),
            creators: vec![Creator::author("曹雪芹")],
            year: Some(1982),
            ..Record::default()
        };
        let traditional = Keyed::new(book.clone());
        book.title = "红楼梦".into();
        assert_eq!(Keyed::new(book.clone()).links, traditional.links);
        assert!(traditional.links.iter().all(|link| link.weak));
        book.add_identifier(IdentifierKind::Isbn, "9787020008728");
        assert!(Keyed::new(book.clone()).links.iter().all(|link| !link.weak));
        book.identifiers.clear();
        book.year = None;
        assert!(Keyed::new(book).links.is_empty());
    }
}
