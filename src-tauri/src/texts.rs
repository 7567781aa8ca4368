//! Localised texts that the system shows for us (toasts, tray), from the same files as the UI's.

use serde_json::Value;

const CHINESE: &str = include_str!("../../ui/src/locales/zh-CN/native.json");
const ENGLISH: &str = include_str!("../../ui/src/locales/en/native.json");

/// The texts of one locale.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts(Value);

impl Texts {
    /// The texts of `zh-CN` or `en`; an empty locale means the system's language.
    pub(crate) fn of(locale: &str) -> Texts {
        let chosen = if locale.is_empty() { system_locale() } else { locale.to_owned() };
        let language = chosen.split(['-', '_', '.']).next().unwrap_or_default().to_ascii_lowercase();
        // the same rule as in the UI; WebKit reports English if no language is set ("C", "POSIX")
        let file = if matches!(language.as_str(), "en" | "c" | "posix") { ENGLISH } else { CHINESE };
        // both files are compiled in, and a test parses them
        Texts(serde_json::from_str(file).unwrap_or_default())
    }

    /// Looks up a text by JSON pointer (`/tray/open`); returns the pointer itself if there is none.
    pub(crate) fn get<'a>(&'a self, path: &'a str) -> &'a str {
        self.0.pointer(path).and_then(Value::as_str).unwrap_or(path)
    }

    /// Looks up a text and fills one placeholder.
    pub(crate) fn fill(&self, path: &str, name: &str, value: &str) -> String {
        self.get(path).replace(&format!("{{{name}}}"), value)
    }
}

/// The system's language; Chinese if none is set.
fn system_locale() -> String {
    sys_locale::get_locale().unwrap_or_else(|| "zh-CN".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{CHINESE, ENGLISH, Texts};
    use serde_json::Value;

    fn paths(value: &Value, at: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, inner)| paths(inner, &format!("{at}/{key}"), out))
            }
            _ => out.push(at.to_owned()),
        }
    }

    #[test]
    fn both_locales_say_the_same_things() {
        let of = |text: &str| {
            let mut found = Vec::new();
            paths(&serde_json::from_str(text).unwrap(), "", &mut found);
            found.sort();
            found
        };
        assert_eq!(of(CHINESE), of(ENGLISH));
        assert!(!of(CHINESE).is_empty());
    }

    #[test]
    fn words_are_found_and_filled() {
        assert_eq!(Texts::of("zh-CN").get("/tray/open"), "打开鸿雁");
        assert_eq!(Texts::of("en").get("/tray/open"), "Open Hongyan");
        assert_eq!(Texts::of("zh-CN").fill("/toast/withTitle", "title", "《诗经》研究"), "《《诗经》研究》");
    }
}
