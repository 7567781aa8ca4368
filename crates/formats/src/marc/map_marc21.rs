//! Maps MARC 21 and KORMARC to a record.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Original, Record, Role, year_of};
use hongyan_model::text::clean;

use super::linked::Links;
use super::punctuation::{self, strip};
use super::{Field, Marc, Profile, holdings, host, kind, year};
use crate::cite::is_cjk;
use crate::{lang, roles};

const NAMES: &[&str] = &["100", "110", "111", "700", "710", "711", "720"];
/// Longest statement of responsibility that is searched for roles, in characters.
const MAX_STATEMENT: usize = 4_000;
const SUBJECTS: &[&str] = &["600", "610", "611", "630", "648", "650", "651", "653"];

/// Maps a record; absent fields give empty values.
pub(super) fn map(marc: &Marc, profile: Profile) -> Record {
    let mut record = Record { id: clean(marc.control("001")), ..Record::default() };
    let coded = marc.first("008").map(|field| field.value()).unwrap_or_default();
    let links = Links::of(marc);
    titles(marc, &links, &mut record);
    creators(marc, &links, profile, &mut record);
    let mut original = Original::default();
    imprint(marc, coded, &links, &mut original, &mut record);
    language(marc, coded, &mut record);
    identifiers(marc, &mut record);
    about(marc, &mut record);
    let edition = |field: Field<'_>| strip(field.sub('a').unwrap_or_default());
    (record.edition, original.edition) = twice(marc, &links, &["250"], edition);
    if let Some(extent) = marc.first("300") {
        record.pages = strip(extent.sub('a').unwrap_or_default());
    }
    let series = |field: Field<'_>| join(field, &['a', 'v'], " ; ");
    (record.series, original.series) = twice(marc, &links, &["490", "440", "830"], series);
    record.kind = kind::marc21(marc, &record);
    hosts(marc, &links, &mut original, &mut record);
    if original != Original::default() {
        record.original = Some(Box::new(original));
    }
    holdings::fill(marc, &mut record);
    record
}

/// A text of the first field with one of the tags, and the same of its 880. A record that has the field
/// in the original script only (`$6 250-00`) has nothing to put beside it.
fn twice(
    marc: &Marc,
    links: &Links<'_>,
    tags: &[&str],
    text: impl Fn(Field<'_>) -> String,
) -> (String, String) {
    let mut own = tags.iter().flat_map(|tag| marc.all(tag)).map(|field| (field, text(field)));
    match own.find(|(_, text)| !text.is_empty()) {
        Some((field, own)) => (own, links.original(field).map(&text).unwrap_or_default()),
        None => {
            let alone = tags.iter().flat_map(|tag| links.unlinked(tag)).map(&text);
            (alone.into_iter().find(|text| !text.is_empty()).unwrap_or_default(), String::new())
        }
    }
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
        if record.title.is_empty() || is_placeholder(&record.title) {
            // `245 $6880-01$a<>`: the title is in the 880 only
            record.title = join(original, &['a'], " ");
            record.subtitle.clear();
            subtitles(original, record);
            record.part = join(original, &['n', 'p'], ", ");
        }
        push_variant(record, whole(original));
    }
    if is_placeholder(&record.title) {
        record.title.clear();
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

/// `<>` and `[]` stand for a title that is elsewhere; `?` and `!` may be titles.
fn is_placeholder(title: &str) -> bool {
    !title.is_empty() && title.chars().all(|c| matches!(c, '<' | '>' | '[' | ']' | '-' | '.' | '_' | ' '))
}

/// The statements of responsibility of the title field and of its 880.
fn statements(marc: &Marc, links: &Links<'_>, profile: Profile) -> Vec<String> {
    let own = marc.first("245");
    let fields = own.into_iter().chain(own.and_then(|field| links.original(field)));
    let fields = fields.chain(links.unlinked("245").take(1));
    let stated = |field: Field<'_>| match profile {
        // $d is the first statement, $e each subsequent one
        Profile::Kormarc => field.subs('d').chain(field.subs('e')).collect::<Vec<_>>().join(" ; "),
        _ => field.sub('c').unwrap_or_default().to_owned(),
    };
    let short = |statement: String| hongyan_model::text::clip(&statement, MAX_STATEMENT);
    fields.map(|field| short(clean(&stated(field)))).filter(|statement| !statement.is_empty()).collect()
}

fn creators(marc: &Marc, links: &Links<'_>, profile: Profile, record: &mut Record) {
    // `房方, 周晓农主编`: the roles, where the fields of the names do not have them
    let statements = statements(marc, links, profile);
    let stated: Vec<Creator> = statements
        .iter()
        .filter(|said| said.chars().any(is_cjk))
        .flat_map(|said| roles::creators_of(said))
        .collect();
    let lowered = std::cell::OnceCell::new();
    let said_of = |name: &str| {
        let by_name = stated.iter().find(|creator| creator.name == name).map(|creator| creator.role);
        let lower = || statements.iter().map(|said| said.to_lowercase()).collect::<Vec<_>>();
        by_name.or_else(|| lowered.get_or_init(lower).iter().find_map(|said| roles::role_in(said, name)))
    };
    let mut originals = Vec::new();
    for field in marc.any(NAMES).take(1000) {
        // a 700 with a title refers to another work
        if field.sub('t').is_some() && !field.tag.starts_with('1') {
            continue;
        }
        let name_here = name(field);
        let original = links.original(field).map(name).unwrap_or_default();
        let mut role = role(field);
        let unsaid = field.sub('4').is_none() && field.sub('e').is_none();
        if (role == Role::Contributor || unsaid && role == Role::Author)
            && let Some(said) = said_of(&name_here).or_else(|| said_of(&original))
        {
            role = said;
        }
        push_name(record, name_here, role);
        originals.push((original, role));
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
    roles::add_stated(&mut record.creators, stated);
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

fn imprint(marc: &Marc, coded: &str, links: &Links<'_>, original: &mut Original, record: &mut Record) {
    // 264 _1 is publication, 264 _4 only a copyright date
    let own = marc
        .all("264")
        .find(|field| field.ind2() == '1')
        .or_else(|| marc.first("260"))
        .or_else(|| marc.all("264").find(|field| field.ind2() != '4'));
    let alone = || links.unlinked("264").chain(links.unlinked("260")).next();
    if let Some(field) = own.or_else(alone) {
        record.place = punctuation::imprint(field.sub('a').unwrap_or_default());
        record.publisher = punctuation::imprint(field.sub('b').unwrap_or_default());
        record.date = punctuation::date(field.sub('c').unwrap_or_default());
    }
    if let Some(field) = own.and_then(|field| links.original(field)) {
        original.place = punctuation::imprint(field.sub('a').unwrap_or_default());
        original.publisher = punctuation::imprint(field.sub('b').unwrap_or_default());
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
fn hosts(marc: &Marc, links: &Links<'_>, original: &mut Original, record: &mut Record) {
    if record.kind == Kind::Thesis {
        // 502 $c or the free-text note names the institution
        let note = marc.first("502").and_then(|field| field.sub('c').or_else(|| field.sub('a')));
        record.container = clean(note.unwrap_or_default());
        return;
    }
    if !kind::is_component(marc, record) {
        return; // a whole work: 773 names the package or the set that it is in
    }
    let mut parts = host::HostParts::default();
    // each of several 773 may have a part of the statement (DNB)
    for field in marc.all("773").take(50) {
        let title = field.sub('t').or_else(|| field.sub('p')).or_else(|| field.sub('a')).unwrap_or_default();
        if record.container.is_empty() && !title.is_empty() {
            record.container = strip(title);
            let script =
                |field: Field<'_>| strip(field.sub('t').or_else(|| field.sub('a')).unwrap_or_default());
            original.container = links.original(field).map(script).unwrap_or_default();
        }
        for statement in field.subs('g').chain(field.subs('q')) {
            parts.add(host::host_parts(statement));
        }
        if let Some(issn) = field.sub('x') {
            record.add_identifier(IdentifierKind::Issn, issn);
        }
    }
    record.volume = parts.volume;
    record.issue = parts.issue;
    if !parts.pages.is_empty() {
        record.pages = parts.pages;
    }
    if record.year.is_none() && !parts.date.is_empty() {
        record.year = year_of(&parts.date);
        record.date = parts.date;
    }
}
