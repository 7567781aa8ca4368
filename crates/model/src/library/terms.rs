//! A library's fees and durations as the platform reports them. They take precedence over the profile.

use jiff::civil::{Date, Weekday, date};
use serde::{Deserialize, Serialize};

use super::{Fraction, Library};
use crate::calendar::Calendar;
use crate::money::Fen;

/// Fees and durations as the platform last reported them; none where it does not report a value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Terms {
    /// charge for a book
    pub loan_fee: Option<Fen>,
    /// charge for a page
    pub page_fee: Option<Fen>,
    /// whether the patron pays part of it
    pub patron_pays: Option<bool>,
    /// loan period in days
    pub loan_days: Option<u16>,
    /// fraction of a book that may be copied
    pub copyright_fraction: Option<Fraction>,
    /// working days until a registration is reviewed
    pub registration_working_days: Option<u16>,
    /// working days until the own library has reviewed a request
    pub review_working_days: Option<u16>,
    /// working days until a supplier sends a copy
    pub copy_working_days: Option<u16>,
    /// days until a book arrives
    pub arrival_days: Option<u16>,
    /// number of 虚拟币 that one yuan costs
    pub coins_per_yuan: Option<u32>,
    /// the calendar of the years that the platform reported
    pub calendar: Calendar,
}

impl Library {
    /// This profile with the platform's terms applied. Names, contacts and desks are not changed.
    pub fn under(&self, terms: &Terms) -> Library {
        let mut library = self.clone();
        let (fees, usual) = (&mut library.fees, &mut library.usual);
        put(&mut fees.loan, terms.loan_fee);
        put(&mut fees.page, terms.page_fee);
        put(&mut fees.patron_pays, terms.patron_pays);
        put(&mut usual.registration_working_days, terms.registration_working_days);
        put(&mut usual.review_working_days, terms.review_working_days);
        put(&mut usual.copy_working_days, terms.copy_working_days);
        put(&mut usual.loan_days, terms.arrival_days);
        put(&mut library.loan_days, terms.loan_days);
        put(&mut library.copyright_fraction, terms.copyright_fraction);
        library.calendar = self.calendar.under(&terms.calendar);
        library
    }
}

fn put<T>(field: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *field = said;
    }
}

impl Calendar {
    /// Calendar of one year from a list of days and whether the library works on each. Empty when days
    /// are missing or when every weekday is a working day: then no holidays have been entered yet, and
    /// the year counts as unknown.
    pub fn of_year(year: i16, days: &[(Date, bool)]) -> Calendar {
        let weekend = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let mut own: Vec<(Date, bool)> = days.iter().filter(|(day, _)| day.year() == year).copied().collect();
        own.sort_unstable();
        own.dedup_by_key(|(day, _)| *day);
        let holidays: Vec<Date> =
            own.iter().filter(|(day, open)| !open && !weekend(day)).map(|(day, _)| *day).collect();
        if own.len() != usize::from(date(year, 1, 1).days_in_year().unsigned_abs()) || holidays.is_empty() {
            return Calendar::default();
        }
        let working_weekends = own.iter().filter(|(day, open)| *open && weekend(day)).map(|(day, _)| *day);
        Calendar { years: vec![year], working_weekends: working_weekends.collect(), holidays }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::{Date, date};

    use super::Terms;
    use crate::calendar::Calendar;
    use crate::library::{Fraction, Library};
    use crate::money::Fen;

    /// 2027, with 春节 off and one Sunday as a working day in exchange.
    fn year() -> Vec<(Date, bool)> {
        let first = date(2027, 1, 1);
        (0..365)
            .map(|n| first.saturating_add(n.days()))
            .map(|day| {
                let spring = (date(2027, 2, 5)..=date(2027, 2, 11)).contains(&day);
                let weekday = day.weekday().to_monday_one_offset() < 6;
                (day, !spring && weekday || day == date(2027, 2, 14))
            })
            .collect()
    }

    #[test]
    fn what_the_platform_says_stands_above_the_profile() {
        let profile = Library::gxmzu();
        assert_eq!(profile.under(&Terms::default()), profile);
        let terms = Terms {
            loan_fee: Some(Fen(5_500)),
            loan_days: Some(30),
            copyright_fraction: Fraction::try_from("1/4".to_owned()).ok(),
            calendar: Calendar::of_year(2027, &year()),
            ..Terms::default()
        };
        let told = profile.under(&terms);
        assert_eq!((told.fees.loan, told.fees.page, told.loan_days), (Fen(5_500), profile.fees.page, 30));
        assert_eq!(told.copyright_fraction.of(100), 25);
        assert_eq!((&told.name, &told.contact), (&profile.name, &profile.contact));
        // 2026 comes from the profile, 2027 from the platform
        let before = told.calendar.working_days_after(date(2027, 2, 4), 1);
        assert_eq!((before.value, before.estimated), (date(2027, 2, 12), false));
        assert!(told.calendar.works(date(2027, 2, 14)) && told.calendar.knows(date(2026, 10, 1)));
    }

    #[test]
    fn a_year_that_nobody_has_entered_is_not_known() {
        let whole = year();
        assert_eq!(Calendar::of_year(2027, &whole).years, [2027]);
        assert_eq!(Calendar::of_year(2027, &whole[1..]), Calendar::default());
        assert_eq!(Calendar::of_year(2026, &whole), Calendar::default());
        let plain: Vec<(Date, bool)> =
            whole.iter().map(|(day, _)| (*day, day.weekday().to_monday_one_offset() < 6)).collect();
        assert_eq!(Calendar::of_year(2027, &plain), Calendar::default());
    }
}
