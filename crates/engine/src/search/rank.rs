//! Relevance of a work: reciprocal-rank fusion of the sources' rankings, plus how well its fields match
//! the query. Depends on the members of the work alone, so other works never change it.

use hongyan_model::query::Field;
use hongyan_model::text::fold;

use super::ask::{Asked, AskedClause, Needle};
use super::guard::Class;
use super::keys::Keyed;

/// Constant k of reciprocal-rank fusion, as its authors recommend (Cormack et al. 2009).
const FUSION: f64 = 60.0;
/// Weight of the first rank in one source, relative to 1.0 for a title that equals the query.
const PLACE: f64 = 0.5;
/// Bonus for 本馆有藏: decides near ties only.
const HOME: f64 = 0.05;
/// Score of the identifier that was searched.
const EXACT: f64 = 10.0;
/// Weight when the words match in different fields.
const MIXED: f64 = 0.45;

/// A member of a work with its rank in its source.
pub(crate) struct Placed<'a> {
    /// the record
    pub keyed: &'a Keyed,
    /// index of the source
    pub source: usize,
    /// rank there, from 0
    pub position: u32,
}

/// The score of a work; larger is better.
pub(crate) fn score(asked: &Asked, members: &[Placed<'_>], home: bool) -> f64 {
    // count each source once, with its best rank
    let mut places: Vec<(usize, u32)> = members.iter().map(|m| (m.source, m.position)).collect();
    places.sort_unstable();
    places.dedup_by_key(|(source, _)| *source);
    let fusion: f64 = places
        .iter()
        .map(|(_, position)| PLACE * (FUSION + 1.0) / (FUSION + 1.0 + f64::from(*position)))
        .sum();
    fusion + matching(asked, members) + if home { HOME } else { 0.0 }
}

fn matching(asked: &Asked, members: &[Placed<'_>]) -> f64 {
    if let Some(identifier) = &asked.identifier {
        return members
            .iter()
            .filter(|member| member.keyed.record.identifiers.contains(identifier))
            // papers bear the ISSN of their journal too, but the journal was searched
            .map(|member| if member.keyed.guard.class == Class::Serial { EXACT + 1.0 } else { EXACT })
            .fold(0.0, f64::max);
    }
    if asked.clauses.is_empty() {
        return 0.0;
    }
    // alternatives (OR) count as one clause, with the score of the best
    let (mut sum, mut count) = (0.0, 0.0);
    for group in asked.clauses.chunk_by(|_, next| next.or) {
        sum += members
            .iter()
            .flat_map(|member| group.iter().map(|clause| in_record(clause, member.keyed)))
            .fold(0.0, f64::max);
        count += 1.0;
    }
    sum / count
}

fn in_record(clause: &AskedClause, keyed: &Keyed) -> f64 {
    let occurs = |text: &str| share(clause, |word| word.stands_in(text));
    match clause.field {
        Field::Title => in_titles(clause, keyed),
        Field::Creator => in_creators(clause, keyed),
        Field::Subject => {
            let subjects: Vec<String> = keyed.record.subjects.iter().take(50).map(|s| fold(s)).collect();
            0.3 * share(clause, |word| subjects.iter().any(|subject| word.stands_in(subject)))
        }
        Field::Publisher => 0.3 * occurs(&fold(&keyed.record.publisher)),
        Field::Container => 0.3 * occurs(&keyed.host),
        Field::Any => {
            let best = in_titles(clause, keyed).max(in_creators(clause, keyed));
            // a match across fields scores no more; for one word both fields were checked above
            if best >= MIXED || clause.is_one_word() {
                return best;
            }
            let mixed = share(clause, |word| {
                keyed.titles.iter().chain(&keyed.creators).any(|text| word.stands_in(text))
            });
            best.max(MIXED * mixed)
        }
    }
}

/// 1 for a title equal to the clause; less for a prefix, for a substring, for all words, for some words.
fn in_titles(clause: &AskedClause, keyed: &Keyed) -> f64 {
    keyed
        .titles
        .iter()
        .map(|title| {
            if *title == clause.phrase {
                1.0
            } else if clause.whole.stands_in(title) {
                if title.starts_with(&clause.phrase) { 0.7 } else { 0.5 }
            } else if clause.is_one_word() {
                0.0
            } else {
                0.4 * share(clause, |word| word.stands_in(title))
            }
        })
        .fold(0.0, f64::max)
}

fn in_creators(clause: &AskedClause, keyed: &Keyed) -> f64 {
    if keyed.creators.first().is_some_and(|name| *name == clause.phrase) {
        return 0.6;
    }
    let named = |word: &Needle| keyed.creators.iter().any(|name| word.stands_in(name));
    if clause.needles.iter().all(named) { 0.5 } else { 0.0 }
}

/// Share of the words that occur, squared: all words score far more than half of them.
fn share(clause: &AskedClause, occurs: impl Fn(&Needle) -> bool) -> f64 {
    let (mut found, mut all) = (0.0, 0.0);
    for word in &clause.needles {
        all += 1.0;
        if occurs(word) {
            found += 1.0;
        }
    }
    if all == 0.0 { 0.0 } else { (found / all) * (found / all) }
}

#[cfg(test)]
mod tests {
    use hongyan_model::query::Field;
    use hongyan_model::{Creator, IdentifierKind, Kind, Query, Record};

    use super::{Placed, score};
    use crate::search::ask::Asked;
    use crate::search::keys::Keyed;

    fn keyed(title: &str, creator: &str) -> Keyed {
        let creators = vec![Creator::author(creator)];
        Keyed::new(Record { title: title.into(), creators, ..Record::default() })
    }

    fn points(query: &Query, keyed: &Keyed, places: &[(usize, u32)], home: bool) -> f64 {
        let members: Vec<_> = places
            .iter()
            .map(|(source, position)| Placed { keyed, source: *source, position: *position })
            .collect();
        score(&Asked::new(query), &members, home)
    }

    #[test]
    fn better_answers_have_more_points() {
        let query = Query::words(Field::Any, "红楼梦");
        let at = |title: &str| points(&query, &keyed(title, "曹雪芹"), &[(0, 5)], false);
        assert!(at("紅樓夢") > at("红楼梦研究"));
        assert!(at("红楼梦研究") > at("论红楼梦"));
        assert!(at("论红楼梦") > at("水浒传"));
        let same = keyed("红楼梦", "");
        assert!(points(&query, &same, &[(0, 5), (1, 5)], false) > points(&query, &same, &[(0, 5)], false));
        assert!(points(&query, &same, &[(0, 5)], true) > points(&query, &same, &[(0, 5)], false));
        let twice = points(&query, &same, &[(0, 5), (0, 9)], false);
        assert!((twice - points(&query, &same, &[(0, 5)], false)).abs() < 1e-9);
    }

    #[test]
    fn title_and_creator_together_beat_either() {
        let query = Query::words(Field::Any, "鲁迅 呐喊");
        let at = |title: &str, by: &str| points(&query, &keyed(title, by), &[(0, 0)], false);
        assert!(at("呐喊", "魯迅") > at("呐喊", "某人"));
        assert!(at("呐喊", "魯迅") > at("热风", "鲁迅"));
    }

    #[test]
    fn a_phrase_matches_together_and_alternatives_do_not_cost() {
        let at =
            |query: &str, title: &str| points(&Query::from_box(query), &keyed(title, ""), &[(0, 0)], false);
        assert!(at("\"红楼 研究\"", "論紅樓研究") > at("\"红楼 研究\"", "研究紅樓夢"));
        assert!((at("\"红楼 研究\"", "研究紅樓夢") - at("\"红楼 研究\"", "水浒传")).abs() < 1e-9);
        assert!(at("\"short stories\"", "Short stories") > at("\"short stories\"", "Stories in short"));
        assert!((at("呐喊 OR 彷徨", "彷徨") - at("彷徨", "彷徨")).abs() < 1e-9);
        // an excluded word neither raises nor lowers the score
        assert!((at("呐喊 -彷徨", "呐喊") - at("呐喊", "呐喊")).abs() < 1e-9);
    }

    #[test]
    fn the_number_asked_for_is_first() {
        let query = Query::from_box("978-7-02-000872-8");
        let mut record = Record { title: "红楼梦".into(), kind: Kind::Book, ..Record::default() };
        record.add_identifier(IdentifierKind::Isbn, "9787020008728");
        let exact = points(&query, &Keyed::new(record), &[(0, 90)], false);
        assert!(exact > points(&query, &keyed("红楼梦", ""), &[(0, 0), (1, 0), (2, 0)], true));
    }
}
