//! The kind of work that a MARC record describes: from leader and coded fields, then notes and headings.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, Record};

use super::{Marc, char_at};

/// 古籍 are works from before 1912, the end of the empire.
const EMPIRE_ENDS: i32 = 1912;

/// MARC 21 and KORMARC; requires that language and year are set.
pub(super) fn marc21(marc: &Marc, record: &Record) -> Kind {
    let coded = marc.first("008").map(|field| field.value()).unwrap_or_default();
    let is_text = matches!(marc.leader_at(6), 'a' | 't' | ' ') || is_electronic_text(marc, coded, record);
    if marc.has("502") {
        return Kind::Thesis;
    }
    if !is_text {
        return Kind::Other;
    }
    if let Some(kind) = by_genre(marc) {
        return kind;
    }
    match marc.leader_at(7) {
        'a' | 'b' => Kind::Article,
        's' | 'i' if char_at(coded, 21) == 'n' => Kind::Newspaper,
        's' => Kind::Journal,
        'i' => Kind::Other,
        _ if is_component(marc, record) => Kind::Article,
        _ => {
            let contents: String = coded.chars().skip(24).take(4).collect();
            let book = [('m', Kind::Thesis), ('t', Kind::Report), ('j', Kind::Patent), ('u', Kind::Standard)]
                .into_iter()
                .find(|(code, _)| contents.contains(*code));
            match book {
                Some((_, kind)) => kind,
                None if char_at(coded, 29) == '1' => Kind::Conference,
                None => book_or_ancient(record),
            }
        }
    }
}

/// Whether a record describes a part of another work, so that 773 names its host: by leader/07, or, where
/// a system has a whole work there, by a 773 with pages in a record without extent and ISBN.
pub(super) fn is_component(marc: &Marc, record: &Record) -> bool {
    match marc.leader_at(7) {
        'a' | 'b' => true,
        's' | 'i' => false,
        _ => {
            let paged = |field: super::Field<'_>| {
                field
                    .subs('g')
                    .chain(field.subs('q'))
                    .any(|said| !super::host::host_parts(said).pages.is_empty())
            };
            !marc.has("300")
                && record.identifier(IdentifierKind::Isbn).is_none()
                && marc.all("773").take(50).any(paged)
        }
    }
}

/// A computer file that is a text: a document by 008/26, or with the number of a book or journal.
fn is_electronic_text(marc: &Marc, coded: &str, record: &Record) -> bool {
    let numbered = |kind| record.identifier(kind).is_some();
    marc.leader_at(6) == 'm'
        && (char_at(coded, 26) == 'd' || numbered(IdentifierKind::Isbn) || numbered(IdentifierKind::Issn))
}

/// Kind from 655, the genre in words.
fn by_genre(marc: &Marc) -> Option<Kind> {
    marc.all("655").filter_map(|field| field.sub('a')).find_map(|genre| {
        let genre = genre.to_lowercase();
        let has = |word| genre.contains(word);
        if has("hochschulschrift") || has("dissertation") || has("学位论文") {
            Some(Kind::Thesis)
        } else if has("konferenzschrift") || has("conference papers") || has("会议录") {
            Some(Kind::Conference)
        } else {
            None
        }
    })
}

/// UNIMARC and CNMARC.
pub(super) fn unimarc(marc: &Marc, record: &Record) -> Kind {
    let kind = marc.leader_at(6);
    if marc.has("328") {
        return Kind::Thesis;
    }
    // 140: coded data of antiquarian books
    if marc.has("140") && matches!(kind, 'a' | 'b') {
        return Kind::AncientBook;
    }
    if !matches!(kind, 'a' | 'b' | 'l') {
        return Kind::Other;
    }
    let part = |tag: &str| {
        marc.first(tag)
            .and_then(|field| field.subfields().find(|(code, _)| *code == 'a'))
            .map(|(_, value)| value)
            .unwrap_or_default()
    };
    match marc.leader_at(7) {
        'a' => return Kind::Article,
        's' if char_at(part("110"), 0) == 'c' => return Kind::Newspaper,
        's' => return Kind::Journal,
        _ => {}
    }
    let book = part("105");
    let contents: String = book.chars().skip(4).take(4).collect();
    let coded = [
        ('m', Kind::Thesis),
        ('v', Kind::Thesis),
        ('k', Kind::Patent),
        ('l', Kind::Standard),
        ('p', Kind::Report),
    ]
    .into_iter()
    .find(|(code, _)| contents.contains(*code));
    match coded {
        Some((_, kind)) => kind,
        None if char_at(book, 8) == '1' => Kind::Conference,
        None => book_or_ancient(record),
    }
}

fn book_or_ancient(record: &Record) -> Kind {
    let old = record.year.is_some_and(|year| year < EMPIRE_ENDS);
    if old && record.language == "chi" { Kind::AncientBook } else { Kind::Book }
}
