//! File names made from untrusted text.

/// Longest name in UTF-8 bytes, without the extension: file systems allow 255, and an extension and the " (2)"
/// of a duplicate are added. A Chinese character takes three.
const BYTES: usize = 200;
/// Longest extension, characters.
const EXTENSION: usize = 8;

/// A file name without extension that every operating system accepts, at most `most` characters and [`BYTES`];
/// `None` when no character of the text can be used, or when it names a device.
pub(crate) fn stem(text: &str, most: usize) -> Option<String> {
    let kept: String =
        text.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { ' ' } else { c }).collect();
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_matches(['.', ' ']);
    let end =
        words.char_indices().map(|(at, c)| at + c.len_utf8()).take(most).take_while(|end| *end <= BYTES);
    let short = words.get(..end.last().unwrap_or(0)).unwrap_or_default();
    let short = short.trim_end_matches(['.', ' ']);
    // device names of Windows cannot name a file
    let upper = short.to_ascii_uppercase();
    let numbered = |name: &str| upper.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && rest != "0");
    let device =
        matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    (!short.is_empty() && !device).then(|| short.to_owned())
}

/// A file name with its extension that every operating system accepts; `None` as for [`stem`].
pub fn whole(text: &str) -> Option<String> {
    let (name, ending) = text.rsplit_once('.').unwrap_or((text, ""));
    let plain = |c: char| c.is_ascii_alphanumeric();
    if ending.is_empty() || ending.len() > EXTENSION || !ending.chars().all(plain) {
        return stem(text, BYTES);
    }
    Some(format!("{}.{ending}", stem(name, BYTES)?))
}

#[cfg(test)]
mod tests {
    use super::{stem, whole};

    #[test]
    fn an_extension_stays_and_nothing_else_of_a_path() {
        assert_eq!(whole("铜鼓研究.pdf").unwrap(), "铜鼓研究.pdf");
        assert_eq!(whole("../../etc/passwd").unwrap(), "etc passwd");
        assert_eq!(whole("a/b\\c.PDF").unwrap(), "a b c.PDF");
        assert_eq!(whole("con.pdf"), None);
        assert_eq!(whole(".pdf"), None);
        assert_eq!(whole("年报 3.卷").unwrap(), "年报 3.卷");
    }

    #[test]
    fn a_long_name_in_any_script_is_one_that_a_disk_takes() {
        let place = tempfile::tempdir().unwrap();
        for text in ["铜鼓".repeat(50), "🦢".repeat(100), "a".repeat(300), format!("{}é", "铜".repeat(66))]
        {
            let name = stem(&text, 100).unwrap();
            assert!(text.starts_with(&name) && name.len() <= 200, "{name}");
            // tried on the real disk: the longest extension, and the thousandth duplicate
            std::fs::write(place.path().join(format!("{name} (1000).epub")), "x").unwrap();
        }
        assert_eq!(stem(&"铜".repeat(100), 100).unwrap().chars().count(), 66);
        assert_eq!(stem("铜鼓", 1).unwrap(), "铜");
    }
}
