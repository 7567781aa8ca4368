//! Controls the process that is killed.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::time::Instant;

use crate::machine::Machine;

/// Path of the client program: next to this one, or one folder up for test binaries.
///
/// # Panics
/// If it is not built.
pub fn program() -> PathBuf {
    let own = std::env::current_exe().expect("this program has a file");
    let name = format!("hongyan-torture-client{}", std::env::consts::EXE_SUFFIX);
    let found = own.ancestors().skip(1).take(2).map(|folder| folder.join(&name)).find(|file| file.exists());
    found.expect("hongyan-torture-client is not built: cargo build -p hongyan-torture --bins")
}

/// A running client.
pub struct Child {
    process: tokio::process::Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

/// One line of a client's output, split at tabs.
pub type Line = Vec<String>;

impl Child {
    /// Starts a client on a machine.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn start(machine: &Machine, base: &str, user: &str, stop: &str) -> Child {
        let mut command = Command::new(program());
        command.arg("--data").arg(machine.data_dir()).arg("--key").arg(machine.key_file());
        command.args(["--base", base, "--user", user, "--stop", stop]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().expect("the client starts");
        let commands = process.stdin.take().expect("the stream is piped");
        let answers = BufReader::new(process.stdout.take().expect("the stream is piped")).lines();
        Child { process, commands, answers }
    }

    /// Sends a command.
    pub async fn tell(&mut self, parts: &[&str]) {
        // the client may just have ended; its last output is still to be read
        let _ = self.commands.write_all(format!("{}\n", parts.join("\t")).as_bytes()).await;
        let _ = self.commands.flush().await;
    }

    /// The next line of output; `None` at the deadline or if the client has ended.
    pub async fn hear(&mut self, until: Instant) -> Option<Line> {
        let line = tokio::time::timeout_at(until, self.answers.next_line()).await.ok()?.ok()??;
        Some(line.split('\t').map(str::to_owned).collect())
    }

    /// Waits for a line with this beginning and returns it with the lines before it; `None` on timeout.
    pub async fn hear_of(&mut self, parts: &[&str], within: Duration) -> Option<Vec<Line>> {
        let until = Instant::now() + within;
        let mut lines = Vec::new();
        loop {
            let line = self.hear(until).await?;
            let is_it =
                parts.iter().zip(&line).filter(|(wanted, part)| wanted == part).count() == parts.len();
            lines.push(line);
            if is_it {
                return Some(lines);
            }
        }
    }

    /// Kills it with SIGKILL and returns its remaining output.
    pub async fn kill(mut self) -> Vec<Line> {
        // it may have exited already
        let _ = self.process.kill().await;
        let mut lines = Vec::new();
        while let Ok(Some(line)) = self.answers.next_line().await {
            lines.push(line.split('\t').map(str::to_owned).collect());
        }
        lines
    }
}
