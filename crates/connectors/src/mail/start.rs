//! Where a first round begins: found by the dates of some mails and not by SEARCH, which some providers refuse.

/// How many mails are asked for their date at once; four times that is enough for sixteen million.
pub(super) const SAMPLES: u32 = 64;

/// A mail by its place in the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// place, from 1
    pub place: u32,
    /// UID
    pub uid: u32,
    /// whether it was received since the day; also when its date cannot be read
    pub is_since: bool,
}

/// The state of the search: the first mail since the day lies above `below` and not above `upto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Search {
    below: u32,
    below_uid: u32,
    upto: u32,
}

impl Search {
    /// Over a mailbox of so many mails.
    pub fn new(exists: u32) -> Search {
        Search { below: 0, below_uid: 0, upto: exists }
    }

    /// The places to ask for, ascending; none when it is over.
    pub fn places(&self) -> Vec<u32> {
        let gap = self.upto.saturating_sub(self.below);
        if gap <= SAMPLES {
            return (self.below + 1..=self.upto).collect();
        }
        let place = |n: u32| {
            let step = u64::from(gap) * u64::from(n) / u64::from(SAMPLES);
            self.below.saturating_add(u32::try_from(step).unwrap_or(u32::MAX))
        };
        (1..=SAMPLES).map(place).collect()
    }

    /// Takes the answers. Returns the UID below the first mail since the day when it is found.
    pub fn take(&mut self, mut samples: Vec<Sample>) -> Option<u32> {
        let before = (self.below, self.upto);
        samples.sort_by_key(|sample| sample.place);
        samples.retain(|sample| sample.place > self.below && sample.place <= self.upto);
        let was_last = self.upto.saturating_sub(self.below) <= SAMPLES;
        for sample in samples {
            if sample.is_since {
                self.upto = sample.place;
                break;
            }
            // by UIDs, which stay when mails below are deleted between two answers
            (self.below, self.below_uid) = (sample.place, self.below_uid.max(sample.uid));
        }
        // an answer that narrows nothing is not asked for again: too early is safe
        let is_stuck = (self.below, self.upto) == before;
        (was_last || is_stuck || self.below >= self.upto).then_some(self.below_uid)
    }
}

#[cfg(test)]
mod tests {
    use super::{SAMPLES, Sample, Search};

    /// Searches a mailbox given as days by place; UIDs are thrice the places.
    fn search(days: &[u32], day: u32) -> (u32, usize) {
        let mut search = Search::new(u32::try_from(days.len()).unwrap());
        let mut rounds = 0;
        loop {
            rounds += 1;
            let places = search.places();
            assert!(places.len() <= SAMPLES as usize && places.is_sorted());
            let sample = |place: &u32| {
                let is_since = days[*place as usize - 1] >= day;
                Sample { place: *place, uid: *place * 3, is_since }
            };
            if let Some(uid) = search.take(places.iter().map(sample).collect()) {
                return (uid, rounds);
            }
            assert!(rounds < 10, "it must end");
        }
    }

    #[test]
    fn the_first_mail_since_a_day_is_found_in_few_questions() {
        for size in [0_u32, 1, 2, 63, 64, 65, 4_096, 50_000] {
            let days: Vec<u32> = (1..=size).collect();
            for day in [0, 1, 2, size / 3, size / 2, size.saturating_sub(1), size, size + 1] {
                let (uid, rounds) = search(&days, day);
                assert_eq!(uid, day.saturating_sub(1).min(size) * 3, "{size} {day}");
                assert!(rounds <= 3, "{size} {day}: {rounds}");
            }
        }
    }

    #[test]
    fn old_mails_that_were_put_on_top_do_not_hide_the_recent() {
        // 2,000 days, then the mails of another account, all old
        let days: Vec<u32> = (1..=40_000).chain(std::iter::repeat_n(5, 10_000)).collect();
        assert_eq!(search(&days, 39_000).0, 38_999 * 3);
    }

    #[test]
    fn a_server_that_answers_nothing_or_nonsense_is_not_asked_for_ever() {
        let mut search = Search::new(u32::MAX);
        assert_eq!(search.places().len(), SAMPLES as usize);
        assert_eq!(search.take(Vec::new()), Some(0));
        let mut search = Search::new(1_000);
        assert_eq!(search.take(vec![Sample { place: 4_000_000, uid: 1, is_since: false }]), Some(0));
    }
}
