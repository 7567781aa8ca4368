//! Default texts of the librarian for each transition: Chinese and English.

use hongyan_model::request::{RequestState, Service};

use super::Row;
use crate::app::App;

/// The texts for a request that has just reached its state; `row` is already in it.
pub(crate) fn note(app: &App, row: &Row) -> (String, String) {
    use RequestState as S;
    let supplier = row.supplier.as_deref().unwrap_or("提供馆");
    let library = app.library();
    let desk = library.desks.first();
    let (room, room_en) =
        desk.map_or(("总服务台", "the main desk"), |desk| (desk.name.as_str(), desk.name_en.as_str()));
    let pickup_by = row.pickup_by.as_deref().unwrap_or_default();
    let due = row.due_date.as_deref().unwrap_or_default();
    let reason = row.reason_text.as_deref().unwrap_or_default();
    let loan = row.service() == Service::Loan;
    let (zh, en): (String, String) = match row.state() {
        S::Submitted => (
            "已收到您的申请，正排队等候审核。".into(),
            "Your request has arrived and waits for review.".into(),
        ),
        S::LocalReview => {
            ("馆员正在核对本馆馆藏。".into(), "A librarian is checking our own holdings.".into())
        }
        S::NeedsInfo => (
            format!("按所填信息未能确认文献，请补充出处。{reason}"),
            format!("We could not identify the work from what was given; please add details. {reason}"),
        ),
        S::DuplicateReview => (
            "您有一件相近的申请正在办理，请确认是否都需要。".into(),
            "A similar request of yours is under way; do you need both?".into(),
        ),
        S::LocallyAvailable => (
            format!("本馆已有此书，请直接到书架取用。{reason}"),
            format!("Our library has it; please fetch it from the shelf. {reason}"),
        ),
        S::Declined => {
            (format!("本馆未能受理此申请。{reason}"), format!("We could not accept this request. {reason}"))
        }
        S::SentToSupplier if row.attempt > 1 => (
            format!("前一馆不能提供，已转发{supplier}（第 {} 家）。", row.attempt),
            format!("The previous library could not supply; passed on to {supplier} (no. {}).", row.attempt),
        ),
        S::SentToSupplier => {
            (format!("核对无误，本馆缺藏，已发往{supplier}。"), format!("Not held here; sent to {supplier}."))
        }
        S::WillSupply if loan => (
            format!("{supplier}已受理，正在取书打包。"),
            format!("{supplier} will lend it and is packing it."),
        ),
        S::WillSupply => {
            (format!("{supplier}已受理，正在扫描。"), format!("{supplier} will supply it and is scanning."))
        }
        S::ConditionPending => (
            format!("{supplier}提出条件，请确认。{reason}"),
            format!("{supplier} sets a condition; please answer. {reason}"),
        ),
        S::Shipped => (
            format!("{supplier}已寄出，一周左右到馆。"),
            format!("{supplier} has posted it; it should arrive in about a week."),
        ),
        S::AwaitingPickup => (
            format!("图书已到馆，请于 {pickup_by} 前凭校园卡到{room}领取，借期 {} 天。", library.loan_days),
            format!(
                "Your book is here. Please fetch it at {room_en} by {pickup_by}; it may be kept {} days.",
                library.loan_days
            ),
        ),
        S::OnLoan => (format!("已借出，请于 {due} 前归还。"), format!("On loan; please return it by {due}.")),
        S::Overdue => (
            format!("已超过归还日期 {due}，请尽快归还。"),
            format!("It was due on {due}; please return it soon."),
        ),
        S::Recalled => (
            format!("{supplier}要求提前归还，请尽快送回。"),
            format!("{supplier} asks for its return; please bring it back soon."),
        ),
        S::Returned => ("图书已还到本馆，谢谢。".into(), "Returned to our library, thank you.".into()),
        S::ReturnShipped if row.reason_code.is_some() => (
            "逾期未取，图书已寄回提供馆。".into(),
            "It was not fetched in time and has been sent back.".into(),
        ),
        S::ReturnShipped => (format!("图书已寄还{supplier}。"), format!("Sent back to {supplier}.")),
        S::Delivered => (
            "电子版已发送到您的注册邮箱，请查收。仅供个人学习研究使用。".into(),
            "The copy was sent to your registered mail address, for your own study only.".into(),
        ),
        S::DeliveryProblem => (
            "已收到您的反馈，正在联系提供馆。".into(),
            "We have your report and are asking the supplier.".into(),
        ),
        S::Completed => ("本件已办结。".into(), "This request is complete.".into()),
        S::Unfilled => (
            format!("各馆均不能提供，很抱歉。{reason}"),
            format!("No library could supply it, we are sorry. {reason}"),
        ),
        S::CancelRequested => {
            ("已向提供馆转达取消申请。".into(), "Your wish to cancel was passed to the supplier.".into())
        }
        S::Cancelled => {
            ("申请已取消，虚拟币已退回。".into(), "Cancelled; the allowance was given back.".into())
        }
        S::Expired => {
            ("超过期限，申请已关闭。".into(), "The time has passed; the request was closed.".into())
        }
        S::Lost => {
            ("图书遗失，正在处理赔偿事宜。".into(), "The book is lost; compensation is being settled.".into())
        }
        other => (other.zh().to_owned(), other.en().to_owned()),
    };
    (zh.trim().to_owned(), en.trim().to_owned())
}
