//! GB/T 7714 信息与文献 参考文献著录规则, numeric system, editions 2015 and 2025: one model, with the differences in
//! [`edition`]. Chinese, Japanese and Korean works use Chinese terms (等, 译, 版), others English ones (et
//! al., trans., ed.), by the language of each work.

mod class;
mod edition;
mod names;
#[cfg(test)]
mod tests;

pub use edition::Edition;

use std::collections::HashMap;

use class::{Layout, archived, code, layout, online};
use edition::Rules;

use super::item::{CslDate, CslItem, Day};
use super::text::{is_numeric, mostly_cjk, ordinal, plain, sentences};

/// How a list or a thesis asks for the standard to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variant {
    /// edition of the standard
    pub edition: Edition,
    /// 著者-出版年制, with the year behind the authors; else 顺序编码制
    pub author_date: bool,
    /// whether family names are in capitals, where the edition has them so
    pub capitals: bool,
    /// whether address, DOI and day of access are given for what is printed as well
    pub access: bool,
}

impl From<Edition> for Variant {
    /// The numeric system, with everything that the standard asks for.
    fn from(edition: Edition) -> Variant {
        Variant { edition, author_date: false, capitals: true, access: true }
    }
}

/// The entries of a list of references in the order of the items, without numbers. In the author-date
/// system works of the same authors and year are told apart by a letter.
pub fn gbt7714(items: &[CslItem], variant: impl Into<Variant>) -> Vec<String> {
    let variant = variant.into();
    if !variant.author_date {
        return items.iter().map(|item| entry(item, variant)).collect();
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    let heads: Vec<String> = items.iter().map(|item| with(item, variant, "", |entry| entry.head())).collect();
    for head in &heads {
        *seen.entry(head.clone()).or_default() += 1;
    }
    let mut used: HashMap<&str, u8> = HashMap::new();
    let lettered = items.iter().zip(&heads).map(|(item, head)| {
        let many =
            seen.get(head).copied().unwrap_or_default() > 1 && head.ends_with(|c: char| c.is_ascii_digit());
        let next = used.entry(head).or_default();
        let letter = if many && *next < 26 { char::from(b'a' + *next).to_string() } else { String::new() };
        *next = next.saturating_add(1);
        with(item, variant, &letter, |entry| entry.text())
    });
    lettered.collect()
}

/// One entry, with a final full stop; empty for an empty item.
pub fn entry(item: &CslItem, variant: impl Into<Variant>) -> String {
    with(item, variant.into(), "", |entry| entry.text())
}

/// Makes the entry of an item and asks it for a text.
fn with(item: &CslItem, variant: Variant, letter: &str, text: impl Fn(&Entry<'_>) -> String) -> String {
    let mut rules = variant.edition.rules();
    rules.capitals &= variant.capitals;
    let printed;
    let mut item = item;
    if !variant.access && !matches!(layout(item, &rules), Layout::Electronic | Layout::Deposited) {
        let mut bare = item.clone();
        bare.texts.retain(|name, _| !matches!(name.as_str(), "URL" | "DOI" | "CSTR"));
        printed = bare;
        item = &printed;
    }
    let layout = layout(item, &rules);
    text(&Entry { item, variant, rules, letter, cjk: in_cjk(item), layout })
}

/// Whether the entry uses Chinese terms: by the language if given, else by the script.
fn in_cjk(item: &CslItem) -> bool {
    let language = item.text("language").to_ascii_lowercase();
    match language.split(['-', '_']).next().unwrap_or_default() {
        "zh" | "zho" | "chi" | "ja" | "jpn" | "ko" | "kor" => true,
        "" => mostly_cjk(item.text("title")),
        _ => false,
    }
}

struct Entry<'a> {
    item: &'a CslItem,
    variant: Variant,
    rules: Rules,
    /// behind the year of the author-date system
    letter: &'a str,
    cjk: bool,
    layout: Layout,
}

impl Entry<'_> {
    fn text(&self) -> String {
        let parts: Vec<String> = match self.layout {
            Layout::Standard => vec![self.title()],
            Layout::Serial => vec![self.head(), self.title(), self.numbers(), self.imprint()],
            Layout::Article | Layout::Newspaper => {
                let translator =
                    if self.rules.article_translator { self.translator() } else { String::new() };
                vec![self.head(), self.title(), translator, self.source()]
            }
            Layout::Patent | Layout::Electronic => vec![self.head(), self.title(), self.imprint()],
            Layout::Deposited => vec![self.head(), self.title(), self.version(), self.imprint()],
            Layout::Part => vec![self.head(), self.part()],
            Layout::Monograph => {
                vec![
                    self.head(),
                    self.title(),
                    self.translator(),
                    self.edition(),
                    self.imprint(),
                    self.size(),
                ]
            }
        };
        let access = self.access();
        sentences(parts.iter().chain(&access).map(String::as_str))
    }

    /// A variable as plain text.
    fn say(&self, variable: &str) -> String {
        plain(self.item.text(variable))
    }

    fn people(&self, variables: &[&str]) -> String {
        let named =
            variables.iter().map(|variable| self.item.people(variable)).find(|names| !names.is_empty());
        named.map(|names| names::list(names, &self.rules, self.cjk)).unwrap_or_default()
    }

    /// 主要责任者. The editor of a whole work without an author stands first.
    fn author(&self) -> String {
        let all = ["author", "composer", "illustrator", "director", "editor"];
        let whole = !self.item.has("container-title");
        self.people(if whole { &all } else { &all[..4] })
    }

    /// What stands first: the authors, and in the author-date system the year, which needs a name before it.
    fn head(&self) -> String {
        let names = self.author();
        if !self.variant.author_date {
            return names;
        }
        let names = match names {
            none if none.is_empty() && self.cjk => "佚名".to_owned(),
            none if none.is_empty() => "Anon".to_owned(),
            names => names,
        };
        match self.year() {
            year if year.is_empty() => names,
            year => format!("{names}{}{year}{}", self.rules.comma, self.letter),
        }
    }

    /// The year in its place behind the publisher or journal; in the author-date system it stands in front.
    fn year_behind(&self) -> String {
        if self.variant.author_date { String::new() } else { self.year() }
    }

    /// 题名 with number, volume and type code.
    fn title(&self) -> String {
        let mut title = self.say("title");
        let mut numbers: Vec<String> = Vec::new();
        if !self.item.has("container-title")
            && !matches!(self.layout, Layout::Serial | Layout::Article | Layout::Newspaper | Layout::Part)
        {
            numbers.push(self.variant.edition.volume(&self.say("volume"), self.cjk));
            numbers.push(self.say("volume-title"));
        }
        match self.layout {
            Layout::Standard => title = sentence_of(&[self.say("number"), title], " "),
            Layout::Patent if self.rules.patent_by_application && self.item.has("call-number") => {
                numbers.push(self.say("call-number"));
            }
            Layout::Article | Layout::Newspaper | Layout::Serial => {}
            _ if self.item.kind == "article" => {}
            _ => numbers.push(self.say("number")),
        }
        let kept = matches!(self.item.kind.as_str(), "collection" | "manuscript" | "personal_communication");
        if kept || self.rules.archives && archived(self.item) {
            numbers.push(self.say("archive_location"));
        }
        title = sentence_of(&[title, sentence_of(&numbers, " ")], self.rules.colon);
        if self.rules.map_facts && self.item.kind == "map" {
            title = sentence_of(&[title, self.say("scale")], ". ");
        }
        format!("{title}[{}]", code(self.item, &self.rules))
    }

    /// 其他责任者.
    fn translator(&self) -> String {
        let label = if self.cjk { "译" } else { "trans." };
        match self.people(&["translator"]) {
            names if names.is_empty() => names,
            names => format!("{names}{}{label}", self.rules.comma),
        }
    }

    /// 版本项; a first edition is omitted.
    fn edition(&self) -> String {
        let edition = self.say("edition");
        match edition.trim().parse::<u32>() {
            Ok(0 | 1) => String::new(),
            Ok(number) if self.cjk => format!("{number} 版"),
            Ok(number) => format!("{} ed.", ordinal(number)),
            Err(_) => edition,
        }
    }

    /// `V1.0`.
    fn version(&self) -> String {
        match self.say("version") {
            version if !self.rules.versions || version.is_empty() => String::new(),
            version if version.starts_with(|c: char| c.is_ascii_digit()) => format!("V{version}"),
            version => version,
        }
    }

    /// A chapter or paper, `//`, and its book.
    fn part(&self) -> String {
        let volume = self.variant.edition.volume(&self.say("volume"), self.cjk);
        let mut host = self.say("container-title");
        if host.is_empty() && self.item.kind == "paper-conference" {
            host = self.say("event-title");
        } else if !host.is_empty() {
            host = sentence_of(&[host, volume], self.rules.colon);
        }
        if !host.is_empty() {
            let responsible =
                self.people(&["editor", "editorial-director", "collection-editor", "container-author"]);
            host = sentence_of(&[responsible, host], ". ");
        }
        let piece = sentence_of(&[self.title(), self.translator()], ". ");
        let meeting = self.item.kind == "paper-conference"
            && !self.item.has("publisher")
            && !self.item.has("publisher-place");
        let before_imprint = if self.rules.comma_after_meeting && meeting { self.rules.comma } else { ". " };
        let head = sentence_of(&[piece, host], "//");
        sentence_of(&[sentence_of(&[head, self.edition()], ". "), self.imprint()], before_imprint)
    }

    /// Year, volume and issue of a serial; empty without numbers.
    fn numbers(&self) -> String {
        let (volume, issue) = (self.say("volume"), self.bracketed(&self.say("issue")));
        if volume.is_empty() && issue.is_empty() {
            return String::new();
        }
        let year = if self.rules.serial_year || volume.is_empty() { self.year() } else { String::new() };
        format!("{}{issue}", sentence_of(&[year, volume], self.rules.comma))
    }

    /// 出处项 of an article.
    fn source(&self) -> String {
        let journal = self.say("container-title");
        if self.layout == Layout::Newspaper {
            let page = self.bracketed(&self.page());
            let head = sentence_of(&[journal, self.date()], self.rules.comma);
            return format!("{head}{page}{}", self.accessed());
        }
        let (volume, issue) = (self.say("volume"), self.bracketed(&self.say("issue")));
        let ahead = self.rules.full_date && volume.is_empty() && issue.is_empty();
        let date = if ahead && self.has_issued() { self.date_behind() } else { self.year_behind() };
        let head = format!("{}{issue}", sentence_of(&[journal, date, volume], self.rules.comma));
        let page = Some(self.page()).filter(|page| !page.is_empty()).unwrap_or_else(|| self.say("number"));
        format!("{}{}", sentence_of(&[head, page], self.rules.colon), self.accessed())
    }

    /// 出版项.
    fn imprint(&self) -> String {
        let colon = self.rules.colon;
        if self.layout == Layout::Patent {
            let page = if self.rules.patent_by_application { self.page() } else { String::new() };
            return format!("{}{}", sentence_of(&[self.date(), page], colon), self.accessed());
        }
        let published = self.item.has("publisher") || self.item.has("publisher-place");
        let (place, publisher) = if published {
            (self.say("publisher-place"), self.say("publisher"))
        } else {
            (self.say("archive-place"), self.say("archive"))
        };
        let imprint = sentence_of(&[place, publisher], colon);
        if self.rules.versions && self.layout == Layout::Deposited {
            return format!("{imprint}{}{}", self.bracketed(&self.date_behind()), self.accessed());
        }
        let printed = matches!(
            self.item.kind.as_str(),
            "book" | "chapter" | "paper-conference" | "periodical" | "thesis"
        ) || !imprint.is_empty()
            || self.item.has("page");
        if !printed && online(self.item) && (self.layout == Layout::Electronic || !self.rules.full_date) {
            // online-only works include the date of the last change
            let exact = self.item.day("issued").is_some_and(|day| day.day.is_some());
            let date = if exact {
                self.bracketed(&self.date())
            } else if self.has_issued() {
                self.year_behind()
            } else {
                String::new()
            };
            return format!("{date}{}", self.accessed());
        }
        let to_the_day = self.rules.full_date
            && !published
            && self.has_issued()
            && !self.item.has("page")
            && self.layout != Layout::Part;
        let date = match (printed || online(self.item), self.has_issued()) {
            (_, true) if to_the_day => self.date_behind(),
            (false, false) => String::new(),
            _ => self.year_behind(),
        };
        let imprint = sentence_of(&[sentence_of(&[imprint, date], self.rules.comma), self.page()], colon);
        format!("{imprint}{}", self.accessed())
    }

    /// Width and height of a map.
    fn size(&self) -> String {
        if self.rules.map_facts { self.say("dimensions") } else { String::new() }
    }

    fn page(&self) -> String {
        self.say("page").replace('–', "-")
    }

    fn bracketed(&self, text: &str) -> String {
        if text.is_empty() {
            String::new()
        } else {
            format!("{}{text}{}", self.rules.brackets.0, self.rules.brackets.1)
        }
    }

    fn has_issued(&self) -> bool {
        self.item.date("issued").is_some()
    }

    /// The year of publication; without one, the year of access in brackets.
    fn year(&self) -> String {
        let only_year = |day: Day| day.year.to_string();
        match self.item.date("issued") {
            Some(issued) if issued.circa => format!("[{}]", self.range(issued, only_year)),
            Some(issued) => self.range(issued, only_year),
            None => self.item.day("accessed").map(|day| format!("[{}]", day.year)).unwrap_or_default(),
        }
    }

    /// The date of publication, as precise as it is known.
    fn date(&self) -> String {
        self.item.date("issued").map(|issued| self.range(issued, Day::iso)).unwrap_or_default()
    }

    /// The date, unless it is a year that stands in front already.
    fn date_behind(&self) -> String {
        let exact = self.item.day("issued").is_some_and(|day| day.month.is_some());
        if self.variant.author_date && !exact { String::new() } else { self.date() }
    }

    fn range(&self, date: &CslDate, write: impl Fn(Day) -> String) -> String {
        match (date.start, date.end) {
            (Some(start), Some(end)) if start != end => {
                format!("{}{}{}", write(start), self.rules.range, write(end))
            }
            (Some(start), _) => write(start),
            _ => plain(&date.literal),
        }
    }

    /// 引用日期, in square brackets.
    fn accessed(&self) -> String {
        let asked =
            self.rules.always_accessed || matches!(self.layout, Layout::Electronic | Layout::Deposited);
        let day = self.item.day("accessed").filter(|_| asked && online(self.item));
        day.map(|day| format!("[{}]", day.iso())).unwrap_or_default()
    }

    /// 获取和访问路径, 数字对象唯一标识符.
    fn access(&self) -> Vec<String> {
        let mut access = vec![self.say("URL")];
        let mut number = |name: &str, wanted: bool| {
            if wanted && self.item.has(name) {
                access.push(format!("{name}:{}", self.say(name)));
            }
        };
        number("DOI", true);
        number("CSTR", self.rules.cstr);
        access
    }
}

/// Joins the non-empty parts with `between`; does not double a full stop.
fn sentence_of(parts: &[String], between: &str) -> String {
    let mut out = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            let between =
                if out.ends_with('.') { between.strip_prefix('.').unwrap_or(between) } else { between };
            out.push_str(between);
        }
        out.push_str(part);
    }
    out
}
