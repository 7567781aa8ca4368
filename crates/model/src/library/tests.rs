use serde_json::{Value, json};

use super::{Fraction, Gateway, Library, SlipKind, Typed};
use crate::money::Fen;

const GXMZU: &str = include_str!("../../libraries/gxmzu.toml");

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../libraries/library.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

fn as_json(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}

#[test]
fn carried_profiles_read() {
    for library in Library::carried() {
        assert_eq!(Library::from_toml(&library.to_toml()).unwrap(), library);
    }
    let library = Library::gxmzu();
    assert_eq!((library.tenant.as_str(), library.loan_days), ("a001962", 20));
    assert_eq!((library.fees.loan, library.fees.page), (Fen(4000), Fen(30)));
    assert_eq!(library.copyright_fraction.of(300), 100);
    assert!(matches!(library.gateway, Gateway::HandOver { .. }));
    let typed = Library::typed(&of_hand());
    assert_eq!(Library::from_toml(&typed.to_toml()).unwrap(), typed);
    let tenants: Vec<_> = Library::carried().into_iter().map(|one| one.tenant).collect();
    assert_eq!(tenants, ["a001962", "a001634", "a002154"], "each once, the whole profile first");
}

/// What a patron types.
fn of_hand() -> Typed {
    Typed {
        name: " 相思湖学院图书馆 ".into(),
        page: "https://ill.example.edu.cn/".into(),
        catalogue: "https://opac.example.edu.cn/".into(),
        mail: "ill@lib.example.edu.cn".into(),
        phone: "0771-1".into(),
        loan_days: Some(30),
    }
}

#[test]
fn a_library_is_made_from_little() {
    let typed = Library::typed(&of_hand());
    assert_eq!((typed.name.as_str(), typed.loan_days), ("相思湖学院图书馆", 30));
    assert!(typed.estimated, "nothing is said in its name");
    assert!(!Library::gxmzu().estimated);
    assert_eq!(typed.catalogue, "https://opac.example.edu.cn/");
    assert_eq!(typed.request_pages().len(), 1, "nothing of another library");
    // a tenant id in the place of the page
    let other = Library::typed(&Typed { page: "https://other.example.edu.cn/ill".into(), ..of_hand() });
    assert_ne!(typed.key(), other.key(), "what is kept for the one is not the other's");
    let tenant = Library::typed(&Typed { page: "a002154".into(), loan_days: None, ..of_hand() });
    let page = "https://ill.calis.edu.cn/reader/index.html?tenant=a002154&auth=true";
    assert_eq!(tenant.request_pages()[0].page, page);
    assert_eq!((tenant.tenant.as_str(), tenant.loan_days), ("a002154", Library::gxmzu().loan_days));
    assert_eq!(Library::from_toml(&tenant.to_toml()).unwrap(), tenant);
    // both addresses of the FAQ, the platform's first
    let pages: Vec<_> = Library::gxmzu().request_pages().into_iter().map(|one| one.page).collect();
    let faq = [
        "https://smart.calis.edu.cn/",
        "https://ill.calis.edu.cn/reader/index.html?tenant=a001962&auth=true",
    ];
    assert_eq!(pages, faq);
    for page in [
        "javascript:alert(1)",
        "a12",
        "ill.example.edu.cn",
        "",
        // the host is what stands behind
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1:80@evil.example/",
        "http://",
        "ftp://ill.example.edu.cn/",
        "https://smart.calis.edu.cn@evil.example/",
        "https://",
    ] {
        let wrong = Library::typed(&Typed { page: page.into(), ..of_hand() });
        assert!(Library::from_toml(&wrong.to_toml()).is_err(), "{page}");
    }
    for mail in
        ["x", "a@b", "a b@c.cn", "a@c.cn?bcc=d@e.cn", "a@c.cn,d@e.cn", "甲@c.cn", "a@c..cn", ".a@c.cn"]
    {
        let wrong = Library::typed(&Typed { mail: mail.into(), ..of_hand() });
        let slip = Library::from_toml(&wrong.to_toml()).unwrap_err();
        assert_eq!((slip.kind, slip.key.as_str()), (SlipKind::WrongValue, "deskMail"), "{mail}");
    }
}

/// A page without encryption is opened in the patron's browser; an interface without it is none.
#[test]
fn a_library_may_have_a_page_without_encryption() {
    let schema = schema();
    let page = "http://ill.example.edu.cn:8080/apply.asp?lib=1";
    let typed = Library::typed(&Typed { page: page.into(), catalogue: page.into(), ..of_hand() });
    let text = typed.to_toml();
    assert_eq!(Library::from_toml(&text).unwrap().request_pages()[0].page, page);
    assert!(schema.is_valid(&as_json(&text)));
    let mut api = as_json(&text);
    *api.pointer_mut("/gateway").unwrap() =
        json!({ "kind": "reader-api", "address": "http://ill.example.edu.cn/" });
    assert!(!schema.is_valid(&api));
    assert_eq!(Library::from_toml(&toml::to_string(&api).unwrap()).unwrap_err().key, "address");
}

#[test]
fn a_slip_is_named_with_line_and_key_and_what_is_expected() {
    let changed = |from: &str, to: &str| {
        assert!(GXMZU.contains(from), "{from}");
        let text = GXMZU.replacen(from, to, 1);
        let line = text.lines().position(|line| line.contains(to.lines().next().unwrap())).unwrap() + 1;
        (Library::from_toml(&text).unwrap_err(), u32::try_from(line).unwrap())
    };
    let (slip, line) = changed("nameEn = ", "nmaeEn = ");
    assert_eq!((slip.kind, slip.key.as_str(), slip.line), (SlipKind::UnknownKey, "nmaeEn", line));
    assert!(slip.expected.contains("nameEn"), "{slip}");
    let (slip, line) = changed("loanDays = 20", "loanDays = \"二十\"");
    assert_eq!((slip.kind, slip.key.as_str(), slip.line), (SlipKind::WrongValue, "loanDays", line));
    assert!(!slip.expected.is_empty(), "{slip}");
    let (slip, line) = changed("portal = \"https", "portal = \"javascript");
    assert_eq!((slip.kind, slip.key.as_str(), slip.line), (SlipKind::WrongValue, "portal", line));
    let (slip, line) = changed("tenant = \"a001962\"", "tenant = \"A 1\"");
    assert_eq!((slip.kind, slip.key.as_str(), slip.line), (SlipKind::WrongValue, "tenant", line));
    let (slip, _) = changed("copyrightFraction = \"1/3\"", "copyrightFraction = \"三分之一\"");
    assert_eq!((slip.kind, slip.key.as_str()), (SlipKind::WrongValue, "copyrightFraction"));
    let (slip, line) = changed("loanDays = 20", "loanDays 20");
    assert_eq!((slip.kind, slip.line), (SlipKind::Syntax, line));
    let without: String =
        GXMZU.lines().filter(|line| !line.starts_with("tenant")).map(|l| format!("{l}\n")).collect();
    let slip = Library::from_toml(&without).unwrap_err();
    assert_eq!((slip.kind, slip.key.as_str()), (SlipKind::MissingKey, "tenant"));
}

#[test]
fn the_schema_accepts_ours_and_refuses_slips() {
    let schema = schema();
    let ours = as_json(GXMZU);
    assert!(
        schema.is_valid(&ours),
        "{:?}",
        schema.iter_errors(&ours).map(|e| e.to_string()).collect::<Vec<_>>()
    );
    let typed = Library::typed(&of_hand()).to_toml();
    assert!(schema.is_valid(&as_json(&typed)));
    for (pointer, value) in [
        ("/loanDays", json!("二十")),
        ("/fees/loan", json!(-1)),
        ("/portal", json!("javascript:alert(1)")),
        ("/tenant", json!("A 1")),
        ("/copyrightFraction", json!("三分之一")),
        ("/gateway/kind", json!("carrier-pigeon")),
        ("/desks", json!([])),
        ("/pages/1/page", json!("javascript:alert(1)")),
        ("/pages/1/page", json!("http://127.0.0.1@evil.example/")),
        ("/pages/1/page", json!("https://smart.calis.edu.cn@evil.example/")),
    ] {
        let mut slip = ours.clone();
        *slip.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&slip), "{pointer}");
        let text = toml::to_string(&slip).unwrap();
        assert!(Library::from_toml(&text).is_err(), "{pointer}: the program reads what the schema refuses");
    }
    let mut slip = ours.clone();
    slip["nmae"] = json!("某馆");
    assert!(!schema.is_valid(&slip));
    slip = ours;
    slip.as_object_mut().unwrap().remove("gateway");
    assert!(!schema.is_valid(&slip));
}

#[test]
fn parts_are_floors() {
    let third = Fraction::default();
    assert_eq!((third.of(299), third.of(300), third.of(2)), (99, 100, 0));
    for wrong in ["", "1", "0/3", "4/3", "一/三", "1/0"] {
        assert!(Fraction::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}

#[test]
fn what_captions_mean_is_written_and_read_again() {
    let mut library = Library::gxmzu();
    for (caption, field) in [
        ("文献题名", "componentTitle"),
        ("刊名/书名 [必填]", "title"),
        ("您的“要求”", "none"),
        ("a.b = c", "note"),
    ] {
        library.form.insert(caption.to_owned(), field.to_owned());
    }
    let text = library.to_toml();
    assert!(text.contains("[form]"), "{text}");
    assert_eq!(Library::from_toml(&text).unwrap(), library);
    let schema = schema();
    assert!(schema.is_valid(&as_json(&text)));
    for wrong in ["密码", "password", "Title", ""] {
        library.form.insert("文献题名".to_owned(), wrong.to_owned());
        let slip = Library::from_toml(&library.to_toml()).unwrap_err();
        assert_eq!((slip.kind, slip.key.as_str()), (SlipKind::WrongValue, "文献题名"), "{wrong}");
        assert!(!schema.is_valid(&as_json(&library.to_toml())), "{wrong}");
    }
    library.form.insert("文献题名".to_owned(), crate::library::form::NO_FIELD.to_owned());
    for field in crate::library::form::FIELDS {
        library.form.insert("文献题名".to_owned(), field.to_owned());
        assert!(schema.is_valid(&as_json(&library.to_toml())), "the schema knows {field}");
    }
}
