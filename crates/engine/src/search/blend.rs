//! Merges the records of a work into one: the value of most members, otherwise the longest. The members
//! stay with the work, so no data is lost.

use std::borrow::Cow;
use std::sync::Arc;

use hongyan_model::text::{fold, is_han};
use hongyan_model::{Creator, Kind, Record};

use super::keys::Keyed;

/// The merged record, and the indices of the members with the most complete first. `members` are ordered
/// by key, so the result depends on the set alone.
pub(crate) fn blend(members: &[&Keyed]) -> (Arc<Record>, Vec<usize>) {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|at| members.get(*at).map(|m| std::cmp::Reverse(fullness(&m.record))));
    let sorted: Vec<&Keyed> = order.iter().filter_map(|at| members.get(*at).copied()).collect();
    let merged = match sorted.as_slice() {
        [] => Arc::new(Record::default()),
        [one] => Arc::clone(&one.record),
        [first, ..] => Arc::new(combine(first, &sorted)),
    };
    (merged, order)
}

fn combine(first: &Keyed, sorted: &[&Keyed]) -> Record {
    let records: Vec<&Record> = sorted.iter().map(|keyed| keyed.record.as_ref()).collect();
    // prefer members with a title in Chinese characters to romanised ones
    let han = |keyed: &Keyed| keyed.title().chars().any(is_han);
    let native: Vec<&Keyed> = sorted.iter().copied().filter(|keyed| han(keyed)).collect();
    let native = if native.is_empty() { sorted } else { native.as_slice() };
    // title and subtitle come from members with the most frequent title, because they belong together
    let title = commonest(native.iter().map(|keyed| keyed.title()).filter(|title| !title.is_empty()));
    let title = title.unwrap_or_default();
    let titled = sorted.iter().find(|keyed| keyed.title() == title).unwrap_or(&first);
    let year = commonest(records.iter().filter_map(|r| r.year));
    let text = |field: fn(&Record) -> &str| agreed(&records, field);
    let mut merged = Record {
        source: first.record.source.clone(),
        id: first.record.id.clone(),
        kind: kind(&records),
        title: titled.record.title.clone(),
        subtitle: longest(&titles_like(sorted, title), |r| &r.subtitle),
        part: longest(&records, |r| &r.part),
        variant_titles: Vec::new(),
        creators: creators(native, sorted),
        publisher: text(|r| &r.publisher),
        place: text(|r| &r.place),
        year,
        date: records
            .iter()
            .find(|r| r.year == year && !r.date.is_empty())
            .map(|r| r.date.clone())
            .unwrap_or_default(),
        edition: text(|r| &r.edition),
        container: text(|r| &r.container),
        volume: text(|r| &r.volume),
        issue: text(|r| &r.issue),
        pages: text(|r| &r.pages),
        number: text(|r| &r.number),
        form: text(|r| &r.form),
        more: sorted
            .iter()
            .find(|keyed| !keyed.record.more.is_empty())
            .map(|k| k.record.more.clone())
            .unwrap_or_default(),
        accessed: text(|r| &r.accessed),
        original: sorted.iter().find_map(|keyed| keyed.record.original.clone()),
        language: text(|r| &r.language),
        identifiers: Vec::new(),
        summary: longest(&records, |r| &r.summary),
        subjects: Vec::new(),
        series: text(|r| &r.series),
        classification: Vec::new(),
        holdings: Vec::new(),
        links: Vec::new(),
        raw: None,
    };
    let mut known: Vec<Cow<'_, str>> = vec![title.into()];
    let mut seen: Vec<&str> = Vec::new();
    for keyed in sorted {
        let record = &keyed.record;
        for variant in std::iter::once(&record.title).chain(&record.variant_titles) {
            if seen.contains(&variant.as_str()) {
                continue; // folded before
            }
            seen.push(variant);
            let proper = variant == &record.title;
            let key = if proper { Cow::Borrowed(keyed.title()) } else { Cow::Owned(fold(variant)) };
            if !key.is_empty() && !known.contains(&key) {
                known.push(key);
                merged.variant_titles.push(variant.clone());
            }
        }
        union(&mut merged.identifiers, &record.identifiers);
        union(&mut merged.subjects, &record.subjects);
        union(&mut merged.classification, &record.classification);
        union(&mut merged.holdings, &record.holdings);
        for link in &record.links {
            match merged.links.iter_mut().find(|other| other.url == link.url) {
                Some(other) => other.open_access |= link.open_access,
                None => merged.links.push(link.clone()),
            }
        }
    }
    merged
}

/// The longest list of creators among members with a native-script title; of any member if that is empty.
fn creators(native: &[&Keyed], sorted: &[&Keyed]) -> Vec<Creator> {
    let longest = |members: &[&Keyed]| -> Vec<Creator> {
        let lists = members.iter().rev().map(|keyed| in_one_script(&keyed.record.creators));
        lists.max_by_key(Vec::len).unwrap_or_default().into_iter().cloned().collect()
    };
    Some(longest(native)).filter(|list| !list.is_empty()).unwrap_or_else(|| longest(sorted))
}

/// MARC 21 names everybody twice, romanised and in the original script (linked by field 880): keeps the
/// latter.
fn in_one_script(creators: &[Creator]) -> Vec<&Creator> {
    let own =
        |creator: &&Creator| creator.name.chars().any(|c| !c.is_ascii() && c.is_alphabetic() && !is_latin(c));
    let count = creators.iter().filter(own).count();
    let twice = count > 0 && count * 2 == creators.len();
    creators.iter().filter(|creator| !twice || own(creator)).collect()
}

/// Accented Latin letters, as romanisations use them.
fn is_latin(c: char) -> bool {
    matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{2B0}'..='\u{2FF}')
}

fn titles_like<'a>(sorted: &[&'a Keyed], title: &str) -> Vec<&'a Record> {
    sorted.iter().filter(|keyed| keyed.title() == title).map(|keyed| keyed.record.as_ref()).collect()
}

fn union<T: Clone + PartialEq>(into: &mut Vec<T>, from: &[T]) {
    for item in from {
        if !into.contains(item) {
            into.push(item.clone());
        }
    }
}

/// The most frequent kind except `Other`; `Other` if no member states one.
fn kind(records: &[&Record]) -> Kind {
    let mut counts: Vec<(Kind, usize)> = Vec::new();
    for record in records.iter().filter(|r| r.kind != Kind::Other) {
        match counts.iter_mut().find(|(kind, _)| *kind == record.kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((record.kind, 1)),
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(Kind::Other, |(kind, _)| *kind)
}

/// The most frequent value; the first among equals.
fn commonest<T: PartialEq + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: Vec<(T, usize)> = Vec::new();
    for value in values {
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map(|(value, _)| *value)
}

/// The value whose folded form most members share; the longest among equals.
fn agreed(records: &[&Record], field: fn(&Record) -> &str) -> String {
    let texts = || records.iter().map(|r| field(r)).filter(|text| !text.is_empty());
    // fast path: the values are usually identical, and folding is expensive
    let Some(first) = texts().next() else { return String::new() };
    if texts().all(|text| text == first) {
        return first.to_owned();
    }
    let forms: Vec<(&str, String)> = texts().map(|text| (text, fold(text))).collect();
    let votes = |key: &String| forms.iter().filter(|(_, other)| other == key).count();
    forms
        .iter()
        .enumerate()
        .max_by_key(|(n, (text, key))| (votes(key), text.chars().count(), std::cmp::Reverse(*n)))
        .map(|(_, (text, _))| (*text).to_owned())
        .unwrap_or_default()
}

fn longest(records: &[&Record], field: fn(&Record) -> &String) -> String {
    records
        .iter()
        .rev()
        .map(|r| field(r))
        .max_by_key(|text| text.chars().count())
        .cloned()
        .unwrap_or_default()
}

/// Number of filled fields, to sort the most complete first.
fn fullness(record: &Record) -> usize {
    let texts = [
        &record.title,
        &record.subtitle,
        &record.publisher,
        &record.place,
        &record.date,
        &record.edition,
        &record.container,
        &record.pages,
        &record.language,
        &record.summary,
        &record.series,
    ];
    texts.iter().filter(|text| !text.is_empty()).count()
        + record.creators.len().min(3)
        + record.identifiers.len().min(3)
        + record.subjects.len().min(3)
        + record.holdings.len().min(3)
        + usize::from(record.year.is_some())
        + usize::from(record.kind != Kind::Other)
}

#[cfg(test)]
mod tests {
    use hongyan_model::holding::Holding;
    use hongyan_model::record::Link;
    use hongyan_model::{Creator, IdentifierKind, Kind, Record};

    use super::blend;
    use crate::search::keys::Keyed;

    #[test]
    fn nobody_is_named_twice() {
        let names = |names: &[&str]| names.iter().map(|name| Creator::author(*name)).collect::<Vec<_>>();
        let romanised = names(&["Cao, Xueqin", "Gāo, È", "曹雪芹", "高鹗"]);
        let one =
            |creators: &[Creator]| super::in_one_script(creators).into_iter().cloned().collect::<Vec<_>>();
        assert_eq!(one(&romanised), names(&["曹雪芹", "高鹗"]));
        let mixed = names(&["费孝通", "Hamilton, Gary G.", "王政"]);
        assert_eq!(one(&mixed), mixed);
    }

    #[test]
    fn what_most_agree_on_and_nothing_lost() {
        let mut one = Record {
            source: "calis".into(),
            id: "1".into(),
            kind: Kind::Book,
            title: "红楼梦".into(),
            creators: vec![Creator::author("曹雪芹")],
            publisher: "人民文学".into(),
            year: Some(1982),
            date: "1982".into(),
            holdings: vec![Holding { library: "相思湖馆".into(), ..Holding::default() }],
            links: vec![Link { url: "https://a.example/1".into(), label: String::new(), open_access: false }],
            ..Record::default()
        };
        one.add_identifier(IdentifierKind::Isbn, "9787020008728");
        let mut two = one.clone();
        two.source = "loc".into();
        two.title = "紅樓夢".into();
        two.subtitle = "校注本".into();
        two.creators.push(Creator::author("高鹗"));
        two.publisher = "人民文学出版社".into();
        two.year = Some(1983);
        two.add_identifier(IdentifierKind::Oclc, "123");
        two.links[0].open_access = true;
        let mut three = one.clone();
        three.source = "x".into();
        three.title = "Hong lou meng".into();
        three.kind = Kind::Other;
        let mut four = three.clone();
        four.source = "y".into();
        let mut five = three.clone();
        five.source = "z".into();
        let keyed = [one, two, three, four, five].map(Keyed::new);
        let (merged, order) = blend(&keyed.iter().collect::<Vec<_>>());
        assert_eq!(order[0], 1, "the fullest first");
        assert_eq!(merged.title, "紅樓夢", "though three of five romanise it");
        assert_eq!(merged.subtitle, "校注本");
        assert_eq!(merged.variant_titles, ["Hong lou meng"]);
        assert_eq!(merged.kind, Kind::Book);
        assert_eq!(merged.year, Some(1982));
        assert_eq!(merged.publisher, "人民文学", "four of five say so");
        assert_eq!(merged.creators.len(), 2);
        assert_eq!(merged.identifiers.len(), 2);
        assert_eq!(merged.holdings.len(), 1);
        assert!(merged.links.len() == 1 && merged.links[0].open_access);
    }
}
