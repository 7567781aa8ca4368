//! Child processes of a test, killed with it.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use super::wait::until;

/// A running child process; killed when dropped.
pub struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Starts a program; its output goes to the test's own output.
    pub fn start(mut command: Command) -> Running {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        let child = command.kill_on_drop(true).spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
        Running { child, name }
    }

    /// Starts a program and waits for its first line of output.
    pub async fn first_line(command: Command) -> (Running, String) {
        Running::first_line_with(command, "").await
    }

    /// Starts a program and waits for its first line of output that begins with these words.
    pub async fn first_line_with(mut command: Command, words: &str) -> (Running, String) {
        command.stdout(Stdio::piped());
        let mut running = Running::start(command);
        let out = running.child.stdout.take().expect("stdout is piped");
        let mut reader = BufReader::new(out);
        let line = loop {
            let mut line = String::new();
            reader.read_line(&mut line).await.expect("it speaks UTF-8");
            assert!(!line.trim().is_empty(), "{} ended without saying where it is", running.name);
            if line.starts_with(words) {
                break line;
            }
        };
        // keeps draining the pipe: a full pipe would block the program
        tokio::spawn(async move { tokio::io::copy(&mut reader, &mut tokio::io::sink()).await });
        (running, line.trim().to_owned())
    }

    /// Starts a program and writes to its standard input.
    pub async fn fed(mut command: Command, input: &str) -> Running {
        command.stdin(Stdio::piped());
        let mut running = Running::start(command);
        let mut stdin = running.child.stdin.take().expect("stdin is piped");
        stdin.write_all(input.as_bytes()).await.expect("the text parses");
        running
    }

    /// Sends a signal to its child processes and returns their process ids (Linux).
    pub async fn tell_children(&self, signal: &str) -> Vec<String> {
        let own = self.child.id().expect("the program runs");
        let children = std::fs::read_to_string(format!("/proc/{own}/task/{own}/children")).expect("Linux");
        let children: Vec<String> = children.split_whitespace().map(str::to_owned).collect();
        assert!(!children.is_empty(), "{} has started nothing", self.name);
        let mut kill = Command::new("kill");
        kill.args(["-s", signal]).args(&children);
        assert!(kill.status().await.expect("kill is there").success());
        children
    }

    /// Sends a signal to its child processes and waits until they are gone (Linux): `KILL` for a power cut,
    /// `TERM` for the end of a session.
    pub async fn end_children(&self, signal: &str) {
        for pid in self.tell_children(signal).await {
            let process = PathBuf::from(format!("/proc/{pid}"));
            until("the end of the program", async || {
                // a zombie holds no resources any more, once its last thread is gone
                let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
                let threads = std::fs::read_dir(process.join("task")).map_or(0, Iterator::count);
                (stat.is_empty() || stat.contains(") Z ") && threads <= 1).then_some(())
            })
            .await;
        }
    }

    /// Waits for its exit and returns the exit code.
    pub async fn ended(mut self) -> Option<i32> {
        self.child.wait().await.expect("it can be waited for").code()
    }
}

/// Runs a program and returns its output.
pub async fn printed(mut command: Command) -> String {
    let output = command.output().await.expect("it starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
