//! Holdings and links: 852, Alma's AVA and AVE, CNMARC 905, and 856.

use hongyan_model::holding::Holding;
use hongyan_model::record::{Link, Record};
use hongyan_model::text::{clean, clip};

use super::{Field, Marc};

const MAX: usize = 500;
/// Maximum length of a link's label, in characters.
const MAX_LABEL: usize = 300;

/// Fills holdings and links of a record.
pub(super) fn fill(marc: &Marc, record: &mut Record) {
    // Alma derives 852 from AVA, so AVA suffices
    let alma = marc.has("AVA") || marc.has("AVE");
    // 506 may declare open access for all links, even if $z of 856 does not
    let open = marc
        .all("506")
        .any(|f| f.ind1() == '0' && f.subs('a').any(|a| a.to_lowercase().contains("open access")));
    for field in marc.fields().take(20_000) {
        let holding = match field.tag {
            "AVA" => Some(physical(field)),
            "AVE" => electronic(field, record),
            "852" if !alma => Some(shelf(field)),
            "905" if !alma && marc.has("200") => Some(cnmarc(field)),
            "856" => {
                link(open, field, record);
                None
            }
            _ => None,
        };
        if let Some(holding) = holding
            && holding != Holding::default()
            && record.holdings.len() < MAX
            && !record.holdings.contains(&holding)
        {
            record.holdings.push(holding);
        }
    }
}

/// The holding described by a MARC holdings record. Some spread it over several 852, one with the library
/// and one with the call number (in $c, when it is alone).
pub(crate) fn holding_of(marc: &Marc) -> Option<Holding> {
    let mut holding = Holding::default();
    for field in marc.all("852").take(MAX) {
        let mut part = shelf(field);
        if part.library.is_empty() && part.call_number.is_empty() {
            part.call_number = std::mem::take(&mut part.location);
        }
        for (slot, value) in [
            (&mut holding.library, part.library),
            (&mut holding.location, part.location),
            (&mut holding.call_number, part.call_number),
        ] {
            if slot.is_empty() {
                *slot = value;
            }
        }
    }
    (holding != Holding::default()).then_some(holding)
}

/// Whether this is a MARC 21 holdings record (leader/06 u, v, x, y with 852 or 004).
pub(crate) fn is_holdings(marc: &Marc) -> bool {
    matches!(marc.leader_at(6), 'u' | 'v' | 'x' | 'y') && !marc.has("245") && !marc.has("200")
}

fn first(field: Field<'_>, codes: &[char]) -> String {
    codes.iter().find_map(|code| field.sub(*code)).map(clean).unwrap_or_default()
}

fn joined(field: Field<'_>, codes: &[char]) -> String {
    let parts: Vec<String> =
        field.subfields().filter(|(c, _)| codes.contains(c)).map(|(_, v)| clean(v)).collect();
    parts.join(" ").trim().to_owned()
}

/// Alma AVA: physical items of a holding.
fn physical(field: Field<'_>) -> Holding {
    let available = match first(field, &['e']).to_lowercase().as_str() {
        "available" => Some(true),
        "unavailable" => Some(false),
        _ => None, // check_holdings
    };
    Holding {
        library: first(field, &['q', 'b', 'a']),
        location: first(field, &['c', 'j']),
        call_number: first(field, &['d']),
        available,
    }
}

/// Alma AVE: a title in an electronic collection; a link if it has an address.
fn electronic(field: Field<'_>, record: &mut Record) -> Option<Holding> {
    let collection = first(field, &['m', 'n', 't']);
    if let Some(url) = field.sub('u').and_then(address) {
        push_link(record, Link { url, label: collection, open_access: false });
        return None;
    }
    let available = (first(field, &['e']).eq_ignore_ascii_case("available")).then_some(true);
    Some(Holding {
        library: first(field, &['l', 'i', 'a']),
        location: collection,
        available,
        ..Holding::default()
    })
}

/// 852 of MARC 21 and UNIMARC: library, shelf, call number.
fn shelf(field: Field<'_>) -> Holding {
    let call_number = joined(field, &['h', 'i', 'k', 'm']);
    Holding {
        library: first(field, &['a', 'b']),
        location: if field.sub('a').is_some() { first(field, &['b', 'c']) } else { first(field, &['c']) },
        call_number: if call_number.is_empty() { first(field, &['j']) } else { call_number },
        available: None,
    }
}

/// CNMARC 905: library, class number and book number.
fn cnmarc(field: Field<'_>) -> Holding {
    let call_number = match (first(field, &['s']), first(field, &['d']), first(field, &['e', 'f'])) {
        (whole, ..) if !whole.is_empty() => whole,
        (_, class, book) if !class.is_empty() && !book.is_empty() => format!("{class}/{book}"),
        (_, class, _) => class,
    };
    Holding { library: first(field, &['a']), call_number, ..Holding::default() }
}

/// 856: an address. Open access when $7 is `0`, or $z or 506 say so in words.
fn link(open: bool, field: Field<'_>, record: &mut Record) {
    // the label applies to each of the field's addresses
    let label = clip(&first(field, &['y', '3', 'z']), MAX_LABEL);
    let notes = joined(field, &['z', 'y', '3', 'r', 'l', 'q']).to_lowercase();
    // second indicator 2: a related resource, such as a cover or a table of contents
    let full_text = field.ind2() != '2';
    let said_open = field.sub('7') == Some("0")
        || [
            "open access",
            "openaccess",
            "free access",
            "freely available",
            "free to read",
            "kostenfrei",
            "免费",
            "开放获取",
            "無料公開",
        ]
        .iter()
        .any(|word| notes.contains(word))
        || open;
    for url in field.subs('u').filter_map(address) {
        push_link(record, Link { url, label: label.clone(), open_access: full_text && said_open });
    }
}

fn push_link(record: &mut Record, link: Link) {
    if record.links.len() < 100 && !record.links.iter().any(|known| known.url == link.url) {
        record.links.push(link);
    }
}

/// An absolute http(s) address without white space.
fn address(url: &str) -> Option<String> {
    let url = clean(url);
    let lower: String = url.chars().take(8).collect::<String>().to_lowercase();
    let web = lower.starts_with("http://") || lower.starts_with("https://");
    (web && !url.contains(' ') && url.len() <= 4000).then_some(url)
}
