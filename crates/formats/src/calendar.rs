//! Writes dates to an iCalendar file (RFC 5545).

use icalendar::{Calendar, Component, Event, EventLike, Property};
use jiff::Timestamp;
use jiff::civil::Date;

/// An all-day event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// stable id, so that importing the file again updates the event instead of duplicating it
    pub id: String,
    /// date
    pub day: Date,
    /// summary, one line
    pub title: String,
    /// description; may be empty
    pub text: String,
    /// location; may be empty
    pub place: String,
}

/// Writes events to the text of a file. `name` is the calendar's display name.
pub fn calendar(name: &str, days: &[Day], now: Timestamp) -> String {
    let mut calendar = Calendar::new();
    calendar.name(name);
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    for day in days {
        let mut event = Event::new();
        event.uid(&day.id);
        event.add_property("DTSTAMP", &stamp);
        let mut begins = Property::new("DTSTART", day.day.strftime("%Y%m%d").to_string());
        begins.add_parameter("VALUE", "DATE");
        event.append_property(begins);
        event.summary(&day.title);
        if !day.text.is_empty() {
            event.description(&day.text);
        }
        if !day.place.is_empty() {
            event.location(&day.place);
        }
        // a reminder does not block the day
        event.add_property("TRANSP", "TRANSPARENT");
        calendar.push(event);
    }
    calendar.to_string()
}

#[cfg(test)]
mod tests {
    use icalendar::parser::{read_calendar, unfold};
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::{Day, calendar};

    #[test]
    fn a_day_reads_back() {
        let title =
            "还书：红楼梦; 上册, 中国古典文学读本丛书，很长的一个题名，要折行才放得下，一行只有七十五个字节";
        let day = Day {
            id: "5d0a3c1e-due@hongyan".into(),
            day: date(2026, 12, 15),
            title: title.into(),
            text: "第一行\n第二行 \\".into(),
            place: "相思湖馆 904".into(),
        };
        let text = calendar("鸿雁", &[day], Timestamp::UNIX_EPOCH);
        assert!(text.lines().all(|line| line.len() <= 76), "{text}");
        assert_eq!(text.matches("PRODID").count(), 1, "{text}");
        let unfolded = unfold(&text);
        let read = read_calendar(&unfolded).unwrap();
        let event = &read.components[0];
        let value = |name: &str| event.find_prop(name).unwrap().val.clone().unescape_text().to_string();
        assert_eq!(value("SUMMARY"), title);
        assert_eq!(value("DESCRIPTION"), "第一行\n第二行 \\");
        assert_eq!(value("LOCATION"), "相思湖馆 904");
        assert_eq!((value("DTSTART").as_str(), value("UID").as_str()), ("20261215", "5d0a3c1e-due@hongyan"));
        assert_eq!(value("DTSTAMP"), "19700101T000000Z");
    }
}
