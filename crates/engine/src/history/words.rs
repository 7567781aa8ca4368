//! Words in exported files, in both languages: column heads and names of codes. The words of the screens are in
//! their locales.

use hongyan_model::{Fen, Kind, Outcome, RequestState, Service};

use crate::view::{OutcomeCounts, Statistics, StatisticsTable, Turnaround};

/// A word in both languages.
#[derive(Clone, Copy)]
pub(super) struct Word(&'static str, &'static str);

impl Word {
    pub(super) fn said(self, english: bool) -> String {
        (if english { self.1 } else { self.0 }).to_owned()
    }
}

/// Columns of the history, in order.
pub(super) const COLUMNS: [Word; 28] = [
    Word("编号", "Number"),
    Word("服务", "Service"),
    Word("类型", "Kind"),
    Word("题名", "Title"),
    Word("作者", "Author"),
    Word("篇名", "Article or chapter"),
    Word("篇目作者", "Author of the part"),
    Word("编者", "Editor"),
    Word("译者", "Translator"),
    Word("其他责任者", "Contributor"),
    Word("出版者", "Publisher"),
    Word("出版日期", "Published"),
    Word("卷", "Volume"),
    Word("期", "Issue"),
    Word("页码", "Pages"),
    Word("ISBN", "ISBN"),
    Word("ISSN", "ISSN"),
    Word("DOI", "DOI"),
    Word("PMID", "PMID"),
    Word("状态", "State"),
    Word("结果", "Outcome"),
    Word("申请时间", "Asked"),
    Word("到手时间", "Came"),
    Word("最近变动", "Last change"),
    Word("提供馆", "Supplier"),
    Word("图书馆费用（元）", "Charged to the library (CNY)"),
    Word("个人费用（元）", "Paid by the patron (CNY)"),
    Word("鸿雁号", "Mark"),
];

/// Labels of dates in the calendar export.
pub(super) const PICK_UP: Word = Word("最后取书日", "Last day to fetch");
pub(super) const BRING_BACK: Word = Word("还书", "Bring back");
pub(super) const EXPECTED: Word = Word("预计到", "Expected");
pub(super) const CALENDAR: Word = Word("鸿雁 · 馆际互借", "Hongyan · interlibrary loan");
/// First part of the file name.
pub(super) const HISTORY: Word = Word("鸿雁-申请记录", "hongyan-requests");

pub(super) fn service(service: Service, english: bool) -> String {
    match service {
        Service::Copy => Word("文献传递", "Copy"),
        Service::Loan => Word("馆际互借", "Loan"),
    }
    .said(english)
}

pub(super) fn kind(kind: Kind, english: bool) -> String {
    match kind {
        Kind::Book => Word("图书", "Book"),
        Kind::Journal => Word("期刊", "Journal"),
        Kind::Article => Word("期刊论文", "Article"),
        Kind::Thesis => Word("学位论文", "Thesis"),
        Kind::Conference => Word("会议论文", "Conference paper"),
        Kind::Patent => Word("专利", "Patent"),
        Kind::Standard => Word("标准", "Standard"),
        Kind::Report => Word("报告", "Report"),
        Kind::AncientBook => Word("古籍", "Old Chinese book"),
        Kind::Newspaper => Word("报纸", "Newspaper"),
        Kind::Other => Word("其他", "Other"),
    }
    .said(english)
}

pub(super) fn outcome(outcome: Outcome, english: bool) -> String {
    match outcome {
        Outcome::Open => OPEN,
        Outcome::Filled => FILLED,
        Outcome::Unfilled => UNFILLED,
        Outcome::HeldLocally => HELD,
        Outcome::Cancelled => CANCELLED,
    }
    .said(english)
}

pub(super) fn state(state: &RequestState, label: &str, english: bool) -> String {
    match state {
        // a state that this version does not know: the platform's own label
        RequestState::Other(_) if !label.is_empty() => label.to_owned(),
        state => (if english { state.en() } else { state.zh() }).to_owned(),
    }
}

const FILLED: Word = Word("已满足", "Filled");
const UNFILLED: Word = Word("未满足", "Unfilled");
const HELD: Word = Word("本馆已有", "Held locally");
const CANCELLED: Word = Word("已取消", "Cancelled");
const OPEN: Word = Word("办理中", "In progress");

const MONTH: Word = Word("月份", "Month");
const SERVICE: Word = Word("服务", "Service");
const SUPPLIER: Word = Word("提供馆", "Supplier");
const KIND: Word = Word("类型", "Kind");
const LANGUAGE: Word = Word("语种", "Language");
const COUNT: Word = Word("申请数", "Requests");
const DECIDED: Word = Word("已有结果", "Decided");
const COST: Word = Word("图书馆费用（元）", "Charged to the library (CNY)");
const PAID: Word = Word("个人费用（元）", "Paid by the patron (CNY)");
const COUNTED: Word = Word("计入件数", "Works counted");
const LOWER: Word = Word("四分之一在（小时）", "A quarter within (hours)");
const MIDDLE: Word = Word("一半在（小时）", "Half within (hours)");
const UPPER: Word = Word("四分之三在（小时）", "Three quarters within (hours)");

/// A table with the first part of its file name.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

pub(super) fn yuan(fen: Fen) -> String {
    fen.to_string()
}

fn outcomes(counts: &OutcomeCounts) -> Vec<String> {
    let OutcomeCounts { filled, unfilled, held_locally, cancelled, open } = counts;
    [filled, unfilled, held_locally, cancelled, open].map(u32::to_string).to_vec()
}

fn turnaround(turnaround: Option<&Turnaround>) -> Vec<String> {
    match turnaround {
        Some(Turnaround { count, lower, middle, upper }) => {
            [count, lower, middle, upper].map(u32::to_string).to_vec()
        }
        None => ["0", "", "", ""].map(str::to_owned).to_vec(),
    }
}

/// A table of the statistics.
pub(super) fn statistics(of: &Statistics, table: StatisticsTable, english: bool) -> Named {
    let head = |words: &[Word]| words.iter().map(|word| word.said(english)).collect::<Vec<_>>();
    let name = |zh: &'static str, en: &'static str| Word(zh, en).said(english);
    let pairs = |list: &[crate::view::NameCount], named: &dyn Fn(&str) -> String| {
        list.iter().map(|row| vec![named(&row.name), row.count.to_string()]).collect()
    };
    match table {
        StatisticsTable::Months => Named {
            name: name("鸿雁-统计-按月", "hongyan-statistics-months"),
            head: head(&[
                MONTH,
                Word("文献传递", "Copies"),
                Word("馆际互借", "Loans"),
                FILLED,
                UNFILLED,
                HELD,
                CANCELLED,
                OPEN,
                COST,
                PAID,
            ]),
            rows: of
                .months
                .iter()
                .map(|row| {
                    let mut cells = vec![row.month.clone(), row.copies.to_string(), row.loans.to_string()];
                    cells.extend(outcomes(&row.outcomes));
                    cells.extend([yuan(row.cost), yuan(row.cost_to_patron)]);
                    cells
                })
                .collect(),
        },
        StatisticsTable::Services => Named {
            name: name("鸿雁-统计-按服务", "hongyan-statistics-services"),
            head: head(&[SERVICE, FILLED, UNFILLED, HELD, CANCELLED, OPEN, COUNTED, LOWER, MIDDLE, UPPER]),
            rows: of
                .services
                .iter()
                .map(|row| {
                    let mut cells = vec![service(row.service, english)];
                    cells.extend(outcomes(&row.outcomes));
                    cells.extend(turnaround(row.turnaround.as_ref()));
                    cells
                })
                .collect(),
        },
        StatisticsTable::Suppliers => Named {
            name: name("鸿雁-统计-按提供馆", "hongyan-statistics-suppliers"),
            head: head(&[SUPPLIER, FILLED, DECIDED, COUNTED, LOWER, MIDDLE, UPPER]),
            rows: of
                .suppliers
                .iter()
                .map(|row| {
                    let mut cells = vec![row.name.clone(), row.filled.to_string(), row.decided.to_string()];
                    cells.extend(turnaround(row.turnaround.as_ref()));
                    cells
                })
                .collect(),
        },
        StatisticsTable::Kinds => Named {
            name: name("鸿雁-统计-按类型", "hongyan-statistics-kinds"),
            head: head(&[KIND, COUNT]),
            rows: pairs(&of.kinds, &|code| {
                let read = serde_json::from_value(serde_json::Value::String(code.to_owned()));
                read.map_or_else(|_| code.to_owned(), |read| kind(read, english))
            }),
        },
        StatisticsTable::Languages => Named {
            name: name("鸿雁-统计-按语种", "hongyan-statistics-languages"),
            head: head(&[LANGUAGE, COUNT]),
            rows: pairs(&of.languages, &str::to_owned),
        },
    }
}
