//! Hostile texts that a patron pastes into the form or as a list.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::lines::{MEMORY, UNREACHABLE};
use crate::program::Program;
use crate::report::{Outcome, sentence};

/// Time limit for a text in seconds; measured are some hundredths.
const SECONDS: f64 = 10.0;

/// The texts by name.
pub fn texts() -> Vec<(&'static str, String)> {
    let laughs = |lines: usize| {
        let mut text = "@string{a0 = \"哈\"}\n".to_owned();
        for n in 1..=lines {
            let ten = vec![format!("a{}", n - 1); 10].join(" # ");
            text.push_str(&format!("@string{{a{n} = {ten}}}\n"));
        }
        text + &format!("@book{{k, title = a{lines}}}")
    };
    vec![
        ("crossref itself", "@book{a,crossref={a},title={红楼梦}}".into()),
        ("string itself", "@string{a = a}\n@book{k, title = a}".into()),
        ("strings mutual", "@string{a = b}\n@string{b = a}\n@book{k, title = a}".into()),
        ("crossref mutual", "@book{a,crossref={b}}\n@book{b,crossref={a}}".into()),
        ("xdata loop", "@xdata{x,xdata={x}}\n@book{a,xdata={x},title={t}}".into()),
        ("string bomb", laughs(9)),
        ("string bomb, long", laughs(40)),
        ("commands nested", format!("@book{{a,title={{{}}}}}", "\\a{".repeat(50_000))),
        ("braces nested", format!("@book{{a,title={}x{}}}", "{".repeat(300_000), "}".repeat(300_000))),
        ("braces open", "@book{a,title={".repeat(20_000)),
        ("entries", "@book{a,title={红楼梦}}\n".repeat(50_000)),
        ("quotes", format!("@book{{a,title=\"{}", "\"".repeat(500_000))),
        ("ris open", "TY  - BOOK\r\n".repeat(100_000)),
        ("ris authors", format!("TY  - BOOK\r\n{}ER  - \r\n", "AU  - 鲁迅\r\n".repeat(100_000))),
        ("marc overlap", overlap()),
        (
            "marcxml open",
            format!("<collection><record><leader>0</leader><!bad {}", "record ".repeat(250_000)),
        ),
        ("xml inherited", (0..8_000).map(|n| format!("<a xmlns:n{n}=\"u\">")).collect()),
        ("xml entities", "<!DOCTYPE l [<!ENTITY a \"&b;\">]><record>&a;</record>".into()),
        ("json nested", "[".repeat(1_000_000)),
        (
            "csl scripts",
            format!("[{{\"type\":\"book\",\"title\":\"{}\"}}]", "<script></script>".repeat(60_000)),
        ),
        ("openurl", format!("https://r/?url_ver=Z39.88-2004&{}", "rft.au=鲁迅&".repeat(50_000))),
        ("references", "[1] 鲁迅. 呐喊[M]. 北京: 人民文学出版社, 1973.\n".repeat(20_000)),
        ("brackets", "[".repeat(500_000) + &"]".repeat(500_000)),
        ("one long line", "红楼梦 ".repeat(180_000)),
        ("digits", "9787020002207 ".repeat(100_000)),
    ]
}

fn overlap() -> String {
    let directory = "650999900000".repeat(7_000);
    format!("99999nam a22{:05}   4500{directory}\u{1E}  \u{1F}a{}\u{1E}\u{1D}", 84_025, "x".repeat(9_990))
}

/// Pastes each text into the form and as a list, and checks that the program answers and keeps running.
pub async fn all() -> Vec<Outcome> {
    let mut program = Program::start("", UNREACHABLE).await;
    let mut outcomes = Vec::new();
    // baseline: an honest text
    let honest = "@book{a,title={红楼梦},author={曹雪芹}}";
    let fill = |text: &str| json!({ "service": "Copy", "text": text });
    let warm = program.rpc("draft_fill", fill(honest)).await;
    assert_eq!(warm.expect("filled")["draft"]["title"], "红楼梦");
    for (name, text) in texts() {
        let mut outcome = Outcome::new("pasted", name);
        outcome.bytes = text.len() as u64;
        let (mut best, mut told) = (Duration::MAX, String::new());
        program.forget_peak();
        let before = program.peak();
        for _ in 0..2 {
            let (began, cpu) = (Instant::now(), program.cpu());
            let answers = [
                program.rpc("draft_fill", fill(&text)).await,
                program.rpc("batch_new", json!({ "text": text, "works": null })).await,
            ];
            if began.elapsed() < best {
                (best, outcome.cpu) = (began.elapsed(), program.cpu() - cpu);
            }
            told = match &answers[0] {
                Ok(fill) => format!("{} 条", fill["works"]),
                Err(problem) => sentence(problem),
            };
            for answer in answers {
                let code = answer.err().map(|problem| problem["code"].to_string()).unwrap_or_default();
                outcome
                    .must(!code.contains("SILENT") && !code.contains("INTERNAL"), format!("answer {code}"));
            }
            if best.as_secs_f64() > 1.0 {
                break;
            }
        }
        (outcome.time, outcome.told) = (best, told);
        outcome.memory = program.peak().saturating_sub(before);
        // memory for the text as JSON, as parsed entries, as drafts, and in the answer
        let own = 16 * outcome.bytes;
        outcome.must(outcome.memory <= MEMORY + own, "more than 64 MiB above its own length");
        outcome.must(best.as_secs_f64() <= SECONDS, format!("longer than {SECONDS} s"));
        if !program.runs() {
            outcome.fault("the program ended");
            program = Program::start("", UNREACHABLE).await;
        }
        outcomes.push(outcome);
    }
    outcomes
}
