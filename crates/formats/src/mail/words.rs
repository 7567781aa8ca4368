//! What the words of a letter seem to mean for a request. Only an offer: the patron says whether it is so.

use hongyan_model::mail::Says;
use jiff::civil::Date;

use super::dates::{dates_in, folded};

/// Most characters of a letter that are looked at: what follows is quoted or small print.
const LOOKED_AT: usize = 4_000;

const UNFILLED: &[&str] = &[
    "未能提供",
    "无法提供",
    "不能提供",
    "未能满足",
    "无法满足",
    "未满足",
    "未能获取",
    "无法获取",
    "未查到可提供",
    "没有图书馆可以提供",
    "无馆可借",
    "不能满足",
    "无法为您提供",
    "没有找到可提供",
    "cannot be supplied",
    "could not be supplied",
    "unable to supply",
    "unable to fill",
    "could not be filled",
    "cannot be filled",
    "cannot fill",
    "unfilled",
    "unable to obtain",
    "not been able to obtain",
    "no library can supply",
    "could not obtain",
];
const DECLINED: &[&str] = &[
    "未通过审核",
    "审核未通过",
    "审核不通过",
    "不予受理",
    "未予受理",
    "申请被拒",
    "拒绝了您的申请",
    "被退回",
    "已退回您的申请",
    "申请已驳回",
    "被驳回",
    "request has been declined",
    "request was declined",
    "has been rejected",
    "was rejected",
    "request has been cancelled by",
    "request has been canceled by",
];
const RECALLED: &[&str] = &[
    "催还",
    "召回",
    "请尽快归还",
    "请立即归还",
    "要求提前归还",
    "has been recalled",
    "been recalled",
    "recall notice",
    "recalled by",
];
const PICKUP: &[&str] = &[
    "到馆待取",
    "已到馆",
    "已经到馆",
    "可以取书",
    "前来取书",
    "前来领取",
    "到馆领取",
    "来馆领取",
    "来馆取书",
    "到馆取书",
    "取书通知",
    "到书通知",
    "待您领取",
    "请来取",
    "ready for pickup",
    "ready for pick-up",
    "ready for pick up",
    "ready for collection",
    "available for pickup",
    "available for pick up",
    "ready to be picked up",
    "can be picked up",
    "awaiting pickup",
    "available for collection",
    "hold is available",
];
const DUE: &[&str] = &[
    "应还日期",
    "应还日",
    "归还日期",
    "还书日期",
    "到期日",
    "应于",
    "借期至",
    "将于",
    "due date",
    "is due",
    "due on",
    "due back",
    "date due",
    "return by",
    "be returned by",
    "due:",
];
const FILE: &[&str] = &[
    "全文已",
    "文献已传",
    "已发送至您的邮箱",
    "已发送到您的邮箱",
    "发送到您的信箱",
    "文献传递结果",
    "附件为您",
    "见附件",
    "附件中",
    "请查收",
    "查收附件",
    "全文链接",
    "下载全文",
    "点击下载",
    "已完成传递",
    "电子版已",
    "article is attached",
    "document is attached",
    "copy is attached",
    "please find attached",
    "attached please find",
    "electronic delivery",
    "available for download",
    "has been delivered",
    "download your",
    "is now available online",
    "view your document",
];
const ACCOUNT: &[&str] = &[
    "账号已开通",
    "帐号已开通",
    "账户已开通",
    "帐户已开通",
    "注册成功",
    "您已成功注册",
    "account has been created",
    "account has been activated",
    "account is now active",
    "registration is complete",
    "registration was successful",
];
const PASSED: &[&str] = &[
    "审核通过",
    "已通过审核",
    "通过了审核",
    "审核已通过",
    "registration has been approved",
    "account has been approved",
];

/// What the letter seems to say; `sent` is its day. The subject counts before the text.
pub fn says(subject: &str, text: &str, sent: Option<Date>) -> Option<Says> {
    let subject = folded(subject);
    let text: String = folded(text).chars().take(LOOKED_AT).collect();
    let whole = format!("{subject}\n{text}");
    of(&subject, &whole, sent).or_else(|| of(&text, &whole, sent))
}

/// Looks for the words in one text; days stand in the whole letter.
fn of(text: &str, whole: &str, sent: Option<Date>) -> Option<Says> {
    let account = ["注册", "账号", "帐号", "账户", "帐户", "registration", "account"]
        .iter()
        .any(|word| whole.contains(word));
    if found(text, UNFILLED).is_some() {
        return Some(Says::Unfilled);
    }
    if found(text, DECLINED).is_some() {
        // of a registration, not of a request
        return (!account || whole.contains("申请") && !whole.contains("注册申请")).then_some(Says::Declined);
    }
    if found(text, RECALLED).is_some() {
        return Some(Says::Recalled { by: day_near(whole, &[RECALLED, DUE], sent) });
    }
    if found(text, PICKUP).is_some() {
        return Some(Says::Pickup {
            until: day_near(whole, &[PICKUP], sent).or_else(|| before(whole, sent)),
        });
    }
    if found(text, DUE).is_some()
        && let Some(on) = day_near(whole, &[DUE], sent)
        && (text.contains('还') || text.contains("due") || text.contains("return") || text.contains("到期"))
    {
        return Some(Says::Due { on });
    }
    if found(text, FILE).is_some() {
        return Some(Says::FileCame);
    }
    if found(text, ACCOUNT).is_some() {
        return Some(Says::AccountOpened);
    }
    (account && found(text, PASSED).is_some()).then_some(Says::ReviewPassed)
}

/// The first of the words that stands there as a fact, and where it ends.
fn found(text: &str, words: &[&str]) -> Option<usize> {
    words.iter().find_map(|word| {
        let mut places = text.match_indices(word).take(20);
        places.find(|(at, _)| !supposed(text, *at)).map(|(at, _)| at + word.len())
    })
}

/// Whether the words at this place stand under a condition: 如未能提供, if it cannot be supplied.
fn supposed(text: &str, at: usize) -> bool {
    let head = text.get(..at).unwrap_or_default();
    let clause = head.rsplit(['。', '\n', ';', '!', '.', ',', '，']).next().unwrap_or_default();
    let mut near: Vec<char> = clause.chars().rev().take(24).collect();
    near.reverse();
    let near: String = near.into_iter().collect();
    ["如果", "如遇", "若", "倘", "假如", "一旦"].iter().any(|word| near.contains(word))
        || near.trim_start().starts_with('如')
        || ["if ", "when ", "in case", "should "].iter().any(|word| near.contains(word))
}

/// The day that stands nearest behind one of the words, within a sentence or two.
fn day_near(text: &str, words: &[&[&str]], sent: Option<Date>) -> Option<Date> {
    words.iter().flat_map(|set| set.iter()).find_map(|word| {
        text.match_indices(word).take(20).find_map(|(at, _)| {
            // in the same paragraph
            let after = text.get(at + word.len()..)?.split("\n\n").next()?;
            let after: String = after.chars().take(60).collect();
            dates_in(&after, sent).first().map(|(_, day)| *day)
        })
    })
}

/// 请于12月30日前, 截止12月30日, until December 30.
fn before(text: &str, sent: Option<Date>) -> Option<Date> {
    dates_in(text, sent).into_iter().find_map(|(end, day)| {
        let after = text.get(end..)?.trim_start();
        let limit = after.starts_with('前') || after.starts_with("之前") || after.starts_with("以前");
        let head: Vec<char> = text.get(..end)?.chars().rev().take(40).collect();
        let head: String = head.into_iter().rev().collect();
        let named = ["截止", "截至", "保留至", "保留到", "until", "before", " by "]
            .iter()
            .any(|word| head.contains(word));
        (limit || named).then_some(day)
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use hongyan_model::mail::Says;

    use super::says;

    #[test]
    fn what_letters_say() {
        let sent = Some(date(2026, 12, 10));
        let day = date(2026, 12, 30);
        for (subject, text, want) in [
            ("文献传递结果", "您好，您申请的文献全文已传，请查收附件。", Some(Says::FileCame)),
            (
                "館際互借到書通知",
                "您申請的圖書已到館，請於12月30日前攜帶證件前來領取。",
                Some(Says::Pickup { until: Some(day) }),
            ),
            ("取书通知", "《铜鼓》到馆待取，保留至2026年12月30日。", Some(Says::Pickup { until: Some(day) })),
            ("到馆待取", "请来相思湖馆904", Some(Says::Pickup { until: None })),
            ("还书提醒", "您借的图书应还日期：2026-12-30，请按时归还。", Some(Says::Due { on: day })),
            ("催还通知", "提供馆要求催还，请于12月30日前归还。", Some(Says::Recalled { by: Some(day) })),
            ("申请结果", "很抱歉，您的申请各馆均未能提供。", Some(Says::Unfilled)),
            ("您的申请未通过审核", "理由：本馆有藏。", Some(Says::Declined)),
            ("注册成功", "您的馆际互借账号已开通。", Some(Says::AccountOpened)),
            ("CASHL 用户", "您的账号审核通过，可以提交申请。", Some(Says::ReviewPassed)),
            (
                "Your interlibrary loan",
                "The item is ready for pickup until December 30, 2026.",
                Some(Says::Pickup { until: Some(day) }),
            ),
            ("ILL request", "We were unable to obtain the item you requested.", Some(Says::Unfilled)),
            ("Electronic delivery for Request Number(s): PAT-1", "x", Some(Says::FileCame)),
            ("Loan reminder", "This item is due on 30 December 2026.", Some(Says::Due { on: day })),
            // a condition is no fact
            ("您的申请已提交", "如未能提供，我们会通知您。If it cannot be supplied, we will tell you.", None),
            ("会议通知", "明天下午三点开会。", None),
        ] {
            assert_eq!(says(subject, text, sent), want, "{subject}: {text}");
        }
    }
}
