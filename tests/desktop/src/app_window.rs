//! Drives the real window through WebKitWebDriver. Elements are found by their visible text, as a patron
//! would.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::processes::Running;
use super::stage::Stage;
use super::wait::until;

/// Resolves after two animation frames: a screenshot taken earlier shows the frame before the last change.
const TWO_FRAMES: &str =
    "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";

/// Whether a text node with these words occupies space in the window. The driver's own visibility check is
/// not used, because it reports rows of a virtual list in a scrolled box as hidden.
const SHOWN: &str = "const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); \
    while (texts.nextNode()) { \
      const text = texts.currentNode; \
      if (!text.data.includes(arguments[0])) continue; \
      const range = document.createRange(); range.selectNodeContents(text); \
      const { width, height, top } = range.getBoundingClientRect(); \
      if (width > 1 && height > 1 && top < innerHeight && text.parentElement.checkVisibility()) return true; \
    } \
    return false;";

/// Finds content outside its box or beyond reach; the same script as in Chromium.
const OUTSIDE: &str = include_str!("../../e2e/lib/outside.page.js");

/// Scrolls an element to the middle of its scroll container.
const INTO_SIGHT: &str =
    "arguments[0].scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });";

/// How long to wait for the program's window.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Path of the built shell.
pub fn program() -> PathBuf {
    let built = || {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target"));
        target.unwrap_or_else(beside).join("debug").join("hongyan")
    };
    let program = std::env::var_os("HONGYAN_APP").map_or_else(built, PathBuf::from);
    assert!(program.exists(), "{} is not built; `npm run desktop` builds it", program.display());
    program
}

/// A running program and its WebDriver session.
pub struct AppWindow {
    client: Client,
    driver: Running,
}

impl AppWindow {
    /// Starts the shell on a stage with these environment variables and waits for its page. Compositing is
    /// always on: without it the driver of WebKitGTK 2.50 takes one screenshot and hangs at the second.
    pub async fn open(stage: &Stage, variables: &[(&str, String)]) -> AppWindow {
        let composed = ("WEBKIT_DISABLE_COMPOSITING_MODE", "0".to_owned());
        let variables: Vec<_> = variables.iter().cloned().chain([composed]).collect();
        AppWindow::open_program(stage, &program(), &variables).await
    }

    /// The same with another build of the shell.
    pub async fn open_program(stage: &Stage, program: &Path, variables: &[(&str, String)]) -> AppWindow {
        AppWindow::look_into(stage, program, variables, &[]).await.in_chinese().await
    }

    /// Starts the shell with an address of our scheme, as the system does for a link.
    pub async fn open_called(stage: &Stage, address: &str) -> AppWindow {
        let composed = [("WEBKIT_DISABLE_COMPOSITING_MODE", "0".to_owned())];
        AppWindow::look_into(stage, &program(), &composed, &[address]).await.in_chinese().await
    }

    async fn in_chinese(self) -> AppWindow {
        let desk = self;
        // sets the source locale, whatever locales this machine has
        desk.rpc("settings_change", json!({ "locale": "zh-CN" })).await;
        // without a keyring the first page asks for a passphrase and has no frame
        let chinese = "return document.documentElement.lang === 'zh-CN' || null;";
        until("the source locale", async || desk.run(chinese, Vec::new()).await.as_bool()).await;
        desk
    }

    /// Starts the shell where the engine cannot start, and waits for the page that reports it.
    pub async fn open_in_vain(stage: &Stage, variables: &[(&str, String)]) -> AppWindow {
        let composed = ("WEBKIT_DISABLE_COMPOSITING_MODE", "0".to_owned());
        let variables: Vec<_> = variables.iter().cloned().chain([composed]).collect();
        AppWindow::look_into(stage, &program(), &variables, &[]).await
    }

    async fn look_into(
        stage: &Stage,
        program: &Path,
        variables: &[(&str, String)],
        arguments: &[&str],
    ) -> AppWindow {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut driver = stage.command("WebKitWebDriver");
        driver
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null());
        let driver = Running::start(driver);
        let options = json!({ "webkitgtk:browserOptions": { "binary": program, "args": arguments } });
        let Value::Object(capabilities) = options else { unreachable!("it is an object") };
        let address = format!("http://127.0.0.1:{port}");
        until("the driver", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        // if the program ended before it had a window, the driver would hang for ever
        let session = builder.capabilities(capabilities).connect(&address);
        let client = tokio::time::timeout(TIMEOUT, session).await.expect("a window").expect("a session");
        let desk = AppWindow { client, driver };
        until("the page", async || desk.client.find(Locator::Css("main")).await.ok()).await;
        desk
    }

    /// Waits for an element and returns its text.
    pub async fn text_of(&self, selector: &str) -> String {
        let text = "return document.querySelector(arguments[0])?.textContent ?? null;";
        let look = async || self.run(text, vec![json!(selector)]).await.as_str().map(str::to_owned);
        until(selector, look).await
    }

    /// Waits until no element matches a selector.
    pub async fn is_without(&self, selector: &str) {
        let none = "return document.querySelector(arguments[0]) === null || null;";
        until(&format!("no {selector}"), async || self.run(none, vec![json!(selector)]).await.as_bool())
            .await;
    }

    /// Clicks the element that matches a selector.
    pub async fn press(&self, selector: &str) {
        let click = "const found = document.querySelector(arguments[0]); found?.click(); return found !== null || null;";
        until(selector, async || self.run(click, vec![json!(selector)]).await.as_bool()).await;
    }

    /// Waits for two animation frames.
    pub async fn frames(&self) {
        self.run_later(TWO_FRAMES).await;
    }

    /// The centre of an element, in CSS pixels.
    pub async fn middle(&self, selector: &str) -> (f64, f64) {
        let middle = "const box = document.querySelector(arguments[0])?.getBoundingClientRect(); \
                      return box ? [box.x + box.width / 2, box.y + box.height / 2] : null;";
        until(selector, async || {
            let found = self.run(middle, vec![json!(selector)]).await;
            Some((found.get(0)?.as_f64()?, found.get(1)?.as_f64()?))
        })
        .await
    }

    /// Clicks the element with this text: a button, a link, a tab, an option.
    pub async fn click(&self, words: &str) {
        self.act(words, &clickable(words), async |element| element.click().await).await;
    }

    /// Answers the open dialog.
    pub async fn answer(&self, words: &str) {
        let path = format!("//*[@role='dialog' or @role='alertdialog']{}", clickable(words));
        self.act(words, &path, async |element| element.click().await).await;
    }

    /// Clicks the submit button with this text.
    pub async fn submit(&self, words: &str) {
        let path = format!("//button[@type='submit'][normalize-space(.)={}]", quoted(words));
        self.act(words, &path, async |element| element.click().await).await;
    }

    /// Clicks the element whose text begins with these words.
    pub async fn click_starting(&self, words: &str) {
        let path = format!("//button[starts-with(normalize-space(.), {})]", quoted(words));
        self.act(words, &path, async |element| element.click().await).await;
    }

    /// Ticks or unticks the box whose label begins with these words.
    pub async fn tick(&self, words: &str) {
        let path = format!("//label[starts-with(normalize-space(.), {})]", quoted(words));
        self.act(words, &path, async |element| element.click().await).await;
    }

    /// Selects the first row of a list that contains these words.
    pub async fn choose(&self, words: &str) {
        let path = format!("//*[@role='option'][contains(., {})]", quoted(words));
        self.act(words, &path, async |element| element.click().await).await;
    }

    /// Opens the select with this label and chooses an option.
    pub async fn pick(&self, label: &str, words: &str) {
        let named = quoted(label);
        let labels = format!("//label[starts-with(normalize-space(.), {named})]");
        let path = format!("//*[@role='combobox'][@aria-label={named} or @id={labels}/@for]");
        let option = format!("//*[@role='option'][normalize-space(.)={}]", quoted(words));
        // an update may re-render the field and close its list, so it is opened again
        until(&format!("the choice {words} of {label}"), async || {
            for element in self.client.find_all(Locator::XPath(&option)).await.ok()? {
                if element.is_displayed().await.ok()? && element.click().await.is_ok() {
                    return Some(());
                }
            }
            for element in self.client.find_all(Locator::XPath(&path)).await.ok()? {
                let at = serde_json::to_value(&element).ok()?;
                self.client.execute(INTO_SIGHT, vec![at]).await.ok()?;
                let open = element.attr("aria-expanded").await.ok()?;
                if open.as_deref() != Some("true") && element.is_displayed().await.ok()? {
                    element.click().await.ok()?;
                }
            }
            None
        })
        .await;
    }

    /// Types into the field with this label.
    pub async fn fill(&self, label: &str, text: &str) {
        self.act(label, &field(label), async |element| {
            element.clear().await?;
            element.send_keys(text).await
        })
        .await;
    }

    /// Types into the field with this label and presses Enter.
    pub async fn enter(&self, label: &str, text: &str) {
        self.fill(label, &format!("{text}\u{E007}")).await;
    }

    /// Waits until this text is visible.
    pub async fn sees(&self, words: &str) {
        until(&format!("the words {words}"), async || {
            let found = self.client.execute(SHOWN, vec![json!(words)]).await.ok()?;
            found.as_bool().filter(|shown| *shown)
        })
        .await;
    }

    /// The route of the current screen.
    pub async fn route(&self) -> String {
        let address = self.client.current_url().await.expect("a page");
        address.fragment().unwrap_or_default().to_owned()
    }

    /// Opens a route. The router follows only after its first screen has been rendered.
    pub async fn go(&self, route: &str) {
        const FIRST: &str =
            "return (document.querySelector('.frame main')?.firstElementChild ?? null) !== null || null;";
        until("the first screen", async || self.run(FIRST, Vec::new()).await.as_bool()).await;
        self.run("window.location.hash = arguments[0];", vec![json!(route)]).await;
    }

    /// Calls a command of the table from the page.
    pub async fn rpc(&self, name: &str, payload: Value) -> Value {
        const CALL: &str = "const done = arguments[2]; \
            window.__TAURI_INTERNALS__.invoke('rpc', { name: arguments[0], payload: arguments[1] }).then(done, done);";
        self.client.execute_async(CALL, vec![json!(name), payload]).await.expect("the shell answers")
    }

    /// Runs a script in the page and returns its result.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the script runs")
    }

    /// Runs an asynchronous script: it calls its last argument with the result.
    pub async fn run_later(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.expect("the script ends")
    }

    /// Resizes the window.
    pub async fn size(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.expect("the window can be sized");
    }

    /// Sets language (`zh-CN`, `en`) and theme (`light`, `dark`), and waits until both are drawn.
    pub async fn look(&self, locale: &str, theme: &str) {
        const TURNED: &str = "const root = document.documentElement; \
            return (root.lang === arguments[0] && root.dataset.theme === arguments[1]) || null;";
        self.rpc("settings_change", json!({ "locale": locale, "theme": theme })).await;
        until("the look", async || self.run(TURNED, vec![json!(locale), json!(theme)]).await.as_bool()).await;
    }

    /// Saves a screenshot for each language and theme as `<name>-<locale>-<theme>`. Leaves zh-CN, light.
    pub async fn looks(&self, name: &str) {
        for (locale, theme) in [("zh-CN", "light"), ("zh-CN", "dark"), ("en", "light")] {
            self.look(locale, theme).await;
            self.picture(&format!("{name}-{locale}-{theme}")).await;
        }
        self.look("zh-CN", "light").await;
    }

    /// Waits until an element matching a CSS selector is visible and nothing is loading.
    pub async fn shown(&self, selector: &str) {
        const THERE: &str = "const found = [...document.querySelectorAll(arguments[0])]; \
            const there = found.some((one) => one.getBoundingClientRect().width > 0 && one.checkVisibility()); \
            return (there && !document.querySelector('.skeleton')) || null;";
        until(selector, async || self.run(THERE, vec![json!(selector)]).await.as_bool()).await;
    }

    /// Moves the pointer to the first element that matches a CSS selector and clicks: not only a click event.
    pub async fn point(&self, selector: &str) {
        until(&format!("{selector} to press"), async || {
            let element = self.client.find(Locator::Css(selector)).await.ok()?;
            element.click().await.ok()
        })
        .await;
    }

    /// Presses Esc in the focused element.
    pub async fn escape(&self) {
        let at = self.client.active_element().await.expect("a page");
        // the focused element may be gone by now
        let _ = at.send_keys("\u{E00C}").await;
    }

    /// Content outside its box or beyond reach on this screen; empty = no fault.
    pub async fn outside(&self) -> Vec<String> {
        let script = format!("const found = {OUTSIDE}\nreturn found;");
        sentences(&self.run(&script, Vec::new()).await)
    }

    /// Page errors since the last call (console, CSP, resources); empty = no fault.
    pub async fn wrong(&self) -> Vec<String> {
        let all = self.client.execute("return window.hongyanWitness();", Vec::new()).await;
        // a closed window has no errors to report
        all.map(|all| sentences(&all)).unwrap_or_default()
    }

    async fn well(&self) {
        let wrong = self.wrong().await;
        assert!(wrong.is_empty(), "something was wrong behind the face of the page: {wrong:#?}");
    }

    /// Saves a screenshot of the window in tests/artifacts.
    pub async fn picture(&self, name: &str) {
        self.run_later(TWO_FRAMES).await;
        let png = self.client.screenshot().await.expect("a picture");
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../artifacts"));
        std::fs::create_dir_all(&folder).expect("a temporary directory");
        std::fs::write(folder.join(format!("{name}.png")), png).expect("a temporary directory");
    }

    /// Turns to the strip beside the library's page and waits for these words in it.
    pub async fn see_strip(&self, words: &str) {
        until("the strip", async || {
            for handle in self.client.windows().await.ok()? {
                self.client.switch_to_window(handle).await.ok()?;
                if self.client.current_url().await.ok()?.fragment()?.starts_with("/companion") {
                    return Some(());
                }
            }
            None
        })
        .await;
        self.sees(words).await;
    }

    /// Turns back to the main window.
    pub async fn see_main(&self) {
        until("the main window", async || {
            for handle in self.client.windows().await.ok()? {
                self.client.switch_to_window(handle).await.ok()?;
                if !self.client.current_url().await.ok()?.fragment()?.starts_with("/companion") {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    /// Ends the session and the program. Page errors so far fail the test.
    pub async fn close(self) {
        self.well().await;
        // the session has already ended if the program has quit
        let _ = self.client.close().await;
    }

    /// Kills the program with SIGKILL, so that pending writes are lost.
    pub async fn kill(self) {
        self.well().await;
        self.driver.end_children("KILL").await;
    }

    /// Sends SIGTERM, as the system does at the end of a session, and waits for the exit.
    pub async fn end_session(self) {
        self.well().await;
        self.driver.end_children("TERM").await;
    }

    /// Sends SIGTERM without waiting.
    pub async fn leave_session(&self) {
        self.well().await;
        self.driver.tell_children("TERM").await;
    }

    /// Repeats an action on an element until it succeeds, because the element may be re-rendered in between.
    async fn act(&self, words: &str, path: &str, act: impl AsyncFn(Element) -> Result<(), CmdError>) {
        until(&format!("something to use with the words {words}"), async || {
            for element in self.client.find_all(Locator::XPath(path)).await.ok()? {
                // the driver considers an element below the status line visible but cannot click it
                let at = serde_json::to_value(&element).ok()?;
                self.client.execute(INTO_SIGHT, vec![at]).await.ok()?;
                let usable = element.is_displayed().await.ok()? && element.is_enabled().await.ok()?;
                if usable && act(element).await.is_ok() {
                    return Some(());
                }
            }
            None
        })
        .await;
    }
}

fn sentences(all: &Value) -> Vec<String> {
    let all = all.as_array().expect("a list of sentences");
    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn clickable(words: &str) -> String {
    let words = quoted(words);
    let kinds = "self::button or self::a or self::summary or @role='button' or @role='tab' or @role='menuitem' \
                 or @role='radio' or @role='option' or @role='switch' or @role='checkbox'";
    format!("//*[{kinds}][normalize-space(.)={words} or @aria-label={words}]")
}

fn field(label: &str) -> String {
    let label = quoted(label);
    let kinds = "self::input or self::textarea";
    let labels = format!("//label[starts-with(normalize-space(.), {label})]");
    format!("//*[{kinds}][@aria-label={label} or @id={labels}/@for] | {labels}//*[{kinds}]")
}

/// Quotes a string for XPath, which has no escapes.
fn quoted(text: &str) -> String {
    assert!(!text.contains('\''), "no such words in our screens: {text}");
    format!("'{text}'")
}
