//! APA and Harvard: `Miller, A. B., & Hale, C. (2004). Title. Journal, 27(2), 97-111.`

use super::imprint;
use super::names::{self, Order, latin};
use super::pattern::Pattern;
use super::serial::{self, is_journal, pages};
use crate::record::{Creator, Kind, Record, Role, year_of};
use crate::text::is_han;

pub(super) fn read(text: &str) -> Option<Record> {
    static HEAD: Pattern = Pattern::new(
        r"^(?P<names>[^(（]+?)\s*[(（](?P<date>(?:c(?:a)?\.?\s*)?(?:1[5-9]|20)\d{2}[a-z]?(?:,\s*[^()（）]{1,24})?)[)）]\s*(?P<stop>[.,，。．])?\s*(?P<rest>\S.*)$",
    );
    if !text.contains(['(', '（']) || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let found = HEAD.captures(text)?;
    let (names, date, stop, rest) =
        (found.part("names"), found.part("date"), found.part("stop"), found.part("rest"));
    let quoted = rest.starts_with(['‘', '\'', '“', '"']);
    // `Donald E. Knuth, The Art … (Reading: Addison-Wesley, 1997)` has no title behind the year, and a sentence no names before it
    let year = year_of(date)?;
    let creators = latin(names, Order::FamilyInitials)?;
    if stop.is_empty() && !quoted && !rest.starts_with(char::is_uppercase) {
        return None;
    }
    let mut record = Record { year: Some(year), date: iso(date), creators, ..Record::default() };
    if quoted {
        in_quotes(rest, &mut record)?;
    } else {
        plain(rest, &mut record);
    }
    Some(record)
}

/// `2010, May 3` as `2010-05-03`; other dates as the year.
fn iso(date: &str) -> String {
    static DAY: Pattern =
        Pattern::new(r"^(?P<year>\d{4}),\s*(?P<month>[A-Z][a-z]{2})[a-z]*\.?(?:\s+(?P<day>\d{1,2}))?$");
    let year = year_of(date).map(|year| year.to_string()).unwrap_or_default();
    let Some(found) = DAY.captures(date) else { return year };
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    match (months.iter().position(|month| *month == found.part("month")), found.part("day")) {
        (Some(month), "") => format!("{year}-{:02}", month + 1),
        (Some(month), day) => format!("{year}-{:02}-{day:0>2}", month + 1),
        _ => year,
    }
}

/// Harvard: `‘Title’, Journal, 27(2), pp. 97–111.`, `‘Title’, in Marsh, A. (ed.) Host. London: Lantern, pp. 33–57.`
fn in_quotes(text: &str, record: &mut Record) -> Option<()> {
    let open = text.chars().next()?;
    let close = match open {
        '‘' => '’',
        '“' => '”',
        same => same,
    };
    // the quotation mark of the end stands before a sign: `Sadock’s` has a letter behind it
    let inner = text.get(open.len_utf8()..)?;
    let end = inner.char_indices().filter(|(_, c)| *c == close).find(|(at, c)| {
        let next = inner.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        next.is_none_or(|c| !c.is_alphanumeric())
    });
    let (at, _) = end?;
    record.title = inner.get(..at)?.trim_end_matches([',', '.']).to_owned();
    let rest = inner.get(at + close.len_utf8()..)?.trim_start_matches([',', '.', ' ']);
    if let Some(host) =
        rest.strip_prefix("in ").or_else(|| rest.strip_prefix("In ")).or_else(|| rest.strip_prefix("in: "))
    {
        record.kind = Kind::Book;
        chapter(host, record);
        return Some(());
    }
    if serial::read(rest, record) {
        record.kind = Kind::Article;
    } else if let Some(school) = school_of(rest) {
        record.kind = Kind::Thesis;
        record.publisher = school;
    } else if !newspaper(rest, record) {
        record.kind = Kind::Other;
    }
    Some(())
}

fn plain(rest: &str, record: &mut Record) {
    static IN: Pattern = Pattern::new(r"^(?P<title>.+?[.?!。])\s+(?:In:?|载|见)\s+(?P<host>\S.*)$");
    if let Some(found) = IN.captures(rest) {
        record.kind = Kind::Book;
        set_title(found.part("title"), record);
        chapter(found.part("host"), record);
        return;
    }
    // from the last end of a sentence before the journal, the longest title
    let ends = boundaries(rest);
    for at in ends.iter().rev() {
        let (title, tail) = (rest.get(..*at).unwrap_or_default(), rest.get(*at..).unwrap_or_default().trim());
        if tail.is_empty() || abbreviation_before(title) {
            continue;
        }
        let mut found = record.clone();
        // a day is that of a newspaper: `The Daily Goose, 13`
        if record.date.len() > 7 && newspaper(tail, &mut found) && !bracket_open(title) {
            *record = found;
            set_title(title, record);
            return;
        }
        if serial::read(tail, &mut found) && !bracket_open(title) {
            *record = found;
            record.kind = Kind::Article;
            set_title(title, record);
            return;
        }
    }
    let Some(first) =
        ends.first().copied().filter(|at| rest.get(*at..).is_some_and(|tail| !tail.trim().is_empty()))
    else {
        // nothing but a title
        set_title(rest, record);
        return;
    };
    let (title, tail) = (rest.get(..first).unwrap_or_default(), rest.get(first..).unwrap_or_default().trim());
    set_title(title, record);
    if record.kind == Kind::Thesis {
        if record.publisher.is_empty() {
            record.publisher = school_of(tail).unwrap_or_default();
        }
        return;
    }
    if newspaper(tail, record) {
        return;
    }
    let mut tail = tail;
    if let Some((edition, after)) = imprint::edition_in_front(tail) {
        record.edition = edition.to_owned();
        tail = after.trim();
    }
    if tail.contains(". ") && boundaries(tail).len() > 1 {
        // more sentences than a book has: what they are is not sure
        if record.kind == Kind::Other {
            record.publisher.clear();
        }
        return;
    }
    publisher(tail, record);
    // a university that is no press may have published a book or accepted a thesis
    let school = school_of(tail).is_some() && !tail.contains("Press") && !tail.contains("出版");
    if record.kind != Kind::Report {
        record.kind = if school { Kind::Other } else { Kind::Book };
    }
}

/// `Lantern Press`, `Chicago: Lantern Press`, `Reading, MA: Addison-Wesley`.
fn publisher(text: &str, record: &mut Record) {
    let text = text.trim().trim_end_matches(['.', '。']);
    match text.split_once([':', '：']) {
        Some((place, house)) => {
            record.place = place.trim().to_owned();
            record.publisher = house.trim().to_owned();
        }
        None if !text.contains(|c: char| c.is_ascii_digit()) => record.publisher = text.to_owned(),
        None => {}
    }
}

/// The title with what stands in brackets behind it: edition, kind, number of a report.
fn set_title(text: &str, record: &mut Record) {
    static BRACKETS: Pattern = Pattern::new(
        r"^(?P<title>.+?)\s*(?P<open>[(\[［（])(?P<inside>[^()\[\]（）［］]+)[)\]］）]\s*[.。]?$",
    );
    let mut text = text.trim();
    while let Some(found) = BRACKETS.captures(text) {
        let inside = found.part("inside");
        let lower = inside.to_lowercase();
        if lower.contains("dissertation") || lower.contains("thesis") || inside.contains("学位论文") {
            record.kind = Kind::Thesis;
            record.publisher = inside
                .split_once([',', '，'])
                .map(|(_, school)| school.trim().to_owned())
                .unwrap_or_default();
        } else if let Some((edition, after)) = imprint::edition_in_front(inside) {
            record.edition = edition.to_owned();
            if let Some(printed) = after.trim_start_matches([',', ' ']).strip_prefix("pp") {
                record.pages = pages(printed.trim_start_matches(['.', ' '])).unwrap_or_default();
            }
        } else if lower.starts_with("report") || lower.contains(" no. ") || lower.contains("report no") {
            record.kind = Kind::Report;
        } else if lower.starts_with("vol") || lower.starts_with("trans") || found.part("open") == "[" {
            // a volume or a translator: not the title
        } else {
            break;
        }
        text = found.part("title");
    }
    let end = text.trim_end_matches(['.', '。', '．']);
    record.title = end.trim().to_owned();
}

/// `A. Marsh & B. Lantern (Eds.), Geese of the river (2nd ed., pp. 33-57). Lantern Press.`, `Marsh, A. (ed.) Host. London: Lantern, pp. 3–5.`
fn chapter(text: &str, record: &mut Record) {
    static EDITED: Pattern =
        Pattern::new(r"^(?P<names>.+?)\s*[(（](?i:eds?\.?|hrsg\.?|编)[)）]\s*[,，.]?\s*(?P<host>\S.*)$");
    static HOST: Pattern = Pattern::new(
        r"^(?P<title>[^()]+?)\s*(?:[(（](?:(?P<edition>[^()（）]{2,20}?ed(?:n|ition)?\.?)\s*,?\s*)?(?:vol\.\s*(?P<volume>\w+)\s*,?\s*)?(?:pp?\.\s*(?P<pages>[\w‐-―\- ,]{1,24}))?[)）])?\s*[.。]\s*(?P<rest>.*)$",
    );
    static PAGES: Pattern = Pattern::new(r"^(?P<house>.*?)[,.]\s*pp?\.\s*(?P<pages>[\w‐-―\- ]{1,24})\s*\.?$");
    let mut text = text;
    if let Some(found) = EDITED.captures(text) {
        let names = found.part("names");
        let people = latin(names, Order::FamilyInitials).or_else(|| latin(names, Order::GivenFamily));
        match people {
            Some(people) => {
                record.creators.extend(people.into_iter().map(|one| Creator { role: Role::Editor, ..one }))
            }
            None => record.creators.push(Creator { name: format!("[{names}]"), role: Role::Editor }),
        }
        text = found.part("host");
    }
    let Some(found) = HOST.captures(text) else {
        record.container = text.trim_end_matches('.').to_owned();
        return;
    };
    record.container = found.part("title").to_owned();
    record.edition = found.part("edition").to_owned();
    record.volume = found.part("volume").to_owned();
    record.pages = pages(found.part("pages")).unwrap_or_default();
    let mut rest = found.part("rest");
    if let Some((edition, after)) = imprint::edition_in_front(rest) {
        record.edition = edition.to_owned();
        rest = after.trim();
    }
    if let Some(found) = PAGES.captures(rest) {
        record.pages = pages(found.part("pages")).unwrap_or_default();
        rest = found.part("house");
    }
    publisher(rest, record);
}

/// `The Daily Goose, p. A1`, `The Daily Goose, 3 May, p. 4`: a newspaper.
fn newspaper(text: &str, record: &mut Record) -> bool {
    static PAPER: Pattern = Pattern::new(
        r"^(?P<paper>[^,\d:]+?)(?:,\s*(?:\d{1,2}\s+[A-Z][a-z]+|[A-Z][a-z]+\s+\d{1,2}))?(?:,\s*(?:pp?\.\s*)?(?P<page>[A-Z]?\d{1,3}(?:[-–][A-Z]?\d{1,3})?))?\.?$",
    );
    // only a day tells a newspaper from a book
    let dated = record.date.len() > 7 || text.contains(", p. ") && text.contains(char::is_numeric);
    let Some(found) = PAPER.captures(text).filter(|_| dated) else { return false };
    if !is_journal(found.part("paper")) {
        return false;
    }
    record.kind = Kind::Newspaper;
    record.container = found.part("paper").to_owned();
    record.pages = pages(found.part("page")).unwrap_or_else(|| found.part("page").to_owned());
    true
}

/// The university of a thesis: `PhD thesis, University of X`, `Doctoral dissertation. University of X`.
fn school_of(text: &str) -> Option<String> {
    let parts = text.split([',', '.', '(', ')', '[', ']', ':']).map(str::trim);
    let mut school = parts.filter(|part| {
        ["University", "Universität", "Université", "Universidad", "College", "Institute of", "大学", "学院"]
            .iter()
            .any(|word| part.contains(word))
    });
    school.next_back().map(str::to_owned)
}

/// Where sentences end, as byte offsets behind the sign.
fn boundaries(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut chars = text.char_indices().peekable();
    let (mut word, mut depth) = (0, 0_usize);
    let last_close = text.rfind([')', ']', '）', '］']).unwrap_or_default();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        match c {
            '(' | '[' | '（' | '［' => depth += 1,
            ')' | ']' | '）' | '］' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 && at < last_close {
            continue;
        }
        if c.is_whitespace() {
            word = at + c.len_utf8();
        }
        let end = match c {
            '.' | '?' | '!' => next.is_none_or(|n| n.is_whitespace() || is_han(n)),
            '。' | '？' | '！' | '．' => true,
            _ => false,
        };
        if !end {
            continue;
        }
        let behind = at + c.len_utf8();
        let before = text.get(word..at).unwrap_or_default();
        let rest = text.get(behind..).unwrap_or_default().trim_start();
        let lower =
            rest.starts_with(char::is_lowercase) && !rest.chars().nth(1).is_some_and(char::is_uppercase);
        // E. coli; an abbreviated word; what stands in brackets belongs to the title
        if rest.starts_with(['[', '('])
            || c == '.' && (lower || names::initials(before) && before.chars().count() == 1 && word == 0)
        {
            continue;
        }
        ends.push(behind);
        if ends.len() >= 40 {
            break;
        }
    }
    ends
}

/// `… of J.`, `J. Exp.`: the stop is that of an abbreviation, not of a title.
fn abbreviation_before(title: &str) -> bool {
    let Some(title) = title.trim().strip_suffix('.') else { return false };
    let last = title.rsplit(' ').next().unwrap_or_default();
    let short = [
        "J", "Proc", "Int", "Ann", "Rev", "Trans", "Am", "Br", "Eur", "Exp", "Res", "Sci", "Med", "Psychol",
        "Vol", "No", "vs", "St", "Dr", "Mr", "Mrs",
    ];
    // a single capital letter may end a title (`hepatitis B.`); one that begins a name has a capital before it
    short.contains(&last)
        || names::initials(last)
            && title
                .rsplit(' ')
                .nth(1)
                .is_some_and(|word| word == "of" || word == "by" || names::initials(word))
}

/// Whether a bracket is open at the end of a text.
fn bracket_open(text: &str) -> bool {
    text.matches(['(', '[']).count() > text.matches([')', ']']).count()
}
