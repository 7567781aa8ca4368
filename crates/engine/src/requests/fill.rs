//! Completing a form from a text: a number, a title, a reference, a file, an OpenURL. What the text itself
//! states is filled in at once; what the catalogues know of the work is added if they answer in time, and never
//! overrides the text.

use hongyan_formats::Limits;
use hongyan_formats::list::{self, ListEntry, Listed};
use hongyan_model::holding::Holding;
use hongyan_model::numbers::without_misprints;
use hongyan_model::query::{Clause, Field};
use hongyan_model::request::batch::ReadAs;
use hongyan_model::request::fill::{Catalogued, Edition, Filling};
use hongyan_model::text::clean;
use hongyan_model::work::Work;
use hongyan_model::{Draft, IdentifierKind, Kind, Query, Record, RequestId, Service};
use uuid::Uuid;

use super::Requests;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::search::{Nearest, Searches, editions};
use crate::view::{DraftView, FormFill, LeftPart};

/// What the patron gives to be read: a text, or the bytes of a file.
#[derive(Debug, Clone)]
pub enum Given {
    /// a text that was typed or pasted
    Text(String),
    /// the bytes of a file, in any encoding
    File(Vec<u8>),
}

impl From<&str> for Given {
    fn from(text: &str) -> Given {
        Given::Text(text.to_owned())
    }
}

impl From<&String> for Given {
    fn from(text: &String) -> Given {
        Given::Text(text.clone())
    }
}

/// Maximum number of open-copy addresses to keep.
const ADDRESSES: usize = 3;

impl Requests {
    /// Completes a form with what a text states about the work and what the catalogues know of it. Filled
    /// fields of the form stay, and the text takes precedence over the catalogues. If the text names several
    /// works, the first is used. Nothing is stored.
    ///
    /// # Errors
    /// As [`read`], and [store errors](crate#errors).
    pub async fn draft_fill(
        &self,
        service: Service,
        given: impl Into<Given>,
        form: Option<&Draft>,
    ) -> Result<FormFill, Problem> {
        let id = form.map_or_else(|| RequestId(Uuid::new_v4()), |form| form.id);
        let blank = || Draft::blank(id, service, self.context.now());
        let Listed { entries, left, .. } = read(given.into()).await?;
        let works = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let fresh = form.is_none_or(Draft::is_blank);
        let left = LeftPart::of(left);
        let mut fill = FormFill { works, left, ..FormFill::of(form.cloned().unwrap_or_else(blank)) };
        let Some(item) = entries.into_iter().next() else { return Ok(fill) };
        fill.read_as = Some(item.read_as);
        let read = Draft::from_line(&item.record, item.read_as, Some(service), id, self.context.now());
        let (draft, said, edition) = of_record(&fill.draft, fresh, &item.record, read);
        (fill.draft, fill.said) = (draft, said);
        let open = fresh && says_little(item.read_as);
        // do not look up this text for a form that describes another work
        if edition != Edition::OtherWork {
            let nearest = self.look_up_listed(&item, &fill.draft, open).await?;
            fill.heard = nearest.heard;
            if let Some((found, _)) = nearest.found {
                fill.draft = self.filled(&fill.draft, open, &found);
            }
        }
        Ok(fill)
    }

    /// Makes a draft for a work of a search, with its copies in the own library and its open copies. If the search
    /// was for a reference of that work, the reference fills what the catalogues do not say: volume, issue, pages.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn draft_from_work(
        &self,
        service: Service,
        work: &Work,
        asked: &str,
    ) -> Result<DraftView, Problem> {
        let id = RequestId(Uuid::new_v4());
        let mut draft = Draft::from_record(&work.merged, id, service, self.context.now());
        // what cannot be read as a reference is none
        let items = read(asked.into()).await.map(|listed| listed.entries).unwrap_or_default();
        if let [item] = items.as_slice()
            && !says_little(item.read_as)
        {
            let read = Draft::from_line(&item.record, item.read_as, Some(service), id, self.context.now());
            let cited = read.pages.clone();
            let (whole, _, edition) = of_record(&draft, false, &item.record, read);
            if edition == Edition::Same {
                draft = whole;
                // some catalogues give the first page alone
                if begins_at(&cited, &draft.pages) {
                    draft.pages = cited;
                }
            }
        }
        draft.set_known(self.sources.searches().own_holdings(work), open_copies(&work.merged));
        self.begin(draft).await
    }

    /// Makes a draft for one work that another program described. One of which it says only a number is completed
    /// from the catalogues, if they answer in time.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub(crate) async fn draft_from_entry(
        &self,
        item: &ListEntry,
        service: Option<Service>,
        needed_by: Option<jiff::civil::Date>,
    ) -> Result<DraftView, Problem> {
        let id = RequestId(Uuid::new_v4());
        let mut draft = Draft::from_line(&item.record, item.read_as, service, id, self.context.now());
        if item.record.title.is_empty()
            && let Some((found, _)) = self.look_up_listed(item, &draft, true).await?.found
        {
            draft = self.filled(&draft, true, &found);
        }
        draft.needed_by = needed_by;
        self.begin(draft).await
    }

    /// Looks up one item in the catalogues: the record of the edition that the form names, else the nearest
    /// one. `open`: the form says only a number or a title.
    pub(crate) async fn look_up_listed(
        &self,
        item: &ListEntry,
        form: &Draft,
        open: bool,
    ) -> Result<Nearest, Problem> {
        let off = self.sources.off().await?;
        let judge = |record: &Record| {
            let found = editions::as_form(form, record);
            editions::compare(&placed(form, open, &found), record, &found)
        };
        Ok(self.sources.searches().look_up(&question(item), &off, false, &judge).await)
    }

    /// A form completed from a catalogue record, and marked so ([`Draft::catalogued`]).
    pub(crate) fn filled(&self, form: &Draft, open: bool, found: &Record) -> Draft {
        let (mut draft, filling, edition) = of_record(form, open, found, editions::as_form(form, found));
        if edition == Edition::Same {
            draft.set_known(home_copies(&self.sources.searches(), found), open_copies(found));
        }
        draft.catalogued = Some(Catalogued { source: found.source.clone(), edition, filling });
        draft
    }

    /// The own library's catalogue record of a form's work; `None` when the catalogue does not have it or
    /// cannot be asked. Searches by identifier only: equal titles prove nothing.
    pub(crate) async fn at_home(&self, draft: &Draft) -> Result<Option<Record>, Problem> {
        let Some(identifier) = draft.identifiers().into_iter().next() else { return Ok(None) };
        let query = Query { identifier: Some(identifier), ..Query::default() };
        let off = self.sources.off().await?;
        let any = |_: &Record| Edition::Same;
        let nearest = self.sources.searches().look_up(&query, &off, true, &any).await;
        Ok(nearest.found.map(|(record, _)| record))
    }
}

/// Completes a form from a record (`found` is that record as a form): the form, which fields were filled, and
/// which edition the record is of.
fn of_record(form: &Draft, open: bool, record: &Record, found: Draft) -> (Draft, Filling, Edition) {
    let mut draft = placed(form, open, &found);
    let edition = editions::compare(&draft, record, &found);
    if edition == Edition::OtherWork {
        draft = form.clone();
    }
    let same = |field: &str, mine: &str, theirs: &str| editions::same(record, field, mine, theirs);
    let filling = draft.complete(&found, edition, same);
    (draft, filling, edition)
}

/// A form that says too little (`open`: only a number or a title) takes the kind of work from the record; if
/// the record is of a part (article, chapter), the form's title becomes the title of the part.
fn placed(form: &Draft, open: bool, found: &Draft) -> Draft {
    let mut draft = form.clone();
    if !open && draft.kind != Kind::Other {
        return draft;
    }
    if found.kind != Kind::Other {
        draft.kind = found.kind;
    }
    if !found.component_title.is_empty() && draft.component_title.trim().is_empty() {
        draft.component_title = std::mem::take(&mut draft.title);
        draft.component_author = std::mem::take(&mut draft.author);
    }
    draft
}

/// Whether a range of pages begins at this page: 1-19 at 1.
fn begins_at(range: &str, page: &str) -> bool {
    let rest = range.trim().strip_prefix(page.trim());
    let goes_on = |rest: &str| rest.starts_with(['-', '–', '—', '~', '～', '－']);
    !page.trim().is_empty() && rest.is_some_and(|rest| goes_on(rest.trim_start()))
}

/// Whether the text was only a number or a title, which do not say what kind of work it is or which larger work
/// contains it.
pub(crate) fn says_little(read_as: ReadAs) -> bool {
    matches!(read_as, ReadAs::Number | ReadAs::Title)
}

/// The query for an item: its number, else title and first creator.
fn question(item: &ListEntry) -> Query {
    let record = &item.record;
    let number = [IdentifierKind::Doi, IdentifierKind::Pmid, IdentifierKind::Isbn]
        .into_iter()
        .find_map(|kind| record.identifiers.iter().find(|id| id.kind == kind))
        .or(record.identifiers.first());
    match (number, item.read_as) {
        (Some(number), _) => Query { identifier: Some(number.clone()), ..Query::default() },
        (None, ReadAs::File | ReadAs::OpenUrl) => {
            let mut clauses = vec![Clause::words(Field::Title, record.title.clone())];
            // family name, or the whole name where there is no comma
            let name = record.creators.first().and_then(|creator| creator.name.split(',').next());
            clauses.extend(name.map(|name| Clause::words(Field::Creator, name)));
            Query { clauses, ..Query::default() }
        }
        // a misprinted number finds nothing, and is no word of the title
        (None, _) => Query::from_box(&without_misprints(&item.given)),
    }
}

/// Copies in the own library, if the record is from its catalogue.
pub(crate) fn home_copies(searches: &Searches, record: &Record) -> Vec<Holding> {
    if searches.is_home(&record.source) { record.holdings.clone() } else { Vec::new() }
}

/// Addresses of open-access copies.
pub(crate) fn open_copies(record: &Record) -> Vec<String> {
    let open = record.links.iter().filter(|link| link.open_access);
    open.map(|link| link.url.clone()).take(ADDRESSES).collect()
}

/// Fills in what was typed: a number into its field, a reference into all its fields, other words as the title.
pub(crate) async fn fill(draft: &mut Draft, text: &str) -> Result<(), Problem> {
    let Some(item) = read(text.into()).await?.entries.into_iter().next() else { return Ok(()) };
    if item.read_as == ReadAs::Title {
        let title = clean(text);
        let of_part = draft.kind == Kind::Article;
        *(if of_part { &mut draft.component_title } else { &mut draft.title }) = title;
        return Ok(());
    }
    let read = Draft::from_line(&item.record, item.read_as, Some(draft.service), draft.id, draft.updated_at);
    draft.kind = read.kind;
    draft.complete(&read, Edition::Same, |_, _, _| true);
    Ok(())
}

/// Parses the works of a pasted text or a file, on the reader pool. It may come from anybody and is treated as
/// hostile.
///
/// # Errors
/// `FileEmpty`; `ReferencesUnread` when it looks like a file of references and no work was read of it; `TextTooComplex` when it
/// could not be parsed within the limits.
pub(crate) async fn read(given: Given) -> Result<Listed, Problem> {
    if matches!(&given, Given::File(bytes) if bytes.is_empty()) {
        return Err(Problem::new(ErrorCode::FileEmpty, Retry::Never, "no bytes"));
    }
    let listed = hongyan_readers::read(Limits::TEXT, move |budget| match &given {
        Given::Text(text) => list::read(text.as_bytes(), budget),
        Given::File(bytes) => list::read(bytes, budget),
    });
    let too_complex = |detail: String| Problem::new(ErrorCode::TextTooComplex, Retry::Never, detail);
    let listed = match listed.await {
        Ok(Ok(listed)) => listed,
        Ok(Err(error)) => return Err(too_complex(error.to_string())),
        Err(unread) => return Err(too_complex(unread.to_string())),
    };
    match &listed.refused {
        // the words are the patron's own: they are shown, and never logged
        Some(what) => {
            Err(Problem::new(ErrorCode::ReferencesUnread, Retry::Never, "not read").with("what", what))
        }
        None => Ok(listed),
    }
}
