//! What differs between shells. Grows only when a handler needs it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use hongyan_engine::disk;
use hongyan_engine::problem::{ErrorCode, Problem, Retry};

/// How many files of one name a folder takes before the patron should clean up.
const SAME_NAME: u32 = 1000;
/// Characters of a name that every disk takes, in any script.
const SHORT: usize = 16;

/// The shell around the engine.
pub trait Host: Send + Sync {
    /// Opens an http(s) address in the patron's browser; anything else is refused before it gets here.
    fn open_link(&self, url: &str) -> Result<(), Problem>;
    /// Puts a file into the patron's folder for downloads under this name, or under one like it if it
    /// is taken; see [`save_into`]. Where it is now.
    ///
    /// # Errors
    /// `FileNotSaved`; nothing that was there is changed.
    fn save_file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Problem>;
    /// Whether there is a tray to stay in when the window closes.
    fn has_tray(&self) -> bool;
    /// The UI is ready to be seen.
    fn ready(&self);
    /// The patron wants to leave the program altogether.
    fn quit(&self);
}

/// Writes a file into a folder, made if missing, without overwriting: `a.ris`, `a (2).ris` … The name
/// is a bare name without folders.
///
/// # Errors
/// `FileNotSaved` with the folder; a file that could not be finished is taken away again.
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
    while count <= SAME_NAME {
        let name = if count == 1 { format!("{stem}{ending}") } else { format!("{stem} ({count}){ending}") };
        let path = folder.join(name);
        match disk::make_new(&path, bytes) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => count += 1,
            // names are shorter on some disks: 143 bytes on eCryptfs
            Err(error) if error.kind() == ErrorKind::InvalidFilename && stem.chars().count() > SHORT => {
                stem = stem.chars().take(stem.chars().count() / 2).collect();
            }
            Err(error) => return Err(failed(error.to_string())),
        }
    }
    Err(failed("too many files of this name".to_owned()))
}

#[cfg(test)]
mod tests {
    use hongyan_engine::problem::ErrorCode;

    use super::save_into;

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
}
