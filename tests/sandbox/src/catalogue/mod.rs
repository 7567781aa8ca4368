//! The sandbox's works: bibliographic facts of real works, from `catalogue/*.toml`.

use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::request::Draft;
use hongyan_model::text::fold;
use hongyan_model::{Kind, Role};
use serde::Deserialize;

pub mod generated;
mod matching;

/// A person or body with its role in a work.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maker {
    /// in the form that the catalogue uses
    pub name: String,
    /// the name in another script, or romanised
    #[serde(default)]
    pub alt: String,
    /// role in the work
    #[serde(default)]
    pub role: Role,
}

/// One work. Fields are empty where the fact is not certain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Work {
    /// our own id: `b-honglou`
    pub id: String,
    /// kind of work
    pub kind: Kind,
    /// ISO 639-2/B
    pub lang: String,
    /// title proper
    pub title: String,
    /// the title in another script or language
    #[serde(default)]
    pub alt: String,
    /// other title information
    #[serde(default)]
    pub subtitle: String,
    /// main creator first
    #[serde(default)]
    pub by: Vec<Maker>,
    /// publisher, or institution of a thesis
    #[serde(default)]
    pub publisher: String,
    /// place of publication
    #[serde(default)]
    pub place: String,
    /// as printed on the title page; contains the year
    #[serde(default)]
    pub date: String,
    /// edition statement
    #[serde(default)]
    pub edition: String,
    /// journal or proceedings
    #[serde(default)]
    pub container: String,
    /// volume of the container
    #[serde(default)]
    pub volume: String,
    /// issue of the container
    #[serde(default)]
    pub issue: String,
    /// pages in the container, or extent
    #[serde(default)]
    pub pages: String,
    /// ISBN-13
    #[serde(default)]
    pub isbn: String,
    /// ISSN of the journal
    #[serde(default)]
    pub issn: String,
    /// DOI
    #[serde(default)]
    pub doi: String,
    /// number of a standard, patent or report
    #[serde(default)]
    pub number: String,
    /// subject headings
    #[serde(default)]
    pub subjects: Vec<String>,
    /// 中图法 (Chinese Library Classification)
    #[serde(default)]
    pub clc: String,
    /// an abstract of one sentence, written for the sandbox
    #[serde(default)]
    pub summary: String,
    /// sources that have it: `union`, `foreign`, `yidu`
    #[serde(default)]
    pub sources: Vec<String>,
    /// libraries that hold it
    #[serde(default)]
    pub libraries: Vec<String>,
    /// 索书号 at the home library; empty if not held there
    #[serde(default)]
    pub call_number: String,
    /// address of the open access text; empty if there is none
    #[serde(default)]
    pub open_url: String,
}

/// How certain it is that the home library holds the work of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// same ISBN, or same title and author
    Certainly,
    /// same title, nothing else known
    Perhaps,
}

/// All works.
#[derive(Debug, Clone)]
pub struct Catalogue {
    works: Vec<Work>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    work: Vec<Work>,
}

/// The catalogue files, one for each kind.
const FILES: [(&str, &str); 6] = [
    ("books-chinese.toml", include_str!("../../catalogue/books-chinese.toml")),
    ("books-foreign.toml", include_str!("../../catalogue/books-foreign.toml")),
    ("ancient.toml", include_str!("../../catalogue/ancient.toml")),
    ("articles.toml", include_str!("../../catalogue/articles.toml")),
    ("serials.toml", include_str!("../../catalogue/serials.toml")),
    ("grey.toml", include_str!("../../catalogue/grey.toml")),
];

impl Catalogue {
    /// Parses the embedded files; the error names file, line and key.
    pub fn read() -> Result<Catalogue, String> {
        let mut works = Vec::new();
        for (name, text) in FILES {
            let file: File = toml::from_str(text).map_err(|error| format!("{name}: {error}"))?;
            works.extend(file.work);
        }
        Ok(Catalogue { works })
    }

    /// All works.
    pub fn works(&self) -> &[Work] {
        &self.works
    }

    /// The works of a collection: `union`, `foreign`, `yidu`, `nstl`, `home`, or a kind's collection.
    pub fn collection(&self, name: &str) -> Option<Vec<&Work>> {
        let keep: fn(&Work) -> bool = match name {
            "union" => |w| w.is_in("union"),
            "foreign" | "cashl" => |w| w.is_in("foreign"),
            "eduread" | "yidu" => |w| w.is_in("yidu"),
            "home" => |w| !w.call_number.is_empty(),
            "etd" => |w| w.kind == Kind::Thesis,
            "rbsc" => |w| w.kind == Kind::AncientBook,
            "nstl" => {
                |w| !matches!(w.kind, Kind::AncientBook | Kind::Newspaper | Kind::Journal | Kind::Other)
            }
            "ccc" => |w| matches!(w.kind, Kind::Journal | Kind::Article) && w.lang != "chi",
            _ => return None,
        };
        Some(self.works.iter().filter(|work| keep(work)).collect())
    }

    /// Finds the work of a draft by identifier or by title and author.
    pub(crate) fn same_work(&self, draft: &Draft) -> Option<&Work> {
        self.works.iter().find(|work| work.matches(draft) == Some(Held::Certainly))
    }

    /// Whether the home library holds it. Articles are not checked, because holding the journal does not mean
    /// holding them.
    pub(crate) fn held_at_home(&self, draft: &Draft) -> Option<(&Work, Held)> {
        let home = || self.works.iter().filter(|work| !work.call_number.is_empty());
        for sure in [Held::Certainly, Held::Perhaps] {
            if let Some(work) = home().find(|work| work.matches(draft) == Some(sure)) {
                return Some((work, sure));
            }
        }
        None
    }
}

impl Work {
    /// Whether a source contains the work.
    pub fn is_in(&self, source: &str) -> bool {
        self.sources.iter().any(|name| name == source)
    }

    /// Year of publication.
    pub fn year(&self) -> Option<i32> {
        hongyan_model::record::year_of(&self.date)
    }

    /// Whether it is part of another work.
    pub fn is_component(&self) -> bool {
        matches!(self.kind, Kind::Article)
            || matches!(self.kind, Kind::Conference | Kind::Newspaper) && !self.container.is_empty()
    }

    fn matches(&self, draft: &Draft) -> Option<Held> {
        let same = |kind, ours: &str, theirs: &str| {
            !ours.is_empty() && Identifier::parse(kind, theirs).is_some_and(|id| id.value == ours)
        };
        if same(IdentifierKind::Doi, &self.doi.to_lowercase(), &draft.doi) {
            return Some(Held::Certainly);
        }
        let asks_component = matches!(draft.kind, Kind::Article | Kind::Newspaper | Kind::Conference);
        if asks_component != self.is_component() {
            return None;
        }
        if same(IdentifierKind::Isbn, &self.isbn, &draft.isbn) {
            return Some(Held::Certainly);
        }
        let asked = fold(if asks_component { draft.display_title() } else { &draft.title });
        let by = if asks_component { &draft.component_author } else { &draft.author };
        let author = fold(if by.trim().is_empty() { draft.authors_or_editors() } else { by });
        let whole = fold(&format!("{} {}", self.title, self.subtitle));
        let titled = !asked.is_empty() && [fold(&self.title), fold(&self.alt), whole].contains(&asked);
        if !titled {
            return None;
        }
        let known = self.by.iter().flat_map(|maker| [fold(&maker.name), fold(&maker.alt)]);
        let by_same = known
            .filter(|name| !name.is_empty())
            .any(|name| author.contains(&name) || same_words(&author, &name));
        // whether another edition will do is left to the librarian
        let other_isbn = !draft.isbn.trim().is_empty();
        Some(if by_same && !other_isbn { Held::Certainly } else { Held::Perhaps })
    }
}

/// Whether two names consist of the same words: `knuth donald e` and `donald e knuth`.
fn same_words(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        words.sort();
        words
    };
    !a.is_empty() && sorted(a) == sorted(b)
}
