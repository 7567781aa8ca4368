//! One line an attack.

use std::time::Duration;

use serde_json::Value;

/// What an attack cost, and whether that is in bounds.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// `web`, `z39.50`, `platform`, `calls`, `door`, `pasted`, `together`
    pub field: &'static str,
    pub attack: String,
    /// bytes on the wire
    pub bytes: u64,
    /// best of the runs
    pub time: Duration,
    /// seconds of processor, of the same run
    pub cpu: f64,
    /// peak above that of an honest answer
    pub memory: u64,
    /// what the patron was told
    pub told: String,
    /// what is out of bounds; empty when nothing is
    pub faults: Vec<String>,
}

impl Outcome {
    /// Nothing measured yet.
    pub fn new(field: &'static str, attack: impl Into<String>) -> Outcome {
        let (attack, told) = (attack.into(), String::new());
        Outcome {
            field,
            attack,
            bytes: 0,
            time: Duration::ZERO,
            cpu: 0.0,
            memory: 0,
            told,
            faults: Vec::new(),
        }
    }

    /// Something that must not be.
    pub fn fault(&mut self, what: impl Into<String>) {
        self.faults.push(what.into());
    }

    /// A fault unless it holds.
    pub fn must(&mut self, holds: bool, what: impl Into<String>) {
        if !holds {
            self.fault(what);
        }
    }

    /// As a line of the table.
    pub fn line(&self) -> String {
        let verdict = if self.faults.is_empty() { "ok  " } else { "FAIL" };
        let told: String = self.told.chars().take(70).collect();
        format!(
            "{verdict} {:<9}{:<22}{:>11}{:>9.2} s{:>8.2} s{:>8} MiB  {told}{}",
            self.field,
            self.attack,
            self.bytes,
            self.time.as_secs_f64(),
            self.cpu,
            self.memory >> 20,
            self.faults.iter().map(|fault| format!("\n       {fault}")).collect::<String>()
        )
    }
}

/// What stands over the lines.
pub const HEAD: &str =
    "     field    attack                     bytes       time       cpu    memory  what the patron was told";

/// The sentence of a problem, as the screen has it.
pub fn sentence(problem: &Value) -> String {
    let locale: Value =
        serde_json::from_str(include_str!("../../../ui/src/locales/zh-CN/errors.json")).expect("JSON");
    let code = problem["code"].as_str().unwrap_or_default();
    let mut text = locale[code].as_str().unwrap_or(code).to_owned();
    for (name, value) in problem["params"].as_object().into_iter().flatten() {
        text = text.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
    }
    text
}

/// How a source of a search stands, in a few words.
pub fn standing(source: &Value) -> String {
    let records = source["records"].as_u64().unwrap_or_default();
    let state = source["state"].as_str().unwrap_or_default();
    let unread = &source["unread"];
    if source["problem"].is_object() {
        return sentence(&source["problem"]);
    }
    if unread.is_object() {
        let (schema, said) = (unread["schema"].as_str(), unread["said"].as_str());
        let why = schema.filter(|text| !text.is_empty()).or(said).unwrap_or_default();
        return format!("{state}, {records} 条, {} 条读不了: {why}", unread["records"]);
    }
    format!("{state}, {records} 条")
}
