//! A form as a bibliographic record, for citing and exporting.

use super::Draft;
use super::draft::split_names;
use crate::record::{Creator, Kind, Record, Role, year_of};

impl Draft {
    /// The requested work: the article with its journal, or the book. As long as the form names the work
    /// that it was filled from, this is its description, with what the patron or a catalogue has changed
    /// since; else what the form itself says.
    pub fn record(&self) -> Record {
        let written = self.written();
        let Some(origin) = self.origin.as_deref() else { return written };
        let first = Draft::from_record(origin, self.id, self.service, self.updated_at);
        let same = |field: fn(&Draft) -> &String| field(self).trim() == field(&first).trim();
        let titled = same(|draft| &draft.title) && same(|draft| &draft.component_title);
        if self.kind != first.kind
            || !titled
            || !same(|draft| &draft.author)
            || !same(|draft| &draft.component_author)
        {
            return written;
        }
        let mut record = Record { id: written.id, ..origin.clone() };
        if !(same(|draft| &draft.editor)
            && same(|draft| &draft.translator)
            && same(|draft| &draft.contributor))
        {
            record.creators = written.creators;
        }
        if !same(|draft| &draft.date) {
            (record.year, record.date) = (written.year, written.date);
        }
        if self.identifiers() != first.identifiers() {
            record.identifiers = written.identifiers;
        }
        if !same(|draft| &draft.publisher) || !same(|draft| &draft.place) || !same(|draft| &draft.edition) {
            record.original = None;
        }
        type Pair = (fn(&Draft) -> &String, fn(&mut Record) -> &mut String);
        let texts: [Pair; 7] = [
            (|draft| &draft.publisher, |record| &mut record.publisher),
            (|draft| &draft.place, |record| &mut record.place),
            (|draft| &draft.edition, |record| &mut record.edition),
            (|draft| &draft.volume, |record| &mut record.volume),
            (|draft| &draft.issue, |record| &mut record.issue),
            (|draft| &draft.pages, |record| &mut record.pages),
            (|draft| &draft.language, |record| &mut record.language),
        ];
        for (mine, slot) in texts {
            if !same(mine) {
                mine(self).trim().clone_into(slot(&mut record));
            }
        }
        record
    }

    /// What the form itself says: the inverse of [`Draft::from_record`] as far as it has the data.
    fn written(&self) -> Record {
        let trimmed = |text: &str| text.trim().to_owned();
        let part = !self.component_title.trim().is_empty();
        let (title, by) =
            if part { (&self.component_title, &self.component_author) } else { (&self.title, &self.author) };
        let people = [
            (by, Role::Author),
            (&self.editor, Role::Editor),
            (&self.translator, Role::Translator),
            (&self.contributor, Role::Contributor),
        ];
        let creators = people.into_iter().flat_map(|(names, role)| {
            split_names(names).map(move |name| Creator { name: name.to_owned(), role })
        });
        let date = self.date.trim();
        let pages = match self.total_pages {
            Some(pages) if !part && self.pages.trim().is_empty() => pages.to_string(),
            _ => trimmed(&self.pages),
        };
        Record {
            id: self.id.to_string(),
            kind: self.kind,
            title: trimmed(title),
            creators: creators.collect(),
            container: match (part, self.kind) {
                (true, _) => trimmed(&self.title),
                (false, Kind::Thesis) => trimmed(&self.publisher),
                _ => String::new(),
            },
            publisher: trimmed(&self.publisher),
            place: trimmed(&self.place),
            year: year_of(date),
            date: date.to_owned(),
            edition: trimmed(&self.edition),
            volume: trimmed(&self.volume),
            issue: trimmed(&self.issue),
            pages,
            language: trimmed(&self.language),
            identifiers: self.identifiers(),
            ..Record::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use crate::record::Kind;
    use crate::request::{Draft, RequestId, Service};

    #[test]
    fn an_article_and_a_book() {
        let mut draft = Draft::blank(RequestId(Uuid::nil()), Service::Copy, Timestamp::UNIX_EPOCH);
        draft.component_title = "论壮族的铜鼓文化".into();
        draft.component_author = "黄某；韦某".into();
        draft.title = "广西民族研究".into();
        draft.date = "2009".into();
        draft.pages = "12-20".into();
        draft.issn = "1004-454X".into();
        let record = draft.record();
        assert_eq!((record.title.as_str(), record.container.as_str()), ("论壮族的铜鼓文化", "广西民族研究"));
        assert_eq!((record.creators.len(), record.year, record.kind), (2, Some(2009), Kind::Article));
        assert_eq!(record.identifiers.len(), 1);
        draft.component_title.clear();
        draft.date = "光绪三年".into();
        draft.pages.clear();
        draft.total_pages = Some(240);
        let record = draft.record();
        assert_eq!((record.title.as_str(), record.year), ("广西民族研究", None));
        assert_eq!((record.date.as_str(), record.pages.as_str()), ("光绪三年", "240"));
    }
}
