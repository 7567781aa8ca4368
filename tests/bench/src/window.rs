//! Start time of the window and memory of all processes, compared with a minimal Tauri program built with the
//! same profile; and the first row of a search in the window. On Linux, on a display of its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_desktop_tests::app_window::AppWindow;
use hongyan_desktop_tests::processes::Running;
use hongyan_desktop_tests::stage::Stage;
use hongyan_seed::History;
use jiff::Timestamp;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::fixtures::said;
use crate::report::{Row, quantile};
use crate::run_search::ms;
use crate::targets::Targets;

/// Environment variable with the data directory.
const DATA_DIR: &str = "HONGYAN_DATA_DIR";
/// A program counts as idle after this time without input.
const IDLE: Duration = Duration::from_secs(4);

/// Measurements of one start.
struct Start {
    /// milliseconds from the start of the process until its window is visible
    shown: f64,
    /// proportional set size of all its processes when idle, KiB
    pss: u64,
}

/// Starts both programs alternately and compares the medians.
///
/// # Errors
/// A sentence for the console.
pub async fn window(rows: &mut Vec<Row>, ours: &Path, bare: &Path, quick: bool) -> Result<(), String> {
    for program in [ours, bare] {
        if !program.exists() {
            return Err(format!("{} is not built; `npm run bench` builds it", program.display()));
        }
    }
    let stage = Stage::set().await.with_keyring().await;
    let data = tempfile::tempdir().map_err(said)?;
    live_in(&stage, ours, data.path()).await?;
    let (mut hongyan, mut yardstick) = (Vec::new(), Vec::new());
    // the first round is a warm-up and creates the databases
    for round in 0..=if quick { 2 } else { 7 } {
        let one = start(&stage, ours, data.path()).await?;
        let other = start(&stage, bare, data.path()).await?;
        if round > 0 {
            hongyan.push(one);
            yardstick.push(other);
        }
    }
    let median = |starts: &[Start], of: fn(&Start) -> f64| {
        quantile(&starts.iter().map(of).collect::<Vec<_>>(), 0.5).unwrap_or(f64::NAN)
    };
    let shown: fn(&Start) -> f64 = |start| start.shown;
    #[allow(clippy::cast_precision_loss)] // some hundred MiB
    let memory: fn(&Start) -> f64 = |start| start.pss as f64 / 1_024.0;
    let (time, floor) = (median(&hongyan, shown), median(&yardstick, shown));
    rows.push(
        Row::figure("start to the usable window", format!("{time:.0} ms = {:.2} ×", time / floor))
            .floor(format!("a bare Tauri window {floor:.0} ms"))
            .target("≤ 1.3 ×", time / floor <= 1.3),
    );
    let (pss, bare_pss) = (median(&hongyan, memory), median(&yardstick, memory));
    rows.push(
        Row::figure(
            "memory (PSS) of all processes, idle, with 10,000 requests",
            format!("{pss:.0} MiB = {:.2} ×", pss / bare_pss),
        )
        .floor(format!("a bare Tauri window {bare_pss:.0} MiB"))
        .target("≤ 1.3 ×", pss / bare_pss <= 1.3),
    );
    Ok(())
}

/// The first row in the real window: how long after the first source's answer it is drawn.
///
/// # Errors
/// A sentence for the console.
pub async fn first_row(rows: &mut Vec<Row>, ours: &Path, quick: bool) -> Result<(), String> {
    let stage = Stage::set().await.with_keyring().await;
    let targets = Targets::start().map_err(|error| error.to_string())?;
    let desk = AppWindow::open_program(&stage, ours, &[]).await;
    let libraries = desk.rpc("library_list", json!({})).await;
    desk.rpc("library_choose", json!({ "tenant": libraries.pointer("/carried/0/tenant") })).await;
    let sources = desk.rpc("sources_list", json!({})).await;
    for source in sources.as_array().into_iter().flatten() {
        desk.rpc("source_switch", json!({ "id": source["id"], "enabled": false })).await;
    }
    for number in 0..5 {
        let source = targets.source(number, 100, Duration::from_millis(20 + 300 * number as u64));
        desk.rpc("source_add", json!({ "address": source.address })).await;
    }
    desk.go("/search").await;
    let (mut after, mut lines) = (Vec::new(), Vec::new());
    // the first round is a warm-up
    for round in 0..=if quick { 2 } else { 10 } {
        let row = desk.first_row(&format!("战略{round}")).await;
        let drawn = desk.fifty_lines().await;
        if round > 0 {
            after.push(row.drawn - row.answered);
            lines.push(drawn);
        }
    }
    desk.close().await;
    let [p50, p95] = [0.5, 0.95].map(|share| quantile(&after, share).unwrap_or(f64::NAN));
    let floor = quantile(&lines, 0.5).unwrap_or(f64::NAN);
    rows.push(
        Row::figure(
            "first row drawn after the first source's answer, in the real window, p95",
            format!("{p95:.0} ms (median {p50:.0})"),
        )
        .floor(format!("fifty lines of text drawn in the same window {floor:.0} ms"))
        .target("≤ 100 ms", p95 <= 100.0),
    );
    Ok(())
}

/// Creates the data of a patron with a chosen library and 10,000 requests through the program itself, with
/// the key in the keyring.
async fn live_in(stage: &Stage, ours: &Path, data: &Path) -> Result<(), String> {
    let desk = AppWindow::open_program(stage, ours, &[(DATA_DIR, data.display().to_string())]).await;
    let libraries = desk.rpc("library_list", json!({})).await;
    desk.rpc("library_choose", json!({ "tenant": libraries.pointer("/carried/0/tenant") })).await;
    desk.close().await;
    let key = STANDARD.decode(stage.secret("service", "org.hongyan.desktop").await).map_err(said)?;
    hongyan_seed::directory(data, &key, History::of(10_000, Timestamp::now())).await.map_err(said)
}

/// Starts a program, waits for its window, lets it idle, measures its memory, and kills it.
async fn start(stage: &Stage, program: &Path, data: &Path) -> Result<Start, String> {
    let mut watch = stage.command("xprop");
    watch.args(["-root", "-spy", "_NET_CLIENT_LIST"]).stdout(Stdio::piped()).kill_on_drop(true);
    let mut watch = watch.spawn().map_err(|error| format!("xprop: {error}"))?;
    let mut lines = BufReader::new(watch.stdout.take().ok_or("xprop says nothing")?).lines();
    // the windows that exist before ours
    lines.next_line().await.map_err(|error| error.to_string())?;
    let mut command = stage.command(program);
    command.env(DATA_DIR, data).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let began = Instant::now();
    let mut child = command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
    let appears = async {
        while let Some(line) = lines.next_line().await.map_err(|error| error.to_string())? {
            if line.contains("0x") {
                return Ok(began.elapsed());
            }
        }
        Err("the display went away".to_owned())
    };
    let shown = tokio::time::timeout(Duration::from_secs(60), appears)
        .await
        .map_err(|_| format!("{}: no window in 60 s", program.display()))??;
    tokio::time::sleep(IDLE).await;
    let pss = tree_pss(child.id().unwrap_or_default());
    if pss == 0 {
        return Err(format!("{} has gone", program.display()));
    }
    end(&mut child).await;
    Ok(Start { shown: ms(shown), pss })
}

async fn end(child: &mut tokio::process::Child) {
    if let Some(pid) = child.id() {
        let mut kill = Command::new("kill");
        kill.arg(pid.to_string());
        Running::start(kill).ended().await;
    }
    if tokio::time::timeout(Duration::from_secs(8), child.wait()).await.is_err() {
        // the next start must not find this process
        let _ = child.kill().await;
    }
}

/// Proportional set size of a process and all its descendants, KiB.
fn tree_pss(root: u32) -> u64 {
    let mut parents: BTreeMap<u32, u32> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // the process name in parentheses may contain anything; the parent's id is the second word after it
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        if let Some(parent) = parent {
            parents.insert(pid, parent);
        }
    }
    let belongs = |pid: u32| {
        let mut at = pid;
        while at > 1 && at != root {
            at = parents.get(&at).copied().unwrap_or(0);
        }
        at == root
    };
    parents.keys().filter(|pid| belongs(**pid)).map(|pid| pss(*pid)).sum()
}

fn pss(pid: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(0)
}
