//! Limits the size of a record before it enters a search: time and memory grow with it, and a source may
//! send a title of a megabyte or ten thousand creators.

use hongyan_model::Record;

/// Bytes of a raw record; a larger one is dropped.
const RAW: usize = 256 * 1024;
/// Bytes of one text; the longest titles in catalogues have a few hundred characters.
const TEXT: usize = 4 * 1024;
/// Bytes of an abstract.
const SUMMARY: usize = 32 * 1024;
/// Entries of one list; large physics papers have three thousand authors.
const ENTRIES: usize = 4_000;
/// Bytes of all lists of one record together.
const LISTS: usize = 256 * 1024;

/// Limits a record and sets its source, whatever it contains.
pub(super) fn bounded(mut record: Record, source: &str) -> Record {
    if record.source != source {
        source.clone_into(&mut record.source);
    }
    if record.raw.as_ref().is_some_and(|raw| raw.text.len() > RAW) {
        record.raw = None;
    }
    cut(&mut record.summary, SUMMARY);
    for text in [
        &mut record.id,
        &mut record.title,
        &mut record.subtitle,
        &mut record.publisher,
        &mut record.place,
        &mut record.date,
        &mut record.edition,
        &mut record.part,
        &mut record.container,
        &mut record.volume,
        &mut record.issue,
        &mut record.pages,
        &mut record.language,
        &mut record.series,
        &mut record.number,
        &mut record.accessed,
        &mut record.form,
    ] {
        cut(text, TEXT);
    }
    record.more.retain(|name, text| name.len() <= 40 && text.len() <= TEXT);
    if let Some(original) = &mut record.original {
        let texts = [
            &mut original.publisher,
            &mut original.place,
            &mut original.edition,
            &mut original.series,
            &mut original.container,
        ];
        texts.into_iter().for_each(|text| cut(text, TEXT));
    }
    let mut left = LISTS;
    keep(&mut record.creators, &mut left, |creator| {
        cut(&mut creator.name, TEXT);
        creator.name.len()
    });
    keep(&mut record.identifiers, &mut left, |id| id.value.len());
    keep(&mut record.variant_titles, &mut left, cut_text);
    keep(&mut record.links, &mut left, |link| {
        cut(&mut link.label, TEXT);
        // a truncated URL is another URL, so a long one is dropped
        if link.url.len() > TEXT {
            link.url.clear();
        }
        link.url.len() + link.label.len()
    });
    record.links.retain(|link| !link.url.is_empty());
    keep(&mut record.holdings, &mut left, |holding| {
        cut_text(&mut holding.library) + cut_text(&mut holding.location) + cut_text(&mut holding.call_number)
    });
    keep(&mut record.subjects, &mut left, cut_text);
    keep(&mut record.classification, &mut left, cut_text);
    record
}

/// True for a record without any field to show: its row would be blank.
pub(super) fn is_blank(record: &Record) -> bool {
    record.title.is_empty()
        && record.subtitle.is_empty()
        && record.container.is_empty()
        && record.variant_titles.is_empty()
        && record.creators.is_empty()
        && record.identifiers.is_empty()
}

/// Truncates at a character boundary and appends an ellipsis.
fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push('…');
        text.shrink_to_fit();
    }
}

fn cut_text(text: &mut String) -> usize {
    cut(text, TEXT);
    text.len()
}

/// Truncates a list to the entries that fit into the `left` bytes.
fn keep<T>(list: &mut Vec<T>, left: &mut usize, mut size: impl FnMut(&mut T) -> usize) {
    let mut kept = 0;
    for entry in list.iter_mut().take(ENTRIES) {
        let Some(rest) = left.checked_sub(size(entry) + size_of::<T>()) else { break };
        *left = rest;
        kept += 1;
    }
    if kept < list.len() {
        list.truncate(kept);
        list.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::record::{Link, RawRecord};
    use hongyan_model::{Creator, Record};

    use super::*;

    #[test]
    fn a_record_of_any_size_is_one_of_ours() {
        let link = |url: String| Link { url, label: "全文".into(), open_access: true };
        let huge = Record {
            source: "别的来源".into(),
            title: "题".repeat(1 << 20),
            creators: (0..10_000).map(|n| Creator::author(format!("作者{n}"))).collect(),
            subjects: vec!["主题".repeat(10_000); 10_000],
            links: vec![link("https://例.cn/a".into()), link(format!("https://例.cn/{}", "a".repeat(9_000)))],
            raw: Some(RawRecord { format: "marc".into(), text: "x".repeat(RAW + 1) }),
            ..Record::default()
        };
        let record = bounded(huge, "本馆");
        assert_eq!((record.source.as_str(), record.raw.is_none()), ("本馆", true));
        assert!(record.title.len() <= TEXT + 3 && record.title.ends_with("题…"));
        assert_eq!(record.creators.len(), ENTRIES);
        assert_eq!(record.links.len(), 1, "half an address is none");
        assert!(serde_json::to_string(&record).unwrap().len() < 1 << 20);
        let small = Record { title: "红楼梦".into(), source: "本馆".into(), ..Record::default() };
        assert_eq!(bounded(small.clone(), "本馆"), small);
    }

    #[test]
    fn a_record_that_says_nothing_is_blank() {
        assert!(is_blank(&Record { id: "991001".into(), year: Some(1987), ..Record::default() }));
        assert!(!is_blank(&Record { creators: vec![Creator::author("鲁迅")], ..Record::default() }));
    }
}
