//! Full and read-only disks, produced by the system: a file system mounted over the data directory. Data
//! stays readable. The tests are skipped, by name, where mounting is not allowed.

use std::path::{Path, PathBuf};
use std::process::Command;

use hongyan_engine::Engine;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::{KeyPlace, RequestGroup};
use hongyan_model::RequestState;

use crate::bench::{Machine, loan, of_group, submit, until_state};
use crate::platform::Platform;

const PASSWORD: &str = "相思湖畔904";

/// A small file system mounted over a directory; unmounted on drop.
struct Mount(PathBuf);

impl Mount {
    fn over(folder: &Path, test: &str) -> Option<Mount> {
        let mount = Mount(folder.to_owned());
        if !mount.run("mount", &["-t", "tmpfs", "-o", "size=6m", "none"]) {
            println!("skipped, nothing may be mounted here: {test}");
            return None;
        }
        Some(mount)
    }

    fn option(&self, option: &str) {
        assert!(self.run("mount", &["-o", option]), "{option}");
    }

    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        Command::new(program).args(arguments).arg(&self.0).output().is_ok_and(|done| done.status.success())
    }

    /// Uses up the free space.
    fn fill(&self) {
        let all = std::fs::write(self.0.join("很大的文件"), vec![0; 8 << 20]);
        assert_eq!(all.unwrap_err().kind(), std::io::ErrorKind::StorageFull);
    }

    fn empty(&self) {
        std::fs::remove_file(self.0.join("很大的文件")).unwrap();
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // lazy unmount, because a failed test may have open files
        let _ = self.run("umount", &["-l"]);
    }
}

/// Runs the program on a machine once, and creates a request.
async fn used(platform: &Platform, machine: &Machine) -> hongyan_model::RequestId {
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let id = submit(&engine, "红楼梦").await;
    until_state(&engine, id, RequestState::Submitted).await;
    engine.stop().await;
    id
}

async fn reads_and_does_not_write(engine: &Engine, id: hongyan_model::RequestId, code: ErrorCode) {
    assert_eq!(engine.vault().key_place(), KeyPlace::Keyring);
    assert_eq!(engine.reading_only().unwrap().code, code);
    assert_eq!(engine.requests().get(id).await.unwrap().draft.title, "红楼梦");
    assert_eq!(
        engine.history().search(&of_group(RequestGroup::Ongoing), None, 10, true).await.unwrap().rows.len(),
        1
    );
    let refused = engine.requests().draft_new(hongyan_model::Service::Loan, None, Some("三体")).await;
    let refused = match refused {
        Ok(view) => engine.requests().draft_save(view.draft).await.unwrap_err(),
        Err(problem) => problem,
    };
    assert_eq!(refused.code, code);
    assert_eq!(engine.requests().message_send(id, "请尽快").await.unwrap_err().code, code);
}

#[tokio::test]
async fn on_a_disk_that_is_full_at_the_start_the_history_is_read() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let test = "on_a_disk_that_is_full_at_the_start_the_history_is_read";
    let Some(disk) = Mount::over(machine.path(), test) else { return };
    let id = used(&platform, &machine).await;
    disk.fill();
    let engine = machine.start(platform.gateway()).await;
    reads_and_does_not_write(&engine, id, ErrorCode::DiskFull).await;
    assert_eq!(engine.reopen().await.unwrap_err().code, ErrorCode::DiskFull);
    reads_and_does_not_write(&engine, id, ErrorCode::DiskFull).await;
    disk.empty();
    engine.reopen().await.unwrap();
    assert_eq!(engine.reading_only(), None);
    loan(&engine, "三体").await;
    engine.stop().await;
    drop(engine);
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert_eq!(engine.requests().list().await.unwrap().drafts.len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn what_stands_in_the_log_of_a_killed_program_is_read_on_a_full_disk() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let test = "what_stands_in_the_log_of_a_killed_program_is_read_on_a_full_disk";
    let Some(disk) = Mount::over(machine.path(), test) else { return };
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let id = submit(&engine, "红楼梦").await;
    until_state(&engine, id, RequestState::Submitted).await;
    // the state after a kill: the database with its write-ahead log
    let kept = tempfile::tempdir().unwrap();
    for name in ["hongyan.db", "hongyan.db-wal", "hongyan.key-check"] {
        std::fs::copy(machine.path().join(name), kept.path().join(name)).unwrap();
    }
    assert!(kept.path().join("hongyan.db-wal").metadata().unwrap().len() > 0);
    engine.stop().await;
    drop(engine);
    for name in ["hongyan.db", "hongyan.db-wal", "hongyan.key-check"] {
        std::fs::copy(kept.path().join(name), machine.path().join(name)).unwrap();
    }
    disk.fill();
    let engine = machine.start(platform.gateway()).await;
    reads_and_does_not_write(&engine, id, ErrorCode::DiskFull).await;
    engine.stop().await;
}

#[tokio::test]
async fn in_a_folder_that_cannot_be_written_the_history_is_read() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let test = "in_a_folder_that_cannot_be_written_the_history_is_read";
    let Some(disk) = Mount::over(machine.path(), test) else { return };
    let id = used(&platform, &machine).await;
    disk.option("remount,ro");
    let engine = machine.start(platform.gateway()).await;
    reads_and_does_not_write(&engine, id, ErrorCode::DiskReadOnly).await;
    disk.option("remount,rw");
    engine.reopen().await.unwrap();
    loan(&engine, "三体").await;
    engine.stop().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_and_has_nothing_is_named() {
    let machine = Machine::new();
    let test = "a_folder_that_cannot_be_written_and_has_nothing_is_named";
    let Some(disk) = Mount::over(machine.path(), test) else { return };
    disk.option("remount,ro");
    let problem = machine.open(Platform::default().gateway()).await.err().unwrap();
    assert_eq!((problem.code, problem.params["why"].as_str()), (ErrorCode::FolderUnusable, "readOnly"));
    assert_eq!(problem.params["folder"], machine.path().display().to_string());
    assert_eq!(machine.keyring.key(), None, "no key for files that cannot be made");
}
