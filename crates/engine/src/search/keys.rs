//! Comparison keys of a record: computed once when it arrives, so that merging and ranking never fold a
//! text again.

use std::sync::{Arc, OnceLock};

use hongyan_model::text::{fold, is_han};
use hongyan_model::{IdentifierKind, Kind, Record};

use super::guard::{Class, Guard};
use super::letters::{by_sound, in_han, in_latin, letters};
use super::names::Name;
use super::publishers::House;

/// Title forms of a record that are used for deduplication.
const FORMS: usize = 8;
/// Creators that are compared.
const NAMES: usize = 12;

/// A record with the keys that merging and ranking use.
#[derive(Debug, Clone)]
pub(crate) struct Keyed {
    /// the record as its source sent it
    pub record: Arc<Record>,
    /// identifies the record within a search; stable across runs
    pub key: u64,
    /// folded: title, title with subtitle and part, then variants
    pub titles: Vec<String>,
    /// folded names
    pub creators: Vec<String>,
    /// names in comparable form
    pub names: Vec<Name>,
    /// title forms for deduplication
    pub forms: Vec<Form>,
    /// hashes of the identifiers that prove the same work for this kind of record, ascending
    pub numbers: Vec<u64>,
    /// publisher in comparable form
    pub house: House,
    /// sort key of the title, computed on first use
    sound: OnceLock<String>,
    /// folded subtitle
    pub subtitle: String,
    /// folded title of the journal or host
    pub host: String,
    /// blocking keys: records that share one are compared. Hashes, ascending
    pub links: Vec<u64>,
    /// attributes that keep it apart from others
    pub guard: Guard,
}

/// One form of a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    /// hash of the folded title
    pub hash: u64,
    /// folded title
    pub folded: String,
    /// Latin transliteration, Han as pinyin; empty when a reading is unknown
    pub letters: String,
    /// long enough to identify a work without its creator
    pub distinct: bool,
    /// contains Han characters
    pub han: bool,
    /// Latin letters and digits only
    pub latin: bool,
    /// the title itself, whole or without its part, in the script of the record or of the work; other variants
    /// may be shared by different works: `Poems`, the title of a series, that of the original
    pub main: bool,
}

impl Form {
    fn new(folded: String, main: bool) -> Form {
        let han = in_han(&folded);
        let latin = !han && in_latin(&folded);
        let distinct = if latin {
            folded.len() >= 16 && folded.split(' ').nth(2).is_some()
        } else {
            folded.chars().count() >= 6
        };
        let letters = if han || latin { letters(&folded).unwrap_or_default() } else { String::new() };
        Form { hash: hash(&[&folded]), letters, distinct, han, latin, main, folded }
    }
}

impl Keyed {
    /// Computes the keys. Pure; the expensive part of adding a record.
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
        let written = record.creators.iter().zip(&creators).take(NAMES);
        let names: Vec<Name> =
            written.filter_map(|(creator, folded)| Name::folded(&creator.name, folded)).collect();
        let guard = Guard::of(&record, titles.first().map(String::as_str).unwrap_or_default());
        let numbers = numbers(&record, guard.class);
        let forms = forms(&record, &titles);
        let links = links(&record, guard.class, &numbers, &forms, &names);
        let key = hash(&[&record.source, &record.id, &record.title, &record.part, &record.date]);
        let house = House::of(&record);
        let host = fold(&record.container);
        let subtitle = fold(&record.subtitle);
        Keyed {
            record: Arc::new(record),
            key,
            titles,
            creators,
            names,
            forms,
            numbers,
            house,
            sound: OnceLock::new(),
            subtitle,
            host,
            links,
            guard,
        }
    }

    /// The sort key of the title.
    pub(crate) fn sound(&self) -> &str {
        self.sound.get_or_init(|| by_sound(self.title()))
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

/// Title forms that name the work: the folded titles; of variants also what stands before the colon, and of the
/// title in the other script (云南地方文学史. 古代卷) what stands before the part.
fn forms(record: &Record, titles: &[String]) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut add = |title: String, main: bool| {
        if forms.len() < FORMS
            && title.chars().count() >= 2
            && !forms.iter().any(|known| known.folded == title)
        {
            forms.push(Form::new(title, main));
        }
    };
    let romanised = titles.first().is_some_and(|title| !east_asian(title));
    let whole = 1 + usize::from(!record.subtitle.is_empty() || !record.part.is_empty());
    for title in titles.iter().take(whole) {
        add(title.clone(), true);
    }
    let variants = || record.variant_titles.iter().take(FORMS);
    // the first variant in another script is the title in that of the work; those that follow are variants
    let original = titles.iter().skip(whole).find(|title| east_asian(title)).filter(|_| romanised);
    if let Some(original) = original.filter(|_| !record.part.is_empty()) {
        for (title, proper) in variants().filter_map(|title| title.split_once(". ").map(|cut| (title, cut.0)))
        {
            if fold(title) == *original {
                add(fold(proper), true);
            }
        }
    }
    for title in titles.iter().skip(whole) {
        add(title.clone(), original.is_some_and(|original| original == title));
    }
    for (title, proper) in variants().filter_map(|title| title.split_once(" : ").map(|cut| (title, cut.0))) {
        add(fold(proper), original.is_some_and(|original| *original == fold(title)));
    }
    forms
}

/// Hash of an identifier if it proves the same work for this kind of record.
pub(crate) fn number(record: &Record, class: Class, id: &hongyan_model::Identifier) -> Option<u64> {
    use IdentifierKind::{Arxiv, Calis, Cn, Csbn, Cstr, Doi, Isbn, Issn, Lccn, Local, Oclc, Pmcid, Pmid};
    let counts = match id.kind {
        // a chapter or paper bears the number of its host, which is not its own
        Isbn | Csbn => class == Class::Monograph && !part_of_host(record),
        Issn | Cn => class == Class::Serial,
        Doi | Pmid | Pmcid | Arxiv | Lccn | Oclc | Calis | Cstr => true,
        Local => false,
    };
    if !counts {
        return None;
    }
    let value = if id.kind == Lccn { lccn(&id.value) } else { id.value.clone() };
    Some(hash(&[id.kind.code(), &value]))
}

fn numbers(record: &Record, class: Class) -> Vec<u64> {
    let mut numbers: Vec<u64> =
        record.identifiers.iter().take(100).filter_map(|id| number(record, class, id)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Blocking keys: identifiers; the title, if it is long enough to identify a work or that of a serial; otherwise
/// title and creator, title and year of a book, title and first page of a paper; pinyin of the title and pair of
/// years.
fn links(record: &Record, class: Class, numbers: &[u64], forms: &[Form], names: &[Name]) -> Vec<u64> {
    let mut links = numbers.to_vec();
    let page = if class.in_host() { first_number(&record.pages) } else { "" };
    let years = record.year.map(|year| [year.div_euclid(2), (year + 1).div_euclid(2)]);
    let both = forms.iter().any(|form| form.han) && forms.iter().any(|form| form.latin);
    let who: Vec<(&Name, u64)> = names.iter().map(|name| (name, hash(&[&name.sorted]))).collect();
    for form in forms {
        if form.distinct || class == Class::Serial {
            links.push(link(TITLE, form.hash, 0));
        } else {
            // prefer names in the script of the title
            let own = |(name, _): &&(&Name, u64)| name.han == form.han;
            let before = links.len();
            links.extend(who.iter().filter(own).take(2).map(|(_, who)| link(NAME, form.hash, *who)));
            if links.len() == before {
                links.extend(who.iter().take(2).map(|(_, who)| link(NAME, form.hash, *who)));
            }
            if !page.is_empty() {
                links.push(link(PAGE, form.hash, hash(&[page])));
            } else if let (Some(year), true) = (record.year, telling(form)) {
                links.push(link(YEAR, form.hash, year.unsigned_abs().into()));
            }
        }
        // a record with its title in both scripts matches either by the title itself
        let read = !both && (form.han || form.latin && chinese(record)) && form.letters.len() >= 6;
        if read && let Some(pairs) = years {
            let letters = hash(&[&form.letters]);
            links.extend(pairs.map(|pair| link(LETTERS, letters, pair.unsigned_abs().into())));
        }
    }
    links.sort_unstable();
    links.dedup();
    links
}

/// Kinds of link, as constants to mix into the hash.
const TITLE: u64 = 0x9E37_79B9_7F4A_7C15;
const NAME: u64 = 0xD1B5_4A32_D192_ED03;
const LETTERS: u64 = 0x8CB9_2BA7_2F3D_8DD7;
const YEAR: u64 = 0xA24B_AED4_963E_E407;
const PAGE: u64 = 0xC2B2_AE3D_27D4_EB4F;

/// Combines two hashes (the finalizer of SplitMix64). A collision costs one comparison: a link only
/// selects candidates.
fn link(kind: u64, one: u64, two: u64) -> u64 {
    let mut state = one ^ two.wrapping_add(1).wrapping_mul(kind).rotate_left(29);
    state = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ state >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ state >> 31
}

/// Whether Latin letters may be pinyin, by the language of the record.
fn chinese(record: &Record) -> bool {
    matches!(record.language.as_str(), "" | "chi" | "und" | "mul")
}

/// Whether a title that is not distinct tells enough with publisher and year: four characters of a script
/// without spaces.
pub(crate) fn telling(form: &Form) -> bool {
    !form.latin && form.folded.chars().count() >= 4
}

/// The first run of ASCII digits in a text.
pub(crate) fn first_number(text: &str) -> &str {
    let from = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let rest = from.trim_start_matches(|c: char| c.is_ascii_digit());
    from.strip_suffix(rest).unwrap_or_default()
}

fn part_of_host(record: &Record) -> bool {
    // a thesis has its university there, a volume its set
    !record.container.is_empty() && !matches!(record.kind, Kind::Thesis | Kind::Book)
}

/// Normalises an LCCN: `2001-000002`, `2001000002` and `2001000002//r98` are one number.
fn lccn(value: &str) -> String {
    let value = value.split('/').next().unwrap_or_default().to_lowercase();
    match value.split_once('-') {
        Some((prefix, serial)) => format!("{prefix}{serial:0>6}"),
        None => value,
    }
}

/// FNV-1a over the parts with a separator: small, and the same in every build, because ids in the cache
/// depend on it.
fn hash(parts: &[&str]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain(Some(0x1f)) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    state
}

/// True when a text has characters of a script that is written without spaces.
pub(crate) fn dense(text: &str) -> bool {
    text.chars().any(|c| is_han(c) || matches!(c, '\u{3040}'..='\u{30FF}'))
}

/// True when a text has Chinese, Japanese or Korean characters. Romanised titles have others than letters, too:
/// `Zenʼya`, `Pʻoŭn`.
fn east_asian(text: &str) -> bool {
    dense(text) || text.chars().any(|c| matches!(c, '\u{AC00}'..='\u{D7A3}'))
}

#[cfg(test)]
mod tests {
    use hongyan_model::{Creator, IdentifierKind, Kind, Record};

    use super::{Keyed, lccn};

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
        assert!(Keyed::new(article.clone()).numbers.is_empty());
        article.kind = Kind::Journal;
        assert_eq!(Keyed::new(article.clone()).numbers.len(), 1);
        article.kind = Kind::Book; // a chapter: the number belongs to its host
        assert!(Keyed::new(article.clone()).numbers.is_empty());
        article.container.clear();
        assert_eq!(Keyed::new(article).numbers.len(), 1);
    }

    #[test]
    fn twins_meet_whatever_their_script() {
        let book = |title: &str, variant: &str, creator: &str, year| {
            let variants = if variant.is_empty() { Vec::new() } else { vec![variant.into()] };
            Keyed::new(Record {
                kind: Kind::Book,
                title: title.into(),
                variant_titles: variants,
                creators: vec![Creator::author(creator)],
                year: Some(year),
                ..Record::default()
            })
        };
        let meet = |a: &Keyed, b: &Keyed| a.links.iter().any(|link| b.links.contains(link));
        let han = book("战略研究导论", "", "李劼", 1998);
        assert!(meet(&han, &book("戰略研究導論", "", "李劼", 2005)), "by title and creator");
        assert!(meet(&han, &book("战略研究导论", "", "", 1999)), "by title and year");
        assert!(meet(&han, &book("战略研究导论", "", "", 2001)), "the title alone: one may lack its year");
        assert!(!meet(&book("三体", "", "", 2008), &book("三体", "", "", 2001)));
        let romanised = book("Zhan lüe yan jiu dao lun", "", "Li, Jie", 1997);
        assert!(meet(&han, &romanised), "by letters");
        let linked = book("Zhan lüe yan jiu dao lun", "战略研究导论 : 二十讲", "Li, Jie", 1998);
        assert!(meet(&han, &linked) && meet(&romanised, &linked));
        assert!(!meet(&book("三体", "", "", 2008), &book("三体", "", "", 2008)), "too short to be sure");
        assert!(meet(&book("三体", "", "刘慈欣", 2008), &book("三體", "", "刘慈欣", 2008)));
    }
}
