//! Type code and layout of an entry.

use super::edition::Rules;
use crate::cite::item::CslItem;

/// The layouts of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// 专著: books, theses, reports, standards, maps, archives and the like
    Monograph,
    /// 专著中的析出文献: a chapter, a paper of a meeting
    Part,
    /// 连续出版物: a serial as a whole
    Serial,
    /// 连续出版物中的析出文献: an article
    Article,
    /// an article of a newspaper
    Newspaper,
    /// 专利文献
    Patent,
    /// 标准文献, in editions with a separate layout
    Standard,
    /// 电子资源: online only, and subject to change
    Electronic,
    /// data sets, software and preprints
    Deposited,
}

pub(super) fn layout(item: &CslItem, rules: &Rules) -> Layout {
    match item.kind.as_str() {
        "periodical" => Layout::Serial,
        "article-journal" | "article-magazine" => Layout::Article,
        "article-newspaper" => Layout::Newspaper,
        "patent" => Layout::Patent,
        "standard" if rules.bare_standard => Layout::Standard,
        "dataset" | "software" | "article" => Layout::Deposited,
        "webpage" | "post" | "post-weblog" => Layout::Electronic,
        "chapter" | "entry-dictionary" | "entry-encyclopedia" | "paper-conference" => Layout::Part,
        _ if item.has("container-title") => Layout::Part,
        _ if media_code(item, rules) == Some("EB") => Layout::Electronic,
        _ => Layout::Monograph,
    }
}

/// Whether the work is online, as far as the item shows.
pub(super) fn online(item: &CslItem) -> bool {
    item.has("URL") || item.has("DOI")
}

/// `M/OL`: document type and medium.
pub(super) fn code(item: &CslItem, rules: &Rules) -> String {
    let kind = match item.kind.as_str() {
        "article" => rules.preprint,
        "article-journal" | "article-magazine" | "periodical" => "J",
        "article-newspaper" => "N",
        "bill"
        | "collection"
        | "hearing"
        | "legal_case"
        | "legislation"
        | "personal_communication"
        | "regulation"
        | "treaty" => "A",
        "book" | "chapter" | "classic" | "entry-dictionary" | "entry-encyclopedia" => "M",
        "dataset" => "DS",
        "map" => "CM",
        "paper-conference" => "C",
        "patent" => "P",
        "post" | "post-weblog" | "webpage" => "EB",
        "report" => "R",
        "software" => "CP",
        "standard" => "S",
        "thesis" => "D",
        _ if rules.archives && archived(item) => "A",
        _ => media_code(item, rules).unwrap_or("Z"),
    };
    match item.text("medium") {
        "" if online(item) => format!("{kind}/OL"),
        "" => kind.to_owned(),
        medium => format!("{kind}/{medium}"),
    }
}

/// Films, sound and pictures that were published online only.
fn media_code(item: &CslItem, rules: &Rules) -> Option<&'static str> {
    let media = ["motion_picture", "broadcast", "song", "graphic", "figure", "speech"];
    (media.contains(&item.kind.as_str()) && online(item) && !item.has("publisher"))
        .then_some(rules.online_media)
}

/// Whether the work is kept in an archive.
pub(super) fn archived(item: &CslItem) -> bool {
    item.has("archive") || item.has("archive-place") || item.has("archive_location")
}
