//! YAZ's test server as many Z39.50 targets, the set-up with which Pazpar2 was measured.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hongyan_connectors::source::{Protocol, SourceConfig};

use crate::fan::peak_rss;
use crate::report::Row;
use crate::run_search::{limits, ms, search};

/// A running yaz-ztest; killed when dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // it may have exited already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts it; `None`, after printing a sentence, if YAZ is not installed.
    fn start() -> Result<Option<Server>, String> {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?.port();
        // -T: a thread for each connection
        let spawned = Command::new("yaz-ztest")
            .args(["-T", "-v", "none", &format!("tcp:127.0.0.1:{port}")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = spawned else { return Ok(None) };
        let server = Server { child, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if began.elapsed() > Duration::from_secs(10) {
                return Err("yaz-ztest does not listen".to_owned());
            }
            std::thread::yield_now();
        }
        Ok(Some(server))
    }

    /// Target `n` with a delay in seconds before it answers a search. The server takes the delay from the
    /// database name and the number of hits from the query.
    fn source(&self, n: usize, delay: &str) -> SourceConfig {
        let address = format!("z3950://127.0.0.1:{}/db{n:02}%3Fsearch-delay={delay}&seed={n}", self.port);
        let mut config = SourceConfig::new(format!("z{n}"), format!("目标{n}"), Protocol::Z3950, address);
        config.page_size = 100;
        config.folds = true;
        config
    }
}

/// 50 targets with 0.1 to 2 s delay: the search ends not much later than the slowest.
///
/// # Errors
/// A sentence for the console.
pub async fn fifty(rows: &mut Vec<Row>) -> Result<(), String> {
    let what = "50 yaz-ztest targets of 0.1–2 s";
    let Some(server) = Server::start()? else {
        rows.push(Row::figure(what, "skipped: yaz-ztest is not installed"));
        return Ok(());
    };
    // evenly spread delays, so that the slowest is known: 2 s
    let delay = |n: usize| format!("{:.3}", 0.1 + 1.9 * n as f64 / 49.0);
    let configs: Vec<_> = (0..50).map(|n| server.source(n, &delay(n))).collect();
    let slowest = search(configs.get(49..).unwrap_or_default(), "20", limits(20, 50)).await?;
    let seen = search(&configs, "20", limits(20, 50)).await?;
    let above = ms(seen.done) - ms(slowest.done);
    rows.push(
        Row::figure(
            format!("{what}: done after the slowest alone"),
            format!(
                "{above:.0} ms (first row {:.0} ms, {} records received)",
                seen.first_row.map_or(f64::NAN, ms),
                seen.received
            ),
        )
        .floor(format!("slowest alone {:.0} ms", ms(slowest.done)))
        .target("≤ 100 ms", above <= 100.0 && seen.received == 1_000),
    );
    Ok(())
}

/// 100 targets with 100 records each at 0.1 s. Measures this process's memory, so run it in a process of its
/// own.
///
/// # Errors
/// A sentence for the console.
pub async fn hundred(rows: &mut Vec<Row>) -> Result<(), String> {
    let what = "100 yaz-ztest targets × 100 records at 0.1 s";
    let Some(server) = Server::start()? else {
        rows.push(Row::figure(what, "skipped: yaz-ztest is not installed"));
        return Ok(());
    };
    let configs: Vec<_> = (0..100).map(|n| server.source(n, "0.1")).collect();
    let alone = search(configs.get(..1).unwrap_or_default(), "100", limits(100, 100)).await?;
    let seen = search(&configs, "100", limits(100, 100)).await?;
    let peak = peak_rss() / 1_024;
    rows.push(
        Row::figure(
            format!("{what}: done"),
            format!(
                "{:.0} ms (first row {:.0} ms, {} records received, {} different)",
                ms(seen.done),
                seen.first_row.map_or(f64::NAN, ms),
                seen.received,
                seen.records()
            ),
        )
        .floor(format!("one target alone {:.0} ms", ms(alone.done)))
        .target("≤ 1,000 ms, 10,000 records", ms(seen.done) <= 1_000.0 && seen.received == 10_000),
    );
    rows.push(
        Row::figure(format!("{what}: memory at most"), format!("{peak} MiB"))
            .target("≤ 150 MiB", peak <= 150 && peak > 0),
    );
    Ok(())
}
