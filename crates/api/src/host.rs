//! The interface between the handlers and the shell. Contains only what a handler needs.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use hongyan_engine::disk;
use hongyan_engine::problem::{ErrorCode, Problem, Retry};

use crate::library_window::LibraryWindow;

/// Maximum number of files with the same base name in a folder before saving fails.
const MAX_SAME_NAME: u32 = 1000;
/// Name of a file that came without a usable one.
const UNNAMED: &str = "hongyan";
/// File name length in characters that every file system accepts in every script.
const SAFE_NAME_CHARS: usize = 16;

/// Operations that differ between shells.
pub trait Host: Send + Sync {
    /// Opens an address in the patron's browser. The caller has already rejected all schemes but http(s).
    fn open_link(&self, url: &str) -> Result<(), Problem>;
    /// Opens a `mailto` address in the patron's mail program. The engine wrote it; nothing of it comes from outside.
    ///
    /// # Errors
    /// `BadLink` when the system has no program for mails.
    fn open_mail(&self, address: &str) -> Result<(), Problem>;
    /// Saves a file in the patron's download folder. If the name is taken, a numbered variant is used; see
    /// [`save_into`]. Returns the path of the file that was written.
    ///
    /// # Errors
    /// `FileNotSaved`; existing files are left unchanged.
    fn save_file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Problem>;
    /// A file that was dropped on the window and is too large for the page, by its number: name and content. It is
    /// given once.
    ///
    /// # Errors
    /// `NotFound` for a number that is not held.
    fn held_file(&self, number: u32) -> Result<(String, Vec<u8>), Problem>;
    /// Opens a file with the program that the system has for it.
    ///
    /// # Errors
    /// `FileNotOpened` when there is none.
    fn open_file(&self, path: &Path) -> Result<(), Problem>;
    /// Shows a file in its folder. Only one that [`Host::save_file`] may have written.
    ///
    /// # Errors
    /// `NotFound` for a path elsewhere, or when it is gone; `FileNotOpened`.
    fn show_saved(&self, path: &Path) -> Result<(), Problem>;
    /// Whether the program can go on running in a tray icon after the window closes.
    fn has_tray(&self) -> bool;
    /// The UI has rendered and the window may be shown.
    fn ready(&self);
    /// Ends the program, tray icon included.
    fn quit(&self);
    /// The window for the library's own page; none where the shell has no second window.
    fn library(&self) -> Option<&dyn LibraryWindow>;
}

/// The first free path for a file of this name in a folder: `a.pdf`, `a (2).pdf` … for a file that another
/// program writes. Folders in the name are left out.
///
/// # Errors
/// `FileNotSaved` with the folder.
pub fn numbered_path(folder: &Path, name: &str) -> Result<PathBuf, Problem> {
    let failed = |detail: &str| {
        Problem::new(ErrorCode::FileNotSaved, Retry::Now, detail.to_owned()).with("folder", folder.display())
    };
    disk::make_dir(folder).map_err(|error| failed(&error.to_string()))?;
    let name = hongyan_engine::file_name::whole(name).unwrap_or_else(|| UNNAMED.to_owned());
    let bare = Path::new(&name);
    let stem = bare.file_stem().unwrap_or_default().to_string_lossy();
    let ending = bare.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    (1..=MAX_SAME_NAME)
        .map(|count| match count {
            1 => folder.join(&name),
            _ => folder.join(format!("{stem} ({count}){ending}")),
        })
        .find(|path| !path.exists())
        .ok_or_else(|| failed("too many files of this name"))
}

/// Writes a file into a folder without overwriting anything: `a.ris`, `a (2).ris` … Creates the folder if
/// necessary. The name must not contain folders.
///
/// # Errors
/// `FileNotSaved` with the folder; a partly written file is deleted.
pub fn save_into(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Problem> {
    let failed = |detail: String| {
        Problem::new(ErrorCode::FileNotSaved, Retry::Now, detail).with("folder", folder.display())
    };
    let bare = Path::new(name);
    if bare.file_name().is_none_or(|own| own != bare.as_os_str()) {
        return Err(failed("not a bare file name".to_owned()));
    }
    disk::make_dir(folder).map_err(|error| failed(error.to_string()))?;
    let mut stem = bare.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let ending = bare.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    let mut count = 1;
    while count <= MAX_SAME_NAME {
        let name = if count == 1 { format!("{stem}{ending}") } else { format!("{stem} ({count}){ending}") };
        let path = folder.join(name);
        match disk::make_new(&path, bytes) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => count += 1,
            // some file systems have shorter limits: eCryptfs takes 143 bytes
            Err(error)
                if error.kind() == ErrorKind::InvalidFilename && stem.chars().count() > SAFE_NAME_CHARS =>
            {
                stem = stem.chars().take(stem.chars().count() / 2).collect();
            }
            Err(error) => return Err(failed(error.to_string())),
        }
    }
    Err(failed("too many files of this name".to_owned()))
}

/// The path of a file that stands directly in a folder, for showing it there.
///
/// # Errors
/// `NotFound` for anything else.
pub fn saved_in(folder: &Path, path: &Path) -> Result<PathBuf, Problem> {
    let gone = |detail: &str| Problem::new(ErrorCode::NotFound, Retry::Never, detail);
    let (folder, path) = match (folder.canonicalize(), path.canonicalize()) {
        (Ok(folder), Ok(path)) => (folder, path),
        _ => return Err(gone("the saved file is not there")),
    };
    if path.parent() == Some(folder.as_path()) { Ok(path) } else { Err(gone("not a file of the folder")) }
}

#[cfg(test)]
mod tests {
    use hongyan_engine::problem::ErrorCode;

    use super::{save_into, saved_in};

    #[test]
    fn nothing_is_overwritten() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("下载");
        let paths = ["一", "二", "三"].map(|text| save_into(&folder, "雁行集.ris", text.as_bytes()).unwrap());
        let names = paths.each_ref().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
        assert_eq!(names, ["雁行集.ris", "雁行集 (2).ris", "雁行集 (3).ris"]);
        assert_eq!(std::fs::read_to_string(&paths[1]).unwrap(), "二");
    }

    #[test]
    fn a_name_that_is_too_long_for_the_disk_is_saved_under_a_shorter_one() {
        let place = tempfile::tempdir().unwrap();
        for n in [1, 2] {
            let path = save_into(place.path(), &format!("{}.pdf", "铜鼓".repeat(150)), b"x").unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with("铜鼓铜鼓") && name.ends_with(".pdf"), "{name}");
            assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), n, "nothing is overwritten");
        }
    }

    #[test]
    fn a_name_is_no_path() {
        let place = tempfile::tempdir().unwrap();
        for name in ["../外.ris", "a/b.ris", "/etc/passwd", "..", ""] {
            assert_eq!(
                save_into(place.path(), name, b"x").unwrap_err().code,
                ErrorCode::FileNotSaved,
                "{name}"
            );
        }
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_is_none_is_named() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("文件");
        std::fs::write(&file, "x").unwrap();
        let problem = save_into(&file, "a.ris", b"x").unwrap_err();
        assert!(problem.params["folder"].contains("文件"));
    }

    #[test]
    fn only_what_stands_in_the_folder_is_shown() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("下载");
        let path = save_into(&folder, "铜鼓.pdf", b"x").unwrap();
        assert!(saved_in(&folder, &path).is_ok());
        std::fs::write(place.path().join("外.pdf"), "x").unwrap();
        for other in ["外.pdf", "下载/../外.pdf", "下载", "下载/没有.pdf"] {
            let problem = saved_in(&folder, &place.path().join(other)).unwrap_err();
            assert_eq!(problem.code, ErrorCode::NotFound, "{other}");
        }
    }
}
