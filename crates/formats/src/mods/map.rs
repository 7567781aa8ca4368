//! Maps MODS to a record. Only top-level elements describe the work; `relatedItem` describes another one.

use hongyan_model::holding::Holding;
use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::{Kind, Link, Original, Record, year_of};
use hongyan_model::text;

use super::names;
use super::related;
use super::tree::Element;
use crate::{Warning, dc, lang};

/// 古籍 are works from before 1912, the end of the empire.
const EMPIRE_ENDS: i32 = 1912;
/// Maximum number of repeated elements.
const MANY: usize = 500;

pub(super) fn map(mods: &Element) -> (Record, Vec<Warning>) {
    let mut record = Record::default();
    titles(mods, &mut record);
    names::fill(mods, &mut record);
    imprint(mods, &mut record);
    identifiers(mods, &mut record);
    record.language = language(mods);
    record.summary = mods.text_of("abstract");
    for description in mods.all("physicalDescription") {
        if record.pages.is_empty() {
            record.pages = description.text_of("extent");
        }
    }
    subjects(mods, &mut record);
    locations(mods, &mut record);
    record.kind = kind(mods, &record);
    related::fill(mods, &mut record);
    if record.kind == Kind::Other && !record.container.is_empty() && !record.volume.is_empty() {
        record.kind = Kind::Article;
    }
    let missing = record.title.is_empty().then(|| Warning::new("title", "no title"));
    (record, missing.into_iter().collect())
}

/// Title without subtitle, including the article in nonSort, because it is part of the title as read.
pub(super) fn title_proper(info: &Element) -> String {
    let (article, title) = (info.text_of("nonSort"), info.text_of("title"));
    match article.is_empty() || title.is_empty() {
        true => title,
        // L' and d' join the next word, others are separated by a space
        false if article.ends_with(['\'', '’', '-']) => format!("{article}{title}"),
        false => format!("{article} {title}"),
    }
}

fn part_of(info: &Element) -> String {
    let parts = ["partNumber", "partName"].map(|name| info.text_of(name));
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Title, subtitle and part in one string, as variant titles are shown.
fn whole(info: &Element) -> String {
    let mut out = title_proper(info);
    for (separator, text) in [(" : ", info.text_of("subTitle")), (". ", part_of(info))] {
        if !text.is_empty() {
            out.push_str(separator);
            out.push_str(&text);
        }
    }
    out
}

/// The first title without a type is the title proper. Others without a type are the same title in
/// another script (`altRepGroup`), or mistakes; both are kept as variants.
fn titles(mods: &Element, record: &mut Record) {
    let titled = || mods.all("titleInfo").take(MANY).filter(|info| !title_proper(info).is_empty());
    let plain = |info: &&Element| info.attribute("type").is_empty();
    let main = titled()
        .find(|info| plain(info) && info.attribute("usage") == "primary")
        .or_else(|| titled().find(plain))
        .or_else(|| titled().next());
    let Some(main) = main else { return };
    record.title = title_proper(main);
    record.subtitle = main.text_of("subTitle");
    record.part = part_of(main);
    let own = whole(main);
    // titles in other scripts first, because most readers of such a record look for them
    let group = main.attribute("altRepGroup");
    let same = |info: &&Element| plain(info) && !group.is_empty() && info.attribute("altRepGroup") == group;
    let variants = titled().filter(same).chain(titled().filter(|info| !same(info)));
    for title in variants.map(whole) {
        if title != own && title != record.title && !record.variant_titles.contains(&title) {
            record.variant_titles.push(title);
        }
    }
}

fn language(mods: &Element) -> String {
    let terms: Vec<&Element> = mods.all("language").flat_map(|l| l.all("languageTerm")).take(MANY).collect();
    let coded = terms.iter().filter(|term| term.attribute("type") == "code").map(|term| term.text());
    let spoken = terms.iter().filter(|term| term.attribute("type") != "code").map(|term| term.text());
    let bare = mods.all("language").map(Element::text);
    coded
        .chain(spoken)
        .chain(bare)
        .map(|text| lang::code(&text))
        .find(|code| !code.is_empty())
        .unwrap_or_default()
}

fn imprint(mods: &Element, record: &mut Record) {
    let mut infos: Vec<&Element> = mods.all("originInfo").take(50).collect();
    // the publisher comes before the printer, digitiser or copier
    infos.sort_by_key(|info| match info.attribute("eventType") {
        "publication" => 0,
        "" => 1,
        _ => 2,
    });
    let first = |current: &mut String, text: String| {
        if current.is_empty() {
            *current = text;
        }
    };
    let publisher = |info: &Element| info.text_of("publisher").trim_end_matches([',', ' ', ';']).to_owned();
    let place = |info: &Element| {
        let terms = info.all("place").flat_map(|place| place.all("placeTerm"));
        // country codes are not names of places
        let names = terms.filter(|term| term.attribute("type") != "code").map(Element::text);
        names.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    };
    for info in &infos {
        first(&mut record.publisher, publisher(info));
        first(&mut record.edition, info.text_of("edition"));
        first(&mut record.place, place(info));
    }
    // the same publication in another script
    let group = infos.first().map(|info| info.attribute("altRepGroup")).unwrap_or_default();
    let other = infos.iter().skip(1).find(|info| !group.is_empty() && info.attribute("altRepGroup") == group);
    if let Some(other) = other {
        let beside = |own: &str, text: String| if text == own { String::new() } else { text };
        let original = Original {
            publisher: beside(&record.publisher, publisher(other)),
            place: beside(&record.place, place(other)),
            edition: beside(&record.edition, other.text_of("edition")),
            ..Original::default()
        };
        if original != Original::default() {
            record.original = Some(Box::new(original));
        }
    }
    for name in ["dateIssued", "copyrightDate", "dateCreated", "dateOther", "dateCaptured"] {
        let dates: Vec<&Element> = infos.iter().flat_map(|info| info.all(name)).take(50).collect();
        let year = dates.iter().filter(|d| d.attribute("point") != "end").find_map(|d| year_of(&d.text()));
        // `清光绪三年` is for display, the encoded date for the year
        let shown = dates.iter().find(|date| date.attribute("encoding").is_empty()).or(dates.first());
        let shown = shown.map(|date| date.text()).unwrap_or_default();
        if record.date.is_empty() {
            record.date = shown;
        }
        if record.year.is_none() {
            record.year = year;
        }
        if !record.date.is_empty() && record.year.is_some() {
            break;
        }
    }
}

fn identifiers(mods: &Element, record: &mut Record) {
    for id in mods.all("identifier").take(MANY).filter(|id| id.attribute("invalid") != "yes") {
        identify(&id.attribute("type").to_lowercase(), &id.text(), record);
    }
    for info in mods.all("recordInfo") {
        let own = info.all("recordIdentifier").map(Element::text).find(|text| !text.is_empty());
        if record.id.is_empty() {
            record.id = own.unwrap_or_default();
        }
    }
    if record.id.is_empty() {
        let local = mods.all("identifier").find(|id| matches!(id.attribute("type"), "local" | "hdl" | "uri"));
        record.id = local.map(Element::text).unwrap_or_default();
    }
}

pub(super) fn identify(kind: &str, value: &str, record: &mut Record) {
    let kind = match kind {
        "isbn" => IdentifierKind::Isbn,
        "issn" | "issn-l" | "issnl" => IdentifierKind::Issn,
        "doi" => IdentifierKind::Doi,
        "lccn" => IdentifierKind::Lccn,
        "oclc" => IdentifierKind::Oclc,
        "pmid" | "pubmed" => IdentifierKind::Pmid,
        "arxiv" => IdentifierKind::Arxiv,
        "uri" | "" => {
            if let Some(id) = Identifier::recognise(value) {
                record.add_identifier(id.kind, &id.value);
            } else if kind == "uri" {
                link(record, value, String::new(), false);
            }
            return;
        }
        _ => return,
    };
    record.add_identifier(kind, value);
}

fn link(record: &mut Record, url: &str, label: String, open_access: bool) {
    let web = url.starts_with("http://") || url.starts_with("https://");
    if web && record.links.len() < 100 && !record.links.iter().any(|known| known.url == url) {
        record.links.push(Link { url: url.to_owned(), label, open_access });
    }
}

/// One heading per `subject`: `Art--Egypt--20th century`.
fn subjects(mods: &Element, record: &mut Record) {
    for subject in mods.all("subject").take(MANY) {
        let mut parts: Vec<String> = Vec::new();
        for part in subject.children() {
            let text = match part.name() {
                "topic" | "geographic" | "temporal" | "genre" | "occupation" => part.text(),
                "name" => names::name(part),
                "titleInfo" => title_proper(part),
                "hierarchicalGeographic" => part
                    .children()
                    .map(Element::text)
                    .filter(|t| !t.is_empty())
                    .collect::<Vec<_>>()
                    .join("--"),
                _ => continue,
            };
            parts.extend(Some(text).filter(|text| !text.is_empty()));
        }
        // a heading may be plain text
        if parts.is_empty() {
            parts.extend(Some(subject.text()).filter(|text| !text.is_empty()));
        }
        let heading = parts.join("--");
        if !heading.is_empty() && record.subjects.len() < 200 && !record.subjects.contains(&heading) {
            record.subjects.push(heading);
        }
    }
    for class in mods.all("classification").take(50) {
        let scheme = match class.attribute("authority").to_lowercase().as_str() {
            "" => "OTHER".to_owned(),
            "clc" | "njb" | "ztf" | "cnlc" => "CLC".to_owned(),
            other => other.to_uppercase(),
        };
        let value = class.text();
        let entry =
            format!("{scheme}:{}", if scheme == "DDC" { value.replace('/', "") } else { value.clone() });
        if !value.is_empty() && !record.classification.contains(&entry) {
            record.classification.push(entry);
        }
    }
}

/// Holdings and links. A preview is a picture and not the work.
fn locations(mods: &Element, record: &mut Record) {
    let open = mods.all("accessCondition").any(|condition| {
        let text = condition.text().to_lowercase();
        ["open access", "creativecommons", "public domain", "cc by", "cc0"]
            .iter()
            .any(|word| text.contains(word))
    });
    for location in mods.all("location").take(MANY) {
        for url in location.all("url").filter(|url| url.attribute("access") != "preview").take(100) {
            let label = ["displayLabel", "note"].map(|name| url.attribute(name).to_owned());
            let label = label.into_iter().find(|label| !label.is_empty()).unwrap_or_default();
            link(record, &url.text(), label, open);
        }
        let libraries = location.all("physicalLocation").map(Element::text);
        let library = libraries.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let copies: Vec<&Element> = location
            .all("holdingSimple")
            .flat_map(|simple| simple.all("copyInformation"))
            .take(100)
            .collect();
        // the library applies to each of the copies
        let library = text::clip(&library, 300);
        for copy in copies.iter().take(MANY.saturating_sub(record.holdings.len())) {
            record.holdings.push(Holding {
                library: library.clone(),
                location: copy.text_of("subLocation"),
                call_number: copy.text_of("shelfLocator"),
                available: None,
            });
        }
        if copies.is_empty() && !library.is_empty() && record.holdings.len() < MANY {
            let call_number = location.text_of("shelfLocator");
            let holding = Holding { library, call_number, ..Holding::default() };
            if !record.holdings.contains(&holding) {
                record.holdings.push(holding);
            }
        }
    }
}

fn kind(mods: &Element, record: &Record) -> Kind {
    let said = mods.all("genre").take(MANY).find_map(|genre| dc::kind_of(&genre.text()));
    let issuance = |word: &str| {
        mods.all("originInfo").flat_map(|info| info.all("issuance")).any(|element| element.text() == word)
    };
    let resource = mods.text_of("typeOfResource").to_lowercase();
    let is_text = resource.is_empty() || resource == "text";
    let book = || {
        let old = record.year.is_some_and(|year| year < EMPIRE_ENDS) && record.language == "chi";
        if old { Kind::AncientBook } else { Kind::Book }
    };
    match said {
        Some(Kind::Book) => book(),
        Some(kind) => kind,
        None if !is_text => Kind::Other,
        None if issuance("serial") || issuance("continuing") => Kind::Journal,
        None if issuance("monographic") || issuance("single unit") => book(),
        None if record.identifier(IdentifierKind::Isbn).is_some() => book(),
        None => Kind::Other,
    }
}
