//! Names for files out of texts of strangers.

/// A bare name that every system takes, without an ending, at most `most` characters; none when nothing
/// of the text can be used.
pub(crate) fn stem(text: &str, most: usize) -> Option<String> {
    let kept: String =
        text.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { ' ' } else { c }).collect();
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = words.trim_matches(['.', ' ']).chars().take(most).collect();
    let short = short.trim_end_matches(['.', ' ']);
    // the devices of Windows: their names mean no file there
    let upper = short.to_ascii_uppercase();
    let numbered = |name: &str| upper.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && rest != "0");
    let device =
        matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    (!short.is_empty() && !device).then(|| short.to_owned())
}
