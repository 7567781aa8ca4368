//! The strip beside the library's page: what our scripts are given, and what is believed of their answers. A page
//! may replace everything that a script uses, so an answer is outside text: bounded, cleaned, and compared with
//! what was asked.

use std::collections::BTreeMap;

use hongyan_model::library::form::{CAPTION, FIELDS, MOST_CAPTIONS, NO_FIELD, is_meaning};
use hongyan_model::library::{Gateway, Library};
use hongyan_model::record::Kind;
use hongyan_model::request::draft::Draft;
use hongyan_model::request::status_words::meaning;
use hongyan_model::text::{clean, clip, fold};
use hongyan_model::{Provenance, RequestId, RequestState, Service};
use hongyan_store::requests::RequestRecord;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::steps::{dated, follows};
use super::{HandOver, REQUEST_PAGE, has_interface};
use crate::base::fault::not_found;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::view::{
    CompanionFill, CompanionRows, FormFor, FoundField, HandOverField, LeftBecause, LeftField, NumberGuesses,
    PageRow, RequestDetail, Taken,
};

/// Setting: tenant → label of a field → our field, or `none`: what the patron corrected on the library's pages.
const CORRECTIONS: &str = "companion-corrections";
/// Longest label and longest shown value, characters.
const LABEL: usize = CAPTION;
/// Longest text of a row, characters.
const ROW: usize = 600;
/// Maximum number of controls and rows of an answer.
const MOST: usize = 500;
/// Maximum number of guesses of a number.
const MOST_NUMBERS: usize = 5;
/// Length of a number, characters.
const NUMBER: std::ops::RangeInclusive<usize> = 3..=40;

/// Corrections of all libraries: tenant → label → field.
type Corrections = BTreeMap<String, BTreeMap<String, String>>;

/// The answer of `fill`; the shapes are those of ui/src/companion/contract.ts.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct FillAnswer {
    ok: bool,
    complete: bool,
    other: String,
    found: Vec<FoundAnswer>,
    left: Vec<LeftAnswer>,
    free: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct FoundAnswer {
    field: String,
    also: Vec<String>,
    label: String,
    filled: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct LeftAnswer {
    field: String,
    label: String,
    reason: String,
}

/// The answer of `readBack`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ReadBackAnswer {
    ok: bool,
    read: Vec<ReadAnswer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ReadAnswer {
    field: String,
    also: Vec<String>,
    took: bool,
    why: String,
}

/// The answer of `rows`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RowsAnswer {
    ok: bool,
    rows: Vec<RowAnswer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RowAnswer {
    id: String,
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NumbersAnswer {
    numbers: Vec<String>,
}

impl HandOver {
    /// Address of the library's page: the one that the patron chose last, else the profile's first.
    ///
    /// # Errors
    /// `NotAllowed` where the library has an interface; [store errors](crate#errors).
    pub async fn page(&self) -> Result<String, Problem> {
        let Gateway::HandOver { page: first, .. } = self.carried_by_hand()? else {
            return Err(has_interface());
        };
        let kept: Option<String> = self.context.read().await?.setting(REQUEST_PAGE).await?;
        let pages = self.context.library().request_pages();
        Ok(kept.filter(|kept| pages.iter().any(|one| one.page == *kept)).unwrap_or(first))
    }

    /// Input of the script that finds and fills the fields of a form; `anyway`: also one that looks like the other
    /// kind of request.
    ///
    /// # Errors
    /// `NotFound`; `NotAllowed` where the library has an interface; [store errors](crate#errors).
    pub async fn fill_input(&self, id: RequestId, fill: bool, anyway: bool) -> Result<Value, Problem> {
        let values = self.get(id).await?.fields;
        let record = self.context.read().await?.request(id).await?.ok_or_else(not_found)?;
        let corrections = self.library_as_corrected().await?.form;
        let corrections: Vec<_> =
            corrections.iter().map(|(label, field)| json!({ "label": label, "field": field })).collect();
        let service = if record.draft.service == Service::Loan { "loan" } else { "copy" };
        Ok(json!({
            "fields": values, "corrections": corrections, "service": service, "of": holder(&record.draft),
            "fill": fill, "anyway": anyway,
        }))
    }

    /// What the script found and, if a second answer is given, what the page took of it.
    ///
    /// # Errors
    /// As [`HandOver::fill_input`]; `PageSilent` for an answer that is none.
    pub async fn filled(
        &self,
        id: RequestId,
        answer: &str,
        read_back: Option<&str>,
    ) -> Result<CompanionFill, Problem> {
        let values = self.get(id).await?.fields;
        let first: FillAnswer = parsed(answer)?;
        let second: Option<ReadBackAnswer> = read_back.map(parsed).transpose()?;
        if !first.ok || second.as_ref().is_some_and(|second| !second.ok) {
            return Err(silent("our script met a fault in the page"));
        }
        Ok(compared(&values, first, second.as_ref()))
    }

    /// Remembers that a label of the library's page means one of our fields, or none.
    ///
    /// # Errors
    /// `BadCall` for a field that is not one of ours; [store errors](crate#errors).
    pub async fn correct(&self, label: &str, field: Option<&str>) -> Result<(), Problem> {
        let label = clip(&clean(label), LABEL);
        let field = field.unwrap_or(NO_FIELD);
        if label.is_empty() || !is_meaning(field) {
            return Err(Problem::new(ErrorCode::BadCall, Retry::Never, "not a field"));
        }
        let library = self.context.library().key().to_owned();
        let mut tx = self.context.write().await?;
        let mut all: Corrections = tx.setting(CORRECTIONS).await?.unwrap_or_default();
        let ours = all.entry(library).or_default();
        if ours.len() >= MOST_CAPTIONS && !ours.contains_key(&label) {
            return Err(Problem::new(ErrorCode::BadCall, Retry::Never, "too many corrections"));
        }
        // a field has one place
        ours.retain(|_, other| other != field || field == NO_FIELD);
        ours.insert(label, field.to_owned());
        tx.set_setting(CORRECTIONS, &all).await?;
        Ok(tx.commit().await?)
    }

    /// The library's profile with what the patron corrected on its page and gave as its form, which stand above what the profile says; a
    /// field that the patron gave another place has no other.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn library_as_corrected(&self) -> Result<Library, Problem> {
        let mut library = self.context.library().clone();
        let corrected = self.corrections().await?.remove(library.key()).unwrap_or_default();
        library.form.retain(|label, field| {
            field == NO_FIELD
                || corrected.contains_key(label)
                || !corrected.values().any(|other| other == field)
        });
        library.form.extend(corrected);
        library.template = self.template().await?;
        while library.form.len() > MOST_CAPTIONS {
            library.form.pop_last();
        }
        Ok(library)
    }

    /// Input of the script that finds what the library's list says of our open requests.
    ///
    /// # Errors
    /// `NotAllowed` where the library has an interface; [store errors](crate#errors).
    pub async fn rows_input(&self) -> Result<Value, Problem> {
        // all of them, so that the block of one that is over is not taken for another's
        let known = self.known().await?;
        let ids: Vec<_> = known.iter().map(RequestRecord::id).collect();
        let marks = self.context.read().await?.marks_of(&ids).await?;
        let known: Vec<_> = known
            .iter()
            .map(|record| {
                let number = record.platform.as_ref().map(|platform| platform.hrid.as_str());
                json!({
                    "id": record.id(),
                    "mark": marks.get(&record.id()).map(ToString::to_string).unwrap_or_default(),
                    "number": number.unwrap_or_default(),
                    "title": title(record),
                })
            })
            .collect();
        Ok(json!({ "requests": known }))
    }

    /// What the library's list says of our open requests, with the state that its words seem to mean.
    ///
    /// # Errors
    /// As [`HandOver::rows_input`]; `PageSilent` for an answer that is none.
    pub async fn rows(&self, answer: &str) -> Result<CompanionRows, Problem> {
        let answer: RowsAnswer = parsed(answer)?;
        if !answer.ok {
            return Err(silent("our script met a fault in the page"));
        }
        let open: Vec<_> =
            self.known().await?.into_iter().filter(|record| !record.state.is_terminal()).collect();
        let said: BTreeMap<String, String> = answer
            .rows
            .into_iter()
            .take(MOST)
            .map(|row| (row.id, clip(&clean(&row.text), ROW)))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let loan = i64::from(self.context.library().loan_days).days();
        let usual = self.context.today().saturating_add(loan);
        let rows: Vec<_> = open
            .iter()
            .filter_map(|record| Some((record, said.get(&record.id().to_string())?)))
            .map(|(record, text)| row(record, text, usual))
            .collect();
        let absent = u32::try_from(open.len().saturating_sub(rows.len())).unwrap_or(u32::MAX);
        Ok(CompanionRows { rows, absent })
    }

    /// Records a state that the library's page says and the patron has confirmed, with the day that the patron saw.
    ///
    /// # Errors
    /// As [`HandOver::state`].
    pub async fn said_by_page(
        &self,
        id: RequestId,
        state: RequestState,
        day: Option<Date>,
        words: &str,
    ) -> Result<RequestDetail, Problem> {
        self.state(id, state, day, words, Provenance::Page).await
    }

    /// Input of the script that looks for the number of a request: the numbers that other requests have.
    ///
    /// # Errors
    /// As [`HandOver::rows_input`].
    pub async fn numbers_input(&self) -> Result<Value, Problem> {
        let known = self.known().await?;
        let known: Vec<_> = known
            .iter()
            .filter_map(|record| record.platform.as_ref())
            .map(|platform| &platform.hrid)
            .collect();
        Ok(json!({ "known": known }))
    }

    /// Guesses of the number that the page gave to a request.
    ///
    /// # Errors
    /// `PageSilent` for an answer that is none.
    pub fn numbers(&self, answer: &str) -> Result<NumberGuesses, Problem> {
        let answer: NumbersAnswer = parsed(answer)?;
        let mut numbers: Vec<String> = Vec::new();
        for number in answer.numbers.iter().take(MOST).map(|number| clean(number)) {
            let is_one =
                NUMBER.contains(&number.chars().count()) && number.chars().any(|c| c.is_ascii_digit());
            if is_one && !numbers.contains(&number) && numbers.len() < MOST_NUMBERS {
                numbers.push(number);
            }
        }
        Ok(NumberGuesses { numbers })
    }

    /// The structure of a page as a text that may be given away: what our script answered, as one JSON value.
    ///
    /// # Errors
    /// `PageSilent` for an answer that is none.
    pub fn structure(&self, answer: &str) -> Result<String, Problem> {
        let structure: Value = parsed(answer)?;
        if structure.get("ok") != Some(&Value::Bool(true)) {
            return Err(silent("our script met a fault in the page"));
        }
        Ok(format!("{structure:#}\n"))
    }

    async fn corrections(&self) -> Result<Corrections, Problem> {
        Ok(self.context.read().await?.setting(CORRECTIONS).await?.unwrap_or_default())
    }

    /// Requests that the library's page may speak of: all but forms; also one that was not noted as filed.
    async fn known(&self) -> Result<Vec<RequestRecord>, Problem> {
        self.carried_by_hand()?;
        Ok(self.context.read().await?.requests().await?)
    }
}

fn silent(detail: &str) -> Problem {
    Problem::new(ErrorCode::PageSilent, Retry::Now, detail.to_owned())
}

fn parsed<T: for<'a> Deserialize<'a>>(answer: &str) -> Result<T, Problem> {
    serde_json::from_str(answer).map_err(|_| silent("not the answer of our script"))
}

/// What was found, for the values that were asked for: a page cannot add fields, or claim one twice.
fn compared(values: &[HandOverField], first: FillAnswer, second: Option<&ReadBackAnswer>) -> CompanionFill {
    let mut missing = Vec::new();
    let mut found = Vec::new();
    for value in values {
        let is_it = |field: &String, also: &[String]| *field == value.name || also.contains(&value.name);
        let Some(answer) = first.found.iter().find(|one| is_it(&one.field, &one.also)) else {
            missing.push(value.clone());
            continue;
        };
        let later = second.and_then(|second| second.read.iter().find(|one| is_it(&one.field, &one.also)));
        let taken = match (second.is_some(), later) {
            (false, _) => Taken::Found,
            (true, Some(later)) if answer.filled && later.took => Taken::Filled,
            (true, Some(later)) if later.why == "cut" => Taken::Cut,
            (true, _) => Taken::Refused,
        };
        found.push(FoundField {
            field: value.name.clone(),
            label: clip(&clean(&answer.label), LABEL),
            taken,
        });
    }
    let left = first
        .left
        .into_iter()
        .take(MOST)
        .map(|one| LeftField {
            label: clip(&clean(&one.label), LABEL),
            because: because(&one.reason),
            field: FIELDS.contains(&one.field.as_str()).then_some(one.field),
        })
        .collect();
    let free = first.free.iter().take(MOST).map(|label| clip(&clean(label), LABEL)).collect();
    let other = match first.other.as_str() {
        "article" => Some(FormFor::Article),
        "loan" => Some(FormFor::Loan),
        _ => None,
    };
    CompanionFill { filled: second.is_some(), complete: first.complete, other, found, missing, left, free }
}

/// Of what the title is the title: of a journal, or of a work that is in none. What the patron typed decides before
/// the kind, which a form may have kept from another work.
fn holder(draft: &Draft) -> &'static str {
    let typed = |value: &String| !value.trim().is_empty();
    let (serial, book) = (typed(&draft.issn) || typed(&draft.issue), typed(&draft.isbn));
    if serial != book {
        return if serial { "journal" } else { "book" };
    }
    match draft.kind {
        Kind::Article | Kind::Journal | Kind::Newspaper => "journal",
        Kind::Book | Kind::AncientBook | Kind::Thesis | Kind::Report | Kind::Patent | Kind::Standard => {
            "book"
        }
        Kind::Other if draft.service == Service::Loan && !serial => "book",
        Kind::Conference | Kind::Other => "other",
    }
}

fn because(reason: &str) -> LeftBecause {
    match reason {
        "forbidden" => LeftBecause::Forbidden,
        "componentSelect" | "noOption" => LeftBecause::Select,
        "datePicker" => LeftBecause::DatePicker,
        "frame" | "shadow" => LeftBecause::Closed,
        _ => LeftBecause::Locked,
    }
}

/// The title that the page shows: of the part, if there is one.
fn title(record: &RequestRecord) -> &str {
    let draft = &record.draft;
    if draft.component_title.trim().is_empty() { &draft.title } else { &draft.component_title }
}

fn row(record: &RequestRecord, text: &str, usual: Date) -> PageRow {
    let meant = meaning(&without(text, &[&record.draft.title, &record.draft.component_title]));
    let (filed, service) = (record.platform.is_some(), record.draft.service);
    let meant = meant.filter(|(state, _)| {
        *state != record.state && follows(&record.state, filed, service, state, Provenance::Page)
    });
    let (step, because) = meant.map_or((None, String::new()), |(state, words)| (Some(state), words));
    PageRow {
        dated: step.as_ref().is_some_and(dated),
        day: step.as_ref().filter(|step| **step == RequestState::OnLoan).map(|_| usual),
        id: record.id(),
        title: title(record).to_owned(),
        state: record.state.clone(),
        text: text.to_owned(),
        step,
        because,
    }
}

/// A text without the cells that are a title: a title may contain the words of a state.
fn without(text: &str, titles: &[&str]) -> String {
    let titles: Vec<String> =
        titles.iter().map(|title| fold(title)).filter(|title| !title.is_empty()).collect();
    text.split(['\n', '\t', '|'])
        .map(|cell| {
            let mut folded = fold(cell);
            for title in &titles {
                folded = folded.replace(title.as_str(), " ");
            }
            folded
        })
        .collect::<Vec<_>>()
        .join("|")
}

#[cfg(test)]
mod tests {
    use super::{FillAnswer, ReadBackAnswer, compared, holder, parsed, without};
    use crate::view::{FormFor, HandOverField, Taken};
    use hongyan_model::Service;
    use hongyan_model::record::Kind;
    use hongyan_model::request::status_words::meaning;

    fn value(name: &str, value: &str) -> HandOverField {
        HandOverField { name: name.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn a_page_can_neither_add_fields_nor_claim_what_was_not_asked() {
        let first = r#"{"found":[{"field":"title","label":"刊名\u0000\u202e","filled":true},
            {"field":"title","label":"再一次","filled":true},{"field":"password","label":"密码","filled":true}],
            "left":[{"label":"验证码","reason":"forbidden"}],"surprise":{"a":[1]}}"#;
        let second = r#"{"ok":true,"read":[{"field":"title","took":true}]}"#;
        let (first, second): (FillAnswer, ReadBackAnswer) = (parsed(first).unwrap(), parsed(second).unwrap());
        let seen = compared(&[value("title", "广西民族研究"), value("pages", "1-9")], first, Some(&second));
        assert_eq!(seen.found.len(), 1);
        assert_eq!((seen.found[0].label.as_str(), seen.found[0].taken), ("刊名", Taken::Filled));
        assert_eq!(seen.missing, [value("pages", "1-9")]);
    }

    #[test]
    fn what_a_title_is_of_is_said_by_what_was_typed_and_then_by_the_kind() {
        let of = |service, kind, typed: &[(&str, &str)]| {
            let mut draft = serde_json::json!({
                "id": uuid::Uuid::nil(), "service": service, "kind": kind, "updatedAt": "2026-11-30T00:00:00Z",
            });
            for (field, value) in typed {
                draft[*field] = (*value).into();
            }
            holder(&serde_json::from_value(draft).unwrap())
        };
        let (loan, copy) = (Service::Loan, Service::Copy);
        assert_eq!(of(loan, Kind::Other, &[]), "book");
        assert_eq!(of(loan, Kind::Journal, &[]), "journal");
        assert_eq!(of(loan, Kind::Book, &[("issue", "3")]), "journal");
        assert_eq!(of(copy, Kind::Article, &[("isbn", "9787020002207")]), "book");
        assert_eq!(of(copy, Kind::Article, &[]), "journal");
        assert_eq!(of(copy, Kind::Book, &[("isbn", "9787020002207"), ("issn", "1004-454X")]), "book");
        assert_eq!(of(copy, Kind::Other, &[]), "other");
    }

    #[test]
    fn a_form_of_another_kind_is_one_of_two() {
        for (said, is) in [("article", Some(FormFor::Article)), ("loan", Some(FormFor::Loan)), ("<b>", None)]
        {
            let answer = parsed(&format!(r#"{{"ok":true,"other":"{said}"}}"#)).unwrap();
            assert_eq!(compared(&[], answer, None).other, is);
        }
    }

    #[test]
    fn what_is_not_read_back_is_not_said_to_be_there() {
        let answer = r#"{"found":[{"field":"title","label":"题名","filled":true}]}"#;
        let seen =
            compared(&[value("title", "铜鼓")], parsed(answer).unwrap(), Some(&ReadBackAnswer::default()));
        assert_eq!(seen.found[0].taken, Taken::Refused);
        for lie in ["", "null", "[]", "\"x\"", "{\"found\":{}}", "{\"found\":[{\"field\":1}]}"] {
            // a list is taken for a shape of which every field is missing: then it is not marked as an answer
            assert!(!parsed::<FillAnswer>(lie).is_ok_and(|answer| answer.ok), "{lie}");
        }
    }

    #[test]
    fn a_title_with_the_words_of_a_state_says_nothing() {
        let text = "《已取消的借閱：在借圖書研究》 | 审核中 | 2026-11-30";
        let rest = without(text, &["已取消的借阅：在借图书研究", ""]);
        assert_eq!(meaning(&rest).unwrap().1, "审核中");
    }
}
