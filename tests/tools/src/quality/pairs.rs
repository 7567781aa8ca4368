//! Compares merged works with the ground truth, pair by pair.

use std::collections::HashMap;

use hongyan_model::text::{fold, is_han};
use hongyan_model::{IdentifierKind, Record};

/// Counts of pairs. A pair is two records of one query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// pairs merged into one work
    pub joined: usize,
    /// pairs with the same control number
    pub true_pairs: usize,
    /// pairs that are both
    pub right: usize,
    /// true pairs of a title in Han characters and one in Latin letters
    pub across: usize,
    /// those of them that were merged
    pub across_right: usize,
}

impl Counts {
    /// Fraction of the merged pairs that are true; 1 when there is none.
    pub fn precision(&self) -> f64 {
        share(self.right, self.joined)
    }

    /// Fraction of the true pairs that were merged; 1 when there is none.
    pub fn recall(&self) -> f64 {
        share(self.right, self.true_pairs)
    }

    /// Fraction of the true pairs across scripts that were merged.
    pub fn across_recall(&self) -> f64 {
        share(self.across_right, self.across)
    }

    /// Adds the counts of another query: averages are over pairs, not over queries.
    pub fn add(&mut self, other: Counts) {
        self.joined += other.joined;
        self.true_pairs += other.true_pairs;
        self.right += other.right;
        self.across += other.across;
        self.across_right += other.across_right;
    }
}

/// Ratio of two counts; 1 when both are zero.
pub fn share(part: usize, whole: usize) -> f64 {
    #[allow(clippy::cast_precision_loss)] // far below 2^52
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Why a merged pair has two control numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// same title, first creator, year and ISBN (or lack of one): one publication, catalogued twice
    Duplicate,
    /// volumes of a set
    Volume,
    /// another edition or printing of the same work
    Edition,
    /// different works
    Error,
}

/// Two records, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pair(pub usize, pub usize);

/// Compares works (lists of record indexes) with the truth (a control number per record). Returns the
/// counts, the wrongly merged pairs with their class, and the missed true pairs.
pub fn compare(
    records: &[Record],
    truth: &[String],
    works: &[Vec<usize>],
) -> (Counts, Vec<(Pair, Class)>, Vec<Pair>) {
    let mut home = vec![usize::MAX; records.len()];
    let mut counts = Counts::default();
    let mut wrong = Vec::new();
    for (number, work) in works.iter().enumerate() {
        for member in work {
            if let Some(place) = home.get_mut(*member) {
                *place = number;
            }
        }
        for pair in pairs(work) {
            counts.joined += 1;
            if truth.get(pair.0) != truth.get(pair.1)
                && let (Some(a), Some(b)) = (records.get(pair.0), records.get(pair.1))
            {
                wrong.push((pair, classify(a, b)));
            }
        }
    }
    let mut same: HashMap<&str, Vec<usize>> = HashMap::new();
    for (n, control) in truth.iter().enumerate() {
        same.entry(control).or_default().push(n);
    }
    let mut missed = Vec::new();
    for pair in same.values().flat_map(|members| pairs(members)) {
        let joined = home.get(pair.0) == home.get(pair.1);
        let across = match (records.get(pair.0), records.get(pair.1)) {
            (Some(a), Some(b)) => in_han(a) != in_han(b),
            _ => false,
        };
        counts.true_pairs += 1;
        counts.right += usize::from(joined);
        counts.across += usize::from(across);
        counts.across_right += usize::from(across && joined);
        if !joined {
            missed.push(pair);
        }
    }
    wrong.sort_unstable_by_key(|(pair, class)| (*class, *pair));
    missed.sort_unstable();
    (counts, wrong, missed)
}

fn pairs(members: &[usize]) -> Vec<Pair> {
    let mut out = Vec::new();
    for (n, a) in members.iter().enumerate() {
        out.extend(members.iter().skip(n + 1).map(|b| Pair(*a.min(b), *a.max(b))));
    }
    out
}

fn in_han(record: &Record) -> bool {
    record.title.chars().any(is_han)
}

fn classify(a: &Record, b: &Record) -> Class {
    if fold(&a.part) != fold(&b.part) {
        return Class::Volume;
    }
    let titles = |record: &Record| -> Vec<String> {
        std::iter::once(&record.title).chain(&record.variant_titles).map(|title| fold(title)).collect()
    };
    let (titles_a, titles_b) = (titles(a), titles(b));
    let same_title = titles_a.iter().any(|title| {
        titles_b.iter().any(|other| title == other || title.starts_with(other) || other.starts_with(title))
    });
    let names = |record: &Record| -> Vec<String> {
        record.creators.iter().map(|creator| fold(&creator.name)).collect()
    };
    let (names_a, names_b) = (names(a), names(b));
    let same_name =
        names_a.iter().any(|name| names_b.contains(name)) || names_a.is_empty() && names_b.is_empty();
    let isbns = |record: &Record| -> Vec<String> {
        let of = |kind| kind == IdentifierKind::Isbn;
        record.identifiers.iter().filter(|id| of(id.kind)).map(|id| id.value.clone()).collect()
    };
    let (isbns_a, isbns_b) = (isbns(a), isbns(b));
    let same_isbn =
        isbns_a.iter().any(|isbn| isbns_b.contains(isbn)) || isbns_a.is_empty() && isbns_b.is_empty();
    let same_edition = fold(&a.edition) == fold(&b.edition);
    match (same_title, a.year == b.year && same_name && same_isbn && same_edition) {
        (true, true) => Class::Duplicate,
        (true, false) => Class::Edition,
        _ => Class::Error,
    }
}

/// A record in one line.
pub fn line(record: &Record) -> String {
    let names: Vec<&str> = record.creators.iter().map(|creator| creator.name.as_str()).collect();
    let numbers: Vec<&str> = record.identifiers.iter().map(|id| id.value.as_str()).collect();
    format!(
        "{} {} | {:?} | {} : {} | part {} | var {} | {} | {} {} {:?} | ed {} | {} | {}",
        record.source,
        record.id,
        record.kind,
        record.title,
        record.subtitle,
        record.part,
        record.variant_titles.join(" = "),
        names.join("; "),
        record.place,
        record.publisher,
        record.year,
        record.edition,
        record.pages,
        numbers.join(" "),
    )
}

#[cfg(test)]
mod tests {
    use hongyan_model::{Creator, Record};

    use super::{Class, Counts, Pair, compare};

    fn book(title: &str, creator: &str, year: i32) -> Record {
        Record {
            title: title.into(),
            creators: vec![Creator::author(creator)],
            year: Some(year),
            ..Record::default()
        }
    }

    #[test]
    fn pairs_are_counted_and_sorted() {
        let mut records = vec![
            book("红楼梦", "曹雪芹", 1982),
            book("Hong lou meng", "Cao, Xueqin", 1982),
            book("紅樓夢", "曹雪芹", 1982),
            book("红楼梦", "曹雪芹", 1996),
            book("三体", "刘慈欣", 2008),
            book("红楼梦", "曹雪芹", 1982),
        ];
        records[5].part = "上册".into();
        let truth: Vec<String> = ["1", "1", "2", "3", "4", "5"].map(str::to_owned).to_vec();
        let (counts, wrong, missed) = compare(&records, &truth, &[vec![0, 2, 3, 4, 5], vec![1]]);
        assert_eq!(counts, Counts { joined: 10, true_pairs: 1, right: 0, across: 1, across_right: 0 });
        assert_eq!(missed, [Pair(0, 1)]);
        let class = |pair| wrong.iter().find(|(p, _)| *p == pair).unwrap().1;
        assert_eq!(class(Pair(0, 2)), Class::Duplicate);
        assert_eq!(class(Pair(0, 3)), Class::Edition);
        assert_eq!(class(Pair(0, 4)), Class::Error);
        assert_eq!(class(Pair(0, 5)), Class::Volume);
        let (counts, ..) = compare(&records, &truth, &[vec![0, 1], vec![2], vec![3], vec![4], vec![5]]);
        assert!(counts.precision() == 1.0 && counts.recall() == 1.0 && counts.across_recall() == 1.0);
    }
}
