//! Hand-over (网页提交): today's libraries have no interface, so the patron files the request on the platform's
//! page. The request is stored first; the page opens in the browser, and each field is copied with one key.
//! What the patron reports afterwards (number, arrival, due date) is stored in the ledger like news from a
//! platform.

mod companion;
mod form;
mod letter;
mod queue;
mod steps;

use hongyan_formats::openurl_out;
use hongyan_model::library::Gateway;
use hongyan_model::library::form::FIELDS;
use hongyan_model::text::{clean, clip};
use hongyan_model::{Draft, Mark, Provenance, Request, RequestId, RequestState, Service};
use hongyan_store::Tx;
use hongyan_store::events::{Before, LocalEvent};
use hongyan_store::requests::RequestRecord;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use self::steps::steps;
pub(crate) use self::steps::{dated, follows};
use crate::base::context::Context;
use crate::base::fault::{not_allowed, not_found};
use crate::base::problem::Problem;
use crate::base::rows::{REQUEST_PAGE, file_came};
use crate::platform::Platform;
use crate::requests::{Requests, may_be_taken_back, question};
use crate::view::{DeskMail, HandOverField, HandOverStep, HandOverView, RequestDetail};
use RequestState as S;

/// Maximum length of a platform's number, characters.
const NUMBER: usize = 80;
/// Maximum length of a note, characters.
const NOTE: usize = 500;

/// The hand-over. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct HandOver {
    context: Context,
    platform: Platform,
    requests: Requests,
}

impl HandOver {
    pub(crate) fn new(context: Context, platform: Platform, requests: Requests) -> HandOver {
        HandOver { context, platform, requests }
    }

    /// What the patron needs to file a request: the address, the fields to copy, and the states that may
    /// follow.
    ///
    /// # Errors
    /// `NotFound`; `NotAllowed` where the library has an interface; [store errors](crate#errors).
    pub async fn get(&self, id: RequestId) -> Result<HandOverView, Problem> {
        let Gateway::HandOver { resolver, .. } = self.carried_by_hand()? else {
            return Err(has_interface());
        };
        let page = self.page().await?;
        let mut tx = self.context.read().await?;
        let record = tx.request(id).await?.ok_or_else(not_found)?;
        let mark = tx.mark(id).await?;
        drop(tx);
        let pages = self.context.library().request_pages();
        let note = note_with_mark(mark, &record.draft.note);
        let fields = fields(&record.draft, &self.desk_name(&record.draft), &note);
        let today = self.context.today();
        let library = self.context.library();
        let steps = steps(&record.state, record.draft.service)
            .into_iter()
            .map(|state| {
                let usual = match state {
                    S::OnLoan => Some(today.saturating_add(i64::from(library.loan_days).days())),
                    _ => None,
                };
                HandOverStep { dated: dated(&state), usual, state }
            })
            .collect();
        Ok(HandOverView {
            id,
            mark: mark.map(|mark| mark.to_string()).unwrap_or_default(),
            sent: record.platform.is_some(),
            number: record.platform.as_ref().map(|platform| platform.hrid.clone()).unwrap_or_default(),
            page,
            pages,
            desk_mail: self.context.library().desk_mail.clone(),
            text: letter::text(record.draft.service, mark, &fields),
            form: self.template().await?.map(|template| template.name).unwrap_or_default(),
            resolver: resolver.and_then(|base| openurl_out::address(&base, &record.draft, &note)),
            fields,
            steps,
        })
    }

    /// Remembers on which of the library's pages the patron files requests.
    ///
    /// # Errors
    /// `NotAllowed` where the library has an interface; `NotFound` for a page that the profile does not name;
    /// [store errors](crate#errors).
    pub async fn choose_page(&self, page: &str) -> Result<(), Problem> {
        self.carried_by_hand()?;
        if !self.context.library().request_pages().iter().any(|one| one.page == page) {
            return Err(not_found());
        }
        let mut tx = self.context.write().await?;
        tx.set_setting(REQUEST_PAGE, &page).await?;
        Ok(tx.commit().await?)
    }

    /// The request as a mail to the library's desk.
    ///
    /// # Errors
    /// As [`HandOver::get`]; `NotAllowed` where the library takes no mails.
    pub async fn mail(&self, id: RequestId) -> Result<DeskMail, Problem> {
        let view = self.get(id).await?;
        let mut tx = self.context.read().await?;
        let record = tx.request(id).await?.ok_or_else(not_found)?;
        let mark = tx.mark(id).await?;
        drop(tx);
        if view.desk_mail.is_empty() {
            return Err(not_allowed("this library takes no requests by mail"));
        }
        Ok(letter::mail(&view.desk_mail, &record.draft, mark, &view.fields))
    }

    /// Records that the patron filed the request on the page, under this number (may be empty). May be called
    /// again with another number.
    ///
    /// # Errors
    /// As [`HandOver::get`]; `NotAllowed` for a request that is over.
    pub async fn sent(&self, id: RequestId, number: &str) -> Result<RequestDetail, Problem> {
        self.carried_by_hand()?;
        let now = self.context.now();
        let mut tx = self.context.write().await?;
        let mut record = tx.request(id).await?.ok_or_else(not_found)?;
        if record.state.is_terminal() {
            return Err(not_allowed("a request that is over"));
        }
        let number = clip(&clean(number), NUMBER);
        match &mut record.platform {
            Some(platform) => platform.hrid = number,
            None => file(&mut tx, &mut record, number, Provenance::Patron, now).await?,
        }
        record.updated_at = now;
        tx.put_request(&record).await?;
        let detail = self.requests.detail(&mut tx, &record).await?;
        tx.commit().await?;
        Ok(detail)
    }

    /// Records the state of a filed request as the patron noted it, or as the library's page or a mail has it
    /// and the patron confirmed, with its date and a note.
    ///
    /// # Errors
    /// As [`HandOver::get`]; `NotAllowed` for a state that cannot follow ([`steps::follows`]), or a missing date.
    pub async fn state(
        &self,
        id: RequestId,
        state: RequestState,
        day: Option<Date>,
        text: &str,
        source: Provenance,
    ) -> Result<RequestDetail, Problem> {
        self.carried_by_hand()?;
        let mut tx = self.context.write().await?;
        let mut record = tx.request(id).await?.ok_or_else(not_found)?;
        let said = Said { state, day, text: text.to_owned(), source };
        said.record(&mut tx, &mut record, self.context.now()).await?;
        let detail = self.requests.detail(&mut tx, &record).await?;
        tx.commit().await?;
        Ok(detail)
    }

    /// Takes back what was noted last: the event goes, and the request is what it was before it. A number that was
    /// entered since stays.
    ///
    /// # Errors
    /// As [`HandOver::get`]; `NotAllowed` where the last event was not noted by hand, or something moved the
    /// request since.
    pub async fn take_back(&self, id: RequestId) -> Result<RequestDetail, Problem> {
        self.carried_by_hand()?;
        let mut tx = self.context.write().await?;
        let mut record = tx.request(id).await?.ok_or_else(not_found)?;
        let last = tx.last_local_event(id).await?.filter(|last| may_be_taken_back(&record, last));
        let Some(before) = last.and_then(|last| last.before) else {
            return Err(not_allowed("nothing that was noted by hand"));
        };
        let number = record.platform.take().map(|platform| platform.hrid);
        record.state = before.state;
        record.platform = before.platform.map(|platform| Request {
            hrid: number.filter(|number| !number.is_empty()).unwrap_or(platform.hrid.clone()),
            ..platform
        });
        record.updated_at = self.context.now();
        tx.take_back_event(id).await?;
        tx.remove_notice(&file_came(id)).await?;
        tx.put_request(&record).await?;
        let detail = self.requests.detail(&mut tx, &record).await?;
        tx.commit().await?;
        Ok(detail)
    }

    /// The gateway of the profile, if it is a hand-over.
    fn carried_by_hand(&self) -> Result<Gateway, Problem> {
        match &self.context.library().gateway {
            gateway @ Gateway::HandOver { .. } if self.platform.hands_over() => Ok(gateway.clone()),
            _ => Err(has_interface()),
        }
    }

    /// The desk's name as the library's page may know it; empty where the desk is a guess of ours.
    fn desk_name(&self, draft: &Draft) -> String {
        let library = self.context.library();
        let mut desks = library.desks.iter().filter(|_| !library.estimated);
        let found = desks.find(|desk| desk.id == draft.pickup_location);
        found.map(|desk| desk.name.clone()).unwrap_or_default()
    }
}

fn has_interface() -> Problem {
    not_allowed("this library has an interface")
}

/// What somebody said about a request that was handed over.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// its new state
    pub(crate) state: RequestState,
    /// the day that belongs to the state: expected, to be picked up, or due
    pub(crate) day: Option<Date>,
    /// a text for the timeline; may be empty
    pub(crate) text: String,
    /// who said so: the patron, the page or a mail
    pub(crate) source: Provenance,
}

impl Said {
    /// Records it in the ledger: the request, and the event that can be taken back. What the page or a mail says of a
    /// request that was not noted as filed files it.
    ///
    /// # Errors
    /// `NotAllowed` for a state that cannot follow, or a missing date; [store errors](crate#errors).
    pub(crate) async fn record(
        &self,
        tx: &mut Tx,
        record: &mut RequestRecord,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let Said { state, day, text, source } = self;
        let (id, service) = (record.id(), record.draft.service);
        if !source.is_hearsay() {
            return Err(not_allowed("only the patron, a page or a mail can say so"));
        }
        if !follows(&record.state, record.platform.is_some(), service, state, *source) {
            return Err(not_allowed(&format!("{state:?} does not follow {:?}", record.state)));
        }
        if *state == S::OnLoan && day.is_none() {
            return Err(not_allowed("a loan needs the day when it is due"));
        }
        if record.platform.is_none() {
            file(tx, record, String::new(), *source, now).await?;
            if *state == S::Submitted {
                record.updated_at = now;
                tx.put_request(record).await?;
                return Ok(());
            }
        }
        let before = Before { state: record.state.clone(), platform: record.platform.clone() };
        let Some(platform) = &mut record.platform else { return Err(not_allowed("it was not filed yet")) };
        platform.state = state.clone();
        platform.updated_at = now;
        platform.expected_by =
            day.filter(|_| matches!(state, S::SentToSupplier | S::WillSupply | S::Shipped));
        platform.pickup_by = day.filter(|_| *state == S::AwaitingPickup);
        platform.due_date = match state {
            S::OnLoan | S::Recalled => day.or(platform.due_date),
            S::Overdue => platform.due_date,
            _ => None,
        };
        record.state = state.clone();
        record.updated_at = now;
        tx.put_request(record).await?;
        let event = LocalEvent {
            before: Some(before),
            ..LocalEvent::new(state.clone(), *source, &clip(&clean(text), NOTE), now)
        };
        tx.add_local_event(id, &event).await?;
        Ok(())
    }
}

/// Makes a request one that was filed, under this number; what was asked about it is settled. The caller stores it.
async fn file(
    tx: &mut Tx,
    record: &mut RequestRecord,
    number: String,
    source: Provenance,
    now: Timestamp,
) -> Result<(), Problem> {
    let before = Before { state: record.state.clone(), platform: None };
    let id = record.id();
    record.platform = Some(Request { hrid: number, ..Request::bare(id, S::Submitted, now) });
    record.state = S::Submitted;
    question::take_back(record);
    let event = LocalEvent { before: Some(before), ..LocalEvent::new(S::Submitted, source, "", now) };
    tx.add_local_event(id, &event).await?;
    Ok(())
}

/// The note that goes with a request wherever it goes: its mark, and what the patron wrote. The mark is first,
/// because pages cut a note that is too long at its end.
pub(crate) fn note_with_mark(mark: Option<Mark>, note: &str) -> String {
    let mark = mark.map(|mark| mark.to_string()).unwrap_or_default();
    format!("{mark} {}", note.trim()).trim().to_owned()
}

/// The fields in the usual order of such pages; empty ones are left out.
fn fields(draft: &Draft, desk: &str, note: &str) -> Vec<HandOverField> {
    let loan = draft.service == Service::Loan;
    let part = !draft.component_title.trim().is_empty();
    let needed = draft.needed_by.map(|day| day.to_string()).unwrap_or_default();
    let cost = draft.maximum_cost.map(|fen| format!("{:.2}", fen.yuan())).unwrap_or_default();
    let values = [
        draft.component_title.as_str(),
        if part { draft.component_author.as_str() } else { "" },
        draft.title.as_str(),
        draft.author.as_str(),
        draft.editor.as_str(),
        draft.translator.as_str(),
        draft.contributor.as_str(),
        draft.publisher.as_str(),
        draft.place.as_str(),
        draft.date.as_str(),
        draft.edition.as_str(),
        draft.volume.as_str(),
        draft.issue.as_str(),
        draft.pages.as_str(),
        draft.isbn.as_str(),
        draft.issn.as_str(),
        draft.doi.as_str(),
        draft.pmid.as_str(),
        needed.as_str(),
        cost.as_str(),
        if loan { desk } else { "" },
        note,
    ];
    FIELDS
        .into_iter()
        .zip(values)
        .map(|(name, value)| HandOverField { name: name.to_owned(), value: value.trim().to_owned() })
        .filter(|field| !field.value.is_empty())
        .collect()
}

#[cfg(test)]
mod tests;
