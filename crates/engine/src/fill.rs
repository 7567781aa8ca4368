//! Filling a form from a text: a number, a title, a reference, a file, an OpenURL. What the text itself says
//! is there at once; what the catalogues know of the work is added where they answer in time.

use hongyan_formats::Limits;
use hongyan_formats::list::{self, Listed};
use hongyan_model::holding::Holding;
use hongyan_model::query::{Clause, Field};
use hongyan_model::request::batch::ReadAs;
use hongyan_model::text::clean;
use hongyan_model::work::Work;
use hongyan_model::{Draft, IdentifierKind, Query, Record, RequestId, Service};
use uuid::Uuid;

use crate::engine::Engine;
use crate::problem::{ErrorCode, Problem, Retry};
use crate::search::Searches;
use crate::view::{DraftView, FormFill};

/// Addresses of open copies that are worth keeping.
const ADDRESSES: usize = 3;

impl Engine {
    /// What a text says about a wanted work, with what the catalogues know of it. Of several works the
    /// first. Nothing is kept.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn draft_fill(&self, service: Service, text: &str) -> Result<FormFill, Problem> {
        let id = RequestId(Uuid::new_v4());
        let items = listed(text).await?;
        let works = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let Some(item) = items.into_iter().next() else {
            let draft = Draft::blank(id, service, self.now());
            return Ok(FormFill { draft, read_as: None, works, known_by: String::new() });
        };
        let mut draft = Draft::from_line(&item.record, item.read_as, Some(service), id, self.now());
        let found = self.look_up_listed(&item).await?;
        let known_by = found.as_ref().map(|record| record.source.clone()).unwrap_or_default();
        if let Some(found) = found {
            draft = self.filled(&draft, item.read_as, &found);
        }
        Ok(FormFill { draft, read_as: Some(item.read_as), works, known_by })
    }

    /// A new draft for a work of a search, with what the search knows: copies in the own library, open
    /// copies.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn draft_from_work(&self, service: Service, work: &Work) -> Result<DraftView, Problem> {
        let id = RequestId(Uuid::new_v4());
        let mut draft = Draft::from_record(&work.merged, id, service, self.now());
        draft.learn(self.searches().own_holdings(work), open_copies(&work.merged));
        self.begin(draft).await
    }

    /// Asks the catalogues about one item.
    pub(crate) async fn look_up_listed(&self, item: &Listed) -> Result<Option<Record>, Problem> {
        let off = self.sources_off().await?;
        Ok(self.searches().look_up(&question(item), &off, false).await)
    }

    /// A form as it was read, with what was found of the work. A number or a bare title says too little to
    /// stand beside a record; everything else that was written stays.
    pub(crate) fn filled(&self, read: &Draft, read_as: ReadAs, found: &Record) -> Draft {
        let of_record = Draft::from_record(found, read.id, read.service, read.updated_at);
        let mut draft = match read_as {
            ReadAs::Number | ReadAs::Title => Draft {
                pickup_location: read.pickup_location.clone(),
                declaration_accepted: read.declaration_accepted,
                ..of_record
            },
            _ => {
                let mut draft = read.clone();
                // a record of the host beside a form for a part would fill the wrong fields
                let alike = read.component_title.is_empty() == of_record.component_title.is_empty();
                if alike {
                    draft.fill_from(&of_record);
                }
                draft
            }
        };
        draft.learn(home_copies(&self.searches(), found), open_copies(found));
        draft
    }

    /// What the catalogue of the own library has of a form's work; none when it does not know it or
    /// cannot be asked. Only numbers are asked for: equal titles prove nothing.
    pub(crate) async fn at_home(&self, draft: &Draft) -> Result<Option<Record>, Problem> {
        let Some(identifier) = draft.identifiers().into_iter().next() else { return Ok(None) };
        let query = Query { identifier: Some(identifier), ..Query::default() };
        let off = self.sources_off().await?;
        Ok(self.searches().look_up(&query, &off, true).await)
    }
}

/// What is asked about an item: its number, else its title and first creator.
fn question(item: &Listed) -> Query {
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
        let of_part = draft.kind == hongyan_model::Kind::Article;
        *(if of_part { &mut draft.component_title } else { &mut draft.title }) = title;
        return Ok(());
    }
    let read = Draft::from_line(&item.record, item.read_as, Some(draft.service), draft.id, draft.updated_at);
    draft.kind = read.kind;
    draft.fill_from(&read);
    Ok(())
}

/// The works that a pasted text or a file names, read off the async workers. What the patron was given by
/// somebody else is as hostile as any answer.
///
/// # Errors
/// `TextTooComplex` when it could not be read in time.
pub(crate) async fn listed(text: &str) -> Result<Vec<Listed>, Problem> {
    let text = text.to_owned();
    let read = hongyan_readers::read(Limits::TEXT, move |budget| list::read(&text, budget)).await;
    read.map_err(|unread| Problem::new(ErrorCode::TextTooComplex, Retry::Never, unread.to_string()))
}
