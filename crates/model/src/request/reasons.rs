//! Codes of reasons (`reason.code`) with their names; the same table is in docs/REQUESTS.md, Reasons. A
//! platform may send others; those are shown by their text.

/// Code, 简体 name, English name.
pub static REASONS: &[(&str, &str, &str)] = &[
    ("PATRON", "读者要求", "At the patron’s wish"),
    ("DUPLICATE", "与另一件申请重复", "The same as another request"),
    ("KEEP_BOTH", "两件都需要", "Both are needed"),
    ("HELD_LOCALLY", "本馆已有馆藏", "Held by the own library"),
    ("NOT_ELIGIBLE", "读者身份不符合服务范围", "The patron is not eligible for this service"),
    ("OVER_LIMIT", "超过可办理数量", "Over the number of requests allowed"),
    ("POLICY_PROBLEM", "提供馆规定不允许", "The supplier’s rules do not allow it"),
    ("INCOMPLETE", "所填信息不足以办理", "Not enough was given to act on"),
    ("NOT_FOUND_AS_CITED", "按所给出处未找到", "Not found as cited"),
    ("MULTIPLE_VOLUMES", "该书有多卷，请注明卷次", "There are several volumes; please say which"),
    ("EDITION_NOT_POSSIBLE", "所需版本无法提供", "The edition asked for cannot be had"),
    ("PAGES_NOT_CLEAR", "页码不清楚", "The pages are not clear"),
    ("FORMAT_NOT_POSSIBLE", "所需格式无法提供", "The format asked for cannot be had"),
    ("NOT_HELD", "该馆无此文献", "Not held there"),
    ("NOT_ON_SHELF", "不在架上", "Not on the shelf"),
    ("ON_LOAN", "已借出", "On loan to somebody else"),
    ("NON_CIRCULATING", "不外借", "Does not circulate"),
    ("POOR_CONDITION", "破损，不宜外借或扫描", "In poor condition"),
    ("AT_BINDERY", "装订中", "At the bindery"),
    ("ON_ORDER", "订购中", "On order"),
    ("NO_SUPPLIER", "没有馆能提供", "No library can supply it"),
    ("COST_EXCEEDS_MAXIMUM", "费用高于所填上限", "It costs more than the maximum given"),
    ("LIBRARY_USE_ONLY", "仅限馆内阅览", "For use in the library only"),
    ("WATCHED_LIBRARY_USE_ONLY", "仅限馆内有人看管时阅览", "For supervised use in the library only"),
    ("NO_REPRODUCTION", "不得复制", "No copies may be made"),
    ("SIGNATURE_REQUIRED", "须签字承诺", "A signature is required"),
    ("SPECIAL_COLLECTION_SUPERVISION", "须在特藏室监管下使用", "Under supervision of special collections"),
    ("CONDITION_ACCEPTED", "读者接受条件", "The condition was accepted"),
    ("CONDITION_REJECTED", "读者不接受条件", "The condition was not accepted"),
    ("CONDITION_NOT_ANSWERED", "条件逾期未确认", "The condition was not answered in time"),
    ("NEED_BEFORE_PASSED", "已超过需用日期", "It was needed before today"),
    ("CANCEL_REFUSED", "提供馆不同意取消", "The supplier does not agree to cancel"),
    ("CANCEL_TOO_LATE", "取消太晚，已经寄出或送达", "Too late to cancel: it is on its way"),
    ("NOT_PICKED_UP", "逾期未取", "Not fetched in time"),
    ("RECALLED_BY_SUPPLIER", "提供馆要求提前归还", "The supplier asks for it back"),
    ("COMPLETED_WITHOUT_RETURN", "未归还结案", "Closed without return"),
    ("NOT_RECEIVED", "未收到", "Not received"),
    ("CANNOT_OPEN", "无法打开", "Cannot be opened"),
    ("PAGES_MISSING", "缺页", "Pages are missing"),
    ("WRONG_ITEM", "内容不符", "Not what was asked for"),
    ("SENT_AGAIN", "已重新发送", "Sent again"),
    ("REREQUESTED", "已重新申请", "Requested again"),
];

/// 简体 and English name of a code; none for an unknown one.
pub fn name(code: &str) -> Option<(&'static str, &'static str)> {
    REASONS.iter().find(|(known, _, _)| *known == code).map(|(_, zh, en)| (*zh, *en))
}
