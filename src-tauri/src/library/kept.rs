//! The folders of what the library's pages keep: cookies and the like. WebKit and WebView2 hold theirs, in memory
//! too, until the program ends, so that erasing gives the next window a new folder: whatever becomes of the
//! old one, no page sees it again. The folders are numbered and the highest number is the one in use.

use std::io;
use std::path::{Path, PathBuf};

use hongyan_engine::disk;

/// The folder in use.
pub(super) fn folder(all: &Path) -> PathBuf {
    all.join(numbers(all).into_iter().max().unwrap_or(1).to_string())
}

/// Begins a new folder and removes the others. One that cannot be removed yet goes with [`tidy`].
///
/// # Errors
/// The new folder could not be made; nothing has changed then.
pub(super) fn renew(all: &Path) -> io::Result<()> {
    let next = numbers(all).into_iter().max().unwrap_or(1).saturating_add(1);
    disk::make_dir(&all.join(next.to_string()))?;
    disk::sync_dir(all);
    tidy(all);
    Ok(())
}

/// Removes every folder but the one in use, and returns whether all are gone.
pub(super) fn tidy(all: &Path) -> bool {
    let numbers = numbers(all);
    let newest = numbers.iter().copied().max();
    numbers.into_iter().filter(|number| Some(*number) != newest).fold(true, |gone, number| {
        match disk::remove_dir(&all.join(number.to_string())) {
            Ok(()) => gone,
            Err(error) => {
                tracing::info!(kind = ?error.kind(), "What the library's pages kept is held by the engine and goes later.");
                false
            }
        }
    })
}

fn numbers(all: &Path) -> Vec<u64> {
    let entries = std::fs::read_dir(all).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_window_never_sees_what_was_erased() {
        let all = tempfile::tempdir().unwrap();
        let first = folder(all.path());
        std::fs::create_dir_all(&first).unwrap();
        std::fs::write(first.join("cookies"), "读者").unwrap();
        renew(all.path()).unwrap();
        let second = folder(all.path());
        assert_ne!(first, second);
        assert!(!first.exists() && std::fs::read_dir(&second).unwrap().next().is_none());
        // the engine may write once more into the folder that it still has open
        std::fs::create_dir_all(&first).unwrap();
        assert_eq!(folder(all.path()), second);
        assert!(tidy(all.path()));
        assert!(!first.exists() && second.exists());
    }

    #[test]
    fn nothing_was_kept() {
        let all = tempfile::tempdir().unwrap();
        let none = all.path().join("没有");
        assert!(tidy(&none));
        assert_eq!(folder(&none), none.join("1"));
        renew(&none).unwrap();
        assert_eq!(folder(&none), none.join("2"));
    }
}
