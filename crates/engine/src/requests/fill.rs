//! Filling a form from a text: a number, a title, a reference, a file, an OpenURL. What the text itself says
//! is there at once; what the catalogues know of the work is added where they answer in time, and never
//! overrules it.

use hongyan_formats::Limits;
use hongyan_formats::list::{self, ListEntry};
use hongyan_model::holding::Holding;
use hongyan_model::query::{Clause, Field};
use hongyan_model::request::batch::ReadAs;
use hongyan_model::request::fill::{Catalogued, Edition, Filling};
use hongyan_model::text::clean;
use hongyan_model::work::Work;
use hongyan_model::{Draft, IdentifierKind, Kind, Query, Record, RequestId, Service};
use uuid::Uuid;

use super::Requests;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::search::{Searches, editions};
use crate::view::{DraftView, FormFill};

/// Addresses of open copies that are worth keeping.
const ADDRESSES: usize = 3;

impl Requests {
    /// A form as it stands, with what a text says about the wanted work and what the catalogues know of it.
    /// What stands in the form stays, and so does what the text says. Of several works the first. Nothing is
    /// kept.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn draft_fill(
        &self,
        service: Service,
        text: &str,
        form: Option<&Draft>,
    ) -> Result<FormFill, Problem> {
        let id = form.map_or_else(|| RequestId(Uuid::new_v4()), |form| form.id);
        let blank = || Draft::blank(id, service, self.context.now());
        let items = listed(text).await?;
        let works = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let fresh = form.is_none_or(Draft::is_blank);
        let mut fill = FormFill { works, ..FormFill::of(form.cloned().unwrap_or_else(blank)) };
        let Some(item) = items.into_iter().next() else { return Ok(fill) };
        fill.read_as = Some(item.read_as);
        let read = Draft::from_line(&item.record, item.read_as, Some(service), id, self.context.now());
        let (draft, said, edition) = of_record(&fill.draft, fresh, &item.record, read);
        (fill.draft, fill.said) = (draft, said);
        let open = fresh && says_little(item.read_as);
        // a form that speaks of something else is not asked about with this text
        if edition != Edition::OtherWork
            && let Some(found) = self.look_up_listed(&item, &fill.draft, open).await?
        {
            fill.draft = self.filled(&fill.draft, open, &found);
        }
        Ok(fill)
    }

    /// A new draft for a work of a search, with what the search knows: copies in the own library, open
    /// copies.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn draft_from_work(&self, service: Service, work: &Work) -> Result<DraftView, Problem> {
        let id = RequestId(Uuid::new_v4());
        let mut draft = Draft::from_record(&work.merged, id, service, self.context.now());
        draft.set_known(self.sources.searches().own_holdings(work), open_copies(&work.merged));
        self.begin(draft).await
    }

    /// Asks the catalogues about one item; the record of the edition that the form names, else the nearest.
    /// `open`: the form says nothing but a number or a title.
    pub(crate) async fn look_up_listed(
        &self,
        item: &ListEntry,
        form: &Draft,
        open: bool,
    ) -> Result<Option<Record>, Problem> {
        let off = self.sources.off().await?;
        let judge = |record: &Record| {
            let found = editions::as_form(form, record);
            editions::compare(&placed(form, open, &found), record, &found)
        };
        let found = self.sources.searches().look_up(&question(item), &off, false, &judge).await;
        Ok(found.map(|(record, _)| record))
    }

    /// A form with what a catalogue adds to it, which it says itself ([`Draft::catalogued`]).
    pub(crate) fn filled(&self, form: &Draft, open: bool, found: &Record) -> Draft {
        let (mut draft, filling, edition) = of_record(form, open, found, editions::as_form(form, found));
        if edition == Edition::Same {
            draft.set_known(home_copies(&self.sources.searches(), found), open_copies(found));
        }
        draft.catalogued = Some(Catalogued { source: found.source.clone(), edition, filling });
        draft
    }

    /// What the catalogue of the own library has of a form's work; none when it does not know it or
    /// cannot be asked. Only numbers are asked for: equal titles prove nothing.
    pub(crate) async fn at_home(&self, draft: &Draft) -> Result<Option<Record>, Problem> {
        let Some(identifier) = draft.identifiers().into_iter().next() else { return Ok(None) };
        let query = Query { identifier: Some(identifier), ..Query::default() };
        let off = self.sources.off().await?;
        let any = |_: &Record| Edition::Same;
        Ok(self.sources.searches().look_up(&query, &off, true, &any).await.map(|(record, _)| record))
    }
}

/// A form filled from a record, which as a form is `found`: what was filled, and which edition it is of.
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

/// A form that says too little of what it asks for (`open`: nothing but a number or a title) takes the kind
/// of what was found, and its title stands where that one has it.
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

/// A number or a title says neither what kind of work it is nor where it stands.
pub(crate) fn says_little(read_as: ReadAs) -> bool {
    matches!(read_as, ReadAs::Number | ReadAs::Title)
}

/// What is asked about an item: its number, else its title and first creator.
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
        (None, _) => Query::from_box(&item.given),
    }
}

/// Copies in the own library, where the record is from its catalogue.
pub(crate) fn home_copies(searches: &Searches, record: &Record) -> Vec<Holding> {
    if searches.is_home(&record.source) { record.holdings.clone() } else { Vec::new() }
}

/// Addresses where anybody may read it.
pub(crate) fn open_copies(record: &Record) -> Vec<String> {
    let open = record.links.iter().filter(|link| link.open_access);
    open.map(|link| link.url.clone()).take(ADDRESSES).collect()
}

/// Puts what was typed where it belongs: a number into its field, a reference into all of them, words as
/// the title.
pub(crate) async fn fill(draft: &mut Draft, text: &str) -> Result<(), Problem> {
    let Some(item) = listed(text).await?.into_iter().next() else { return Ok(()) };
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

/// The works that a pasted text or a file names, read off the async workers. What the patron was given by
/// somebody else is as hostile as any answer.
///
/// # Errors
/// `TextTooComplex` when it could not be read in time.
pub(crate) async fn listed(text: &str) -> Result<Vec<ListEntry>, Problem> {
    let text = text.to_owned();
    let read = hongyan_readers::read(Limits::TEXT, move |budget| list::parse(&text, budget)).await;
    read.map_err(|unread| Problem::new(ErrorCode::TextTooComplex, Retry::Never, unread.to_string()))
}
