//! Names for files out of texts of strangers.

/// Bytes of a name in UTF-8, without its ending: file systems take 255 for a name, and an ending and the
/// " (2)" of a name that is taken come to it. A Chinese character has three.
const BYTES: usize = 200;

/// A bare name that every system takes, without an ending, at most `most` characters and [`BYTES`]; none
/// when nothing of the text can be used.
pub(crate) fn stem(text: &str, most: usize) -> Option<String> {
    let kept: String =
        text.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { ' ' } else { c }).collect();
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_matches(['.', ' ']);
    let end =
        words.char_indices().map(|(at, c)| at + c.len_utf8()).take(most).take_while(|end| *end <= BYTES);
    let short = words.get(..end.last().unwrap_or(0)).unwrap_or_default();
    let short = short.trim_end_matches(['.', ' ']);
    // the devices of Windows: their names mean no file there
    let upper = short.to_ascii_uppercase();
    let numbered = |name: &str| upper.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && rest != "0");
    let device =
        matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    (!short.is_empty() && !device).then(|| short.to_owned())
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_long_name_in_any_script_is_one_that_a_disk_takes() {
        let place = tempfile::tempdir().unwrap();
        for text in ["铜鼓".repeat(50), "🦢".repeat(100), "a".repeat(300), format!("{}é", "铜".repeat(66))]
        {
            let name = stem(&text, 100).unwrap();
            assert!(text.starts_with(&name) && name.len() <= 200, "{name}");
            // the disk has the last word: the longest ending, and the last of a thousand of one name
            std::fs::write(place.path().join(format!("{name} (1000).epub")), "x").unwrap();
        }
        assert_eq!(stem(&"铜".repeat(100), 100).unwrap().chars().count(), 66);
        assert_eq!(stem("铜鼓", 1).unwrap(), "铜");
    }
}
