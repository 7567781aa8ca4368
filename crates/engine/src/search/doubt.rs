//! Edges that could as well be another: a record that leaves out its volume beside several volumes, a journal
//! without ISSN beside two of its title. Neither is joined, because the choice would be arbitrary.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use super::evidence::{Reason, numbers_apart, part_said_once};
use super::guard::Class;
use super::keys::Keyed;

/// Neighbours of a serial without a number that are compared.
const NEIGHBOURS: usize = 64;

/// Number and name of a part.
type Part<'a> = (Option<u32>, &'a str);

/// What the edges of one group leave open. Records are named by their position in the sorted group.
#[derive(Debug, Default)]
pub(super) struct Doubt<'a> {
    /// by a record that states no part, and the strength of the edge: the part that it would be
    parts: HashMap<(usize, Strength), Only<Part<'a>>>,
    /// by a record that states its part, the strength of the edge, and a source: the one there without a part
    wholes: HashMap<(usize, Strength, &'a str), Only<usize>>,
    /// by a serial without a number: those that its title would join it to
    serials: HashMap<usize, Vec<usize>>,
}

/// How much an edge says, the strongest first: what a stronger one says is not put in doubt by a weaker one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Strength {
    Number,
    /// the title, by the very same persons
    Persons,
    Title,
}

impl Strength {
    const ALL: [Strength; 3] = [Strength::Number, Strength::Persons, Strength::Title];

    fn of(reason: Reason, one: &Keyed, two: &Keyed) -> Strength {
        if !reason.is_title() {
            return Strength::Number;
        }
        let persons = |keyed: &'_ Keyed| -> Vec<String> {
            let mut names: Vec<String> =
                keyed.names.iter().filter(|name| name.han).map(|name| name.folded.clone()).collect();
            names.sort_unstable();
            names
        };
        let names = persons(one);
        if !names.is_empty() && names == persons(two) { Strength::Persons } else { Strength::Title }
    }
}

/// One value, or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only<T> {
    One(T),
    Several,
}

fn note<K: Eq + Hash, T: PartialEq>(map: &mut HashMap<K, Only<T>>, key: K, value: T) {
    match map.entry(key) {
        Entry::Vacant(free) => _ = free.insert(Only::One(value)),
        Entry::Occupied(mut known) => {
            if *known.get() != Only::One(value) {
                known.insert(Only::Several);
            }
        }
    }
}

impl<'a> Doubt<'a> {
    /// Collects what the edges of a group leave open.
    pub(super) fn of(
        sorted: &[(usize, &'a Keyed)],
        edges: impl Iterator<Item = (Reason, usize, usize)>,
    ) -> Doubt<'a> {
        let mut doubt = Doubt::default();
        for (reason, a, b) in edges {
            let (Some(&(_, one)), Some(&(_, two))) = (sorted.get(a), sorted.get(b)) else { continue };
            if let Some((whole, at)) = whole_and_part(one, two, a, b) {
                let (Some((_, part_of)), Some((_, whole_of))) = (sorted.get(at), sorted.get(whole)) else {
                    continue;
                };
                let strength = Strength::of(reason, one, two);
                if let Some(part) = part_of.guard.part() {
                    note(&mut doubt.parts, (whole, strength), part);
                }
                note(&mut doubt.wholes, (at, strength, &whole_of.record.source), whole);
            }
            if let Some((bare, other)) = bare_and_other(reason, one, two, a, b) {
                let known = doubt.serials.entry(bare).or_default();
                if known.len() < NEIGHBOURS {
                    known.push(other);
                }
            }
        }
        doubt
    }

    /// Whether an edge joins a record without a part to one of several parts, or to a part of which its source
    /// has several descriptions.
    pub(super) fn about_part(
        &self,
        sorted: &[(usize, &'a Keyed)],
        reason: Reason,
        a: usize,
        b: usize,
    ) -> bool {
        let (Some(&(_, one)), Some(&(_, two))) = (sorted.get(a), sorted.get(b)) else { return false };
        let Some((whole, at)) = whole_and_part(one, two, a, b) else { return false };
        let (Some((_, part_of)), Some((_, whole_of))) = (sorted.get(at), sorted.get(whole)) else {
            return false;
        };
        let (part, source) = (part_of.guard.part(), whole_of.record.source.as_str());
        let strength = Strength::of(reason, one, two);
        Strength::ALL.into_iter().filter(|other| *other <= strength).any(|other| {
            let parts = self.parts.get(&(whole, other));
            let wholes = self.wholes.get(&(at, other, source));
            parts.is_some_and(|known| part.is_none_or(|part| *known != Only::One(part)))
                || wholes.is_some_and(|known| *known != Only::One(whole))
        })
    }

    /// Whether an edge joins a serial without a number to one of several that have different ones. `home` has
    /// the cluster of each record, after the edges by numbers.
    pub(super) fn about_serial(
        &self,
        sorted: &[(usize, &'a Keyed)],
        home: &[usize],
        a: usize,
        b: usize,
    ) -> bool {
        let in_doubt = |bare: usize, other: usize| {
            let Some(known) = self.serials.get(&bare) else { return false };
            let Some((_, keyed)) = sorted.get(other) else { return false };
            known.iter().any(|neighbour| {
                home.get(*neighbour) != home.get(other)
                    && sorted.get(*neighbour).is_some_and(|(_, there)| numbers_apart(there, keyed))
            })
        };
        in_doubt(a, b) || in_doubt(b, a)
    }
}

/// Which of two is without a part, when the other one states it.
fn whole_and_part(one: &Keyed, two: &Keyed, a: usize, b: usize) -> Option<(usize, usize)> {
    part_said_once(one, two).then(|| if one.guard.part().is_none() { (a, b) } else { (b, a) })
}

fn bare_and_other(reason: Reason, one: &Keyed, two: &Keyed, a: usize, b: usize) -> Option<(usize, usize)> {
    let serials = one.guard.class == Class::Serial && two.guard.class == Class::Serial;
    if !serials || !reason.is_title() {
        return None;
    }
    match (one.numbers.is_empty(), two.numbers.is_empty()) {
        (true, false) => Some((a, b)),
        (false, true) => Some((b, a)),
        _ => None,
    }
}
