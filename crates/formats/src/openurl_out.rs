//! Writes a request as an OpenURL 1.0 in KEV format (Z39.88-2004), for a resolver or a form that accepts
//! one. [`crate::openurl`] parses it back.

use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::Kind;
use hongyan_model::text::clean;
use hongyan_model::{Draft, Service};
use url::Url;

/// Referrer id of the program.
const REFERRER: &str = "info:sid/hongyan:request";
/// Longest value, because URLs are limited.
const LONGEST: usize = 400;

/// The URL at a resolver that describes the draft, with a note for whoever handles the request (its mark, and what
/// the patron wrote). Other parameters of the base URL are kept. None when the base is not a web address.
///
/// Beside the keys of the standard it has those of ReShare's listener-openurl (1.6.0), which makes a complete request
/// of them: the part that is wanted, its author and pages, the service, the day, the desk and the note.
pub fn address(base: &str, draft: &Draft, note: &str) -> Option<String> {
    let mut url = Url::parse(base.trim()).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    {
        let mut pairs = url.query_pairs_mut();
        for (key, value) in pairs_of(draft, note) {
            pairs.append_pair(&key, &value);
        }
    }
    Some(url.to_string())
}

/// Metadata format and genre of a draft.
fn genre(draft: &Draft) -> (&'static str, &'static str) {
    let part = !draft.component_title.trim().is_empty() || !draft.pages.trim().is_empty();
    match draft.kind {
        Kind::Article | Kind::Newspaper => ("journal", "article"),
        Kind::Journal => ("journal", if part { "article" } else { "journal" }),
        Kind::Thesis => ("dissertation", "dissertation"),
        Kind::Conference => ("book", if part { "proceeding" } else { "conference" }),
        Kind::Report => ("book", "report"),
        Kind::Patent => ("book", "unknown"),
        _ if draft.service == Service::Copy && part => ("book", "bookitem"),
        _ => ("book", "book"),
    }
}

fn pairs_of(draft: &Draft, note: &str) -> Vec<(String, String)> {
    let (format, genre) = genre(draft);
    let mut all = Vec::new();
    let mut say = |key: &str, value: &str| {
        let value: String = clean(value).chars().take(LONGEST).collect();
        if !value.is_empty() {
            all.push((key.to_owned(), value));
        }
    };
    say("url_ver", "Z39.88-2004");
    say("ctx_ver", "Z39.88-2004");
    say("rfr_id", REFERRER);
    say("rft_val_fmt", &format!("info:ofi/fmt:kev:mtx:{format}"));
    if format != "dissertation" {
        say("rft.genre", genre);
    }
    match (format, genre) {
        ("journal", "journal") => say("rft.jtitle", &draft.title),
        ("journal", _) => {
            say("rft.atitle", &draft.component_title);
            say("rft.jtitle", &draft.title);
        }
        ("dissertation", _) => say("rft.title", &draft.title),
        _ => {
            say("rft.atitle", &draft.component_title);
            say("rft.btitle", &draft.title);
        }
    }
    let component = !draft.component_author.trim().is_empty();
    say("rft.au", if component { &draft.component_author } else { &draft.author });
    say("rft.date", &draft.date);
    say("rft.volume", &draft.volume);
    say("rft.issue", &draft.issue);
    say("rft.pages", &draft.pages);
    // resolvers and forms of ILLiad read the first page and not the range
    if let Some((first, last)) = draft.pages.trim().split_once(['-', '–'])
        && [first, last].iter().all(|page| page.chars().all(char::is_numeric))
    {
        say("rft.spage", first);
        say("rft.epage", last);
    }
    say("rft.edition", &draft.edition);
    say("rft.pub", &draft.publisher);
    say("rft.place", &draft.place);
    for (kind, text, key, prefix) in [
        (IdentifierKind::Isbn, &draft.isbn, "rft.isbn", ""),
        (IdentifierKind::Issn, &draft.issn, "rft.issn", ""),
        (IdentifierKind::Doi, &draft.doi, "rft_id", "info:doi/"),
        (IdentifierKind::Pmid, &draft.pmid, "rft_id", "info:pmid/"),
    ] {
        if let Some(id) = Identifier::parse(kind, text) {
            say(key, &format!("{prefix}{}", id.value));
        }
    }
    let (service, desk) = match draft.service {
        Service::Copy => ("copy", ""),
        Service::Loan => ("loan", draft.pickup_location.as_str()),
    };
    say("rft.titleOfComponent", &draft.component_title);
    say("rft.authorOfComponent", &draft.component_author);
    say("rft.pagesRequested", &draft.pages);
    say("svc_id", service);
    say("svc.pickupLocation", desk);
    say("svc.neededBy", &draft.needed_by.map(|day| day.to_string()).unwrap_or_default());
    say("svc.note", note);
    all
}

#[cfg(test)]
mod tests {
    use hongyan_model::record::Kind;
    use hongyan_model::{Draft, RequestId, Service};
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::address;
    use crate::openurl::{Asked, asked};

    /// Keys and values of an address, as any reader of forms has them.
    fn pairs(link: &str) -> Vec<(String, String)> {
        url::Url::parse(link).unwrap().query_pairs().into_owned().collect()
    }

    #[test]
    fn a_listener_of_reshare_has_a_whole_request() {
        let mut draft = Draft::blank(RequestId(Uuid::from_u128(7)), Service::Copy, Timestamp::UNIX_EPOCH);
        draft.title = "广西民族研究".into();
        draft.component_title = "论壮族的铜鼓".into();
        draft.component_author = "韦氏".into();
        draft.pages = "101-117".into();
        draft.needed_by = Some(jiff::civil::date(2026, 12, 24));
        let note = "HY-123456M 急用，谢谢";
        let link = address("https://resolver.example.edu.cn/", &draft, note).unwrap();
        let said = pairs(&link);
        for (key, value) in [
            ("rft.titleOfComponent", "论壮族的铜鼓"),
            ("rft.authorOfComponent", "韦氏"),
            ("rft.pagesRequested", "101-117"),
            ("svc_id", "copy"),
            ("svc.neededBy", "2026-12-24"),
            ("svc.note", note),
        ] {
            assert!(said.contains(&(key.to_owned(), value.to_owned())), "{key} in {said:?}");
        }
        let wanted = Asked {
            service: Some(Service::Copy),
            needed_by: draft.needed_by,
            pickup_location: String::new(),
            note: note.into(),
        };
        assert_eq!(asked(&link), wanted);
        // its own keys alone describe the article as well
        let own: Vec<_> = said
            .into_iter()
            .filter(|(key, _)| !["rft.atitle", "rft.jtitle", "rft.au", "rft.pages"].contains(&key.as_str()))
            .chain([("rft.title".to_owned(), "广西民族研究".to_owned())])
            .collect();
        let link = url::Url::parse_with_params("https://reshare.example.edu/", own).unwrap().to_string();
        let read = &crate::openurl::parse(&link, &crate::Budget::answer()).unwrap()[0].record;
        assert_eq!((read.title.as_str(), read.container.as_str()), ("论壮族的铜鼓", "广西民族研究"));
        assert_eq!((read.creators[0].name.as_str(), read.pages.as_str()), ("韦氏", "101-117"));

        draft.service = Service::Loan;
        draft.pickup_location = "xsh-904".into();
        let link = address("https://resolver.example.edu.cn/", &draft, "").unwrap();
        assert_eq!(asked(&link).service, Some(Service::Loan));
        assert_eq!(asked(&link).pickup_location, "xsh-904");
        assert!(!link.contains("svc.note"), "nothing is said of an empty note");
        assert_eq!(asked("https://example.org/?svc_id=maybe&svc.neededBy=soon"), Asked::default());
    }

    /// An article's context object as Zotero writes it (`createContextObject` of its utilities), in our words.
    const ZOTERO: &str = "url_ver=Z39.88-2004&ctx_ver=Z39.88-2004&rfr_id=info%3Asid%2Fzotero.org%3A2\
        &rft_id=info%3Adoi%2F10.1000%2Fxyz&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Ajournal&rft.genre=article\
        &rft.atitle=%E8%AE%BA%E5%A3%AE%E6%97%8F%E7%9A%84%E9%93%9C%E9%BC%93&rft.jtitle=%E5%B9%BF%E8%A5%BF%E6%B0%91%E6%97%8F%E7%A0%94%E7%A9%B6\
        &rft.volume=12&rft.issue=3&rft.aulast=%E9%9F%A6%E6%B0%8F&rft.au=%E9%9F%A6%E6%B0%8F&rft.date=2019&rft.pages=101-117\
        &rft.spage=101&rft.epage=117&rft.issn=1004-454X";

    #[test]
    fn ours_has_what_zotero_has_and_both_are_read_alike() {
        let mut draft = Draft::blank(RequestId(Uuid::from_u128(7)), Service::Copy, Timestamp::UNIX_EPOCH);
        draft.kind = Kind::Article;
        draft.title = "广西民族研究".into();
        draft.component_title = "论壮族的铜鼓".into();
        draft.component_author = "韦氏".into();
        (draft.volume, draft.issue, draft.date) = ("12".into(), "3".into(), "2019".into());
        (draft.pages, draft.issn, draft.doi) = ("101-117".into(), "1004-454X".into(), "10.1000/xyz".into());
        let link = address("https://resolver.example.edu.cn/", &draft, "").unwrap();
        let ours = pairs(&link);
        let theirs = pairs(&format!("https://zotero.example/?{ZOTERO}"));
        for (key, value) in &theirs {
            // a Chinese name is not divided, and the referrer is the program
            if !["rft.aulast", "rfr_id"].contains(&key.as_str()) {
                assert!(ours.contains(&(key.clone(), value.clone())), "{key}={value} in {ours:?}");
            }
        }
        let read = |text: &str| {
            let mut read = crate::openurl::parse(text, &crate::Budget::answer()).unwrap().remove(0).record;
            read.raw = None;
            read
        };
        assert_eq!(read(&link), read(&format!("https://zotero.example/?{ZOTERO}")));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let id = RequestId(Uuid::from_u128(7));
        let mut draft = Draft::blank(id, Service::Copy, Timestamp::UNIX_EPOCH);
        draft.title = "广西民族研究".into();
        draft.component_title = "论壮族的铜鼓 & 其他".into();
        draft.component_author = "韦氏".into();
        draft.volume = "12".into();
        draft.issue = "3".into();
        draft.pages = "101-117".into();
        draft.date = "2019".into();
        draft.doi = "https://doi.org/10.1000/XYZ".into();
        let link = address("https://resolver.example.edu.cn/openurl?sid=gx", &draft, "HY-123456M").unwrap();
        assert!(
            link.starts_with("https://resolver.example.edu.cn/openurl?sid=gx&url_ver=Z39.88-2004"),
            "{link}"
        );
        let read = &crate::openurl::parse(&link, &crate::Budget::answer()).unwrap()[0].record;
        assert_eq!(read.title, "论壮族的铜鼓 & 其他");
        assert!(read.identifiers.iter().any(|id| id.value == "10.1000/xyz"), "{read:?}");
        assert_eq!(read.kind, Kind::Article);

        let mut loan = Draft::blank(id, Service::Loan, Timestamp::UNIX_EPOCH);
        loan.title = "三体".into();
        loan.author = "刘慈欣".into();
        loan.isbn = "9787536692930".into();
        let link = address("https://resolver.example.edu.cn/", &loan, "").unwrap();
        let read = &crate::openurl::parse(&link, &crate::Budget::answer()).unwrap()[0].record;
        assert_eq!((read.title.as_str(), read.kind), ("三体", Kind::Book));
        assert_eq!(address("javascript:alert(1)", &loan, ""), None);
    }
}
