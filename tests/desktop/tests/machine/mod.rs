//! A patron's machine without a platform.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use hongyan_desktop_tests::app_window::AppWindow;
use hongyan_desktop_tests::stage::Stage;
use hongyan_sandbox::{Options, Sandbox};
use tempfile::TempDir;

/// A patron's machine: a stage, catalogues to search, and a stub of the system's opener that records the addresses
/// and files it is given.
pub struct Machine {
    /// its desktop
    pub stage: Stage,
    catalogues: Sandbox,
    folder: TempDir,
}

impl Machine {
    /// Sets it up.
    pub async fn set() -> Machine {
        let folder = TempDir::new().expect("a temporary directory");
        let options = Options { librarian: false, ..Options::default() };
        let catalogues = Sandbox::start(options).await.expect("catalogues to search");
        std::fs::write(folder.path().join("sources.toml"), catalogues.sources_toml())
            .expect("a temporary directory");
        let browser = folder.path().join("xdg-open");
        let script = format!("#!/bin/sh\necho \"$1\" >> {}\n", folder.path().join("opened").display());
        std::fs::write(&browser, script).expect("a temporary directory");
        std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).expect("a program");
        Machine { stage: Stage::set().await.with_keyring().await, catalogues, folder }
    }

    /// Environment of the program.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let path = std::env::var("PATH").unwrap_or_default();
        vec![
            ("HONGYAN_NO_DEMO", "1".to_owned()),
            ("HONGYAN_SOURCES", self.at("sources.toml").display().to_string()),
            ("PATH", format!("{}:{path}", self.folder.path().display())),
        ]
    }

    /// A file of the machine.
    pub fn at(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(name)
    }

    /// Starts the program.
    pub async fn open(&self) -> AppWindow {
        AppWindow::open(&self.stage, &self.variables()).await
    }

    /// Starts the program and chooses the first library.
    pub async fn open_at_the_library(&self) -> AppWindow {
        let desk = self.open().await;
        desk.click("选这所").await;
        desk.sees("同时检索多家图书馆的目录").await;
        desk
    }

    /// The same machine without the catalogues, and with others that no address of it leads to.
    pub async fn cut_off(self) -> Machine {
        let Machine { stage, catalogues, folder } = self;
        catalogues.shutdown().await;
        let options = Options { librarian: false, ..Options::default() };
        let catalogues = Sandbox::start(options).await.expect("another one");
        Machine { stage, catalogues, folder }
    }

    /// What the system was asked to open, in order.
    pub fn opened(&self) -> Vec<String> {
        let opened = std::fs::read_to_string(self.at("opened")).unwrap_or_default();
        opened.lines().map(str::to_owned).collect()
    }
}
