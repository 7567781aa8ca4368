//! The host of a part: journal or book, series, volume, issue and pages.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, Record, year_of};

use super::map;
use super::tree::Element;
use crate::dc;

pub(super) fn fill(mods: &Element, record: &mut Record) {
    let mut grouped = "";
    for item in mods.all("relatedItem").take(200) {
        let title = item.all("titleInfo").map(map::title_proper).find(|title| !title.is_empty());
        match item.attribute("type") {
            "host" if record.container.is_empty() => host(item, title.unwrap_or_default(), record),
            "series" => {
                let number =
                    item.all("titleInfo").map(|info| info.text_of("partNumber")).find(|n| !n.is_empty());
                let series = [title, number].into_iter().flatten().collect::<Vec<_>>().join(" ; ");
                let group = item.attribute("altRepGroup");
                if record.series.is_empty() {
                    record.series = series;
                    grouped = group;
                } else if !group.is_empty() && group == grouped && !series.is_empty() {
                    // the same series in another script
                    record.original.get_or_insert_default().series = series;
                }
            }
            _ => {}
        }
    }
    // volume and pages may be at the top level too
    for part in mods.all("part").take(20) {
        numbers(part, record);
    }
}

fn host(item: &Element, title: String, record: &mut Record) {
    record.container = title;
    for id in item.all("identifier").take(50) {
        let kind = id.attribute("type").to_lowercase();
        // the ISBN of the host would make the part look like the whole book
        if matches!(kind.as_str(), "issn" | "issn-l") {
            record.add_identifier(IdentifierKind::Issn, &id.text());
        }
    }
    for part in item.all("part").take(20) {
        numbers(part, record);
    }
    let issuance = |info: &Element| matches!(info.text_of("issuance").as_str(), "continuing" | "serial");
    let genre = |genre: &Element| matches!(dc::kind_of(&genre.text()), Some(Kind::Journal | Kind::Newspaper));
    let serial = item.all("originInfo").any(issuance) || item.all("genre").any(genre);
    if serial && matches!(record.kind, Kind::Other | Kind::Book) {
        record.kind = Kind::Article;
    }
    for info in item.all("originInfo").take(20) {
        if record.publisher.is_empty() {
            record.publisher = info.text_of("publisher");
        }
        if record.date.is_empty() {
            record.date = info.text_of("dateIssued");
            record.year = year_of(&record.date);
        }
    }
}

fn numbers(part: &Element, record: &mut Record) {
    for detail in part.all("detail") {
        if detail.attribute("type") == "supplement" && record.issue.is_empty() {
            let words = ["caption", "number"].map(|name| detail.text_of(name));
            record.issue = words.join(" ").trim().to_owned();
            continue;
        }
        let number = ["number", "caption"].map(|name| detail.text_of(name));
        let number = number.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        match detail.attribute("type") {
            "volume" if record.volume.is_empty() => record.volume = number,
            "issue" | "number" if record.issue.is_empty() => record.issue = number,
            "page" | "pages" => record.pages = number,
            _ => {}
        }
    }
    for extent in part.all("extent") {
        if !matches!(extent.attribute("unit"), "" | "page" | "pages" | "pp" | "p") {
            continue;
        }
        let (start, end) = (extent.text_of("start"), extent.text_of("end"));
        let pages = match (start.is_empty(), end.is_empty() || start == end) {
            (false, false) => format!("{start}-{end}"),
            (false, true) => start,
            _ => extent.text_of("list"),
        };
        if !pages.is_empty() {
            record.pages = pages;
        }
    }
    let date = part.text_of("date");
    if record.year.is_none() && !date.is_empty() {
        record.year = year_of(&date);
        record.date = date;
    }
    // a part with volume and pages is an article, whatever its genre
    if record.kind == Kind::Book && !record.volume.is_empty() && !record.container.is_empty() {
        record.kind = Kind::Article;
    }
}
