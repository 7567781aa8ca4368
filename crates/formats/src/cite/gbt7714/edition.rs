//! Differences between the editions of GB/T 7714.

/// The edition of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edition {
    /// GB/T 7714—2015
    Y2015,
    /// GB/T 7714—2025, in force since 2026-07-01
    Y2025,
}

/// The differences.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// separator between names, and between parts of a statement
    pub comma: &'static str,
    /// separator before a publisher, a page, a volume
    pub colon: &'static str,
    /// brackets around an issue, a page of a newspaper, a date of update
    pub brackets: (&'static str, &'static str),
    /// separator between the years of a range
    pub range: &'static str,
    /// whether family names are in capitals
    pub capitals: bool,
    /// whether initials keep the hyphen: `J-R` instead of `J R` for Jung-Ran
    pub hyphen: bool,
    /// whether all online works have an access date; else only those that can change: web pages, data
    /// sets, preprints
    pub always_accessed: bool,
    /// type code of a preprint
    pub preprint: &'static str,
    /// type code of pictures and films that are only online
    pub online_media: &'static str,
    /// whether a standard has only number and title
    pub bare_standard: bool,
    /// whether a patent is cited by its application, with the page; else by its publication
    pub patent_by_application: bool,
    /// whether archival material has the code `[A]`, with call number and full date
    pub archives: bool,
    /// whether a map has scale and size
    pub map_facts: bool,
    /// whether translators of articles are named
    pub article_translator: bool,
    /// whether the numbering of a serial starts with the year
    pub serial_year: bool,
    /// whether works without volume, issue or publisher have a full date
    pub full_date: bool,
    /// whether the year follows a conference without publisher after a comma
    pub comma_after_meeting: bool,
    /// whether the CSTR (Chinese identifier of scientific resources) is included
    pub cstr: bool,
    /// whether data sets and preprints have their version, and their date in brackets
    pub versions: bool,
}

impl Edition {
    pub(super) fn rules(self) -> Rules {
        match self {
            Edition::Y2015 => Rules {
                comma: ", ",
                colon: ": ",
                brackets: ("(", ")"),
                range: "/",
                capitals: true,
                hyphen: false,
                always_accessed: true,
                preprint: "EB",
                online_media: "Z",
                bare_standard: false,
                patent_by_application: false,
                archives: false,
                map_facts: false,
                article_translator: false,
                serial_year: true,
                full_date: false,
                comma_after_meeting: false,
                cstr: false,
                versions: false,
            },
            Edition::Y2025 => Rules {
                comma: "，",
                colon: "：",
                brackets: ("（", "）"),
                range: "—",
                capitals: false,
                hyphen: true,
                always_accessed: false,
                preprint: "PP",
                online_media: "EB",
                bare_standard: true,
                patent_by_application: true,
                archives: true,
                map_facts: true,
                article_translator: true,
                serial_year: false,
                full_date: true,
                comma_after_meeting: true,
                cstr: true,
                versions: true,
            },
        }
    }

    /// `第1卷`, `卷 1`, `Vol. 1`, `v.1`; text that is not a number is kept.
    pub(super) fn volume(self, volume: &str, cjk: bool) -> String {
        if !super::is_numeric(volume) {
            return volume.to_owned();
        }
        match (self, cjk) {
            (Edition::Y2015, true) => format!("卷 {volume}"),
            (Edition::Y2015, false) => format!("Vol. {volume}"),
            (Edition::Y2025, true) => format!("第{volume}卷"),
            (Edition::Y2025, false) => format!("v.{volume}"),
        }
    }
}
