use jiff::Timestamp;
use uuid::Uuid;

use super::{By, Origin, Tie, Ties, Wanted};
use crate::mark::Mark;
use crate::request::{Draft, RequestId, Service};

fn id(n: u128) -> RequestId {
    RequestId(Uuid::from_u128(n))
}

fn wanted(n: u128, title: &str, number: &str, doi: &str, isbn: &str) -> Wanted {
    let mut draft = Draft::blank(id(n), Service::Copy, Timestamp::UNIX_EPOCH);
    title.clone_into(&mut draft.title);
    doi.clone_into(&mut draft.doi);
    isbn.clone_into(&mut draft.isbn);
    Wanted::of(&draft, Mark::candidates(id(n)).next(), number, true)
}

fn ties() -> Ties {
    Ties::new(vec![
        wanted(1, "论壮族的铜鼓", "2026113000123", "10.1000/abc.1", ""),
        wanted(2, "论壮族的铜鼓与麽经", "55123", "", ""),
        wanted(3, "红楼梦", "", "", "9787020002207"),
        wanted(4, "Property and wealth in classical Sparta", "", "", ""),
        wanted(5, "壮族麽经布洛陀影印译注", "", "", ""),
    ])
}

#[test]
fn certain_things_tie_and_titles_where_they_tell() {
    let ties = ties();
    let mark = |n| Mark::candidates(id(n)).next().unwrap();
    let marked = format!("您的申请（{}）", mark(3));
    let two = format!("{} 和 {}", mark(3), mark(1));
    let lower = mark(2).to_string().to_lowercase().replace('-', " ");
    let one = |n, by| Tie::One(id(n), by);
    for (text, want) in [
        (marked.as_str(), one(3, By::Mark)),
        (&two, Tie::Several(vec![(id(1), By::Mark), (id(3), By::Mark)])),
        (&lower, one(2, By::Mark)),
        ("申请号 ２０２６１１３０００１２３ 已完成", one(1, By::Number)),
        ("20261130001234", Tie::None),
        ("申请编号：55123", one(2, By::Number)),
        // five digits alone are anything
        ("邮编 55123", Tie::None),
        ("see https://doi.org/10.1000/ABC.1.", one(1, By::Identifier)),
        ("https://doi.org/10.1000%2Fabc.1/pdf", one(1, By::Identifier)),
        ("10.1000/abc.12", Tie::None),
        ("红楼梦 ISBN 978-7-02-000220-7", one(3, By::Identifier)),
        ("红楼梦 ISBN 7-02-000220-X", one(3, By::Identifier)),
        // the number of another book by mistake
        ("水浒传 ISBN 978-7-02-000220-7", Tie::None),
        ("您申请的《論壯族的銅鼓與麽經》已传递", one(2, By::Title)),
        // contained in another title of ours, and too short
        ("您申请的《论壮族的铜鼓》", Tie::None),
        ("您申请的《红楼梦》", Tie::None),
        ("Your request: PROPERTY and Wealth in\nClassical Sparta.", one(4, By::Title)),
        ("Your request: Property and wealth in classical Spartans", Tie::None),
        // wrapped
        ("您申请的《壮族麽经布洛\n陀影印译注》", one(5, By::Title)),
        ("您申请的壮族麽经布洛陀影印译注已到馆", one(5, By::Title)),
        // another work whose title contains it
        ("您申请的《壮族麽经布洛陀影印译注研究》", Tie::None),
        // a list of new books, one of them about loans
        ("新书：《壮族麽经布洛陀影印译注》《馆际互借申请的研究》", Tie::None),
        ("新书：《壮族麽经布洛陀影印译注》", Tie::None),
    ] {
        assert_eq!(ties.tie(text, Origin::Letter), want, "{text}");
    }
    assert_eq!(ties.tie("壮族麽经布洛陀影印译注.pdf", Origin::File), one(5, By::Title));
    // somebody else's mark
    let other = format!("您申请的《壮族麽经布洛陀影印译注》{}", mark(99));
    assert_eq!(ties.tie(&other, Origin::Letter), Tie::None);
}
