//! Maps MARC 21 and KORMARC to a record.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Record, Role, year_of};
use hongyan_model::text::{clean, is_han};

use super::linked::Links;
use super::punctuation::{self, strip};
use super::{Field, Marc, Profile, holdings, host, kind, year};
use crate::{lang, roles};

const NAMES: &[&str] = &["100", "110", "111", "700", "710", "711", "720"];
const SUBJECTS: &[&str] = &["600", "610", "611", "630", "648", "650", "651", "653"];

/// Maps a record; absent fields give empty values.
pub(super) fn map(marc: &Marc, profile: Profile) -> Record {
    let mut record = Record { id: clean(marc.control("001")), ..Record::default() };
    let coded = marc.first("008").map(|field| field.value()).unwrap_or_default();
    let links = Links::of(marc);
    titles(marc, &links, &mut record);
    creators(marc, &links, profile, &mut record);
    imprint(marc, coded, &mut record);
    language(marc, coded, &mut record);
    identifiers(marc, &mut record);
    about(marc, &mut record);
    if let Some(edition) = marc.first("250") {
        record.edition = strip(edition.sub('a').unwrap_or_default());
    }
    if let Some(extent) = marc.first("300") {
        record.pages = strip(extent.sub('a').unwrap_or_default());
    }
    record.series = marc
        .any(&["490", "440", "830"])
        .next()
        .map(|field| join(field, &['a', 'v'], " ; "))
        .unwrap_or_default();
    record.kind = kind::marc21(marc, &record);
    hosts(marc, &mut record);
    holdings::fill(marc, &mut record);
    record
}

fn join(field: Field<'_>, codes: &[char], separator: &str) -> String {
    let parts: Vec<String> = field
        .subfields()
        .filter(|(code, _)| codes.contains(code))
        .map(|(_, value)| strip(value))
        .filter(|value| !value.is_empty())
        .collect();
    parts.join(separator)
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

/// $b is other title information, or the parallel title if an equals sign precedes it.
fn subtitles(field: Field<'_>, record: &mut Record) {
    // `Title / responsibility` in one subfield, without $c
    if field.sub('c').is_none()
        && let Some((title, _)) = record.title.clone().split_once(" / ")
    {
        title.trim().clone_into(&mut record.title);
    }
    let mut parallel = false;
    for (code, value) in field.subfields() {
        let starts = value.trim_start().starts_with('=');
        if code == 'b' {
            let text = strip(value.trim_start().trim_start_matches('='));
            let text = text.split_once(" / ").map_or(text.as_str(), |(title, _)| title.trim());
            if parallel || starts {
                push_variant(record, text.to_owned());
            } else if record.subtitle.is_empty() {
                text.clone_into(&mut record.subtitle);
            } else {
                record.subtitle.push_str(" : ");
                record.subtitle.push_str(text);
            }
        }
        parallel = value.trim_end().ends_with('=');
    }
}

/// Title with its remainder in one string, as variant titles are shown.
fn whole(field: Field<'_>) -> String {
    let title = join(field, &['a'], " ");
    let rest = join(field, &['b'], " : ");
    let part = join(field, &['n', 'p'], ", ");
    let mut out = title;
    for (separator, text) in [(" : ", rest), (". ", part)] {
        if !text.is_empty() {
            out.push_str(separator);
            out.push_str(&text);
        }
    }
    out
}

fn titles(marc: &Marc, links: &Links<'_>, record: &mut Record) {
    let own = marc.first("245");
    // a record whose title is only in the original script
    let field = own.or_else(|| links.unlinked("245").next()).or_else(|| marc.first("130"));
    // authority records have only a heading
    let heading =
        || marc.any(&["100", "110", "111", "150", "151", "155"]).next().filter(|_| marc.leader_at(6) == 'z');
    let Some(field) = field.or_else(heading) else {
        return;
    };
    record.title = join(field, &['a'], " ");
    if record.title.is_empty() {
        // some records have the whole title in $k, $p or $b
        record.title = join(field, &['k', 'p', 'b', 't'], " ");
    } else {
        subtitles(field, record);
        record.part = join(field, &['n', 'p'], ", ");
    }
    if let Some(original) = links.original(field) {
        push_variant(record, whole(original));
    }
    for original in links.unlinked("245").take(200) {
        push_variant(record, whole(original));
    }
    for field in marc.any(&["246", "240", "242", "130", "730", "740"]).take(200) {
        push_variant(record, whole(field));
        if let Some(original) = links.original(field) {
            push_variant(record, whole(original));
        }
    }
}

fn creators(marc: &Marc, links: &Links<'_>, profile: Profile, record: &mut Record) {
    let code = if profile == Profile::Kormarc { 'd' } else { 'c' };
    let statement = marc.first("245").and_then(|field| field.sub(code)).map(clean).unwrap_or_default();
    // `房方, 周晓农主编`: the roles, where the fields of the names do not have them
    let stated = if statement.chars().any(is_han) { roles::creators_of(&statement) } else { Vec::new() };
    let mut originals = Vec::new();
    for field in marc.any(NAMES).take(1000) {
        // a 700 with a title refers to another work
        if field.sub('t').is_some() && !field.tag.starts_with('1') {
            continue;
        }
        let name_here = name(field);
        let mut role = role(field);
        if role == Role::Contributor
            && let Some(found) = stated.iter().find(|creator| creator.name == name_here)
        {
            role = found.role;
        }
        push_name(record, name_here, role);
        if let Some(original) = links.original(field) {
            originals.push((name(original), role));
        }
    }
    // names in the original script go last, so that the first creator remains the main one
    for (name, role) in originals {
        push_name(record, name, role);
    }
    for tag in NAMES {
        for field in links.unlinked(tag).take(1000) {
            push_name(record, name(field), role(field));
        }
    }
    if record.creators.is_empty() {
        record.creators = stated;
    }
}

fn name(field: Field<'_>) -> String {
    let corporate = field.tag.ends_with("10") || field.tag.ends_with("11");
    let codes: &[char] = if corporate { &['a', 'b'] } else { &['a'] };
    roles::tidy(&join(field, codes, ". "))
}

/// $4, then $e; an organisation without either has the role of organisation.
fn role(field: Field<'_>) -> Role {
    let body = matches!(field.tag, "110" | "710" | "111" | "711");
    let said = field.subs('4').find_map(roles::role_of).filter(|role| *role != Role::Contributor);
    let said = said.or_else(|| field.subs('e').find_map(roles::role_of));
    let said = said.or_else(|| field.sub('4').and_then(roles::role_of));
    match said {
        Some(Role::Author | Role::Contributor) | None if body => Role::Organisation,
        Some(role) => role,
        None if field.tag.starts_with('7') => Role::Contributor,
        None => Role::Author,
    }
}

fn push_name(record: &mut Record, name: String, role: Role) {
    if name.is_empty()
        || record.creators.len() >= 500
        || record.creators.iter().any(|known| known.name == name)
    {
        return;
    }
    record.creators.push(Creator { name, role });
}

fn imprint(marc: &Marc, coded: &str, record: &mut Record) {
    // 264 _1 is publication, 264 _4 only a copyright date
    let field = marc
        .all("264")
        .find(|field| field.ind2() == '1')
        .or_else(|| marc.first("260"))
        .or_else(|| marc.all("264").find(|field| field.ind2() != '4'));
    if let Some(field) = field {
        record.place = punctuation::imprint(field.sub('a').unwrap_or_default());
        record.publisher = punctuation::imprint(field.sub('b').unwrap_or_default());
        record.date = punctuation::date(field.sub('c').unwrap_or_default());
    }
    if record.place.is_empty()
        && let Some((place, name)) = record.publisher.clone().split_once(" : ")
    {
        place.trim().clone_into(&mut record.place);
        name.trim().clone_into(&mut record.publisher);
    }
    let first: String = coded.chars().skip(7).take(4).collect();
    if record.date.is_empty() && year_of(&first).is_some() {
        record.date.clone_from(&first);
    }
    // `民国三十六年`, `[19--]`: the coded date is machine-readable
    record.year = year(&record.date, &first);
}

fn language(marc: &Marc, coded: &str, record: &mut Record) {
    let fixed: String = coded.chars().skip(35).take(3).collect();
    record.language = lang::code(&fixed);
    if record.language.is_empty() {
        let field = marc.first("041").and_then(|field| field.sub('a'));
        // old records put all codes into one subfield: `engfre`
        let first: String = field.unwrap_or_default().chars().take(3).collect();
        record.language = lang::code(&first);
    }
}

fn identifiers(marc: &Marc, record: &mut Record) {
    for (tag, kind) in [("020", IdentifierKind::Isbn), ("022", IdentifierKind::Issn)] {
        for value in marc.all(tag).flat_map(|field| field.subs('a')) {
            record.add_identifier(kind, &clean(value));
        }
    }
    // revision marks after a slash are not part of the number
    for number in marc.all("010").flat_map(|field| field.subs('a')) {
        record.add_identifier(IdentifierKind::Lccn, number.split('/').next().unwrap_or_default());
    }
    for field in marc.all("024") {
        let value = field.sub('a').unwrap_or_default();
        match (field.ind1(), field.sub('2').unwrap_or_default().to_lowercase().as_str()) {
            ('7', "doi") => record.add_identifier(IdentifierKind::Doi, value),
            ('7', "arxiv") => record.add_identifier(IdentifierKind::Arxiv, value),
            ('7', "pmid" | "pubmed") => record.add_identifier(IdentifierKind::Pmid, value),
            _ => {}
        }
    }
    for value in marc.all("035").flat_map(|field| field.subs('a')) {
        let value = clean(value);
        if let Some(number) = value.strip_prefix("(OCoLC)") {
            record.add_identifier(IdentifierKind::Oclc, number);
        } else if let Some(number) = value.strip_prefix("(CALIS)") {
            record.add_identifier(IdentifierKind::Calis, number);
        } else if value.starts_with("CAL ") {
            record.add_identifier(IdentifierKind::Calis, &value);
        }
    }
    if marc.control("003") == "OCoLC" {
        record.add_identifier(IdentifierKind::Oclc, marc.control("001"));
    }
}

fn about(marc: &Marc, record: &mut Record) {
    record.summary = marc.all("520").filter_map(|field| field.sub('a')).map(clean).next().unwrap_or_default();
    for field in marc.any(SUBJECTS) {
        let heading = subject(field);
        if !heading.is_empty() && record.subjects.len() < 200 && !record.subjects.contains(&heading) {
            record.subjects.push(heading);
        }
    }
    for (tag, scheme) in [
        ("050", "LCC"),
        ("090", "LCC"),
        ("082", "DDC"),
        ("080", "UDC"),
        ("056", "KDC"),
        ("093", "CLC"),
        ("084", ""),
    ] {
        for field in marc.all(tag).take(50) {
            let said = field.sub('2').unwrap_or_default().to_lowercase();
            let scheme = match (scheme, said.as_str()) {
                ("", "clc" | "njb" | "ztf" | "cnlc") => "CLC",
                ("", "") => "OTHER",
                ("", other) => &other.to_uppercase(),
                (known, _) => known,
            };
            let value = match tag {
                "050" | "090" => field.sub('a').map(|a| format!("{a}{}", field.sub('b').unwrap_or_default())),
                _ => field.sub('a').map(|a| a.replace('/', "")),
            };
            let value = clean(&value.unwrap_or_default());
            let entry = format!("{scheme}:{value}");
            if !value.is_empty() && !record.classification.contains(&entry) {
                record.classification.push(entry);
            }
        }
    }
}

/// Heading with subdivisions: `Art--Egypt--History`.
fn subject(field: Field<'_>) -> String {
    let mut heading = String::new();
    for (code, value) in field.subfields() {
        let separator = match code {
            'a' => "",
            'v' | 'x' | 'y' | 'z' => "--",
            'b' | 't' | 'n' | 'p' | 'd' => ". ",
            _ => continue,
        };
        let value = strip(value);
        if value.is_empty() {
            continue;
        }
        if !heading.is_empty() {
            heading.push_str(if separator.is_empty() { "--" } else { separator });
        }
        heading.push_str(&value);
    }
    heading
}

/// 773: the journal or book that contains the work.
fn hosts(marc: &Marc, record: &mut Record) {
    if record.kind == Kind::Thesis {
        // 502 $c or the free-text note names the institution
        let note = marc.first("502").and_then(|field| field.sub('c').or_else(|| field.sub('a')));
        record.container = clean(note.unwrap_or_default());
        return;
    }
    let Some(field) = marc.first("773") else {
        return;
    };
    let title = field.sub('t').or_else(|| field.sub('a')).or_else(|| field.sub('p')).unwrap_or_default();
    record.container = strip(title);
    let stated = host::host_parts(field.sub('g').unwrap_or_default());
    let coded = host::host_parts(field.sub('q').unwrap_or_default());
    let pick =
        |first: &str, second: &str| if first.is_empty() { second.to_owned() } else { first.to_owned() };
    record.volume = pick(&stated.volume, &coded.volume);
    record.issue = pick(&stated.issue, &coded.issue);
    let pages = pick(&stated.pages, &coded.pages);
    if !pages.is_empty() {
        record.pages = pages;
    }
    if record.year.is_none() {
        record.year = year_of(&stated.date);
        record.date = stated.date;
    }
    if let Some(issn) = field.sub('x') {
        record.add_identifier(IdentifierKind::Issn, issn);
    }
}
