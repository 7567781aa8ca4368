//! Citation and export of works and requests, and hand-over to Zotero.

use hongyan_connectors::zotero::{Zotero, ZoteroError};
use hongyan_formats::cite::{
    CslItem, CslStyle, Dialect, Edition, Format, Style, Variant, file, from_record, references,
};
use hongyan_model::RequestId;

use crate::base::context::Context;
use crate::base::fault::not_found;
use crate::base::file_name;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::sources::Sources;
use crate::view::{Citation, CiteForm, CiteForms};

/// Largest number of works in one citation.
pub const MAX_WORKS: usize = 1000;
/// Setting: the citation form used last.
const LAST: &str = "cite-form";
/// Longest part of a title in a file name, characters.
const NAME: usize = 60;

/// Citation and export. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Citations {
    context: Context,
    sources: Sources,
    zotero: Zotero,
}

impl Citations {
    pub(crate) fn new(context: Context, sources: Sources, zotero: Zotero) -> Citations {
        Citations { context, sources, zotero }
    }

    /// The citation forms, and the one used last.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn forms(&self) -> Result<CiteForms, Problem> {
        // a form stored by a later version is ignored
        let last: Option<serde_json::Value> = self.context.read().await?.setting(LAST).await?;
        let last = last.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default();
        Ok(CiteForms { forms: CiteForm::ALL.to_vec(), last })
    }

    /// Stores the form as the one used last.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn prefer(&self, form: CiteForm) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        tx.set_setting(LAST, &form).await?;
        Ok(tx.commit().await?)
    }

    /// Cites works of a search in a form, in the order of the ids (styles with an order of their own keep it).
    ///
    /// # Errors
    /// `NotFound` when the search or a work no longer exists; `BadCall` for no works or too many.
    pub async fn cite(
        &self,
        search_id: &str,
        work_ids: &[String],
        form: CiteForm,
    ) -> Result<Citation, Problem> {
        let items = self.csl_items(search_id, work_ids).await?;
        Ok(citation(&items, form, &self.today().to_string()))
    }

    /// Sends works of a search to the Zotero that runs on this machine; returns how many.
    ///
    /// # Errors
    /// As [`Citations::cite`]; `ZoteroNotRunning`, `ZoteroRefused`: nothing was saved; `Timeout` and other
    /// network errors: the outcome is unknown.
    pub async fn send_to_zotero(&self, search_id: &str, work_ids: &[String]) -> Result<usize, Problem> {
        let items = self.csl_items(search_id, work_ids).await?;
        self.to_zotero(&items).await
    }

    /// Cites the works of requests in a form, in the order of the ids.
    ///
    /// # Errors
    /// `NotFound` when a request no longer exists; `BadCall` for no requests or too many.
    pub async fn cite_requests(&self, ids: &[RequestId], form: CiteForm) -> Result<Citation, Problem> {
        let items = self.csl_of_requests(ids).await?;
        Ok(citation(&items, form, &self.today().to_string()))
    }

    /// Sends the works of requests to the Zotero that runs on this machine; returns how many.
    ///
    /// # Errors
    /// As [`Citations::cite_requests`] and [`Citations::send_to_zotero`].
    pub async fn requests_to_zotero(&self, ids: &[RequestId]) -> Result<usize, Problem> {
        let items = self.csl_of_requests(ids).await?;
        self.to_zotero(&items).await
    }

    async fn csl_of_requests(&self, ids: &[RequestId]) -> Result<Vec<CslItem>, Problem> {
        within(ids.len())?;
        let today = self.today();
        let mut tx = self.context.read().await?;
        let mut items = Vec::with_capacity(ids.len());
        for id in ids {
            let record = tx.request(*id).await?.ok_or_else(not_found)?;
            items.push(from_record(&record.draft.record(), &id.to_string(), today));
        }
        Ok(items)
    }

    async fn to_zotero(&self, items: &[CslItem]) -> Result<usize, Problem> {
        self.zotero.save(items).await.map_err(|error| match error {
            ZoteroError::NotRunning(detail) => Problem::new(ErrorCode::ZoteroNotRunning, Retry::Now, detail),
            ZoteroError::Refused(detail) => Problem::new(ErrorCode::ZoteroRefused, Retry::Now, detail),
            ZoteroError::Unknown(error) => error.into(),
        })
    }

    async fn csl_items(&self, search_id: &str, work_ids: &[String]) -> Result<Vec<CslItem>, Problem> {
        within(work_ids.len())?;
        let searches = self.sources.searches();
        let today = self.today();
        let mut items = Vec::with_capacity(work_ids.len());
        for id in work_ids {
            let work = searches.work(search_id, id).await?;
            items.push(from_record(&work.merged, id, today));
        }
        Ok(items)
    }

    /// The current date in the patron's time zone: the access date of an online work.
    fn today(&self) -> jiff::civil::Date {
        self.context.now().to_zoned(crate::base::clock::zone()).date()
    }
}

fn within(works: usize) -> Result<(), Problem> {
    if (1..=MAX_WORKS).contains(&works) {
        return Ok(());
    }
    Err(Problem::new(ErrorCode::BadCall, Retry::Never, format!("{works} works")))
}

/// The text of a citation, with a file name.
fn citation(items: &[CslItem], form: CiteForm, day: &str) -> Citation {
    let style = |style: Style| {
        let entries = references(items, style);
        let numbered = match style {
            Style::Gbt7714(variant) => !variant.author_date,
            Style::Csl(CslStyle::Vancouver) => true,
            Style::Note | Style::Csl(_) | Style::Plain => false,
        } && entries.len() > 1;
        let lines = entries.iter().enumerate().map(|(index, entry)| {
            if numbered { format!("[{}] {entry}\n", index + 1) } else { format!("{entry}\n") }
        });
        (lines.collect::<String>(), "txt")
    };
    let (new, old) = (Variant::from(Edition::Y2025), Variant::from(Edition::Y2015));
    let (text, ending) = match form {
        CiteForm::Gbt2025 => style(Style::Gbt7714(new)),
        CiteForm::Gbt2015 => style(Style::Gbt7714(old)),
        CiteForm::Gbt2025AuthorDate => style(Style::Gbt7714(Variant { author_date: true, ..new })),
        CiteForm::Gbt2015AuthorDate => style(Style::Gbt7714(Variant { author_date: true, ..old })),
        CiteForm::Gbt2025Printed => style(Style::Gbt7714(Variant { access: false, ..new })),
        CiteForm::Gbt2015Printed => style(Style::Gbt7714(Variant { access: false, ..old })),
        CiteForm::Gbt2015Small => style(Style::Gbt7714(Variant { capitals: false, ..old })),
        CiteForm::Note => style(Style::Note),
        CiteForm::Chicago => style(Style::Csl(CslStyle::ChicagoNotes)),
        CiteForm::Vancouver => style(Style::Csl(CslStyle::Vancouver)),
        CiteForm::Apa => style(Style::Csl(CslStyle::Apa)),
        CiteForm::Mla => style(Style::Csl(CslStyle::Mla)),
        CiteForm::Plain => style(Style::Plain),
        CiteForm::Ris => (file(items, Format::Ris), "ris"),
        CiteForm::Bibtex => (file(items, Format::Bibtex(Dialect::Bibtex)), "bib"),
        CiteForm::Biblatex => (file(items, Format::Bibtex(Dialect::Biblatex)), "bib"),
        CiteForm::Endnote => (file(items, Format::Endnote), "xml"),
        CiteForm::CslJson => (file(items, Format::CslJson), "json"),
    };
    Citation { text, file_name: format!("{}.{ending}", stem(items, day)) }
}

/// File name without extension: the title of one work, or `hongyan-2026-11-22` for several.
fn stem(items: &[CslItem], day: &str) -> String {
    let title = match items {
        [item] => item.text("title"),
        _ => "",
    };
    file_name::stem(title, NAME).unwrap_or_else(|| format!("hongyan-{day}"))
}

#[cfg(test)]
mod tests {
    use hongyan_formats::cite::{CslItem, Name};

    use super::citation;
    use crate::view::CiteForm;

    fn item(title: &str) -> CslItem {
        let mut item = CslItem::new("1", "book");
        item.set("title", title);
        item.set("language", "zh");
        item.names.insert("author".into(), vec![Name::literal("林一舟")]);
        item
    }

    #[test]
    fn one_is_not_numbered_and_several_are() {
        let one = citation(&[item("雁行集")], CiteForm::Gbt2015, "2026-11-22");
        assert_eq!((one.text.as_str(), one.file_name.as_str()), ("林一舟. 雁行集[M].\n", "雁行集.txt"));
        let two = citation(&[item("雁行集"), item("渡口")], CiteForm::Gbt2025, "2026-11-22");
        assert_eq!(two.text, "[1] 林一舟. 雁行集[M].\n[2] 林一舟. 渡口[M].\n");
        assert_eq!(two.file_name, "hongyan-2026-11-22.txt");
        for form in CiteForm::ALL {
            assert!(citation(&[item("雁行集")], form, "").text.contains("雁行集"), "{form:?}");
        }
    }

    #[test]
    fn a_title_becomes_a_name_that_every_system_takes() {
        for (title, name) in [
            ("../../etc/passwd", "etc passwd.ris"),
            ("雁：何去？/\u{0}何从", "雁：何去？ 何从.ris"),
            ("con", "hongyan-d.ris"),
            ("1984", "1984.ris"),
            ("...", "hongyan-d.ris"),
            ("", "hongyan-d.ris"),
        ] {
            assert_eq!(citation(&[item(title)], CiteForm::Ris, "d").file_name, name, "{title}");
        }
        let long = citation(&[item(&"长".repeat(500))], CiteForm::Bibtex, "d").file_name;
        assert_eq!(long.chars().count(), 64);
    }
}
