//! A patron at the window whose actions are counted: a click, a key chord, a paste, a field that is typed into is one.

use std::future::Future;

use serde_json::{Value, json};

use super::app_window::AppWindow;
use super::input::Input;
use super::library_page::LibraryPage;
use super::stage::Stage;
use super::wait::until;

/// Title of the program's main window.
const MAIN: &str = "鸿雁";

/// A patron: every action goes through here and is counted.
pub struct Patron<'a> {
    desk: &'a AppWindow,
    done: Vec<String>,
}

impl<'a> Patron<'a> {
    /// At a window, with nothing done yet.
    pub fn at(desk: &'a AppWindow) -> Patron<'a> {
        Patron { desk, done: Vec::new() }
    }

    /// What was done, in order.
    pub fn done(&self) -> &[String] {
        &self.done
    }

    /// Does one thing and counts it.
    async fn act(&mut self, what: String, act: impl Future<Output = ()>) {
        act.await;
        self.done.push(what);
    }

    /// Pastes a text that was copied elsewhere into the focused field of the main window.
    pub async fn paste(&mut self, stage: &mut Stage, text: &str) {
        stage.copy(text).await;
        let hand = Input::on(stage, MAIN).await;
        hand.to_front().await;
        let desk = self.desk;
        let pasted = async {
            // the patron looks before pasting: the field has the keyboard
            let ready = "return (document.hasFocus() && document.activeElement?.matches('input')) || null;";
            until("a field with the keyboard", async || desk.run(ready, Vec::new()).await.as_bool()).await;
            hand.keys(&["ctrl+v"]).await;
            let there = "return document.activeElement.value === arguments[0] || null;";
            until("what was pasted", async || desk.run(there, vec![json!(text)]).await.as_bool()).await;
        };
        self.act("粘贴文献题录".to_owned(), pasted).await;
    }

    /// Presses a key in the main window.
    pub async fn key(&mut self, stage: &Stage, name: &str) {
        let hand = Input::on(stage, MAIN).await;
        let keys = [name];
        self.act(format!("按 {name}"), hand.keys(&keys)).await;
    }

    /// Clicks what has these words, in the window that the driver is turned to.
    pub async fn click(&mut self, words: &str) {
        let desk = self.desk;
        self.act(format!("点“{words}”"), desk.click(words)).await;
    }

    /// Ticks the box whose label begins with these words.
    pub async fn tick(&mut self, words: &str) {
        let desk = self.desk;
        self.act(format!("勾选“{words}”"), desk.tick(words)).await;
    }

    /// Clicks the button of the library's page that the page itself reports as `button`, in the window of this title;
    /// scrolls to it, which is no action.
    pub async fn press_on_page(&mut self, stage: &Stage, page: &LibraryPage, title: &str, what: &str) {
        let hand = Input::on(stage, title).await;
        hand.to_front().await;
        let place = until("the button on the page", async || {
            let told = page.told("button")?;
            let at = |name: &str| told.get(name).and_then(Value::as_f64);
            if told.get("inside") == Some(&Value::Bool(true)) {
                return Some((at("x")?, at("y")?));
            }
            hand.wheel_at(at("width")? / 2.0, at("height")? / 2.0).await;
            None
        })
        .await;
        self.act(format!("网页上点“{what}”"), hand.click_at(place.0, place.1)).await;
    }
}
