//! Maps UNIMARC and CNMARC to a record.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Record, Role, year_of};
use hongyan_model::text::clean;

use super::profile::general_data;
use super::punctuation::{self, strip};
use super::{DELIMITER, Field, Marc, holdings, host, kind, year};
use crate::cite::is_cjk;
use crate::{lang, roles};

const NAMES: &[&str] = &["700", "701", "702", "710", "711", "712", "720", "721", "722"];
const TITLES: &[&str] =
    &["500", "501", "503", "510", "512", "513", "514", "515", "516", "517", "518", "532", "540", "541"];
const SUBJECTS: &[&str] = &["600", "601", "602", "604", "605", "606", "607", "608", "610"];

/// Maps a record; absent fields give empty values.
pub(super) fn map(marc: &Marc) -> Record {
    let mut record = Record { id: clean(marc.control("001")), ..Record::default() };
    let coded = general_data(marc).unwrap_or_default();
    titles(marc, &mut record);
    creators(marc, &mut record);
    imprint(marc, coded, &mut record);
    let languages = marc.all("101").flat_map(|field| field.subs('a')).map(lang::code);
    record.language = languages.into_iter().find(|code| !code.is_empty()).unwrap_or_default();
    identifiers(marc, &mut record);
    record.edition = marc.first("205").and_then(|field| field.sub('a')).map(strip).unwrap_or_default();
    record.pages = marc.first("215").and_then(|field| field.sub('a')).map(strip).unwrap_or_default();
    let component = is_component(marc);
    record.series = series(marc, !component);
    record.summary = marc.first("330").and_then(|field| field.sub('a')).map(clean).unwrap_or_default();
    about(marc, &mut record);
    record.kind = kind::unimarc(marc, &record);
    hosts(marc, component, &mut record);
    holdings::fill(marc, &mut record);
    record
}

fn push_variant(record: &mut Record, title: String) {
    if !title.is_empty()
        && title != record.title
        && !record.variant_titles.contains(&title)
        && record.variant_titles.len() < 100
    {
        record.variant_titles.push(title);
    }
}

/// Field 200: the meaning of a subfield depends on the ones before it. `$e` after `$d` belongs to the
/// parallel title; a second `$a` or a `$c` is another work in the same volume.
fn titles(marc: &Marc, record: &mut Record) {
    // authority records have a heading in 2XX and no title in 200 $a
    let heading = || marc.any(&["200", "210", "215", "230", "240", "250"]).next();
    let Some(field) = marc.first("200").filter(|f| f.sub('a').is_some()).or_else(heading) else {
        return;
    };
    let mut variant = String::new();
    let mut parallel = false;
    for (code, value) in field.subfields() {
        let value = strip(value);
        if value.is_empty() {
            continue;
        }
        match code {
            'a' if record.title.is_empty() => record.title = value,
            'a' | 'c' | 'd' => {
                push_variant(record, std::mem::take(&mut variant));
                variant = value;
                parallel = true;
            }
            'e' if parallel => {
                variant.push_str(" : ");
                variant.push_str(&value);
            }
            'e' if record.subtitle.is_empty() => record.subtitle = value,
            'e' => {
                record.subtitle.push_str(" : ");
                record.subtitle.push_str(&value);
            }
            'h' | 'i' if parallel => {}
            'h' | 'i' if record.part.is_empty() => record.part = value,
            'h' | 'i' => {
                record.part.push_str(", ");
                record.part.push_str(&value);
            }
            _ => {}
        }
    }
    push_variant(record, variant);
    for field in marc.any(TITLES) {
        let mut title = strip(field.sub('a').unwrap_or_default());
        if let Some(rest) = field.sub('e') {
            title = format!("{title} : {}", strip(rest));
        }
        push_variant(record, title);
    }
}

fn creators(marc: &Marc, record: &mut Record) {
    let stated: Vec<Creator> = marc
        .first("200")
        .map(|field| {
            field
                .subfields()
                .filter(|(code, _)| matches!(code, 'f' | 'g'))
                .map(|(_, value)| clean(value))
                .filter(|statement| statement.chars().any(is_cjk))
                .flat_map(|statement| roles::creators_of(&statement))
                .take(100)
                .collect()
        })
        .unwrap_or_default();
    let lowered = std::cell::OnceCell::new();
    let statements = || -> Vec<String> {
        let own = marc.first("200").into_iter().flat_map(|field| field.subs('f').chain(field.subs('g')));
        own.take(20).map(|said| hongyan_model::text::clip(said, 4_000).to_lowercase()).collect()
    };
    for field in marc.any(NAMES) {
        let name = name(field);
        if name.is_empty() || record.creators.len() >= 500 || record.creators.iter().any(|c| c.name == name) {
            continue;
        }
        let mut role = role(field);
        // the role, where the field of the name does not have it
        if field.sub('4').is_none() {
            let found = stated.iter().find(|creator| creator.name == name).map(|creator| creator.role);
            let found = found.or_else(|| {
                lowered.get_or_init(statements).iter().find_map(|said| roles::role_in(said, &name))
            });
            role = found.unwrap_or(role);
        }
        record.creators.push(Creator { name, role });
    }
    // what has no access point: from the statement of responsibility, $f first and $g subsequent
    roles::add_stated(&mut record.creators, stated);
}

/// Surname $a and forename $b; a Chinese name is in $a as a whole.
fn name(field: Field<'_>) -> String {
    let main = strip(field.sub('a').unwrap_or_default());
    let corporate = field.tag.starts_with("71");
    // SBN has the comma in $b
    let rest = field.sub('b').map(|rest| strip(rest.trim_start_matches([',', '，', ' '])));
    let name = match rest.filter(|rest| !rest.is_empty()) {
        Some(rest) if corporate => format!("{main}. {rest}"),
        // 劉 and 學真: a name that its language writes as one word
        Some(rest) if main.chars().all(is_cjk) && rest.chars().all(is_cjk) => format!("{main}{rest}"),
        Some(rest) => format!("{main}, {rest}"),
        _ => main,
    };
    roles::tidy(&name)
}

fn role(field: Field<'_>) -> Role {
    let body = field.tag.starts_with("71");
    match field.subs('4').find_map(roles::role_of) {
        Some(Role::Author | Role::Contributor) | None if body => Role::Organisation,
        Some(role) => role,
        // 702 is secondary responsibility
        None if field.tag.ends_with('2') => Role::Contributor,
        None => Role::Author,
    }
}

fn imprint(marc: &Marc, coded: &str, record: &mut Record) {
    let field = marc.first("210").filter(|_| marc.has("200")).or_else(|| marc.first("214"));
    if let Some(field) = field {
        record.place = punctuation::imprint(field.sub('a').unwrap_or_default());
        record.publisher = punctuation::imprint(field.sub('c').unwrap_or_default());
        record.date = punctuation::date(field.sub('d').unwrap_or_default());
    }
    let first: String = coded.chars().skip(9).take(4).collect();
    if record.date.is_empty() && year_of(&first).is_some() {
        record.date.clone_from(&first);
    }
    // `清光绪三年刻本`, `民国三十六年`: the coded date is machine-readable
    record.year = year(&record.date, &first);
}

fn identifiers(marc: &Marc, record: &mut Record) {
    for (tag, kind) in [("010", IdentifierKind::Isbn), ("011", IdentifierKind::Issn)] {
        for value in marc.all(tag).flat_map(|field| field.subs('a')) {
            record.add_identifier(kind, &clean(value));
        }
    }
    // 统一书刊号: `10019·3100` for a book, `CN11-1234/G2` for a serial
    for value in marc.all("091").flat_map(|field| field.subs('a')) {
        let value = clean(value);
        match value.strip_prefix("CN").unwrap_or(&value).trim().to_owned() {
            number if number.contains('-') && number.contains('/') => {
                record.add_identifier(IdentifierKind::Cn, &number);
            }
            number => record.add_identifier(IdentifierKind::Csbn, &number),
        }
    }
    for field in marc.all("017") {
        if field.sub('2').is_some_and(|scheme| scheme.eq_ignore_ascii_case("doi")) {
            record.add_identifier(IdentifierKind::Doi, field.sub('a').unwrap_or_default());
        }
    }
    for value in marc.all("035").flat_map(|field| field.subs('a')).chain([marc.control("001")]) {
        let value = clean(value);
        if let Some(number) = value.strip_prefix("(OCoLC)") {
            record.add_identifier(IdentifierKind::Oclc, number);
        } else if value.starts_with("CAL ") || value.starts_with("(CALIS)") {
            record.add_identifier(IdentifierKind::Calis, value.trim_start_matches("(CALIS)"));
        }
    }
}

/// The series; of a whole work also the set that it is a volume of (461, 462).
fn series(marc: &Marc, whole: bool) -> String {
    let tags: &[&str] = if whole { &["225", "410", "461", "462"] } else { &["225", "410"] };
    // in this order, whatever that of the record
    for field in tags.iter().flat_map(|tag| marc.all(tag)).take(100) {
        let title = field.sub('t').map(strip).filter(|title| !title.is_empty());
        let embedded = || Some(strip(embedded(field, "200", 'a')?));
        let own = || field.sub('a').map(strip);
        let title = title.or_else(embedded).or_else(own).filter(|title| !title.is_empty());
        match (title, field.sub('v').map(strip).filter(|number| !number.is_empty())) {
            (Some(title), Some(number)) => return format!("{title} ; {number}"),
            (Some(title), None) => return title,
            (None, _) => {}
        }
    }
    String::new()
}

fn about(marc: &Marc, record: &mut Record) {
    for field in marc.any(SUBJECTS) {
        let mut heading = String::new();
        for (code, value) in
            field.subfields().filter(|(code, _)| matches!(code, 'a' | 'b' | 'x' | 'y' | 'z' | 'j'))
        {
            let value = strip(value);
            if value.is_empty() {
                continue;
            }
            if !heading.is_empty() {
                heading.push_str(if code == 'b' { ", " } else { "--" });
            }
            heading.push_str(&value);
        }
        if !heading.is_empty() && record.subjects.len() < 200 && !record.subjects.contains(&heading) {
            record.subjects.push(heading);
        }
    }
    for (tag, scheme) in
        [("690", "CLC"), ("692", "LCCAS"), ("676", "DDC"), ("675", "UDC"), ("680", "LCC"), ("686", "OTHER")]
    {
        for field in marc.all(tag).take(50) {
            let value = clean(field.sub('a').unwrap_or_default());
            let entry = format!("{scheme}:{value}");
            if !value.is_empty() && !record.classification.contains(&entry) {
                record.classification.push(entry);
            }
        }
    }
}

/// Linking fields contain whole fields in $1: `461 _0 $12001 $a题名 $v册`. Returns a subfield of the first
/// embedded field with a tag.
fn embedded<'a>(field: Field<'a>, tag: &str, wanted: char) -> Option<&'a str> {
    let mut inside = false;
    for (code, value) in field.subfields() {
        match code {
            '1' => inside = value.starts_with(tag),
            code if inside && code == wanted && !value.trim().is_empty() => return Some(value.trim()),
            _ => {}
        }
    }
    None
}

/// The title in a linking field.
fn linked_title(field: Field<'_>) -> String {
    let title = field.sub('t').or_else(|| embedded(field, "200", 'a'));
    title.or_else(|| field.sub('a')).map(strip).unwrap_or_default()
}

/// Whether the record describes a part of another work, so that 461 to 463 name what contains it. In a
/// record of a whole work 461 is the set above, and 463 a piece below.
fn is_component(marc: &Marc) -> bool {
    match marc.leader_at(7) {
        'a' => true,
        's' | 'i' | 'c' => false,
        _ => {
            let paged = |field: Field<'_>| {
                field.sub('p').is_some()
                    || field.subs('v').any(|said| !host::host_parts(said).pages.is_empty())
            };
            !marc.has("215") && !marc.has("010") && marc.any(HOSTS).take(50).any(paged)
        }
    }
}

const HOSTS: &[&str] = &["461", "462", "463"];

/// 461 to 463: the journal or book that contains a part; 328: the institution of a thesis.
fn hosts(marc: &Marc, component: bool, record: &mut Record) {
    if let Some(note) = marc.first("328") {
        record.container = clean(note.sub('e').or_else(|| note.sub('a')).unwrap_or_default());
        return;
    }
    if !component {
        return;
    }
    // the piece (463) is the book that contains the part; where it is an issue (`2009年第3期`), the journal is 461
    let title_of = |tag: &str| marc.all(tag).map(linked_title).find(|title| !title.is_empty());
    let serial =
        marc.all("461").any(|field| field.sub('x').is_some() || embedded(field, "011", 'a').is_some());
    let piece = title_of("463").filter(|title| !serial && !is_numbering(title));
    let container = piece.or_else(|| title_of("462").filter(|title| !serial && !is_numbering(title)));
    record.container = container.or_else(|| title_of("461")).or_else(|| title_of("463")).unwrap_or_default();
    let mut parts = host::HostParts::default();
    for field in marc.any(HOSTS).take(50) {
        let numbering = embedded(field, "200", 'a').filter(|title| is_numbering(title));
        let stated: Vec<&str> = field.subs('v').chain(field.subs('h')).chain(numbering).collect();
        let stated = stated.join(", ");
        let found = host::host_parts(&stated);
        if found.is_empty() && parts.volume.is_empty() && !stated.contains(DELIMITER) {
            parts.volume = clean(&stated);
        }
        // what is nearer to the part comes later
        for (slot, value) in [
            (&mut parts.volume, found.volume),
            (&mut parts.issue, found.issue),
            (&mut parts.pages, found.pages),
        ] {
            if !value.is_empty() {
                *slot = value;
            }
        }
        if let Some(pages) = field.sub('p') {
            parts.pages = clean(pages);
        }
        if let Some(issn) = field.sub('x').or_else(|| embedded(field, "011", 'a')) {
            record.add_identifier(IdentifierKind::Issn, issn);
        }
    }
    (record.volume, record.issue) = (parts.volume, parts.issue);
    if !parts.pages.is_empty() {
        record.pages = parts.pages;
    }
}

/// `2009年第3期`, `Vol. 3`: the number of an issue in the place of a title.
fn is_numbering(title: &str) -> bool {
    title.starts_with(|c: char| c.is_ascii_digit() || c == '第') && title.chars().any(|c| c.is_ascii_digit())
        || !host::host_parts(title).is_empty() && title.chars().count() < 30
}
