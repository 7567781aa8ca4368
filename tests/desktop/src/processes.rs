//! Programs that a test starts, and that end with it.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

/// A running program; killed when dropped.
pub struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Starts it. What it says goes to the test's own output.
    pub fn start(mut command: Command) -> Running {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        let child = command.kill_on_drop(true).spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
        Running { child, name }
    }

    /// Starts it and waits for the first line it prints.
    pub async fn first_line(mut command: Command) -> (Running, String) {
        command.stdout(Stdio::piped());
        let mut running = Running::start(command);
        let out = running.child.stdout.take().expect("stdout is piped");
        let mut line = String::new();
        let mut reader = BufReader::new(out);
        reader.read_line(&mut line).await.expect("it speaks UTF-8");
        assert!(!line.trim().is_empty(), "{} ended without saying where it is", running.name);
        // a pipe that nobody reads would stop it one day
        tokio::spawn(async move { tokio::io::copy(&mut reader, &mut tokio::io::sink()).await });
        (running, line.trim().to_owned())
    }

    /// Starts it and gives it something to read.
    pub async fn fed(mut command: Command, input: &str) -> Running {
        command.stdin(Stdio::piped());
        let mut running = Running::start(command);
        let mut stdin = running.child.stdin.take().expect("stdin is piped");
        stdin.write_all(input.as_bytes()).await.expect("it reads");
        running
    }

    /// Waits for its end; the exit code.
    pub async fn ended(mut self) -> Option<i32> {
        self.child.wait().await.expect("it can be waited for").code()
    }
}

/// What a program prints.
pub async fn printed(mut command: Command) -> String {
    let output = command.output().await.expect("it starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
