//! Drag and drop of files. The page receives positions and bytes but never a path; only a regular file up to
//! a size limit is read.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use tauri::{DragDropEvent, Manager, PhysicalPosition, Window};

use crate::page::Page;

/// Size limit in bytes of what the page gets; must equal `LARGEST_FILE` in ui/src/lib/readFile.ts.
const MAX_BYTES: u64 = 2_000_000;
/// Size limit in bytes of what is held for the engine: a mail with its files.
const MAX_HELD: u64 = 64 * 1024 * 1024;

/// The last file that was dropped and is too large for the page: the page passes its number to a command.
#[derive(Default)]
pub(crate) struct Held(Mutex<Holding>);

#[derive(Default)]
struct Holding {
    number: u32,
    /// name and content; none once they were given
    file: Option<(String, Vec<u8>)>,
}

impl Held {
    /// Holds a file in the place of the one before; returns its number.
    fn hold(&self, name: String, bytes: Vec<u8>) -> u32 {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.number = held.number.wrapping_add(1);
        held.file = Some((name, bytes));
        held.number
    }

    /// Gives the file of this number, once.
    pub(crate) fn take(&self, number: u32) -> Option<(String, Vec<u8>)> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.number == number { held.file.take() } else { None }
    }
}

/// A position in the page, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Place {
    x: f64,
    y: f64,
}

/// The result of a drop.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Dropped {
    #[serde(flatten)]
    at: Place,
    /// name of the first file; empty if no file was dropped
    name: String,
    /// its content in base64; `None` if it cannot be read: a folder, a device, a file above the limit
    bytes: Option<String>,
    /// number of the file that is held, where it is above the page's limit
    held: Option<u32>,
    /// an address, if one was dropped instead of a file
    text: String,
}

/// Forwards drag and drop events to the page.
pub(crate) fn tell(window: &Window, event: &DragDropEvent) {
    let page = window.state::<Page>();
    match event {
        DragDropEvent::Enter { position, .. } | DragDropEvent::Over { position } => {
            page.drag(Some(place(window, position)));
        }
        DragDropEvent::Drop { paths, position } => {
            let (at, app) = (place(window, position), window.app_handle().clone());
            let Some(path) = paths.first().cloned() else { return page.drag(None) };
            // on a thread of its own: a file on a network drive may be slow to read
            tauri::async_runtime::spawn_blocking(move || {
                let dropped = read(&path, at, &app.state::<Held>());
                app.state::<Page>().dropped(dropped);
            });
        }
        // the other events have no position
        _ => page.drag(None),
    }
}

/// Converts a position to CSS pixels: Windows reports physical pixels, the other systems CSS pixels.
fn place(window: &Window, position: &PhysicalPosition<f64>) -> Place {
    let scale = if cfg!(windows) { window.scale_factor().unwrap_or(1.0) } else { 1.0 };
    Place { x: position.x / scale, y: position.y / scale }
}

fn read(path: &Path, at: Place, held: &Held) -> Dropped {
    // a link dragged from a browser arrives as a path
    if let Some(text) = path.to_str().filter(|text| text.starts_with("https:") || text.starts_with("http:")) {
        return Dropped { at, name: String::new(), bytes: None, held: None, text: text.to_owned() };
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let (bytes, held) = match bytes(path) {
        Some(bytes) if bytes.len() as u64 <= MAX_BYTES => (Some(STANDARD.encode(bytes)), None),
        Some(bytes) => (None, Some(held.hold(name.clone(), bytes))),
        None => (None, None),
    };
    Dropped { at, name, bytes, held, text: String::new() }
}

/// The content of a regular file up to the limit of what is held, symbolic links followed.
pub(crate) fn bytes(path: &Path) -> Option<Vec<u8>> {
    // checked before opening, because opening a named pipe would block
    let ordinary = |meta: std::fs::Metadata| meta.is_file() && meta.len() <= MAX_HELD;
    if !ordinary(path.metadata().ok()?) {
        return None;
    }
    let file = File::open(path).ok()?;
    if !ordinary(file.metadata().ok()?) {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(MAX_HELD + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MAX_HELD).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Held, MAX_BYTES, MAX_HELD, Place, bytes, read};

    const AT: Place = Place { x: 3.0, y: 4.5 };

    #[test]
    fn only_an_ordinary_file_of_some_size_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("知网导出 2026.ris");
        std::fs::write(&file, "TY  - BOOK").unwrap();
        assert_eq!(bytes(&file).unwrap(), b"TY  - BOOK");
        assert_eq!(bytes(dir.path()), None, "a folder");
        assert_eq!(bytes(&dir.path().join("没有")), None);
        let large = dir.path().join("很大");
        std::fs::File::create(&large).unwrap().set_len(MAX_HELD + 1).unwrap();
        assert_eq!(bytes(&large), None);
        // above the page's limit it is held, and given once
        std::fs::File::create(&large).unwrap().set_len(MAX_BYTES + 1).unwrap();
        let held = Held::default();
        let told = read(&large, AT, &held);
        assert_eq!((told.bytes, told.held), (None, Some(1)));
        assert_eq!(held.take(2), None);
        assert_eq!(held.take(1).unwrap().1.len() as u64, MAX_BYTES + 1);
        assert_eq!(held.take(1), None);
        #[cfg(unix)]
        {
            let link = dir.path().join("链接");
            std::os::unix::fs::symlink(&file, &link).unwrap();
            assert_eq!(bytes(&link).unwrap(), b"TY  - BOOK");
            let pipe = dir.path().join("管道");
            assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            assert_eq!(bytes(&pipe), None, "nobody waits at a pipe");
            assert_eq!(bytes(Path::new("/dev/zero")), None);
        }
    }

    #[test]
    fn the_page_gets_a_name_and_bytes_and_never_a_path() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("书单.bib");
        std::fs::write(&file, "@book{a}").unwrap();
        let told = serde_json::to_value(read(&file, AT, &Held::default())).unwrap();
        assert_eq!(
            told,
            serde_json::json!({"x": 3.0, "y": 4.5, "name": "书单.bib", "bytes": "QGJvb2t7YX0=", "held": null, "text": ""})
        );
        let told = read(Path::new("https://doi.org/10.1000/182"), AT, &Held::default());
        assert_eq!((told.text.as_str(), told.bytes), ("https://doi.org/10.1000/182", None));
    }
}
