//! Quiet hours (免打扰), in which no toast is shown. They may cross midnight; equal times mean none.

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan as _, Zoned};

use crate::view::NoticeSettings;

/// Whether toasts are held back at this local time.
pub(crate) fn is_quiet(settings: &NoticeSettings, local: &Zoned) -> bool {
    let (from, to, now) = (settings.quiet_from, settings.quiet_to, local.time());
    settings.quiet && if from <= to { (from..to).contains(&now) } else { now >= from || now < to }
}

/// When the present quiet hours end; `None` outside of them.
pub(crate) fn ends(settings: &NoticeSettings, local: &Zoned) -> Option<Timestamp> {
    if !is_quiet(settings, local) {
        return None;
    }
    let to: Time = settings.quiet_to;
    let day = if local.time() < to { local.date() } else { local.date().saturating_add(1.day()) };
    let end = local.time_zone().to_ambiguous_zoned(day.to_datetime(to)).compatible();
    end.ok().map(|end| end.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::Zoned;
    use jiff::civil::{Time, date, time};
    use jiff::tz::{TimeZone, offset};

    use super::{ends, is_quiet};
    use crate::view::NoticeSettings;

    fn at(day: i8, hour: i8, minute: i8) -> Zoned {
        date(2026, 12, day).at(hour, minute, 0, 0).to_zoned(TimeZone::fixed(offset(8))).unwrap()
    }

    fn hours(from: Time, to: Time) -> NoticeSettings {
        NoticeSettings { quiet: true, quiet_from: from, quiet_to: to, muted: vec![] }
    }

    #[test]
    fn hours_over_midnight() {
        let night = hours(time(22, 0, 0, 0), time(7, 30, 0, 0));
        for (hour, minute, quiet) in
            [(21, 59, false), (22, 0, true), (23, 59, true), (0, 0, true), (7, 29, true), (7, 30, false)]
        {
            assert_eq!(is_quiet(&night, &at(1, hour, minute)), quiet, "{hour}:{minute}");
        }
        assert_eq!(ends(&night, &at(1, 23, 0)), Some(at(2, 7, 30).timestamp()));
        assert_eq!(ends(&night, &at(2, 6, 0)), Some(at(2, 7, 30).timestamp()));
        assert_eq!(ends(&night, &at(2, 12, 0)), None);
    }

    #[test]
    fn hours_of_one_day_and_no_hours() {
        let lecture = hours(time(14, 0, 0, 0), time(16, 0, 0, 0));
        assert!(is_quiet(&lecture, &at(1, 15, 0)) && !is_quiet(&lecture, &at(1, 16, 0)));
        assert_eq!(ends(&lecture, &at(1, 15, 0)), Some(at(1, 16, 0).timestamp()));
        let none = hours(time(8, 0, 0, 0), time(8, 0, 0, 0));
        assert!(!is_quiet(&none, &at(1, 8, 0)));
        assert!(!is_quiet(&NoticeSettings { quiet: false, ..lecture }, &at(1, 15, 0)));
    }
}
