//! Formats one line for each attack.

use std::time::Duration;

use serde_json::Value;

/// The cost of an attack, and which limits it exceeds.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// `web`, `z39.50`, `platform`, `calls`, `door`, `pasted`, `together`
    pub field: &'static str,
    pub attack: String,
    /// bytes on the wire
    pub bytes: u64,
    /// best of all runs
    pub time: Duration,
    /// CPU seconds of the same run
    pub cpu: f64,
    /// peak memory above that of an honest answer, bytes
    pub memory: u64,
    /// what the patron was told
    pub told: String,
    /// violated limits; empty = passed
    pub faults: Vec<String>,
}

impl Outcome {
    /// An outcome without measurements.
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

    /// Adds a violation.
    pub fn fault(&mut self, what: impl Into<String>) {
        self.faults.push(what.into());
    }

    /// Adds a violation unless the condition holds.
    pub fn must(&mut self, holds: bool, what: impl Into<String>) {
        if !holds {
            self.fault(what);
        }
    }

    /// Formats it as a line of the table.
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

/// Heading of the table.
pub const HEAD: &str =
    "     field    attack                     bytes       time       cpu    memory  what the patron was told";

/// The sentence that the screen shows for a problem.
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

/// The state of a source in a search, in a few words.
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
