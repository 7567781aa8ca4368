//! Deduplication: decides incrementally which records are the same work. The result is a function of the
//! set of records alone.
//!
//! Two steps. (1) A new record is compared with every record that shares a blocking key (*link*) with it;
//! where [`judge`] finds the same work, there is an *edge*, and both belong to one *group* (union-find).
//! Groups only grow, so they are maintained as records arrive. (2) Within a group, edges are applied in a
//! fixed order, the strongest first; two clusters are joined only if every record of one is compatible
//! with every record of the other. Step 2 is repeated for each group that changed, so the order of
//! arrival does not matter.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::doubt::Doubt;
use super::evidence::{Reason, compatible, judge, told_apart};
use super::keys::Keyed;

/// Union-find over the indices of records. All tables are indexed by record or by link, so that adding a
/// record allocates nothing of its own.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    parent: Vec<u32>,
    /// circular list of the members of a group: the next member
    next: Vec<u32>,
    /// number of members, valid at the root
    size: Vec<u32>,
    /// the root is listed in `changed`
    touched: Vec<bool>,
    /// by link: the head of its list of records in `chain`
    by_link: HashMap<u64, u32, AsItIs>,
    /// linked lists: record, and the index of the next entry
    chain: Vec<(u32, Option<u32>)>,
    /// edges by the root of their group
    edges: HashMap<usize, Vec<Edge>>,
    changed: Vec<usize>,
    gone: Vec<usize>,
    /// candidates for comparison; a reused buffer
    others: Vec<u32>,
}

/// Two records that are the same work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    /// evidence
    pub reason: Reason,
    /// index of one record
    pub a: usize,
    /// index of the other
    pub b: usize,
}

/// Identity hasher: the keys are hashes already.
pub(crate) type AsItIs = BuildHasherDefault<Taken>;

/// See [`AsItIs`].
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Taken(u64);

impl Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

impl Groups {
    /// Adds the next record; `get` returns an earlier one by index.
    pub(crate) fn add<'a>(&mut self, keyed: &Keyed, get: impl Fn(usize) -> Option<&'a Keyed>) {
        let index = self.parent.len();
        let Ok(own) = u32::try_from(index) else { return };
        self.parent.push(own);
        self.next.push(own);
        self.size.push(1);
        self.touched.push(false);
        self.touch(index);
        let mut others = std::mem::take(&mut self.others);
        others.clear();
        for link in &keyed.links {
            let Ok(place) = u32::try_from(self.chain.len()) else { break };
            let mut next = self.by_link.insert(*link, place);
            self.chain.push((own, next));
            while let Some(&(other, after)) = next.and_then(|at| self.chain.get(at as usize)) {
                others.push(other);
                next = after;
            }
        }
        others.sort_unstable();
        others.dedup();
        for other in &others {
            let other = *other as usize;
            if let Some(reason) = get(other).and_then(|other| judge(keyed, other)) {
                let root = self.join(index, other);
                self.edges.entry(root).or_default().push(Edge { reason, a: other, b: index });
            }
        }
        self.others = others;
    }

    /// The root of the group of a record, with path compression.
    pub(crate) fn find(&mut self, index: usize) -> usize {
        let mut root = index;
        while let Some(&up) = self.parent.get(root)
            && up as usize != root
        {
            root = up as usize;
        }
        let mut at = index;
        while at != root {
            match (self.parent.get_mut(at), u32::try_from(root)) {
                (Some(up), Ok(root)) => at = std::mem::replace(up, root) as usize,
                _ => break,
            }
        }
        root
    }

    /// Roots of groups that changed since the last call, and roots that were merged into others.
    pub(crate) fn take_changed(&mut self) -> (Vec<usize>, Vec<usize>) {
        let mut changed = std::mem::take(&mut self.changed);
        for root in &changed {
            if let Some(touched) = self.touched.get_mut(*root) {
                *touched = false;
            }
        }
        changed.retain(|root| self.parent.get(*root).is_some_and(|up| *up as usize == *root));
        (changed, std::mem::take(&mut self.gone))
    }

    /// The members of a group, in no particular order.
    pub(crate) fn members(&self, root: usize) -> impl Iterator<Item = usize> {
        let mut at = Some(root);
        std::iter::from_fn(move || {
            let here = at?;
            at = self.next.get(here).map(|next| *next as usize).filter(|next| *next != root);
            Some(here)
        })
    }

    /// True for a group of one.
    pub(crate) fn alone(&self, root: usize) -> bool {
        self.size.get(root) == Some(&1)
    }

    /// The edges within a group.
    pub(crate) fn edges(&self, root: usize) -> &[Edge] {
        self.edges.get(&root).map(Vec::as_slice).unwrap_or_default()
    }

    fn touch(&mut self, root: usize) {
        if let Some(touched) = self.touched.get_mut(root)
            && !std::mem::replace(touched, true)
        {
            self.changed.push(root);
        }
    }

    fn join(&mut self, a: usize, b: usize) -> usize {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            self.touch(a);
            return a;
        }
        let size = |root: usize| self.size.get(root).copied().unwrap_or_default();
        let (keep, lose) = if size(a) >= size(b) { (a, b) } else { (b, a) };
        let both = size(a) + size(b);
        // swapping the successors of one member of each joins two circular lists
        if keep < self.next.len() && lose < self.next.len() {
            self.next.swap(keep, lose);
        }
        if let (Some(size), Some(up), Ok(root)) =
            (self.size.get_mut(keep), self.parent.get_mut(lose), u32::try_from(keep))
        {
            (*size, *up) = (both, root);
        }
        if let Some(edges) = self.edges.remove(&lose) {
            self.edges.entry(keep).or_default().extend(edges);
        }
        self.gone.push(lose);
        self.touch(keep);
        keep
    }
}

/// A work within a group: its records ordered by key, and the edges of the spanning tree that joined them
/// (one fewer).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cluster {
    /// indices of its records
    pub members: Vec<usize>,
    /// edges that joined them, the strongest first
    pub edges: Vec<Edge>,
}

/// Partitions the records of one group into works. The result depends on the set alone.
pub(crate) fn works(records: &[(usize, &Keyed)], edges: &[Edge]) -> Vec<Cluster> {
    let mut sorted = records.to_vec();
    sorted.sort_unstable_by_key(|(_, keyed)| keyed.key);
    let place: HashMap<usize, usize> =
        sorted.iter().enumerate().map(|(at, (index, _))| (*index, at)).collect();
    let mut ordered: Vec<(Reason, usize, usize, &Edge)> = edges
        .iter()
        .filter_map(|edge| {
            let (a, b) = (*place.get(&edge.a)?, *place.get(&edge.b)?);
            Some((edge.reason, a.min(b), a.max(b), edge))
        })
        .collect();
    ordered.sort_unstable_by_key(|(reason, a, b, _)| (*reason, *a, *b));
    let doubt = Doubt::of(&sorted, ordered.iter().map(|(reason, a, b, _)| (*reason, *a, *b)));
    // indexed by position in `sorted`
    let mut clusters: Vec<Cluster> =
        (0..sorted.len()).map(|at| Cluster { members: vec![at], edges: Vec::new() }).collect();
    let mut home: Vec<usize> = (0..sorted.len()).collect();
    for (reason, a, b, edge) in ordered {
        let (Some(&one), Some(&two)) = (home.get(a), home.get(b)) else { continue };
        if one == two
            || doubt.about_part(&sorted, reason, a, b)
            || doubt.about_serial(&sorted, &home, a, b)
            || !go_together(&sorted, &clusters, reason, one, two)
        {
            continue;
        }
        let Some(lost) = clusters.get_mut(two).map(std::mem::take) else { continue };
        for at in &lost.members {
            if let Some(place) = home.get_mut(*at) {
                *place = one;
            }
        }
        if let Some(kept) = clusters.get_mut(one) {
            kept.members.extend(lost.members);
            kept.edges.extend(lost.edges);
            kept.edges.push(*edge);
        }
    }
    clusters.retain(|cluster| !cluster.members.is_empty());
    for cluster in &mut clusters {
        cluster.members.sort_unstable(); // positions in `sorted`: ordered by key
        cluster.members =
            cluster.members.iter().filter_map(|at| sorted.get(*at).map(|(index, _)| *index)).collect();
        cluster.edges.sort_by_key(|edge| edge.reason);
    }
    clusters
}

fn go_together(sorted: &[(usize, &Keyed)], clusters: &[Cluster], reason: Reason, a: usize, b: usize) -> bool {
    let keyed = |cluster: usize| {
        let members = clusters.get(cluster).map(|cluster| cluster.members.as_slice()).unwrap_or_default();
        members.iter().filter_map(|at| sorted.get(*at).map(|(_, keyed)| *keyed))
    };
    // a record that says little, and that two editions could claim, does not make them one
    let apart = |one: &Keyed, two: &Keyed| reason.is_title() && told_apart(one, two);
    keyed(a).all(|one| keyed(b).all(|two| compatible(one, two) && !apart(one, two)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hongyan_model::{Creator, IdentifierKind, Kind, Record};
    use proptest::prelude::{Strategy, any};
    use proptest::{prop_assert_eq, proptest};

    use super::{Groups, works};
    use crate::search::keys::Keyed;

    fn all_works(records: &[Keyed]) -> BTreeSet<BTreeSet<u64>> {
        let mut groups = Groups::default();
        let mut found: std::collections::BTreeMap<usize, BTreeSet<BTreeSet<u64>>> = Default::default();
        for (n, record) in records.iter().enumerate() {
            groups.add(record, |index| records.get(index));
            if n % 2 == 0 {
                continue; // changes are taken at irregular intervals, as views do
            }
            take(&mut groups, records, &mut found);
        }
        take(&mut groups, records, &mut found);
        found.into_values().flatten().collect()
    }

    fn take(
        groups: &mut Groups,
        records: &[Keyed],
        found: &mut std::collections::BTreeMap<usize, BTreeSet<BTreeSet<u64>>>,
    ) {
        let (changed, gone) = groups.take_changed();
        for root in gone {
            found.remove(&root);
        }
        for root in changed {
            let members: Vec<_> = groups.members(root).map(|index| (index, &records[index])).collect();
            assert_eq!(groups.alone(root), members.len() == 1);
            let parts = works(&members, groups.edges(root))
                .into_iter()
                .inspect(|part| assert_eq!(part.edges.len() + 1, part.members.len()))
                .map(|part| part.members.into_iter().map(|index| records[index].key).collect())
                .collect();
            found.insert(root, parts);
        }
    }

    fn book(n: usize, title: &str, part: &str, isbn: &[&str]) -> Keyed {
        let mut record = Record {
            source: "a".into(),
            id: n.to_string(),
            kind: Kind::Book,
            title: title.into(),
            part: part.into(),
            ..Record::default()
        };
        for isbn in isbn {
            record.add_identifier(IdentifierKind::Isbn, isbn);
        }
        Keyed::new(record)
    }

    #[test]
    fn a_set_that_lists_its_volumes_does_not_join_them() {
        let records = [
            book(1, "红楼梦", "", &["9787020008728", "9780306406157"]),
            book(2, "红楼梦", "上册", &["9787020008728"]),
            book(3, "红楼梦", "下册", &["9780306406157"]),
            book(4, "紅樓夢 上冊", "", &["7020008720"]),
        ];
        let works = all_works(&records);
        assert_eq!(works.len(), 3);
        assert!(works.contains(&BTreeSet::from([records[1].key, records[3].key])));
    }

    #[test]
    fn a_record_may_bridge_two() {
        let records = [
            book(1, "经济学", "", &["9787020008728"]),
            book(2, "經濟學", "", &["9780306406157"]),
            book(3, "経済学", "", &["9787020008728", "9780306406157"]),
        ];
        assert_eq!(all_works(&records[..2]).len(), 2);
        assert_eq!(all_works(&records).len(), 1);
    }

    fn alone(works: &BTreeSet<BTreeSet<u64>>, record: &Keyed) -> bool {
        works.contains(&BTreeSet::from([record.key]))
    }

    #[test]
    fn a_set_beside_two_of_its_volumes_is_neither() {
        let isbn = ["9787020008728"];
        let of = |n, part: &str| {
            let mut record = Record::clone(&book(n, "远山通史", part, &isbn).record);
            record.year = Some(1996);
            Keyed::new(record)
        };
        let (set, first, second) = (of(1, ""), of(2, "上册"), of(3, "下册"));
        let works = all_works(&[set.clone(), first.clone()]);
        assert_eq!(works.len(), 1, "one volume, of which one source does not say which");
        let works = all_works(&[set.clone(), first, second]);
        assert!(works.len() == 3 && alone(&works, &set), "they share the number of the set");
    }

    #[test]
    fn a_named_part_is_joined_by_its_persons_and_never_by_chance() {
        let of = |n: usize, source: &str, part: &str, creator: &str| {
            let mut record = Record::clone(&book(n, "远山新时期文学大系", part, &[]).record);
            record.source = source.into();
            record.creators = vec![Creator::author(creator)];
            record.publisher = "远山出版社".into();
            record.year = Some(1999);
            Keyed::new(record)
        };
        let all = |first: &str, second: &str| {
            [
                of(1, "甲", "诗歌卷", first),
                of(2, "甲", "散文卷", second),
                of(3, "乙", "", first),
                of(4, "乙", "", second),
            ]
        };
        assert_eq!(all_works(&all("远山作家协会", "远山作家协会")).len(), 4, "either could be either");
        let records = all("林一舟", "白露");
        let works = all_works(&records);
        assert!(works.contains(&BTreeSet::from([records[0].key, records[2].key])), "{works:?}");
        assert_eq!(works.len(), 2);
    }

    #[test]
    fn a_journal_without_issn_joins_one_and_never_one_of_two() {
        let of = |n: usize, issn: &str| {
            let mut record = Record {
                source: n.to_string(),
                id: n.to_string(),
                kind: Kind::Journal,
                title: "大野".into(),
                ..Record::default()
            };
            record.add_identifier(IdentifierKind::Issn, issn);
            Keyed::new(record)
        };
        let (bare, one, two) = (of(1, ""), of(2, "0378-5955"), of(3, "2049-3630"));
        assert_eq!(all_works(&[bare.clone(), one.clone()]).len(), 1);
        assert_eq!(all_works(&[bare, one, two]).len(), 3);
    }

    #[test]
    fn a_record_that_says_less_does_not_make_volumes_one() {
        let of = |n: usize, source: &str, pages: &str| {
            let mut record = Record::clone(&book(n, "远山通志汇编", "", &[]).record);
            record.source = source.into();
            record.creators = vec![Creator::author("远山市地方志编修委员会")];
            record.publisher = "远山出版社".into();
            record.pages = pages.into();
            record.year = Some(1999);
            Keyed::new(record)
        };
        // two volumes as one source counts them, and as another one does not
        let records = [of(1, "甲", "300页"), of(2, "甲", "712页"), of(3, "乙", ""), of(4, "乙", "")];
        let works = all_works(&records);
        let together = |a: usize, b: usize| {
            works.iter().any(|work| work.contains(&records[a].key) && work.contains(&records[b].key))
        };
        assert!(!together(0, 1) && !together(2, 3), "{works:?}");
        assert_eq!(all_works(&records[1..3]).len(), 1);
    }

    #[test]
    fn a_record_without_a_number_does_not_make_two_editions_one() {
        let of = |n: usize, pages: &str, isbn: &[&str]| {
            let mut record = Record::clone(&book(n, "雁阵集与大野诗抄", "", isbn).record);
            record.source = n.to_string();
            record.creators = vec![Creator::author("马什")];
            record.pages = pages.into();
            record.year = Some(2001);
            Keyed::new(record)
        };
        let records =
            [of(1, "", &[]), of(2, "300页", &["9787020008728"]), of(3, "412页", &["9780306406157"])];
        let works = all_works(&records);
        assert!(works.len() == 2 && !works.contains(&records.iter().map(|record| record.key).collect()));
    }

    fn record() -> impl Strategy<Value = Record> {
        let titles =
            ["红楼梦研究论文集", "紅樓夢研究論文集", "Hong lou meng yan jiu lun wen ji", "经济学", "History"];
        let which = (0..titles.len(), 0..titles.len(), 0..5usize, 0..4usize);
        (which, 0..4usize, 0..3usize, 0..4usize, 0..5u8, 0..4i32).prop_map(
            move |((title, variant, creator, publisher), kind, part, number, with, year)| {
                let mut record = Record {
                    title: titles[title].into(),
                    creators: vec![Creator::author(["曹雪芹", "高鶚", "Cao, Xueqin", "Knuth", ""][creator])],
                    kind: [Kind::Book, Kind::Article, Kind::Journal, Kind::Other][kind],
                    part: ["", "上册", "2"][part].into(),
                    publisher: ["", "中华书局", "Zhonghua shu ju", "商务印书馆"][publisher].into(),
                    year: (year > 0).then_some(1981 + year),
                    ..Record::default()
                };
                if variant < 3 && title < 3 {
                    record.variant_titles.push(titles[variant].into());
                }
                if with > 1 {
                    let isbn = ["9787020008728", "9780306406157", "9787544270878", "9787111213826"][number];
                    record.add_identifier(IdentifierKind::Isbn, isbn);
                }
                if with > 3 {
                    record.add_identifier(IdentifierKind::Oclc, &(number / 2 + 1).to_string());
                }
                record
            },
        )
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            records in proptest::collection::vec((record(), any::<u32>()), 0..14),
        ) {
            let mut records: Vec<(Keyed, u32)> = records
                .into_iter()
                .enumerate()
                .map(|(n, (mut record, order))| {
                    record.source = format!("s{}", n % 3);
                    record.id = n.to_string();
                    (Keyed::new(record), order)
                })
                .collect();
            let before: Vec<Keyed> = records.iter().map(|(keyed, _)| keyed.clone()).collect();
            records.sort_by_key(|(_, order)| *order);
            let after: Vec<Keyed> = records.into_iter().map(|(keyed, _)| keyed).collect();
            prop_assert_eq!(all_works(&before), all_works(&after));
        }
    }
}
