//! Completing a form from a catalogue record. Fields that are filled in are never changed. Empty fields
//! are filled from a record of the same edition; from another edition, only with data that holds for
//! every edition: a patron who asks for the book of 1982 must not get the ISBN, pages or call number of
//! the one of 2008.

use serde::{Deserialize, Serialize};

use super::Draft;

/// How a record relates to the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Edition {
    /// another work: nothing is taken from it
    OtherWork,
    /// another edition, or another printing of the article: year, publisher, edition or host differ
    Other,
    /// the form names an edition, and the record does not say whether it is the same
    Unproved,
    /// the same edition, or the form names none
    Same,
}

/// A value for a text field of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FieldText {
    /// name of the field in JSON: `title`, `componentTitle` …
    pub field: String,
    /// the value
    pub text: String,
}

/// Result of completing a form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Filling {
    /// values that were put into empty fields
    pub filled: Vec<FieldText>,
    /// values of the record that differ from what the form has; nothing was replaced
    pub differs: Vec<FieldText>,
    /// values for empty fields that were not taken, because they belong to another edition
    pub left: Vec<FieldText>,
}

/// The result of a completion, stored with the form so that it can still be shown after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Catalogued {
    /// id of the source that has the work
    pub source: String,
    /// how its edition relates to the form
    pub edition: Edition,
    /// the values added, differing and left out
    pub filling: Filling,
}

/// What the value of a field depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// the whole work: the same for every edition; where a part is requested, it describes the host
    Whole,
    /// the part: the same wherever it was printed
    Component,
    /// the edition
    Edition,
}

type Text = fn(&mut Draft) -> &mut String;

/// The bibliographic text fields.
const TEXTS: [(&str, Part, Text); 19] = [
    ("title", Part::Whole, |draft| &mut draft.title),
    ("author", Part::Whole, |draft| &mut draft.author),
    ("componentTitle", Part::Component, |draft| &mut draft.component_title),
    ("componentAuthor", Part::Component, |draft| &mut draft.component_author),
    ("editor", Part::Edition, |draft| &mut draft.editor),
    ("translator", Part::Edition, |draft| &mut draft.translator),
    ("contributor", Part::Edition, |draft| &mut draft.contributor),
    ("publisher", Part::Edition, |draft| &mut draft.publisher),
    ("place", Part::Edition, |draft| &mut draft.place),
    ("date", Part::Edition, |draft| &mut draft.date),
    ("edition", Part::Edition, |draft| &mut draft.edition),
    ("volume", Part::Edition, |draft| &mut draft.volume),
    ("issue", Part::Edition, |draft| &mut draft.issue),
    ("pages", Part::Edition, |draft| &mut draft.pages),
    ("language", Part::Edition, |draft| &mut draft.language),
    ("isbn", Part::Edition, |draft| &mut draft.isbn),
    ("issn", Part::Edition, |draft| &mut draft.issn),
    ("doi", Part::Edition, |draft| &mut draft.doi),
    ("pmid", Part::Edition, |draft| &mut draft.pmid),
];

impl Draft {
    /// Fills empty fields from a record. `same(field, ours, theirs)` decides whether two values mean the
    /// same; where they do not, the difference is reported.
    pub fn complete(
        &mut self,
        found: &Draft,
        edition: Edition,
        same: impl Fn(&str, &str, &str) -> bool,
    ) -> Filling {
        let mut filling = Filling::default();
        let mut theirs = found.clone();
        let of_part = !self.component_title.trim().is_empty() || !found.component_title.trim().is_empty();
        for (name, part, field) in TEXTS {
            let text = field(&mut theirs).trim().to_owned();
            if text.is_empty() {
                continue;
            }
            let mine = field(self);
            if !mine.trim().is_empty() {
                if !same(name, mine, &text) {
                    filling.differs.push(FieldText { field: name.to_owned(), text });
                }
                continue;
            }
            let taken = match part {
                _ if edition == Edition::OtherWork => false,
                _ if edition == Edition::Same => true,
                Part::Whole => !of_part,
                Part::Component => true,
                Part::Edition => false,
            };
            if taken {
                mine.clone_from(&text);
            }
            let told = if taken { &mut filling.filled } else { &mut filling.left };
            told.push(FieldText { field: name.to_owned(), text });
        }
        if edition == Edition::Same {
            self.total_pages = self.total_pages.or(found.total_pages);
            self.source = self.source.take().or_else(|| found.source.clone());
        }
        filling
    }

    /// Whether a field is filled in that only one edition has.
    pub fn names_edition(&self) -> bool {
        let mut mine = self.clone();
        TEXTS.into_iter().any(|(_, part, field)| part == Part::Edition && !field(&mut mine).trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{Edition, Part, TEXTS};
    use crate::request::draft::SourceRef;
    use crate::request::{Draft, RequestId, Service};

    fn blank() -> Draft {
        Draft::blank(RequestId(Uuid::nil()), Service::Loan, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn what_is_written_stays_and_a_difference_is_told() {
        let mut mine =
            Draft { title: "红楼梦".into(), publisher: "上海古籍出版社".into(), ..blank() };
        let found = Draft {
            title: "红楼梦".into(),
            author: "曹雪芹".into(),
            publisher: "商務印書館".into(),
            isbn: "9787020002207".into(),
            total_pages: Some(1600),
            source: Some(SourceRef { source: "calis".into(), record: "1".into() }),
            ..blank()
        };
        let filling = mine.complete(&found, Edition::Other, |_, a, b| a == b);
        assert_eq!((mine.publisher.as_str(), mine.author.as_str()), ("上海古籍出版社", "曹雪芹"));
        assert_eq!((mine.isbn.as_str(), mine.total_pages, mine.source), ("", None, None));
        assert_eq!(filling.filled.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["author"]);
        assert_eq!(filling.differs[0].field, "publisher");
    }

    #[test]
    fn every_text_of_a_description_is_one_of_them() {
        // every field that a record fills is in the table of fields that may be completed
        let mut draft = blank();
        for (name, _, field) in TEXTS {
            *field(&mut draft) = name.to_owned();
        }
        let json = serde_json::to_value(&draft).unwrap();
        for (name, ..) in TEXTS {
            assert_eq!(json[name], name);
        }
        let other = ["pickupLocation", "note"];
        let texts = json.as_object().unwrap().iter().filter(|(_, value)| value.as_str() == Some(""));
        assert_eq!(texts.map(|(name, _)| name.as_str()).filter(|name| !other.contains(name)).count(), 0);
    }

    proptest! {
        #[test]
        fn no_written_field_changes_and_no_number_of_another_edition_comes(
            mine in proptest::collection::vec("[红楼梦0-9]{0,3}", 19),
            theirs in proptest::collection::vec("[紅樓夢0-9]{0,3}", 19),
            edition in prop_oneof![Just(Edition::OtherWork), Just(Edition::Other), Just(Edition::Unproved), Just(Edition::Same)],
        ) {
            let (mut written, mut found) = (blank(), blank());
            for ((_, _, field), (one, other)) in TEXTS.into_iter().zip(mine.iter().zip(&theirs)) {
                field(&mut written).clone_from(one);
                field(&mut found).clone_from(other);
            }
            let mut filled = written.clone();
            filled.complete(&found, edition, |_, a, b| a == b);
            for (name, part, field) in TEXTS {
                let (before, after) = (field(&mut written.clone()).clone(), field(&mut filled.clone()).clone());
                if !before.is_empty() || part == Part::Edition && edition != Edition::Same {
                    prop_assert_eq!(before, after, "{}", name);
                }
            }
        }
    }
}
