//! Export of the history, whole or filtered, to a file. Reads in pages, so that other users of the ledger need
//! not wait for the whole.

use hongyan_formats::calendar::{Day, calendar};
use hongyan_formats::cite::{Format, file, from_record};
use hongyan_formats::table::Table;
use hongyan_model::request::Supplier;
use hongyan_model::{IdentifierKind, Provenance, RequestId, Service};
use hongyan_store::Tx;
use hongyan_store::history::{HistoryEntry, HistoryPosition};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::History;
use super::{PAGE, narrowed, order, words};
use crate::base::problem::Problem;
use crate::view::{HistoryForm, HistoryQuery};

/// Value of `schema` in a JSON file of the history; docs/history-file.md describes the format.
const SCHEMA: &str = "hongyan-history/1";

/// An exported file in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// file name without a directory
    pub name: String,
    /// content
    pub bytes: Vec<u8>,
    /// number of entries: requests, dates or rows
    pub count: u32,
}

impl History {
    /// Exports the history that matches a query. `english`: language of the words in the file, Chinese
    /// otherwise.
    ///
    /// # Errors
    /// As [`History::search`].
    pub async fn file(
        &self,
        query: &HistoryQuery,
        form: HistoryForm,
        english: bool,
    ) -> Result<Exported, Problem> {
        let zone = crate::base::clock::zone();
        let narrowed =
            narrowed(&mut self.context.read().await?, query, &zone, self.platform.hands_over()).await?;
        let order = order(query.sort);
        let now = self.context.now();
        let mut sheet =
            Sheet::begin(form, english, now, zone.clone(), self.context.library().contact.place.clone());
        let mut after: Option<HistoryPosition> = None;
        loop {
            let mut tx = self.context.read().await?;
            let page = tx.history_page(&narrowed, order, after, PAGE).await?;
            let told = told(&mut tx, &page.entries, form == HistoryForm::Json).await?;
            drop(tx);
            sheet.add(&page.entries, &told);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(sheet.end())
    }
}

/// A table file that grows page by page.
struct Sheet {
    form: HistoryForm,
    english: bool,
    now: Timestamp,
    zone: TimeZone,
    place: String,
    count: u32,
    table: Table,
    text: String,
    days: Vec<Day>,
}

impl Sheet {
    fn begin(form: HistoryForm, english: bool, now: Timestamp, zone: TimeZone, place: String) -> Sheet {
        let head = words::COLUMNS.iter().map(|word| word.said(english)).collect();
        let table = Table { head, rows: Vec::new() };
        Sheet { form, english, now, zone, place, count: 0, table, text: String::new(), days: Vec::new() }
    }

    fn add(&mut self, entries: &[HistoryEntry], told: &[Told]) {
        match self.form {
            HistoryForm::Csv => {
                for (entry, told) in entries.iter().zip(told) {
                    let row = self.row(entry, &told.mark);
                    self.table.rows.push(row);
                }
            }
            HistoryForm::Json => {
                for (entry, told) in entries.iter().zip(told) {
                    if !self.text.is_empty() {
                        self.text.push_str(",\n");
                    }
                    self.text.push_str(&object(entry, told).to_string());
                }
            }
            HistoryForm::Ris => {
                let today = self.now.to_zoned(self.zone.clone()).date();
                let items: Vec<_> = entries
                    .iter()
                    .map(|entry| {
                        from_record(&entry.record.draft.record(), &entry.record.id().to_string(), today)
                    })
                    .collect();
                self.text.push_str(&file(&items, Format::Ris));
            }
            HistoryForm::Ics => {
                for entry in entries {
                    let days = self.days_of(entry);
                    self.days.extend(days);
                }
            }
        }
        self.count = self.count.saturating_add(u32::try_from(entries.len()).unwrap_or(u32::MAX));
    }

    fn end(self) -> Exported {
        let day = self.now.to_zoned(self.zone.clone()).date();
        let name = |ending: &str| format!("{}-{day}.{ending}", words::HISTORY.said(self.english));
        match self.form {
            HistoryForm::Csv => Exported { name: name("csv"), bytes: self.table.csv(), count: self.count },
            HistoryForm::Json => {
                let head = json!({"schema": SCHEMA, "exportedAt": self.now, "count": self.count}).to_string();
                let head = head.trim_end_matches('}');
                let text = format!("{head},\"requests\":[\n{}\n]}}\n", self.text);
                Exported { name: name("json"), bytes: text.into_bytes(), count: self.count }
            }
            HistoryForm::Ris => {
                Exported { name: name("ris"), bytes: self.text.into_bytes(), count: self.count }
            }
            HistoryForm::Ics => {
                let text = calendar(&words::CALENDAR.said(self.english), &self.days, self.now);
                let count = u32::try_from(self.days.len()).unwrap_or(u32::MAX);
                Exported { name: name("ics"), bytes: text.into_bytes(), count }
            }
        }
    }

    fn row(&self, entry: &HistoryEntry, mark: &str) -> Vec<String> {
        let (record, draft) = (&entry.record, &entry.record.draft);
        let platform = record.platform.as_ref();
        let time = |at: Timestamp| at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
        let money = |fen: Option<hongyan_model::Fen>| fen.map(words::yuan).unwrap_or_default();
        let label = platform.map(|platform| platform.state_label.as_str()).unwrap_or_default();
        let outcome = record.state.outcome(entry.came_at.is_some());
        vec![
            platform.map(|platform| platform.hrid.clone()).unwrap_or_default(),
            words::service(draft.service, self.english),
            words::kind(draft.kind, self.english),
            draft.title.clone(),
            draft.author.clone(),
            draft.component_title.clone(),
            draft.component_author.clone(),
            draft.editor.clone(),
            draft.translator.clone(),
            draft.contributor.clone(),
            draft.publisher.clone(),
            draft.date.clone(),
            draft.volume.clone(),
            draft.issue.clone(),
            draft.pages.clone(),
            draft.isbn.clone(),
            draft.issn.clone(),
            draft.doi.clone(),
            draft.pmid.clone(),
            words::state(&record.state, label, self.english),
            words::outcome(outcome, self.english),
            time(record.created_at),
            entry.came_at.map(time).unwrap_or_default(),
            time(record.updated_at),
            supplier(entry).to_owned(),
            money(platform.and_then(|platform| platform.cost)),
            money(platform.and_then(|platform| platform.cost_to_patron)),
            mark.to_owned(),
        ]
    }

    /// The dates of an open request.
    fn days_of(&self, entry: &HistoryEntry) -> Vec<Day> {
        let record = &entry.record;
        let Some(platform) = record.platform.as_ref().filter(|_| !record.state.is_terminal()) else {
            return Vec::new();
        };
        let came = record.state.has_come();
        let loan = record.draft.service == Service::Loan;
        [
            ("pickup", words::PICK_UP, platform.pickup_by.filter(|_| loan)),
            ("due", words::BRING_BACK, platform.due_date.filter(|_| loan)),
            ("expected", words::EXPECTED, platform.expected_by.filter(|_| !came)),
        ]
        .into_iter()
        .filter_map(|(what, word, day)| {
            let title = record.draft.display_title().trim();
            let title = if title.is_empty() { platform.hrid.as_str() } else { title };
            let colon = if self.english { ": " } else { "：" };
            Some(Day {
                id: format!("{}-{what}@hongyan", record.id()),
                day: day?,
                title: format!("{}{colon}{title}", word.said(self.english)),
                text: platform.hrid.clone(),
                place: if loan { self.place.clone() } else { String::new() },
            })
        })
        .collect()
    }
}

fn supplier(entry: &HistoryEntry) -> &str {
    let platform = entry.record.platform.as_ref();
    platform.and_then(|platform| platform.supplier.as_ref()).map_or("", Supplier::shown)
}

/// What is exported of a request beside its row.
struct Told {
    mark: String,
    /// its timeline, oldest first; empty where the form has no place for it
    events: Vec<Value>,
}

/// The marks of requests in the order of the entries, and their timelines if wanted.
async fn told(tx: &mut Tx, entries: &[HistoryEntry], events: bool) -> Result<Vec<Told>, Problem> {
    let ids: Vec<RequestId> = entries.iter().map(|entry| entry.record.id()).collect();
    let marks = tx.marks_of(&ids).await?;
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        let mut timeline = Vec::new();
        if events {
            let here = tx.local_events(id).await?.into_iter();
            timeline.extend(here.map(|event| {
                let (at, state, source, note) = (event.at, event.state, event.source, event.note);
                (at, json!({"at": at, "state": state, "source": source, "note": note}))
            }));
            let platform = tx.events(id).await?.into_iter();
            timeline.extend(platform.map(|event| {
                let (at, state, note, kind) = (event.at, event.to_state, event.note, event.kind);
                let source = Provenance::Platform;
                (at, json!({"at": at, "state": state, "source": source, "note": note, "kind": kind}))
            }));
            timeline.sort_by_key(|(at, _)| *at);
        }
        let mark = marks.get(&id).map(ToString::to_string).unwrap_or_default();
        all.push(Told { mark, events: timeline.into_iter().map(|(_, event)| event).collect() });
    }
    Ok(all)
}

/// A request as JSON.
fn object(entry: &HistoryEntry, told: &Told) -> Value {
    let (record, draft) = (&entry.record, &entry.record.draft);
    let platform = record.platform.as_ref();
    let identifiers: serde_json::Map<String, Value> = draft
        .identifiers()
        .into_iter()
        .map(|identifier| (identifier.kind.code().to_owned(), Value::String(identifier.value)))
        .collect();
    debug_assert!(identifiers.keys().all(|code| IdentifierKind::from_code(code).is_some()));
    json!({
        "id": record.id(),
        "mark": told.mark,
        "number": platform.map(|platform| platform.hrid.as_str()).unwrap_or_default(),
        "service": draft.service,
        "kind": draft.kind,
        "title": draft.title,
        "author": draft.author,
        "componentTitle": draft.component_title,
        "componentAuthor": draft.component_author,
        "editor": draft.editor,
        "translator": draft.translator,
        "contributor": draft.contributor,
        "publisher": draft.publisher,
        "place": draft.place,
        "date": draft.date,
        "edition": draft.edition,
        "volume": draft.volume,
        "issue": draft.issue,
        "pages": draft.pages,
        "language": draft.language,
        "identifiers": identifiers,
        "note": draft.note,
        "state": record.state,
        "outcome": record.state.outcome(entry.came_at.is_some()),
        "askedAt": record.created_at,
        "cameAt": entry.came_at,
        "changedAt": record.updated_at,
        "supplier": supplier(entry),
        "expectedBy": platform.and_then(|platform| platform.expected_by),
        "pickupBy": platform.and_then(|platform| platform.pickup_by),
        "dueDate": platform.and_then(|platform| platform.due_date),
        "costFen": platform.and_then(|platform| platform.cost),
        "costToPatronFen": platform.and_then(|platform| platform.cost_to_patron),
        "events": told.events,
    })
}
