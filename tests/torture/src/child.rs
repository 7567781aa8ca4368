//! The parent's hand on the program that is killed.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::time::Instant;

use crate::machine::Machine;

/// Where the built program is: beside this one, or above it for tests.
///
/// # Panics
/// When it is not built.
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

/// A line of a client, in its parts.
pub type Line = Vec<String>;

impl Child {
    /// Starts one on a machine.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(machine: &Machine, base: &str, user: &str, stop: &str) -> Child {
        let mut command = Command::new(program());
        command.arg("--data").arg(machine.data_dir()).arg("--key").arg(machine.key_file());
        command.args(["--base", base, "--user", user, "--stop", stop]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().expect("the client starts");
        let commands = process.stdin.take().expect("it is piped");
        let answers = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        Child { process, commands, answers }
    }

    /// Gives a command.
    pub async fn tell(&mut self, parts: &[&str]) {
        // a client that has just ended hears nothing, and its last words are still to be read
        let _ = self.commands.write_all(format!("{}\n", parts.join("\t")).as_bytes()).await;
        let _ = self.commands.flush().await;
    }

    /// The next line, until then; none when the time is over or the client has ended.
    pub async fn hear(&mut self, until: Instant) -> Option<Line> {
        let line = tokio::time::timeout_at(until, self.answers.next_line()).await.ok()?.ok()??;
        Some(line.split('\t').map(str::to_owned).collect())
    }

    /// Waits for a line that begins so; gives what came before it, too. None when it does not come.
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

    /// SIGKILL; gives what it had still said.
    pub async fn kill(mut self) -> Vec<Line> {
        // one that has ended by itself need not be killed
        let _ = self.process.kill().await;
        let mut lines = Vec::new();
        while let Ok(Some(line)) = self.answers.next_line().await {
            lines.push(line.split('\t').map(str::to_owned).collect());
        }
        lines
    }
}
