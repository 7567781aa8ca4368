//! Real mouse and keyboard input through the X server: WebDriver's events bypass drag and drop and native
//! menus.

use std::path::Path;

use super::app_window::{AppWindow, program};
use super::processes::{Running, printed};
use super::stage::Stage;
use super::wait::until;

/// Title of the window that files are dragged from.
const SOURCE: &str = "drag-source";

/// Mouse and keyboard of one stage.
pub struct Input<'a> {
    stage: &'a Stage,
    /// the X window id of Hongyan
    window: String,
}

impl Input<'_> {
    /// Binds to the window whose title contains these words.
    pub async fn on<'a>(stage: &'a Stage, title: &str) -> Input<'a> {
        Input { stage, window: window(stage, title).await }
    }

    /// Drags a file from another program onto an element and drops it as soon as the element accepts it,
    /// which shows by the class `over`.
    pub async fn drag(&self, desk: &AppWindow, file: &Path, onto: &str) {
        let source = self.begin(file).await;
        let (x, y) = desk.middle(onto).await;
        let over = "return document.querySelector(arguments[0])?.closest('.over') != null || null;";
        let mut step = 0;
        until("the place to take it", || {
            step += 1;
            let wiggle = x + f64::from(step % 7);
            async move {
                self.xdotool(&["mousemove", "--window", &self.window, &px(wiggle), &px(y)]).await;
                desk.run(over, vec![serde_json::json!(onto)]).await.as_bool()
            }
        })
        .await;
        // the element shows `over` before the system has told the window which file it is
        for step in 0..4 {
            desk.frames().await;
            let wiggle = x + f64::from(step);
            self.xdotool(&["mousemove", "--window", &self.window, &px(wiggle), &px(y)]).await;
        }
        self.xdotool(&["mouseup", "1"]).await;
        desk.frames().await;
        drop(source);
    }

    /// Drags a file from another program to an element and drops it once a sign of the screen says that the window
    /// takes it.
    pub async fn drag_till(&self, desk: &AppWindow, file: &Path, to: &str, sign: &str) {
        let source = self.begin(file).await;
        let (x, y) = desk.middle(to).await;
        let mut step = 0;
        until(sign, || {
            step += 1;
            let wiggle = x + f64::from(step % 7);
            async move {
                self.xdotool(&["mousemove", "--window", &self.window, &px(wiggle), &px(y)]).await;
                let there = "return document.querySelector(arguments[0]) !== null || null;";
                desk.run(there, vec![serde_json::json!(sign)]).await.as_bool()
            }
        })
        .await;
        for step in 0..4 {
            desk.frames().await;
            self.xdotool(&["mousemove", "--window", &self.window, &px(x + f64::from(step)), &px(y)]).await;
        }
        self.xdotool(&["mouseup", "1"]).await;
        desk.frames().await;
        drop(source);
    }

    /// Drags a file onto an element that accepts none and drops it there.
    pub async fn drag_in_vain(&self, desk: &AppWindow, file: &Path, onto: &str) {
        let source = self.begin(file).await;
        let (x, y) = desk.middle(onto).await;
        for step in 0..12 {
            let wiggle = x + f64::from(step % 4);
            self.xdotool(&["mousemove", "--window", &self.window, &px(wiggle), &px(y)]).await;
            desk.frames().await;
        }
        self.xdotool(&["mouseup", "1"]).await;
        desk.frames().await;
        drop(source);
    }

    async fn begin(&self, file: &Path) -> Running {
        let beside = program().with_file_name(SOURCE);
        let mut source = self.stage.command(beside);
        source.arg(file);
        let source = Running::start(source);
        let from = window(self.stage, SOURCE).await;
        self.xdotool(&["mousemove", "--window", &from, "60", "30", "mousedown", "1"]).await;
        for (x, y) in [("64", "34"), ("70", "38"), ("80", "44"), ("90", "50")] {
            self.xdotool(&["mousemove", "--window", &from, x, y]).await;
        }
        source
    }

    /// Clicks an element with the right mouse button.
    pub async fn right_click(&self, desk: &AppWindow, at: &str) {
        let (x, y) = desk.middle(at).await;
        self.xdotool(&["mousemove", "--window", &self.window, &px(x), &px(y), "click", "3"]).await;
    }

    /// Clicks at a place of the window, in its pixels, with the left mouse button.
    pub async fn click_at(&self, x: f64, y: f64) {
        self.xdotool(&["mousemove", "--window", &self.window, &px(x), &px(y), "click", "1"]).await;
    }

    /// Clicks at a place of the window with any button of the mouse, by its number: 3 is the right one, 8 and 9 go back
    /// and forward.
    pub async fn button_at(&self, button: u8, x: f64, y: f64) {
        let button = button.to_string();
        self.xdotool(&["mousemove", "--window", &self.window, &px(x), &px(y), "click", &button]).await;
    }

    /// Turns the wheel a notch down at a place of the window.
    pub async fn wheel_at(&self, x: f64, y: f64) {
        self.xdotool(&["mousemove", "--window", &self.window, &px(x), &px(y), "click", "5"]).await;
    }

    /// Brings the window to the front and gives it the keyboard.
    pub async fn to_front(&self) {
        self.xdotool(&["windowactivate", "--sync", &self.window]).await;
    }

    /// Presses keys, by their X keysym names.
    pub async fn keys(&self, names: &[&str]) {
        self.xdotool(&[&["key"], names].concat()).await;
    }

    async fn xdotool(&self, arguments: &[&str]) {
        let mut xdotool = self.stage.command("xdotool");
        xdotool.args(arguments);
        assert!(xdotool.status().await.expect("xdotool is there").success(), "{arguments:?}");
    }
}

fn px(at: f64) -> String {
    format!("{at:.0}")
}

async fn window(stage: &Stage, title: &str) -> String {
    until("the window", async || {
        let mut search = stage.command("xdotool");
        search.args(["search", "--onlyvisible", "--name", title]);
        printed(search).await.lines().last().map(str::to_owned)
    })
    .await
}

/// Where the visible windows with this title are: left, top, width and height of their content, pixels of the screen.
pub async fn places(stage: &Stage, title: &str) -> Vec<[i32; 4]> {
    let mut search = stage.command("xdotool");
    search.args(["search", "--onlyvisible", "--name", title]);
    let mut all = Vec::new();
    for window in printed(search).await.lines() {
        let mut ask = stage.command("xdotool");
        ask.args(["getwindowgeometry", "--shell", window]);
        let said = printed(ask).await;
        let of = |name: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.and_then(|number| number.parse::<i32>().ok())
        };
        if let (Some(x), Some(y), Some(width), Some(height)) = (of("X"), of("Y"), of("WIDTH"), of("HEIGHT")) {
            all.push([x, y, width, height]);
        }
    }
    all
}
