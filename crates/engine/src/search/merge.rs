//! Which records are the same work: a pure function of the set of records, reckoned bit by bit.
//!
//! Two steps. Records that share any link stand in one *group*; groups only ever grow, so they can
//! be kept as records come. Within a group the guards decide: links are taken in a fixed order, and
//! two clusters are joined only if every record of one goes with every record of the other. The
//! second step is done afresh for each group that changed. So the order in which records arrived
//! never matters.

use std::collections::{BTreeSet, HashMap};

use super::guard::Guard;
use super::keys::{Keyed, LinkKey};

/// Groups of linked records, by index into the list of records.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    parent: Vec<usize>,
    members: HashMap<usize, Vec<usize>>,
    by_link: HashMap<LinkKey, usize>,
    changed: BTreeSet<usize>,
    gone: BTreeSet<usize>,
}

impl Groups {
    /// Takes in the next record.
    pub(crate) fn add(&mut self, links: &[LinkKey]) {
        let index = self.parent.len();
        self.parent.push(index);
        self.members.insert(index, vec![index]);
        let mut root = index;
        for link in links {
            let other = *self.by_link.entry(*link).or_insert(index);
            root = self.join(root, other);
        }
        self.changed.insert(root);
    }

    /// The group that a record is in.
    pub(crate) fn find(&mut self, index: usize) -> usize {
        let mut root = index;
        while let Some(&up) = self.parent.get(root)
            && up != root
        {
            root = up;
        }
        let mut at = index;
        while at != root {
            match self.parent.get_mut(at) {
                Some(up) => at = std::mem::replace(up, root),
                None => break,
            }
        }
        root
    }

    /// Groups that changed since the last call, with their records; and groups that are no more.
    pub(crate) fn take_changed(&mut self) -> (Vec<(usize, Vec<usize>)>, Vec<usize>) {
        let changed = std::mem::take(&mut self.changed)
            .into_iter()
            .filter_map(|root| self.members.get(&root).map(|members| (root, members.clone())))
            .collect();
        (changed, std::mem::take(&mut self.gone).into_iter().collect())
    }

    fn join(&mut self, a: usize, b: usize) -> usize {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return a;
        }
        let size = |root: usize| self.members.get(&root).map_or(0, Vec::len);
        let (keep, lose) = if size(a) >= size(b) { (a, b) } else { (b, a) };
        let moved = self.members.remove(&lose).unwrap_or_default();
        self.members.entry(keep).or_default().extend(moved);
        if let Some(up) = self.parent.get_mut(lose) {
            *up = keep;
        }
        self.changed.remove(&lose);
        self.gone.insert(lose);
        self.changed.insert(keep);
        keep
    }
}

/// The works within one group: a partition of `records`, each part ordered by key. The result
/// depends on the set alone.
pub(crate) fn works(records: &[(usize, &Keyed)]) -> Vec<Vec<usize>> {
    let mut sorted = records.to_vec();
    sorted.sort_unstable_by_key(|(_, keyed)| keyed.key);
    let mut clusters: Vec<Cluster<'_>> = sorted
        .iter()
        .enumerate()
        .map(|(at, (_, keyed))| Cluster { members: vec![at], guards: vec![&keyed.guard] })
        .collect();
    // where each record is now
    let mut home: Vec<usize> = (0..sorted.len()).collect();
    let mut links: Vec<(LinkKey, usize)> = sorted
        .iter()
        .enumerate()
        .flat_map(|(at, (_, keyed))| keyed.links.iter().map(move |link| (*link, at)))
        .collect();
    links.sort_unstable();
    for same in links.chunk_by(|a, b| a.0 == b.0) {
        // clusters that share this link and go together; a link may hold several that do not
        let mut here: Vec<usize> = Vec::new();
        for (_, at) in same {
            let Some(&cluster) = home.get(*at) else { continue };
            if here.contains(&cluster) {
                continue;
            }
            match here.iter().copied().find(|&other| go_together(&clusters, other, cluster)) {
                Some(other) => absorb(&mut clusters, &mut home, other, cluster),
                None => here.push(cluster),
            }
        }
    }
    clusters
        .into_iter()
        .filter(|cluster| !cluster.members.is_empty())
        .map(|cluster| {
            let mut members = cluster.members;
            members.sort_unstable(); // positions in `sorted`: by key
            members.into_iter().filter_map(|at| sorted.get(at).map(|(index, _)| *index)).collect()
        })
        .collect()
}

#[derive(Default)]
struct Cluster<'a> {
    members: Vec<usize>,
    guards: Vec<&'a Guard>,
}

fn go_together(clusters: &[Cluster<'_>], a: usize, b: usize) -> bool {
    match (clusters.get(a), clusters.get(b)) {
        (Some(a), Some(b)) => a.guards.iter().all(|one| b.guards.iter().all(|two| one.allows(two))),
        _ => false,
    }
}

fn absorb(clusters: &mut [Cluster<'_>], home: &mut [usize], keep: usize, lose: usize) {
    let Some(lost) = clusters.get_mut(lose).map(std::mem::take) else { return };
    for at in &lost.members {
        if let Some(place) = home.get_mut(*at) {
            *place = keep;
        }
    }
    if let Some(kept) = clusters.get_mut(keep) {
        kept.members.extend(lost.members);
        for guard in lost.guards {
            if !kept.guards.contains(&guard) {
                kept.guards.push(guard);
            }
        }
    }
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
            groups.add(&record.links);
            if n % 2 == 0 {
                continue; // changes are taken in uneven bits, as views do
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
        for (root, members) in changed {
            let members: Vec<_> = members.into_iter().map(|index| (index, &records[index])).collect();
            let parts = works(&members)
                .into_iter()
                .map(|part| part.into_iter().map(|index| records[index].key).collect())
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

    fn record() -> impl Strategy<Value = Record> {
        (0..4usize, 0..3usize, 0..4usize, 0..3usize, 0..4usize, 0..5u8).prop_map(
            |(title, creator, kind, part, number, with)| {
                let mut record = Record {
                    title: ["红楼梦", "紅樓夢", "经济学", "History"][title].into(),
                    creators: vec![Creator::author(["曹雪芹", "高鶚", "Knuth"][creator])],
                    kind: [Kind::Book, Kind::Article, Kind::Journal, Kind::Other][kind],
                    part: ["", "上册", "2"][part].into(),
                    year: Some(1982),
                    ..Record::default()
                };
                if with > 1 {
                    let isbn = ["9787020008728", "9780306406157", "9787544270878", "9787111213826"][number];
                    record.add_identifier(IdentifierKind::Isbn, isbn);
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
