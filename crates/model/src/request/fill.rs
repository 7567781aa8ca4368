//! What a catalogue may add to a form. What is written stays, always; what is not written is taken from a
//! description of the same edition. Of another edition only what holds for the work is taken: whoever asks
//! for the book of 1982 must not get the ISBN, the pages or the call number of the one of 2008.

use serde::{Deserialize, Serialize};

use super::Draft;

/// What a description has to do with what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Edition {
    /// another work: nothing is taken
    OtherWork,
    /// another edition, or another printing of the article: year, publisher, edition or host differ
    Other,
    /// the writing names an edition and the description does not say whether it is that one
    Unproved,
    /// the same, or the writing names no edition
    Same,
}

/// A text field of a form, by its name in JSON, and a text for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FieldText {
    /// `title`, `componentTitle` …
    pub field: String,
    /// what is or could be in it
    pub text: String,
}

/// What filling a form did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Filling {
    /// what was put into fields that were empty
    pub filled: Vec<FieldText>,
    /// what the description says of fields in which something else is written; nothing was replaced
    pub differs: Vec<FieldText>,
    /// what it says of empty fields, and what was not taken because it is another edition's
    pub left: Vec<FieldText>,
}

/// What a catalogue did to a form; kept with it, so that the form can still say so after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Catalogued {
    /// id of the source that knew the work
    pub source: String,
    /// which edition it has
    pub edition: Edition,
    /// what it added, what it says otherwise, what was left
    pub filling: Filling,
}

/// The part of a form that a field belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// holds for every edition of a whole work; where a part is asked for, it speaks of its host
    Whole,
    /// holds wherever the part was printed
    Component,
    /// holds for one edition
    Edition,
}

type Text = fn(&mut Draft) -> &mut String;

/// The bibliographic fields.
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
    /// Fills what is empty from a description. `same` says whether two texts of a field mean the same thing;
    /// where they do not, it is told.
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

    /// True when something is written that only one edition has.
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
        // what a record fills is what may be filled from one
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
