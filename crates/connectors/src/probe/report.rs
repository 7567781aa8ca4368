//! The page of a check: Markdown, which also reads well as plain text.

use super::{Checked, Finding, Language, Standing};

/// Writes the page of checked sources; `on` is the day, `2026-11-30`. Sources that were left out are named by
/// the caller.
pub fn page(checked: &[Checked], language: Language, on: &str) -> String {
    let words = Words::of(language);
    let mut out = format!("# {}\n\n{} · Hongyan {}\n", words.title, on, env!("CARGO_PKG_VERSION"));
    for one in checked {
        out.push('\n');
        out.push_str(&section(one, language));
    }
    out
}

/// One source of the page.
pub fn section(checked: &Checked, language: Language) -> String {
    let words = Words::of(language);
    let host = if checked.host.is_empty() { words.hidden } else { &checked.host };
    let mut out = format!("## {} ({}, {host})\n\n", checked.id, checked.protocol);
    out.push_str(&format!("{}\n\n", headline(checked, language)));
    for (n, asked) in checked.asked.iter().enumerate() {
        let [what, came, read] =
            [&asked.what, &asked.came, &asked.read].map(|said| said.in_language(language));
        out.push_str(&format!("{}. {what}: {came}. {read}\n", n + 1));
    }
    for (standing, heading) in
        [(Standing::Differs, words.differs), (Standing::AsAssumed, words.holds), (Standing::Open, words.open)]
    {
        let mut of = checked.findings.iter().filter(|finding| finding.standing == standing).peekable();
        if of.peek().is_some() {
            out.push_str(&format!("\n{heading}\n"));
        }
        for finding in of {
            out.push_str(&format!("- {}\n", line(finding, language)));
        }
    }
    if !checked.notes.is_empty() {
        out.push_str(&format!("\n{}\n", words.notes));
        for note in &checked.notes {
            out.push_str(&format!("- {}\n", note.in_language(language)));
        }
    }
    out
}

/// How a source fared, in a sentence.
pub fn headline(checked: &Checked, language: Language) -> String {
    let (words, differences) = (Words::of(language), checked.differences());
    let zh = match (checked.well, differences) {
        (true, 0) => "有回答，读得懂，没有与所设不同的地方。".to_owned(),
        (true, n) => format!("有回答，读得懂；{n} 处与所设不同。"),
        (false, 0) => "没有读到记录。".to_owned(),
        (false, n) => format!("没有读到记录；{n} 处与所设不同。"),
    };
    let en = match (checked.well, differences) {
        (true, 0) => "It answers, the answers are read, and nothing differs from the settings.".to_owned(),
        (true, n) => format!("It answers and the answers are read; {n} of them not as set."),
        (false, 0) => "No record was read.".to_owned(),
        (false, n) => format!("No record was read; {n} answers are not as set."),
    };
    let headline = match language {
        Language::Zh => zh,
        Language::En => en,
    };
    // why nothing came is said by the answer that ended the check
    match checked.asked.last() {
        Some(last) if checked.problem.is_some() && !checked.well => {
            format!("{headline}{}{}", words.space, last.read.in_language(language))
        }
        _ => headline,
    }
}

/// A finding as a line: the question, what was seen, what to change.
pub fn line(finding: &Finding, language: Language) -> String {
    let question = finding.question.in_language(language);
    let seen = finding.seen.in_language(language);
    let change = match (&finding.change, finding.standing, language) {
        (Some(change), _, Language::Zh) if change.value.is_empty() => {
            format!("。要改的设置：`{}`（值要试出来）", change.key)
        }
        (Some(change), _, Language::En) if change.value.is_empty() => {
            format!(". Setting to change: `{}` (its value has to be tried out)", change.key)
        }
        (Some(change), _, Language::Zh) => format!("。请设 `{} = {}`", change.key, change.value),
        (Some(change), _, Language::En) => format!(". Set `{} = {}`", change.key, change.value),
        (None, Standing::Differs, Language::Zh) => "。没有对应的设置，请报告".to_owned(),
        (None, Standing::Differs, Language::En) => ". No setting covers it: please report it".to_owned(),
        (None, ..) => String::new(),
    };
    match language {
        Language::Zh => format!("{}：{question}：{seen}{change}", finding.id),
        Language::En => format!("{}: {question}: {seen}{change}", finding.id),
    }
}

struct Words {
    title: &'static str,
    space: &'static str,
    hidden: &'static str,
    differs: &'static str,
    holds: &'static str,
    open: &'static str,
    notes: &'static str,
}

impl Words {
    fn of(language: Language) -> Words {
        match language {
            Language::Zh => Words {
                title: "检索来源检查",
                space: "",
                hidden: "另设的地址",
                differs: "与所设不同：",
                holds: "与所设相符：",
                open: "仍不清楚：",
                notes: "另外：",
            },
            Language::En => Words {
                title: "Check of search sources",
                space: " ",
                hidden: "an address of its own",
                differs: "Not as set:",
                holds: "As set:",
                open: "Still open:",
                notes: "Also:",
            },
        }
    }
}
