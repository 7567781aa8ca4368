//! The request as a text for the library's desk: by mail, or pasted into QQ or WeChat. In Chinese whatever the language of
//! the screens, because librarians read it.

use hongyan_formats::mailto::mailto;
use hongyan_model::text::clip;
use hongyan_model::{Draft, Mark, Service};

use crate::view::{DeskMail, HandOverField};

/// Longest `mailto` address, bytes: what Windows hands to a program whole is about 2,000.
const LONGEST: usize = 1900;
/// Longest title in the subject of a mail, characters.
const TITLE: usize = 40;

pub(super) fn service_name(service: Service) -> &'static str {
    match service {
        Service::Copy => "文献传递（复制）",
        Service::Loan => "馆际互借（借书）",
    }
}

/// The label of a field. Those of the screens are in their locales.
pub(super) fn label(name: &str) -> &str {
    match name {
        "componentTitle" => "篇名",
        "componentAuthor" => "篇目作者",
        "title" => "题名或刊名",
        "author" => "作者",
        "editor" => "编者",
        "translator" => "译者",
        "contributor" => "其他责任者",
        "publisher" => "出版者",
        "place" => "出版地",
        "date" => "出版日期",
        "edition" => "版本",
        "volume" => "卷",
        "issue" => "期",
        "pages" => "页码",
        "isbn" => "ISBN",
        "issn" => "ISSN",
        "doi" => "DOI",
        "pmid" => "PMID",
        "neededBy" => "需用日期",
        "maximumCost" => "费用上限（元）",
        "pickupLocation" => "取书地点",
        "note" => "备注",
        other => other,
    }
}

/// The lines of the letter: the mark first, then the fields as they stand on the form; who asks is for the patron to
/// write.
fn lines(service: Service, mark: Option<Mark>, fields: &[HandOverField]) -> Vec<String> {
    let mut lines = vec![format!("您好，我想申请{}：", service_name(service))];
    lines.extend(mark.map(|mark| format!("鸿雁号：{mark}（答复时请注明）")));
    for HandOverField { name, value } in fields {
        // the note begins with the mark, which stands above
        let bare = mark.map(|mark| value.trim_start_matches(&mark.to_string()).trim().to_owned());
        let value = bare.filter(|_| name == "note").unwrap_or_else(|| value.clone());
        if !value.is_empty() {
            lines.push(format!("{}：{value}", label(name)));
        }
    }
    lines.push("姓名、学号或工号：".to_owned());
    lines
}

/// The whole request as a text.
pub(super) fn text(service: Service, mark: Option<Mark>, fields: &[HandOverField]) -> String {
    lines(service, mark, fields).join("\n")
}

/// The request as a mail to the desk.
pub(super) fn mail(to: &str, draft: &Draft, mark: Option<Mark>, fields: &[HandOverField]) -> DeskMail {
    let mark_text = mark.map(|mark| mark.to_string()).unwrap_or_default();
    let title = clip(draft.display_title().trim(), TITLE);
    let subject = format!("{}申请 {mark_text} {title}", service_name(draft.service));
    let rest = "（放不下的几项见粘贴在这里的全文）";
    let mail = mailto(to, subject.trim(), &lines(draft.service, mark, fields), rest, LONGEST);
    DeskMail { address: mail.address, cut: mail.cut }
}

#[cfg(test)]
mod tests {
    use hongyan_model::{Draft, Mark, RequestId, Service};
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{LONGEST, label, mail, text};
    use crate::handover::{fields, note_with_mark};

    #[test]
    fn a_letter_says_all_that_the_form_has_and_the_mark_once() {
        let id = RequestId(Uuid::from_u128(5));
        let mark = Mark::candidates(id).next().unwrap();
        let mut draft = Draft::blank(id, Service::Copy, Timestamp::UNIX_EPOCH);
        draft.title = "广西民族研究".into();
        draft.component_title = "论壮族的铜鼓".into();
        draft.pages = "101-117".into();
        draft.note = "急用".into();
        let filled = fields(&draft, "", &note_with_mark(Some(mark), &draft.note));
        let said = text(draft.service, Some(mark), &filled);
        let expected = [
            "您好，我想申请文献传递（复制）：",
            &format!("鸿雁号：{mark}（答复时请注明）"),
            "篇名：论壮族的铜鼓",
            "题名或刊名：广西民族研究",
            "页码：101-117",
            "备注：急用",
            "姓名、学号或工号：",
        ];
        assert_eq!(said.lines().collect::<Vec<_>>(), expected);
        let short = mail("ill@lib.example.edu.cn", &draft, Some(mark), &filled);
        assert!(!short.cut && short.address.starts_with("mailto:ill@lib.example.edu.cn?subject="));
        assert!(short.address.contains(&mark.to_string()));
        draft.component_title = "论壮族的铜鼓".repeat(300);
        let filled = fields(&draft, "", "");
        let long = mail("ill@lib.example.edu.cn", &draft, Some(mark), &filled);
        assert!(long.cut && long.address.len() <= LONGEST && long.address.contains("101-117"));
        for field in &filled {
            assert_ne!(label(&field.name), field.name, "every field has a label");
        }
    }
}
